"""The header line of our CSV: which column is where, and how its numbers are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from repclip.errors import HeaderError

__all__ = ["COLUMNS", "CsvLayout", "parse_header"]

COLUMNS: Final = ("t_s", "ax_g", "ay_g", "az_g", "gx_dps", "gy_dps", "gz_dps")
_LINE: Final = ",".join(COLUMNS)
_SEPARATORS: Final = (",", ";", "\t")
_NUMBER: Final = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?", re.IGNORECASE)
_UNIT_ADVICE: Final = {
    "t": "name the time t_s, and give it in seconds",
    "a": "name the acceleration {wanted}, and give it in g (divide m/s² by 9.80665)",
    "g": "name the angular rate {wanted}, and give it in °/s (multiply rad/s by 57.29578)",
}


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """``names`` are the columns as they stand in the file, ``order[k]`` is where :data:`COLUMNS` ``[k]`` stands."""

    separator: str
    names: tuple[str, ...]
    order: tuple[int, ...]

    @property
    def in_order(self) -> bool:
        """Whether the columns stand as we write them."""
        return self.names == COLUMNS

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma can only be a decimal sign."""
        return self.separator != ","


def parse_header(text: str, path: Path, line: int) -> CsvLayout:
    """Understand a header line.

    Columns are found by name, in any order, capitals or not; commas, semicolons and tabs separate.

    Raises
    ------
    HeaderError
        naming the column that is unknown, missing, doubled or in another unit.

    """
    separator = max(_SEPARATORS, key=text.count)
    names = tuple(name.strip().strip('"').strip().lower() for name in text.split(separator))
    if all(_NUMBER.fullmatch(name) for name in names):
        raise HeaderError(path, f"numbers where the column names should be; put this line first: {_LINE}", line=line)
    if len(names) == 1 or not any(name in COLUMNS or _other_unit(name) for name in names):
        raise HeaderError(path, f"this is not the header of a recording; it should be {_LINE}", line=line)
    for column, name in enumerate(names, start=1):
        others = any(other not in COLUMNS for other in names[column:])
        _check_name(name, names[: column - 1], path, line, column, others=others)
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        plural = "columns" if len(missing) > 1 else "column"
        raise HeaderError(
            path, f"{plural} {', '.join(missing)} missing; it should be {_LINE}", line=line, name=missing[0]
        )
    return CsvLayout(separator, names, tuple(names.index(name) for name in COLUMNS))


def _check_name(name: str, before: tuple[str, ...], path: Path, line: int, column: int, *, others: bool) -> None:
    """``others`` says whether later names are wrong as well."""
    if name in before:
        problem = f"{name} is there twice (also column {before.index(name) + 1}); remove one"
    elif name in COLUMNS:
        return
    elif not name:
        problem = "this column has no name; remove it, or the separator at the end of the line"
    elif wanted := _other_unit(name):
        problem = f"{name[:30]!r} instead of {wanted}: " + _UNIT_ADVICE[wanted[0]].format(wanted=wanted)
        if others:
            problem += f"; the whole header should be {_LINE}"
    else:
        problem = f"{name[:30]!r} is not a column of ours; remove it (the header should be {_LINE})"
    raise HeaderError(path, problem, line=line, column=column, name=name)


def _other_unit(name: str) -> str | None:
    """The column of ours that means the same in another unit, if there is one."""
    stem = re.split(r"[^a-z]", name, maxsplit=1)[0]
    stem = {"time": "t", "timestamp": "t", "accx": "ax", "accy": "ay", "accz": "az"}.get(stem, stem)
    stem = {"gyrx": "gx", "gyry": "gy", "gyrz": "gz", "gyrox": "gx", "gyroy": "gy", "gyroz": "gz"}.get(stem, stem)
    return next((column for column in COLUMNS if column.split("_")[0] == stem), None)
