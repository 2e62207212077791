"""Makes the golden vectors, and the examples at the end of the specification, from the cases written down here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np

from example_text import examples
from repclip import wire
from repclip.wire import cobs
from repclip.wire.frame import seal
from vector_json import Json, as_json

FOLDER: Final = Path(__file__).resolve().parent
PROTOCOL: Final = FOLDER.parents[1] / "firmware" / "PROTOCOL.md"
BEGIN: Final = "<!-- examples: begin (python tests/vectors/make_vectors.py) -->\n"
END: Final = "<!-- examples: end -->\n"

HELLO: Final = wire.Hello(
    time_us=1_234_567,
    boot_id=0xA1B2C3D4,
    generation=0,
    protocol=1,
    firmware=(0, 2, 0),
    state=wire.DeviceState.IDLE,
    capabilities=wire.Capability.BATTERY | wire.Capability.LED | wire.Capability.BLE | wire.Capability.SERIAL,
    rate_mhz=100_000,
    acc_g_per_count=4 / 32768,
    gyr_dps_per_count=500 / 32768,
    acc_range_g=4,
    gyr_range_dps=500,
    axes=(1, 2, 3),
    next_index=0,
    ring_samples=2040,
    unique_id=bytes.fromhex("e66038b713a27c2f"),
    name="repclip-7c2f",
    board="Raspberry Pi Pico W",
    sensor="MPU-6050",
    rates_hz=(50, 100, 200),
    acc_ranges_g=(2, 4, 8, 16),
    gyr_ranges_dps=(250, 500, 1000, 2000),
)
NO_SENSOR: Final = replace(
    HELLO,
    time_us=0xFFFFFFFF,
    generation=255,
    firmware=(255, 255, 255),
    state=wire.DeviceState.FAULT,
    capabilities=wire.Capability(0),
    rate_mhz=0,
    acc_g_per_count=0.0,
    gyr_dps_per_count=0.0,
    axes=(-2, 1, -3),
    next_index=0xFFFFFFFF,
    unique_id=b"",
    name="Übung 3",
    board="",
    sensor="",
    rates_hz=(),
    acc_ranges_g=(),
    gyr_ranges_dps=(),
)
LONGEST_HELLO: Final = replace(
    HELLO,
    unique_id=bytes(range(16)),
    name="n" * 24,
    board="b" * 24,
    sensor="s" * 24,
    rates_hz=(1, 2, 3, 4, 5, 6, 7, 65535),
    acc_ranges_g=(1, 2, 3, 4, 5, 6, 7, 65535),
    gyr_ranges_dps=(1, 2, 3, 4, 5, 6, 7, 65535),
)
STATUS: Final = wire.Status(
    time_us=61_000_000,
    uptime_s=61,
    state=wire.DeviceState.RUNNING,
    battery_percent=87,
    battery_mv=3987,
    temperature_c=31.25,
    generation=1,
    rate_mhz=99_870,
    next_index=6000,
    held=2040,
    backlog=3,
    overruns=1,
    lost=17,
    dropped=2,
    rejected=1,
    bus_errors=4,
    flags=wire.StatusFlag.STREAM_HERE | wire.StatusFlag.EXTERNAL_POWER,
)
NOTHING_KNOWN: Final = replace(
    STATUS,
    battery_percent=None,
    battery_mv=None,
    temperature_c=None,
    rate_mhz=None,
    held=0,
    backlog=0,
    rejected=65535,
    bus_errors=65535,
    flags=wire.StatusFlag(0),
)


def ramp(count: int) -> wire.RawSamples:
    """(N, 6): values all different, of both signs."""
    return (np.arange(6 * count, dtype=np.int16) * 257 - 9000).reshape(count, 6)


EXTREMES: Final = np.array([[-32768, 32767, -1, 0, 1, 256], [0, 0, 0, 0, 0, 0], [-32768] * 6], dtype=np.int16)
LEVEL: Final = np.array([[12, -40, 8191, 3, -2, 0], [10, -38, 8195, 4, -1, 1]], dtype=np.int16)

SAID: Final[list[tuple[str, wire.DeviceMessage]]] = [
    ("hello", HELLO),
    ("hello without a sensor", NO_SENSOR),
    ("the longest hello", LONGEST_HELLO),
    ("two samples", wire.Samples(60_000_000, 6000, 0, LEVEL)),
    ("one sample", wire.Samples(0, 0, 0, ramp(1))),
    ("extreme samples", wire.Samples(5, 2**31, 255, EXTREMES, after_loss=True)),
    ("samples as the index and the time wrap", wire.Samples(0xFFFFFF00, 0xFFFFFFFE, 3, ramp(10), resent=True)),
    ("the most samples", wire.Samples(1_000_000, 77, 1, ramp(18), after_loss=True, resent=True)),
    ("status", STATUS),
    ("status with nothing known", NOTHING_KNOWN),
    ("status in the cold", replace(STATUS, temperature_c=-12.5, battery_percent=0, flags=wire.StatusFlag(15))),
    ("log", wire.Log(2_000_000, wire.LogLevel.INFO, "sensor found at 0x68")),
    ("an empty log", wire.Log(2_000_000, wire.LogLevel.DEBUG, "")),
    ("the longest log", wire.Log(2_000_000, wire.LogLevel.ERROR, "°" * 100)),
    ("overrun", wire.Overrun(3_000_000, 300, 12, 0, wire.OverrunCause.FIFO)),
    ("overrun, sent again", wire.Overrun(3_500_000, 0xFFFFFFF0, 40, 2, wire.OverrunCause.RING, resent=True)),
    ("fault", wire.Fault(4_000_000, wire.FaultCode.BUS, -19, "the sensor does not answer: check SDA and SCL")),
    ("fault that is over", wire.Fault(4_100_000, wire.FaultCode.BUS, 0, "", over=True)),
    ("mark", wire.Mark(5_000_000, 500, 1, 0)),
    ("hello answered", wire.Answer(6, wire.CommandKind.HELLO, 1, wire.Result.OK)),
    ("started", wire.Answer(6, wire.CommandKind.START, 2, wire.Result.OK, wire.Started(6001, 1))),
    ("stopped", wire.Answer(6, wire.CommandKind.STOP, 3, wire.Result.OK, wire.Stopped(7001))),
    ("resending", wire.Answer(6, wire.CommandKind.RESEND, 4, wire.Result.OK, wire.Resending(0xFFFFFF80, 400))),
    ("time", wire.Answer(9, wire.CommandKind.TIME, 5, wire.Result.OK, wire.Echo(0x1122334455667788, 7))),
    ("bad value", wire.Answer(6, wire.CommandKind.START, 6, wire.Result.BAD_VALUE, wire.BadField(6))),
    ("not held", wire.Answer(6, wire.CommandKind.RESEND, 7, wire.Result.NOT_HELD, wire.NotHeld(952, 2040))),
    ("unreadable", wire.Answer(6, 0, 0, wire.Result.UNREADABLE)),
    ("unknown command", wire.Answer(6, 0x7F, 255, wire.Result.UNKNOWN_COMMAND)),
    ("no sensor", wire.Answer(6, wire.CommandKind.START, 8, wire.Result.NO_SENSOR)),
]


def sealed(frame: bytes) -> bytes:
    """With a right check value, whatever is in it; its own last four bytes are replaced."""
    return seal(frame[1], frame[2], frame[3], frame[4:-4], version=frame[0])


def changed(frame: bytes, at: int, new: bytes) -> bytes:
    """The frame with these bytes at this place, and a right check value."""
    return sealed(frame[:at] + new + frame[at + len(new) :])


def longer(frame: bytes, by: bytes) -> bytes:
    """The frame with more at the end of its body."""
    return sealed(frame[:-4] + by + bytes(4))


def shorter(frame: bytes, by: int) -> bytes:
    """The frame with less at the end of its body."""
    return sealed(frame[:-by])


def wide_samples(stride: int) -> bytes:
    """A frame of a later version, with more in a sample."""
    rows = b"".join(row.tobytes() + b"\x99" * (stride - 12) for row in ramp(3).astype("<i2"))
    return changed(seal(wire.Kind.SAMPLES, 0, 9, bytes(9) + bytes((3, stride, 0)) + rows), 15, b"\x55")


def device_frames() -> list[Json]:
    """All that is said of single frames of the device."""
    entries: list[Json] = []
    for seq, (name, message) in enumerate(SAID, start=250):
        frame = wire.build_frame(message, seq % 256)
        entries.append(
            {"name": name, "hex": frame.hex(), "seq": seq % 256, "message": as_json(message), "firmware": True}
        )

    said = {name: wire.build_frame(message, 9) for name, message in SAID}
    grown: list[tuple[str, bytes]] = [
        ("status that has grown", longer(said["status"], b"\x01\x02\x03")),
        ("hello that has grown", longer(said["hello"], b"\x00\x07")),
        ("samples that have grown", wide_samples(16)),
        ("samples of odd width", wide_samples(13)),
        ("samples with more after them", longer(said["two samples"], b"more")),
        ("log that has grown", longer(said["log"], b"\xff")),
        ("answer that has grown", longer(said["started"], b"\xff\xff")),
        ("unknown flags", changed(said["overrun"], 2, b"\xfc")),
        ("reserved bytes in use", changed(said["status"], 19, b"\x07")),
        ("unknown state", changed(said["status"], 12, b"\x63")),
        ("unknown cause", changed(said["overrun"], 17, b"\x63")),
        ("unknown result", changed(said["no sensor"], 10, b"\x63")),
        ("unknown kind", seal(0x3F, 1, 9, b"what?")),
        ("unknown kind without a body", seal(0x00, 0, 9, b"")),
        ("unknown version", seal(wire.Kind.STATUS, 1, 9, b"", version=2)),
    ]
    for name, data in grown:
        entries.append({"name": name, "hex": data.hex(), "seq": 9, "message": as_json(wire.parse_frame(data))})

    hello, two, status = said["hello"], said["two samples"], said["status"]
    flipped = bytearray(two)
    flipped[20] ^= 0x10
    damaged: list[tuple[str, bytes, wire.Damage]] = [
        ("nothing", b"", wire.Damage.TOO_SHORT),
        ("seven bytes", two[:7], wire.Damage.TOO_SHORT),
        ("the check value of nothing", crc32(b"").to_bytes(4, "little"), wire.Damage.TOO_SHORT),
        ("over the longest", seal(0x3F, 0, 9, bytes(1017)), wire.Damage.TOO_LONG),
        ("one bit", bytes(flipped), wire.Damage.CRC),
        ("a byte less", two[:-1], wire.Damage.CRC),
        ("a byte more", two + b"\x00", wire.Damage.CRC),
        ("only zeros", bytes(40), wire.Damage.CRC),
        ("hello: scale is no number", changed(hello, 24, b"\x00\x00\xc0\x7f"), wire.Damage.FIELDS),
        ("hello: infinite scale", changed(hello, 28, b"\x00\x00\x80\x7f"), wire.Damage.FIELDS),
        ("hello: negative scale", changed(hello, 28, b"\x00\x00\x80\xbf"), wire.Damage.FIELDS),
        ("hello: axis 0", changed(hello, 36, b"\x00"), wire.Damage.FIELDS),
        ("hello: the same axis twice", changed(hello, 36, b"\x01\xff\x03"), wire.Damage.FIELDS),
        ("hello: cut in its lists", shorter(hello, 3), wire.Damage.FIELDS),
        ("hello: a name beyond its end", changed(hello, 55, b"\xff"), wire.Damage.FIELDS),
        ("samples: none", changed(two, 13, b"\x00"), wire.Damage.FIELDS),
        ("samples: more than there are", changed(two, 13, b"\x03"), wire.Damage.FIELDS),
        ("samples: too narrow", changed(two, 14, b"\x0b"), wire.Damage.FIELDS),
        ("samples: too wide", changed(two, 14, b"\x0d"), wire.Damage.FIELDS),
        ("samples: a byte less than there are", shorter(two, 1), wire.Damage.FIELDS),
        ("samples: no head", shorter(two, 28), wire.Damage.FIELDS),
        ("status: too short", shorter(status, 1), wire.Damage.FIELDS),
        ("log: a text beyond its end", shorter(said["log"], 1), wire.Damage.FIELDS),
        ("log: without a text", shorter(said["an empty log"], 1), wire.Damage.FIELDS),
        ("overrun of nothing", changed(said["overrun"], 12, bytes(4)), wire.Damage.FIELDS),
        ("mark: empty", seal(wire.Kind.MARK, 0, 9, b""), wire.Damage.FIELDS),
        ("answer: detail too short", shorter(said["started"], 1), wire.Damage.FIELDS),
        ("answer: no offset", shorter(said["bad value"], 1), wire.Damage.FIELDS),
    ]
    entries += [{"name": name, "hex": data.hex(), "damage": str(damage)} for name, data, damage in damaged]
    return entries


def to_device(frame: bytes) -> bytes:
    """A frame as the host sends it."""
    return b"\0" + cobs.escape(cobs.encode(frame)) + b"\0"


COMMANDS: Final[list[tuple[str, wire.Command, int]]] = [
    ("hello", wire.AskHello(), 1),
    ("start", wire.Start(100, 4, 500), 2),
    ("start as it is", wire.Start(), 3),
    ("stop", wire.Stop(), 4),
    ("resend", wire.Resend(5000, 300), 5),
    ("resend across the wrap", wire.Resend(0xFFFFFF80, 65535), 255),
    ("time", wire.AskTime(0x0102030405060708), 6),
    ("time with acknowledgement", wire.AskTime(2**64 - 1, 3), 7),
    ("identify", wire.Identify(10), 8),
    ("identify no more", wire.Identify(0), 9),
    ("sleep", wire.Sleep(), 125),
]


def command_frames() -> list[Json]:
    """All that is said of single commands."""
    entries: list[Json] = []
    frame: dict[str, bytes] = {}
    for name, command, tag in COMMANDS:
        frame[name] = wire.command_frame(command, tag)
        serial = wire.encode_command(command, tag, wire.Framing.SERIAL)
        entries.append(
            {"name": name, "hex": frame[name].hex(), "serial": serial.hex(), "command": as_json(command), "tag": tag}
        )
    grown = longer(frame["start"], b"\x01\x02")
    entries.append(
        {
            "name": "start that has grown",
            "hex": grown.hex(),
            "serial": to_device(grown).hex(),
            "command": as_json(wire.Start(100, 4, 500)),
            "tag": 2,
        }
    )
    bad = bytearray(frame["start"])
    bad[5] ^= 1
    refused: list[tuple[str, bytes, wire.Result, int]] = [
        ("nothing", b"", wire.Result.UNREADABLE, 0),
        ("three bytes", b"\x01\x41\x00", wire.Result.UNREADABLE, 0),
        ("the check value of nothing", crc32(b"").to_bytes(4, "little"), wire.Result.UNREADABLE, 0),
        ("half a head", b"\x01\x41\x00" + crc32(b"\x01\x41\x00").to_bytes(4, "little"), wire.Result.UNREADABLE, 0),
        ("one bit", bytes(bad), wire.Result.UNREADABLE, 0),
        ("over the longest", seal(wire.CommandKind.HELLO, 0, 1, bytes(57)), wire.Result.UNREADABLE, 0),
        ("unknown version", seal(wire.CommandKind.STOP, 0, 1, b"", version=2), wire.Result.UNKNOWN_VERSION, 0),
        ("unknown command", seal(0x48, 0, 1, b""), wire.Result.UNKNOWN_COMMAND, 0),
        ("a frame of a device", seal(wire.Kind.MARK, 0, 1, bytes(11)), wire.Result.UNKNOWN_COMMAND, 0),
        ("start: too short", shorter(frame["start"], 1), wire.Result.BAD_LENGTH, 0),
        ("resend: too short", shorter(frame["resend"], 1), wire.Result.BAD_LENGTH, 0),
        ("time: too short", shorter(frame["time"], 1), wire.Result.BAD_LENGTH, 0),
        ("identify: too short", shorter(frame["identify"], 1), wire.Result.BAD_LENGTH, 0),
        ("resend nothing", changed(frame["resend"], 8, b"\x00\x00"), wire.Result.BAD_VALUE, 8),
        ("identify for too long", changed(frame["identify"], 4, b"\x3d"), wire.Result.BAD_VALUE, 4),
    ]
    for name, data, result, offset in refused:
        entries.append({"name": name, "hex": data.hex(), "result": int(result), "offset": offset})
    return entries


def serial_to_host() -> list[Json]:
    """Streams of a serial line, with text and damage between the frames."""
    log, two = wire.Log(1, 20, "one"), wire.Samples(60_000_000, 6000, 0, LEVEL)
    first, second = wire.serial_line(wire.build_frame(log)), wire.serial_line(wire.build_frame(two, 1))
    flipped = bytearray(first)
    flipped[6] ^= 0x40
    unfinished = bytearray(second)
    unfinished[-1] = 0x11
    bad_crc = wire.Damaged(wire.Damage.CRC, bytes(flipped[1:-1]))
    joined = bytes(unfinished[1:]) + b""
    traceback = b'Traceback (most recent call last):\r\n  File "main.py", line 1\r\nOSError: 5\r\n'
    lines = [wire.StrayText(line) for line in traceback.decode().splitlines()]
    long_text = b"x" * 600 + b"\n"
    cases: list[tuple[str, bytes, list[wire.Message]]] = [
        ("two frames", first + second, [log, two]),
        ("empty chunks", bytes(5) + first + bytes(3) + second, [log, two]),
        (
            "text before, between and after",
            b"boot\r\n" + first + b"hello\nworld" + second + traceback,
            [wire.StrayText("boot"), log, wire.StrayText("hello"), wire.StrayText("world"), two, *lines],
        ),
        ("a damaged frame costs itself", bytes(flipped) + second, [bad_crc, two]),
        ("a lost end costs that frame", bytes(unfinished) + first, [wire.Damaged(wire.Damage.COBS, joined), log]),
        ("the rest of a frame at first", second[9:] + first, [log]),
        (
            "no end to a chunk",
            first + b"\x05\x01" + b"\x22" * 2000 + second,
            [log, wire.Damaged(wire.Damage.TOO_LONG, b"\x05\x01" + b"\x22" * 1030), two],
        ),
        (
            "binary that is no frame",
            first + b"\x05\x80\xff\x01" + second,
            [log, wire.Damaged(wire.Damage.TEXT, b"\x05\x80\xff\x01"), two],
        ),
        ("a long line", first + long_text + second, [log, wire.StrayText("x" * 512), wire.StrayText("x" * 88), two]),
        (
            "two bytes of UTF-8 at the end of a long line",
            b"\0" + b"x" * 511 + "°y\n".encode(),
            [wire.StrayText("x" * 511), wire.StrayText("°y")],
        ),
    ]
    return [{"name": n, "hex": data.hex(), "messages": [as_json(m) for m in messages]} for n, data, messages in cases]


def serial_to_device() -> list[Json]:
    """Streams of the other direction."""
    start = wire.command_frame(wire.Start(100, 4, 500), 2)
    stop = wire.command_frame(wire.Stop(), 3)
    flipped = bytearray(start)
    flipped[6] ^= 0x03
    cut = to_device(start)
    cases: list[tuple[str, bytes, list[bytes | None]]] = [
        ("two commands", to_device(start) + to_device(stop), [start, stop]),
        ("empty chunks", bytes(4) + to_device(start) + bytes(4), [start]),
        ("someone typing", b"help\r\n" + to_device(start) + b"hello?\r\n" + to_device(stop) + b"x\0y\0", [start, stop]),
        ("the rest of a command at first", cut[5:] + to_device(stop), [stop]),
        ("no end", cut[:-1] + to_device(stop), [start, stop]),
        ("ends in an escape", cut[:4] + b"\0" + to_device(stop), [None, stop]),
        ("a bad escape", b"\0\x7d\x7d\x7d\0" + to_device(stop), [None, stop]),
        ("a control character", b"\0\x7d\x23\x03\x41\0" + to_device(stop), [None, stop]),
        ("bad COBS", b"\0" + cobs.escape(b"\x09\x01\x41") + b"\0" + to_device(stop), [None, stop]),
        ("far too long", b"\0\x7d\x21" + b"A" * 500 + b"\0" + to_device(stop), [None, stop]),
        ("the longest", to_device(seal(wire.CommandKind.STOP, 0, 1, bytes(56))), [seal(0x43, 0, 1, bytes(56))]),
    ]
    return [
        {"name": name, "hex": data.hex(), "found": [None if frame is None else frame.hex() for frame in found]}
        for name, data, found in cases
    ]


def notification_cases() -> list[Json]:
    """Frames in notifications of any size, whole, cut, and with some of them lost."""
    two = wire.Samples(60_000_000, 6000, 0, LEVEL)
    many = wire.Samples(1_000_000, 77, 1, ramp(18))
    entries: list[Json] = []
    whole_ones: list[tuple[str, wire.DeviceMessage, int, int]] = [
        ("a whole frame", two, 244, 0),
        ("a frame that just fits", many, 236, 0),
        ("a frame that just does not fit", many, 235, 0),
        ("two samples at an MTU of 23", two, 20, 0),
        ("the most samples at an MTU of 23", many, 20, 29),
        ("hello at an MTU of 23", HELLO, 20, 31),
    ]
    for name, message, payload, number in whole_ones:
        frame = wire.build_frame(message)
        parts = wire.notifications(frame, payload, number)
        entries.append(
            {
                "name": name,
                "frame": frame.hex(),
                "payload": payload,
                "number": number,
                "notifications": [part.hex() for part in parts],
                "messages": [as_json(message)],
            }
        )
    whole = wire.build_frame(two)
    parts = wire.notifications(wire.build_frame(many), 20)
    again = wire.notifications(wire.build_frame(two), 20, len(parts))

    def lost(*kept: bytes) -> wire.Damaged:
        return wire.Damaged(wire.Damage.FRAGMENT, b"".join(part[1:] for part in kept))

    cases: list[tuple[str, list[bytes], list[wire.Message]]] = [
        ("empty notifications", [b"", whole, b""], [two]),
        ("a fragment lost", parts[:5] + parts[6:] + again, [lost(*parts[:5]), two]),
        ("the last fragment lost", parts[:-1] + again, [lost(*parts[:-1]), two]),
        ("the first fragment lost", parts[1:] + again, [wire.Damaged(wire.Damage.FRAGMENT, parts[1]), two]),
        ("a fragment twice", parts[:3] + parts[2:] + again, [lost(*parts[:3]), two]),
        (
            "a whole frame in between",
            [*parts[:3], whole, *parts[3:], *again],
            [lost(*parts[:3]), two, wire.Damaged(wire.Damage.FRAGMENT, parts[3]), two],
        ),
        ("the rest of a frame at first", parts[7:] + again, [wire.Damaged(wire.Damage.FRAGMENT, parts[7]), two]),
        (
            "a damaged whole frame",
            [whole[:-1] + b"\x00", whole],
            [wire.Damaged(wire.Damage.CRC, whole[:-1] + b"\x00"), two],
        ),
    ]
    for name, data, messages in cases:
        entries.append(
            {"name": name, "notifications": [p.hex() for p in data], "messages": [as_json(m) for m in messages]}
        )
    return entries


def vector_files() -> dict[str, str]:
    """Name and text of each file."""
    made = {
        "device_frames": device_frames(),
        "command_frames": command_frames(),
        "serial_to_host": serial_to_host(),
        "serial_to_device": serial_to_device(),
        "notifications": notification_cases(),
    }
    lines = {
        name: ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) for name, entries in made.items()
    }
    return {f"{name}.json": f"[\n{text}\n]\n" for name, text in lines.items()}


def protocol_text() -> str:
    """The specification, its examples new."""
    text = PROTOCOL.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return (
        before + BEGIN + examples(dict(SAID), {name: (command, tag) for name, command, tag in COMMANDS}) + END + after
    )


def main() -> None:
    """Write everything."""
    for name, text in vector_files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    PROTOCOL.write_text(protocol_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
