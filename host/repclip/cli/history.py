"""``repclip history``: what was done, session by session."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from repclip.cli.common import ChangeOptions, ExerciseOption, demand_csv, output_console
from repclip.cli.grouped import grouped
from repclip.cli.remembering import add_recordings, analyse_anew
from repclip.history import Listing, open_history
from repclip.history.analysing import Finder, exercise_of
from repclip.outfile import created, is_stdout
from repclip.report.history import print_session, print_sessions, session_line
from repclip.report.history_json import history_json
from repclip.session.catalogue import known_exercise
from repclip.wording import PAIN_ADVICE, one_line

__all__ = ["HELP", "app"]

app = typer.Typer()

HELP: Final = """
\b
[dim]The last ones; all of one exercise; one of them, whole:[/dim]
  [bold]repclip history[/bold]
  [bold]repclip history list --exercise nordic-curl --limit 100[/bold]
  [bold]repclip history show 12[/bold]
[dim]What repclip live did not see: recordings, and all in a folder:[/dim]
  [bold]repclip history add evening.csv --exercise lying-leg-curl[/bold]
  [bold]repclip history add old-recordings[/bold]
[dim]What the sensor cannot know:[/dim]
  [bold]repclip history edit 12 --pain --note "left knee"[/bold]
[dim]Count all of it again, after an update; take it elsewhere:[/dim]
  [bold]repclip history reanalyse[/bold]
  [bold]repclip history export -o reps.csv[/bold]

The history is one file, history.sqlite, beside your recordings. Nothing here
ever deletes or changes a recording.
"""

_SHOWN: Final = 20
_STDOUT: Final = Path("-")
_OnlyOption = Annotated[
    str | None, typer.Option("--exercise", "-e", metavar="ID", help="Only sessions of this exercise.")
]
_LimitOption = Annotated[
    int | None, typer.Option("--limit", "-n", metavar="N", min=1, help=f"So many; {_SHOWN}, or all with --json.")
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else.")]
_Number = Annotated[int, typer.Argument(metavar="N", help="Its number in the list.", min=1)]


@app.callback(invoke_without_command=True)
def list_newest(
    context: typer.Context, exercise: _OnlyOption = None, limit: _LimitOption = None, json: _JsonOption = False
) -> None:
    """List what was done."""
    if context.invoked_subcommand is None:
        _list(exercise, limit, json=json)
    elif exercise is not None or limit is not None or json:
        raise typer.BadParameter(f"options belong behind '{context.invoked_subcommand}'")


@app.command("list")
def list_command(exercise: _OnlyOption = None, limit: _LimitOption = None, json: _JsonOption = False) -> None:
    """List sessions, the newest first."""
    _list(exercise, limit, json=json)


@app.command("show")
def show(number: _Number, json: _JsonOption = False) -> None:
    """Show all that is kept of a session, rep by rep."""
    history = open_history()
    one, reps = history.session(number), history.reps(number)
    exercise = exercise_of(one, history.path)
    if json:
        typer.echo(history_json([one], lambda _: exercise, {number: reps}))
        return
    print_session(one, reps, exercise, Finder().find(one), output_console())


@app.command("add")
@grouped
def add(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Recordings, or folders of them (*.repclip).", readable=False),
    ],
    exercise: ExerciseOption = None,
    *,
    changed: ChangeOptions,
) -> None:
    """Analyse recordings and add them; one that is there already is replaced."""
    changes = changed.parsed()
    add_recordings(open_history(), files, exercise, changes, output_console())


@app.command("edit")
def edit(
    number: _Number,
    pain: Annotated[bool | None, typer.Option("--pain/--no-pain", help="Whether it hurt.", show_default=False)] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help='Anything; "" takes it away.')] = None,
    when: Annotated[
        str | None, typer.Option("--when", metavar="TIME", help='When it was, as "2026-11-21 18:30".')
    ] = None,
) -> None:
    """Say what the sensor cannot know of a session."""
    if pain is None and note is None and when is None:
        raise typer.BadParameter("say what is to be changed: --pain, --no-pain, --note or --when")
    history = open_history()
    history.tell(number, created=None if when is None else _time(when), pain=pain, note=note)
    console = output_console()
    console.print(f"{session_line(history.session(number))}.", soft_wrap=True)
    if pain:
        console.print(PAIN_ADVICE, style="yellow")


@app.command("delete")
def delete(
    numbers: Annotated[list[int], typer.Argument(metavar="N...", help="Their numbers in the list.", min=1)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget sessions; their recordings stay."""
    history = open_history()
    numbers = list(dict.fromkeys(numbers))
    sessions = [history.session(number) for number in numbers]
    console = output_console()
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("nobody is here to be asked; --yes deletes without asking")
        for one in sessions:
            console.print(f"{session_line(one)}.", soft_wrap=True)
        if not typer.confirm("Delete from the history? The recordings stay.", default=False):
            console.print("Nothing was deleted.")
            return
    history.delete(numbers)
    for one in sessions:
        console.print(f"Deleted session {one.id}; its recording is {one_line(str(one.recording))}", soft_wrap=True)


@app.command("reanalyse")
def reanalyse(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[N...]", help="Only these.", min=1, show_default=False)
    ] = None,
) -> None:
    """Count and score all sessions again, with the code of today."""
    history = open_history()
    sessions = [history.session(number) for number in numbers] if numbers else history.sessions()
    analyse_anew(history, sessions, output_console())


@app.command("export")
def export(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="CSV", help="Where to; without it, stdout.", readable=False),
    ] = None,
    of_sets: Annotated[bool, typer.Option("--sets", help="One line a set instead of one a rep.")] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Overwrite CSV where it exists.")] = False,
) -> None:
    """Write all of it as CSV, one line a rep; what is unknown is empty."""
    output = output or _STDOUT
    demand_csv(output)
    listing = open_history().listing(of_sets=of_sets)
    with created(output, force=force) as out:
        _write_csv(listing, out)
    if not is_stdout(output):
        lines = f"{len(listing.rows)} {'sets' if of_sets else 'reps, with partial ones'}"
        output_console().print(f"{lines}; the file is {one_line(str(output))}", soft_wrap=True)


def _list(exercise: str | None, limit: int | None, *, json: bool) -> None:
    history = open_history()
    found = history.sessions(exercise)[::-1]
    if exercise is not None and not found:
        known_exercise(exercise)  # else it is misspelt
    shown = found[: limit if limit is not None else None if json else _SHOWN]
    if json:
        typer.echo(history_json(shown, lambda one: exercise_of(one, history.path)))
        return
    console = output_console()
    if not found:
        whose = "" if exercise is None else f" of {one_line(exercise)}"
        console.print(f"There is no session{whose} in the history yet.")
        console.print("repclip live adds what it records; add what you have: repclip history add FILE")
        return
    print_sessions(shown, console, earlier=len(found) - len(shown))


def _time(text: str) -> datetime:
    """In local time, where no other is said."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError) as exc:
        raise typer.BadParameter(f"{text!r} is no time; write it like 2026-11-21 18:30") from exc


def _write_csv(listing: Listing, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(listing.columns)
    for row in listing.rows:
        writer.writerow("" if value is None else _plain(value) for value in row)


def _plain(value: str | int | float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
