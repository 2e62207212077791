"""The joint as the sensor feels it: axis, lever, and which way is up."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from dsp_helpers import a_set, count, record, ticks_of
from numpy.typing import NDArray

from repsignal.even import MISSING
from repsignal.hinges import HingeSums
from repsignal.joint import Pivot, axis_of_strokes, raising
from repsignal.orientation import TickBlock
from repsignal.swing import principal_axis
from repsignal.synth import Leg, Mounting, Pose, RepPlan, SensorModel, Simulation, Still
from repsignal.types import FloatArray

REP = RepPlan(lift_s=0.8, hold_s=0.5, lower_s=1.0, pause_s=0.5, rom_deg=40.0)


@cache
def recorded(
    distance_m: float, seed: int, lowers: bool = False, rom_deg: float = 40.0
) -> tuple[Simulation, TickBlock, float]:
    mounting = Mounting.random(np.random.default_rng(seed))
    rep = RepPlan(lift_s=0.8, hold_s=0.5, lower_s=1.0, pause_s=0.5, rom_deg=rom_deg)
    sim = record(*a_set(8, rep, lowers=lowers), leg=Leg(distance_m), mounting=mounting, seed=seed)
    ticks, tick_s = ticks_of(sim.block)
    return sim, ticks, tick_s


def fit(
    ticks: TickBlock,
    tick_s: float,
    axis: FloatArray | None,
    *,
    acc: FloatArray | None = None,
    valid: NDArray[np.bool_] | None = None,
) -> Pivot | None:
    sums = HingeSums(tick_s)
    flags = np.zeros(len(ticks), np.uint8) if valid is None else np.where(valid, 0, MISSING).astype(np.uint8)
    sums.append(ticks.acc if acc is None else acc, ticks.gyr, ticks.up, flags)
    found = sums.between(0, len(ticks))
    return None if found is None else found.pivot(axis)


def true_lever(sim: Simulation) -> FloatArray:
    """The lever lies along the limb's x axis; the mounting says how the sensor sees that."""
    return np.asarray(sim.scenario.mounting.matrix.T @ np.array([sim.scenario.leg.distance_m, 0.0, 0.0]))


@pytest.mark.parametrize("distance_m", [0.3, 0.35])
@pytest.mark.parametrize("seed", range(4))
def test_lever_is_found_within_three_centimetres(distance_m: float, seed: int) -> None:
    sim, ticks, tick_s = recorded(distance_m, seed)
    axis = principal_axis(ticks.path_deg, tick_s)
    pivot = fit(ticks, tick_s, axis)
    assert pivot is not None
    away = ticks.path_deg - ticks.path_deg[0]
    assert np.linalg.norm(away @ axis) > 0.98 * np.linalg.norm(away)
    assert pivot.sure
    assert np.linalg.norm(pivot.lever_m - true_lever(sim)) < 0.03
    assert pivot.length_m == pytest.approx(distance_m, abs=0.03)
    assert pivot.explained > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_axis_lies_across_the_limb(seed: int) -> None:
    sim, ticks, tick_s = recorded(0.75, seed)
    axis = principal_axis(ticks.path_deg, tick_s)
    assert np.linalg.norm(axis) == pytest.approx(1.0)
    assert abs(axis @ true_lever(sim)) / 0.75 < np.sin(np.radians(3.0))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("lowers", [False, True])
@pytest.mark.parametrize("rom_deg", [8.0, 40.0])
def test_raising_knows_which_sense_lifts_the_sensor(seed: int, lowers: bool, rom_deg: float) -> None:
    sim, ticks, tick_s = recorded(0.75, seed, lowers, rom_deg)
    axis = principal_axis(ticks.path_deg, tick_s)
    pivot = fit(ticks, tick_s, axis)
    # which sense of this axis is the true lift: the path at the first top, against the first bottom
    rep = sim.truth.reps[0]
    bottom, top = np.searchsorted(ticks.time_s, [rep.start_s, rep.top_s + 0.2])
    lift_axis = axis * np.sign((ticks.path_deg[top] - ticks.path_deg[bottom]) @ axis)
    up = ticks.up[bottom]
    expected = -1.0 if lowers else 1.0
    assert raising(pivot, lift_axis, up) * expected > 0.5
    assert raising(pivot, -lift_axis, up) * expected < -0.5


def test_raising_is_no_idea_without_a_pivot_of_a_limb_s_length() -> None:
    x, y, z = np.eye(3)
    assert raising(None, x, z) == 0.0
    assert raising(Pivot(5.0 * y, 0.01, 0.9, 1.0), x, z) == 0.0
    assert raising(Pivot(0.5 * y, 0.01, 0.9, 1.0), x, z) == pytest.approx(1.0)
    assert raising(Pivot(0.5 * y, 0.01, 0.9, 1.0), x, y) == 0.0  # the limb points straight up: a turn does neither


def test_axis_that_is_nearly_upright_tells_no_lift_from_a_lowering() -> None:
    """The limb points where its end goes upwards as much as it can about such an axis."""
    _, y, z = np.eye(3)
    told = [
        raising(Pivot(0.5 * y, 0.001, 0.9, 1.0), np.array([np.sin(tilt), 0.0, np.cos(tilt)]), z)
        for tilt in np.radians([0.0, 10.0, 17.0, 24.0, 31.0, 90.0])
    ]
    assert told == [0.0, 0.0, 0.0, pytest.approx(0.43, abs=0.02), 1.0, 1.0]


def test_unsure_pivot_has_a_weaker_opinion() -> None:
    x, y, z = np.eye(3)
    assert 0.0 < raising(Pivot(0.5 * y, 0.4, 0.5, 1.0), x, z) < 0.5


