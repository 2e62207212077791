"""A message → the frame a device would send: for simulated devices, and to check the decoder against."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Final

import numpy as np

from repclip.errors import FieldError
from repclip.wire import cobs
from repclip.wire.codes import AFTER_LOSS, LONGEST_FRAME, OVER, RESENT, Kind, Result
from repclip.wire.frame import seal, whole
from repclip.wire.layout import (
    ANSWER,
    DETAIL,
    FAULT,
    HELLO,
    LOG,
    MARK,
    OVERRUN,
    SAMPLE_BYTES,
    SAMPLES,
    STATUS,
    UNKNOWN_MV,
    UNKNOWN_PERCENT,
    UNKNOWN_TEMPERATURE,
)
from repclip.wire.messages import (
    Answer,
    BadField,
    Detail,
    DeviceMessage,
    Echo,
    Fault,
    Hello,
    Log,
    Mark,
    NotHeld,
    Overrun,
    Resending,
    Samples,
    Started,
    Status,
)

__all__ = ["build_frame", "serial_line"]

_U8: Final = 0xFF
_U16: Final = 0xFFFF
_U32: Final = 0xFFFFFFFF


def build_frame(message: DeviceMessage, seq: int = 0) -> bytes:
    """The frame that says this.

    Raises
    ------
    FieldError
        when a value does not fit its field, or the whole a frame.

    """
    kind, flags, body = _body(message)
    frame = seal(kind, flags, seq, body)
    if len(frame) > LONGEST_FRAME:
        raise FieldError("the frame's length", len(frame), f"at most {LONGEST_FRAME}")
    return frame


def serial_line(frame: bytes) -> bytes:
    """A device's frame as it goes over a serial line."""
    return b"\0" + cobs.encode(frame) + b"\0"


@singledispatch
def _body(message: DeviceMessage) -> tuple[int, int, bytes]:
    raise FieldError("the message", message, "one a device sends")


@_body.register
def _hello(m: Hello) -> tuple[int, int, bytes]:
    for name, scale in (("acc_g_per_count", m.acc_g_per_count), ("gyr_dps_per_count", m.gyr_dps_per_count)):
        if not (math.isfinite(scale) and 0 <= scale < 1e6):
            raise FieldError(name, scale, "a finite number, not negative")
    if sorted(abs(axis) for axis in m.axes) != [1, 2, 3]:
        raise FieldError("axes", m.axes, "1, 2 and 3 in some order, with signs")
    fixed = HELLO.pack(
        _u32("time_us", m.time_us),
        _u32("boot_id", m.boot_id),
        _u8("generation", m.generation),
        _u8("protocol", m.protocol),
        *(_u8("firmware", part) for part in m.firmware),
        _u8("state", m.state),
        _u16("capabilities", int(m.capabilities)),
        _u32("rate_mhz", m.rate_mhz),
        m.acc_g_per_count,
        m.gyr_dps_per_count,
        _u16("acc_range_g", m.acc_range_g),
        _u16("gyr_range_dps", m.gyr_range_dps),
        *m.axes,
        _u32("next_index", m.next_index),
        _u16("ring_samples", m.ring_samples),
    )
    tail = [
        _blob("unique_id", m.unique_id, 16),
        _text("name", m.name, 24),
        _text("board", m.board, 24),
        _text("sensor", m.sensor, 24),
        _numbers("rates_hz", m.rates_hz),
        _numbers("acc_ranges_g", m.acc_ranges_g),
        _numbers("gyr_ranges_dps", m.gyr_ranges_dps),
    ]
    return Kind.HELLO, 0, fixed + b"".join(tail)


@_body.register
def _samples(m: Samples) -> tuple[int, int, bytes]:
    if m.raw.ndim != 2 or m.raw.shape[1] != 6 or m.raw.dtype != np.int16 or len(m.raw) == 0:
        raise FieldError("raw", f"{m.raw.dtype} {m.raw.shape}", "int16 (N, 6), N at least 1")
    head = SAMPLES.pack(
        _u32("time_us", m.time_us),
        _u32("index", m.index),
        _u8("generation", m.generation),
        _u8("the number of samples", len(m.raw)),
        SAMPLE_BYTES,
    )
    flags = AFTER_LOSS * m.after_loss | RESENT * m.resent
    return Kind.SAMPLES, flags, head + m.raw.astype("<i2").tobytes()


