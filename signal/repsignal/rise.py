"""How a stroke rises from rest, as a set's strokes tell it together.

Speed that leaves zero softly is lost in sway and tremor long before its onset, so where one stroke begins can only be
told from the shape of what is seen. One ramp tells that poorly; but a person's ramps resemble one another. So the ramps
of a set are laid over one another, each in units of its own height and width: what differs between them goes out in
the median, and what is left is compared with a family of rises, a parabola raised to a power. The first power is much
like half a sine: its speed leaves zero in a straight line, as does a motor's or a jerked leg's. The second is minimum
jerk (Flash and Hogan 1985), whose speed leaves it with the square of time. The third is the drawn-out end of a skewed
stroke. Every member counts as far as it agrees with what is seen, and where little is seen, limbs and motors are taken
to lie between the first two powers.

Where a ramp that trembles passes half of its peak is told poorly, and ramps laid askew do not show their shape. They
are laid a second time, each where it agrees best with what they have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from repsignal.robust import medians
from repsignal.types import FloatArray

LEVELS: Final = (0.08, 0.12, 0.16, 0.2, 0.25)  # of the peak speed: from where the way to zero is told
_EVEN_STEP: Final = 0.03
_EVEN_EDGES: Final = np.arange(0.06, -0.9, -_EVEN_STEP)
EDGES: Final = np.concatenate((_EVEN_EDGES, -0.9 * 1.08 ** np.arange(1, 7)))
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
_EVEN: Final = len(_EVEN_EDGES) - 1  # bins of equal width, the innermost
# Speed may rise again by chance, by so many standard errors of it; not where it is down to a creep, of the peak: with
# which limbs of people come to rest, and then stand still.
_RISE_AGAIN, _CREEP = 2.0, 0.06
# Even bins, 0.4 widths: how far one ramp is looked for from where the others lie. What lies farther is taken to lie so
# far: it stays on the same side of the median.
_FARTHEST: Final = 13
_MOVED: Final = np.arange(2 * _FARTHEST, -1, -1)[:, None] + np.arange(_EVEN)  # from inwards to outwards
_BEYOND: Final = 0.12  # widths before zero in which a ramp is still compared: more adds sway alone
_ENOUGH: Final = 4  # ramps that tell their own spread, and where they are seen to pass a level
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

    ``table`` (2 bins, M) holds y, and -y²/2 below: what a fit needs, in one product. ``reaches`` (M, levels + 2):
    widths from zero to each of ``LEVELS``, the square of the last, and from zero to half of the peak. ``prior`` (M,):
    logarithms.
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
        np.concatenate((reaches, reaches[:, -1:] ** 2, reach), axis=1),
        -0.5 * ((power[:, 0] - _USUAL_POWER) / _POWER_SD) ** 2,
    )


def _part(level: float | FloatArray, power: FloatArray) -> FloatArray:
    """Share of the whole rise after which a level is reached."""
    part: FloatArray = 1.0 - np.sqrt(1.0 - level ** (1.0 / power))
    return part


def common_rises(curves: FloatArray, passed: FloatArray, alike: Sequence[bool]) -> list[Rise]:
    """What ramps (N, K, bins) of K kinds, mean speeds between ``EDGES``, shares of the peak, say about each kind.

    They were seen to pass ``LEVELS`` at (N, K, levels), widths from where half of the peak is reached. ``alike`` (K,)
    says whether those of a kind usually are.
    """
    laid = _laid(curves)
    if len(curves) > 1:
        outwards = _outwards(curves, laid)
        laid = _laid(_moved_in(curves, outwards - medians(outwards, 0)))
    if len(curves) < _ENOUGH:
        return [one.rise for one in laid]
    begins = np.array([one.begin for one in laid]) - _EVEN_STEP * _outwards(curves, laid)
    # A ramp that trembles falls below a level sooner than it would without. One that never does, for it is crept into,
    # says nothing of where that level is.
    seen: list[list[float]] = medians(passed - begins[..., None], 0).tolist()
    return [
        replace(one.rise, reaches=tuple(reaches)) if so and reaches[0] > 0.0 else one.rise
        for reaches, so, one in zip(seen, alike, laid, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Laid:
    """Ramps of one kind laid over one another: speeds (bins,) that leave zero at ``begin``, widths from half-way."""

    speeds: FloatArray
    begin: float
    rise: Rise


def _laid(curves: FloatArray) -> list[_Laid]:
    """Ramps (N, K, bins) of K kinds, each where it is."""
    _, kinds, bins = curves.shape
    speed = medians(curves, 0)
    smooth, spread = smoothed(speed, 1), _variance(curves)
    at = np.array([_calmest(*of) for of in zip(smooth.tolist(), np.sqrt(spread).tolist(), strict=True)])
    unrest = np.abs(smooth[np.arange(kinds), at])[:, None]
    beyond = np.where(np.arange(bins, dtype=np.intp) >= at[:, None], np.abs(speed), 0.0)
    unrest = np.maximum(unrest, np.maximum.accumulate(beyond, axis=1))
    variance = unrest**2 + (_MISFIT * np.maximum(speed, 0.0)) ** 2 + _UNSURE**2 + spread
    weight = 1.0 / variance
    family = _family()
    fit = np.concatenate((weight * speed, weight), axis=1) @ family.table + family.prior
    # what is hopeless is alike: numbers too small for a float to hold in full take long
    share = np.exp(np.maximum(fit - fit.max(axis=1, keepdims=True), _HOPELESS))
    share /= share.sum(axis=1, keepdims=True)
    means: list[list[float]] = (share @ family.reaches).tolist()
    return [
        _Laid(speeds, -half, Rise(tuple(reaches), max(square - reaches[-1] ** 2, 0.0) ** 0.5))
        for speeds, (*reaches, square, half) in zip(share @ family.table[:bins].T, means, strict=True)
    ]


def _calmest(speeds: list[float], errors: list[float]) -> int:
    """Which bin, outwards, a limb is calm at first; speeds and their standard errors are shares of the peak.

    Speed falls to there; what it does beyond, a sag or a sway, is no part of the ramp.
    """
    calmest = _FIRST_CALM
    for at in range(_FIRST_CALM, len(speeds)):
        if speeds[at] < speeds[calmest]:
            calmest = at
        least = speeds[calmest]
        again = least + (_RISE_AGAIN * errors[calmest] if least > _CREEP else 0.0)
        if least <= _SLOWEST_CALM or (least < _CALM_MOST and at > calmest and speeds[at] >= again):
            break
    return calmest


def _outwards(curves: FloatArray, laid: Sequence[_Laid]) -> FloatArray:
    """How much further out than is common ramps (N, K, bins) lie, (N, K) even bins: least squares."""
    even = np.stack([one.speeds[:_EVEN] for one in laid])
    begins = np.array([one.begin for one in laid])[:, None]
    longer = np.zeros((len(laid), _EVEN + 2 * _FARTHEST))
    longer[:, :_FARTHEST], longer[:, _FARTHEST : _FARTHEST + _EVEN] = even[:, :1], even
    moved = longer[:, _MOVED] * (_MIDDLES[:_EVEN] > begins - _BEYOND)[:, None]
    seen = curves[..., :_EVEN].swapaxes(0, 1)
    misfit = (moved * moved).sum(axis=2)[:, None] - 2.0 * (seen @ moved.swapaxes(1, 2))  # (K, N, shifts)
    best = misfit.argmin(axis=2)[..., None]
    inner = np.minimum(np.maximum(best, 1), 2 * _FARTHEST - 1)
    own = np.ogrid[: len(misfit), : len(curves), :1][:2]
    before, at, after = (misfit[(*own, inner + beside)] for beside in (-1, 0, 1))
    bend = before - 2.0 * at + after
    told = (inner == best) & (bend > 0.0)
    outwards: FloatArray = best - _FARTHEST + np.where(told, 0.5 * (before - after) / np.where(told, bend, 1.0), 0.0)
    return outwards[..., 0].T


def _moved_in(curves: FloatArray, outwards: FloatArray) -> FloatArray:
    """Ramps (N, K, bins) whose even bins are moved inwards by (N, K) of them; the few beyond, wider ones, stay."""
    places = np.minimum(np.maximum(np.arange(_EVEN) + outwards[..., None], 0.0), _EVEN - 1.0)
    below = np.minimum(places.astype(np.intp), _EVEN - 2)
    share = places - below
    own = np.ogrid[: len(curves), : curves.shape[1], :1][:2]
    moved = curves.copy()
    moved[..., :_EVEN] = (1.0 - share) * curves[(*own, below)] + share * curves[(*own, below + 1)]
    return moved


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
    bins = rows.shape[-1]
    longer = np.empty((*rows.shape[:-1], bins + 2 * beside))
    longer[..., :beside], longer[..., beside : beside + bins] = rows[..., :1], rows
    longer[..., beside + bins :] = rows[..., -1:]
    total = rows.copy()
    for k in (*range(beside), *range(beside + 1, 2 * beside + 1)):
        total += longer[..., k : k + bins]
    total /= 2 * beside + 1
    return total
