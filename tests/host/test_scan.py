"""``repclip scan``: what it prints, and once the whole of it with the real firmware."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from host_helpers import Run
from repclip.cli import scan as scan_module
from repclip.transports import ble_scan
from repclip.transports.discovery import FoundSensor, LinkKind, ScanReport, Tell

BY_AIR = FoundSensor(
    LinkKind.BLE, "C6:49:00:00:00:01", "repclip-7c2f", "e66038b713a27c2f", -61, 87, "LSM6DS3TR-C", "ESP32", "0.2.0"
)
BY_CABLE = FoundSensor(LinkKind.SERIAL, "/dev/ttyACM0", problem="another program has this port open: close it")
OFF = "Bluetooth is off: turn it on"


@pytest.fixture
def in_sight(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[float]]:
    """``in_sight(sensor, …)``: this is what a scan finds; the list has how long each was to look."""
    looked: list[float] = []

    def finds(*sensors: FoundSensor, others: tuple[str, ...] = (), problem: str | None = None) -> list[float]:
        async def scan(seconds: float, *, tell: Tell) -> ScanReport:
            looked.append(seconds)
            tell("looking over Bluetooth")
            return ScanReport(sensors, others, problem)

        monkeypatch.setattr(scan_module, "scan", scan)
        return looked

    return finds


def test_a_table_that_fits_80_columns(repclip: Run, in_sight: Callable[..., list[float]]) -> None:
    looked = in_sight(BY_AIR)
    said = repclip("scan")
    assert (said.code, said.err) == (0, "")
    heads, _, row = said.out.splitlines()
    assert heads.split() == ["name", "at", "signal", "battery", "sensor", "id"]
    for word in ("repclip-7c2f", "C6:49:00:00:00:01", "-61 dBm", "87 %", "LSM6DS3TR-C", "e66038b713a27c2f"):
        assert word in row
    assert looked == [5.0]


def test_what_is_wrong_stands_beneath_it(repclip: Run, in_sight: Callable[..., list[float]]) -> None:
    in_sight(BY_CABLE, replace(BY_AIR, battery_percent=None), problem=OFF)
    said = repclip("scan", "--seconds", "0.5")
    assert said.code == 0
    lines = [line.rstrip() for line in said.out.splitlines()]
    assert "/dev/ttyACM0: another program has this port open: close it" in lines
    assert f"Not searched over Bluetooth: {OFF}." in lines
    assert "?" in said.out


def test_none_is_said_honestly(repclip: Run, in_sight: Callable[..., list[float]]) -> None:
    in_sight(others=tuple(f"Heart rate {number}" for number in range(7)))
    said = repclip("scan", "-s", "2")
    assert said.code == 0
    text = " ".join(said.out.split())
    assert text.startswith("No sensor found in 2 s. Wake it (move it, or press its button)")
    assert "In sight, but no sensors: Heart rate 0," in text
    assert "Heart rate 4, …." in text
    assert "Heart rate 5" not in text


def test_none_and_no_bluetooth_either(repclip: Run, in_sight: Callable[..., list[float]]) -> None:
    in_sight(problem=OFF)
    said = repclip("scan")
    text = " ".join(said.out.split())
    assert text.startswith("No sensor found. Wake it")
    assert text.endswith(f"Not searched over Bluetooth: {OFF}.")
    assert said.code == 0


def test_json_and_nothing_else(repclip: Run, in_sight: Callable[..., list[float]]) -> None:
    in_sight(BY_AIR, BY_CABLE, others=("Heart rate",), problem=OFF)
    said = repclip("scan", "--json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == {
        "schema": "repclip.scan/1",
        "sensors": [
            {
                "link": "ble",
                "address": "C6:49:00:00:00:01",
                "name": "repclip-7c2f",
                "unique_id": "e66038b713a27c2f",
                "rssi_dbm": -61,
                "battery_percent": 87,
                "sensor": "LSM6DS3TR-C",
                "board": "ESP32",
                "firmware": "0.2.0",
                "problem": None,
            },
            {
                "link": "serial",
                "address": "/dev/ttyACM0",
                "name": None,
                "unique_id": None,
                "rssi_dbm": None,
                "battery_percent": None,
                "sensor": None,
                "board": None,
                "firmware": None,
                "problem": "another program has this port open: close it",
            },
        ],
        "bluetooth_problem": OFF,
    }


def test_names_from_the_air_cannot_disturb_a_terminal(repclip: Run, in_sight: Callable[..., list[float]]) -> None:
    in_sight(replace(BY_AIR, name="\x1b[2Jred\n", sensor="[bold]x"))
    said = repclip("scan")
    assert "\x1b" not in said.out
    assert "[bold]x" in said.out


@pytest.mark.parametrize("seconds", ["0", "-1", "1000", "soon"])
def test_a_time_that_makes_no_sense(repclip: Run, in_sight: Callable[..., list[float]], seconds: str) -> None:
    looked = in_sight()
    said = repclip("scan", "--seconds", seconds)
    assert (said.code, said.out, len(said.err_lines)) == (2, "", 1)
    assert looked == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no ptys")
def test_the_real_firmware_at_a_port(repclip: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from device_on_pty import Board

    class NoBluetooth:
        def __init__(self, *_: object, **__: object) -> None: ...

        async def start(self) -> None:
            raise BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)

    board = Board({"speed": 10}, "192k")
    port = ListPortInfo(board.path)
    port.vid = 0x2E8A
    monkeypatch.setattr(list_ports, "comports", lambda: [port])
    monkeypatch.setattr(ble_scan, "BleakScanner", NoBluetooth)
    try:
        said = repclip("scan", "--json")
    finally:
        board.close()
    found = json.loads(said.out)
    assert found["bluetooth_problem"].startswith("Bluetooth is off: ")
    (sensor,) = found["sensors"]
    assert sensor["problem"] is None
    assert sensor["name"].startswith("repclip-")
    assert sensor["sensor"].startswith("MPU-6050")
    assert (sensor["link"], sensor["address"]) == ("serial", board.path)
