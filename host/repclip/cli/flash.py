"""``repclip flash``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Annotated, Final, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from repclip.cli.common import output_console
from repclip.errors import FirmwareFaultError, NoSensorError
from repclip.flash import SET_ASIDE, Action, FlashReport, FlashRequest, Greeting, flash

__all__ = ["HELP", "Bar", "command"]

HELP: Final = """
\b
[dim]The only board that is plugged in:[/dim]
  [bold]repclip flash[/bold]
[dim]One of several; see what would be done, and do it with your own settings:[/dim]
  [bold]repclip flash /dev/ttyACM0 --dry-run[/bold]
  [bold]repclip flash /dev/ttyACM0 --config my_config.py[/bold]
"""

_PATIENCE_S: Final = 2.0  # nothing is shown for what takes less


def command(
    port: Annotated[
        str | None,
        typer.Argument(metavar="[PORT]", help="Serial port, like /dev/ttyACM0 or COM3; not needed for a single board."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="FILE",
            help="Put this in place of the board's config.py, which is kept otherwise.",
        ),
    ] = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="First remove every file that is on the board, config.py too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be done, and write nothing.")
    ] = False,
) -> None:
    """Put the firmware on a board, start it, and say what it found."""
    with Bar(Console(stderr=True)) as bar:
        report = flash(FlashRequest(port, config, erase, dry_run), bar)
    print_report(report, output_console())
    greeting = report.greeting
    if greeting is not None and not greeting.sensor:
        if greeting.fault and greeting.fault_elsewhere:
            raise FirmwareFaultError(report.port, said=greeting.fault)
        raise NoSensorError(report.port, said=greeting.fault)


def print_report(report: FlashReport, console: Console) -> None:
    """What was done, and what the board said."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("board", f"{report.board.machine} at {report.port}, MicroPython {report.board.release}")
    for row in _changes(report):
        table.add_row(*row)
    if report.greeting is not None:
        for row in _greeting(report.greeting):
            table.add_row(*row)
    console.print(table)
    if report.dry_run:
        console.print("Nothing was written: this was a dry run.")
    elif report.greeting is None:
        console.print("This firmware has no program that starts by itself yet: there is no hello to wait for.")


def _changes(report: FlashReport) -> list[tuple[str, str]]:
    plan = report.plan
    written = plan.having(Action.WRITE)
    removed = [path for path in plan.having(Action.REMOVE) if path not in written]
    aside = [f"{path} (not ours) as {SET_ASIDE}" for path in plan.having(Action.SET_ASIDE)]
    kept = plan.having(Action.KEEP)
    size = f"{plan.write_bytes / 1000:.1f} kB, {report.compiled}"
    rows = [
        (("would set aside" if report.dry_run else "set aside"), _names(aside), ""),
        (("would remove" if report.dry_run else "removed"), _names(removed), ""),
        (("would write" if report.dry_run else "written"), _names(written), f" ({size})"),
        ("unchanged", _names(plan.having(Action.SAME)), ""),
        ("kept", _names(kept), ", your own"),
    ]
    return [(head, names + note) for head, names, note in rows if names]


def _greeting(greeting: Greeting) -> list[tuple[str, str]]:
    rows = [("sensor", f"{greeting.sensor}, {greeting.rate_hz:g} Hz" if greeting.sensor else "none found")]
    if greeting.battery_percent is None:
        rows.append(("battery", "not measured"))
    else:
        volts = "" if greeting.battery_v is None else f" ({greeting.battery_v:.2f} V)"
        rows.append(("battery", f"{greeting.battery_percent} %{volts}"))
    if greeting.fault and greeting.sensor:
        rows.append(("fault", greeting.fault))
    if greeting.name:
        rows.insert(0, ("name", " ".join(part for part in (greeting.name, greeting.firmware) if part)))
    return rows


def _names(paths: Sequence[str]) -> str:
    return ", ".join(path.lstrip("/") for path in paths)


class Bar:
    """What is being done, drawn on a terminal from the third second on, and gone at the end."""

    def __init__(self, console: Console, patience_s: float = _PATIENCE_S) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        self._task: TaskID | None = None
        self._timer = Timer(patience_s, self._progress.start) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()  # it may be drawing for the first time at this moment
            self._progress.stop()

    def begin(self, what: str, total_bytes: int | None = None) -> None:
        """A new part of the work begins."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(what, total=total_bytes)

    def advance(self, count: int) -> None:
        """So many bytes more are done."""
        if self._task is not None:
            self._progress.advance(self._task, count)
