"""``repclip analyze``."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from repclip.cli.common import (
    ExerciseOption,
    FileArgument,
    TempoOption,
    chosen_tempo,
    examine_file,
    output_console,
    title_of,
)
from repclip.report.json_report import as_json
from repclip.report.text import print_report
from repclip.session.tempo import parse_tempo

__all__ = ["HELP", "command"]

HELP: Final = """Count the reps of a recording and time their phases.

\b
[dim]A table:[/dim]
  [bold]repclip analyze evening.csv[/bold]
[dim]Each phase marked short, on or long:[/dim]
  [bold]repclip analyze evening.csv --exercise reverse-leg-lift[/bold]
  [bold]repclip analyze evening.csv --tempo 4-0-1-3[/bold]
  [bold]repclip analyze evening.csv --tempo lift=1,hold=3,lower=3-4[/bold]
[dim]For scripts:[/dim]
  [bold]repclip analyze evening.csv --json > evening.json[/bold]
"""


def command(
    file: FileArgument,
    exercise: ExerciseOption = None,
    tempo: TempoOption = None,
    json: Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else.")] = False,
) -> None:
    """Count the reps of a recording and time their phases."""
    if tempo is not None:
        parse_tempo(tempo)  # refused before the work, not after
    examined = examine_file(file, exercise)
    which, report = examined.exercise, examined.report
    prescribed = chosen_tempo(which, tempo)
    if json:
        typer.echo(as_json(report, prescribed))
        for note in report.notes:
            print(f"note: {note}", file=sys.stderr)
        return
    print_report(report, output_console(), title=title_of(file, which), tempo=prescribed)
