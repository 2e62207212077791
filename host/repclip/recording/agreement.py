"""Whether accelerometer and gyroscope tell of the same turns, and of what size 1 g is while the sensor is calm.

Between two calm moments the direction of the specific force turns by no more than the gyroscope's path, the
integral of the rate's magnitude, and in the movements of a limb by not much less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from repsignal.types import FloatArray

__all__ = ["Agreement", "Found"]

_WINDOW_S: Final = 0.3  # short enough that a slow limb hardly turns within it
_LAGS: Final = (3, 6, 10)  # windows apart, up to 3 s: a lift, a lowering; and no bias of a gyroscope adds up
_CALM: Final = 0.05  # of 1 g, the deviation on each axis: gravity alone is felt
_TURNED_RAD: Final = np.radians(8.0)  # less may be a bias, a pull on the strap or a slow acceleration
_HOLE_S: Final = 0.25
_KEPT: Final = 4000  # calm windows of which the size is kept: 20 min


@dataclass(frozen=True, slots=True)
class Found:
    """``ratio`` is (N,), the gyroscope's path over the turn of gravity; ``calm_g`` is (M,), what was felt at rest."""

    ratio: FloatArray
    calm_g: FloatArray


class Agreement:
    """Takes rows of s, g, °/s without NaN, ``step_s`` apart; keeps little, however many they are."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._size = max(2, round(_WINDOW_S / step_s))
        self._rest = np.empty((0, 7))
        self._seen = np.empty((0, 6))  # windows: mean specific force, whether calm, path in rad, whether unbroken
        self._ratios: list[FloatArray] = []
        self._calm: list[FloatArray] = []
        self._kept_ratios = self._kept_calm = 0

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
        path = np.radians(np.linalg.norm(windows[:, :, 4:7], axis=2)).sum(axis=1) * self._step_s
        steps = np.diff(windows[:, :, 0], axis=1)
        unbroken = np.abs(windows[:, -1, 0] - windows[:, 0, 0] - (self._size - 1) * self._step_s) < _HOLE_S
        unbroken &= (np.abs(steps) < _HOLE_S).all(axis=1)
        fresh = np.column_stack((mean, calm.astype(np.float64), path, unbroken.astype(np.float64)))
        if self._kept_calm < _KEPT:
            self._calm.append(norm[calm])
            self._kept_calm += int(calm.sum())
        if self._kept_ratios < _KEPT:
            self._compare(np.concatenate((self._seen, fresh)), len(self._seen))
        self._seen = np.concatenate((self._seen, fresh))[-max(_LAGS) :]

    def found(self) -> Found:
        """What was found in all rows so far."""
        nothing = np.empty(0)
        return Found(np.concatenate([nothing, *self._ratios]), np.concatenate([nothing, *self._calm]))

    def _compare(self, windows: FloatArray, old: int) -> None:
        """Every fresh window with the older ones, a few lags back."""
        norm = np.linalg.norm(windows[:, :3], axis=1, keepdims=True)
        up = windows[:, :3] / np.where(norm > 0.0, norm, 1.0)
        calm = windows[:, 3] > 0.0
        middle = np.cumsum(windows[:, 4]) - windows[:, 4] / 2  # path from the first window to the middle of each
        broken = np.cumsum(windows[:, 5] == 0.0)
        for lag in _LAGS:
            later = np.arange(max(old, lag), len(windows))
            earlier = later - lag
            both = np.logical_and(calm[later], calm[earlier]) & (broken[later] == broken[earlier])
            later, earlier = later[both], earlier[both]
            turned = np.arccos(np.clip(np.einsum("ij,ij->i", up[later], up[earlier]), -1.0, 1.0))
            ratio = (middle[later] - middle[earlier])[turned > _TURNED_RAD] / turned[turned > _TURNED_RAD]
            self._ratios.append(ratio)
            self._kept_ratios += len(ratio)
