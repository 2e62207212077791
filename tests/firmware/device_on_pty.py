"""A board on a serial line: the whole firmware on MicroPython, behind a pty."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import pytest

import micropython_runner
from repclip import wire

serial = pytest.importorskip("serial", reason="pyserial is not installed")
termios = pytest.importorskip("termios", reason="no ptys on this system")
tty = pytest.importorskip("tty", reason="no ptys on this system")

T = TypeVar("T")
Wanted = Callable[[wire.Message], bool]

# The self-test takes a second, so only its own test waits for it; sleep has its own too.
CONFIG: dict[str, Any] = {"board": "pico", "self_test": False, "sleep_after_s": 0}


class Board:
    """A process; ``path`` is what pyserial opens."""

    def __init__(self, settings: dict[str, Any], heap: str) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        settings = {**settings, "config": {**CONFIG, **settings.get("config", {})}}
        self.process = subprocess.Popen(
            micropython_runner.command("device.py", json.dumps(settings), heap=heap),
            env=micropython_runner.environment(micropython_runner.compiled()),
            stdin=self._master,
            stdout=self._master,
            stderr=subprocess.PIPE,
        )

    def close(self) -> None:
        """Pull the cable."""
        self.process.kill()
        self.process.communicate()
        os.close(self._master)
        os.close(self._slave)


class Host:
    """A host's side of the line: says commands, keeps what comes."""

    def __init__(self, board: Board, speed: int = 1) -> None:
        self.board = board
        self.port = serial.Serial(board.path, 115200, timeout=0.02)
        self.decoder = wire.FrameDecoder()
        self.messages: list[wire.Message] = []
        self.acknowledges = False
        self._speed = speed
        self._tag = 0
        self._said = time.monotonic()

    def say(self, command: wire.Command) -> int:
        self._tag = self._tag % 255 + 1
        self.port.write(wire.encode_command(command, self._tag, wire.Framing.SERIAL))
        self._said = time.monotonic()
        return self._tag

    def listen(self, seconds: float) -> list[wire.Message]:
        """What comes in so many seconds of the board's; the host stays alive meanwhile."""
        begun = len(self.messages)
        end = time.monotonic() + seconds / self._speed
        while time.monotonic() < end:
            self._pump()
        return self.messages[begun:]

    def wait(self, wanted: Wanted, seconds: float = 10, since: int = 0) -> wire.Message:
        """The first message that is wanted."""
        end = time.monotonic() + seconds
        seen = since
        while True:
            for message in self.messages[seen:]:
                if wanted(message):
                    return message
            seen = len(self.messages)
            if time.monotonic() > end:
                rest = self.board.process.poll()
                raise AssertionError(f"it did not come; process: {rest}; last: {self.messages[-3:]}")
            self._pump()

    def _pump(self) -> None:
        if time.monotonic() - self._said > 1 / self._speed:
            self.say(wire.AskTime(time.monotonic_ns(), self.decoder.last_seq if self.acknowledges else None))
        data = self.port.read(4096 if self.port.in_waiting else 1)
        if data:
            self.messages += self.decoder.feed(data)
            more = self.port.in_waiting
            if more:
                self.messages += self.decoder.feed(self.port.read(more))

    def ask(self, command: wire.Command) -> wire.Answer:
        """Its answer; repeated once, in case the board was not up yet."""
        since = len(self.messages)
        for seconds in (1, 10):
            tag = self.say(command)
            mine = partial(_answers, tag)
            try:
                answer = self.wait(mine, seconds, since)
            except AssertionError:
                if seconds == 10:
                    raise
                continue
            assert isinstance(answer, wire.Answer)
            return answer
        raise AssertionError

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
    host = Host(board, settings.get("speed", 1))
    try:
        yield host
    finally:
        host.port.close()
        board.close()
