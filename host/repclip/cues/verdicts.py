"""The one thing to do better in the next rep, in as few words as can be, and how often that is said."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from repclip.session.exercise import Exercise
from repclip.session.flags import Flag, flags_of
from repclip.session.statistics import phase_s, verdict
from repclip.session.tempo import Tempo, Verdict
from repsignal import Cycle, CycleFlag, Phase, Quality, Rep

__all__ = ["Adviser", "Fault", "fault_of"]

_USUAL_REPS: Final = 3  # fewer have no usual range
_REPS_TO_MEND: Final = 2  # which one is left alone with what was said

# As in the advice of a report: what may hurt, then what spoils the exercise, then the tempo. What needs the trace of
# the whole set (swung, jerked, sagged, the floor) is not known yet.
_FLAGGED: Final = {
    Flag.TOO_HIGH: "too high",
    Flag.DROPPED: "do not drop it",
    Flag.PARTIAL: "partial, not counted",
    Flag.RANGE_SHORT: "further up",
}
_EACH_TIME: Final = (Flag.TOO_HIGH, Flag.PARTIAL)  # it may hurt; and else one would wait for a count in vain
_OFF_TEMPO: Final = {
    (Phase.LOWER, Verdict.SHORT): "slower down",
    (Phase.HOLD, Verdict.SHORT): "hold longer",
    (Phase.LIFT, Verdict.SHORT): "slower up",
    (Phase.LOWER, Verdict.LONG): "quicker down",
    (Phase.HOLD, Verdict.LONG): "hold less long",
    (Phase.LIFT, Verdict.LONG): "quicker up",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do better. ``missed_s``: by how much, where that is known; the less the better."""

    text: str
    missed_s: float = 0.0
    each_time: bool = False  # said of each rep that has it


def fault_of(cycle: Cycle, exercise: Exercise, reps: Sequence[Rep]) -> Fault | None:
    """None where all was well, or samples were missing: then nobody knows. ``reps`` are those of the set so far."""
    if CycleFlag.GAP in cycle.flags:
        return None
    usual_deg = statistics.median(rep.rom_deg for rep in reps) if len(reps) >= _USUAL_REPS else None
    flags = flags_of(cycle, Quality(), exercise, usual_deg)
    flagged = next((flag for flag in _FLAGGED if flag in flags), None)
    if flagged is not None:
        return Fault(_FLAGGED[flagged], each_time=flagged in _EACH_TIME)
    return _worst_phase(cycle, exercise.tempo)


def _worst_phase(cycle: Cycle, tempo: Tempo) -> Fault | None:
    """Of the phases that missed their target, the one that missed it by most.

    The pause is none of them: when it is known the next rep is over.
    """
    missed: list[Fault] = []
    for (phase, which), text in _OFF_TEMPO.items():
        target, seconds = tempo.target(phase), phase_s(cycle, phase)
        if target is not None and seconds is not None and verdict(cycle, phase, tempo) is which:
            missed.append(Fault(text, round(abs(target.deviation_s(seconds)), 1)))
    return max(missed, key=lambda one: one.missed_s) if missed else None


@dataclass(slots=True)
class _Said:
    """Of one fault: when it was said, or looked at again, and how large it was then."""

    at: int
    missed_s: float


class Adviser:
    """Says a fault at once, and then leaves time to mend it: again only after two reps, if it got no better by then.

    Who does better by a tenth of a second each time is let alone. One for each set.
    """

    def __init__(self) -> None:
        self._cycles = 0
        self._said: dict[str, _Said] = {}

    def says(self, fault: Fault | None) -> str | None:
        """Of the next rep, full or partial: what to say, if anything."""
        self._cycles += 1
        for text, one in self._said.items():
            if fault is None or text != fault.text:
                one.missed_s = 0.0  # where it comes back, it is no better
        if fault is None or fault.each_time:
            return None if fault is None else fault.text
        said = self._said.get(fault.text)
        if said is not None and self._cycles - said.at <= _REPS_TO_MEND:
            return None
        self._said[fault.text] = _Said(self._cycles, fault.missed_s)
        better = said is not None and fault.missed_s < said.missed_s
        return None if better else fault.text
