"""The live half of a set: phases as they happen, reps as they end, tick by tick.

The judge has found a set and its axis; from there on a small machine follows the angle through lift, hold, lower and
pause. It is quick rather than wise: what it says is refined within each rep, and the judge looks at the whole set
again when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal import joint
from repsignal.cycles import CycleView, measure
from repsignal.extremes import STILL_S, Excursion, Rises, along, settled
from repsignal.joint import Pivot
from repsignal.judge import hinge_of
from repsignal.kernel import SpeedKernel
from repsignal.likeness import MIN_CYCLE_S
from repsignal.membership import FULL_SHARE, MIN_PARTIAL_DEG, PARTIAL_SHARE
from repsignal.phases import Ramps, Shapes, common_shapes
from repsignal.robust import median
from repsignal.store import TickStore
from repsignal.types import Event, PartialRep, PartialRepEvent, Phase, PhaseEvent, Rep, RepEvent

_ON_SHARE: Final = 0.08  # of the usual peak speed of that stroke: under way
_ON_MOST: Final = 0.15
_ON_SIGMAS: Final = 2.5  # times the mean speed of a limb that should be still
_RINGING_S: Final = 0.3  # of a phase that has just begun
_SETTLING_S: Final = 1.0  # what the mean speed of a limb that should be still is learnt over
_STILL_UP: Final = 0.85  # of the range: what stops above has only sagged, below it is a lowering that stutters
_OFF_SHARE: Final = 0.10  # of this stroke's own peak speed: over
_NEAR_BOTTOM: Final = 0.35  # of the range
_CONFIRM_S: Final = 0.04
_MEMORY: Final = 6  # strokes the axis and the usual range are taken from
_HASTE, _HASTE_S = 0.6, 1.6  # of the usual length of a cycle, and s: quicker than both is a stride, no rep of this set
_STRETCH: Final = 256  # ticks looked at in one go
_RAMPS: Final = 8  # reps whose ramps are taken together
_SHAPES_EVERY: Final = 4  # reps, once there are so many: what they have in common hardly changes
_PIVOT_WINDOW_S: Final = 40.0


class _Outcome(Enum):
    GO_ON = auto()
    CYCLE_OVER = auto()
    SET_OVER = auto()


@dataclass(slots=True)
class Tracking:
    """What is known of the set going on. Ticks are numbers since the start."""

    set_index: int
    axis: NDArray[np.float64]
    limb: NDArray[np.float64] | None
    direction: float  # of the draft it began with
    pivot: Pivot | None
    range_deg: float
    begin: int  # first tick of the set
    next: int  # first tick not yet looked at
    known: int  # nothing could be said before this tick
    bottom_deg: float
    last_end: int
    reps: int = 0
    partials: int = 0
    phase: Phase = Phase.PAUSE
    phase_tick: int = 0
    departure: int = 0
    departure_deg: float = 0.0
    top_deg: float = 0.0
    run: int = 0
    foreign: int = 0  # cycles in a row that are no reps of this set
    up_peak: float = 0.0  # usual peak speeds, °/s
    down_peak: float = 0.0
    stroke_peak: float = 0.0
    restless: float = 0.0  # mean speed while holding or pausing, °/s
    strokes: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])
    ranges: list[float] = field(default_factory=list[float])
    lengths: list[float] = field(default_factory=list[float])  # of whole cycles, s
    ramps: list[Ramps] = field(default_factory=list[Ramps])
    shapes: Shapes | None = None  # what they have in common


@dataclass(frozen=True, slots=True)
class _Course:
    """Angle, degrees, and speed, °/s, about one axis at ticks ``begin`` to ``end``."""

    begin: int
    end: int
    angles: list[float]
    speeds: list[float]

    def since(self, tick: int) -> Iterator[tuple[int, float, float]]:
        """Number, angle and speed of each tick from this one on."""
        done = tick - self.begin
        return zip(range(tick, self.end), self.angles[done:], self.speeds[done:], strict=True)


class Tracker:
    """Advances a :class:`Tracking` over the ticks of a store."""

    def __init__(self, store: TickStore, tick_s: float, rest_s: float) -> None:
        self._store = store
        self._tick_s = tick_s
        self._rest = round(rest_s / tick_s)
        self._kernel = SpeedKernel.at(tick_s)
        self._confirm = max(1, round(_CONFIRM_S / tick_s))
        self._ringing = int(_RINGING_S / tick_s)
        self._settling = min(1.0, tick_s / _SETTLING_S)

    @property
    def lag(self) -> int:
        """Ticks after an instant that its speed needs."""
        return self._kernel.reach + 1

    def advance(self, tracking: Tracking, until: int, events: list[Event]) -> bool:
        """Look at ticks up to ``until - lag``; ``True`` when the set is over (``tracking.next`` tells where)."""
        while tracking.next < until - self.lag:
            if self._stretch(tracking, until, events):
                return True
        return False

    def _stretch(self, t: Tracking, until: int, events: list[Event]) -> bool:
        """Ticks with one axis: until a rep ends and betters it, or no more are there."""
        lo = t.next
        hi = min(until - self.lag, lo + _STRETCH)  # a rep ends long before the recording does
        first = max(self._store.first, lo - self.lag)
        angle = along(self._store.path_deg(first, hi + self.lag), t.axis)
        course = _Course(
            lo, hi, angle[lo - first : hi - first].tolist(), self._kernel.speed(angle)[lo - first : hi - first].tolist()
        )
        follow = {Phase.LIFT: self._lift, Phase.HOLD: self._hold, Phase.LOWER: self._lower, Phase.PAUSE: self._pause}
        while t.next < hi:
            over = follow[t.phase](t, course, events)
            if over is not _Outcome.GO_ON:
                return over is _Outcome.SET_OVER
        return False

    # Each of the four looks at ticks from ``t.next`` on, until its phase is over or the course ends.

    def _pause(self, t: Tracking, course: _Course, events: list[Event]) -> _Outcome:
        gain = min(1.0, self._tick_s / 0.3)
        ringing = t.phase_tick + self._ringing
        on_up = self._least_speed(t, t.up_peak)
        for k, theta, speed in course.since(t.next):
            t.next = k + 1
            if speed > on_up and theta > t.bottom_deg - 0.5 * t.range_deg:
                t.run += 1
                if t.run >= self._confirm:
                    self._enter(t, Phase.LIFT, k - t.run + 1, k, events)
                    t.departure, t.departure_deg = k - t.run + 1, t.bottom_deg
                    t.top_deg, t.stroke_peak, t.run = theta, speed, 0
                    return _Outcome.GO_ON
                continue
            t.run = 0
            if k > ringing:
                on_up = self._settle_down(t, speed, t.up_peak)
            t.bottom_deg += gain * (theta - t.bottom_deg)
            if k - t.last_end > self._rest:
                return _Outcome.SET_OVER
        return _Outcome.GO_ON

    def _hold(self, t: Tracking, course: _Course, events: list[Event]) -> _Outcome:
        on_down = self._least_speed(t, t.down_peak)
        ringing = t.phase_tick + self._ringing
        for k, theta, speed in course.since(t.next):
            t.next = k + 1
            if theta > t.top_deg:
                t.top_deg = theta
            if speed < -on_down:
                t.run += 1
                if t.run >= self._confirm:
                    self._enter(t, Phase.LOWER, k - t.run + 1, k, events)
                    t.stroke_peak, t.run = -speed, 0
                    return _Outcome.GO_ON
                continue
            t.run = 0
            if k > ringing:
                on_down = self._settle_down(t, speed, t.down_peak)
            if k - t.last_end > self._rest and not 0.4 < (theta - t.departure_deg) / t.range_deg < 1.7:
                return _Outcome.SET_OVER
        return _Outcome.GO_ON

    def _least_speed(self, t: Tracking, peak: float) -> float:
        """What a limb that was still must exceed to be under way, of a stroke with this peak speed."""
        least = _ON_SIGMAS * t.restless
        if least <= _ON_SHARE * peak:  # asked each tick: min and max would take twice as long
            return _ON_SHARE * peak
        return least if least < _ON_MOST * peak else _ON_MOST * peak

    def _settle_down(self, t: Tracking, speed: float, peak: float) -> float:
        """Learn how restless the limb is where it should be still, and so what it must exceed to be under way."""
        size, most = abs(speed), 3.0 * t.restless + 0.5
        t.restless += self._settling * ((size if size < most else most) - t.restless)
        return self._least_speed(t, peak)

    def _lift(self, t: Tracking, course: _Course, events: list[Event]) -> _Outcome:
        for k, theta, speed in course.since(t.next):
            t.next = k + 1
            if theta > t.top_deg:
                t.top_deg = theta
            if speed > t.stroke_peak:
                t.stroke_peak = speed
            if speed < -_ON_SHARE * t.down_peak and t.top_deg - theta > 0.02 * t.range_deg:
                self._enter(t, Phase.LOWER, k, k, events)
                t.stroke_peak, t.run = -speed, 0
                return _Outcome.GO_ON
            if speed >= _OFF_SHARE * t.stroke_peak:
                t.run = 0
                continue
            t.run += 1
            if t.top_deg - t.departure_deg > PARTIAL_SHARE * t.range_deg:
                if t.run >= self._confirm:
                    self._enter(t, Phase.HOLD, k - t.run + 1, k, events)
                    t.run = 0
                    return _Outcome.GO_ON
            elif t.run * self._tick_s > 0.5:
                # it was not a lift after all
                self._enter(t, Phase.PAUSE, k, k, events)
                t.bottom_deg, t.run = theta, 0
                return _Outcome.GO_ON
        return _Outcome.GO_ON

    def _lower(self, t: Tracking, course: _Course, events: list[Event]) -> _Outcome:
        for k, theta, speed in course.since(t.next):
            t.next = k + 1
            if theta > t.top_deg:
                t.top_deg = theta
            if -speed > t.stroke_peak:
                t.stroke_peak = -speed
            size, height = t.top_deg - t.departure_deg, theta - t.departure_deg
            if height < _NEAR_BOTTOM * (size if size < t.range_deg else t.range_deg):
                turned = speed > _ON_SHARE * t.up_peak
                if turned or speed > -_OFF_SHARE * t.stroke_peak:
                    t.run += 1
                    if turned or t.run >= self._confirm:
                        return self._cycle_over(t, k, theta, events)
                    continue
            elif speed > -_OFF_SHARE * min(t.stroke_peak, t.down_peak):
                t.run += 1
                if t.run * self._tick_s > 0.25 and height > _STILL_UP * size:
                    self._enter(t, Phase.HOLD, k - t.run + 1, k, events)  # it only sagged
                    t.run = 0
                    return _Outcome.GO_ON
                if k - max(t.last_end, t.phase_tick) > self._rest:
                    return _Outcome.SET_OVER
                continue
            t.run = 0
        return _Outcome.GO_ON

    def _cycle_over(self, t: Tracking, k: int, theta: float, events: list[Event]) -> _Outcome:
        now = max(k + self.lag, t.known)
        first = max(self._store.first, t.departure - round(1.5 / self._tick_s))
        window = self._store.window(first, now)
        angle = along(window.path_deg, t.axis)
        begin, end = t.departure - first, k - first + 1
        top = begin + int(np.argmax(angle[begin:end]))
        low = begin - int(np.argmin(angle[max(0, begin - 5) : begin + 1][::-1]))
        rough = Excursion(low, top, end - 1, float(angle[low]), float(angle[top]), float(angle[end - 1]))
        size = rough.prominence_deg
        self._enter(t, Phase.PAUSE, k - t.run + 1, k, events)
        t.bottom_deg, t.run = theta, 0
        if size < max(PARTIAL_SHARE * t.range_deg, MIN_PARTIAL_DEG):
            return _Outcome.GO_ON
        length = (rough.bottom_after - rough.bottom) * self._tick_s
        if size > t.range_deg / FULL_SHARE or length < min(_HASTE_S, max(MIN_CYCLE_S, _HASTE * median(t.lengths))):
            t.foreign += 1
            return _Outcome.SET_OVER if t.foreign > 1 else _Outcome.GO_ON
        t.foreign = 0
        t.last_end = k
        cycle = settled(angle, rough, Rises.of(angle, round(STILL_S / self._tick_s)))
        view = CycleView.of(window, self._tick_s, cycle)
        detected = self._store.time_s(now - 1)
        if size < FULL_SHARE * t.range_deg:
            t.partials += 1
            partial = measure(PartialRep, view, t.pivot, common_shapes([view.ramps]), index=t.partials)
            events.append(PartialRepEvent(t.set_index, partial, detected))
            return _Outcome.CYCLE_OVER
        t.reps += 1
        t.ramps = [*t.ramps, view.ramps][-_RAMPS:]
        if t.shapes is None or t.reps <= _RAMPS or t.reps % _SHAPES_EVERY == 0:
            t.shapes = common_shapes(t.ramps)
        rep = measure(Rep, view, t.pivot, t.shapes, index=t.reps)
        events.append(RepEvent(t.set_index, rep, detected))
        t.lengths = [*t.lengths, length][-_MEMORY:]
        self._learn(t, cycle, first, now)
        return _Outcome.CYCLE_OVER

    def _learn(self, t: Tracking, cycle: Excursion, first: int, now: int) -> None:
        """Let the axis, the range and the pivot follow: straps slip, people tire."""
        path = self._store.path_deg(first, now)
        t.strokes += [path[cycle.top] - path[cycle.bottom], path[cycle.top] - path[cycle.bottom_after]]
        t.strokes = t.strokes[-_MEMORY:]
        t.ranges = [*t.ranges, cycle.prominence_deg][-_MEMORY:]
        t.range_deg = median(t.ranges)
        strokes = np.array(t.strokes)
        if t.limb is not None:
            strokes = strokes - (strokes @ t.limb)[:, None] * t.limb
        axis = joint.axis_of_strokes(strokes, None)
        axis = axis if float(axis @ t.axis) > 0 else -axis
        before = float(along(path[cycle.bottom_after : cycle.bottom_after + 1], t.axis)[0])
        after = float(along(path[cycle.bottom_after : cycle.bottom_after + 1], axis)[0])
        t.axis = axis
        t.bottom_deg += after - before
        angle = along(path, axis)
        speed = self._kernel.speed(angle)
        up = float(speed[cycle.bottom : cycle.top + 1].max())
        down = float(-speed[cycle.top : cycle.bottom_after + 1].min())
        t.up_peak += 0.4 * (up - t.up_peak) if t.up_peak > 0 else up
        t.down_peak += 0.4 * (down - t.down_peak) if t.down_peak > 0 else down
        if t.reps <= 6 or t.reps % 4 == 0:
            self._fit(t, now)

    def _fit(self, t: Tracking, now: int) -> None:
        begin = max(self._store.first, t.begin, now - round(_PIVOT_WINDOW_S / self._tick_s))
        window = self._store.window(begin, now)
        found = hinge_of(window, slice(None), self._tick_s)
        pivot = found.pivot(t.axis) if found is not None else None
        if pivot is not None:
            t.pivot = pivot

    def _enter(self, t: Tracking, phase: Phase, start: int, k: int, events: list[Event]) -> None:
        now = max(k + self.lag, t.known)
        t.phase, t.phase_tick = phase, start
        detected = self._store.time_s(min(now, self._store.end) - 1)
        events.append(PhaseEvent(phase, self._store.time_s(start), detected, t.set_index))
