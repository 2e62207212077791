"""A sensor on the virtual radio that says what the test wants, and a source that finds it through bleak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")

from bumble.att import AttributeValue
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service

from bleak_over_bumble import BumbleClient, BumbleScanner
from introductions import introduction
from repclip.source import Channel, session_clock
from repclip.transports import BleSource, Patience
from repclip.transports.ble_scan import Backends
from repclip.wire import BLE_CONTROL_UUID, BLE_DATA_UUID, BLE_INFO_UUID, BLE_SERVICE_UUID
from source_conformance import LinkRig
from virtual_radio import BOARD_ADDRESS, Radio

QUICK = Patience(first_s=5.0, again_s=5.0, delays_s=(0.0, 0.01))
NAME = "repclip-7c2f"
INTERVAL_MS = 5.0


def advertisement(name: str, service: str) -> bytes:
    """Flags, service, name; longer than the 31 bytes of a real one, since this radio knows no scan response."""
    kind = AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
    return bytes(
        AdvertisingData(
            [
                (AdvertisingData.FLAGS, b"\x06"),
                (kind, UUID(service).to_bytes(force_128=True)),
                (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode()),
            ]
        )
    )


class Sensor:
    """The device's side: our service, and what was written to it."""

    def __init__(
        self,
        device: Device,
        name: str = NAME,
        *,
        service: str = BLE_SERVICE_UUID,
        advertised: str = BLE_SERVICE_UUID,
        heard_as: str | None = None,
        control: bool = True,
    ) -> None:
        self.device = device
        self.heard = b""
        self.info = introduction()[0][1]  # the value that is read: a Hello
        self.answer: list[tuple[Channel, bytes]] = []  # to whatever is written
        self.connection: Connection | None = None
        self._present = False
        self._advertising: asyncio.Future[None] | None = None
        self._answering: asyncio.Future[None] | None = None
        self._advertisement = advertisement(heard_as or name, advertised)
        kinds, may = Characteristic.Properties, Characteristic.Permissions
        self.data: Characteristic[Any] = Characteristic(BLE_DATA_UUID, kinds.NOTIFY, may.READABLE, b"")
        self.control: Characteristic[Any] = Characteristic(
            BLE_CONTROL_UUID,
            kinds.WRITE | kinds.WRITE_WITHOUT_RESPONSE | kinds.NOTIFY,
            may.WRITEABLE,
            AttributeValue(write=self._hear),
        )
        info: Characteristic[Any] = Characteristic(
            BLE_INFO_UUID, kinds.READ, may.READABLE, AttributeValue(read=lambda connection: self.info)
        )
        device.add_service(Service(service, [info, self.data, *([self.control] if control else [])]))
        device.on("connection", self._connected)

    async def advertise(self) -> None:
        """From now on, whenever nobody is connected."""
        self._present = True
        await self.device.start_advertising(advertising_data=self._advertisement, advertising_interval_min=INTERVAL_MS)

    async def vanish(self) -> None:
        """Out of range; both sides learn of it."""
        self._present = False
        connection = self.connection
        if connection is not None:
            await connection.disconnect()
        if self.device.is_advertising:
            await self.device.stop_advertising()

    async def say(self, data: bytes, channel: Channel = Channel.BLE_DATA) -> None:
        assert self.connection is not None
        way = self.data if channel is Channel.BLE_DATA else self.control
        await self.device.notify_subscriber(self.connection, way, data)

    def _connected(self, connection: Connection) -> None:
        self.connection, self.heard = connection, b""
        connection.on("disconnection", self._disconnected)

    def _disconnected(self, reason: int) -> None:
        self.connection = None
        if self._present:
            self._advertising = asyncio.ensure_future(self.advertise())

    def _hear(self, connection: Connection, value: bytes) -> None:
        self.heard += value
        if self.answer:
            self._answering = asyncio.ensure_future(self._answer())

    async def _answer(self) -> None:
        for channel, data in self.answer:
            await self.say(data, channel)


class BleRig(LinkRig):
    channel = Channel.BLE_DATA

    def __init__(self, sensor: Sensor, source: BleSource) -> None:
        self.sensor = sensor
        self.source = source

    @property
    def heard(self) -> bytes:
        return self.sensor.heard

    async def say(self, data: bytes) -> None:
        await self.sensor.say(data)

    async def vanish(self) -> None:
        await self.sensor.vanish()

    async def appear(self) -> None:
        await self.sensor.advertise()


def backends(radio: Radio, mtu: int = 247) -> Backends:
    """bleak's classes, with the host's end of this radio under them."""
    client = type("Client", (BumbleClient,), {"device": radio.host, "mtu": mtu})
    scanner = type("Scanner", (BumbleScanner,), {"device": radio.host})
    return Backends(client, scanner)


@asynccontextmanager
async def ble_rig(capacity: int = 1000, wanted: str | None = BOARD_ADDRESS) -> AsyncIterator[BleRig]:
    async with Radio() as radio:
        sensor = Sensor(radio.board)
        await sensor.advertise()
        source = BleSource(wanted, session_clock(), patience=QUICK, capacity=capacity, backends=backends(radio))
        yield BleRig(sensor, source)
