"""Serial lines that cannot be opened, or come back elsewhere. What works is in ``tests/contract``."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import aclosing
from pathlib import Path

import pytest
import serial

from host_helpers import Forbid, Plug
from repclip.errors import LinkError, LinkPortError, NoConnectionError, NoSensorFoundError, SeveralSensorsError
from repclip.source import LinkChange, LinkEvent, session_clock
from repclip.transports import Patience, SerialSource
from repclip.transports import ports as ports_module
from repclip.transports.ports import Port, PortFault, open_port
from source_conformance import until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no ptys")

QUICK = Patience(first_s=5.0, again_s=5.0, delays_s=(0.0, 0.01))
PICO, UNKNOWN = 0x2E8A, 0x1234


def refused(port: Port | None, patience: Patience = QUICK) -> LinkError:
    """The error that there is instead of a first connection."""

    async def test() -> LinkError:
        async with asyncio.timeout(10):
            with pytest.raises(LinkError) as caught:
                await anext(SerialSource(port, session_clock(), patience=patience).chunks())
        return caught.value

    return asyncio.run(test())


def test_a_port_that_is_not_there(plugged: Plug) -> None:
    plugged("/dev/ttyACM0")
    error = refused(Port("/dev/ttyACM9"))
    assert isinstance(error, LinkPortError)
    assert (error.device, error.reason) == ("/dev/ttyACM9", PortFault.MISSING)
    assert str(error) == "/dev/ttyACM9: there is no such port; plugged in: /dev/ttyACM0 (Raspberry Pi)"


def test_a_port_that_is_busy(plugged: Plug, pty: tuple[int, str]) -> None:
    with serial.Serial(pty[1], exclusive=True):
        error = refused(Port(pty[1]))
    assert isinstance(error, LinkPortError)
    assert error.reason is PortFault.BUSY
    assert "another program has this port open: close it" in str(error)


def test_two_sources_do_not_share_a_port(plugged: Plug, pty: tuple[int, str]) -> None:
    async def test() -> None:
        async with aclosing(SerialSource(Port(pty[1]), session_clock()).chunks()) as chunks:
            await anext(chunks)
            with pytest.raises(LinkPortError, match="another program"):
                await anext(SerialSource(Port(pty[1]), session_clock()).chunks())

    asyncio.run(test())


def test_no_permission(plugged: Plug, pty: tuple[int, str], forbid: Forbid) -> None:
    forbid(pty[1], "linux", "dialout")
    error = refused(Port(pty[1]))
    assert isinstance(error, LinkPortError)
    assert error.reason is PortFault.PERMISSION
    assert "type 'sudo usermod -a -G dialout $USER', log out and in again" in str(error)


def test_a_file_is_no_port(plugged: Plug, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file", Path(os.devnull)):
        error = refused(Port(str(path)))
        assert isinstance(error, LinkPortError)
        assert error.reason is PortFault.OTHER
        if os.name != "nt":
            assert str(error) == f"{path}: this is no serial port; plugged in: none"


def test_no_board(plugged: Plug) -> None:
    plugged(("/dev/ttyACM7", UNKNOWN))
    error = refused(None)
    assert isinstance(error, NoSensorFoundError)
    assert "no board is plugged in: use a USB cable that carries data" in str(error)
    assert "/dev/ttyACM7" in str(error)


def test_several_boards(plugged: Plug) -> None:
    plugged("/dev/ttyACM0", "/dev/ttyACM1")
    error = refused(None)
    assert isinstance(error, SeveralSensorsError)
    assert error.sensors == ("--serial /dev/ttyACM0", "--serial /dev/ttyACM1")
    assert "2 sensors found: /dev/ttyACM0 (Raspberry Pi), /dev/ttyACM1 (Raspberry Pi); choose one" in str(error)
    assert "--serial /dev/ttyACM0" in str(error)


def test_the_only_board(plugged: Plug, pty: tuple[int, str]) -> None:
    async def test() -> None:
        async with aclosing(SerialSource(None, session_clock()).chunks()) as chunks:
            assert isinstance(event := await anext(chunks), LinkEvent)
            assert event.text == f"{pty[1]} (Raspberry Pi)"

    plugged(pty[1])
    asyncio.run(test())


@pytest.mark.parametrize(
    ("platform", "vendor", "lines"),
    [
        ("win32", 0x10C4, ["dtr False", "rts False", "open", "dtr True", "rts True"]),
        ("win32", PICO, ["open"]),
        ("linux", 0x10C4, ["open"]),
    ],
)
def test_opening_does_not_reset_a_board(
    plugged: Plug, monkeypatch: pytest.MonkeyPatch, platform: str, vendor: int, lines: list[str]
) -> None:
    """DTR and RTS are left to the driver, but for one that is known to move them apart."""
    done: list[str] = []

    class Fake:
        def __init__(self, *_: object, **__: object) -> None: ...

        def __setattr__(self, name: str, value: object) -> None:
            if name != "port":
                done.append(f"{name} {value}")

        def open(self) -> None:
            done.append("open")

    monkeypatch.setattr(serial, "Serial", Fake)
    monkeypatch.setattr(ports_module.sys, "platform", platform)
    plugged(("COM3", vendor))
    open_port("COM3", read_s=0.1, write_s=0.1)
    assert done == lines


def test_a_port_that_does_not_open(pty: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Bluetooth's serial ports are like that; what opens too late is closed again."""
    may_open = threading.Event()
    late: list[serial.Serial] = []

    def slow(device: str, *, read_s: float, write_s: float) -> serial.Serial:
        may_open.wait(10)
        late.append(open_port(device, read_s=read_s, write_s=write_s))
        return late[0]

    async def test() -> None:
        source = SerialSource(Port(pty[1]), session_clock(), patience=Patience(first_s=0.05))
        with pytest.raises(NoConnectionError, match=r"does not open within 0\.05 s: plug it in again"):
            await anext(source.chunks())
        may_open.set()
        async with asyncio.timeout(5):
            await until(lambda: bool(late) and not late[0].is_open)

    monkeypatch.setattr("repclip.transports.serial_port.open_port", slow)
    asyncio.run(test())


