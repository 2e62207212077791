"""Holes, clipping, no numbers, bad clocks, bad bias: what is hit says so, the rest is as good as ever."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from dsp_helpers import REP, Outcome, a_set, count, record

from repsignal import Cycle, CycleFlag, ImuBlock
from repsignal.synth import RepPlan, ScenarioKind, SensorModel, Simulation, random_scenario, simulate

LONG = RepPlan(lift_s=1.0, hold_s=2.5, lower_s=1.5, pause_s=1.2, rom_deg=35.0)
LONG_S = LONG.lift_s + LONG.hold_s + LONG.lower_s + LONG.pause_s
THIRD_S = 2.0 + 2 * LONG_S  # when the third rep begins


def with_hole(at_s: float, hole_s: float) -> tuple[Outcome, Simulation]:
    sensor = replace(SensorModel.typical(50.0), hole_at_s=at_s, hole_s=hole_s)
    sim = record(*a_set(5, LONG), sensor=sensor)
    assert sim.lost_samples == round(hole_s * 50)
    return count(sim.block), sim


def assert_intact(rep: Cycle, sim: Simulation, index: int) -> None:
    true = sim.truth.reps[index]
    assert rep.flags == ()
    for name in ("lift_s", "hold_s", "lower_s"):
        assert getattr(rep, name) == pytest.approx(getattr(true, name), abs=0.15), name


@pytest.mark.parametrize(("phase", "into_s"), [("lift_s", 0.3), ("hold_s", 1.0 + 0.7), ("lower_s", 1.0 + 2.5 + 0.4)])
def test_long_hole_voids_the_phase_it_hits_and_no_other(phase: str, into_s: float) -> None:
    hole_s = 1.0 if phase == "hold_s" else 0.5
    found, sim = with_hole(THIRD_S + into_s, hole_s)
    assert len(found.reps) == 5
    assert [(hole.bridged, hole.missing) for hole in found.holes] == [(False, round(hole_s * 50))]
    hit = found.reps[2]
    assert CycleFlag.GAP in hit.flags
    assert CycleFlag.BRIDGED not in hit.flags
    assert getattr(hit, phase) is None
    if phase == "hold_s":
        assert hit.lift_s == pytest.approx(LONG.lift_s, abs=0.15)
        assert hit.lower_s == pytest.approx(LONG.lower_s, abs=0.2)
    for index in (0, 1, 3, 4):
        assert_intact(found.reps[index], sim, index)


@pytest.mark.parametrize("into_s", [0.3, 1.0 + 0.7, 1.0 + 2.5 + 0.4])
def test_link_that_stalls_hits_no_phase(into_s: float) -> None:
    """Stamps are when samples came: for 0.8 s nothing did, and then all that was sent."""
    sim = record(*a_set(5, LONG), sensor=SensorModel.typical(50.0))
    stamps = sim.block.time_s.copy()
    begin_s = THIRD_S + into_s
    stamps[(stamps >= begin_s) & (stamps < begin_s + 0.8)] = begin_s + 0.8
    found = count(ImuBlock(stamps, sim.block.acc, sim.block.gyr))
    assert not found.holes
    assert len(found.reps) == 5
    for index, rep in enumerate(found.reps):
        assert_intact(rep, sim, index)
        assert rep.start_s == pytest.approx(sim.truth.reps[index].start_s, abs=0.1)


@pytest.mark.parametrize("into_s", [1.0 + 1.0, 1.0 + 2.5 + 0.6])
def test_short_hole_is_bridged_and_said(into_s: float) -> None:
    found, sim = with_hole(THIRD_S + into_s, 0.16)
    assert len(found.reps) == 5
    assert [(hole.bridged, hole.missing) for hole in found.holes] == [(True, 8)]
    hit = found.reps[2]
    assert hit.flags == (CycleFlag.BRIDGED,)
    assert hit.hold_s == pytest.approx(LONG.hold_s, abs=0.2)
    assert hit.lower_s == pytest.approx(LONG.lower_s, abs=0.2)
    for index in (0, 1, 3, 4):
        assert_intact(found.reps[index], sim, index)


@pytest.mark.parametrize("seen_s", [0.1, 0.3])
def test_onset_just_after_a_hole_is_unknown(seen_s: float) -> None:
    """The limb may have left while nothing was seen."""
    lower_s = THIRD_S + LONG.lift_s + LONG.hold_s
    found, _ = with_hole(lower_s - 1.0 - seen_s, 1.0)
    hit = found.reps[2]
    assert (hit.lower_start_s, hit.hold_s, hit.lower_s) == (None, None, None)
    assert CycleFlag.GAP in hit.flags


def test_hole_in_a_pause_hits_no_rep() -> None:
    found, _ = with_hole(THIRD_S - 0.8, 0.4)
    assert len(found.reps) == 5
    assert found.reps[1].pause_s is None
    for index in (0, 2, 3):
        assert found.reps[index].pause_s is not None
    for index in (0, 1, 3, 4):
        assert CycleFlag.GAP not in found.reps[index].flags


@pytest.mark.parametrize("hole_s", [0.5, 2.0])
@pytest.mark.parametrize("after_s", (np.arange(0, 10) * 0.46 + 0.07).tolist())
def test_what_a_hole_touches_has_no_figure_and_the_rest_is_right(after_s: float, hole_s: float) -> None:
    found, sim = with_hole(THIRD_S + after_s, hole_s)
    cycles = [*found.reps, *found.partials]
    for earlier, later in pairwise(sorted(cycles, key=lambda cycle: cycle.start_s or cycle.end_s or 0.0)):
        assert earlier.end_s is None or later.start_s is None or earlier.end_s <= later.start_s
    for rep in found.reps:
        true = [t for t in sim.truth.reps if rep.start_s is not None and abs(t.start_s - rep.start_s) < 0.5]
        for name in ("lift_s", "hold_s", "lower_s", "pause_s"):
            got = getattr(rep, name)
            if true and got is not None and getattr(true[0], name) is not None:
                assert got == pytest.approx(getattr(true[0], name), abs=0.3), name


def test_hole_longer_than_a_rest_ends_the_set() -> None:
    sensor = replace(SensorModel.typical(50.0), hole_at_s=2.0 + 4 * LONG_S - 0.6, hole_s=20.0)
    sim = record(*a_set(12, LONG), sensor=sensor)
    found = count(sim.block)
    assert len(found.sets) == 2
    assert [one.index for one in found.sets] == [1, 2]
    assert len(found.sets[0].reps) == 4
    assert found.sets[0].end_s < found.holes[0].start_s
    assert found.sets[1].start_s > found.holes[0].end_s - 0.1
    assert 4 <= len(found.sets[1].reps) <= 5


def test_clipping_is_said_where_it_happens() -> None:
    brisk = replace(REP, lift_s=0.35, rom_deg=90.0)
    sim = record(*a_set([REP, REP, brisk, REP, REP]), sensor=SensorModel(50.0, gyr_range_dps=300.0))
    assert np.isclose(np.abs(np.degrees(sim.block.gyr)).max(), 300.0)
    found = count(sim.block)
    clipped = np.array([CycleFlag.CLIPPED in rep.flags for rep in found.reps])
    # the one that clipped may be lost for its range, but no other says that it did
    start_s = np.array([rep.start_s for rep in found.reps], dtype=np.float64)
    assert (np.abs(start_s[clipped] - sim.truth.reps[2].start_s) < 0.3).all()
    assert np.count_nonzero(~clipped) == 4


def test_set_that_clips_all_along_is_counted_and_says_so() -> None:
    brisk = replace(REP, lift_s=0.5, lower_s=1.5, rom_deg=80.0)
    sensor = replace(SensorModel.typical(100.0), gyr_range_dps=250.0)
    sim = record(*a_set(6, brisk), sensor=sensor)
    found = count(sim.block)
    assert len(found.reps) == 6
    assert all(CycleFlag.CLIPPED in rep.flags for rep in found.reps)


def test_unclipped_set_does_not_say_so() -> None:
    assert all(CycleFlag.CLIPPED not in rep.flags for rep in count(record(*a_set(5)).block).reps)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_do_not_matter(bad: float) -> None:
    sim = record(*a_set(6))
    rng = np.random.default_rng(5)
    acc, gyr, time_s = sim.block.acc.copy(), sim.block.gyr.copy(), sim.block.time_s.copy()
    for values in (acc, gyr):
        values[rng.random(values.shape) < 0.004] = bad
    time_s[rng.random(len(time_s)) < 0.004] = bad
    found = count(ImuBlock(time_s, acc, gyr))
    assert len(found.reps) == 6
    assert found.holes
    assert all(hole.bridged for hole in found.holes)
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert None not in (rep.lift_s, rep.hold_s, rep.lower_s)
        assert np.isfinite(rep.rom_deg)
        assert rep.start_s == pytest.approx(true.start_s, abs=0.2)
        assert rep.rom_deg == pytest.approx(true.rom_deg, rel=0.06)


SENSORS = {
    "bias": SensorModel(50.0, gyr_noise_dps=0.1, acc_noise_mg=5.0, gyr_bias_dps=(4.6, -4.6, 4.6)),
    "drifting bias": SensorModel(
        50.0, gyr_noise_dps=0.1, acc_noise_mg=5.0, gyr_bias_dps=(8.0, 0.0, 0.0), gyr_drift_dps_min=(3.0, -3.0, 3.0)
    ),
    "accelerometer bias": SensorModel(50.0, acc_noise_mg=5.0, acc_bias_mg=(60.0, -60.0, 60.0)),
    "scale": SensorModel(50.0, gyr_scale=(0.03, -0.03, 0.03), acc_scale=(0.02, -0.02, 0.02)),
    "lost packets": SensorModel(50.0, packet_samples=5, packet_loss=0.05),
    "jitter": SensorModel(50.0, jitter_s=0.006),
    "repeated and backward": SensorModel(50.0, repeated=0.01, backward=0.004),
    "slow clock": SensorModel(50.0, rate_error=0.01),
    "fast clock": SensorModel(50.0, rate_error=-0.01),
    "noise": replace(SensorModel.typical(50.0), gyr_noise_dps=0.15, acc_noise_mg=20.0),
}


@pytest.mark.parametrize("fault", SENSORS)
@pytest.mark.parametrize("seed", [3, 4])
def test_fault_of_the_sensor_costs_no_rep(fault: str, seed: int) -> None:
    sim = record(*a_set(8), sensor=SENSORS[fault], seed=seed)
    found = count(sim.block)
    assert len(found.reps) == 8
    assert not found.partials
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=0.2)
        assert rep.end_s == pytest.approx(true.end_s, abs=0.25)
        assert rep.rom_deg == pytest.approx(true.rom_deg, rel=0.08)


def test_set_with_a_clock_set_back_is_whole() -> None:
    block = record(*a_set(8)).block
    stamps = block.time_s.copy()
    stamps[len(stamps) // 2 :] -= 30.0
    found = count(ImuBlock(stamps, block.acc, block.gyr))
    assert len(found.reps) == 8
    assert len(found.sets) == 1


@pytest.mark.parametrize("seed", range(4))
def test_events_are_sound_whatever_the_faults(seed: int) -> None:
    sim = simulate(random_scenario(seed, ScenarioKind.FAULTS), seed)
    found = count(sim.block)
    assert found.sets
    for one in found.sets:
        assert one.start_s < one.end_s
        assert np.isfinite(one.trace.angle_deg).all()
        cycles = (*one.reps, *one.partials, *one.cut_offs)
        for earlier, later in pairwise(sorted(cycles, key=lambda cycle: cycle.start_s or cycle.end_s or 0.0)):
            assert earlier.end_s is None or later.start_s is None or earlier.end_s <= later.start_s
        for cycle in cycles:
            known = [t for t in (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s) if t is not None]
            assert known == sorted(known)
            assert np.isfinite(known).all()
            assert cycle.rom_deg > 0
            for duration in (cycle.lift_s, cycle.hold_s, cycle.lower_s, cycle.pause_s):
                assert duration is None or duration >= 0
