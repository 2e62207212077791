"""Scores as JSON: what `repclip.report.json_report` adds to an analysis where it is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from repclip.report.json_values import Json, rounded, seconds
from repclip.session.exercise import Exercise
from repclip.session.flags import Flag
from repclip.session.prescription import Count, Span
from repclip.session.scores import Drift, PhaseScore, PhaseSummary, RepScore, SessionScore, SetScore, SideScore
from repclip.session.statistics import Adherence
from repclip.session.tempo import PhaseTarget
from repclip.session.words import advice, set_line
from repsignal import Phase

__all__ = [
    "adherence_object",
    "drift_object",
    "flags_object",
    "phases_object",
    "prescription_object",
    "rep_flags",
    "rep_scores",
    "session_object",
    "set_object",
    "verdict_value",
    "verdicts_object",
]


def prescription_object(exercise: Exercise) -> dict[str, Json]:
    """What is prescribed; what is not is null."""
    made: dict[str, Json] = {phase.value: _target(exercise.tempo.target(phase)) for phase in Phase}
    made["reps"], made["sets"] = _count(exercise.reps), _count(exercise.sets)
    made["rest_s"] = seconds(exercise.rest_s)
    made["rom_deg"] = _span(exercise.rom_deg)
    made["elevation_max_deg"] = rounded(exercise.elevation_max_deg, 1)
    made["off_floor"] = exercise.off_floor
    return made


def rep_flags(score: RepScore) -> list[Json]:
    """Those of the score alone."""
    return [flag.value for flag in score.flags]


def rep_scores(score: RepScore) -> dict[str, Json]:
    """Verdicts, deviations and measures of a rep."""
    quality = score.quality
    return {
        **verdicts_object(score.phases),
        "quality": {
            "lift_smoothness": rounded(quality.lift_smoothness, 2),
            "lower_smoothness": rounded(quality.lower_smoothness, 2),
            "lift_peak_dps": rounded(quality.lift_peak_dps, 1),
            "lower_peak_dps": rounded(quality.lower_peak_dps, 1),
            "overshoot_deg": rounded(quality.overshoot_deg, 1),
            "sag_deg": rounded(quality.sag_deg, 1),
            "jolt_g": rounded(quality.jolt_g, 2),
        },
    }


def set_object(score: SetScore) -> dict[str, Json]:
    """What is said of a set as a whole."""
    return {
        "side": score.side,
        "load": score.load,
        "reps_verdict": verdict_value(score.count),
        "adherence": adherence_object(score.adherence),
        "phases": phases_object(score.phases),
        "drift": drift_object(score.drift),
        "time_under_tension_s": seconds(score.under_tension_s),
        "cadence_per_min": rounded(score.cadence_per_min, 2),
        "rest_before_s": seconds(score.rest_s),
        "rest_verdict": verdict_value(score.rest),
        "flags": flags_object(score.flags),
        "text": set_line(score),
    }


def session_object(score: SessionScore) -> dict[str, Json]:
    """What is said of all of it."""
    return {
        "sets_verdict": verdict_value(score.count),
        "adherence": adherence_object(score.adherence),
        "phases": phases_object(score.phases),
        "time_under_tension_s": seconds(score.under_tension_s),
        "flags": flags_object(score.flags),
        "sides": {one.side: _side(one) for one in score.sides},
        "advice": advice(score),
        "drift": drift_object(score.drift),
    }


def _target(target: PhaseTarget | None) -> Json:
    if target is None:
        return None
    return {"min_s": seconds(target.min_s), "max_s": seconds(target.max_s), "optional": target.optional}


def _count(count: Count | None) -> Json:
    return None if count is None else {"min": count.min, "max": count.max, "start": count.start}


def _span(span: Span | None) -> Json:
    return None if span is None else {"min": span.min, "max": span.max}


def verdict_value(verdict: StrEnum | None) -> Json:
    """A verdict of any kind."""
    return None if verdict is None else verdict.value


def verdicts_object(phases: Sequence[PhaseScore]) -> dict[str, Json]:
    """What is thought of the phases of a rep."""
    return {
        "verdicts": {one.phase.value: verdict_value(one.verdict) for one in phases},
        "deviations_s": {one.phase.value: seconds(one.deviation_s) for one in phases},
    }


def drift_object(drift: Drift) -> Json:
    """What changes from rep to rep of a set."""
    return {
        "rom_deg_per_rep": rounded(drift.rom_deg, 2),
        "lower_s_per_rep": rounded(drift.lower_s, 3),
        "lift_speed_loss": rounded(drift.speed_loss, 3),
    }


def flags_object(flags: Mapping[Flag, int]) -> Json:
    """How many reps have each flag."""
    return {flag.value: count for flag, count in flags.items()}


def adherence_object(found: Adherence) -> Json:
    """How many phases were on tempo."""
    return {"on": found.on, "judged": found.judged, "share": rounded(found.share, 3)}


def phases_object(summaries: tuple[PhaseSummary, ...]) -> Json:
    """Each phase of all reps."""
    return {one.phase.value: _phase(one) for one in summaries}


def _phase(one: PhaseSummary) -> Json:
    spread = one.spread
    return {
        "adherence": adherence_object(one.adherence),
        "mean_s": None if spread is None else seconds(spread.mean_s),
        "sd_s": None if spread is None else seconds(spread.sd_s),
        "variation": None if spread is None else rounded(spread.variation, 3),
    }


def _side(one: SideScore) -> Json:
    return {
        "sets": one.sets,
        "reps": one.reps,
        "adherence": adherence_object(one.adherence),
        "rom_deg": rounded(one.rom_deg, 1),
        "phases": phases_object(one.phases),
        "drift": drift_object(one.drift),
        "time_under_tension_s": seconds(one.under_tension_s),
    }
