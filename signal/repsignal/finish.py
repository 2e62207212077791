"""A set that is over: from the judge's draft to the event with the last word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, cast

import numpy as np

from repsignal.cycles import CycleView, measure, with_pauses, within
from repsignal.extremes import Excursion, along
from repsignal.joint import Pivot
from repsignal.judge import SetDraft
from repsignal.phases import Shapes, common_shapes
from repsignal.robust import median
from repsignal.types import AngleTrace, CutOffRep, Cycle, FloatArray, PartialRep, Rep, SetEnd
from repsignal.window import TickWindow

_TRACE_MARGIN_S: Final = 3.0
_AT_ONCE_S: Final = 0.3  # from where the recording begins, or to where it ends
# What a stroke that was cut off moves at first, of its peak speed: more than one that begins there may, or more than
# a limb at rest, and that above the usual bottom by some of the range.
_UNDER_WAY, _MOVING, _LEFT = 0.5, 0.12, 0.08
_FIRST_S: Final = 0.1
_NEAR: Final = 3  # reps that tell the usual bottom
_HEAD_S: Final = 30.0  # from the first tick: the longest that the rest of a rep may take
_BEYOND_S: Final = 0.1  # what a boundary at the very edge errs by at least


@dataclass(frozen=True, slots=True)
class _Found:
    """A cycle as the judge found it, and which sides of it are known to lie outside the recording."""

    kind: type[Rep] | type[PartialRep] | type[CutOffRep]
    cycle: Excursion
    cut_start: bool = False
    cut_end: bool = False


def finish_set(
    draft: SetDraft, ticks: TickWindow, tick_s: float, index: int, detected_s: float, *, begun: bool, final: bool
) -> SetEnd:
    """Measure every cycle of a draft found in these ticks.

    ``detected_s`` is the time of the newest sample needed to know that the set is over; ``begun`` and ``final`` say
    that the recording begins and ends with these ticks.
    """
    angle = along(ticks.path_deg, draft.axis)
    found = _found(draft, angle, tick_s, begun=begun, final=final)
    views = CycleView.of(ticks, tick_s, [one.cycle for one in found])
    whole = [view.ramps for view, one in zip(views, found, strict=True) if one.kind is Rep]
    shapes = common_shapes(whole or [view.ramps for view in views])  # of two reps both may be cut off
    seen_s = float(ticks.time_s[0]) if begun else -np.inf, float(ticks.time_s[-1]) if final else np.inf
    cycles = [_measured(one, view, draft.pivot, shapes, seen_s) for one, view in zip(found, views, strict=True)]
    cycles = with_pauses(cycles, ticks)
    reps = _numbered([c for c in cycles if isinstance(c, Rep)])
    partials = _numbered([c for c in cycles if isinstance(c, PartialRep)])
    cut_offs = _numbered([c for c in cycles if isinstance(c, CutOffRep)])
    lo, hi = draft.first_tick, draft.last_tick
    margin = round(_TRACE_MARGIN_S / tick_s)
    window = slice(max(0, lo - margin), min(len(ticks), hi + margin + 1))
    floor = sorted(float(angle[c.bottom]) for c in draft.full)
    trace = AngleTrace(ticks.time_s[window].copy(), angle[window] - floor[len(floor) // 2], _jolts(ticks.acc[window]))
    known = [c for c in cycles if isinstance(c, Rep | PartialRep)]
    starts = [c.start_s for c in known if c.start_s is not None]
    ends = [c.end_s for c in known if c.end_s is not None]
    return SetEnd(
        index=index,
        start_s=min(starts, default=float(ticks.time_s[lo])),
        end_s=max(ends, default=float(ticks.time_s[hi])),
        reps=cast(tuple[Rep, ...], reps),
        partials=cast(tuple[PartialRep, ...], partials),
        cut_offs=cast(tuple[CutOffRep, ...], cut_offs),
        trace=trace,
        detected_s=detected_s,
    )


def joined(parts: Sequence[SetEnd]) -> SetEnd:
    """Parts of one set, in order of time, each seen about an axis of its own."""
    if len(parts) == 1:
        return parts[0]
    cuts = [0.5 * (before.end_s + after.start_s) for before, after in pairwise(parts)]
    shown = [
        (trace := part.trace, (trace.time_s >= begin) & (trace.time_s < end))
        for part, begin, end in zip(parts, [-np.inf, *cuts], [*cuts, np.inf], strict=True)
    ]
    return replace(
        parts[-1],
        start_s=parts[0].start_s,
        reps=cast(tuple[Rep, ...], _numbered([rep for part in parts for rep in part.reps])),
        partials=cast(tuple[PartialRep, ...], _numbered([partial for part in parts for partial in part.partials])),
        cut_offs=cast(tuple[CutOffRep, ...], _numbered([cut_off for part in parts for cut_off in part.cut_offs])),
        trace=AngleTrace(
            np.concatenate([trace.time_s[own] for trace, own in shown]),
            np.concatenate([trace.angle_deg[own] for trace, own in shown]),
            np.concatenate([trace.jolt_m_s2[own] for trace, own in shown]),
        ),
    )


def _jolts(acc: FloatArray) -> FloatArray:
    """How far each of (N, 3) is from the mean of its neighbours, (N,); 0 at both ends."""
    jolts = np.zeros(len(acc))
    bends = acc[1:-1] - 0.5 * (acc[:-2] + acc[2:])
    jolts[1:-1] = np.sqrt((bends * bends).sum(axis=1))
    return jolts


def _found(draft: SetDraft, angle_deg: FloatArray, tick_s: float, *, begun: bool, final: bool) -> list[_Found]:
    """Every cycle of the draft, in order of time."""
    first, last = _cut_off(draft, angle_deg, tick_s, begun=begun, final=final)
    found: list[_Found] = []
    for kind, some in ((Rep, draft.full), (PartialRep, draft.partial)):
        found += [_Found(CutOffRep if c is first or c is last else kind, c, c is first, c is last) for c in some]
    if draft.head is not None and draft.head.top * tick_s < _HEAD_S:
        found.append(_Found(CutOffRep, draft.head, cut_start=True))
    if draft.tail is not None and (final or draft.tail.bottom_after < len(angle_deg) - 1):
        found.append(_Found(CutOffRep, draft.tail, cut_end=True))
    return sorted(found, key=lambda one: one.cycle.top)


def _measured(
    found: _Found, view: CycleView, pivot: Pivot | None, shapes: Shapes, seen_s: tuple[float, float]
) -> Cycle:
    """The figures of a cycle; cut off as well where they say that it reaches beyond the first or last tick.

    That is the case where the shape of its ramp tells more than the few ticks of it that there are.
    """
    cycle: Cycle = measure(found.kind, view, pivot, shapes, cut_start=found.cut_start, cut_end=found.cut_end)
    first_s, last_s = seen_s
    before = cycle.start_s is not None and cycle.start_s < first_s - max(_BEYOND_S, cycle.start_sd_s or 0.0)
    after = cycle.end_s is not None and cycle.end_s > last_s + max(_BEYOND_S, cycle.end_sd_s or 0.0)
    if before or after:
        cut_start, cut_end = found.cut_start or before, found.cut_end or after
        cycle = measure(CutOffRep, view, pivot, shapes, cut_start=cut_start, cut_end=cut_end)
    return within(cycle, first_s, last_s)


def _cut_off(
    draft: SetDraft, angle_deg: FloatArray, tick_s: float, *, begun: bool, final: bool
) -> tuple[Excursion | None, Excursion | None]:
    """The cycles that the recording begins and ends within: the first, the last, or none."""
    cycles, n = [*draft.full, *draft.partial], len(angle_deg)
    first = min(cycles, key=lambda c: c.bottom)
    last = max(cycles, key=lambda c: c.bottom_after)
    before = [c for c in draft.full if c is not first]
    after = [c.backwards(n) for c in reversed(draft.full) if c is not last]
    begins = begun and _begins_within(first, before, angle_deg, draft.range_deg, tick_s)
    ends = final and _begins_within(last.backwards(n), after, angle_deg[::-1], draft.range_deg, tick_s)
    return first if begins else None, last if ends else None


def _begins_within(
    first: Excursion, others: list[Excursion], angle_deg: FloatArray, range_deg: float, tick_s: float
) -> bool:
    """Whether the limb was already on its way up when (N,) angle began, judged by the full reps that follow."""
    few = max(2, round(_FIRST_S / tick_s))
    stroke = angle_deg[: first.top + 1]
    if first.bottom > _AT_ONCE_S / tick_s or not others or len(stroke) <= few:
        return False
    rise = stroke[few:] - stroke[:-few]
    share = float(rise[0]) / max(float(rise.max()), 1e-9)
    left = float(stroke[0]) - median([c.bottom_deg for c in others[:_NEAR]]) > _LEFT * range_deg
    return share > _UNDER_WAY or (share > _MOVING and left)


def _numbered(cycles: list[Rep] | list[PartialRep] | list[CutOffRep]) -> tuple[Cycle, ...]:
    return tuple(replace(cycle, index=k) for k, cycle in enumerate(cycles, start=1))