def test_elevation_and_height_of_a_known_lever() -> None:
    pivot = Pivot(np.array([0.0, 0.6, 0.0]), 0.01, 0.9, 1.0)
    tilted = np.array([0.0, np.sin(np.radians(-30.0)), np.cos(np.radians(-30.0))])
    assert pivot.elevation_deg(tilted) == pytest.approx(-30.0)
    assert pivot.height_m(tilted) == pytest.approx(-0.3)


@pytest.mark.parametrize(
    ("length_m", "sd_m", "sure"), [(0.6, 0.01, True), (0.6, 0.3, False), (0.05, 0.001, False), (2.0, 0.01, False)]
)
def test_pivot_is_sure_of_limbs_well_measured(length_m: float, sd_m: float, sure: bool) -> None:
    assert Pivot(np.array([0.0, 0.0, length_m]), sd_m, 0.9, 1.0).sure is sure


def test_no_fit_when_nothing_moves() -> None:
    still, tick_s = ticks_of(record(Still(20.0, Pose(-20.0), unrest_deg=0.0), sensor=SensorModel(50.0)).block)
    axis = np.array([0.0, 1.0, 0.0])
    for pivot in (fit(still, tick_s, axis), fit(still, tick_s, None)):
        assert pivot is None or not pivot.sure


def test_noise_of_a_resting_sensor_is_no_limb() -> None:
    still, tick_s = ticks_of(record(Still(20.0, Pose(-20.0))).block)
    for axis in (np.array([1.0, 0.0, 0.0]), None):
        pivot = fit(still, tick_s, axis)
        assert pivot is None or not pivot.sure


def test_too_few_or_invalid_ticks_give_no_fit() -> None:
    _, ticks, tick_s = recorded(0.75, 0)
    few = TickBlock(*(getattr(ticks, n)[:20] for n in ("time_s", "path_deg", "up", "acc", "gyr", "flags")))
    assert fit(few, tick_s, None) is None
    invalid = np.zeros(len(ticks), bool)
    assert fit(ticks, tick_s, None, valid=invalid) is None


def test_invalid_ticks_do_not_count() -> None:
    _, ticks, tick_s = recorded(0.75, 1)
    acc, valid = ticks.acc.copy(), np.ones(len(ticks), bool)
    acc[300:340] += 25.0
    valid[300:340] = False
    axis = principal_axis(ticks.path_deg, tick_s)
    pivot = fit(ticks, tick_s, axis, acc=acc, valid=valid)
    assert pivot is not None
    plain = fit(ticks, tick_s, axis)
    assert plain is not None
    assert np.linalg.norm(pivot.lever_m - plain.lever_m) < 0.01


def test_constant_error_of_the_accelerometer_does_no_harm() -> None:
    _, ticks, tick_s = recorded(0.75, 2)
    axis = principal_axis(ticks.path_deg, tick_s)
    plain = fit(ticks, tick_s, axis)
    biased = fit(ticks, tick_s, axis, acc=ticks.acc + np.array([0.5, -0.4, 0.3]))
    assert plain is not None
    assert biased is not None
    assert biased.lever_m == pytest.approx(plain.lever_m, abs=1e-9)


def test_twist_about_the_length_of_the_limb_is_left_out() -> None:
    rng = np.random.default_rng(6)
    hinge, limb = np.array([0.0, 1.0, 0.0]), np.array([0.6, 0.0, 0.8])
    signs = np.where(np.arange(40) % 2, -1.0, 1.0)
    strokes = signs[:, None] * (30.0 * hinge + 45.0 * limb) + rng.normal(0.0, 1.0, (40, 3))
    pivot = Pivot(0.7 * limb, 0.02, 0.9, 2.0)
    assert abs(axis_of_strokes(strokes, pivot) @ hinge) > np.cos(np.radians(2.0))
    assert abs(axis_of_strokes(strokes, None) @ hinge) < np.cos(np.radians(30.0))
    unsure = Pivot(0.7 * limb, 0.5, 0.9, 2.0)
    assert np.array_equal(axis_of_strokes(strokes, unsure), axis_of_strokes(strokes, None))


@pytest.mark.parametrize("seed", range(3))
def test_a_limb_that_hardly_twists_says_nothing_of_its_length_along_the_axis(seed: int) -> None:
    """What little it turns aside was taken for a lever that lies 40° off, and elevations with it, however well felt."""
    rep = RepPlan(lift_s=1.0, hold_s=1.0, lower_s=2.4, pause_s=0.6, rom_deg=95.0, cross_deg=1.0, twist_deg=2.0)
    mounting = Mounting.random(np.random.default_rng(seed))
    sim = record(*a_set(10, rep, bottom=Pose(-2.0)), leg=Leg(0.36), mounting=mounting, seed=seed)
    outcome = count(sim.block)
    assert len(outcome.reps) == 10
    for rep_found, true in zip(outcome.reps, sim.truth.reps, strict=True):
        assert rep_found.elevation_top_deg == pytest.approx(true.elevation_top_deg, abs=10.0)
    (one,) = outcome.sets
    assert np.ptp(one.trace.angle_deg) == pytest.approx(95.0, abs=5.0)


def test_one_large_change_of_posture_does_not_turn_the_axis() -> None:
    rng = np.random.default_rng(7)
    time_s = np.arange(3000) / 50.0
    path = np.outer(20.0 * np.sin(2.0 * time_s), [0.0, 0.0, 1.0]) + rng.normal(0.0, 0.05, (3000, 3))
    path[1500:] += np.array([90.0, 0.0, 0.0])
    axis = principal_axis(path, 0.02)
    assert axis[2] > np.cos(np.radians(10.0))


def test_a_moment_has_some_axis() -> None:
    assert np.linalg.norm(principal_axis(np.zeros((10, 3)), 0.02)) == 1.0
