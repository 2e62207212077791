"""Files other than recordings that cannot be used."""

from __future__ import annotations

from pathlib import Path

from repclip.errors.base import RepclipError

__all__ = ["ExerciseError", "FirmwareFileError"]


class ExerciseError(RepclipError):
    """A file of exercises cannot be used; ``key`` is the entry, as ``id.key``."""

    def __init__(self, path: Path, problem: str, *, key: str | None = None, expected: str | None = None) -> None:
        parts = [str(path), *([key] if key else []), problem + (f"; expected {expected}" if expected else "")]
        super().__init__(": ".join(parts))
        self.path = path
        self.key = key
        self.expected = expected


class FirmwareFileError(RepclipError):
    """A file that is to go onto a board is missing or cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
