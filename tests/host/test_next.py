"""``repclip next``: from the history to a proposal in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from history_helpers import BALL, entry, one_set
from host_helpers import Run
from repclip.cli import next_workout
from repclip.history import open_history
from repclip.session.catalogue import write_template
from repclip.session.exercise import find_exercise
from repclip.session.remembered import well_since

NOW = datetime(2024, 5, 17, 12, 0, tzinfo=UTC).astimezone()
CURL = find_exercise("lying-leg-curl")


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_workout, "_now", lambda: NOW)


def did(number: int, days_ago: int, *counts: int, exercise: str = BALL, **told: Any) -> None:
    """A set on tempo for each of these numbers of reps."""
    sets = [one_set(index, 400.0 * index, count) for index, count in enumerate(counts, 1)]
    created = NOW - timedelta(days=days_ago)
    open_history().add(entry(number, sets=sets, exercise=find_exercise(exercise), created=created, **told))


def flat(text: str) -> str:
    return " ".join(text.split())


def test_without_a_history_it_begins(repclip: Run) -> None:
    said = repclip("next")
    assert said.code == 0
    assert said.out.splitlines()[0] == find_exercise(BALL).name
    assert "1 set of 10 reps" in said.out
    assert "today, if you like" in said.out
    assert "Nothing is known of it yet" in said.out
    assert "a proposal" in said.out


def test_it_goes_by_what_was_done(repclip: Run) -> None:
    did(1, 3, 15)
    said = repclip("next").out
    assert "2 sets of 15 reps, about 60 s of rest between sets" in said
    assert "- Last time, 14 May: 1 set (15 reps), 100 % on tempo." in said
    did(2, 1, 15, 15)
    said = repclip("next").out
    assert "3 sets of 15 reps" in said
    assert "not before Saturday, 18 May" in said


def test_of_the_exercise_that_was_done_last(repclip: Run) -> None:
    did(1, 5, 15, exercise=CURL.id)
    did(2, 3, 15, exercise="generic")
    did(3, 9, 15)
    assert repclip("next").out.startswith(CURL.name)
    assert repclip("next", "-e", BALL).out.startswith(find_exercise(BALL).name)


def test_an_exercise_that_is_gone_is_passed_over(repclip: Run) -> None:
    path = write_template("mine")
    did(1, 5, 15)
    sets = [one_set(1, 5.0, 12)]
    mine = next_workout.known_exercise("mine")
    open_history().add(entry(2, sets=sets, exercise=mine, created=NOW - timedelta(days=2)))
    assert repclip("next").out.startswith("Mine")
    path.unlink()
    assert repclip("next").out.startswith(find_exercise(BALL).name)


def test_the_default_may_be_the_users_own(repclip: Run) -> None:
    path = write_template(BALL)
    path.write_text(path.read_text().replace("rest_s = 60", "rest_s = 75"))
    assert json.loads(repclip("next", "--json").out)["proposal"]["rest_s"] == 75


def test_too_heavy_is_told_with_the_load(repclip: Run) -> None:
    did(1, 3, 15, 11, exercise=CURL.id, load="20 kg")
    said = repclip("next")
    assert "with less than 20 kg" in said.out
    assert "One set had 11 clean reps; fewer than 12 is too heavy." in said.out
    assert "The same again with less weight" in said.out
    load = json.loads(repclip("next", "--json").out)["proposal"]["load"]
    assert load == {"change": "lighter", "last_kg": 20.0, "begin_min_kg": None, "begin_max_kg": None}


def test_ankle_weights_begin_light(repclip: Run) -> None:
    said = repclip("next", "-e", "reverse-leg-lift-weighted")
    assert "with 0.5–1 kg to begin with; tell it with --load" in said.out
    load = json.loads(repclip("next", "-e", "reverse-leg-lift-weighted", "--json").out)["proposal"]["load"]
    assert load == {"change": "begin", "last_kg": None, "begin_min_kg": 0.5, "begin_max_kg": 1.0}


def test_left_and_right_are_told(repclip: Run) -> None:
    did(1, 3, 10, 10, exercise="reverse-leg-lift-single", sides=("left", "right"))
    assert "10 reps with each leg" in repclip("next").out


def test_pain_ends_it_until_the_user_is_well(repclip: Run) -> None:
    did(1, 3, 15, pain=True)
    for arguments in ([], ["-e", CURL.id]):
        said = repclip("next", *arguments)
        assert said.code == 0
        assert "Pain was reported on Tuesday, 14 May" in flat(said.out)
        assert "doctor" in said.out
        assert "repclip next --well" in said.out
        assert "set" not in said.out.replace("repclip next", "")
    told = json.loads(repclip("next", "--json").out)
    assert told["proposal"] is None
    assert told["stop"]["since"] == "2024-05-14"
    well = repclip("next", "--well")
    assert "After the pain begin anew with 1 set of 10." in well.out
    assert "1 set of 10 reps" in repclip("next").out


def test_being_well_without_pain_is_not_kept(repclip: Run) -> None:
    did(1, 3, 15)
    assert "2 sets of 15 reps" in repclip("next", "--well").out
    assert well_since() is None


def test_as_json_and_nothing_else(repclip: Run) -> None:
    did(1, 3, 15)
    said = repclip("next", "--json")
    told = json.loads(said.out)
    assert list(told) == ["schema", "exercise", "proposal", "stop"]
    assert told["schema"] == "repclip.next/1"
    proposal = told["proposal"]
    assert list(proposal) == [
        "sets",
        "reps",
        "each_side",
        "rest_s",
        "not_before",
        "load",
        "reasons",
        "warnings",
    ]
    assert (proposal["sets"], proposal["reps"], proposal["not_before"]) == (2, 15, "2024-05-17")
    assert said.err.startswith("caution: ")
    assert repclip("next", "--json").err == "", "once"


def test_it_fits_80_columns(repclip: Run) -> None:
    did(1, 3, *[15] * 6)
    said = repclip("next").out
    assert "Last time there were 6 sets" in said
    assert max(map(len, said.splitlines())) <= 80


def test_an_unknown_exercise_is_usage(repclip: Run) -> None:
    said = repclip("next", "-e", "yoga")
    assert (said.code, len(said.err_lines)) == (2, 1)


def test_a_history_that_cannot_be_read_is_one_line(repclip: Run) -> None:
    open_history().path.write_bytes(b"not a database" * 100)
    said = repclip("next")
    assert (said.code, len(said.err_lines)) == (1, 1)
