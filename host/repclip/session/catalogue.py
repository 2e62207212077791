"""All exercises there are: those that come with the program, and the user's own.

The user's are ``*.toml`` files in the folder ``exercises`` of their configuration, in the form of the program's own
``exercises.toml``. One with the id of one of ours takes its place.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from repclip.errors import ExerciseError
from repclip.outfile import created
from repclip.places import config_folder
from repclip.session.exercise import (
    GENERIC,
    Exercise,
    builtin_exercises,
    builtin_text,
    find_exercise,
    load_exercises,
)

__all__ = ["all_exercises", "exercises_folder", "known_exercise", "own_exercises", "write_template"]

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEMPLATE: Final = """\
# An exercise of your own, for repclip. Whatever begins with # is a remark; take the # away to use a line.

[{id}]
name = "{name}"

# Where the sensor is worn, and how the limb lies at the bottom, between two reps.
sensor = "ankle"
bottom = "hanging, vertical"

# Seconds a phase: a figure is aimed at (0.2 s or a tenth to either side still counts), 3-4 is a range,
# 1-2? may be left out. Coaches' notation works too: tempo = "4-0-1-3" (lower-pause-lift-hold).
tempo = "lift=1,hold=1-2?,lower=2-3"

# How many reps in a set and how many sets: a number, or a range; start is what to begin with.
reps = {{ min = 10, max = 15 }}
# reps = {{ start = 10, min = 15, max = 20 }}
sets = {{ min = 2, max = 3 }}

# Seconds of rest between two sets.
rest_s = 60

# Range of motion in degrees: min, max or both. Less is "range short", more is "too high".
# rom_deg = {{ min = 30, max = 45 }}
# How high the limb may point, in degrees above the horizon: 0 is parallel to the floor.
# elevation_max_deg = 0
# Whether the foot must stay off the floor between two reps.
off_floor = false

# Fewer reps without a fault than this, in a set, mean that the weight is too heavy.
# clean_reps_min = 12
# Kilograms to begin with.
# load_start_kg = {{ min = 0.5, max = 1 }}

# Where the first movement of a rep takes the sensor: "up", "down", or "auto" where you are not sure.
lift_direction = "auto"
# "lift", or "lower" where a rep begins with the lowering, as a squat does.
first_phase = "lift"

# How it is done and what goes wrong, one text a line.
notes = [
    "Slowly both ways.",
]

# Said when the exercise is first chosen.
caution = "Pain means stop."
"""
_OURS: Final = """\
# {id} is one of repclip's own exercises, and this is all of it. What you change here holds for you;
# delete this file, and it is again as it was. To see what every line means: repclip exercises new my-own

"""


def exercises_folder() -> Path:
    """Where the user's own are."""
    return config_folder() / "exercises"


def own_exercises() -> dict[str, tuple[Exercise, Path]]:
    """The user's, by id, each with its file; none where there is no such folder.

    Raises
    ------
    ExerciseError
        naming file and key of what is wrong.

    """
    own: dict[str, tuple[Exercise, Path]] = {}
    for path in _files():
        for exercise in load_exercises(path):
            if exercise.id == GENERIC:
                raise ExerciseError(path, "is the exercise without any assumption", key=GENERIC, expected="another id")
            if exercise.id in own:
                raise ExerciseError(path, f"is in {own[exercise.id][1].name} as well", key=exercise.id)
            own[exercise.id] = (exercise, path)
    return own


def _files() -> list[Path]:
    folder = exercises_folder()
    try:  # Path.glob would take a folder that may not be read for an empty one
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as exc:
        raise ExerciseError(folder, f"cannot be read ({exc.strerror or exc}); check its permissions") from exc


def all_exercises() -> tuple[Exercise, ...]:
    """Ours, in their order, as the user changed them; then the user's own.

    Raises
    ------
    ExerciseError
        as `own_exercises`.

    """
    own = {exercise_id: exercise for exercise_id, (exercise, _) in own_exercises().items()}
    ours = [own.pop(exercise.id, exercise) for exercise in builtin_exercises()]
    return (*ours, *own.values())


def known_exercise(exercise_id: str) -> Exercise:
    """The exercise of that id, ours or the user's.

    Raises
    ------
    UnknownExerciseError
        naming those that look alike.
    ExerciseError
        where one of the user's files cannot be used.

    """
    if exercise_id == GENERIC:  # no file of anybody's can stand in its way
        return find_exercise(exercise_id)
    return find_exercise(exercise_id, all_exercises())


def write_template(exercise_id: str, path: Path | None = None) -> Path:
    """A file to fill in, with every key explained; where it was written. One of ours is all in it, to be changed.

    Raises
    ------
    OutputError
        where it cannot be written, or there is one.
    ExerciseError
        where the id is none.

    """
    target = path or exercises_folder() / f"{exercise_id}.toml"
    if not _ID.fullmatch(exercise_id) or exercise_id == GENERIC:
        raise ExerciseError(target, "is no id for it", key=exercise_id, expected="a new one like my-leg-curl")
    ours = exercise_id in {one.id for one in builtin_exercises()}
    text = _OURS.format(id=exercise_id) + builtin_text(exercise_id) if ours else _filled_in(exercise_id)
    with suppress(OSError):  # the file cannot be made then, which is told
        target.parent.mkdir(parents=True, exist_ok=True)
    with created(target, force=False, instead="edit that, or choose another id") as file:
        file.write(text)
    return target


def _filled_in(exercise_id: str) -> str:
    return _TEMPLATE.format(id=exercise_id, name=exercise_id.replace("-", " ").capitalize())
