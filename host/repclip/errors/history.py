"""The history that cannot be read or written. Whatever happens, the file stays as it is."""

from __future__ import annotations

from pathlib import Path

from repclip.errors.base import RepclipError

__all__ = [
    "DamagedHistoryError",
    "HistoryAccessError",
    "HistoryError",
    "HistoryInUseError",
    "NewerHistoryError",
]


class HistoryError(RepclipError):
    """The history cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class HistoryAccessError(HistoryError):
    """It may not be read or written, or there is no room."""


class HistoryInUseError(HistoryError):
    """Another program has been writing to it for longer than one waits."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "another program is using it; try again when that is done")


class NewerHistoryError(HistoryError):
    """It has a version of our tables that came later than this program."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            path, f"was written by a newer repclip (version {version}, this one knows up to {known}): update repclip"
        )
        self.version = version
        self.known = known


class DamagedHistoryError(HistoryError):
    """It is no history, or not a whole one."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            path,
            f"{problem}; it is left as it is. Move it away, then make a new one of your recordings: "
            "repclip history add FOLDER",
        )
