"""A board on a serial line: the whole firmware on MicroPython, behind a pty.

Its clock goes on only while the host listens, so a busy machine makes nothing late, and an idle one goes fast.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import pytest

import micropython_runner
from repclip import wire

serial = pytest.importorskip("serial", reason="pyserial is not installed")
termios = pytest.importorskip("termios", reason="this system has no ptys")
tty = pytest.importorskip("tty", reason="this system has no ptys")

T = TypeVar("T")
Wanted = Callable[[wire.Message], bool]

# The self-test takes a second, so only its own test waits for it; sleep has its own too.
CONFIG: dict[str, Any] = {"board": "pico", "self_test": False, "sleep_after_s": 0}
_HANGS_S = 30  # of the world's
LOST_S = 0.5  # of the world: what has not come after so long is lost


class Board:
    """A process; ``path`` is what pyserial opens. ``now_s`` is its clock, as of when it last asked to go on.

    With a ``speed`` it does not ask: for hosts that live in the time of the world.
    """

    def __init__(self, settings: dict[str, Any], heap: str) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        leash, self._leash = os.pipe()
        # A board that has a radio too goes on when that one says so; one with a speed, by the clock of the world.
        clock = {} if "radio" in settings or "speed" in settings else {"leash": leash}
        settings = {**settings, **clock, "config": {**CONFIG, **settings.get("config", {})}}
        self.process = subprocess.Popen(
            micropython_runner.command("device.py", heap=heap),
            env={**micropython_runner.environment(micropython_runner.compiled()), "DEVICE": json.dumps(settings)},
            stdin=self._master,
            stdout=self._master,
            stderr=subprocess.PIPE,
            pass_fds=(leash,),
        )
        os.close(leash)
        assert self.process.stderr is not None
        self.errors = self.process.stderr.fileno()
        os.set_blocking(self.errors, False)
        self.now_s = 0.0
        self.written = 0  # bytes, on the line
        self.asks = False
        self.said = ""
        self._rest = b""

    def hear(self) -> None:
        """What it says beside the line: how late it is, or how it ended."""
        data = os.read(self.errors, 65536)
        if not data:
            raise EOFError
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"@"):
                now_us, written = line[1:].split()
                self.now_s = int(now_us) / 1e6
                self.written = int(written)
                self.asks = True
            else:
                self.said += line.decode() + "\n"

    def go_on(self) -> None:
        """Its time may go on, if it has not ended."""
        self.asks = False
        with suppress(BrokenPipeError):
            os.write(self._leash, b"\n")

    def ended(self, code: int) -> float:
        """Its time goes on to the end; returns when that was, in seconds."""
        latest_s = self.now_s + 300
        while self.now_s < latest_s:
            assert select.select([self.errors], [], [], _HANGS_S)[0], "it hangs"
            try:
                self.hear()
            except EOFError:
                break
            if self.asks:
                self.go_on()
        assert self.process.wait(_HANGS_S) == code, self.said
        found = re.search(r"ended after (\d+) ms", self.said)
        assert found is not None
        return int(found[1]) / 1000

    def close(self) -> None:
        """Pull the cable."""
        self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()
        for one in (self._master, self._slave, self._leash):
            os.close(one)


class Host:
    """A host's side of the line: says commands, keeps what comes. Seconds are the board's."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.port = serial.Serial(board.path, 115200, timeout=0)
        self.decoder = wire.FrameDecoder()
        self.messages: list[wire.Message] = []
        self.acknowledges = False
        self._tag = 0
        self._taken = 0  # bytes of what the board has written
        self._said_s = 0.0

    def say(self, command: wire.Command) -> int:
        self._tag = self._tag % 255 + 1
        self.port.write(wire.encode_command(command, self._tag, wire.Framing.SERIAL))
        self._said_s = self.board.now_s
        return self._tag

    def listen(self, seconds: float, *, reads: bool = True, talks: bool = True) -> list[wire.Message]:
        """What comes in so much time; the host stays alive meanwhile, unless told otherwise."""
        begun = len(self.messages)
        end_s = self.board.now_s + seconds
        while self.board.now_s < end_s:
            self._pump(reads, talks)
        return self.messages[begun:]

    def wait(self, wanted: Wanted, seconds: float = 30, since: int = 0) -> wire.Message:
        """The first message that is wanted."""
        end_s = self.board.now_s + seconds
        seen = since
        while True:
            for message in self.messages[seen:]:
                if wanted(message):
                    return message
            seen = len(self.messages)
            assert self.board.now_s < end_s, f"it did not come; last: {self.messages[-3:]}"
            self._pump()

    def _pump(self, reads: bool = True, talks: bool = True) -> None:
        """Until the board asks to go on; what it wrote before that is there by then."""
        board = self.board
        while not board.asks:
            if not select.select([board.errors], [], [], _HANGS_S)[0]:
                raise AssertionError(f"the board hangs after {board.now_s} s; last: {self.messages[-3:]}")
            board.hear()
        if reads:
            self._read()
        if talks and board.now_s - self._said_s > 1:
            self.say(wire.AskTime(time.monotonic_ns(), self.decoder.last_seq if self.acknowledges else None))
        board.go_on()

    def _read(self) -> None:
        """All that the board has written.

        The system hands it over in its own time; what it threw away is not waited for long.
        """
        while True:
            data = self.port.read(self.port.in_waiting)
            self._taken += len(data)
            self.messages += self.decoder.feed(data)
            if self._taken >= self.board.written or not select.select([self.port], [], [], LOST_S)[0]:
                break
        self._taken = self.board.written

    def ask(self, command: wire.Command) -> wire.Answer:
        """Its answer; repeated while the board is not up yet."""
        since = len(self.messages)
        for _ in range(5):
            tag = self.say(command)
            try:
                answer = self.wait(partial(_answers, tag), 2, since)
            except AssertionError:
                continue
            assert isinstance(answer, wire.Answer)
            return answer
        raise AssertionError(f"no answer; last: {self.messages[-3:]}")

    def hello(self) -> wire.Hello:
        since = len(self.messages)
        assert self.ask(wire.AskHello()).ok
        found = self.wait(lambda m: isinstance(m, wire.Hello), 1, since)
        assert isinstance(found, wire.Hello)
        return found

    def of(self, kind: type[T]) -> list[T]:
        return [message for message in self.messages if isinstance(message, kind)]


def _answers(tag: int, message: wire.Message) -> bool:
    return isinstance(message, wire.Answer) and message.tag == tag


@contextmanager
def board_and_host(heap: str = "192k", **settings: Any) -> Iterator[Host]:
    board = Board(settings, heap)
    host = Host(board)
    try:
        yield host
    finally:
        host.port.close()
        board.close()
