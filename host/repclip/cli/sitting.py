"""One sitting on the command line: the display, the recording, and at the end what was done and where the file is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from repclip.analysis import AnalysisReport
from repclip.cli.common import examine_file, output_console
from repclip.cli.hearing import Hearing, sounding
from repclip.cli.paging import NO_PAGE, PageChoice, paging
from repclip.cli.typed import command_line
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CueSettings
from repclip.engine.dialog import Sampling
from repclip.errors import OutputError, RecordingError, RepclipError
from repclip.history import Entry, open_history
from repclip.live.console import display_for
from repclip.live.frame import gaps_in_words
from repclip.live.keys import LIVE_KEYS, Key, has_keys
from repclip.live.sitting import Sitting, sit
from repclip.live.state import Keeping, LiveState
from repclip.recording.place import default_path
from repclip.recording.writer import RecordingWriter
from repclip.report.text import Glyphs, clock, print_report
from repclip.session.changes import Changes
from repclip.session.exercise import GENERIC, Exercise
from repclip.session.remembered import remember_caution, unseen_caution
from repclip.session.scores import SessionScore, score_session
from repclip.source import ByteSource, HostClock, MarkKind, session_clock
from repclip.wording import one_line

__all__ = ["Find", "Plan", "finish", "hold", "reps_so_far"]

Find = Callable[[HostClock], Awaitable[ByteSource]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a sensor. ``output`` is where the recording goes, None for the usual place.

    The exercise is as it is prescribed; ``changes`` are what differs in that from its own figures.
    """

    exercise: Exercise
    changes: Changes
    counting: bool = True
    record: bool = True
    output: Path | None = None
    sampling: Sampling | None = None
    marks: tuple[tuple[MarkKind, str], ...] = ()  # told beforehand
    page: PageChoice = NO_PAGE
    cues: CueSettings | None = None  # None: nothing is heard
    sound: bool = False  # at this computer

    @property
    def keys(self) -> tuple[Key, ...]:
        """Those that make sense: the other side is one of two."""
        if not self.counting:
            return (Key.MARK, Key.PAIN, Key.QUIT)
        return tuple(key for key in LIVE_KEYS if self.one_leg or key is not Key.SIDE)

    @property
    def one_leg(self) -> bool:
        """Whether it is done with one leg at a time."""
        return any(kind is MarkKind.SIDE and side in ("left", "right") for kind, side in self.marks)


def hold(find: Find, plan: Plan) -> None:
    """From looking for the sensor to the summary.

    Raises
    ------
    RepclipError
        what ended it, after the summary of what came before.

    """
    console = output_console()
    writer = _writer(plan)
    keeping = Keeping("not recorded") if writer is None else Keeping.to(writer.path)
    cues = CueEngine(plan.exercise, plan.cues) if plan.cues is not None else None
    caution = unseen_caution(plan.exercise) if plan.counting else None
    state = LiveState(plan.exercise, keeping, counting=plan.counting, caution=caution or "")
    keys: tuple[Key, ...] = ()
    if has_keys():
        keys = plan.keys

    async def run(heard: Hearing) -> None:
        async with paging(
            plan.page, state, console, speed=1.0, replay=False, one_leg=plan.one_leg, cues=plan.cues
        ) as shown:
            session = session_clock()
            source = await find(session)
            params = plan.exercise.counting()
            sitting = Sitting(
                source,
                session,
                params,
                writer,
                plan.sampling,
                shown.keys_with(keys),
                marks=plan.marks,
                more_keys=shown.keys,
                cues=cues,
                sinks=(*heard.sinks, *shown.sinks),
                abandon=heard.abandon,
            )
            display = display_for(console, sitting.keys, shown.cover)
            await sit(sitting, state, display, lambda: _last_words(state, writer), shown.companions)

    try:
        with writer or nullcontext(), sounding(plan.cues, state, console, sound=plan.sound) as heard:
            asyncio.run(run(heard))
    except BaseException:
        if state.samples:
            _conclude(state, plan, writer, console)
        elif writer is not None and not writer.is_empty:
            _say_where(writer, console)
        raise
    finally:
        if caution and state.samples:  # it stood beside the count until the first set
            remember_caution(plan.exercise)
    _conclude(state, plan, writer, console)
    if state.keeping.stopped:
        raise OutputError(f"the recording is not complete: {state.keeping.stopped}")


@dataclass(frozen=True, slots=True)
class Done:
    """What was counted, and what to think of it."""

    report: AnalysisReport
    score: SessionScore


