"""A set that is over: from the judge's draft to the event with the last word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, cast

import numpy as np

from repsignal.cycles import CycleView, measure, with_pauses
from repsignal.extremes import Excursion, along
from repsignal.judge import SetDraft
from repsignal.orientation import TickBlock
from repsignal.phases import common_shapes
from repsignal.robust import median
from repsignal.types import AngleTrace, CutOffRep, Cycle, FloatArray, PartialRep, Rep, SetEnd

_TRACE_MARGIN_S: Final = 3.0
_AT_ONCE_S: Final = 0.3  # from where the recording begins, or to where it ends
# What a stroke that was cut off moves at first, of its peak speed: more than one that begins there may, or more than
# a limb at rest, and that above the usual bottom by some of the range.
_UNDER_WAY, _MOVING, _LEFT = 0.5, 0.12, 0.08
_FIRST_S: Final = 0.1
_NEAR: Final = 3  # reps that tell the usual bottom
_BEYOND_S: Final = 0.1  # what a boundary at the very edge may err by


def finish_set(draft: SetDraft, ticks: TickBlock, tick_s: float, index: int, *, begun: bool, final: bool) -> SetEnd:
    """Measure every cycle of a draft found in these ticks.

    ``begun`` and ``final`` say that the recording begins and ends with them.
    """
    items: list[tuple[type[Rep] | type[PartialRep] | type[CutOffRep], Excursion, bool, bool]] = []
    angle = along(ticks.path_deg, draft.axis)
    first, last = _cut_off(draft, angle, tick_s, begun=begun, final=final)
    for kind, some in ((Rep, draft.full), (PartialRep, draft.partial)):
        items += [(CutOffRep if c is first or c is last else kind, c, c is first, c is last) for c in some]
    if draft.head is not None and draft.head.top * tick_s < 30.0:
        items.append((CutOffRep, draft.head, True, False))
    if draft.tail is not None and (final or draft.tail.bottom_after < len(ticks) - 1):
        items.append((CutOffRep, draft.tail, False, True))
    items.sort(key=lambda item: item[1].top)
    views = [CycleView.of(ticks, tick_s, c) for _, c, _, _ in items]
    whole = [view.ramps for view, item in zip(views, items, strict=True) if item[0] is Rep]
    shapes = common_shapes(whole or [view.ramps for view in views])  # of two reps both may be cut off
    cycles: list[Cycle] = [
        measure(kind, view, draft.pivot, shapes, cut_start=cut_start, cut_end=cut_end)
        for view, (kind, _, cut_start, cut_end) in zip(views, items, strict=True)
    ]
    seen_s = float(ticks.time_s[0]) if begun else -np.inf, float(ticks.time_s[-1]) if final else np.inf
    for k, (view, cycle) in enumerate(zip(views, cycles, strict=True)):
        before, after = _begins_before(cycle, seen_s[0]), _ends_after(cycle, seen_s[1])
        if before or after:
            cycles[k] = measure(CutOffRep, view, draft.pivot, shapes, cut_start=before, cut_end=after)
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
        detected_s=float(ticks.time_s[-1]),
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


def _begins_before(cycle: Cycle, first_s: float) -> bool:
    """Whether a cycle surely began before the first tick: the shape of its ramp says more than the few ticks of it."""
    return cycle.start_s is not None and cycle.start_s < first_s - max(_BEYOND_S, 2.0 * (cycle.start_sd_s or 0.0))


def _ends_after(cycle: Cycle, last_s: float) -> bool:
    """The same of its end, after the last tick."""
    return cycle.end_s is not None and cycle.end_s > last_s + max(_BEYOND_S, 2.0 * (cycle.end_sd_s or 0.0))


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
