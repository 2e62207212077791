"""Serial ports: which of them may be a board, how one is opened, and why it cannot be."""

from __future__ import annotations

import errno
import importlib
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import serial
from serial.tools import list_ports

__all__ = [
    "PORT_ERRORS",
    "Port",
    "PortFault",
    "PortProblem",
    "find_port_problem",
    "list_boards",
    "open_port",
    "port_named",
    "port_problem",
    "same_board",
]

_BAUD: Final = 115_200


def _port_errors() -> tuple[type[Exception], ...]:
    # pyserial's own exception is an OSError, but it lets through termios's, which is none.
    try:
        return (OSError, importlib.import_module("termios").error)
    except ImportError:
        return (OSError,)


PORT_ERRORS: Final = _port_errors()  # what an open port raises when its board goes away

_CP210X: Final = 0x10C4

# USB vendor → what that is. Sources: MicroPython's board definitions (`boards/*/mpconfigboard*`) and usb.org's list.
_VENDORS: Final = {
    0x2E8A: "Raspberry Pi",
    0x303A: "Espressif",
    0xF055: "MicroPython",
    0x239A: "Adafruit",
    0x2341: "Arduino",
    0x2886: "Seeed",
    0x1B4F: "SparkFun",
    _CP210X: "CP210x bridge",
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


@dataclass(frozen=True, slots=True)
class PortProblem:
    """Why a port cannot be opened: ``text`` says it in words, and what to do."""

    fault: PortFault
    text: str


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


def port_named(device: str) -> Port:
    """The port of that name, with what is known about it."""
    boards, others = list_boards()
    return next((one for one in [*boards, *others] if one.device == device), Port(device))


def same_board(port: Port) -> Port | None:
    """Where this board is now; after a reset its port may have another name. None while it is away."""
    if port.serial_number is None:
        return port  # nothing but the name to know it by
    boards, others = list_boards()
    mine = [one for one in [*boards, *others] if one.serial_number == port.serial_number]
    # Some bridges all have the same number: then the name decides.
    return next((one for one in mine if one.device == port.device), mine[0] if mine else None)


def open_port(device: str, *, read_s: float, write_s: float) -> serial.Serial:
    """The port, open for this program alone. The board is not reset by it, and is sent nothing."""
    # DTR and RTS stay as pyserial sets them, both on: a board with USB of its own speaks only to a host that has DTR
    # on, and the circuit by which boards with a bridge are reset does nothing while both are the same.
    port = serial.Serial(None, _BAUD, timeout=read_s, write_timeout=write_s, exclusive=True)
    port.port = device
    quirk = _resets_when_opened(device)
    if quirk:
        # There the bridge's driver sets the two one after the other the first time that a port is opened, which
        # resets the board. Source: mpremote, `transport_serial.py`.
        port.dtr = port.rts = False
    port.open()
    if quirk:
        port.dtr = True
        port.rts = True
    return port


def _resets_when_opened(device: str) -> bool:
    return sys.platform == "win32" and any(one.device == device and one.vid == _CP210X for one in list_ports.comports())


def find_port_problem(device: str) -> PortProblem:
    """Why this port, which just failed to open, does so: found out by trying again."""
    try:
        serial.Serial(device, exclusive=True).close()
    except PORT_ERRORS as exc:
        return port_problem(device, exc)
    return PortProblem(PortFault.OTHER, "opened only at the second try; run this again")


def port_problem(device: str, exc: Exception) -> PortProblem:
    """What that exception, one of `PORT_ERRORS`, says about the port."""
    if _is_no_port(device, exc):
        return PortProblem(PortFault.OTHER, f"this is no serial port; plugged in: {_plugged_in()}")
    fault = _fault(exc)
    return PortProblem(fault, _explained(device, fault, exc))


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


def _is_no_port(device: str, exc: Exception) -> bool:
    """Whether that is a folder, a file or a device of another kind; Windows does not tell."""
    if errno.ENOTTY in exc.args or os.strerror(errno.ENOTTY) in str(exc):  # pyserial has the number in its text only
        return True
    with suppress(OSError, ValueError):
        return os.name != "nt" and not stat.S_ISCHR(os.stat(device).st_mode)  # noqa: PTH116 - a Path has no use for it
    return False


def _plugged_in() -> str:
    boards, others = list_boards()
    return ", ".join(str(one) for one in [*boards, *others]) or "none"


def _explained(device: str, fault: PortFault, exc: Exception) -> str:
    match fault:
        case PortFault.MISSING:
            return f"there is no such port; plugged in: {_plugged_in()}"
        case PortFault.BUSY:
            return "another program has this port open: close it (a serial monitor, Thonny, mpremote) and try again"
        case PortFault.PERMISSION:
            return f"you may not open this port: {_remedy(device)}"
        case _:
            return f"cannot be opened: {exc}"


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
