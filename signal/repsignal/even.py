"""Samples on a clock → even blocks: short holes are filled, and every sample says how it came to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.sieve import all_within
from repsignal.types import GRAVITY_M_S2, FloatArray, Hole

BRIDGED: Final = 1
MISSING: Final = 2
CLIPPED: Final = 4

# below the smallest full scales in use, 2 g and 250 °/s
_CLIP: Final = np.array([1.9 * GRAVITY_M_S2] * 3 + [float(np.radians(240.0))] * 3)

Flags = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class EvenBlock:
    """Evenly spaced samples: ``time_s`` (N,), ``acc`` (N, 3) m/s², ``gyr`` (N, 3) rad/s, ``flags`` (N,) bits.

    ``restart`` says that the stretch before is not continued: whoever keeps a state starts anew.
    """

    time_s: FloatArray
    acc: FloatArray
    gyr: FloatArray
    flags: Flags
    restart: bool = False

    def __len__(self) -> int:
        return int(self.time_s.shape[0])


@dataclass(frozen=True, slots=True)
class Break:
    """A hole before the sample of this index."""

    index: int
    hole: Hole


@dataclass(slots=True)
class EvenerState:
    """All that changes."""

    last: NDArray[np.float64] = field(default_factory=lambda: np.full(6, np.nan))  # acc, gyr last given out
    restart: bool = True


class Evener:
    """Makes even blocks; holes of more than ``fill_s`` are not filled, and what follows starts anew."""

    def __init__(self, state: EvenerState, fill_s: float) -> None:
        self.state = state
        self._fill_s = fill_s

    def blocks(
        self, times: FloatArray, values: NDArray[np.float64], breaks: list[Break], period_s: float
    ) -> list[EvenBlock | Hole]:
        """Of samples at (N,) times, (6, N), ``period_s`` apart but for breaks; holes first, then as few as may be."""
        blocks: list[EvenBlock | Hole] = []
        parts: list[_Part] = []
        begin = 0
        for gap in breaks:
            parts.append(_Part.sound(times[begin : gap.index], values[:, begin : gap.index]))
            begin = gap.index
            if (gap.hole.missing + 1) * period_s > self._fill_s:
                blocks += self._block(parts)
                parts, self.state.restart = [], True
            else:
                last = values[:, gap.index - 1] if gap.index else self.state.last
                parts.append(_filled(gap.hole, last, values[:, gap.index], period_s))
        parts.append(_Part.sound(times[begin:], values[:, begin:]))
        return [*(gap.hole for gap in breaks), *blocks, *self._block(parts)]

    def _block(self, parts: list[_Part]) -> list[EvenBlock]:
        """Parts joined, and marked where the sensor was at the end of its range."""
        parts = [part for part in parts if part.times.shape[0]]
        if not parts:
            return []
        whole = parts[0] if len(parts) == 1 else _Part.joined(parts)
        state, values, flags = self.state, whole.values, whole.flags
        if not all_within(values, _CLIP):
            large = np.abs(values) > _CLIP[:, None]
            stuck = large & (values == np.concatenate((state.last[:, None], values[:, :-1]), axis=1))
            flags[stuck.any(axis=0)] |= CLIPPED
        restart, state.restart = state.restart, False
        state.last = values[:, -1].copy()
        acc, gyr = np.ascontiguousarray(values[:3].T), np.ascontiguousarray(values[3:].T)
        return [EvenBlock(whole.times, acc, gyr, flags, restart)]


@dataclass(frozen=True, slots=True)
class _Part:
    """Even samples: times (N,), values (6, N), flags (N,)."""

    times: FloatArray
    values: NDArray[np.float64]
    flags: Flags

    @classmethod
    def sound(cls, times: FloatArray, values: NDArray[np.float64]) -> _Part:
        """Samples that came."""
        return cls(times, values, np.zeros(len(times), np.uint8))

    @classmethod
    def joined(cls, parts: list[_Part]) -> _Part:
        """One after the other."""
        return cls(
            np.concatenate([part.times for part in parts]),
            np.concatenate([part.values for part in parts], axis=1),
            np.concatenate([part.flags for part in parts]),
        )


def _filled(hole: Hole, before: NDArray[np.float64], after: NDArray[np.float64], period_s: float) -> _Part:
    """Invent samples so that the filters run on; they are flagged, and no figure is taken from long ones."""
    missing = hole.missing
    steps = np.arange(1, missing + 1, dtype=np.float64)
    share = steps / (missing + 1)
    values = np.outer(before, 1 - share) + np.outer(after, share)
    if not hole.bridged:
        values[3:] = _turn(before[:3], after[:3])[:, None] / ((missing + 1) * period_s)
    flags = np.full(missing, BRIDGED if hole.bridged else MISSING, np.uint8)
    return _Part(hole.start_s + period_s * steps, values, flags)


def _turn(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest rotation vector (rad, sensor frame) that carries the feeling of *up* from one to the other."""
    norm = float(np.linalg.norm(before) * np.linalg.norm(after))
    if norm < 1e-6:
        return np.zeros(3)
    cross = np.cross(after, before)
    sine = float(np.linalg.norm(cross)) / norm
    angle = float(np.arctan2(sine, float(before @ after) / norm))
    return cross / (norm * sine) * angle if sine > 1e-9 else np.zeros(3)
