"""When a stroke really begins and ends.

A threshold on speed cuts both ends off every stroke: with speed rising smoothly from nothing, 10 % of the peak is
passed 0.09 of the stroke after its onset. So levels of speed serve only to find points of the ramp, and the onset is
where the ramp's own shape reaches zero. Two shapes bound what limbs and motors do: a half sine, whose speed leaves zero
in a straight line, and minimum jerk (Flash and Hogan 1985), whose speed leaves it with the square of time. Where
between the two a ramp lies shows in the times at which it passes three levels. One ramp tells that poorly, a sway of
the ball would do to spoil it; but a person's ramps resemble one another, so the shape is taken from all of a set's.

Everything works on one stroke's speed seen from outside in; ends are onsets of the reversed stroke.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, hypot, log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion
from repsignal.kernel import SpeedKernel
from repsignal.robust import median
from repsignal.types import FloatArray

_LOW, _LOW_MOST = 0.08, 0.2  # of the peak speed: the lowest level used, as noise allows
_HIGH: Final = 0.5
_MIDDLE_SHARE: Final = 0.4  # of the way from the lowest level to the highest
_LEVELS: Final = (0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.35, 0.4, _HIGH)
_EDGE_SHARE: Final = 0.1  # of the range: by there a stroke has left, or has nearly arrived
_OVERSHOOT_SHARE, _OVERSHOOT_MOST = 0.2, 0.5  # of the range: falls back by so much, and by so much if it stays there
_STILL_SHARE, _STAY_S = 0.2, 1.0  # of the speed of the lowering
_MAIN_PEAK_SHARE: Final = 0.4
_DIP_SHARE: Final = 0.25
_SUSTAINED_S: Final = 0.2
_QUIET_S: Final = 0.24  # what tells the noise outside a stroke
_FIRST_PART: Final = 0.15  # of the stroke: what covers less before it slackens is sway, not the stroke's first part
_USUAL_SHAPE: Final = 0.5  # 0 half sine, 1 minimum jerk
_SHAPE_SD: Final = 1.0
_SHAPE_SD_MOST: Final = 0.3  # of a shape kept between 0 and 0.9
_SOFTEST: Final = 0.9  # a start as slow as minimum jerk's can hardly be told from a limb that creeps before it sets off
_QUICK_SHARE: Final = 0.012  # of the peak speed: with less noise than this, no need to blur
_BLUR_SHARE: Final = 0.06  # of a stroke's length: what a rough stroke is blurred by
_BLUR_MOST_S: Final = 0.6
_CENTRAL: Final = 0.6  # of a stroke's length pass between a tenth and nine tenths of its range
_ROUGH_SHARE: Final = 0.04  # of the peak speed: a slow stroke that is rougher than this trembles on its way


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
class Ramp:
    """How a stroke's speed rises, seen from outside.

    ``times_s`` are when it passes ``_LEVELS`` of its peak; ``slope`` is that at the lowest, shares of the peak a
    second; ``noise`` the speed outside the stroke, share of the peak. ``sign`` is -1 where time runs backwards.
    """

    times_s: tuple[float, ...]
    slope: float
    noise: float
    tick_s: float
    sign: float

    @property
    def half_way_s(self) -> float:
        """When half of the peak speed is reached, s."""
        return self.sign * self.times_s[-1]

    def at(self, level: _Level) -> float:
        """When a level is passed, s of the ramp's own direction of time."""
        below_s = self.times_s[level.above - 1]
        return below_s + level.share * (self.times_s[level.above] - below_s)

    def shape(self, model: _Model) -> float:
        """Where the ramp lies between the two shapes."""
        low_s = self.at(model.low)
        ratio = (self.at(model.middle) - low_s) / max(self.times_s[-1] - low_s, 1e-6)
        return min(max((ratio - model.sine_ratio) / model.contrast, -1.0), 2.5)


@dataclass(frozen=True, slots=True)
class Ramps:
    """The four ramps of a cycle, in order of time."""

    start: Ramp
    top: Ramp
    lower_start: Ramp
    end: Ramp


@dataclass(frozen=True, slots=True)
class Shape:
    """What a set's ramps have in common at one boundary: the level it is seen from, shape, its standard deviation."""

    model: _Model
    shape: float
    sd: float


Shapes = tuple[Shape, Shape, Shape, Shape]


