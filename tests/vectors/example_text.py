"""The examples of the specification, byte by byte, from real frames."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from repclip import wire

# name, bytes, how to read them: "u" unsigned, "i" signed, "x" hex, "text", "f" f32
Field = tuple[str, int, str]

HEAD: Final[list[Field]] = [("version", 1, "u"), ("kind", 1, "x"), ("flags", 1, "x"), ("seq", 1, "u")]
CRC: Final[list[Field]] = [("crc", 4, "x")]
SAMPLE: Final[list[Field]] = [(name, 2, "i") for name in ("ax", "ay", "az", "gx", "gy", "gz")]
BODIES: Final[dict[str, list[Field]]] = {
    "two samples": [
        ("time", 4, "u"),
        ("index", 4, "u"),
        ("generation", 1, "u"),
        ("count", 1, "u"),
        ("stride", 1, "u"),
        ("reserved", 1, "u"),
        *SAMPLE,
        *SAMPLE,
    ],
    "overrun": [("time", 4, "u"), ("index", 4, "u"), ("lost", 4, "u"), ("generation", 1, "u"), ("cause", 1, "u")],
    "resending": [
        ("time", 4, "u"),
        ("command", 1, "x"),
        ("tag", 1, "u"),
        ("result", 1, "u"),
        ("reserved", 1, "u"),
        ("first", 4, "u"),
        ("count", 2, "u"),
    ],
    "status": [
        ("time", 4, "u"),
        ("uptime", 4, "u"),
        ("state", 1, "u"),
        ("battery_percent", 1, "u"),
        ("battery_mv", 2, "u"),
        ("temperature", 2, "i"),
        ("generation", 1, "u"),
        ("reserved", 1, "u"),
        ("rate", 4, "u"),
        ("next_index", 4, "u"),
        ("held", 2, "u"),
        ("backlog", 2, "u"),
        ("overruns", 4, "u"),
        ("lost", 4, "u"),
        ("dropped", 4, "u"),
        ("rejected", 2, "u"),
        ("bus_errors", 2, "u"),
    ],
    "hello": [
        ("time", 4, "u"),
        ("boot_id", 4, "x"),
        ("generation", 1, "u"),
        ("protocol", 1, "u"),
        ("firmware major", 1, "u"),
        ("firmware minor", 1, "u"),
        ("firmware patch", 1, "u"),
        ("state", 1, "u"),
        ("capabilities", 2, "x"),
        ("rate", 4, "u"),
        ("acc_scale", 4, "f"),
        ("gyr_scale", 4, "f"),
        ("acc_range", 2, "u"),
        ("gyr_range", 2, "u"),
        ("axis x", 1, "i"),
        ("axis y", 1, "i"),
        ("axis z", 1, "i"),
        ("reserved", 1, "u"),
        ("next_index", 4, "u"),
        ("ring", 2, "u"),
        ("unique_id: length", 1, "u"),
        ("unique_id", 8, "x"),
        ("name: length", 1, "u"),
        ("name", 12, "text"),
        ("board: length", 1, "u"),
        ("board", 19, "text"),
        ("sensor: length", 1, "u"),
        ("sensor", 8, "text"),
        ("rates: count", 1, "u"),
        *[("rate", 2, "u")] * 3,
        ("acc_ranges: count", 1, "u"),
        *[("acc_range", 2, "u")] * 4,
        ("gyr_ranges: count", 1, "u"),
        *[("gyr_range", 2, "u")] * 4,
    ],
}
START: Final[list[Field]] = [("rate", 2, "u"), ("acc_range", 2, "u"), ("gyr_range", 2, "u")]


def _value(data: bytes, how: str) -> str:
    if how == "text":
        return data.decode()
    if how == "f":
        return f"{struct.unpack('<f', data)[0]:.9g}"
    if how == "x":
        return data.hex() if len(data) > 4 else f"0x{int.from_bytes(data, 'little'):0{2 * len(data)}X}"
    return str(int.from_bytes(data, "little", signed=how == "i"))


def rows(frame: bytes, fields: list[Field]) -> Iterator[str]:
    """A line for each field; all bytes are accounted for."""
    at = 0
    for name, size, how in [*HEAD, *fields, *CRC]:
        data = frame[at : at + size]
        yield (
            f"{at:3}  {data.hex(' '):<23}  {name} {_value(data, how)}"
            if size <= 8
            else (f"{at:3}  {data.hex(' ')}\n     {'':<23}  {name} {_value(data, how)}")
        )
        at += size
    if at != len(frame):
        raise ValueError(f"{len(frame)} bytes, of which {at} are explained")


def wrapped(data: bytes) -> str:
    """Hex, 24 bytes a line."""
    return "\n".join(data[at : at + 24].hex(" ") for at in range(0, len(data), 24))


def block(title: str, body: str) -> str:
    """A headed block of code."""
    return f"**{title}**\n\n```text\n{body}\n```\n\n"


def examples(said: dict[str, wire.DeviceMessage], commands: dict[str, tuple[wire.Command, int]]) -> str:
    """The whole section."""
    command, tag = commands["start"]
    frame = wire.command_frame(command, tag)
    serial = wire.encode_command(command, tag, wire.Framing.SERIAL)
    parts = [
        "Made by the script named above; offset, bytes, field and value.\n\n",
        block("START: 100 Hz, ±4 g, ±500 °/s, tag 2, as it is written over BLE", "\n".join(rows(frame, START))),
        block("The same on a serial line: COBS, escapes, and 00 at both ends", wrapped(serial)),
    ]
    titles = {
        "hello": "HELLO",
        "two samples": "SAMPLES: two at ±4 g and ±500 °/s, lying flat",
        "overrun": "OVERRUN: the FIFO ran over, samples 300 to 311 are lost",
        "resending": "ANSWER to RESEND: 400 samples from 0xFFFFFF80 on will come, across the wrap of the index",
        "status": "STATUS",
    }
    for name, title in titles.items():
        frame = wire.build_frame(said[name], 7)
        parts.append(block(title, "\n".join(rows(frame, BODIES[name]))))
    frame = wire.build_frame(said["two samples"], 7)
    parts.append(block("Those two samples on a serial line", wrapped(wire.serial_line(frame))))
    fragments = "\n".join(part.hex(" ") for part in wire.notifications(frame, 20))
    parts.append(block("Those two samples at an MTU of 23: three notifications", fragments))
    return "".join(parts).removesuffix("\n")
