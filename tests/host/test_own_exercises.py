"""Exercises of the user's own: written from a template, found, and their faults named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from host_helpers import Run, most_bytes
from repclip.session.catalogue import all_exercises, known_exercise, write_template
from repclip.session.exercise import GENERIC, Exercise, builtin_exercises, find_exercise, load_exercises


@pytest.fixture
def folder(repclip: Run) -> Path:
    return Path(os.environ["REPCLIP_CONFIG"]) / "exercises"


def test_a_template_is_an_exercise_as_it_is(repclip: Run, folder: Path) -> None:
    said = repclip("exercises", "new", "my-leg-curl")
    assert (said.code, said.err) == (0, "")
    assert str(folder / "my-leg-curl.toml") in said.out.replace("\n", "")
    listed = repclip("exercises").out
    assert "my-leg-curl" in listed
    assert "My leg curl (yours)" in listed
    assert repclip("exercises", "show", "my-leg-curl").code == 0
    assert known_exercise("my-leg-curl").tempo.hold is not None


def test_every_key_is_in_the_template(tmp_path: Path) -> None:
    text = write_template("mine", tmp_path / "mine.toml").read_text(encoding="utf-8")
    for key in (
        "name",
        "sensor",
        "bottom",
        "tempo",
        "reps",
        "sets",
        "rest_s",
        "off_floor",
        "lift_direction",
        "first_phase",
        "notes",
    ):
        assert f"\n{key} = " in text
    assert "\ncaution = " in text
    for key in ("rom_deg", "elevation_max_deg", "clean_reps_min", "load_start_kg"):
        assert f"\n# {key} = " in text


def test_it_can_be_used(repclip: Run, folder: Path, set_csv: Path) -> None:
    repclip("exercises", "new", "mine")
    said = repclip("analyze", set_csv, "--exercise", "mine")
    assert (said.code, said.err) == (0, "caution: Pain means stop.\n")
    assert "Prescribed: lift 1 s" in said.out


def test_one_of_ours_is_changed_by_one_of_the_users(repclip: Run, folder: Path) -> None:
    path = write_template("nordic-curl")
    path.write_text(path.read_text(encoding="utf-8").replace("rest_s = 30", "rest_s = 75"), encoding="utf-8")
    assert known_exercise("nordic-curl").rest_s == 75
    assert find_exercise("nordic-curl").rest_s == 30, "ours is as it was"
    ids = [one.id for one in all_exercises()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("exercise", [one for one in builtin_exercises() if one.id != GENERIC], ids=lambda one: one.id)
def test_one_of_ours_begins_as_it_is(repclip: Run, folder: Path, exercise: Exercise) -> None:
    shown = repclip("exercises", "show", exercise.id).out
    said = repclip("exercises", "new", exercise.id)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{exercise.id} is one of ours; the file has all of it, and is used instead.")
    assert load_exercises(folder / f"{exercise.id}.toml") == (exercise,)
    assert repclip("exercises", "show", exercise.id).out == shown, "the caution is in it"
    assert "one of ours" not in repclip("exercises", "new", "mine").out


def test_nothing_is_overwritten(repclip: Run, folder: Path) -> None:
    repclip("exercises", "new", "mine")
    (folder / "mine.toml").write_text("# mine")
    said = repclip("exercises", "new", "mine")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert (folder / "mine.toml").read_text() == "# mine"


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX limits what a process may write")
def test_a_disk_that_is_full_leaves_nothing_in_the_way(repclip: Run, folder: Path) -> None:
    with most_bytes(100):
        said = repclip("exercises", "new", "mine")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert list(folder.iterdir()) == []
    assert repclip("exercises", "new", "mine").code == 0


@pytest.mark.parametrize("name", ["", "Mine", "a b", "../a", "generic", "-a", "a" + "\n"])
def test_no_id(repclip: Run, folder: Path, name: str) -> None:
    said = repclip("exercises", "new", "--", name)
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('tempo = "lift', 'tempo = "raise'), ("mine.toml", "mine.tempo", "raise")),
        (("rest_s = 60", "rest_s = -1"), ("mine.rest_s", "seconds from 0 to 3600")),
        (("[mine]", "[mine"), ("mine.toml", "not valid TOML")),
        (("[mine]", "[generic]"), ("mine.toml", "generic")),
        (('name = "', 'nome = "'), ("mine.nome", "is not a key")),
    ],
)
def test_faults_are_named_and_generic_still_works(
    repclip: Run, folder: Path, set_csv: Path, change: tuple[str, str], words: tuple[str, ...]
) -> None:
    path = write_template("mine")
    path.write_text(path.read_text().replace(*change))
    said = repclip("analyze", set_csv, "-e", "lying-leg-curl")
    assert (said.code, len(said.err_lines)) == (1, 1)
    for word in words:
        assert word in said.err
    assert repclip("analyze", set_csv).code == 0


def test_twice_is_a_fault(repclip: Run, folder: Path) -> None:
    write_template("mine")
    write_template("mine", folder / "other.toml")
    said = repclip("exercises")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "mine.toml" in said.err
    assert "other.toml" in said.err
