"""What cannot be written or shown."""

from __future__ import annotations

from pathlib import Path

from repclip.errors.base import RepclipError

__all__ = ["OutputError", "RecordingWriteError"]


class OutputError(RepclipError):
    """A file cannot be written, or a window not be opened (``path`` is None)."""

    def __init__(self, problem: str, *, path: Path | None = None) -> None:
        super().__init__(problem if path is None else f"{path}: {problem}")
        self.path = path


class RecordingWriteError(OutputError):
    """What comes can no longer be recorded; what was written before stays."""
