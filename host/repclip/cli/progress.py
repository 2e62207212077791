"""A progress bar for recordings that take long to read."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from repclip.recording.importers.any_recording import ChunkReader
from repclip.source import Chunk

__all__ = ["with_progress"]

_PATIENCE_S: Final = 2.0  # nothing is shown for what takes less


def with_progress(
    reader: ChunkReader, console: Console, now: Callable[[], float] = time.monotonic
) -> Generator[Chunk, None, None]:
    """The reader's chunks, drawing a bar that vanishes at the end; on a terminal only."""
    if not console.is_terminal:
        yield from reader.chunks()
        return
    begun = now()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = progress.add_task(f"Reading {reader.path.name}", total=None)
    started = False
    try:
        for chunk in reader.chunks():
            if not started and now() - begun >= _PATIENCE_S:
                progress.start()
                started = True
            progress.update(task, completed=reader.fraction or 0.0, total=None if reader.fraction is None else 1.0)
            yield chunk
    finally:
        if started:
            progress.stop()
