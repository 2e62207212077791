"""The programme: every rule where it holds and where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from repclip.session.exercise import GENERIC, builtin_exercises, find_exercise
from repclip.session.prescription import Count, Span
from repclip.session.programme import (
    DoneSession,
    DoneSet,
    LoadAdvice,
    LoadChange,
    Proposal,
    Step,
    Stop,
    propose,
    steps_of,
)

BALL = find_exercise("prone-thigh-extension-ball")
CURL = find_exercise("lying-leg-curl")
WEIGHTED = find_exercise("reverse-leg-lift-weighted")
NORDIC = find_exercise("nordic-curl")  # without a tempo
TODAY = date(2024, 5, 17)
STEPS = (Step(1, 10), Step(1, 13), Step(1, 15), Step(2, 15), Step(3, 15), Step(3, 18), Step(3, 20))


def a_set(reps: int, on: float = 0.9, clean: int | None = None, side: str | None = None, kg: float | None = None):
    return DoneSet(reps, reps if clean is None else clean, round(30 * on), 30, side, kg)


def session(days_ago: int, *sets: DoneSet, exercise: str = BALL.id, pain: bool = False, hour: int = 18) -> DoneSession:
    day = TODAY - timedelta(days=days_ago)
    return DoneSession(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), exercise, sets, pain)


def proposed(*done: DoneSession, exercise=BALL, today: date = TODAY) -> Proposal:
    got = propose(exercise, done, today)
    assert isinstance(got, Proposal)
    return got


def step(proposal: Proposal) -> Step:
    return Step(proposal.sets, proposal.reps)


def said(proposal: Proposal) -> str:
    return " ".join(proposal.reasons)


# Steps


def test_the_steps_are_those_of_the_articles() -> None:
    """Begin with one set of 10, work up to three sets of 15 to 20."""
    assert steps_of(BALL) == STEPS


@pytest.mark.parametrize("exercise", builtin_exercises(), ids=lambda one: one.id)
def test_steps_only_grow_to_what_is_prescribed(exercise) -> None:
    steps = steps_of(exercise)
    reps, sets = exercise.reps or Count(15, 20, 10), exercise.sets or Count(1, 3)
    assert steps[0] == Step(1, reps.start or reps.min)
    assert steps[-1] == Step(min(4, sets.max), reps.max)
    for before, after in pairwise(steps):
        assert (after.sets > before.sets) != (after.reps > before.reps), "one thing at a time"
        assert after.sets - before.sets <= 1
        assert 0 <= after.reps - before.reps <= 3


def test_never_more_than_four_sets_of_one_exercise() -> None:
    assert max(one.sets for one in steps_of(replace(BALL, sets=Count(1, 9)))) == 4
    assert max(one.sets for one in steps_of(replace(BALL, sets=Count(1, 2)))) == 2


def test_a_single_figure_has_steps_too() -> None:
    assert steps_of(replace(BALL, reps=Count(12, 12), sets=Count(1, 1))) == (Step(1, 12),)
    assert steps_of(replace(BALL, reps=Count(5, 8, start=12), sets=Count(2, 2))) == (Step(1, 12), Step(2, 12))


def test_all_of_it_is_reached_in_a_couple_of_weeks() -> None:
    """Whoever does what is proposed, on the first day it is proposed for, and on tempo."""
    done: list[DoneSession] = []
    day = date(2024, 4, 1)
    days: dict[Step, int] = {}
    while STEPS[-1] not in days:
        one = propose(BALL, done, day)
        assert isinstance(one, Proposal)
        if one.not_before > day:
            day = one.not_before
            continue
        days[step(one)] = (day - date(2024, 4, 1)).days
        sets = tuple(a_set(one.reps) for _ in range(one.sets))
        done.append(DoneSession(datetime(day.year, day.month, day.day, 18, tzinfo=UTC), BALL.id, sets))
    assert tuple(days) == STEPS
    assert days[STEPS[-1]] == 12


# On, or the same again


def test_at_first_it_begins() -> None:
    got = proposed()
    assert (step(got), got.not_before, got.rest_s, got.load, got.warnings) == (Step(1, 10), TODAY, 60, None, ())
    assert got.reasons == ("Nothing is known of it yet, so begin with 1 set of 10.",)
    assert step(proposed(exercise=CURL)) == Step(1, 12)


def test_of_an_exercise_that_prescribes_nothing_the_rules_of_all_hold() -> None:
    got = proposed(exercise=find_exercise(GENERIC))
    assert (step(got), got.rest_s) == (Step(1, 10), None)


def test_what_was_done_of_another_exercise_does_not_count() -> None:
    assert step(proposed(session(3, a_set(10)), exercise=CURL)) == Step(1, 12)
    assert step(proposed(session(3, a_set(10)))) == Step(1, 13)


@pytest.mark.parametrize(("number", "following"), [*enumerate(STEPS[1:]), (6, STEPS[6])])
def test_on_tempo_it_goes_a_step_on(number: int, following: Step) -> None:
    sets = [a_set(STEPS[number].reps, on=0.8)] * STEPS[number].sets
    got = proposed(session(3, *sets))
    assert step(got) == following
    assert ("a step on" in said(got)) == (number < 6)
    assert ("stay with it" in said(got)) == (number == 6)


@pytest.mark.parametrize("number", range(7))
def test_off_tempo_it_is_the_same_again(number: int) -> None:
    sets = [a_set(STEPS[number].reps, on=0.76)] * STEPS[number].sets
    got = proposed(session(3, *sets))
    assert step(got) == STEPS[number]
    assert "Fewer than 80 % were on tempo" in said(got)


def test_without_a_tempo_the_clean_reps_decide() -> None:
    def nordic(clean: int) -> DoneSession:
        return session(3, DoneSet(15, clean, 0, 0), exercise=NORDIC.id)

    assert step(proposed(nordic(12), exercise=NORDIC)) == Step(2, 15)
    assert step(proposed(nordic(11), exercise=NORDIC)) == Step(1, 15)
    assert "73 % clean" in said(proposed(nordic(11), exercise=NORDIC))


def test_flags_alone_hold_nobody_back_where_there_is_a_tempo() -> None:
    assert step(proposed(session(3, a_set(10, clean=0)))) == Step(1, 13)


def test_what_was_not_finished_is_not_gone_on_from() -> None:
    assert step(proposed(session(3, a_set(6)))) == Step(1, 10)
    assert step(proposed(session(3, a_set(15), a_set(14)))) == Step(2, 15), "one set of 15 was done"
    assert step(proposed(session(3, a_set(15), a_set(15)))) == Step(3, 15)


def test_the_last_workout_is_the_measure() -> None:
    done = [session(3, a_set(10)), session(5, *[a_set(15)] * 3)]
    assert step(proposed(*done)) == step(proposed(*reversed(done))) == Step(1, 13)


def test_sessions_of_one_day_are_one_workout() -> None:
    done = [session(3, a_set(15), hour=8), session(3, a_set(15), hour=9), session(3, hour=10)]
    got = proposed(*done)
    assert step(got) == Step(3, 15)
    assert got.reasons[0] == "Last time, 14 May: 2 sets (15, 15 reps), 90 % on tempo."


def test_a_session_without_reps_is_none() -> None:
    assert step(proposed(session(3, a_set(10)), session(2, DoneSet(0, 0, 0, 0)))) == Step(1, 13)


@pytest.mark.parametrize(
    ("simulated", "told"),
    [
        (1, "1 simulated session is left out, as nobody did it."),
        (2, "2 simulated sessions are left out, as nobody did them."),
    ],
)
def test_what_nobody_did_is_left_out_and_that_is_told(simulated: int, told: str) -> None:
    real = session(4, a_set(10))
    theirs = [replace(session(3, a_set(15), a_set(15), pain=True), simulated=True)] * simulated
    without = proposed(real)
    assert proposed(real, *theirs) == replace(without, reasons=(*without.reasons, told))
    only = proposed(*theirs)
    assert step(only) == Step(1, 10)
    assert only.reasons[-1] == told


def test_the_reason_says_what_was_done() -> None:
    assert proposed(session(0, a_set(10))).reasons[0] == "Today: 1 set (10 reps), 90 % on tempo."
    last_year = proposed(session(140, a_set(10))).reasons[0]
    assert last_year == "Last time, 29 December 2023: 1 set (10 reps), 90 % on tempo."


# Sides


def test_the_side_that_did_less_decides() -> None:
    single = find_exercise("reverse-leg-lift-single")

    def done(left: int, right: int) -> DoneSession:
        return session(3, a_set(left, side="left"), a_set(right, side="right"), exercise=single.id)

    both = proposed(done(10, 10), exercise=single)
    assert (step(both), both.each_side) == (Step(2, 10), True)
    assert both.reasons[0] == "Last time, 14 May: 1 set a side (10 and 10 reps), 90 % on tempo."
    assert step(proposed(done(10, 8), exercise=single)) == Step(1, 10)


def test_a_side_alone_says_where_the_sensor_was() -> None:
    got = proposed(session(3, a_set(15, side="left"), a_set(15, side="left")))
    assert (step(got), got.each_side) == (Step(3, 15), False)


# Days


@pytest.mark.parametrize(("days_ago", "wait"), [(-9, 2), (0, 2), (1, 1), (2, 0), (3, 0)])
def test_a_day_off_between_two_workouts(days_ago: int, wait: int) -> None:
    """Ours: the articles name no days. A session of tomorrow is a clock that was wrong."""
    got = proposed(session(days_ago, a_set(10)))
    assert got.not_before == TODAY + timedelta(days=wait)
    assert ("day off" in said(got)) == (wait > 0)


def test_no_day_off_after_another_exercise() -> None:
    assert proposed(session(0, a_set(10)), exercise=CURL).not_before == TODAY


@pytest.mark.parametrize(
    ("days_ago", "number"), [(13, 5), (14, 3), (27, 3), (28, 2), (42, 1), (56, 0), (70, 0), (900, 0)]
)
def test_after_a_long_break_it_goes_back(days_ago: int, number: int) -> None:
    """A step for each two weeks (ours)."""
    got = proposed(session(days_ago, *[a_set(15)] * 3))
    assert step(got) == STEPS[number]
    assert (f"{days_ago} days ago: back to {STEPS[number]}" in said(got)) == (days_ago >= 14)


def test_back_from_nothing_is_the_beginning() -> None:
    assert step(proposed(session(30, a_set(5)))) == Step(1, 10)


# The load


def test_fewer_than_twelve_clean_reps_are_too_heavy() -> None:
    """Of leg curls, the articles say so."""
    for exercise in (CURL, find_exercise("seated-leg-curl")):
        heavy = session(3, a_set(15, clean=12, kg=20), a_set(15, clean=11, kg=20), exercise=exercise.id)
        got = proposed(heavy, exercise=exercise)
        assert got.load == LoadAdvice(LoadChange.LIGHTER, 20)
        assert step(got) == Step(2, 15), "the same again"
        assert "One set had 11 clean reps; fewer than 12 is too heavy." in got.reasons
        light = proposed(session(3, a_set(15, clean=12, kg=20), exercise=exercise.id), exercise=exercise)
        assert light.load == LoadAdvice(LoadChange.SAME, 20)
        assert step(light) == Step(2, 15), "a step on"
        assert "heavy" not in said(light)


def test_lighter_even_if_nobody_said_how_heavy_it_was() -> None:
    got = proposed(session(3, a_set(9), exercise=CURL.id), exercise=CURL)
    assert got.load == LoadAdvice(LoadChange.LIGHTER, None)


def test_lighter_after_a_break_too() -> None:
    got = proposed(session(30, a_set(15, clean=9), exercise=CURL.id), exercise=CURL)
    assert got.load == LoadAdvice(LoadChange.LIGHTER, None)
    assert "too heavy" in said(got)


def test_few_clean_reps_elsewhere_say_nothing_of_the_load() -> None:
    assert proposed(session(3, a_set(15, clean=3))).load is None


def test_ankle_weights_begin_light() -> None:
    """0.5 to 1 kg, until a load was told."""
    begin = LoadAdvice(LoadChange.BEGIN, begin_kg=Span(0.5, 1.0))
    assert proposed(exercise=WEIGHTED).load == begin
    assert proposed(session(3, a_set(10), exercise=WEIGHTED.id), exercise=WEIGHTED).load == begin
    told = session(3, a_set(10, kg=1.0), a_set(10), exercise=WEIGHTED.id)
    assert proposed(told, exercise=WEIGHTED).load == LoadAdvice(LoadChange.SAME, 1.0)
    assert proposed().load is None


# At most


def test_more_than_four_sets_of_one_are_warned_of() -> None:
    assert proposed(session(3, *[a_set(15)] * 4)).warnings == ()
    assert proposed(session(3, *[a_set(15)] * 5)).warnings == (
        "Last time there were 5 sets: at most 4 of one exercise.",
    )
    sides = [a_set(10, side=side) for side in ("left", "right")] * 4
    assert proposed(session(3, *sides)).warnings == (), "four with each leg"


def test_more_than_ten_sets_in_a_workout_are_warned_of() -> None:
    def others(count: int) -> list[DoneSession]:
        return [session(3, *[a_set(15)] * count, exercise=each) for each in (CURL.id, NORDIC.id)]

    assert proposed(session(3, *[a_set(15)] * 2), *others(4)).warnings == ()
    assert proposed(session(3, *[a_set(15)] * 3), *others(4)).warnings == (
        "Last time there were 11 sets in all: at most 10 in a workout.",
    )


def test_what_is_left_of_ten_sets_today() -> None:
    last = session(3, *[a_set(15)] * 2)

    def after(*counts: int) -> Proposal:
        today = [session(0, *[a_set(15)] * count, exercise=each) for count, each in zip(counts, "xyz", strict=False)]
        return proposed(last, *today)

    enough = after(4, 3)
    assert (step(enough), enough.not_before) == (Step(3, 15), TODAY)
    assert "in a workout" not in said(enough)
    short = after(4, 4)
    assert (step(short), short.not_before) == (Step(2, 15), TODAY)
    assert "Only 2 more today, of at most 10 sets in a workout." in short.reasons
    none = after(4, 4, 2)
    assert (step(none), none.not_before) == (Step(3, 15), TODAY + timedelta(days=1))
    assert "There were 10 sets today: at most 10 in a workout." in none.reasons


# Pain


def test_pain_ends_the_programme_of_all_exercises() -> None:
    done = [session(9, a_set(10), pain=True), session(3, a_set(10))]
    for exercise in (BALL, CURL):
        got = propose(exercise, done, TODAY)
        assert isinstance(got, Stop)
        assert (got.exercise, got.since) == (exercise.id, TODAY - timedelta(days=9))
        assert "doctor" in got.advice


def test_pain_before_any_rep_counts() -> None:
    assert isinstance(propose(BALL, [session(0, pain=True)], TODAY), Stop)


def test_who_is_well_again_begins_anew() -> None:
    hurt = session(9, *[a_set(15)] * 3, pain=True)
    well = hurt.created + timedelta(days=5)
    got = propose(BALL, [hurt], TODAY, well_since=well)
    assert isinstance(got, Proposal)
    assert step(got) == Step(1, 10)
    assert got.reasons == ("After the pain begin anew with 1 set of 10.",)
    goes_on = propose(BALL, [hurt, session(3, a_set(10))], TODAY, well_since=well)
    assert isinstance(goes_on, Proposal)
    assert step(goes_on) == Step(1, 13)


def test_pain_after_having_been_well_counts_anew() -> None:
    well = session(9).created
    assert isinstance(propose(BALL, [session(3, pain=True)], TODAY, well_since=well), Stop)
    assert isinstance(propose(BALL, [session(9, pain=True)], TODAY, well_since=well), Stop), "not after it"


def test_who_was_never_hurt_loses_nothing_by_being_well() -> None:
    got = propose(BALL, [session(3, a_set(10))], TODAY, well_since=session(1).created)
    assert isinstance(got, Proposal)
    assert step(got) == Step(1, 13)
