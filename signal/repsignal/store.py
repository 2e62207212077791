"""Ticks of the recent past, addressed by their number since the start."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from repsignal.orientation import TickBlock
from repsignal.timebase import Flags
from repsignal.types import FloatArray

_FIRST_CAPACITY = 1024


@dataclass(slots=True)
class _Columns:
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
            path_deg=np.zeros((rows, 3)),
            up=np.zeros((rows, 3)),
            acc=np.zeros((rows, 3)),
            gyr=np.zeros((rows, 3)),
            flags=np.zeros(rows, np.uint8),
        )


@dataclass(slots=True)
class TickStore:
    """Append at the end, forget at the beginning. Memory follows what is kept, not what has passed."""

    first: int = 0  # number of the oldest tick kept
    end: int = 0  # number after the newest
    _offset: int = 0  # row of the oldest
    _columns: _Columns = field(default_factory=lambda: _Columns.of_size(_FIRST_CAPACITY))

    def append(self, block: TickBlock) -> None:
        """Keep a block."""
        rows = self._offset + self.end - self.first
        needed = rows + len(block)
        if needed > self._columns.time_s.shape[0]:
            self._move(max(2 * (needed - self._offset), _FIRST_CAPACITY))
            rows = self.end - self.first
        for column in fields(_Columns):
            getattr(self._columns, column.name)[rows : rows + len(block)] = getattr(block, column.name)
        self.end += len(block)

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
        c = self._columns
        return TickBlock(c.time_s[lo:hi], c.path_deg[lo:hi], c.up[lo:hi], c.acc[lo:hi], c.gyr[lo:hi], c.flags[lo:hi])

    def path_deg(self, begin: int, end: int) -> FloatArray:
        """Φ alone of ticks ``[begin, end)``, as a view."""
        return self._columns.path_deg[self._offset + begin - self.first : self._offset + end - self.first]

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
