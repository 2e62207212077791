"""Whose time it is: a sensor's sample numbers → seconds of its board → seconds of the session.

Three clocks are at work. The sensor's decides when samples are taken; it may be off by per cents, and only the sample
index shows it. The board's crystal stamps some samples, with the jitter of its Python. The host's says when bytes
came, which is later than they were sent, sometimes by seconds. So the stamps steer a clock that counts samples
(:class:`SampleClock`), and the earliest arrivals steer one that compares board and host (:class:`HostFit`).

All that is kept depends on what came, in its order, and on its times of arrival: a replay gives the same times, bit
for bit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import sqrt
from statistics import median
from typing import Final

__all__ = ["HostFit", "SampleClock", "unwrap"]

_WRAP: Final = 1 << 32
_HALF: Final = 1 << 31


def unwrap(value: int, near: int) -> int:
    """The number that is ``value`` modulo 2³² and nearest to ``near``."""
    return near + (value - near + _HALF) % _WRAP - _HALF


class SampleClock:
    """Sample index → seconds of the board, by a Kalman filter of two states: time of the newest sample, and period.

    ``feed`` stamps in the order of their indices; ``time_s`` then tells the time of samples nearby.

    The figures are those of ``firmware/PROTOCOL.md`` ("The index is the clock") and of the sensors' data sheets.
    """

    _JITTER_S: Final = 0.0005  # standard deviation of a stamp that is right up to 1 ms
    _RATE_SD: Final = 0.03  # of the period, before anything is known: data sheets say ±1 % (MPU) to ±5 % (LSM6DS)
    _MOST: Final = 0.2  # of the period: no sensor is so far off, whatever the stamps say
    _WANDER: Final = 2e-5  # of the period, in a second: 0.05 % a kelvin, warming by a kelvin in half a minute
    _SETTLES_S: Final = 0.75  # what the firmware takes to know how late it reads: 26 samples at 50 Hz
    _FEW_STAMPS: Final = 5
    _MOST_OFF: Final = 0.1  # more than any data sheet allows: then it is the stamps that are wrong
    _ODD: Final = 5.0  # standard deviations: a stamp further off is odd
    _ODD_S: Final = 0.003  # and never less than this
    _ODD_IN_A_ROW: Final = 5  # so many odd stamps are right after all: the index was wrong

    def __init__(self, rate_hz: float) -> None:
        self._period_s = 1.0 / rate_hz
        self._shortest_s, self._longest_s = self._period_s / (1.0 + self._MOST), self._period_s * (1.0 + self._MOST)
        self._index: int | None = None
        self._time_s = 0.0
        self._var_tt = self._var_tp = 0.0
        self._var_pp = (self._RATE_SD * self._period_s) ** 2
        self._odd = 0

    def begin(self, stamps: Sequence[tuple[int, float]]) -> None:
        """The first stamps at once, (index, s), in their order: a line through them is a better beginning than any.

        Those of the first moments are left out: a board that has just begun does not know yet how late it reads.
        """
        settled = [one for one in stamps if one[1] - stamps[0][1] >= self._SETTLES_S]
        slopes = [(time_b - time_a) / (b - a) for (a, time_a), (b, time_b) in combinations(settled, 2) if b > a]
        if len(settled) < self._FEW_STAMPS or not slopes:
            for index, stamp_s in stamps:
                self.feed(index, stamp_s)
            return
        period_s = median(slopes)  # Theil and Sen: whatever a single stamp says
        if abs(period_s / self._period_s - 1.0) <= self._MOST_OFF:
            self._period_s = period_s
        self._index = settled[-1][0]
        self._time_s = median(stamp_s + (self._index - index) * self._period_s for index, stamp_s in settled)
        self._var_tt, self._var_tp = self._JITTER_S**2, 0.0
        self._var_pp = (self._JITTER_S / (settled[-1][0] - settled[0][0])) ** 2

    @property
    def rate_hz(self) -> float:
        """The rate found so far, Hz of the board's clock."""
        return 1.0 / self._period_s

    def feed(self, index: int, stamp_s: float, *, doubtful: bool = False) -> None:
        """The board says that sample ``index`` was taken at ``stamp_s``; ``doubtful`` right after a loss."""
        jitter_s = self._period_s if doubtful else self._JITTER_S
        if self._index is None:
            self._anchor(index, stamp_s, jitter_s)
            return
        steps = index - self._index
        if steps <= 0:
            return  # the clock never turns back
        self._step(index, steps)
        spread = self._var_tt + jitter_s * jitter_s
        off_s = stamp_s - self._time_s
        if abs(off_s) > max(self._ODD * sqrt(spread), self._ODD_S):
            self._odd += 1
            if self._odd >= self._ODD_IN_A_ROW:
                self._anchor(index, stamp_s, jitter_s)
            return
        self._odd = 0
        gain_t, gain_p = self._var_tt / spread, self._var_tp / spread
        self._time_s += gain_t * off_s
        self._period_s = min(max(self._period_s + gain_p * off_s, self._shortest_s), self._longest_s)
        # Written so that rounding makes no variance negative, not even after years without a stamp.
        self._var_pp = max(0.0, self._var_pp - gain_p * self._var_tp)
        self._var_tp *= jitter_s * jitter_s / spread
        self._var_tt *= jitter_s * jitter_s / spread

    def _anchor(self, index: int, stamp_s: float, jitter_s: float) -> None:
        self._index, self._time_s, self._odd = index, stamp_s, 0
        self._var_tt, self._var_tp = jitter_s * jitter_s, 0.0

    def _step(self, index: int, steps: int) -> None:
        self._index = index
        self._time_s += steps * self._period_s
        self._var_tt = max(0.0, self._var_tt + steps * (2.0 * self._var_tp + steps * self._var_pp))
        self._var_tp += steps * self._var_pp
        self._var_pp += steps * self._period_s * (self._WANDER * self._period_s) ** 2

    def time_s(self, index: int) -> float:
        """When sample ``index`` was taken; 0 before the first stamp."""
        return 0.0 if self._index is None else self._time_s + (index - self._index) * self._period_s


