"""Finding a sensor on the virtual radio, and what is said when that fails. What works is in ``tests/contract``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError

from ble_rig import NAME, QUICK, Sensor, backends
from bleak_over_bumble import BumbleClient, BumbleScanner
from repclip.errors import (
    BluetoothError,
    LinkError,
    NoConnectionError,
    NoSensorFoundError,
    SeveralSensorsError,
    WrongDeviceError,
)
from repclip.source import Channel, LinkChange, LinkEvent, Packet, session_clock
from repclip.transports import BleSource, Patience
from repclip.transports.advice import BluetoothFault
from repclip.transports.ble_scan import Backends
from source_conformance import run
from virtual_radio import BOARD_ADDRESS, Radio

OTHER_ADDRESS = "C6:49:00:00:00:02"
ANOTHER_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
BRIEF = Patience(first_s=0.3, again_s=0.3, delays_s=(0.0, 0.01))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repclip.transports.ble_scan._OTHERS_S", 0.1)


async def other(radio: Radio, name: str = "repclip-91ab", **options: Any) -> Sensor:
    """A second device in the air."""
    device = radio._device("other", OTHER_ADDRESS)
    await device.power_on()
    return Sensor(device, name, **options)


async def connected(radio: Radio, wanted: str | None, patience: Patience = QUICK) -> str:
    """What it says that it is connected with."""
    source = BleSource(wanted, session_clock(), patience=patience, backends=backends(radio))
    async with aclosing(source.chunks()) as chunks:
        event = await anext(chunks)
        assert isinstance(event, LinkEvent)
        assert event.change is LinkChange.CONNECTED
        return event.text


async def refused(radio: Radio, wanted: str | None, made: Backends | None = None) -> LinkError:
    source = BleSource(wanted, session_clock(), patience=BRIEF, backends=made or backends(radio))
    with pytest.raises(LinkError) as caught:
        await anext(source.chunks())
    return caught.value


def with_radio(test: Callable[[Radio], Coroutine[Any, Any, None]]) -> None:
    async def inside() -> None:
        async with Radio() as radio:
            await test(radio)

    run(inside())


# Finding


@pytest.mark.parametrize("wanted", [NAME, NAME.upper(), BOARD_ADDRESS, BOARD_ADDRESS.lower()])
def test_by_name_or_address_among_several(wanted: str) -> None:
    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        await (await other(radio)).advertise()
        assert await connected(radio, wanted) == f"{NAME} ({BOARD_ADDRESS})"

    with_radio(test)


def test_by_a_name_of_which_only_a_part_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(radio: Radio) -> None:
        await Sensor(radio.board, heard_as="repclip-").advertise()
        await (await other(radio)).advertise()
        assert await connected(radio, NAME) == f"repclip- ({BOARD_ADDRESS})"

    monkeypatch.setattr("repclip.transports.ble_scan._WHOLE_NAME_S", 0.05)
    with_radio(test)


def test_by_a_name_that_is_another_s_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board, heard_as="repclip-")
        await sensor.advertise()
        error = await refused(radio, "repclip-0000")
        assert isinstance(error, WrongDeviceError)
        assert f"repclip- ({BOARD_ADDRESS}): is called {NAME}, not repclip-0000" in str(error)
        assert sensor.connection is None

    monkeypatch.setattr("repclip.transports.ble_scan._WHOLE_NAME_S", 0.05)
    with_radio(test)


def test_two_of_which_only_a_part_of_the_name_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(radio: Radio) -> None:
        await Sensor(radio.board, heard_as="repclip-").advertise()
        await (await other(radio, heard_as="repclip-")).advertise()
        error = await refused(radio, NAME)
        assert isinstance(error, NoSensorFoundError)
        assert OTHER_ADDRESS in str(error)

    monkeypatch.setattr("repclip.transports.ble_scan._WHOLE_NAME_S", 0.05)
    with_radio(test)


def test_the_only_one_of_ours() -> None:
    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        await (await other(radio, "Heart rate", advertised=ANOTHER_SERVICE)).advertise()
        assert await connected(radio, None) == f"{NAME} ({BOARD_ADDRESS})"
        assert not radio.host.is_scanning

    with_radio(test)


def test_several() -> None:
    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        await (await other(radio)).advertise()
        error = await refused(radio, None)
        assert isinstance(error, SeveralSensorsError)
        assert set(error.sensors) == {f"--ble {NAME}", "--ble repclip-91ab"}
        assert "2 sensors found: " in str(error)
        assert f"{NAME} ({BOARD_ADDRESS})" in str(error)
        assert "choose one of them, as with --ble repclip-" in str(error)

    with_radio(test)


def test_none_and_nothing_else_either() -> None:
    async def test(radio: Radio) -> None:
        error = await refused(radio, None)
        assert isinstance(error, NoSensorFoundError)
        assert error.seen == ()
        assert not radio.host.is_scanning
        assert str(error).startswith("no sensor in sight over Bluetooth for 0.3 s: wake it (move it,")

    with_radio(test)


def test_none_but_something_else() -> None:
    async def test(radio: Radio) -> None:
        await (await other(radio, "Heart rate", advertised=ANOTHER_SERVICE)).advertise()
        error = await refused(radio, None)
        assert isinstance(error, NoSensorFoundError)
        assert error.seen == (f"Heart rate ({OTHER_ADDRESS})",)
        assert f"in sight: Heart rate ({OTHER_ADDRESS})" in str(error)

    with_radio(test)


def test_not_the_one_that_was_asked_for() -> None:
    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        error = await refused(radio, "repclip-0000")
        assert isinstance(error, NoSensorFoundError)
        assert error.device == "repclip-0000"
        assert f"{NAME} ({BOARD_ADDRESS}), a sensor" in str(error)

    with_radio(test)


def test_it_comes_into_sight_while_it_is_looked_for() -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board)
        looking = asyncio.create_task(connected(radio, NAME))
        await asyncio.sleep(0.1)
        await sensor.advertise()
        assert await looking == f"{NAME} ({BOARD_ADDRESS})"

    with_radio(test)


def test_the_one_that_was_found_is_the_one_that_is_found_again() -> None:
    """Though it was asked for any, and another is nearer now."""

    async def test(radio: Radio) -> None:
        mine = Sensor(radio.board)
        await mine.advertise()
        source = BleSource(None, session_clock(), patience=BRIEF, backends=backends(radio))
        async with aclosing(source.chunks()) as chunks:
            await anext(chunks)
            await (await other(radio)).advertise()
            await mine.vanish()
            told = [await anext(chunks) for _ in range(3)]
            assert [chunk.change.name for chunk in told if isinstance(chunk, LinkEvent)] == [
                "LOST",
                "SEARCHING",
                "SEARCHING",
            ]
            assert isinstance(told[0], LinkEvent)
            assert told[0].text.startswith("the link broke off: out of range")
            assert isinstance(told[2], LinkEvent)
            assert told[2].text.startswith(f"{BOARD_ADDRESS}: not in sight over Bluetooth")
            await mine.advertise()
            again = await anext(chunks)
            assert isinstance(again, LinkEvent)
            assert (again.change, again.text) == (LinkChange.CONNECTED, f"{NAME} ({BOARD_ADDRESS})")

    with_radio(test)


# The wrong one


def test_a_device_without_our_service() -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board, "Heart rate", service=ANOTHER_SERVICE, advertised=ANOTHER_SERVICE)
        await sensor.advertise()
        error = await refused(radio, "Heart rate")
        assert isinstance(error, WrongDeviceError)
        assert "Heart rate (C6:49:00:00:00:01): this is no repclip sensor" in str(error)
        assert sensor.connection is None

    with_radio(test)


def test_a_device_with_half_of_our_service() -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board, control=False)
        await sensor.advertise()
        error = await refused(radio, None)
        assert isinstance(error, WrongDeviceError)
        assert "repclip flash" in str(error)
        assert sensor.connection is None

    with_radio(test)


# What comes and goes


@pytest.mark.parametrize(("heard_dbm", "told_dbm"), [(-61, -61), (127, None)], ids=["", "unknown"])
def test_how_strong_it_was_heard_is_told(heard_dbm: int, told_dbm: int | None) -> None:
    class Scanner(BumbleScanner):
        def call_detection_callbacks(self, device: BLEDevice, data: AdvertisementData) -> None:
            super().call_detection_callbacks(device, data._replace(rssi=heard_dbm))

    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        Scanner.device = radio.host
        made = Backends(backends(radio).client, Scanner)
        async with aclosing(BleSource(None, session_clock(), patience=QUICK, backends=made).chunks()) as chunks:
            event = await anext(chunks)
        assert isinstance(event, LinkEvent)
        assert event.signal_dbm == told_dbm

    with_radio(test)


def test_both_channels_are_told_apart_and_empty_notifications_are_nothing() -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board)
        await sensor.advertise()
        source = BleSource(None, session_clock(), patience=QUICK, backends=backends(radio))
        async with aclosing(source.chunks()) as chunks:
            await anext(chunks)
            await sensor.say(b"")
            await sensor.say(b"data")
            await sensor.say(b"answer", Channel.BLE_CONTROL)
            got = [await anext(chunks) for _ in range(2)]
            assert [(one.channel, one.data) for one in got if isinstance(one, Packet)] == [
                (Channel.BLE_DATA, b"data"),
                (Channel.BLE_CONTROL, b"answer"),
            ]

    with_radio(test)


def test_closing_disconnects_the_device() -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board)
        await sensor.advertise()
        await connected(radio, None)
        assert sensor.connection is None

    with_radio(test)


def test_it_is_subscribed_in_the_order_of_the_protocol() -> None:
    order: list[str] = []

    class Client(BumbleClient):
        async def start_notify(self, characteristic: Any, callback: Any, **kwargs: Any) -> None:
            order.append(characteristic.uuid)
            await super().start_notify(characteristic, callback, **kwargs)

    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        Client.device = radio.host
        made = Backends(Client, backends(radio).scanner)
        source = BleSource(None, session_clock(), patience=QUICK, backends=made)
        async with aclosing(source.chunks()) as chunks:
            await anext(chunks)
        assert [uuid[4:8] for uuid in order] == ["0004", "0003"]

    with_radio(test)


# Bluetooth itself


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        (
            BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF),
            BluetoothFault.OFF,
        ),
        (
            BleakBluetoothNotAvailableError("none", BleakBluetoothNotAvailableReason.NO_BLUETOOTH),
            BluetoothFault.NO_ADAPTER,
        ),
        (
            BleakBluetoothNotAvailableError("no", BleakBluetoothNotAvailableReason.DENIED_BY_USER),
            BluetoothFault.DENIED,
        ),
        (FileNotFoundError(2, "No such file or directory"), BluetoothFault.NO_SERVICE),
    ],
)
def test_no_bluetooth(raised: Exception, fault: BluetoothFault) -> None:
    class Scanner(BumbleScanner):
        async def start(self) -> None:
            raise raised

    async def test(radio: Radio) -> None:
        error = await refused(radio, None, Backends(None, Scanner))
        assert isinstance(error, BluetoothError)
        assert error.reason is fault

    with_radio(test)


def test_bluetooth_is_switched_off_and_on_again() -> None:
    async def test(radio: Radio) -> None:
        made = backends(radio)
        assert made.scanner is not None
        off = BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)
        may = asyncio.Event()
        may.set()

        class Scanner(made.scanner):  # type: ignore[misc, name-defined]
            async def start(self) -> None:
                if not may.is_set():
                    raise off
                await super().start()

        sensor = Sensor(radio.board)
        await sensor.advertise()
        source = BleSource(None, session_clock(), patience=QUICK, backends=Backends(made.client, Scanner))
        async with aclosing(source.chunks()) as chunks:
            await anext(chunks)
            may.clear()
            await sensor.vanish()
            for change in (LinkChange.LOST, LinkChange.SEARCHING, LinkChange.SEARCHING):
                event = await anext(chunks)
                assert isinstance(event, LinkEvent)
                assert event.change is change
            assert event.text.startswith("Bluetooth is off: ")
            may.set()
            await sensor.advertise()
            event = await anext(chunks)
            assert isinstance(event, LinkEvent)
            assert event.change is LinkChange.CONNECTED

    with_radio(test)


# A connection that does not come about


def test_connecting_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client(BumbleClient):
        async def connect(self, pair: bool, **kwargs: Any) -> None:
            await asyncio.Event().wait()

    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        error = await refused(radio, NAME, Backends(Client, backends(radio).scanner))
        assert isinstance(error, NoConnectionError)
        assert f"{NAME} ({BOARD_ADDRESS}): does not connect within 0.05 s: bring it nearer" in str(error)

    monkeypatch.setattr("repclip.transports.ble._CONNECT_S", 0.05)
    with_radio(test)


@pytest.mark.parametrize("raised", [BleakError("refused"), EOFError(), OSError(5, "the object has been closed")])
def test_a_first_try_that_fails_is_not_the_last(raised: Exception) -> None:
    tries: list[str] = []

    class Client(BumbleClient):
        async def start_notify(self, characteristic: Any, callback: Any, **kwargs: Any) -> None:
            tries.append(characteristic.uuid)
            if len(tries) == 2:
                raise raised
            await super().start_notify(characteristic, callback, **kwargs)

    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board)
        await sensor.advertise()
        Client.device = radio.host
        made = Backends(Client, backends(radio).scanner)
        source = BleSource(NAME, session_clock(), patience=QUICK, backends=made)
        async with aclosing(source.chunks()) as chunks:
            event = await anext(chunks)
            assert isinstance(event, LinkEvent)
            assert event.change is LinkChange.CONNECTED
        assert len(tries) == 4

    with_radio(test)


def test_what_a_write_raises_is_a_false(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[Exception] = [BleakError("Not connected"), EOFError(), OSError(5, "closed"), AssertionError()]

    class Client(BumbleClient):
        async def write_gatt_char(self, characteristic: Any, data: Any, response: bool) -> None:
            assert response is False
            if raised:
                raise raised.pop()
            await asyncio.Event().wait()

    async def test(radio: Radio) -> None:
        await Sensor(radio.board).advertise()
        Client.device = radio.host
        source = BleSource(None, session_clock(), patience=QUICK, backends=Backends(Client, backends(radio).scanner))
        async with aclosing(source.chunks()) as chunks:
            await anext(chunks)
            assert [await source.send(b"x") for _ in range(5)] == [False] * 5
        assert not raised

    monkeypatch.setattr("repclip.transports.ble._WRITE_S", 0.05)
    with_radio(test)
