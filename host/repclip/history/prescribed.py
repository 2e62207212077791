"""What a session was judged by, as text: so that it is judged by the same again, whatever becomes of the exercise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final, cast

from repclip.session.exercise import Exercise
from repclip.session.prescription import Count, Span
from repclip.session.tempo import Tempo, parse_tempo

__all__ = ["as_prescribed", "prescription_of"]

_COUNTS: Final = ("reps", "sets")


def prescription_of(exercise: Exercise) -> str:
    """All that `repclip.session.scores` holds a session against, as JSON; what is not prescribed is left out."""
    counts = {name: _count(getattr(exercise, name)) for name in _COUNTS}
    span = exercise.rom_deg
    said: dict[str, object] = {
        "tempo": str(exercise.tempo) or None,
        **counts,
        "rest_s": exercise.rest_s,
        "rom_deg": None if span is None else [span.min, span.max],
        "elevation_max_deg": exercise.elevation_max_deg,
        "off_floor": exercise.off_floor or None,
    }
    return json.dumps({key: value for key, value in said.items() if value is not None})


def as_prescribed(exercise: Exercise, text: str) -> Exercise:
    """The exercise as it was prescribed then.

    Raises
    ------
    ValueError, TypeError, KeyError, TempoError
        where the text is none of `prescription_of`.

    """
    said = cast("dict[str, object]", json.loads(text))
    counts = {name: _as_count(said.get(name)) for name in _COUNTS}
    span = cast("list[float | None] | None", said.get("rom_deg"))
    return replace(
        exercise,
        tempo=parse_tempo(cast("str", said["tempo"])) if "tempo" in said else Tempo(),
        reps=counts["reps"],
        sets=counts["sets"],
        rest_s=cast("float | None", said.get("rest_s")),
        rom_deg=None if span is None else Span(*span),
        elevation_max_deg=cast("float | None", said.get("elevation_max_deg")),
        off_floor=bool(said.get("off_floor")),
    )


def _count(count: Count | None) -> list[int] | None:
    if count is None:
        return None
    return [count.min, count.max] if count.start is None else [count.min, count.max, count.start]


def _as_count(value: object) -> Count | None:
    return None if value is None else Count(*cast("list[int]", value))
