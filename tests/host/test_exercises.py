from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repclip.errors import ExerciseError
from repclip.session import exercise as module
from repclip.session.exercise import GENERIC, builtin_exercises, find_exercise, load_exercises
from repclip.session.prescription import Span

CURL = "lift=1,hold=0-1,lower=2-3"
SLOW = "lift=1-2,hold=1-2?,lower=2-3"
# id: sensor, tempo, reps, sets, rest, where the first movement takes the sensor, first phase
TABLE: dict[str, tuple[str, str, str, str, float, str, str]] = {
    "prone-thigh-extension-ball": (
        "ankle", "lift=1,hold=3,lower=3-4", "start with 10, work up to 15–20", "1–3", 60, "up", "lift",
    ),
    "reverse-leg-lift": ("ankle", SLOW, "10–15", "2–3", 60, "up", "lift"),
    "reverse-leg-lift-single": ("ankle", SLOW, "10–15", "2–3", 60, "up", "lift"),
    "reverse-leg-lift-weighted": ("ankle", SLOW, "10–15", "2–3", 60, "up", "lift"),
    "reverse-leg-lift-ball": ("ankle", SLOW, "10–15", "2–3", 60, "up", "lift"),
    "hip-extension-machine": ("ankle", "lift=1-2,hold=1-2,lower=2-3", "10–15", "2–3", 60, "up", "lift"),
    "standing-kickback-band": ("ankle", "lift=1,hold=0-1,lower=1-2", "15–20", "1–4", 30, "up", "lift"),
    "lying-leg-curl": ("ankle", CURL, "start with 12, work up to 15–20", "1–4", 30, "up", "lift"),
    "seated-leg-curl": ("ankle", CURL, "start with 12, work up to 15–20", "1–4", 30, "down", "lift"),
    "nordic-curl": ("upper back", "", "15–20", "1–4", 30, "down", "lower"),
    "ball-back-extension": ("upper back", "lift=1-2,hold=1,lower=2-3", "10–15", "2–3", 60, "up", "lift"),
}  # fmt: skip


@pytest.mark.parametrize("exercise_id", TABLE)
def test_figures_are_those_of_the_sources(exercise_id: str) -> None:
    one = find_exercise(exercise_id)
    found = (
        one.sensor, str(one.tempo), str(one.reps), str(one.sets), one.rest_s, one.lift_direction.value,
        one.first_phase.value,
    )  # fmt: skip
    assert found == TABLE[exercise_id]
    assert one.bottom
    assert one.notes
    assert "low-back injury" in one.caution
    assert "pain means stop" in one.caution


def test_nothing_is_missing_and_nothing_made_up() -> None:
    assert {one.id for one in builtin_exercises()} == {*TABLE, GENERIC}
    assert [one.id for one in builtin_exercises() if one.default] == ["prone-thigh-extension-ball"]


def test_what_the_sources_say_of_the_weight() -> None:
    loads = {one.id: one.load_start_kg for one in builtin_exercises() if one.load_start_kg is not None}
    assert loads == {"reverse-leg-lift-weighted": Span(0.5, 1.0)}
    least = {one.id: one.clean_reps_min for one in builtin_exercises() if one.clean_reps_min is not None}
    assert least == {"lying-leg-curl": 12, "seated-leg-curl": 12}


def test_generic_assumes_nothing() -> None:
    generic = find_exercise(GENERIC)
    assert not generic.tempo
    assert generic.lift_direction.value == "auto"
    assert (generic.reps, generic.sets, generic.rest_s) == (None, None, None)


def test_no_code_knows_an_exercise_by_name() -> None:
    package = Path(module.__file__).parents[1]
    code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    named = {exercise_id for exercise_id in TABLE if f'"{exercise_id}"' in code}
    assert named == set()


MINIMAL = """
[mine]
name = "Mine"
sensor = "ankle"
bottom = "flat"
caution = "Careful."
"""


