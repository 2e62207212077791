"""Which movements of a stretch are sets of reps: the one place where that is decided.

The same judgement arms the live counter (a set has begun) and has the last word when the set is over. It looks at a
window of ticks and an axis, tries both senses of rotation, and accepts a chain of cycles as a set when they resemble
one another: in range, in where the limb rests and where it turns, in time. What is regular but not a limb about its
joint (walking, the sway of a ball, a leg carried along by the other) fails one of these.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal import joint
from repsignal.activity import (
    LEAST_QUICK,
    LONGEST_OF_TWO_S,
    QUICKEST_S,
    STRIDE_S,
    by_tempo,
    cycle_s,
    is_gait,
    is_hinge,
    is_limb,
    is_slow_gait,
    is_stride,
)
from repsignal.chains import MIN_RANGE_DEG, Sense, cycles_of, of_scale, runs, scales_of
from repsignal.direction import direction_score, orphan_after, orphan_before
from repsignal.extremes import (
    Excursion,
    along,
    heights_deg,
    simplify,
    turning_points,
)
from repsignal.joint import Pivot
from repsignal.likeness import (
    ENOUGH,
    STILLNESS_LEAST,
    SWAY_RANGE_DEG,
    alike,
    disorder,
    disorder_limit,
    is_stroke_pair,
    median_s,
    odd_ends,
    stillness,
    verticals,
)
from repsignal.membership import FULL_SHARE, PARTIAL_SHARE, joined, partials
from repsignal.params import CounterParams
from repsignal.robust import median
from repsignal.window import TickWindow

SURE_DIRECTION: Final = 0.3  # nothing unpaired, and the pivot agrees
_MARGIN_S: Final = 0.5  # before and after a set, in what the hinge is fitted to
_EXPLAINED, _UNLIKELY = 1.2, 0.8  # of the disorder that can be believed: see _is_set
_SAME_JOINT: Final = 0.9  # cosine
_SAME_AXIS, _SAME_RANGE = 0.9986, 0.05  # the cosine of 3°, and a share


@dataclass(frozen=True, slots=True)
class Guess:
    """An axis to try, (3,) unit, and the limb's length where it is known, (3,) unit; both in the sensor frame.

    ``one_way`` says that its positive sense is known to be lift.
    """

    axis: NDArray[np.float64]
    limb: NDArray[np.float64] | None = None
    one_way: bool = False


@dataclass(frozen=True, slots=True)
class SetDraft:
    """A set found in a window. Tick numbers count from the window's start; angles are along ``sense * axis``."""

    axis: NDArray[np.float64]  # (3,) unit, positive towards lift
    range_deg: float
    full: tuple[Excursion, ...]
    partial: tuple[Excursion, ...]
    head: Excursion | None  # a rep whose beginning was not recorded (only its top and what follows are real)
    tail: Excursion | None  # a rep whose end was not recorded
    pivot: Pivot | None  # square to the axis
    free: Pivot | None  # without regard to it
    limb: NDArray[np.float64] | None  # (3,) unit, the limb's length in the sensor frame, where known
    direction: float  # how well this sense of rotation explains the set, about -1…1
    strokes: int  # lifts and lowerings of full reps, those without their pair too
    disorder: float  # how little the reps are like one another, 1 where that is as much as can be believed
    score: float

    def later(self, ticks: int) -> SetDraft:
        """The same within a window that begins as many ticks earlier."""
        return replace(
            self,
            full=tuple(c.earlier(-ticks) for c in self.full),
            partial=tuple(c.earlier(-ticks) for c in self.partial),
            head=self.head and self.head.earlier(-ticks),
            tail=self.tail and self.tail.earlier(-ticks),
        )

    @property
    def first_tick(self) -> int:
        return min(item.bottom for item in (*self.full, *self.partial))

    @property
    def last_tick(self) -> int:
        return max(item.bottom_after for item in (*self.full, *self.partial))


