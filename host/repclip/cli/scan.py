"""``repclip scan``."""

from __future__ import annotations

import asyncio
import json
from dataclasses import fields
from typing import Annotated, Final

import typer
from rich.console import Console

from repclip.cli.common import output_console
from repclip.cli.flash import Bar
from repclip.report.columns import plain_table
from repclip.report.text import Glyphs
from repclip.transports.discovery import SCAN_S, FoundSensor, ScanReport, scan
from repclip.wording import one_line

__all__ = ["HELP", "SCHEMA", "as_json", "command", "print_report"]

SCHEMA: Final = "repclip.scan/1"

HELP: Final = """
\b
[dim]All of them, with what each says of itself:[/dim]
  [bold]repclip scan[/bold]
[dim]For longer, where they are far away; for scripts:[/dim]
  [bold]repclip scan --seconds 20[/bold]
  [bold]repclip scan --json[/bold]

A sensor that a phone or another program holds is not in sight.

Exit code 0, also when there is none: scripts count "sensors" in --json.
"""

_TOLD: Final = 5  # devices that are no sensors


def command(
    seconds: Annotated[
        float,
        typer.Option("--seconds", "-s", metavar="N", min=0.5, max=300.0, help="How long to look over Bluetooth."),
    ] = SCAN_S,
    json_output: Annotated[
        bool, typer.Option("--json", help=f"Print JSON (schema {SCHEMA}), and nothing else.")
    ] = False,
) -> None:
    """List the sensors in sight."""
    with Bar(Console(stderr=True), patience_s=0.0) as bar:
        report = asyncio.run(scan(seconds, tell=bar.begin))
    if json_output:
        typer.echo(as_json(report))
    else:
        print_report(report, seconds, output_console())


def as_json(report: ScanReport) -> str:
    """What is in sight; what is unknown is null. Keys are added, never renamed."""
    sensors = [{field.name: getattr(one, field.name) for field in fields(FoundSensor)} for one in report.sensors]
    made = {"schema": SCHEMA, "sensors": sensors, "bluetooth_problem": report.bluetooth_problem}
    return json.dumps(made, indent=2, ensure_ascii=True)


def print_report(report: ScanReport, seconds: float, console: Console) -> None:
    """A table, and beneath it what is wrong."""
    fit = Glyphs.for_console(console).fit
    if report.sensors:
        table = plain_table()
        for head in ("name", "at", "signal", "battery", "sensor", "id"):
            table.add_column(head, overflow="fold")
        for one in report.sensors:
            table.add_row(*map(fit, _row(one)))
        console.print(table)
    else:
        found = "No sensor found" + ("" if report.bluetooth_problem else f" in {seconds:g} s")
        console.print(
            f"{found}. Wake it (move it, or press its button), bring it near, charge it, or plug it in with a USB "
            "cable that carries data, not only power."
        )
    notes = [f"{one}: {one.problem}" for one in report.sensors if one.problem is not None]
    if report.bluetooth_problem is not None:
        notes.append(f"Not searched over Bluetooth: {report.bluetooth_problem}.")
    if not report.sensors and report.others:
        more = ", …" if len(report.others) > _TOLD else ""
        notes.append(f"In sight, but no sensors: {', '.join(report.others[:_TOLD])}{more}.")
    for note in notes:
        console.print()
        console.print(fit(one_line(note)))


def _row(one: FoundSensor) -> tuple[str, ...]:
    return (
        one_line(one.name or "?"),
        one.address,
        "" if one.rssi_dbm is None else f"{one.rssi_dbm} dBm",
        "?" if one.battery_percent is None else f"{one.battery_percent} %",
        one_line(one.sensor or "?"),
        one.unique_id or "?",
    )
