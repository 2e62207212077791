"""Which movements of a stretch are sets of reps: the one place where that is decided.

The same judgement arms the live counter (a set has begun) and has the last word when the set is over. It looks at a
window of ticks and an axis, tries both senses of rotation, and accepts a chain of cycles as a set when they resemble
one another: in range, in where the limb rests and where it turns, in time. What is regular but not a limb about its
joint (walking, the sway of a ball, a leg carried along by the other) fails one of these.

Thresholds are shares of the set's own range wherever that makes sense; the few absolute ones name their reason.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal import joint
from repsignal.extremes import Excursion, excursions, merge_dips, settle, turning_points
from repsignal.joint import Hinge, Pivot
from repsignal.orientation import TickBlock
from repsignal.robust import column_medians, median
from repsignal.timebase import CLIPPED, MISSING
from repsignal.types import FloatArray, LiftDirection

FULL_SHARE: Final = 0.6  # of the range of the set's full reps: less is a partial rep (the domain's definition)
PARTIAL_SHARE: Final = 0.2  # less than this is settling, not a rep tried
MIN_RANGE_DEG: Final = 4.0  # the floor exercise starts at 6°; a leg carried along by the other moves 1-3°
MIN_PARTIAL_DEG: Final = 3.0
SWAY_RANGE_DEG: Final = 12.0  # a ball rocks by a few degrees: below this, reps must also stand still between strokes
_STILL_S: Final = 0.5
_ODD: Final = 5.5
_LEAST_PART: Final = 3
_TEMPO_STEP: Final = 0.5  # natural logarithm: a factor of 1.65
_STILLNESS_LEAST, _STILLNESS_SURE = 0.2, 0.33
_LONGEST_OF_TWO_S: Final = 20.0  # two movements held for longer are a stretch of either leg
_DISORDER_OF_TWO: Final = 0.55
_DISORDER_A_REP: Final = 0.17
_DISORDER_MOST: Final = 1.9
_DYNAMIC_M_S2: Final = 1.0  # twice what noise and the sway of a ball may add to it
_HINGE_SHARE: Final = 0.4  # real sets 0.6-0.97, walking 0.17-0.26
_SCALE_STEP: Final = 0.7  # between the ranges tried; a chain holds ranges from 0.6 to 1.7 of the one tried
MIN_CYCLE_S: Final = 0.75  # the quickest touch-and-go
STRIDE_S: Final = 1.35  # strides last 0.9-1.3 s at 1-1.5 m/s (Murray et al. 1964); nobody trains faster
_SLOW_STRIDE_S: Final = 2.2


@dataclass(frozen=True, slots=True)
class JudgeParams:
    """``rest_s`` without a rep ends a set; ``min_reps`` full reps make one."""

    rest_s: float = 15.0
    min_reps: int = 2
    lift_direction: LiftDirection = LiftDirection.AUTO


@dataclass(frozen=True, slots=True)
class Guess:
    """An axis to try, (3,) unit, and the limb's length where it is known, (3,) unit; both in the sensor frame."""

    axis: NDArray[np.float64]
    limb: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class SetDraft:
    """A set found in a window. Tick numbers count from the window's start; angles are along ``sense * axis``."""

    axis: NDArray[np.float64]  # (3,) unit, positive towards lift
    range_deg: float
    full: tuple[Excursion, ...]
    partial: tuple[Excursion, ...]
    head: Excursion | None  # a rep whose beginning was not recorded (only its top and what follows are real)
    tail: Excursion | None  # a rep whose end was not recorded
    pivot: Pivot | None
    limb: NDArray[np.float64] | None  # (3,) unit, the limb's length in the sensor frame, where known
    direction: float  # how well this sense of rotation explains the set, about -1…1
    orderly: bool  # as like one another as reps are; else good only for a better guess of the axis
    score: float

    @property
    def first_tick(self) -> int:
        return min(item.bottom for item in (*self.full, *self.partial))

    @property
    def last_tick(self) -> int:
        return max(item.bottom_after for item in (*self.full, *self.partial))


