"""A progress bar for recordings that take long to read: one for all of them, on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from repclip.recording.importers.any_recording import ChunkReader
from repclip.source import Chunk

__all__ = ["Bar"]

# Nothing is shown for what takes less, nor where less is left to be seen: a bar that flashes by tells nobody anything.
_PATIENCE_S: Final = 0.5
_LEFT_S: Final = 0.3
_REDRAWN_S: Final = 0.1  # as often as is pleasant to see


class Bar:
    """Drawn from when ``chunks`` takes long to give those of one reader after the other, ``total`` in all.

    It stays while the last of them are worked on, and vanishes with the block it is opened in.
    """

    def __init__(self, console: Console, total: int = 1, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._total = total
        self._now = now
        self._begun_s: float | None = None  # the first chunk was asked for: to load the program is no part of the work
        self._drawn_s: float | None = None
        self._done = 0
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            auto_refresh=False,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Self:
        """Draw nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._drawn_s is not None:
            self._progress.stop()

    def chunks(self, reader: ChunkReader) -> Generator[Chunk, None, None]:
        """All that is in the next recording."""
        if not self._console.is_terminal:
            yield from reader.chunks()
            return
        which = f" ({self._done + 1} of {self._total})" if self._total > 1 else ""
        self._progress.update(self._task, description=f"Reading {reader.path.name}{which}")
        if self._begun_s is None:
            self._begun_s = self._now()
        try:
            for chunk in reader.chunks():
                self._show(reader.fraction, self._begun_s)
                yield chunk
        finally:
            self._done += 1
            if self._drawn_s is not None:
                self._draw(float(self._done), known=True)

    def _show(self, fraction: float | None, begun_s: float) -> None:
        """So much of a recording was read: draw it, if it is time to."""
        now_s = self._now()
        known = fraction is not None or self._total > 1
        completed = self._done + (fraction or 0.0)
        if self._drawn_s is None:
            passed_s = now_s - begun_s
            left = self._total - completed
            if passed_s < _PATIENCE_S or (known and passed_s * left < _LEFT_S * completed):
                return
        elif now_s - self._drawn_s < _REDRAWN_S:
            return
        self._draw(completed, known=known)
        self._drawn_s = now_s

    def _draw(self, completed: float, *, known: bool) -> None:
        self._progress.update(self._task, completed=completed, total=float(self._total) if known else None)
        if self._drawn_s is None:
            self._progress.start()
        else:
            self._progress.refresh()
