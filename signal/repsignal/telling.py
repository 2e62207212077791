"""The end of a cycle, live: whether it is a rep, a partial rep or none; it is told, and learned from."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from repsignal.activity import is_stride
from repsignal.cycles import CycleView, begun_after, measure
from repsignal.extremes import STILL_S, Excursion, Rises, along, settled
from repsignal.following import MEMORY, axis_after, strokes_of, turned
from repsignal.kernel import SpeedKernel
from repsignal.likeness import comes_back, is_stroke_pair
from repsignal.membership import FULL_SHARE, least_partial_deg
from repsignal.onset import Onsets
from repsignal.phases import common_shapes
from repsignal.robust import median
from repsignal.store import TickStore
from repsignal.tracking import Tracking
from repsignal.types import CycleFlag, Event, FloatArray, PartialRep, PartialRepEvent, Rep, RepEvent
from repsignal.window import TickWindow

RAMPS: Final = 8  # reps whose ramps are taken together
_SHAPES_EVERY: Final = 4  # reps, once there are so many: what they have in common hardly changes
_LOOK_BACK_S: Final = 3.0  # before a rep, for how still the limb was
_PIVOT_WINDOW_S: Final = 40.0
_CONTEXT_S: Final = 1.5  # before a rep, in what it is measured in
_SAME_WAY: Final = 0.9  # cosine


class Telling:
    """Judges, tells and learns from cycles among the ticks of a store."""

    def __init__(self, store: TickStore, tick_s: float, kernel: SpeedKernel, onsets: Onsets) -> None:
        self._store = store
        self._tick_s = tick_s
        self._kernel = kernel
        self._onsets = onsets

    def cycle(self, t: Tracking, k: int, now: int, events: list[Event]) -> bool:
        """Tell what left the bottom last and came back at tick ``k``, as seen before ``now``; whether it is a cycle."""
        window = self._before(t.departure, now)
        angle = along(window.path_deg, t.axis)
        begin, end = t.departure - window.begin, k - window.begin + 1
        top = begin + int(np.argmax(angle[begin:end]))
        low = begin - int(np.argmin(angle[max(0, begin - 5) : begin + 1][::-1]))
        rough = Excursion(low, top, end - 1, float(angle[low]), float(angle[top]), float(angle[end - 1]))
        size = rough.prominence_deg
        if size < least_partial_deg(t.range_deg):
            return False
        length = (rough.bottom_after - rough.bottom) * self._tick_s
        if size > t.range_deg / FULL_SHARE or is_stride(window, begin, length, t.lengths, self._tick_s):
            return False
        if not is_stroke_pair(window, self._tick_s, angle, rough, t.limb):
            return self._turned(t, window, rough, now, events)
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
        self._rep(t, window, cycle, t.departure, events)
        return True

    def turn(self, begin: int, end: int) -> FloatArray:
        """What Φ turns by from a tick to another, (3,)."""
        path = self._store.path_deg(begin, end + 1)
        turn: FloatArray = path[-1] - path[0]
        return turn

    def followed(self, t: Tracking, cycle: Excursion, now: int, events: list[Event]) -> None:
        """Tell a full rep whose ticks are numbers since the start."""
        window = self._before(cycle.bottom, now)
        self._rep(t, window, cycle.earlier(window.begin), cycle.bottom, events)

    def learn_rest(self, t: Tracking, reps: list[tuple[Rep, int]], now: int) -> None:
        """Let the newest reps, each with about when it left, decide what counts as setting off."""
        for rep, departure in reps:
            self._see_still(t, rep, departure, now)
        self._onsets.limit(t.before_lift, t.up_peak, t.range_deg)
        self._onsets.limit(t.before_lower, t.down_peak, t.range_deg)

    def _turned(self, t: Tracking, window: TickWindow, rough: Excursion, now: int, events: list[Event]) -> bool:
        """A cycle is over that is none about the set's axis: two alike about another are reps, for a strap slipped."""
        own = turned(window, self._tick_s, rough, t.range_deg, t.lengths)
        before, t.turned = t.turned, None
        if own is None or not comes_back(window, own, t.range_deg, None):
            return False
        t.turned = own.earlier(-window.begin)
        if before is None:
            return False
        first, second = (self.turn(cycle.bottom, cycle.top) for cycle in (before, t.turned))
        if float(first @ second) < _SAME_WAY * float(np.sqrt((first @ first) * (second @ second))):
            return False
        t.limb, t.strokes = None, []
        for cycle in (before, t.turned):
            self.followed(t, cycle, now, events)
        t.turned = None
        return True

    def _before(self, begin: int, now: int) -> TickWindow:
        """From a while before a rep that begins at a tick."""
        return self._store.window(max(self._store.first, begin - round(_CONTEXT_S / self._tick_s)), now)

    def _rep(self, t: Tracking, window: TickWindow, cycle: Excursion, departure: int, events: list[Event]) -> None:
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
