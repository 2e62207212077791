"""``repclip demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from repclip import bundled
from repclip.cli.common import examine_file, output_console, spare_recording, title_of
from repclip.report.plot import draw, picture_format, save_picture
from repclip.report.text import print_report
from repclip.session.exercise import builtin_exercises
from repclip.wording import one_line

__all__ = ["HELP", "command"]

HELP: Final = """Analyse a recording that comes along, and draw it.

\b
[dim]Writes repclip-demo.png:[/dim]
  [bold]repclip demo[/bold]
[dim]Somewhere else, to print:[/dim]
  [bold]repclip demo -o demo.pdf[/bold]
"""

_RECORDING: Final = "demo.csv"


def command(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="PICTURE", help="Where the picture goes (png, svg or pdf).", readable=False
        ),
    ] = Path("repclip-demo.png"),
) -> None:
    """Analyse a recording that comes along, and draw it."""
    kind = picture_format(output)
    exercise = next(one for one in builtin_exercises() if one.default)
    path = bundled.recording(_RECORDING)
    spare_recording(path, output)
    console = output_console()
    report = examine_file(path, exercise.id).report
    print_report(report, console, title=f"Demo, a simulated recording: {exercise.name}", tempo=exercise.tempo)
    save_picture(draw(report, title=f"{title_of(path, exercise)} (simulated)"), output, kind)
    console.print()
    console.print(f"The picture is {one_line(str(output))}", soft_wrap=True)
    console.print("Next, the same recording as a script sees it, and what repclip knows of this exercise:")
    console.print(f"  repclip analyze {_quoted(path)} --json", soft_wrap=True)
    console.print(f"  repclip exercises show {exercise.id}", soft_wrap=True)


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)