def test_most_keys_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    (one,) = load_exercises(path)
    assert (one.id, one.name, one.reps, one.notes) == ("mine", "Mine", None, ())


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ("tempo = 4013", "mine.tempo", "a text"),
        ('tempo = "4-0-1"', "mine.tempo", "lift=1,hold=3,lower=3-4"),
        ("tempo = 4", "mine.tempo", "lift=1,hold=3,lower=3-4"),
        ("reps = { min = 10 }", "mine.reps", "min = 10, max = 15"),
        ("reps = { min = 15, max = 10 }", "mine.reps", "min = 10, max = 15"),
        ("reps = 0", "mine.reps", "a number"),
        ("reps = 1.5", "mine.reps", "a number"),
        ("sets = true", "mine.sets", "a number"),
        ("rest_s = -1", "mine.rest_s", "0 to 3600"),
        ('rest_s = "60"', "mine.rest_s", "0 to 3600"),
        ("clean_reps_min = 0", "mine.clean_reps_min", "whole number above 0"),
        ("clean_reps_min = true", "mine.clean_reps_min", "whole number above 0"),
        ("load_start_kg = 1", "mine.load_start_kg", "kg from 0 to 500"),
        ("load_start_kg = { min = 501 }", "mine.load_start_kg", "kg from 0 to 500"),
        ("rom_deg = { max = 181 }", "mine.rom_deg", "degrees from 0 to 180"),
        ('lift_direction = "sideways"', "mine.lift_direction", "auto, up, down"),
        ('first_phase = "hold"', "mine.first_phase", "lift, lower"),
        ("notes = [1]", "mine.notes", "list"),
        ('notes = "one"', "mine.notes", "list"),
        ('default = "yes"', "mine.default", "true or false"),
        ("color = 1", "mine.color", "one of"),
    ],
)
def test_errors_name_file_key_and_what_was_expected(tmp_path: Path, line: str, key: str, expected: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL + line, encoding="utf-8")
    with pytest.raises(ExerciseError) as caught:
        load_exercises(path)
    assert caught.value.path == path
    assert caught.value.key == key
    assert expected in str(caught.value.expected)
    assert all(part in str(caught.value) for part in ("mine.toml", key, expected))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("gone", ["name", "sensor", "bottom", "caution"])
def test_a_missing_key_is_named(tmp_path: Path, gone: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(line for line in MINIMAL.splitlines() if not line.startswith(gone)), encoding="utf-8")
    with pytest.raises(ExerciseError, match=f"mine.{gone}: is missing") as caught:
        load_exercises(path)
    assert ("ankle" in str(caught.value)) == (gone == "sensor"), "an example is of that key"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[mine", "not valid TOML"), (b"a = 1", "not an exercise"), (b"\xff\xfe", "UTF-8"), (None, "cannot be read")],
)
def test_a_file_that_is_no_such_file(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExerciseError, match=words):
        load_exercises(path)


def test_the_list_shows_all(repclip: Callable[..., Any]) -> None:
    for arguments in (["exercises"], ["exercises", "list"]):
        said = repclip(*arguments)
        assert said.code == 0
        assert all(exercise_id in said.out for exercise_id in (*TABLE, GENERIC))
        assert max(map(len, said.out.splitlines())) <= 80
        assert "default" not in said.out, "that is generic, and here it is another"
        assert said.out.count("to begin with") == 1


@pytest.mark.parametrize("width", [20, 30, 40, 41, 42, 60])
def test_an_id_can_be_copied_from_a_narrow_list(
    repclip: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = repclip("exercises").out.splitlines()
    assert {*TABLE, GENERIC} <= {line.split()[0] for line in lines if line.strip()}
    words = " ".join(" ".join(lines).split())
    for one in builtin_exercises():
        assert one.name.split()[-1] in words, "a name is broken between words"
    assert all(len(line) <= width or line in TABLE for line in lines)


@pytest.mark.parametrize("exercise_id", [*TABLE, GENERIC])
def test_one_is_shown_with_all_that_is_known(repclip: Callable[..., Any], exercise_id: str) -> None:
    said = repclip("exercises", "show", exercise_id)
    assert said.code == 0
    one = find_exercise(exercise_id)
    unwrapped = " ".join(said.out.split())
    for text in (one.name, one.bottom, one.caution, *one.notes, one.tempo.describe() or "none prescribed"):
        assert " ".join(text.split()) in unwrapped
    assert max(map(len, said.out.splitlines())) <= 80


def test_the_file_is_valid_for_other_readers() -> None:
    path = Path(module.__file__).parent / "exercises.toml"
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))) == len(TABLE) + 1
