"""``repclip exercises``, ``show ID`` and ``new ID``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.padding import Padding
from rich.table import Table

from repclip.cli.common import output_console
from repclip.cli.typed import command_line
from repclip.outfile import is_stdout
from repclip.report.columns import Column, fits, table_of
from repclip.report.text import Glyphs
from repclip.session.catalogue import all_exercises, known_exercise, own_exercises, write_template
from repclip.session.exercise import Exercise, builtin_exercises
from repclip.wording import one_line
from repsignal import Phase

__all__ = ["HELP", "app"]

_INDENT: Final = 2  # of a name below its id

app = typer.Typer()

HELP: Final = """
\b
[dim]All of them:[/dim]
  [bold]repclip exercises[/bold]
[dim]One, with all that is known about it:[/dim]
  [bold]repclip exercises show nordic-curl[/bold]
[dim]One of your own, from a template that explains every line:[/dim]
  [bold]repclip exercises new my-hip-extension[/bold]
[dim]One of ours with other figures, which begins as it is:[/dim]
  [bold]repclip exercises new nordic-curl[/bold]
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
    _print_one(known_exercise(exercise))


@app.command("new")
def new(
    exercise: Annotated[
        str, typer.Argument(metavar="ID", help="A new one, like my-hip-extension, or one of ours to change.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; else among your own.", readable=False),
    ] = None,
) -> None:
    """Write a template for an exercise of your own."""
    path = write_template(exercise, output)
    console = output_console(output)
    if exercise in {one.id for one in builtin_exercises()}:
        when = "" if output is None else " once it is among your own"
        console.print(f"{exercise} is one of ours; the file has all of it, and is used instead{when}.", soft_wrap=True)
    if not is_stdout(path):
        console.print(f"Edit {one_line(str(path))}", soft_wrap=True)
    if output is None:
        shown = command_line("exercises", "show", exercise)
        console.print(f"and see what repclip makes of it: {shown}", soft_wrap=True)


def _print_all() -> None:
    console = output_console()
    fit = Glyphs.for_console(console).fit
    own = own_exercises()
    ids: list[str] = []
    names: list[str] = []
    for exercise in all_exercises():
        remarks = [word for word, true in (("to begin with", exercise.default), ("yours", exercise.id in own)) if true]
        ids.append(fit(exercise.id))
        names.append(fit(exercise.name + (f" ({', '.join(remarks)})" if remarks else "")))
    columns = [Column("id", tuple(ids), left=True), Column("name", tuple(names), left=True, folds=True)]
    if fits(columns, console.width):
        console.print(table_of(columns, console.width))
    else:  # an id that is broken cannot be copied
        for name, below in zip(ids, names, strict=True):
            console.print(name, soft_wrap=True)
            console.print(Padding(below, (0, 0, 0, _INDENT)))
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
    if exercise.clean_reps_min is not None:
        rows.append(("too heavy", f"with fewer than {exercise.clean_reps_min} clean reps in a set"))
    if exercise.load_start_kg is not None:
        rows.append(("load", f"begin with {exercise.load_start_kg} kg"))
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
