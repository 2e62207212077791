"""Files other than recordings that cannot be used."""

from __future__ import annotations

from pathlib import Path

from repclip.errors.base import RepclipError

__all__ = ["ConfigError", "CueSettingsError", "ExerciseError", "FirmwareFileError"]


class ConfigError(RepclipError):
    """A file of the user's configuration cannot be used; ``key`` is the entry."""

    def __init__(self, path: Path, problem: str, *, key: str | None = None, expected: str | None = None) -> None:
        parts = [str(path), *([key] if key else []), problem + (f"; expected {expected}" if expected else "")]
        super().__init__(": ".join(parts))
        self.path = path
        self.key = key
        self.expected = expected


class ExerciseError(ConfigError):
    """A file of exercises cannot be used; ``key`` is ``id.key``."""


class CueSettingsError(ConfigError):
    """The settings of the cues cannot be used."""


class FirmwareFileError(RepclipError):
    """A file that is to go onto a board is missing or cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
