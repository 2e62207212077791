"""A recording's sets against a prescription: rep by rep, set by set, and as a whole session.

Unknown is None throughout: a phase that a hole hit, a figure that needs it, a comparison with what is not prescribed.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from repclip.analysis import AnalysisReport
from repclip.engine.outputs import Marked
from repclip.session.exercise import Exercise
from repclip.session.flags import Flag, flags_of
from repclip.session.prescription import CountVerdict
from repclip.session.statistics import Adherence, Spread, adherence, is_certain, phase_s, spread, verdict
from repclip.session.tempo import Tempo, Verdict
from repclip.source import MarkKind
from repsignal import Cycle, Phase, Quality, Rep, SetEnd, quality_of

__all__ = [
    "Drift",
    "PhaseScore",
    "PhaseSummary",
    "RepScore",
    "SessionScore",
    "SetScore",
    "SideScore",
    "score_session",
]

_LEAST_FOR_DRIFT: Final = 4  # reps: fewer have no trend
_MOST_FOR_DRIFT: Final = 500  # all pairs of a day's would take minutes
_REST_SHARE: Final = 0.25  # prescribed rests are "about" so long


@dataclass(frozen=True, slots=True)
class PhaseScore:
    """One phase of one rep. ``deviation_s`` is how far beyond the nearer end of what is prescribed, 0 within it.

    Negative is too short. It and the verdict are None where nothing can be compared, or the phase is uncertain.
    """

    phase: Phase
    seconds: float | None
    deviation_s: float | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class RepScore:
    """A full or partial rep with all four phases; those of a partial one are not judged."""

    cycle: Cycle
    phases: tuple[PhaseScore, ...]
    quality: Quality
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """One phase over the full reps of a set or session."""

    phase: Phase
    adherence: Adherence
    spread: Spread | None


@dataclass(frozen=True, slots=True)
class Drift:
    """What changes from rep to rep: slopes of the line through the median of all pairs (Theil 1950, Sen 1968).

    ``rom_deg`` and ``lower_s`` are a rep's; ``speed_loss`` is the share of the mean lifting speed that is lost from
    the first to the last rep, along that line: the velocity loss of Sánchez-Medina and González-Badillo 2011, but of a
    line, because single lifts to a tempo differ by more than they tire.
    """

    rom_deg: float | None
    lower_s: float | None
    speed_loss: float | None


@dataclass(frozen=True, slots=True)
class SetScore:
    """A set. ``rest_s`` is the time before it since the set before, ``count`` how its reps compare with the range."""

    end: SetEnd
    side: str | None
    load: str | None
    reps: tuple[RepScore, ...]
    partials: tuple[RepScore, ...]
    count: CountVerdict | None
    adherence: Adherence
    phases: tuple[PhaseSummary, ...]
    drift: Drift
    under_tension_s: float | None
    cadence_per_min: float | None
    rest_s: float | None
    rest: Verdict | None

    @property
    def number(self) -> int:
        """From 1 on."""
        return self.end.index

    @property
    def full_reps(self) -> int:
        """How many."""
        return len(self.reps)

    @property
    def flags(self) -> dict[Flag, int]:
        """How many reps have each flag, in the order of the flags; those that none has are left out."""
        return _flag_counts((self,))


@dataclass(frozen=True, slots=True)
class SideScore:
    """All sets of one leg."""

    side: str
    sets: int
    reps: int
    adherence: Adherence
    rom_deg: float | None  # the mean
    phases: tuple[PhaseSummary, ...]
    drift: Drift  # from the first rep of that leg to its last
    under_tension_s: float | None


@dataclass(frozen=True, slots=True)
class SessionScore:
    """All of it; ``exercise`` is what was prescribed, ``sides`` are those that were told, left before right.

    ``pain`` is what is said where it was reported, and else empty.
    """

    exercise: Exercise
    sets: tuple[SetScore, ...]
    count: CountVerdict | None  # of the sets
    adherence: Adherence
    phases: tuple[PhaseSummary, ...]
    drift: Drift  # from the first rep of all to the last
    under_tension_s: float | None
    sides: tuple[SideScore, ...]
    pain: str = ""

    @property
    def flags(self) -> dict[Flag, int]:
        """How many reps have each flag, as those of a set."""
        return _flag_counts(self.sets)


def score_session(report: AnalysisReport, exercise: Exercise, marks: Sequence[Marked] = ()) -> SessionScore:
    """Compare what was done with the exercise's prescription. ``marks`` tell side and load from their time on."""
    ends = report.sets
    before: list[SetEnd | None] = [None, *ends]
    sets = tuple(_set(end, last, exercise, marks) for end, last in zip(ends, before, strict=False))
    reps = [rep for end in ends for rep in end.reps]
    return SessionScore(
        exercise=exercise,
        sets=sets,
        count=exercise.sets.verdict(len(ends)) if exercise.sets and ends else None,
        adherence=adherence(reps, exercise.tempo),
        phases=_summaries(reps, exercise.tempo),
        drift=_drift(reps),
        under_tension_s=_under_tension_s(reps) if reps else None,
        sides=tuple(_sides(sets, exercise.tempo)),
        pain=report.pain,
    )


