"""The history as text: a list of sessions, and one of them whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from repclip.history import RepRow, SessionRow, SetRow
from repclip.report.columns import Column, fits, fitting, left_out, table_of
from repclip.report.text import FLAG_WORDS, Glyphs, clock
from repclip.session.exercise import Exercise
from repclip.session.scores import PhaseScore
from repclip.session.words import FLAG_NAMES, remarks, set_line
from repclip.wording import counted, one_line, pain_reported
from repsignal import CycleFlag, Phase

__all__ = ["local_time", "print_session", "print_sessions", "session_line"]

_DROPPED_FIRST: Final = ("range", "on tempo", "sets × reps")  # where a terminal is too narrow for all
_REP_HEADS: Final = ("set", "rep", "lift s", "hold s", "lower s", "pause s", "range", "remarks")
_REP_TEXTS: Final = ("lift s", "hold s", "lower s", "pause s", "remarks")
_REPS_DROPPED_FIRST: Final = ("range", "pause s", "lower s", "hold s")  # as of a recording
_FEW: Final = 4  # sets: of so many each one's reps are told


def local_time(time: datetime) -> str:
    """As the clock on the wall had it."""
    return f"{time.astimezone():%Y-%m-%d %H:%M}"


def session_line(one: SessionRow) -> str:
    """``Session 3 of 2026-11-21 18:30: nordic-curl, 3 × 12``."""
    return f"Session {one.id} of {local_time(one.created)}: {one_line(one.exercise)}, {_sets_by_reps(one.sets)}"


def print_sessions(sessions: Sequence[SessionRow], console: Console, *, earlier: int = 0) -> None:
    """One line a session."""
    glyphs = Glyphs.for_console(console)
    shown, dropped = _session_columns(sessions, glyphs, console.width)
    console.print(table_of(shown, console.width))
    if dropped:
        console.print()
        console.print(left_out(dropped))
    if earlier:
        lists_all = f"--limit {len(sessions) + earlier} lists all"
        console.print(f"\nAnd {counted(earlier, 'session')} before these; {lists_all}.")


def _session_columns(sessions: Sequence[SessionRow], glyphs: Glyphs, width: int) -> tuple[list[Column], list[str]]:
    """Where the exercise has no room beside its time it stands below it."""
    fit = glyphs.fit
    when = [fit(local_time(one.created)) for one in sessions]
    what = [_what(one, glyphs) for one in sessions]
    shares, ranges = [one.adherence.share for one in sessions], [one.rom_deg for one in sessions]
    number = Column("no", tuple(str(one.id) for one in sessions))
    numbers = (
        Column(fit("sets × reps"), tuple(fit(_sets_by_reps(one.sets)) for one in sessions), left=True),
        Column("on tempo", tuple(glyphs.none if share is None else f"{share * 100:.0f} %" for share in shares)),
        Column("range", tuple(glyphs.none if rom is None else fit(f"{rom:.0f}°") for rom in ranges)),
    )
    beside = (Column("when", tuple(when), left=True), *numbers, Column("exercise", tuple(what), left=True, folds=True))
    shown, dropped = fitting((number, *beside), width, tuple(map(fit, _DROPPED_FIRST)))
    if fits(shown, width):
        return shown, dropped
    both = tuple(Text.assemble(time, "\n", one) for time, one in zip(when, what, strict=True))
    below = (Column("when, exercise", both, left=True, folds=True), *numbers)
    return fitting((number, *below), width, tuple(map(fit, _DROPPED_FIRST)))


def _what(one: SessionRow, glyphs: Glyphs) -> Text:
    flags = _flags(one)
    return Text.assemble(glyphs.fit(one_line(one.exercise)), (glyphs.fit(f"\n{flags}") if flags else "", "dim"))


def print_session(
    one: SessionRow, reps: Sequence[RepRow], exercise: Exercise, recording: Path | None, console: Console
) -> None:
    """All that is kept of it. ``recording`` is where that is now, None where it is missing."""
    glyphs = Glyphs.for_console(console)
    console.print(Text(glyphs.fit(f"Session {one.id}: {one_line(exercise.name)}"), style="bold"))
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    for name, text in _facts(one, exercise, recording):
        facts.add_row(name, glyphs.fit(text))
    console.print(facts)
    if one.pain:
        console.print(Text(glyphs.fit(pain_reported()), style="yellow"))
    console.print()
    for each in one.sets:
        console.print(Text(glyphs.fit(set_line(each))))
    if reps:
        console.print()
        shown, dropped = fitting(_rep_columns(reps, glyphs), console.width, _REPS_DROPPED_FIRST)
        console.print(table_of(shown, console.width, [rep.partial for rep in reps]))
        if dropped:
            console.print()
            console.print(left_out([head.removesuffix(" s") for head in dropped]))


def _facts(one: SessionRow, exercise: Exercise, recording: Path | None) -> list[tuple[str, str]]:
    numbers = (("reps", exercise.reps), ("sets", exercise.sets))
    prescribed = [exercise.tempo.describe(), *(f"{count} {name}" for name, count in numbers if count is not None)]
    if exercise.rest_s is not None:
        prescribed.append(f"rest {exercise.rest_s:g} s")
    where = one_line(str(recording or one.recording))
    if recording is None:
        where += " (missing: add it from where it is now with repclip history add FILE)"
    elif recording != one.recording:
        where += " (it was moved)"
    lost = "an unknown number of samples" if one.samples_lost is None else counted(one.samples_lost, "sample")
    rate = "" if one.sample_rate_hz is None else f" at {one.sample_rate_hz:.1f} Hz"
    gaps = f"; {lost} lost in {counted(one.gaps, 'gap')}" if one.gaps else ""
    facts = [
        *([("simulated", "nobody did it")] if one.simulated else []),
        ("when", local_time(one.created)),
        ("prescribed", "; ".join(part for part in prescribed if part) or "nothing"),
        ("recording", where),
        ("length", f"{clock(one.duration_s)}{rate}{gaps}"),
        ("analysed", f"{local_time(one.analysed)} by repclip {one_line(one.software)}"),
    ]
    return [*facts, ("note", one_line(one.note))] if one.note else facts


def _rep_columns(reps: Sequence[RepRow], glyphs: Glyphs) -> list[Column]:
    rows: list[tuple[str, ...]] = []
    for rep in reps:
        rom = glyphs.none if rep.rom_deg is None else f"{rep.rom_deg:.0f}°"
        said = [*(_remark(word) for word in rep.remarks), *remarks(rep.flags)]
        number = f"p{rep.number}" if rep.partial else str(rep.number)
        phases = [_phase(one, glyphs) for one in rep.phases]
        rows.append((str(rep.set_number), number, *phases, rom, ", ".join(said)))
    return [
        Column(head, tuple(map(glyphs.fit, cells)), left=head in _REP_TEXTS, folds=head == "remarks")
        for head, *cells in zip(_REP_HEADS, *rows, strict=True)
        if head != "remarks" or any(cells)
    ]


def _phase(one: PhaseScore, glyphs: Glyphs) -> str:
    if one.seconds is None:
        return glyphs.none if one.phase is not Phase.PAUSE else ""
    return f"{one.seconds:.1f}" + (f" {one.verdict}" if one.verdict is not None else "")


def _remark(word: str) -> str:
    return FLAG_WORDS[CycleFlag(word)] if word in tuple(CycleFlag) else word


def _sets_by_reps(sets: Sequence[SetRow]) -> str:
    """``3 × 12``, ``12 + 11 + 9`` where they differ, ``6 × 8–12`` where there are many."""
    reps = [one.reps for one in sets]
    if not reps:
        return "0"
    if min(reps) == max(reps):
        return f"{len(reps)} × {reps[0]}"
    return " + ".join(map(str, reps)) if len(reps) <= _FEW else f"{len(reps)} × {min(reps)}–{max(reps)}"


def _flags(one: SessionRow) -> str:
    said = [word for word, true in (("simulated", one.simulated), ("pain", one.pain)) if true]
    return ", ".join([*said, *(f"{count} {FLAG_NAMES[flag]}" for flag, count in one.flags.items())])
