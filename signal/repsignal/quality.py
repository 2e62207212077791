"""How a rep was moved: smoothness, speed, sag and the blow of a foot on the floor, out of the trace of its set.

Smoothness is the spectral arc length (SPARC) of Balasubramanian, Melendez-Calderon, Roby-Brami and Burdet, "On the
analysis of movement smoothness", J NeuroEng Rehabil 12:112 (2015), with their constants: the length of the normalised
magnitude spectrum of the speed up to 10 Hz, or to where it stays under 5 %. It has no unit and does not depend on
how far or how fast the limb went; a minimum-jerk stroke has -1.41, and each hitch makes it more negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from repsignal.types import GRAVITY_M_S2, AngleTrace, Cycle, FloatArray, Phase

__all__ = ["Quality", "quality_of", "spectral_arc_length"]

_SPARC_HIGHEST_HZ: Final = 10.0
_SPARC_LEAST: Final = 0.05
_SPARC_PADDING: Final = 4  # powers of two
_LEAST_STROKE: Final = 8  # ticks: fewer have no spectrum to speak of
_SETTLING_S: Final = 0.5  # after arriving: so long a limb that was swung goes on swinging
_HOLD_EDGE_S: Final = 0.25  # of the hold: what is left of the strokes, and where the boundaries may err
_LEAST_HOLD_S: Final = 1.0
_CONTACT_S: Final = 0.25  # around the end of the lowering: the boundary may be off by so much

_Stroke = tuple[FloatArray, float]  # speed, °/s, and how often that is sampled, Hz


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one rep; None where boundaries or samples that it needs are unknown.

    =================  =============================================================================================
    lift_smoothness    spectral arc length of the lift, no unit, at most about -1.4
    lower_smoothness   the same of the lowering
    lift_peak_dps      highest angular speed of the lift, °/s
    lower_peak_dps     highest angular speed of the lowering, °/s, positive
    overshoot_deg      how far above the hold the limb was as it arrived: what it swung
    sag_deg            how much lower the limb was towards the end of the hold than after arriving; negative: it rose
    jolt_g             largest jolt (`AngleTrace`) as the limb arrives at the bottom, in g
    =================  =============================================================================================
    """

    lift_smoothness: float | None = None
    lower_smoothness: float | None = None
    lift_peak_dps: float | None = None
    lower_peak_dps: float | None = None
    overshoot_deg: float | None = None
    sag_deg: float | None = None
    jolt_g: float | None = None


def quality_of(cycle: Cycle, trace: AngleTrace) -> Quality:
    """The measures of a cycle of the set that the trace is of."""
    lift, lower = _strokes(cycle, trace)
    return Quality(
        lift_smoothness=None if lift is None else spectral_arc_length(*lift),
        lower_smoothness=None if lower is None else spectral_arc_length(*lower),
        lift_peak_dps=None if lift is None else float(lift[0].max()),
        lower_peak_dps=None if lower is None else float(lower[0].max()),
        overshoot_deg=_overshoot_deg(cycle, trace),
        sag_deg=_sag_deg(cycle, trace),
        jolt_g=_jolt_g(cycle, trace),
    )


def _strokes(cycle: Cycle, trace: AngleTrace) -> tuple[_Stroke | None, _Stroke | None]:
    """The lift and the lowering, as far as they are known."""
    lower_first = cycle.first_phase is Phase.LOWER
    first_s, back_s = (cycle.lower_s, cycle.lift_s) if lower_first else (cycle.lift_s, cycle.lower_s)
    first = _speed(trace, cycle.start_s, cycle.top_s, 1.0) if first_s is not None else None
    back = _speed(trace, cycle.lower_start_s, cycle.end_s, -1.0) if back_s is not None else None
    return (back, first) if lower_first else (first, back)


def spectral_arc_length(speed: FloatArray, rate_hz: float) -> float:
    """SPARC of a speed (N,) of any unit, sampled evenly; 0 of one that is 0 throughout.

    Raises
    ------
    ValueError
        for an empty one.

    """
    if not len(speed):
        raise ValueError("speed must hold at least one sample.")
    size = 1 << (len(speed) - 1).bit_length() + _SPARC_PADDING
    magnitude = np.abs(np.fft.rfft(speed, size))
    if magnitude.max() <= 0.0:
        return 0.0
    magnitude /= magnitude.max()
    frequency = np.fft.rfftfreq(size, 1.0 / rate_hz)
    magnitude = magnitude[frequency <= _SPARC_HIGHEST_HZ]
    magnitude = magnitude[: np.flatnonzero(magnitude >= _SPARC_LEAST)[-1] + 1]
    if len(magnitude) < 2:
        return 0.0
    return -float(np.hypot(1.0 / (len(magnitude) - 1), np.diff(magnitude)).sum())


def _speed(trace: AngleTrace, begin_s: float | None, end_s: float | None, way: float) -> _Stroke | None:
    """Of the limb between two times, positive that way, and how often that is sampled."""
    if begin_s is None or end_s is None:
        return None
    lo, hi = np.searchsorted(trace.time_s, (begin_s, end_s)).tolist()
    time, angle = trace.time_s[lo:hi], trace.angle_deg[lo:hi]
    if len(time) < _LEAST_STROKE:
        return None
    tick_s = float(time[-1] - time[0]) / (len(time) - 1)
    return way * np.diff(angle) / tick_s, 1.0 / tick_s


def _overshoot_deg(cycle: Cycle, trace: AngleTrace) -> float | None:
    """The highest around arriving, over where the limb is a little later; a sag is slower than a swing."""
    if cycle.hold_s is None or cycle.top_s is None or cycle.lower_start_s is None or cycle.hold_s < _LEAST_HOLD_S:
        return None
    arriving = _part(trace, cycle.top_s - _HOLD_EDGE_S, cycle.top_s + _HOLD_EDGE_S)
    settled = _part(trace, cycle.top_s + _HOLD_EDGE_S, min(cycle.top_s + 2.0 * _SETTLING_S, cycle.lower_start_s))
    return float(arriving.max() - np.median(settled)) if len(arriving) and len(settled) else None


def _sag_deg(cycle: Cycle, trace: AngleTrace) -> float | None:
    """From the first to the last third of the hold, its edges left out."""
    if cycle.hold_s is None or cycle.top_s is None or cycle.lower_start_s is None or cycle.hold_s < _LEAST_HOLD_S:
        return None
    held = _part(trace, cycle.top_s + _SETTLING_S, cycle.lower_start_s - _HOLD_EDGE_S)
    third = len(held) // 3
    return float(np.median(held[:third]) - np.median(held[-third:])) if third else None


def _jolt_g(cycle: Cycle, trace: AngleTrace) -> float | None:
    if cycle.end_s is None:
        return None
    lo, hi = np.searchsorted(trace.time_s, (cycle.end_s - _CONTACT_S, cycle.end_s + _CONTACT_S)).tolist()
    return float(trace.jolt_m_s2[lo:hi].max()) / GRAVITY_M_S2 if hi > lo else None


def _part(trace: AngleTrace, begin_s: float, end_s: float) -> FloatArray:
    lo, hi = np.searchsorted(trace.time_s, (begin_s, end_s)).tolist()
    return trace.angle_deg[lo:hi]
