"""Where the strokes of a cycle rise from rest and come back to it: points of each ramp that levels of speed find.

Everything works on one stroke's speed seen from outside in; ends are onsets of the reversed stroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.extremes import Excursion
from repsignal.kernel import SpeedKernel
from repsignal.rise import EDGES, LEVELS, STEPS
from repsignal.types import FloatArray

_HALF: Final = 0.5  # of the peak speed
_RISEN: Final = 0.25  # of the width of a stroke, after half of its peak
_LEVELS: Final = (*LEVELS, _HALF)
_DOWNWARDS: Final = _LEVELS[::-1]
_CREEP: Final = 0.08  # of the peak speed: as good as held
_EDGE_SHARE: Final = 0.06  # of the range: by there a stroke has left, or has nearly arrived
_OVERSHOOT_SHARE, _OVERSHOOT_MOST = 0.2, 0.5  # of the range: falls back by so much, and by so much if it stays there
_STILL_SHARE, _STAY_S = 0.2, 1.0  # of the speed of the lowering
_WAYS: Final = np.array([[1.0], [1.0], [-1.0], [-1.0]])  # of the angle in lift, lift, lowering, lowering
LOW: Final = [0, 3]  # of the four ramps: those at the bottom
_MAIN_PEAK_SHARE: Final = 0.4
_DIP_SHARE: Final = 0.25
_SUSTAINED_S: Final = 0.2
_QUIET_S: Final = 0.24  # what tells the noise outside a stroke
_FIRST_PART: Final = 0.15  # of the stroke: what covers less before it slackens is sway, not the stroke's first part
_QUICK_SHARE: Final = 0.006  # of the peak speed: with less noise than this, no need to blur
_BLUR_SHARE: Final = 0.09  # of a stroke's length: what a rough stroke is blurred by
_BLUR_MOST_S: Final = 1.0
_CENTRAL: Final = 0.6  # of a stroke's length pass, about, between _EDGE_SHARE of its range and the same from its end
_ROUGH_SHARE: Final = 0.02  # of the peak speed: a slow stroke that is rougher than this trembles on its way


@dataclass(frozen=True, slots=True)
class Ramp:
    """How a stroke's speed rises, seen from outside.

    ``times_s`` are when it passes ``_LEVELS`` of its peak; ``height`` is that, °/s; ``width_s`` for how long speed is
    above half of it. ``slope`` is how it rises at the lowest level, shares of the peak a second; ``noise`` the speed
    outside the stroke, share of the peak. ``sign`` is -1 where time runs backwards.
    """

    times_s: tuple[float, ...]
    height: float
    width_s: float
    slope: float
    noise: float
    tick_s: float
    sign: float

    @property
    def half_way_s(self) -> float:
        """When half of the peak speed is reached, s."""
        return self.sign * self.times_s[-1]

    @property
    def passed(self) -> list[float]:
        """Where it passes ``LEVELS``, widths of the stroke from half of the peak; outwards negative."""
        return [(time_s - self.times_s[-1]) / self.width_s for time_s in self.times_s[:-1]]

    @property
    def risen_s(self) -> float:
        """When most of the peak speed is reached, s: until there the ramp must be seen to tell its height."""
        return self.sign * (self.times_s[-1] + _RISEN * self.width_s)


@dataclass(frozen=True, slots=True)
class Ramps:
    """The four ramps of a cycle, in order of time.

    ``curves`` (4, bins) are their speeds between ``rise.EDGES``, ``asides`` (2, 3, bins) what the first and the last,
    those at the bottom, turn aside of the stroke: shares of the peak.
    """

    start: Ramp
    top: Ramp
    lower_start: Ramp
    end: Ramp
    curves: FloatArray
    asides: FloatArray


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
        (rate * rate).cumsum(out=energy[1:])
        return cls(rate, energy[width:] - energy[:-width])

    def negated(self) -> _Speed:
        return _Speed(-self.rate, self.unrest)

    def reversed(self) -> _Speed:
        return _Speed(self.rate[::-1], self.unrest[::-1])


@dataclass(frozen=True, slots=True)
class Motion:
    """A cycle within (N,) ticks that reach beyond it on both sides where the recording does.

    The limb turns by the (N,) angle along its stroke, and by (N, 3) aside of it.
    """

    time_s: FloatArray
    angle_deg: FloatArray
    aside_deg: FloatArray
    cycle: Excursion


def find_ramps(motions: Sequence[Motion], kernel: SpeedKernel) -> list[Ramps]:
    """The ramps of each cycle, of which there must be one."""
    found = [_four(motion, kernel) for motion in motions]
    curves, asides = _curves(motions, found)
    return [Ramps(*four, *seen) for four, *seen in zip(found, curves, asides, strict=True)]


def _four(motion: Motion, kernel: SpeedKernel) -> tuple[Ramp, Ramp, Ramp, Ramp]:
    """The ramps of one cycle, in order of time."""
    time_s, angle_deg, cycle = motion.time_s, motion.angle_deg, motion.cycle
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
    after_top, before_top = slice(cycle.top, landed + 1), slice(left, cycle.top + 1)
    fell = max(fell, cycle.top + _held_until(angle_deg[after_top], -calm[after_top], kernel.tick_s))
    # a hold that sags and rises above where it began is, backwards, one that begins too high
    first = cycle.top - _held_until(angle_deg[before_top][::-1], calm[before_top][::-1], kernel.tick_s)
    if _sag_deg(angle_deg[first : cycle.top + 1]) > _EDGE_SHARE * (top_deg - bottom):
        arrived = min(arrived, first)
    usual = _Speed.of(calm, kernel.tick_s)
    lift = _both_ends(time_s, _calm(angle_deg, usual, left, arrived, kernel), quick, left, arrived)
    falling = _calm(angle_deg, usual, fell, landed, kernel).negated()
    return (*lift, *_both_ends(time_s, falling, quick.negated(), fell, landed))


def _sag_deg(angle_deg: FloatArray) -> float:
    """How far a limb falls back at most; a lift that stops on its way does not."""
    return float((np.maximum.accumulate(angle_deg) - angle_deg).max())


def _held_until(lowering: FloatArray, down: FloatArray, tick_s: float) -> int:
    """The last of (N,) ticks from the top on at which a limb that swung too high and fell back still holds; or 0.

    It goes down at (N,) °/s. Some fall back by a third of the range. What tells it from a lowering that stutters is
    that they stay there.
    """
    fallen = lowering[0] - lowering
    range_deg = float(fallen[-1])
    high, low = fallen < _OVERSHOOT_SHARE * range_deg, fallen >= _OVERSHOOT_MOST * range_deg
    if not np.count_nonzero(low):
        return 0
    fastest = float(down[low].max())
    still = np.abs(down) < _STILL_SHARE * fastest
    stays = np.count_nonzero(still & ~high & ~low)
    held = ~low if stays * tick_s > _STAY_S and stays > 2 * np.count_nonzero(still & high) else high
    return _last(held & (down < _CREEP * fastest), 0)


def _calm(angle_deg: FloatArray, usual: _Speed, first: int, last: int, kernel: SpeedKernel) -> _Speed:
    """Speed (N,) fit for the stroke between two ticks: a slow one that trembles on its way needs more of a blur."""
    width_s = min(_BLUR_SHARE * (last - first) * kernel.tick_s / _CENTRAL, _BLUR_MOST_S)
    if width_s < 1.25 * kernel.span * kernel.tick_s:
        return usual
    wide = SpeedKernel.of_width(width_s, kernel.tick_s)
    blurred = wide.speed_of(angle_deg, first, last + 1)
    off = usual.rate[first : last + 1] - blurred
    rough = sqrt(float(off @ off) / len(off)) > _ROUGH_SHARE * max(float(blurred.max()), -float(blurred.min()))
    return _Speed.of(wide.speed(angle_deg), kernel.tick_s) if rough else usual


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
        return Ramp((float(time_s[outer]),) * len(_LEVELS), 1.0, tick, 1.0, 1.0, tick, sign)
    peak = outer + _first_peak(stroke, strongest)
    noise = _noise(quick, tick, outer)
    if noise < _QUICK_SHARE * float(speed[peak]):
        speed = quick.rate
    else:
        noise = _noise(calm, tick, outer)
    height = max(float(speed[peak]), float(stroke[peak - outer]))
    times = _crossings(time_s[peak::-1], speed[peak::-1], height, tick)
    width = _falls_at(time_s, calm.rate, peak, _HALF * height, tick) - times[-1]
    return Ramp(times, height, max(width, 2.0 * tick), slope(times, tick), noise / height, tick, sign)


def _falls_at(time_s: FloatArray, speed: FloatArray, peak: int, level: float, tick_s: float) -> float:
    """When speed, after its peak, falls below a level."""
    fallen = peak + _first(speed[peak:] < level, len(speed) - peak)
    if fallen == len(speed) or fallen == peak:
        return float(time_s[min(fallen, len(speed) - 1)])
    above, below = float(speed[fallen - 1]), float(speed[fallen])
    return float(time_s[fallen - 1]) + (above - level) / (above - below) * tick_s


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
    covered = np.maximum(stroke, 0.0).cumsum()
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
    for share in _DOWNWARDS:
        level = share * height
        while steps < n and speeds[steps] >= level:
            steps += 1
        if steps == n:
            times.append(stamps[-1] - 0.5 * tick_s)
        elif steps == 0:
            times.append(stamps[0])
        else:
            below, above = speeds[steps], speeds[steps - 1]
            times.append(stamps[steps] + (level - below) / (above - below) * tick_s)
    return tuple(times[::-1])


def slope(times_s: Sequence[float], tick_s: float) -> float:
    """How speed rises at the lowest levels, shares of the peak a second."""
    return (_LEVELS[3] - _LEVELS[0]) / max(times_s[3] - times_s[0], 0.25 * tick_s)


def _places(instants_s: FloatArray, time_s: FloatArray) -> FloatArray:
    """Where instants lie among (N,) ticks, in ticks; those beyond them at the nearest."""
    return np.interp(instants_s, time_s, np.arange(len(time_s), dtype=np.float64))


def _curves(motions: Sequence[Motion], ramps: Sequence[Sequence[Ramp]]) -> tuple[FloatArray, FloatArray]:
    """Mean speeds (C, 4, bins) of C cycles between ``rise.EDGES``, and (C, 2, 3, bins) aside of the stroke.

    They are shares of the peak. Beyond the ticks of its cycle a limb is seen to stand still.
    """
    scales = np.array([[(ramp.sign * ramp.width_s, ramp.half_way_s, ramp.height) for ramp in four] for four in ramps])
    width, half_way, height = scales[..., :1], scales[..., 1:2], scales[..., 2:] * _WAYS
    instants: FloatArray = half_way + EDGES * width
    before, share = np.empty(instants.shape, np.intp), np.empty(instants.shape)
    first = 0
    for k, motion in enumerate(motions):
        n = len(motion.time_s)
        places = _places(instants[k], motion.time_s)
        ticks = np.minimum(places.astype(np.intp), n - 2)
        before[k], share[k] = ticks + first, places - ticks
        first += n
    angle_deg = np.concatenate([motion.angle_deg for motion in motions])
    aside_deg = np.concatenate([motion.aside_deg for motion in motions])
    angle = angle_deg[before] * (1.0 - share) + angle_deg[before + 1] * share
    turned = STEPS * (width * height)
    before, share = before[:, LOW], share[:, LOW, :, None]
    aside = aside_deg[before] * (1.0 - share) + aside_deg[before + 1] * share
    # in one piece, as they are when they have been saved: how sums over them are rounded depends on that
    aside = np.ascontiguousarray(aside.swapaxes(2, 3))
    curves: FloatArray = (angle[..., 1:] - angle[..., :-1]) / turned
    asides: FloatArray = (aside[..., 1:] - aside[..., :-1]) / turned[:, LOW, None]
    return curves, asides
