"""Ticks of the recent past, addressed by their number since the start."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.bias import MOMENT_S, SWAY_DPS, rest_rate
from repsignal.even import Flags
from repsignal.hinges import HingeSums
from repsignal.orientation import TickBlock
from repsignal.swing import axis_of_moments, principal_axis, running_moments, swing_lag
from repsignal.types import FloatArray
from repsignal.window import TickWindow

_FIRST_CAPACITY: Final = 1024
# Axes of so much of the newest are found at once, from sums that are kept a little longer. Which way one is found must
# not depend on the cut: longer ones never are.
_AT_ONCE_S, _SWING_S = 45.0, 50.0
# What is left of a gyroscope's bias about the vertical, which gravity does not show: what it is seen from, and how much
# there usually is.
_DRIFT_S, _DRIFT_LEAST_S, _DRIFT_USUAL_DPS = 60.0, 10.0, 2.0
_UPRIGHT: Final = 0.5  # of 1: a sensor that is turned about more than this has no vertical
_STEEP_DPS: Final = 2.0  # turns a limb by a degree in the time of a displacement


@dataclass(slots=True)
class _Columns:
    """As in :class:`TickWindow`; each axis lies in one piece, for it is what most is worked out along.

    ``path_deg`` is Φ as it comes, ``level_deg`` without its drift.
    """

    time_s: FloatArray
    path_deg: FloatArray
    level_deg: FloatArray
    up: FloatArray
    acc: FloatArray
    flags: Flags

    @classmethod
    def of_size(cls, rows: int) -> _Columns:
        return cls(
            time_s=np.zeros(rows),
            path_deg=np.zeros((rows, 3), order="F"),
            level_deg=np.zeros((rows, 3), order="F"),
            up=np.zeros((rows, 3), order="F"),
            acc=np.zeros((rows, 3), order="F"),
            flags=np.zeros(rows, np.uint8),
        )


@dataclass(slots=True)
class TickStore:
    """Append at the end, forget at the beginning. Memory follows what is kept, not what has passed."""

    first: int = 0  # number of the oldest tick kept
    end: int = 0  # number after the newest
    _drift_deg: FloatArray = field(default_factory=lambda: np.zeros(3))  # a tick: what Φ turns by though nothing moves
    _steep: bool = False  # whether that tells in displacements
    _tick_s: float = 0.0
    _newest: FloatArray = field(default_factory=lambda: np.zeros((0, 3)))  # Φ of as many ticks as a displacement takes
    _moments: FloatArray = field(default_factory=lambda: np.zeros((6, 1)))  # of Φ up to each of the newest ticks
    _hinges: HingeSums = field(default_factory=HingeSums)
    _offset: int = 0  # row of the oldest
    _columns: _Columns = field(default_factory=lambda: _Columns.of_size(_FIRST_CAPACITY))

    def start(self, tick_s: float) -> None:
        """Say how far ticks are apart, s, before the first is kept."""
        self._tick_s, self._hinges = tick_s, HingeSums(tick_s)

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
        columns.acc[added], columns.flags[added] = block.acc, block.flags
        columns.level_deg[added] = self._levelled(block.path_deg, self.end)
        self._sum_up(block.path_deg)
        self._hinges.append(block.acc, block.gyr, block.up, block.flags)
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
        self._hinges.forget(before)
        if self._columns.time_s.shape[0] > max(_FIRST_CAPACITY, 8 * (self.end - self.first)):
            self._move(max(2 * (self.end - self.first), _FIRST_CAPACITY))

    def trim(self) -> None:
        """Let go of the room for what is still to come."""
        self._move(self.end - self.first)
        self._hinges.trim()

    def window(self, begin: int, end: int) -> TickWindow:
        """Ticks ``[begin, end)``, as views."""
        lo, hi = self._offset + begin - self.first, self._offset + end - self.first
        c = self._columns
        return TickWindow(
            c.time_s[lo:hi], c.level_deg[lo:hi], c.up[lo:hi], c.acc[lo:hi], c.flags[lo:hi], begin, self._hinges
        )

    def path_deg(self, begin: int, end: int) -> FloatArray:
        """Φ alone of ticks ``[begin, end)``, without its drift."""
        return self._columns.level_deg[self._offset + begin - self.first : self._offset + end - self.first]

    def _levelled(self, path_deg: FloatArray, begin: int) -> FloatArray:
        """Φ (N, 3) of ticks from ``begin`` on without its drift."""
        ticks = np.arange(begin, begin + len(path_deg), dtype=np.float64)
        level = np.empty((len(path_deg), 3), order="F")
        for k, drift_deg in enumerate(self._drift_deg.tolist()):  # an axis at a time, for each lies in one piece
            np.multiply(ticks, drift_deg, out=level[:, k])
            np.subtract(path_deg[:, k], level[:, k], out=level[:, k])
        return level

    def swing_axis(self, begin: int, end: int) -> NDArray[np.float64]:
        """The principal axis (3,) of Φ of ticks ``[begin, end)``; at once, if they are among the newest."""
        lag = swing_lag(self._tick_s)
        known = self.end - self._moments.shape[1]
        long = (end - begin) * self._tick_s > _AT_ONCE_S
        if long or self._steep or end - begin <= lag + 2 or begin + lag - 1 < known:
            return principal_axis(self.path_deg(begin, end), self._tick_s)
        return axis_of_moments(self._moments[:, end - 1 - known] - self._moments[:, begin + lag - 1 - known])

    def find_drift(self, end: int) -> None:
        """See from the minute before a tick how Φ drifts about the vertical; too little to tell leaves it as it is."""
        tick_s, newest = self._tick_s, self._offset + end - self.first
        recent = slice(max(self._offset, newest - round(_DRIFT_S / tick_s)), newest)
        path = self._columns.path_deg[recent]
        if len(path) * tick_s < _DRIFT_LEAST_S:
            return
        up = self._columns.up[recent].mean(axis=0)
        size = float(np.sqrt(up @ up))
        if size < _UPRIGHT:
            return
        up /= size
        lag = max(1, round(MOMENT_S / tick_s))
        rates = (path[lag::lag] - path[:-lag:lag]) / (lag * tick_s)
        drift, _ = rest_rate(rates, up, _DRIFT_USUAL_DPS, SWAY_DPS, lag * tick_s)
        self._drift_deg = up * (drift * tick_s)
        self._steep = float(np.abs(self._drift_deg).max()) > _STEEP_DPS * tick_s
        kept = slice(self._offset, self._offset + self.end - self.first)
        self._columns.level_deg[kept] = self._levelled(self._columns.path_deg[kept], self.first)

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
