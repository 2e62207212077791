"""What the started firmware says of itself."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import serial

from repclip.errors import NoHelloError
from repclip.flash.ports import PORT_ERRORS, Port, same_board

__all__ = ["Greeter", "Greeting", "Silence", "await_greeting", "listen"]

_BAUD: Final = 115_200
_READ_S: Final = 0.1
_WRITE_S: Final = 1.0
_AGAIN_S: Final = 0.2  # between two looks whether the port is back
_GONE_S: Final = 0.5  # a board with USB of its own takes so long to leave after a reset

_EXCEPTION: Final = re.compile(r"\w*(Error|Exception|Interrupt)\b")


@dataclass(frozen=True, slots=True)
class Greeting:
    """The firmware's Hello, and its battery; ``sensor`` is empty when it found none, ``fault`` then says why."""

    sensor: str
    rate_hz: float
    name: str = ""
    firmware: str = ""
    battery_percent: int | None = None
    battery_v: float | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """No Hello came; ``said`` is the exception that was printed instead, if one was."""

    said: str | None = None


# An open port, and how many seconds there are.
Greeter = Callable[[serial.Serial, float], Greeting | Silence]


def await_greeting(port: Port, timeout_s: float, greet: Greeter) -> Greeting:
    """The Hello of a board that has just been reset; its port may go away and come back under another name."""
    deadline = time.monotonic() + timeout_s
    said: str | None = None
    time.sleep(min(_GONE_S, timeout_s))
    while (left := deadline - time.monotonic()) > 0:
        where = same_board(port)
        try:
            if where is not None:
                with serial.Serial(where.device, _BAUD, timeout=_READ_S, write_timeout=_WRITE_S) as line:
                    heard = greet(line, left)
                if isinstance(heard, Greeting):
                    return heard
                said = heard.said or said
        except PORT_ERRORS:
            pass  # the port is on its way out, or not quite back
        time.sleep(_AGAIN_S)
    raise NoHelloError(port.device, timeout_s, said=said)


def listen(line: serial.Serial, timeout_s: float) -> Greeting | Silence:
    """Wait for a line of JSON that says hello: ``{"hello": {"sensor": "MPU-6050", "rate_hz": 100}}``."""
    deadline = time.monotonic() + timeout_s
    text = b""
    said: str | None = None
    while time.monotonic() < deadline:
        text += line.read(max(1, line.in_waiting))
        *lines, text = text.split(b"\n")
        for one in lines:
            words = one.decode("utf-8", "replace").strip()
            if words.startswith('{"hello"'):
                fields: dict[str, Any] = json.loads(words)["hello"]
                return Greeting(**fields)
            if _EXCEPTION.match(words):
                said = words
    return Silence(said)
