"""What people use instead: peaks of low-passed acceleration.

Settings are the usual ones and fixed beforehand: a fourth-order Butterworth low-pass at 3 Hz run both ways (human
limb movement lies below), reps at least 1.5 s apart, and a peak counted when it stands out by half of the signal's
spread (5th to 95th percentile). ``tuned`` shows in addition what the best settings, chosen with hindsight on the very
files that are scored, would reach: more than anybody can have in use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, find_peaks, sosfiltfilt

from repsignal import ImuBlock

__all__ = ["COUNTERS", "Signals", "Tuned", "prepare", "tuned"]

FloatArray = NDArray[np.float64]

_LOW_PASS_HZ = 3.0
_PROMINENCE = 0.5
_APART_S = 1.5

_LOW_PASSES_HZ = (0.5, 1.0, 3.0)
_PROMINENCES = (0.15, 0.3, 0.5, 0.7)
_APARTS_S = (1.0, 1.5, 3.0)


@dataclass(frozen=True, slots=True)
class Signals:
    """Acceleration (N, 3) m/s² at an even rate; filtered versions are kept, tuning asks for them often."""

    acc: FloatArray
    rate_hz: float
    _low_passed: dict[float, FloatArray] = field(default_factory=dict)

    def low_passed(self, cut_hz: float) -> FloatArray:
        """(N, 3) below ``cut_hz``."""
        if cut_hz not in self._low_passed:
            sos = butter(4, cut_hz, fs=self.rate_hz, output="sos")
            self._low_passed[cut_hz] = np.asarray(sosfiltfilt(sos, self.acc, axis=0), dtype=np.float64)
        return self._low_passed[cut_hz]

    def magnitude(self, cut_hz: float) -> FloatArray:
        """Length of the acceleration, low-passed."""
        return np.asarray(np.linalg.norm(self.low_passed(cut_hz), axis=1), dtype=np.float64)

    def principal(self, cut_hz: float) -> FloatArray:
        """The direction of most variance; its sign such that the rarer excursions point up."""
        centred = self.low_passed(cut_hz) - self.low_passed(cut_hz).mean(axis=0)
        _, axes = np.linalg.eigh(centred.T @ centred)
        component = np.asarray(centred @ axes[:, -1], dtype=np.float64)
        return component if (component**3).mean() >= 0.0 else -component


def prepare(block: ImuBlock) -> Signals:
    """An even rate, without what is not finite and without stamps that jump back."""
    good = np.isfinite(block.time_s) & np.isfinite(block.acc).all(axis=1)
    time_s, acc = block.time_s[good], block.acc[good]
    forward = np.flatnonzero(np.diff(np.maximum.accumulate(time_s), prepend=-np.inf) > 0.0)
    time_s, acc = time_s[forward], acc[forward]
    step_s = float(np.median(np.diff(time_s)))
    even_s = np.arange(time_s[0], time_s[-1], step_s)
    columns = [np.interp(even_s, time_s, acc[:, axis]) for axis in range(3)]
    return Signals(np.column_stack(columns), 1.0 / step_s)


def _peaks(values: FloatArray, rate_hz: float, prominence: float, apart_s: float) -> int:
    low, high = np.quantile(values, (0.05, 0.95))
    if high - low < 1e-9:
        return 0
    found, _ = find_peaks(values, prominence=prominence * (high - low), distance=max(1, round(apart_s * rate_hz)))
    return len(found)


def _count_magnitude(signals: Signals) -> int:
    return _peaks(signals.magnitude(_LOW_PASS_HZ), signals.rate_hz, _PROMINENCE, _APART_S)


def _count_principal(signals: Signals) -> int:
    return _peaks(signals.principal(_LOW_PASS_HZ), signals.rate_hz, _PROMINENCE, _APART_S)


COUNTERS: dict[str, Callable[[Signals], int]] = {
    "magnitude": _count_magnitude,
    "principal comp.": _count_principal,
}


@dataclass(frozen=True, slots=True)
class Tuned:
    """The settings of either signal that count most recordings right, seen from behind."""

    signal: str
    low_pass_hz: float
    prominence: float
    apart_s: float
    exact: int


def tuned(recordings: Sequence[tuple[Signals, int]]) -> Tuned:
    """The best of a grid on these very recordings, each given with its true count."""
    best: Tuned | None = None
    for cut_hz, name in product(_LOW_PASSES_HZ, ("magnitude", "principal")):
        lines = [
            (signals.magnitude(cut_hz) if name == "magnitude" else signals.principal(cut_hz), signals.rate_hz, true)
            for signals, true in recordings
        ]
        for prominence, apart_s in product(_PROMINENCES, _APARTS_S):
            exact = sum(_peaks(line, rate_hz, prominence, apart_s) == true for line, rate_hz, true in lines)
            if best is None or exact > best.exact:
                best = Tuned(name, cut_hz, prominence, apart_s, exact)
    if best is None:
        raise ValueError("recordings must not be empty.")
    return best
