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

from repsignal.swing import axis_of
from repsignal.types import FloatArray

_Vector = tuple[float, float, float]
_Symmetric = tuple[float, float, float, float, float, float]  # xx, xy, xz, yy, yz, zz

_R_MIN_M, _R_MAX_M = 0.12, 1.3  # a wrist about the elbow; an ankle about the hip of a tall person, with margin
_USUAL_LEVER_M: Final = 0.5
_LEVER_PRIOR_M: Final = 0.6
_DEPENDENT: Final = 2.0  # neighbouring rows share half their samples
_SYSTEMATIC: Final = 0.02  # of what a limb shows, through and through: the cross-axis figure of an MPU-6050
_SURE: Final = 3.0  # standard errors
_TINY: Final = 1e-12  # of the normal equations
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
    """Normal equations of the lever over so many ``rows``: ``energy`` is that of the felt accelerations."""

    normal: _Symmetric
    moments: _Vector
    energy: float
    rows: int

    @property
    def expected_m_s2(self) -> float:
        """How much acceleration a limb of half a metre would show at this rotation (root mean square)."""
        return _expected_m_s2(self.normal, 3, self.rows)

    def pivot(self, axis: NDArray[np.float64] | None) -> Pivot | None:
        """The lever; ``None`` where nothing moves enough to tell.

        With an ``axis`` it is sought square to it: along the axis a hinge tells nothing. Without one, all three
        components are fitted, which needs movement that is not a pure hinge's; people move like that.

        The standard error counts samples as dependent over the smoothing, and doubles for what the model leaves out
        (sway of the ball, soft tissue). What is off by the same share all along does not average out, and a limb that
        hardly strays from one axis would owe the component along that axis to nothing else.
        """
        square = None if axis is None else _square_to(axis)
        normal, moments = (self.normal, self.moments) if square is None else self._seen(*square)
        components = 3 if square is None else 2
        trace = normal[0] + normal[3] + normal[5]
        if trace < 1e-3:
            return None
        first = _times(_inverse(_sum(normal, 1.0, 1e-6 * trace)), moments)
        variance = 4.0 * _DEPENDENT * max(self._left(normal, moments, first) / self.rows, 1e-12)
        expected = _expected_m_s2(normal, components, self.rows)
        if square is None:
            variance += self.rows * (_SYSTEMATIC * expected) ** 2
        # a limb is not metres long: where the movement says nothing about a component, this says it is small
        covariance = _inverse(_sum(normal, 1.0 / variance, 1.0 / _LEVER_PRIOR_M**2))
        x, y, z = (found / variance for found in _times(covariance, moments))
        sd = sqrt(max((covariance[0], covariance[3], covariance[5])[:components]))
        explained = 1.0 - self._left(normal, moments, (x, y, z)) / self.energy if self.energy > 0 else 0.0
        lever = np.array((x, y, z)) if square is None else x * np.array(square[0]) + y * np.array(square[1])
        return Pivot(lever, sd, explained, expected)

    def _seen(self, first: _Vector, second: _Vector) -> tuple[_Symmetric, _Vector]:
        """The equations of a lever in the plane of two unit vectors square to each other, as its first components."""
        turned = _times(self.normal, first)
        normal = _dot(first, turned), _dot(second, turned), 0.0, _dot(second, _times(self.normal, second)), 0.0, 0.0
        return normal, (_dot(first, self.moments), _dot(second, self.moments), 0.0)

    def _left(self, normal: _Symmetric, moments: _Vector, lever: _Vector) -> float:
        """Sum of squares that a lever leaves unexplained."""
        return max(self.energy - 2.0 * _dot(lever, moments) + _dot(lever, _times(normal, lever)), 0.0)


def _expected_m_s2(normal: _Symmetric, components: int, rows: int) -> float:
    return _USUAL_LEVER_M * sqrt(3.0 * (normal[0] + normal[3] + normal[5]) / components / rows)


# Three by three is so little that numpy takes several times as long as this to get there.


def _dot(a: _Vector, b: _Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _times(matrix: _Symmetric, vector: _Vector) -> _Vector:
    xx, xy, xz, yy, yz, zz = matrix
    x, y, z = vector
    return xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z


def _sum(matrix: _Symmetric, share: float, of_unit: float) -> _Symmetric:
    """So many times a matrix, and so many times the unit matrix."""
    xx, xy, xz, yy, yz, zz = matrix
    return (
        share * xx + of_unit,
        share * xy,
        share * xz,
        share * yy + of_unit,
        share * yz,
        share * zz + of_unit,
    )


def _inverse(matrix: _Symmetric) -> _Symmetric:
    """Of a matrix that is positive definite but for rounding, by its decomposition L D Lᵀ."""
    xx, xy, xz, yy, yz, zz = matrix
    first, second = xy / xx, xz / xx
    yy_left, yz_left = max(yy - first * xy, _TINY), yz - first * xz
    third = yz_left / yy_left
    zz_left = max(zz - second * xz - third * yz_left, _TINY)
    corner = first * third - second
    a, b, c = 1.0 / xx, 1.0 / yy_left, 1.0 / zz_left
    return (
        a + first * first * b + corner * corner * c,
        -first * b - third * corner * c,
        corner * c,
        b + third * third * c,
        -third * c,
        c,
    )


def _square_to(axis: NDArray[np.float64]) -> tuple[_Vector, _Vector]:
    """Two unit vectors square to a unit axis and to each other."""
    x, y, z = axis.tolist()
    # from the product with the coordinate axis that it is farthest from
    if abs(x) <= min(abs(y), abs(z)):
        first = 0.0, z, -y
    elif abs(y) <= abs(z):
        first = -z, 0.0, x
    else:
        first = y, -x, 0.0
    size = sqrt(_dot(first, first))
    u, v, w = first[0] / size, first[1] / size, first[2] / size
    return (u, v, w), (y * w - z * v, z * u - x * w, x * v - y * u)


def raising(pivot: Pivot | None, axis: NDArray[np.float64], up: NDArray[np.float64]) -> float:
    """How surely a positive turn about ``axis`` raises the sensor where ``up`` (3,) is: -1…1, 0 for no idea.

    The height of the sensor is lever·up; a turn of the limb about the axis moves it by up·(axis x lever). About an
    axis that is nearly upright it hardly moves up or down, and which of the two says nothing.
    """
    if pivot is None or not _R_MIN_M / 2 <= pivot.length_m <= 2 * _R_MAX_M:
        return 0.0
    (ax, ay, az), (lx, ly, lz) = axis.tolist(), pivot.lever_m.tolist()
    rate = float(up @ np.array((ay * lz - az * ly, az * lx - ax * lz, ax * ly - ay * lx)))
    enough = max(_SURE * pivot.sd_m, 0.05, _STEEP * pivot.length_m)
    tilt = sqrt(max(1.0 - float(axis @ up) ** 2, 0.0))
    return min(max(rate / enough, -1.0), 1.0) * min(max((tilt - _LEVEL) / (_TILTED - _LEVEL), 0.0), 1.0)
