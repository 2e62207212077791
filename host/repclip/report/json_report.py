"""An analysis as JSON, schema ``repclip.analysis/1``: what scripts rely on; ``analysis.schema.json`` says it in full.

Keys are added at the end of an object, never renamed or moved. What is unknown is null.

Where the analysis is scored, its end has ``prescription`` and ``score``, each set ``score``, each full and partial rep
``verdicts``, ``deviations_s`` and ``quality``, and ``flags`` holds the flags of :mod:`repclip.session.flags` as well.
Of the prescription a phase of which nothing is prescribed is null, and ``max_s`` is null for "as fast as possible". A
verdict or deviation is null where there is nothing to compare, or the phase is uncertain. Durations are compared in
tenths of a second, as the table shows them.

Where a rep begins with the lowering, as a Nordic curl does, it has ``"first_phase": "lower"``, and ``top_s`` is when
the lowering ended, ``lower_start_s`` when the lift began.
"""

from __future__ import annotations

import json
from typing import Final

from repclip.analysis import AnalysisReport
from repclip.report.json_values import Json, rounded, seconds
from repclip.report.score_json import prescription_object, rep_flags, rep_scores, session_object, set_object
from repclip.session.scores import RepScore, SessionScore, SetScore
from repsignal import Cycle, Hole, Phase, SetEnd

__all__ = ["SCHEMA", "as_json", "as_object"]

SCHEMA: Final = "repclip.analysis/1"
_ANGLE_DIGITS: Final = 1


def as_json(report: AnalysisReport, score: SessionScore | None = None) -> str:
    """The text of :func:`as_object`, indented."""
    return json.dumps(as_object(report, score), indent=2, allow_nan=False, ensure_ascii=True)


def as_object(report: AnalysisReport, score: SessionScore | None = None) -> dict[str, Json]:
    """The report as what JSON is made of; ``score`` is of the same report."""
    summary = report.summary
    scores: list[SetScore | None] = [None] * len(report.sets) if score is None else list(score.sets)
    made: dict[str, Json] = {
        "schema": SCHEMA,
        "exercise": report.exercise,
        "sample_rate_hz": rounded(report.sample_rate_hz, 2),
        "duration_s": seconds(report.duration_s),
        "gaps": [_gap(gap) for gap in report.gaps],
        "sets": [_set(one, scored) for one, scored in zip(report.sets, scores, strict=True)],
        "summary": {"reps": summary.reps, "partials": summary.partials, "sets": summary.sets},
    }
    if score is not None:
        made["prescription"] = prescription_object(score.exercise)
        made["score"] = session_object(score)
    return made


def _gap(gap: Hole) -> Json:
    return {
        "start_s": seconds(gap.start_s),
        "end_s": seconds(gap.end_s),
        "missing": gap.missing,
        "bridged": gap.bridged,
    }


def _set(one: SetEnd, score: SetScore | None) -> Json:
    made: dict[str, Json] = {
        "index": one.index,
        "start_s": seconds(one.start_s),
        "end_s": seconds(one.end_s),
        "reps": list(map(_cycle, one.reps)) if score is None else list(map(_scored, score.reps)),
        "partials": list(map(_cycle, one.partials)) if score is None else list(map(_scored, score.partials)),
        "cut_offs": list(map(_cycle, one.cut_offs)),
    }
    if score is not None:
        made["score"] = set_object(score)
    return made


def _scored(score: RepScore) -> Json:
    made = _cycle(score.cycle)
    made["flags"] = [*(flag.value for flag in score.cycle.flags), *rep_flags(score)]
    return {**made, **rep_scores(score)}


def _cycle(cycle: Cycle) -> dict[str, Json]:
    first: dict[str, Json] = {} if cycle.first_phase is Phase.LIFT else {"first_phase": cycle.first_phase.value}
    return {
        "index": cycle.index,
        "start_s": seconds(cycle.start_s),
        "top_s": seconds(cycle.top_s),
        "lower_start_s": seconds(cycle.lower_start_s),
        "end_s": seconds(cycle.end_s),
        "lift_s": seconds(cycle.lift_s),
        "hold_s": seconds(cycle.hold_s),
        "lower_s": seconds(cycle.lower_s),
        "pause_s": seconds(cycle.pause_s),
        "rom_deg": rounded(cycle.rom_deg, _ANGLE_DIGITS),
        "flags": [flag.value for flag in cycle.flags],
        "elevation_top_deg": rounded(cycle.elevation_top_deg, _ANGLE_DIGITS),
        "rise_cm": rounded(cycle.rise_cm, _ANGLE_DIGITS),
        "boundary_sd_s": {
            "start": seconds(cycle.start_sd_s),
            "top": seconds(cycle.top_sd_s),
            "lower_start": seconds(cycle.lower_start_sd_s),
            "end": seconds(cycle.end_sd_s),
        },
        **first,
    }
