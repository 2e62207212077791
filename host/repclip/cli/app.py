"""The commands, put together."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from repclip import __version__
from repclip.cli import (
    analyze,
    demo,
    exercises,
    export,
    flash,
    import_csv,
    info,
    live,
    plot,
    record,
    replay,
    scan,
)

__all__ = ["app"]

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
"""

app = typer.Typer(
    name="repclip",
    help=_HELP,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
app.command("live", help=live.HELP)(live.command)
app.command("record", help=record.HELP)(record.command)
app.command("replay", help=replay.HELP)(replay.command)
app.command("analyze", help=analyze.HELP)(analyze.command)
app.command("plot", help=plot.HELP)(plot.command)
app.command("info", help=info.HELP)(info.command)
app.command("export", help=export.HELP)(export.command)
app.command("import", help=import_csv.HELP)(import_csv.command)
app.command("demo", help=demo.HELP)(demo.command)
app.command("flash", help=flash.HELP)(flash.command)
app.command("scan", help=scan.HELP)(scan.command)
app.add_typer(exercises.app, name="exercises", help=exercises.HELP)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"repclip {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True, help=_HELP)
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """Nothing but ``repclip``: its help."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
