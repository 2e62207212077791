"""Exercises that begin downwards, at the upper back or from hanging; and what their phases are called."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dsp_helpers import REP, Outcome, a_set, count, record

from repsignal import CounterParams, LiftDirection, Phase, phases_from
from repsignal.synth import Leg, Pose, RepPlan, SensorModel, Simulation, Sway

DOWN = CounterParams(lift_direction=LiftDirection.DOWN)
LOWERING_FIRST = CounterParams(lift_direction=LiftDirection.DOWN, first_phase=Phase.LOWER)
UPPER_BACK = Leg(distance_m=0.47)
KNEELING = Leg(distance_m=0.92)
SENSOR = SensorModel.typical(100.0)
TRUNK_UPRIGHT = Pose(elevation_deg=86.0)
CURL = RepPlan(lift_s=3.0, hold_s=0.4, lower_s=2.0, pause_s=0.8, rom_deg=60.0)  # first down, then back up
KICK = RepPlan(lift_s=1.0, hold_s=0.5, lower_s=1.5, pause_s=0.6, rom_deg=30.0)
SEATED = RepPlan(lift_s=1.0, hold_s=0.5, lower_s=2.5, pause_s=0.6, rom_deg=75.0)
BACK = RepPlan(lift_s=1.5, hold_s=1.0, lower_s=2.5, pause_s=0.8, rom_deg=38.0, tremor_dps=0.3)


def nordic() -> Simulation:
    return record(*a_set(7, CURL, bottom=TRUNK_UPRIGHT, lowers=True), leg=KNEELING, sensor=SENSOR)


def assert_heights(found: Outcome, sim: Simulation) -> None:
    """Elevation and rise at the far end of each rep, as far as they are told."""
    told = [rep for rep in found.reps if rep.elevation_top_deg is not None and rep.rise_cm is not None]
    assert len(told) == len(sim.truth.reps)
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert rep.elevation_top_deg == pytest.approx(true.elevation_top_deg, abs=6.0)
        assert rep.rise_cm == pytest.approx(true.rise_cm, abs=6.0)
        assert rep.rom_deg == pytest.approx(true.rom_deg, abs=2.0)


def assert_phases(found: Outcome, first: Phase) -> None:
    """Told live, each name in its turn."""
    order = phases_from(first)
    told = [event.phase for event in found.phases]
    begin = order.index(told[0])
    assert told == [order[(begin + k) % 4] for k in range(len(told))]


def test_a_nordic_curl_begins_with_the_lowering() -> None:
    sim = nordic()
    found = count(sim.block, LOWERING_FIRST)
    assert len(found.reps) == len(sim.truth.reps)
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert (rep.first_phase, rep.phases[0]) == (Phase.LOWER, Phase.LOWER)
        assert rep.start_s == pytest.approx(true.start_s, abs=0.15)
        assert rep.lower_s == pytest.approx(true.lift_s, abs=0.3)  # the simulator calls whatever comes first the lift
        assert rep.lift_s == pytest.approx(true.lower_s, abs=0.3)
    assert_heights(found, sim)
    assert all((rep.rise_cm or 0.0) < -10.0 for rep in found.reps)
    assert_phases(found, Phase.LOWER)


def test_only_the_names_differ() -> None:
    block = nordic().block
    named, plain = count(block, LOWERING_FIRST), count(block, DOWN)
    for one, other in zip(named.reps, plain.reps, strict=True):
        assert one == replace(other, lift_s=other.lower_s, lower_s=other.lift_s, first_phase=Phase.LOWER)
    assert [event.rep.lower_s for event in named.live] == [event.rep.lift_s for event in plain.live]
    other_name = {Phase.LIFT: Phase.LOWER, Phase.LOWER: Phase.LIFT}
    assert [event.phase for event in named.phases] == [other_name.get(one.phase, one.phase) for one in plain.phases]
    assert [event.start_s for event in named.phases] == [event.start_s for event in plain.phases]


def test_partial_and_cut_off_reps_are_named_alike() -> None:
    partial = replace(CURL, rom_deg=22.0, partial=True, lift_s=1.2, lower_s=1.0)
    plans = [CURL, CURL, CURL, partial, CURL, CURL]
    sim = record(*a_set(plans, bottom=TRUNK_UPRIGHT, lowers=True), leg=KNEELING, sensor=SENSOR, crop=(0.0, 33.0))
    found = count(sim.block, LOWERING_FIRST)
    assert (len(found.partials), len(found.cut_offs)) == (1, 1)
    assert {cycle.first_phase for cycle in (*found.partials, *found.cut_offs)} == {Phase.LOWER}


def test_upper_back_over_a_ball() -> None:
    sway = replace(UPPER_BACK, sway=Sway(rotation_deg=0.5, travel_m=0.005))
    sim = record(*a_set(8, BACK, bottom=Pose(elevation_deg=-32.0)), leg=sway, sensor=SENSOR)
    found = count(sim.block, CounterParams(lift_direction=LiftDirection.UP))
    assert len(found.reps) == 8
    assert_heights(found, sim)
    assert_phases(found, Phase.LIFT)


def test_seated_curl_takes_the_shank_down_first_and_calls_it_a_lift() -> None:
    sim = record(
        *a_set(8, SEATED, bottom=Pose(elevation_deg=-4.0), lowers=True), leg=Leg(distance_m=0.36), sensor=SENSOR
    )
    found = count(sim.block, DOWN)
    assert len(found.reps) == 8
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert rep.lift_s == pytest.approx(true.lift_s, abs=0.15)
        assert rep.lower_s == pytest.approx(true.lower_s, abs=0.3)
    assert_heights(found, sim)
    assert_phases(found, Phase.LIFT)


@pytest.mark.parametrize("params", [CounterParams(), CounterParams(lift_direction=LiftDirection.UP)])
def test_kickback_begins_hanging(params: CounterParams) -> None:
    sim = record(*a_set(10, KICK, bottom=Pose(elevation_deg=-90.0)), leg=Leg(distance_m=0.74), sensor=SENSOR)
    found = count(sim.block, params)
    assert len(found.reps) == 10
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert rep.lift_s == pytest.approx(true.lift_s, abs=0.15)
    assert_heights(found, sim)
    assert_phases(found, Phase.LIFT)


def test_only_a_stroke_can_come_first() -> None:
    with pytest.raises(ValueError, match="first_phase must be lift or lower"):
        CounterParams(first_phase=Phase.HOLD)


def test_reps_without_a_word_begin_with_the_lift() -> None:
    found = count(record(*a_set(3, REP)).block)
    assert {rep.first_phase for rep in found.reps} == {Phase.LIFT}
