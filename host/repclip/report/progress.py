"""Weeks of an exercise as text."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from repclip.history.progress import Figures, Progress
from repclip.report.history import plain_table
from repclip.report.text import Glyphs, clock
from repclip.wording import simulated_sessions

__all__ = ["print_progress"]

_MORE = "+: and more, since samples were missing in some sets."


def print_progress(progress: Progress, console: Console, *, title: str) -> None:
    """One line a week, and below it one for each side that was told."""
    glyphs = Glyphs.for_console(console)
    console.print(Text(glyphs.fit(title), style="bold"))
    heads = ("week of", "sessions", "sets", "reps", "on tempo", "varies", "range", "tension")
    table = plain_table(glyphs, heads, left=("week of",))
    for week in progress.weeks:
        sessions = str(week.sessions) if week.sessions else glyphs.none
        table.add_row(f"{week.begin}", sessions, *_cells(week.figures, glyphs))
        for side, figures in week.sides.items():
            table.add_row(f"  {side}", "", *_cells(figures, glyphs), style="dim")
    console.print(table)
    console.print()
    lines = ["varies: by how much a phase differs from rep to rep; less is steadier."]
    if not all(week.figures.whole_tension for week in progress.weeks):
        lines.append(_MORE)
    if any(point.pain for point in progress.points):
        days = ", ".join(f"{point.when:%Y-%m-%d}" for point in progress.points if point.pain)
        console.print(Text(f"Pain was reported on {days}.", style="yellow"))
    if progress.simulated:
        console.print(Text(simulated_sessions(progress.simulated), style="yellow"))
    for line in lines:
        console.print(Text(glyphs.fit(line), style="dim"))


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
