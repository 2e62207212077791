"""An analysis as JSON, schema ``repclip.analysis/1``: what scripts rely on.

Keys are added at the end of an object, never renamed or moved. What is unknown is null.

Only where a tempo is prescribed, by an exercise or by hand, the report ends in one more key, and so does each rep::

    "prescription": {"lift": {"min_s": 1.0, "max_s": 1.0, "optional": false}, "hold": …, "lower": …, "pause": null}
    "verdicts": {"lift": "short", "hold": "on", "lower": "long", "pause": null}

A phase of which nothing is prescribed is null, ``max_s`` is null for "as fast as possible", and a verdict is null where
there is nothing to compare, or the phase is uncertain. Durations are compared in tenths of a second, as the table shows
them.
"""

from __future__ import annotations

import json
import math
from typing import Final

from repclip.analysis import AnalysisReport
from repclip.session.statistics import verdict
from repclip.session.tempo import PhaseTarget, Tempo
from repsignal import Cycle, Hole, Phase, Rep, SetEnd

__all__ = ["SCHEMA", "Json", "as_json", "as_object"]

SCHEMA: Final = "repclip.analysis/1"
_TIME_DIGITS: Final = 3  # a sample lasts 0.0025 s at least
_ANGLE_DIGITS: Final = 1

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def as_json(report: AnalysisReport, tempo: Tempo | None = None) -> str:
    """The text of :func:`as_object`, indented."""
    return json.dumps(as_object(report, tempo), indent=2, allow_nan=False, ensure_ascii=True)


def as_object(report: AnalysisReport, tempo: Tempo | None = None) -> dict[str, Json]:
    """The report as what JSON is made of."""
    summary = report.summary
    tempo = tempo or Tempo()
    made: dict[str, Json] = {
        "schema": SCHEMA,
        "exercise": report.exercise,
        "sample_rate_hz": _rounded(report.sample_rate_hz, 2),
        "duration_s": _time(report.duration_s),
        "gaps": [_gap(gap) for gap in report.gaps],
        "sets": [_set(one, tempo) for one in report.sets],
        "summary": {"reps": summary.reps, "partials": summary.partials, "sets": summary.sets},
    }
    if tempo:
        made["prescription"] = {phase.value: _target(tempo.target(phase)) for phase in Phase}
    return made


def _target(target: PhaseTarget | None) -> Json:
    if target is None:
        return None
    return {"min_s": _time(target.min_s), "max_s": _time(target.max_s), "optional": target.optional}


def _gap(gap: Hole) -> Json:
    return {
        "start_s": _time(gap.start_s),
        "end_s": _time(gap.end_s),
        "missing": gap.missing,
        "bridged": gap.bridged,
    }


def _set(one: SetEnd, tempo: Tempo) -> Json:
    return {
        "index": one.index,
        "start_s": _time(one.start_s),
        "end_s": _time(one.end_s),
        "reps": [_rep(rep, tempo) for rep in one.reps],
        "partials": [_cycle(partial) for partial in one.partials],
        "cut_offs": [_cycle(cut_off) for cut_off in one.cut_offs],
    }


def _rep(rep: Rep, tempo: Tempo) -> Json:
    made = _cycle(rep)
    if tempo:
        made["verdicts"] = {phase.value: _verdict(rep, phase, tempo) for phase in Phase}
    return made


def _verdict(rep: Rep, phase: Phase, tempo: Tempo) -> Json:
    found = verdict(rep, phase, tempo)
    return None if found is None else found.value


def _cycle(cycle: Cycle) -> dict[str, Json]:
    return {
        "index": cycle.index,
        "start_s": _time(cycle.start_s),
        "top_s": _time(cycle.top_s),
        "lower_start_s": _time(cycle.lower_start_s),
        "end_s": _time(cycle.end_s),
        "lift_s": _time(cycle.lift_s),
        "hold_s": _time(cycle.hold_s),
        "lower_s": _time(cycle.lower_s),
        "pause_s": _time(cycle.pause_s),
        "rom_deg": _rounded(cycle.rom_deg, _ANGLE_DIGITS),
        "flags": [flag.value for flag in cycle.flags],
        "elevation_top_deg": _rounded(cycle.elevation_top_deg, _ANGLE_DIGITS),
        "rise_cm": _rounded(cycle.rise_cm, _ANGLE_DIGITS),
        "boundary_sd_s": {
            "start": _time(cycle.start_sd_s),
            "top": _time(cycle.top_sd_s),
            "lower_start": _time(cycle.lower_start_sd_s),
            "end": _time(cycle.end_sd_s),
        },
    }


def _time(seconds: float | None) -> float | None:
    return _rounded(seconds, _TIME_DIGITS)


def _rounded(value: float | None, digits: int) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0  # + 0.0 makes -0.0 plain
