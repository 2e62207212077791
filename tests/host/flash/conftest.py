"""A firmware that is small, and boards to put it on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from host_helpers import Plug
from repclip import bundled
from repclip.flash import flashing, greeting
from repclip.flash.board import Board
from repclip.testing.messages import HELLO, STATUS
from repclip.wire import DeviceState, Fault, FaultCode, build_frame, serial_line

if TYPE_CHECKING:
    from simulated_board import SimulatedBoard

FILES_TOML = """
oldest_micropython = "1.22"
modules = ["repfw/one.py", "repfw/two.py"]
programs = ["main.py"]
settings = ["config.py"]
"""
ONE = "def answer():\n    return 41\n"
# Native code, as the firmware has it: compiled for another processor it would not be imported.
TWO = "import micropython\n\n@micropython.viper\ndef more(n: int) -> int:\n    return n + 1\n"
# Says what config.py tells it to when it is asked for a HELLO, as one that begins with 0x7D and is whole.
MAIN = """
import sys
import config
from repfw.one import answer
from repfw.two import more
assert more(answer()) == 42
sys.stdout.buffer.write(b"MPY: booted\\r\\n")
chunk = b""
while True:
    byte = sys.stdin.buffer.read(1)
    if byte != b"\\0":
        chunk += byte
        continue
    if chunk[:1] == b"\\x7d" and len(chunk) > 8:
        for frame in config.FRAMES:
            sys.stdout.buffer.write(frame)
    chunk = b""
"""


def config(sensor: str, fault: str = "", battery_mv: int | None = 3980, code: FaultCode = FaultCode.NO_SENSOR) -> str:
    """A ``config.py`` with which the firmware above finds this sensor."""
    state = DeviceState.IDLE if sensor else DeviceState.FAULT
    hello = replace(HELLO, state=state, rate_mhz=104_200 if sensor else 0, name="repclip-7c2f", sensor=sensor)
    status = replace(STATUS, state=state, battery_percent=None if battery_mv is None else 87, battery_mv=battery_mv)
    messages = [hello, *([Fault(1_050_000, code, 0, fault)] if fault else []), status]
    frames = [serial_line(build_frame(message, seq)) for seq, message in enumerate(messages)]
    return f"FRAMES = {frames!r}\n"


CONFIG = config("LSM6DSOX")


@dataclass(frozen=True)
class Firmware:
    """A folder like ``firmware/``."""

    folder: Path

    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


@pytest.fixture
def firmware(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firmware:
    made = Firmware(tmp_path / "firmware")
    for name, content in {
        "files.toml": FILES_TOML,
        "repfw/one.py": ONE,
        "repfw/two.py": TWO,
        "main.py": MAIN,
        "config.py": CONFIG,
    }.items():
        made.write(name, content)
    monkeypatch.setattr(bundled, "folder", lambda name: tmp_path / name)
    return made


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulated board needs less time than one of silicon."""
    monkeypatch.setattr(greeting, "_GONE_S", 0.02)
    monkeypatch.setattr(greeting, "_AGAIN_S", 0.02)
    monkeypatch.setattr(flashing, "_HELLO_S", 5.0)
    monkeypatch.setattr(Board.__init__, "__kwdefaults__", {"prompt_s": 0.8, "tries": 6})


@pytest.fixture
def make_config() -> Callable[..., str]:
    return config


@pytest.fixture
def make_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., SimulatedBoard]]:
    """Boards that are unplugged at the end; skips where there is no MicroPython."""
    program = Path(sys.executable).parent / "micropython"
    if not program.is_file():
        pytest.skip("no micropython here: its package has none for this platform")
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    from simulated_board import SimulatedBoard  # which needs ptys

    boards: list[SimulatedBoard] = []

    def make(**facts: Any) -> SimulatedBoard:
        folder = tmp_path / f"board{len(boards)}"
        folder.mkdir()
        boards.append(SimulatedBoard(str(program), folder, **facts))
        return boards[-1]

    yield make
    for one in boards:
        one.unplug()


@pytest.fixture
def board(make_board: Callable[..., SimulatedBoard], plugged: Plug) -> SimulatedBoard:
    """The only one, plugged in, empty."""
    made = make_board()
    plugged(made.plug())
    return made
