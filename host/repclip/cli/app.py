"""The commands, put together: only the one that is asked for is loaded, as numpy and scipy take a second or so."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Final, Protocol, cast

import typer

from repclip import __version__

__all__ = ["application", "help_for", "with_values"]

_HELP: Final = """Count and time the reps of a sensor worn on a limb, live or from a recording.

\b
[dim]First of all, a recording that comes along:[/dim]
  [bold]repclip demo[/bold]
[dim]Then one of your own, as a table and as a picture:[/dim]
  [bold]repclip analyze evening.csv[/bold]
  [bold]repclip plot evening.csv[/bold]
[dim]A sensor of your own, from a board that is plugged in:[/dim]
  [bold]repclip flash[/bold]
[dim]The sensors in sight; counting with one, and seeing that again:[/dim]
  [bold]repclip scan[/bold]
  [bold]repclip live[/bold]
  [bold]repclip replay evening.repclip --speed 10x[/bold]
[dim]What was done so far, and what became of it:[/dim]
  [bold]repclip history[/bold]
  [bold]repclip progress[/bold]
"""

# Name, module, what it does; in the order in which --help lists them.
_COMMANDS: Final = (
    ("live", "live", "Count while the leg moves, and record it."),
    ("record", "record", "Record what a sensor says, without counting."),
    ("replay", "replay", "Show a recording as it was seen live, and count it anew."),
    ("analyze", "analyze", "Count the reps of a recording and time their phases."),
    (
        "plot",
        "plot",
        "Draw the reps: their tempo, the angle of the limb, how much they vary, or all on top of one another.",
    ),
    (
        "info",
        "info",
        "Say what a recording is: when, how long, by which sensor, how well the link did, what is in it.",
    ),
    ("report", "report", "Write a recording as one page for a physiotherapist, to send or to print."),
    ("next", "next_workout", "Propose what to do next, from what was done, and say why."),
    ("export", "export", "Write a recording as CSV: its samples, or its reps."),
    ("import", "import_csv", "Make a recording of a CSV, as if it had been recorded here."),
    (
        "demo",
        "demo",
        "Show a recording that comes along as it was seen live, ten times as fast, analyse it and draw it.",
    ),
    ("progress", "progress", "Show what became of the weeks: adherence, consistency, range and volume."),
    ("flash", "flash", "Put the firmware on a board, start it, and say what it found."),
    ("scan", "scan", "List the sensors in sight, over Bluetooth and at serial ports."),
)
_GROUPS: Final = (
    ("exercises", "exercises", "List the exercises, show one with its prescription, or begin one of your own."),
    ("history", "history", "List what was done, and add, analyse anew, export or delete sessions."),
)

_NAMES: Final = frozenset(name for name, *_ in (*_COMMANDS, *_GROUPS))

_COMPLETING: Final = "_REPCLIP_COMPLETE"  # set by shells that ask what may follow
_ANY: Final = ""  # an option without a value: the only sensor of that kind
_MAY_HAVE_A_VALUE: Final = ("--ble", "--serial")


class _Command(Protocol):
    """A module of this folder: ``HELP`` stands beneath what the command does."""

    HELP: str
    command: Callable[..., None]


class _Group(Protocol):
    HELP: str
    app: typer.Typer


def application(arguments: Sequence[str]) -> typer.Typer:
    """The program, complete as far as these arguments can tell."""
    app = typer.Typer(
        name="repclip",
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True, help=_HELP)(_root)
    wanted = _NAMES if _COMPLETING in os.environ else _NAMES.intersection(arguments)
    for name, module, does in _COMMANDS:
        if name in wanted:
            one = cast(_Command, import_module(f"repclip.cli.{module}"))
            app.command(name, help=f"{does}\n{one.HELP}")(one.command)
        else:
            app.command(name, help=does)(_not_loaded)
    for name, module, does in _GROUPS:
        if name in wanted:
            group = cast(_Group, import_module(f"repclip.cli.{module}"))
            app.add_typer(group.app, name=name, help=f"{does}\n{group.HELP}")
        else:
            app.command(name, help=does)(_not_loaded)
    return app


def help_for(arguments: Sequence[str]) -> str:
    """What to type for help with these."""
    words, names = ["repclip"], _NAMES
    for argument in arguments:
        if argument in names:
            words.append(argument)
            names = _names_within(argument)
    return " ".join([*words, "--help"])


def _names_within(command: str) -> frozenset[str]:
    """Of the commands of a group; none where it is a command itself."""
    modules = [module for name, module, _ in _GROUPS if name == command]
    groups = [cast(_Group, import_module(f"repclip.cli.{module}")) for module in modules]
    return frozenset(one.name for group in groups for one in group.app.registered_commands if one.name)


def with_values(arguments: Sequence[str]) -> list[str]:
    """``--ble`` and ``--serial`` without a value get an empty one: typer has no options that may have one."""
    out: list[str] = []
    for argument, following in zip(arguments, [*arguments[1:], "-"], strict=False):
        out.append(argument)
        if argument in _MAY_HAVE_A_VALUE and following.startswith("-"):
            out.append(_ANY)
    return out


def _not_loaded() -> None:
    """Stand for a command in the list of all."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"repclip {__version__}")
        raise typer.Exit


def _root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """Nothing but ``repclip``: its help."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
