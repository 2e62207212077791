"""Which sensors there are, over Bluetooth and at serial ports, and which of them to take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from repclip.errors import BluetoothError, LinkError, NoSensorFoundError, SeveralSensorsError
from repclip.source import ByteSource, HostClock, session_clock
from repclip.transports.asking import Introduction, ask
from repclip.transports.ble import BleSource
from repclip.transports.ble_scan import Backends, Sighting, ble_option, watch
from repclip.transports.ports import Port, list_boards, port_named
from repclip.transports.retry import Patience
from repclip.transports.serial_port import SerialSource

__all__ = ["SCAN_S", "FoundSensor", "LinkKind", "ScanReport", "Tell", "choose", "scan", "source_of"]

SCAN_S: Final = 5.0  # thirty advertisements of a sensor (each 152.5 ms, link_ble.py), of which a busy radio hears some

# What a sensor gets to answer. Serial: a board that is reset by opening its port takes 3 s to boot. Bluetooth: finding
# it again, connecting, and the second until a Status.
_ASK_SERIAL_S: Final = 5.0
_ASK_BLE_S: Final = 10.0
_CONNECT_BLE: Final = Patience(first_s=8.0)

Tell = Callable[[str], None]  # what is being done now, for people


class LinkKind(StrEnum):
    """How a sensor is reached."""

    BLE = "ble"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class FoundSensor:
    """A sensor in sight; None is unknown. ``address`` is one of Bluetooth's, or a port.

    ``problem`` says why it could not be asked, or why it cannot measure.
    """

    link: LinkKind
    address: str
    name: str | None = None
    unique_id: str | None = None  # in hex
    rssi_dbm: int | None = None
    battery_percent: int | None = None
    sensor: str | None = None
    board: str | None = None
    firmware: str | None = None
    problem: str | None = None

    @property
    def option(self) -> str:
        """How it is chosen on the command line."""
        return ble_option(self.name, self.address) if self.link is LinkKind.BLE else f"--serial {self.address}"

    def is_same(self, other: FoundSensor) -> bool:
        """Whether both are one, reached in two ways."""
        if self.unique_id is not None and other.unique_id is not None:
            return self.unique_id == other.unique_id
        return self.link is not other.link and self.name is not None and self.name == other.name

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else self.address


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What is in sight. ``others`` are Bluetooth devices with a name that are no sensors, and ports of no board."""

    sensors: tuple[FoundSensor, ...]
    others: tuple[str, ...]
    bluetooth_problem: str | None


async def scan(
    seconds: float = SCAN_S, *, ask_all: bool = True, backends: Backends | None = None, tell: Tell | None = None
) -> ScanReport:
    """Look over Bluetooth for so long, meanwhile ask every board at a port, then every sensor that was seen.

    Without ``ask_all`` the latter are not asked: that is quicker, and enough to choose one.
    """
    tell = tell or _nobody
    over_ble, at_ports = await asyncio.gather(
        _scan_ble(seconds, ask_all, backends or Backends(), tell), _scan_ports(tell)
    )
    return ScanReport(
        sensors=(*at_ports.sensors, *over_ble.sensors),
        others=(*at_ports.others, *over_ble.others),
        bluetooth_problem=over_ble.bluetooth_problem,
    )


def choose(report: ScanReport) -> FoundSensor:
    """The only sensor that can be used. One that is at a port and in the air is taken at the port: that drops nothing.

    Raises
    ------
    LinkError
        when there is none, or several.

    """
    found: list[FoundSensor] = []
    for one in report.sensors:  # those at ports first
        if one.problem is None and not any(one.is_same(other) for other in found):
            found.append(one)
    if len(found) > 1:
        raise SeveralSensorsError([one.option for one in found], [str(one) for one in found])
    if found:
        return found[0]
    problems = [f"{one}: {one.problem}" for one in report.sensors]
    if report.bluetooth_problem is not None:
        problems.append(report.bluetooth_problem)
    problem = (
        f"no sensor that can be used ({'; '.join(problems)})"
        if problems
        else "no sensor found: wake it (move it, or press its button), bring it near, charge it, or connect it by cable"
    )
    raise NoSensorFoundError(None, problem)


