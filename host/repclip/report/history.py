"""The history as text: a list of sessions, and one of them whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from repclip.history import RepRow, SessionRow, SetRow
from repclip.report.text import FLAG_WORDS, Glyphs, clock
from repclip.session.exercise import Exercise
from repclip.session.scores import PhaseScore
from repclip.session.words import FLAG_NAMES, remarks, set_line
from repclip.wording import counted, one_line, pain_reported
from repsignal import CycleFlag, Phase

__all__ = ["local_time", "plain_table", "print_session", "print_sessions", "session_line"]

_TEXTS: Final = ("when", "sets × reps", "exercise")
_WIDE: Final = 70  # columns: from here on only the last one may have to be folded
_FEW: Final = 4  # sets: of so many each one's reps are told


def local_time(time: datetime) -> str:
    """As the clock on the wall had it."""
    return f"{time.astimezone():%Y-%m-%d %H:%M}"


def session_line(one: SessionRow) -> str:
    """``Session 3 of 2026-11-21 18:30: nordic-curl, 3 × 12``."""
    return f"Session {one.id} of {local_time(one.created)}: {one_line(one.exercise)}, {_sets_by_reps(one.sets)}"


def plain_table(glyphs: Glyphs, heads: Sequence[str], *, left: Sequence[str] = ()) -> Table:
    """Numbers to the right, ``left`` and what may be long to the left."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for head in heads:
        table.add_column(glyphs.fit(head), justify="left" if head in left else "right", overflow="fold")
    return table


def print_sessions(sessions: Sequence[SessionRow], console: Console, *, left_out: int = 0) -> None:
    """One line a session."""
    glyphs = Glyphs.for_console(console)
    table = plain_table(glyphs, ("no", "when", "sets × reps", "on tempo", "range", "exercise"), left=_TEXTS)
    for column in table.columns[:-1]:
        column.no_wrap = console.width >= _WIDE
    for one in sessions:
        share, rom_deg = one.adherence.share, one.rom_deg
        numbers = (
            str(one.id),
            local_time(one.created),
            _sets_by_reps(one.sets),
            glyphs.none if share is None else f"{share * 100:.0f} %",
            glyphs.none if rom_deg is None else f"{rom_deg:.0f}°",
        )
        what = Text(glyphs.fit(one_line(one.exercise)))
        flags = _flags(one)
        if flags:
            what.append(glyphs.fit(f"\n{flags}"), style="dim")
        table.add_row(*map(glyphs.fit, numbers), what)
    console.print(table)
    if left_out:
        earlier = f"And {counted(left_out, 'session')} before these; --limit {len(sessions) + left_out} lists all."
        console.print(f"\n{earlier}")


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
        console.print(_rep_table(reps, glyphs))


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


def _rep_table(reps: Sequence[RepRow], glyphs: Glyphs) -> Table:
    heads = ("set", "rep", "lift s", "hold s", "lower s", "pause s", "range", "remarks")
    table = plain_table(glyphs, heads, left=("lift s", "hold s", "lower s", "pause s", "remarks"))
    for rep in reps:
        rom = glyphs.none if rep.rom_deg is None else f"{rep.rom_deg:.0f}°"
        said = [*(_remark(word) for word in rep.remarks), *remarks(rep.flags)]
        number = f"p{rep.number}" if rep.partial else str(rep.number)
        phases = [_phase(one, glyphs) for one in rep.phases]
        cells = (str(rep.set_number), number, *phases, rom, ", ".join(said))
        table.add_row(*map(glyphs.fit, cells), style="dim" if rep.partial else None)
    return table


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
