"""What is known live of the set that is going on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.aside import leaving_axis
from repsignal.extremes import Excursion
from repsignal.joint import Pivot
from repsignal.onset import Lateness, Unrest
from repsignal.phases import Shapes
from repsignal.ramps import Ramps
from repsignal.types import FloatArray, Phase

_FALLEN_SHARE: Final = 0.6  # of the range: no hold sags so far


@dataclass(slots=True)
class Tracking:
    """What is known of the set going on. Ticks are numbers since the start."""

    set_index: int
    axis: NDArray[np.float64]
    limb: NDArray[np.float64] | None
    pivot: Pivot | None
    range_deg: float
    begin: int  # first tick of the set
    next: int  # first tick not yet looked at
    known: int  # nothing could be said before this tick
    bottom_deg: float
    reps: int = 0
    partials: int = 0
    phase: Phase = Phase.PAUSE
    phase_tick: int = 0
    departure: int = 0
    departure_deg: float = 0.0
    top_deg: float = 0.0
    left_deg: float = 0.0  # where the lowering was told
    doubt: float = 1.0  # times as much must be seen as usual
    run: int = 0
    up_peak: float = 0.0  # usual peak speeds, °/s
    down_peak: float = 0.0
    stroke_peak: float = 0.0
    before_lift: Unrest = field(default_factory=Unrest)
    before_lower: Unrest = field(default_factory=Unrest)
    lateness: Lateness = field(default_factory=Lateness)
    end_s: float | None = None  # of the newest rep
    strokes: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])
    ranges: list[float] = field(default_factory=list[float])
    lengths: list[float] = field(default_factory=list[float])  # of whole cycles, s
    ramps: list[Ramps] = field(default_factory=list[Ramps])
    shapes: Shapes | None = None  # what they have in common
    turned: Excursion | None = None  # a cycle about another axis, just over

    @property
    def leaving(self) -> FloatArray:
        """The axis (3,) that the limb turns about as it leaves the bottom."""
        return leaving_axis(self.axis, None if self.shapes is None else self.shapes.asides[0])

    @property
    def fallen_deg(self) -> float:
        """A limb below this is being lowered, however little a slow creep stands out from a restless hold."""
        return self.top_deg - _FALLEN_SHARE * (self.top_deg - self.departure_deg)
