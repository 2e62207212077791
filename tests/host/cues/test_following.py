"""Cues of what is measured: each where it belongs, and none where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cue_helpers import (
    BALL,
    PLAIN,
    Timed,
    begins,
    heard,
    hole,
    link,
    marked,
    of,
    one_rep,
    partial_told,
    rep_told,
    set_told,
)
from made_cycles import made
from repclip.cues.settings import CountAt, CueMode, CueSettings
from repclip.cues.types import CueKind, Priority
from repclip.session.exercise import Exercise, find_exercise
from repclip.session.prescription import Count, Span
from repclip.session.tempo import parse_tempo
from repclip.source import LinkChange, MarkKind
from repclip.testing.messages import STATUS
from repsignal import CycleFlag, PartialRep, Phase, Rep

AT_TOP = CueSettings(count=CountAt.TOP)
QUIET = CueSettings(mode=CueMode.QUIET)


def a_set(count: int, start_s: float = 2.0) -> tuple[list[Rep], list[Timed]]:
    """Reps of nine seconds, one of them a pause."""
    made_ones = [one_rep(number + 1, start_s + 9 * number) for number in range(count)]
    return [rep for rep, _ in made_ones], [one for _, told in made_ones for one in told]


def reps_that_lower(*seconds: float) -> list[Timed]:
    """A rep for each, of which all the rest is as prescribed."""
    return [one for number, lower_s in enumerate(seconds) for one in one_rep(1, 2 + 10 * number, 1, 3, lower_s)[1]]


# Pace


def test_each_phase_begins_with_a_tone_as_soon_as_it_is_told() -> None:
    _, told = one_rep(1, 2.0)
    tones = of(CueKind.PHASE, heard(told))
    assert tones == [(2.1, "lift"), (3.1, "hold"), (6.1, "lower"), (10.1, "pause")]
    assert of(CueKind.PHASE, heard(told, CueSettings(tones=False))) == []


def test_ticks_say_how_much_of_the_phase_is_left() -> None:
    _, told = one_rep(1, 2.0, 1.0, 5.0, 3.0)
    cues = heard(told)
    holding = [cue for cue in cues if cue.phase is Phase.HOLD]
    assert of(CueKind.TICK, holding) == [(4.0, "2"), (5.0, "1"), (6.0, "long enough")], "and then no more"
    lowering = [cue for cue in cues if cue.phase is Phase.LOWER]
    assert of(CueKind.TICK, lowering) == [(9.0, "3"), (10.0, "2"), (11.0, "1")], "it was over before the fourth"
    assert of(CueKind.TICK, heard(told, CueSettings(ticks=False))) == []


def test_a_range_is_ticked_to_where_it_begins_and_in_whole_seconds_before() -> None:
    exercise = replace(PLAIN, tempo=parse_tempo("hold=2.5-4"))
    _, told = one_rep(1, 2.0, 1.0, 5.0, 3.0)
    assert of(CueKind.TICK, heard(told, exercise=exercise)) == [(3.5, "2"), (4.5, "1"), (5.5, "long enough")]


@pytest.mark.parametrize("tempo", ["lift=1,lower=2", "hold=x", "hold=0-2?"])
def test_nothing_is_ticked_where_no_length_is_prescribed(tempo: str) -> None:
    exercise = replace(PLAIN, tempo=parse_tempo(tempo))
    ticks = [cue for cue in heard(one_rep(1, 2.0)[1], exercise=exercise) if cue.kind is CueKind.TICK]
    assert [cue for cue in ticks if cue.phase is Phase.HOLD] == []


def test_a_phase_told_late_has_no_tick_for_what_is_gone() -> None:
    cues = heard([begins(Phase.HOLD, 3.0, late_s=1.3)], until_s=10)
    assert of(CueKind.TICK, cues) == [(5.0, "1"), (6.0, "long enough")]
    cues = heard([begins(Phase.HOLD, 3.0, late_s=1.95)], until_s=10)
    assert of(CueKind.TICK, cues) == [(6.0, "long enough")], "nor one right upon the tone"


def test_a_hold_that_was_taken_for_a_lowering_is_one_hold() -> None:
    told = [
        begins(Phase.LIFT, 2.0),
        begins(Phase.HOLD, 3.0),
        begins(Phase.LOWER, 3.4),
        begins(Phase.HOLD, 3.9, late_s=0.3),
    ]
    cues = heard(told, until_s=10)
    assert of(CueKind.PHASE, cues) == [(2.1, "lift"), (3.1, "hold"), (3.5, "lower")]
    holding = [cue for cue in cues if cue.phase is Phase.HOLD]
    assert of(CueKind.TICK, holding) == [(5.0, "1"), (6.0, "long enough")], "counted from where it began"


def test_without_samples_nobody_knows_what_goes_on() -> None:
    told = [begins(Phase.HOLD, 3.0)]
    assert len(of(CueKind.TICK, heard(told, until_s=10))) == 3
    assert of(CueKind.TICK, heard(told, until_s=10, silent=(4.3, 20))) == [(4.0, "2")]


def test_after_samples_that_are_lost_it_is_a_new_phase() -> None:
    told = [begins(Phase.HOLD, 3.0), hole(4.3, 5.3), begins(Phase.LOWER, 7.0)]
    cues = heard(told, until_s=9, silent=(4.3, 5.3))
    assert of(CueKind.TICK, cues) == [(4.0, "2"), (8.0, "3"), (9.0, "2")]


def test_a_pause_silences_the_pace() -> None:
    told = [begins(Phase.HOLD, 3.0), marked(MarkKind.PAUSE, 4.5)]
    assert of(CueKind.TICK, heard(told, until_s=10)) == [(4.0, "2")]


# Count


def test_the_count_is_said_as_the_rep_is_complete() -> None:
    _, told = a_set(3)
    assert of(CueKind.COUNT, heard(told)) == [(10.1, "1"), (19.1, "2"), (28.1, "3")]
    assert of(CueKind.COUNT, heard(told, CueSettings(count=CountAt.OFF))) == []


def test_or_at_the_top() -> None:
    _, told = a_set(3)
    assert of(CueKind.COUNT, heard(told, AT_TOP)) == [(3.1, "1"), (12.1, "2"), (21.1, "3")]


def test_at_the_top_of_a_rep_without_a_hold() -> None:
    told = [begins(Phase.LIFT, 2.0), begins(Phase.LOWER, 3.0)]
    assert of(CueKind.COUNT, heard(told, AT_TOP)) == [(3.1, "1")]


def test_a_top_is_counted_once_however_often_it_sways() -> None:
    told = [begins(Phase.LIFT, 2.0), begins(Phase.HOLD, 3.0), begins(Phase.LOWER, 3.4), begins(Phase.HOLD, 3.9)]
    assert of(CueKind.COUNT, heard(told, AT_TOP)) == [(3.1, "1")]


def test_a_rep_that_is_undone_is_counted_anew() -> None:
    _, told = a_set(3)
    undone = [*told, marked(MarkKind.UNDO, 20.5)]
    assert of(CueKind.COUNT, heard(undone)) == [(10.1, "1"), (19.1, "2"), (28.1, "2")]
    assert of(CueKind.COUNT, heard(undone, AT_TOP)) == [(3.1, "1"), (12.1, "2"), (21.1, "2")]


def test_reps_of_long_ago_are_not_told_one_by_one() -> None:
    """A set is known by its second rep: both are told then."""
    first, second = made(Rep, 1, 2.0), made(Rep, 2, 11.0)
    at_s = second.end_s or 0.0
    told = [rep_told(first, late_s=at_s - (first.end_s or 0.0)), rep_told(second, late_s=0.0)]
    assert of(CueKind.COUNT, heard(told)) == [(at_s, "2")]


def test_it_is_said_when_it_is_enough() -> None:
    _, told = a_set(6)
    exercise = replace(PLAIN, reps=Count(4, 5, start=3))
    cues = heard(told, exercise=exercise)
    assert [text for _, text in of(CueKind.COUNT, cues)] == ["1", "2, one more", "3, enough", "4", "6"]
    assert [time_s for time_s, _ in of(CueKind.SET_DONE, cues)] == [46.1], "the fifth is told with the set"


def test_at_the_top_the_last_is_known_as_such() -> None:
    _, told = a_set(3)
    exercise = replace(PLAIN, reps=Count(2, 2))
    assert [text for _, text in of(CueKind.COUNT, heard(told, AT_TOP, exercise))] == ["1", "2, the last", "3"]


# Verdicts: how often
# Of lower, of which 4 s are prescribed, in each rep: and the reps after which it is said to be too quick.


@pytest.mark.parametrize(
    ("lowers_s", "said_after"),
    [
        ((2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0), [1, 4, 7]),  # two reps to mend it, each time
        ((2.0, 2.3, 2.6, 2.8, 2.8, 2.8, 3.0), [1]),  # it gets better all the time
        ((2.0, 2.2, 2.4, 2.6, 2.6, 2.6, 2.6), [1, 7]),  # and then no more
        ((2.0, 2.0, 2.0, 2.04), [1, 4]),  # so little is none
        ((2.0, 4.0, 2.8), [1]),  # mended, and back: one is not nagged
        ((2.0, 4.0, 4.0, 2.8), [1, 4]),  # but it is back
        ((4.0, 4.0, 2.0, 4.0, 4.0), [3]),
    ],
)
def test_the_same_is_said_again_only_where_it_got_no_better(lowers_s: tuple[float, ...], said_after: list[int]) -> None:
    cues = heard(reps_that_lower(*lowers_s))
    ends_s = [time_s for time_s, _ in of(CueKind.COUNT, cues)]
    said = of(CueKind.VERDICT, cues)
    assert {text for _, text in said} <= {"slower down"}
    assert [ends_s.index(time_s) + 1 for time_s, _ in said] == said_after


def test_something_else_is_said_at_once() -> None:
    told = [*reps_that_lower(2.0, 2.0), *one_rep(3, 30.0, 1.0, 2.0, 4.0)[1]]
    assert [text for _, text in of(CueKind.VERDICT, heard(told))] == ["slower down", "hold longer"]


def test_a_new_set_begins_anew() -> None:
    first = reps_that_lower(2.0, 2.0)
    reps = [made(Rep, 1, 2.0), made(Rep, 2, 12.0)]
    told = [*first, set_told(reps, 40.0), *one_rep(1, 50.0, 1.0, 3.0, 2.0)[1]]
    assert [round(time_s) for time_s, _ in of(CueKind.VERDICT, heard(told))] == [8, 56]


def test_what_may_hurt_and_what_is_not_counted_is_said_each_time() -> None:
    high = [replace(made(Rep, number, 9.0 * number), elevation_top_deg=9.0) for number in (1, 2, 3)]
    assert len(of(CueKind.VERDICT, heard(map(rep_told, high), exercise=BALL))) == 3
    partials = [made(PartialRep, number, 9.0 * number, 0.5, 0.2, 0.6, rom_deg=14.0) for number in (1, 2, 3)]
    assert len(of(CueKind.VERDICT, heard(map(partial_told, partials)))) == 3


# Verdicts: which


@pytest.mark.parametrize(
    ("durations", "said"),
    [
        ((1.0, 3.0, 4.0), []),
        ((1.0, 3.0, 2.0), ["slower down"]),
        ((1.0, 2.0, 4.0), ["hold longer"]),
        ((0.5, 3.0, 4.0), ["slower up"]),
        ((1.0, 3.0, 5.0), ["quicker down"]),
        ((1.0, 4.0, 4.0), ["hold less long"]),
        ((2.0, 3.0, 4.0), ["quicker up"]),
        ((0.5, 2.0, 2.5), ["slower down"]),
        ((0.5, 1.0, 3.0), ["hold longer"]),
    ],
)
def test_the_phase_that_was_worst_is_named(durations: tuple[float, ...], said: list[str]) -> None:
    _, told = one_rep(1, 2.0, *durations)
    assert [text for _, text in of(CueKind.VERDICT, heard(told))] == said
    assert of(CueKind.VERDICT, heard(told, CueSettings(verdicts=False))) == []


def test_nothing_is_said_of_a_tempo_that_is_not_prescribed() -> None:
    _, told = one_rep(1, 2.0, 0.5, 1.0, 1.0)
    assert of(CueKind.VERDICT, heard(told, exercise=find_exercise("generic"))) == []


def test_what_may_hurt_goes_first() -> None:
    high = replace(made(Rep, 1, 2.0, 1.0, 1.0, 2.0), elevation_top_deg=9.0)
    assert of(CueKind.VERDICT, heard([rep_told(high)], exercise=BALL)) == [(6.1, "too high")]
    level = replace(high, elevation_top_deg=0.0)
    assert of(CueKind.VERDICT, heard([rep_told(level)], exercise=BALL)) == [(6.1, "hold longer")]


def test_a_leg_that_drops() -> None:
    exercise = replace(PLAIN, tempo=parse_tempo("lift=1"))
    assert of(CueKind.VERDICT, heard(one_rep(1, 2.0, 1.0, 3.0, 0.3)[1], exercise=exercise)) == [(6.4, "do not drop it")]
    assert of(CueKind.VERDICT, heard(one_rep(1, 2.0, 1.0, 3.0, 1.3)[1], exercise=exercise)) == []


def test_a_range_that_is_short_of_what_is_prescribed() -> None:
    low = made(Rep, 1, 2.0, 1.0, 3.0, 4.0, rom_deg=20.0)
    exercise = replace(PLAIN, rom_deg=Span(30.0, None))
    assert of(CueKind.VERDICT, heard([rep_told(low)], exercise=exercise)) == [(10.1, "further up")]
    assert of(CueKind.VERDICT, heard([rep_told(low)])) == []


def test_a_range_that_is_short_of_the_usual_one() -> None:
    low = made(Rep, 4, 29.0, 1.0, 3.0, 4.0, rom_deg=25.0)
    _, told = a_set(3)
    assert of(CueKind.VERDICT, heard([*told, rep_told(low)])) == [(37.1, "further up")]
    _, told = a_set(1)
    assert of(CueKind.VERDICT, heard([*told, rep_told(low)])) == [], "one alone is not usual"


def test_a_partial_rep_is_not_counted_and_that_is_said() -> None:
    partial = made(PartialRep, 1, 2.0, 0.5, 0.2, 0.6, rom_deg=14.0)
    cues = heard([partial_told(partial)])
    assert of(CueKind.VERDICT, cues) == [(3.4, "partial, not counted")]
    assert of(CueKind.COUNT, cues) == []


def test_of_a_rep_across_a_gap_nobody_knows() -> None:
    short = made(Rep, 1, 2.0, 1.0, 3.0, 1.0)
    assert of(CueKind.VERDICT, heard([rep_told(short)])) == [(7.1, "slower down")]
    broken = replace(short, flags=(CycleFlag.GAP,))
    cues = heard([rep_told(broken)])
    assert of(CueKind.VERDICT, cues) == []
    assert of(CueKind.COUNT, cues) == [(7.1, "1")]


def test_a_rep_of_long_ago_has_no_verdict() -> None:
    short = made(Rep, 1, 2.0, 1.0, 3.0, 1.0)
    assert of(CueKind.VERDICT, heard([rep_told(short, late_s=1.6)])) == []


# Sets and rests


def test_a_set_is_done_and_the_rest_runs_from_its_end() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0)], until_s=100)  # it ended at 19 s
    assert of(CueKind.SET_DONE, cues) == [(29.0, "set 1 done: 2 reps, rest 50 seconds")]
    counts = [(49.0, "30 seconds"), (69.0, "10 seconds"), (76.0, "3"), (77.0, "2"), (78.0, "1")]
    assert of(CueKind.REST, cues) == [*counts, (79.0, "rest is over")]


def test_without_a_prescribed_rest_nothing_is_counted_down() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0)], exercise=replace(PLAIN, rest_s=None), until_s=100)
    assert of(CueKind.SET_DONE, cues) == [(29.0, "set 1 done: 2 reps")]
    assert of(CueKind.REST, cues) == []


def test_nor_where_it_is_not_wanted() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0)], CueSettings(rest=False), until_s=100)
    assert of(CueKind.SET_DONE, cues) == [(29.0, "set 1 done: 2 reps")]
    assert of(CueKind.REST, cues) == []


def test_after_the_last_set_there_is_no_rest() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0)], exercise=replace(PLAIN, sets=Count(1, 1)), until_s=100)
    assert of(CueKind.SET_DONE, cues) == [(29.0, "set 1 done: 2 reps, and that was the last set")]
    assert of(CueKind.REST, cues) == []


TWO = replace(PLAIN, reps=Count(2, 2))
TWO_OR_MORE = replace(PLAIN, reps=Count(3, 4, start=2))


def test_after_the_last_prescribed_rep_the_set_is_done() -> None:
    """Told at once, and not again when that is sure; the rest runs from there."""
    reps, told = a_set(2)
    for more in ([], [set_told(reps, 34.0)]):
        cues = heard([*told, *more], exercise=TWO, until_s=100)
        assert of(CueKind.SET_DONE, cues) == [(19.1, "set 1 done: 2 reps, rest 60 seconds")]
        counts = [(49.0, "30 seconds"), (69.0, "10 seconds"), (76.0, "3"), (77.0, "2"), (78.0, "1")]
        assert of(CueKind.REST, cues) == [*counts, (79.0, "rest is over")]
    assert of(CueKind.SET_DONE, heard(told, QUIET, TWO)) == [(19.1, "set 1 done: 2 reps, rest 60 seconds")]


def test_who_goes_on_is_counted_and_told_again() -> None:
    reps, told = a_set(3)
    cues = heard([*told, set_told(reps, 43.0)], exercise=TWO, until_s=100)
    assert of(CueKind.COUNT, cues) == [(10.1, "1, one more"), (28.1, "3")]
    assert [text for _, text in of(CueKind.SET_DONE, cues)] == [
        "set 1 done: 2 reps, rest 60 seconds",
        "set 1 done: 3 reps, rest 55 seconds",
    ]
    assert [time_s for time_s, _ in of(CueKind.REST, cues)] == [58.0, 78.0, 85.0, 86.0, 87.0, 88.0]


def test_a_leg_that_stirs_takes_back_the_rest_until_it_is_sure() -> None:
    reps, told = a_set(2)
    stirs = begins(Phase.LIFT, 25.0)
    cues = heard([*told, stirs, set_told(reps, 55.0)], exercise=TWO, until_s=100)
    assert len(of(CueKind.SET_DONE, cues)) == 1
    assert [time_s for time_s, _ in of(CueKind.REST, cues)] == [69.0, 76.0, 77.0, 78.0, 79.0]


def test_where_it_is_enough_and_nothing_moves_the_set_is_taken_to_be_done() -> None:
    """After a pause that is longer than any within a set."""
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 34.0)], exercise=TWO_OR_MORE, until_s=50)
    assert of(CueKind.COUNT, cues) == [(10.1, "1, one more"), (19.1, "2, enough")]
    assert of(CueKind.SET_DONE, cues) == [(24.1, "set 1 done: 2 reps, rest 55 seconds")]
    assert of(CueKind.REST, cues) == [(49.0, "30 seconds")]


@pytest.mark.parametrize("exercise", [TWO, TWO_OR_MORE])
def test_that_the_leg_is_down_may_be_told_after_the_rep(exercise: Exercise) -> None:
    _, told = a_set(2)
    cues = heard([*told, begins(Phase.PAUSE, 19.0, late_s=0.4)], exercise=exercise, until_s=50)
    assert len(of(CueKind.SET_DONE, cues)) == 1
    assert of(CueKind.REST, cues) == [(49.0, "30 seconds")]


def test_what_was_said_of_the_rest_is_not_said_again_when_the_set_is_sure() -> None:
    """Its end is then known a little better."""
    (first, last), told = a_set(2)
    sure = set_told([first, replace(last, end_s=19.3)], 34.1)
    cues = heard([*told, sure], exercise=replace(TWO, rest_s=45.0), until_s=40)
    assert of(CueKind.REST, cues) == [(34.0, "30 seconds")]


@pytest.mark.parametrize(
    "meanwhile",
    [begins(Phase.LIFT, 22.0), marked(MarkKind.PAUSE, 22.0), marked(MarkKind.UNDO, 22.0), hole(21.0, 22.0)],
    ids=("a lift", "a pause", "undone", "samples lost"),
)
def test_but_not_where_one_goes_on_or_nobody_knows(meanwhile: Timed) -> None:
    _, told = a_set(2)
    assert len(of(CueKind.SET_DONE, heard(told, exercise=TWO_OR_MORE, until_s=50))) == 1
    assert of(CueKind.SET_DONE, heard([*told, meanwhile], exercise=TWO_OR_MORE, until_s=50)) == []


def test_nor_without_samples() -> None:
    _, told = a_set(2)
    assert of(CueKind.SET_DONE, heard(told, exercise=TWO_OR_MORE, until_s=50, silent=(21.0, 60.0))) == []


def test_with_too_few_reps_it_has_to_be_sure() -> None:
    _, told = a_set(1)
    assert of(CueKind.SET_DONE, heard(told, exercise=TWO, until_s=50)) == []


def test_the_last_set_is_known_as_such() -> None:
    _, told = a_set(2)
    cues = heard(told, exercise=replace(TWO, sets=Count(1, 1)), until_s=100)
    assert of(CueKind.SET_DONE, cues) == [(19.1, "set 1 done: 2 reps, and that was the last set")]
    assert of(CueKind.REST, cues) == []


def test_a_rep_that_is_undone_after_the_last_is_done_again() -> None:
    reps, told = a_set(3)
    cues = heard([*told, marked(MarkKind.UNDO, 19.5), set_told(reps, 43.0)], exercise=TWO, until_s=50)
    assert [time_s for time_s, _ in of(CueKind.SET_DONE, cues)] == [19.1, 28.1]


def test_a_rest_ends_with_the_next_set() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0), begins(Phase.LIFT, 60.0)], until_s=100)
    assert of(CueKind.REST, cues) == [(49.0, "30 seconds")]


def test_a_rest_that_is_over_when_the_set_is_told() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0)], exercise=replace(PLAIN, rest_s=5.0), until_s=50)
    assert of(CueKind.SET_DONE, cues) == [(29.0, "set 1 done: 2 reps")]
    assert of(CueKind.REST, cues) == []


def test_a_set_whose_reps_are_all_undone_is_none() -> None:
    reps, told = a_set(1)
    cues = heard([*told, marked(MarkKind.UNDO, 12.0), set_told(reps, 25.0)], until_s=100)
    assert of(CueKind.SET_DONE, cues) == of(CueKind.REST, cues) == []


def test_pain_is_told_and_no_rest_is_counted_down() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 20.0), marked(MarkKind.PAIN, 20.0)], until_s=100)
    assert [cue.text[:4] for cue in cues if cue.kind is CueKind.PAIN] == ["Stop"]
    assert of(CueKind.REST, cues) == []
    assert of(CueKind.PAIN, heard(told, until_s=100)) == []


# Link and battery


def test_a_link_that_is_lost_and_comes_back() -> None:
    told = [link(LinkChange.CONNECTED, 0.0), link(LinkChange.LOST, 5.0), link(LinkChange.SEARCHING, 5.0)]
    cues = heard([*told, link(LinkChange.CONNECTED, 9.0)], until_s=20, silent=(5.0, 9.0))
    assert len(of(CueKind.LINK_LOST, cues)) == len(of(CueKind.LINK_BACK, cues)) == 1
    assert of(CueKind.LINK_BACK, heard(told)) == [], "the first connection is none that is back"


def test_a_battery_is_low_once_and_once_more() -> None:
    figures = (80, 16, 15, 14, 16, 15, 5, 4, 80, 12)
    told = [(float(second), replace(STATUS, battery_percent=one)) for second, one in enumerate(figures)]
    said = [text for _, text in of(CueKind.BATTERY, heard(told))]
    assert said == ["battery 15 percent", "battery 5 percent", "battery 12 percent"]
    assert of(CueKind.BATTERY, heard([(1.0, replace(STATUS, battery_percent=None))])) == []


# Quiet


def test_quiet_says_only_what_is_not_said_again() -> None:
    reps, told = a_set(3)
    link_events = [link(LinkChange.LOST, 30.0), link(LinkChange.CONNECTED, 31.0)]
    low = (32.0, replace(STATUS, battery_percent=5))
    hurts = marked(MarkKind.PAIN, 60.0)
    cues = heard([*told, *link_events, low, set_told(reps, 40.0), hurts], QUIET, until_s=100)
    assert [cue.kind for cue in cues] == [
        CueKind.LINK_LOST,
        CueKind.LINK_BACK,
        CueKind.BATTERY,
        CueKind.SET_DONE,
        CueKind.PAIN,
    ]
    assert {cue.priority for cue in cues} == {Priority.NEWS}


def test_what_comes_too_late_is_of_no_use_but_news_are() -> None:
    reps, told = a_set(2)
    cues = heard([*told, set_told(reps, 29.0), link(LinkChange.LOST, 30.0)], until_s=31)
    lasts = {cue.kind: cue.until_s - cue.time_s for cue in cues}
    assert lasts[CueKind.TICK] < lasts[CueKind.COUNT] < lasts[CueKind.SET_DONE] < lasts[CueKind.LINK_LOST]
    assert lasts[CueKind.PHASE] < 0.5
