"""When a stroke really begins and ends.

A threshold on speed cuts both ends off every stroke: with speed rising smoothly from nothing, 10 % of the peak is
passed 0.09 of the stroke after its onset. So thresholds serve only to find two or three points of the ramp, and the
onset is where the ramp's own shape reaches zero. Two shapes bound what limbs and motors do: speed rising in a straight
line (trapezoidal) and speed rising with the square of time (minimum jerk, Flash and Hogan 1985). Where between the
two a ramp lies is read from the times at which it passes three levels, and drawn towards the usual human ramp as far
as noise blurs them.

Everything works on one stroke's speed seen from outside in; ends are onsets of the reversed stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion
from repsignal.types import FloatArray

_MID: Final = 0.5
_LOW_MIN, _LOW_MAX = 0.04, 0.25  # of the peak speed
_EDGE_SHARE: Final = 0.1  # of the range: by there a stroke has left, or has nearly arrived
_MAIN_PEAK_SHARE: Final = 0.4
_USUAL_SHAPE: Final = 0.75  # 0 trapezoidal, 1 minimum jerk; people are close to minimum jerk
_SHAPE_SD: Final = 0.35


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
class SpeedKernel:
    """How angle becomes speed: a difference over ``span`` ticks and a mean over ``mean`` ticks.

    Both are chosen to pass strokes and stop tremor (8-12 Hz): together they have their zeros there. ``variance_s2`` is
    that of the whole kernel, used to undo its broadening to second order.
    """

    span: int
    mean: int
    tick_s: float

    @classmethod
    def at(cls, tick_s: float) -> SpeedKernel:
        """The kernel for ticks ``tick_s`` apart."""
        return cls(2 * max(1, round(0.04 / tick_s)), 2 * max(1, round(0.04 / tick_s)) + 1, tick_s)

    @property
    def reach(self) -> int:
        """Ticks needed on either side."""
        return self.span // 2 + self.mean // 2

    @property
    def variance_s2(self) -> float:
        return ((self.span * self.tick_s) ** 2 + (self.mean**2 - 1) * self.tick_s**2) / 12.0

    def speed(self, angle_deg: FloatArray) -> FloatArray:
        """Speed (N,) °/s of (N,) angle; the ends see the angle as standing still beyond."""
        padded = np.concatenate(
            (np.full(self.reach + 1, angle_deg[0]), angle_deg, np.full(self.reach + 1, angle_deg[-1]))
        )
        rate = (padded[self.span :] - padded[: -self.span]) / (self.span * self.tick_s)
        total = rate[: rate.shape[0] - self.mean + 1].copy()
        for k in range(1, self.mean):
            total += rate[k : rate.shape[0] - self.mean + 1 + k]
        smooth = total / self.mean
        bend = (smooth[2:] - 2.0 * smooth[1:-1] + smooth[:-2]) / self.tick_s**2
        return smooth[1:-1] - 0.5 * self.variance_s2 * bend


def find_boundaries(time_s: FloatArray, angle_deg: FloatArray, cycle: Excursion, kernel: SpeedKernel) -> Boundaries:
    """Boundaries of one cycle within (N,) ticks that reach beyond it on both sides where the recording does."""
    speed = kernel.speed(angle_deg)
    rise, fall = cycle.up_deg, cycle.down_deg
    lifting = angle_deg[cycle.bottom : cycle.top + 1]
    lowering = angle_deg[cycle.top : cycle.bottom_after + 1]
    # the outermost ticks by which each stroke is surely under way
    left = cycle.bottom + _last(lifting < cycle.bottom_deg + _EDGE_SHARE * rise, 0)
    arrived = cycle.bottom + _first(lifting > cycle.top_deg - _EDGE_SHARE * rise, lifting.shape[0] - 1)
    fell = cycle.top + _last(lowering > cycle.top_deg - _EDGE_SHARE * fall, 0)
    down = cycle.top + _first(lowering < cycle.bottom_after_deg + _EDGE_SHARE * fall, lowering.shape[0] - 1)
    n = time_s.shape[0]
    start = _onset(time_s, speed, left, max(arrived, left + 1))
    top = _mirrored(_onset(-time_s[::-1], speed[::-1], n - 1 - max(arrived, left + 1), n - 1 - left))
    lower = _onset(time_s, -speed, fell, max(down, fell + 1))
    end = _mirrored(_onset(-time_s[::-1], -speed[::-1], n - 1 - max(down, fell + 1), n - 1 - fell))
    turned = top.time_s >= lower.time_s
    if turned:
        # lift and lowering touch: both ramps reach zero at the turn, each with its own error
        weight = lower.sd_s**2 / (top.sd_s**2 + lower.sd_s**2)
        middle = weight * top.time_s + (1.0 - weight) * lower.time_s
        both = Boundary(middle, float(np.hypot(top.sd_s, lower.sd_s) / 2.0))
        top = lower = both
    return Boundaries(start, top, lower, end, turned)


def _first(mask: NDArray[np.bool_], default: int) -> int:
    found = int(np.argmax(mask))
    return found if mask[found] else default


def _last(mask: NDArray[np.bool_], default: int) -> int:
    found = mask.shape[0] - 1 - int(np.argmax(mask[::-1]))
    return found if mask[found] else default


def _mirrored(boundary: Boundary) -> Boundary:
    return Boundary(-boundary.time_s, boundary.sd_s)


def _onset(time_s: FloatArray, speed: FloatArray, outer: int, inner: int) -> Boundary:
    """Onset of the stroke whose speed is positive between ticks ``outer`` and ``inner``, seen from outside."""
    outer = min(max(outer, 0), speed.shape[0] - 2)
    inner = min(max(inner, outer + 1), speed.shape[0] - 1)
    stroke = speed[outer : inner + 1]
    strongest = float(stroke.max())
    if not strongest > 0.0:
        return Boundary(float(time_s[outer]), 0.5 * float(time_s[inner] - time_s[outer]) + 0.05)
    peak = outer + _first_peak(stroke, _MAIN_PEAK_SHARE * strongest)
    height = float(speed[peak])
    noise = _noise(speed, time_s, outer)
    low = min(max(3.0 * noise / height, _LOW_MIN), _LOW_MAX)
    at_low, slope = _crossing(time_s, speed, peak, low * height)
    middle = low + 0.35 * (_MID - low)
    at_middle, _ = _crossing(time_s, speed, peak, middle * height)
    at_mid, _ = _crossing(time_s, speed, peak, _MID * height)
    length = max(at_mid - at_low, 1e-6)
    shape, blur = _shape((at_middle - at_low) / length, low, middle, noise / max(slope * length, 1e-9))
    reach = (1.0 - shape) * _line(low) / (_line(_MID) - _line(low)) + shape * _jerk(low) / (_jerk(_MID) - _jerk(low))
    spread = abs(_jerk(low) / (_jerk(_MID) - _jerk(low)) - _line(low) / (_line(_MID) - _line(low)))
    tick = float(time_s[1] - time_s[0]) if time_s.shape[0] > 1 else 0.02
    sd = np.sqrt((noise / max(slope, 1e-9)) ** 2 + (blur * spread * length) ** 2 + tick**2 / 12.0)
    return Boundary(at_low - reach * length, float(min(sd, 1.0)))


def _first_peak(stroke: FloatArray, least: float) -> int:
    """The first local maximum that is high enough."""
    inside = np.flatnonzero((stroke[:-1] >= least) & (stroke[1:] < stroke[:-1]))
    return int(inside[0]) if inside.size else int(np.argmax(stroke))


def _noise(speed: FloatArray, time_s: FloatArray, outer: int) -> float:
    """Typical speed outside the stroke, °/s: sway, tremor, sensor."""
    tick = float(time_s[1] - time_s[0]) if time_s.shape[0] > 1 else 0.02
    far, near = max(0, outer - round(0.9 / tick)), max(0, outer - round(0.25 / tick))
    if near - far < 4:
        return 0.3
    piece = speed[far:near]
    return max(1.4826 * float(np.median(np.abs(piece - np.median(piece)))), 0.05)


def _crossing(time_s: FloatArray, speed: FloatArray, peak: int, level: float) -> tuple[float, float]:
    """Where speed, going outwards from the peak, first falls below a level, and its slope there."""
    below = speed[:peak] < level
    k = _last(below, -1) if peak > 0 else -1
    if k < 0:
        tick = float(time_s[1] - time_s[0]) if time_s.shape[0] > 1 else 0.02
        return float(time_s[0]), max(float(speed[0]), 1e-9) / (2.0 * tick)
    slope = float(speed[k + 1] - speed[k]) / float(time_s[k + 1] - time_s[k])
    return float(time_s[k]) + (level - float(speed[k])) / max(slope, 1e-9), slope


def _line(level: float) -> float:
    return level


def _jerk(level: float) -> float:
    """When a minimum-jerk stroke of unit duration reaches a share of its peak speed."""
    return 0.5 * (1.0 - float(np.sqrt(1.0 - np.sqrt(level))))


def _shape(ratio: float, low: float, middle: float, blur: float) -> tuple[float, float]:
    """Where the ramp lies between the two shapes, from the time ratio of three levels; and how unsurely."""
    line = (_line(middle) - _line(low)) / (_line(_MID) - _line(low))
    jerk = (_jerk(middle) - _jerk(low)) / (_jerk(_MID) - _jerk(low))
    measured = min(max((ratio - line) / (jerk - line), -0.3), 1.5)
    sd = 1.5 * blur / (jerk - line) + 0.15
    weight = _SHAPE_SD**2 / (_SHAPE_SD**2 + sd**2)
    return _USUAL_SHAPE + weight * (measured - _USUAL_SHAPE), float(np.sqrt(weight) * sd)
