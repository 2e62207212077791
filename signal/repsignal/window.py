"""A stretch of the recent past, as most of what judges and measures sees it."""

from __future__ import annotations

from dataclasses import dataclass

from repsignal.even import Flags
from repsignal.hinges import HingeSums
from repsignal.joint import Hinge
from repsignal.types import FloatArray


@dataclass(frozen=True, slots=True)
class TickWindow:
    """Consecutive ticks of one unbroken stretch, as views of what a store keeps.

    ``time_s`` (N,) s; ``path_deg`` (N, 3) Φ without its drift, degrees, sensor frame; ``up`` (N, 3) unit vector of the
    vertical, sensor frame; ``acc`` (N, 3) m/s², means over the tick; ``flags`` (N,) the bits of all its samples.
    ``begin`` is the number of the first since the start, by which ``hinges`` know them.
    """

    time_s: FloatArray
    path_deg: FloatArray
    up: FloatArray
    acc: FloatArray
    flags: Flags
    begin: int
    hinges: HingeSums

    def __len__(self) -> int:
        return int(self.time_s.shape[0])

    def __getitem__(self, part: slice) -> TickWindow:
        return TickWindow(
            self.time_s[part],
            self.path_deg[part],
            self.up[part],
            self.acc[part],
            self.flags[part],
            self.begin + part.indices(len(self))[0],
            self.hinges,
        )

    def hinge(self, begin: int, end: int) -> Hinge | None:
        """What its sound ticks ``[begin, end)`` say about the joint; ``None`` for too few."""
        return self.hinges.between(self.begin + begin, self.begin + end)