@dataclass(frozen=True, slots=True)
class _Speed:
    """Speed (N,) °/s, and the sum (N - K + 1,) of its squares over ``_QUIET_S``, K ticks, from each tick on."""

    rate: FloatArray
    unrest: FloatArray

    @classmethod
    def of(cls, rate: FloatArray, tick_s: float) -> _Speed:
        """With the unrest worked out for all ramps at once."""
        width = max(3, round(_QUIET_S / tick_s))
        energy = np.zeros(len(rate) + 1)
        np.cumsum(rate * rate, out=energy[1:])
        return cls(rate, energy[width:] - energy[:-width])

    def negated(self) -> _Speed:
        return _Speed(-self.rate, self.unrest)

    def reversed(self) -> _Speed:
        return _Speed(self.rate[::-1], self.unrest[::-1])


def find_ramps(time_s: FloatArray, angle_deg: FloatArray, cycle: Excursion, kernel: SpeedKernel) -> Ramps:
    """The ramps of one cycle within (N,) ticks that reach beyond it on both sides where the recording does."""
    bottom, top_deg, after = angle_deg[cycle.bottom], angle_deg[cycle.top], angle_deg[cycle.bottom_after]
    lifting = angle_deg[cycle.bottom : cycle.top + 1]
    lowering = angle_deg[cycle.top : cycle.bottom_after + 1]
    # the outermost ticks by which each stroke is surely under way
    left = cycle.bottom + _last(lifting < bottom + _EDGE_SHARE * (top_deg - bottom), 0)
    arrived = cycle.bottom + _first(lifting > top_deg - _EDGE_SHARE * (top_deg - bottom), lifting.shape[0] - 1)
    fell = cycle.top + _last(lowering > top_deg - _EDGE_SHARE * (top_deg - after), 0)
    landed = cycle.top + _first(lowering < after + _EDGE_SHARE * (top_deg - after), lowering.shape[0] - 1)
    calm = kernel.speed(angle_deg)
    quick = _Speed.of(SpeedKernel.quick(kernel.tick_s).speed(angle_deg), kernel.tick_s)
    fell = max(fell, _after_overshoot(angle_deg, calm, cycle, landed, kernel.tick_s))
    usual = _Speed.of(calm, kernel.tick_s)
    start, top = _both_ends(time_s, _calm(angle_deg, usual, left, arrived, kernel), quick, left, arrived)
    falling = _calm(angle_deg, usual, fell, landed, kernel).negated()
    lower_start, end = _both_ends(time_s, falling, quick.negated(), fell, landed)
    return Ramps(start, top, lower_start, end)


def common_shapes(ramps: Sequence[Ramps]) -> Shapes:
    """What the ramps of a set's cycles say together about each boundary."""
    return (
        _common([r.start for r in ramps]),
        _common([r.top for r in ramps]),
        _common([r.lower_start for r in ramps]),
        _common([r.end for r in ramps]),
    )


def place(ramps: Ramps, shapes: Shapes) -> Boundaries:
    """The boundaries of a cycle, given what its set's ramps have in common."""
    start, top, lower, end = (
        _onset(ramp, shape)
        for ramp, shape in zip((ramps.start, ramps.top, ramps.lower_start, ramps.end), shapes, strict=True)
    )
    turned = top.time_s >= lower.time_s
    if turned:
        # lift and lowering touch: both ramps reach zero at the turn, each with its own error
        weight = lower.sd_s**2 / (top.sd_s**2 + lower.sd_s**2)
        middle = weight * top.time_s + (1.0 - weight) * lower.time_s
        top = lower = Boundary(middle, hypot(top.sd_s, lower.sd_s) / 2.0)
    return Boundaries(start, top, lower, end, turned)


def _after_overshoot(angle_deg: FloatArray, speed: FloatArray, cycle: Excursion, landed: int, tick_s: float) -> int:
    """The last tick at which a limb that swung too high and fell back still holds; ``cycle.top`` if there is none.

    Some fall back by a third of the range. What tells it from a lowering that stutters is that they stay there.
    """
    lowering = angle_deg[cycle.top : landed + 1]
    down = -speed[cycle.top : landed + 1]
    fallen = angle_deg[cycle.top] - lowering
    range_deg = float(fallen[-1])
    high, low = fallen < _OVERSHOOT_SHARE * range_deg, fallen >= _OVERSHOOT_MOST * range_deg
    if not np.count_nonzero(low):
        return cycle.top
    fastest = float(down[low].max())
    still = np.abs(down) < _STILL_SHARE * fastest
    stays = np.count_nonzero(still & ~high & ~low)
    held = ~low if stays * tick_s > _STAY_S and stays > 2 * np.count_nonzero(still & high) else high
    return cycle.top + _last(held & (down < _LOW * fastest), 0)


