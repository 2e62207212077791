"""Activities look like what they are, and random scenarios are varied, lawful and repeatable."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from repsignal.synth import (
    Fidget,
    IdleLeg,
    Leg,
    Move,
    Pose,
    Scenario,
    ScenarioKind,
    SensorModel,
    Settle,
    Simulation,
    Still,
    Stretch,
    Walk,
    layout,
    random_scenario,
    simulate,
)
from repsignal.synth.people import NEGATIVE_KINDS
from repsignal.synth.stage import G

STANDING = Pose(-90.0)


def _walking(walk: Walk) -> Simulation:
    return simulate(Scenario((Still(1.0, STANDING), walk, Still(1.0)), Leg(0.38)), seed=1)


@pytest.mark.parametrize("stride_s", [0.9, 1.2, 1.7])
def test_walking_has_the_stride_range_and_speed_asked(stride_s: float) -> None:
    sim = _walking(Walk(30.0, stride_s=stride_s, range_deg=70.0, stride_m=1.3, impact_g=0.0))
    steady = (sim.time_s > 4.0) & (sim.time_s < 28.0)
    rate = np.degrees(sim.motion.gyr[steady, 1])
    spectrum = np.abs(np.fft.rfft(rate - rate.mean(), 2**15))
    hz = np.fft.rfftfreq(2**15, 0.01)
    first = hz[np.argmax(np.where(hz < 1.4 / stride_s, spectrum, 0.0))]
    assert first == pytest.approx(1.0 / stride_s, rel=0.04)
    along = sim.motion.orientation[steady, :, 0]
    assert np.ptp(np.degrees(np.arctan2(along[:, 2], along[:, 0]))) == pytest.approx(70.0, rel=0.08)
    # Swing is the quick part, stance the long one.
    assert np.max(np.abs(rate)) > 1.5 * np.max(np.abs(rate[rate * rate[np.argmax(np.abs(rate))] < 0]))
    place = sim.motion.position_m[steady]
    speed = np.linalg.norm(place[-1] - place[0]) / 24.0
    assert speed == pytest.approx(1.3 / stride_s, rel=0.08)


def test_walking_plants_the_ankle_in_stance() -> None:
    sim = _walking(Walk(20.0, impact_g=0.0))
    steady = (sim.time_s > 4.0) & (sim.time_s < 18.0)
    velocity = np.gradient(sim.motion.position_m, 0.01, axis=0)[steady]
    speed = np.linalg.norm(velocity[:, [0, 2]], axis=1)
    assert 0.3 < np.mean(speed < 0.05) < 0.6
    assert 3.0 < speed.max() < 7.0


def test_heels_strike_once_a_stride() -> None:
    soft, hard = (_walking(Walk(20.0, stride_s=1.0, stride_cv=0.01, impact_g=g)) for g in (0.0, 3.0))
    blow = np.linalg.norm(hard.motion.acc - soft.motion.acc, axis=1) / G
    assert 2.0 < blow.max() < 5.0
    starts = np.flatnonzero((blow[1:] > 0.3) & (blow[:-1] <= 0.3))
    strikes = starts[np.insert(np.diff(starts) > 50, 0, True)]
    assert 17 <= len(strikes) <= 20
    assert np.median(np.diff(strikes)) == pytest.approx(100, abs=4)


def test_turns_change_the_way_one_walks() -> None:
    sim = _walking(Walk(20.0, impact_g=0.0, stride_cv=0.0, turns=((9.0, 90.0),)))
    place = sim.motion.position_m
    before, after = place[800] - place[300], place[2000] - place[1300]
    cosine = before[:2] @ after[:2] / np.linalg.norm(before[:2]) / np.linalg.norm(after[:2])
    assert cosine == pytest.approx(0.0, abs=0.1)


def test_kneeling_brings_the_shank_level_and_leaves_the_foot_where_it_is() -> None:
    down = Pose(-5.0)
    sim = simulate(Scenario((Still(1.0, STANDING), Move.kneeling_down(down), Still(1.0)), Leg(0.4)), seed=1)
    assert sim.elevation_deg[0] == pytest.approx(-90.0, abs=0.5)
    assert sim.elevation_deg[-1] == pytest.approx(-5.0, abs=0.5)
    assert np.linalg.norm(sim.motion.position_m[-1] - sim.motion.position_m[0]) < 0.25


def test_settling_shifts_irregularly_and_comes_back() -> None:
    settle = Settle(40.0, size_deg=15.0, per_minute=40.0, pose=Pose(-20.0))
    sim = simulate(Scenario((settle, Still(1.0, unrest_deg=0.0))), seed=3)
    assert np.ptp(sim.elevation_deg) > 3.0
    assert np.max(np.abs(sim.elevation_deg + 20.0)) < 20.0
    assert sim.elevation_deg[-1] == pytest.approx(-20.0, abs=0.01)
    assert not np.any(sim.angle_deg)


def test_stretch_is_one_slow_move_long_held() -> None:
    sim = simulate(Scenario((Still(1.0, Pose(-10.0)), Stretch(45.0, 3.0, 20.0), Still(1.0))), seed=3)
    assert np.max(sim.elevation_deg) == pytest.approx(35.0, abs=1.5)
    assert np.mean(sim.elevation_deg > 33.0) * sim.time_s[-1] == pytest.approx(20.5, abs=1.5)


def test_idle_leg_is_shaken_in_the_other_ones_rhythm_and_never_far() -> None:
    sim = simulate(Scenario((IdleLeg(90.0, 6.0, 2.0, 0.02, Pose(0.0)), Still(1.0))), seed=2)
    off = sim.elevation_deg - np.median(sim.elevation_deg)
    assert 1.0 < np.max(np.abs(off)) < 5.0
    spectrum = np.abs(np.fft.rfft(off - off.mean(), 2**15))
    hz = np.fft.rfftfreq(2**15, 0.01)
    band = (hz > 0.08) & (hz < 1.0)
    assert hz[band][np.argmax(spectrum[band])] == pytest.approx(1.0 / 6.0, abs=0.02)


def test_fidgeting_moves_now_and_then() -> None:
    sim = simulate(Scenario((Fidget(60.0, 8.0, 12.0, Pose(0.0)),)), seed=2)
    rate = np.degrees(np.linalg.norm(sim.motion.gyr, axis=1))
    assert 0.05 < np.mean(rate > 4.0) < 0.6
    assert np.max(np.abs(sim.elevation_deg)) < 20.0


@pytest.mark.parametrize("kind", list(ScenarioKind))
def test_random_scenarios_repeat_and_differ(kind: ScenarioKind) -> None:
    first, again, other = random_scenario(3, kind), random_scenario(3, kind), random_scenario(4, kind)
    assert first == again
    assert first != other
    one, two = simulate(first, 3), simulate(again, 3)
    assert np.array_equal(one.block.time_s, two.block.time_s)
    assert np.array_equal(one.block.acc, two.block.acc, equal_nan=True)
    assert np.array_equal(one.block.gyr, two.block.gyr, equal_nan=True)
    assert one.truth == two.truth
    third = simulate(first, 4)
    assert not np.array_equal(one.block.acc, third.block.acc, equal_nan=True)


@pytest.mark.parametrize("kind", list(ScenarioKind))
def test_random_scenarios_are_lawful(kind: ScenarioKind) -> None:
    for seed in range(8):
        sim = simulate(random_scenario(seed, kind), seed)
        # Nobody's ankle feels more than this: walking on a shock-less shoe comes closest.
        assert np.max(np.linalg.norm(sim.motion.acc, axis=1)) < 12.0 * G
        assert np.degrees(np.max(np.linalg.norm(sim.motion.gyr, axis=1))) < 1200.0
        if kind in NEGATIVE_KINDS:
            assert not sim.truth.sets
            assert sim.time_s[-1] >= 60.0
            continue
        assert sim.truth.sets
        for one in sim.truth.sets:
            cycles = sorted((*one.reps, *one.partials, *one.cut_offs), key=lambda rep: rep.start_s)
            for rep in cycles:
                assert rep.start_s < rep.top_s <= rep.lower_start_s < rep.end_s
                assert rep.lift_s == pytest.approx(rep.top_s - rep.start_s)
            for before, after in itertools.pairwise(cycles):
                pause_s = None if before in one.reps[-1:] else after.start_s - before.end_s
                assert before.pause_s == pytest.approx(pause_s, abs=1e-9)
            assert cycles[-1].pause_s is None
            roms = [rep.rom_deg for rep in one.reps]
            assert 4.0 < min(roms) <= max(roms) < 130.0
            assert all(rep.rom_deg < 0.6 * float(np.median(roms)) for rep in one.partials)
            assert all(rep.rom_deg > 0.6 * float(np.median(roms)) for rep in one.reps)
            if kind is not ScenarioKind.CUT:
                assert 5 <= len(one.reps) <= 20
                assert not one.cut_offs


def test_random_sets_cover_the_variety_of_use() -> None:
    varied = [simulate(random_scenario(seed, ScenarioKind.VARIED), seed) for seed in range(40)]
    names = {sim.scenario.name.split(": ")[1] for sim in varied}
    assert len(names) >= 10
    assert sum(any(a.name == "walking" for a in sim.truth.activities) for sim in varied) >= 10
    assert sum(bool(sim.truth.partials) for sim in varied) >= 3
    roms = [sim.truth.reps[0].rom_deg for sim in varied]
    assert min(roms) < 15.0
    assert max(roms) > 70.0
    tired = [simulate(random_scenario(seed, ScenarioKind.TIRED), seed) for seed in range(20)]
    assert sum(rep.hold_s == 0.0 for sim in tired for rep in sim.truth.reps) >= 10
    assert sum(rep.pause_s == 0.0 for sim in tired for rep in sim.truth.reps) >= 10


def test_faults_are_those_of_cheap_sensors() -> None:
    sensors = [random_scenario(seed, ScenarioKind.FAULTS) for seed in range(40)]
    biases = [float(np.linalg.norm(s.sensor.gyr_bias_dps)) for s in sensors]
    assert min(biases) >= 4.0
    assert 7.0 < max(biases) <= 8.0 + 1e-9
    assert max(abs(b) for s in sensors for b in s.sensor.acc_bias_mg) <= 60.0
    assert max(abs(s.sensor.rate_error) for s in sensors) <= 0.01
    for count in (
        sum(s.sensor.packet_loss > 0.0 for s in sensors),
        sum(bool(s.mounting.slips) for s in sensors),
        sum(s.sensor.jitter_s > 0.0 for s in sensors),
        sum(s.sensor.repeated > 0.0 for s in sensors),
        sum(s.sensor.nan > 0.0 for s in sensors),
    ):
        assert 6 <= count <= 36
    for scenario in sensors:
        for slip in scenario.mounting.slips:
            cycles = layout(scenario).sets[0].cycles
            assert cycles[0].start_s < slip.at_s < cycles[-1].end_s


def test_cut_recordings_are_cut() -> None:
    sims = [simulate(random_scenario(seed, ScenarioKind.CUT), seed) for seed in range(24)]
    starts = [sim.truth.sets[0] for sim in sims]
    assert any(one.cut_offs and one.cut_offs[0].start_s < 0.0 for one in starts)
    assert any(one.reps and abs(one.reps[0].start_s) < 1e-9 for one in starts)
    assert any(one.cut_offs and one.cut_offs[-1].end_s > sim.time_s[-1] for one, sim in zip(starts, sims, strict=True))


def test_two_minutes_at_100_hz_simulate_quickly() -> None:
    scenario = random_scenario(1, ScenarioKind.VARIED)
    scenario = replace(scenario, segments=(*scenario.segments, Still(120.0)), crop_end_s=120.0)
    scenario = replace(scenario, sensor=replace(SensorModel.typical(100.0), packet_loss=0.02))
    took = []
    for _ in range(3):
        begin = time.perf_counter()
        simulate(scenario, 1)
        took.append(time.perf_counter() - begin)
    # 0.1 s on one core of 2020; the limit leaves room for a busy machine.
    assert min(took) < 0.6


def test_seed_is_refused_below_zero() -> None:
    with pytest.raises(ValueError, match="seed must be at least 0"):
        random_scenario(-1)
