"""``repclip plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from repclip.cli.caution import caution_once
from repclip.cli.common import (
    ChangeOptions,
    ExerciseOption,
    FileArgument,
    examine_file,
    output_console,
    place_of,
    spare_recording,
    title_of,
)
from repclip.cli.grouped import grouped
from repclip.outfile import demand_place
from repclip.report.plot import (
    draw,
    picture_format,
    picture_kind,
    picture_path,
    picture_size,
    save_picture,
    show_picture,
)
from repclip.report.text import Glyphs
from repclip.wording import counted

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]The tempo of each rep against what is prescribed; writes evening.png:[/dim]
  [bold]repclip plot evening.csv --exercise prone-thigh-extension-ball[/bold]
[dim]Against a tempo of your own, to print:[/dim]
  [bold]repclip plot evening.csv --tempo 4-0-1-3 -o evening.pdf[/bold]
[dim]Each phase over the reps, with its mean and spread; writes evening-consistency.png:[/dim]
  [bold]repclip plot evening.csv --kind consistency[/bold]
[dim]The angle of the limb over time, in a window; all reps laid over one another, for a phone:[/dim]
  [bold]repclip plot evening.csv --kind angle --show[/bold]
  [bold]repclip plot evening.csv --kind overlay --size phone[/bold]
"""


@grouped
def command(
    file: FileArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PICTURE",
            help="Where to; without it, here, as FILE.png, with -KIND and -phone where asked for.",
            readable=False,
        ),
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", "-k", metavar="KIND", help="tempo, angle, consistency or overlay.")
    ] = "tempo",
    size: Annotated[str, typer.Option("--size", metavar="SIZE", help="To be read on a page or on a phone.")] = "page",
    written: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help="png, svg or pdf; without it, what PICTURE ends in."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Open a window instead of writing a file.")] = False,
    exercise: ExerciseOption = None,
    *,
    changed: ChangeOptions,
) -> None:
    """Draw the reps."""
    suffix = picture_format(output, written)  # refused before the work, not after
    which, sheet = picture_kind(kind), picture_size(size)
    changes = changed.parsed()
    target = output or picture_path(file.stem, suffix, kind=which, size=sheet)
    spare_recording(file, target)
    if output or not show:
        demand_place(target)
    examined = examine_file(file, exercise, changes)
    if exercise is not None:
        caution_once(examined.exercise)
    report = examined.report
    title = title_of(file, examined.exercise, examined.meta)
    score = examined.score
    console = output_console(target)
    if show:
        show_picture(report, title=title, score=score, kind=which, size=sheet)
    if output or not show:
        figure = draw(report, title=title, score=score, kind=which, size=sheet)
        save_picture(figure, target, suffix)
        done = counted(report.summary.reps, "rep")
        console.print(f"{done}; the picture is {place_of(target)}", soft_wrap=True)
    for note in report.remarks:
        console.print(Glyphs.for_console(console).fit(note), style="yellow")
