"""How a stroke rises from rest, as a set's strokes tell it together.

Speed that leaves zero softly is lost in sway and tremor long before its onset, so where one stroke begins can only be
told from the shape of what is seen. One ramp tells that poorly; but a person's ramps resemble one another. So the ramps
of a set are laid over one another, each in units of its own height and width: what differs between them goes out in
the median, and what is left is compared with a family of rises, a parabola raised to a power. The first power is much
like half a sine: its speed leaves zero in a straight line, as does a motor's or a jerked leg's. The second is minimum
jerk (Flash and Hogan 1985), whose speed leaves it with the square of time. The third is the drawn-out end of a skewed
stroke. Every member counts as far as it agrees with what is seen, and where little is seen, limbs and motors are taken
to lie between the first two powers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.robust import medians
from repsignal.types import FloatArray

LEVELS: Final = (0.08, 0.12, 0.16, 0.2, 0.25)  # of the peak speed: from where the way to zero is told
EDGES: Final = np.concatenate((np.arange(0.06, -0.9, -0.03), -0.9 * 1.08 ** np.arange(1, 7)))
"""Where a ramp is looked at, from inside outwards: widths of the stroke from where half of its peak is reached."""
STEPS: Final = np.diff(EDGES)

_MIDDLES: Final = 0.5 * (EDGES[:-1] + EDGES[1:])
# As dense as quiet ramps can tell apart, else what is found jumps from one member to the next.
_POWERS: Final = np.linspace(1.0, 3.0, 13)
_REACHES: Final = np.geomspace(0.05, 1.3, 112)  # widths from zero to half of the peak speed
_PARTS: Final = 8  # instants a mean over a bin is taken from

_USUAL_POWER, _POWER_SD = 1.3, 0.4
_SLOWEST_CALM: Final = 0.004  # of the peak speed: as good as standing still
_CALM_MOST: Final = 0.3  # of the peak speed: speed that stops falling above this is a wiggle on the way up
_FIRST_CALM: Final = int((_MIDDLES > -0.03).sum())
_PLACES: Final[list[float]] = _MIDDLES.tolist()
_HALF_WAY: Final = int((_MIDDLES > 0.0).sum())
_ENOUGH: Final = 4  # ramps that tell their own spread
_USUAL_SPREAD: Final = 0.05  # of the peak speed, of one ramp from another
_SPREAD_BINS: Final = 2  # on either side, over which ramps and their spread are averaged
_UNSURE: Final = 0.005  # of the peak speed: what is never known better
_MISFIT: Final = 0.015  # of the speed: what the family gets wrong about real rises
_HOPELESS: Final = -100.0  # natural logarithm of a share


@dataclass(frozen=True, slots=True)
class Rise:
    """How far before each of ``LEVELS`` a set's ramps leave zero, widths of the stroke, and the deviation of that."""

    reaches: tuple[float, ...]
    sd: float


@dataclass(frozen=True, slots=True)
class _Family:
    """Rises y (M, bins): mean speeds between ``EDGES``, shares of the peak.

    ``table`` (2 bins, M) holds y, and -y²/2 below: what a fit needs, in one product. ``reaches`` (M, levels + 1):
    widths from zero to each of ``LEVELS``, and the square of the last. ``prior`` (M,): logarithms.
    """

    table: FloatArray
    reaches: FloatArray
    prior: FloatArray


@cache
def _family() -> _Family:
    power = np.repeat(_POWERS, len(_REACHES))[:, None]
    reach = np.tile(_REACHES, len(_POWERS))[:, None]
    half = _part(0.5, power)
    offsets = (np.arange(_PARTS) + 0.5) / _PARTS
    instants = (EDGES[:-1, None] + STEPS[:, None] * offsets).ravel()
    phase = np.clip((instants + reach) / reach * half, 0.0, 1.0)
    speeds = ((phase * (2.0 - phase)) ** power).reshape(len(power), -1, _PARTS).mean(axis=2)
    reaches = reach * _part(np.array(LEVELS), power) / half
    return _Family(
        np.ascontiguousarray(np.concatenate((speeds, -0.5 * speeds**2), axis=1).T),
        np.concatenate((reaches, reaches[:, -1:] ** 2), axis=1),
        -0.5 * ((power[:, 0] - _USUAL_POWER) / _POWER_SD) ** 2,
    )


