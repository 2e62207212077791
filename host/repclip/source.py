"""Where bytes come from: one seam for BLE, serial, replay and scripted links.

A source yields *chunks*, in the order they came, each with its time of arrival: `Packet` (bytes, before any parsing),
`LinkEvent` (the link came, went, is being looked for), `HostMark` (what the user did here), `SampleBlock` (samples of
another program). A recording keeps all of them, so that replaying it takes the very same path.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

from repclip.wire import Framing
from repsignal import ImuBlock

__all__ = [
    "ByteSource",
    "Channel",
    "Chunk",
    "HostClock",
    "HostMark",
    "LinkChange",
    "LinkEvent",
    "MarkKind",
    "Packet",
    "SampleBlock",
    "session_clock",
]

HostClock = Callable[[], int]  # nanoseconds since the session began; never steps back


class Channel(IntEnum):
    """Which way bytes came; the numbers are those of a recording (``recordings/FORMAT.md``)."""

    SERIAL = 0
    BLE_DATA = 1
    BLE_CONTROL = 2
    BLE_INFO = 3  # the characteristic that is read: one Hello frame

    @property
    def framing(self) -> Framing:
        """How frames are wrapped on it."""
        return Framing.SERIAL if self is Channel.SERIAL else Framing.BLE


class LinkChange(StrEnum):
    """What befell the link."""

    SEARCHING = "searching"  # the text says for what, or why again
    CONNECTED = "connected"
    LOST = "lost"
    OVERFLOW = "overflow"  # this program was too slow: so many packets (``count``) were dropped


class MarkKind(StrEnum):
    """What the user tells while a session goes on."""

    MARK = "mark"
    NOTE = "note"
    PAUSE = "pause"
    RESUME = "resume"
    UNDO = "undo"  # the last rep was none
    END_SET = "end_set"
    PAIN = "pain"  # it hurts: ends the set
    EXERCISE = "exercise"
    LOAD = "load"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class Packet:
    """Bytes as they came: a notification, a read value, or whatever a serial line had."""

    arrival_ns: int
    channel: Channel
    data: bytes


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """Something befell the link. ``text`` is for people: the device's name or address, or a reason.

    ``signal_dbm``: how strong the device was heard just before it was connected; None: unknown, or by cable.
    """

    arrival_ns: int
    change: LinkChange
    text: str = ""
    count: int = 0
    signal_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class HostMark:
    """The user did or said something on this side."""

    arrival_ns: int
    kind: MarkKind
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SampleBlock:
    """Samples that another program recorded: they come in units, and enter one step later than packets."""

    arrival_ns: int
    block: ImuBlock


Chunk = Packet | LinkEvent | HostMark | SampleBlock


class ByteSource(Protocol):
    """A link to one device, which comes back by itself when it is lost.

    Constructors only store; ``chunks()`` connects. Closing the generator that ``chunks()`` returned disconnects.
    Conformance: ``tests/contract/source_conformance.py``, run by every implementation.
    """

    @property
    def framing(self) -> Framing:
        """How commands are wrapped on this link."""
        ...

    def chunks(self) -> AsyncGenerator[Chunk, None]:
        """What comes, in order; it ends when the source does (a replay), or when it is closed.

        Raises
        ------
        LinkError
            when there is no first connection, with the reason. Later losses are `LinkEvent`s, and it tries again.

        """
        ...

    async def send(self, data: bytes) -> bool:
        """Write one command; False when there is no link now. Raises nothing else."""
        ...

    async def reconnect(self, reason: str) -> None:
        """Drop a link that is dead though the system does not know it; a new one is sought."""
        ...


def session_clock() -> HostClock:
    """A clock that begins now, and goes on while the computer sleeps where the system can tell (Linux, Windows)."""
    read = time.monotonic_ns
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    if boot_time is not None:
        begin = time.clock_gettime_ns(boot_time)
        return lambda: time.clock_gettime_ns(boot_time) - begin
    begin = read()
    return lambda: read() - begin
