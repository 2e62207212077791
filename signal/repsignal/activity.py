"""What moves and is no rep: walking above all.

A limb about its joint explains the accelerations it feels; a leg that carries its owner across the room does not.
What turns as if by chance is no limb at all.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import log
from typing import Final

from repsignal.extremes import Excursion
from repsignal.joint import Pivot
from repsignal.likeness import MIN_CYCLE_S, median_s
from repsignal.robust import median
from repsignal.types import FloatArray
from repsignal.window import TickWindow

STRIDE_S: Final = 1.35  # strides last 0.9-1.3 s at 1-1.5 m/s (Murray et al. 1964); hardly anybody trains faster
QUICKEST_S, LEAST_QUICK = 0.8, 4  # reps: a foot that fidgets is quicker, and fewer tell too little
LONGEST_OF_TWO_S: Final = 20.0  # two movements held for longer are a stretch of either leg
SLOW_STRIDE_S: Final = 2.2
_FOLLOWS: Final = 1.1  # from top to top, of what the longest cycle takes
_DYNAMIC_M_S2: Final = 1.0  # twice what noise and the sway of a ball may add to it
_BRISK_M_S2: Final = 3.0  # walking 5-7; of a few quick reps, in which people's limbs show as much, 0.83 are explained
_TELLING_M_S2: Final = 0.4  # less is what sensors make up; three quarters of more are no chance
_HINGE_SHARE: Final = 0.4  # real sets 0.6-0.97, walking 0.17-0.26
_GAIT_SHARE: Final = 0.55
_LIMB_SHARE: Final = 0.75  # real reps of 0.8 to 1.3 s, played faster, 0.86-0.95; walking 0.5 at most in 99 of 100
_LEAST_PART: Final = 3
_TEMPO_STEP: Final = 0.5  # natural logarithm: a factor of 1.65
_INERTIA_S: Final = 0.1
_HASTE, _HASTE_S = 0.6, 1.6  # of the usual length of a cycle, and s: quicker than both it must be a limb's for sure
_TELLING_S: Final = 1.6  # less says too little of a joint
_CHANCE: Final = 0.35  # correlation of one turn with the next: of the quickest and smallest reps 0.5, of noise 0 ± 0.1


def is_hinge(pivot: Pivot | None, *, few: bool) -> bool:
    """Whether the accelerations, where there are any to speak of, are those of a limb about a still joint.

    Who walks and stops again moves a ``few`` times alike, with a leg that swings more often than it carries: it
    explains more of what is felt than that of somebody who walks on, but moves far quicker than a limb that is held.
    """
    if pivot is None or pivot.expected_m_s2 < _DYNAMIC_M_S2:
        return True
    return pivot.explained > (_LIMB_SHARE if few and pivot.expected_m_s2 > _BRISK_M_S2 else _HINGE_SHARE)


def is_limb(pivot: Pivot | None) -> bool:
    """Whether there are accelerations to speak of, and they are surely those of a limb about a still joint."""
    return pivot is not None and pivot.expected_m_s2 >= _TELLING_M_S2 and pivot.explained > _LIMB_SHARE


def is_noise(angle_deg: FloatArray, tick_s: float) -> bool:
    """Whether (N,) angle turns as if by chance: a limb has mass, and goes on for more than a tenth of a second.

    Noise wanders to and fro at every range there is, and would be judged at every look, for long and in vain.
    """
    sparse = angle_deg[:: max(1, round(_INERTIA_S / tick_s))]
    turns = sparse[1:] - sparse[:-1]
    if not len(turns):
        return False
    turns -= (sparse.item(-1) - sparse.item(0)) / len(turns)  # a sensor that drifts turns on and on
    return float(turns[1:] @ turns[:-1]) < _CHANCE * float(turns @ turns)


def cycle_s(full: list[Excursion], tick_s: float) -> float:
    """From top to top, or all of a cycle, whichever is longer."""
    period = median([b.top - a.top for a, b in pairwise(full)]) * tick_s
    return max(period, median_s(full, tick_s))


def is_slow_gait(full: list[Excursion], tick_s: float, pivot: Pivot | None) -> bool:
    explained = pivot.explained if pivot is not None else 0.0
    return cycle_s(full, tick_s) < SLOW_STRIDE_S and explained < _GAIT_SHARE


def is_gait(pivot: Pivot | None) -> bool:
    """Whether there are accelerations to speak of, and a limb about a still joint does not account for them.

    A leg that swings explains more of brisk ones than one that carries, though not all.
    """
    if pivot is None or pivot.expected_m_s2 < _DYNAMIC_M_S2:
        return False
    return pivot.explained < (_LIMB_SHARE if pivot.expected_m_s2 > _BRISK_M_S2 else _GAIT_SHARE)


def walks(ticks: TickWindow) -> bool:
    """Whether what moved in these ticks carried somebody about."""
    found = ticks.hinge(0, len(ticks))
    return found is not None and found.expected_m_s2 >= _DYNAMIC_M_S2 and is_gait(found.pivot(None))


def is_stride(ticks: TickWindow, begin: int, length_s: float, usual_s: list[float], tick_s: float) -> bool:
    """Whether what was moved to and fro from a tick on, in so short a time, is no limb about a still joint.

    What is far quicker than the newest reps of its set must surely be one. The ticks end with it, and may reach
    further back: a single stride says too little.
    """
    if length_s >= SLOW_STRIDE_S:
        return False
    enough = max(0, len(ticks) - round(_TELLING_S / tick_s))
    found = ticks.hinge(min(begin, enough), len(ticks))
    pivot = found.pivot(None) if found is not None else None
    hasty = length_s < min(_HASTE_S, _HASTE * median(usual_s))
    return length_s < MIN_CYCLE_S or is_gait(pivot) or (hasty and not is_limb(pivot))


def quick_runs(cycles: list[Excursion], tick_s: float, most_s: float) -> list[slice]:
    """Runs of two and more cycles shorter than ``most_s``, each of which follows the one before as quickly."""
    most = most_s / tick_s
    quick = [c.bottom_after - c.bottom < most for c in cycles]
    runs: list[slice] = []
    for k, (a, b) in enumerate(pairwise(cycles)):
        if not (quick[k] and quick[k + 1]) or b.top - a.top >= _FOLLOWS * most:
            continue
        begin = runs.pop().start if runs and runs[-1].stop == k + 1 else k
        runs.append(slice(begin, k + 2))
    return runs


def by_tempo(chain: list[Excursion]) -> list[list[Excursion]]:
    """The two parts of a chain whose tempo changes abruptly: a set, and the walk that followed it at once."""
    lengths = [log(c.bottom_after - c.bottom) for c in chain]
    n, total, before = len(lengths), sum(lengths), [0.0, *accumulate(lengths)]
    steps = [(abs(before[k] / k - (total - before[k]) / (n - k)), k) for k in range(_LEAST_PART, n - _LEAST_PART + 1)]
    if not steps or max(steps)[0] < _TEMPO_STEP:
        return []
    cut = max(steps)[1]
    return [chain[:cut], chain[cut:]]
