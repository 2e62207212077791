"""Where a stroke's speed crosses a share of its peak: the instants that a threshold gives, to compare with one.

repclip tells when a limb sets off and comes to rest, which is earlier and later. What the two differ by is another from
rep to rep, so times told by onset scatter against times told by threshold even if both are exact.
"""

from __future__ import annotations

import numpy as np

from repsignal import AngleTrace, Rep
from repsignal.kernel import SpeedKernel
from repsignal.types import FloatArray
from scoring import TrueCycle

__all__ = ["crossings"]

SHARE = 0.15  # of the stroke's peak speed
MARGIN_S = 0.3  # beyond the stroke that was found


def crossings(rep: Rep, trace: AngleTrace) -> TrueCycle | None:
    """The boundaries of a rep by threshold; ``None`` where not all of it was seen."""
    if rep.start_s is None or rep.top_s is None or rep.lower_start_s is None or rep.end_s is None:
        return None
    speed = SpeedKernel.at(float(np.median(np.diff(trace.time_s)))).speed(trace.angle_deg)
    lift = _above(trace.time_s, speed, rep.start_s, rep.top_s)
    lower = _above(trace.time_s, -speed, rep.lower_start_s, rep.end_s)
    return TrueCycle(*lift, *lower) if lift and lower else None


def _above(time_s: FloatArray, speed: FloatArray, begin_s: float, end_s: float) -> tuple[float, float] | None:
    """First and last instant at which speed (N,) is above its share of the peak, in and beside a stroke."""
    stroke = np.flatnonzero((time_s >= begin_s - MARGIN_S) & (time_s <= end_s + MARGIN_S))
    if not stroke.size:
        return None
    peak = int(stroke[np.argmax(speed[stroke])])
    level = SHARE * speed[peak]
    before = np.flatnonzero(speed[:peak] < level)
    after = np.flatnonzero(speed[peak:] < level)
    if not before.size or not after.size or level <= 0.0:
        return None
    return _at(time_s, speed, int(before[-1]), level), _at(time_s, speed, peak + int(after[0]) - 1, level)


def _at(time_s: FloatArray, speed: FloatArray, tick: int, level: float) -> float:
    """When speed passes a level, between a tick and the next."""
    share = (level - speed[tick]) / (speed[tick + 1] - speed[tick])
    return float(time_s[tick] + share * (time_s[tick + 1] - time_s[tick]))
