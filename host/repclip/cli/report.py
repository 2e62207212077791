"""``repclip report``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from repclip import __version__
from repclip.cli.caution import caution_once
from repclip.cli.common import (
    ChangeOptions,
    ExerciseOption,
    FileArgument,
    examine_file,
    output_console,
    spare_recording,
)
from repclip.cli.grouped import grouped
from repclip.outfile import created, demand_ending, demand_place
from repclip.recording.info import describe
from repclip.recording.reader import recording_state
from repclip.report.document import document
from repclip.wording import one_line

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]Writes evening.html, which needs nothing but itself; a browser prints it, also as PDF:[/dim]
  [bold]repclip report evening.repclip[/bold]
[dim]Against a prescription, somewhere else:[/dim]
  [bold]repclip report evening.csv -e lying-leg-curl --reps 12-15 -o for-anna.html[/bold]

What was prescribed and done, rep by rep, with pictures, flags, left against
right, the gaps in the data, and by what and how it was recorded.
"""

_ENDINGS: Final = (".html", ".htm")


@grouped
def command(
    file: FileArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="HTML", help="Where to; without it, here, as FILE.html.", readable=False
        ),
    ] = None,
    exercise: ExerciseOption = None,
    *,
    changed: ChangeOptions,
) -> None:
    """Write a recording as one page for a physiotherapist."""
    changes = changed.parsed()
    target = output or Path(f"{file.stem}.html")
    spare_recording(file, target)
    demand_ending(target, "a report", _ENDINGS)
    demand_place(target)
    examined = examine_file(file, exercise, changes)
    if exercise is not None:
        caution_once(examined.exercise)
    state = recording_state(file, examined.meta)
    info = describe(file, examined.meta, examined.seen, state=state, notes=tuple(examined.notes))
    page = document(examined.report, examined.score, info, made=datetime.now().astimezone(), version=__version__)
    with created(target, force=True) as out:
        out.write(page)
    console = output_console()
    console.print(f"The report is {one_line(str(target))}; open it in a browser", soft_wrap=True)
