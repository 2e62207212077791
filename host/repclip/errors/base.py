"""What all our exceptions are."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["RepclipError"]


class RepclipError(Exception):
    """Base of all. ``exit_code`` is what the command line returns for it."""

    exit_code: ClassVar[int] = 1
