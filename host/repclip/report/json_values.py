"""What all our JSON is made of."""

from __future__ import annotations

import math

__all__ = ["Json", "rounded", "seconds"]

_TIME_DIGITS = 3  # a sample lasts 0.0025 s at least

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def seconds(value: float | None) -> float | None:
    """A time or duration, to the millisecond."""
    return rounded(value, _TIME_DIGITS)


def rounded(value: float | None, digits: int) -> float | None:
    """A number that JSON can hold; None for what is no number."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0  # + 0.0 makes -0.0 plain
