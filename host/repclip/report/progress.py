"""Weeks of an exercise as text."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from repclip.history.progress import Figures, Progress
from repclip.report.columns import Column, fitting, left_out, table_of
from repclip.report.text import Glyphs, clock
from repclip.wording import simulated_sessions

__all__ = ["print_progress"]

_HEADS: Final = ("week of", "sessions", "sets", "reps", "on tempo", "varies", "range", "tension")
_DROPPED_FIRST: Final = ("tension", "sessions", "varies", "range", "sets", "on tempo")  # where not all have room
_VARIES: Final = "varies: by how much a phase differs from rep to rep; less is steadier."
_MORE: Final = "+: and more, since samples were missing in some sets."


def print_progress(progress: Progress, console: Console, *, title: str) -> None:
    """One line a week, and below it one for each side that was told."""
    glyphs = Glyphs.for_console(console)
    console.print(Text(glyphs.fit(title), style="bold"))
    columns, dim = _columns(progress, glyphs)
    shown, dropped = fitting(columns, console.width, _DROPPED_FIRST)
    console.print(table_of(shown, console.width, dim))
    console.print()
    lines = [] if "varies" in dropped else [_VARIES]
    if "tension" not in dropped and not all(week.figures.whole_tension for week in progress.weeks):
        lines.append(_MORE)
    if dropped:
        console.print(left_out(dropped))
    if any(point.pain for point in progress.points):
        days = ", ".join(f"{point.when:%Y-%m-%d}" for point in progress.points if point.pain)
        console.print(Text(f"Pain was reported on {days}.", style="yellow"))
    if progress.simulated:
        console.print(Text(simulated_sessions(progress.simulated), style="yellow"))
    for line in lines:
        console.print(Text(glyphs.fit(line), style="dim"))


def _columns(progress: Progress, glyphs: Glyphs) -> tuple[list[Column], list[bool]]:
    """And which of their rows are of a side."""
    rows: list[tuple[str, ...]] = []
    dim: list[bool] = []
    for week in progress.weeks:
        sessions = str(week.sessions) if week.sessions else glyphs.none
        rows.append((f"{week.begin}", sessions, *_cells(week.figures, glyphs)))
        rows += [(f"  {side}", "", *_cells(figures, glyphs)) for side, figures in week.sides.items()]
        dim += [False, *[True] * len(week.sides)]
    columns = [Column(head, tuple(cells), left=head == _HEADS[0]) for head, *cells in zip(_HEADS, *rows, strict=True)]
    return columns, dim


def _cells(one: Figures, glyphs: Glyphs) -> list[str]:
    if not one.sets:
        return [glyphs.none] * 6
    share, variation, rom_deg = one.adherence.share, one.variation, one.rom_deg
    cells = [
        str(one.sets),
        str(one.reps),
        glyphs.none if share is None else f"{share * 100:.0f} %",
        glyphs.none if variation is None else f"{variation * 100:.0f} %",
        glyphs.none if rom_deg is None else f"{rom_deg:.0f}°",
        clock(one.tension_s) + ("" if one.whole_tension else "+") if one.tension_s else glyphs.none,
    ]
    return [glyphs.fit(cell) for cell in cells]
