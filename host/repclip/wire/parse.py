"""A frame of the device → a message."""

from __future__ import annotations

import math
from collections.abc import Callable
from struct import Struct
from typing import Final

import numpy as np

from repclip.errors import FrameError
from repclip.wire.codes import (
    AFTER_LOSS,
    HEAD_BYTES,
    OVER,
    RESENT,
    VERSION,
    Capability,
    CommandKind,
    Damage,
    Kind,
    Result,
    StatusFlag,
)
from repclip.wire.frame import checked
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
    Stopped,
    Unknown,
)

__all__ = ["parse_frame"]

_AXES: Final = frozenset((-3, -2, -1, 1, 2, 3))


def parse_frame(frame: bytes) -> DeviceMessage | Unknown:
    """What a frame says.

    Raises
    ------
    FrameError
        when it is damaged.

    """
    checked(frame)
    version, kind, flags = frame[0], frame[1], frame[2]
    parser = _PARSERS.get(kind) if version == VERSION else None
    if parser is None:
        return Unknown(version, kind)
    return parser(frame[:-4], flags)


def _fixed(layout: Struct, body: bytes) -> tuple[int, ...]:
    if len(body) < HEAD_BYTES + layout.size:
        raise FrameError(Damage.FIELDS)
    return layout.unpack_from(body, HEAD_BYTES)


class _Tail:
    """Fields of variable length, one after the other."""

    def __init__(self, body: bytes, at: int) -> None:
        self._body = body
        self._at = at

    def blob(self, width: int = 1) -> bytes:
        """A count, then so many items of ``width`` bytes."""
        if self._at >= len(self._body):
            raise FrameError(Damage.FIELDS)
        start = self._at + 1
        self._at = start + self._body[self._at] * width
        if self._at > len(self._body):
            raise FrameError(Damage.FIELDS)
        return self._body[start : self._at]

    def text(self) -> str:
        return self.blob().decode("utf-8", errors="replace")

    def numbers(self) -> tuple[int, ...]:
        return tuple(np.frombuffer(self.blob(2), dtype="<u2").tolist())


def _hello(body: bytes, _flags: int) -> Hello:
    (time_us, boot_id, generation, protocol, *rest) = _fixed(HELLO, body)
    (major, minor, patch, state, capabilities, rate_mhz, acc_scale, gyr_scale, *rest) = rest
    (acc_range_g, gyr_range_dps, x, y, z, next_index, ring_samples) = rest
    if not (math.isfinite(acc_scale) and math.isfinite(gyr_scale)) or min(acc_scale, gyr_scale) < 0:
        raise FrameError(Damage.FIELDS)
    if not {x, y, z} <= _AXES or len({abs(x), abs(y), abs(z)}) != 3:
        raise FrameError(Damage.FIELDS)
    tail = _Tail(body, HEAD_BYTES + HELLO.size)
    return Hello(
        time_us=time_us,
        boot_id=boot_id,
        generation=generation,
        protocol=protocol,
        firmware=(major, minor, patch),
        state=state,
        capabilities=Capability(capabilities),
        rate_mhz=rate_mhz,
        acc_g_per_count=float(acc_scale),
        gyr_dps_per_count=float(gyr_scale),
        acc_range_g=acc_range_g,
        gyr_range_dps=gyr_range_dps,
        axes=(x, y, z),
        next_index=next_index,
        ring_samples=ring_samples,
        unique_id=tail.blob(),
        name=tail.text(),
        board=tail.text(),
        sensor=tail.text(),
        rates_hz=tail.numbers(),
        acc_ranges_g=tail.numbers(),
        gyr_ranges_dps=tail.numbers(),
    )


def _samples(body: bytes, flags: int) -> Samples:
    time_us, index, generation, count, stride = _fixed(SAMPLES, body)
    start = HEAD_BYTES + SAMPLES.size
    if count == 0 or stride < SAMPLE_BYTES or start + count * stride > len(body):
        raise FrameError(Damage.FIELDS)
    if stride == SAMPLE_BYTES:
        raw = np.frombuffer(body, dtype="<i2", count=6 * count, offset=start).reshape(count, 6)
    else:
        table = np.frombuffer(body, dtype=np.uint8, count=stride * count, offset=start).reshape(count, stride)
        raw = np.ascontiguousarray(table[:, :SAMPLE_BYTES]).view("<i2")
        raw.flags.writeable = False
    return Samples(time_us, index, generation, raw, bool(flags & AFTER_LOSS), bool(flags & RESENT))


def _status(body: bytes, flags: int) -> Status:
    (time_us, uptime_s, state, percent, millivolts, temperature, generation, rate_mhz, *rest) = _fixed(STATUS, body)
    (next_index, held, backlog, overruns, lost, dropped, rejected, bus_errors) = rest
    return Status(
        time_us=time_us,
        uptime_s=uptime_s,
        state=state,
        battery_percent=None if percent == UNKNOWN_PERCENT else percent,
        battery_mv=None if millivolts == UNKNOWN_MV else millivolts,
        temperature_c=None if temperature == UNKNOWN_TEMPERATURE else temperature / 100,
        generation=generation,
        rate_mhz=rate_mhz or None,
        next_index=next_index,
        held=held,
        backlog=backlog,
        overruns=overruns,
        lost=lost,
        dropped=dropped,
        rejected=rejected,
        bus_errors=bus_errors,
        flags=StatusFlag(flags),
    )


def _log(body: bytes, _flags: int) -> Log:
    time_us, level = _fixed(LOG, body)
    return Log(time_us, level, _Tail(body, HEAD_BYTES + LOG.size).text())


def _overrun(body: bytes, flags: int) -> Overrun:
    time_us, index, lost, generation, cause = _fixed(OVERRUN, body)
    if lost == 0:
        raise FrameError(Damage.FIELDS)
    return Overrun(time_us, index, lost, generation, cause, bool(flags & RESENT))


def _fault(body: bytes, flags: int) -> Fault:
    time_us, code, detail = _fixed(FAULT, body)
    return Fault(time_us, code, detail, _Tail(body, HEAD_BYTES + FAULT.size).text(), bool(flags & OVER))


def _mark(body: bytes, _flags: int) -> Mark:
    return Mark(*_fixed(MARK, body))


def _answer(body: bytes, _flags: int) -> Answer:
    time_us, command, tag, result = _fixed(ANSWER, body)
    key = (command if result == Result.OK or result == Result.NOT_HELD else 0, result)
    make = _DETAILS.get(key)
    detail: Detail | None = None
    if make is not None:
        layout = DETAIL[key]
        start = HEAD_BYTES + ANSWER.size
        if len(body) < start + layout.size:
            raise FrameError(Damage.FIELDS)
        detail = make(*layout.unpack_from(body, start))
    return Answer(time_us, command, tag, result, detail)


_DETAILS: Final[dict[tuple[int, int], Callable[..., Detail]]] = {
    (CommandKind.START, Result.OK): Started,
    (CommandKind.STOP, Result.OK): Stopped,
    (CommandKind.RESEND, Result.OK): Resending,
    (CommandKind.TIME, Result.OK): Echo,
    (CommandKind.RESEND, Result.NOT_HELD): NotHeld,
    (0, Result.BAD_VALUE): BadField,
}

_PARSERS: Final[dict[int, Callable[[bytes, int], DeviceMessage]]] = {
    Kind.HELLO: _hello,
    Kind.SAMPLES: _samples,
    Kind.STATUS: _status,
    Kind.LOG: _log,
    Kind.OVERRUN: _overrun,
    Kind.FAULT: _fault,
    Kind.MARK: _mark,
    Kind.ANSWER: _answer,
}
