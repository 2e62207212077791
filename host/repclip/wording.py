"""Text from outside, as it may be shown on one line."""

from __future__ import annotations

__all__ = ["one_line"]


def one_line(text: str) -> str:
    """``text`` without line ends; what cannot be printed, as half of a letter in a file name, is a mark instead."""
    return "".join(letter if letter.isprintable() else "�" for letter in " ".join(text.splitlines()))
