"""What a limb turns aside of its stroke as it leaves the bottom and comes back to it.

A leg does not leave the mat about the axis it is lifted about: the knee locks, the thigh rolls, the heel lets go, and
only then does the angle of the stroke grow; on the way back the leg lands, and rolls out after. The limb moves all the
while. In straight leg raises, hip abductions and hip extensions of two people the strokes of a set turned aside alike
by 0.2 to 0.9 of the stroke's peak speed, in knee extensions and where it was simulated as sway by less than 0.13. What
the reps of a set do each in its own way is sway, and goes out in the median.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.rise import smoothed
from repsignal.robust import medians
from repsignal.types import FloatArray

_LEAST_SHARE: Final = 0.15  # of the peak speed: less does not move an onset by much, and may be the sensor's own
# A leg that bounces as it lands moves back more slowly than this, the stroke before does not.
_OTHER_WAY: Final = 0.5  # of the peak speed
_ENOUGH: Final = 3  # ramps that can disagree
_BESIDE: Final = 1  # bins on either side, over which speeds are averaged
# What the reps of a set do not share goes out in the median but for about so much: a sway, which is there before a ramp
# as well. Real sets that turn aside by a quarter of the peak and more do so by 1.8 times that and more.
_CLEAR: Final = 1.7
_AWAY: Final = slice(12, 24)  # bins in which most ramps do not yet rise
_MEDIAN_ERROR: Final = 1.25 * 1.48  # of a standard error of a mean, and of a median deviation


def common_asides(along: FloatArray, asides: FloatArray) -> list[FloatArray | None]:
    """For each of K kinds the speed (3,) at which its ramps turn aside most, and alike; ``None`` where that is little.

    Ramps turn (N, K, bins) along their stroke and (N, K, 3, bins) aside of it. All are shares of the stroke's peak.
    """
    if len(asides) < _ENOUGH:
        return [None] * asides.shape[1]
    own = _own(smoothed(medians(along, 0), _BESIDE))
    turns = smoothed(medians(asides, 0), _BESIDE) * own[:, None]
    return [_largest(kind, asides[:, k]) for k, kind in enumerate(turns)]


def with_aside(along: FloatArray, aside: FloatArray, common: FloatArray) -> FloatArray:
    """Speed (..., bins) of ramps that turn along their stroke and, (..., 3, bins), aside of it, as is common (3,).

    What goes the other way, be it back or to the other side, is no part of setting off.
    """
    direction = common / np.sqrt(common @ common)
    stroke, turn = smoothed(along, _BESIDE), smoothed(direction @ aside, _BESIDE)
    speed: FloatArray = np.hypot(np.maximum(stroke, 0.0), np.where(_own(stroke), np.maximum(turn, 0.0), 0.0))
    return speed


def _own(stroke: FloatArray) -> NDArray[np.bool_]:
    """Which (..., bins) are a ramp's own: outwards, until the limb moves the other way as in the stroke before."""
    own: NDArray[np.bool_] = np.minimum.accumulate(stroke, axis=-1) > -_OTHER_WAY
    return own


def leaving_axis(axis: FloatArray, common: FloatArray | None) -> FloatArray:
    """About what (3,) unit axis a limb turns as it leaves the bottom, which lifts about ``axis``."""
    if common is None:
        return axis
    turn = axis + common
    unit: FloatArray = turn / np.sqrt(turn @ turn)
    return unit


def _largest(turns: FloatArray, ramps: FloatArray) -> FloatArray | None:
    """Of (3, bins), which ramps (N, 3, bins) share; ``None`` where it is small, or no more than their sway."""
    squares = (turns * turns).sum(axis=0)
    most = int(squares.argmax())
    if float(squares[most]) < max(_LEAST_SHARE, _CLEAR * _error(ramps)) ** 2:
        return None
    largest: FloatArray = turns[:, most].copy()
    return largest


def _error(ramps: FloatArray) -> float:
    """About the error of the median of ramps (N, 3, bins), by how they differ before most of them rise."""
    away = smoothed(ramps, _BESIDE)[..., _AWAY]
    apart = away - medians(away, 0)
    size = np.sqrt((apart * apart).sum(axis=1)).ravel()
    # Of three components each is less than all. The median is one of few ramps, from which it does not differ.
    return _MEDIAN_ERROR * float(medians(size, 0)) * sqrt(len(ramps)) / (len(ramps) - 1)
