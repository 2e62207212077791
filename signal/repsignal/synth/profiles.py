"""How a limb gets from one angle to another: families of velocity profile, exact in value, rate and acceleration.

Several families, so that nothing fitted to one of them looks good by accident.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import betainc, betaln

from repsignal.synth.checks import check_fraction, check_within
from repsignal.synth.motion import Jet
from repsignal.types import FloatArray

__all__ = ["Profile", "ProfileFamily"]


class ProfileFamily(StrEnum):
    """Shapes of a stroke from 0 to 1 in unit time."""

    MINIMUM_JERK = "minimum_jerk"  # Flash and Hogan 1985: what unconstrained reaching looks like
    TRAPEZOIDAL = "trapezoidal"  # constant speed between two ramps: somebody following a metronome
    SKEWED = "skewed"  # peak speed early (a jerked lift) or late (a leg dropped onto the floor)
    RAISED_COSINE = "raised_cosine"  # angle is half a cosine, speed half a sine: sets off with full acceleration
    CYCLOIDAL = "cycloidal"  # speed is a raised cosine: the softest start of all


@dataclass(frozen=True, slots=True)
class Profile:
    """The shape of one stroke.

    ``ramp`` (0.02 to 0.5): share of the duration of each ramp of ``TRAPEZOIDAL``; 0.5 makes it a triangle.
    ``peak`` (0.1 to 0.9): where in time the speed of ``SKEWED`` peaks.
    ``steps``: shares of the range of successive steps with a full stop between them, summing to 1: a lowering that
    stutters. A step takes time as the root of its share, which makes all equally brisk. ``stop_share``: the part of
    the duration spent in those stops.
    """

    family: ProfileFamily = ProfileFamily.MINIMUM_JERK
    ramp: float = 0.25
    peak: float = 0.5
    steps: tuple[float, ...] = (1.0,)
    stop_share: float = 0.3

    def __post_init__(self) -> None:
        if self.family not in set(ProfileFamily):
            raise ValueError(f"family must be one of {', '.join(ProfileFamily)}, got {self.family!r}.")
        check_within("ramp", self.ramp, 0.02, 0.5)
        check_within("peak", self.peak, 0.1, 0.9)
        check_fraction("stop_share", self.stop_share)
        if not self.steps or min(self.steps) <= 0.0 or not math.isclose(sum(self.steps), 1.0, abs_tol=1e-9):
            raise ValueError(f"steps must be positive shares that sum to 1, got {self.steps!r}.")
        if len(self.steps) > 1 and self.stop_share >= 1.0:
            raise ValueError("stop_share must leave time to move: expected less than 1.")

    def evaluate(self, unit_time: FloatArray) -> Jet:
        """Value, rate and acceleration at ``unit_time`` (N,), clipped to [0, 1]; the stroke goes from 0 to 1."""
        u = np.clip(unit_time, 0.0, 1.0)
        if len(self.steps) == 1:
            return _unit(self, u)
        value, rate, accel = np.zeros_like(u), np.zeros_like(u), np.zeros_like(u)
        moving = 1.0 - self.stop_share
        stop = self.stop_share / (len(self.steps) - 1)
        roots = sum(math.sqrt(share) for share in self.steps)
        begin, covered = 0.0, 0.0
        for share in self.steps:
            width = math.sqrt(share) / roots * moving
            inside = (u >= begin) & (u <= begin + width)
            piece = _unit(self, (u[inside] - begin) / width)
            value[inside] = covered + share * piece.value
            rate[inside] = share / width * piece.rate
            accel[inside] = share / width**2 * piece.accel
            covered += share
            value[u > begin + width] = covered
            begin += width + stop
        return Jet(value, rate, accel)


def _unit(profile: Profile, u: FloatArray) -> Jet:
    match profile.family:
        case ProfileFamily.MINIMUM_JERK:
            return Jet(
                u**3 * (10.0 - 15.0 * u + 6.0 * u**2),
                30.0 * u**2 * (1.0 - u) ** 2,
                60.0 * u * (1.0 - 3.0 * u + 2.0 * u**2),
            )
        case ProfileFamily.RAISED_COSINE:
            w = np.pi
            return Jet(0.5 * (1.0 - np.cos(w * u)), 0.5 * w * np.sin(w * u), 0.5 * w**2 * np.cos(w * u))
        case ProfileFamily.CYCLOIDAL:
            w = 2.0 * np.pi
            return Jet(u - np.sin(w * u) / w, 1.0 - np.cos(w * u), w * np.sin(w * u))
        case ProfileFamily.TRAPEZOIDAL:
            return _trapezoidal(u, profile.ramp)
        case ProfileFamily.SKEWED:
            return _skewed(u, profile.peak)


def _trapezoidal(u: FloatArray, ramp: float) -> Jet:
    speed = 1.0 / (1.0 - ramp)
    slope = speed / ramp
    rising, falling = u < ramp, u > 1.0 - ramp
    value = np.where(
        rising, 0.5 * slope * u**2, np.where(falling, 1.0 - 0.5 * slope * (1.0 - u) ** 2, speed * (u - 0.5 * ramp))
    )
    rate = np.where(rising, slope * u, np.where(falling, slope * (1.0 - u), speed))
    accel = np.where(rising, slope, np.where(falling, -slope, 0.0))
    return Jet(value, rate, accel)


def _skewed(u: FloatArray, peak: float) -> Jet:
    # Speed proportional to u^m (1-u)^n peaks at m/(m+n). Both powers stay at 1.2 or more, so that the acceleration is
    # bounded at the ends, and sum to 4 (as for minimum jerk) where that allows.
    total = max(4.0, 1.2 / min(peak, 1.0 - peak))
    m, n = peak * total, (1.0 - peak) * total
    scale = math.exp(-float(betaln(m + 1.0, n + 1.0)))
    v = 1.0 - u
    value = np.asarray(betainc(m + 1.0, n + 1.0, u), dtype=np.float64)
    return Jet(value, scale * u**m * v**n, scale * u ** (m - 1.0) * v ** (n - 1.0) * (m * v - n * u))
