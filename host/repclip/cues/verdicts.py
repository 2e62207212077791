"""The one thing to do better in the next rep, in as few words as can be."""

from __future__ import annotations

from typing import Final

from repclip.session.exercise import Exercise
from repclip.session.flags import Flag, flags_of
from repclip.session.statistics import phase_s, verdict
from repclip.session.tempo import Tempo, Verdict
from repsignal import CycleFlag, PartialRep, Phase, Quality, Rep

__all__ = ["verdict_on"]

# As in the advice of a report: what may hurt, then what spoils the exercise, then the tempo. What needs the trace of
# the whole set (swung, jerked, sagged, the floor) is not known yet.
_FLAGGED: Final = {
    Flag.TOO_HIGH: "too high",
    Flag.DROPPED: "do not drop it",
    Flag.PARTIAL: "partial, not counted",
    Flag.RANGE_SHORT: "further up",
}
_OFF_TEMPO: Final = {
    (Phase.LOWER, Verdict.SHORT): "slower down",
    (Phase.HOLD, Verdict.SHORT): "hold longer",
    (Phase.LIFT, Verdict.SHORT): "slower up",
    (Phase.LOWER, Verdict.LONG): "quicker down",
    (Phase.HOLD, Verdict.LONG): "hold less long",
    (Phase.LIFT, Verdict.LONG): "quicker up",
}


def verdict_on(rep: Rep | PartialRep, exercise: Exercise, usual_rom_deg: float | None) -> str | None:
    """None where all was well, or samples were missing: then nobody knows. ``usual_rom_deg`` is the set's median."""
    if CycleFlag.GAP in rep.flags:
        return None
    flags = flags_of(rep, Quality(), exercise, usual_rom_deg)
    said = next((text for flag, text in _FLAGGED.items() if flag in flags), None)
    return said or _worst_phase(rep, exercise.tempo)


def _worst_phase(rep: Rep | PartialRep, tempo: Tempo) -> str | None:
    """Of the phases that missed their target, what to say of the one that missed it by most.

    The pause is none of them: when it is known the next rep is over.
    """
    missed: list[tuple[float, str]] = []
    for (phase, which), text in _OFF_TEMPO.items():
        target, seconds = tempo.target(phase), phase_s(rep, phase)
        if target is not None and seconds is not None and verdict(rep, phase, tempo) is which:
            missed.append((abs(target.deviation_s(seconds)), text))
    return max(missed, key=lambda one: one[0])[1] if missed else None
