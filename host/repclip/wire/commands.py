"""What the host tells a device: one frozen dataclass a command, and its bytes on each link."""

from __future__ import annotations

from dataclasses import dataclass

from repclip.errors import FieldError, FrameError
from repclip.wire import cobs
from repclip.wire.codes import ACKNOWLEDGES, HEAD_BYTES, LONGEST_READ, VERSION, CommandKind, Damage, Framing
from repclip.wire.frame import checked, seal, whole
from repclip.wire.layout import COMMAND

__all__ = [
    "AskHello",
    "AskTime",
    "Command",
    "Identify",
    "Resend",
    "Sleep",
    "Start",
    "Stop",
    "command_frame",
    "encode_command",
    "parse_command",
]


@dataclass(frozen=True, slots=True)
class AskHello:
    """Say who you are."""


@dataclass(frozen=True, slots=True)
class Start:
    """Sample, and stream to this link; 0 leaves a figure as it is."""

    rate_hz: int = 0
    acc_range_g: int = 0
    gyr_range_dps: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop streaming and sampling."""


@dataclass(frozen=True, slots=True)
class Resend:
    """Send ``count`` samples from index ``first`` on once more."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class AskTime:
    """Echo this, and say what your clock says. ``data_seq`` acknowledges the last frame of the data channel."""

    echo: int
    data_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Identify:
    """Blink for so long."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Sleep:
    """Sleep until moved, pressed or reset."""


Command = AskHello | Start | Stop | Resend | AskTime | Identify | Sleep


def encode_command(command: Command, tag: int, framing: Framing) -> bytes:
    """The bytes to write to the link, all at once.

    Raises
    ------
    FieldError
        when a value does not fit its field.

    """
    frame = command_frame(command, tag)
    if framing == Framing.BLE:
        return frame
    return b"\0" + cobs.escape(cobs.encode(frame)) + b"\0"


def command_frame(command: Command, tag: int) -> bytes:
    """The bare frame of a command."""
    kind, flags, values = _fields(command)
    return seal(kind, flags, whole("tag", tag, 0, 255), COMMAND[kind].pack(*values))


def _fields(command: Command) -> tuple[CommandKind, int, tuple[int, ...]]:
    match command:
        case AskHello():
            return CommandKind.HELLO, 0, ()
        case Start(rate_hz, acc_range_g, gyr_range_dps):
            values = (
                whole("rate_hz", rate_hz, 0, 0xFFFF),
                whole("acc_range_g", acc_range_g, 0, 0xFFFF),
                whole("gyr_range_dps", gyr_range_dps, 0, 0xFFFF),
            )
            return CommandKind.START, 0, values
        case Stop():
            return CommandKind.STOP, 0, ()
        case Resend(first, count):
            wish = (whole("first", first, 0, 0xFFFFFFFF), whole("count", count, 1, 0xFFFF))
            return CommandKind.RESEND, 0, wish
        case AskTime(echo, data_seq):
            flags = 0 if data_seq is None else ACKNOWLEDGES
            stamps = (whole("echo", echo, 0, 2**64 - 1), whole("data_seq", data_seq or 0, 0, 255))
            return CommandKind.TIME, flags, stamps
        case Identify(seconds):
            return CommandKind.IDENTIFY, 0, (whole("seconds", seconds, 0, 60),)
        case Sleep():
            return CommandKind.SLEEP, 0, ()


def parse_command(frame: bytes) -> tuple[Command, int]:
    """A command and its tag, as a simulated device reads them.

    Raises
    ------
    FrameError
        when it is damaged, or no command of version 1.

    """
    if len(frame) > LONGEST_READ:
        raise FrameError(Damage.TOO_LONG)
    checked(frame)
    version, kind, flags, tag = frame[:HEAD_BYTES]
    layout = COMMAND.get(kind) if version == VERSION else None
    if layout is None or len(frame) < HEAD_BYTES + layout.size + 4:
        raise FrameError(Damage.FIELDS)
    values: tuple[int, ...] = layout.unpack_from(frame, HEAD_BYTES)
    try:
        command = _command(CommandKind(kind), flags, values)
        _fields(command)
    except FieldError as exc:
        raise FrameError(Damage.FIELDS) from exc
    return command, tag


def _command(kind: CommandKind, flags: int, values: tuple[int, ...]) -> Command:
    match kind:
        case CommandKind.HELLO:
            return AskHello()
        case CommandKind.START:
            return Start(*values)
        case CommandKind.STOP:
            return Stop()
        case CommandKind.RESEND:
            return Resend(*values)
        case CommandKind.TIME:
            return AskTime(values[0], values[1] if flags & ACKNOWLEDGES else None)
        case CommandKind.IDENTIFY:
            return Identify(*values)
        case CommandKind.SLEEP:
            return Sleep()
