"""Bluetooth Low Energy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice

from repclip.errors import LinkError, NoConnectionError, WrongDeviceError
from repclip.source import Channel, HostClock
from repclip.transports.advice import BLE_ERRORS, bluetooth_error, bluetooth_fault
from repclip.transports.ble_scan import Backends, Sighting, find
from repclip.transports.inbox import CAPACITY, Inbox
from repclip.transports.retry import Patience, RetryingSource
from repclip.wire import (
    BLE_CONTROL_UUID,
    BLE_DATA_UUID,
    BLE_INFO_UUID,
    BLE_SERVICE_UUID,
    FrameDecoder,
    Framing,
    Hello,
)

__all__ = ["BleSource"]

_CONNECT_S: Final = 10.0  # with all its services; systems take up to 3 s, twice that with a weak signal
_CONNECT_LEAST_S: Final = 3.0  # for who is found in the last moment
_WRITE_S: Final = 1.0  # a command that was not taken by then is said again by whoever sent it
_DISCONNECT_S: Final = 3.0  # BlueZ takes 2 s

_LOST: Final = "the link broke off: out of range, switched off, or its battery is empty"


class BleSource(RetryingSource):
    """The sensor of that name or address, found again when it is lost; None: the only one in sight."""

    def __init__(
        self,
        wanted: str | None,
        clock: HostClock,
        *,
        patience: Patience | None = None,
        capacity: int = CAPACITY,
        backends: Backends | None = None,
    ) -> None:
        super().__init__(clock, patience, capacity)
        self._wanted = wanted
        self._backends = backends or Backends()

    @property
    def framing(self) -> Framing:
        """A notification is a frame, or a part of one."""
        return Framing.BLE

    async def _connect(self, inbox: Inbox, limit_s: float) -> _BleLink:
        now = asyncio.get_running_loop().time
        deadline = now() + limit_s
        # What it was before, it advertises again, so its address is not taken for granted: the system may have
        # forgotten it meanwhile, and to connect to what is not there takes long everywhere.
        found = await find(self._wanted, limit_s, self._backends)
        link = _BleLink(found, inbox, self._backends)
        unsure = self._wanted if self._wanted is not None and not found.is_called(self._wanted) else None
        await link.open(unsure, min(_CONNECT_S, max(_CONNECT_LEAST_S, deadline - now())))
        self._wanted = found.address
        return link


class _BleLink:
    """A connection; ``open`` makes it."""

    def __init__(self, found: Sighting, inbox: Inbox, backends: Backends) -> None:
        self._found = found
        self._inbox = inbox
        device: BLEDevice = found.device
        self._client = BleakClient(device, self._gone, backend=backends.client)
        self._control: BleakGATTCharacteristic | None = None

    @property
    def name(self) -> str:
        """Name and address."""
        return str(self._found)

    @property
    def signal_dbm(self) -> int | None:
        """Of its advertisement: for that of a connection there is no call that all systems have."""
        return self._found.rssi_dbm

    async def open(self, name: str | None, limit_s: float) -> None:
        """Connect and subscribe; with a name, see first whether that is its own.

        Raises
        ------
        LinkError
            when that does not come about; nothing is left open then.

        """
        try:
            async with asyncio.timeout(limit_s):
                await self._client.connect()
                await self._subscribe(name)
        except BaseException as exc:
            await self.close()
            if isinstance(exc, BLE_ERRORS):
                raise self._explained(exc, limit_s) from exc
            raise

    async def send(self, data: bytes) -> bool:
        """Write it to the control characteristic, without waiting for an answer."""
        if self._control is None:
            return False
        try:
            async with asyncio.timeout(_WRITE_S):
                await self._client.write_gatt_char(self._control, data, response=False)
        except BLE_ERRORS:
            return False
        return True

    async def close(self) -> None:
        """Disconnect; what still comes meanwhile is not for us."""
        self._inbox.end("closed")
        with suppress(*BLE_ERRORS):
            async with asyncio.timeout(_DISCONNECT_S):
                if self._client.is_connected:  # WinRT fails otherwise
                    await self._client.disconnect()

    async def _subscribe(self, name: str | None) -> None:
        service = self._client.services.get_service(BLE_SERVICE_UUID)
        if service is None:
            problem = "this is no repclip sensor; 'repclip scan' lists those in sight"
            raise WrongDeviceError(self.name, problem)
        info, data, control = map(service.get_characteristic, (BLE_INFO_UUID, BLE_DATA_UUID, BLE_CONTROL_UUID))
        if info is None or data is None or control is None:
            problem = "its firmware is not one that this program understands: put the newest on with 'repclip flash'"
            raise WrongDeviceError(self.name, problem)
        if name is not None:
            await self._check_name(info, name)
        for characteristic, channel in ((control, Channel.BLE_CONTROL), (data, Channel.BLE_DATA)):
            await self._client.start_notify(characteristic, self._taker(channel))
        self._control = control

    async def _check_name(self, info: BleakGATTCharacteristic, name: str) -> None:
        hello = FrameDecoder(Framing.BLE).feed(await self._client.read_gatt_char(info))
        own = hello[0].name if hello and isinstance(hello[0], Hello) else "?"
        if own.casefold() != name.casefold():
            problem = f"is called {own}, not {name}; bring that one near, or choose this one by its address"
            raise WrongDeviceError(self.name, problem)

    def _taker(self, channel: Channel) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        def take(_: BleakGATTCharacteristic, data: bytearray) -> None:
            if data:  # PROTOCOL.md, section 6: empty ones mean nothing
                self._inbox.put(channel, bytes(data))

        return take

    def _gone(self, _: BleakClient) -> None:
        self._inbox.end(_LOST)

    def _explained(self, exc: BaseException, limit_s: float) -> LinkError:
        if isinstance(exc, TimeoutError):
            problem = f"does not connect within {limit_s:.2g} s: bring it nearer; if that changes nothing, reset it"
            return NoConnectionError(self.name, problem)
        if bluetooth_fault(exc) is not None:
            return bluetooth_error(exc)
        said = str(exc) or type(exc).__name__
        return NoConnectionError(self.name, f"does not connect ({said}): bring it nearer; is a phone connected to it?")