@_body.register
def _status(m: Status) -> tuple[int, int, bytes]:
    percent = UNKNOWN_PERCENT if m.battery_percent is None else whole("battery_percent", m.battery_percent, 0, 100)
    millivolts = UNKNOWN_MV if m.battery_mv is None else whole("battery_mv", m.battery_mv, 0, UNKNOWN_MV - 1)
    if m.temperature_c is None:
        temperature = UNKNOWN_TEMPERATURE
    elif abs(m.temperature_c) < 327.0:
        temperature = round(m.temperature_c * 100)
    else:
        raise FieldError("temperature_c", m.temperature_c, "between -327 and 327 °C")
    body = STATUS.pack(
        _u32("time_us", m.time_us),
        _u32("uptime_s", m.uptime_s),
        _u8("state", m.state),
        percent,
        millivolts,
        temperature,
        _u8("generation", m.generation),
        _u32("rate_mhz", m.rate_mhz or 0),
        _u32("next_index", m.next_index),
        _u16("held", m.held),
        _u16("backlog", m.backlog),
        _u32("overruns", m.overruns),
        _u32("lost", m.lost),
        _u32("dropped", m.dropped),
        _u16("rejected", m.rejected),
        _u16("bus_errors", m.bus_errors),
    )
    return Kind.STATUS, _u8("flags", int(m.flags)), body


@_body.register
def _log(m: Log) -> tuple[int, int, bytes]:
    text = _text("text", m.text, 200)
    return Kind.LOG, 0, LOG.pack(_u32("time_us", m.time_us), _u8("level", m.level)) + text


@_body.register
def _overrun(m: Overrun) -> tuple[int, int, bytes]:
    body = OVERRUN.pack(
        _u32("time_us", m.time_us),
        _u32("index", m.index),
        whole("lost", m.lost, 1, _U32),
        _u8("generation", m.generation),
        _u8("cause", m.cause),
    )
    return Kind.OVERRUN, RESENT * m.resent, body


@_body.register
def _fault(m: Fault) -> tuple[int, int, bytes]:
    detail = whole("detail", m.detail, -(2**31), 2**31 - 1)
    body = FAULT.pack(_u32("time_us", m.time_us), _u8("code", m.code), detail)
    return Kind.FAULT, OVER * m.over, body + _text("text", m.text, 200)


@_body.register
def _mark(m: Mark) -> tuple[int, int, bytes]:
    body = MARK.pack(
        _u32("time_us", m.time_us), _u32("index", m.index), _u16("number", m.number), _u8("source", m.source)
    )
    return Kind.MARK, 0, body


@_body.register
def _answer(m: Answer) -> tuple[int, int, bytes]:
    head = ANSWER.pack(
        _u32("time_us", m.time_us), _u8("command", m.command), _u8("tag", m.tag), _u8("result", m.result)
    )
    layout = DETAIL.get((0 if m.result == Result.BAD_VALUE else m.command, m.result))
    if (layout is None) != (m.detail is None):
        raise FieldError("detail", m.detail, "what belongs to the command and its result")
    if layout is None or m.detail is None:
        return Kind.ANSWER, 0, head
    return Kind.ANSWER, 0, head + layout.pack(*_detail(m.detail))


def _detail(detail: Detail) -> tuple[int, ...]:
    match detail:
        case Started():
            return _u32("first_index", detail.first_index), _u8("generation", detail.generation)
        case Resending():
            return _u32("first", detail.first), _u16("count", detail.count)
        case Echo():
            return whole("echo", detail.echo, 0, 2**64 - 1), _u32("received_us", detail.received_us)
        case BadField():
            return (_u8("offset", detail.offset),)
        case NotHeld():
            return _u32("oldest", detail.oldest), _u16("held", detail.held)
        case _:
            return (_u32("next_index", detail.next_index),)


def _u8(field: str, value: int) -> int:
    return whole(field, value, 0, _U8)


def _u16(field: str, value: int) -> int:
    return whole(field, value, 0, _U16)


def _u32(field: str, value: int) -> int:
    return whole(field, value, 0, _U32)


def _blob(field: str, data: bytes, longest: int) -> bytes:
    if len(data) > longest:
        raise FieldError(field, data, f"at most {longest} bytes long")
    return bytes((len(data),)) + data


def _text(field: str, text: str, longest: int) -> bytes:
    return _blob(field, text.encode("utf-8", errors="replace"), longest)


def _numbers(field: str, values: tuple[int, ...]) -> bytes:
    whole(f"the number of {field}", len(values), 0, 8)
    return bytes((len(values),)) + b"".join(_u16(field, value).to_bytes(2, "little") for value in values)