def _calm(angle_deg: FloatArray, usual: _Speed, first: int, last: int, kernel: SpeedKernel) -> _Speed:
    """Speed (N,) fit for the stroke between two ticks: a slow one that trembles on its way needs more of a blur."""
    width_s = min(_BLUR_SHARE * (last - first) * kernel.tick_s / _CENTRAL, _BLUR_MOST_S)
    if width_s < 1.25 * kernel.span * kernel.tick_s:
        return usual
    blurred = SpeedKernel.of_width(width_s, kernel.tick_s).speed(angle_deg)
    central = slice(first, last + 1)
    off = usual.rate[central] - blurred[central]
    rough = float(np.sqrt((off * off).mean())) > _ROUGH_SHARE * float(np.abs(blurred[central]).max())
    return _Speed.of(blurred, kernel.tick_s) if rough else usual


def _first(mask: NDArray[np.bool_], default: int) -> int:
    found = int(mask.argmax()) if mask.shape[0] else 0
    return found if mask.shape[0] and mask[found] else default


def _last(mask: NDArray[np.bool_], default: int) -> int:
    found = _first(mask[::-1], -1)
    return mask.shape[0] - 1 - found if found >= 0 else default


def _both_ends(time_s: FloatArray, calm: _Speed, quick: _Speed, first: int, last: int) -> tuple[Ramp, Ramp]:
    """The ramps of the stroke whose speed, freed of tremor and hardly blurred, is positive between two ticks."""
    n = len(time_s)
    first, last = min(max(first, 0), n - 2), min(max(last, 1), n - 1)
    width = max(1, round(_SUSTAINED_S / float(time_s[1] - time_s[0])))
    stroke = _sustained(calm.rate[first : max(last, first + 1) + 1], width)
    # of a stroke that was not recorded the ends may have changed places
    back = stroke[::-1] if last > first else calm.rate[last - 1 : last + 1][::-1]
    return (
        _ramp(time_s, calm, quick, first, stroke, 1.0),
        _ramp(-time_s[::-1], calm.reversed(), quick.reversed(), n - 1 - last, back, -1.0),
    )


def _ramp(time_s: FloatArray, calm: _Speed, quick: _Speed, outer: int, stroke: FloatArray, sign: float) -> Ramp:
    """The ramp at the beginning of a stroke, its sustained speed from tick ``outer`` on being ``stroke``."""
    speed = calm.rate
    tick = float(time_s[1] - time_s[0])
    strongest = float(stroke.max())
    if not strongest > 0.0:
        return Ramp((float(time_s[outer]),) * len(_LEVELS), 1.0, 1.0, tick, sign)
    peak = outer + _first_peak(stroke, strongest)
    noise = _noise(quick, tick, outer)
    if noise < _QUICK_SHARE * float(speed[peak]):
        speed = quick.rate
    else:
        noise = _noise(calm, tick, outer)
    height = max(float(speed[peak]), float(stroke[peak - outer]))
    times = _crossings(time_s[peak::-1], speed[peak::-1], height, tick)
    slope = (_LEVELS[3] - _LEVELS[0]) / max(times[3] - times[0], 0.25 * tick)
    return Ramp(times, slope, noise / height, tick, sign)


def _sustained(stroke: FloatArray, width: int) -> FloatArray:
    """Moving mean: a knock or a lost packet is faster than any stroke, but not for long."""
    if width < 2 or stroke.shape[0] < 2 * width:
        return stroke
    n, half = stroke.shape[0], width // 2
    total = np.empty(n + 2 * half + 1)
    total[: half + 1] = 0.0
    stroke.cumsum(out=total[half + 1 : half + 1 + n])
    total[half + 1 + n :] = total[half + n]
    counts = np.full(n, 2.0 * half + 1.0)
    counts[:half] = counts[: -half - 1 : -1] = np.arange(half + 1, 2 * half + 1)
    mean: FloatArray = (total[2 * half + 1 :] - total[:n]) / counts
    return mean


def _first_peak(stroke: FloatArray, strongest: float) -> int:
    """The first maximum that is a peak and not a wiggle on the way up: speed falls well below it afterwards."""
    peak = int(stroke.argmax())
    before = stroke[: peak + 1]
    highest = np.maximum.accumulate(before)
    fallen = highest - before > _DIP_SHARE * strongest
    if not np.count_nonzero(fallen):
        return peak
    covered = np.cumsum(np.maximum(stroke, 0.0))
    main = (highest > _MAIN_PEAK_SHARE * strongest) & (covered[: peak + 1] > _FIRST_PART * covered[-1])
    end = _first(fallen & main, peak + 1)
    return int(stroke[:end].argmax())


