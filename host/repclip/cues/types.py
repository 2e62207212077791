"""What a cue is, and who takes cues."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import inf
from typing import Final, Protocol

from repsignal import Phase

__all__ = ["Cue", "CueKind", "CueSink", "Priority"]


class CueKind(StrEnum):
    """What a cue is about, and what its ``number`` is."""

    PHASE = "phase"  # one begins
    TICK = "tick"  # a second of the phase is over; so many are left, 0: it has been long enough
    COUNT_IN = "count_in"  # so many seconds until the first lift, where the person is led
    COUNT = "count"  # so many reps
    VERDICT = "verdict"  # what to do better in the next rep
    REST = "rest"  # so many seconds are left of it, 0: it is over
    SET_DONE = "set_done"  # so many reps were in it
    LINK_LOST = "link_lost"
    LINK_BACK = "link_back"
    BATTERY = "battery"  # it is low: so many percent
    PAIN = "pain"  # stop


class Priority(IntEnum):
    """What goes before what, where not all can be played."""

    PACE = 0  # the next one comes in a second
    WORD = 1
    NEWS = 2  # is not said again


_PRIORITIES: Final = {
    CueKind.PHASE: Priority.PACE,
    CueKind.TICK: Priority.PACE,
    CueKind.COUNT_IN: Priority.WORD,
    CueKind.COUNT: Priority.WORD,
    CueKind.VERDICT: Priority.WORD,
    CueKind.REST: Priority.WORD,
}
# A pace that comes late is a wrong pace; a count is right until the next; what happened to the link stays true.
_LASTS_S: Final = {
    CueKind.PHASE: 0.3,
    CueKind.TICK: 0.2,
    CueKind.COUNT_IN: 0.5,
    CueKind.COUNT: 1.5,
    CueKind.VERDICT: 2.0,
    CueKind.REST: 0.5,
    CueKind.SET_DONE: 10.0,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to be heard at ``time_s``, seconds of the session; ``text`` says it in words.

    ``phase`` is the one that begins, or goes on; ``number`` depends on the kind.
    """

    time_s: float
    kind: CueKind
    text: str
    phase: Phase | None = None
    number: int | None = None

    @property
    def priority(self) -> Priority:
        """Of its kind."""
        return _PRIORITIES.get(self.kind, Priority.NEWS)

    @property
    def until_s(self) -> float:
        """After this it is better not played at all; infinite for what stays true."""
        return self.time_s + _LASTS_S.get(self.kind, inf)


class CueSink(Protocol):
    """Plays cues, or sends them on."""

    def hear(self, cue: Cue, now_s: float) -> None:
        """Take one, at this time of the session. Never waits, never fails; what is too late is left out."""
        ...
