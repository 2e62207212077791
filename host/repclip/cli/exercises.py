"""``repclip exercises`` and ``repclip exercises show ID``."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich import box
from rich.table import Table

from repclip.cli.common import output_console
from repclip.report.text import Glyphs
from repclip.session.exercise import Exercise, builtin_exercises, find_exercise
from repsignal import Phase

__all__ = ["HELP", "app"]

app = typer.Typer()

HELP: Final = """List the exercises, or show one with its prescription.

\b
[dim]All of them:[/dim]
  [bold]repclip exercises[/bold]
[dim]One, with all that is known about it:[/dim]
  [bold]repclip exercises show nordic-curl[/bold]
"""


@app.callback(invoke_without_command=True)
def list_all(context: typer.Context) -> None:
    """List the exercises, or show one."""
    if context.invoked_subcommand is None:
        _print_all()


@app.command("list")
def list_command() -> None:
    """List the exercises."""
    _print_all()


@app.command("show")
def show(exercise: Annotated[str, typer.Argument(metavar="ID", help="As in the list.")]) -> None:
    """Show an exercise with its prescription."""
    _print_one(find_exercise(exercise))


def _print_all() -> None:
    console = output_console()
    fit = Glyphs.for_console(console).fit
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    for head in ("id", "name"):
        table.add_column(head, overflow="fold")
    for exercise in builtin_exercises():
        table.add_row(fit(exercise.id), fit(exercise.name + (" (default)" if exercise.default else "")))
    console.print(table)
    console.print("\nMore about one: repclip exercises show ID")


def _print_one(exercise: Exercise) -> None:
    console = output_console()
    fit = Glyphs.for_console(console).fit
    first = "lower" if exercise.first_phase is Phase.LOWER else "lift"
    rows = [
        ("sensor", exercise.sensor),
        ("at the bottom", exercise.bottom),
        ("tempo", f"{exercise.tempo.describe()}  (--tempo {exercise.tempo})" if exercise.tempo else "none prescribed"),
        ("reps a set", str(exercise.reps) if exercise.reps else "none prescribed"),
        ("sets", str(exercise.sets) if exercise.sets else "none prescribed"),
        ("rest", f"about {exercise.rest_s:g} s between sets" if exercise.rest_s is not None else "none prescribed"),
        ("a rep begins", f"with the {first}"),
    ]
    console.print(fit(f"{exercise.name}  ({exercise.id})"), style="bold")
    console.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(*map(fit, row))
    console.print(table)
    console.print()
    for note in exercise.notes:
        item = Table.grid(padding=(0, 1, 0, 0))
        item.add_row("-", fit(note))
        console.print(item)
    console.print()
    console.print(fit(exercise.caution), style="yellow")
