"""What counts as a rep, what does not, and what is said of it: one small scene each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from dsp_helpers import BOTTOM, DOWN_TO_A_SET, EMPTY, REP, Outcome, a_set, count, part, pieces, record

from repsignal import CounterParams, CycleFlag, Hole, ImuBlock, LiftDirection, Phase, RepCounter
from repsignal.synth import (
    NEGATIVE_KINDS,
    Fidget,
    IdleLeg,
    Leg,
    Mounting,
    Move,
    Pose,
    Profile,
    ProfileFamily,
    RepPlan,
    ScenarioKind,
    SensorModel,
    Settle,
    Simulation,
    Slip,
    Still,
    Stretch,
    Sway,
    Walk,
    random_scenario,
    simulate,
    steady_set,
)
from repsignal.synth.stage import Segment

PARTIAL = RepPlan(lift_s=0.6, hold_s=0.4, lower_s=0.8, pause_s=0.6, rom_deg=14.0, partial=True)
STANDING = Pose(-90.0)


def counts(found: Outcome) -> tuple[int, int, int]:
    """Reps, partial reps, cut-off reps."""
    return len(found.reps), len(found.partials), len(found.cut_offs)


def assert_close_to_truth(found: Outcome, sim: Simulation, within_s: float = 0.15) -> None:
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        for name in ("start_s", "top_s", "lower_start_s", "end_s", "lift_s", "hold_s", "lower_s"):
            assert getattr(rep, name) == pytest.approx(getattr(true, name), abs=within_s), name
        assert rep.rom_deg == pytest.approx(true.rom_deg, rel=0.06)


# --- reps of every make -----------------------------------------------------------------------------------------------


def test_steady_set_is_counted_and_timed() -> None:
    sim = record(*a_set(6))
    found = count(sim.block)
    assert counts(found) == (6, 0, 0)
    assert_close_to_truth(found, sim)
    assert all(rep.flags == () for rep in found.reps)


def test_tempo_of_the_default_exercise_is_measured() -> None:
    sim = record(*a_set(4, RepPlan()))
    found = count(sim.block)
    assert counts(found) == (4, 0, 0)
    assert_close_to_truth(found, sim, within_s=0.2)


@pytest.mark.parametrize("hold_s", [8.0, 60.0])
def test_hold_however_long_does_not_end_a_rep(hold_s: float) -> None:
    tired = replace(REP, hold_s=hold_s, sag_deg=3.0, tremor_dps=0.6, waver_deg=0.3)
    live = count(record(*a_set([REP, REP, tired, REP, REP])).block).live
    assert [event.rep.index for event in live] == [1, 2, 3, 4, 5]
    assert {event.set_index for event in live} == {1}
    assert live[2].rep.hold_s == pytest.approx(hold_s, abs=0.7)


def test_hold_that_sags_and_is_lifted_again_is_one_rep() -> None:
    sagging = replace(REP, hold_s=4.0, sag_deg=10.0, relift=True)
    found = count(record(*a_set([REP, sagging, REP, sagging, REP])).block)
    assert counts(found) == (5, 0, 0)


@pytest.mark.parametrize("hold_s", [0.0, 0.8])
def test_touch_and_go_is_told_apart(hold_s: float) -> None:
    sim = record(*a_set(7, replace(REP, pause_s=0.0, hold_s=hold_s)))
    found = count(sim.block)
    assert counts(found) == (7, 0, 0)
    for rep in found.reps[:-1]:
        assert rep.pause_s is not None
        assert rep.pause_s < 0.25
    assert_close_to_truth(found, sim)


@pytest.mark.parametrize("rom_deg", [14.0, 30.0, 70.0])
@pytest.mark.parametrize("stroke_s", [0.42, 0.5, 0.6, 0.68])
def test_touch_and_go_as_quick_as_a_walk_is_told_from_walking(stroke_s: float, rom_deg: float) -> None:
    rep = replace(REP, lift_s=stroke_s, hold_s=0.0, lower_s=stroke_s, pause_s=0.0, rom_deg=rom_deg)
    sim = record(Walk(12.0), *a_set(8, rep, before_s=4.0, after_s=6.0), Walk(12.0, stride_s=2.1 * stroke_s))
    found = count(sim.block)
    assert counts(found) == (8, 0, 0)
    assert len(found.sets) == 1
    assert 8 <= len(found.live) <= 9, "the walk is not told as reps either, but for its first stride"


def test_reps_without_hold_say_so() -> None:
    found = count(record(*a_set(6, replace(REP, hold_s=0.0))).block)
    assert counts(found) == (6, 0, 0)
    assert all(CycleFlag.NO_HOLD in rep.flags for rep in found.reps)
    assert all(rep.hold_s is not None and rep.hold_s < 0.15 for rep in found.reps)


def test_reps_with_hold_and_pause_do_not_say_they_have_none() -> None:
    for rep in count(record(*a_set(5)).block).reps:
        assert not {CycleFlag.NO_HOLD, CycleFlag.NO_PAUSE} & set(rep.flags)


def test_lowering_that_stutters_is_one() -> None:
    stutter = Profile(steps=(0.4, 0.3, 0.3), stop_share=0.3)
    found = count(record(*a_set(6, replace(REP, lower_s=2.5, lower_profile=stutter))).block)
    assert counts(found) == (6, 0, 0)
    assert np.median([rep.lower_s or 0.0 for rep in found.reps]) == pytest.approx(2.5, abs=0.25)


@pytest.mark.parametrize("profile", [*ProfileFamily])
def test_every_family_of_strokes_is_counted(profile: ProfileFamily) -> None:
    shape = Profile(profile, peak=0.35)
    found = count(record(*a_set(5, replace(REP, lift_profile=shape, lower_profile=shape))).block)
    assert counts(found) == (5, 0, 0)


def test_partial_reps_are_reported_apart() -> None:
    sim = record(*a_set([REP, REP, PARTIAL, REP, PARTIAL, REP]))
    found = count(sim.block)
    assert counts(found) == (4, 2, 0)
    for partial, true in zip(found.partials, sim.truth.partials, strict=True):
        assert partial.rom_deg == pytest.approx(true.rom_deg, rel=0.1)
        assert partial.start_s == pytest.approx(true.start_s, abs=0.15)
    assert [partial.index for partial in found.partials] == [1, 2]
    assert [rep.index for rep in found.reps] == [1, 2, 3, 4]


def test_a_last_try_after_the_set_is_a_partial_rep() -> None:
    found = count(record(*a_set([*[REP] * 5, PARTIAL], after_s=4.0)).block)
    assert counts(found) == (5, 1, 0)


@pytest.mark.parametrize("roll_deg", [50.0, -50.0])
def test_turning_over_after_the_set_is_no_partial_rep(roll_deg: float) -> None:
    half_way = Pose(BOTTOM.elevation_deg + 14.0, BOTTOM.heading_deg + 10.0, BOTTOM.roll_deg)
    over = replace(BOTTOM, heading_deg=BOTTOM.heading_deg + 25.0, roll_deg=BOTTOM.roll_deg + roll_deg)
    turning = (Still(2.0), Move(half_way, 1.2, 1), Move(over, 1.2, 1), Still(4.0))
    found = count(record(*a_set(5), *turning).block)
    assert counts(found) == (5, 0, 0)


@pytest.mark.parametrize("rom_deg", [6.0, 12.0, 60.0, 120.0])
def test_range_may_be_six_or_a_hundred_and_twenty_degrees(rom_deg: float) -> None:
    sim = record(*a_set(8, replace(REP, rom_deg=rom_deg, lift_s=1.0), bottom=Pose(0.0)))
    found = count(sim.block)
    assert counts(found) == (8, 0, 0)
    assert np.median([rep.rom_deg for rep in found.reps]) == pytest.approx(rom_deg, rel=0.08)


@pytest.mark.parametrize("pause_s", [0.4, 6.0])
@pytest.mark.parametrize("hold_s", [8.0, 12.0, 20.0, 30.0])
def test_restless_hold_may_be_long(hold_s: float, pause_s: float) -> None:
    """In all it goes to and fro by more than the strokes do; and two such reps take a minute."""
    rep = replace(REP, rom_deg=15.0, hold_s=hold_s, pause_s=pause_s, waver_deg=0.7, tremor_dps=1.0)
    found = count(record(*a_set(6, rep)).block)
    assert counts(found) == (6, 0, 0)
    assert len(found.sets) == 1
    assert [rep.hold_s for rep in found.reps] == pytest.approx([hold_s] * 6, abs=1.0)


@pytest.mark.parametrize("lower_s", [5.5, 7.0, 8.5])
def test_slow_lowering_of_a_smaller_rep_without_hold_is_followed(lower_s: float) -> None:
    """It never moves as fast as those before set off: it was taken for a hold, and the set for over."""
    reps = [
        replace(REP, lift_s=0.45, hold_s=0.0, lower_s=slower * lower_s, rom_deg=rom_deg)
        for rom_deg, slower in ((42.0, 0.9), (44.0, 0.9), (28.0, 1.2), (32.0, 1.1), (38.0, 1.0), (34.0, 1.1))
    ]
    found = count(record(*a_set(reps)).block)
    assert counts(found) == (6, 0, 0)
    assert len(found.sets) == 1
    assert len(found.live) == 6


def test_lowering_that_creeps_and_stops_half_way_ends_the_set_once() -> None:
    """A limb left lying above the bottom is neither held nor lowered again and again."""
    left_high = replace(REP, lower_s=8.0, bottom_deg=10.0)
    plans = [replace(REP, hold_s=6.0, waver_deg=1.0)] * 5
    found = count(record(*a_set([*plans, left_high], after_s=40.0)).block)
    assert len(found.sets) == 1
    assert len([event for event in found.phases if event.phase is Phase.LOWER]) <= 8
    assert found.sets[0].detected_s < 6 * (REP_S + 5.0) + 30.0


@pytest.mark.parametrize("before_s", [2.0, 5.0, 8.0])
def test_long_reps_are_found_though_a_long_rest_follows(before_s: float) -> None:
    """Wherever they lie between two thorough looks."""
    rep = replace(REP, hold_s=62.0)
    found = count(record(*a_set(3, rep, before_s=before_s, after_s=280.0), sensor=SensorModel.typical(25.0)).block)
    assert counts(found) == (3, 0, 0)


# --- beginnings and ends of the recording -----------------------------------------------------------------------------


def test_first_rep_may_start_with_the_first_sample() -> None:
    sim = record(*a_set(5), crop=(2.0, None))
    assert sim.truth.reps[0].start_s == pytest.approx(0.0)
    found = count(sim.block)
    assert counts(found) == (5, 0, 0)
    assert found.reps[0].start_s == pytest.approx(0.0, abs=0.1)


REP_S = REP.lift_s + REP.hold_s + REP.lower_s + REP.pause_s


@pytest.mark.parametrize(("where", "into_s"), [("hold", 1.2), ("lower", 2.0)])
def test_recording_that_begins_inside_a_rep_marks_it_and_does_not_count_it(where: str, into_s: float) -> None:
    sim = record(*a_set(6), crop=(2.0 + into_s, None))
    found = count(sim.block)
    assert len(found.reps) == 5
    assert not found.partials
    for cut in found.cut_offs:
        assert CycleFlag.CUT_OFF_START in cut.flags
        assert cut.start_s is None
        assert cut.lift_s is None
    if where == "hold":
        assert len(found.cut_offs) == 1
        assert found.cut_offs[0].end_s == pytest.approx(sim.truth.sets[0].cut_offs[0].end_s, abs=0.15)


@pytest.mark.parametrize(("where", "into_s"), [("lift", 0.4), ("hold", 1.2), ("lower", 2.0)])
def test_recording_that_ends_inside_a_rep_marks_it_and_does_not_count_it(where: str, into_s: float) -> None:
    sim = record(*a_set(6), crop=(0.0, 2.0 + 5 * REP_S + into_s))
    found = count(sim.block)
    assert len(found.reps) == 5
    assert not found.partials
    for cut in found.cut_offs:
        assert CycleFlag.CUT_OFF_END in cut.flags
        assert cut.end_s is None
        assert cut.lower_s is None
    if where == "hold":
        assert len(found.cut_offs) == 1
        assert found.cut_offs[0].start_s == pytest.approx(sim.truth.sets[0].cut_offs[0].start_s, abs=0.15)


@pytest.mark.parametrize("lower_s", [0.8, 2.0, 4.0])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_recording_that_ends_on_the_way_down_marks_that_rep_and_does_not_count_it(share: float, lower_s: float) -> None:
    rep = replace(REP, lower_s=lower_s)
    whole = record(*a_set(6, rep))
    last = whole.truth.reps[-1]
    sim = record(*a_set(6, rep), crop=(0.0, last.lower_start_s + share * lower_s))
    found = count(sim.block)
    assert counts(found) == (5, 0, 1)
    cut = found.cut_offs[0]
    assert CycleFlag.CUT_OFF_END in cut.flags
    assert cut.start_s == pytest.approx(last.start_s, abs=0.15)
    assert (cut.end_s, cut.lower_s) == (None, None)


@pytest.mark.parametrize("lower_s", [0.5, 0.8, 2.0, 4.0])
@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.3])
def test_recording_that_ends_at_the_bottom_counts_the_last_rep(after_s: float, lower_s: float) -> None:
    rep = replace(REP, lower_s=lower_s)
    end_s = record(*a_set(6, rep)).truth.reps[-1].end_s
    assert counts(count(record(*a_set(6, rep), crop=(0.0, end_s + after_s)).block)) == (6, 0, 0)


@pytest.mark.parametrize("lower_s", [2.0, 3.5])
def test_rep_whose_end_would_lie_beyond_the_recording_is_cut_off(lower_s: float) -> None:
    """Softly lowered, it is nearly at the bottom long before it is there."""
    rep = replace(REP, lower_s=lower_s)
    end_s = record(*a_set(7, rep)).truth.reps[-1].end_s
    found = count(record(*a_set(7, rep), crop=(0.0, end_s - 0.2 * lower_s)).block)
    assert counts(found) == (6, 0, 1)
    assert found.cut_offs[0].end_s is None


@pytest.mark.parametrize("into_s", [2.0, 2.05, 2.1, 2.2, 2.3, 2.45])
@pytest.mark.parametrize("rate_hz", [25.0, 100.0])
def test_nothing_is_told_to_be_where_no_sample_was(rate_hz: float, into_s: float) -> None:
    """The shape of a ramp says where it began even if that was not recorded."""
    for lift_s, family in product((0.8, 2.0), (ProfileFamily.MINIMUM_JERK, ProfileFamily.CYCLOIDAL)):
        profile = Profile(family)
        rep = replace(REP, lift_s=lift_s, lift_profile=profile, lower_profile=profile)
        end_s = record(*a_set(6, rep)).truth.reps[-1].end_s
        sim = record(
            *a_set(6, rep), crop=(into_s, end_s - into_s + 2.0), sensor=replace(SensorModel(), rate_hz=rate_hz)
        )
        found = count(sim.block)
        first_s, last_s = sim.block.time_s[0] - 1e-9, sim.block.time_s[-1] + 1e-9
        cycles = [event.rep for event in found.live] + [*found.reps, *found.partials, *found.cut_offs]
        assert len(cycles) > 6
        for cycle in cycles:
            for instant in (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s):
                assert instant is None or first_s <= instant <= last_s
        assert all(first_s <= one.start_s < one.end_s <= last_s for one in found.sets)


@pytest.mark.parametrize("seed", [7007, 7009, 7018])
def test_no_instant_of_a_cut_off_rep_is_where_no_sample_was(seed: int) -> None:
    """Its lowering began a quarter of a second before the first, or it was at the top after the last."""
    block = simulate(random_scenario(seed, ScenarioKind.CUT), seed).block
    first_s, last_s = block.time_s[0] - 1e-9, block.time_s[-1] + 1e-9
    found = count(block)
    assert found.cut_offs
    for cycle in (*found.reps, *found.partials, *found.cut_offs):
        for instant in (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s):
            assert instant is None or first_s <= instant <= last_s


def test_partial_rep_that_the_beginning_cuts_off_is_cut_off() -> None:
    partial = replace(REP, rom_deg=16.0, partial=True)
    plans = (partial, *[REP] * 5)
    whole = record(*a_set(plans))
    first = whole.truth.sets[0].partials[0]
    assert counts(count(whole.block)) == (5, 1, 0)
    found = count(record(*a_set(plans), crop=(first.start_s + 0.4 * REP.lift_s, None)).block)
    assert counts(found) == (5, 0, 1)
    assert CycleFlag.CUT_OFF_START in found.cut_offs[0].flags


def test_of_two_reps_both_may_be_cut_off() -> None:
    rep = replace(REP, lift_s=1.2, hold_s=1.0, lower_s=2.5, rom_deg=30.0)
    first, last = record(*a_set(2, rep)).truth.reps
    crop = (first.start_s + 0.2 * rep.lift_s, last.lower_start_s + 0.7 * rep.lower_s)
    assert counts(count(record(*a_set(2, rep), crop=crop).block)) == (0, 0, 2)


# --- sets -------------------------------------------------------------------------------------------------------------


def two_sets(rest_s: float = 25.0) -> Simulation:
    return record(*a_set(4, after_s=rest_s), steady_set(5, REP, bottom=BOTTOM), Still(3.0))


def test_rest_ends_a_set() -> None:
    sim = two_sets()
    found = count(sim.block)
    assert [len(one.reps) for one in found.sets] == [4, 5]
    assert [one.index for one in found.sets] == [1, 2]
    for one, true in zip(found.sets, sim.truth.sets, strict=True):
        assert one.start_s == pytest.approx(true.start_s, abs=0.15)
        assert one.end_s == pytest.approx(true.end_s, abs=0.15)
        assert [rep.index for rep in one.reps] == list(range(1, len(one.reps) + 1))


def test_rest_is_as_long_as_told() -> None:
    assert len(count(two_sets(rest_s=10.0).block).sets) == 1
    assert len(count(two_sets(rest_s=10.0).block, CounterParams(rest_s=6.0)).sets) == 2


def test_events_carry_the_number_of_their_set() -> None:
    found = count(two_sets().block)
    first_end = found.sets[0].end_s
    for event in found.live:
        assert event.set_index == (1 if event.detected_s < first_end + 15.0 else 2)
    assert [event.rep.index for event in found.live] == [1, 2, 3, 4, 1, 2, 3, 4, 5]
    assert {event.set_index for event in found.phases} == {1, 2}
    order = [found.events.index(one) for one in found.sets]
    assert all(event.set_index == 1 for event in found.live if found.events.index(event) < order[0])


def test_pause_is_none_after_the_last_rep_of_each_set_only() -> None:
    for one in count(two_sets().block).sets:
        assert one.reps[-1].pause_s is None
        assert all(rep.pause_s is not None for rep in one.reps[:-1])
        for rep, following in pairwise(one.reps):
            assert rep.pause_s == pytest.approx((following.start_s or 0.0) - (rep.end_s or 0.0))


def test_durations_are_differences_of_boundaries() -> None:
    for rep in count(record(*a_set(5)).block).reps:
        assert rep.start_s is not None
        assert rep.top_s is not None
        assert rep.lower_start_s is not None
        assert rep.end_s is not None
        assert rep.start_s < rep.top_s <= rep.lower_start_s < rep.end_s
        assert rep.lift_s == pytest.approx(rep.top_s - rep.start_s)
        assert rep.hold_s == pytest.approx(rep.lower_start_s - rep.top_s)
        assert rep.lower_s == pytest.approx(rep.end_s - rep.lower_start_s)
        for sd in (rep.start_sd_s, rep.top_sd_s, rep.lower_start_sd_s, rep.end_sd_s):
            assert sd is not None
            assert 0.0 < sd < 0.25


def test_trace_is_the_angle_of_the_limb() -> None:
    sim = record(*a_set(5))
    (one,) = count(sim.block).sets
    true = np.interp(one.trace.time_s, sim.time_s, sim.angle_deg)
    assert (np.diff(one.trace.time_s) > 0).all()
    assert one.trace.time_s[0] < one.start_s < one.end_s < one.trace.time_s[-1]
    assert np.abs(one.trace.angle_deg - true).max() < 2.5


# --- live -------------------------------------------------------------------------------------------------------------


def test_live_counter_counts_the_reps_from_before_it_was_sure() -> None:
    found = count(record(*a_set(6)).block)
    assert [event.rep.index for event in found.live] == [1, 2, 3, 4, 5, 6]
    assert {event.set_index for event in found.live} == {1}


def test_live_phases_come_in_order_and_in_time() -> None:
    sim = record(*a_set(7), sensor=SensorModel.typical(100.0))
    phases = count(sim.block).phases
    following = {Phase.LIFT: Phase.HOLD, Phase.HOLD: Phase.LOWER, Phase.LOWER: Phase.PAUSE, Phase.PAUSE: Phase.LIFT}
    assert len(phases) >= 4 * 4
    for one, other in pairwise(phases):
        assert other.phase is following[one.phase]
        assert one.start_s < other.start_s
        assert one.detected_s <= other.detected_s
    onsets = [event for event in phases if event.phase in (Phase.LIFT, Phase.LOWER)][1:]
    true = np.array([t for rep in sim.truth.reps for t in (rep.start_s, rep.lower_start_s)])
    for event in onsets:
        assert np.abs(true - event.start_s).min() < 0.2
        assert event.detected_s - event.start_s < 0.2


def test_rep_is_told_half_a_second_after_it_at_the_latest() -> None:
    sim = record(*a_set(8), sensor=SensorModel.typical(100.0))
    live = count(sim.block).live
    for event, true in list(zip(live, sim.truth.reps, strict=True))[3:]:
        assert event.detected_s - true.end_s < 0.5


# --- what is not a rep ------------------------------------------------------------------------------------------------

NOT_REPS: dict[str, tuple[Segment, ...]] = {
    "walking": (Still(1.0, STANDING), Walk(30.0), Still(2.0), Walk(12.0, stride_s=1.4), Still(2.0)),
    "idle": (Still(30.0, BOTTOM), Fidget(25.0), Still(10.0)),
    "settling": (Still(2.0, BOTTOM), Settle(30.0), Still(5.0), Settle(15.0, 25.0), Still(2.0)),
    "stretching": (Still(3.0, BOTTOM), Stretch(), Still(4.0), Stretch(40.0, hold_s=25.0), Still(3.0)),
    "other leg": (Still(2.0, BOTTOM), IdleLeg(60.0), Still(2.0)),
    "kneeling": (
        Still(2.0, STANDING),
        Move.kneeling_down(BOTTOM),
        Still(3.0),
        Move.getting_up(STANDING),
        Still(2.0),
        Move.kneeling_down(BOTTOM),
        Still(3.0),
    ),
    "one lift": (*a_set(1), Still(20.0)),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("what", NOT_REPS)
def test_what_is_not_a_rep_is_not_counted(what: str, seed: int) -> None:
    leg = Leg(0.7, Sway(0.5, 0.004))
    found = count(record(*NOT_REPS[what], leg=leg, seed=seed).block)
    assert counts(found) == (0, 0, 0)
    assert not found.live
    assert not found.phases


@pytest.mark.parametrize("kind", sorted(NEGATIVE_KINDS))
def test_drawn_negatives_hold_no_rep(kind: ScenarioKind) -> None:
    for seed in range(2):
        assert count(simulate(random_scenario(seed, kind), seed).block).sets == []


def test_everything_before_and_after_a_set_is_left_out() -> None:
    sim = record(*DOWN_TO_A_SET, Move.getting_up(STANDING), Walk(8.0))
    found = count(sim.block)
    assert len(found.reps) == 6
    assert found.reps[0].start_s == pytest.approx(sim.truth.sets[0].start_s, abs=0.3)
    assert found.reps[-1].end_s == pytest.approx(sim.truth.reps[-1].end_s, abs=0.3)


@pytest.mark.parametrize("noise", ["constant", "zeros", "white", "loud"])
def test_signal_without_any_limb_holds_no_rep(noise: str) -> None:
    rng = np.random.default_rng(12)
    time_s = np.arange(20_000) / 100.0
    acc, gyr = np.zeros((2, 20_000, 3))
    if noise == "constant":
        acc[:], gyr[:] = [1.0, 2.0, 9.5], [0.01, 0.02, -0.05]
    if noise in ("white", "loud"):
        scale = 1.0 if noise == "white" else 10.0
        acc, gyr = scale * rng.normal(size=(2, 20_000, 3))
    found = count(ImuBlock(time_s, acc, gyr))
    assert [event for event in found.events if not isinstance(event, Hole)] == []  # of noise, much looks like spikes


# --- mounting, axis, sensor -------------------------------------------------------------------------------------------


def test_mounting_does_not_matter() -> None:
    rng = np.random.default_rng(21)
    plan = a_set([REP, REP, PARTIAL, REP, REP])
    for seed in range(10):
        sim = record(*plan, mounting=Mounting.random(rng), seed=seed)
        found = count(sim.block)
        assert counts(found) == (4, 1, 0), seed
        assert_close_to_truth(found, sim)


@pytest.mark.parametrize("seed", range(4))
def test_lift_that_lowers_the_sensor_is_counted_when_that_is_known(seed: int) -> None:
    mounting = Mounting.random(np.random.default_rng(seed))
    rep = replace(REP, hold_s=0.5, pause_s=1.5, rom_deg=70.0)
    sim = record(*a_set(6, rep, bottom=Pose(0.0), lowers=True), mounting=mounting, leg=Leg(0.4), seed=seed)
    found = count(sim.block, CounterParams(lift_direction=LiftDirection.DOWN))
    assert counts(found) == (6, 0, 0)
    assert_close_to_truth(found, sim)
    assert all(rep.rise_cm is None or rep.rise_cm < 0 for rep in found.reps)


def test_direction_that_is_known_beats_the_guess() -> None:
    """The same cycles without rests at either end read the other way round too."""
    sim = record(*a_set(6, replace(REP, hold_s=1.0, pause_s=1.0), lowers=True), crop=(2.9, 22.6))
    down = count(sim.block, CounterParams(lift_direction=LiftDirection.DOWN))
    up = count(sim.block, CounterParams(lift_direction=LiftDirection.UP))
    (lowered, raised) = (found.reps[1] for found in (down, up))
    true = [rep.start_s for rep in sim.truth.reps]
    assert min(abs((lowered.start_s or 0.0) - t) for t in true) < 0.15
    assert min(abs((raised.start_s or 0.0) - t) for t in true) > 0.5


@pytest.mark.parametrize(
    ("axis", "angle_deg"), [((1.0, 0.0, 0.0), 15.0), ((1.0, 0.0, 0.0), -20.0), ((0.6, 0.5, -0.6), 25.0)]
)
@pytest.mark.parametrize("duration_s", [0.0, 0.3])
def test_slip_of_the_strap_loses_no_rep(axis: tuple[float, float, float], angle_deg: float, duration_s: float) -> None:
    slip = Slip(2.0 + 3.5 * REP_S, angle_deg, axis, duration_s)
    found = count(record(*a_set(8), mounting=Mounting((0.3, 1.0, 0.2), 50.0, (slip,))).block)
    assert counts(found) == (8, 0, 0)
    assert len(found.sets) == 1


@pytest.mark.parametrize("seed", range(3))
def test_axis_may_be_vertical(seed: int) -> None:
    sim = record(*a_set(8, bottom=Pose(0.0), tilt_deg=90.0), seed=seed)
    found = count(sim.block)
    assert counts(found) == (8, 0, 0)
    assert_close_to_truth(found, sim)


@pytest.mark.parametrize("rate_hz", [20.0, 25.0, 50.0, 100.0, 200.0, 400.0])
def test_any_rate_will_do(rate_hz: float) -> None:
    sim = record(*a_set(5), sensor=SensorModel.typical(rate_hz))
    counter = RepCounter()
    found = Outcome([*counter.feed(sim.block), *counter.flush()])
    assert counts(found) == (5, 0, 0)
    assert_close_to_truth(found, sim)
    assert counter.rate_hz == pytest.approx(rate_hz, rel=1e-3)


@pytest.mark.parametrize("distance_m", [0.35, 0.75])
@pytest.mark.parametrize("elevation_deg", [-80.0, -35.0, -5.0])
def test_height_is_told_when_it_is_sure(distance_m: float, elevation_deg: float) -> None:
    sim = record(*a_set(8, bottom=Pose(elevation_deg)), leg=Leg(distance_m))
    found = count(sim.block)
    assert len(found.reps) == 8
    told = 0
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert (rep.elevation_top_deg is None) == (rep.rise_cm is None)
        if rep.elevation_top_deg is not None and rep.rise_cm is not None:
            told += 1
            assert rep.elevation_top_deg == pytest.approx(true.elevation_top_deg, abs=4.0)
            assert rep.rise_cm == pytest.approx(true.rise_cm, rel=0.1, abs=1.5)
    assert told == 8


def test_height_is_not_told_where_the_motion_is_too_slow_to_know() -> None:
    slow = RepPlan(lift_s=6.0, hold_s=1.0, lower_s=6.0, pause_s=1.0, rom_deg=8.0)
    sensor = replace(SensorModel.typical(50.0), acc_noise_mg=20.0)
    for rep in count(record(*a_set(4, slow), sensor=sensor).block).reps:
        assert rep.rise_cm is None or rep.rise_cm == pytest.approx(100 * 0.75 * np.sin(np.radians(8.0)), abs=6.0)


# --- input ------------------------------------------------------------------------------------------------------------


def test_nothing_gives_nothing() -> None:
    assert count(EMPTY).events == []
    counter = RepCounter()
    assert counter.flush() == []
    assert counter.rate_hz is None


@pytest.mark.parametrize("samples", [1, 2, 3, 10, 63, 100, 200])
def test_few_samples_give_nothing(samples: int) -> None:
    assert count(part(record(*a_set(2)).block, 0, samples)).events == []


@pytest.mark.parametrize(
    ("time_s", "acc", "gyr", "name"),
    [
        (np.zeros(5), np.zeros((4, 3)), np.zeros((5, 3)), "acc"),
        (np.zeros(5), np.zeros((5, 3)), np.zeros((5, 2)), "gyr"),
        (np.zeros(5), np.zeros((5, 3)), np.zeros(5), "gyr"),
        (np.zeros(5), np.zeros((3, 5)), np.zeros((5, 3)), "acc"),
        (np.zeros((5, 1)), np.zeros((5, 3)), np.zeros((5, 3)), "time_s"),
    ],
)
def test_block_of_a_wrong_shape_is_refused_by_name(
    time_s: np.ndarray, acc: np.ndarray, gyr: np.ndarray, name: str
) -> None:
    counter = RepCounter()
    with pytest.raises(ValueError, match=name):
        counter.feed(ImuBlock(time_s, acc, gyr))
    assert counter.state.timebase.pending_count == 0


@pytest.mark.parametrize(
    ("name", "value"), [("rest_s", 0.0), ("rest_s", -3.0), ("rest_s", np.nan), ("min_reps", 1), ("min_reps", 0)]
)
def test_parameters_out_of_range_are_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        replace(CounterParams(), **{name: value})


def test_integers_and_single_precision_are_taken() -> None:
    block = record(*a_set(4)).block
    single = ImuBlock(block.time_s, block.acc.astype(np.float32), block.gyr.astype(np.float32))
    assert counts(count(single)) == (4, 0, 0)
    integers = (np.arange(500), np.tile([0, 0, 10], (500, 1)), np.zeros((500, 3), np.int64))
    rested = ImuBlock(*(np.asarray(a) for a in integers))
    assert count(rested).sets == []


@pytest.mark.parametrize("first_stamp_s", [-1000.0, 86_400.0 * 365.0, 1.7e9])
def test_clock_may_start_anywhere(first_stamp_s: float) -> None:
    sim = record(*a_set(5), sensor=replace(SensorModel.typical(50.0), first_stamp_s=first_stamp_s))
    found = count(sim.block)
    assert counts(found) == (5, 0, 0)
    assert_close_to_truth(found, sim)


@pytest.mark.parametrize("lower_s", [2.5, 3.2, 3.5, 4.0])
def test_rep_with_which_a_set_is_seen_to_begin_is_told_when_it_is_over(lower_s: float) -> None:
    """The looks of every second fall into the soft end of some lowering, which was told too short by up to 0.7 s."""
    for pause_s in (0.6, 0.8, 1.0):
        rep = replace(REP, hold_s=3.0, lower_s=lower_s, pause_s=pause_s)
        sim = record(*a_set(4, rep))
        for told, true in zip(count(sim.block).live, sim.truth.reps, strict=True):
            assert told.rep.lower_s == pytest.approx(true.lower_s, abs=0.3)


# --- memory -----------------------------------------------------------------------------------------------------------


def test_memory_stays_bounded_through_half_an_hour_of_rest_and_walking() -> None:
    minute = record(Still(12.0, STANDING), Walk(12.0), Still(6.0), sensor=SensorModel.typical(25.0)).block
    counter = RepCounter()
    sizes: list[int] = []
    for k in range(60):
        later = ImuBlock(minute.time_s + k * len(minute) / 25.0, minute.acc, minute.gyr)
        for piece in pieces(later, [250]):
            counter.feed(piece)
        store = counter.state.store
        sizes.append(store.end - store.first)
        assert store._columns.time_s.shape[0] <= max(1024, 8 * (store.end - store.first))
        assert counter.state.timebase.carry.shape[0] < 10
    ticks_s = 1.0 / 25.0
    assert counter.state.store.end * ticks_s > 1700.0
    assert max(sizes) * ticks_s <= 241.0
    assert len(counter.save()) < 1_500_000


@pytest.mark.parametrize(("lift_s", "hold_s", "lower_s"), [(2.0, 2.0, 3.0), (4.0, 3.0, 5.0)])
@pytest.mark.parametrize("rom_deg", [6.0, 8.0])
def test_small_slow_reps_are_seen_live(rom_deg: float, lift_s: float, hold_s: float, lower_s: float) -> None:
    """Six degrees in four seconds are under two in any half second."""
    slow = RepPlan(lift_s=lift_s, hold_s=hold_s, lower_s=lower_s, pause_s=1.0, rom_deg=rom_deg)
    found = count(record(*a_set(10, slow, after_s=5.0)).block)
    assert len(found.reps) == 10
    assert len(found.live) == 10
    assert found.live[0].detected_s < 2.0 + 6 * (lift_s + hold_s + lower_s + 1.0)
