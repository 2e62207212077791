"""``repclip info``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from repclip.cli.common import FileArgument, examine_file, output_console
from repclip.recording.info import describe
from repclip.recording.reader import recording_state
from repclip.report.info import info_json, print_info

__all__ = ["HELP", "command"]

HELP: Final = """
\b
  [bold]repclip info "2026-11-21 18.30.00.repclip"[/bold]
[dim]For scripts:[/dim]
  [bold]repclip info evening.repclip --json[/bold]
"""


def command(
    file: FileArgument,
    json: Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else.")] = False,
) -> None:
    """Say what a recording is."""
    examined = examine_file(file, None)
    state = recording_state(file, examined.meta)
    info = describe(file, examined.meta, examined.seen, state=state, notes=tuple(examined.notes))
    if json:
        typer.echo(info_json(info))
    else:
        print_info(info, output_console())
