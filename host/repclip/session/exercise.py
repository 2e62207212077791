"""Exercises: data in TOML, read into :class:`Exercise`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeGuard, cast

from repclip.errors import ExerciseError, TempoError, UnknownExerciseError
from repclip.session.prescription import Count, Span
from repclip.session.tempo import Tempo, parse_tempo
from repclip.toml_file import read_toml
from repsignal import CounterParams, LiftDirection, Phase

__all__ = ["GENERIC", "Exercise", "builtin_exercises", "builtin_text", "find_exercise", "load_exercises"]

GENERIC: Final = "generic"

_TEMPO_LIKE: Final = 'a text like "lift=1,hold=3,lower=3-4"'
_LIKE: Final = {  # what is expected of each text
    "name": 'a text like "Lying leg curl"',
    "sensor": 'a text like "ankle"',
    "bottom": 'a text like "leg straight"',
    "tempo": _TEMPO_LIKE,
    "caution": 'a text like "Pain means stop."',
}


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise and its prescription; what is None is not prescribed. The file's head explains the fields."""

    id: str
    name: str
    sensor: str
    bottom: str
    tempo: Tempo
    reps: Count | None
    sets: Count | None
    rest_s: float | None
    rom_deg: Span | None
    elevation_max_deg: float | None
    off_floor: bool
    clean_reps_min: int | None
    load_start_kg: Span | None
    lift_direction: LiftDirection
    first_phase: Phase
    notes: tuple[str, ...]
    caution: str
    default: bool = False

    def counting(self) -> CounterParams:
        """What the counter is told of it."""
        return CounterParams(lift_direction=self.lift_direction, first_phase=self.first_phase)


@cache
def builtin_exercises() -> tuple[Exercise, ...]:
    """Those that come with the program, in the order of the file."""
    return load_exercises(_builtin_file())


def builtin_text(exercise_id: str) -> str:
    """What our file says of one of them, word for word."""
    lines = _builtin_file().read_text(encoding="utf-8").splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if line.startswith("[")]
    spans = {lines[begin].strip(): lines[begin:end] for begin, end in pairwise([*heads, len(lines)])}
    return "".join(spans[f"[{exercise_id}]"]).rstrip() + "\n"


def _builtin_file() -> Path:
    return Path(str(files("repclip.session") / "exercises.toml"))


def find_exercise(exercise_id: str, exercises: Iterable[Exercise] | None = None) -> Exercise:
    """The exercise of that id.

    Raises
    ------
    UnknownExerciseError
        naming those that look alike.

    """
    known = {exercise.id: exercise for exercise in (builtin_exercises() if exercises is None else exercises)}
    wanted = exercise_id.strip().lower()
    if wanted not in known:
        raise UnknownExerciseError(exercise_id, tuple(known), difflib.get_close_matches(wanted, known, n=2))
    return known[wanted]


def load_exercises(path: Path) -> tuple[Exercise, ...]:
    """Read a file of exercises, one table each.

    Raises
    ------
    ExerciseError
        naming file, key and what was expected.

    """
    exercises: list[Exercise] = []
    for exercise_id, entry in read_toml(path, ExerciseError).items():
        if not isinstance(entry, dict):
            raise ExerciseError(path, "is not an exercise", key=exercise_id, expected=f"a table [{exercise_id}]")
        exercises.append(_Entry(path, exercise_id, cast("dict[str, object]", entry)).exercise())
    return tuple(exercises)


