"""The live view on a terminal, drawn in place; and as plain lines where there is none to draw on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Protocol

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

from repclip.engine.outputs import Counted, Output
from repclip.live.frame import frame, link_words
from repclip.live.keys import Key
from repclip.live.look import Look
from repclip.live.now import Moment, elapsed
from repclip.live.state import LiveState, News, RepRow
from repsignal import RepEvent

__all__ = ["Cover", "Display", "Lines", "Screen", "display_for"]

_EVERY_S: Final = 60.0  # how often a recording without a screen says that it goes on
_RESTORE: Final = b"\x1b[?1049l\x1b[?25h\x1b[0m"  # the screen from before, its cursor, no colour


Cover = Callable[[int, int], list[Text] | None]
"""What is to be seen instead of the view, as one line for each of so many rows, for so many columns and rows."""


class Display(Protocol):
    """Shows a state. ``show`` and ``hide``: the terminal is ours, and no longer."""

    moves: bool  # whether it is to be drawn again and again

    def show(self) -> None:
        """From now on."""
        ...

    def hide(self) -> None:
        """Leave the terminal as it was."""
        ...

    def draw(self, state: LiveState, moment: Moment) -> None:
        """How it is now."""
        ...

    def told(self, state: LiveState, output: Output, news: News | None) -> None:
        """Something was said, and the state has taken it."""
        ...

    def abandon(self) -> None:
        """Leave the terminal as it was, at once, in the midst of anything."""
        ...


def display_for(console: Console, keys: Sequence[Key], cover: Cover | None = None) -> Display:
    """A screen where one can be drawn on."""
    drawable = console.is_terminal and not console.is_dumb_terminal and console.file.isatty()
    return Screen(console, keys, cover) if drawable else Lines(console)


class Screen:
    """Draws in place; only lines that have changed are written."""

    moves = True

    def __init__(self, console: Console, keys: Sequence[Key], cover: Cover | None = None) -> None:
        self._console = console
        self._keys = tuple(keys)
        self._cover = cover
        self._look = Look.of(console.encoding)
        self._shown: list[Text | None] = []
        self._size = (0, 0)
        self._on = False

    def show(self) -> None:
        self._on = True
        self._shown = []
        self._console.set_alt_screen(True)
        self._console.show_cursor(False)

    def hide(self) -> None:
        if self._on:
            self._on = False
            self._console.show_cursor(True)
            self._console.set_alt_screen(False)

    def abandon(self) -> None:
        if self._on and not self._console.legacy_windows:
            with suppress(OSError):
                os.write(self._console.file.fileno(), _RESTORE)

    def told(self, state: LiveState, output: Output, news: News | None) -> None:
        """All is drawn."""

    def draw(self, state: LiveState, moment: Moment) -> None:
        if not self._on:
            return
        console = self._console
        size = (console.size.width, console.size.height)
        covering = None if self._cover is None or self._look.plain else self._cover(size[0] - 1, size[1])
        lines = covering or frame(state.view(), moment, size, self._look, self._keys)
        if size != self._size or len(self._shown) != len(lines):
            self._size = size
            self._shown = [None] * len(lines)
            console.control(Control.home(), Control.clear())
        with console:  # all of it is written at once
            for row, (line, before) in enumerate(zip(lines, self._shown, strict=True)):
                if before is None or (line.plain, line.style, line.spans) != (before.plain, before.style, before.spans):
                    console.control(Control.move_to(0, row))
                    console.print(line, end="", no_wrap=True, overflow="crop")
                    console.control(Control((ControlType.ERASE_IN_LINE, 0)))
        self._shown = list(lines)


class Lines:
    """A line for each rep, set and event, each written at once: for pipes, files and plain terminals."""

    moves = False

    def __init__(self, console: Console) -> None:
        self._file = console.file
        self._look = Look.of(console.encoding)
        self._said_s = 0.0
        self._begun = False

    def show(self) -> None:
        """Nothing is changed."""

    def hide(self) -> None:
        """Nothing was."""

    def abandon(self) -> None:
        """Nothing was."""

    def draw(self, state: LiveState, moment: Moment) -> None:
        """What was written stays."""

    def told(self, state: LiveState, output: Output, news: News | None) -> None:
        if not self._begun:
            self._begun = True
            for one in reversed(state.view().news):
                if one is not news:
                    self._print(one.time_s, one.text)
        if isinstance(output, Counted) and isinstance(output.event, RepEvent) and state.last_rep is not None:
            self._print(output.event.detected_s, _rep(state.last_rep))
        elif news is not None:
            self._print(news.time_s, news.text)
        elif not state.counting and state.newest_s - self._said_s >= _EVERY_S:
            self._said_s = state.newest_s
            self._print(state.newest_s, ", ".join(link_words(state.view().link)))

    def _print(self, time_s: float | None, text: str) -> None:
        time = "" if time_s is None else elapsed(time_s)
        # Not by rich, which makes a SystemExit of a closed pipe in the midst of a task.
        self._file.write(self._look.fit(f"{time:>7}  {text}") + "\n")
        self._file.flush()


def _rep(row: RepRow) -> str:
    times = [
        f"{time.phase} {time.seconds:.1f} s{f' {time.verdict}' if time.verdict is not None else ''}"
        for time in row.phases
        if time.seconds is not None
    ]
    return f"set {row.set_index}, rep {row.index}: {', '.join([*times, f'range {row.rom_deg:.0f}°'])}"
