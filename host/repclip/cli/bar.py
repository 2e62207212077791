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

__all__ = ["Bar", "with_progress"]

_PATIENCE_S: Final = 2.0  # nothing is shown for what takes less


class Bar:
    """Drawn while ``chunks`` gives those of one reader after the other, ``total`` in all; it vanishes at the end."""

    def __init__(self, console: Console, total: int = 1, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._total = total
        self._now = now
        self._begun = now()
        self._done = 0
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)
        self._started = False

    def __enter__(self) -> Self:
        """Draw nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._started:
            self._progress.stop()

    def chunks(self, reader: ChunkReader) -> Generator[Chunk, None, None]:
        """All that is in the next recording."""
        if not self._console.is_terminal:
            yield from reader.chunks()
            return
        which = f" ({self._done + 1} of {self._total})" if self._total > 1 else ""
        self._progress.update(self._task, description=f"Reading {reader.path.name}{which}")
        try:
            for chunk in reader.chunks():
                if not self._started and self._now() - self._begun >= _PATIENCE_S:
                    self._progress.start()
                    self._started = True
                known = reader.fraction is not None or self._total > 1
                completed = self._done + (reader.fraction or 0.0)
                self._progress.update(self._task, completed=completed, total=float(self._total) if known else None)
                yield chunk
        finally:
            self._done += 1


def with_progress(
    reader: ChunkReader, console: Console, now: Callable[[], float] = time.monotonic
) -> Generator[Chunk, None, None]:
    """The chunks of a single reader."""
    with Bar(console, now=now) as bar:
        yield from bar.chunks(reader)
