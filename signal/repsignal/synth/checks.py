"""One checker for each kind of argument of the generator; each raises a sentence with the argument's name."""

from __future__ import annotations

import math

__all__ = ["check_finite", "check_fraction", "check_not_negative", "check_positive", "check_within"]


def check_finite(name: str, value: float) -> None:
    """Refuse NaN and infinities."""
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}.")


def check_positive(name: str, value: float) -> None:
    """Refuse what is not a finite number above zero."""
    if not (math.isfinite(value) and value > 0.0):
        raise ValueError(f"{name} must be a finite number above 0, got {value!r}.")


def check_not_negative(name: str, value: float) -> None:
    """Refuse what is not a finite number of at least zero."""
    if not (math.isfinite(value) and value >= 0.0):
        raise ValueError(f"{name} must be a finite number of at least 0, got {value!r}.")


def check_fraction(name: str, value: float) -> None:
    """Refuse what does not lie in [0, 1]."""
    check_within(name, value, 0.0, 1.0)


def check_within(name: str, value: float, low: float, high: float) -> None:
    """Refuse what does not lie in [low, high]."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value!r}.")
