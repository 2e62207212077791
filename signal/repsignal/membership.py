"""Which cycles belong to a set besides those that made it one: partial reps, and reps that only these connect."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion
from repsignal.likeness import alike, is_stroke_pair, rests_alike
from repsignal.robust import median
from repsignal.types import FloatArray
from repsignal.window import TickWindow

FULL_SHARE: Final = 0.6  # of the range of the set's full reps: less is a partial rep (the domain's definition)
_NEARLY_FULL: Final = 0.52
PARTIAL_SHARE: Final = 0.2  # less than this is settling, not a rep tried
_MIN_PARTIAL_DEG: Final = 3.0
_CROOKED_SHARE: Final = 0.5  # of a stroke about the set's axis, for a rep between others


def least_partial_deg(range_deg: float) -> float:
    """What a movement covers at least to be a partial rep of a set of this range."""
    return max(PARTIAL_SHARE * range_deg, _MIN_PARTIAL_DEG)


def joined(
    ticks: TickWindow,
    tick_s: float,
    angle: FloatArray,
    cycles: list[Excursion],
    full: list[Excursion],
    partial: list[Excursion],
    range_deg: float,
    rest: int,
    limb: NDArray[np.float64] | None,
) -> list[Excursion]:
    """Full reps that only partial ones connect with the set, and those between its members that a slip made crooked."""
    whole_deg = median([_whole_deg(ticks, c) for c in full])
    tops = {c.top for c in full}
    candidates = [
        c
        for c in cycles
        if c.top not in tops
        and _is_full(c.prominence_deg / range_deg, _whole_deg(ticks, c) / whole_deg)
        and is_stroke_pair(ticks, tick_s, angle, c, limb, *((_CROOKED_SHARE,) if _is_between(c, full, rest) else ()))
    ]
    if not candidates:
        return []
    agreeing = alike(ticks, full + _connected(candidates, [*full, *partial], rest), limb)
    return _connected([c for c in candidates if c in agreeing], [*full, *partial], rest)


def _is_between(cycle: Excursion, full: list[Excursion], rest: int) -> bool:
    """Whether reps come before and after without a rest."""
    before = [cycle.bottom - c.bottom_after for c in full]
    after = [c.bottom - cycle.bottom_after for c in full]
    return any(0 <= gap <= rest for gap in before) and any(0 <= gap <= rest for gap in after)


def _connected(candidates: list[Excursion], members: list[Excursion], rest: int) -> list[Excursion]:
    """Those that lie within a rest of a member, or of one another as far as that leads to one."""
    found: list[Excursion] = []
    waiting = list(candidates)
    near = members
    while near:
        near = [
            c
            for c in waiting
            if any(0 <= c.bottom - m.bottom_after <= rest or 0 <= m.bottom - c.bottom_after <= rest for m in near)
        ]
        found += near
        waiting = [c for c in waiting if c not in near]
    return found


def _whole_deg(ticks: TickWindow, cycle: Excursion) -> float:
    """All of the turn of a lift, the twist of the limb included."""
    moved = ticks.path_deg[cycle.top] - ticks.path_deg[cycle.bottom]
    return sqrt(moved @ moved)


def _is_full(share: float, whole_share: float) -> bool:
    """Who twists the limb while lifting it covers the range another way in every rep."""
    return FULL_SHARE <= share <= 1.0 / FULL_SHARE or (share >= _NEARLY_FULL and FULL_SHARE <= whole_share <= 1.0)


def partials(
    ticks: TickWindow,
    tick_s: float,
    angle: FloatArray,
    cycles: list[Excursion],
    full: list[Excursion],
    range_deg: float,
    rest: int,
    limb: NDArray[np.float64] | None,
) -> list[Excursion]:
    """Cycles that belong to the set without being full: among the full ones, or before or after without a rest.

    What comes before and after must be moved as the reps are, and where they are: turning over is no rep tried.
    """
    tops = {c.top for c in full}
    found = [c for c in cycles if c.top not in tops and _is_partial(c, full, range_deg)]
    first, last = full[0].bottom, full[-1].bottom_after
    kept = [c for c in found if c.bottom >= first and c.bottom_after <= last]
    found = [
        c
        for c in found
        if c in kept or (is_stroke_pair(ticks, tick_s, angle, c, limb) and rests_alike(ticks, full, c, range_deg, limb))
    ]
    # before a set people settle; what belongs to it follows without much of a pause
    lead = min(rest, 2 * (_usual_pause(full) + round(1.0 / tick_s)))
    for c in reversed([c for c in found if c.bottom < first]):
        if first - c.bottom_after <= lead:
            kept.append(c)
            first = c.bottom
    for c in [c for c in found if c.bottom_after > last]:
        if c.bottom - last <= rest:
            kept.append(c)
            last = c.bottom_after
    return sorted(kept, key=lambda c: c.bottom)


def _usual_pause(full: list[Excursion]) -> float:
    pauses = [b.bottom - a.bottom_after for a, b in pairwise(full)]
    return median(pauses) if pauses else 0.0


def _is_partial(cycle: Excursion, full: list[Excursion], range_deg: float) -> bool:
    """Leaves the bottom, covers less than a full range, and comes back to it."""
    size = cycle.prominence_deg
    if not least_partial_deg(range_deg) <= size < FULL_SHARE * range_deg:
        return False
    if max(cycle.up_deg, cycle.down_deg) > size + 0.3 * range_deg:
        return False
    before = [c for c in full if c.bottom_after <= cycle.bottom]
    after = [c for c in full if c.bottom >= cycle.bottom_after]
    floors = ([before[-1].bottom_after_deg] if before else []) + ([after[0].bottom_deg] if after else [])
    floor = min(floors, key=lambda level: abs(level - cycle.bottom_deg), default=cycle.bottom_deg)
    return abs(min(cycle.bottom_deg, cycle.bottom_after_deg) - floor) <= 0.3 * range_deg
