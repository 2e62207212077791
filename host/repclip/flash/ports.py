"""Which serial port is the board, and why one cannot be opened."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import serial
from serial.tools import list_ports

from repclip.errors import NoBoardError, PortError, SeveralBoardsError

__all__ = ["PORT_ERRORS", "Port", "PortFault", "choose_port", "list_boards", "port_error", "same_board"]


def _port_errors() -> tuple[type[Exception], ...]:
    # pyserial's own exception is an OSError, but it lets through termios's, which is none.
    try:
        return (OSError, importlib.import_module("termios").error)
    except ImportError:
        return (OSError,)


PORT_ERRORS: Final = _port_errors()  # what an open port raises when its board goes away

# USB vendor → what that is. Sources: MicroPython's board definitions (`boards/*/mpconfigboard*`) and usb.org's list.
_VENDORS: Final = {
    0x2E8A: "Raspberry Pi",
    0x303A: "Espressif",
    0xF055: "MicroPython",
    0x239A: "Adafruit",
    0x2341: "Arduino",
    0x2886: "Seeed",
    0x1B4F: "SparkFun",
    0x10C4: "CP210x bridge",
    0x1A86: "CH34x bridge",
    0x0403: "FTDI bridge",
}


class PortFault(StrEnum):
    """Why a port cannot be opened."""

    MISSING = "missing"
    PERMISSION = "permission"
    BUSY = "busy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port; ``serial_number`` finds the board again when its port comes back under another name."""

    device: str
    maker: str | None = None
    serial_number: str | None = None

    def __str__(self) -> str:
        return f"{self.device} ({self.maker})" if self.maker else self.device


def list_boards() -> tuple[list[Port], list[Port]]:
    """The ports that a board may be at, and the other USB ones, each sorted by name."""
    boards: list[Port] = []
    others: list[Port] = []
    for info in sorted(list_ports.comports(), key=lambda one: one.device):
        if info.vid is None:
            continue  # built in, or Bluetooth: no board
        maker = _VENDORS.get(info.vid)
        (others if maker is None else boards).append(Port(info.device, maker, info.serial_number))
    return boards, others


def choose_port(wanted: str | None) -> Port:
    """The port that was asked for, or the only one with a board."""
    boards, others = list_boards()
    if wanted is not None:
        return next((one for one in [*boards, *others] if one.device == wanted), Port(wanted))
    if not boards:
        raise NoBoardError([one.device for one in others])
    if len(boards) > 1:
        raise SeveralBoardsError([one.device for one in boards], [str(one) for one in boards])
    return boards[0]


def same_board(port: Port) -> Port | None:
    """Where this board is now; after a reset its port may have another name. None while it is away."""
    if port.serial_number is None:
        return port  # nothing but the name to know it by
    boards, others = list_boards()
    mine = [one for one in [*boards, *others] if one.serial_number == port.serial_number]
    # Some bridges all have the same number: then the name decides.
    return next((one for one in mine if one.device == port.device), mine[0] if mine else None)


def port_error(device: str) -> PortError:
    """Why this port, which just failed to open, does so: found out by trying again."""
    try:
        serial.Serial(device, exclusive=True).close()
    except PORT_ERRORS as exc:
        return _explained(device, _fault(exc), exc)
    return PortError(device, "opened only at the second try; run this again", reason=PortFault.OTHER)


def _fault(exc: Exception) -> PortFault:
    text = str(exc)  # on Windows pyserial gives no number
    number = getattr(exc, "errno", None)
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO) or "FileNotFoundError" in text:
        return PortFault.MISSING
    if number in (errno.EBUSY, errno.EAGAIN) or "PermissionError" in text:
        return PortFault.BUSY  # what Windows calls no permission is a port that another program has
    if number in (errno.EACCES, errno.EPERM):
        return PortFault.PERMISSION
    return PortFault.OTHER


def _explained(device: str, fault: PortFault, exc: Exception) -> PortError:
    match fault:
        case PortFault.MISSING:
            boards, others = list_boards()
            there = ", ".join(str(one) for one in [*boards, *others]) or "none"
            problem = f"there is no such port; plugged in: {there}"
        case PortFault.BUSY:
            problem = "another program has this port open: close it (a serial monitor, Thonny, mpremote) and try again"
        case PortFault.PERMISSION:
            problem = f"you may not open this port: {_remedy(device)}"
        case _:
            problem = f"cannot be opened: {exc}"
    return PortError(device, problem, reason=fault)


def _remedy(device: str) -> str:
    group = _group(device) if sys.platform.startswith("linux") else None
    if group is None:
        return f"type 'sudo chmod a+rw {device}' each time the board was plugged in"
    return f"type 'sudo usermod -a -G {group} $USER', log out and in again"


def _group(device: str) -> str | None:
    """The group that may use the port: dialout on Debian, uucp on Arch."""
    if sys.platform == "win32":
        return None
    import grp

    with suppress(OSError, KeyError):
        name = grp.getgrgid(os.stat(device).st_gid).gr_name  # noqa: PTH116 - a Path has no use for it
        return None if name in {"root", "wheel"} else name
    return None
