"""What the started firmware says of itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import serial

from repclip.errors import NoHelloError
from repclip.transports.asking import MORE_S, Introduction
from repclip.transports.ports import PORT_ERRORS, Port, open_port, same_board
from repclip.wire import AskHello, FaultCode, FrameDecoder, Framing, encode_command

__all__ = ["Greeter", "Greeting", "Silence", "await_greeting", "listen"]

_READ_S: Final = 0.1
_WRITE_S: Final = 1.0
_AGAIN_S: Final = 0.2  # between two looks whether the port is back
_GONE_S: Final = 0.5  # a board with USB of its own takes so long to leave after a reset
_ASK_S: Final = 1.0  # PROTOCOL.md, section 3: so long without an answer, and a command is repeated


@dataclass(frozen=True, slots=True)
class Greeting:
    """The firmware's Hello, its battery, and the fault it reports, in its own words.

    ``sensor`` is empty where it found none; the ``fault`` is the bus's then, unless ``fault_elsewhere``.
    """

    sensor: str
    rate_hz: float
    name: str = ""
    firmware: str = ""
    battery_percent: int | None = None
    battery_v: float | None = None
    fault: str | None = None
    fault_elsewhere: bool = False


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
                with open_port(where.device, read_s=_READ_S, write_s=_WRITE_S) as line:
                    heard = greet(line, left)
                if isinstance(heard, Greeting):
                    return heard
                said = heard.said or said
        except PORT_ERRORS:
            pass  # the port is on its way out, or not quite back
        time.sleep(_AGAIN_S)
    raise NoHelloError(port.device, timeout_s, said=said)


def listen(line: serial.Serial, timeout_s: float) -> Greeting | Silence:
    """Ask for a Hello until one comes, and wait a little longer for what it does not hold."""
    deadline = time.monotonic() + timeout_s
    ask_at = 0.0
    decoder, heard = FrameDecoder(), Introduction()
    while (now := time.monotonic()) < deadline:
        if now >= ask_at and heard.hello is None:
            line.write(encode_command(AskHello(), 0, Framing.SERIAL))
            ask_at = now + _ASK_S
        had_hello = heard.hello is not None
        heard.take(decoder.feed(line.read(max(1, line.in_waiting))))
        if heard.hello is not None and not had_hello:
            deadline = min(deadline, now + MORE_S)
        if heard.complete:
            break
    return _outcome(heard)


def _outcome(heard: Introduction) -> Greeting | Silence:
    """What to show of it."""
    hello, status, fault = heard.hello, heard.status, heard.fault
    if hello is None:
        return Silence(heard.said)
    millivolts = None if status is None else status.battery_mv
    return Greeting(
        sensor=hello.sensor,
        rate_hz=hello.rate_mhz / 1000,
        name=hello.name,
        firmware=".".join(map(str, hello.firmware)),
        battery_percent=None if status is None else status.battery_percent,
        battery_v=None if millivolts is None else millivolts / 1000,
        fault=None if fault is None else fault.text,
        fault_elsewhere=fault is not None and fault.code not in (FaultCode.NO_SENSOR, FaultCode.BUS),
    )
