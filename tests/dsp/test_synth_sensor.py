"""Each fault of the sensor does what it says, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from repsignal.synth import Leg, Pose, RepPlan, Scenario, SensorModel, Simulation, Still, simulate, steady_set
from repsignal.synth.stage import G

RATE = 100.0


def _resting(sensor: SensorModel, duration_s: float = 60.0) -> Simulation:
    return simulate(Scenario((Still(duration_s, Pose(0.0), unrest_deg=0.0),), sensor=sensor), seed=11)


def _moving(sensor: SensorModel) -> Simulation:
    return simulate(Scenario((steady_set(4, RepPlan(lift_s=0.6, rom_deg=90.0)),), Leg(0.7), sensor=sensor), seed=11)


def test_perfect_sensor_gives_the_motion_itself() -> None:
    sim = _moving(SensorModel())
    assert np.array_equal(sim.block.acc, sim.motion.acc)
    assert np.array_equal(sim.block.gyr, sim.motion.gyr)
    assert np.array_equal(sim.block.time_s, sim.time_s)
    assert sim.lost_samples == 0


def test_noise_has_the_rms_asked() -> None:
    sim = _resting(SensorModel(gyr_noise_dps=0.08, acc_noise_mg=12.0))
    assert np.degrees(np.std(sim.block.gyr, axis=0)) == pytest.approx(np.full(3, 0.08), rel=0.05)
    assert np.std(sim.block.acc, axis=0) / G == pytest.approx(np.full(3, 0.012), rel=0.05)
    white = sim.block.gyr[:, 0]
    assert abs(np.corrcoef(white[1:], white[:-1])[0, 1]) < 0.05


def test_bias_drift_and_scale_are_as_asked() -> None:
    sensor = SensorModel(
        gyr_bias_dps=(8.0, 0.0, -2.0), gyr_drift_dps_min=(0.0, 3.0, 0.0), acc_bias_mg=(60.0, 0.0, -30.0)
    )
    sim = _resting(sensor)
    off = np.degrees(sim.block.gyr - sim.motion.gyr)
    assert off[0] == pytest.approx([8.0, 0.0, -2.0])
    assert off[-1] == pytest.approx([8.0, 3.0, -2.0])
    assert (sim.block.acc - sim.motion.acc)[7] / G == pytest.approx([0.06, 0.0, -0.03])
    scaled = _moving(SensorModel(gyr_scale=(0.0, 0.03, 0.0), acc_scale=(0.02, 0.0, 0.0)))
    assert scaled.block.gyr == pytest.approx(scaled.motion.gyr * [1.0, 1.03, 1.0])
    assert scaled.block.acc == pytest.approx(scaled.motion.acc * [1.02, 1.0, 1.0])


def test_bias_wanders_by_the_rms_asked_in_a_minute() -> None:
    scenario = Scenario((Still(60.0, unrest_deg=0.0),), sensor=SensorModel(20.0, gyr_wander_dps=0.5))
    ends = [np.degrees(simulate(scenario, seed).block.gyr[-1]) for seed in range(60)]
    assert np.std(np.concatenate(ends)) == pytest.approx(0.5, rel=0.25)


def test_range_clips() -> None:
    free, clipped = _moving(SensorModel()), _moving(SensorModel(gyr_range_dps=125.0, acc_range_g=1.1))
    assert np.degrees(np.abs(free.block.gyr).max()) > 200.0
    assert np.degrees(np.abs(clipped.block.gyr).max()) == pytest.approx(125.0)
    assert np.abs(free.block.acc).max() > 1.2 * G
    assert np.abs(clipped.block.acc).max() == pytest.approx(1.1 * G)
    inside = np.abs(free.block.gyr) < np.radians(124.0)
    assert np.array_equal(free.block.gyr[inside], clipped.block.gyr[inside])


def test_quantised_values_are_int16_of_full_scale() -> None:
    sim = _moving(SensorModel(gyr_range_dps=250.0, acc_range_g=2.0, quantised=True))
    for values, full in ((sim.block.gyr, np.radians(250.0)), (sim.block.acc, 2.0 * G)):
        counts = values / full * 32768.0
        assert counts == pytest.approx(np.round(counts), abs=1e-6)
        assert counts.min() >= -32768.0
        assert counts.max() <= 32767.0
    assert np.max(np.abs(sim.block.acc - np.clip(sim.motion.acc, -2 * G, 2 * G))) <= 2.0 * G / 32768.0 * 1.001


@pytest.mark.parametrize("rate", [20.0, 52.0, 100.0, 400.0])
def test_rate(rate: float) -> None:
    sim = _resting(SensorModel(rate), 10.0)
    assert len(sim.block) == round(10.0 * rate) + 1
    assert np.diff(sim.block.time_s) == pytest.approx(np.full(len(sim.block) - 1, 1.0 / rate))


def test_low_pass_keeps_slow_motion_and_takes_fast() -> None:
    plan = steady_set(3, RepPlan(hold_s=3.0, tremor_dps=20.0))
    open_, closed = (
        simulate(Scenario((plan,), sensor=SensorModel(200.0, bandwidth_hz=band)), seed=2) for band in (None, 4.0)
    )
    held = (open_.time_s > open_.truth.reps[0].top_s + 0.4) & (open_.time_s < open_.truth.reps[0].lower_start_s - 0.4)
    assert np.std(closed.block.gyr[held, 1]) < 0.2 * np.std(open_.block.gyr[held, 1])
    assert np.sum(closed.block.gyr, axis=0) == pytest.approx(np.sum(open_.block.gyr, axis=0), abs=0.05)
    # A 10 Hz line through a 10 Hz low-pass loses 3 dB.
    line = replace(plan, reps=(replace(plan.reps[0], hold_s=30.0),))
    free, half = (simulate(Scenario((line,), sensor=SensorModel(200.0, bandwidth_hz=b)), seed=2) for b in (None, 10.0))
    ratio = np.std(half.block.gyr[400:3000, 1]) / np.std(free.block.gyr[400:3000, 1])
    assert ratio == pytest.approx(np.sqrt(0.5), abs=0.08)


def test_lost_packets_are_absent_whole_and_counted() -> None:
    sim = _resting(SensorModel(packet_samples=8, packet_loss=0.05), 120.0)
    taken = 12001
    assert len(sim.block) + sim.lost_samples == taken
    assert sim.lost_samples / taken == pytest.approx(0.05, rel=0.35)
    missing = np.setdiff1d(np.arange(taken), sim.kept)
    packets, counts = np.unique(missing // 8, return_counts=True)
    assert len(packets) > 20
    assert np.all((counts == 8) | (packets == taken // 8))
    assert sim.block.time_s == pytest.approx(sim.kept / RATE)
    assert len(sim.angle_deg) == len(sim.motion.time_s) == len(sim.block)


def test_one_long_hole_where_asked() -> None:
    sim = _resting(SensorModel(hole_at_s=20.0, hole_s=3.0))
    gaps = np.diff(sim.block.time_s)
    assert np.sum(gaps > 0.015) == 1
    assert gaps.max() == pytest.approx(3.01)
    assert sim.block.time_s[np.argmax(gaps)] == pytest.approx(19.99)
    assert sim.lost_samples == 300


def test_jitter_moves_stamps_by_the_rms_asked_and_keeps_their_order() -> None:
    sim = _resting(SensorModel(jitter_s=0.002))
    off = sim.block.time_s - sim.time_s
    assert np.std(off) == pytest.approx(0.002, rel=0.1)
    assert np.all(np.diff(sim.block.time_s) >= 0.0)


def test_repeated_and_backward_stamps_are_as_many_as_asked() -> None:
    steps = np.diff(_resting(SensorModel(repeated=0.02), 120.0).block.time_s)
    assert np.sum(steps == 0.0) == pytest.approx(240, abs=60)
    steps = np.diff(_resting(SensorModel(backward=0.01), 120.0).block.time_s)
    assert np.sum(steps < 0.0) == pytest.approx(120, abs=40)
    assert np.min(steps) >= -0.06


def test_nan_and_infinite_values_are_as_many_as_asked() -> None:
    sim = _resting(SensorModel(nan=0.01, infinite=0.005), 120.0)
    values = np.hstack([sim.block.acc, sim.block.gyr])
    assert np.sum(np.any(np.isnan(values), axis=1)) == pytest.approx(120, abs=40)
    assert np.sum(np.any(np.isinf(values), axis=1)) == pytest.approx(60, abs=30)
    assert np.all(np.any(np.isnan(values), axis=0))
    assert np.all(np.isfinite(sim.block.time_s))
    assert np.all(np.isfinite(sim.motion.acc))


def test_first_stamp_shifts_stamps_and_truth_alike() -> None:
    plain, late = _moving(SensorModel()), _moving(SensorModel(first_stamp_s=1000.0))
    assert late.block.time_s == pytest.approx(plain.block.time_s + 1000.0)
    assert late.truth.reps[0].top_s == pytest.approx(plain.truth.reps[0].top_s + 1000.0)
    assert np.array_equal(late.block.acc, plain.block.acc)


def test_faults_do_not_change_the_motion() -> None:
    sound, bad = _moving(SensorModel()), _moving(replace(SensorModel.typical(), packet_loss=0.05))
    assert np.array_equal(bad.angle_deg, sound.angle_deg[bad.kept])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate_hz": 10.0}, "rate_hz must lie between 20 and 400"),
        ({"rate_error": 0.2}, "rate_error must lie between"),
        ({"packet_loss": 1.5}, "packet_loss must lie between 0 and 1"),
        ({"gyr_bias_dps": (1.0, 2.0)}, "gyr_bias_dps must be three numbers"),
        ({"acc_bias_mg": (1.0, 2.0, float("nan"))}, "acc_bias_mg must be a finite number"),
        ({"gyr_range_dps": 0.0}, "gyr_range_dps must be a finite number above 0"),
        ({"packet_samples": 0}, "packet_samples must be at least 1"),
        ({"quantised": True}, "quantised needs gyr_range_dps and acc_range_g"),
        ({"jitter_s": -0.1}, "jitter_s must be"),
    ],
)
def test_sensor_refuses(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SensorModel(**arguments)
