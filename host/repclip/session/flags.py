"""What a coach would say of a rep: flags, each defined by measures and limits and by nothing else.

=================  ====================================================================================================
lowered_too_fast   the lowering was shorter than prescribed, beyond its tolerance
dropped            the limb came down within 1.5 times the time in which it would fall by itself
jerked             the lift was not one movement: its spectral arc length is below -2.5 (`repsignal.quality`)
swung              the limb arrived over 3° and over 15 % of its range higher than it was then held
sagged             it was over 3° and over 12 % of its range lower at the end of the hold than at its beginning
floor_touched      the foot met the floor between reps where the exercise keeps it off: a jolt of 0.2 g or more
too_high           higher than the exercise allows: over 5° above its highest elevation, or over its largest range
range_short        less than the prescribed range, or without one less than 80 % of the set's usual range
partial            less than 60 % of the range of the set's full reps: not counted; unless samples are missing in it
=================  ====================================================================================================

Where a measure is unknown or uncertain its flag is not raised. The limits leave room for what is no fault: a ball
rocks by some degrees (the 3°), a steady lift with brisk ends has a spectral arc length of -2.1. In recordings of two
people all of 69 reps of a leg that hung free ended with less than 0.2 g, and 378 of 400 with the foot on a bench or
floor with more. A sag of a third of the range within a short hold is taken for the beginning of the lowering, and
told as a hold that was too short. How surely each is raised: ``tests/bench/flags.py``.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

from repclip.session.exercise import Exercise
from repclip.session.prescription import Span
from repclip.session.statistics import is_certain, phase_s, verdict
from repclip.session.tempo import Verdict
from repsignal import Cycle, CycleFlag, PartialRep, Phase, Quality

__all__ = ["Flag", "fall_s", "flags_of"]

# A uniform rod about its end, let go level, begins to turn with 3 g / 2 L. A leg's mass lies nearer to the hip than a
# rod's, and it does not begin level, so that it takes longer than this: the limit below is on the safe side of both.
_LEG_M: Final = 0.9
_GRAVITY_M_S2: Final = 9.80665
_DROPPED: Final = 1.5
_JERKED: Final = -2.5
_SWUNG_DEG, _SWUNG_SHARE = 3.0, 0.15
_SAGGED_DEG, _SAGGED_SHARE = 3.0, 0.12
_JOLT_G: Final = 0.2
_ELEVATION_SLACK_DEG: Final = 5.0  # the clip, the ball and the fit of the joint err by so much
_RANGE_SLACK_DEG, _RANGE_SLACK_SHARE = 1.0, 0.05
_SHORT_SHARE: Final = 0.8


class Flag(StrEnum):
    """What was not as it should be, as the table above defines it."""

    LOWERED_TOO_FAST = "lowered_too_fast"
    DROPPED = "dropped"
    JERKED = "jerked"
    SWUNG = "swung"
    SAGGED = "sagged"
    FLOOR_TOUCHED = "floor_touched"
    TOO_HIGH = "too_high"
    RANGE_SHORT = "range_short"
    PARTIAL = "partial"


def flags_of(
    cycle: Cycle, quality: Quality, exercise: Exercise, usual_rom_deg: float | None = None
) -> tuple[Flag, ...]:
    """The flags of a full or partial rep, in the order of the table. ``usual_rom_deg`` is the median of its set."""
    if isinstance(cycle, PartialRep):
        return () if CycleFlag.GAP in cycle.flags else (Flag.PARTIAL,)
    raised = {
        Flag.LOWERED_TOO_FAST: verdict(cycle, Phase.LOWER, exercise.tempo) is Verdict.SHORT,
        Flag.DROPPED: _dropped(cycle),
        Flag.JERKED: quality.lift_smoothness is not None and quality.lift_smoothness < _JERKED,
        Flag.SWUNG: _beyond(quality.overshoot_deg, cycle.rom_deg, _SWUNG_DEG, _SWUNG_SHARE),
        Flag.SAGGED: _beyond(quality.sag_deg, cycle.rom_deg, _SAGGED_DEG, _SAGGED_SHARE),
        Flag.FLOOR_TOUCHED: exercise.off_floor and quality.jolt_g is not None and quality.jolt_g >= _JOLT_G,
        Flag.TOO_HIGH: _too_high(cycle, exercise),
        Flag.RANGE_SHORT: _range_short(cycle, exercise.rom_deg, usual_rom_deg),
    }
    return tuple(flag for flag, is_raised in raised.items() if is_raised)


def fall_s(rom_deg: float) -> float:
    """In what time a leg falls through this angle, if nothing brakes it."""
    return math.sqrt(2.0 * math.radians(rom_deg) * 2.0 * _LEG_M / (3.0 * _GRAVITY_M_S2))


def _dropped(cycle: Cycle) -> bool:
    lower_s = phase_s(cycle, Phase.LOWER)
    if lower_s is None or cycle.rom_deg <= 0.0 or not is_certain(cycle, Phase.LOWER):
        return False
    return lower_s < _DROPPED * fall_s(cycle.rom_deg)


def _beyond(measure_deg: float | None, rom_deg: float, least_deg: float, share: float) -> bool:
    return measure_deg is not None and measure_deg > max(least_deg, share * rom_deg)


def _too_high(cycle: Cycle, exercise: Exercise) -> bool:
    top, highest = cycle.elevation_top_deg, exercise.elevation_max_deg
    if highest is not None and top is not None and top > highest + _ELEVATION_SLACK_DEG:
        return True
    largest = exercise.rom_deg.max if exercise.rom_deg is not None else None
    return largest is not None and cycle.rom_deg > largest + _slack_deg(largest)


def _range_short(cycle: Cycle, prescribed: Span | None, usual_rom_deg: float | None) -> bool:
    if prescribed is not None and prescribed.min is not None:
        return cycle.rom_deg < prescribed.min - _slack_deg(prescribed.min)
    return usual_rom_deg is not None and cycle.rom_deg < _SHORT_SHARE * usual_rom_deg


def _slack_deg(limit_deg: float) -> float:
    return max(_RANGE_SLACK_DEG, _RANGE_SLACK_SHARE * limit_deg)
