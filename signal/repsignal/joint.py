"""The joint seen from the sensor: its axis, how far away it is, and which way is up.

*Axis.* The strokes of a set lie along it (see :mod:`repsignal.swing` for where no set is known yet).

*Pivot.* A sensor at *r* from a still joint feels α x r + ω x (ω x r) beside gravity. Least squares over the strokes
give *r* (Seel, Schauer and Raisch 2012 find joint positions in a like manner); from it follow where the limb points
and which sense of rotation raises it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, degrees, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv  # for three by three, numpy's own take four times as long to get there

from repsignal.swing import axis_of
from repsignal.types import GRAVITY_M_S2, FloatArray

_R_MIN_M, _R_MAX_M = 0.12, 1.3  # a wrist about the elbow; an ankle about the hip of a tall person, with margin
_PIVOT_SMOOTH_S: Final = 0.16  # soft tissue and landing ring at 8-15 Hz: not the limb's motion
_USUAL_LEVER_M: Final = 0.5
_LEVER_PRIOR_M: Final = 0.6
_DEPENDENT: Final = 2.0  # neighbouring rows share half their samples
_SURE: Final = 3.0  # standard errors
_UNIT, _UNIT_2 = np.eye(3), np.eye(2)
_STEEP: Final = 0.5  # of the way the end of the limb goes: as much upwards tells a lift from a lowering for sure
# How far an axis is from upright, as a sine: within the first, one who swings a leg does not keep it level, and which
# way it comes to be higher says nothing; from the second on it says all it can.
_LEVEL, _TILTED = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class Pivot:
    """A fitted joint position.

    ``lever_m`` (3,) from joint to sensor, sensor frame, square to the axis; ``sd_m`` its standard error (one figure,
    m); ``explained`` is the share of the dynamic acceleration that the hinge accounts for, 0…1, and ``expected_m_s2``
    how much of it a limb of half a metre would show at this rotation (root mean square).
    """

    lever_m: NDArray[np.float64]
    sd_m: float
    explained: float
    expected_m_s2: float

    @property
    def length_m(self) -> float:
        return sqrt(self.lever_m @ self.lever_m)

    @property
    def sure(self) -> bool:
        """Whether length and direction may be told to anybody."""
        return _R_MIN_M <= self.length_m <= _R_MAX_M and self.length_m > _SURE * self.sd_m

    def elevation_deg(self, up: NDArray[np.float64]) -> float:
        """Angle of the line from joint to sensor above the horizon, for an ``up`` (3,) in the sensor frame."""
        return degrees(asin(min(max(float(self.lever_m @ up) / max(self.length_m, 1e-9), -1.0), 1.0)))

    def height_m(self, up: NDArray[np.float64]) -> float:
        """Height of the sensor above the joint."""
        return float(self.lever_m @ up)


def axis_of_strokes(strokes_deg: FloatArray, limb: Pivot | None) -> NDArray[np.float64]:
    """Unit axis of (M, 3) displacements of Φ between bottoms and tops.

    A limb also twists about its own length, in some people more than it lifts. Where the pivot tells that length, the
    twist is left out: it moves the end of the limb nowhere.
    """
    if limb is not None and limb.sure:
        along = limb.lever_m / limb.length_m
        strokes_deg = strokes_deg - (strokes_deg @ along)[:, None] * along
    return axis_of(strokes_deg.T)


@dataclass(frozen=True, slots=True)
class Hinge:
    """Normal equations of the lever: ``normal`` (3, 3), ``moments`` (3,), ``energy`` of the felt accelerations."""

    normal: NDArray[np.float64]
    moments: NDArray[np.float64]
    energy: float
    rows: int

    @property
    def expected_m_s2(self) -> float:
        """How much acceleration a limb of half a metre would show at this rotation (root mean square)."""
        return _expected_m_s2(self.normal, self.rows)

    def pivot(self, axis: NDArray[np.float64] | None) -> Pivot | None:
        """The lever; ``None`` where nothing moves enough to tell.

        With an ``axis`` it is sought square to it: along the axis a hinge tells nothing. Without one, all three
        components are fitted, which needs movement that is not a pure hinge's; people move like that.

        The standard error counts samples as dependent over the smoothing, and doubles for what the model leaves out
        (sway of the ball, soft tissue).
        """
        if axis is None:
            basis, normal, moments, size = _UNIT, self.normal, self.moments, _UNIT
        else:
            basis, size = _square_to(axis), _UNIT_2
            normal, moments = basis.T @ self.normal @ basis, basis.T @ self.moments
        trace = sum(normal.diagonal().tolist())
        if trace < 1e-3:
            return None
        _, first, _ = dposv(normal + 1e-6 * trace * size, moments)
        variance = 4.0 * _DEPENDENT * max(self._left(normal, moments, first) / self.rows, 1e-12)
        # a limb is not metres long: where the movement says nothing about a component, this says it is small
        _, covariance, _ = dposv(normal / variance + size / _LEVER_PRIOR_M**2, size)
        solution = covariance @ (moments / variance)
        sd = sqrt(max(covariance.diagonal().tolist()))
        explained = 1.0 - self._left(normal, moments, solution) / self.energy if self.energy > 0 else 0.0
        return Pivot(basis @ solution, sd, explained, _expected_m_s2(normal, self.rows))

    def _left(self, normal: NDArray[np.float64], moments: NDArray[np.float64], lever: NDArray[np.float64]) -> float:
        """Sum of squares that a lever leaves unexplained."""
        return max(self.energy - 2.0 * float(lever @ moments) + float(lever @ normal @ lever), 0.0)


def _expected_m_s2(normal: NDArray[np.float64], rows: int) -> float:
    return _USUAL_LEVER_M * sqrt(3.0 * sum(normal.diagonal().tolist()) / len(normal) / rows)


def hinge(acc: FloatArray, gyr: FloatArray, up: FloatArray, valid: NDArray[np.bool_], tick_s: float) -> Hinge | None:
    """What (N, 3) tick means say about a joint at rest; ``None`` for too few.

    ``valid`` (N,) leaves out ticks whose samples were missing or clipped. A constant error of the accelerometer is
    taken out with the mean.
    """
    step = max(1, round(0.5 * _PIVOT_SMOOTH_S / tick_s))
    count = acc.shape[0] // step
    if count < 12:
        return None
    used = count * step
    rows = np.empty((6, used))
    rows[:3], rows[3:] = acc[:used].T, gyr[:used].T
    rows[:3] -= GRAVITY_M_S2 * up[:used].T
    blocks = _blocks(rows, count, step)
    # a central difference of block means smooths as much, to second order, as weights 1:4:1 do
    alpha = (blocks[3:, 2:] - blocks[3:, :-2]) / (2 * step * tick_s)
    smoothed = _one_four_one(blocks)
    felt, w = smoothed[:3], smoothed[3:]
    # the nine entries of [α]x + [ω]x[ω]x, column by column, and what was felt
    smooth = np.empty((12, w.shape[1]))
    x, y, z = w
    xx, yy, zz = w * w
    xy, xz, yz = x * y, x * z, y * z
    smooth[0], smooth[1], smooth[2] = -yy - zz, xy + alpha[2], xz - alpha[1]
    smooth[3], smooth[4], smooth[5] = xy - alpha[2], -xx - zz, yz + alpha[0]
    smooth[6], smooth[7], smooth[8] = xz + alpha[1], yz - alpha[0], -xx - yy
    smooth[9:] = felt
    if np.count_nonzero(valid) < len(valid):
        keep = _one_four_one(_blocks(valid[None, :used].astype(np.float64), count, step))[0] > 0.999
        smooth = smooth[:, keep]
    n = smooth.shape[1]
    if n < 12:
        return None
    columns = smooth.reshape(4, 3 * n)
    means = smooth.sum(axis=1).reshape(4, 3) / n
    products = columns @ columns.T - n * (means @ means.T)
    return Hinge(products[:3, :3], products[:3, 3], float(products[3, 3]), 3 * n)


def _one_four_one(rows: FloatArray) -> FloatArray:
    """Weighted means (K, N - 2) of neighbours along (K, N) rows."""
    mean: FloatArray = 4.0 * rows[:, 1:-1]
    mean += rows[:, :-2]
    mean += rows[:, 2:]
    mean /= 6.0
    return mean


def _blocks(rows: FloatArray, count: int, step: int) -> FloatArray:
    """Means (K, count) of ``step`` consecutive columns each of (K, count * step) rows."""
    parts = rows.reshape(-1, count, step)
    total: FloatArray = parts[:, :, 0].copy()
    for k in range(1, step):
        total += parts[:, :, k]
    total /= step
    return total


def _square_to(axis: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 2) orthonormal columns square to a unit axis."""
    first = _cross(axis, _UNIT[np.abs(axis).argmin()])
    first /= sqrt(first @ first)
    return np.array((first, _cross(axis, first))).T


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Product of two vectors; ``numpy.cross`` takes ten times as long for one pair."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx))


def raising(pivot: Pivot | None, axis: NDArray[np.float64], up: NDArray[np.float64]) -> float:
    """How surely a positive turn about ``axis`` raises the sensor where ``up`` (3,) is: -1…1, 0 for no idea.

    The height of the sensor is lever·up; a turn of the limb about the axis moves it by up·(axis x lever). About an
    axis that is nearly upright it hardly moves up or down, and which of the two says nothing.
    """
    if pivot is None or not _R_MIN_M / 2 <= pivot.length_m <= 2 * _R_MAX_M:
        return 0.0
    rate = float(up @ _cross(axis, pivot.lever_m))
    enough = max(_SURE * pivot.sd_m, 0.05, _STEEP * pivot.length_m)
    tilt = sqrt(max(1.0 - float(axis @ up) ** 2, 0.0))
    return min(max(rate / enough, -1.0), 1.0) * min(max((tilt - _LEVEL) / (_TILTED - _LEVEL), 0.0), 1.0)