def find_sets(
    ticks: TickBlock,
    tick_s: float,
    params: JudgeParams,
    *,
    guesses: Sequence[Guess],
    scales_deg: list[float] | None = None,
    final: bool,
) -> list[SetDraft]:
    """Sets among the ticks, in order of time.

    ``guesses`` are the axes to try, ``scales_deg`` the ranges (all there may be, if ``None``). ``final`` says that nothing more will come: the last rep is then cut off by
    the end of the recording rather than still going on.
    """
    drafts: list[SetDraft] = []
    for guess in guesses:
        drafts += _sets_about(ticks, tick_s, params, guess, scales_deg, final)
    for draft in _apart(drafts):
        guess, range_deg = _refined(ticks, tick_s, draft)
        drafts += _sets_about(ticks, tick_s, params, guess, [range_deg], final)
    return sorted(_apart([draft for draft in drafts if draft.orderly]), key=lambda draft: draft.first_tick)


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


def _refined(ticks: TickBlock, tick_s: float, draft: SetDraft) -> tuple[Guess, float]:
    """The axis of the set's own strokes, twist about the limb's length left out, and the range about it."""
    window = _window(len(ticks), draft.full, tick_s)
    found = hinge_of(ticks, window, tick_s)
    limb = found.pivot(None) if found is not None else None
    lifts = [ticks.path_deg[c.top] - ticks.path_deg[c.bottom] for c in draft.full]
    lowers = [ticks.path_deg[c.bottom_after] - ticks.path_deg[c.top] for c in draft.full]
    strokes = np.array(lifts + lowers)
    axis = joint.axis_of_strokes(strokes, limb)
    range_deg = median(np.abs(strokes @ axis))
    return Guess(axis, limb.lever_m / limb.length_m if limb is not None and limb.sure else None), range_deg


def _window(size: int, full: Sequence[Excursion], tick_s: float) -> slice:
    margin = round(0.5 / tick_s)
    return slice(max(0, full[0].bottom - margin), min(size, full[-1].bottom_after + 1 + margin))


def hinge_of(ticks: TickBlock, window: slice, tick_s: float) -> Hinge | None:
    """What the sound ticks of a window say about the joint."""
    sound = (ticks.flags[window] & (MISSING | CLIPPED)) == 0
    return joint.hinge(ticks.acc[window], ticks.gyr[window], ticks.up[window], sound, tick_s)


def _sets_about(
    ticks: TickBlock,
    tick_s: float,
    params: JudgeParams,
    guess: Guess,
    scales_deg: list[float] | None,
    final: bool,
) -> list[SetDraft]:
    angle = along(ticks.path_deg, guess.axis)
    found: list[SetDraft] = []
    for scale in scales_deg if scales_deg is not None else _scales_of(angle):
        for sense in (1.0, -1.0):
            signed = angle if sense > 0 else -angle
            points = turning_points(signed, PARTIAL_SHARE * scale)
            cycles = merge_dips(excursions(signed, points), scale, FULL_SHARE)
            cycles = settle(signed, cycles, round(_STILL_S / tick_s))
            cycles = _without_strides(cycles, tick_s)
            for chain in _chains(cycles, scale, round(params.rest_s / tick_s)):
                for part in (chain, *_by_tempo(chain)):
                    draft = _judge_chain(
                        ticks, tick_s, params, sense * guess.axis, signed, part, cycles, final, guess.limb
                    )
                    if draft is not None:
                        found.append(draft)
                        if part is chain:
                            break
    return found


def _scales_of(angle: FloatArray) -> list[float]:
    """Ranges worth trying for a whole recording: from the largest stroke down."""
    fine = turning_points(angle, 1.0)
    scale = min(float(np.abs(np.diff(angle[fine])).max()), 180.0) if len(fine) >= 4 else 0.0
    scales: list[float] = []
    while scale >= MIN_RANGE_DEG:
        scales.append(scale)
        scale *= _SCALE_STEP
    return scales


def _by_tempo(chain: list[Excursion]) -> list[list[Excursion]]:
    """The two parts of a chain whose tempo changes abruptly: a set, and the walk that followed it at once."""
    lengths = np.log([c.bottom_after - c.bottom for c in chain])
    steps = [
        (abs(float(lengths[:k].mean() - lengths[k:].mean())), k) for k in range(_LEAST_PART, len(chain) - _LEAST_PART + 1)
    ]
    if not steps or max(steps)[0] < _TEMPO_STEP:
        return []
    cut = max(steps)[1]
    return [chain[:cut], chain[cut:]]


