"""What crosses the seams of ``repsignal``: samples in, events out.

Units are SI unless a name says otherwise. Times are seconds on the clock of the samples that were fed.
Frames and signs:

==================  =====================================================================================
sensor frame        the axes printed on the IMU, however it is clipped on
specific force      what an accelerometer feels: +9.81 m/s² along the axis that points up, at rest
angular rate        right-handed, rad/s
angle of the limb   degrees about the joint's axis from the bottom of the set, positive towards *lift*
elevation           degrees of the joint-to-sensor line above the horizon, +90 straight up, -90 hanging down
==================  =====================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

GRAVITY_M_S2: Final = 9.80665  # by definition (CGPM 1901)

__all__ = [
    "GRAVITY_M_S2",
    "AngleTrace",
    "CutOffRep",
    "Cycle",
    "CycleFlag",
    "Event",
    "FloatArray",
    "Hole",
    "ImuBlock",
    "LeftOut",
    "LiftDirection",
    "PartialRep",
    "PartialRepEvent",
    "Phase",
    "PhaseEvent",
    "Rep",
    "RepEvent",
    "SetEnd",
    "phases_from",
]


@dataclass(frozen=True, slots=True)
class ImuBlock:
    """Consecutive samples of one IMU.

    ``time_s`` is (N,) s; ``acc`` is (N, 3) m/s², specific force; ``gyr`` is (N, 3) rad/s; both in the sensor frame.
    Nothing is assumed of the values: NaN, infinities and stamps that jump are for the counter to sort out.
    """

    time_s: FloatArray
    acc: FloatArray
    gyr: FloatArray

    def __len__(self) -> int:
        return int(self.time_s.shape[0])


class Phase(StrEnum):
    """The four phases of a rep, in order."""

    LIFT = "lift"
    HOLD = "hold"
    LOWER = "lower"
    PAUSE = "pause"


def phases_from(first: Phase) -> tuple[Phase, Phase, Phase, Phase]:
    """The four phases in order of time, for a rep that begins with this one."""
    back = Phase.LIFT if first is Phase.LOWER else Phase.LOWER
    return first, Phase.HOLD, back, Phase.PAUSE


class LiftDirection(StrEnum):
    """What is known beforehand about the first movement of a rep.

    ``AUTO``: nothing; it is found from where the limb rests and from the pivot fit.
    ``UP``: a lift raises the sensor. ``DOWN``: a lift lowers it (a seated leg curl).
    """

    AUTO = "auto"
    UP = "up"
    DOWN = "down"


class CycleFlag(StrEnum):
    """What a reader of a rep must know before believing its figures."""

    BRIDGED = "bridged"  # samples missing for at most 0.2 s were interpolated inside it
    GAP = "gap"  # samples were missing for longer: the phases hit have no duration
    CLIPPED = "clipped"  # the sensor reached the end of its range inside it
    CUT_OFF_START = "cut_off_start"  # the recording began inside it
    CUT_OFF_END = "cut_off_end"  # the recording ended inside it
    NO_HOLD = "no_hold"  # the limb turned round at the top without stopping
    NO_PAUSE = "no_pause"  # the next lift began without stopping at the bottom
    UNCERTAIN = "uncertain"  # a boundary cannot be told, or its standard deviation exceeds 0.25 s


@dataclass(frozen=True, slots=True)
class Cycle:
    """Bottom, top, bottom: what a full, a partial and a cut-off rep have in common.

    Where ``first_phase`` is the lowering it is top, bottom, top, and ``lift_s`` and ``lower_s`` are still what they
    say; but ``top_s`` is then when the lowering ended, ``lower_start_s`` when the lift began, and
    ``elevation_top_deg`` and ``rise_cm`` are of the bottom.

    The four boundaries are times in s; each ``*_sd_s`` is the standard deviation of that boundary.
    A boundary that is not known (cut off, lost in a gap, or not to be told in a movement so small or so close to the
    next that it is ``uncertain``) is ``None``, and so is every duration that needs it.
    ``pause_s`` is ``None`` on a set's last rep and where nothing of the same set follows. ``elevation_top_deg`` and
    ``rise_cm`` are ``None`` while the pivot fit is not sure.
    """

    index: int
    start_s: float | None
    top_s: float | None
    lower_start_s: float | None
    end_s: float | None
    start_sd_s: float | None
    top_sd_s: float | None
    lower_start_sd_s: float | None
    end_sd_s: float | None
    lift_s: float | None
    hold_s: float | None
    lower_s: float | None
    pause_s: float | None
    rom_deg: float
    elevation_top_deg: float | None = None
    rise_cm: float | None = None
    flags: tuple[CycleFlag, ...] = ()
    first_phase: Phase = Phase.LIFT

    @property
    def phases(self) -> tuple[Phase, Phase, Phase, Phase]:
        """All four in order of time: from ``start_s``, ``top_s``, ``lower_start_s`` and ``end_s`` on."""
        return phases_from(self.first_phase)


@dataclass(frozen=True, slots=True)
class Rep(Cycle):
    """A complete rep. ``index`` counts from 1 within its set."""


@dataclass(frozen=True, slots=True)
class PartialRep(Cycle):
    """Less than 60 % of the range of the set's full reps: reported, not counted."""


@dataclass(frozen=True, slots=True)
class CutOffRep(Cycle):
    """A rep whose beginning or end lies outside the recording: marked, not counted."""


@dataclass(frozen=True, slots=True)
class PhaseEvent:
    """A phase began at ``start_s``; the counter knew at ``detected_s``, the time of the newest sample it needed."""

    phase: Phase
    start_s: float
    detected_s: float
    set_index: int


@dataclass(frozen=True, slots=True)
class RepEvent:
    """A rep was completed. ``detected_s`` is the time of the newest sample needed to know.

    Its figures are refined within the rep but not yet within the set: :class:`SetEnd` has the last word.
    """

    set_index: int
    rep: Rep
    detected_s: float


@dataclass(frozen=True, slots=True)
class PartialRepEvent:
    """A partial rep was completed, as far as is known before the set has ended."""

    set_index: int
    partial: PartialRep
    detected_s: float


@dataclass(frozen=True, slots=True)
class AngleTrace:
    """The limb through a set, with some seconds before and after, about 50 times a second.

    ``time_s`` (N,), ``angle_deg`` (N,) as in the table above, ``jolt_m_s2`` (N,) by how much the specific force differs
    from the mean of those just before and after.
    """

    time_s: FloatArray = field(repr=False)
    angle_deg: FloatArray = field(repr=False)
    jolt_m_s2: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetEnd:
    """A set is over. Its lists are final: judged with the whole set in view, they replace the events before."""

    index: int
    start_s: float
    end_s: float
    reps: tuple[Rep, ...]
    partials: tuple[PartialRep, ...]
    cut_offs: tuple[CutOffRep, ...]
    trace: AngleTrace
    detected_s: float


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples are missing between ``start_s`` and ``end_s`` (the last before, the first after).

    ``bridged`` holes (up to 0.2 s) were interpolated; others were not, and void the phases they hit.
    """

    start_s: float
    end_s: float
    missing: int
    bridged: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many samples were not taken: ``resent`` came a second time, ``late`` after a hole was told in their place."""

    resent: int = 0
    late: int = 0


Event = PhaseEvent | RepEvent | PartialRepEvent | SetEnd | Hole