def find_sets(
    ticks: TickWindow,
    tick_s: float,
    params: CounterParams,
    *,
    guesses: Sequence[Guess],
    scales_deg: list[float] | None = None,
    over: bool,
) -> list[SetDraft]:
    """Sets among the ticks, in order of time.

    ``guesses`` are the axes to try, ``scales_deg`` the ranges (all there may be, if ``None``). ``over`` says that
    no set goes on any longer: a lift without its lowering at the end is then not one that is still being held.
    """
    drafts: list[SetDraft] = []
    for guess in guesses:
        drafts += _sets_about(ticks, tick_s, params, guess, scales_deg, over)
    for draft in _apart(drafts):
        guess, range_deg = _refined(ticks, draft)
        if _as_before(draft, guess, range_deg):
            continue
        drafts += _sets_about(ticks, tick_s, params, guess, [range_deg], over)
    sets = [draft for draft in drafts if _is_set(draft) or any(_is_turned(draft, other) for other in drafts)]
    return sorted(_apart(sets), key=lambda draft: draft.first_tick)


def _is_set(draft: SetDraft) -> bool:
    """Whether the reps are so alike that they are reps; else a draft is good only for a better guess of the axis.

    Less is asked of many that raise the limb and leave none unpaired, more where the limb would be lowered by lifting.
    """
    if draft.direction < -SURE_DIRECTION:
        return draft.disorder <= _UNLIKELY
    return draft.disorder <= (_EXPLAINED if draft.direction > SURE_DIRECTION and len(draft.full) >= ENOUGH else 1.0)


def _is_turned(draft: SetDraft, other: SetDraft) -> bool:
    """Whether a draft is another seen the other way round, and rightly so: what is orderly one way is so both ways.

    Seen the wrong way, the first lift and the last lowering are left out, and with them what they have of disorder.
    """
    return (
        draft.disorder > 1.0 >= other.disorder
        and draft.direction > max(other.direction, 0.0)
        and float(draft.axis @ other.axis) < -_SAME_JOINT
        and draft.strokes >= other.strokes
        and (draft.first_tick if draft.head is None else draft.head.top) <= other.full[0].top
        and (draft.last_tick if draft.tail is None else draft.tail.top) >= other.full[-1].top
    )


def _apart(drafts: list[SetDraft]) -> list[SetDraft]:
    """Of drafts that may overlap in time, those with the greatest sum of scores (weighted interval scheduling)."""
    ordered = sorted(drafts, key=lambda draft: (draft.last_tick, draft.first_tick))
    ends = [draft.last_tick for draft in ordered]
    best: list[tuple[float, list[SetDraft]]] = [(0.0, [])]
    for k, draft in enumerate(ordered):
        before = bisect_right(ends, draft.first_tick, hi=k)
        total = best[before][0] + draft.score
        best.append((total, [*best[before][1], draft]) if total > best[k][0] else best[k])
    return best[-1][1]


def _refined(ticks: TickWindow, draft: SetDraft) -> tuple[Guess, float]:
    """The axis of the set's own strokes, twist about the limb's length left out, and the range about it."""
    limb = draft.free
    lifts = [ticks.path_deg[c.top] - ticks.path_deg[c.bottom] for c in draft.full]
    lowers = [ticks.path_deg[c.bottom_after] - ticks.path_deg[c.top] for c in draft.full]
    strokes = np.array(lifts + lowers)
    axis = joint.axis_of_strokes(strokes, limb)
    range_deg = median(np.abs(strokes @ axis).tolist())
    axis = axis if float(axis @ draft.axis) > 0 else -axis
    length = limb.lever_m / limb.length_m if limb is not None and limb.sure else None
    return Guess(axis, length, one_way=draft.direction > SURE_DIRECTION), range_deg


