"""``repclip progress``."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from repclip.cli.common import output_console, place_of
from repclip.history import SessionRow, open_history
from repclip.history.analysing import exercise_of
from repclip.history.progress import Progress, progress_of
from repclip.report.plot import draw_weeks, picture_format, picture_path, picture_size, save_picture
from repclip.report.plots.progress import ProgressSheet
from repclip.report.progress import print_progress
from repclip.session.catalogue import known_exercise
from repclip.wording import counted, one_line

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]The last weeks of each exercise, as tables:[/dim]
  [bold]repclip progress[/bold]
[dim]A year of one:[/dim]
  [bold]repclip progress --exercise nordic-curl --weeks 52[/bold]
[dim]As a picture; for a phone, to print:[/dim]
  [bold]repclip progress --plot[/bold]
  [bold]repclip progress -e nordic-curl --plot -o weeks.png --size phone[/bold]
  [bold]repclip progress -e nordic-curl --plot -o weeks.pdf[/bold]

It looks at what is in the history: repclip history. Left and right are told
apart where repclip live was told with --side.
"""

_WEEKS: Final = 12


def command(
    exercise: Annotated[
        str | None, typer.Option("--exercise", "-e", metavar="ID", help="Only this one; in a picture, else the last.")
    ] = None,
    weeks: Annotated[
        int, typer.Option("--weeks", "-w", metavar="N", min=1, max=1040, help="So many, this one included.")
    ] = _WEEKS,
    plot: Annotated[bool, typer.Option("--plot", help="Draw them.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PICTURE",
            help="Where to draw; without it, here, as progress-ID.png, with -phone where asked for.",
            readable=False,
        ),
    ] = None,
    size: Annotated[str, typer.Option("--size", metavar="SIZE", help="To be read on a page or on a phone.")] = "page",
    written: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help="png, svg or pdf; without it, what PICTURE ends in."),
    ] = None,
) -> None:
    """Show what became of the weeks."""
    suffix, paper = picture_format(output, written), picture_size(size)
    history = open_history()
    sessions = history.sessions(exercise)
    if exercise is not None and not sessions:
        known_exercise(exercise)  # else it is misspelt
    found = _progress(sessions, weeks)
    console = output_console(output)
    if not found:
        whose = "" if exercise is None else f" of {one_line(exercise)}"
        console.print(f"There is no session{whose} in the last {counted(weeks, 'week')}; see repclip history.")
        return
    latest = {one.exercise: one for one in sessions}
    exercises = {one.exercise: exercise_of(latest[one.exercise], history.path) for one in found}
    if not (plot or output is not None or written is not None):
        for number, one in enumerate(found):
            if number:
                console.print()
            print_progress(one, console, title=exercises[one.exercise].name)
        return
    one = found[0]
    which = exercises[one.exercise]
    target = output or picture_path(f"progress-{one.exercise}", suffix, size=paper)
    sheet = ProgressSheet(one, which.name, paper, which.rom_deg)
    save_picture(draw_weeks(sheet), target, suffix)
    console.print(f"{one_line(which.name)}; the picture is {place_of(target)}", soft_wrap=True)
    if len(found) > 1:
        others = ", ".join(one_line(other.exercise) for other in found[1:])
        console.print(f"There is more to draw, with --exercise: {others}")


def _progress(sessions: list[SessionRow], weeks: int) -> list[Progress]:
    """Of each exercise that was done in these weeks, the last one first."""
    today = _today()
    order = dict.fromkeys(one.exercise for one in reversed(sessions))
    found = [progress_of(sessions, exercise, today=today, weeks=weeks) for exercise in order]
    return [one for one in found if one.weeks]


def _today() -> date:
    return datetime.now().astimezone().date()
