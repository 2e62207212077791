"""Sets and sessions against their prescription, in figures and in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from made_cycles import made
from plot_scenes import fifteen, report, tired_set, trace
from repclip.analysis import AnalysisReport
from repclip.engine.account import pain_line
from repclip.engine.outputs import Marked
from repclip.session.exercise import Exercise, find_exercise
from repclip.session.flags import Flag
from repclip.session.prescription import Count, CountVerdict
from repclip.session.scores import SessionScore, score_session
from repclip.session.statistics import Adherence
from repclip.session.tempo import Verdict, parse_tempo
from repclip.session.words import advice, set_line
from repclip.source import MarkKind
from repsignal import PartialRep, Phase, Rep, SetEnd

FREE = find_exercise("generic")
BALL = replace(FREE, tempo=parse_tempo("lift=1,hold=3,lower=3-4"), reps=Count(15, 20, start=10), rest_s=60.0)


def a_set(*reps: Rep, index: int = 1) -> SetEnd:
    start_s, end_s = reps[0].start_s or 0.0, reps[-1].end_s or 0.0
    return SetEnd(index, start_s, end_s, reps, (), (), trace(reps, end_s + 2.0), end_s + 2.0)


def reps(*changes: dict[str, float | None]) -> tuple[Rep, ...]:
    """Eight seconds apart; all is known of them but what is changed."""
    return tuple(replace(made(Rep, n + 1, 8.0 * n), **change) for n, change in enumerate(changes))  # type: ignore[arg-type]


def scored(*sets: SetEnd, exercise: Exercise = BALL, marks: tuple[Marked, ...] = ()) -> SessionScore:
    found: AnalysisReport = report(*sets)
    return score_session(replace(found, pain=pain_line(marks)), exercise, marks)


def test_deviations_are_from_the_nearer_end() -> None:
    (one,) = scored(a_set(made(Rep, 1, 0.0, 1.5, 2.5, 4.3))).sets
    found = {phase.phase: (phase.deviation_s, phase.verdict) for phase in one.reps[0].phases}
    assert found[Phase.LIFT] == (pytest.approx(0.5), Verdict.LONG)
    assert found[Phase.HOLD] == (pytest.approx(-0.5), Verdict.SHORT)
    assert found[Phase.LOWER] == (pytest.approx(0.3), Verdict.LONG)
    assert found[Phase.PAUSE] == (None, None), "none is prescribed"


def test_within_a_range_there_is_no_deviation() -> None:
    (one,) = scored(a_set(made(Rep, 1, 0.0, 1.0, 3.0, 3.4))).sets
    assert [phase.deviation_s for phase in one.reps[0].phases][:3] == [0.0, 0.0, 0.0]


def test_what_is_unknown_or_uncertain_has_neither_deviation_nor_verdict() -> None:
    (one,) = scored(a_set(*reps({"hold_s": None}, {"end_sd_s": 0.4}))).sets
    assert one.reps[0].phases[1].seconds is None
    assert one.reps[0].phases[1].deviation_s is None
    assert one.reps[1].phases[2].seconds == 3.5
    assert one.reps[1].phases[2].verdict is None
    assert one.adherence == Adherence(on=4, judged=4)


def test_an_optional_phase_is_never_too_short() -> None:
    (one,) = scored(a_set(made(Rep, 1, 0.0, hold_s=0.2)), exercise=replace(BALL, tempo=parse_tempo("hold=1-2?"))).sets
    assert one.reps[0].phases[1].deviation_s == 0.0


@pytest.mark.parametrize(
    ("count", "verdict"),
    [(9, CountVerdict.FEW), (10, CountVerdict.ON), (20, CountVerdict.ON), (21, CountVerdict.MANY)],
)
def test_reps_against_their_range(count: int, verdict: CountVerdict) -> None:
    assert scored(tired_set(1, 0.0, count)).sets[0].count is verdict
    assert scored(tired_set(1, 0.0, count), exercise=FREE).sets[0].count is None


def test_sets_against_their_range() -> None:
    sets = [tired_set(n + 1, 300.0 * n, 5) for n in range(3)]
    assert scored(*sets, exercise=replace(BALL, sets=Count(1, 2))).count is CountVerdict.MANY
    assert scored(*sets, exercise=replace(BALL, sets=Count(1, 3))).count is CountVerdict.ON
    assert scored(exercise=replace(BALL, sets=Count(1, 3))).count is None


@pytest.mark.parametrize(
    ("rest_s", "verdict"), [(44, Verdict.SHORT), (46, Verdict.ON), (74, Verdict.ON), (76, Verdict.LONG)]
)
def test_rests_are_about_so_long(rest_s: float, verdict: Verdict) -> None:
    first = tired_set(1, 0.0, 3)
    second = tired_set(2, first.end_s + rest_s, 3)
    sets = scored(first, second).sets
    assert (sets[0].rest_s, sets[0].rest) == (None, None)
    assert (sets[1].rest_s, sets[1].rest) == (pytest.approx(rest_s), verdict)


def test_under_tension_is_lift_hold_and_lower() -> None:
    one = scored(a_set(made(Rep, 1, 0.0), made(Rep, 2, 9.0))).sets[0]
    assert one.under_tension_s == pytest.approx(2 * 7.5)
    assert one.cadence_per_min == pytest.approx(60.0 / 9.0)


def test_what_needs_an_unknown_bound_is_unknown() -> None:
    score = scored(a_set(*reps({}, {"end_s": None, "lower_s": None})))
    assert score.under_tension_s is None
    assert score.sets[0].under_tension_s is None
    assert scored(a_set(made(Rep, 1, 0.0))).sets[0].cadence_per_min is None


def test_drift_is_that_of_most_reps() -> None:
    changes = [{"rom_deg": 40.0 - n, "lower_s": 4.0 - 0.1 * n, "lift_s": 1.0} for n in range(6)]
    changes[3]["rom_deg"] = 70.0  # one that is out of line
    drift = scored(a_set(*reps(*changes))).sets[0].drift
    assert drift.rom_deg == pytest.approx(-1.0)
    assert drift.lower_s == pytest.approx(-0.1)
    assert drift.speed_loss == pytest.approx(5 / 40, abs=0.01)


def test_three_reps_have_no_drift() -> None:
    drift = scored(a_set(*reps({}, {}, {}))).sets[0].drift
    assert (drift.rom_deg, drift.lower_s, drift.speed_loss) == (None, None, None)


def marked(time_s: float | None, kind: MarkKind, text: str) -> Marked:
    return Marked(time_s, kind, text)


def test_left_against_right() -> None:
    marks = (
        marked(None, MarkKind.SIDE, "left"),
        marked(None, MarkKind.LOAD, "2 kg"),
        marked(150.0, MarkKind.SIDE, "right"),
    )
    weaker = tuple(replace(one, rom_deg=30.0, hold_s=2.0) for one in tired_set(2, 200.0, 5).reps)
    score = scored(a_set(*reps({}, {})), a_set(*weaker, index=2), marks=marks)
    assert [one.side for one in score.sets] == ["left", "right"]
    assert [one.load for one in score.sets] == ["2 kg", "2 kg"]
    left, right = score.sides
    assert (left.side, left.reps, left.rom_deg, left.adherence.share) == ("left", 2, 38.0, 1.0)
    assert (right.side, right.reps, right.rom_deg) == ("right", 5, 30.0)
    assert right.adherence.share is not None
    assert right.adherence.share < 0.8


def test_a_session_drifts_through_all_its_sets() -> None:
    first = a_set(*reps(*({"rom_deg": 40.0 - n} for n in range(4))))
    second = a_set(*reps(*({"rom_deg": 36.0 - n} for n in range(4))), index=2)
    score = scored(first, second, marks=(marked(None, MarkKind.SIDE, "right"),))
    assert score.drift.rom_deg == pytest.approx(-1.0)
    assert score.sides[0].drift == score.drift
    assert score.sides[0].under_tension_s == score.under_tension_s == pytest.approx(8 * 7.5)


def test_nobody_said_which_side() -> None:
    assert scored(a_set(made(Rep, 1, 0.0))).sides == ()


def test_flags_are_counted() -> None:
    one = a_set(*reps({}, {"lower_s": 2.0}, {"lower_s": 0.3}))
    half = made(PartialRep, 1, 30.0, rom_deg=12.0)
    score = scored(replace(one, partials=(half,)))
    assert score.flags == {Flag.LOWERED_TOO_FAST: 2, Flag.DROPPED: 1, Flag.PARTIAL: 1}
    assert score.sets[0].partials[0].flags == (Flag.PARTIAL,)
    assert {phase.verdict for phase in score.sets[0].partials[0].phases} == {None}


# In words


def test_a_line_a_set() -> None:
    first, second = tired_set(1, 0.0, 12), tired_set(2, 130.0, 5)
    marks = (marked(None, MarkKind.SIDE, "left"), marked(None, MarkKind.LOAD, "1.5 kg"))
    # shorter than 2.65 s are the holds of the last five, than 2.95 s their lowerings; one lift is long: 11 of 36
    lines = [set_line(one) for one in scored(first, second, marks=marks).sets]
    assert lines[0] == ("Set 1: left 12 reps with 1.5 kg, 69 % on tempo, 82 s under tension; 5 lowered too fast.")
    assert "left 5 reps (too few) with 1.5 kg" in lines[1]
    assert "s of rest (too short)" in lines[1]


def test_of_what_is_not_prescribed_nothing_is_said() -> None:
    assert set_line(scored(a_set(made(Rep, 1, 0.0)), exercise=FREE).sets[0]) == "Set 1: 1 rep, 8 s under tension."
    assert advice(scored(a_set(made(Rep, 1, 0.0)), exercise=FREE)) is None
    assert advice(scored()) is None


def test_the_most_frequent_fault_of_the_tempo_is_to_be_mended() -> None:
    assert advice(scored(fifteen().sets[0])) == "Hold longer at the top (7 of 15)."
    assert advice(scored(a_set(*reps({"lower_s": 2.0}, {})))) == "Lower more slowly (1 of 2)."
    assert advice(scored(a_set(*reps({"hold_s": 1.0}, {"hold_s": 2.0}, {})))) == "Hold longer at the top (2 of 3)."


def test_what_may_hurt_goes_first() -> None:
    high = {"elevation_top_deg": 12.0, "hold_s": 1.0}
    ball = replace(BALL, elevation_max_deg=0.0)
    assert advice(scored(a_set(*reps(high, {"hold_s": 1.0})), exercise=ball)) == (
        "Stop lower: the limb went too high (1 of 2)."
    )


def test_what_happens_seldom_does_not_go_first() -> None:
    high = {"elevation_top_deg": 12.0}
    rest = [{"hold_s": 1.0}] * 5
    ball = replace(BALL, elevation_max_deg=0.0)
    assert advice(scored(a_set(*reps(high, *rest)), exercise=ball)) == "Hold longer at the top (5 of 6)."


def test_nothing_to_mend() -> None:
    assert advice(scored(a_set(*reps({}, {})))) == "All on tempo. Keep it like that."


def test_after_pain_the_advice_is_to_stop() -> None:
    marks = (Marked(9.0, MarkKind.PAIN),)
    fast = scored(a_set(*reps({"lower_s": 2.0}, {})), marks=marks)
    assert fast.pain == "Pain was reported at 9.0 s. Stop here, and see a doctor or a physiotherapist before you go on."
    assert advice(fast) == fast.pain
    assert advice(scored(marks=marks)) == fast.pain, "whether there was a rep or not"
