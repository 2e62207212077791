"""The live half of a set: phases as they happen, reps as they end, tick by tick.

The judge has found a set and its axis; from there on a small machine follows the angle through lift, hold, lower and
pause. It is quick rather than wise: what it says is refined within each rep, and the judge looks at the whole set
again when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.activity import is_stride
from repsignal.aside import leaving_axis
from repsignal.cycles import CycleView, begun_after, measure
from repsignal.extremes import STILL_S, Excursion, Rises, along, settled
from repsignal.following import MEMORY, NEAR_BOTTOM, Following, axis_after, strokes_of, turned
from repsignal.joint import Pivot
from repsignal.kernel import SpeedKernel
from repsignal.likeness import comes_back, is_stroke_pair
from repsignal.membership import FULL_SHARE, PARTIAL_SHARE, least_partial_deg
from repsignal.onset import Lateness, Onsets, Unrest
from repsignal.phases import Shapes, common_shapes
from repsignal.ramps import Ramps
from repsignal.robust import median
from repsignal.store import TickStore
from repsignal.types import CycleFlag, Event, FloatArray, PartialRep, PartialRepEvent, Phase, PhaseEvent, Rep, RepEvent
from repsignal.window import TickWindow

_ON_SHARE: Final = 0.08  # of the usual peak speed of that stroke: under way
_FALLEN_SHARE: Final = 0.6  # of the range: no hold sags so far
_SAGGED_SHARE: Final = 0.15  # of the range: what stops before has only sagged, later it is a lowering that stutters
_SAGGED_S: Final = 0.4  # of having stopped
_PATIENCE: Final = 1.2  # of range by peak speed, about half of a stroke: by then a lowering has come further
_DOUBT: Final = 1.5  # a hold that was taken for a lowering is more restless than those before
_LOOK_BACK_S: Final = 3.0  # before a rep, for how still the limb was
_OFF_SHARE: Final = 0.10  # of this stroke's own peak speed: over
_CONFIRM_S: Final = 0.04
_STRETCH: Final = 256  # ticks looked at in one go
RAMPS: Final = 8  # reps whose ramps are taken together
_SHAPES_EVERY: Final = 4  # reps, once there are so many: what they have in common hardly changes
_PIVOT_WINDOW_S: Final = 40.0
_CONTEXT_S: Final = 1.5  # before a rep, in what it is measured in
_SAME_WAY: Final = 0.9  # cosine
_AHEAD: Final = 0.5  # of a rep
_DOWN: Final = 0.8  # of the range: whoever stops before has not come down, wherever the bottom is


@dataclass(slots=True)
class Tracking:
    """What is known of the set going on. Ticks are numbers since the start."""

    set_index: int
    axis: NDArray[np.float64]
    limb: NDArray[np.float64] | None
    pivot: Pivot | None
    range_deg: float
    begin: int  # first tick of the set
    next: int  # first tick not yet looked at
    known: int  # nothing could be said before this tick
    bottom_deg: float
    reps: int = 0
    partials: int = 0
    phase: Phase = Phase.PAUSE
    phase_tick: int = 0
    departure: int = 0
    departure_deg: float = 0.0
    top_deg: float = 0.0
    left_deg: float = 0.0  # where the lowering was told
    doubt: float = 1.0  # times as much must be seen as usual
    run: int = 0
    up_peak: float = 0.0  # usual peak speeds, °/s
    down_peak: float = 0.0
    stroke_peak: float = 0.0
    before_lift: Unrest = field(default_factory=Unrest)
    before_lower: Unrest = field(default_factory=Unrest)
    lateness: Lateness = field(default_factory=Lateness)
    end_s: float | None = None  # of the newest rep
    strokes: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])
    ranges: list[float] = field(default_factory=list[float])
    lengths: list[float] = field(default_factory=list[float])  # of whole cycles, s
    ramps: list[Ramps] = field(default_factory=list[Ramps])
    shapes: Shapes | None = None  # what they have in common
    turned: Excursion | None = None  # a cycle about another axis, just over

    @property
    def leaving(self) -> FloatArray:
        """The axis (3,) that the limb turns about as it leaves the bottom."""
        return leaving_axis(self.axis, None if self.shapes is None else self.shapes.asides[0])

    @property
    def fallen_deg(self) -> float:
        """A limb below this is being lowered, however little a slow creep stands out from a restless hold."""
        return self.top_deg - _FALLEN_SHARE * (self.top_deg - self.departure_deg)


@dataclass(frozen=True, slots=True)
class _Course:
    """Angle, degrees, and speed, °/s, about one axis at ticks ``begin`` to ``end``.

    ``up`` and ``down`` are how near the limb is to having set off either way (see :meth:`Onsets.shares`).
    """

    begin: int
    end: int
    angles: list[float]
    speeds: list[float]
    up: list[list[float]]
    down: list[list[float]]

    def since(self, tick: int) -> Iterator[tuple[int, float, float]]:
        """Number, angle and speed of each tick from this one on."""
        done = tick - self.begin
        return zip(range(tick, self.end), self.angles[done:], self.speeds[done:], strict=True)


class Tracker:
    """Advances a :class:`Tracking` over the ticks of a store."""

    def __init__(self, store: TickStore, tick_s: float) -> None:
        self._store = store
        self._tick_s = tick_s
        self._kernel = SpeedKernel.at(tick_s)
        self._confirm = max(1, round(_CONFIRM_S / tick_s))
        self._onsets = Onsets(tick_s)

    @property
    def lag(self) -> int:
        """Ticks after an instant that its speed needs."""
        return self._kernel.reach + 1

    def lower_on(self, t: Tracking, cycle: Excursion, top: int, since: int, peak_dps: float) -> None:
        """Follow a cycle, its top at a tick, that is being lowered, by so much at most, from a tick on."""
        t.phase, t.phase_tick, t.next = Phase.LOWER, top, since
        t.departure, t.departure_deg = top - cycle.top + cycle.bottom, cycle.bottom_deg
        t.top_deg = t.left_deg = cycle.top_deg
        t.stroke_peak = peak_dps

    def advance(self, tracking: Tracking, until: int, events: list[Event]) -> None:
        """Look at ticks up to ``until - lag``."""
        while tracking.next < until - self.lag:
            self._stretch(tracking, until, events)

    def catch_up(self, t: Tracking, f: Following, now: int, events: list[Event]) -> None:
        """Go on from the newest rep that was followed, if what goes on here began long before: a strap has slipped."""
        rep, ahead = f.newest, round(_AHEAD * median(f.lengths) / self._tick_s)
        if rep is None or t.phase is Phase.PAUSE or t.departure > rep.bottom - ahead:
            return
        self._enter(t, Phase.PAUSE, now - 1 - self.lag, events)
        t.limb, t.strokes, t.turned = None, [], None
        window = self._store.window(max(self._store.first, rep.bottom - round(_CONTEXT_S / self._tick_s)), now)
        self._tell_rep(t, window, rep.earlier(window.begin), rep.bottom, events)
        t.next = rep.bottom_after + 1
        t.bottom_deg = float(along(self._store.path_deg(rep.bottom_after, rep.bottom_after + 1), t.axis)[0])

    def _stretch(self, t: Tracking, until: int, events: list[Event]) -> None:
        """Ticks with one axis: until a rep ends and betters it, or no more are there."""
        lo = t.next
        hi = min(until - self.lag, lo + _STRETCH)  # a rep ends long before the recording does
        first = max(self._store.first, lo - self._onsets.reach)
        path = self._store.path_deg(first, hi + self.lag)
        angle = along(path, t.axis)
        own = slice(lo - first, hi - first)
        # whether it has set off is told with the newest tick, its angle and speed with those that their speed needs
        up, down = self._onsets.shares(
            along(path, t.leaving), -angle, own.start + self.lag, t.before_lift, t.before_lower
        )
        course = _Course(lo, hi, angle[own].tolist(), self._kernel.speed(angle)[own].tolist(), up, down)
        follow = {Phase.LIFT: self._lift, Phase.HOLD: self._hold, Phase.LOWER: self._lower, Phase.PAUSE: self._pause}
        while t.next < hi:
            if follow[t.phase](t, course, events):
                return

    # Each of the four looks at ticks from ``t.next`` on, until its phase is over or the course ends, and says whether
    # a cycle was told meanwhile: the axis is then another.

    def _pause(self, t: Tracking, course: _Course, events: list[Event]) -> bool:
        gain = min(1.0, self._tick_s / 0.3)
        for (k, theta, speed), share in zip(course.since(t.next), self._shares(t, course, course.up), strict=True):
            t.next = k + 1
            if share > 1.0 and theta > t.bottom_deg - 0.5 * t.range_deg:
                t.departure, t.departure_deg = self._enter(t, Phase.LIFT, k, events), t.bottom_deg
                t.top_deg, t.stroke_peak, t.doubt = theta, max(speed, 0.0), 1.0
                return False
            t.bottom_deg += gain * (theta - t.bottom_deg)
        return False

    def _hold(self, t: Tracking, course: _Course, events: list[Event]) -> bool:
        fallen_deg = t.fallen_deg
        for (k, theta, speed), share in zip(course.since(t.next), self._shares(t, course, course.down), strict=True):
            t.next = k + 1
            if theta > t.top_deg:
                t.top_deg = theta
                fallen_deg = t.fallen_deg
            fallen = theta < fallen_deg  # which is not taken back
            if fallen or share > t.doubt:
                self._enter(t, Phase.LOWER, k, events)
                t.stroke_peak, t.left_deg = max(-speed, 0.0), t.top_deg if fallen else theta
                return False
        return False

    def _shares(self, t: Tracking, course: _Course, shares: list[list[float]]) -> list[float]:
        """Of each tick from ``t.next`` on, those that count so long after the stroke before."""
        begin, found = t.next, list[float]()
        for zone, own in zip((*self._onsets.zones, course.end), shares, strict=True):
            end = min(max(t.phase_tick + zone - self.lag, begin), course.end)
            found += own[begin - course.begin : end - course.begin]
            begin = end
        return found

    def _lift(self, t: Tracking, course: _Course, events: list[Event]) -> bool:
        fresh = course.down[0]
        for k, theta, speed in course.since(t.next):
            t.next = k + 1
            if theta > t.top_deg:
                t.top_deg = theta
            if speed > t.stroke_peak:
                t.stroke_peak = speed
            if speed < 0.0 and fresh[k - course.begin] > 1.0:
                self._enter(t, Phase.LOWER, k, events)
                t.stroke_peak, t.left_deg = -speed, theta
                return False
            if speed >= _OFF_SHARE * t.stroke_peak:
                t.run = 0
                continue
            t.run += 1
            if t.top_deg - t.departure_deg > PARTIAL_SHARE * t.range_deg:
                if t.run >= self._confirm:
                    self._enter(t, Phase.HOLD, k, events)
                    return False
            elif t.run * self._tick_s > 0.5:
                # it was not a lift after all
                self._enter(t, Phase.PAUSE, k, events)
                t.bottom_deg = theta
                return False
        return False

    def _lower(self, t: Tracking, course: _Course, events: list[Event]) -> bool:
        sagged = _SAGGED_S / self._tick_s
        patience = _PATIENCE * t.range_deg / max(t.down_peak, 1.0) / self._tick_s
        for k, theta, speed in course.since(t.next):
            t.next = k + 1
            if theta > t.top_deg:
                t.top_deg = theta
            if -speed > t.stroke_peak:
                t.stroke_peak = -speed
            size, height = t.top_deg - t.departure_deg, theta - t.departure_deg
            if height < NEAR_BOTTOM * (size if size < t.range_deg else t.range_deg):
                turned = speed > _ON_SHARE * t.up_peak
                if turned or speed > -_OFF_SHARE * t.stroke_peak:
                    t.run += 1
                    if turned or t.run >= self._confirm:
                        return self._cycle_over(t, k, theta, events)
                    continue
            else:
                stopped = speed > -_OFF_SHARE * min(t.stroke_peak, t.down_peak)
                t.run = t.run + 1 if stopped else 0
                if t.run > sagged and self._is_down(t, k, theta):
                    return self._cycle_over(t, k, theta, events)
                if t.left_deg - theta < _SAGGED_SHARE * size and (t.run > sagged or k - t.phase_tick > patience):
                    t.doubt *= _DOUBT
                    self._enter(t, Phase.HOLD, k, events)
                    return False
                continue
            t.run = 0
        return False

    def _cycle_over(self, t: Tracking, k: int, theta: float, events: list[Event]) -> bool:
        now = max(k + self.lag + 1, t.known)
        first = max(self._store.first, t.departure - round(_CONTEXT_S / self._tick_s))
        window = self._store.window(first, now)
        angle = along(window.path_deg, t.axis)
        begin, end = t.departure - first, k - first + 1
        top = begin + int(np.argmax(angle[begin:end]))
        low = begin - int(np.argmin(angle[max(0, begin - 5) : begin + 1][::-1]))
        rough = Excursion(low, top, end - 1, float(angle[low]), float(angle[top]), float(angle[end - 1]))
        size = rough.prominence_deg
        self._enter(t, Phase.PAUSE, k, events)
        t.bottom_deg = theta
        if size < least_partial_deg(t.range_deg):
            return False
        length = (rough.bottom_after - rough.bottom) * self._tick_s
        if size > t.range_deg / FULL_SHARE or is_stride(window, begin, length, t.lengths, self._tick_s):
            return False
        if not is_stroke_pair(window, self._tick_s, angle, rough, t.limb):
            return self._turned_over(t, window, rough, now, events)
        t.turned = None
        if not comes_back(window, rough, t.range_deg, t.limb):
            return False
        cycle = settled(angle, rough, Rises.of(angle, round(STILL_S / self._tick_s)))
        if size < FULL_SHARE * t.range_deg:
            (view,) = CycleView.of(window, self._tick_s, [cycle])
            t.partials += 1
            partial = measure(PartialRep, view, t.pivot, common_shapes([view.ramps]), index=t.partials)
            events.append(PartialRepEvent(t.set_index, partial, self._store.time_s(now - 1)))
            return True
        self._tell_rep(t, window, cycle, t.departure, events)
        return True

    def _turned_over(self, t: Tracking, window: TickWindow, rough: Excursion, now: int, events: list[Event]) -> bool:
        """A cycle is over that is none about the set's axis: two alike about another are reps, for a strap slipped."""
        own = turned(window, self._tick_s, rough, t.range_deg, t.lengths)
        before, t.turned = t.turned, None
        if own is None or not comes_back(window, own, t.range_deg, None):
            return False
        t.turned = own.earlier(-window.begin)
        if before is None:
            return False
        first, second = (self._turn(cycle.bottom, cycle.top) for cycle in (before, t.turned))
        if float(first @ second) < _SAME_WAY * float(np.sqrt((first @ first) * (second @ second))):
            return False
        t.limb, t.strokes = None, []
        earlier = self._store.window(max(self._store.first, before.bottom - round(_CONTEXT_S / self._tick_s)), now)
        for seen, cycle in ((earlier, before.earlier(earlier.begin)), (window, own)):
            self._tell_rep(t, seen, cycle, cycle.bottom + seen.begin, events)
        t.turned = None
        return True

    def _is_down(self, t: Tracking, k: int, theta: float) -> bool:
        """Whether the limb has come down by as much as in a rep, however high it is: a strap may have slipped."""
        if t.left_deg - theta < NEAR_BOTTOM * t.range_deg:
            return False
        turn = self._turn(t.phase_tick, k)  # about whatever axis, but for a foot that turns in
        if t.limb is not None:
            turn = turn - float(turn @ t.limb) * t.limb
        return max(t.top_deg - theta, float(np.sqrt(turn @ turn))) > _DOWN * t.range_deg

    def _turn(self, begin: int, end: int) -> FloatArray:
        """What Φ turns by from a tick to another, (3,)."""
        path = self._store.path_deg(begin, end + 1)
        turn: FloatArray = path[-1] - path[0]
        return turn

    def _tell_rep(self, t: Tracking, window: TickWindow, cycle: Excursion, departure: int, events: list[Event]) -> None:
        """A full rep is over that left about then."""
        now = window.begin + len(window)
        (view,) = CycleView.of(window, self._tick_s, [cycle])
        t.reps += 1
        t.ramps = [*t.ramps, view.ramps][-RAMPS:]
        if t.shapes is None or t.reps <= RAMPS or t.reps % _SHAPES_EVERY == 0:
            t.shapes = common_shapes(t.ramps)
        rep = begun_after(measure(Rep, view, t.pivot, t.shapes, index=t.reps), -inf if t.end_s is None else t.end_s)
        events.append(RepEvent(t.set_index, rep, self._store.time_s(now - 1)))
        t.lengths = [*t.lengths, (cycle.bottom_after - cycle.bottom) * self._tick_s][-MEMORY:]
        self._learn(t, cycle, window.begin, now)
        t.lateness.compare(rep)
        self.learn_rest(t, [(rep, departure)], now)

    def _learn(self, t: Tracking, cycle: Excursion, first: int, now: int) -> None:
        """Let the axis, the range and the pivot follow: straps slip, people tire."""
        path = self._store.path_deg(first, now)
        t.strokes = [*t.strokes, *strokes_of(path, cycle)][-MEMORY:]
        t.ranges = [*t.ranges, cycle.prominence_deg][-MEMORY:]
        t.range_deg = median(t.ranges)
        axis = axis_after(t.strokes, t.limb, t.axis)
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
        found = self._store.window(begin, now).hinge(0, now - begin)
        pivot = found.pivot(t.axis) if found is not None else None
        if pivot is not None:
            t.pivot = pivot

    def learn_rest(self, t: Tracking, reps: list[tuple[Rep, int]], now: int) -> None:
        """Let the newest reps, each with about when it left, decide what counts as setting off."""
        for rep, departure in reps:
            self._see_still(t, rep, departure, now)
        self._onsets.limit(t.before_lift, t.up_peak, t.range_deg)
        self._onsets.limit(t.before_lower, t.down_peak, t.range_deg)

    def _see_still(self, t: Tracking, rep: Rep, departure: int, now: int) -> None:
        """See how still the limb was before both strokes of a rep; about when it left, and when that was known."""
        if CycleFlag.GAP in rep.flags or rep.start_s is None or rep.top_s is None or rep.lower_start_s is None:
            return
        first = max(self._store.first, departure - round(_LOOK_BACK_S / self._tick_s))
        window = self._store.window(first, now)
        instants = (-inf if t.end_s is None else t.end_s, rep.start_s, rep.top_s, rep.lower_start_s)
        rested, start, top, lower = (int(tick) for tick in np.searchsorted(window.time_s, instants))
        self._onsets.learn(t.before_lift, along(window.path_deg, t.leaving), rested, start, fresh=rested > 0)
        self._onsets.learn(t.before_lower, along(window.path_deg, -t.axis), top, lower, fresh=True)
        t.end_s = rep.end_s

    def _enter(self, t: Tracking, phase: Phase, k: int, events: list[Event]) -> int:
        """A phase is known to have begun with what was seen until tick ``k`` and its lag; the tick it began with.

        It began earlier, by as much as it is usually told late.
        """
        newest = min(max(k + self.lag, t.known - 1), self._store.end - 1)
        begun = max(t.phase_tick, k + self.lag - round(t.lateness.usual_s(phase) / self._tick_s))
        t.phase, t.phase_tick, t.run = phase, begun, 0
        detected_s = t.lateness.told_s[phase] = self._store.time_s(newest)
        events.append(PhaseEvent(phase, self._store.time_s(begun), detected_s, t.set_index))
        return min(begun, k)
