from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repclip.errors import TempoError
from repclip.session.prescription import Count
from repclip.session.tempo import PhaseTarget, Tempo, Verdict, parse_tempo

BALL = Tempo(lift=PhaseTarget(1, 1), hold=PhaseTarget(3, 3), lower=PhaseTarget(4, 4), pause=PhaseTarget(0, 0))


@pytest.mark.parametrize(
    "text",
    ["4-0-1-3", "4013", " 4 - 0 - 1 - 3 ", "4–0–1–3", "4 0 1 3", "4/0/1/3", "4:0:1:3", "lower=4,pause=0,lift=1,hold=3"],
)
def test_coaches_write_lower_pause_lift_hold(text: str) -> None:
    assert parse_tempo(text) == BALL


def test_named_phases_are_printed() -> None:
    assert str(parse_tempo("4-0-1-3")) == "lift=1,hold=3,lower=4,pause=0"
    assert parse_tempo("4-0-1-3").describe() == "lift 1 s, hold 3 s, lower 4 s, pause 0 s"


def test_x_is_as_fast_as_possible() -> None:
    tempo = parse_tempo("30X3")
    assert tempo.lift == PhaseTarget(0, None)
    assert tempo.lift.fastest
    assert tempo.lift.verdict(0.2) is None
    assert str(tempo) == "lift=x,hold=3,lower=3,pause=0"
    assert "lift as fast as possible" in tempo.describe()


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("lift=1,hold=3,lower=3-4", Tempo(PhaseTarget(1, 1), PhaseTarget(3, 3), PhaseTarget(3, 4))),
        ("LIFT = 1.5 , lower = 2–3", Tempo(lift=PhaseTarget(1.5, 1.5), lower=PhaseTarget(2, 3))),
        ("hold=1-2?", Tempo(hold=PhaseTarget(1, 2, optional=True))),
        ("10-0-1.5-3", Tempo(PhaseTarget(1.5, 1.5), PhaseTarget(3, 3), PhaseTarget(10, 10), PhaseTarget(0, 0))),
    ],
)
def test_both_notations(text: str, tempo: Tempo) -> None:
    assert parse_tempo(text) == tempo


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", "no number"),
        ("[bold]", "no number"),
        ("4-0-1", "3 figures instead of four"),
        ("4 0 1 3 2", "5 figures instead of four"),
        ("5", "1 figure instead of four"),
        ("4,0,1,3", "neither like 4-0-1-3 or 30X3, nor like lift=1,hold=3,lower=3-4"),
        ("4.5", "neither like 4-0-1-3"),
        ("99999-0-1-3", "99999 s for lower is longer than 120 s"),
        ("lift=1-2345678", "up to 120, no range"),
        ("0000", "lift cannot take 0 s"),
        ("0-0-1-3", "lower cannot take 0 s"),
        ("lift=0", "lift cannot take 0 s"),
        ("lower=0-0", "lower cannot take 0 s"),
    ],
)
def test_the_reason_is_the_right_one(text: str, reason: str) -> None:
    with pytest.raises(TempoError, match=reason):
        parse_tempo(text)


thousandths = st.integers(1, 120_000).map(lambda ms: ms / 1000)
targets = st.one_of(
    st.none(),
    st.just(PhaseTarget(0.0, None)),
    st.builds(
        lambda one, other, optional: PhaseTarget(min(one, other), max(one, other), optional),
        thousandths,
        thousandths,
        st.booleans(),
    ),
)


@given(st.builds(Tempo, targets, targets, targets, targets).filter(bool))
def test_what_is_printed_is_read_again(tempo: Tempo) -> None:
    assert parse_tempo(str(tempo)) == tempo
    assert len(tempo.describe().splitlines()) == 1


@given(st.text(max_size=30))
def test_any_text_is_a_tempo_or_an_error(text: str) -> None:
    try:
        parse_tempo(text)
    except TempoError as exc:
        caught = exc
    else:
        return
    assert caught.text == text
    assert caught.exit_code == 2


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(2.9, Verdict.SHORT), (3.0, Verdict.ON), (3.5, Verdict.ON), (4.0, Verdict.ON), (4.1, Verdict.LONG)],
)
def test_a_range_includes_its_ends(seconds: float, verdict: Verdict) -> None:
    assert PhaseTarget(3, 4).verdict(seconds) is verdict


@pytest.mark.parametrize(
    ("aim_s", "seconds", "verdict"),
    [
        (1, 0.8, Verdict.ON),
        (1, 1.2, Verdict.ON),
        (1, 0.7, Verdict.SHORT),
        (1, 1.3, Verdict.LONG),
        (5, 4.5, Verdict.ON),
        (5, 4.4, Verdict.SHORT),
        (0, 0.2, Verdict.ON),
        (0, 0.3, Verdict.LONG),
    ],
)
def test_a_single_figure_is_met_within_its_tolerance(aim_s: float, seconds: float, verdict: Verdict) -> None:
    assert PhaseTarget(aim_s, aim_s).verdict(seconds) is verdict


def test_an_optional_phase_is_never_short() -> None:
    target = PhaseTarget(1, 2, optional=True)
    assert [target.verdict(seconds) for seconds in (0.0, 1.5, 2.1)] == [Verdict.ON, Verdict.ON, Verdict.LONG]


def test_one_tempo_over_another() -> None:
    assert str(parse_tempo("lift=2").over(BALL)) == "lift=2,hold=3,lower=4,pause=0"
    assert str(BALL.over(parse_tempo("lift=2"))) == str(BALL)


def test_nothing_prescribed_is_false() -> None:
    assert not Tempo()
    assert parse_tempo("pause=0")


def test_counts_in_words() -> None:
    assert str(Count(10, 15)) == "10–15"
    assert str(Count(4, 4)) == "4"
    assert str(Count(15, 20, start=10)) == "start with 10, work up to 15–20"
