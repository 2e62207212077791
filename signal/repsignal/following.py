"""How far a set has gone: its reps roughly, looked at every second, and when it is over.

What is told as it happens is the tracker's; where a set is taken to end depends on this alone, so that a set is the
same whether it was told live or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal import joint
from repsignal.activity import SLOW_STRIDE_S, is_stride, walks
from repsignal.extremes import STILL_S, Excursion, Rises, along, excursions, settled, spanning, turning_points
from repsignal.judge import SetDraft
from repsignal.likeness import is_stroke_pair
from repsignal.membership import FULL_SHARE, least_partial_deg
from repsignal.robust import median
from repsignal.store import TickStore
from repsignal.types import FloatArray
from repsignal.window import TickWindow

MEMORY: Final = 6  # strokes the axis and the usual range are taken from
NEAR_BOTTOM: Final = 0.35  # of the range: what has come down so far is about to be over
_UP: Final = 0.5  # of the range above the last bottom: not yet back
_HELD_LEAST, _HELD_MOST = 0.4, 1.7  # of the range above the bottom: where a limb that rests is held
_HELD_USUAL: Final = 1.25  # and where it is if nothing has come for far longer than reps take
_SUNK_SHARE: Final = 0.4  # of this stroke: what has sunk so far is no longer held
_LATELY_S: Final = 240.0  # no more than this is looked at for how the limb is held: a hold may last an hour
_RISING, _MOMENT_S = 0.05, 0.5  # of the range within so long: a lift that has just begun
_WALK_S: Final = 6.0  # of the newest, that tell a walk
_LONG: Final = 2.5  # times as long as reps are
_AS_LONG: Final = 2.0  # times as long or as short as reps are, at most, is one about another axis
_FOREIGN: Final = 2  # movements in a row that are no reps of this set end it


class _Kind(Enum):
    REP = auto()
    PARTIAL = auto()
    FOREIGN = auto()


@dataclass(slots=True)
class Following:
    """What is known of the set going on. Ticks are numbers since the start."""

    axis: NDArray[np.float64]
    limb: NDArray[np.float64] | None
    direction: float  # of the draft it began with
    range_deg: float
    begin: int  # first tick of the set
    next: int  # the last bottom: what comes after it is still to be seen
    last_end: int  # of the newest rep, full or partial
    reps: int
    foreign: int = 0  # movements in a row that are no reps of this set
    newest: Excursion | None = None  # the newest full rep, of those that were looked at
    strokes: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])
    ranges: list[float] = field(default_factory=list[float])
    lengths: list[float] = field(default_factory=list[float])  # of whole cycles, s

    @classmethod
    def of(cls, draft: SetDraft, begin: int, now: int, store: TickStore, tick_s: float) -> Following:
        """From a set that was seen to begin; the draft counts its ticks from ``begin``."""
        known, _ = first_cycles(draft, now - begin, tick_s)
        full = [cycle for cycle, whole in known if whole]
        newest = full[-MEMORY:]
        end = begin + known[-1][0].bottom_after
        path = store.path_deg(begin, now)
        return cls(
            axis=draft.axis,
            limb=draft.limb,
            direction=draft.direction,
            range_deg=draft.range_deg,
            begin=begin + draft.first_tick,
            next=end,
            last_end=end,
            reps=len(full),
            strokes=[stroke for cycle in full for stroke in strokes_of(path, cycle)][-MEMORY:],
            ranges=[cycle.prominence_deg for cycle in newest],
            lengths=[(cycle.bottom_after - cycle.bottom) * tick_s for cycle in newest],
        )


def first_cycles(draft: SetDraft, ticks: int, tick_s: float) -> tuple[list[tuple[Excursion, bool]], Excursion | None]:
    """The cycles of a draft in order of time, and whether each is full; apart, a newest that is not surely over.

    That many ticks were seen.
    """
    known = [(cycle, True) for cycle in draft.full] + [(cycle, False) for cycle in draft.partial]
    known.sort(key=lambda item: item[0].bottom)
    newest, whole = known[-1]
    if whole and ticks - newest.bottom_after < round(STILL_S / tick_s):
        return known[:-1], newest
    return known, None


def strokes_of(path_deg: FloatArray, cycle: Excursion) -> list[NDArray[np.float64]]:
    """What a lift and a lowering, turned about, move (N, 3) Φ by: (3,) each."""
    top = path_deg[cycle.top]
    return [top - path_deg[cycle.bottom], top - path_deg[cycle.bottom_after]]


def axis_after(
    strokes: list[NDArray[np.float64]], limb: NDArray[np.float64] | None, axis: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The axis (3,) of the newest strokes, twist about the limb's length left out, in the sense of the one before."""
    moved = np.array(strokes)
    if limb is not None:
        moved = moved - (moved @ limb)[:, None] * limb
    found = joint.axis_of_strokes(moved, None)
    return found if float(found @ axis) > 0 else -found


