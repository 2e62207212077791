"""From an excursion found on ticks to the figures of a rep: boundaries, phases, range, height, what to beware of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from repsignal.even import BRIDGED, CLIPPED, MISSING, Flags
from repsignal.extremes import Excursion, along
from repsignal.joint import Pivot
from repsignal.kernel import SpeedKernel
from repsignal.phases import Boundary, Shapes, place
from repsignal.ramps import Motion, Ramp, Ramps, find_ramps
from repsignal.types import Cycle, CycleFlag, FloatArray, Rep
from repsignal.window import TickWindow

C = TypeVar("C", bound=Cycle)
Mask = NDArray[np.bool_]

_CONTEXT_S: Final = 1.2
NO_STOP_S: Final = 0.15  # a limb that changes direction within this has not been held
_UNCERTAIN_S: Final = 0.25
_NOT_MOVED: Final = 0.1  # of the range
_REST_SEEN_S: Final = 0.5  # between a hole and the onset of a stroke


@dataclass(frozen=True, slots=True)
class CycleView:
    """A cycle and some time before and after it: (N,) ticks, and where the cycle lies among them.

    ``angle_deg`` is along the cycle's own displacement, whatever the axis of the set: a limb twists as it lifts, and
    leaves the bottom when it moves, not when it moves upwards. ``ramps`` are how each stroke begins and ends.
    """

    cycle: Excursion
    time_s: FloatArray
    angle_deg: FloatArray
    up: FloatArray
    flags: Flags
    ramps: Ramps

    @classmethod
    def of(cls, ticks: TickWindow, tick_s: float, excursions: Sequence[Excursion]) -> list[CycleView]:
        """The views of cycles whose excursions count these ticks."""
        context = round(_CONTEXT_S / tick_s)
        spans = [slice(max(0, c.bottom - context), min(len(ticks), c.bottom_after + 1 + context)) for c in excursions]
        motions = [_motion(ticks, *of) for of in zip(spans, excursions, strict=True)]
        found = find_ramps(motions, SpeedKernel.at(tick_s))
        return [
            cls(motion.cycle, motion.time_s, motion.angle_deg, ticks.up[span], ticks.flags[span], ramps)
            for span, motion, ramps in zip(spans, motions, found, strict=True)
        ]


def _motion(ticks: TickWindow, span: slice, cycle: Excursion) -> Motion:
    """How a limb moves along the displacement of a cycle and aside of it."""
    path = ticks.path_deg
    moved = 2.0 * path[cycle.top] - path[cycle.bottom] - path[cycle.bottom_after]
    size = float(np.sqrt(moved @ moved))
    stroke = moved / size if size > 0 else moved
    path = path[span]
    angle = along(path, stroke)
    return Motion(ticks.time_s[span], angle, path - angle[:, None] * stroke, cycle.earlier(span.start))


def measure(
    kind: type[C],
    view: CycleView,
    pivot: Pivot | None,
    shapes: Shapes,
    *,
    index: int = 0,
    cut_start: bool = False,
    cut_end: bool = False,
) -> C:
    """Figures of one cycle.

    ``shapes`` are what the set's ramps have in common. ``cut_start`` and ``cut_end`` say which side was not recorded:
    its boundary and every duration that needs it are ``None``.
    """
    time, angle, local = view.time_s, view.angle_deg, view.cycle
    found = place(view.ramps, shapes)
    holes = (view.flags & MISSING) != 0
    missing = holes if holes.any() else None
    ramps = view.ramps
    start = None if cut_start else _unless_missing(found.start, ramps.start, time, missing)
    top = _unless_missing(found.top, ramps.top, time, missing)
    lower = _unless_missing(found.lower_start, ramps.lower_start, time, missing)
    if cut_start and angle[local.top] - angle[0] < _NOT_MOVED * local.down_deg:
        top = None  # already held when the recording began
    if cut_end and angle[local.top] - angle[-1] < _NOT_MOVED * local.up_deg:
        lower = None  # still held when it ended
    end = None if cut_end else _unless_missing(found.end, ramps.end, time, missing)
    lost = (start is None and not cut_start) or (end is None and not cut_end)
    # ramps of tiny movements may lead to an onset after the arrival: then nobody knows either
    confused = _in_no_order(start, top), _in_no_order(lower, end)
    if confused[0]:
        start = top = None
    if confused[1]:
        lower = end = None
    said = _seen(view, start, end, lost=lost, cut_start=cut_start, cut_end=cut_end)
    lift_s = _span(start, top, time, missing)
    hold_s = _span(top, lower, time, missing)
    lower_s = _span(lower, end, time, missing)
    if hold_s is not None and (found.turned or hold_s < NO_STOP_S):
        said.append(CycleFlag.NO_HOLD)
    if any(confused) or any(b is not None and b.sd_s > _UNCERTAIN_S for b in (start, top, lower, end)):
        said.append(CycleFlag.UNCERTAIN)
    bottom_up, top_up = view.up[local.bottom], view.up[_tick_at(time, found.top.time_s)]
    limb = pivot if pivot is not None and pivot.sure and top is not None else None
    return kind(
        index=index,
        start_s=_time(start),
        top_s=_time(top),
        lower_start_s=_time(lower),
        end_s=_time(end),
        start_sd_s=_sd(start),
        top_sd_s=_sd(top),
        lower_start_sd_s=_sd(lower),
        end_sd_s=_sd(end),
        lift_s=lift_s,
        hold_s=hold_s,
        lower_s=lower_s,
        pause_s=None,
        rom_deg=_range(angle, time, local, start, top, lower, end),
        elevation_top_deg=limb.elevation_deg(top_up) if limb is not None else None,
        rise_cm=100.0 * (limb.height_m(top_up) - limb.height_m(bottom_up))
        if limb is not None and start is not None
        else None,
        flags=tuple(said),
    )


def _seen(
    view: CycleView, start: Boundary | None, end: Boundary | None, *, lost: bool, cut_start: bool, cut_end: bool
) -> list[CycleFlag]:
    """What befell the samples of a cycle; ``lost`` is one of whose outer boundaries a hole took."""
    ticks = [view.cycle.bottom, view.cycle.bottom_after]
    ticks += [_tick_at(view.time_s, boundary.time_s) for boundary in (start, end) if boundary is not None]
    inside = int(np.bitwise_or.reduce(view.flags[min(ticks) : max(ticks) + 1]))
    said = {
        CycleFlag.BRIDGED: bool(inside & BRIDGED),
        CycleFlag.GAP: bool(inside & MISSING) or lost,
        CycleFlag.CLIPPED: bool(inside & CLIPPED),
        CycleFlag.CUT_OFF_START: cut_start,
        CycleFlag.CUT_OFF_END: cut_end,
    }
    return [flag for flag, true in said.items() if true]


def _in_no_order(first: Boundary | None, second: Boundary | None) -> bool:
    return first is not None and second is not None and first.time_s >= second.time_s


def _range(
    angle: FloatArray,
    time: FloatArray,
    local: Excursion,
    start: Boundary | None,
    top: Boundary | None,
    lower: Boundary | None,
    end: Boundary | None,
) -> float:
    """Between the bottom as the lift begins and the top of the hold; the lowering side where that is better known."""
    if start is not None and top is not None:
        low, high, bottom = start, top, local.bottom
    elif lower is not None and end is not None:
        low, high, bottom = end, lower, local.bottom_after
    else:
        return local.prominence_deg
    low_deg, high_deg = np.interp((low.time_s, high.time_s), time, angle).tolist()
    # a limb that turned aside first may have done so while it still came down
    return high_deg - min(low_deg, float(angle[bottom]))


def _tick_at(time: FloatArray, time_s: float) -> int:
    later = int(np.searchsorted(time, time_s))
    return min(later, len(time) - 1)


def _unless_missing(boundary: Boundary, ramp: Ramp, time: FloatArray, missing: Mask | None) -> Boundary | None:
    """A boundary that a hole touches was not seen, nor one whose ramp a hole cuts: it may be the hole's own edge.

    Nor an onset that only a glimpse of rest parts from a hole: the limb may have moved in it already.
    """
    if missing is None:
        return boundary
    seen_s = _REST_SEEN_S if ramp.sign > 0.0 else 0.0
    ends = (boundary.time_s - seen_s, ramp.risen_s)
    first, last = (_tick_at(time, time_s) for time_s in (min(ends), max(ends)))
    return None if missing[max(0, first - 2) : last + 3].any() else boundary


def _span(begin: Boundary | None, end: Boundary | None, time: FloatArray, missing: Mask | None) -> float | None:
    """Length of a phase, ``None`` where a hole hit it or an end of it is unknown."""
    if begin is None or end is None:
        return None
    if missing is not None and missing[(time >= begin.time_s) & (time <= end.time_s)].any():
        return None
    return max(0.0, end.time_s - begin.time_s)


def _time(boundary: Boundary | None) -> float | None:
    return None if boundary is None else boundary.time_s


def _sd(boundary: Boundary | None) -> float | None:
    return None if boundary is None else boundary.sd_s


def with_pauses(cycles: list[Cycle], ticks: TickWindow) -> list[Cycle]:
    """The cycles, in order of time, with the pause after each that another one follows, but for the last rep.

    Where one seems to begin before the last has ended there was no pause, and both met half-way.
    """
    following: list[Cycle] = []
    missing = (ticks.flags & MISSING) != 0
    holes = missing if missing.any() else None
    last_rep = max((k for k, cycle in enumerate(cycles) if isinstance(cycle, Rep)), default=-1)
    for k, cycle in enumerate(cycles):
        if following:
            before, cycle = _meeting(following[-1], cycle)  # noqa: PLW2901
            # of a set's last rep there is no pause to judge, whatever was begun after it
            following[-1] = before if k - 1 == last_rep else _with_pause(before, cycle, ticks.time_s, holes)
        following.append(cycle)
    return following


def _meeting(cycle: Cycle, following: Cycle) -> tuple[Cycle, Cycle]:
    end_s, start_s = cycle.end_s, following.start_s
    if end_s is None or start_s is None or end_s <= start_s:
        return cycle, following
    met_s = 0.5 * (start_s + end_s)
    return _ended_before(cycle, met_s), begun_after(following, met_s)


def _with_pause(cycle: Cycle, following: Cycle, time: FloatArray, missing: Mask | None) -> Cycle:
    end_s, start_s = cycle.end_s, following.start_s
    if end_s is None or start_s is None:
        return cycle
    if missing is not None and missing[(time >= end_s) & (time <= start_s)].any():
        return cycle
    flags = (*cycle.flags, CycleFlag.NO_PAUSE) if start_s - end_s < NO_STOP_S else cycle.flags
    return replace(cycle, pause_s=start_s - end_s, flags=flags)


def begun_after(cycle: C, time_s: float) -> C:
    """The cycle, which cannot have begun before the last was told to end; a lift over by then nobody has seen begin."""
    if cycle.start_s is None or cycle.start_s >= time_s:
        return cycle
    if cycle.top_s is not None and cycle.top_s < time_s:
        return replace(cycle, start_s=None, start_sd_s=None, lift_s=None, flags=_uncertain(cycle))
    return replace(cycle, start_s=time_s, lift_s=_less(cycle.lift_s, time_s - cycle.start_s))


def _ended_before(cycle: C, time_s: float) -> C:
    """The same of the end."""
    if cycle.end_s is None or cycle.end_s <= time_s:
        return cycle
    if cycle.lower_start_s is not None and cycle.lower_start_s > time_s:
        return replace(cycle, end_s=None, end_sd_s=None, lower_s=None, flags=_uncertain(cycle))
    return replace(cycle, end_s=time_s, lower_s=_less(cycle.lower_s, cycle.end_s - time_s))


def within(cycle: C, first_s: float, last_s: float) -> C:
    """The cycle between the first tick of a recording and the last: what seems to lie beyond nobody has seen."""
    if cycle.top_s is not None and not first_s <= cycle.top_s <= last_s:
        cycle = replace(cycle, top_s=None, top_sd_s=None, lift_s=None, hold_s=None, flags=_uncertain(cycle))
    if cycle.lower_start_s is not None and not first_s <= cycle.lower_start_s <= last_s:
        cycle = replace(
            cycle, lower_start_s=None, lower_start_sd_s=None, hold_s=None, lower_s=None, flags=_uncertain(cycle)
        )
    return _ended_before(begun_after(cycle, first_s), last_s)


def _uncertain(cycle: Cycle) -> tuple[CycleFlag, ...]:
    return cycle.flags if CycleFlag.UNCERTAIN in cycle.flags else (*cycle.flags, CycleFlag.UNCERTAIN)


def _less(duration_s: float | None, by_s: float) -> float | None:
    return None if duration_s is None else max(0.0, duration_s - by_s)
