"""Recordings that cannot be used."""

from __future__ import annotations

from pathlib import Path

from repclip.errors.base import RepclipError

__all__ = [
    "DamagedError",
    "FormatError",
    "HeaderError",
    "NewerFormatError",
    "RecordingAccessError",
    "RecordingError",
    "UnitError",
    "ValueFaultError",
]


class RecordingError(RepclipError):
    """A recording cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class RecordingAccessError(RecordingError):
    """It is missing, is a folder, or may not be read."""


class FormatError(RecordingError):
    """It is not a CSV of ours; ``line`` is where that shows, if it shows in one place."""

    def __init__(self, path: Path, problem: str, *, line: int | None = None) -> None:
        super().__init__(path, problem if line is None else f"line {line}: {problem}")
        self.line = line


class HeaderError(RecordingError):
    """Its header is not the one we read; ``column`` and ``name`` say which column, if it is one."""

    def __init__(
        self, path: Path, problem: str, *, line: int, column: int | None = None, name: str | None = None
    ) -> None:
        where = f"line {line}" if column is None else f"line {line}, column {column}"
        super().__init__(path, f"{where}: {problem}")
        self.line = line
        self.column = column
        self.name = name


class ValueFaultError(RecordingError):
    """A line has another number of values than the header, or one of them is not a number."""

    def __init__(
        self,
        path: Path,
        problem: str,
        *,
        line: int,
        column: int | None = None,
        name: str | None = None,
        text: str | None = None,
    ) -> None:
        where = f"line {line}" if column is None else f"line {line}, column {column} ({name})"
        super().__init__(path, f"{where}: {problem}")
        self.line = line
        self.column = column
        self.name = name
        self.text = text


class UnitError(RecordingError):
    """The values of ``quantity`` cannot be in the unit ``expected``; ``likely`` is the unit they look like."""

    def __init__(self, path: Path, problem: str, *, quantity: str, expected: str, likely: str | None) -> None:
        super().__init__(path, problem)
        self.quantity = quantity
        self.expected = expected
        self.likely = likely


class NewerFormatError(RecordingError):
    """It has a version of our format that came later than this program."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            path, f"was written by a newer repclip (format {version}, this one reads up to {known}): update repclip"
        )
        self.version = version
        self.known = known


class DamagedError(RecordingError):
    """It is a recording of ours, and nothing of it can be read."""