def _as_before(draft: SetDraft, guess: Guess, range_deg: float) -> bool:
    """Whether a refined guess hardly differs from the one that gave the draft: it would give the same again."""
    return (
        draft.limb is not None
        and guess.limb is not None
        and float(guess.axis @ draft.axis) > _SAME_AXIS
        and abs(range_deg - draft.range_deg) < _SAME_RANGE * draft.range_deg
    )


def _window(size: int, full: Sequence[Excursion], tick_s: float) -> tuple[int, int]:
    margin = round(_MARGIN_S / tick_s)
    return max(0, full[0].bottom - margin), min(size, full[-1].bottom_after + 1 + margin)


def _sets_about(
    ticks: TickWindow,
    tick_s: float,
    params: CounterParams,
    guess: Guess,
    scales_deg: list[float] | None,
    over: bool,
) -> list[SetDraft]:
    angle = along(ticks.path_deg, guess.axis)
    finest = PARTIAL_SHARE * (min(scales_deg) if scales_deg is not None else MIN_RANGE_DEG)
    fine = turning_points(angle, finest)
    heights = heights_deg(angle, fine)
    senses = [Sense(guess.axis, angle, tick_s)] + ([] if guess.one_way else [Sense(-guess.axis, -angle, tick_s)])
    found: list[SetDraft] = []
    for scale in scales_deg if scales_deg is not None else scales_of(angle, fine, heights):
        points = simplify(fine, heights, PARTIAL_SHARE * scale)
        for sense in senses:
            cycles = cycles_of(ticks, sense, points, scale)
            for chain in runs(of_scale(cycles, scale), round(params.rest_s / tick_s)):
                if (chain, cycles) in sense.judged:
                    continue  # one range after another finds the same
                sense.judged.append((chain, cycles))
                whole = _judge_part(ticks, tick_s, params, sense, chain, cycles, over, guess.limb)
                found += whole
                for part in () if whole else by_tempo(chain):
                    found += _judge_part(ticks, tick_s, params, sense, part, cycles, over, guess.limb)
    return found


def _judge_part(
    ticks: TickWindow,
    tick_s: float,
    params: CounterParams,
    sense: Sense,
    part: list[Excursion],
    cycles: list[Excursion],
    over: bool,
    limb: NDArray[np.float64] | None,
) -> list[SetDraft]:
    """Judge what is left of a chain without its odd members, apart where their leaving makes a rest."""
    members = [c for c in part if is_stroke_pair(ticks, tick_s, sense.angle_deg, c, limb)]
    drafts: list[SetDraft] = []
    for run in runs(alike(ticks, members, limb), round(params.rest_s / tick_s)):
        draft = _judge_chain(ticks, tick_s, params, sense, run, cycles, over, limb)
        gone = _carried(ticks, sense, run) if draft is None else []
        if gone:
            left, others = ([c for c in some if c not in gone] for some in (run, cycles))
            draft = _judge_chain(ticks, tick_s, params, sense, left, others, over, limb)
        if draft is not None:
            drafts.append(draft)
    return drafts


def _carried(ticks: TickWindow, sense: Sense, run: list[Excursion]) -> list[Excursion]:
    """First and last members of a chain in which all of the body moved: getting up soon after a set, a step."""
    first, last = 0, len(run)
    while last > first and is_gait(sense.free_pivot(ticks, run[first : first + 1])):
        first += 1
    while last > first and is_gait(sense.free_pivot(ticks, run[last - 1 : last])):
        last -= 1
    return run[:first] + run[last:]


def _without_strides(
    ticks: TickWindow, tick_s: float, full: list[Excursion], partial: list[Excursion]
) -> list[Excursion]:
    """Partial reps without the first step of whoever walks up to the set or away from it."""
    first, last = full[0].bottom, full[-1].bottom_after
    usual_s = [(c.bottom_after - c.bottom) * tick_s for c in full]

    def is_step(c: Excursion) -> bool:
        return is_stride(ticks[: c.bottom_after + 1], c.bottom, (c.bottom_after - c.bottom) * tick_s, usual_s, tick_s)

    return [c for c in partial if (c.bottom >= first and c.bottom_after <= last) or not is_step(c)]