def test_a_board_that_comes_back_under_another_name(plugged: Plug) -> None:
    async def test() -> None:
        import tty

        first, second = os.openpty(), os.openpty()
        for _, slave in (first, second):
            tty.setraw(slave)
        names = [os.ttyname(first[1]), os.ttyname(second[1])]
        plugged((names[0], PICO, "E66038"))
        source = SerialSource(Port(names[0], "Raspberry Pi", "E66038"), session_clock(), patience=QUICK)
        try:
            async with asyncio.timeout(10), aclosing(source.chunks()) as chunks:
                await anext(chunks)
                plugged()
                for end in first:
                    os.close(end)
                lost = await anext(chunks)
                assert isinstance(lost, LinkEvent)
                assert lost.text.startswith(f"{names[0]} is gone: unplugged, switched off")
                texts: list[str] = []
                for _ in range(2):
                    event = await anext(chunks)
                    assert isinstance(event, LinkEvent)
                    assert event.change is LinkChange.SEARCHING
                    texts.append(event.text)
                assert texts == [
                    f"looking for {names[0]} (Raspberry Pi)",
                    f"{names[0]}: unplugged; plug it in again, at whichever socket",
                ]
                plugged((names[1], PICO, "E66038"))
                found = await anext(chunks)
                assert isinstance(found, LinkEvent)
                assert (found.change, found.text) == (LinkChange.CONNECTED, f"{names[1]} (Raspberry Pi)")
        finally:
            for end in second:
                os.close(end)

    asyncio.run(test())


def test_a_board_that_takes_no_bytes(plugged: Plug, pty: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its buffer is full: that is said within the time limit, and what comes from it is still read."""

    source = SerialSource(Port(pty[1]), session_clock())
    monkeypatch.setattr("repclip.transports.serial_port._WRITE_S", 0.05)

    async def stuck() -> None:
        async with asyncio.timeout(10), aclosing(source.chunks()) as chunks:
            await anext(chunks)
            while await source.send(bytes(4096)):
                pass
            os.write(pty[0], b"still there")
            assert b"still" in getattr(await anext(chunks), "data", b"")

    asyncio.run(stuck())
