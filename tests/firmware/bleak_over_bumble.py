"""A backend for bleak, whose radio is a bumble device: programs use the real bleak, and need no Bluetooth.

class Backend(BumbleClient):
    device = radio.host

async with BleakClient(address, backend=Backend) as client: …
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")
pytest.importorskip("bleak", reason="bleak is not installed")

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_str
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.hci import Address


class BumbleClient(BaseBleakClient):
    device: Device
    mtu = 247  # what the host's system asks for; 23: it does not ask

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connection: Connection | None = None
        self._peer: Peer | None = None

    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return 23 if self._connection is None else self._connection.att_mtu

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        # The virtual controller never ends a connect that is given up, so it is given no time limit of its own.
        self._connection = await self.device.connect(Address(self.address), timeout=None)
        self._connection.on("disconnection", self._gone)
        self._peer = Peer(self._connection)
        if self.mtu > 23:
            await self._peer.request_mtu(self.mtu)
        await self._discover(self._peer)

    def _gone(self, reason: int) -> None:
        self._connection = self._peer = None
        self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def _discover(self, peer: Peer) -> None:
        found = BleakGATTServiceCollection()
        await peer.discover_services()
        for service in peer.services:
            mine = BleakGATTService(service, service.handle, _uuid(service.uuid))
            found.add_service(mine)
            for one in await service.discover_characteristics():
                strings = list(gatt_char_props_to_strs(int(one.properties)))
                characteristic = BleakGATTCharacteristic(
                    one, one.handle, _uuid(one.uuid), strings, lambda: self.mtu_size - 3, mine
                )
                found.add_characteristic(characteristic)
                for descriptor in await one.discover_descriptors():
                    found.add_descriptor(
                        BleakGATTDescriptor(descriptor, descriptor.handle, _uuid(descriptor.type), characteristic)
                    )
        self.services = found

    async def disconnect(self) -> None:
        if self._connection is not None:
            await self._connection.disconnect()

    # bleak asks every backend for these two; who calls them on this radio is told why not.

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        raise BleakError("a sensor of ours is not paired with")

    async def unpair(self) -> None:
        raise BleakError("a sensor of ours is not paired with")

    def _alive(self) -> Peer:
        if self._peer is None:
            raise BleakError("not connected")
        return self._peer

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        return bytearray(await self._request(self._alive().read_value(characteristic.obj)))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        return bytearray(await self._request(self._alive().read_value(descriptor.obj)))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: Any, response: bool) -> None:
        await self._request(self._alive().write_value(characteristic.obj, bytes(data), response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: Any) -> None:
        await self._request(self._alive().write_value(descriptor.obj, bytes(data), True))

    async def start_notify(self, characteristic: BleakGATTCharacteristic, callback: Any, **kwargs: Any) -> None:
        await self._request(
            self._alive().subscribe(characteristic.obj, lambda value: callback(bytearray(value)), prefer_notify=True)
        )

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        await self._request(self._alive().unsubscribe(characteristic.obj))

    async def _request(self, request: Any) -> Any:
        try:
            return await request
        except asyncio.CancelledError as exc:
            # Link loss cancels what was under way: to the program that is an error, not its own cancelling.
            if self._connection is None:
                raise BleakError("the link is lost") from exc
            raise


class BumbleScanner(BaseBleakScanner):
    device: Device

    def __init__(self, detection_callback: Any, service_uuids: Any, scanning_mode: Any, **kwargs: Any) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        self.device.on("advertisement", self._see)
        await self.device.start_scanning(filter_duplicates=False)

    async def stop(self) -> None:
        self.device.remove_listener("advertisement", self._see)
        await self.device.stop_scanning()

    def _see(self, advertisement: Advertisement) -> None:
        data = advertisement.data
        name = data.get(AdvertisingData.COMPLETE_LOCAL_NAME) or data.get(AdvertisingData.SHORTENED_LOCAL_NAME)
        uuids = data.get(AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS) or []
        told = AdvertisementData(
            local_name=None if name is None else str(name),
            manufacturer_data={},
            service_data={},
            service_uuids=[_uuid(one) for one in uuids],
            tx_power=None,
            rssi=advertisement.rssi,
            platform_data=(),
        )
        if not self.is_allowed_uuid(told.service_uuids):
            return
        address = advertisement.address.to_string(False)
        device = BLEDevice(address, told.local_name, None)
        self.seen_devices[address] = (device, told)
        self.call_detection_callbacks(device, told)


def _uuid(uuid: Any) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-").lower())
