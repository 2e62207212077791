"""Everything repclip raises on purpose.

::

    RepclipError
    ├── RecordingError            a recording cannot be used            path
    │   ├── RecordingAccessError  missing, a folder, no permission      path
    │   ├── FormatError           not our CSV: binary, encoding, empty  path, line
    │   ├── HeaderError           its column names                      path, line, column, name
    │   ├── ValueFaultError       a line or one of its values           path, line, column, name, text
    │   ├── NewerFormatError      written by a newer repclip            path, version, known
    │   ├── DamagedError          nothing of it can be read               path
    │   └── UnitError             another unit than the header says     path, quantity, expected, likely
    ├── ExerciseError             an exercise file                      path, key, expected
    ├── OutputError               a file or a window cannot be made     path
    │   └── RecordingWriteError   what comes can no longer be recorded  path
    ├── FirmwareFileError         what goes onto a board is not here    path
    ├── BoardError                a board cannot be used                port (None: there is none)
    │   ├── NoBoardError          none is plugged in                    others
    │   ├── SeveralBoardsError    which of them?                        ports
    │   ├── PortError             its port cannot be opened             reason
    │   ├── NoMicroPythonError    something else is on it               says
    │   ├── OldMicroPythonError   its MicroPython is too old            version, minimum
    │   ├── UnknownBoardError     not a kind of board we know           machine, known
    │   ├── NoHelloError          its firmware does not start           said
    │   ├── NoSensorError         its firmware finds no sensor          said
    │   ├── FirmwareFaultError    its firmware reports another fault    said
    │   └── UnfinishedError       it stopped half-way                   problem, state
    │       ├── BoardLostError    unplugged, or silent
    │       ├── BoardFullError    no room
    │       ├── BoardFaultError   it refused what it was told
    │       └── FlashInterruptedError  Ctrl-C                           (exit code 130)
    ├── LinkError                 no link to a sensor                   device (None: not known yet), problem
    │   ├── NoSensorFoundError    none is in sight                      seen
    │   ├── SeveralSensorsError   which of them?                        sensors
    │   ├── LinkPortError         its serial port cannot be opened      reason
    │   ├── BluetoothError        Bluetooth cannot be used here         reason
    │   ├── WrongDeviceError      it is no sensor of ours
    │   └── NoConnectionError     it is there, and does not connect
    ├── WireError                 what goes between device and host
    │   ├── FrameError            bytes that are no good frame          reason
    │   └── FieldError            a value that does not fit its field   field, value, expected
    └── RequestError              asked for something that is not       (exit code 2)
        ├── UnknownExerciseError  no exercise of that name              exercise, known
        ├── TempoError            a tempo that cannot be understood     text
        ├── PictureFormatError    a format of picture we do not write   text, known, ending
        └── PictureKindError      a kind or size of picture unknown     text, known

A message is one line: what is wrong, then what to do. Lines and columns count from 1. Foreign exceptions are
translated once, where they arise, ``from`` their cause; nobody needs to read a message to know what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

__all__ = [
    "BluetoothError",
    "BoardError",
    "BoardFaultError",
    "BoardFullError",
    "BoardLostError",
    "DamagedError",
    "ExerciseError",
    "FieldError",
    "FirmwareFaultError",
    "FirmwareFileError",
    "FlashInterruptedError",
    "FormatError",
    "FrameError",
    "HeaderError",
    "LinkError",
    "LinkPortError",
    "NewerFormatError",
    "NoBoardError",
    "NoConnectionError",
    "NoHelloError",
    "NoMicroPythonError",
    "NoSensorError",
    "NoSensorFoundError",
    "OldMicroPythonError",
    "OutputError",
    "PictureFormatError",
    "PictureKindError",
    "PortError",
    "RecordingAccessError",
    "RecordingError",
    "RecordingWriteError",
    "RepclipError",
    "RequestError",
    "SeveralBoardsError",
    "SeveralSensorsError",
    "TempoError",
    "UnfinishedError",
    "UnitError",
    "UnknownBoardError",
    "UnknownExerciseError",
    "ValueFaultError",
    "WireError",
    "WrongDeviceError",
]


class RepclipError(Exception):
    """Base of all. ``exit_code`` is what the command line returns for it."""

    exit_code: ClassVar[int] = 1


class RecordingError(RepclipError):
    """A recording cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class RecordingAccessError(RecordingError):
    """It is missing, is a folder, or may not be read."""


class FormatError(RecordingError):
    """It is not a CSV of ours; ``line`` is where that shows, if it shows in one place."""

    def __init__(self, path: Path, problem: str, *, line: int | None = None) -> None:
        super().__init__(path, problem if line is None else f"line {line}: {problem}")
        self.line = line


class HeaderError(RecordingError):
    """Its header is not the one we read; ``column`` and ``name`` say which column, if it is one."""

    def __init__(
        self, path: Path, problem: str, *, line: int, column: int | None = None, name: str | None = None
    ) -> None:
        where = f"line {line}" if column is None else f"line {line}, column {column}"
        super().__init__(path, f"{where}: {problem}")
        self.line = line
        self.column = column
        self.name = name


