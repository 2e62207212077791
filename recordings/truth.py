"""What ``NAME.json`` says of a simulated recording, as ``FORMAT.md`` describes it: for the scripts of this folder."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from repsignal.synth import TrueRep, TrueSet, Truth

__all__ = ["TOLERANCE", "as_text", "same_truth", "truth_of"]

TOLERANCE: Final = 1e-4  # in any unit: what one platform's floating point may differ from another's
_DIGITS: Final = 4


def truth_of(
    truth: Truth, *, recording: str, made_with: str, exercise: str, first_s: float, last_s: float
) -> dict[str, object]:
    """The whole of it. ``first_s`` and ``last_s`` are the times of the first and last sample, by the simulation's."""
    return {
        "schema": "repclip.truth/1",
        "recording": recording,
        "simulated": True,
        "made_with": made_with,
        "exercise": exercise,
        "sets": [_set(one, index, first_s, last_s) for index, one in enumerate(truth.sets, start=1)],
        "summary": {"reps": len(truth.reps), "partials": len(truth.partials), "sets": len(truth.sets)},
    }


def as_text(truth: dict[str, object]) -> str:
    """What is written."""
    return json.dumps(truth, indent=2, allow_nan=False) + "\n"


def same_truth(text: str, truth: dict[str, object]) -> bool:
    """Whether ``text`` says this, but for rounding."""
    try:
        return _alike(json.loads(text), truth)
    except json.JSONDecodeError:
        return False


def _alike(there: object, made: object) -> bool:
    if isinstance(there, dict) and isinstance(made, dict):
        return list(there) == list(made) and all(_alike(there[key], made[key]) for key in made)
    if isinstance(there, list) and isinstance(made, list):
        return len(there) == len(made) and all(map(_alike, there, made))
    if isinstance(there, float) and isinstance(made, float):
        return math.isclose(there, made, rel_tol=0.0, abs_tol=1.5 * TOLERANCE)  # both were rounded to 1e-4
    return type(there) is type(made) and there == made


def _set(one: TrueSet, index: int, first_s: float, last_s: float) -> dict[str, object]:
    def listed(cycles: Sequence[TrueRep]) -> list[dict[str, float | None]]:
        return [_cycle(cycle, number, first_s, last_s) for number, cycle in enumerate(cycles, start=1)]

    return {
        "index": index,
        "start_s": _rounded(one.start_s - first_s),
        "end_s": _rounded(one.end_s - first_s),
        "reps": listed(one.reps),
        "partials": listed(one.partials),
        "cut_offs": listed(one.cut_offs),
    }


def _cycle(cycle: TrueRep, index: int, first_s: float, last_s: float) -> dict[str, float | None]:
    """A cycle with its times from the first sample; null is an instant outside the recording and what needs it."""
    instants = {
        name: instant if first_s <= instant <= last_s else None
        for name, instant in (
            ("start_s", cycle.start_s),
            ("top_s", cycle.top_s),
            ("lower_start_s", cycle.lower_start_s),
            ("end_s", cycle.end_s),
        )
    }
    values: dict[str, float | None] = asdict(cycle)
    for duration, begin, end in (
        ("lift_s", "start_s", "top_s"),
        ("hold_s", "top_s", "lower_start_s"),
        ("lower_s", "lower_start_s", "end_s"),
    ):
        if instants[begin] is None or instants[end] is None:
            values[duration] = None
    if instants["end_s"] is None:
        values["pause_s"] = None
    values |= {name: None if instant is None else instant - first_s for name, instant in instants.items()}
    return {"index": index, **{name: None if value is None else _rounded(value) for name, value in values.items()}}


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS) + 0.0
