"""Who is in sight over Bluetooth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from bleak import BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from repclip.errors import NoSensorFoundError, SeveralSensorsError
from repclip.transports.advice import BLE_ERRORS, bluetooth_error
from repclip.wire import BLE_SERVICE_UUID

__all__ = ["Backends", "Sighting", "Sightings", "ble_option", "find", "watch"]

_STOP_S: Final = 2.0
# After the first sensor, for others: several of their advertisements (each 152.5 ms, link_ble.py), some of which a
# host that changes channels misses.
_OTHERS_S: Final = 1.0
# Within which the whole name comes, which a board has no room for in each advertisement (PROTOCOL.md, section 6).
_WHOLE_NAME_S: Final = 2.0
_SIGNALS_DBM: Final = range(-127, 21)  # Core Specification, vol. 4 part E, 7.7.65.2; 127 is: unknown
_TOLD: Final = 5  # of the devices in sight; there may be dozens


@dataclass(frozen=True, slots=True)
class Backends:
    """bleak's classes for the system's Bluetooth; None: the system's own."""

    client: type[BaseBleakClient] | None = None
    scanner: type[BaseBleakScanner] | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device that advertises; ``ours``: a sensor. ``rssi_dbm`` as heard last, None where that is not told."""

    device: BLEDevice
    name: str | None
    rssi_dbm: int | None
    ours: bool

    @property
    def address(self) -> str:
        """Of the device; on macOS a UUID that this computer gave it."""
        return self.device.address

    @property
    def option(self) -> str:
        """How it is chosen on the command line."""
        return ble_option(self.name, self.address)

    @property
    def weakness(self) -> int:
        """To sort by: the strongest first, the unknown last."""
        return -(_SIGNALS_DBM[0] if self.rssi_dbm is None else self.rssi_dbm)

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else self.address

    def is_called(self, wanted: str) -> bool:
        """Whether that is its name or its address, in letters of either size."""
        return wanted.casefold() in {self.address.casefold(), (self.name or self.address).casefold()}

    def may_be_called(self, wanted: str) -> bool:
        """Whether that is a sensor's name of which only the first part was heard so far."""
        return self.ours and bool(self.name) and wanted.casefold().startswith((self.name or "").casefold())


def ble_option(name: str | None, address: str) -> str:
    """How a Bluetooth sensor is chosen on the command line."""
    named = name or address
    return f'--ble "{named}"' if " " in named else f"--ble {named}"


class Sightings:
    """All of a scan so far."""

    def __init__(self) -> None:
        self._seen: dict[str, Sighting] = {}
        self._news = asyncio.Event()

    def see(self, device: BLEDevice, data: AdvertisementData) -> None:
        """Take in one advertisement; names and services may come in the next one only, or not again."""
        name = data.local_name or device.name
        ours = BLE_SERVICE_UUID in data.service_uuids
        before = self._seen.get(device.address)
        seen = Sighting(device, name, data.rssi if data.rssi in _SIGNALS_DBM else None, ours)
        if before is not None:
            # The first part of a name is sent more often than the whole.
            names = [one for one in (name, before.name) if one]
            seen = replace(seen, name=max(names, key=len, default=None), ours=ours or before.ours)
        self._seen[device.address] = seen
        self._news.set()

    @property
    def ours(self) -> list[Sighting]:
        """The sensors, strongest first."""
        return sorted((one for one in self._seen.values() if one.ours), key=lambda one: one.weakness)

    @property
    def others(self) -> list[Sighting]:
        """What has a name and is none, strongest first."""
        named = (one for one in self._seen.values() if one.name and not one.ours)
        return sorted(named, key=lambda one: one.weakness)

    async def first(self, wanted: Callable[[Sighting], bool]) -> Sighting:
        """Wait for one that is wanted."""
        while True:
            for one in self._seen.values():
                if wanted(one):
                    return one
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def watch(backends: Backends) -> AsyncGenerator[Sightings, None]:
    """Scan as long as this is open.

    Raises
    ------
    BluetoothError
        when that is not possible.

    """
    sightings = Sightings()
    # All devices, not only sensors: who looks in vain wants to know whether anything was seen.
    try:
        scanner = BleakScanner(sightings.see, backend=backends.scanner)
        await scanner.start()
    except BLE_ERRORS as exc:
        raise bluetooth_error(exc) from exc
    try:
        yield sightings
    finally:
        with suppress(*BLE_ERRORS):
            async with asyncio.timeout(_STOP_S):
                await scanner.stop()


async def find(wanted: str | None, limit_s: float, backends: Backends) -> Sighting:
    """The sensor of that name or address, as soon as it is seen; None: the only one there is.

    Where only the first part of names is heard, it is the only one whose name begins so.

    Raises
    ------
    LinkError
        when there is none within the limit, or several, or no Bluetooth.

    """
    async with watch(backends) as sightings:
        try:
            async with asyncio.timeout(limit_s):
                if wanted is not None:
                    return await _of_name(wanted, sightings)
                await sightings.first(lambda one: one.ours)
        except TimeoutError as exc:
            raise _not_found(wanted, limit_s, sightings) from exc
        await asyncio.sleep(_OTHERS_S)
        ours = sightings.ours
    if len(ours) > 1:
        raise SeveralSensorsError([one.option for one in ours], [str(one) for one in ours])
    return ours[0]


async def _of_name(wanted: str, sightings: Sightings) -> Sighting:
    """That one, or the only one that may be: who connects has to find out."""
    await sightings.first(lambda one: one.is_called(wanted) or one.may_be_called(wanted))
    with suppress(TimeoutError):
        async with asyncio.timeout(_WHOLE_NAME_S):
            return await sightings.first(lambda one: one.is_called(wanted))
    possible = [one for one in sightings.ours if one.may_be_called(wanted)]
    return possible[0] if len(possible) == 1 else await sightings.first(lambda one: one.is_called(wanted))


def _not_found(wanted: str | None, limit_s: float, sightings: Sightings) -> NoSensorFoundError:
    problem = (
        f"{'no sensor' if wanted is None else 'not'} in sight over Bluetooth for {limit_s:.2g} s: wake it (move it, or "
        "press its button), bring it near, charge it, and let no phone or other program hold it"
    )
    seen = [f"{one}, a sensor" for one in sightings.ours] + [str(one) for one in sightings.others]
    return NoSensorFoundError(wanted, problem, seen=seen[:_TOLD])
