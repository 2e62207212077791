"""Which sensor the options choose."""

from __future__ import annotations

import asyncio

import pytest

from repclip.cli import links
from repclip.cli.app import with_values
from repclip.cli.links import Choice, find_source
from repclip.errors import NoSensorFoundError, SeveralSensorsError
from repclip.source import ByteSource, session_clock
from repclip.transports import BleSource, SerialSource
from repclip.transports.discovery import FoundSensor, LinkKind, ScanReport
from repclip.transports.ports import Port


def find(choice: Choice) -> ByteSource:
    return asyncio.run(find_source(choice, session_clock()))


def plugged_in(monkeypatch: pytest.MonkeyPatch, *ports: str) -> None:
    monkeypatch.setattr(links, "list_boards", lambda: ([Port(one, "Espressif") for one in ports], []))


def in_sight(monkeypatch: pytest.MonkeyPatch, *sensors: FoundSensor) -> None:
    async def scan(**_: object) -> ScanReport:
        return ScanReport(sensors, (), None)

    monkeypatch.setattr(links, "scan", scan)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], []),
        (["live"], ["live"]),
        (["live", "--ble"], ["live", "--ble", ""]),
        (["live", "--ble", "--rate", "50"], ["live", "--ble", "", "--rate", "50"]),
        (["live", "--serial", "COM3"], ["live", "--serial", "COM3"]),
        (["live", "--serial=COM3", "-e", "x"], ["live", "--serial=COM3", "-e", "x"]),
        (["record", "--serial", "-o", "a b"], ["record", "--serial", "", "-o", "a b"]),
    ],
)
def test_options_that_may_have_a_value(given: list[str], meant: list[str]) -> None:
    assert with_values(given) == meant


def test_a_name_and_a_port_are_taken_as_they_are() -> None:
    assert isinstance(find(Choice("repclip-7F3A", None)), BleSource)
    assert isinstance(find(Choice("", None)), BleSource)
    assert isinstance(find(Choice(None, "COM3")), SerialSource)


def test_the_only_board_that_is_plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, "COM3")
    assert isinstance(find(Choice(None, "")), SerialSource)


def test_several_boards_are_listed_with_how_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, "COM3", "COM4")
    with pytest.raises(SeveralSensorsError, match="--serial COM3"):
        find(Choice(None, ""))


def test_no_board(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch)
    with pytest.raises(NoSensorFoundError):
        find(Choice(None, ""))


@pytest.mark.parametrize(("link", "kind"), [(LinkKind.BLE, BleSource), (LinkKind.SERIAL, SerialSource)])
def test_the_only_sensor_in_sight(monkeypatch: pytest.MonkeyPatch, link: LinkKind, kind: type[object]) -> None:
    in_sight(monkeypatch, FoundSensor(link, "AA:BB", "repclip-7F3A"))
    assert isinstance(find(Choice(None, None)), kind)


def test_none_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    in_sight(monkeypatch)
    with pytest.raises(NoSensorFoundError, match="no sensor found"):
        find(Choice(None, None))
