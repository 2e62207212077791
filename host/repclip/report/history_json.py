"""The history as JSON, schema ``repclip.history/1``, which ``history.schema.json`` writes down.

Keys are added, never renamed or moved. What is unknown is null. Sessions are in the order in which they are listed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from repclip.history import RepRow, SessionRow, SetRow
from repclip.report.json_values import Json, rounded, seconds
from repclip.report.score_json import (
    adherence_object,
    drift_object,
    flags_object,
    phases_object,
    prescription_object,
    verdict_value,
    verdicts_object,
)
from repclip.session.exercise import Exercise

__all__ = ["HISTORY_SCHEMA", "history_json"]

HISTORY_SCHEMA: Final = "repclip.history/1"


def history_json(
    sessions: Sequence[SessionRow],
    prescribed: Callable[[SessionRow], Exercise],
    reps: Mapping[int, Sequence[RepRow]] | None = None,
) -> str:
    """Sessions, each with the exercise as it was prescribed, and with the reps of those whose number is in ``reps``."""
    found = reps or {}
    listed: list[Json] = [_session(one, prescribed(one), found.get(one.id)) for one in sessions]
    made: dict[str, Json] = {"schema": HISTORY_SCHEMA, "sessions": listed}
    return json.dumps(made, indent=2, allow_nan=False, ensure_ascii=True)


def _session(one: SessionRow, exercise: Exercise, reps: Sequence[RepRow] | None) -> Json:
    return {
        "number": one.id,
        "created": one.created.isoformat(),
        "exercise": one.exercise,
        "prescription": prescription_object(exercise),
        "recording": {"id": one.recording_id, "path": str(one.recording)},
        "duration_s": seconds(one.duration_s),
        "sample_rate_hz": rounded(one.sample_rate_hz, 2),
        "gaps": one.gaps,
        "samples_lost": one.samples_lost,
        "simulated": one.simulated,
        "pain": one.pain,
        "note": one.note,
        "software": one.software,
        "analysed_at": one.analysed.isoformat(),
        "sets_verdict": verdict_value(one.count),
        "adherence": adherence_object(one.adherence),
        "flags": flags_object(one.flags),
        "summary": {"reps": one.reps, "partials": one.partials, "sets": len(one.sets)},
        "sets": [_set(each, reps) for each in one.sets],
    }


def _set(one: SetRow, reps: Sequence[RepRow] | None) -> Json:
    made: dict[str, Json] = {
        "index": one.number,
        "start_s": seconds(one.start_s),
        "end_s": seconds(one.end_s),
        "side": one.side,
        "load": one.load,
        "reps_verdict": verdict_value(one.count),
        "adherence": adherence_object(one.adherence),
        "phases": phases_object(one.phases),
        "drift": drift_object(one.drift),
        "rom_deg": rounded(one.rom_deg, 1),
        "time_under_tension_s": seconds(one.under_tension_s),
        "cadence_per_min": rounded(one.cadence_per_min, 2),
        "rest_before_s": seconds(one.rest_s),
        "rest_verdict": verdict_value(one.rest),
        "flags": flags_object(one.flags),
        "summary": {
            "reps": one.reps,
            "clean_reps": one.clean_reps,
            "partials": one.partials,
            "cut_offs": one.cut_offs,
        },
    }
    if reps is not None:
        mine = [rep for rep in reps if rep.set_number == one.number]
        made["reps"] = [_rep(rep) for rep in mine if not rep.partial]
        made["partials"] = [_rep(rep) for rep in mine if rep.partial]
    return made


def _rep(rep: RepRow) -> Json:
    return {
        "index": rep.number,
        "start_s": seconds(rep.start_s),
        **{f"{one.phase}_s": seconds(one.seconds) for one in rep.phases},
        "rom_deg": rounded(rep.rom_deg, 1),
        "flags": [*rep.remarks, *(flag.value for flag in rep.flags)],
        "elevation_top_deg": rounded(rep.elevation_top_deg, 1),
        "rise_cm": rounded(rep.rise_cm, 1),
        **verdicts_object(rep.phases),
    }
