"""The live half of a set: phases as they happen, reps as they end, tick by tick.

The judge has found a set and its axis; from there on a small machine follows the angle through lift, hold, lower and
pause. It is quick rather than wise: what it says is refined within each rep, and the judge looks at the whole set
again when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from repsignal.extremes import Excursion, along
from repsignal.following import NEAR_BOTTOM, Following
from repsignal.kernel import SpeedKernel
from repsignal.membership import PARTIAL_SHARE
from repsignal.onset import Onsets
from repsignal.robust import median
from repsignal.store import TickStore
from repsignal.telling import Telling
from repsignal.tracking import Tracking
from repsignal.types import Event, Phase, PhaseEvent

_ON_SHARE: Final = 0.08  # of the usual peak speed of that stroke: under way
_SAGGED_SHARE: Final = 0.15  # of the range: what stops before has only sagged, later it is a lowering that stutters
_SAGGED_S: Final = 0.4  # of having stopped
_PATIENCE: Final = 1.2  # of range by peak speed, about half of a stroke: by then a lowering has come further
_DOUBT: Final = 1.5  # a hold that was taken for a lowering is more restless than those before
_OFF_SHARE: Final = 0.10  # of this stroke's own peak speed: over
_CONFIRM_S: Final = 0.04
_STRETCH: Final = 256  # ticks looked at in one go
_AHEAD: Final = 0.5  # of a rep
_DOWN: Final = 0.8  # of the range: whoever stops before has not come down, wherever the bottom is


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
        self.telling = Telling(store, tick_s, self._kernel, self._onsets)

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
        self.telling.followed(t, rep, now, events)
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
        self._enter(t, Phase.PAUSE, k, events)
        t.bottom_deg = theta
        return self.telling.cycle(t, k, max(k + self.lag + 1, t.known), events)

    def _is_down(self, t: Tracking, k: int, theta: float) -> bool:
        """Whether the limb has come down by as much as in a rep, however high it is: a strap may have slipped."""
        if t.left_deg - theta < NEAR_BOTTOM * t.range_deg:
            return False
        turn = self.telling.turn(t.phase_tick, k)  # about whatever axis, but for a foot that turns in
        if t.limb is not None:
            turn = turn - float(turn @ t.limb) * t.limb
        return max(t.top_deg - theta, float(np.sqrt(turn @ turn))) > _DOWN * t.range_deg

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
