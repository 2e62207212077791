"""Whether accelerometer and gyroscope tell of the same turns, and of what size 1 g is while the sensor is calm.

Between two calm moments gravity turns, in the frame of the sensor, as the gyroscope says it did: of the turn between
them its rates, integrated, give axis and angle, but for what a limb does about several axes in turn. Where they are all
wrong by one factor, gravity tells by which.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from typing import Final

import numpy as np

from repsignal.types import FloatArray

__all__ = ["HOLE_S", "Agreement", "Found", "Scale"]

_WINDOW_S: Final = 0.3  # short enough that a slow limb hardly turns within it
_LAGS: Final = (3, 6, 10)  # windows apart, up to 3 s: a lift, a lowering
_CALM: Final = 0.05  # of 1 g, the deviation on each axis: gravity alone is felt
_TURNED_RAD: Final = np.radians(8.0)  # less may be a bias, a pull on the strap or a slow acceleration
HOLE_S: Final = 0.25  # no step between samples is longer
_KEPT: Final = 4000  # calm windows of which the size is kept: 20 min
_COMPARED: Final = 500  # turns that the factor is found from
_FACTORS: Final = np.geomspace(1.0 / 3000.0, 150.0, 271)  # from a gyroscope's raw counts to rad/s and beyond


@dataclass(frozen=True, slots=True)
class Scale:
    """``factor`` is what rates are to be multiplied by, so that they agree best with how gravity turned.

    ``misfit`` is by how much of its turn gravity is then elsewhere, in the median, and ``misfit_as_is`` that of rates
    as they are.
    """

    factor: float
    misfit: float
    misfit_as_is: float


@dataclass(frozen=True, slots=True)
class _Turns:
    """Directions of gravity ``before`` and ``after`` (N, 3), and what was ``turned`` meanwhile (N, 3), rad."""

    before: FloatArray
    after: FloatArray
    turned: FloatArray
    angle: FloatArray  # of the last, and gravity in its parts along and across that axis
    along: FloatArray
    across: FloatArray
    aside: FloatArray

    @classmethod
    def of(cls, before: FloatArray, after: FloatArray, turned: FloatArray) -> _Turns:
        angle = np.linalg.norm(turned, axis=1)
        axis = turned / np.maximum(angle, 1e-12)[:, None]
        along = np.einsum("ij,ij->i", axis, before)[:, None] * axis
        aside: FloatArray = np.cross(axis, before).astype(np.float64)
        return cls(before, after, turned, angle, along, before - along, aside)

    def misfit(self, factor: float) -> float:
        """By how much of its turn gravity is elsewhere, in the median, if so many times as much was turned."""
        # what stands still turns the other way in the frame of what turns
        now = (factor * self.angle)[:, None]
        off = _between(self.along + np.cos(now) * self.across - np.sin(now) * self.aside, self.after)
        off /= _between(self.before, self.after)
        return float(np.median(np.where(factor * self.angle > np.pi, np.inf, off)))  # half a turn says nothing


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in some rows.

    ``turns`` (N, 3, 3) are the direction of gravity before and after a turn of it, in the frame of the sensor, and the
    rotation vector that the gyroscope tells of, rad; ``apart`` (N,) is how many windows lie between. ``calm_g`` (M,) is
    what was felt in those at rest, ``calm_turns`` (M, 3) what the gyroscope told of there, rad.
    """

    turns: FloatArray
    apart: FloatArray
    calm_g: FloatArray
    calm_turns: FloatArray

    def scale(self, *, free_of_bias: bool = False) -> Scale:
        """Of the rates, by all turns; there must be one.

        What turns at rest is a bias, which adds up to a turn as well, or a limb that is lowered slowly. So neither the
        rates as they are nor those ``free_of_bias`` tell by themselves that a factor of two is none.
        """
        turns = self._some(free_of_bias=free_of_bias)
        misfits = [turns.misfit(factor) for factor in _FACTORS.tolist()]
        best = int(np.argmin(misfits))
        return Scale(float(_FACTORS[best]), misfits[best], turns.misfit(1.0))

    def exchanged(self, *, free_of_bias: bool = False) -> Scale:
        """Of rates whose axes are exchanged, or of other signs, as fits best; the ``factor`` is then 1."""
        turns = self._some(free_of_bias=free_of_bias)
        signed = [
            np.diag(signs)[list(order)] for order in permutations(range(3)) for signs in product((1, -1), repeat=3)
        ]
        misfits = [_Turns.of(turns.before, turns.after, turns.turned @ axes).misfit(1.0) for axes in signed]
        return Scale(1.0, min(misfits), turns.misfit(1.0))

    def _some(self, *, free_of_bias: bool) -> _Turns:
        some = slice(None, None, -(-len(self.turns) // _COMPARED))
        turned = self.turns[some, 2]
        if free_of_bias and len(self.calm_turns):
            turned = turned - self.apart[some, None] * np.median(self.calm_turns, axis=0)
        return _Turns.of(self.turns[some, 0], self.turns[some, 1], turned)


class Agreement:
    """Takes rows of s, g, °/s without NaN, ``step_s`` apart; keeps little, however many they are."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._size = max(2, round(_WINDOW_S / step_s))
        self._rest = np.empty((0, 7))
        self._seen = np.empty((0, 8))  # windows: mean specific force, whether calm, turn in rad, whether unbroken
        self._turns: list[FloatArray] = []
        self._apart: list[FloatArray] = []
        self._calm: list[FloatArray] = []
        self._calm_turns: list[FloatArray] = []
        self._kept_turns = self._kept_calm = 0

    def feed(self, rows: FloatArray) -> None:
        """(N, 7)."""
        rows = np.concatenate((self._rest, rows))
        count = len(rows) // self._size
        self._rest = rows[count * self._size :].copy()
        if not count:
            return
        windows = rows[: count * self._size].reshape(count, self._size, 7)
        mean = windows[:, :, 1:4].mean(axis=1)
        norm = np.linalg.norm(mean, axis=1)
        calm = (windows[:, :, 1:4].std(axis=1).max(axis=1) < _CALM * norm) & (norm > 0.0)
        turn = np.radians(windows[:, :, 4:7]).sum(axis=1) * self._step_s
        steps = np.diff(windows[:, :, 0], axis=1)
        unbroken = np.abs(windows[:, -1, 0] - windows[:, 0, 0] - (self._size - 1) * self._step_s) < HOLE_S
        unbroken &= (np.abs(steps) < HOLE_S).all(axis=1)
        fresh = np.column_stack((mean, calm.astype(np.float64), turn, unbroken.astype(np.float64)))
        if self._kept_calm < _KEPT:
            self._calm.append(norm[calm])
            self._calm_turns.append(turn[calm])
            self._kept_calm += int(calm.sum())
        if self._kept_turns < _KEPT:
            self._compare(np.concatenate((self._seen, fresh)), len(self._seen))
        self._seen = np.concatenate((self._seen, fresh))[-max(_LAGS) :]

    def found(self) -> Found:
        """What was found in all rows so far."""
        return Found(
            np.concatenate([np.empty((0, 3, 3)), *self._turns]),
            np.concatenate([np.empty(0), *self._apart]),
            np.concatenate([np.empty(0), *self._calm]),
            np.concatenate([np.empty((0, 3)), *self._calm_turns]),
        )

    def _compare(self, windows: FloatArray, old: int) -> None:
        """Every fresh window with the older ones, a few lags back."""
        norm = np.linalg.norm(windows[:, :3], axis=1, keepdims=True)
        up = windows[:, :3] / np.where(norm > 0.0, norm, 1.0)
        calm = windows[:, 3] > 0.0
        middle = np.cumsum(windows[:, 4:7], axis=0) - windows[:, 4:7] / 2  # turned from the first to the middle of each
        broken = np.cumsum(windows[:, 7] == 0.0)
        for lag in _LAGS:
            later = np.arange(max(old, lag), len(windows))
            earlier = later - lag
            both = calm[later] & calm[earlier] & (broken[later] == broken[earlier])
            both &= _between(up[earlier], up[later]) > _TURNED_RAD
            later, earlier = later[both], earlier[both]
            self._turns.append(np.stack((up[earlier], up[later], middle[later] - middle[earlier]), axis=1))
            self._apart.append(np.full(len(later), float(lag)))
            self._kept_turns += len(later)


def _between(first: FloatArray, second: FloatArray) -> FloatArray:
    """Angles (N,) between unit vectors (N, 3), rad."""
    angles: FloatArray = np.arccos(np.clip(np.einsum("ij,ij->i", first, second), -1.0, 1.0))
    return angles
