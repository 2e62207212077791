"""How much the cycles of a chain resemble one another.

Somebody exercising repeats a movement; somebody shifting about does not. Thresholds are shares of the set's own range
wherever that makes sense; the few absolute ones name their reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion
from repsignal.robust import median, medians, variation
from repsignal.types import FloatArray
from repsignal.window import TickWindow

SWAY_RANGE_DEG: Final = 12.0  # a ball rocks by a few degrees: below this, reps must also stand still between strokes
MIN_CYCLE_S: Final = 0.6  # the quickest touch-and-go, between what its strokes surely cover
STILLNESS_LEAST, _STILLNESS_SURE = 0.2, 0.33
_DISORDER_OF_TWO: Final = 0.55
_DISORDER_A_REP: Final = 0.17
_DISORDER_MOST: Final = 1.9
# Mean |log ratio|: of the first reps of a set, real and simulated, 99 in 100 have less, of settling a third.
_TEMPO_OF_FEW: Final = 0.25
_TEMPO_MOST: Final = 0.4
# Of six reps and more none has more than 0.3; where three of four are done at twice or half the usual tempo it is 0.5.
_TEMPO_OF_MANY, _TEMPO_SCALE_OF_MANY = 0.4, 0.3
_LARGE_BONUS: Final = 0.4  # at twice the range of sway
ENOUGH: Final = 6
_ODD: Final = 6.4  # between what true first and last reps add up to and what other movements do: see odd_ends
_TURNS_ABOUT_DEG: Final = 60.0  # more than is usual: a hip or a slipping strap turns by less, who gets up by more
_DETOUR: Final = 2.2  # times as far as straight up and down
_HIGH_SHARE: Final = 0.25  # of the range, below the top: where a limb that sags or trembles is held
_BRIEFEST_S: Final = 0.1
_NEAR: Final = 3


def is_stroke_pair(
    ticks: TickWindow,
    tick_s: float,
    angle: FloatArray,
    cycle: Excursion,
    limb: NDArray[np.float64] | None,
    least_share: float = 0.7,
) -> bool:
    """Out and back along one way, not a wandering about; at least ``least_share`` of each stroke about this axis.

    Near the top a limb may go to and fro for as long as it is held.
    """
    if (cycle.bottom_after - cycle.bottom) * tick_s < MIN_CYCLE_S:
        return False
    coarse = max(1, round(0.2 / tick_s))
    up = ticks.path_deg[cycle.top] - ticks.path_deg[cycle.bottom]
    down = ticks.path_deg[cycle.bottom_after] - ticks.path_deg[cycle.top]
    for vector, size in ((up, cycle.up_deg), (down, cycle.down_deg)):
        moved = vector if limb is None else vector - (vector @ limb) * limb
        if size < least_share * sqrt(moved @ moved):
            return False
    steps = angle[cycle.bottom : cycle.bottom_after + 1 : coarse]
    walked = np.abs(steps[1:] - steps[:-1])
    total_deg, most_deg = float(walked.sum()), _DETOUR * (cycle.up_deg + cycle.down_deg)
    if total_deg < most_deg:
        return True
    high_deg = _HIGH_SHARE * cycle.prominence_deg
    high = steps > cycle.top_deg - high_deg
    held_deg = float(walked[high[1:] & high[:-1]].sum())
    return total_deg - max(held_deg - _DETOUR * 2.0 * high_deg, 0.0) < most_deg


def alike(ticks: TickWindow, chain: list[Excursion], limb: NDArray[np.float64] | None) -> list[Excursion]:
    """Those that rest where most rest and turn where most turn, seen by gravity; not who turns about in between."""
    if len(chain) < 2:
        return chain
    range_deg = median([c.prominence_deg for c in chain])
    bottom, end, top = off_deg(verticals(ticks, chain), limb)
    limit = _pose_limit_deg(range_deg, limb)
    off = np.maximum(np.maximum(bottom, end), top / 1.3)
    kept = off <= limit
    if limb is not None:
        twist = _twist_deg(ticks, chain, limb)
        kept &= twist <= median(twist.tolist()) + _TURNS_ABOUT_DEG
    return [c for c, keep in zip(chain, kept.tolist(), strict=True) if keep]


def _twist_deg(ticks: TickWindow, cycles: list[Excursion], limb: NDArray[np.float64]) -> FloatArray:
    """How far the limb turns about its own length in each of N cycles, (N,), up or down, whichever is more."""
    bottom, after, top = ticks.path_deg[_places(cycles)] @ limb
    twist: FloatArray = np.maximum(np.abs(top - bottom), np.abs(after - top))
    return twist


def rests_alike(
    ticks: TickWindow, full: list[Excursion], cycle: Excursion, range_deg: float, limb: NDArray[np.float64] | None
) -> bool:
    """Whether a cycle leaves from where reps do, and comes back there, seen by gravity; it may turn anywhere."""
    off: list[float] = off_deg(verticals(ticks, [*full, cycle]), limb)[:2, -1].tolist()
    return max(off) <= _pose_limit_deg(range_deg, limb)


def comes_back(ticks: TickWindow, cycle: Excursion, range_deg: float, limb: NDArray[np.float64] | None) -> bool:
    """Whether a cycle ends where it began, seen by gravity: who gets up does not."""
    bottom, after, _ = verticals(ticks, [cycle])
    (off,) = _pose_deg(bottom, after[None], limb)
    return off <= _pose_limit_deg(range_deg, limb)


def _pose_limit_deg(range_deg: float, limb: NDArray[np.float64] | None) -> float:
    # a strap may turn about the limb; without its length known that looks like another pose
    return max(15.0 if limb is not None else 30.0, 0.5 * range_deg)


def verticals(ticks: TickWindow, cycles: list[Excursion]) -> FloatArray:
    """Verticals (3, N, 3) at the bottoms of N cycles, at the bottoms after, and at the tops."""
    up: FloatArray = ticks.up[_places(cycles)]
    return up


def _places(cycles: list[Excursion]) -> list[list[int]]:
    """Ticks (3, N) of the bottoms, of those after, and of the tops."""
    return [[c.bottom for c in cycles], [c.bottom_after for c in cycles], [c.top for c in cycles]]


def off_deg(ups: FloatArray, limb: NDArray[np.float64] | None) -> FloatArray:
    """How far each of K times N verticals (K, N, 3) is from the usual one of its N, (K, N).

    Of the limb's elevation alone where its length is known.
    """
    if limb is not None:
        elevation = _elevation_deg(ups, limb)
        apart: FloatArray = np.abs(elevation - medians(elevation, 1)[:, None])
        return apart
    middle = medians(ups, 1)
    norm = np.sqrt((middle * middle).sum(axis=1))
    cosine = np.einsum("knd,kd->kn", ups, middle / np.maximum(norm, 1e-6)[:, None])
    return np.where(norm[:, None] < 1e-6, 180.0, np.degrees(np.arccos(_within_one(cosine))))


def _elevation_deg(ups: FloatArray, limb: NDArray[np.float64]) -> FloatArray:
    """Angle (…) of the limb above the horizon for verticals (…, 3)."""
    elevation: FloatArray = np.degrees(np.arcsin(_within_one(ups @ limb)))
    return elevation


def _within_one(cosines: FloatArray) -> FloatArray:
    within: FloatArray = np.minimum(np.maximum(cosines, -1.0), 1.0)
    return within


@dataclass(frozen=True, slots=True)
class StrokeTimes:
    """How long strokes take, lifting and lowering, s: of an (N,) angle at ticks ``tick_s`` apart."""

    angle_deg: FloatArray
    tick_s: float
    _known: dict[Excursion, tuple[float, float]] = field(default_factory=dict[Excursion, tuple[float, float]])

    def of(self, cycle: Excursion) -> tuple[float, float]:
        """Time between 15 and 75 % of the range: holds and how a stroke ends do not count."""
        found = self._known.get(cycle)
        if found is None:
            lift = self.angle_deg[cycle.bottom : cycle.top + 1]
            lower = self.angle_deg[cycle.top : cycle.bottom_after + 1][::-1]
            found = self._known[cycle] = self._risen_s(lift), self._risen_s(lower)
        return found

    def _risen_s(self, stroke: FloatArray) -> float:
        begin, size = stroke.item(0), stroke.item(-1) - stroke.item(0)
        after = int((stroke > begin + 0.75 * size).argmax())
        before = len(stroke) - 1 - int((stroke[::-1] < begin + 0.15 * size).argmax())
        return max((after - before) * self.tick_s, _BRIEFEST_S)


def disorder(
    ups: FloatArray,
    times: StrokeTimes,
    full: list[Excursion],
    range_deg: float,
    limb: NDArray[np.float64] | None,
) -> float:
    """How little the cycles resemble one another, each term about 1 where it is suspicious by itself.

    ``ups`` are their :func:`verticals`.

    Somebody exercising comes back to the same bottom, turns at the same top, covers the same range in the same time,
    and comes down as far as went up. Shifting about on a ball does none of these, though each may agree by chance.
    Few agree so more easily, and are asked for a tempo too, which of them is never suspicious by itself.
    Measured: real sets 0.1-1.6, simulated sets 0.1-1.1; shifting about that looks like two to six reps 0.9-2.1.
    """
    usual: list[float] = medians(off_deg(ups, limb), 1).tolist()
    bottom, _, top = usual
    # a gyroscope whose bias is not yet known makes every cycle end higher, or lower, by as much
    drift = median([c.up_deg - c.down_deg for c in full])
    uneven = median([abs(c.up_deg - c.down_deg - drift) for c in full]) + 0.3 * abs(drift)
    return (
        bottom / (0.15 * range_deg)
        + top / (0.4 * range_deg)
        + uneven / (0.4 * range_deg)
        + max(variation([c.prominence_deg for c in full]) - 0.1, 0.0) / 0.4
        + max(_spread([c.bottom_after - c.bottom for c in full]) - 0.15, 0.0) / 0.8  # one may be held for a minute
        + _unlike_tempo(times, full)
    )


def _spread(values: list[int]) -> float:
    """Coefficient of variation of all but the largest."""
    return variation(sorted(values)[:-1] if len(values) > 2 else values)


def _unlike_tempo(times: StrokeTimes, full: list[Excursion]) -> float:
    """How odd it is that strokes differ so much in duration, lifts or lowerings, whichever agree better.

    Somebody who lets the leg drop may lift it evenly all the same; and somebody who tries a quick one first, else
    tidily, is not refused for that. Many with no tempo at all are no set, however alike in all else.
    """
    strokes_s = np.log([times.of(c) for c in full])
    differ = float(np.abs(strokes_s - medians(strokes_s, 0)).mean(axis=0).min())
    if len(full) >= ENOUGH:
        return max(differ - _TEMPO_OF_MANY, 0.0) / _TEMPO_SCALE_OF_MANY
    return min(max(differ - _TEMPO_OF_FEW, 0.0) / 0.1, _TEMPO_MOST)


def disorder_limit(full: int, partial: int, range_deg: float, stillness: float) -> float:
    """What passes for chance among so many: two movements must agree closely, ten may scatter as tired people's do.

    Where a rocking ball could do as much, more is asked, and most of those who never stand still. Large movements that
    come again and again are hardly ever chance; a few of them may be, and then smaller ones beside them say nothing.
    """
    many = full >= ENOUGH
    members = full + (min(partial, full / 2) if many else 0)
    limit = min(_DISORDER_OF_TWO + _DISORDER_A_REP * (members - 2), _DISORDER_MOST)
    if range_deg >= SWAY_RANGE_DEG:
        bonus = min(range_deg / SWAY_RANGE_DEG - 1.0, 1.0) if many else 0.0
        return limit * (1.0 + _LARGE_BONUS * bonus)
    if stillness > _STILLNESS_SURE and many:
        return (0.4 + 0.35 * min(range_deg / SWAY_RANGE_DEG, 1.0) ** 2) * limit
    return 0.45 * limit


def stillness(angle: FloatArray, full: list[Excursion], tick_s: float) -> float:
    """Share of the time spent at less than a quarter of the peak speed: a sine 0.16, a smooth turn-about rep 0.29.

    Of a rep, and of the pause after it unless that is longer: seen the wrong way round, such a pause is a hold.
    """
    half = max(1, round(0.06 / tick_s))
    dwell: list[float] = []
    nexts = [c.bottom for c in full[1:]]
    for c, following in zip(full, [*nexts, full[-1].bottom_after], strict=True):
        end = following if following - c.bottom_after <= c.bottom_after - c.bottom else c.bottom_after
        piece = angle[c.bottom : end + 1]
        if piece.shape[0] < 4 * half:
            return 0.0
        speed = np.abs(piece[2 * half :] - piece[: -2 * half])
        dwell.append(np.count_nonzero(speed < 0.25 * speed.max()) / len(speed))
    return median(dwell)


def odd_ends(
    ups: FloatArray, times: StrokeTimes, full: list[Excursion], limb: NDArray[np.float64] | None
) -> list[Excursion]:
    """First and last members that resemble the others too little: settling before a set, getting up after it.

    ``ups`` are the :func:`verticals` of all.

    Each term is 1 where a tired or careless rep may come; true first and last reps add up to 6.3 at most, movements
    before and after sets, with few exceptions, to 6.5 and more. Somebody who rests before one more rep has done that
    rep; somebody who moves once and begins a while later has settled.
    """
    second = 1.0 / times.tick_s
    first, last = 0, len(full) - 1
    while last - first >= 3:
        kept = full[first : last + 1]
        range_deg = median([c.prominence_deg for c in kept])
        length = median([c.bottom_after - c.bottom for c in kept])
        gaps = [later.bottom - earlier.bottom_after for earlier, later in pairwise(kept)]
        late = max(log((gaps[0] + second) / (median(gaps) + second)), 0.0) / 0.5
        oddness: list[float] = []
        for k, near in ((first, slice(first + 1, first + 1 + _NEAR)), (last, slice(last - _NEAR, last))):
            end = full[k]
            bottom, after, top = _pose_deg(ups[:, k], ups[:, near], limb)
            oddness.append(
                abs(end.prominence_deg / range_deg - 1.0) / 0.25
                + max(bottom, after) / (0.2 * range_deg)
                + top / (0.3 * range_deg)
                + _unlike_length((end.bottom_after - end.bottom) / length)
                + abs(end.up_deg - end.down_deg) / (0.3 * range_deg)
                + _other_tempo(times, end, full[near]) / 0.5
                + (late if k == first else 0.0)
            )
        if max(oddness) < _ODD:
            break
        if oddness[0] >= oddness[1]:
            first += 1
        else:
            last -= 1
    return full[:first] + full[last + 1 :]


def _unlike_length(share: float) -> float:
    """How odd it is to last for so many times as long as is usual; a hold may last."""
    return max(-log(share) / 0.5, log(share))


def _pose_deg(own: FloatArray, near: FloatArray, limb: NDArray[np.float64] | None) -> list[float]:
    """How far a cycle's poses, verticals (K, 3), are from the most similar of its neighbours', (K, N, 3).

    Not from the usual one: after a strap has slipped all are off.
    """
    if limb is not None:
        apart = np.abs(_elevation_deg(near, limb) - _elevation_deg(own, limb)[:, None]).min(axis=1)
    else:
        cosine = np.einsum("knd,kd->kn", near, own).max(axis=1)
        apart = np.degrees(np.arccos(_within_one(cosine)))
    nearest: list[float] = apart.tolist()
    return nearest


def _other_tempo(times: StrokeTimes, cycle: Excursion, near: list[Excursion]) -> float:
    """How far a cycle's strokes are from the most similar of its neighbours' in duration: sum of |log ratio|."""
    own = times.of(cycle)
    others = [times.of(c) for c in near]
    return sum(min(abs(log(own[k] / other[k])) for other in others) for k in (0, 1))


def median_s(full: list[Excursion], tick_s: float) -> float:
    return median([c.bottom_after - c.bottom for c in full]) * tick_s
