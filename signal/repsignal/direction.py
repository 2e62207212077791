"""Which way is lift.

A set begins and ends at the bottom, and most lifts raise the limb. Neither is certain: a recording may begin within a
rep, a leg curl may go down first. So both are weighed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from repsignal import joint
from repsignal.extremes import Excursion, turning_points
from repsignal.joint import Pivot
from repsignal.membership import FULL_SHARE
from repsignal.robust import median, medians
from repsignal.types import FloatArray, LiftDirection
from repsignal.window import TickWindow


def orphan_before(
    angle: FloatArray, first: Excursion, partial: list[Excursion], range_deg: float, tick_s: float
) -> Excursion | None:
    """A lowering without a lift before the first rep."""
    begin = min([first.bottom, *[c.bottom for c in partial]])
    reach = max(0, begin - round(20.0 / tick_s))
    if begin - reach < 3:
        return None
    piece = angle[reach : begin + 1]
    points = turning_points(piece, 0.3 * range_deg)
    if len(points) < 2:
        return None
    top, bottom = points[-2], points[-1]
    drop = float(piece[top] - piece[bottom])
    if FULL_SHARE * range_deg <= drop <= 1.5 * range_deg and piece[bottom] - angle[begin] < 0.3 * range_deg:
        high = np.flatnonzero(piece[: bottom + 1] > piece[top] - 0.2 * drop)
        leaves = reach + int(high[-1])
        return Excursion(reach, leaves, reach + bottom, float(piece[bottom]), float(piece[top]), float(piece[bottom]))
    return None


def orphan_after(
    angle: FloatArray, last: Excursion, partial: list[Excursion], range_deg: float, tick_s: float
) -> Excursion | None:
    """A lift without a lowering after the last rep."""
    begin = max([last.bottom_after, *[c.bottom_after for c in partial]])
    reach = min(angle.shape[0], begin + round(20.0 / tick_s))
    if reach - begin < 3:
        return None
    piece = angle[begin:reach]
    points = turning_points(piece, 0.25 * range_deg)
    if len(points) < 2:
        return None
    bottom, top = points[0], points[1]
    rise = float(piece[top] - piece[bottom])
    # a lift that the recording's end cuts off need not have come far
    least = 0.25 if piece.shape[0] - 1 - top < 0.3 / tick_s and reach == angle.shape[0] else FULL_SHARE
    if least * range_deg <= rise <= 1.5 * range_deg and angle[begin] - piece[bottom] < 0.3 * range_deg:
        end = piece.shape[0] - 1
        arrives = bottom + int(np.flatnonzero(piece[bottom:] > piece[top] - 0.2 * rise)[0])
        return Excursion(
            begin + bottom, begin + arrives, begin + end, float(piece[bottom]), float(piece[top]), float(piece[end])
        )
    return None


def _dwell(angle: FloatArray, begin: int, end: int, level: float) -> int:
    """Ticks spent above a level."""
    return int(np.count_nonzero(angle[begin : end + 1] > level))


def _cost_of_unpaired(waited: float) -> float:
    """What a stroke without its pair costs a sense of rotation.

    It speaks against it where the limb rested on its far side for longer than it is usually held there; a recording
    that begins or ends within a rep leaves such a stroke too, but no such rest.
    """
    return 0.05 + 0.6 * min(max((waited - 0.6) / 0.8, 0.0), 1.0)


def direction_score(
    ticks: TickWindow,
    tick_s: float,
    lift_direction: LiftDirection,
    axis: NDArray[np.float64],
    angle: FloatArray,
    full: list[Excursion],
    head: Excursion | None,
    tail: Excursion | None,
    pivot: Pivot | None,
    over: bool,
) -> float:
    """How well this sense of rotation explains the set, about -1…1 (-3…3 where the exercise says the direction).

    A set begins and ends at the bottom, so the right sense leaves no stroke unpaired, unless the recording cut it.
    The pivot says which sense raises the limb; most lifts do.
    """
    holds = [_dwell(angle, c.bottom, c.bottom_after, 0.8 * c.prominence_deg + c.bottom_deg) for c in full]
    usual = 1.5 * median(holds) + 0.5 / tick_s
    unpaired = 0.0
    if head is not None:
        unpaired += _cost_of_unpaired(head.top / usual)
    if tail is not None:
        unpaired += _cost_of_unpaired((tail.bottom_after - tail.top) / usual if over else 0.0)
    middle = medians(ticks.up[[c.bottom for c in full]] + ticks.up[[c.top for c in full]], 0)
    norm = float(np.sqrt(middle @ middle))
    rises = joint.raising(pivot, axis, middle / norm) if norm > 1e-6 else 0.0
    if lift_direction is LiftDirection.AUTO:
        return 0.5 * rises - unpaired
    return 2.0 * (-rises if lift_direction is LiftDirection.DOWN else rises) - 0.5 * unpaired
