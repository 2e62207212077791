"""Chains of cycles about one axis, in both senses: what may be a set, without the strides of a walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.activity import SLOW_STRIDE_S, STRIDE_S, is_gait, is_limb, quick_runs
from repsignal.extremes import BOTTOM_SHARE, STILL_S, Excursion, Rises, excursions, merge_dips, settled, simplify
from repsignal.joint import Pivot
from repsignal.likeness import StrokeTimes
from repsignal.membership import FULL_SHARE
from repsignal.types import FloatArray
from repsignal.window import TickWindow

MIN_RANGE_DEG: Final = 4.0  # the floor exercise starts at 6°; a leg carried along by the other moves 1-3°
_WIGGLE_DEG: Final = 1.0
_SCALE_STEP: Final = 0.7  # between the ranges tried; a chain holds ranges from 0.6 to 1.7 of the one tried


@dataclass(frozen=True)
class Sense:
    """One sense of rotation: its axis (3,), and the angle (N,) about it at ticks ``tick_s`` apart."""

    axis: NDArray[np.float64]
    angle_deg: FloatArray
    tick_s: float
    judged: list[tuple[list[Excursion], list[Excursion]]] = field(
        default_factory=list[tuple[list[Excursion], list[Excursion]]]
    )  # chains, and the cycles they were found among

    @cached_property
    def _rises(self) -> Rises:
        return Rises.of(self.angle_deg, round(STILL_S / self.tick_s))

    @cached_property
    def times(self) -> StrokeTimes:
        """How long its strokes take."""
        return StrokeTimes(self.angle_deg, self.tick_s)

    @cached_property
    def _pivots(self) -> dict[tuple[int, int], Pivot | None]:
        return {}

    @cached_property
    def _settled(self) -> dict[Excursion, Excursion]:
        return {}

    def free_pivot(self, ticks: TickWindow, run: Sequence[Excursion]) -> Pivot | None:
        """The pivot of all that is between the first and the last of some cycles, without regard to the axis."""
        window = run[0].bottom, run[-1].bottom_after + 1
        if window not in self._pivots:
            found = ticks.hinge(*window)
            self._pivots[window] = found.pivot(None) if found is not None else None
        return self._pivots[window]

    def settled(self, cycle: Excursion) -> Excursion:
        """The cycle with its bottoms next to its strokes."""
        found = self._settled.get(cycle)
        if found is None:
            found = self._settled[cycle] = settled(self.angle_deg, cycle, self._rises)
        return found


def cycles_of(ticks: TickWindow, sense: Sense, points: list[int], scale: float) -> list[Excursion]:
    """The cycles between these turning points, without the strides of a walk."""
    cycles = merge_dips(excursions(sense.angle_deg, points), scale, FULL_SHARE)
    least, most = FULL_SHARE * scale, scale / FULL_SHARE / (1.0 - BOTTOM_SHARE)
    in_scale = [least <= c.prominence_deg <= most for c in cycles]
    if sum(in_scale) < 2:
        return []  # settling takes a quarter of the range at most: no two will be of this scale
    limbs = [False] * len(cycles)
    strides = [False] * len(cycles)
    for run in quick_runs(cycles, sense.tick_s, SLOW_STRIDE_S):
        if sum(in_scale[run]) < 2:
            continue
        pivot, length = sense.free_pivot(ticks, cycles[run]), run.stop - run.start
        limbs[run], strides[run] = [is_limb(pivot)] * length, [is_gait(pivot)] * length
    for run in quick_runs(cycles, sense.tick_s, STRIDE_S):
        strides[run] = [not limb for limb in limbs[run]]
    if sum(one and not stride for one, stride in zip(in_scale, strides, strict=True)) < 2:
        return []
    # a stride stays one wherever its ends are moved to: no need to move them
    cycles = [c if stride else sense.settled(c) for c, stride in zip(cycles, strides, strict=True)]
    for run in quick_runs(cycles, sense.tick_s, STRIDE_S):
        # the first and the last of a set are seen to be as quick as the others only now
        more = any(limbs[run]) and is_limb(sense.free_pivot(ticks, cycles[run]))
        strides[run] = [not (limb or more) for limb in limbs[run]]
    return [c for c, stride in zip(cycles, strides, strict=True) if not stride]


def scales_of(angle: FloatArray, fine: list[int], heights: list[float]) -> list[float]:
    """Ranges worth trying for a whole recording: from the largest stroke between turning points down."""
    points = simplify(fine, heights, _WIGGLE_DEG)
    scale = min(float(np.abs(np.diff(angle[points])).max()), 180.0) if len(points) >= 4 else 0.0
    scales: list[float] = []
    while scale >= MIN_RANGE_DEG:
        scales.append(scale)
        scale *= _SCALE_STEP
    return scales


def of_scale(cycles: list[Excursion], scale: float) -> list[Excursion]:
    """Those whose range is about that of a full rep."""
    return [c for c in cycles if FULL_SHARE * scale <= c.prominence_deg <= scale / FULL_SHARE]


def runs(cycles: list[Excursion], rest: int) -> list[list[Excursion]]:
    """Runs of two cycles and more without a rest between them."""
    found: list[list[Excursion]] = []
    for cycle in cycles:
        if found and cycle.bottom - found[-1][-1].bottom_after <= rest:
            found[-1].append(cycle)
        else:
            found.append([cycle])
    return [run for run in found if len(run) >= 2]
