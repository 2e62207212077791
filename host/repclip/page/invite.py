"""The address of the page on a terminal, for a network as a QR code too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import segno
from rich.text import Text

__all__ = ["Invite", "code_lines"]

_BORDER = 2  # modules; the standard asks for four, readers are content with two
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


class Invite:
    """Covers a terminal view, at first where there is a ``code`` and until ``joined``; then ``toggle`` decides."""

    def __init__(self, addresses: Sequence[str], joined: Callable[[], bool], *, code: bool) -> None:
        self._joined = joined
        self._shown: bool | None = None if code else False  # None: until somebody joins
        self._code = code_lines(addresses[0]) if code else []
        where = "with a phone in the same network: read the code, or open" if code else "in a browser on this computer:"
        self._told = [Text(f"The page, {where}"), *map(Text, addresses[:1])]
        self._told += [Text(f"or, if that is not found, {address}") for address in addresses[1:]]

    def toggle(self) -> None:
        """Show it, or hide it."""
        self._shown = not self._is_shown

    @property
    def _is_shown(self) -> bool:
        return not self._joined() if self._shown is None else self._shown

    def lines(self, width: int, height: int | None = None) -> list[Text]:
        """The code, if there is room for it, and the address."""
        told = self._told[:height]
        room = height is None or len(self._code) + len(told) <= height
        fits = room and max((line.cell_len for line in self._code), default=0) <= width
        return [*self._code, *told] if fits else told

    def cover(self, width: int, height: int) -> list[Text] | None:
        """That with empty lines and a hint, or None where it is not to be seen now."""
        if not self._is_shown:
            return None
        lines = self.lines(width, height - 1)
        hint = Text(" c shows the count, and this again", style="dim")
        return [*lines, *[Text()] * (height - len(lines) - 1), hint]


def code_lines(text: str) -> list[Text]:
    """Two rows of modules to a line, dark on light whatever colours the terminal has."""
    code = segno.make_qr(text, error="l", boost_error=False)
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=_BORDER)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        Text("".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)), style="bright_white on black")
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
