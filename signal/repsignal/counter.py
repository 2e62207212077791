"""The whole chain: samples in, events out.

    ImuBlock → timebase → orientation → ticks → (no set: search looks for one | a set: follower sees when it is over,
                                                tracker tells of it meanwhile) → events

``feed`` any cut of a recording and ``flush`` at its end; one ``feed`` of everything is the batch. All that changes is
in one :class:`CounterState`, which can be pickled and resumed.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final

from repsignal import judge
from repsignal.arming import armed
from repsignal.check import check_block
from repsignal.closing import Followed, sets_over
from repsignal.even import EvenBlock
from repsignal.finish import finish_set, joined
from repsignal.following import Follower, Following
from repsignal.judge import Guess
from repsignal.naming import named
from repsignal.orientation import Orientation, OrientationState, TickBlock
from repsignal.params import CounterParams
from repsignal.search import CHECK_S, SEARCH_S, Search, unjudged
from repsignal.store import TickStore
from repsignal.timebase import Timebase, TimebaseParams, TimebaseState
from repsignal.tracker import Tracker
from repsignal.tracking import Tracking
from repsignal.types import Event, Hole, ImuBlock, LeftOut

_PART: Final = 16384  # samples taken at once: fewer take longer to go through, more would only take memory
_STATE_VERSION: Final = 20  # goes up whenever what is kept between samples changes its form or meaning
_LONGEST_SET_S: Final = 3600.0  # bounds the memory; a set still going on then is ended and begun anew
_LEFT_OVER_S: Final = 2.0  # less than that holds no set
_LEAD_S: Final = 20.0  # before the first rep, in what the judge looks at when a set is over


@dataclass(slots=True)
class CounterState:
    """Everything that changes while samples come in."""

    timebase: TimebaseState = field(default_factory=TimebaseState)
    orientation: OrientationState = field(default_factory=OrientationState)
    store: TickStore = field(default_factory=TickStore)
    following: Following | None = None
    tracking: Tracking | None = None  # where the set is told live
    looked: int = 0  # ticks in which a set was looked for or followed
    judged: list[int] = field(default_factory=unjudged)  # the newest turn the judge has seen in each span
    free_from: int = 0  # ticks before belong to a set already told of
    sets: int = 0
    stretch_begin: int = 0  # first tick of the unbroken stretch
    newest_s: float = -inf  # time of the newest sample, of a tick or not


class RepCounter:
    """Counts and times the reps of one limb-worn IMU.

    >>> counter = RepCounter()
    >>> events = counter.feed(block) + counter.flush()
    """

    def __init__(self, params: CounterParams | None = None, state: CounterState | None = None) -> None:
        self.params = params or CounterParams()
        self._state = deepcopy(state) if state is not None else CounterState()
        self._timebase = Timebase(TimebaseParams(fill_s=self.params.rest_s), self._state.timebase)
        self._orientation = Orientation(self._state.orientation)

    @property
    def rate_hz(self) -> float | None:
        """The sampling rate found, Hz; ``None`` until two seconds have been seen."""
        return self._timebase.rate_hz

    @property
    def left_out(self) -> LeftOut:
        """How many of the samples were not taken, so far, though their values could be."""
        return LeftOut(self._state.timebase.sieve.resent, self._state.timebase.late)

    def save(self) -> bytes:
        """The state as bytes; :meth:`resume` goes on from there as if nothing had happened."""
        self._orientation.snapshot()
        self._state.store.trim()
        return pickle.dumps((_STATE_VERSION, self.params, self._state))

    @property
    def state(self) -> CounterState:
        """A copy of all that has changed, up to the newest sample; a counter that is given it goes on from there."""
        self._orientation.snapshot()
        return deepcopy(self._state)

    @classmethod
    def resume(cls, saved: bytes) -> RepCounter:
        """A counter from what :meth:`save` gave. Only for bytes you saved yourself: they are a pickle.

        Raises
        ------
        ValueError
            for anything else, and for what another version saved whose state is not ours.

        """
        try:
            version, params, state = pickle.loads(saved)
        except Exception as exc:  # a damaged pickle raises whatever its bytes happen to say
            raise ValueError("saved is not what RepCounter.save gave, or only a part of it") from exc
        if version != _STATE_VERSION or not isinstance(params, CounterParams) or not isinstance(state, CounterState):
            raise ValueError("saved comes from another version of repsignal; feed the recording from its beginning")
        return cls(params, state)

    def feed(self, block: ImuBlock) -> list[Event]:
        """Take samples, in any cut; give the events that are certain so far, in order of detection."""
        events: list[Event] = []
        for some in _parts(block):
            events += self._pass_on(self._timebase.feed(some), self._take)
        return named(events, self.params.first_phase)

    def pass_over(self, block: ImuBlock) -> list[Event]:
        """Take samples in which nothing is to be counted, as while the user pauses; it ends the set going on.

        How the sensor lies is followed all the same, so that what comes after is seen as a new recording is, only
        better. Of what is passed over only the holes are told.
        """
        parts = _parts(block)
        events = self.end_set()
        for some in parts:
            events += self._pass_on(self._timebase.feed(some), self._pass)
        return events

    def end_set(self) -> list[Event]:
        """The user says that the set is over: finish it without waiting for a rest. Samples may follow.

        A rep that is not yet back at the bottom is cut off, not counted.
        """
        events: list[Event] = []
        self._end_stretch(events)
        state = self._state
        state.free_from = state.looked = state.store.end
        state.judged = unjudged()
        state.store.forget(state.store.end)
        return named(events, self.params.first_phase)

    def flush(self) -> list[Event]:
        """The recording is over: finish what is going on."""
        events = self._pass_on(self._timebase.flush(), self._take)
        for ticks in self._orientation.flush():
            self._take(ticks, events)
        self._end_stretch(events)
        return named(events, self.params.first_phase)

    def _pass_on(self, parts: list[EvenBlock | Hole], take: Callable[[TickBlock, list[Event]], None]) -> list[Event]:
        events: list[Event] = []
        holes = [part for part in parts if isinstance(part, Hole)]
        for part in parts:
            if isinstance(part, Hole):
                continue
            if self._state.orientation.period_s == 0.0:
                self._orientation.start(self._state.timebase.period_s)
                self._state.store.start(self._orientation.tick_s)
            if part.restart:  # what was before is over now, not when the next stretch has settled
                for ticks in self._orientation.flush():
                    take(ticks, events)
                self._end_stretch(events, float(part.time_s[0]))
                self._begin_stretch()
            self._state.newest_s = float(part.time_s[-1])
            for ticks in self._orientation.feed(part):
                take(ticks, events)
        return _in_order(holes, events)

    def _take(self, ticks: TickBlock, events: list[Event]) -> None:
        self._state.store.append(ticks)
        found: list[Event] = []
        self._work(found)
        events += [_known_from(ticks.known_s, event) for event in found]

    def _pass(self, ticks: TickBlock, _: list[Event]) -> None:
        self._state.store.append(ticks)
        self._begin_stretch()

    def _begin_stretch(self) -> None:
        """What follows is seen by itself."""
        state = self._state
        state.stretch_begin = state.free_from = state.looked = state.store.end
        state.judged = unjudged()
        state.store.forget(state.store.end)

    # --- the two modes -------------------------------------------------------------------------------------------

    def _work(self, events: list[Event]) -> None:
        """Every second it is looked whether a set has begun or is over; what happens in it is told at once."""
        state, tick_s = self._state, self._orientation.tick_s
        every = max(1, round(CHECK_S / tick_s))
        tracker = Tracker(state.store, tick_s)
        while True:
            upcoming = (state.looked // every + 1) * every
            if state.tracking is not None:
                tracker.advance(state.tracking, min(state.store.end, upcoming), events)
            if upcoming > state.store.end:
                return
            state.looked = upcoming
            if state.following is None:
                self._look(upcoming, tracker, events)
            else:
                self._follow(state.following, upcoming, tracker, events)

    def _look(self, now: int, tracker: Tracker, events: list[Event]) -> None:
        """See whether a set has begun; if so, tell of it and follow it from there."""
        state, tick_s = self._state, self._orientation.tick_s
        begin = max(state.free_from, state.store.first, now - round(SEARCH_S / tick_s))
        found = Search(state.store, tick_s, self.params).look(state.judged, begin, now)
        if found is None:
            state.store.forget(max(now - round(SEARCH_S / tick_s), state.free_from))
            return
        state.following = Following.of(*found, now, state.store, tick_s)
        if self.params.live:
            begun = found[1] == state.stretch_begin
            state.tracking, reps = armed(*found, now, state.sets + 1, state.store, tracker, tick_s, begun=begun)
            events += reps

    def _follow(self, following: Following, now: int, tracker: Tracker, events: list[Event]) -> None:
        """See whether the set is over."""
        tick_s = self._orientation.tick_s
        follower = Follower(self._state.store, tick_s, self.params.rest_s)
        if follower.is_over(following, now) or (now - following.begin) * tick_s >= _LONGEST_SET_S:
            self._close(now, events)
        elif self._state.tracking is not None:
            tracker.catch_up(self._state.tracking, following, now, events)

    # --- ends ----------------------------------------------------------------------------------------------------

    def _close(self, now: int, events: list[Event], final_s: float | None = None) -> None:
        """A set is over: judge it whole. At ``final_s`` it was known that no tick follows, if that is so."""
        state = self._state
        following = state.following
        if following is None:
            return
        tick_s, final = self._orientation.tick_s, final_s is not None
        if final:
            Follower(state.store, tick_s, self.params.rest_s).is_over(following, now, final=True)
        begin = max(state.free_from, state.store.first, following.begin - round(_LEAD_S / tick_s))
        state.following = state.tracking = None
        state.store.find_drift(now)
        followed = Followed(
            Guess(following.axis, following.limb, one_way=following.direction > judge.SURE_DIRECTION),
            following.range_deg,
            following.reps,
            following.begin - begin,
            following.last_end - begin,
        )
        detected_s = state.store.time_s(now - 1) if final_s is None else final_s
        last = self._tell(begin, now, events, followed, detected_s, final=final)
        state.free_from = max(last, min(following.last_end, now))
        state.looked = max(now, state.free_from)
        state.store.forget(state.free_from)

    def _tell(
        self,
        begin: int,
        now: int,
        events: list[Event],
        followed: Followed | None,
        detected_s: float,
        *,
        final: bool,
    ) -> int:
        """Find the sets of a window and tell of their ends; the tick after the last of them."""
        state = self._state
        tick_s = self._orientation.tick_s
        ticks = state.store.window(begin, now)
        last = begin
        begun = begin == state.stretch_begin
        for parts in sets_over(ticks, tick_s, self.params, followed):
            state.sets += 1
            ends = [finish_set(part, ticks, tick_s, state.sets, detected_s, begun=begun, final=final) for part in parts]
            events.append(joined(ends))
            last = begin + parts[-1].last_tick + 1
        return last

    def _end_stretch(self, events: list[Event], detected_s: float | None = None) -> None:
        """No tick follows these: end the set going on, and look once more at what was left over.

        ``detected_s`` is the time of the sample that told so; without one, nothing follows the newest at all.
        """
        state = self._state
        now = state.store.end
        final_s = state.newest_s if detected_s is None else detected_s
        if state.following is not None:
            self._close(now, events, final_s)
        begin = max(state.free_from, state.store.first)
        tick_s = self._orientation.tick_s
        if (now - begin) * tick_s > _LEFT_OVER_S:
            state.store.find_drift(now)
            last = self._tell(begin, now, events, None, final_s, final=True)
            state.free_from = max(state.free_from, last)


def _parts(block: ImuBlock) -> list[ImuBlock]:
    """Of a block that was checked, as many samples at a time as are quick to go through."""
    check_block(block)
    parts = [slice(begin, begin + _PART) for begin in range(0, len(block), _PART)]
    return [ImuBlock(block.time_s[part], block.acc[part], block.gyr[part]) for part in parts]


def _known_from(known_s: float, event: Event) -> Event:
    if isinstance(event, Hole) or event.detected_s >= known_s:
        return event
    return replace(event, detected_s=known_s)


def _in_order(holes: list[Hole], events: list[Event]) -> list[Event]:
    """Holes among the events where they became known, so that the cut of the input does not show."""
    ordered: list[Event] = []
    waiting = deque(holes)
    for event in events:
        while waiting and not isinstance(event, Hole) and waiting[0].end_s <= event.detected_s:
            ordered.append(waiting.popleft())
        ordered.append(event)
    return [*ordered, *waiting]