def source_of(found: FoundSensor, clock: HostClock, *, backends: Backends | None = None) -> ByteSource:
    """The link to it."""
    if found.link is LinkKind.BLE:
        return BleSource(found.address, clock, backends=backends)
    return SerialSource(port_named(found.address), clock)


async def _scan_ble(seconds: float, ask_all: bool, backends: Backends, tell: Tell) -> ScanReport:
    tell("looking over Bluetooth")
    try:
        async with watch(backends) as sightings:
            await asyncio.sleep(seconds)
    except BluetoothError as exc:
        return ScanReport((), (), str(exc))
    sensors: list[FoundSensor] = []
    for one in sightings.ours:  # one by one: many adapters hold few connections, or make one at a time
        if ask_all:
            tell(f"asking {one}")
            sensors.append(await _ask_ble(one, backends))
        else:
            sensors.append(FoundSensor(LinkKind.BLE, one.address, one.name, rssi_dbm=one.rssi_dbm))
    return ScanReport(tuple(sensors), tuple(str(one) for one in sightings.others), None)


async def _ask_ble(one: Sighting, backends: Backends) -> FoundSensor:
    source = BleSource(one.address, session_clock(), patience=_CONNECT_BLE, backends=backends)
    try:
        heard = await ask(source, _ASK_BLE_S)
    except LinkError as exc:
        return FoundSensor(LinkKind.BLE, one.address, one.name, rssi_dbm=one.rssi_dbm, problem=exc.problem)
    return _found(LinkKind.BLE, one.address, heard, name=one.name, rssi_dbm=one.rssi_dbm)


async def _scan_ports(tell: Tell) -> ScanReport:
    boards, others = list_boards()
    if boards:
        tell(f"asking {', '.join(one.device for one in boards)}")
    sensors = await asyncio.gather(*[_ask_port(one) for one in boards])
    return ScanReport(tuple(sensors), tuple(str(one) for one in others), None)


async def _ask_port(port: Port) -> FoundSensor:
    source = SerialSource(port, session_clock(), patience=Patience(first_s=_ASK_SERIAL_S))
    try:
        heard = await ask(source, _ASK_SERIAL_S)
    except LinkError as exc:
        return FoundSensor(LinkKind.SERIAL, port.device, problem=exc.problem)
    return _found(LinkKind.SERIAL, port.device, heard)


def _found(
    link: LinkKind, address: str, heard: Introduction, *, name: str | None = None, rssi_dbm: int | None = None
) -> FoundSensor:
    hello, status = heard.hello, heard.status
    if hello is None:
        problem = _silence(link, address, heard)
        return FoundSensor(link, address, name, rssi_dbm=rssi_dbm, problem=problem)
    return FoundSensor(
        link,
        address,
        hello.name or name,
        hello.unique_id.hex() or None,
        rssi_dbm,
        None if status is None else status.battery_percent,
        hello.sensor or None,
        hello.board or None,
        ".".join(map(str, hello.firmware)),
        None if hello.sensor else _no_sensor(heard),
    )


def _silence(link: LinkKind, address: str, heard: Introduction) -> str:
    if heard.newer:
        return "its firmware is newer than this program: update repclip"
    if heard.said is not None:
        return f"its program ended with {heard.said!r}: press its reset button, or put the firmware on anew"
    if link is LinkKind.SERIAL:
        return f"does not answer like a sensor: if it is to be one, type 'repclip flash {address}'"
    return "connects, but does not answer: press its reset button"


def _no_sensor(heard: Introduction) -> str:
    said = "" if heard.fault is None else f" ({heard.fault.text})"
    return f"finds no accelerometer{said}: check its four wires, then press reset"


def _nobody(_: str) -> None:
    """Is told."""
