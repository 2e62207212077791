"""Lines of numbers → a table, fast; and if that fails, the line and the column where it does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from repclip.errors import ValueFaultError
from repclip.recording.importers.csv_decimals import as_number, parse_table
from repclip.recording.importers.csv_header import CsvLayout
from repclip.recording.importers.csv_lines import LineChunk
from repsignal.types import FloatArray

__all__ = ["parse_chunk", "parse_last_line"]

# What is left of a number when the rest of the line was never written.
_BEGUN: Final = re.compile(r"|[-+]?(\d*\.?\d*(e[-+]?\d*)?|n|na|nan|i|inf?|infin?i?t?)", re.IGNORECASE)
_SPOKEN: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
_SHOWN: Final = 24  # characters of a bad value that are quoted


def parse_chunk(chunk: LineChunk, layout: CsvLayout, path: Path) -> FloatArray:
    """(N, 7) float64, columns as they stand in the file. Blank lines count for nothing.

    Raises
    ------
    ValueFaultError
        for the first line that is wrong, with its column.

    """
    data = _plain(chunk.data, layout)
    if not data.strip():
        return np.empty((0, len(layout.names)))
    fast = parse_table(data if data.endswith(b"\n") else data + b"\n", len(layout.names), layout.separator)
    if fast is not None:
        return fast
    try:
        table = np.loadtxt(
            data.decode("utf-8").split("\n"), delimiter=layout.separator, dtype=np.float64, comments=None, ndmin=2
        )
    except ValueError:
        return _line_by_line(chunk, layout, path)
    if table.shape[1] != len(layout.names):
        return _line_by_line(chunk, layout, path)
    return table


def parse_last_line(line: bytes, number: int, layout: CsvLayout, path: Path) -> FloatArray | None:
    """A line that the file ends in without a line end: (1, 7), or None if it was cut off in the middle.

    Raises
    ------
    ValueFaultError
        if it is wrong in a way that no cutting off explains.

    """
    try:
        return _line_by_line(LineChunk(line, number), layout, path)
    except ValueFaultError:
        *whole, begun = _values(line.decode("utf-8"), layout)
        if len(whole) >= len(layout.names) or not _BEGUN.fullmatch(begun) or None in map(as_number, whole):
            raise
        return None


def _plain(data: bytes, layout: CsvLayout) -> bytes:
    if b'"' in data:
        data = data.replace(b'"', b"")
    if layout.decimal_comma and b"," in data:
        data = data.replace(b",", b".")
    return data


def _values(text: str, layout: CsvLayout) -> list[str]:
    plain = text.replace('"', "").replace(",", ".") if layout.decimal_comma else text.replace('"', "")
    return [value.strip() for value in plain.split(layout.separator)]


def _line_by_line(chunk: LineChunk, layout: CsvLayout, path: Path) -> FloatArray:
    rows: list[list[float]] = []
    for line, text in enumerate(chunk.data.decode("utf-8").split("\n"), start=chunk.first_line):
        if not text.strip():
            continue
        values = _values(text, layout)
        if len(values) != len(layout.names):
            raise ValueFaultError(path, _wrong_count(values, layout), line=line)
        row: list[float] = []
        for column, value in enumerate(values, start=1):
            number = as_number(value)
            if number is None:
                name = layout.names[column - 1]
                raise ValueFaultError(path, _not_a_number(value), line=line, column=column, name=name, text=value)
            row.append(number)
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(-1, len(layout.names))


def _wrong_count(values: list[str], layout: CsvLayout) -> str:
    expected = len(layout.names)
    counted = f"{len(values)} value{'s' if len(values) != 1 else ''} where the header has {expected} columns"
    if layout.separator == "," and len(values) == 2 * expected:
        return f"{counted}; are these decimal commas? Write decimal points, or separate the columns with semicolons"
    if len(values) > 1:
        return f"{counted}; complete or remove the line"
    return f"{counted}; complete or remove the line (the header separates columns by {_SPOKEN[layout.separator]})"


def _not_a_number(value: str) -> str:
    if not value:
        return "there is no value; write nan for one that is missing"
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return f"{shown!r} is not a number; correct or remove the line"
