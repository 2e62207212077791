"""Adherence and consistency, as the project defines them.

Adherence is the share of phases inside the prescribed range. Consistency is how little a phase varies from rep to rep:
its coefficient of variation, the standard deviation (of a sample, with n - 1) over the mean.

Both are of full reps and of phases that are known: where samples were missing there is no duration, and where the
beginning or end of a phase may be off by over 0.25 s (its standard deviation) the duration is not to be judged.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from repclip.session.tempo import Tempo, Verdict
from repsignal import Cycle, Phase, Rep

__all__ = ["UNCERTAIN_S", "Adherence", "Spread", "adherence", "is_certain", "phase_s", "spread", "verdict"]

UNCERTAIN_S: Final = 0.25  # as of the flag "uncertain"


@dataclass(frozen=True, slots=True)
class Adherence:
    """How many phases were ``on`` tempo, of all that were ``judged``."""

    on: int
    judged: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing could be judged."""
        return self.on / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long a phase took in ``count`` reps; ``sd_s`` is None for a single one."""

    count: int
    mean_s: float
    sd_s: float | None

    @property
    def variation(self) -> float | None:
        """The coefficient of variation; None for a single rep, or where the phase took no time at all."""
        return None if self.sd_s is None or self.mean_s <= 0.0 else self.sd_s / self.mean_s


def phase_s(cycle: Cycle, phase: Phase) -> float | None:
    """How long a phase took, None where that is not known."""
    return {
        Phase.LIFT: cycle.lift_s,
        Phase.HOLD: cycle.hold_s,
        Phase.LOWER: cycle.lower_s,
        Phase.PAUSE: cycle.pause_s,
    }[phase]


def is_certain(cycle: Cycle, phase: Phase) -> bool:
    """Whether a phase has a duration that is worth judging.

    A pause ends where the next rep begins, which this cycle knows nothing of: only its own end counts.
    """
    ends = cycle.start_sd_s, cycle.top_sd_s, cycle.lower_start_sd_s, cycle.end_sd_s
    bounds = dict(zip(cycle.phases, (ends[0:2], ends[1:3], ends[2:4], ends[3:]), strict=True))[phase]
    return phase_s(cycle, phase) is not None and all(sd_s is None or sd_s <= UNCERTAIN_S for sd_s in bounds)


def verdict(cycle: Cycle, phase: Phase, tempo: Tempo) -> Verdict | None:
    """A phase against what is prescribed, in tenths of a second, as it is shown.

    None where it is not known or uncertain, and where nothing is prescribed that it could be held against.
    """
    target, seconds = tempo.target(phase), phase_s(cycle, phase)
    if target is None or seconds is None or not is_certain(cycle, phase):
        return None
    return target.verdict(round(seconds, 1))


def adherence(reps: Iterable[Rep], tempo: Tempo, phases: Sequence[Phase] = tuple(Phase)) -> Adherence:
    """Of these phases of these reps."""
    verdicts = [verdict(rep, phase, tempo) for rep in reps for phase in phases]
    judged = [one for one in verdicts if one is not None]
    return Adherence(judged.count(Verdict.ON), len(judged))


def spread(reps: Iterable[Rep], phase: Phase) -> Spread | None:
    """Of one phase over these reps; None where none of them has a duration that counts."""
    known = [seconds for rep in reps if (seconds := phase_s(rep, phase)) is not None and is_certain(rep, phase)]
    if not known:
        return None
    return Spread(len(known), statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else None)
