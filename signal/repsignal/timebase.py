"""Samples as they come → samples on a clock: order, holes, bad stamps, bad values.

A sensor samples evenly; its stamps are what suffers on the way (jitter, repeats, steps back), and packets get lost.
So the *order* of the samples is believed and the stamps only steer a slow clock: sample ``n`` is expected one period
after sample ``n - 1``. A sample that comes late, and whose successor is late too, tells of a hole, into which nothing
is put any more, should it come after all; a single odd stamp is just an odd stamp. Where many samples follow nearly at
once the link had stalled, and they were taken meanwhile. What leaves this stage is evenly spaced, finite, and says of
each sample how it came to be (`even.py`).

Everything depends on sample numbers only, never on how the input was cut. Inside, samples are columns of (7, N): time,
specific force, angular rate. Numpy does with long rows in a fifth of the time what it does with many short ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.backlog import MOST_WAITING, Backlog, find_backlog
from repsignal.even import Break, EvenBlock, Evener, EvenerState
from repsignal.onepole import one_pole
from repsignal.rate import Spacing, find_spacing
from repsignal.sieve import Sieve, SieveState, appended
from repsignal.types import FloatArray, Hole, ImuBlock

_CHUNK: Final = 1024  # samples in the first pass; bounds the work repeated after an odd stamp
_FEW: Final = 32  # samples looked at together after an odd stamp, for another is often near
_STEP_BACK_SAMPLES: Final = 64  # so many early stamps in a row are a clock set back, not a burst
_OVERTAKEN_S: Final = 1.0  # no packet takes longer
_LATE_S: Final = 10.0  # and none comes later; stamps further back are those of a clock set back
_OPEN: Final = 32  # holes that are waited for
_LITTLE_JITTER: Final = 0.25  # of a period: with three times as much, some packets come when the next is due


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


@dataclass(slots=True)
class _OpenHole:
    """Between samples with these stamps so many are ``absent``; ``count`` is the number of the sample after it."""

    begin_s: float
    end_s: float
    absent: int
    count: int


@dataclass(slots=True)
class TimebaseState:
    """All that changes. ``period_s`` is 0 until the start-up has been seen."""

    sieve: SieveState = field(default_factory=SieveState)
    period_s: float = 0.0
    tolerance_s: float = 0.0
    head_s: float = 0.0  # how much later than a packet its first sample seems to be, and its last earlier
    pending: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])  # columns of t, acc, gyr
    pending_count: int = 0
    carry: NDArray[np.float64] = field(default_factory=lambda: np.empty((7, 0)))
    origin_s: float = 0.0  # clock of the even samples: origin + n * period + offset
    count: int = 0
    offset_s: float = 0.0
    early_run: int = 0  # stamps in a row that were too early
    open_holes: list[_OpenHole] = field(default_factory=list["_OpenHole"])  # the newest, into which samples may come
    late: int = 0  # so many did, and were left out
    shift_s: float = 0.0  # added to every stamp, after the clock was set back
    evener: EvenerState = field(default_factory=EvenerState)


class Timebase:
    """``feed(block)`` and ``flush()`` give even blocks and holes, in order."""

    def __init__(self, params: TimebaseParams | None = None, state: TimebaseState | None = None) -> None:
        self.params = params or TimebaseParams()
        self.state = state or TimebaseState()
        self._sieve = Sieve(self.state.sieve)
        self._evener = Evener(self.state.evener, self.params.fill_s)

    @property
    def rate_hz(self) -> float | None:
        """The rate found at start-up, Hz; ``None`` before."""
        return 1.0 / self.state.period_s if self.state.period_s > 0 else None

    def feed(self, block: ImuBlock) -> list[EvenBlock | Hole]:
        """Take samples in any cut; give what is certain so far."""
        samples = self._sieve.feed(block)
        if samples.shape[1] == 0:
            return []
        state = self.state
        if state.period_s == 0.0:
            state.pending.append(samples)
            state.pending_count += samples.shape[1]
            return self._try_start(final=False)
        return self._run(appended(state.carry, samples), final=False)

    def flush(self) -> list[EvenBlock | Hole]:
        """The recording is over: nothing more will confirm or deny a late stamp."""
        state = self.state
        samples = self._sieve.flush()
        if state.period_s == 0.0:
            state.pending.append(samples)
            state.pending_count += samples.shape[1]
            return self._try_start(final=True)
        return self._run(appended(state.carry, samples), final=True)

    def _try_start(self, *, final: bool) -> list[EvenBlock | Hole]:
        state, params = self.state, self.params
        if state.pending_count < 2 or (not final and state.pending_count < params.startup_samples):
            return []
        samples = np.concatenate(state.pending, axis=1)
        # The first sample by which the stamps span the start-up, wherever the blocks were cut.
        spanned = np.flatnonzero(np.maximum.accumulate(samples[0]) - samples[0, 0] >= params.startup_s)
        end = max(int(spanned[0]) + 1, params.startup_samples) if spanned.size else params.max_startup_samples
        end = min(end, params.max_startup_samples)
        least_s = 1.0 / params.max_rate_hz
        while end < params.max_startup_samples and _mostly_at_once(samples[0, :end], least_s):
            end = min(2 * end, params.max_startup_samples)
        if samples.shape[1] < end:
            if not final:
                state.pending = [samples]
                return []
            end = samples.shape[1]
        stamps = samples[0, :end]
        spacing = find_spacing(stamps)
        period = min(max(spacing.period_s, 1.0 / params.max_rate_hz), 1.0 / params.min_rate_hz)
        state.period_s, state.head_s = period, spacing.head_s
        drift = stamps - stamps[0] - period * np.arange(end)
        spread = spacing.straying_s
        state.tolerance_s = _tolerance_s(spacing, period)
        holes = np.flatnonzero(np.diff(drift) > state.tolerance_s)  # what comes after one drifts by as much
        whole = drift[: holes[0] + 1] if len(holes) else drift
        state.origin_s = float(stamps[0]) + (float(np.median(whole)) if spread > 0.05 * period else 0.0)
        state.pending, state.pending_count = [], 0
        return self._run(samples, final=final)

    def _run(self, samples: NDArray[np.float64], *, final: bool) -> list[EvenBlock | Hole]:
        times, breaks = self._placed(samples[0], final=final)
        self.state.carry = samples[:, times.shape[0] :].copy()
        values = samples[1:, : times.shape[0]]
        late = np.isnan(times)
        if np.count_nonzero(late):
            breaks = [Break(gap.index - int(late[: gap.index].sum()), gap.hole) for gap in breaks]
            times, values = times[~late], np.compress(~late, values, axis=1)
        return self._evener.blocks(times, values, breaks, self.state.period_s)

    def _placed(self, stamps: FloatArray, *, final: bool) -> tuple[FloatArray, list[Break]]:
        """Times of the leading samples that are certain, and the holes among them; NaN for what came too late."""
        n = stamps.shape[0]
        times = np.empty(n)
        breaks: list[Break] = []
        done, most = 0, _CHUNK
        while done < n:
            part = stamps[done : done + most]
            placed = self._place_regular(part, times[done:])
            done += placed
            if placed == part.shape[0]:
                most *= 2
                continue
            placed_one = self._place_one(stamps[done : done + MOST_WAITING], done, breaks, final=final)
            if placed_one is None:
                return times[:done], breaks
            times[done], waited = placed_one
            times[done + 1 : done + 1 + waited] = self._now() + self.state.period_s * np.arange(waited)
            self.state.count += waited
            done += 1 + waited
            most = _FEW
        return times, breaks

    def _place_regular(self, stamps: FloatArray, times: FloatArray) -> int:
        """Set the times of as many leading samples as behave; their number."""
        state = self.state
        n = stamps.shape[0]
        # lateness of each stamp against the even grid, which the clock follows slowly
        due = state.origin_s + state.period_s * (state.count + np.arange(n, dtype=np.float64))
        late: FloatArray = stamps + state.shift_s - due
        offset = np.empty(n + 1)
        offset[0] = state.offset_s
        offset[1:] = self._followed(late)
        bad = np.abs(late - offset[:-1]) > state.tolerance_s
        first_bad = int(np.argmax(bad))
        good = first_bad if bad[first_bad] else n
        times[:good] = due[:good] + offset[1 : good + 1]
        if good:
            state.count += good
            state.offset_s = float(offset[good])
            state.early_run = 0
        return good

    def _followed(self, late: FloatArray) -> FloatArray:
        """The clock's offset after each of (N,) samples that were so late, whether they come by the one or together."""
        return one_pole(late[:, None], 1.0 - self.params.clock_gain, np.array([self.state.offset_s]))[:, 0]

    def _place_one(
        self, stamps: FloatArray, index: int, breaks: list[Break], *, final: bool
    ) -> tuple[float, int] | None:
        """The time of the first sample of these, NaN where it came too late, and how many waited as it did.

        ``None`` until more stamps are known.
        """
        state = self.state
        gain = self.params.clock_gain
        stamp = stamps.item(0)
        following = stamps.item(1) if stamps.shape[0] > 1 else None
        due = state.origin_s + state.period_s * state.count
        late = stamp + state.shift_s - due
        error = late - state.offset_s
        if abs(error) <= state.tolerance_s:
            state.offset_s = self._followed(np.array([late])).item()
            state.early_run = 0
            state.count += 1
            return due + state.offset_s, 0
        if error > 0:
            if following is None and not final:
                return None  # the next sample tells a hole from an odd stamp
            if following is None or following + state.shift_s - (due + state.offset_s) - state.period_s > 0.5 * error:
                found = find_backlog(stamps, error, state.period_s, state.tolerance_s, final=final)
                return None if found is None else (self._place_late(found, index, breaks), found.waited)
        else:
            hole = self._hole_around(stamp + state.shift_s)
            if hole is not None:
                if following is None and not final:
                    return None  # the next sample tells one that others overtook from an odd stamp
                if following is not None and following + state.shift_s < due + state.offset_s + 0.5 * state.period_s:
                    hole.absent -= 1
                    state.late += 1
                    return np.nan, 0
            state.early_run += 1
            if state.early_run > _STEP_BACK_SAMPLES:
                state.shift_s -= error  # the clock was set back for good; ours never runs backwards
                state.early_run = 0
        state.offset_s += gain * min(max(error, -state.tolerance_s), state.tolerance_s)
        state.count += 1
        return due + state.offset_s, 0

    def _place_late(self, found: Backlog, index: int, breaks: list[Break]) -> float:
        """After a hole; or, where those that waited account for the delay, when it was due."""
        state = self.state
        if not found.waited:
            return self._place_after_hole(found.absent_s - state.head_s, index, breaks)
        if found.absent_s > state.tolerance_s:
            return self._place_after_hole(found.absent_s + state.head_s, index, breaks)
        time = self._now()
        state.count += 1
        return time

    def _place_after_hole(self, error: float, index: int, breaks: list[Break]) -> float:
        state, period = self.state, self.state.period_s
        begun, missing = state.count > 0, max(1, round(error / period))
        begin = self._now() - period
        state.count += missing if begun else 0
        time = self._now()
        if begun and missing * period <= _OVERTAKEN_S:
            state.open_holes = [*state.open_holes[1 - _OPEN :], _OpenHole(begin, time, missing, state.count)]
        if begun:
            bridged = (missing + 1) * period <= self.params.bridge_s + 0.5 * period
            breaks.append(Break(index, Hole(begin, time, missing, bridged)))
        state.count += 1
        return time

    def _hole_around(self, stamp_s: float) -> _OpenHole | None:
        """The newest hole, of the last seconds, from which a sample is missing that has this stamp."""
        oldest, margin_s = self.state.count - _LATE_S / self.state.period_s, 0.5 * self.state.period_s
        for hole in self.state.open_holes:
            inside = hole.begin_s + margin_s < stamp_s < hole.end_s - margin_s
            if hole.absent and hole.count >= oldest and inside:
                return hole
        return None

    def _now(self) -> float:
        """When the next sample is due."""
        return self.state.origin_s + self.state.period_s * self.state.count + self.state.offset_s


def _mostly_at_once(stamps: FloatArray, least_s: float) -> bool:
    """Whether most of (N,) samples came in a row, quicker than any sensor: that says little of how often it samples."""
    apart = np.flatnonzero(np.diff(stamps) >= least_s)
    edges = np.concatenate(([-1], apart, [stamps.shape[0] - 1]))
    return bool(np.diff(edges).max() > stamps.shape[0] // 2)


def _tolerance_s(spacing: Spacing, period_s: float) -> float:
    """How far a stamp may be off: farther than they usually stray, and less than one after a lost packet.

    After a packet of two that is lost the next is 2.5 periods late: that is told only where packets jitter little.
    """
    spread_s = spacing.straying_s
    if spacing.head_s and spacing.jitter_s < _LITTLE_JITTER * period_s:  # or lost packets of two or three go unnoticed
        spread_s -= 0.25 * max(0.0, 1.5 * period_s - spacing.head_s)
    if spread_s < 0.4 * period_s:
        return 0.75 * period_s
    return min(0.75 * period_s + 4.0 * spread_s, 20.0 * period_s)
