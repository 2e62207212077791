"""Turning points of an angle, and the bottom-top-bottom cycles between them.

A turning point is kept by *persistence*: a wiggle counts when the angle turns back by at least a threshold. The
threshold is a share of the range at hand, never a fixed number of degrees, so a cycle of 6° is found like one of 120°.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repsignal.types import FloatArray

_DIPS: Final = 4  # sags of one hold that are looked past for the bottom
STILL_S: Final = 0.5  # a limb that has not risen within this has not left yet
BOTTOM_SHARE: Final = 0.25  # of the range: what comes down so far has come to the bottom


class Excursion(NamedTuple):
    """A top between two bottoms: tick numbers within the window, and the angles there, degrees.

    ``bottom`` is the last tick before the limb leaves, ``bottom_after`` the first after it has come back. So many are
    made that a frozen dataclass, which takes four times as long, tells in the whole.
    """

    bottom: int
    top: int
    bottom_after: int
    bottom_deg: float
    top_deg: float
    bottom_after_deg: float

    @property
    def up_deg(self) -> float:
        return self.top_deg - self.bottom_deg

    @property
    def down_deg(self) -> float:
        return self.top_deg - self.bottom_after_deg

    @property
    def prominence_deg(self) -> float:
        """What both strokes have covered."""
        up, down = self.top_deg - self.bottom_deg, self.top_deg - self.bottom_after_deg
        return up if up < down else down  # asked very often: min takes twice as long

    def earlier(self, ticks: int) -> Excursion:
        """The same within a window that begins as many ticks later."""
        return Excursion(
            self.bottom - ticks,
            self.top - ticks,
            self.bottom_after - ticks,
            self.bottom_deg,
            self.top_deg,
            self.bottom_after_deg,
        )

    def backwards(self, ticks: int) -> Excursion:
        """The same in a window of so many ticks seen backwards in time."""
        return Excursion(
            ticks - 1 - self.bottom_after,
            ticks - 1 - self.top,
            ticks - 1 - self.bottom,
            self.bottom_after_deg,
            self.top_deg,
            self.bottom_deg,
        )


def turning_points(angle_deg: FloatArray, threshold_deg: float) -> list[int]:
    """Ticks where (N,) angle turns by at least the threshold, alternating tops and bottoms, ends included."""
    n = angle_deg.shape[0]
    if n < 3:
        return []
    steps = angle_deg[1:] - angle_deg[:-1]
    rising = steps > 0.0
    if np.count_nonzero(steps) == n - 1:
        turned = (rising[1:] ^ rising[:-1]).nonzero()[0]
    else:
        moving = steps.nonzero()[0]
        rising = rising[moving]
        turned = moving[:-1][rising[1:] ^ rising[:-1]]
    candidates = np.empty(len(turned) + 2, np.intp)
    candidates[0], candidates[-1] = 0, n - 1
    np.add(turned, 1, out=candidates[1:-1])
    return simplify(candidates.tolist(), angle_deg[candidates].tolist(), threshold_deg)


def simplify(ticks: list[int], values: list[float], threshold_deg: float) -> list[int]:
    """Keep, of a list of alternating turning points, those that turn by at least the threshold (one pass).

    What is kept for a threshold holds all that a larger one would keep.
    """
    if not ticks:
        return []
    kept: list[int] = []
    low = high = values[0]
    low_at = high_at = ticks[0]
    sense = 0
    for tick, value in zip(ticks, values, strict=True):
        if sense >= 0:
            if value > high:
                high, high_at = value, tick
            elif high - value >= threshold_deg:
                kept.append(high_at)
                sense, low, low_at = -1, value, tick
                continue
        if sense <= 0:
            if value < low:
                low, low_at = value, tick
            elif value - low >= threshold_deg:
                kept.append(low_at)
                sense, high, high_at = 1, value, tick
    if sense != 0:
        kept.append(high_at if sense > 0 else low_at)
    return kept


def heights_deg(angle_deg: FloatArray, points: list[int]) -> list[float]:
    """The angle at a few ticks; for more than some dozen an array of them is quicker."""
    return list(map(angle_deg.item, points))


def excursions(angle_deg: FloatArray, points: list[int]) -> list[Excursion]:
    """The bottom-top-bottom triples of alternating turning points."""
    found: list[Excursion] = []
    values = heights_deg(angle_deg, points)
    for k in range(1, len(points) - 1):
        if values[k] > values[k - 1] and values[k] > values[k + 1]:
            found.append(Excursion(points[k - 1], points[k], points[k + 1], values[k - 1], values[k], values[k + 1]))
    return found


def merge_dips(found: list[Excursion], range_deg: float, full_share: float) -> list[Excursion]:
    """Join neighbours that are one cycle: the dip between them is no bottom.

    A dip that stays in the upper half is a hold that sags, however often. One that comes lower, but not within
    a quarter of the range, is a stuttering stroke when either neighbour is too small to be a full cycle
    (``full_share``); between two full ones it is a rep that did not come all the way down. Heights are over the deeper
    bottoms on either side, so a slow drift of the angle does no harm.
    """
    merged: list[Excursion] = []
    for item in _without_sags(found, range_deg):
        merged.append(item)
        while len(merged) > 1 and _one_cycle(merged[-2], merged[-1], range_deg, full_share):
            last = merged.pop()
            merged.append(spanning(merged.pop(), last))
    return merged


def _without_sags(found: list[Excursion], range_deg: float) -> list[Excursion]:
    """Join what only sags of one hold divide: dips in the upper half of the range, however many in a row."""
    kept: list[Excursion] = []
    for k, item in enumerate(found):
        if kept and kept[-1].bottom_after == item.bottom:
            dip, low = item.bottom_deg, item.bottom_deg - BOTTOM_SHARE * range_deg
            if (
                dip > max(kept[-1].top_deg, item.top_deg) - 0.5 * range_deg
                and min(earlier.bottom_deg for earlier in found[max(0, k - _DIPS) : k]) < low
                and min(later.bottom_after_deg for later in found[k : k + _DIPS]) < low
            ):
                kept.append(spanning(kept.pop(), item))
                continue
        kept.append(item)
    return kept


def spanning(first: Excursion, last: Excursion) -> Excursion:
    """Both as one, from the bottom before the first to the bottom after the last."""
    peak = first if first.top_deg >= last.top_deg else last
    return Excursion(first.bottom, peak.top, last.bottom_after, first.bottom_deg, peak.top_deg, last.bottom_after_deg)


def _one_cycle(first: Excursion, last: Excursion, range_deg: float, full_share: float) -> bool:
    if first.bottom_after != last.bottom:
        return False
    floor = max(first.bottom_deg, last.bottom_after_deg)
    height = last.bottom_deg - floor
    scale = min(range_deg, max(first.top_deg, last.top_deg) - floor)
    if height > 0.5 * scale:
        return True
    small = min(first.prominence_deg, last.prominence_deg) < full_share * scale
    return small and height > BOTTOM_SHARE * scale


@dataclass(frozen=True, slots=True)
class Rises:
    """How far each tick of (N,) angle is above the lowest within some ticks before, and within as many after."""

    before: FloatArray
    after: FloatArray

    @classmethod
    def of(cls, angle_deg: FloatArray, still: int) -> Rises:
        """Within ``still`` ticks."""
        n, lead = len(angle_deg), (still + 1) // 2 * 2
        padded = np.empty(lead + n + still)
        padded[:lead], padded[lead : lead + n], padded[lead + n :] = angle_deg[0], angle_deg, angle_deg[-1]
        lowest = _lowest(padded, still + 1)
        return cls(angle_deg - lowest[:n], angle_deg - lowest[lead:])


def _lowest(values: FloatArray, width: int) -> FloatArray:
    """The lowest (N - width + 1,) of each so many neighbours, from those of fewer."""
    seen = 1
    while seen < width:
        step = min(seen, width - seen)
        values = np.minimum(values[:-step], values[step:])
        seen += step
    return values


def settled(angle_deg: FloatArray, cycle: Excursion, rises: Rises) -> Excursion:
    """The cycle with its bottoms moved next to its strokes.

    A turning point between two cycles is the lowest tick of a pause that may last a minute and drift meanwhile, or a
    place far below where the person got up to after the last rep. The limb has left where it rose before by less than
    a twentieth of the range within the ticks of ``rises``, and is back where it sinks by less than that within as many
    after; a stop in the upper three quarters is on the way.
    """
    size = cycle.prominence_deg
    near_deg, below_deg = 0.05 * size, cycle.top_deg - (1.0 - BOTTOM_SHARE) * size
    lift, lower = slice(cycle.bottom, cycle.top + 1), slice(cycle.top, cycle.bottom_after + 1)
    calm = rises.before[lift] < near_deg
    calm &= angle_deg[lift] < below_deg
    leaves = cycle.top - int(calm[::-1].argmax())
    if not calm[leaves - cycle.bottom]:
        leaves = cycle.bottom
    calm = rises.after[lower] < near_deg
    calm &= angle_deg[lower] < below_deg
    back = cycle.top + int(calm.argmax())
    if not calm[back - cycle.top]:
        back = cycle.bottom_after
    return Excursion(leaves, cycle.top, back, float(angle_deg[leaves]), cycle.top_deg, float(angle_deg[back]))


def along(path_deg: FloatArray, axis: NDArray[np.float64]) -> FloatArray:
    """Angle (N,) of (N, 3) Φ about an axis, written out so that the cut of the input cannot change a bit."""
    x, y, z = axis.tolist()  # its own elements take longer to multiply with
    angle: FloatArray = path_deg[:, 0] * x
    angle += path_deg[:, 1] * y
    angle += path_deg[:, 2] * z
    return angle


def repeated_ranges(angle: FloatArray, least_deg: float) -> tuple[list[float], int]:
    """Ranges that the angle has covered there and back, twice or more, and the newest turn; a cheap first look."""
    fine = turning_points(angle, 1.5)
    if len(fine) < 5:
        return [], 0
    heights = heights_deg(angle, fine)
    height = dict(zip(fine, heights, strict=True))
    largest = max([abs(b - a) for a, b in pairwise(heights)])
    scales: list[float] = []
    newest = 0
    for scale in (largest, 0.55 * largest, 0.3 * largest):
        if scale < least_deg:
            break
        points = simplify(fine, heights, 0.5 * scale)
        if len(points) > 4 and sum([abs(height[b] - height[a]) < 1.7 * scale for a, b in pairwise(points)]) >= 4:
            scales.append(scale)
            newest = max(newest, points[-2])
    return scales, newest
