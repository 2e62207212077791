"""Which sensors are in sight: on the virtual radio and at ptys, both at once."""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")
if os.name == "nt":
    pytest.skip("Windows has no ptys", allow_module_level=True)

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError

from ble_rig import NAME, Sensor, backends
from bleak_over_bumble import BumbleClient, BumbleScanner
from host_helpers import Plug
from introductions import HELLO, introduction, on_a_line
from repclip.errors import NoSensorFoundError, SeveralSensorsError
from repclip.source import Channel, session_clock
from repclip.transports import BleSource, Patience, SerialSource
from repclip.transports import discovery as discovery_module
from repclip.transports.ble_scan import Backends
from repclip.transports.discovery import FoundSensor, LinkKind, ScanReport, choose, scan, source_of
from repclip.wire import Hello
from serial_rig import Pty
from source_conformance import run
from virtual_radio import BOARD_ADDRESS, Radio

UNKNOWN = 0x1234
ID = "e66038b713a27c2f"
LOOK_S = 0.2


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repclip.transports.ble_scan._OTHERS_S", 0.05)
    monkeypatch.setattr(discovery_module, "_ASK_SERIAL_S", 0.5)
    monkeypatch.setattr(discovery_module, "_ASK_BLE_S", 1.0)
    monkeypatch.setattr(discovery_module, "_CONNECT_BLE", Patience(first_s=0.5))


def with_radio(test: Callable[[Radio], Coroutine[Any, Any, None]]) -> None:
    async def inside() -> None:
        async with Radio() as radio:
            await test(radio)

    run(inside())


def over_ble(**what: Any) -> FoundSensor:
    return FoundSensor(LinkKind.BLE, BOARD_ADDRESS, **what)


async def sensor_on(radio: Radio, hello: Hello = HELLO, fault: str | None = None) -> Sensor:
    sensor = Sensor(radio.board)
    sensor.answer = introduction(hello, fault)
    await sensor.advertise()
    return sensor


def test_over_both_at_once(plugged: Plug, tmp_path: Path) -> None:
    async def test(radio: Radio) -> None:
        pty = Pty(tmp_path / "ttyACM0")
        pty.plug()
        pty.answer = on_a_line(introduction(replace(HELLO, name="by-cable", unique_id=b"\x01\x02"), battery=None))
        plugged(str(pty.name), ("/dev/ttyACM9", UNKNOWN))
        sensor = await sensor_on(radio)
        told: list[str] = []
        report = await scan(LOOK_S, backends=backends(radio), tell=told.append)
        pty.unplug()
        by_cable, by_air = report.sensors
        assert by_cable == FoundSensor(
            link=LinkKind.SERIAL,
            address=str(pty.name),
            name="by-cable",
            unique_id="0102",
            sensor="LSM6DSOX",
            board="in memory",
            firmware="0.1.0",
        )
        assert by_air == over_ble(
            name=NAME,
            unique_id=ID,
            rssi_dbm=by_air.rssi_dbm,
            battery_percent=87,
            sensor="LSM6DSOX",
            board="in memory",
            firmware="0.1.0",
        )
        assert by_air.rssi_dbm is not None
        assert report.bluetooth_problem is None
        assert report.others == ("/dev/ttyACM9",)
        assert told == ["looking over Bluetooth", f"asking {pty.name}", f"asking {NAME} ({BOARD_ADDRESS})"]
        assert sensor.connection is None, "it is left alone again"
        assert by_air.option == f"--ble {NAME}"
        assert by_cable.option == f"--serial {pty.name}"

    with_radio(test)


def test_nobody_there(plugged: Plug) -> None:
    async def test(radio: Radio) -> None:
        assert await scan(LOOK_S, backends=backends(radio)) == ScanReport((), (), None)

    with_radio(test)


def test_without_bluetooth_ports_are_still_asked(plugged: Plug, tmp_path: Path) -> None:
    class Scanner(BumbleScanner):
        async def start(self) -> None:
            raise BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)

    async def test(radio: Radio) -> None:
        pty = Pty(tmp_path / "ttyACM0")
        pty.plug()
        pty.answer = on_a_line(introduction())
        plugged(str(pty.name))
        report = await scan(LOOK_S, backends=Backends(None, Scanner))
        pty.unplug()
        assert [one.name for one in report.sensors] == [NAME]
        assert report.bluetooth_problem is not None
        assert report.bluetooth_problem.startswith("Bluetooth is off: ")

    with_radio(test)


def test_without_asking_all(plugged: Plug) -> None:
    async def test(radio: Radio) -> None:
        sensor = await sensor_on(radio)
        (found,) = (await scan(LOOK_S, ask_all=False, backends=backends(radio))).sensors
        assert found == over_ble(name=NAME, rssi_dbm=found.rssi_dbm)
        assert sensor.heard == b""

    with_radio(test)


@pytest.mark.parametrize(
    ("hello", "fault", "words"),
    [
        (HELLO, None, None),
        (
            replace(HELLO, sensor=""),
            "nothing answers on SDA 4, SCL 5",
            "no accelerometer (nothing answers on SDA 4",
        ),
    ],
)
def test_what_is_wrong_with_its_sensor(plugged: Plug, hello: Hello, fault: str | None, words: str | None) -> None:
    async def test(radio: Radio) -> None:
        await sensor_on(radio, hello, fault)
        (found,) = (await scan(LOOK_S, backends=backends(radio))).sensors
        assert found.name == NAME
        assert (found.problem is None) == (words is None)
        assert words is None or words in (found.problem or "")

    with_radio(test)


