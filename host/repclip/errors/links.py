"""Links to a sensor that do not come about."""

from __future__ import annotations

from collections.abc import Sequence

from repclip.errors.base import RepclipError

__all__ = [
    "BluetoothError",
    "LinkError",
    "LinkPortError",
    "NoConnectionError",
    "NoSensorFoundError",
    "SeveralSensorsError",
    "WrongDeviceError",
]


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
