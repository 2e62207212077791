"""Plain tables, and the list of goals with what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Goal", "goals_table", "number", "share", "table"]


def number(value: float | None, digits: int = 3) -> str:
    """A figure for a table; a dash where there is none."""
    return "-" if value is None or value != value else f"{value:.{digits}f}"


def share(part: int, whole: int) -> str:
    """``part`` of ``whole``, and as a percentage."""
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded with spaces: the first flush left, the others flush right."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        return "  ".join([first, *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))])

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([f"{title}", "", line(header), rule, *(line(row) for row in rows), ""])


@dataclass(frozen=True, slots=True)
class Goal:
    """What was asked for, what came out. ``met`` is ``None`` where it was not measured in this run."""

    name: str
    goal: str
    got: str
    met: bool | None


def goals_table(goals: Sequence[Goal]) -> str:
    """One line a goal."""
    words = {True: "yes", False: "NO", None: "not run"}
    rows = [(goal.name, goal.goal, goal.got, words[goal.met]) for goal in goals]
    return table("Goals", ("goal", "asked", "got", "met"), rows)
