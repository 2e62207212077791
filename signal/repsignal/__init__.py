"""Counting and timing lift-hold-lower movements from one limb-worn IMU.

Feed blocks of samples to :class:`RepCounter`, in any cut, and take events from it. It knows no files, no clock and no
radio; :mod:`repsignal.synth` makes recordings with exact truth to try it on.
"""

from repsignal.counter import CounterState, RepCounter
from repsignal.params import CounterParams
from repsignal.quality import Quality, quality_of
from repsignal.types import (
    AngleTrace,
    CutOffRep,
    Cycle,
    CycleFlag,
    Event,
    Hole,
    ImuBlock,
    LiftDirection,
    PartialRep,
    PartialRepEvent,
    Phase,
    PhaseEvent,
    Rep,
    RepEvent,
    SetEnd,
)

__all__ = [
    "AngleTrace",
    "CounterParams",
    "CounterState",
    "CutOffRep",
    "Cycle",
    "CycleFlag",
    "Event",
    "Hole",
    "ImuBlock",
    "LiftDirection",
    "PartialRep",
    "PartialRepEvent",
    "Phase",
    "PhaseEvent",
    "Quality",
    "Rep",
    "RepCounter",
    "RepEvent",
    "SetEnd",
    "quality_of",
]
