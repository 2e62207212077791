"""What a device says: one frozen dataclass a kind of frame, in the units of ``firmware/PROTOCOL.md``.

``time_us`` and the indices are as on the wire: modulo 2³². A number of an enumeration may be one that came later than
this program; it is then just a number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repclip.wire.codes import Capability, Damage, Result, StatusFlag

__all__ = [
    "Answer",
    "BadField",
    "Damaged",
    "Detail",
    "DeviceMessage",
    "Echo",
    "Fault",
    "Hello",
    "Log",
    "Mark",
    "Message",
    "NotHeld",
    "Overrun",
    "RawSamples",
    "Resending",
    "Samples",
    "Started",
    "Status",
    "Stopped",
    "StrayText",
    "Unknown",
]

RawSamples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the device is and how it measures. ``state`` is a `DeviceState`; ``axes`` are ±1, ±2, ±3."""

    time_us: int
    boot_id: int
    generation: int
    protocol: int
    firmware: tuple[int, int, int]
    state: int
    capabilities: Capability
    rate_mhz: int
    acc_g_per_count: float
    gyr_dps_per_count: float
    acc_range_g: int
    gyr_range_dps: int
    axes: tuple[int, int, int]
    next_index: int
    ring_samples: int
    unique_id: bytes
    name: str
    board: str
    sensor: str
    rates_hz: tuple[int, ...]
    acc_ranges_g: tuple[int, ...]
    gyr_ranges_dps: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Consecutive samples: ``raw`` is (N, 6) int16, read-only, ax ay az gx gy gz in counts.

    ``index`` and ``time_us`` are those of the first.
    """

    time_us: int
    index: int
    generation: int
    raw: RawSamples
    after_loss: bool = False
    resent: bool = False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Samples):
            return NotImplemented
        mine = (self.time_us, self.index, self.generation, self.after_loss, self.resent)
        its = (other.time_us, other.index, other.generation, other.after_loss, other.resent)
        return mine == its and np.array_equal(self.raw, other.raw)

    def __hash__(self) -> int:
        return hash((self.time_us, self.index, self.generation, self.after_loss, self.resent, self.raw.tobytes()))

    def __len__(self) -> int:
        return int(self.raw.shape[0])


@dataclass(frozen=True, slots=True)
class Status:
    """How the device does; None is unknown. ``held`` samples before ``next_index`` are in the ring."""

    time_us: int
    uptime_s: int
    state: int
    battery_percent: int | None
    battery_mv: int | None
    temperature_c: float | None
    generation: int
    rate_mhz: int | None
    next_index: int
    held: int
    backlog: int
    overruns: int
    lost: int
    dropped: int
    rejected: int
    bus_errors: int
    flags: StatusFlag


@dataclass(frozen=True, slots=True)
class Log:
    """A line the firmware logged; ``level`` is one of `logging`'s."""

    time_us: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Overrun:
    """``lost`` samples from ``index`` on will never come. ``cause`` is an `OverrunCause`."""

    time_us: int
    index: int
    lost: int
    generation: int
    cause: int
    resent: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something is wrong with the device, or no longer (``over``). ``code`` is a `FaultCode`."""

    time_us: int
    code: int
    detail: int
    text: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """The button was pressed when the next sample was to be ``index``."""

    time_us: int
    index: int
    number: int
    source: int


@dataclass(frozen=True, slots=True)
class Started:
    """START worked: samples from ``first_index`` on, of configuration ``generation``."""

    first_index: int
    generation: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """STOP worked."""

    next_index: int


@dataclass(frozen=True, slots=True)
class Resending:
    """RESEND worked: so much will come."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Echo:
    """TIME worked; the device's clock said ``received_us`` when the command came in."""

    echo: int
    received_us: int


@dataclass(frozen=True, slots=True)
class BadField:
    """BAD_VALUE: the field at this offset of the command."""

    offset: int


@dataclass(frozen=True, slots=True)
class NotHeld:
    """NOT_HELD: the ring begins at ``oldest`` and has ``held`` samples."""

    oldest: int
    held: int


Detail = Started | Stopped | Resending | Echo | BadField | NotHeld


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the command with this tag. ``result`` is a `Result`; an unreadable command is 0."""

    time_us: int
    command: int
    tag: int
    result: int
    detail: Detail | None = None

    @property
    def ok(self) -> bool:
        """Whether the device did as told."""
        return self.result == Result.OK


@dataclass(frozen=True, slots=True)
class Unknown:
    """A good frame of a kind or a version that came later than this program."""

    version: int
    kind: int


@dataclass(frozen=True, slots=True)
class StrayText:
    """A line between the frames of a serial line: a boot message, a traceback."""

    text: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """Bytes that came to nothing; at most 1032 of them are kept."""

    reason: Damage
    data: bytes


DeviceMessage = Hello | Samples | Status | Log | Overrun | Fault | Mark | Answer
Message = DeviceMessage | Unknown | StrayText | Damaged
