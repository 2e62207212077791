"""A view as JSON, schema ``repclip.page/1``: parts that are sent when they have changed.

A message is an object. ``seq`` counts the states, ``state`` has the parts that differ from what this page was sent
before: the first message of a connection has all of them, and ``schema``. ``cues`` are to be played at once. Keys are
added, never renamed; what is unknown is null. Times are seconds, of the session where they are points in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from repclip.cues.types import Cue
from repclip.live.news import Urgency
from repclip.live.now import Moment, elapsed, now_going_on
from repclip.live.state import LiveView, RepRow
from repclip.report.json_values import Json, rounded, seconds
from repclip.session.exercise import Exercise
from repclip.session.prescription import Count
from repclip.session.tempo import PhaseTarget
from repsignal import Phase

__all__ = ["SCHEMA", "Parts", "changed", "cue_object", "view_parts"]

SCHEMA: Final = "repclip.page/1"
_TENTHS: Final = 1  # of a second: as the reports have durations

_PHASES: Final = frozenset(phase.value for phase in Phase)

Parts = Mapping[str, Json]


def view_parts(view: LiveView, moment: Moment, *, speed: float) -> dict[str, Json]:
    """All that is to be seen of a sitting. The time runs ``speed`` times as fast as a clock; 0: it stands still."""
    now = now_going_on(view, moment)
    link = view.link
    return {
        "exercise": _exercise(view.exercise),
        "count": {
            "counting": view.counting,
            "set": view.set_index,
            "reps": view.reps,
            "partials": view.partials,
        },
        "now": {
            "what": now.what.value,
            "seconds": seconds(now.seconds),
            "speed": speed,
            "aim": now.aim,
            "zone": None if now.zone is None else [seconds(edge) for edge in now.zone],
            "target": None if now.what.value not in _PHASES else _target(view.target),
            "verdict": now.verdict,
            "text": now.text,
        },
        "fix": view.fix,
        "side": view.side,
        "clock": "" if view.newest_s is None else elapsed(view.newest_s + moment.ahead_s),
        "rows": [_row(row) for row in view.rows],
        "link": {
            "state": link.state.value,
            "device": link.device,
            "battery_percent": link.battery_percent,
            "rate_hz": rounded(link.rate_hz, 0),
            "gaps": link.gaps,
            "lost": link.lost,
        },
        "news": [
            {
                "time": "" if one.time_s is None else elapsed(one.time_s),
                "text": one.text,
                "warns": one.urgency is Urgency.WARNING,
            }
            for one in view.news
        ],
        "keeping": {"text": view.keeping.text, "stopped": view.keeping.stopped, "replay": view.keeping.replayed},
    }


def changed(parts: Parts, before: Parts) -> dict[str, Json]:
    """The parts that differ."""
    return {name: part for name, part in parts.items() if name not in before or before[name] != part}


def cue_object(cue: Cue) -> Json:
    """What is to be played."""
    return {
        "kind": cue.kind.value,
        "text": cue.text,
        "phase": cue.phase,
        "number": cue.number,
        "priority": cue.priority.value,
    }


def _exercise(exercise: Exercise) -> Json:
    return {
        "name": exercise.name,
        "tempo": exercise.tempo.describe(),
        "targets": {phase.value: _target(exercise.tempo.target(phase)) for phase in Phase},
        "reps": _count(exercise.reps),
        "sets": _count(exercise.sets),
        "rest_s": seconds(exercise.rest_s),
        "caution": exercise.caution,
    }


def _target(target: PhaseTarget | None) -> Json:
    if target is None:
        return None
    return {
        "min_s": seconds(target.min_s),
        "max_s": seconds(target.max_s),
        "optional": target.optional,
        "text": str(target).removesuffix("?").replace("-", "–"),
    }


def _count(count: Count | None) -> Json:
    return None if count is None else {"min": count.min, "max": count.max, "start": count.start}


def _row(row: RepRow) -> Json:
    times: Sequence[Json] = [
        {"phase": time.phase.value, "seconds": rounded(time.seconds, _TENTHS), "verdict": time.verdict}
        for time in row.phases
    ]
    return {
        "set": row.set_index,
        "index": row.index,
        "partial": row.partial,
        "phases": list(times),
        "rom_deg": rounded(row.rom_deg, 0),
    }
