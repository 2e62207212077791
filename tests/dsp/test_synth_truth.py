"""The truth is the plan, on the clock of the stamps, cut where the recording is cut."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from repsignal.synth import (
    Habits,
    Leg,
    Mounting,
    Pose,
    Profile,
    ProfileFamily,
    RepPlan,
    Scenario,
    SensorModel,
    SetPlan,
    Slip,
    Still,
    draw_set,
    layout,
    simulate,
    steady_set,
)

REP = RepPlan(lift_s=1.1, hold_s=2.9, lower_s=3.4, pause_s=0.6, rom_deg=37.0)


def test_truth_is_the_plan() -> None:
    reps = tuple(
        replace(REP, lift_s=1.0 + 0.1 * i, hold_s=0.5 * i, lower_s=2.0 + 0.2 * i, pause_s=0.2 * i, rom_deg=30.0 + i)
        for i in range(5)
    )
    sim = simulate(Scenario((Still(2.0, Pose(-35.0)), SetPlan(reps), Still(2.0))))
    (one,) = sim.truth.sets
    assert len(one.reps) == 5
    assert one.start_s == pytest.approx(2.0)
    at_s = 2.0
    for plan, rep in zip(reps, one.reps, strict=True):
        assert rep.start_s == pytest.approx(at_s)
        assert (rep.lift_s, rep.hold_s, rep.lower_s) == pytest.approx((plan.lift_s, plan.hold_s, plan.lower_s))
        assert (rep.top_s, rep.lower_start_s) == pytest.approx((at_s + plan.lift_s, at_s + plan.lift_s + plan.hold_s))
        assert rep.end_s == pytest.approx(rep.lower_start_s + plan.lower_s)
        assert rep.rom_deg == pytest.approx(plan.rom_deg)
        at_s = rep.end_s + plan.pause_s
    assert [rep.pause_s for rep in one.reps[:-1]] == pytest.approx([0.0, 0.2, 0.4, 0.6])
    assert one.reps[-1].pause_s is None
    assert one.end_s == one.reps[-1].end_s


@pytest.mark.parametrize("family", list(ProfileFamily))
def test_the_limb_moves_between_the_instants_and_not_outside(family: ProfileFamily) -> None:
    rep = replace(REP, lift_profile=Profile(family), lower_profile=Profile(family))
    sim = simulate(Scenario((Still(1.0, unrest_deg=0.0, pose=Pose(-35.0)), steady_set(3, rep))))
    rate = np.linalg.norm(sim.motion.gyr, axis=1)
    time_s = sim.time_s
    moving = np.zeros(len(time_s), dtype=bool)
    for true in sim.truth.reps:
        moving |= (time_s > true.start_s) & (time_s < true.top_s)
        moving |= (time_s > true.lower_start_s) & (time_s < true.end_s)
    near = np.zeros(len(time_s), dtype=bool)
    for true in sim.truth.reps:
        for instant in (true.start_s, true.top_s, true.lower_start_s, true.end_s):
            near |= np.abs(time_s - instant) < 0.006
    assert np.all(rate[moving & ~near] > 0.0)
    assert not np.any(rate[~moving & ~near] > 1e-9)


def test_angle_reaches_the_range_at_the_top_and_sags_and_overshoots() -> None:
    rep = replace(REP, overshoot_deg=3.0, sag_deg=4.0)
    sim = simulate(Scenario((steady_set(1, rep),)))
    (true,) = sim.truth.reps
    assert true.rom_deg == pytest.approx(40.0)
    assert np.interp(true.top_s, sim.time_s, sim.angle_deg) == pytest.approx(40.0, abs=0.05)
    assert sim.angle_deg.max() == pytest.approx(40.0, abs=0.05)
    assert np.interp(true.lower_start_s, sim.time_s, sim.angle_deg) == pytest.approx(33.0, abs=0.05)
    relifted = simulate(Scenario((steady_set(1, replace(rep, relift=True, overshoot_deg=0.0)),)))
    assert np.interp(true.top_s + 0.55 * 2.9, relifted.time_s, relifted.angle_deg) == pytest.approx(33.0, abs=0.05)
    assert np.interp(true.lower_start_s, relifted.time_s, relifted.angle_deg) == pytest.approx(37.0, abs=0.05)


def test_elevation_and_rise_are_the_limbs() -> None:
    plan = steady_set(2, replace(REP, rom_deg=40.0), bottom=Pose(-40.0))
    rep = simulate(Scenario((plan,), Leg(0.7), Mounting((0.3, 1.0, 0.0), 80.0))).truth.reps[0]
    assert rep.elevation_top_deg == pytest.approx(0.0, abs=1e-6)
    assert rep.rise_cm == pytest.approx(70.0 * np.sin(np.radians(40.0)))
    lowered = simulate(Scenario((replace(plan, lowers=True, bottom=Pose(0.0)),), Leg(0.7))).truth.reps[0]
    assert lowered.elevation_top_deg == pytest.approx(-40.0)
    assert lowered.rise_cm == pytest.approx(-70.0 * np.sin(np.radians(40.0)))


def test_rise_is_the_way_the_sensor_goes_up() -> None:
    sim = simulate(Scenario((steady_set(2, REP),), Leg(0.8)))
    height = sim.motion.position_m[:, 2]
    rep = sim.truth.reps[1]
    rose = np.interp(rep.top_s, sim.time_s, height) - np.interp(rep.start_s, sim.time_s, height)
    assert rep.rise_cm == pytest.approx(100.0 * rose, abs=0.05)


def test_partials_are_told_apart() -> None:
    short = replace(REP, rom_deg=15.0, partial=True)
    sim = simulate(Scenario((SetPlan((REP, short, REP, REP)),)))
    (one,) = sim.truth.sets
    assert [rep.rom_deg for rep in one.partials] == pytest.approx([15.0])
    assert len(one.reps) == 3
    assert one.reps[0].pause_s == pytest.approx(0.6)
    assert one.partials[0].start_s == pytest.approx(one.reps[0].end_s + 0.6)


def test_touch_and_go_has_no_hold_and_no_pause() -> None:
    sim = simulate(Scenario((steady_set(4, replace(REP, hold_s=0.0, pause_s=0.0)),)))
    for one, other in itertools.pairwise(sim.truth.reps):
        assert one.top_s == one.lower_start_s
        assert one.end_s == pytest.approx(other.start_s)
        assert one.pause_s == pytest.approx(0.0)


def test_true_rate_off_the_nominal_is_told_on_the_stamps_clock() -> None:
    scenario = Scenario((Still(2.0, Pose(-35.0), unrest_deg=0.0), steady_set(3, REP), Still(1.0)))
    exact = simulate(scenario)
    fast = simulate(replace(scenario, sensor=SensorModel(rate_error=0.01)))
    assert len(fast.block) == pytest.approx(1.01 * len(exact.block), abs=2)
    assert np.diff(fast.block.time_s) == pytest.approx(np.full(len(fast.block) - 1, 0.01))
    for one, other in zip(exact.truth.reps, fast.truth.reps, strict=True):
        assert other.start_s == pytest.approx(1.01 * one.start_s)
        assert other.hold_s == pytest.approx(1.01 * one.hold_s)
    # On its own clock the fast sensor sees the limb set off where the truth says.
    onset = fast.time_s[np.argmax(np.linalg.norm(fast.block.gyr, axis=1) > 1e-6)]
    assert 0.0 <= onset - fast.truth.reps[0].start_s < 0.05


def test_recording_may_begin_and_end_inside_a_rep() -> None:
    scenario = Scenario((Still(2.0, Pose(-35.0)), steady_set(5, REP), Still(3.0)))
    # Each rep takes 8 s. Begin in the first one's hold, end in the lowering of the last.
    sim = simulate(replace(scenario, crop_start_s=2.0 + 2.0, crop_end_s=2.0 + 4 * 8.0 + 5.0))
    (one,) = sim.truth.sets
    assert len(one.reps) == 3
    assert len(one.cut_offs) == 2
    assert one.cut_offs[0].start_s == pytest.approx(-2.0)
    assert one.cut_offs[1].start_s == pytest.approx(30.0)
    assert one.start_s == 0.0
    assert one.end_s == pytest.approx(35.0)
    assert sim.block.time_s[-1] == pytest.approx(35.0)
    assert sim.angle_deg[0] == pytest.approx(37.0)
    assert [rep.pause_s for rep in (one.cut_offs[0], *one.reps[:2])] == pytest.approx([0.6, 0.6, 0.6])
    assert one.reps[-1].pause_s is None, "of a set's last rep there is none, although another lift was begun"


def test_recording_may_begin_with_the_first_sample_of_a_lift() -> None:
    scenario = Scenario((Still(2.0, Pose(-35.0)), steady_set(3, REP)), crop_start_s=2.0)
    (one,) = simulate(scenario).truth.sets
    assert len(one.reps) == 3
    assert not one.cut_offs
    assert one.reps[0].start_s == pytest.approx(0.0, abs=1e-12)


def test_what_lies_outside_the_recording_is_not_in_the_truth() -> None:
    scenario = Scenario((steady_set(2, REP), Still(30.0), steady_set(2, REP)))
    assert [len(s.reps) for s in simulate(scenario).truth.sets] == [2, 2]
    truth = simulate(replace(scenario, crop_start_s=20.0)).truth
    assert [len(s.reps) for s in truth.sets] == [2]
    assert [a.name for a in truth.activities] == ["still", "set"]
    assert truth.activities[0].start_s == 0.0


def test_angle_is_the_same_motion_at_any_rate() -> None:
    plan = steady_set(3, replace(REP, waver_deg=0.5, tremor_dps=1.0))
    coarse, fine = (simulate(Scenario((plan,), sensor=SensorModel(rate)), seed=9) for rate in (50.0, 200.0))
    assert coarse.angle_deg == pytest.approx(fine.angle_deg[::4][: len(coarse.angle_deg)], abs=1e-9)
    assert coarse.truth == fine.truth


def test_times_do_not_depend_on_the_seed() -> None:
    habits = Habits(REP, cv=0.1)
    reps = draw_set(np.random.default_rng(2), habits, 6)
    scenario = Scenario((Still(1.0), SetPlan(reps), Still(1.0)))
    assert [layout(scenario, seed).now_s for seed in (0, 5)] == [layout(scenario).now_s] * 2
    assert layout(scenario, 3).sets == layout(scenario, 4).sets


def test_fatigue_shrinks_the_range_and_quickens_the_lowering() -> None:
    reps = draw_set(np.random.default_rng(0), Habits(REP, cv=0.0, rom_cv=0.0, fatigue=1.0), 12)
    assert reps[0].rom_deg == pytest.approx(37.0)
    assert reps[-1].rom_deg == pytest.approx(0.75 * 37.0)
    assert reps[-1].lower_s == pytest.approx(0.5 * REP.lower_s)
    assert reps[-1].pause_s == pytest.approx(2.0 * REP.pause_s)


def test_habits_vary_by_their_coefficient() -> None:
    reps = draw_set(np.random.default_rng(1), Habits(REP, cv=0.1, rom_cv=0.05, fatigue=0.0), 400)
    lifts, ranges = np.array([r.lift_s for r in reps]), np.array([r.rom_deg for r in reps])
    assert np.std(lifts) / np.mean(lifts) == pytest.approx(0.1, rel=0.15)
    assert np.std(ranges) / np.mean(ranges) == pytest.approx(0.05, rel=0.15)


def test_habits_abort_turn_and_stutter_as_often_as_they_say() -> None:
    habits = Habits(REP, partial=0.2, no_hold=0.3, no_pause=0.4, stutter=0.5, long_hold=0.1)
    reps = draw_set(np.random.default_rng(1), habits, 500)
    full = [r for r in reps if not r.partial]
    assert len(reps) - len(full) == pytest.approx(100, abs=25)
    assert sum(r.hold_s == 0.0 for r in full) == pytest.approx(150, abs=30)
    assert sum(r.pause_s == 0.0 for r in full) == pytest.approx(200, abs=30)
    assert sum(len(r.lower_profile.steps) > 1 for r in full) == pytest.approx(250, abs=30)
    assert sum(r.hold_s > 1.8 * REP.hold_s for r in full) == pytest.approx(35, abs=15)
    median = np.median([r.rom_deg for r in full])
    assert max(r.rom_deg for r in reps if r.partial) <= 0.51 * median
    assert min(r.rom_deg for r in full) >= 0.69 * median


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RepPlan(lift_s=0.0), "lift_s must be a finite number above 0"),
        (lambda: RepPlan(hold_s=-1.0), "hold_s must be a finite number of at least 0"),
        (lambda: RepPlan(rom_deg=float("nan")), "rom_deg must lie between"),
        (lambda: SetPlan((replace(REP, partial=True),)), "reps must hold at least one rep that is not partial"),
        (lambda: SetPlan((REP, replace(REP, partial=True))), r"reps\[1\].rom_deg must be below"),
        (lambda: SetPlan((REP, REP, replace(REP, rom_deg=10.0))), r"reps\[2\].rom_deg must be at least"),
        (lambda: steady_set(0), "count must be at least 1"),
        (lambda: Scenario(()), "segments must hold at least one"),
        (lambda: Scenario((Still(),), crop_start_s=3.0, crop_end_s=2.0), "crop_end_s must lie after"),
        (lambda: simulate(Scenario((Still(2.0),), crop_start_s=5.0)), "crop_start_s must lie within"),
        (lambda: Leg(distance_m=5.0), "distance_m must lie between"),
        (lambda: Mounting(axis=(0.0, 0.0, 0.0)), "axis must be three finite numbers"),
        (lambda: Slip(-1.0), "at_s must be"),
        (lambda: Habits(REP, partial=1.5), "partial must lie between 0 and 1"),
        (lambda: Pose(float("inf")), "elevation_deg must be a finite number"),
    ],
)
def test_bad_arguments_are_refused_by_name(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()
