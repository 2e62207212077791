"""What the pipeline says: one frozen dataclass a kind of news, times in seconds of the session."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from repclip.engine.assembly import LossReason
from repclip.source import LinkEvent, MarkKind
from repclip.wire import Fault, Hello, Log, Status, StrayText
from repsignal import Event, ImuBlock, LeftOut

__all__ = [
    "Counted",
    "DeviceRestarted",
    "DeviceSeen",
    "DeviceTrouble",
    "Gap",
    "Marked",
    "Output",
    "RecordingMoved",
    "RecordingStopped",
    "Sampled",
]


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """The device said who it is, for the first time or anew."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class DeviceRestarted:
    """The device booted in mid-session: a `Gap` follows when its samples go on."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples are lost for good between ``start_s`` (the last before) and ``end_s`` (the first after, or it would be).

    ``count`` is None where nobody knows how many: the board started anew.
    """

    start_s: float
    end_s: float
    count: int | None
    reason: LossReason


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark of the user's: ``number`` counts those of the board's button, None for marks made on this side."""

    time_s: float | None
    kind: MarkKind
    text: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Sampled:
    """Samples, in order, in SI units: what the counter was fed with, and of all so far what it did not take.

    Its ``block`` may be empty.
    """

    block: ImuBlock
    rate_hz: float
    counted: bool = True  # False: paused, so the counter was not fed with it
    left_out: LeftOut = field(default_factory=LeftOut)


@dataclass(frozen=True, slots=True)
class RecordingMoved:
    """The recording was deleted or moved away: all of it is in another file now, and goes on there."""

    path: Path


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """The recording can no longer be written; what was written stays, and counting, if there is any, goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class DeviceTrouble:
    """The device does not do as it was asked; it is asked again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Counted:
    """An event of the signal core."""

    event: Event


Output = (
    LinkEvent
    | DeviceSeen
    | DeviceRestarted
    | DeviceTrouble
    | RecordingMoved
    | RecordingStopped
    | Status
    | Fault
    | Log
    | StrayText
    | Gap
    | Marked
    | Sampled
    | Counted
)