def _part(level: float | FloatArray, power: FloatArray) -> FloatArray:
    """Share of the whole rise after which a level is reached."""
    part: FloatArray = 1.0 - np.sqrt(1.0 - level ** (1.0 / power))
    return part


def common_rises(curves: FloatArray) -> list[Rise]:
    """What ramps (N, K, bins) of K kinds, mean speeds between ``EDGES``, shares of the peak, say about each kind."""
    _, kinds, bins = curves.shape
    speed = medians(curves, 0)
    smooth = smoothed(speed, 1)
    # outwards, speed falls to where the limb is calmest; what it does beyond, a sag or a sway, is no part of the ramp
    calm = (smooth[:, :-1] <= _SLOWEST_CALM) | ((smooth[:, :-1] < _CALM_MOST) & (smooth[:, 1:] >= smooth[:, :-1]))
    calm[:, :_FIRST_CALM] = False
    calm = np.concatenate((calm, np.ones((kinds, 1), np.bool_)), axis=1)  # at the latest where nobody looks further
    at: NDArray[np.intp] = calm.argmax(axis=1)
    unrest = np.abs(smooth[np.arange(kinds), at])[:, None]
    beyond = np.where(np.arange(bins, dtype=np.intp) >= at[:, None], np.abs(speed), 0.0)
    unrest = np.maximum(unrest, np.maximum.accumulate(beyond, axis=1))
    variance = unrest**2 + (_MISFIT * np.maximum(speed, 0.0)) ** 2 + _UNSURE**2 + _variance(curves)
    weight = 1.0 / variance
    family = _family()
    fit = np.concatenate((weight * speed, weight), axis=1) @ family.table + family.prior
    # what is hopeless is alike: numbers too small for a float to hold in full take long
    share = np.exp(np.maximum(fit - fit.max(axis=1, keepdims=True), _HOPELESS))
    means: list[list[float]] = (share @ family.reaches / share.sum(axis=1, keepdims=True)).tolist()
    return [Rise(tuple(reaches), max(square - reaches[-1] ** 2, 0.0) ** 0.5) for *reaches, square in means]


def crossed(curve: FloatArray) -> list[float]:
    """Where one ramp's speeds (bins,) between ``EDGES``, outwards from half of the peak, fall below each of ``LEVELS``.

    In widths of the stroke; the outermost bin where they never do.
    """
    speeds: list[float] = curve.tolist()
    at, found = _HALF_WAY, list[float]()
    for level in reversed(LEVELS):
        while at < len(speeds) - 1 and speeds[at] >= level:
            at += 1
        inside, outside = speeds[at - 1], speeds[at]
        share = (level - outside) / (inside - outside) if inside > level > outside else 0.0
        found.append(_PLACES[at] + share * (_PLACES[at - 1] - _PLACES[at]))
    return found[::-1]


def _variance(curves: FloatArray) -> FloatArray:
    """Of the median (K, bins) of ramps (N, K, bins), by what they differ in over several bins: their shapes.

    From bin to bin a ramp differs by noise, which turns to and fro and goes out in the fit.
    """
    count, kinds, bins = curves.shape
    if count < _ENOUGH:
        return np.full((kinds, bins), _USUAL_SPREAD**2 / count)
    shapes = smoothed(curves, _SPREAD_BINS)
    # a median of n has about 1.25 times the error of a mean; 1.48 median deviations are a standard one
    spread = (1.25 * 1.48 * medians(np.abs(shapes - medians(shapes, 0)), 0)) ** 2 / count
    return smoothed(spread, _SPREAD_BINS)


def smoothed(rows: FloatArray, beside: int) -> FloatArray:
    """Moving means of (..., bins) rows over so many bins on either side; the outermost stand for those beyond."""
    ends = np.repeat(rows[..., :1], beside, axis=-1), np.repeat(rows[..., -1:], beside, axis=-1)
    longer = np.concatenate((ends[0], rows, ends[1]), axis=-1)
    total = rows.copy()
    for k in (*range(beside), *range(beside + 1, 2 * beside + 1)):
        total += longer[..., k : k + rows.shape[-1]]
    return total / (2 * beside + 1)