class ValueFaultError(RecordingError):
    """A line has another number of values than the header, or one of them is not a number."""

    def __init__(
        self,
        path: Path,
        problem: str,
        *,
        line: int,
        column: int | None = None,
        name: str | None = None,
        text: str | None = None,
    ) -> None:
        where = f"line {line}" if column is None else f"line {line}, column {column} ({name})"
        super().__init__(path, f"{where}: {problem}")
        self.line = line
        self.column = column
        self.name = name
        self.text = text


class UnitError(RecordingError):
    """The values of ``quantity`` cannot be in the unit ``expected``; ``likely`` is the unit they look like."""

    def __init__(self, path: Path, problem: str, *, quantity: str, expected: str, likely: str | None) -> None:
        super().__init__(path, problem)
        self.quantity = quantity
        self.expected = expected
        self.likely = likely


class NewerFormatError(RecordingError):
    """It has a version of our format that came later than this program."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            path, f"was written by a newer repclip (format {version}, this one reads up to {known}): update repclip"
        )
        self.version = version
        self.known = known


class DamagedError(RecordingError):
    """It is a recording of ours, and nothing of it can be read."""


class ExerciseError(RepclipError):
    """A file of exercises cannot be used; ``key`` is the entry, as ``id.key``."""

    def __init__(self, path: Path, problem: str, *, key: str | None = None, expected: str | None = None) -> None:
        parts = [str(path), *([key] if key else []), problem + (f"; expected {expected}" if expected else "")]
        super().__init__(": ".join(parts))
        self.path = path
        self.key = key
        self.expected = expected


class OutputError(RepclipError):
    """A file cannot be written, or a window not be opened (``path`` is None)."""

    def __init__(self, problem: str, *, path: Path | None = None) -> None:
        super().__init__(problem if path is None else f"{path}: {problem}")
        self.path = path


class RecordingWriteError(OutputError):
    """What comes can no longer be recorded; what was written before stays."""


class FirmwareFileError(RepclipError):
    """A file that is to go onto a board is missing or cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class BoardError(RepclipError):
    """A board cannot be used."""

    def __init__(self, port: str | None, problem: str) -> None:
        super().__init__(problem if port is None else f"{port}: {problem}")
        self.port = port


class NoBoardError(BoardError):
    """No board is plugged in; ``others`` are serial ports of something else."""

    def __init__(self, others: Sequence[str] = ()) -> None:
        hint = f" ({', '.join(others)}: not known as a board's; if it is one, name it)" if others else ""
        super().__init__(
            None,
            "no board found: plug it in with a USB cable that carries data, not only power, and press its reset "
            f"button{hint}",
        )
        self.others = tuple(others)


class SeveralBoardsError(BoardError):
    """Several boards are plugged in."""

    def __init__(self, ports: Sequence[str], described: Sequence[str]) -> None:
        super().__init__(
            None, f"{len(ports)} boards found: {', '.join(described)}; choose one: repclip flash {ports[0]}"
        )
        self.ports = tuple(ports)


class PortError(BoardError):
    """A serial port cannot be opened; ``reason`` is one of `repclip.transports.ports.PortFault`."""

    def __init__(self, port: str, problem: str, *, reason: str) -> None:
        super().__init__(port, problem)
        self.reason = reason


class NoMicroPythonError(BoardError):
    """What is at the port is not MicroPython; ``says`` is what it calls itself, if it does."""

    def __init__(self, port: str, *, says: str | None = None) -> None:
        what = "does not answer like MicroPython" if says is None else f"runs {says}, not MicroPython"
        super().__init__(
            port,
            f"this {what}: press its reset button and try again, or install MicroPython from micropython.org/download",
        )
        self.says = says


class OldMicroPythonError(BoardError):
    """The board's MicroPython is too old."""

    def __init__(self, port: str, version: str, minimum: str) -> None:
        super().__init__(
            port,
            f"MicroPython {version} is too old, {minimum} is the oldest that will do: get a newer one for your board "
            "from micropython.org/download",
        )
        self.version = version
        self.minimum = minimum


class UnknownBoardError(BoardError):
    """Not a kind of board the firmware knows."""

    def __init__(self, port: str, machine: str, known: Sequence[str]) -> None:
        super().__init__(port, f"{machine!r} is no board the firmware runs on; it runs on {', '.join(known)}")
        self.machine = machine
        self.known = tuple(known)


class NoHelloError(BoardError):
    """The firmware was written, and does not say hello; ``said`` is the last line it printed instead."""

    def __init__(self, port: str, seconds: float, *, said: str | None = None) -> None:
        instead = f", but {said!r}" if said else ""
        super().__init__(
            port,
            f"the firmware is on the board, but said no hello in {seconds:g} s{instead}: press its reset button; "
            "if that changes nothing, 'repclip flash --erase' begins anew",
        )
        self.said = said


