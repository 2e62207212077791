"""A metronome: where it begins, what it says, and who may stop it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cue_helpers import PLAIN, Timed, heard, link, marked, of, one_rep, rep_told, set_told
from made_cycles import made
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CountAt, CueMode, CueSettings
from repclip.cues.types import CueKind
from repclip.errors import NoTempoError
from repclip.session.exercise import find_exercise
from repclip.session.prescription import Count
from repclip.session.tempo import parse_tempo
from repclip.source import LinkChange, MarkKind
from repsignal import Rep

LED = CueSettings(mode=CueMode.LEAD, count_in_s=4.0)
TWICE = replace(PLAIN, tempo=parse_tempo("lift=1,hold=2,lower=3"), reps=Count(2, 2), sets=Count(2, 2), rest_s=12.0)


def led_set(start_s: float) -> list[tuple[float, str]]:
    """Tones of two reps of six seconds."""
    return [(start_s + rep + at, phase) for rep in (0, 6) for at, phase in ((0, "lift"), (1, "hold"), (3, "lower"))]


def test_it_leads_through_sets_and_rests() -> None:
    cues = heard([], LED, TWICE, until_s=100)
    assert of(CueKind.COUNT_IN, cues) == [(1.0, "3"), (2.0, "2"), (3.0, "1")]
    assert of(CueKind.PHASE, cues) == [*led_set(4.0), *led_set(28.0)]
    assert of(CueKind.SET_DONE, cues) == [
        (16.0, "set 1 done: 2 reps, rest 12 seconds"),
        (40.0, "set 2 done: 2 reps, and that was the last set"),
    ]
    assert of(CueKind.REST, cues) == [(18.0, "10 seconds"), (25.0, "3"), (26.0, "2"), (27.0, "1")]


def test_ticks_lie_between_the_tones() -> None:
    ticks = of(CueKind.TICK, heard([], LED, TWICE, until_s=10))
    assert ticks == [(6.0, "1"), (8.0, "2"), (9.0, "1")]


def test_the_count_is_the_metronomes() -> None:
    assert of(CueKind.COUNT, heard([], LED, TWICE, until_s=17)) == [(10.0, "1")], "the last is told with the set"
    top = replace(LED, count=CountAt.TOP)
    assert of(CueKind.COUNT, heard([], top, TWICE, until_s=17)) == [(5.0, "1"), (11.0, "2")]
    assert of(CueKind.COUNT, heard([], replace(LED, count=CountAt.OFF), TWICE, until_s=17)) == []


def test_measured_phases_and_counts_are_not_told_beside_it() -> None:
    rep, told = one_rep(1, 4.3, 1.0, 2.0, 3.0)
    assert rep.end_s is not None
    measured = heard(told, LED, TWICE, until_s=17)
    assert measured == heard([], LED, TWICE, until_s=17)


def test_but_how_the_rep_was_is() -> None:
    short = made(Rep, 1, 4.3, 1.0, 1.0, 3.0)
    cues = heard([rep_told(short)], LED, TWICE, until_s=17)
    assert of(CueKind.VERDICT, cues) == [(9.4, "hold longer")]


def test_a_range_is_led_through_its_middle_and_x_in_a_second() -> None:
    exercise = replace(TWICE, tempo=parse_tempo("lift=x,lower=3-4,pause=1"), reps=Count(10, 15, start=3))
    tones = of(CueKind.PHASE, heard([], LED, exercise, until_s=60))
    rep = [(0.0, "lift"), (1.0, "lower"), (4.5, "pause")]
    assert tones[:8] == [(4.0 + start + at, word) for start in (0, 5.5, 11) for at, word in rep][:8]
    assert tones[8][0] == 4.0 + 3 * 5.5 - 1.0 + 12.0, "no pause after the last rep, and then the rest"


def test_without_figures_it_goes_on_until_it_is_stopped() -> None:
    endless = replace(TWICE, reps=None)
    cues = heard([marked(MarkKind.PAIN, 200.05)], LED, endless, until_s=300)
    assert len(of(CueKind.COUNT, cues)) == 32
    assert max(cue.time_s for cue in cues if cue.kind is not CueKind.PAIN) <= 200.0


def test_without_a_rest_there_is_one_set() -> None:
    cues = heard([], LED, replace(TWICE, rest_s=None), until_s=200)
    assert of(CueKind.SET_DONE, cues) == [(16.0, "set 1 done: 2 reps")]
    assert of(CueKind.PHASE, cues) == led_set(4.0)


def test_sets_without_number_follow_one_another() -> None:
    cues = heard([], LED, replace(TWICE, sets=None), until_s=100)
    assert [time_s for time_s, _ in of(CueKind.SET_DONE, cues)] == [16.0, 40.0, 64.0, 88.0]


def test_after_a_pause_it_counts_in_and_repeats_the_rep() -> None:
    told: list[Timed] = [marked(MarkKind.PAUSE, 11.0), marked(MarkKind.RESUME, 50.0)]
    cues = heard(told, LED, TWICE, until_s=200)
    assert of(CueKind.PHASE, cues) == [
        *led_set(4.0)[:5],
        *[(time_s + 44.0, word) for time_s, word in led_set(4.0)[3:]],
        *led_set(54.0 + 6.0 + 12.0),
    ]
    assert of(CueKind.COUNT_IN, cues)[3:] == [(51.0, "3"), (52.0, "2"), (53.0, "1")]


def test_a_pause_in_the_rest_begins_the_next_set() -> None:
    told: list[Timed] = [marked(MarkKind.PAUSE, 20.0), marked(MarkKind.RESUME, 50.0)]
    cues = heard(told, LED, TWICE, until_s=200)
    assert of(CueKind.PHASE, cues) == [*led_set(4.0), *led_set(54.0)]


def test_a_pause_after_the_last_set_begins_nothing() -> None:
    told: list[Timed] = [marked(MarkKind.PAUSE, 41.0), marked(MarkKind.RESUME, 50.0)]
    assert heard(told, LED, TWICE, until_s=200) == heard([], LED, TWICE, until_s=200)


def test_a_pause_in_the_count_in_keeps_its_place() -> None:
    paused = [(11.0, MarkKind.PAUSE), (20.0, MarkKind.RESUME), (21.0, MarkKind.PAUSE), (30.0, MarkKind.RESUME)]
    cues = heard([marked(kind, time_s) for time_s, kind in paused], LED, TWICE, until_s=41)
    assert of(CueKind.PHASE, cues)[5:] == [(34.0, "lift"), (35.0, "hold"), (37.0, "lower")]


def test_who_stops_early_rests_from_then_on() -> None:
    rep, _ = one_rep(1, 4.3, 1.0, 2.0, 3.0)  # until 10.3 s
    long_set = replace(TWICE, reps=Count(9, 9))
    cues = heard([set_told([rep], 15.05)], LED, long_set, until_s=25)
    assert of(CueKind.SET_DONE, cues) == [(15.05, "set 1 done: 1 rep, rest 7 seconds")]
    assert [time_s for time_s, _ in of(CueKind.PHASE, cues)][-3:] == pytest.approx([14.0 - 1, 22.3, 23.3])


def test_and_has_five_seconds_to_get_ready() -> None:
    rep, _ = one_rep(1, 4.3, 1.0, 2.0, 3.0)
    long_set = replace(TWICE, reps=Count(9, 9))
    cues = heard([set_told([rep], 25.0)], LED, long_set, until_s=31)
    assert of(CueKind.PHASE, cues)[-2:] == [(30.0, "lift"), (31.0, "hold")]
    assert of(CueKind.REST, cues) == [(27.0, "3"), (28.0, "2"), (29.0, "1")]


def test_a_set_that_was_led_to_its_end_is_not_told_twice() -> None:
    rep, _ = one_rep(1, 4.3, 1.0, 2.0, 3.0)
    cues = heard([set_told([rep], 21.0)], LED, TWICE, until_s=100)
    assert cues == heard([], LED, TWICE, until_s=100)
    cues = heard([set_told([rep], 30.0)], LED, TWICE, until_s=100)
    assert cues == heard([], LED, TWICE, until_s=100), "nor in the midst of the next set"


def test_the_set_can_be_ended_by_hand() -> None:
    cues = heard([marked(MarkKind.END_SET, 9.1)], LED, TWICE, until_s=100)
    assert of(CueKind.SET_DONE, cues)[0] == (9.1, "set 1 done, rest 12 seconds")
    assert of(CueKind.PHASE, cues) == [*led_set(4.0)[:3], *[(round(at + 17.1, 3), word) for at, word in led_set(4.0)]]


def test_a_lost_link_does_not_stop_it() -> None:
    cues = heard([link(LinkChange.LOST, 8.0)], LED, TWICE, until_s=17, silent=(8.0, 100.0))
    assert of(CueKind.PHASE, cues) == led_set(4.0)


@pytest.mark.parametrize("tempo", ["hold=3", "lift=1", "lower=3"])
def test_who_is_led_needs_a_tempo(tempo: str) -> None:
    with pytest.raises(NoTempoError) as raised:
        CueEngine(replace(PLAIN, tempo=parse_tempo(tempo)), LED)
    assert raised.value.exit_code == 2
    CueEngine(find_exercise("generic"), CueSettings())
