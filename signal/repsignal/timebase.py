"""Samples as they come → samples on a clock: order, holes, bad stamps, bad values.

A sensor samples evenly; its stamps are what suffers on the way (jitter, repeats, steps back), and packets get lost.
So the *order* of the samples is believed and the stamps only steer a slow clock: sample ``n`` is expected one period
after sample ``n - 1``. A sample that comes late, and whose successor is late too, tells of a hole; a single odd stamp
is just an odd stamp. What leaves this stage is evenly spaced, finite, and says of each sample how it came to be.

Everything depends on sample numbers only, never on how the input was cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from repsignal.types import FloatArray, Hole, ImuBlock

BRIDGED: Final = 1
MISSING: Final = 2
CLIPPED: Final = 4

_CHUNK: Final = 256  # samples a pass: bounds the work repeated after an odd stamp
_CLEAR: Final = 0.35  # circular mean; chance gives about 0.1
_STEP_BACK_SAMPLES: Final = 64  # so many early stamps in a row are a clock set back, not a burst
_CLIP_GYR_RAD_S: Final = np.radians(240.0)  # below the smallest full scale in use, 250 °/s
_CLIP_ACC_M_S2: Final = 1.9 * 9.80665  # below the smallest full scale in use, 2 g

Flags = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TimebaseParams:
    """``startup_s`` and ``startup_samples`` must both be seen before the rate is believed."""

    startup_s: float = 2.0
    startup_samples: int = 64
    max_startup_samples: int = 2048
    bridge_s: float = 0.2
    fill_s: float = 15.0
    clock_gain: float = 1.0 / 64.0
    min_rate_hz: float = 5.0
    max_rate_hz: float = 1000.0


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


@dataclass(slots=True)
class TimebaseState:
    """All that changes. ``period_s`` is 0 until the start-up has been seen."""

    period_s: float = 0.0
    tolerance_s: float = 0.0
    pending: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])  # rows of t, acc, gyr
    pending_rows: int = 0
    carry: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 7)))
    origin_s: float = 0.0  # clock of the even samples: origin + n * period + offset
    count: int = 0
    offset_s: float = 0.0
    early_run: int = 0  # stamps in a row that were too early
    shift_s: float = 0.0  # added to every stamp, after the clock was set back
    last: NDArray[np.float64] | None = None  # the last even sample given out
    last_raw: NDArray[np.float64] | None = None  # the last row accepted, stamp as it came
    restart: bool = True
    odd_stamps: int = 0
    dropped_rows: int = 0


class Timebase:
    """``feed(block)`` and ``flush()`` give even blocks and holes, in order."""

    def __init__(self, params: TimebaseParams | None = None, state: TimebaseState | None = None) -> None:
        self.params = params or TimebaseParams()
        self.state = state or TimebaseState()

    @property
    def rate_hz(self) -> float | None:
        """The rate found at start-up, Hz; ``None`` before."""
        return 1.0 / self.state.period_s if self.state.period_s > 0 else None

    def feed(self, block: ImuBlock) -> list[EvenBlock | Hole]:
        """Take samples in any cut; give what is certain so far."""
        rows = self._clean(block)
        if rows.shape[0] == 0:
            return []
        state = self.state
        if state.period_s == 0.0:
            state.pending.append(rows)
            state.pending_rows += rows.shape[0]
            return self._try_start(final=False)
        return self._run(np.concatenate((state.carry, rows)) if state.carry.shape[0] else rows, final=False)

    def flush(self) -> list[EvenBlock | Hole]:
        """The recording is over: nothing more will confirm or deny a late stamp."""
        if self.state.period_s == 0.0:
            return self._try_start(final=True)
        return self._run(self.state.carry, final=True)

    def _clean(self, block: ImuBlock) -> NDArray[np.float64]:
        """(N, 7) rows without non-finite values and without rows sent twice."""
        rows = np.column_stack((block.time_s, block.acc, block.gyr)).astype(np.float64, copy=False)
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            self.state.dropped_rows += int(rows.shape[0] - finite.sum())
            rows = rows[finite]
        if rows.shape[0] == 0:
            return rows
        before = self.state.last_raw
        head = rows[:1] + 1.0 if before is None else before[None, :]
        twice = (rows == np.concatenate((head, rows[:-1]))).all(axis=1)
        if twice.any():
            self.state.dropped_rows += int(twice.sum())
            rows = rows[~twice]
        if rows.shape[0]:
            self.state.last_raw = rows[-1].copy()
        return rows

    def _try_start(self, *, final: bool) -> list[EvenBlock | Hole]:
        state, params = self.state, self.params
        if state.pending_rows < 2 or (not final and state.pending_rows < params.startup_samples):
            return []
        rows = np.concatenate(state.pending)
        # The first row by which the stamps span the start-up, wherever the blocks were cut.
        spanned = np.flatnonzero(np.maximum.accumulate(rows[:, 0]) - rows[0, 0] >= params.startup_s)
        end = max(int(spanned[0]) + 1, params.startup_samples) if spanned.size else params.max_startup_samples
        end = min(end, params.max_startup_samples)
        if rows.shape[0] < end:
            if not final:
                state.pending = [rows]
                return []
            end = rows.shape[0]
        stamps = rows[:end, 0]
        period = find_period_s(stamps)
        period = min(max(period, 1.0 / params.max_rate_hz), 1.0 / params.min_rate_hz)
        state.period_s = period
        drift = stamps - stamps[0] - period * np.arange(end)
        wander = np.diff(drift)
        spread = float(np.median(np.abs(wander - np.median(wander))))
        # stamps given to whole bursts stray by many periods; ordinary jitter leaves a lost sample to be seen
        steps = np.diff(stamps)
        if float((steps < 0.05 * period).mean()) > 0.3:
            spread = 0.25 * float(np.quantile(steps, 0.97))  # bursts: many share a stamp, few have a long step
        state.tolerance_s = 0.75 * period if spread < 0.4 * period else min(0.75 * period + 4.0 * spread, 20.0 * period)
        state.origin_s = float(stamps[0]) + (float(np.median(drift)) if spread > 0.05 * period else 0.0)
        state.pending, state.pending_rows = [], 0
        return self._run(rows, final=final)

    def _run(self, rows: NDArray[np.float64], *, final: bool) -> list[EvenBlock | Hole]:
        out: list[EvenBlock | Hole] = []
        done = 0
        while done < rows.shape[0]:
            used = self._chunk(rows[done : done + _CHUNK], out, last=final and done + _CHUNK >= rows.shape[0])
            if used == 0:
                break
            done += used
        self.state.carry = rows[done:].copy()
        return _merged(out)

    def _chunk(self, rows: NDArray[np.float64], out: list[EvenBlock | Hole], *, last: bool) -> int:
        """Take as many leading rows as behave, or settle the first that does not; the number of rows used."""
        state = self.state
        n = rows.shape[0]
        period, gain = state.period_s, self.params.clock_gain
        # lateness of each stamp against the even grid; the clock follows it slowly (exact one-pole recursion)
        due = state.origin_s + period * (state.count + np.arange(n, dtype=np.float64))
        late: FloatArray = rows[:, 0] + state.shift_s - due
        tracked: FloatArray = lfilter([gain], [1.0, gain - 1.0], late, zi=[(1.0 - gain) * state.offset_s])[0]
        expected = np.empty(n)
        expected[0] = state.offset_s
        expected[1:] = tracked[:-1]
        bad = np.flatnonzero(np.abs(late - expected) > state.tolerance_s)
        good = int(bad[0]) if bad.size else n
        if good:
            times: FloatArray = due[:good] + tracked[:good]
            self._emit(times, rows[:good, 1:4], rows[:good, 4:7], np.zeros(good, np.uint8), out)
            state.count += good
            state.offset_s = float(tracked[good - 1])
            state.early_run = 0
            return good
        return self._settle(rows, float(late[0] - state.offset_s), out, last=last)

    def _settle(self, rows: NDArray[np.float64], error: float, out: list[EvenBlock | Hole], *, last: bool) -> int:
        """The first row is early or late beyond tolerance."""
        state = self.state
        if error > 0:
            if rows.shape[0] < 2 and not last:
                return 0  # the next sample tells a hole from an odd stamp
            if rows.shape[0] < 2 or self._stamp(rows[1, 0], ahead=1) > 0.5 * error:
                self._hole(rows[0], error, out)
                return 1
        else:
            state.early_run += 1
            if state.early_run > _STEP_BACK_SAMPLES:
                state.shift_s -= error  # the clock was set back for good; ours never runs backwards
                state.early_run = 0
        state.odd_stamps += 1
        state.offset_s += self.params.clock_gain * min(max(error, -state.tolerance_s), state.tolerance_s)
        self._emit(np.array([self._now()]), rows[:1, 1:4], rows[:1, 4:7], np.zeros(1, np.uint8), out)
        state.count += 1
        return 1

    def _now(self) -> float:
        """When the next sample is due."""
        return self.state.origin_s + self.state.period_s * self.state.count + self.state.offset_s

    def _stamp(self, stamp_s: float, *, ahead: int) -> float:
        """How late a stamp is for the sample that many after the next, s."""
        return stamp_s + self.state.shift_s - self._now() - ahead * self.state.period_s

    def _hole(self, row: NDArray[np.float64], error: float, out: list[EvenBlock | Hole]) -> None:
        state, params = self.state, self.params
        period = state.period_s
        missing = max(1, round(error / period))
        previous = state.last
        begin = self._now() - period
        if previous is None:
            missing = 0
        else:
            bridged = (missing + 1) * period <= params.bridge_s + 0.5 * period
            out.append(Hole(begin, begin + (missing + 1) * period, missing, bridged))
            if (missing + 1) * period > params.fill_s:
                state.restart = True
            else:
                self._fill(previous, row, missing, bridged, begin, out)
        state.count += missing
        self._emit(np.array([self._now()]), row[None, 1:4], row[None, 4:7], np.zeros(1, np.uint8), out)
        state.count += 1

    def _fill(
        self,
        previous: NDArray[np.float64],
        row: NDArray[np.float64],
        missing: int,
        bridged: bool,
        begin: float,
        out: list[EvenBlock | Hole],
    ) -> None:
        """Invent samples so that the filters run on; they are flagged, and no figure is taken from long ones."""
        share = (np.arange(1, missing + 1) / (missing + 1))[:, None]
        acc = (1 - share) * previous[1:4] + share * row[1:4]
        if bridged:
            gyr = (1 - share) * previous[4:7] + share * row[4:7]
        else:
            gyr = np.tile(_turn(previous[1:4], row[1:4]) / ((missing + 1) * self.state.period_s), (missing, 1))
        times: FloatArray = begin + self.state.period_s * np.arange(1, missing + 1, dtype=np.float64)
        self._emit(times, acc, gyr, np.full(missing, BRIDGED if bridged else MISSING, np.uint8), out)

    def _emit(
        self, times: FloatArray, acc: FloatArray, gyr: FloatArray, flags: Flags, out: list[EvenBlock | Hole]
    ) -> None:
        state = self.state
        rows = np.concatenate((times[:, None], acc, gyr), axis=1)
        before = rows[:1] + 1.0 if state.last is None else state.last[None, :]
        stuck = rows[:, 1:] == np.concatenate((before, rows[:-1]))[:, 1:]
        stuck[:, :3] &= np.abs(rows[:, 1:4]) > _CLIP_ACC_M_S2
        stuck[:, 3:] &= np.abs(rows[:, 4:7]) > _CLIP_GYR_RAD_S
        clipped = stuck.any(axis=1)
        if clipped.any():
            flags = flags | np.where(clipped, CLIPPED, 0).astype(np.uint8)
        out.append(EvenBlock(times, np.ascontiguousarray(acc), np.ascontiguousarray(gyr), flags, state.restart))
        state.restart = False
        state.last = rows[-1]


def find_period_s(stamps: FloatArray) -> float:
    """The sampling period, s, behind (N,) stamps with jitter, holes and repeats; 0 where they do not advance.

    Holes stretch some differences but not most short ones, so the median over eight samples is near the period; where
    stamps come in bursts it is the median over half of all. Near it, the period at which the stamps fall on one comb
    (greatest circular mean) is taken and refined by least squares.
    """
    count = stamps.shape[0]
    half = max(1, count // 2)
    guess = float(np.median((stamps[half:] - stamps[:-half]) / half))
    if not guess > 0 or count < 8:
        return max(guess, 0.0)
    lowest, highest = 0.85, 1.02
    lag = 8
    if count >= 4 * lag and float((np.diff(stamps) < 0.05 * guess).mean()) < 0.3:
        guess = float(np.median(stamps[lag:] - stamps[:-lag])) / lag
        lowest, highest = 0.95, 1.03
    since: FloatArray = stamps - stamps[0]
    comb = guess * np.linspace(lowest, highest, 8 * half)
    clarity = np.abs(np.exp(2j * np.pi * since[None, :] / comb[:, None]).mean(axis=1))
    best = float(clarity.max())
    if not best > _CLEAR:
        return guess
    # stamps in bursts fall on several combs as well; the count of samples tells which
    as_clear = comb[clarity > 0.95 * best]
    period = float(as_clear[int(np.argmin(np.abs(as_clear - guess)))])
    for _ in range(3):
        index: FloatArray = np.round((since - np.median(since - period * np.round(since / period))) / period)
        centred = index - index.mean()
        spread = float(centred @ centred)
        if spread > 0:
            period = float(centred @ since) / spread
    return period


def _turn(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest rotation vector (rad, sensor frame) that carries the feeling of *up* from one to the other."""
    norm = float(np.linalg.norm(before) * np.linalg.norm(after))
    if norm < 1e-6:
        return np.zeros(3)
    cross = np.cross(after, before)
    sine = float(np.linalg.norm(cross)) / norm
    angle = float(np.arctan2(sine, float(before @ after) / norm))
    return cross / (norm * sine) * angle if sine > 1e-9 else np.zeros(3)


def _merged(parts: list[EvenBlock | Hole]) -> list[EvenBlock | Hole]:
    """Holes first, then as few blocks as there are unbroken stretches."""
    holes: list[EvenBlock | Hole] = [part for part in parts if isinstance(part, Hole)]
    runs: list[list[EvenBlock]] = []
    for part in parts:
        if isinstance(part, EvenBlock):
            if part.restart or not runs:
                runs.append([])
            runs[-1].append(part)
    return holes + [
        run[0]
        if len(run) == 1
        else EvenBlock(
            np.concatenate([part.time_s for part in run]),
            np.concatenate([part.acc for part in run]),
            np.concatenate([part.gyr for part in run]),
            np.concatenate([part.flags for part in run]),
            run[0].restart,
        )
        for run in runs
    ]
