"""Counting and timing lift-hold-lower movements from one limb-worn IMU.

Feed blocks of samples to :class:`RepCounter`, in any cut, and take events from it. It knows no files, no clock and no
radio; :mod:`repsignal.synth` makes recordings with exact truth to try it on.
"""

from typing import TYPE_CHECKING

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
    LeftOut,
    LiftDirection,
    PartialRep,
    PartialRepEvent,
    Phase,
    PhaseEvent,
    Rep,
    RepEvent,
    SetEnd,
    phases_from,
)

if TYPE_CHECKING:
    from repsignal.counter import CounterState, RepCounter

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
    "LeftOut",
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
    "phases_from",
    "quality_of",
]


def __getattr__(name: str) -> object:
    """Load the counter when it is first asked for: scipy takes long, and who only reads the types has no need of it."""
    if name in ("CounterState", "RepCounter"):
        from repsignal import counter

        return getattr(counter, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