def _noise(speed: _Speed, tick_s: float, outer: int) -> float:
    """Speed in the calmest quarter of a second just outside the stroke, °/s rms: sway, tremor, sensor."""
    width = len(speed.rate) - len(speed.unrest) + 1
    outside = speed.unrest[max(0, outer + 1 - round(1.0 / tick_s)) : max(0, outer + 2 - width)]
    if not len(outside):
        return 0.3
    return max(sqrt(max(min(outside.tolist()), 0.0) / width), 0.05)


def _crossings(time_s: FloatArray, speed: FloatArray, height: float, tick_s: float) -> tuple[float, ...]:
    """Where speed, outwards from a peak of this height, first falls below each level; the edge where it never does."""
    n = len(speed)
    reach = _first(speed < _LEVELS[0] * height, n - 1) + 1
    speeds: list[float] = speed[:reach].tolist()
    stamps: list[float] = time_s[:reach].tolist()
    times: list[float] = []
    steps = 0
    for share in reversed(_LEVELS):
        level = share * height
        while steps < n and speeds[steps] >= level:
            steps += 1
        if steps == n:
            times.append(stamps[-1] - 0.5 * tick_s)
        elif steps == 0:
            times.append(stamps[0])
        else:
            below, above = speeds[steps], speeds[steps - 1]
            times.append(stamps[steps] + (level - below) / max(above - below, 1e-9 * height) * tick_s)
    return tuple(reversed(times))


def _common(ramps: list[Ramp]) -> Shape:
    noise = median([ramp.noise for ramp in ramps])
    low = min(max(2.0 * noise, _LOW), _LOW_MOST)
    model = _Model.at(low)
    shape = median([ramp.shape(model) for ramp in ramps])
    # a median of n has about 1.25 times the error of a mean; what the two shapes leave out does not average away
    sd = (2.0 * noise / (_HIGH - low) / model.contrast + 0.1) * 1.25 / sqrt(len(ramps)) + 0.05
    weight = _SHAPE_SD**2 / (_SHAPE_SD**2 + sd**2)
    blended = _USUAL_SHAPE + weight * (shape - _USUAL_SHAPE)
    return Shape(model, min(max(blended, 0.0), _SOFTEST), min(sqrt(weight) * sd, _SHAPE_SD_MOST))


def _onset(ramp: Ramp, shape: Shape) -> Boundary:
    """Where the ramp reaches zero."""
    model = shape.model
    low_s = ramp.at(model.low)
    length = max(ramp.times_s[-1] - low_s, 0.0)
    growth = model.jerk_reach / model.sine_reach
    # between the two, and for skewed and cycloidal strokes too, each step of shape multiplies the reach alike
    reach = model.sine_reach * growth**shape.shape * length
    blur = shape.sd * log(growth) * reach
    sd = sqrt((ramp.noise / ramp.slope) ** 2 + blur**2 + ramp.tick_s**2 / 12.0)
    return Boundary(ramp.sign * (low_s - reach), min(sd, 1.0))


def _half_sine(level: float) -> float:
    """When a half-sine stroke of unit duration reaches a share of its peak speed."""
    return asin(level) / pi


def _minimum_jerk(level: float) -> float:
    """When a minimum-jerk stroke of unit duration does: its speed is 16 τ² (1 - τ)² of the peak."""
    return 0.5 * (1.0 - sqrt(1.0 - sqrt(level)))


@dataclass(frozen=True, slots=True)
class _Level:
    """A share of the peak speed: so far on the way from one of ``_LEVELS`` to that with the number ``above``."""

    above: int
    share: float

    @classmethod
    def of(cls, level: float) -> _Level:
        """Found once for all ramps."""
        k = min(max(bisect_right(_LEVELS, level), 1), len(_LEVELS) - 1)
        return cls(k, (level - _LEVELS[k - 1]) / (_LEVELS[k] - _LEVELS[k - 1]))


@dataclass(frozen=True, slots=True)
class _Model:
    """What the two shapes say of a ramp seen from a lowest level to ``_HIGH``, in shares of the time between these.

    ``*_reach`` is from zero to the lowest level, ``*_ratio`` from there to a middle one.
    """

    low: _Level
    middle: _Level
    sine_reach: float
    jerk_reach: float
    sine_ratio: float
    contrast: float  # between the ratios

    @classmethod
    def at(cls, low: float) -> _Model:
        """For this lowest level."""
        middle = low + _MIDDLE_SHARE * (_HIGH - low)
        (sine_reach, sine_ratio), (jerk_reach, jerk_ratio) = (
            (rise(low) / (rise(_HIGH) - rise(low)), (rise(middle) - rise(low)) / (rise(_HIGH) - rise(low)))
            for rise in (_half_sine, _minimum_jerk)
        )
        return cls(_Level.of(low), _Level.of(middle), sine_reach, jerk_reach, sine_ratio, jerk_ratio - sine_ratio)
