"""Tables for a terminal of any width: where not all columns have room, the least important are left out, and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

__all__ = ["BETWEEN", "Column", "first_to_go", "fits", "fitting", "left_out", "plain_table", "table_of"]

BETWEEN: Final = 2  # spaces between two columns


@dataclass(frozen=True, slots=True)
class Column:
    """A column from its head down. Only what ``folds`` may be broken, between words."""

    head: str
    cells: tuple[str | Text, ...]
    left: bool = False
    folds: bool = False

    @property
    def least(self) -> int:
        """Its width where the head is broken between words."""
        cells = map(str, self.cells)
        lines = [part for cell in cells for part in (cell.split() if self.folds else cell.splitlines())]
        return max(map(cell_len, (*self._head_words, *lines)))

    @property
    def _head_words(self) -> list[str]:
        """A sign stays with the word before it: ``sets ×``, ``reps``."""
        return re.split(r" (?=\w)", self.head)

    @property
    def whole(self) -> int:
        """Its width with the head on one line."""
        return max(self.least, cell_len(self.head))

    def head_within(self, width: int) -> str:
        """The head, broken between words where it is wider."""
        lines = [""]
        for word in self._head_words:
            longer = f"{lines[-1]} {word}".lstrip()
            lines[-1:] = [longer] if cell_len(longer) <= width else [*filter(None, lines[-1:]), word]
        return "\n".join(lines)


def fits(columns: Sequence[Column], width: int) -> bool:
    """Whether there is room for all of them without breaking a word."""
    return _width([column.least for column in columns]) <= width


def fitting(columns: Sequence[Column], width: int, dropped_first: Sequence[str]) -> tuple[list[Column], list[str]]:
    """The columns that there is room for, and the heads of those that there is none for."""

    def rest(dropped: Sequence[str]) -> list[Column]:
        return [column for column in columns if column.head not in dropped]

    known = [head for head in dropped_first if head in [column.head for column in columns]]
    dropped = first_to_go(known, lambda dropped: fits(rest(dropped), width))
    return rest(dropped), dropped


def first_to_go(heads: Sequence[str], is_room: Callable[[Sequence[str]], bool]) -> list[str]:
    """As many of these heads, in this order, as must go until there is room for what is left."""
    return list(next((heads[:many] for many in range(len(heads)) if is_room(heads[:many])), heads))


def plain_table() -> Table:
    """A table with a line beneath its head and no others, to be filled."""
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)


def table_of(columns: Sequence[Column], width: int, dim: Sequence[bool] = ()) -> Table:
    """These columns; ``dim`` says which rows are of less weight. Too narrow for all of them, any may be broken."""
    table = plain_table()
    kept = fits(columns, width)
    roomy = _width([column.whole for column in columns]) <= width
    for column in columns:
        table.add_column(
            Text(column.head if roomy else column.head_within(column.least)),
            justify="left" if column.left else "right",
            no_wrap=kept and not column.folds,
            overflow="fold",
            min_width=column.least if kept else None,
        )
    for number, row in enumerate(zip(*(column.cells for column in columns), strict=True)):
        table.add_row(
            *(Text(cell) if isinstance(cell, str) else cell for cell in row),
            style="dim" if dim and dim[number] else None,
        )
    return table


def left_out(dropped: Sequence[str]) -> Text:
    """Which columns there was no room for."""
    return Text(f"Too narrow for all columns, left out: {', '.join(dropped)}.", style="yellow")


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + BETWEEN * (len(widths) - 1)