def finish(state: LiveState, console: Console, *, title: str, notes: tuple[str, ...] = ()) -> Done:
    """The summary of what was counted."""
    exercise = state.exercise
    report = state.account.report(exercise.id, state.rate_hz).with_notes(*notes)
    score = score_session(report, exercise, state.account.tally.marks)
    print_report(report, console, title=title, score=score)
    return Done(report, score)


def reps_so_far(state: LiveState) -> str:
    """How much was done."""
    tally = state.account.tally
    sets = len(tally.sets) + bool(tally.reps)
    reps = tally.total_reps
    return f"{reps} rep{'' if reps == 1 else 's'} in {sets} set{'' if sets == 1 else 's'}"


def _writer(plan: Plan) -> RecordingWriter | None:
    if not plan.record:
        return None
    meta = {"exercise": plan.exercise.id}
    meta |= plan.changes.as_meta()
    return RecordingWriter(plan.output or default_path(datetime.now()), meta if plan.counting else None)  # noqa: DTZ005


def _conclude(state: LiveState, plan: Plan, writer: RecordingWriter | None, console: Console) -> None:
    came = writer is not None and not writer.is_empty
    kept = came or bool(state.keeping.stopped)  # what stopped before anything came has a file all the same
    empty = False
    if not state.ever_linked and not came:
        console.print("No sensor was connected, so nothing was recorded.")
        return
    if plan.counting:
        done = finish(state, console, title=plan.exercise.name)
        if writer is not None and kept and (done.report.summary.reps or state.account.tally.pain):
            _remember(done, state, writer, console)
    else:
        if writer is not None and state.keeping.stopped:
            told, empty = _in_the_file(state, writer.path)
        else:
            told = f"Recorded {_recorded_so_far(state)}."
        console.print(Text(Glyphs.for_console(console).fit(told), style="bold"))
    if writer is None:
        console.print("It was not recorded.")
        return
    if not kept:
        console.print("Nothing came from the sensor, so nothing was recorded.")
        return
    if state.keeping.stopped:
        console.print(Text(f"The recording stopped early: {state.keeping.stopped}", style="yellow"), soft_wrap=True)
    _say_where(writer, console)
    if not (plan.counting or empty):
        console.print(f"Count its reps with: {command_line('analyze', writer.path)}", soft_wrap=True)


def _say_where(writer: RecordingWriter, console: Console) -> None:
    console.print(f"The recording is {one_line(str(writer.path))}", soft_wrap=True)


def _remember(done: Done, state: LiveState, writer: RecordingWriter, console: Console) -> None:
    """Add it to the history. Where that fails, the recording is there to be added later."""
    tally = state.account.tally
    path = writer.path.resolve()
    entry = Entry(done.score, done.report, path, writer.id, writer.created, tally.marks, tally.gaps)
    try:
        added = open_history().add(entry)
    except RepclipError as exc:
        text = f"It is not in the history: {one_line(str(exc))}"
        console.print(Text(text, style="yellow"), soft_wrap=True)
    else:
        console.print(f"It is session {added.number} of the history.")


def _recorded_so_far(state: LiveState) -> str:
    link = state.view().link
    rate = "" if link.rate_hz is None else f" at {link.rate_hz:.1f} Hz"
    samples = f"{state.samples:,}".replace(",", " ")
    return f"{clock(state.newest_s)}{rate}: {samples} samples, {gaps_in_words(link)}"


def _in_the_file(state: LiveState, path: Path) -> tuple[str, bool]:
    """How much was recorded of what came, where that is not all; and whether it is nothing."""
    report: AnalysisReport | None = None
    with suppress(RecordingError, OSError):  # a full disk may have no room for what reading needs
        report = examine_file(path, GENERIC).report
    came = f"{state.samples:,}".replace(",", " ")
    if report is None or not report.samples:
        return f"Nothing was recorded{f' of the {came} samples that came' if state.samples else ''}.", True
    kept = f"{report.samples:,}".replace(",", " ")
    return f"Recorded {clock(report.duration_s)}: {kept} of the {came} samples that came.", False


def _last_words(state: LiveState, writer: RecordingWriter | None) -> str:
    kept = "not recorded" if writer is None else f"what was recorded until now is {one_line(str(writer.path))}"
    stopped = "the recording stopped early" if state.keeping.stopped else f"recorded {_recorded_so_far(state)}"
    done = reps_so_far(state) if state.counting else stopped
    return f"left at once: {done}; {kept}"