def test_one_that_does_not_answer(plugged: Plug) -> None:
    async def test(radio: Radio) -> None:
        sensor = Sensor(radio.board)
        await sensor.advertise()
        (found,) = (await scan(LOOK_S, backends=backends(radio))).sensors
        assert found == over_ble(
            name=NAME, rssi_dbm=found.rssi_dbm, problem="connects, but does not answer: press its reset button"
        )

    with_radio(test)


def test_one_that_is_newer_than_this_program(plugged: Plug) -> None:
    async def test(radio: Radio) -> None:
        body = b"\x02\x08\x00\x00later"
        sensor = Sensor(radio.board)
        sensor.answer = [(Channel.BLE_CONTROL, body + crc32(body).to_bytes(4, "little"))]
        await sensor.advertise()
        (found,) = (await scan(LOOK_S, backends=backends(radio))).sensors
        assert found.problem == "its firmware is newer than this program: update repclip"

    with_radio(test)


def test_one_that_does_not_connect(plugged: Plug) -> None:
    class Client(BumbleClient):
        async def connect(self, pair: bool, **kwargs: Any) -> None:
            raise BleakError("le-connection-abort-by-local")

    async def test(radio: Radio) -> None:
        await sensor_on(radio)
        (found,) = (await scan(LOOK_S, backends=Backends(Client, backends(radio).scanner))).sensors
        assert found.problem is not None
        assert found.problem.startswith("does not connect (le-connection-abort-by-local): bring it nearer")

    with_radio(test)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (b"", "does not answer like a sensor: if it is to be one, type 'repclip flash "),
        (b"ImportError: no module named 'repfw'\r\n\0", 'its program ended with "ImportError: no module named'),
    ],
)
def test_a_port_with_something_else(plugged: Plug, tmp_path: Path, says: bytes, words: str) -> None:
    async def test(radio: Radio) -> None:
        pty = Pty(tmp_path / "ttyACM0")
        pty.plug()
        pty.answer = says
        plugged(str(pty.name))
        (found,) = (await scan(LOOK_S, backends=backends(radio))).sensors
        pty.unplug()
        assert found.problem is not None
        assert words in found.problem

    with_radio(test)


def test_a_port_that_cannot_be_opened(plugged: Plug, tmp_path: Path) -> None:
    async def test(radio: Radio) -> None:
        plugged(str(tmp_path / "gone"))
        (found,) = (await scan(LOOK_S, backends=backends(radio))).sensors
        assert found.link is LinkKind.SERIAL
        assert found.problem is not None
        assert found.problem.startswith("there is no such port")

    with_radio(test)


# Choosing


def report(*sensors: FoundSensor, problem: str | None = None) -> ScanReport:
    return ScanReport(sensors, (), problem)


BY_AIR = over_ble(name=NAME, unique_id=ID)
BY_CABLE = FoundSensor(LinkKind.SERIAL, "/dev/ttyACM0", NAME, ID)
OTHER = FoundSensor(LinkKind.BLE, "C6:49:00:00:00:02", "repclip-91ab", "0102")
BROKEN = FoundSensor(LinkKind.SERIAL, "/dev/ttyACM1", problem="does not answer")


def test_the_only_one_is_chosen() -> None:
    assert choose(report(BY_AIR)) is BY_AIR
    assert choose(report(BROKEN, BY_AIR)) is BY_AIR
    assert isinstance(source_of(BY_AIR, session_clock()), BleSource)
    assert isinstance(source_of(BY_CABLE, session_clock()), SerialSource)


def test_one_that_is_reached_both_ways_is_taken_by_cable() -> None:
    assert choose(report(BY_CABLE, BY_AIR)) is BY_CABLE
    assert choose(report(BY_CABLE, over_ble(name=NAME))) is BY_CABLE  # which was not asked


def test_a_name_with_spaces_is_one_word_of_the_command_line() -> None:
    assert over_ble(name="left leg").option == '--ble "left leg"'
    assert over_ble().option == f"--ble {BOARD_ADDRESS}"


def test_several_are_listed() -> None:
    with pytest.raises(SeveralSensorsError) as caught:
        choose(report(BY_CABLE, BY_AIR, OTHER))
    assert caught.value.sensors == ("--serial /dev/ttyACM0", "--ble repclip-91ab")
    assert "2 sensors found: repclip-7c2f (/dev/ttyACM0), repclip-91ab (C6:49:00:00:00:02)" in str(caught.value)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (report(), "no sensor found: wake it"),
        (report(problem="Bluetooth is off: turn it on"), "no sensor that can be used (Bluetooth is off: turn it on)"),
        (report(BROKEN), "no sensor that can be used (/dev/ttyACM1: does not answer)"),
    ],
)
def test_none_is_told_with_what_was_in_the_way(found: ScanReport, words: str) -> None:
    with pytest.raises(NoSensorFoundError) as caught:
        choose(found)
    assert words in str(caught.value)
