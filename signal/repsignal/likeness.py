"""How much the cycles of a chain resemble one another.

Somebody exercising repeats a movement; somebody shifting about does not. Thresholds are shares of the set's own range
wherever that makes sense; the few absolute ones name their reason.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion
from repsignal.orientation import TickBlock
from repsignal.robust import column_medians, median
from repsignal.types import FloatArray

SWAY_RANGE_DEG: Final = 12.0  # a ball rocks by a few degrees: below this, reps must also stand still between strokes
MIN_CYCLE_S: Final = 0.75  # the quickest touch-and-go
STILLNESS_LEAST, _STILLNESS_SURE = 0.2, 0.33
_DISORDER_OF_TWO: Final = 0.55
_DISORDER_A_REP: Final = 0.17
_DISORDER_MOST: Final = 1.9
_LARGE_BONUS: Final = 0.4  # at twice the range of sway
_ENOUGH: Final = 6
_ODD: Final = 6.4
_BRIEFEST_S: Final = 0.1
_NEAR: Final = 3


def is_stroke_pair(
    ticks: TickBlock,
    tick_s: float,
    angle: FloatArray,
    cycle: Excursion,
    limb: NDArray[np.float64] | None,
    least_share: float = 0.7,
) -> bool:
    """Out and back along one way, not a wandering about; at least ``least_share`` of each stroke about this axis."""
    if (cycle.bottom_after - cycle.bottom) * tick_s < MIN_CYCLE_S:
        return False
    coarse = max(1, round(0.2 / tick_s))
    up = ticks.path_deg[cycle.top] - ticks.path_deg[cycle.bottom]
    down = ticks.path_deg[cycle.bottom_after] - ticks.path_deg[cycle.top]
    for vector, size in ((up, cycle.up_deg), (down, cycle.down_deg)):
        moved = vector if limb is None else vector - (vector @ limb) * limb
        if size < least_share * float(np.sqrt(moved @ moved)):
            return False
    walked = float(np.abs(np.diff(angle[cycle.bottom : cycle.bottom_after + 1 : coarse])).sum())
    return walked < 2.2 * (cycle.up_deg + cycle.down_deg)


def alike(ticks: TickBlock, chain: list[Excursion], limb: NDArray[np.float64] | None) -> list[Excursion]:
    """Those that rest where most rest and turn where most turn, seen by gravity."""
    if len(chain) < 2:
        return chain
    range_deg = median([c.prominence_deg for c in chain])
    bottom, end, top = (
        off_deg(ticks.up[at], limb)
        for at in ([c.bottom for c in chain], [c.bottom_after for c in chain], [c.top for c in chain])
    )
    # a strap may turn about the limb; without its length known that looks like another pose
    limit = max(15.0 if limb is not None else 30.0, 0.5 * range_deg)
    off = np.maximum(np.maximum(bottom, end), top / 1.3)
    return [c for c, o in zip(chain, off, strict=True) if o <= limit]


def off_deg(ups: FloatArray, limb: NDArray[np.float64] | None) -> FloatArray:
    """How far each (N, 3) vertical is from the usual one; of the limb's elevation alone where its length is known."""
    if limb is not None:
        elevation: FloatArray = np.degrees(np.arcsin(np.clip(ups @ limb, -1.0, 1.0)))
        apart: FloatArray = np.abs(elevation - median(elevation))
        return apart
    middle = column_medians(ups)
    norm = float(np.sqrt(middle @ middle))
    if norm < 1e-6:
        return np.zeros(len(ups)) + 180.0
    off: FloatArray = np.degrees(np.arccos(np.clip(ups @ (middle / norm), -1.0, 1.0)))
    return off


def disorder(
    ticks: TickBlock, tick_s: float, full: list[Excursion], range_deg: float, limb: NDArray[np.float64] | None
) -> float:
    """How little the cycles resemble one another, each term about 1 where it is suspicious by itself.

    Somebody exercising comes back to the same bottom, turns at the same top, covers the same range in the same time,
    and comes down as far as went up. Shifting about on a ball does none of these, though each may agree by chance.
    Measured: real sets 0.1-1.6, simulated sets 0.1-1.1; shifting about that looks like two to six reps 0.9-2.1.
    """
    sizes = np.array([c.prominence_deg for c in full])
    lengths = np.array([c.bottom_after - c.bottom for c in full]) * tick_s
    bottom = median(off_deg(ticks.up[[c.bottom for c in full]], limb))
    top = median(off_deg(ticks.up[[c.top for c in full]], limb))
    # a gyroscope whose bias is not yet known makes every cycle end higher, or lower, by as much
    drift = median([c.up_deg - c.down_deg for c in full])
    uneven = median([abs(c.up_deg - c.down_deg - drift) for c in full]) + 0.3 * abs(drift)
    return (
        bottom / (0.15 * range_deg)
        + top / (0.4 * range_deg)
        + uneven / (0.4 * range_deg)
        + max(float(sizes.std() / sizes.mean()) - 0.1, 0.0) / 0.4
        + max(_spread(lengths) - 0.15, 0.0) / 0.8  # one may be held for a minute
    )


def _spread(values: FloatArray) -> float:
    """Coefficient of variation of all but the largest."""
    rest = np.sort(values)[:-1] if values.shape[0] > 2 else values
    return float(rest.std() / rest.mean())