def _without_strides(cycles: list[Excursion], tick_s: float) -> list[Excursion]:
    """Cycles that are not as short, and follow one another as quickly, as the strides of somebody walking."""
    short = STRIDE_S / tick_s
    stride = [c.bottom_after - c.bottom < short for c in cycles]
    quick = [b.top - a.top < 1.1 * short for a, b in zip(cycles, cycles[1:], strict=False)]
    return [
        c
        for k, c in enumerate(cycles)
        if not (
            stride[k]
            and ((k > 0 and stride[k - 1] and quick[k - 1]) or (k + 1 < len(cycles) and stride[k + 1] and quick[k]))
        )
    ]


def _chains(cycles: list[Excursion], scale: float, rest: int) -> list[list[Excursion]]:
    """Runs of cycles of about the scale's range without a rest between them."""
    runs: list[list[Excursion]] = []
    for cycle in cycles:
        if not FULL_SHARE * scale <= cycle.prominence_deg <= scale / FULL_SHARE:
            continue
        if runs and cycle.bottom - runs[-1][-1].bottom_after <= rest:
            runs[-1].append(cycle)
        else:
            runs.append([cycle])
    return [run for run in runs if len(run) >= 2]


def _judge_chain(
    ticks: TickBlock,
    tick_s: float,
    params: JudgeParams,
    axis: NDArray[np.float64],
    angle: FloatArray,
    chain: list[Excursion],
    cycles: list[Excursion],
    final: bool,
    limb: NDArray[np.float64] | None,
) -> SetDraft | None:
    chain = [c for c in chain if _is_stroke_pair(ticks, tick_s, angle, c, limb)]
    chain = _alike(ticks, chain, limb)
    if len(chain) < params.min_reps:
        return None
    range_deg = median([c.prominence_deg for c in chain])
    full = [c for c in chain if c.prominence_deg >= FULL_SHARE * range_deg]
    if len(full) < params.min_reps or range_deg < MIN_RANGE_DEG:
        return None
    if len(full) == 2 and _median_s(full, tick_s) > _LONGEST_OF_TWO_S:
        return None
    if _cycle_s(full, tick_s) < STRIDE_S:
        return None
    stillness = _stillness(angle, full, tick_s)
    if range_deg < SWAY_RANGE_DEG and stillness < _STILLNESS_LEAST:
        return None
    rest = round(params.rest_s / tick_s)
    partial = _partials(cycles, full, range_deg, rest)
    joined = _joined(ticks, tick_s, angle, cycles, full, partial, range_deg, rest, limb)
    if joined:
        full = sorted(full + joined, key=lambda c: c.bottom)
        partial = _partials(cycles, full, range_deg, rest)
    odd = _odd_ends(ticks, full, limb)
    if odd:
        full = [c for c in full if c not in odd]
        cycles = [c for c in cycles if c not in odd]
        partial = _partials(cycles, full, range_deg, rest)
    disorder = _disorder(ticks, tick_s, full, range_deg, limb)
    limit = _disorder_limit(len(full), len(partial), range_deg, stillness)
    if disorder > 2.5 * limit:
        return None
    window = _window(len(ticks), full, tick_s)
    found = hinge_of(ticks, window, tick_s)
    free = found.pivot(None) if found is not None else None
    if not _is_hinge(free) or _is_slow_gait(full, tick_s, free):
        return None
    pivot = found.pivot(axis) if found is not None else None
    head = _orphan_before(angle, full[0], partial, range_deg, tick_s)
    tail = _orphan_after(angle, full[-1], partial, range_deg, tick_s)
    sense_score = _direction_score(ticks, tick_s, params, axis, angle, full, head, tail, pivot, final)
    turned = [ticks.path_deg[c.top] - ticks.path_deg[c.bottom] for c in full]
    whole_deg = median([np.sqrt(v @ v) for v in turned])
    explained = max(pivot.explained, 0.0) if pivot is not None else 0.0
    score = float(np.exp(-0.4 * disorder)) * (len(full) - 0.5) * float(np.sqrt(whole_deg)) * (0.5 + 0.5 * explained) * (1.0 + 0.3 * sense_score)
    return SetDraft(axis, range_deg, tuple(full), tuple(partial), head, tail, pivot, limb, sense_score, disorder <= limit, score)


