"""``repclip flash`` on a simulated board: the real MicroPython, its real prompt, a real littlefs, resets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host_helpers import Plug, Run
from repclip.cli import flash as flash_command
from repclip.flash import compiler
from repclip.flash.board import Board
from repclip.wire import FaultCode

pytest.importorskip("termios", reason="the simulated board needs ptys")

Config = Callable[..., str]
COMPILED = {"/repfw/one.mpy", "/repfw/two.mpy"}
WHOLE = COMPILED | {"/main.py", "/config.py"}
ONE_ANEW = "LONG = '" + "x" * 3000 + "'\ndef answer():\n    return len(LONG) - 2959\n"
AMID_ITS_DATA = b"eHh4eHh4eHh4"  # base64 of x
TWO_ANEW = "def more(n):\n    return n + 1\n"


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler.shutil, "which", lambda *_, **__: None)


def row(out: str, head: str) -> str:
    """One row of the table, unfolded."""
    lines = out.splitlines()
    (first,) = [n for n, line in enumerate(lines) if line.startswith(f"{head}  ")]
    text = [lines[first][len(head) :].strip()]
    for line in lines[first + 1 :]:
        if not line.startswith("     "):
            break
        text.append(line.strip())
    return " ".join(text)


def test_first_install(repclip: Run, firmware: Any, board: Any) -> None:
    said = repclip("flash")
    assert (said.code, said.err) == (0, "")
    assert row(said.out, "board") == f"Raspberry Pi Pico W with RP2040 at {board.port}, MicroPython 1.24.1"
    written = row(said.out, "written")
    assert "config.py, repfw/one.mpy, repfw/two.mpy, main.py" in written
    assert "compiled for " in written
    assert row(said.out, "sensor") == "LSM6DSOX, 104.2 Hz"
    assert row(said.out, "battery") == "87 % (3.98 V)"
    assert row(said.out, "name") == "repclip-7c2f 0.1.0"
    files = board.files()
    assert files.keys() == WHOLE
    assert files["/main.py"] == (firmware.folder / "main.py").read_bytes()


def test_second_install_skips_everything(repclip: Run, firmware: Any, board: Any) -> None:
    repclip("flash")
    before, opened = board.files(), board.writes
    said = repclip("flash", board.port)
    assert (said.code, said.err) == (0, "")
    assert (board.files(), board.writes) == (before, opened)
    assert row(said.out, "unchanged") == "main.py, repfw/one.mpy, repfw/two.mpy"
    assert row(said.out, "kept") == "config.py, your own"
    assert "written" not in said.out
    assert row(said.out, "sensor") == "LSM6DSOX, 104.2 Hz"


def test_only_what_changed_is_written(repclip: Run, firmware: Any, board: Any) -> None:
    repclip("flash")
    opened = board.writes
    firmware.write("repfw/one.py", ONE_ANEW)
    said = repclip("flash")
    assert said.code == 0
    assert row(said.out, "written").startswith("repfw/one.mpy, main.py (")
    assert row(said.out, "unchanged") == "repfw/two.mpy"
    assert board.writes == opened + 2


def test_the_users_config_is_kept(repclip: Run, firmware: Any, board: Any, make_config: Config) -> None:
    own = make_config("MPU-6050").encode()
    board.unplug()
    board.put({"/config.py": own})
    board.plug()
    said = repclip("flash", board.port)
    assert (said.code, board.files()["/config.py"]) == (0, own)
    assert row(said.out, "sensor").startswith("MPU-6050")


def test_config_replaces_the_boards(
    repclip: Run, firmware: Any, board: Any, tmp_path: Path, make_config: Config
) -> None:
    repclip("flash")
    mine = tmp_path / "mine.py"
    mine.write_text(make_config("MPU-6500", battery_mv=None), encoding="utf-8")
    said = repclip("flash", "--config", mine)
    assert (said.code, board.files()["/config.py"]) == (0, mine.read_bytes())
    assert row(said.out, "sensor").startswith("MPU-6500")
    assert row(said.out, "battery") == "not measured"


@pytest.mark.parametrize(
    ("content", "word"), [("SDA = = 4\n", "line 1"), ("A = 1\0\n", "null"), (None, "cannot be read")]
)
def test_a_config_that_cannot_be_used(repclip: Run, board: Any, tmp_path: Path, content: str | None, word: str) -> None:
    mine = tmp_path / "mine.py"
    if content is not None:
        mine.write_text(content, encoding="utf-8")
    boots = board.boots
    said = repclip("flash", "--config", mine)
    assert (said.code, len(said.err_lines), board.boots) == (1, 1, boots)
    assert word in said.err


def test_erase(repclip: Run, firmware: Any, board: Any) -> None:
    repclip("flash")
    board.unplug()
    board.put({"/data/old/a.bin": b"1" * 5000, "/data/b.bin": b"2", "/config.py": b"FRAMES = []\n"})
    board.plug()
    said = repclip("flash", board.port, "--erase")
    assert (said.code, said.err) == (0, "")
    files = board.files()
    assert files.keys() == WHOLE
    assert files["/config.py"] == (firmware.folder / "config.py").read_bytes()
    assert "data/b.bin" in row(said.out, "removed")


@pytest.mark.parametrize("erase", [[], ["--erase"]])
def test_dry_run_writes_nothing(repclip: Run, firmware: Any, board: Any, tmp_path: Path, erase: list[str]) -> None:
    repclip("flash")
    firmware.write("repfw/one.py", ONE_ANEW)
    flash = tmp_path / "board0" / "flash.bin"
    before, boots = hashlib.sha256(flash.read_bytes()).digest(), board.boots
    said = repclip("flash", "--dry-run", *erase)
    assert (said.code, said.err) == (0, "")
    assert "repfw/one.mpy" in row(said.out, "would write")
    assert hashlib.sha256(flash.read_bytes()).digest() == before
    board.wait_for_boot(boots + 2)  # what was there runs on: a soft reset to ask, a hard one at last
    assert board.files().keys() == WHOLE


@pytest.mark.parametrize(
    "moment", [AMID_ITS_DATA, b"/repfw/one.mpy.new", b"/repfw/two.mpy.new", b"/main.py.new", b"os.remove"]
)
def test_unplugged_meanwhile_and_then_again(
    repclip: Run, firmware: Any, board: Any, plugged: Plug, moment: bytes
) -> None:
    repclip("flash")
    old = board.files()
    firmware.write("repfw/one.py", ONE_ANEW)
    firmware.write("repfw/two.py", TWO_ANEW)
    board.unplug_at = moment
    said = repclip("flash")
    board.unplug()
    left = board.files()
    assert (said.code, len(said.err_lines)) == (1, 1)
    if moment == b"os.remove":  # among the helpers, before anything was written
        assert "went away" in said.err
        assert "nothing on the board was changed" in said.err
    else:
        assert "half written and starts nothing" in said.err
        assert "/main.py" not in left
    plugged(board.plug())
    said = repclip("flash")
    assert (said.code, said.err) == (0, "")
    new = board.files()
    assert new.keys() == WHOLE
    assert all(left[path] in (old[path], new[path]) for path in left.keys() & WHOLE)


def test_interrupted_and_then_again(repclip: Run, firmware: Any, board: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flash_command.Bar, "advance", interrupted)
        said = repclip("flash")
    assert (said.code, said.out, len(said.err_lines)) == (130, "", 1)
    assert "interrupted; the board is half written and starts nothing" in said.err
    assert repclip("flash").code == 0
    assert board.files().keys() == WHOLE


def test_left_overs_go_and_a_foreign_program_is_set_aside(
    repclip: Run, firmware: Any, make_board: Callable[..., Any], plugged: Plug
) -> None:
    board = make_board()
    board.put({"/main.py": b"print('hers')\n", "/main.py.new": b"half", "/notes.txt": b"hers"})
    plugged(board.plug())
    said = repclip("flash")
    assert said.code == 0
    assert "main_before_repclip.py" in row(said.out, "set aside")
    board.unplug()
    board.put({"/repfw/one.py": b"def answer():\n    return 0\n", "/repfw/older.mpy": b"?"})
    plugged(board.plug())
    said = repclip("flash")
    assert (said.code, row(said.out, "removed")) == (0, "repfw/older.mpy, repfw/one.py")
    files = board.files()
    assert files.keys() == WHOLE | {"/main_before_repclip.py", "/notes.txt"}
    assert files["/main_before_repclip.py"] == b"print('hers')\n"


@pytest.mark.usefixtures("no_compiler")
def test_without_a_compiler_sources_are_written(repclip: Run, firmware: Any, board: Any) -> None:
    said = repclip("flash")
    assert said.code == 0
    assert "not compiled: there is no mpy-cross here" in row(said.out, "written")
    assert board.files()["/repfw/one.py"] == (firmware.folder / "repfw" / "one.py").read_bytes()


def test_sources_for_a_board_that_takes_other_bytecode(
    repclip: Run, firmware: Any, make_board: Callable[..., Any], plugged: Plug
) -> None:
    board = make_board(mpy=6 | 2 << 8 | 4 << 10)
    plugged(board.plug())
    said = repclip("flash")
    assert said.code == 0
    assert "the board takes 6.2" in row(said.out, "written")
    assert "/repfw/one.py" in board.files()


# What can be wrong with the board


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"release": "1.21.0"}, "MicroPython 1.21.0 is too old, 1.22 is the oldest"),
        ({"machine": "Generic ESP32S2 module with ESP32S2"}, "it runs on ESP32, ESP32-S3, ESP32-C3"),
        ({"implementation": "circuitpython"}, "runs circuitpython, not MicroPython"),
    ],
    ids=["too old", "unknown board", "another Python"],
)
def test_boards_that_will_not_do(
    repclip: Run,
    firmware: Any,
    make_board: Callable[..., Any],
    plugged: Plug,
    facts: dict[str, Any],
    words: str,
) -> None:
    board = make_board(**facts)
    board.put({"/main.py": b"hers = 1\n"})
    plugged(board.plug())
    said = repclip("flash")
    assert (said.code, said.out, len(said.err_lines)) == (1, "", 1)
    assert words in said.err
    assert board.files() == {"/main.py": b"hers = 1\n"}


@pytest.mark.parametrize(
    "machine",
    [
        "Generic ESP32 module with ESP32",
        "Generic ESP32S3 module with ESP32S3",
        "ESP32-C3 module with ESP32-C3",
        "Raspberry Pi Pico with RP2040",
        "Raspberry Pi Pico 2 W with RP2350",
    ],
)
def test_boards_that_will_do(
    repclip: Run, firmware: Any, make_board: Callable[..., Any], plugged: Plug, machine: str
) -> None:
    plugged(make_board(machine=machine).plug())
    assert repclip("flash", "--dry-run").code == 0


def test_full(repclip: Run, firmware: Any, make_board: Callable[..., Any], plugged: Plug) -> None:
    board = make_board(blocks=16)
    firmware.write("repfw/one.py", "BIG = b'" + "x" * 60_000 + "'\n")
    plugged(board.plug())
    said = repclip("flash")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "no room for /repfw/one.mpy" in said.err
    assert "half written" in said.err
    assert "/repfw/one.mpy.new" not in board.files()
    firmware.write("repfw/one.py", "def answer():\n    return 41\n")
    assert repclip("flash").code == 0


def test_no_sensor(repclip: Run, firmware: Any, board: Any, make_config: Config) -> None:
    firmware.write("config.py", make_config("", "no IMU on the bus (0x3c answers)"))
    said = repclip("flash")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert row(said.out, "sensor") == "none found"
    assert "finds no sensor (no IMU on the bus (0x3c answers)): check its four wires" in said.err


def test_a_fault_that_is_not_the_wiring(repclip: Run, firmware: Any, board: Any, make_config: Config) -> None:
    firmware.write("config.py", make_config("", "config.py: SDA is 99, no pin", code=FaultCode.CONFIG))
    said = repclip("flash")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "cannot measure: config.py: SDA is 99, no pin" in said.err


def test_a_fault_beside_a_sensor_is_shown(repclip: Run, firmware: Any, board: Any, make_config: Config) -> None:
    firmware.write("config.py", make_config("MPU-6050", "the watchdog woke it", code=FaultCode.WATCHDOG))
    said = repclip("flash")
    assert (said.code, row(said.out, "fault")) == (0, "the watchdog woke it")


def test_no_hello(repclip: Run, firmware: Any, board: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repclip.flash.flashing._HELLO_S", 0.7)
    firmware.write("main.py", "import time\ntime.sleep_ms(200)\nimport not_there\n")
    said = repclip("flash")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "ImportError: no module named 'not_there'" in said.err


def test_the_firmware_that_comes_along(repclip: Run, board: Any) -> None:
    said = repclip("flash")
    assert (said.code, said.err) == (0, "")
    assert "MPU-6050" in said.out
    with Board(board.port) as there:
        assert "ImuError" in there._run("import repfw.imu, repfw.imu_lsm_dso, repfw.imu_mpu\nprint(dir(repfw.imu))")
        there._run("import repfw.hot, repfw.frame, repfw.command, repfw.ring, repfw.sampler")


def test_the_firmware_that_comes_along_and_a_sensor_it_does_not_know(repclip: Run, board: Any) -> None:
    """Told again when it is asked again: the first time is not the only one."""
    board.environment["BOARD_SENSOR"] = str(0x3C)
    for _ in range(2):
        said = repclip("flash")
        assert (said.code, len(said.err_lines)) == (1, 1)
        assert row(said.out, "sensor") == "none found"
        assert "finds no sensor (no IMU on the bus (seen: 0x3c)" in said.err
