"""From a set that was seen to begin to following it live: its first reps are told, and what they teach is kept."""

from __future__ import annotations

from math import inf

from repsignal.cycles import CycleView, measure, within
from repsignal.extremes import along
from repsignal.following import MEMORY, first_cycles, strokes_of
from repsignal.judge import SetDraft
from repsignal.kernel import SpeedKernel
from repsignal.phases import common_shapes
from repsignal.robust import median
from repsignal.store import TickStore
from repsignal.telling import RAMPS
from repsignal.tracker import Tracker
from repsignal.tracking import Tracking
from repsignal.types import Event, PartialRep, PartialRepEvent, Rep, RepEvent


def armed(
    draft: SetDraft, begin: int, now: int, index: int, store: TickStore, tracker: Tracker, tick_s: float, *, begun: bool
) -> tuple[Tracking, list[Event]]:
    """What the tracker goes on from, and the reps seen so far; the newest of them only if it is surely over.

    The draft counts its ticks from ``begin``; nothing after ``now`` has been seen. ``index`` is the set's; ``begun``
    says that the recording, or an unbroken stretch of it, begins with these ticks.
    """
    ticks = store.window(begin, now)
    detected_s = float(ticks.time_s[-1])
    first_s = float(ticks.time_s[0]) if begun else -inf
    known, going_on = first_cycles(draft, now - begin, tick_s)
    views = CycleView.of(ticks, tick_s, [cycle for cycle, _ in known])
    ramps = [view.ramps for view, (_, whole) in zip(views, known, strict=True) if whole]
    shapes = common_shapes(ramps)
    events: list[Event] = []
    reps: list[tuple[Rep, int]] = []
    for view, (cycle, whole) in zip(views, known, strict=True):
        if whole:
            rep = within(measure(Rep, view, draft.pivot, shapes, index=len(reps) + 1), first_s, inf)
            reps.append((rep, begin + cycle.bottom))
            events.append(RepEvent(index, rep, detected_s))
        else:
            partial = measure(PartialRep, view, draft.pivot, shapes, index=len(events) - len(reps) + 1)
            partial = within(partial, first_s, inf)
            events.append(PartialRepEvent(index, partial, detected_s))
    full = [c for c, whole in known if whole]
    last = known[-1][0]
    speed = SpeedKernel.at(tick_s).speed(along(ticks.path_deg, draft.axis))
    tracking = Tracking(
        set_index=index,
        axis=draft.axis,
        limb=draft.limb,
        pivot=draft.pivot,
        range_deg=draft.range_deg,
        begin=begin + draft.first_tick,
        next=begin + last.bottom_after,
        known=now,
        bottom_deg=last.bottom_after_deg,
        reps=len(reps),
        partials=len(events) - len(reps),
        phase_tick=begin + last.bottom_after,
        up_peak=median([float(speed[c.bottom : c.top + 1].max()) for c in draft.full]),
        down_peak=median([-float(speed[c.top : c.bottom_after + 1].min()) for c in draft.full]),
        strokes=[stroke for c in full for stroke in strokes_of(ticks.path_deg, c)][-MEMORY:],
        ranges=[c.prominence_deg for c in full][-MEMORY:],
        lengths=[(c.bottom_after - c.bottom) * tick_s for c in full][-MEMORY:],
        ramps=ramps[-RAMPS:],
    )
    tracker.telling.learn_rest(tracking, reps[-MEMORY:], now)
    if going_on is not None:
        fastest_dps = -float(speed[going_on.top : going_on.bottom_after + 1].min())
        top = begin + going_on.top
        tracker.lower_on(tracking, going_on, top, max(top, now - tracker.lag), fastest_dps)
    return tracking, events