def along(path_deg: FloatArray, axis: NDArray[np.float64]) -> FloatArray:
    """Angle (N,) of (N, 3) Φ about an axis, written out so that the cut of the input cannot change a bit."""
    return path_deg[:, 0] * axis[0] + path_deg[:, 1] * axis[1] + path_deg[:, 2] * axis[2]


def _is_stroke_pair(
    ticks: TickBlock, tick_s: float, angle: FloatArray, cycle: Excursion, limb: NDArray[np.float64] | None
) -> bool:
    """Out and back along one way, not a wandering about, and about this axis more than about others."""
    if (cycle.bottom_after - cycle.bottom) * tick_s < MIN_CYCLE_S:
        return False
    coarse = max(1, round(0.2 / tick_s))
    up = ticks.path_deg[cycle.top] - ticks.path_deg[cycle.bottom]
    down = ticks.path_deg[cycle.bottom_after] - ticks.path_deg[cycle.top]
    for vector, size in ((up, cycle.up_deg), (down, cycle.down_deg)):
        if limb is not None:
            vector = vector - (vector @ limb) * limb
        if size < 0.7 * float(np.sqrt(vector @ vector)):
            return False
    walked = float(np.abs(np.diff(angle[cycle.bottom : cycle.bottom_after + 1 : coarse])).sum())
    return walked < 2.2 * (cycle.up_deg + cycle.down_deg)


def _alike(ticks: TickBlock, chain: list[Excursion], limb: NDArray[np.float64] | None) -> list[Excursion]:
    """Those that rest where most rest and turn where most turn, seen by gravity."""
    if len(chain) < 2:
        return chain
    range_deg = median([c.prominence_deg for c in chain])
    bottom, end, top = (
        _off_deg(ticks.up[at], limb)
        for at in ([c.bottom for c in chain], [c.bottom_after for c in chain], [c.top for c in chain])
    )
    limit = max(15.0, 0.5 * range_deg)
    off = np.maximum(np.maximum(bottom, end), top / 1.3)
    return [c for c, o in zip(chain, off, strict=True) if o <= limit]


def _off_deg(ups: FloatArray, limb: NDArray[np.float64] | None) -> FloatArray:
    """How far each (N, 3) vertical is from the usual one; of the limb's elevation alone where its length is known."""
    if limb is not None:
        elevation = np.degrees(np.arcsin(np.clip(ups @ limb, -1.0, 1.0)))
        return np.abs(elevation - median(elevation))
    middle = column_medians(ups)
    norm = float(np.sqrt(middle @ middle))
    if norm < 1e-6:
        return np.full(ups.shape[0], 180.0)
    return np.degrees(np.arccos(np.clip(ups @ (middle / norm), -1.0, 1.0)))


def _disorder(
    ticks: TickBlock, tick_s: float, full: list[Excursion], range_deg: float, limb: NDArray[np.float64] | None
) -> float:
    """How little the cycles resemble one another, each term about 1 where it is suspicious by itself.

    Somebody exercising comes back to the same bottom, turns at the same top, covers the same range in the same time,
    and comes down as far as went up. Shifting about on a ball does none of these, though each may agree by chance.
    Measured: real sets 0.1-1.6, simulated sets 0.1-1.1; shifting about that looks like two to six reps 0.9-2.1.
    """
    sizes = np.array([c.prominence_deg for c in full])
    lengths = np.array([c.bottom_after - c.bottom for c in full]) * tick_s
    bottom = median(_off_deg(ticks.up[[c.bottom for c in full]], limb))
    top = median(_off_deg(ticks.up[[c.top for c in full]], limb))
    # a gyroscope whose bias is not yet known makes every cycle end higher, or lower, by as much
    drift = median([c.up_deg - c.down_deg for c in full])
    uneven = median([abs(c.up_deg - c.down_deg - drift) for c in full]) + 0.3 * abs(drift)
    return (
        bottom / (0.15 * range_deg)
        + top / (0.4 * range_deg)
        + uneven / (0.4 * range_deg)
        + max(float(sizes.std() / sizes.mean()) - 0.1, 0.0) / 0.4
        + max(float(lengths.std() / lengths.mean()) - 0.15, 0.0) / 0.8
    )


