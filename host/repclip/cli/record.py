"""``repclip record``."""

from __future__ import annotations

from functools import partial
from typing import Final

from repclip.cli.links import BleOption, Choice, SerialOption, find_source
from repclip.cli.live import RATE_HZ, LoadOption, NoteOption, OutputOption, RateOption, SideOption, marks_of
from repclip.cli.sitting import Plan, hold
from repclip.engine.dialog import Sampling
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


def command(
    ble: BleOption = None,
    serial: SerialOption = None,
    side: SideOption = None,
    load: LoadOption = None,
    note: NoteOption = None,
    rate: RateOption = RATE_HZ,
    output: OutputOption = None,
) -> None:
    """Record what a sensor says, without counting."""
    marks = marks_of(side, load, note)
    sampling = Sampling(rate_hz=rate)
    plan = Plan(find_exercise(GENERIC), Changes(), counting=False, output=output, sampling=sampling, marks=marks)
    hold(partial(find_source, Choice(ble, serial)), plan)
