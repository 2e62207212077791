"""Which port it is, and why one cannot be opened. Real ptys, except where the machine would have to be another."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
import serial
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from host_helpers import Forbid, Plug, Run
from repclip.flash import board as board_module
from repclip.transports.ports import Port, same_board

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no ptys")
UART_BRIDGE = 0x10C4


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_module.Board.__init__, "__kwdefaults__", {"prompt_s": 0.3, "tries": 2})


def refused(repclip: Run, *arguments: str) -> str:
    """The one line that it ends with."""
    said = repclip("flash", *arguments)
    assert (said.code, said.out, len(said.err_lines)) == (1, "", 1)
    return str(said.err)


def test_no_board(repclip: Run, plugged: Plug) -> None:
    assert "no board found: plug it in" in refused(repclip)


def test_ports_of_something_else(repclip: Run, plugged: Plug) -> None:
    plugged(("/dev/ttyS0", None), ("/dev/ttyACM7", 0x1234))
    line = refused(repclip)
    assert "no board found" in line
    assert "/dev/ttyACM7: not known as a board's; if it is one, name it" in line
    assert "ttyS0" not in line


def test_several_boards(repclip: Run, plugged: Plug) -> None:
    plugged("/dev/ttyACM1", ("/dev/ttyUSB0", UART_BRIDGE), "/dev/ttyACM0")
    line = refused(repclip)
    assert "3 boards found: /dev/ttyACM0 (Raspberry Pi), /dev/ttyACM1 (Raspberry Pi), /dev/ttyUSB0 (CP210x" in line
    assert "choose one: repclip flash /dev/ttyACM0" in line


def test_a_port_that_is_not_there(repclip: Run, plugged: Plug) -> None:
    plugged("/dev/ttyACM0")
    line = refused(repclip, "/dev/ttyACM9")
    assert "/dev/ttyACM9: there is no such port; plugged in: /dev/ttyACM0 (Raspberry Pi)" in line


def test_a_port_that_is_busy(repclip: Run, plugged: Plug, pty: tuple[int, str]) -> None:
    with serial.Serial(pty[1], exclusive=True):
        assert "another program has this port open" in refused(repclip, pty[1])


def test_a_file_is_no_port(repclip: Run, plugged: Plug, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert ("cannot be opened" if os.name == "nt" else "is no serial port") in refused(repclip, str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("platform", "group", "words"),
    [
        ("linux", "dialout", "type 'sudo usermod -a -G dialout $USER', log out and in again"),
        ("linux", "root", "type 'sudo chmod a+rw PORT' each time"),
        ("darwin", "wheel", "type 'sudo chmod a+rw PORT' each time"),
    ],
)
def test_no_permission(
    repclip: Run,
    plugged: Plug,
    pty: tuple[int, str],
    forbid: Forbid,
    platform: str,
    group: str,
    words: str,
) -> None:
    forbid(pty[1], platform, group)
    line = refused(repclip, pty[1])
    assert words.replace("PORT", pty[1]) in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)", "another program has"),
        ("could not open port 'COM3': FileNotFoundError(2, 'No such file.', None, 2)", "there is no such port"),
    ],
)
def test_how_windows_says_it(
    repclip: Run, plugged: Plug, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise serial.SerialException(text)

    monkeypatch.setattr(serial, "Serial", fails)
    monkeypatch.setattr(serial, "serial_for_url", fails)
    assert words in refused(repclip, "COM3")


@pytest.mark.parametrize("what", ["silent", "babbling", "echoing"])
def test_no_micropython(repclip: Run, plugged: Plug, pty: tuple[int, str], what: str) -> None:
    over = threading.Event()

    def other_end() -> None:
        while not over.is_set():
            if what == "babbling":
                os.write(pty[0], b"$GPGGA,092750.000,5321.6802,N\r\n")
                time.sleep(0.001)
            else:
                data = os.read(pty[0], 1000)
                os.write(pty[0], data)

    thread = threading.Thread(target=other_end, daemon=True)
    if what != "silent":
        thread.start()
    begun = time.monotonic()
    line = refused(repclip, pty[1])
    over.set()
    assert "does not answer like MicroPython: press its reset button" in line
    assert time.monotonic() - begun < 3.0
    if what != "silent":
        with serial.Serial(pty[1]) as port:
            port.write(b"x")  # wakes what echoes
        thread.join(timeout=2.0)


# After a reset


def listing(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, str]) -> None:
    infos: list[ListPortInfo] = []
    for device, number in found:
        info = ListPortInfo(device)
        info.vid, info.serial_number = 0x2E8A, number
        infos.append(info)
    monkeypatch.setattr(list_ports, "comports", lambda: infos)


def test_a_board_is_found_again_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Port("/dev/ttyACM0", "Raspberry Pi", "E66038")
    listing(monkeypatch, ("/dev/ttyACM1", "E66038"), ("/dev/ttyACM0", "another"))
    assert same_board(before) == Port("/dev/ttyACM1", "Raspberry Pi", "E66038")
    listing(monkeypatch, ("/dev/ttyACM0", "another"))
    assert same_board(before) is None


def test_bridges_that_all_have_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Port("/dev/ttyUSB1", "CP210x bridge", "0001")
    listing(monkeypatch, ("/dev/ttyUSB0", "0001"), ("/dev/ttyUSB1", "0001"))
    assert same_board(before) == Port("/dev/ttyUSB1", "Raspberry Pi", "0001")
    assert same_board(Port("/dev/ttyS3")) == Port("/dev/ttyS3")
