"""What a caller may say about the exercise."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from repsignal.types import LiftDirection, Phase


@dataclass(frozen=True, slots=True)
class CounterParams:
    """What may be said about the exercise; the defaults assume nothing.

    ``lift_direction`` is where the first movement of a rep takes the sensor, whatever ``first_phase`` calls it.
    ``rest_s`` without a rep ends a set; ``min_reps`` alike full reps make one. Not ``live``, phases and reps are not
    told as they happen, which takes half the time; sets and holes are the same.
    """

    lift_direction: LiftDirection = LiftDirection.AUTO
    rest_s: float = 15.0
    min_reps: int = 2
    first_phase: Phase = Phase.LIFT
    live: bool = True

    def __post_init__(self) -> None:
        if self.lift_direction not in tuple(LiftDirection):
            raise ValueError(f"lift_direction must be one of {[*LiftDirection]}, got {self.lift_direction!r}")
        if not 0 < self.rest_s < inf:
            raise ValueError(f"rest_s must be positive and finite, got {self.rest_s!r}")
        if self.min_reps < 2 or self.min_reps % 1:
            raise ValueError(f"min_reps must be a whole number of at least 2, got {self.min_reps!r}")
        if self.first_phase not in (Phase.LIFT, Phase.LOWER):
            raise ValueError(f"first_phase must be lift or lower, got {self.first_phase!r}")
