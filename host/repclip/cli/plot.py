"""``repclip plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from repclip.cli.common import ExerciseOption, FileArgument, examine_file, output_console, spare_recording, title_of
from repclip.report.plot import draw, picture_format, save_picture, show_picture
from repclip.report.text import Glyphs
from repclip.wording import one_line

__all__ = ["HELP", "command"]

HELP: Final = """Draw the angle of the limb over time, phases shaded, reps numbered.

\b
[dim]Writes evening.png:[/dim]
  [bold]repclip plot evening.csv[/bold]
[dim]To print:[/dim]
  [bold]repclip plot evening.csv -o evening.pdf[/bold]
[dim]In a window:[/dim]
  [bold]repclip plot evening.csv --show[/bold]
"""


def command(
    file: FileArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PICTURE",
            help="Where to; without it, beside where you are, as FILE.png.",
            readable=False,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="KIND", help="png, svg or pdf; without it, what PICTURE ends in."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Open a window instead of writing a file.")] = False,
    exercise: ExerciseOption = None,
) -> None:
    """Draw the angle of the limb over time, phases shaded, reps numbered."""
    suffix = picture_format(output, kind)  # refused before the work, not after
    target = output or Path(f"{file.stem}.{suffix}")
    spare_recording(file, target)
    examined = examine_file(file, exercise)
    report = examined.report
    title = title_of(file, examined.exercise)
    console = output_console()
    if show:
        show_picture(report, title=title)
    if output or not show:
        save_picture(draw(report, title=title), target, suffix)
        reps = report.summary.reps
        console.print(f"{reps} rep{'' if reps == 1 else 's'}; the picture is {one_line(str(target))}", soft_wrap=True)
    for note in report.notes:
        console.print(Glyphs.for_console(console).fit(note), style="yellow")
