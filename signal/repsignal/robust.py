"""Medians of a few numbers. ``numpy.median`` takes ten times as long for them, and a day has many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repsignal.types import FloatArray


def median(values: Sequence[float] | FloatArray) -> float:
    """Median of at least one number."""
    ordered = sorted(float(value) for value in values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else 0.5 * (ordered[half - 1] + ordered[half])


def column_medians(rows: FloatArray) -> FloatArray:
    """Medians (K,) of the columns of (N, K) rows."""
    ordered = np.sort(rows, axis=0)
    n = rows.shape[0]
    middle: FloatArray = 0.5 * (ordered[(n - 1) // 2] + ordered[n // 2])
    return middle
