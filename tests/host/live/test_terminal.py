"""``repclip live`` at a terminal: a pty, its keys, and how it is left."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repclip.engine.offline import analyze_chunks
from repclip.history import open_history
from repclip.live.keys import Key, keys_in
from repclip.recording.reader import RecordingReader
from repclip.recording.writer import RecordingWriter
from repclip.source import HostMark, MarkKind
from stand_ins import StandIns

if sys.platform == "win32":
    pytest.skip("Windows has no ptys", allow_module_level=True)

import fcntl
import struct
import termios

PROCESS = Path(__file__).with_name("live_process.py")
SHELL = Path(__file__).with_name("small_shell.py")
BALL = ("--exercise", "prone-thigh-extension-ball")
PATIENCE_S = 60.0
TAKE_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(1, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
ALT_ON, ALT_OFF = "\x1b[?1049h", "\x1b[?1049l"
CURSOR_OFF, CURSOR_ON = "\x1b[?25l", "\x1b[?25h"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A process at a terminal of its own, and all that it wrote."""

    def __init__(self, master: int, slave: int, running: subprocess.Popen[bytes]) -> None:
        self.running = running
        self.said = ""
        self._master = master
        self._slave = slave
        self._seen = 0

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def until(self, text: str) -> str:
        """What it wrote from the last such call up to this text, in place or not."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in ESCAPES.sub("", self.said[self._seen :]) and text not in self.said[self._seen :]:
            assert time.monotonic() < deadline, f"no {text!r} in {self.said[self._seen :]!r}"
            assert self._read(), f"ended without {text!r}: {self.said[self._seen :]!r}"
        at = self.said.find(text, self._seen)
        end = len(self.said) if at < 0 else at + len(text)
        new, self._seen = self.said[self._seen : end], end
        return new

    def ended(self) -> int:
        """All it still writes; its exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self.running.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self._read()
        while self._read(0.0):
            pass
        return self.running.returncode

    def vanish(self) -> None:
        """As when its window is closed."""
        for one in (self._master, self._slave):
            os.close(one)
        self._master = self._slave = -1

    def close(self) -> None:
        if self._master >= 0:
            self.vanish()

    def modes(self) -> list[object]:
        return termios.tcgetattr(self._slave)

    def after(self) -> str:
        """What stands below one another after the view has gone."""
        return self.said[self.said.rindex(ALT_OFF) :].replace("\r\n", "\n")

    def _read(self, patience_s: float = 0.1) -> bool:
        if select.select([self._master], [], [], patience_s)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # nobody is at the other end
                return False
            self.said += data.decode("utf-8", "replace")
            return bool(data)
        return patience_s > 0.0 and self.running.poll() is None