def _set(end: SetEnd, before: SetEnd | None, exercise: Exercise, marks: Sequence[Marked]) -> SetScore:
    usual_deg = statistics.median(rep.rom_deg for rep in end.reps) if end.reps else None
    rest_s = None if before is None else end.start_s - before.end_s
    return SetScore(
        end=end,
        side=_told(marks, MarkKind.SIDE, end),
        load=_told(marks, MarkKind.LOAD, end),
        reps=tuple(_rep(rep, end, exercise, exercise.tempo, usual_deg) for rep in end.reps),
        partials=tuple(_rep(partial, end, exercise, Tempo(), None) for partial in end.partials),
        count=exercise.reps.verdict(len(end.reps)) if exercise.reps else None,
        adherence=adherence(end.reps, exercise.tempo),
        phases=_summaries(end.reps, exercise.tempo),
        drift=_drift(end.reps),
        under_tension_s=_under_tension_s(end.reps) if end.reps else None,
        cadence_per_min=_cadence(end.reps),
        rest_s=rest_s,
        rest=_rest_verdict(rest_s, exercise.rest_s),
    )


def _rep(cycle: Cycle, end: SetEnd, exercise: Exercise, tempo: Tempo, usual_rom_deg: float | None) -> RepScore:
    quality = quality_of(cycle, end.trace)
    phases = tuple(_phase(cycle, phase, tempo) for phase in Phase)
    return RepScore(cycle, phases, quality, flags_of(cycle, quality, exercise, usual_rom_deg))


def _phase(cycle: Cycle, phase: Phase, tempo: Tempo) -> PhaseScore:
    seconds, target = phase_s(cycle, phase), tempo.target(phase)
    judged = verdict(cycle, phase, tempo)
    if judged is None or seconds is None or target is None:
        return PhaseScore(phase, seconds, None, None)
    return PhaseScore(phase, seconds, target.deviation_s(seconds), judged)


def _summaries(reps: Sequence[Rep], tempo: Tempo) -> tuple[PhaseSummary, ...]:
    return tuple(PhaseSummary(phase, adherence(reps, tempo, (phase,)), spread(reps, phase)) for phase in Phase)


def _drift(reps: Sequence[Rep]) -> Drift:
    those = list(enumerate(reps))
    lowers = [(at, rep.lower_s) for at, rep in those if rep.lower_s is not None and is_certain(rep, Phase.LOWER)]
    speeds = [(at, rep.rom_deg / rep.lift_s) for at, rep in those if rep.lift_s and is_certain(rep, Phase.LIFT)]
    return Drift(
        rom_deg=_slope([(at, rep.rom_deg) for at, rep in those]),
        lower_s=_slope(lowers),
        speed_loss=_loss(speeds),
    )


def _slope(points: Sequence[tuple[float, float]]) -> float | None:
    if len(points) < _LEAST_FOR_DRIFT:
        return None
    points = points[:: 1 + len(points) // _MOST_FOR_DRIFT]
    return statistics.median((y - v) / (x - u) for (u, v), (x, y) in combinations(points, 2))


def _loss(points: Sequence[tuple[float, float]]) -> float | None:
    slope = _slope(points)
    if slope is None:
        return None
    first, last = points[0][0], points[-1][0]
    level = statistics.median(y - slope * x for x, y in points)
    begin = level + slope * first
    return -slope * (last - first) / begin if begin > 0.0 else None


def _under_tension_s(reps: Iterable[Rep]) -> float | None:
    total_s = 0.0
    for rep in reps:
        if rep.start_s is None or rep.end_s is None:
            return None
        total_s += rep.end_s - rep.start_s
    return total_s


def _cadence(reps: Sequence[Rep]) -> float | None:
    starts = [rep.start_s for rep in reps]
    first, last = (starts[0], starts[-1]) if len(starts) > 1 else (None, None)
    return None if first is None or last is None else 60.0 * (len(reps) - 1) / (last - first)


def _rest_verdict(rest_s: float | None, prescribed_s: float | None) -> Verdict | None:
    if rest_s is None or prescribed_s is None:
        return None
    if rest_s > prescribed_s * (1.0 + _REST_SHARE):
        return Verdict.LONG
    return Verdict.SHORT if rest_s < prescribed_s * (1.0 - _REST_SHARE) else Verdict.ON


def _told(marks: Sequence[Marked], kind: MarkKind, end: SetEnd) -> str | None:
    """What was said last before the set was over; what has no time was said before the first sample."""
    said = [mark.text for mark in marks if mark.kind is kind and (mark.time_s is None or mark.time_s <= end.end_s)]
    return said[-1] if said else None


def _sides(sets: Sequence[SetScore], tempo: Tempo) -> Iterable[SideScore]:
    for side in ("left", "right", "both"):
        those = [one for one in sets if one.side == side]
        reps = [rep for one in those for rep in one.end.reps]
        if those:
            mean_deg = statistics.fmean(rep.rom_deg for rep in reps) if reps else None
            summaries = _summaries(reps, tempo)
            yield SideScore(
                side=side,
                sets=len(those),
                reps=len(reps),
                adherence=adherence(reps, tempo),
                rom_deg=mean_deg,
                phases=summaries,
                drift=_drift(reps),
                under_tension_s=_under_tension_s(reps) if reps else None,
            )


def _flag_counts(sets: Sequence[SetScore]) -> dict[Flag, int]:
    raised = [flag for one in sets for rep in (*one.reps, *one.partials) for flag in rep.flags]
    return {flag: raised.count(flag) for flag in Flag if flag in raised}