class NoSensorError(BoardError):
    """The firmware runs and finds no sensor; ``said`` is what it saw on the bus."""

    def __init__(self, port: str, *, said: str | None = None) -> None:
        super().__init__(
            port,
            f"the firmware runs, but finds no sensor{f' ({said})' if said else ''}: check its four wires (3V3, GND, "
            "SDA and SCL to the pins that config.py names), then press reset",
        )
        self.said = said


class FirmwareFaultError(BoardError):
    """The firmware runs, and cannot measure; ``said`` is its reason."""

    def __init__(self, port: str, *, said: str) -> None:
        super().__init__(port, f"the firmware runs, but cannot measure: {said}")
        self.said = said


class UnfinishedError(BoardError):
    """The work on a board was not finished; ``state`` says what it is left like."""

    def __init__(self, port: str, problem: str, state: str = "") -> None:
        super().__init__(port, f"{problem}; {state}" if state else problem)
        self.problem = problem
        self.state = state

    def leaving(self, state: str) -> Self:
        """The same, where it is known what the board is left like."""
        return type(self)(self.port or "", self.problem, state)


class BoardLostError(UnfinishedError):
    """The board was unplugged, or does not answer any more."""


class BoardFullError(UnfinishedError):
    """There is no room on it."""


class BoardFaultError(UnfinishedError):
    """It answered with an exception."""


class FlashInterruptedError(UnfinishedError):
    """Interrupted by the user."""

    exit_code: ClassVar[int] = 130  # 128 + SIGINT, as shells have it


class LinkError(RepclipError):
    """There is no link to a sensor; ``device`` is its name, address or port, None while it is not known."""

    def __init__(self, device: str | None, problem: str) -> None:
        super().__init__(problem if device is None else f"{device}: {problem}")
        self.device = device
        self.problem = problem


class NoSensorFoundError(LinkError):
    """There is none, or not the one that was asked for (``device``); ``seen`` is what else is in sight, in words."""

    def __init__(self, device: str | None, problem: str, *, seen: Sequence[str] = ()) -> None:
        super().__init__(device, f"{problem}; in sight: {', '.join(seen)}" if seen else problem)
        self.seen = tuple(seen)


class SeveralSensorsError(LinkError):
    """There are several; ``sensors`` are the options that choose each."""

    def __init__(self, sensors: Sequence[str], described: Sequence[str]) -> None:
        super().__init__(
            None, f"{len(sensors)} sensors found: {', '.join(described)}; choose one of them, as with {sensors[0]}"
        )
        self.sensors = tuple(sensors)


class LinkPortError(LinkError):
    """Its serial port cannot be opened; ``reason`` is one of `repclip.transports.ports.PortFault`."""

    def __init__(self, device: str, problem: str, *, reason: str) -> None:
        super().__init__(device, problem)
        self.reason = reason


class BluetoothError(LinkError):
    """Bluetooth cannot be used; ``reason`` is one of `repclip.transports.advice.BluetoothFault`."""

    def __init__(self, problem: str, *, reason: str) -> None:
        super().__init__(None, problem)
        self.reason = reason


class WrongDeviceError(LinkError):
    """What is there is no sensor of ours."""


class NoConnectionError(LinkError):
    """It is there, and no connection comes about; that may pass."""


class WireError(RepclipError):
    """Something is wrong with what goes between device and host."""


class FrameError(WireError):
    """Bytes that are no good frame; ``reason`` is a `repclip.wire.Damage`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no good frame: {reason}")
        self.reason = reason


class FieldError(WireError):
    """A value does not fit its field on the wire."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field} is {value!r}; it must be {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class RequestError(RepclipError):
    """The request itself makes no sense."""

    exit_code: ClassVar[int] = 2


class UnknownExerciseError(RequestError):
    """There is no exercise of that id."""

    def __init__(self, exercise: str, known: Sequence[str], close: Sequence[str] = ()) -> None:
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        super().__init__(f"there is no exercise {exercise!r}; {hint}'repclip exercises' lists all {len(known)}")
        self.exercise = exercise
        self.known = tuple(known)


class TempoError(RequestError):
    """A tempo cannot be understood."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(
            f"tempo {text!r}: {problem}; write it like 4-0-1-3 (lower-pause-lift-hold) or lift=1,hold=3,lower=3-4"
        )
        self.text = text


class PictureFormatError(RequestError):
    """A picture of that format cannot be written, or not into a file with that ``ending``."""

    def __init__(self, text: str, known: Sequence[str], *, ending: str | None = None) -> None:
        super().__init__(
            f"cannot draw a {text!r} picture; choose one of {', '.join(known)}"
            if ending is None
            else f"a {text} picture in a file that ends in .{ending}? Change the one or the other"
        )
        self.text = text
        self.known = tuple(known)
        self.ending = ending


class PictureKindError(RequestError):
    """There is no picture that shows ``text``, or none of that size: ``what`` says which was asked for."""

    def __init__(self, text: str, what: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no {what} {text!r}; choose one of {', '.join(known)}")
        self.text = text
        self.known = tuple(known)