def _disorder_limit(full: int, partial: int, range_deg: float, stillness: float) -> float:
    """What passes for chance among so many: two movements must agree closely, ten may scatter as tired people's do.

    Where a rocking ball could do as much, more is asked, and most of those who never stand still.
    """
    limit = min(_DISORDER_OF_TWO + _DISORDER_A_REP * (full + min(partial, full / 2) - 2), _DISORDER_MOST)
    if range_deg >= SWAY_RANGE_DEG:
        return limit
    return (0.75 if stillness > _STILLNESS_SURE else 0.4) * limit


def _is_hinge(pivot: Pivot | None) -> bool:
    """Whether the accelerations, where there are any to speak of, are those of a limb about a still joint."""
    if pivot is None or pivot.expected_m_s2 < _DYNAMIC_M_S2:
        return True
    return pivot.explained > _HINGE_SHARE


def _median_s(full: list[Excursion], tick_s: float) -> float:
    return median([c.bottom_after - c.bottom for c in full]) * tick_s


def _cycle_s(full: list[Excursion], tick_s: float) -> float:
    """From top to top, or all of a cycle, whichever is longer."""
    period = median([b.top - a.top for a, b in zip(full, full[1:], strict=False)]) * tick_s
    return max(period, _median_s(full, tick_s))


def _is_slow_gait(full: list[Excursion], tick_s: float, pivot: Pivot | None) -> bool:
    explained = pivot.explained if pivot is not None else 0.0
    return _cycle_s(full, tick_s) < _SLOW_STRIDE_S and explained < 0.5


def _stillness(angle: FloatArray, full: list[Excursion], tick_s: float) -> float:
    """Share of a cycle spent at less than a quarter of its peak speed: a sine 0.16, a smooth turn-about rep 0.29."""
    half = max(1, round(0.06 / tick_s))
    dwell = []
    for c in full:
        piece = angle[c.bottom : c.bottom_after + 1]
        if piece.shape[0] < 4 * half:
            return 0.0
        speed = np.abs(piece[2 * half :] - piece[: -2 * half])
        dwell.append(float((speed < 0.25 * speed.max()).mean()))
    return median(dwell)


def _odd_ends(
    ticks: TickBlock, full: list[Excursion], limb: NDArray[np.float64] | None
) -> list[Excursion]:
    """First and last members that resemble the others too little: kneeling down before a set, getting up after it.

    Each term is 1 where a tired or careless rep may come; real first and last reps add up to 4.4 at most, movements
    before and after sets to 5.8 and more.
    """
    kept = list(full)
    odd: list[Excursion] = []
    while len(kept) > 3:
        range_deg = median([c.prominence_deg for c in kept])
        length = median([c.bottom_after - c.bottom for c in kept])
        bottom, after, top = (
            _off_deg(ticks.up[at], limb)
            for at in ([c.bottom for c in kept], [c.bottom_after for c in kept], [c.top for c in kept])
        )

        oddness = [
            abs(kept[k].prominence_deg / range_deg - 1.0) / 0.25
            + max(float(bottom[k]), float(after[k])) / (0.2 * range_deg)
            + float(top[k]) / (0.3 * range_deg)
            + max(float(np.log(length / (kept[k].bottom_after - kept[k].bottom))), 0.0) / 0.5  # holds may last
            + abs(kept[k].up_deg - kept[k].down_deg) / (0.3 * range_deg)
            for k in (0, -1)
        ]
        if max(oddness) < _ODD:
            break
        odd.append(kept.pop(0 if oddness[0] >= oddness[1] else -1))
    return odd


def _joined(
    ticks: TickBlock,
    tick_s: float,
    angle: FloatArray,
    cycles: list[Excursion],
    full: list[Excursion],
    partial: list[Excursion],
    range_deg: float,
    rest: int,
    limb: NDArray[np.float64] | None,
) -> list[Excursion]:
    """Full reps that only partial ones connect with the set."""
    candidates = [
        c
        for c in cycles
        if c not in full
        and FULL_SHARE * range_deg <= c.prominence_deg <= range_deg / FULL_SHARE
        and _is_stroke_pair(ticks, tick_s, angle, c, limb)
    ]
    found: list[Excursion] = []
    ends = [c.bottom_after for c in (*full, *partial)]
    begins = [c.bottom for c in (*full, *partial)]
    for c in candidates:
        if any(0 <= c.bottom - end <= rest for end in ends) or any(0 <= begin - c.bottom_after <= rest for begin in begins):
            found.append(c)
            ends.append(c.bottom_after)
            begins.append(c.bottom)
    alike = _alike(ticks, full + found, limb)
    return [c for c in found if c in alike]


