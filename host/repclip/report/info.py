"""What a recording is, as text for people and as JSON (schema ``repclip.info/1``)."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from repclip.recording.info import RecordingInfo
from repclip.report.text import Glyphs, clock
from repclip.wording import counted, one_line

__all__ = ["info_json", "info_rows", "print_info"]

_SCHEMA: Final = "repclip.info/1"
_DIGITS: Final = 3


def info_json(info: RecordingInfo) -> str:
    """Everything, under the names of `RecordingInfo`; what is unknown is null."""
    values = {key: round(value, _DIGITS) if isinstance(value, float) else value for key, value in asdict(info).items()}
    return json.dumps({"schema": _SCHEMA, **values, "path": str(info.path)}, indent=2, allow_nan=False)


def print_info(info: RecordingInfo, console: Console) -> None:
    """Two columns, only of what is known."""
    glyphs = Glyphs.for_console(console)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in info_rows(info):
        if text:
            table.add_row(name, Text(glyphs.fit(one_line(text))))
    console.print(Text(glyphs.fit(one_line(info.path.name)), style="bold"))
    console.print(table)
    for note in info.notes:
        console.print(Text(glyphs.fit(one_line(note)), style="yellow"))


def info_rows(info: RecordingInfo) -> list[tuple[str, str | None]]:
    """Names and what is known, in words; None where nothing is."""
    return [
        ("recorded", _when(info)),
        ("simulated", info.simulated),
        ("state", None if info.state == "complete" else info.state),
        ("sensor", _device(info)),
        ("exercise", _exercise(info)),
        ("note", "; ".join(info.told)),
        ("lasts", f"{clock(info.duration_s)}, {counted(info.samples, 'sample')}"),
        ("rate", _rate(info)),
        ("lost", _lost(info)),
        ("link", _link(info)),
        ("battery", _battery(info)),
        ("marks", str(info.marks) if info.marks else None),
        ("found", _found(info)),
        ("size", f"{info.size_bytes / 1000:.0f} kB"),
    ]


def _when(info: RecordingInfo) -> str | None:
    if info.created is None:
        return None
    when = info.created
    with suppress(ValueError):
        when = f"{datetime.fromisoformat(info.created).astimezone():%Y-%m-%d %H:%M:%S}"
    source = f", imported from {info.imported_from}" if info.imported_from else ""
    return f"{when}, by repclip {info.software or 'of an unknown version'}{source}"


def _exercise(info: RecordingInfo) -> str | None:
    told = [part for part in (info.side, info.load) if part]
    return ", ".join([info.exercise or "not told", *told]) if info.exercise or told else None


def _device(info: RecordingInfo) -> str | None:
    if info.device is None:
        return None
    return f"{info.device} ({info.sensor or 'no sensor'} on {info.board}, firmware {info.firmware})"


def _rate(info: RecordingInfo) -> str | None:
    if info.rate_hz is None:
        return None
    asked = f", asked for {info.rate_asked_hz:g}" if info.rate_asked_hz else ""
    drift = info.clock_drift_ppm
    off = f"; the board's clock is off by {-drift / 1e4:+.2f} %" if drift else ""
    return f"{info.rate_hz:.2f} Hz{asked}{off}"


def _lost(info: RecordingInfo) -> str:
    if not info.gaps:
        return "nothing"
    samples = "an unknown number of samples" if info.lost_samples is None else counted(info.lost_samples, "sample")
    return f"{samples} in {counted(info.gaps, 'gap')}"


def _link(info: RecordingInfo) -> str | None:
    if info.link is None:
        return None
    parts = [info.link if info.signal_dbm is None else f"{info.link}, found at {info.signal_dbm} dBm"]
    for count, what in (
        (info.times_lost, "lost {}"),
        (info.restarts, "the board started anew {}"),
    ):
        if count:
            parts.append(what.format("once" if count == 1 else f"{count} times"))
    for count, what, why in (
        (info.missed_frames, "frame", " that did not come"),
        (info.damaged_frames, "damaged frame", ""),
        (info.overflows, "packet", " dropped because this computer was too slow"),
    ):
        if count:
            parts.append(f"{counted(count, what)}{why}")
    return "; ".join(parts)


def _battery(info: RecordingInfo) -> str | None:
    if info.battery_first_percent is None:
        return None
    return f"{info.battery_first_percent} % at first, {info.battery_last_percent} % at last"


def _found(info: RecordingInfo) -> str:
    if not info.reps and not info.partials:
        return "no reps"
    partials = f", {info.partials} partial" if info.partials else ""
    return f"{counted(info.reps, 'rep')}{partials} in {counted(info.sets, 'set')}"
