"""Large figures out of blocks, to be read from the other end of a room."""

from __future__ import annotations

from typing import Final

__all__ = ["LARGE_ROWS", "SMALL_ROWS", "doubled", "large", "small"]

LARGE_ROWS: Final = 7
SMALL_ROWS: Final = 5

# Eight columns by seven rows: a row is about as high as two columns are wide, so all strokes are equally thick.
_LARGE: Final = """
▄██████▄    ▄██   ▄██████▄ ▄██████▄ ██    ██ ████████ ▄██████▄ ████████ ▄██████▄ ▄██████▄
██    ██  ▄████   ▀▀    ██ ▀▀    ██ ██    ██ ██       ██    ▀▀ ▀▀    ██ ██    ██ ██    ██
██    ██    ██          ██       ██ ██    ██ ██       ██            ▄██ ██    ██ ██    ██
██    ██    ██    ▄██████▀   █████  ▀███████ ███████▄ ███████▄     ▄██▀  ██████  ▀███████
██    ██    ██    ██             ██       ██       ██ ██    ██     ██   ██    ██       ██
██    ██    ██    ██       ▄▄    ██       ██ ▄▄    ██ ██    ██     ██   ██    ██ ▄▄    ██
▀██████▀  ██████  ████████ ▀██████▀       ██ ▀██████▀ ▀██████▀     ██   ▀██████▀ ▀██████▀
"""
_SMALL: Final = """
▄████▄  ▄██   ▄████▄ ▄████▄ ██  ██ ██████ ▄████▄ ██████ ▄████▄ ▄████▄
██  ██ ▀▀██   ▀▀  ██ ▀▀  ██ ██  ██ ██     ██     ▀▀  ██ ██  ██ ██  ██
██  ██   ██   ▄████▀   ███  ▀█████ █████▄ █████▄    ▄██  ████  ▀█████
██  ██   ██   ██     ▄▄  ██     ██ ▄▄  ██ ██  ██   ▄██  ██  ██ ▄▄  ██
▀████▀ ██████ ██████ ▀████▀     ██ ▀████▀ ▀████▀   ██   ▀████▀ ▀████▀
"""
_COLON: Final = {LARGE_ROWS: ("  ", "  ", "██", "  ", "██", "  ", "  "), SMALL_ROWS: ("  ", "▄▄", "  ", "▄▄", "  ")}


def _glyphs(drawing: str, width: int) -> dict[str, tuple[str, ...]]:
    lines = [line.ljust(11 * width) for line in drawing.strip("\n").split("\n")]
    figures = {
        str(digit): tuple(line[digit * (width + 1) : digit * (width + 1) + width] for line in lines)
        for digit in range(10)
    }
    return {**figures, ":": _COLON[len(lines)]}


_LARGE_GLYPHS: Final = _glyphs(_LARGE, 8)
_SMALL_GLYPHS: Final = _glyphs(_SMALL, 6)


def large(text: str) -> list[str]:
    """Seven rows of digits and colons; a digit takes eight columns, two lie between."""
    return ["  ".join(_LARGE_GLYPHS[letter][row] for letter in text) for row in range(LARGE_ROWS)]


def small(text: str) -> list[str]:
    """Five rows; a digit takes six columns, one lies between."""
    return [" ".join(_SMALL_GLYPHS[letter][row] for letter in text) for row in range(SMALL_ROWS)]


def doubled(rows: list[str]) -> list[str]:
    """Twice as high and twice as wide."""
    out: list[str] = []
    for row in rows:
        out += ["".join(2 * ("█" if cell in filled else " ") for cell in row) for filled in ("█▀", "█▄")]
    return out
