"""Which sensor: the options that choose one, and the link to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from repclip.cli.flash import Bar
from repclip.source import ByteSource, HostClock
from repclip.transports import BleSource, SerialSource, port_named
from repclip.transports.discovery import FoundSensor, LinkKind, ScanReport, choose, scan, source_of
from repclip.transports.ports import list_boards

__all__ = ["Choice", "find_source"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for; both None: the only sensor there is."""

    ble: Annotated[
        str | None,
        typer.Option("--ble", metavar="[NAME|ADDRESS]", help="Over Bluetooth: this sensor, or the only one in sight."),
    ] = None
    serial: Annotated[
        str | None,
        typer.Option(
            "--serial", metavar="[PORT]", help="By cable: at this port, or the only board that is plugged in."
        ),
    ] = None

    def __post_init__(self) -> None:
        if self.ble is not None and self.serial is not None:
            raise typer.BadParameter("--ble and --serial are two ways to one sensor: choose one of them")


async def find_source(choice: Choice, clock: HostClock) -> ByteSource:
    """The link to the sensor that was chosen, not yet connected; what is being done is told on stderr.

    Raises
    ------
    LinkError
        when there is none to choose, or several.

    """
    if choice.ble is not None:
        return BleSource(choice.ble or None, clock)
    if choice.serial:
        return SerialSource(port_named(choice.serial), clock)
    if choice.serial is not None:
        boards, others = list_boards()
        plugged_in = tuple(FoundSensor(LinkKind.SERIAL, one.device) for one in boards)
        report = ScanReport(plugged_in, tuple(str(one) for one in others), None)
    else:
        with Bar(Console(stderr=True), patience_s=0.0) as bar:
            report = await scan(ask_all=False, tell=bar.begin)
    return source_of(choose(report), clock)