def _keys() -> set[str]:
    return {field.name for field in fields(Exercise)} - {"id"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of the file, checked key by key."""

    path: Path
    exercise_id: str
    values: Mapping[str, object]

    def exercise(self) -> Exercise:
        for key in sorted(self.values.keys() - _keys()):
            raise self._error(key, "is not a key of an exercise", f"one of {', '.join(sorted(_keys()))}")
        return Exercise(
            id=self.exercise_id,
            name=self._text("name"),
            sensor=self._text("sensor"),
            bottom=self._text("bottom"),
            tempo=self._tempo(),
            reps=self._count("reps"),
            sets=self._count("sets"),
            rest_s=self._number("rest_s", 0.0, 3600.0, "seconds from 0 to 3600"),
            rom_deg=self._span("rom_deg", 180.0, "degrees"),
            elevation_max_deg=self._number("elevation_max_deg", -90.0, 90.0, "degrees from -90 to 90"),
            off_floor=self._flag("off_floor"),
            clean_reps_min=self._whole("clean_reps_min"),
            load_start_kg=self._span("load_start_kg", 500.0, "kg"),
            lift_direction=LiftDirection(self._choice("lift_direction", tuple(LiftDirection), LiftDirection.AUTO)),
            first_phase=Phase(self._choice("first_phase", (Phase.LIFT, Phase.LOWER), Phase.LIFT)),
            notes=self._notes(),
            caution=self._text("caution"),
            default=self._flag("default"),
        )

    def _error(self, key: str, problem: str, expected: str) -> ExerciseError:
        return ExerciseError(self.path, problem, key=f"{self.exercise_id}.{key}", expected=expected)

    def _text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._error(key, "is missing" if value is None else "is not a text", _LIKE[key])
        return value

    def _tempo(self) -> Tempo:
        if "tempo" not in self.values:
            return Tempo()
        try:
            return parse_tempo(self._text("tempo"))
        except TempoError as exc:
            raise self._error("tempo", f"is not a tempo ({exc})", _TEMPO_LIKE) from exc

    def _count(self, key: str) -> Count | None:
        value = self.values.get(key)
        if value is None:
            return None
        expected = "a number, or a table like { min = 10, max = 15 }, with start if one begins with fewer"
        if isinstance(value, dict):
            table = cast("dict[str, object]", value)
            if not table.keys() <= {"start", "min", "max"} or not {"min", "max"} <= table.keys():
                raise self._error(key, f"has the keys {', '.join(table) or 'none'}", expected)
            start = table.get("start")
            numbers = [table["min"], table["max"]] if start is None else [table["min"], table["max"], start]
        else:
            numbers = [value, value]
        whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
        if len(whole) != len(numbers) or min(whole) < 1 or whole[0] > whole[1]:
            raise self._error(key, "does not hold whole numbers above 0 with min up to max", expected)
        return Count(min=whole[0], max=whole[1], start=whole[2] if len(whole) > 2 else None)

    def _number(self, key: str, least: float, most: float, expected: str) -> float | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not _is_number(value) or not least <= value <= most:
            raise self._error(key, f"is {value!r}", expected)
        return float(value)

    def _whole(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._error(key, f"is {value!r}", "a whole number above 0")
        return value

    def _span(self, key: str, most: float, unit: str) -> Span | None:
        value = self.values.get(key)
        if value is None:
            return None
        expected = f"a table like {{ min = 7, max = 15 }} of {unit} from 0 to {most:g}, with min or max or both"
        if not isinstance(value, dict):
            raise self._error(key, f"is {value!r}", expected)
        table = cast("dict[str, object]", value)
        numbers = [number for number in table.values() if _is_number(number) and 0 <= number <= most]
        if not table or not table.keys() <= {"min", "max"} or len(numbers) < len(table):
            raise self._error(key, f"is {value!r}", expected)
        span = Span(*(None if end not in table else float(cast("float", table[end])) for end in ("min", "max")))
        if span.min is not None and span.max is not None and span.min > span.max:
            raise self._error(key, "has a min above its max", expected)
        return span

    def _choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or value not in choices:
            raise self._error(key, f"is {value!r}", f"one of {', '.join(choices)}")
        return value

    def _flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self._error(key, f"is {value!r}", "true or false")
        return value

    def _notes(self) -> tuple[str, ...]:
        value = self.values.get("notes", [])
        lines = cast("list[object]", value) if isinstance(value, list) else []
        notes = tuple(line for line in lines if isinstance(line, str))
        if not isinstance(value, list) or len(notes) != len(lines):
            raise self._error("notes", "is not a list of texts", 'a list like ["Knees straight."]')
        return notes


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
