"""Lines of text put beside one another, in so many columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

__all__ = ["beside", "cut", "spread"]


def cut(text: Text, width: int) -> Text:
    """At most so wide."""
    if text.cell_len <= width:
        return text
    short = text.copy()
    short.truncate(max(0, width), overflow="ellipsis")
    return short


def spread(left: Text, right: Text, width: int) -> Text:
    """One at each side; where both have no room the left one is cut."""
    right = cut(right, width)
    left = cut(left, width - right.cell_len - 2)
    gap = max(0, width - left.cell_len - right.cell_len)
    return Text.assemble(left, " " * gap, right)


def beside(left: Sequence[Text], right: Sequence[Text], at: int) -> list[Text]:
    """The right lines begin in column ``at``; there are as many lines as the longer side has."""
    out: list[Text] = []
    for row in range(max(len(left), len(right))):
        first = cut(left[row], at) if row < len(left) else Text()
        second = right[row] if row < len(right) else Text()
        out.append(Text.assemble(first, " " * (at - first.cell_len), second) if second.plain else first)
    return out
