"""``repclip analyze``."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from repclip.cli.caution import caution_once
from repclip.cli.common import (
    ChangeOptions,
    ExerciseOption,
    FileArgument,
    examine_file,
    output_console,
    title_of,
)
from repclip.cli.grouped import grouped
from repclip.report.json_report import as_json
from repclip.report.text import print_report

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]A table:[/dim]
  [bold]repclip analyze evening.csv[/bold]
[dim]Each phase marked short, on or long:[/dim]
  [bold]repclip analyze evening.csv --exercise reverse-leg-lift[/bold]
  [bold]repclip analyze evening.csv --tempo 4-0-1-3[/bold]
  [bold]repclip analyze evening.csv --tempo lift=1,hold=3,lower=3-4[/bold]
[dim]Against other numbers than the exercise's:[/dim]
  [bold]repclip analyze evening.csv -e lying-leg-curl --reps 12-15 --sets 3 --rest 30[/bold]
[dim]For scripts:[/dim]
  [bold]repclip analyze evening.csv --json > evening.json[/bold]
"""


@grouped
def command(
    file: FileArgument,
    exercise: ExerciseOption = None,
    *,
    changed: ChangeOptions,
    json: Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else.")] = False,
) -> None:
    """Count the reps of a recording and time their phases."""
    changes = changed.parsed()
    examined = examine_file(file, exercise, changes)
    if exercise is not None:
        caution_once(examined.exercise)
    if json:
        typer.echo(as_json(examined.report, examined.score))
        for note in examined.report.remarks:
            print(f"note: {note}", file=sys.stderr)
        return
    title = title_of(file, examined.exercise, examined.meta)
    print_report(examined.report, output_console(), title=title, score=examined.score)