def _judge_chain(
    ticks: TickWindow,
    tick_s: float,
    params: CounterParams,
    sense: Sense,
    chain: list[Excursion],
    cycles: list[Excursion],
    over: bool,
    limb: NDArray[np.float64] | None,
) -> SetDraft | None:
    axis, angle = sense.axis, sense.angle_deg
    if len(chain) < params.min_reps:
        return None
    range_deg = median([c.prominence_deg for c in chain])
    full = [c for c in chain if c.prominence_deg >= FULL_SHARE * range_deg]
    if len(full) < params.min_reps or range_deg < MIN_RANGE_DEG:
        return None
    if len(full) == 2 and median_s(full, tick_s) > LONGEST_OF_TWO_S:
        return None
    length_s = cycle_s(full, tick_s)
    quick = length_s < STRIDE_S
    if quick and (length_s < QUICKEST_S or len(full) < LEAST_QUICK):
        return None
    still = stillness(angle, full, tick_s)
    if range_deg < SWAY_RANGE_DEG and still < STILLNESS_LEAST:
        return None
    rest = round(params.rest_s / tick_s)
    partial = partials(ticks, tick_s, angle, cycles, full, range_deg, rest, limb)
    more = joined(ticks, tick_s, angle, cycles, full, partial, range_deg, rest, limb)
    if more:
        full = sorted(full + more, key=lambda c: c.bottom)
        partial = partials(ticks, tick_s, angle, cycles, full, range_deg, rest, limb)
    ups = verticals(ticks, full)
    odd = odd_ends(ups, sense.times, full, limb)
    if odd:
        full = [c for c in full if c not in odd]
        ups = verticals(ticks, full)
        cycles = [c for c in cycles if c not in odd]
        partial = partials(ticks, tick_s, angle, cycles, full, range_deg, rest, limb)
    mess = disorder(ups, sense.times, full, range_deg, limb)
    limit = disorder_limit(len(full), len(partial), range_deg, still)
    if mess > 2.5 * limit:
        return None
    window = _window(len(ticks), full, tick_s)
    found = ticks.hinge(*window)
    free = found.pivot(None) if found is not None else None
    if not is_hinge(free, few=len(full) < ENOUGH) or is_slow_gait(full, tick_s, free) or (quick and not is_limb(free)):
        return None
    pivot = found.pivot(axis) if found is not None else None
    partial = _without_strides(ticks, tick_s, full, partial)
    head = orphan_before(angle, full[0], partial, range_deg, tick_s)
    tail = orphan_after(angle, full[-1], partial, range_deg, tick_s)
    sense_score = direction_score(ticks, tick_s, params.lift_direction, axis, angle, full, head, tail, pivot, over)
    turned = [ticks.path_deg[c.top] - ticks.path_deg[c.bottom] for c in full]
    whole_deg = median([float(np.sqrt(v @ v)) for v in turned])
    explained = max(pivot.explained, 0.0) if pivot is not None else 0.0
    # many large, orderly reps about a joint that explains what was felt, in the sense that leaves nothing unpaired
    # a stroke whose pair was not recorded counts too: seen the other way round, two of them make one rep more
    strokes = 2 * len(full) + (head is not None) + (tail is not None)
    score = 0.5 * (strokes - 1) * float(np.sqrt(whole_deg) * np.exp(-0.4 * mess))
    score *= (0.5 + 0.5 * explained) * (1.0 + 0.3 * sense_score)
    return SetDraft(
        axis=axis,
        range_deg=range_deg,
        full=tuple(full),
        partial=tuple(partial),
        head=head,
        tail=tail,
        pivot=pivot,
        free=free,
        limb=limb,
        direction=sense_score,
        strokes=strokes,
        disorder=mess / limit,
        score=score,
    )
