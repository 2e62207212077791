"""``repclip export``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from repclip.cli.common import (
    ExerciseOption,
    FileArgument,
    demand_csv,
    examine_file,
    output_console,
    spare_recording,
)
from repclip.outfile import created, is_stdout
from repclip.recording.exporters.tables import SAMPLES_HEADER, reps_csv, samples_csv
from repclip.wording import counted, one_line
from repsignal import ImuBlock

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]Samples, in our own CSV:[/dim]
  [bold]repclip export evening.repclip[/bold]
[dim]One line a rep, with the times of all phases:[/dim]
  [bold]repclip export evening.repclip --reps -o evening-reps.csv[/bold]
"""


def command(
    file: FileArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="CSV",
            help="Where to, - is stdout; else FILE.csv or FILE-reps.csv here.",
            readable=False,
        ),
    ] = None,
    reps: Annotated[bool, typer.Option("--reps", help="One line a rep instead of one a sample.")] = False,
    exercise: ExerciseOption = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Overwrite CSV where it exists.")] = False,
) -> None:
    """Write a recording as CSV."""
    target = output or Path(f"{file.stem}-reps.csv" if reps else f"{file.stem}.csv")
    spare_recording(file, target)
    demand_csv(target)
    console = output_console(target)
    with created(target, force=force) as out:
        if reps:
            examined = examine_file(file, exercise)
            out.write(reps_csv(examined.seen.report))
            what = counted(examined.seen.report.summary.reps, "rep")
        else:
            out.write(SAMPLES_HEADER)
            examined = examine_file(file, exercise, on_block=_writer(out))
            what = counted(examined.seen.report.samples, "sample")
    if not is_stdout(target):
        console.print(f"{what}; the file is {one_line(str(target))}", soft_wrap=True)
    for note in examined.notes:
        console.print(note, style="yellow")


def _writer(out: TextIO) -> Callable[[ImuBlock], None]:
    def write(block: ImuBlock) -> None:
        out.write(samples_csv(block))

    return write
