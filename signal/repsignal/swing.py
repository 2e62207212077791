"""The axis a limb swings about, from the displacements of its angle path Φ (see :mod:`repsignal.orientation`).

A hinge turns the sensor about one direction fixed in the sensor frame, so the displacements of Φ lie along it. Those
over half a second are used, not rates: tremor, landing and twists about the shank are fast and small, strokes are slow
and large. Each counts by its size, not its square, so that one kneeling-down does not outweigh a set.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dsyev  # for three by three, numpy's own take four times as long to get there

from repsignal.types import FloatArray

_LAG_S: Final = 0.5
_MATRIX: Final = np.array(((0, 1, 2), (1, 3, 4), (2, 4, 5)))  # where the six moments stand in it


def swing_lag(tick_s: float) -> int:
    """Ticks from one end of a displacement to the other."""
    return max(1, round(_LAG_S / tick_s))


def principal_axis(path_deg: FloatArray, tick_s: float) -> NDArray[np.float64]:
    """Unit axis (3,) along which (N, 3) Φ moves."""
    lag = swing_lag(tick_s)
    if path_deg.shape[0] <= lag + 2:
        return np.array([1.0, 0.0, 0.0])
    moved = _displacements(path_deg, lag)
    return axis_of(moved / np.sqrt(_weight(moved)))


def running_moments(path_deg: FloatArray, lag: int, before: NDArray[np.float64]) -> FloatArray:
    """Moments of all displacements up to each of N ticks, (6, N), from (lag + N, 3) Φ and the moments before, (6,).

    Those at the end of a stretch of Φ less those ``lag`` ticks after its beginning are the stretch's own.
    """
    moved = _displacements(path_deg, lag)
    weighed = moved / _weight(moved)
    sums = np.empty((6, moved.shape[1] + 1))
    sums[:, 0] = before
    np.multiply(moved, weighed[0], out=sums[:3, 1:])
    np.multiply(moved[1:], weighed[1], out=sums[3:5, 1:])
    np.multiply(moved[2], weighed[2], out=sums[5, 1:])
    return np.cumsum(sums, axis=1, out=sums)[:, 1:]


def axis_of_moments(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit axis (3,) of displacements with these (6,) moments."""
    return _main_axis(moments[_MATRIX])


def axis_of(vectors: FloatArray) -> NDArray[np.float64]:
    """Unit axis (3,) along which (3, N) vectors lie."""
    return _main_axis(vectors @ vectors.T)


def _displacements(path_deg: FloatArray, lag: int) -> FloatArray:
    path = np.ascontiguousarray(path_deg.T)
    moved: FloatArray = path[:, lag:] - path[:, :-lag]
    return moved


def _weight(moved: FloatArray) -> FloatArray:
    """What the square of each of (3, N) displacements is divided by, (N,)."""
    squares = moved * moved
    weight: FloatArray = np.sqrt(squares[0] + squares[1] + squares[2]) + 1.0
    return weight


def _main_axis(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Eigenvector of the largest eigenvalue of a symmetric (3, 3), its largest component positive."""
    _, columns, _ = dsyev(matrix)
    axis: NDArray[np.float64] = columns[:, 2]
    return axis if max(axis.tolist(), key=abs) > 0 else -axis
