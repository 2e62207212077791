"""The numbers of ``firmware/PROTOCOL.md``; `tests/contract/test_protocol.py` compares them with the document.

A device may send numbers that came later than this program, so messages hold plain integers; these enumerations name
those that are known.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum
from typing import Final

__all__ = [
    "ACKNOWLEDGES",
    "AFTER_LOSS",
    "BLE_CONTROL_UUID",
    "BLE_DATA_UUID",
    "BLE_INFO_UUID",
    "BLE_SERVICE_UUID",
    "ESCAPE",
    "FRAGMENT",
    "FRAGMENT_FIRST",
    "FRAGMENT_LAST",
    "HEAD_BYTES",
    "LONGEST_ACCEPTED",
    "LONGEST_COMMAND",
    "LONGEST_FRAME",
    "LONGEST_READ",
    "OVER",
    "RESENT",
    "SHORTEST_FRAME",
    "VERSION",
    "Capability",
    "CommandKind",
    "Damage",
    "DeviceState",
    "FaultCode",
    "Framing",
    "Kind",
    "LogLevel",
    "OverrunCause",
    "Result",
    "StatusFlag",
]

VERSION: Final = 1
HEAD_BYTES: Final = 4
SHORTEST_FRAME: Final = 8
LONGEST_COMMAND: Final = 20  # one write at an MTU of 23
LONGEST_READ: Final = 64  # of commands that have grown: what a device of version 1 takes
LONGEST_FRAME: Final = 244  # one notification at an MTU of 247
LONGEST_ACCEPTED: Final = 1024

# Flags in the head of a frame; those of STATUS are further down.
AFTER_LOSS: Final = 0x01  # SAMPLES
RESENT: Final = 0x02  # SAMPLES, OVERRUN
OVER: Final = 0x01  # FAULT
ACKNOWLEDGES: Final = 0x01  # TIME

ESCAPE: Final = 0x7D
FRAGMENT: Final = 0x80
FRAGMENT_FIRST: Final = 0x40
FRAGMENT_LAST: Final = 0x20

BLE_SERVICE_UUID: Final = "c6490001-3b5d-4195-90f1-dc61c80b692d"
BLE_INFO_UUID: Final = "c6490002-3b5d-4195-90f1-dc61c80b692d"
BLE_DATA_UUID: Final = "c6490003-3b5d-4195-90f1-dc61c80b692d"
BLE_CONTROL_UUID: Final = "c6490004-3b5d-4195-90f1-dc61c80b692d"


class Framing(StrEnum):
    """How frames are wrapped on a link."""

    SERIAL = "serial"
    BLE = "ble"


class Kind(IntEnum):
    """Frames of the device."""

    HELLO = 0x01
    SAMPLES = 0x02
    STATUS = 0x03
    LOG = 0x04
    OVERRUN = 0x05
    FAULT = 0x06
    MARK = 0x07
    ANSWER = 0x08


class CommandKind(IntEnum):
    """Frames of the host."""

    HELLO = 0x41
    START = 0x42
    STOP = 0x43
    RESEND = 0x44
    TIME = 0x45
    IDENTIFY = 0x46
    SLEEP = 0x47


class Result(IntEnum):
    """What came of a command."""

    OK = 0
    UNREADABLE = 1
    UNKNOWN_VERSION = 2
    UNKNOWN_COMMAND = 3
    BAD_LENGTH = 4
    BAD_VALUE = 5
    NOT_HELD = 6
    NO_SENSOR = 7
    UNSUPPORTED = 8
    BUSY = 9


class StatusFlag(IntFlag):
    """Flags of STATUS."""

    STREAM_HERE = 0x01
    STREAM_ELSEWHERE = 0x02
    BATTERY_LOW = 0x04
    EXTERNAL_POWER = 0x08


class Capability(IntFlag):
    """What a board can do."""

    BATTERY = 0x0001
    BUTTON = 0x0002
    LED = 0x0004
    TEMPERATURE = 0x0008
    SLEEP = 0x0010
    WAKE_ON_MOTION = 0x0020
    BLE = 0x0040
    SERIAL = 0x0080


class DeviceState(IntEnum):
    """What the device is doing."""

    IDLE = 0
    RUNNING = 1
    FAULT = 2


class OverrunCause(IntEnum):
    """Why samples were lost for good."""

    UNKNOWN = 0
    FIFO = 1
    SENSOR = 2
    RING = 3


class FaultCode(IntEnum):
    """What is wrong with the device."""

    NO_SENSOR = 1
    BUS = 2
    SELF_TEST = 3
    BATTERY_EMPTY = 4
    CONFIG = 5
    EXCEPTION = 6
    WATCHDOG = 7


class LogLevel(IntEnum):
    """Those of `logging`."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40


class Damage(StrEnum):
    """Why bytes are no good frame."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    CRC = "bad check value"
    COBS = "bad COBS or escape"
    FIELDS = "fields that contradict each other"
    FRAGMENT = "a fragment is missing"
    TEXT = "neither a frame nor text"
