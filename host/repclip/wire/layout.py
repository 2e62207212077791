"""Where the fields are: `struct` layouts of what follows the head, all little-endian."""

from __future__ import annotations

from struct import Struct
from typing import Final

from repclip.wire.codes import CommandKind, Result

__all__ = [
    "ANSWER",
    "COMMAND",
    "DETAIL",
    "FAULT",
    "HELLO",
    "LOG",
    "MARK",
    "OVERRUN",
    "SAMPLES",
    "SAMPLE_BYTES",
    "STATUS",
    "UNKNOWN_MV",
    "UNKNOWN_PERCENT",
    "UNKNOWN_TEMPERATURE",
]

HELLO: Final = Struct("<IIBBBBBBHIffHHbbbxIH")
SAMPLES: Final = Struct("<IIBBBx")
STATUS: Final = Struct("<IIBBHhBxIIHHIIIHH")
LOG: Final = Struct("<IB")
OVERRUN: Final = Struct("<IIIBB")
FAULT: Final = Struct("<IBi")
MARK: Final = Struct("<IIHB")
ANSWER: Final = Struct("<IBBBx")

SAMPLE_BYTES: Final = 12
UNKNOWN_PERCENT: Final = 255
UNKNOWN_MV: Final = 65535
UNKNOWN_TEMPERATURE: Final = -32768

# By command and result; command 0 stands for any.
DETAIL: Final[dict[tuple[int, int], Struct]] = {
    (CommandKind.START, Result.OK): Struct("<IB"),
    (CommandKind.STOP, Result.OK): Struct("<I"),
    (CommandKind.RESEND, Result.OK): Struct("<IH"),
    (CommandKind.TIME, Result.OK): Struct("<QI"),
    (CommandKind.RESEND, Result.NOT_HELD): Struct("<IH"),
    (0, Result.BAD_VALUE): Struct("<B"),
}

COMMAND: Final[dict[int, Struct]] = {
    CommandKind.HELLO: Struct("<"),
    CommandKind.START: Struct("<HHH"),
    CommandKind.STOP: Struct("<"),
    CommandKind.RESEND: Struct("<IH"),
    CommandKind.TIME: Struct("<QB"),
    CommandKind.IDENTIFY: Struct("<B"),
    CommandKind.SLEEP: Struct("<"),
}
