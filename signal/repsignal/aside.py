"""What a limb turns aside of its stroke as it leaves the bottom and comes back to it.

A leg does not leave the mat about the axis it is lifted about: the knee locks, the thigh rolls, the heel lets go, and
only then does the angle of the stroke grow; on the way back the leg lands, and rolls out after. The limb moves all the
while. In straight leg raises, hip abductions and hip extensions of two people the strokes of a set turned aside alike
by 0.2 to 0.9 of the stroke's peak speed, in knee extensions and where it was simulated as sway by less than 0.13. What
the reps of a set do each in its own way is sway, and goes out in the median.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from repsignal.rise import smoothed
from repsignal.robust import medians
from repsignal.types import FloatArray

_LEAST_SHARE: Final = 0.15  # of the peak speed: less does not move an onset by much, and may be the sensor's own
_ENOUGH: Final = 3  # ramps that can disagree
_BESIDE: Final = 1  # bins on either side, over which speeds are averaged


def common_asides(asides: FloatArray) -> list[FloatArray | None]:
    """How (3,) ramps (N, K, 3, bins) of K kinds turn aside alike, where they do most; ``None`` where they do not.

    All are speeds, shares of the stroke's peak.
    """
    if len(asides) < _ENOUGH:
        return [None] * asides.shape[1]
    return [_largest(turns) for turns in smoothed(medians(asides, 0), _BESIDE)]


def with_aside(along: FloatArray, aside: FloatArray, common: FloatArray) -> FloatArray:
    """Speed (..., bins) of ramps that turn along their stroke and, (..., 3, bins), aside of it, as is common (3,).

    What goes the other way, be it back or to the other side, is no part of setting off.
    """
    direction = common / np.sqrt(common @ common)
    speeds = [np.maximum(smoothed(turn, _BESIDE), 0.0) for turn in (along, direction @ aside)]
    both: FloatArray = np.hypot(*speeds)
    return both


def leaving(axis: FloatArray, common: FloatArray | None) -> FloatArray:
    """About what (3,) unit axis a limb turns as it leaves the bottom, which lifts about ``axis``."""
    if common is None:
        return axis
    turn = axis + common
    unit: FloatArray = turn / np.sqrt(turn @ turn)
    return unit


def _largest(turns: FloatArray) -> FloatArray | None:
    """Of (3, bins); ``None`` where it is small."""
    squares = (turns * turns).sum(axis=0)
    most = int(squares.argmax())
    if float(squares[most]) < _LEAST_SHARE**2:
        return None
    largest: FloatArray = turns[:, most].copy()
    return largest
