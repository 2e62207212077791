"""Single keys from the terminal, and the terminal as it was before: at the end, and while the program is stopped.

The only module that knows of platforms. Where stdin is no terminal there are no keys.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from enum import StrEnum
from types import FrameType
from typing import Final, TextIO

__all__ = ["LIVE_KEYS", "Key", "Pressed", "Terminal", "has_keys", "interrupts", "keys_in"]


class Key(StrEnum):
    """What a key does."""

    PAUSE = "pause"
    MARK = "mark"
    UNDO = "undo"
    END_SET = "end set"
    SIDE = "other side"
    PAIN = "pain"
    CODE = "code"
    QUIT = "finish"

    @property
    def sign(self) -> str:
        """What is to be pressed."""
        return next("space" if letter == " " else letter for letter, key in _LETTERS.items() if key is self)


# Pain is not "p", which many press for a pause.
_LETTERS: Final = {
    " ": Key.PAUSE,
    "p": Key.PAUSE,
    "m": Key.MARK,
    "u": Key.UNDO,
    "e": Key.END_SET,
    "s": Key.SIDE,
    "x": Key.PAIN,
    "c": Key.CODE,
    "q": Key.QUIT,
}
LIVE_KEYS: Final = tuple(key for key in Key if key is not Key.CODE)
"""Those that there always are."""

# What arrows and function keys send: an escape, then a sequence that may end in one of our letters.
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-9;?<]*[ -/]*[@-~]|O.|.)?", re.DOTALL)

Pressed = Callable[[Key], None]
Handler = Callable[[int, FrameType | None], object] | int | None


def keys_in(typed: str) -> list[Key]:
    """The keys that mean something."""
    return [_LETTERS[letter] for letter in _ESCAPES.sub("", typed).lower() if letter in _LETTERS]


@contextmanager
def interrupts(interrupted: Callable[[], None]) -> Generator[None, None, None]:
    """Ctrl-C, and being told to end, call ``interrupted``: at any moment, in the midst of whatever goes on."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        interrupted()

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last is Ctrl-Break on Windows, which has no SIGHUP
    before: dict[int, Handler] = {}
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as with nohup
            before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def has_keys() -> bool:
    """Whether there is a keyboard that belongs to this program: stdin is a terminal."""
    return _is_terminal(sys.stdin)


if sys.platform == "win32":
    import msvcrt

    _POLL_S: Final = 0.05

    class Terminal:
        """The keyboard, if there is one; ``show`` and ``hide`` are called when the screen is ours, and no longer."""

        def __init__(self, pressed: Pressed, show: Callable[[], None], hide: Callable[[], None]) -> None:
            self._has_keys = has_keys()
            self._pressed = pressed
            self._show = show
            self._hide = hide
            self._polling: asyncio.Task[None] | None = None

        def open(self) -> None:
            """From now on."""
            self._show()
            if self._has_keys:
                self._polling = asyncio.create_task(self._poll())

        def close(self) -> None:
            """As it was before."""
            if self._polling is not None:
                self._polling.cancel()
            self._hide()

        def restore(self) -> None:
            """Only the keyboard, at once."""

        async def _poll(self) -> None:
            while True:
                while msvcrt.kbhit():
                    letter = msvcrt.getwch()
                    if letter in "\0\xe0":  # an arrow or a function key: which one follows
                        msvcrt.getwch()
                        continue
                    for key in [Key.QUIT] if letter == "\x03" else keys_in(letter):
                        self._pressed(key)
                await asyncio.sleep(_POLL_S)

else:
    import termios

    _SIGNALS: Final = (signal.SIGTSTP, signal.SIGCONT)

    class Terminal:
        """The keyboard, if there is one; ``show`` and ``hide`` are called when the screen is ours, and no longer.

        Ctrl-Z gives the terminal back, and ``fg`` takes it again. In the background it is never touched.
        """

        def __init__(self, pressed: Pressed, show: Callable[[], None], hide: Callable[[], None]) -> None:
            self._has_keys = has_keys()
            self._pressed = pressed
            self._show = show
            self._hide = hide
            self._tty = next((one.fileno() for one in (sys.stdin, sys.stdout) if _is_terminal(one)), None)
            self._before: list[int | list[bytes | int]] | None = None
            self._ours = False

        def open(self) -> None:
            """From now on, or from when this program is in the foreground."""
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTSTP, self._suspend)
            loop.add_signal_handler(signal.SIGCONT, self._continue)
            self._take()

        def close(self) -> None:
            """As it was before."""
            for number in _SIGNALS:
                asyncio.get_running_loop().remove_signal_handler(number)
            self._give()

        def restore(self) -> None:
            """Only the keyboard, at once."""
            if self._before is not None and self._tty is not None:
                with suppress(termios.error):
                    termios.tcsetattr(self._tty, termios.TCSANOW, self._before)

        def _take(self) -> None:
            if self._ours or not self._in_foreground():
                return
            self._ours = True
            if self._has_keys and self._tty is not None:
                with suppress(termios.error):
                    self._before = termios.tcgetattr(self._tty)
                    self._single_keys(self._tty, self._before)
                asyncio.get_running_loop().add_reader(self._tty, self._read, self._tty)
            self._show()

        def _give(self) -> None:
            if not self._ours:
                return
            self._ours = False
            if self._has_keys and self._tty is not None:
                asyncio.get_running_loop().remove_reader(self._tty)
            self.restore()
            self._before = None
            self._hide()

        def _single_keys(self, tty: int, before: list[int | list[bytes | int]]) -> None:
            wanted = list(before)
            flags_in, flags_local = wanted[0], wanted[3]
            if isinstance(flags_in, int) and isinstance(flags_local, int):  # always: it is a C structure as a list
                wanted[0] = flags_in & ~termios.IXON  # Ctrl-S would hold up what we write, and with it the counting
                wanted[3] = flags_local & ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(tty, termios.TCSANOW, wanted)

        def _in_foreground(self) -> bool:
            if self._tty is None:
                return True
            try:
                return os.tcgetpgrp(self._tty) == os.getpgrp()
            except OSError:  # not the terminal that started us: nobody else is in front of it
                return True

        def _read(self, tty: int) -> None:
            try:
                typed = os.read(tty, 256)
            except OSError:
                typed = b""
            if not typed:  # the terminal is gone
                asyncio.get_running_loop().remove_reader(tty)
            for key in keys_in(typed.decode("ascii", "ignore")):
                self._pressed(key)

        def _suspend(self) -> None:
            self._give()
            loop = asyncio.get_running_loop()
            loop.remove_signal_handler(signal.SIGTSTP)
            os.kill(os.getpid(), signal.SIGTSTP)  # here the program stands still
            loop.add_signal_handler(signal.SIGTSTP, self._suspend)
            self._take()

        def _continue(self) -> None:
            # After SIGSTOP nothing was given back, but the shell has drawn over it and set its own modes.
            if self._ours and self._in_foreground():
                if self._before is not None and self._tty is not None:
                    with suppress(termios.error):
                        self._single_keys(self._tty, self._before)
                self._show()
            self._take()