@contextmanager
def at_terminal(
    *command: str | Path, size: tuple[int, int] = (80, 24), own_stdin: bool = False, **environment: str
) -> Iterator[Terminal]:
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    env = {**kept, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color", **environment}
    whole = [sys.executable, "-S", "-c", TAKE_TERMINAL, sys.executable, "-W", "error", *map(str, command)]
    stdin = subprocess.DEVNULL if own_stdin else slave
    running = subprocess.Popen(whole, env=env, stdin=stdin, stdout=slave, stderr=slave, start_new_session=True)
    terminal = Terminal(master, slave, running)
    try:
        yield terminal
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()
        terminal.close()


@contextmanager
def live(session_file: Path, path: Path, *options: str, **environment: str) -> Iterator[Terminal]:
    """After the fifth rep, with the sensor still there."""
    with at_terminal(PROCESS, session_file, "--stays", *BALL, "-o", path, *options, **environment) as terminal:
        before = terminal.modes()
        terminal.until("    1    5 ")
        assert "space pause" in ESCAPES.sub("", terminal.said)
        assert terminal.modes() != before, "single keys"
        yield terminal
        assert terminal.modes() == before, "the terminal is as it was"


def test_q_finishes_and_the_terminal_is_as_it_was(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path) as terminal:
        terminal.type("q")
        assert terminal.ended() == 0
        assert terminal.said.count(ALT_ON) == terminal.said.count(ALT_OFF) == 1
        assert terminal.said.rindex(CURSOR_ON) > terminal.said.rindex(CURSOR_OFF)
        assert "5 reps in 1 set" in terminal.after()
        assert terminal.after().rstrip().endswith(f"The recording is {path}")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_ctrl_c_finishes_too(session_file: Path, tmp_path: Path) -> None:
    with live(session_file, tmp_path / "evening.repclip") as terminal:
        terminal.type("\x03")
        assert terminal.ended() == 0
        assert "5 reps in 1 set" in terminal.after()


def test_keys_mark_undo_pause_and_end_the_set(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path) as terminal:
        terminal.type("m")
        terminal.until("marked")
        terminal.type("u")
        terminal.until("the last rep is undone")
        terminal.type("\x1b[A\x1bOP")  # an arrow and a function key: nothing
        terminal.type(" ")
        assert "PAUSED" in terminal.until("go on")
        terminal.type("P")
        terminal.until("space pause")
        terminal.type("e")
        terminal.until("set ended by hand")
        terminal.type("q")
        assert terminal.ended() == 0
        assert "4 reps in 1 set" in terminal.after()
        assert "1 rep undone by hand" in terminal.after()
    kinds = [chunk.kind for chunk in RecordingReader(path).chunks() if isinstance(chunk, HostMark)]
    assert kinds == [MarkKind.MARK, MarkKind.UNDO, MarkKind.PAUSE, MarkKind.RESUME, MarkKind.END_SET]


def test_the_other_leg_is_told_by_a_key(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path, "--side", "left") as terminal:
        terminal.type("s")
        assert "right" in terminal.until("side: right")
        terminal.type("s")
        terminal.until("side: left")
        terminal.type("q")
        assert terminal.ended() == 0
        assert "Set 1: left 5 reps" in terminal.after()
    sides = [chunk.text for chunk in RecordingReader(path).chunks() if isinstance(chunk, HostMark)]
    assert sides == ["left", "right", "left"]


def test_where_no_leg_was_named_there_is_no_other(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path) as terminal:
        terminal.type("sm")
        terminal.until("marked")
        terminal.type("q")
        assert terminal.ended() == 0
    kinds = [chunk.kind for chunk in RecordingReader(path).chunks() if isinstance(chunk, HostMark)]
    assert kinds == [MarkKind.MARK]


def test_pain_is_recorded_and_every_report_says_so(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path) as terminal:
        terminal.type("x")
        assert "PAIN" in terminal.until("see a doctor")
        terminal.type("q")
        assert terminal.ended() == 0
        assert "5 reps in 1 set" in terminal.after()
        assert "Pain was reported at " in terminal.after()
    kinds = [chunk.kind for chunk in RecordingReader(path).chunks() if isinstance(chunk, HostMark)]
    assert kinds == [MarkKind.PAIN]
    assert [row.pain for row in open_history().sessions()] == [True]
    with at_terminal("-m", "repclip", "analyze", path) as terminal:
        assert terminal.ended() == 0
        assert "Pain was reported at " in terminal.said


def test_pain_before_any_rep_is_kept_too(session_file: Path, tmp_path: Path) -> None:
    begin = tmp_path / "begin.repclip"
    with RecordingWriter(begin) as writer:
        for chunk in RecordingReader(session_file).chunks():
            if chunk.arrival_ns < 8_000_000_000:
                writer.write(chunk)
    with at_terminal(PROCESS, begin, "--stays", *BALL, "-o", tmp_path / "evening.repclip") as terminal:
        terminal.until("READY")
        terminal.type("x")
        terminal.until("see a doctor")
        terminal.type("q")
        assert terminal.ended() == 0
    assert [(row.pain, row.reps) for row in open_history().sessions()] == [(True, 0)]


def test_a_rep_that_is_undone_stays_undone_in_the_replay(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path) as terminal:
        terminal.type("u")
        terminal.until("the last rep is undone")
        terminal.type("q")
        terminal.ended()
    with at_terminal("-m", "repclip", "replay", path, "--speed", "max") as terminal:
        assert terminal.ended() == 0
        assert "4 reps in 1 set" in terminal.after()


def test_a_replay_stands_still_and_goes_on(session_file: Path) -> None:
    with at_terminal("-m", "repclip", "replay", session_file, "--speed", "20x") as terminal:
        terminal.until("repclip, 20x")
        terminal.type(" ")
        terminal.until("the replay stands still")
        terminal.until("space go on")
        terminal.type("mue")  # marks are live's
        terminal.type(" ")
        terminal.until("the replay goes on")
        terminal.until("space pause")
        assert terminal.ended() == 0
        assert "5 reps in 1 set" in terminal.after()
        assert "undone" not in terminal.said


def test_the_demo_is_replayed_and_may_be_skipped(tmp_path: Path) -> None:
    with at_terminal("-m", "repclip", "demo", "-o", tmp_path / "a.png") as terminal:
        terminal.until("repclip, simulated, 10x")
        terminal.until("q finish")
        terminal.type("q")
        assert terminal.ended() == 0
        assert "10 reps in 1 set" in terminal.after(), "the report is of all of it"
    assert (tmp_path / "a.png").exists()


def test_a_terminal_that_goes_away_leaves_a_whole_file(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with at_terminal(PROCESS, session_file, "--stays", *BALL, "-o", path) as terminal:
        terminal.until("    1    5 ")
        terminal.vanish()
        terminal.running.wait(PATIENCE_S)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert "closed_ns" in RecordingReader(path).meta()
    assert analyze_chunks(RecordingReader(path).chunks()).summary.reps == 5


def test_an_error_leaves_the_terminal_as_it_was(session_file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.repclip"
    broken.write_bytes(session_file.read_bytes()[:8000])
    with at_terminal("-m", "repclip", "replay", broken, "--speed", "max") as terminal:
        before = terminal.modes()
        code = terminal.ended()
        assert terminal.modes() == before
        assert code in (0, 1)
        assert terminal.said.count(ALT_ON) == terminal.said.count(ALT_OFF)
        assert "Traceback" not in terminal.said


def test_the_second_ctrl_c_leaves_at_once(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with live(session_file, path, HANGS="1") as terminal:
        terminal.type("\x03")
        terminal.until("finishing")
        terminal.type("\x03")
        assert terminal.ended() == 130
        assert "left at once: 5 reps in 1 set; what was recorded until now is" in terminal.said.replace("\r\n", "")
        assert terminal.said.rindex(ALT_OFF) > terminal.said.rindex(ALT_ON)
    assert analyze_chunks(RecordingReader(path).chunks()).summary.reps == 5, (
        "the file is valid, and has all that was shown"
    )


def test_leaving_at_once_leaves_no_sound_behind(session_file: Path, tmp_path: Path, stand_ins: StandIns) -> None:
    """Neither the tones on the disk, nor a voice that goes on."""
    for name in ("espeak-ng", "say"):
        stand_ins.add_hanging(name, 'echo "pid $$" >> "$HEARD"')
    folder = tmp_path / "temporary"
    folder.mkdir()
    with live(session_file, tmp_path / "a.repclip", "--sound", HANGS="1", TMPDIR=str(folder)) as terminal:
        deadline = time.monotonic() + PATIENCE_S
        while not any(line.startswith("pid") for line in stand_ins.heard):
            assert time.monotonic() < deadline
            terminal._read()
        assert [one.name[:8] for one in folder.iterdir()] == ["repclip-"]
        terminal.type("\x03")
        terminal.until("finishing")
        terminal.type("\x03")
        assert terminal.ended() == 130
    assert list(folder.iterdir()) == []
    speaking = int(stand_ins.heard[-1].split()[1])
    while time.monotonic() < deadline:
        try:
            os.kill(speaking, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)  # until the system has taken it away
    raise AssertionError("it goes on speaking")


def test_who_records_is_told_so_when_leaving_at_once(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with at_terminal(PROCESS, session_file, "--record", "--stays", "-o", path, HANGS="1") as terminal:
        terminal.until("0:50")
        terminal.type("\x03")
        terminal.until("finishing")
        terminal.type("\x03")
        assert terminal.ended() == 130
        last = terminal.said.replace("\r\n", "")
        assert re.search(r"left at once: recorded 50\.\d s at 100\.\d Hz: 5 0\d\d samples, no gaps; what was", last)
        assert " rep" not in last[last.index("left at once") :].replace(str(path), "")


def test_without_colour(session_file: Path, tmp_path: Path) -> None:
    with live(session_file, tmp_path / "evening.repclip", NO_COLOR="1") as terminal:
        terminal.type("q")
        assert terminal.ended() == 0
        numbers = {one for code in re.findall(r"\x1b\[([0-9;]*)m", terminal.said) for one in code.split(";")}
        assert numbers <= {"", "0", "1", "2"}, "bold and dim, no colour"
        assert "● on" in ESCAPES.sub("", terminal.said)


def test_in_colour(session_file: Path, tmp_path: Path) -> None:
    with live(session_file, tmp_path / "evening.repclip") as terminal:
        terminal.type("q")
        assert terminal.ended() == 0
        assert re.search(r"\x1b\[32m ● on", terminal.said)


def test_a_terminal_that_cannot_be_drawn_on_gets_lines(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with at_terminal(PROCESS, session_file, "--stays", *BALL, "-o", path, TERM="dumb") as terminal:
        before = terminal.modes()
        terminal.until("set 1, rep 5")
        terminal.type("q")
        assert terminal.ended() == 0
        assert "\x1b" not in terminal.said
        assert terminal.modes() == before
        assert "5 reps in 1 set" in terminal.said


def test_without_keys(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with at_terminal(PROCESS, session_file, "--stays", *BALL, "-o", path, own_stdin=True) as terminal:
        before = terminal.modes()
        terminal.until("    1    5 ")
        assert terminal.modes() == before
        terminal.running.send_signal(signal.SIGINT)
        assert terminal.ended() == 0
        assert "space" not in terminal.said, "keys that do nothing are not offered"


def test_a_resized_terminal_is_drawn_anew(session_file: Path, tmp_path: Path) -> None:
    with live(session_file, tmp_path / "evening.repclip") as terminal:
        fcntl.ioctl(terminal._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 6, 30, 0, 0))
        terminal.until("5 reps · set 1")
        terminal.type("q")
        assert terminal.ended() == 0


def test_only_what_changed_is_written(session_file: Path, tmp_path: Path) -> None:
    with live(session_file, tmp_path / "evening.repclip") as terminal:
        terminal.type("m")
        terminal.until("marked")
        terminal.type("m")
        written = terminal.until("marked")
        assert len(written) < 1500
        assert "● on" not in written, "the table is as it was"
        terminal.type("q")
        terminal.ended()


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    with at_terminal(SHELL, sys.executable, PROCESS, session_file, "--stays", *BALL, "-o", path) as terminal:
        before = terminal.modes()
        terminal.until("    1    5 ")
        terminal.type("\x1a")
        given_back = terminal.until("shell: stopped")
        assert given_back.index(ALT_OFF) < given_back.index("shell: stopped")
        assert terminal.modes() == before
        terminal.type("bg\n")
        terminal.until("shell: in the background")
        time.sleep(0.5)  # it may draw now, if it is wrong
        terminal.type("fg\n")
        in_background, _, again = terminal.until(ALT_ON).partition("shell: in the foreground")
        assert "\x1b" not in in_background, "in the background nothing is drawn"
        assert ALT_ON in again
        terminal.until("space pause")
        assert terminal.modes() != before
        terminal.type("q")
        terminal.until("5 reps in 1 set")
        terminal.until("shell: ended with 0")
        assert terminal.modes() == before
        terminal.ended()


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (" p", [Key.PAUSE, Key.PAUSE]),
        ("muEsxQ", [Key.MARK, Key.UNDO, Key.END_SET, Key.SIDE, Key.PAIN, Key.QUIT]),
        ("wyz1\r\t", []),
        ("\x1b[A\x1b[1;5C\x1bOP\x1b[15~\x1bq", []),
        ("\x1b[<0;10;10M\x1b[<0;10;10m", []),
        ("\x1bm", []),
        ("\x1b", []),
        ("\x1b[Am", [Key.MARK]),
        ("é€", []),
    ],
)
def test_keys_in_what_was_typed(typed: str, keys: list[Key]) -> None:
    assert keys_in(typed) == keys


def test_every_key_has_a_sign() -> None:
    assert [key.sign for key in Key] == ["space", "m", "u", "e", "s", "x", "c", "q"]
