"""Ticks of the recent past, addressed by their number since the start."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from repsignal.orientation import TickBlock
from repsignal.robust import median, medians
from repsignal.swing import axis_of_moments, principal_axis, running_moments, swing_lag
from repsignal.timebase import Flags
from repsignal.types import FloatArray

_FIRST_CAPACITY = 1024
# A gyroscope's bias about the vertical shows only where the limb rests for a while. Who begins at once and never rests
# leaves it unseen; but a limb that goes to and fro does not turn ever further.
_TILT_LAG_S, _TILT_LAG_LEAST_S, _TILT_STEP_S = 20.0, 15.0, 0.2
_SWING_S = 50.0  # before the newest block, kept for axes of 40 s; which way one is found must not depend on the cut
_TILT_LEAST_DPS, _TILT_STEADY, _TILT_CALM_S = 1.5, 0.3, 0.3


@dataclass(slots=True)
class _Columns:
    """As in :class:`TickBlock`; each axis lies in one piece, for it is what most is worked out along."""

    time_s: FloatArray
    path_deg: FloatArray
    up: FloatArray
    acc: FloatArray
    gyr: FloatArray
    flags: Flags

    @classmethod
    def of_size(cls, rows: int) -> _Columns:
        return cls(
            time_s=np.zeros(rows),
            path_deg=np.zeros((rows, 3), order="F"),
            up=np.zeros((rows, 3), order="F"),
            acc=np.zeros((rows, 3), order="F"),
            gyr=np.zeros((rows, 3), order="F"),
            flags=np.zeros(rows, np.uint8),
        )


@dataclass(slots=True)
class TickStore:
    """Append at the end, forget at the beginning. Memory follows what is kept, not what has passed."""

    first: int = 0  # number of the oldest tick kept
    end: int = 0  # number after the newest
    tilt_deg: FloatArray | None = (
        None  # (3,) a tick: what Φ turns by although nothing moves, taken out of what is given
    )
    _tick_s: float = 0.0
    _newest: FloatArray = field(default_factory=lambda: np.zeros((0, 3)))  # Φ of as many ticks as a displacement takes
    _moments: FloatArray = field(default_factory=lambda: np.zeros((6, 1)))  # of Φ up to each of the newest ticks
    _offset: int = 0  # row of the oldest
    _columns: _Columns = field(default_factory=lambda: _Columns.of_size(_FIRST_CAPACITY))

    def start(self, tick_s: float) -> None:
        """Say how far ticks are apart, s, before the first is kept."""
        self._tick_s = tick_s

    def append(self, block: TickBlock) -> None:
        """Keep a block."""
        if not len(block):
            return
        rows = self._offset + self.end - self.first
        needed = rows + len(block)
        if needed > self._columns.time_s.shape[0]:
            self._move(max(2 * (needed - self._offset), _FIRST_CAPACITY))
            rows = self.end - self.first
        added, columns = slice(rows, rows + len(block)), self._columns
        columns.time_s[added], columns.path_deg[added], columns.up[added] = block.time_s, block.path_deg, block.up
        columns.acc[added], columns.gyr[added], columns.flags[added] = block.acc, block.gyr, block.flags
        self._sum_up(block.path_deg)
        self.end += len(block)

    def _sum_up(self, path_deg: FloatArray) -> None:
        """Let the moments follow."""
        lag = swing_lag(self._tick_s)
        if not len(self._newest):
            self._newest = np.repeat(path_deg[:1], lag, axis=0)
        path = np.concatenate((self._newest, path_deg))
        moments = running_moments(path, lag, self._moments[:, -1])
        self._newest = path[len(path) - lag :].copy()
        recent = self._moments[:, -round(_SWING_S / self._tick_s) :]
        self._moments = np.concatenate((recent, moments), axis=1)

    def forget(self, before: int) -> None:
        """Let go of ticks with smaller numbers."""
        before = min(max(before, self.first), self.end)
        self._offset += before - self.first
        self.first = before
        if self._columns.time_s.shape[0] > max(_FIRST_CAPACITY, 8 * (self.end - self.first)):
            self._move(max(2 * (self.end - self.first), _FIRST_CAPACITY))

    def window(self, begin: int, end: int) -> TickBlock:
        """Ticks ``[begin, end)``, as views."""
        lo, hi = self._offset + begin - self.first, self._offset + end - self.first
        c, path = self._columns, self.path_deg(begin, end)
        return TickBlock(c.time_s[lo:hi], path, c.up[lo:hi], c.acc[lo:hi], c.gyr[lo:hi], c.flags[lo:hi])

    def path_deg(self, begin: int, end: int) -> FloatArray:
        """Φ alone of ticks ``[begin, end)``."""
        path = self._columns.path_deg[self._offset + begin - self.first : self._offset + end - self.first]
        if self.tilt_deg is None:
            return path
        level: FloatArray = path - np.arange(begin, end)[:, None] * self.tilt_deg
        return level

    def swing_axis(self, begin: int, end: int) -> NDArray[np.float64]:
        """The principal axis (3,) of Φ of ticks ``[begin, end)``; at once, if they are among the newest."""
        lag = swing_lag(self._tick_s)
        known = self.end - self._moments.shape[1]
        if self.tilt_deg is not None or end - begin <= lag + 2 or begin + lag - 1 < known:
            return principal_axis(self.path_deg(begin, end), self._tick_s)
        return axis_of_moments(self._moments[:, end - 1 - known] - self._moments[:, begin + lag - 1 - known])

    def find_tilt(self, begin: int, end: int, tick_s: float) -> None:
        """See from ticks ``[begin, end)`` how Φ drifts; far too little to tell leaves it as it is."""
        lag = min(round(_TILT_LAG_S / tick_s), (end - begin) // 2)
        if lag * tick_s < _TILT_LAG_LEAST_S:
            return
        path = self._columns.path_deg[self._offset + begin - self.first : self._offset + end - self.first]
        step = max(1, round(_TILT_STEP_S / tick_s))
        turned = path[lag::step] - path[:-lag:step]
        usual = medians(turned, 0)
        size = float(np.sqrt(usual @ usual))
        self.tilt_deg = None
        if size <= _TILT_LEAST_DPS * lag * tick_s:
            return
        apart = turned - usual
        if median(np.sqrt((apart * apart).sum(axis=1)).tolist()) >= _TILT_STEADY * size:
            return
        # somebody who walks in a circle turns steadily too, but not while standing
        off = _calm_turn(path, max(1, round(_TILT_CALM_S / tick_s))) * lag - usual
        if float(np.sqrt(off @ off)) < _TILT_STEADY * size:
            self.tilt_deg = usual / lag

    def time_s(self, tick: int) -> float:
        """When a kept tick was."""
        return float(self._columns.time_s[self._offset + tick - self.first])

    def _move(self, capacity: int) -> None:
        kept = slice(self._offset, self._offset + self.end - self.first)
        larger = _Columns.of_size(capacity)
        for column in fields(_Columns):
            old = getattr(self._columns, column.name)[kept]
            getattr(larger, column.name)[: old.shape[0]] = old
        self._columns, self._offset = larger, 0


def _calm_turn(path_deg: FloatArray, lag: int) -> FloatArray:
    """How far Φ (N, 3) usually turns a tick, (3,), in the calmest quarter of the time."""
    turned = path_deg[lag:] - path_deg[:-lag]
    change = np.abs(turned[lag:] - turned[:-lag]).sum(axis=1)
    quarter = (len(change) - 1) // 4
    calm = change <= np.partition(change, quarter)[quarter]
    return medians(turned[lag:][calm], 0) / lag
