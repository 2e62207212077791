"""What is prescribed besides the tempo: how many reps and sets, how long a rest, what range of motion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from repclip.errors import CountError, RestError

__all__ = ["DASHES", "Count", "CountVerdict", "Span", "over_after_s", "parse_count", "parse_rest"]

DASHES: Final = str.maketrans("–—−‐‑", "-----")
"""What people type for a hyphen, or paste."""

_MOST: Final = 9999  # in four figures; more is a slip of the keyboard
_LONGEST_REST_S: Final = 3600.0
# Of 432 pauses within sets of the real recordings that we develop with none took longer than 2.8 s.
_LONGER_THAN_A_PAUSE_S: Final = 5.0


class CountVerdict(StrEnum):
    """A number of reps or sets against its range."""

    FEW = "few"
    ON = "on"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Count:
    """How many reps or sets: from ``min`` to ``max``, beginning with ``start`` (None: with ``min``)."""

    min: int
    max: int
    start: int | None = None

    @property
    def least(self) -> int:
        """What is enough: what one begins with."""
        return self.min if self.start is None else self.start

    def verdict(self, number: int) -> CountVerdict:
        """How a number compares."""
        if number > self.max:
            return CountVerdict.MANY
        return CountVerdict.FEW if number < self.least else CountVerdict.ON

    def __str__(self) -> str:
        span = str(self.min) if self.min == self.max else f"{self.min}–{self.max}"
        return span if self.start is None else f"start with {self.start}, work up to {span}"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``min`` to ``max``, both included; None is open."""

    min: float | None
    max: float | None

    def __str__(self) -> str:
        if self.min is None or self.max is None:
            return f"at least {self.min:g}" if self.min is not None else f"at most {self.max:g}"
        return f"{self.min:g}–{self.max:g}"


def over_after_s(reps: int, prescribed: Count | None) -> float | None:
    """When a set of so many reps may be taken to be over: so long after the last of them, unless another begins.

    At once where it is all that is prescribed. None: it needs more evidence than that nothing moves for a moment.
    """
    if prescribed is None or reps < prescribed.least:
        return None
    return 0.0 if reps == prescribed.max else _LONGER_THAN_A_PAUSE_S


def parse_count(text: str, what: str) -> Count:
    """Read ``12`` or ``10-15``; ``what`` is counted.

    Raises
    ------
    CountError
        saying what was expected.

    """
    found = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", text.strip().translate(DASHES), re.ASCII)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= low <= high:
        raise CountError(text, what, _MOST)
    return Count(low, high)


def parse_rest(text: str) -> float:
    """Read seconds of rest, ``60`` or ``60s``.

    Raises
    ------
    RestError
        saying what was expected.

    """
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)\s*s?", text.strip(), re.ASCII)
    if found is None or float(found[1]) > _LONGEST_REST_S:
        raise RestError(text, _LONGEST_REST_S)
    return float(found[1])