class HostFit:
    """How far the board's clock is behind the host's, and whether one of them is wrong.

    What arrives is late, never early, so the earliest arrival of each window is near the truth, however the others
    are bunched. Drift is the median slope between windows (Theil and Sen). It is believed only as far as it is beyond
    doubt: crystals differ by 0.005 % at most, and a busy radio looks like drift for a while. How doubtful a slope is,
    all windows tell, not most: where three of five lie on a line and two came late, that line is no drift.
    """

    _WINDOW_S: Final = 5.0
    _WINDOWS: Final = 60
    _FEW: Final = 5
    _TRUSTED: Final = 3e-4  # crystals and a host that is kept on time: less is nobody's fault
    _MOST: Final = 0.03
    _ARRIVAL_S: Final = 0.001  # times of arrival are no better than this
    # Standard errors of a slope through 5, 6, … windows: Student's t for one chance in a thousand. Not fewer for more
    # windows, whose lateness is not independent.
    _SURE: Final = (12.9, 8.6, 6.9, 6.0, 5.4, 5.0)
    _STEP_S: Final = 0.5  # from one window to the next, beyond the most a drift can do: no radio is worse at once

    def __init__(self) -> None:
        self._begin_s: float | None = None
        self._window: tuple[float, float] | None = None  # board's time, lateness
        self._earliest: deque[tuple[float, float]] = deque(maxlen=self._WINDOWS)
        self.drift = 0.0  # seconds of the host in one of the board, less one

    @property
    def offset_s(self) -> float | None:
        """Host's time less board's, by the earliest arrival of the last ten seconds; None before any."""
        recent = [one for one in (self._window, self._earliest[-1] if self._earliest else None) if one is not None]
        return min(late for _, late in recent) if recent else None

    def feed(self, board_s: float, arrival_s: float) -> bool:
        """What was sent at ``board_s`` came at ``arrival_s``; whether ``drift`` is now another."""
        late = arrival_s - board_s
        if self._begin_s is None:
            self._begin_s = board_s
        if self._window is None or late < self._window[1]:
            self._window = (board_s, late)
        if board_s - self._begin_s < self._WINDOW_S:
            return False
        self._earliest.append(self._window)
        self._begin_s, self._window = board_s, None
        before = self.drift
        self.drift = self._believed()
        return self.drift != before

    def _believed(self) -> float:
        windows = self._between_steps()
        if len(windows) < self._FEW:
            return 0.0
        times = [at for at, _ in windows]
        slopes = [(late_b - late_a) / (b - a) for (a, late_a), (b, late_b) in combinations(windows, 2) if b > a]
        if not slopes:
            return 0.0
        slope = median(slopes)
        middle = median(late - slope * at for at, late in windows)
        free = len(windows) - 2  # degrees of freedom
        spread_s = sqrt(sum((late - slope * at - middle) ** 2 for at, late in windows) / free)
        mean = sum(times) / len(times)
        lever_s = sqrt(sum((at - mean) ** 2 for at in times))
        sure = self._SURE[min(len(windows) - self._FEW, len(self._SURE) - 1)]
        surely = min(abs(slope) - sure * (spread_s + self._ARRIVAL_S) / lever_s, self._MOST)
        return 0.0 if surely < self._TRUSTED else surely * (1.0 if slope > 0 else -1.0)

    def _between_steps(self) -> list[tuple[float, float]]:
        """The most windows in a row without a step between them."""
        stretches = [[self._earliest[0]]]
        for (a, late_a), (b, late_b) in pairwise(self._earliest):
            if abs(late_b - late_a) > self._STEP_S + self._MOST * abs(b - a):
                stretches.append([])
            stretches[-1].append((b, late_b))
        return max(stretches, key=len)