def turned(
    ticks: TickWindow, tick_s: float, cycle: Excursion, range_deg: float, lengths_s: list[float]
) -> Excursion | None:
    """A movement about its own axis, if about that it is as the reps of this range and these lengths are.

    Straps slip by more than two strokes about one axis may differ by.
    """
    usual_s = median(lengths_s)
    if not usual_s / _AS_LONG < (cycle.bottom_after - cycle.bottom) * tick_s < usual_s * _AS_LONG:
        return None
    strokes = strokes_of(ticks.path_deg, cycle)
    axis = joint.axis_of_strokes(np.array(strokes), None)
    angle = along(ticks.path_deg, axis if float(strokes[0] @ axis) > 0 else -axis)
    bottom_deg, top_deg, after_deg = angle[[cycle.bottom, cycle.top, cycle.bottom_after]].tolist()
    own = Excursion(cycle.bottom, cycle.top, cycle.bottom_after, bottom_deg, top_deg, after_deg)
    if not FULL_SHARE * range_deg <= own.prominence_deg <= range_deg / FULL_SHARE:
        return None
    if own.prominence_deg < (1.0 - NEAR_BOTTOM) * max(own.up_deg, own.down_deg):
        return None  # not yet back
    return own if is_stroke_pair(ticks, tick_s, angle, own, None) else None