def _partials(cycles: list[Excursion], full: list[Excursion], range_deg: float, rest: int) -> list[Excursion]:
    """Cycles that belong to the set without being full: among the full ones, or before or after without a rest."""
    found = [c for c in cycles if c not in full and _is_partial(c, full, range_deg)]
    first, last = full[0].bottom, full[-1].bottom_after
    kept = [c for c in found if c.bottom >= first and c.bottom_after <= last]
    for c in reversed([c for c in found if c.bottom < first]):
        if first - c.bottom_after <= rest:
            kept.append(c)
            first = c.bottom
    for c in [c for c in found if c.bottom_after > last]:
        if c.bottom - last <= rest:
            kept.append(c)
            last = c.bottom_after
    return sorted(kept, key=lambda c: c.bottom)


def _is_partial(cycle: Excursion, full: list[Excursion], range_deg: float) -> bool:
    """Leaves the bottom, covers less than a full range, and comes back to it."""
    size = cycle.prominence_deg
    if not max(PARTIAL_SHARE * range_deg, MIN_PARTIAL_DEG) <= size < FULL_SHARE * range_deg:
        return False
    if max(cycle.up_deg, cycle.down_deg) > size + 0.3 * range_deg:
        return False
    before = [c for c in full if c.bottom_after <= cycle.bottom]
    after = [c for c in full if c.bottom >= cycle.bottom_after]
    floors = ([before[-1].bottom_after_deg] if before else []) + ([after[0].bottom_deg] if after else [])
    floor = min(floors, key=lambda level: abs(level - cycle.bottom_deg), default=cycle.bottom_deg)
    return abs(min(cycle.bottom_deg, cycle.bottom_after_deg) - floor) <= 0.3 * range_deg


def _orphan_before(
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


def _orphan_after(
    angle: FloatArray, last: Excursion, partial: list[Excursion], range_deg: float, tick_s: float
) -> Excursion | None:
    """A lift without a lowering after the last rep."""
    begin = max([last.bottom_after, *[c.bottom_after for c in partial]])
    reach = min(angle.shape[0], begin + round(20.0 / tick_s))
    if reach - begin < 3:
        return None
    piece = angle[begin:reach]
    points = turning_points(piece, 0.3 * range_deg)
    if len(points) < 2:
        return None
    bottom, top = points[0], points[1]
    rise = float(piece[top] - piece[bottom])
    if FULL_SHARE * range_deg <= rise <= 1.5 * range_deg and angle[begin] - piece[bottom] < 0.3 * range_deg:
        end = piece.shape[0] - 1
        arrives = bottom + int(np.flatnonzero(piece[bottom:] > piece[top] - 0.2 * rise)[0])
        return Excursion(begin + bottom, begin + arrives, begin + end, float(piece[bottom]), float(piece[top]), float(piece[end]))
    return None


def _dwell(angle: FloatArray, begin: int, end: int, level: float) -> int:
    """Ticks spent above a level."""
    return int((angle[begin : end + 1] > level).sum())


def _cost_of_unpaired(waited: float) -> float:
    """A stroke without its pair speaks against a sense of rotation where the limb rested on its far side, for longer
    than it is usually held there; a recording that begins or ends within a rep leaves one too, but no such rest.
    """
    return 0.05 + 0.6 * min(max((waited - 0.6) / 0.8, 0.0), 1.0)


def _direction_score(
    ticks: TickBlock,
    tick_s: float,
    params: JudgeParams,
    axis: NDArray[np.float64],
    angle: FloatArray,
    full: list[Excursion],
    head: Excursion | None,
    tail: Excursion | None,
    pivot: Pivot | None,
    final: bool,
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
        unpaired += _cost_of_unpaired((tail.bottom_after - tail.top) / usual if final else 0.0)
    middle = column_medians(ticks.up[[c.bottom for c in full]] + ticks.up[[c.top for c in full]])
    norm = float(np.sqrt(middle @ middle))
    rises = joint.raising(pivot, axis, middle / norm) if norm > 1e-6 else 0.0
    if params.lift_direction is LiftDirection.AUTO:
        return 0.5 * rises - unpaired
    return 2.0 * (-rises if params.lift_direction is LiftDirection.DOWN else rises) - 0.5 * unpaired