def disorder_limit(full: int, partial: int, range_deg: float, stillness: float) -> float:
    """What passes for chance among so many: two movements must agree closely, ten may scatter as tired people's do.

    Where a rocking ball could do as much, more is asked, and most of those who never stand still. Large movements that
    come again and again are hardly ever chance; a few of them may be, and then smaller ones beside them say nothing.
    """
    many = full >= _ENOUGH
    members = full + (min(partial, full / 2) if many else 0)
    limit = min(_DISORDER_OF_TWO + _DISORDER_A_REP * (members - 2), _DISORDER_MOST)
    if range_deg >= SWAY_RANGE_DEG:
        bonus = min(range_deg / SWAY_RANGE_DEG - 1.0, 1.0) if many else 0.0
        return limit * (1.0 + _LARGE_BONUS * bonus)
    return (0.75 if stillness > _STILLNESS_SURE and many else 0.45) * limit


def stillness(angle: FloatArray, full: list[Excursion], tick_s: float) -> float:
    """Share of a cycle spent at less than a quarter of its peak speed: a sine 0.16, a smooth turn-about rep 0.29."""
    half = max(1, round(0.06 / tick_s))
    dwell: list[float] = []
    for c in full:
        piece = angle[c.bottom : c.bottom_after + 1]
        if piece.shape[0] < 4 * half:
            return 0.0
        speed = np.abs(piece[2 * half :] - piece[: -2 * half])
        dwell.append(float((speed < 0.25 * speed.max()).mean()))
    return median(dwell)


def _pose_deg(
    ticks: TickBlock,
    cycle: Excursion,
    near: list[Excursion],
    limb: NDArray[np.float64] | None,
    at: Literal["bottom", "top", "bottom_after"],
) -> float:
    """How far a cycle's pose is from the most similar of its neighbours': after a strap has slipped all are off."""
    own = ticks.up[getattr(cycle, at)]
    others = ticks.up[[getattr(c, at) for c in near]]
    if limb is not None:
        elevation = np.degrees(np.arcsin(np.clip(others @ limb, -1.0, 1.0)))
        return float(np.abs(elevation - np.degrees(np.arcsin(np.clip(own @ limb, -1.0, 1.0)))).min())
    return float(np.degrees(np.arccos(np.clip((others @ own).max(), -1.0, 1.0))))


def odd_ends(
    ticks: TickBlock, tick_s: float, angle: FloatArray, full: list[Excursion], limb: NDArray[np.float64] | None
) -> list[Excursion]:
    """First and last members that resemble the others too little: settling before a set, getting up after it.

    Each term is 1 where a tired or careless rep may come; true first and last reps add up to 6.3 at most, movements
    before and after sets, with few exceptions, to 6.5 and more. Somebody who rests before one more rep has done that
    rep; somebody who moves once and begins a while later has settled.
    """
    second = 1.0 / tick_s
    kept = list(full)
    odd: list[Excursion] = []
    while len(kept) > 3:
        range_deg = median([c.prominence_deg for c in kept])
        length = median([c.bottom_after - c.bottom for c in kept])
        gaps = [later.bottom - earlier.bottom_after for earlier, later in pairwise(kept)]
        late = max(float(np.log((gaps[0] + second) / (median(gaps) + second))), 0.0) / 0.5
        oddness = [
            abs(end.prominence_deg / range_deg - 1.0) / 0.25
            + max(_pose_deg(ticks, end, near, limb, "bottom"), _pose_deg(ticks, end, near, limb, "bottom_after"))
            / (0.2 * range_deg)
            + _pose_deg(ticks, end, near, limb, "top") / (0.3 * range_deg)
            + max(float(np.log(length / (end.bottom_after - end.bottom))), 0.0) / 0.5  # holds may last
            + abs(end.up_deg - end.down_deg) / (0.3 * range_deg)
            + _other_tempo(angle, end, near, tick_s) / 0.5
            for end, near in ((kept[0], kept[1 : 1 + _NEAR]), (kept[-1], kept[-1 - _NEAR : -1]))
        ]
        oddness[0] += late
        if max(oddness) < _ODD:
            break
        odd.append(kept.pop(0 if oddness[0] >= oddness[1] else -1))
    return odd


def _other_tempo(angle: FloatArray, cycle: Excursion, near: list[Excursion], tick_s: float) -> float:
    """How far a cycle's strokes are from the most similar of its neighbours' in duration: sum of |log ratio|."""
    own = _stroke_s(angle, cycle, tick_s)
    others = [_stroke_s(angle, c, tick_s) for c in near]
    return sum(min(abs(float(np.log(own[k] / other[k]))) for other in others) for k in (0, 1))


def _stroke_s(angle: FloatArray, cycle: Excursion, tick_s: float) -> tuple[float, float]:
    """Time between 15 and 75 % of the range, lifting and lowering: holds and how a stroke ends do not count."""
    lift = angle[cycle.bottom : cycle.top + 1]
    lower = angle[cycle.top : cycle.bottom_after + 1][::-1]
    times: list[float] = []
    for stroke in (lift, lower):
        low, high = (stroke[0] + share * (stroke[-1] - stroke[0]) for share in (0.15, 0.75))
        passed = int(np.argmax(stroke > high)) - (stroke.shape[0] - 1 - int(np.argmax(stroke[::-1] < low)))
        times.append(max(passed * tick_s, _BRIEFEST_S))
    return times[0], times[1]


def median_s(full: list[Excursion], tick_s: float) -> float:
    return median([c.bottom_after - c.bottom for c in full]) * tick_s
