"""How soon a stroke could be known at all: what noise leaves to be seen of its onset.

A stroke that rises softly from rest turns the limb by next to nothing at first, while a held limb trembles, sags and
sways. For each set the best linear detector is built with hindsight: it knows the set's mean stroke and the covariance
of its unrest. The time it needs after the onset to tell 95 of 100, at one false alarm in some 600 looks, is what no
counter can be expected to better. (With so few reps a set the covariance is known roughly, and the figure with it.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import toeplitz

from repsignal import Phase, SetEnd
from repsignal.types import FloatArray
from scoring import TrueSet

__all__ = ["Bound", "bounds"]

_SURE = 4.6  # standard deviations between rest and stroke: 1.65 for the 95 %, 2.95 for the false alarms
_MEMORY_S = 0.5
_LONGEST_S = 1.5
_SETTLED_S = 0.25  # after the stroke before
_LEAST_REST_S = 0.3
_LEAST_REPS = 4
_FLOOR = 0.02  # of the variance: what a covariance from so little data cannot be trusted below


@dataclass(frozen=True, slots=True)
class Bound:
    """Of one set's lifts or lowerings: their usual length, the turn in the first 0.2 s, unrest, soonest s."""

    phase: Phase
    stroke_s: float
    turned_deg: float
    unrest_deg: float
    soonest_s: float


def bounds(true: TrueSet, found: SetEnd) -> list[Bound]:
    """For the lifts and the lowerings of a set that was found, as far as there is rest enough to tell."""
    time, angle = found.trace.time_s, found.trace.angle_deg
    cycles = sorted(true.reps, key=lambda cycle: cycle.start_s)
    before = [cycles[0].start_s - 1.0, *(cycle.end_s + _SETTLED_S for cycle in cycles[:-1])] if cycles else []
    lifts = [(rest_s, cycle.start_s, cycle.lift_s) for rest_s, cycle in zip(before, cycles, strict=True)]
    lowers = [(cycle.top_s + _SETTLED_S, cycle.lower_start_s, cycle.lower_s) for cycle in cycles]
    both = (_bound(Phase.LIFT, time, angle, lifts), _bound(Phase.LOWER, time, -angle, lowers))
    return [one for one in both if one is not None]


def _bound(
    phase: Phase, time: FloatArray, angle: FloatArray, strokes: Sequence[tuple[float, float, float]]
) -> Bound | None:
    tick = float(np.median(np.diff(time)))
    speed = np.diff(angle, prepend=angle[:1]) / tick
    memory, longest = round(_MEMORY_S / tick), round(_LONGEST_S / tick)
    strokes = [
        one
        for one in strokes
        if one[1] - one[0] > _LEAST_REST_S and one[0] > time[0] and one[1] + _LONGEST_S < time[-1]
    ]
    if len(strokes) < _LEAST_REPS:
        return None
    rests = [speed[np.searchsorted(time, rest_s) : np.searchsorted(time, onset_s)] for rest_s, onset_s, _ in strokes]
    drift = float(np.median(np.concatenate(rests)))
    covariance = _covariance([rest - drift for rest in rests], memory)
    instants = np.array([onset_s for _, onset_s, _ in strokes])[:, None] + np.arange(longest + 1) * tick
    mean = np.maximum(np.median(np.interp(instants, time, speed), axis=0) - drift, 0.0)
    soonest = np.inf
    for ticks in range(1, longest + 1):
        seen = mean[: ticks + 1][-memory:]
        if np.sqrt(seen @ np.linalg.solve(covariance[-len(seen) :, -len(seen) :], seen)) > _SURE:
            soonest = ticks * tick
            break
    fifth = round(0.2 / tick)
    moved = np.concatenate([np.convolve(rest, np.full(fifth, tick), "valid") for rest in rests if len(rest) >= fifth])
    return Bound(
        phase,
        float(np.median([stroke_s for _, _, stroke_s in strokes])),
        float(mean[: fifth + 1].sum() * tick),
        float(np.sqrt((moved**2).mean())),
        soonest,
    )


def _covariance(rests: Sequence[FloatArray], memory: int) -> FloatArray:
    """(memory, memory) of neighbouring speeds at rest, pooled."""
    products, counts = np.zeros(memory), np.zeros(memory)
    for rest in rests:
        for lag in range(min(memory, len(rest))):
            products[lag] += rest[lag:] @ rest[: len(rest) - lag]
            counts[lag] += len(rest) - lag
    # tapered: far lags are known least, and what is left must be a covariance
    found: FloatArray = toeplitz(products / np.maximum(counts, 1) * np.linspace(1.0, 0.0, memory))
    lowest = float(np.linalg.eigvalsh(found)[0])
    found += np.eye(memory) * (_FLOOR * found[0, 0] - min(lowest, 0.0) + 1e-9)
    return found
