"""Draws from a generator that the random people and sensors share."""

from __future__ import annotations

import numpy as np

__all__ = ["Span", "between", "triple", "vary"]

Span = tuple[float, float]
"""Lowest and highest."""


def between(rng: np.random.Generator, span: Span) -> float:
    """Any value in the span, all alike."""
    return float(rng.uniform(*span))


def vary(rng: np.random.Generator, cv: float) -> float:
    """A factor around 1 with coefficient of variation ``cv``, never further off than 2.5 of those."""
    return float(np.exp(cv * np.clip(rng.normal(), -2.5, 2.5)))


def triple(rng: np.random.Generator, size: float) -> tuple[float, float, float]:
    """Three values up to ``size`` either way, one an axis."""
    x, y, z = rng.uniform(-size, size, 3)
    return float(x), float(y), float(z)