@dataclass(frozen=True, slots=True)
class Follower:
    """Advances a :class:`Following` over the ticks of a store, which are ``tick_s`` apart."""

    store: TickStore
    tick_s: float
    rest_s: float

    def is_over(self, f: Following, now: int, *, final: bool = False) -> bool:
        """Take note of what has come back to the bottom before a tick; whether the set is over.

        If ``final``, no tick follows.
        """
        begin, axis = f.next, f.axis
        path = self.store.path_deg(begin, now)
        angle = along(path, axis)
        up = float(angle[-1] - angle[0]) > _UP * f.range_deg
        if not final and up and float(angle.max() - angle[-1]) < least_partial_deg(f.range_deg):
            return self._rests(f, now)  # nothing has come back just now: soon enough when it does
        for found in self._come_back(f, angle, begin, final=final):
            kind, cycle = self._kind(f, angle, found, begin)
            f.next = begin + cycle.bottom_after
            f.foreign = f.foreign + 1 if kind is _Kind.FOREIGN else 0
            if f.foreign == _FOREIGN:
                return True
            if kind is not _Kind.FOREIGN:
                f.last_end = f.next
            if kind is _Kind.REP:
                self._learn(f, path, cycle)
                f.newest = cycle.earlier(-begin)
        return self._rests(f, now)

    def _come_back(self, f: Following, angle: FloatArray, begin: int, *, final: bool) -> list[Excursion]:
        """The movements of (N,) angle after which the limb is at the bottom again, and stays there for a moment.

        What turns back before it gets there is a hold that sags or trembles, or a stroke that stutters; unless about an
        axis of its own it is all that a rep is, for where a strap slips the bottom is elsewhere from then on.
        """
        least_deg = least_partial_deg(f.range_deg)
        if float(angle.max() - angle.min()) < least_deg:
            return []  # seen at every second of a rest
        ticks = self.store.window(begin, begin + len(angle))
        points = turning_points(angle, least_deg)
        found: list[Excursion] = []
        begun: Excursion | None = None
        for cycle in excursions(angle, points):
            whole = cycle if begun is None else spanning(begun, cycle)
            if self._is_back(f, whole, found[-1].bottom_after_deg if found else float(angle[0])):
                found.append(whole)
                begun = None
            elif turned(ticks, self.tick_s, cycle, f.range_deg, f.lengths):
                found += [cycle] if begun is None else [begun, cycle]
                begun = None
            else:
                begun = whole
        if not found:
            return []
        still = round(STILL_S / self.tick_s)
        rises = Rises.of(angle, still)
        cycles = [settled(angle, cycle, rises) for cycle in found]
        brief = not final and len(angle) - cycles[-1].bottom_after < still
        return cycles[:-1] if brief else cycles

    def _is_back(self, f: Following, cycle: Excursion, floor_deg: float) -> bool:
        """Whether the limb is down where it was last; or by as much as it went up, for a strap may have slipped."""
        near_deg = NEAR_BOTTOM * min(cycle.top_deg - floor_deg, f.range_deg)
        full = cycle.up_deg >= FULL_SHARE * f.range_deg
        return cycle.bottom_after_deg - floor_deg < near_deg or (
            full and cycle.down_deg > (1.0 - NEAR_BOTTOM) * cycle.up_deg
        )

    def _rests(self, f: Following, now: int) -> bool:
        """Whether no rep has come for long, and none is on its way, being held or lowered, nor was lately."""
        waited_s = (now - f.last_end) * self.tick_s
        if waited_s <= self.rest_s:
            return False
        path = self.store.path_deg(max(f.next, now - round(_LATELY_S / self.tick_s)), now)
        height = along(path, f.axis) - along(self.store.path_deg(f.next, f.next + 1), f.axis)
        overdue = waited_s > self.rest_s + _LONG * median(f.lengths)
        most = _HELD_USUAL if overdue else _HELD_MOST
        held = (height > _HELD_LEAST * f.range_deg) & (height < most * f.range_deg)
        held &= height > (1.0 - _SUNK_SHARE) * float(height.max())
        rest, moment = (min(round(s / self.tick_s), len(held) - 1) for s in (self.rest_s, _MOMENT_S))
        rising = float(height[-1] - height[-1 - moment]) > _RISING * f.range_deg
        if not rising and not held[-1 - rest :].any():
            return True
        recent = self.store.window(max(self.store.first, now - round(_WALK_S / self.tick_s)), now)
        return walks(recent)  # about, however high the angle says that the limb is

    def _kind(self, f: Following, angle: FloatArray, cycle: Excursion, begin: int) -> tuple[_Kind, Excursion]:
        """What a movement is whose ticks count from ``begin``, and itself, about its own axis if the strap slipped."""
        length_s, size = (cycle.bottom_after - cycle.bottom) * self.tick_s, cycle.prominence_deg
        end = begin + cycle.bottom_after + 1
        since = max(self.store.first, end - round(SLOW_STRIDE_S / self.tick_s))
        recent, left = self.store.window(since, end), max(0, begin + cycle.bottom - since)
        if size > f.range_deg / FULL_SHARE or is_stride(recent, left, length_s, f.lengths, self.tick_s):
            return _Kind.FOREIGN, cycle
        ticks = self.store.window(begin, begin + len(angle))
        if is_stroke_pair(ticks, self.tick_s, angle, cycle, f.limb):
            return (_Kind.REP if size >= FULL_SHARE * f.range_deg else _Kind.PARTIAL), cycle
        own = turned(ticks, self.tick_s, cycle, f.range_deg, f.lengths)
        return (_Kind.FOREIGN, cycle) if own is None else (_Kind.REP, own)

    def _learn(self, f: Following, path: FloatArray, cycle: Excursion) -> None:
        """Let the axis and the range follow: straps slip, people tire."""
        f.reps += 1
        f.strokes = [*f.strokes, *strokes_of(path, cycle)][-MEMORY:]
        f.ranges = [*f.ranges, cycle.prominence_deg][-MEMORY:]
        f.lengths = [*f.lengths, (cycle.bottom_after - cycle.bottom) * self.tick_s][-MEMORY:]
        f.range_deg = median(f.ranges)
        f.axis = axis_after(f.strokes, f.limb, f.axis)
