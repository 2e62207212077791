"""From an excursion found on ticks to the figures of a rep: boundaries, phases, range, height, what to beware of."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion, along
from repsignal.joint import Pivot
from repsignal.orientation import TickBlock
from repsignal.phases import Boundary, Ramps, Shapes, SpeedKernel, common_shapes, find_ramps, place
from repsignal.timebase import BRIDGED, CLIPPED, MISSING
from repsignal.types import Cycle, CycleFlag, FloatArray

C = TypeVar("C", bound=Cycle)

_CONTEXT_S: Final = 1.2
_NO_STOP_S: Final = 0.15  # a limb that changes direction within this has not been held
_UNCERTAIN_S: Final = 0.25
_NOT_MOVED: Final = 0.1  # of the range


def cycle_ramps(ticks: TickBlock, tick_s: float, excursion: Excursion) -> Ramps:
    """How each stroke of a cycle begins and ends.

    Speed is taken along the cycle's own displacement: a limb twists as it lifts, and leaves the bottom when it moves,
    not when it moves upwards.
    """
    lo, hi = _context(ticks, tick_s, excursion)
    angle = _own_angle(ticks, excursion, lo, hi)
    local = replace(
        excursion, bottom=excursion.bottom - lo, top=excursion.top - lo, bottom_after=excursion.bottom_after - lo
    )
    return find_ramps(ticks.time_s[lo:hi], angle, local, SpeedKernel.at(tick_s))


def _own_angle(ticks: TickBlock, excursion: Excursion, lo: int, hi: int) -> FloatArray:
    """Angle (hi - lo,) along the way this cycle itself went, whatever the axis of the set."""
    path = ticks.path_deg
    moved = 2.0 * path[excursion.top] - path[excursion.bottom] - path[excursion.bottom_after]
    size = float(np.sqrt(moved @ moved))
    return along(path[lo:hi], moved / size if size > 0 else moved)


def _context(ticks: TickBlock, tick_s: float, excursion: Excursion) -> tuple[int, int]:
    context = round(_CONTEXT_S / tick_s)
    return max(0, excursion.bottom - context), min(len(ticks), excursion.bottom_after + 1 + context)


def measure(
    kind: type[C],
    ticks: TickBlock,
    tick_s: float,
    excursion: Excursion,
    pivot: Pivot | None,
    *,
    ramps: Ramps | None = None,
    shapes: Shapes | None = None,
    index: int = 0,
    cut_start: bool = False,
    cut_end: bool = False,
) -> C:
    """Figures of one cycle whose excursion counts ticks of the window given.

    ``shapes`` are what the set's ramps have in common; without them, this cycle's own serve. ``cut_start`` and
    ``cut_end`` say which side was not recorded: its boundary and every duration that needs it are ``None``.
    """
    lo, hi = _context(ticks, tick_s, excursion)
    time = ticks.time_s[lo:hi]
    angle = _own_angle(ticks, excursion, lo, hi)
    local = replace(
        excursion, bottom=excursion.bottom - lo, top=excursion.top - lo, bottom_after=excursion.bottom_after - lo
    )
    if ramps is None:
        ramps = cycle_ramps(ticks, tick_s, excursion)
    found = place(ramps, shapes if shapes is not None else common_shapes([ramps]))
    flags = ticks.flags[lo:hi]
    missing = (flags & MISSING) != 0
    start = None if cut_start else _unless_missing(found.start, time, missing)
    top = _unless_missing(found.top, time, missing)
    lower = _unless_missing(found.lower_start, time, missing)
    if cut_start and angle[local.top] - angle[0] < _NOT_MOVED * excursion.down_deg:
        top = None  # already held when the recording began
    if cut_end and angle[local.top] - angle[-1] < _NOT_MOVED * excursion.up_deg:
        lower = None  # still held when it ended
    end = None if cut_end else _unless_missing(found.end, time, missing)
    first, last = local.bottom, local.bottom_after + 1
    said: list[CycleFlag] = []
    inside = flags[first:last]
    if (inside & BRIDGED).any():
        said.append(CycleFlag.BRIDGED)
    if (inside & MISSING).any():
        said.append(CycleFlag.GAP)
    if (inside & CLIPPED).any():
        said.append(CycleFlag.CLIPPED)
    if cut_start:
        said.append(CycleFlag.CUT_OFF_START)
    if cut_end:
        said.append(CycleFlag.CUT_OFF_END)
    lift_s = _span(start, top, time, missing)
    hold_s = _span(top, lower, time, missing)
    lower_s = _span(lower, end, time, missing)
    if hold_s is not None and (found.turned or hold_s < _NO_STOP_S):
        said.append(CycleFlag.NO_HOLD)
    if any(b is not None and b.sd_s > _UNCERTAIN_S for b in (start, top, lower, end)):
        said.append(CycleFlag.UNCERTAIN)
    bottom_up, top_up = _usual_up(ticks, excursion.bottom), _usual_up(ticks, _top_tick(time, found.top) + lo)
    sure = pivot is not None and pivot.sure
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
        elevation_top_deg=pivot.elevation_deg(top_up) if sure and pivot is not None else None,
        rise_cm=100.0 * (pivot.height_m(top_up) - pivot.height_m(bottom_up)) if sure and pivot is not None else None,
        flags=tuple(said),
    )


def _range(
    angle: NDArray[np.float64],
    time: NDArray[np.float64],
    local: Excursion,
    start: Boundary | None,
    top: Boundary | None,
    lower: Boundary | None,
    end: Boundary | None,
) -> float:
    """Between the bottom as the lift begins and the top of the hold; the lowering side where that is better known."""
    if start is not None and top is not None:
        return float(np.interp(top.time_s, time, angle) - np.interp(start.time_s, time, angle))
    if lower is not None and end is not None:
        return float(np.interp(lower.time_s, time, angle) - np.interp(end.time_s, time, angle))
    return local.prominence_deg


def _top_tick(time: NDArray[np.float64], top: Boundary) -> int:
    return int(min(max(np.searchsorted(time, top.time_s), 0), time.shape[0] - 1))


def _usual_up(ticks: TickBlock, tick: int) -> NDArray[np.float64]:
    up: NDArray[np.float64] = ticks.up[min(max(tick, 0), len(ticks) - 1)]
    return up


def _unless_missing(boundary: Boundary, time: NDArray[np.float64], missing: NDArray[np.bool_]) -> Boundary | None:
    """A boundary inside a hole was not seen."""
    if not missing.any():
        return boundary
    k = int(np.clip(np.searchsorted(time, boundary.time_s), 0, time.shape[0] - 1))
    return None if missing[max(0, k - 2) : k + 3].any() else boundary


def _span(
    begin: Boundary | None, end: Boundary | None, time: NDArray[np.float64], missing: NDArray[np.bool_]
) -> float | None:
    """Length of a phase, ``None`` where a hole hit it or an end of it is unknown."""
    if begin is None or end is None:
        return None
    if missing.any() and missing[(time >= begin.time_s) & (time <= end.time_s)].any():
        return None
    return max(0.0, end.time_s - begin.time_s)


def _time(boundary: Boundary | None) -> float | None:
    return None if boundary is None else boundary.time_s


def _sd(boundary: Boundary | None) -> float | None:
    return None if boundary is None else boundary.sd_s


def with_pauses(cycles: list[Cycle]) -> dict[int, float]:
    """Pause after each cycle that another one follows, by position in a list in order of time."""
    pauses: dict[int, float] = {}
    for k, (cycle, following) in enumerate(pairwise(cycles)):
        if cycle.end_s is not None and following.start_s is not None:
            pauses[k] = max(0.0, following.start_s - cycle.end_s)
    return pauses
