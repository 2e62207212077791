"""What ticks say about a joint at rest, summed up as they come: any stretch of them costs two look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from math import inf
from typing import Final

import numpy as np

from repsignal.even import CLIPPED, MISSING, Flags
from repsignal.joint import Hinge
from repsignal.types import GRAVITY_M_S2, FloatArray

_SMOOTH_S: Final = 0.16  # soft tissue and landing ring at 8-15 Hz: not the limb's motion
_LEAST_ROWS: Final = 12
_LEAST_FELT_M_S2: Final = 0.5  # nobody falls: an accelerometer that feels less is dead or switched off
_FIRST_CAPACITY: Final = 256
_WAITING: Final = 100  # ticks that have come may wait until they are asked for
_BLOCKS: Final = 3  # that make a row: a difference of the outer two, and weights 1:4:1
# Sums of a row: ten products of four columns with one another, the twelve entries of those, and one, for the count.
_COLUMNS: Final = 4
_LEFT, _RIGHT = np.triu_indices(_COLUMNS)
_PRODUCTS: Final = len(_LEFT)
_ENTRIES: Final = 3 * _COLUMNS
_SUMS: Final = _PRODUCTS + _ENTRIES + 1


@dataclass(slots=True)
class HingeSums:
    """Append at the end, forget at the beginning. Ticks are numbers since the start.

    Some ticks make a block, three blocks a row of the equations α x r + ω x (ω x r) = felt. Blocks are counted from
    the first tick of all, so that no cut of the input, and no window, changes a row.

    Sums run on from the first tick of all. After a day of walking a window in which anything is told has still nine
    digits, and after an hour of violent shaking seven: no reason to begin them anew.
    """

    tick_s: float = inf  # until it is known how far they are apart
    _step: int = field(init=False)  # ticks a block
    _first: int = 0  # row that the oldest sums kept reach up to, itself not among them
    _end: int = 0  # the row after the newest
    _offset: int = 0  # where the oldest stand
    _sums: FloatArray = field(default_factory=lambda: np.zeros((_FIRST_CAPACITY, _SUMS)))  # up to each row
    _ticks: FloatArray = field(default_factory=lambda: np.empty((7, 0)))  # felt, turned, sound: of no row yet

    def __post_init__(self) -> None:
        self._step = max(1, round(0.5 * _SMOOTH_S / self.tick_s))

    def append(self, acc: FloatArray, gyr: FloatArray, up: FloatArray, flags: Flags) -> None:
        """Take (N, 3) means of ticks.

        Those do not count whose (N,) flags say that samples were missing or clipped, nor those that felt next to
        nothing.
        """
        left = self._ticks.shape[1]
        ticks = np.empty((7, left + len(acc)))
        ticks[:, :left] = self._ticks
        ticks[:3, left:], ticks[3:6, left:] = acc.T - GRAVITY_M_S2 * up.T, gyr.T
        felt = np.einsum("ij,ij->i", acc, acc) > _LEAST_FELT_M_S2**2
        ticks[6, left:] = ((flags & (MISSING | CLIPPED)) == 0) & felt
        self._ticks = ticks
        if ticks.shape[1] > _WAITING:
            self._sum_up()

    def _sum_up(self) -> None:
        """Add the rows that ticks have come for: few at a time take as long as many."""
        step = self._step
        rows = self._ticks.shape[1] // step - (_BLOCKS - 1)
        if rows < 1:
            return
        ticks, self._ticks = self._ticks, self._ticks[:, rows * step :].copy()
        self._make_room(rows)
        newest = self._offset + self._end - self._first
        sums = self._sums[newest : newest + rows + 1]
        sums[1:] = _rows(ticks[:, : (rows + _BLOCKS - 1) * step], step, self.tick_s).T
        np.cumsum(sums, axis=0, out=sums)
        self._end += rows

    def forget(self, before: int) -> None:
        """Let go of what only windows that begin before a tick need."""
        self._sum_up()
        first = min(max(self._row(before), self._first), self._end)
        self._offset += first - self._first
        self._first = first
        if len(self._sums) > max(_FIRST_CAPACITY, 8 * (self._end - self._first)):
            self._move(max(2 * (self._end - self._first), _FIRST_CAPACITY))

    def between(self, begin: int, end: int) -> Hinge | None:
        """What ticks ``[begin, end)`` say, a constant error of the accelerometer taken out; ``None`` for too few.

        Of those that were forgotten nothing is said. Differences of large sums may be a little below zero where hardly
        anything moved, which no sum of squares is.
        """
        self._sum_up()
        first, last = max(self._row(begin), self._first), min(end // self._step - (_BLOCKS - 1), self._end)
        if last - first < _LEAST_ROWS:
            return None
        oldest = self._offset - self._first
        sums: list[float] = (self._sums[oldest + last] - self._sums[oldest + first]).tolist()
        count = sums[-1]
        if count < _LEAST_ROWS:
            return None
        entries = [sums[at : at + 3] for at in range(_PRODUCTS, _PRODUCTS + _ENTRIES, 3)]
        xx, xy, xz, xf, yy, yz, yf, zz, zf, ff = [
            product - (a * d + b * e + c * f) / count
            for product, ((a, b, c), (d, e, f)) in zip(sums, combinations_with_replacement(entries, 2), strict=False)
        ]
        normal = max(xx, 0.0), xy, xz, max(yy, 0.0), yz, max(zz, 0.0)
        return Hinge(normal, (xf, yf, zf), max(ff, 0.0), 3 * round(count))

    def trim(self) -> None:
        """Let go of the room for what is still to come."""
        self._move(self._end - self._first + 1)

    def _row(self, begin: int) -> int:
        """The first row of ticks from this one on."""
        return -(-begin // self._step)

    def _make_room(self, rows: int) -> None:
        kept = self._end - self._first
        if self._offset + kept + rows + 1 > len(self._sums):
            self._move(max(2 * (kept + rows), _FIRST_CAPACITY))

    def _move(self, capacity: int) -> None:
        kept = self._end - self._first + 1
        larger = np.zeros((capacity, _SUMS))
        larger[:kept] = self._sums[self._offset : self._offset + kept]
        self._sums, self._offset = larger, 0


def _rows(ticks: FloatArray, step: int, tick_s: float) -> FloatArray:
    """Sums (_SUMS, N - 2) of each row from (7, N * step) ticks; an unsound row says nothing."""
    blocks = _means(ticks, step)
    # a central difference of block means smooths as much, to second order, as weights 1:4:1 do
    alpha = (blocks[3:6, 2:] - blocks[3:6, :-2]) / (2 * step * tick_s)
    smoothed = _one_four_one(blocks)
    w = smoothed[3:6]
    # the nine entries of [α]x + [ω]x[ω]x, column by column, and what was felt
    x, y, z = w
    xx, yy, zz = w * w
    xy, xz, yz = x * y, x * z, y * z
    sums = np.empty((_SUMS, w.shape[1]))
    entries = sums[_PRODUCTS:-1]
    entries[0], entries[1], entries[2] = -yy - zz, xy + alpha[2], xz - alpha[1]
    entries[3], entries[4], entries[5] = xy - alpha[2], -xx - zz, yz + alpha[0]
    entries[6], entries[7], entries[8] = xz + alpha[1], yz - alpha[0], -xx - yy
    entries[9:] = smoothed[:3]
    columns = entries.reshape(_COLUMNS, 3, -1)
    products = columns[_LEFT] * columns[_RIGHT]
    sums[:_PRODUCTS] = products[:, 0] + products[:, 1] + products[:, 2]
    sums[-1] = 1.0
    unsound = smoothed[6] < 0.999
    if np.count_nonzero(unsound):
        sums[:, unsound] = 0.0
    return sums


def _one_four_one(rows: FloatArray) -> FloatArray:
    """Weighted means (K, N - 2) of neighbours along (K, N) rows."""
    mean: FloatArray = 4.0 * rows[:, 1:-1]
    mean += rows[:, :-2]
    mean += rows[:, 2:]
    mean /= 6.0
    return mean


def _means(rows: FloatArray, step: int) -> FloatArray:
    """Means (K, N / step) of ``step`` consecutive columns each of (K, N) rows."""
    parts = rows.reshape(len(rows), -1, step)
    total: FloatArray = parts[:, :, 0].copy()
    for k in range(1, step):
        total += parts[:, :, k]
    total /= step
    return total
