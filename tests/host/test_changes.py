"""What is prescribed instead of an exercise's own figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repclip.errors import CountError, RequestError, RestError
from repclip.session.changes import Changes
from repclip.session.exercise import find_exercise
from repclip.session.prescription import Count, CountVerdict, Span, parse_count, parse_rest
from repclip.session.tempo import parse_tempo

BALL = find_exercise("prone-thigh-extension-ball")


@pytest.mark.parametrize(
    ("text", "count"), [("12", Count(12, 12)), (" 10-15 ", Count(10, 15)), ("10–15", Count(10, 15))]
)
def test_counts(text: str, count: Count) -> None:
    assert parse_count(text, "reps") == count


@pytest.mark.parametrize("text", ["", "0", "-3", "15-10", "0-3", "ten", "1.5", "10-", "99999", "1000000", "١"])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(CountError, match=r"reps '.*': neither a number from 1 to 9999 nor a range like 10-15"):
        parse_count(text, "reps")


@pytest.mark.parametrize(("text", "seconds"), [("60", 60.0), ("90s", 90.0), ("0", 0.0), ("7.5 s", 7.5)])
def test_rests(text: str, seconds: float) -> None:
    assert parse_rest(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "1m", "4000", "nan", "inf"])
def test_what_is_no_rest(text: str) -> None:
    with pytest.raises(RestError, match="not a number of seconds from 0 to 3600, like 60"):
        parse_rest(text)


def test_a_count_with_a_beginning() -> None:
    count = Count(15, 20, start=10)
    assert [count.verdict(n) for n in (9, 10, 20, 21)] == [
        CountVerdict.FEW, CountVerdict.ON, CountVerdict.ON, CountVerdict.MANY,
    ]  # fmt: skip
    assert Count(15, 20).verdict(14) is CountVerdict.FEW


def test_spans_in_words() -> None:
    assert [str(span) for span in (Span(7, 15), Span(7, None), Span(None, 15))] == ["7–15", "at least 7", "at most 15"]


def test_what_is_not_changed_stays() -> None:
    assert Changes().applied_to(BALL) == BALL
    changed = Changes.parse(tempo="lower=5", sets="2", rest="0").applied_to(BALL)
    assert str(changed.tempo) == "lift=1,hold=3,lower=5"
    assert (changed.sets, changed.reps, changed.rest_s) == (Count(2, 2), BALL.reps, 0.0)


def test_they_are_kept_with_a_recording() -> None:
    changes = Changes.parse(tempo="4-0-1-3", reps="10-12", sets="3", rest="45")
    assert changes.as_meta() == {"tempo": str(changes.tempo), "reps": "10-12", "sets": "3", "rest": "45"}
    assert Changes.of_meta(changes.as_meta()) == changes
    assert Changes.of_meta(Changes().as_meta()) == Changes()


def test_of_somebody_elses_recording_what_makes_sense_is_taken() -> None:
    assert Changes.of_meta({"tempo": "slowly", "reps": "12", "rest": "long"}) == Changes(reps=Count(12, 12))


def test_those_of_now_come_first() -> None:
    then = Changes.parse(tempo="lift=2,hold=2", reps="12")
    now = Changes.parse(tempo="hold=5", rest="30")
    assert now.over(then) == Changes(parse_tempo("lift=2,hold=5"), Count(12, 12), None, 30.0)


@pytest.mark.parametrize("option", ["--reps", "--sets", "--rest", "--tempo"])
@pytest.mark.parametrize("command", ["analyze", "plot", "replay", "live"])
def test_nonsense_is_one_line(repclip: Callable[..., Any], set_csv: Path, command: str, option: str) -> None:
    said = repclip(command, *([] if command == "live" else [set_csv]), option, "nonsense")
    assert said.code == 2
    assert len(said.err_lines) == 1
    assert "'nonsense'" in said.err


def test_they_are_what_reps_and_rests_are_held_against(repclip: Callable[..., Any], set_csv: Path) -> None:
    assert "(too few)" in repclip("analyze", set_csv, "--reps", "30-40").out
    assert "(too many)" in repclip("analyze", set_csv, "--reps", "2-3").out
    assert "(too" not in repclip("analyze", set_csv, "--reps", "2-40").out


def test_parsing_says_which_is_wrong() -> None:
    with pytest.raises(RequestError, match="sets 'x'"):
        Changes.parse(sets="x")
