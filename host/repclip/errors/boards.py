"""Boards the firmware cannot be put on, or does not run on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from repclip.errors.base import RepclipError

__all__ = [
    "BoardError",
    "BoardFaultError",
    "BoardFullError",
    "BoardLostError",
    "FirmwareFaultError",
    "FlashInterruptedError",
    "NoBoardError",
    "NoHelloError",
    "NoMicroPythonError",
    "NoSensorError",
    "OldMicroPythonError",
    "PortError",
    "SeveralBoardsError",
    "UnfinishedError",
    "UnknownBoardError",
]


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
