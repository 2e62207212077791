"""What is to be seen, from scripted outputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from live_scenes import after_a_set, connected, in_a_set, lost, sampled
from made_cycles import made
from repclip.engine.assembly import LossReason
from repclip.engine.outputs import (
    Counted,
    DeviceTrouble,
    Gap,
    Marked,
    Output,
    RecordingStopped,
    Sampled,
)
from repclip.live.frame import gaps_in_words
from repclip.live.news import Urgency
from repclip.live.now import GoingOn, Moment, elapsed, now_going_on
from repclip.live.state import Keeping, LinkState, LiveState, News, Stage
from repclip.session.exercise import find_exercise
from repclip.session.tempo import Verdict, parse_tempo
from repclip.source import LinkChange, LinkEvent, MarkKind
from repclip.wording import PAIN_ADVICE
from repsignal import AngleTrace, ImuBlock, Phase, PhaseEvent, Rep, RepEvent, SetEnd

BALL = find_exercise("prone-thigh-extension-ball")


def state_after(
    outputs: list[Output], *, tempo: str | None = None, counting: bool = True, caution: str = ""
) -> LiveState:
    exercise = BALL if tempo is None else replace(BALL, tempo=parse_tempo(tempo))
    state = LiveState(exercise, Keeping("not recorded"), counting=counting, caution=caution)
    for output in outputs:
        state.take(output)
    return state


def test_before_the_first_connection() -> None:
    view = state_after([]).view()
    assert (view.stage, view.link.state, view.newest_s) == (Stage.WAITING, LinkState.FIRST, None)
    assert view.news == ()


def test_a_caution_is_shown_until_the_first_set() -> None:
    view = state_after(connected(), caution="Careful.").view()
    assert [one.text for one in view.news][-1] == view.caution == "Careful."
    assert now_going_on(view, Moment()).text.endswith("then both are counted. Careful.")
    known = state_after(connected()).view()
    assert now_going_on(known, Moment()).text.endswith("then both are counted.")
    waiting = state_after([LinkEvent(0, LinkChange.CONNECTED, "it")], caution="Careful.").view()
    assert now_going_on(waiting, Moment()).text == "Waiting for samples. Careful."
    going_on = state_after(in_a_set(1, Phase.LIFT, 0.5), caution="Careful.").view()
    assert "Careful" not in now_going_on(going_on, Moment()).text


def test_who_waits_for_long_is_told_what_may_be_wrong() -> None:
    for seconds, asked in ((59.9, False), (60.0, True)):
        text = now_going_on(state_after([*connected(), sampled(seconds)], caution="Careful.").view(), Moment()).text
        assert ("Is the sensor on the limb that moves?" in text) == asked
        assert text.endswith(" Careful.")
    later = state_after([*in_a_set(3, Phase.PAUSE, 1.5), sampled(200.0)]).view()
    assert "Is the sensor" not in now_going_on(later, Moment()).text


def test_a_set_going_on() -> None:
    view = state_after(in_a_set(3, Phase.HOLD, 1.5)).view()
    assert (view.stage, view.set_index, view.reps, view.phase) == (Stage.SET, 1, 3, Phase.HOLD)
    assert view.newest_s == pytest.approx(view.begun_s + 1.5)
    assert view.target is not None
    assert [row.index for row in view.rows] == [1, 2, 3]


def test_verdicts_are_those_of_the_reports() -> None:
    (first, second, third) = state_after(in_a_set(3, Phase.LIFT, 0.1)).view().rows
    assert [time.verdict for time in first.phases] == [Verdict.ON] * 3 + [None]
    assert [time.verdict for time in second.phases] == [Verdict.SHORT] * 3 + [None]
    assert [time.verdict for time in third.phases] == [Verdict.LONG] * 3 + [None]


def test_a_pause_is_known_with_the_next_rep() -> None:
    view = state_after(in_a_set(2, Phase.LIFT, 0.1), tempo="4-0-1-3").view()
    assert [row.phases[3].seconds for row in view.rows] == [pytest.approx(0.5), None]
    assert view.rows[0].phases[3].verdict is Verdict.LONG


def test_a_set_whose_first_reps_are_just_told() -> None:
    done = [Counted(RepEvent(1, made(Rep, n, 5.0 * n), 20.0)) for n in (1, 2)]
    assert now_going_on(state_after(connected()).view(), Moment()).text.startswith("A set is known by its second rep")
    now = now_going_on(state_after([*connected(), *done, sampled(20.0)]).view(), Moment())
    assert (now.word, now.text) == ("COUNTING", "")


def test_after_a_set_it_still_shows_its_count() -> None:
    view = state_after(after_a_set(10, 41.0)).view()
    assert (view.stage, view.set_index, view.reps, view.partials) == (Stage.REST, 1, 10, 1)
    assert view.newest_s == pytest.approx(view.begun_s + 41.0)
    assert [(row.index, row.partial) for row in view.rows[-2:]] == [(10, False), (1, True)]


@pytest.mark.parametrize(
    ("reps", "paused_s", "what"),
    [
        (9, 60.0, GoingOn.PAUSE),  # too few
        (10, 4.9, GoingOn.PAUSE),
        (10, 5.0, GoingOn.REST),
        (20, 0.2, GoingOn.REST),  # all
        (21, 4.9, GoingOn.PAUSE),  # who goes on may go on again
        (21, 5.0, GoingOn.REST),
    ],
)
def test_a_set_that_is_likely_over_is_shown_as_the_rest_that_is_heard(
    reps: int, paused_s: float, what: GoingOn
) -> None:
    now = now_going_on(state_after(in_a_set(reps, Phase.PAUSE, paused_s)).view(), Moment())
    assert (now.what, now.seconds) == (what, pytest.approx(paused_s))
    moving = state_after(in_a_set(reps, Phase.LIFT, paused_s)).view()
    assert now_going_on(moving, Moment()).what is GoingOn.LIFT


def test_the_next_set_begins_with_its_first_phase() -> None:
    begun = Counted(PhaseEvent(Phase.LIFT, 180.0, 180.1, 2))
    view = state_after([*after_a_set(10, 41.0), begun, sampled(180.5)]).view()
    assert (view.stage, view.set_index, view.reps) == (Stage.SET, 2, 0)
    assert len(view.rows) == 11, "the table goes on"


def test_what_was_undone_is_not_shown() -> None:
    state = state_after(in_a_set(3, Phase.HOLD, 1.0))
    told = state.take(Marked(50.0, MarkKind.UNDO))
    assert told is not None
    assert told.text == "the last rep is undone"
    assert (state.view().reps, len(state.view().rows)) == (2, 2)
    for _ in range(3):
        told = state.take(Marked(51.0, MarkKind.UNDO))
    assert told is not None
    assert told.text == "there is no rep to undo"
    assert state.view().reps == 0


def test_paused_and_going_on() -> None:
    state = state_after([*in_a_set(2, Phase.PAUSE, 1.0), Marked(50.0, MarkKind.PAUSE), sampled(70.0)])
    assert state.view().stage is Stage.PAUSED
    state.take(Marked(70.0, MarkKind.RESUME))
    assert state.view().stage is Stage.SET


def test_pain_is_shown_first_until_a_set_goes_on() -> None:
    state = state_after(after_a_set(4, 5.0))
    told = state.take(Marked(50.0, MarkKind.PAIN))
    assert told is not None
    assert told.urgency is Urgency.WARNING
    assert PAIN_ADVICE in told.text
    assert (state.view().stage, state.view().reps) == (Stage.PAIN, 4)
    assert now_going_on(state.view(), Moment()).text == PAIN_ADVICE
    state.take(Marked(51.0, MarkKind.PAUSE))
    assert (state.view().stage, state.view().paused) == (Stage.PAIN, True)
    state.take(LinkEvent(0, LinkChange.LOST, "out of range"))
    assert now_going_on(state.view(), Moment()).word == "PAIN"
    state.take(Counted(PhaseEvent(Phase.LIFT, 60.0, 60.1, 2)))
    state.take(Marked(61.0, MarkKind.RESUME))
    assert state.view().stage is Stage.SET


def test_without_pain_nothing_is_said_of_it() -> None:
    state = state_after([*after_a_set(4, 5.0), Marked(50.0, MarkKind.END_SET)])
    assert state.view().stage is Stage.REST
    assert not any("ain" in note for note in state.account.report("generic", 100.0).notes)


def test_a_lost_link_says_why_and_since_when() -> None:
    view = state_after(lost(46.0)).view()
    assert (view.link.state, view.link.since_ns) == (LinkState.LOST, 46_000_000_000)
    now = now_going_on(view, Moment(now_ns=53_000_000_000))
    assert now.seconds == pytest.approx(7.0)
    assert "nothing is lost" in now.text
    late = now_going_on(view, Moment(now_ns=80_000_000_000))
    assert "older is lost" in late.text


def test_connected_again() -> None:
    again = LinkEvent(50_000_000_000, LinkChange.CONNECTED, "repclip-7F3A")
    link = state_after([*lost(46.0), again]).view().link
    assert (link.state, link.reason) == (LinkState.UP, "")


def test_the_signal_is_that_of_the_connection() -> None:
    state = state_after(connected())
    assert state.view().link.signal_dbm == -61
    state.take(LinkEvent(50, LinkChange.LOST, "gone"))
    assert state.view().link.signal_dbm is None
    state.take(LinkEvent(60, LinkChange.CONNECTED, "/dev/ttyACM0"))
    assert state.view().link.signal_dbm is None, "by cable there is none"


def test_health_of_the_link() -> None:
    gaps = [Gap(1.0, 2.0, 99, LossReason.BOARD), Gap(3.0, 4.0, None, LossReason.RESTART)]
    overflow = LinkEvent(5, LinkChange.OVERFLOW, "slow", 12)
    link = state_after([*connected(), *gaps, overflow]).view().link
    assert (link.gaps, link.lost, link.overflowed) == (2, None, 12)
    assert gaps_in_words(link) == "2 gaps of unknown size"
    assert gaps_in_words(state_after([*connected(), gaps[0]]).view().link) == "1 gap, 99 lost"
    assert (link.rate_hz, link.battery_percent, link.sensor) == (99.97, 80, "LSM6DSOX")


def test_trouble_is_over_when_samples_come() -> None:
    trouble = DeviceTrouble("the board finds no sensor")
    state = state_after([LinkEvent(0, LinkChange.CONNECTED, "x"), trouble, sampled(0.0, 0)])
    assert now_going_on(state.view(), Moment()).text == trouble.reason
    state.take(sampled(1.0))
    assert now_going_on(state.view(), Moment()).word == "READY"


def test_a_file_of_another_program_tells_of_no_link() -> None:
    assert state_after([sampled(0.5)]).view().link.state is LinkState.UP


def test_samples_of_an_unknown_rate_can_be_summed_up() -> None:
    """As those of a file whose stamps make no sense."""
    block = ImuBlock(np.array([0.0, 1e9, -1e9]), np.zeros((3, 3)), np.zeros((3, 3)))
    state = state_after([Sampled(block, 0.0)])
    assert state.rate_hz is None
    assert state.account.report("generic", state.rate_hz).samples == 3


def test_a_recording_that_stops_is_told_and_stays_told() -> None:
    state = state_after(in_a_set(2, Phase.LIFT, 0.2))
    told = state.take(RecordingStopped("the disk is full"))
    assert told is not None
    assert told.urgency is Urgency.WARNING
    for second in range(10):
        state.take(Marked(float(second), MarkKind.MARK))
    assert state.view().keeping.stopped == "the disk is full"


def test_only_the_link_matters_where_nothing_is_counted() -> None:
    state = state_after(connected(), counting=False)
    rep = made(Rep, 1, 1.0, lower_s=3.0, pause_s=None)
    end = SetEnd(1, 1.0, 9.0, (rep,), (), (), AngleTrace(np.zeros(0), np.zeros(0), np.zeros(0)), 12.0)
    assert state.take(Counted(end)) is None


@pytest.mark.parametrize(
    ("running_s", "verdict"), [(0.5, None), (2.9, Verdict.ON), (3.2, Verdict.ON), (3.5, Verdict.LONG)]
)
def test_a_phase_that_goes_on_is_not_yet_short(running_s: float, verdict: Verdict | None) -> None:
    view = state_after(in_a_set(2, Phase.HOLD, running_s)).view()
    assert now_going_on(view, Moment()).verdict is verdict


def test_time_runs_on_between_samples() -> None:
    view = state_after(in_a_set(2, Phase.HOLD, 1.0)).view()
    assert now_going_on(view, Moment(ahead_s=0.08)).seconds == pytest.approx(1.08)


def test_no_name_commands_the_terminal() -> None:
    """Names come over the air, from whoever is there."""
    event = LinkEvent(0, LinkChange.CONNECTED, "evil\x1b[2J\nname")
    view = state_after([event]).view()
    assert view.link.device.isprintable()
    assert all(one.text.isprintable() for one in view.news)


def test_news_are_the_last_ones_newest_first() -> None:
    state = state_after(connected())
    for number in range(9):
        state.take(Marked(float(number), MarkKind.NOTE, f"{number}"))
    texts = [one.text for one in state.view().news]
    assert texts == [f"note: {number}" for number in (8, 7, 6, 5)]
    assert all(isinstance(one, News) for one in state.view().news)


def test_last_rep_is_of_the_set_that_goes_on() -> None:
    assert state_after(after_a_set(10, 1.0)).last_rep is None
    state = state_after(in_a_set(2, Phase.HOLD, 1.0))
    assert state.last_rep is not None
    assert state.last_rep.index == 2
    rep = made(Rep, 3, 40.0, lower_s=3.0, pause_s=None)
    state.take(Counted(RepEvent(1, rep, 47.0)))
    assert state.last_rep is not None
    assert state.last_rep.index == 3


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0:00"), (7.9, "0:07"), (754, "12:34"), (3723, "1:02:03")])
def test_elapsed(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text
