"""When a stroke really begins and ends.

A threshold on speed cuts both ends off every stroke: with speed rising smoothly from nothing, 10 % of the peak is
passed 0.09 of the stroke after its onset. So levels of speed serve only to find points of the ramp, and the onset is
where its shape reaches zero; the shape is taken from all of a set's ramps (:mod:`repsignal.rise`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot, sqrt
from statistics import fmean
from typing import Final

import numpy as np

from repsignal.aside import common_asides, with_aside
from repsignal.ramps import LOW, Ramp, Ramps, slope
from repsignal.rise import Rise, common_rises, crossed
from repsignal.types import FloatArray

# Lifts of a set are alike. A lowering may stutter and land in many ways: taken to be alike, those of people were told
# worse, held against a magnetometer.
_ALIKE: Final = (True, True, False, False)
# What makes a boundary uncertain, fitted to how far those of simulated sets were off their truth: the noise before the
# stroke, of which most goes out among five levels; how well the set tells the rise, as if all of its ramps rose alike;
# and how far the levels disagree.
_NOISE_COUNTS, _RISE_COUNTS, _APART_COUNTS = 0.3, 2.0, 2.0


@dataclass(frozen=True, slots=True)
class Boundary:
    """An instant, s, and its standard deviation, s."""

    time_s: float
    sd_s: float


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The four instants of a cycle. ``turned`` says that top and lower start are one: there was no hold."""

    start: Boundary
    top: Boundary
    lower_start: Boundary
    end: Boundary
    turned: bool


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the ramps of a set have in common: how each of the four rises, and how the outer two turn aside."""

    rises: list[Rise]
    asides: list[FloatArray | None]


def common_shapes(ramps: Sequence[Ramps]) -> Shapes:
    """What the ramps of a set's cycles say together about each boundary."""
    curves = np.stack([r.curves for r in ramps])
    asides = np.stack([r.asides for r in ramps])
    passed = np.array([[ramp.passed for ramp in (r.start, r.top, r.lower_start, r.end)] for r in ramps])
    alike = common_asides(curves[:, LOW], asides)
    for k, (side, aside) in enumerate(zip(LOW, alike, strict=True)):
        if aside is not None:
            curves[:, side] = with_aside(curves[:, side], asides[:, k], aside)
            passed[:, side] = [crossed(curve) for curve in curves[:, side]]
    return Shapes(common_rises(curves, passed, _ALIKE), alike)


def place(ramps: Ramps, shapes: Shapes) -> Boundaries:
    """The boundaries of a cycle, given what its set's ramps have in common."""
    found = [ramps.start, ramps.top, ramps.lower_start, ramps.end]
    for k, (side, aside) in enumerate(zip(LOW, shapes.asides, strict=True)):
        if aside is not None:
            found[side] = _seen_whole(found[side], with_aside(ramps.curves[side], ramps.asides[k], aside))
    start, top, lower, end = (_onset(ramp, rise) for ramp, rise in zip(found, shapes.rises, strict=True))
    turned = top.time_s >= lower.time_s
    if turned:
        # lift and lowering touch: both ramps reach zero at the turn, each with its own error
        weight = lower.sd_s**2 / (top.sd_s**2 + lower.sd_s**2)
        middle = weight * top.time_s + (1.0 - weight) * lower.time_s
        top = lower = Boundary(middle, hypot(top.sd_s, lower.sd_s) / 2.0)
    return Boundaries(start, top, lower, end, turned)


def _onset(ramp: Ramp, rise: Rise) -> Boundary:
    """Where the ramp reaches zero."""
    # each level tells it; a wiggle on the way up shifts some of them
    told = sorted(
        [time_s - reach * ramp.width_s for time_s, reach in zip(ramp.times_s[:-1], rise.reaches, strict=True)]
    )
    onset_s, apart_s = fmean(told[1:-1]), told[-2] - told[1]
    sd = hypot(
        _NOISE_COUNTS * ramp.noise / ramp.slope,
        _RISE_COUNTS * rise.sd * ramp.width_s,
        _APART_COUNTS * apart_s,
        ramp.tick_s / sqrt(12.0),
    )
    return Boundary(ramp.sign * onset_s, min(sd, 1.0))


def _seen_whole(ramp: Ramp, curve: FloatArray) -> Ramp:
    """The ramp as it is with what the limb turns aside: speed (bins,) between ``rise.EDGES``."""
    half_way = ramp.times_s[-1]
    times = (*(half_way + at * ramp.width_s for at in crossed(curve)), half_way)
    return replace(ramp, times_s=times, slope=slope(times, ramp.tick_s))
