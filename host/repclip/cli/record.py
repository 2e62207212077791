"""``repclip record``."""

from __future__ import annotations

from functools import partial
from typing import Final

from repclip.cli.grouped import grouped
from repclip.cli.links import Choice, find_source
from repclip.cli.recording_options import RecordingOptions
from repclip.cli.sitting import Plan, hold
from repclip.session.changes import Changes
from repclip.session.exercise import GENERIC, find_exercise

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]The only sensor there is, until q or Ctrl-C; m marks, x says that it hurts:[/dim]
  [bold]repclip record[/bold]
[dim]A certain one, faster, to a file of your choice:[/dim]
  [bold]repclip record --ble repclip-7F3A --rate 200 -o evening.repclip[/bold]
"""


@grouped
def command(*, sensor: Choice, recorded: RecordingOptions) -> None:
    """Record what a sensor says, without counting."""
    plan = Plan(
        find_exercise(GENERIC),
        Changes(),
        counting=False,
        output=recorded.output,
        sampling=recorded.sampling,
        marks=recorded.marks,
    )
    hold(partial(find_source, sensor), plan)
