"""A gyroscope's bias is found within seconds, whether or not the limb lies still."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_helpers import BOTTOM, count, record
from scipy.spatial.transform import Rotation

from repsignal.bias import Bias, find_bias, rest_rate
from repsignal.synth import Mounting, RepPlan, SensorModel, Still, Walk, steady_set
from repsignal.synth.stage import Segment

UNKNOWN = Bias.unknown(4.0)
AT_ONCE = steady_set(6, RepPlan(lift_s=1.0, hold_s=2.5, lower_s=2.5, pause_s=0.4, rom_deg=25.0), bottom=BOTTOM)
SCENES: dict[str, tuple[Segment, ...]] = {
    "lying still": (Still(7.0, BOTTOM),),
    "lifting at once": (AT_ONCE,),
    "lying on the side": (steady_set(6, RepPlan(lift_s=1.0, hold_s=2.5), bottom=BOTTOM, axis_tilt_deg=90.0),),
    "walking": (Walk(8.0),),
}


def sensor_of(bias_dps: tuple[float, float, float]) -> SensorModel:
    return SensorModel(
        50.0, gyr_noise_dps=0.1, acc_noise_mg=4.0, acc_bias_mg=(20.0, -20.0, 20.0), gyr_bias_dps=bias_dps
    )


@pytest.mark.parametrize(
    ("scene", "most_dps"),
    [("lying still", 0.1), ("lifting at once", 0.3), ("lying on the side", 0.3), ("walking", 3.5)],
)
@pytest.mark.parametrize("bias_dps", [(0.3, -0.2, 0.4), (-4.6, 4.6, 4.6), (0.0, 5.7, -5.7)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_six_seconds_tell_it(scene: str, most_dps: float, bias_dps: tuple[float, float, float], seed: int) -> None:
    mounting = Mounting.random(np.random.default_rng(seed))
    block = record(*SCENES[scene], sensor=sensor_of(bias_dps), mounting=mounting, seed=seed).block
    found = find_bias(block.acc[:300], block.gyr[:300], 0.02, UNKNOWN)
    assert np.degrees(found.rad_s) == pytest.approx(bias_dps, abs=most_dps)
    assert 0.4 * most_dps < found.sigma_dps < 2.5 * most_dps, "it knows how little it knows"


def test_what_was_known_before_counts() -> None:
    bias_dps = (3.0, -4.0, 5.0)
    known = Bias(np.radians(bias_dps), Bias.unknown(0.2).covariance)
    block = record(Walk(8.0), sensor=sensor_of(bias_dps)).block
    found = find_bias(block.acc[:50], block.gyr[:50], 0.02, known)
    assert np.degrees(found.rad_s) == pytest.approx(bias_dps, abs=0.4)
    assert found.sigma_dps < 0.2


def test_a_few_samples_tell_nothing() -> None:
    assert find_bias(np.ones((15, 3)), np.ones((15, 3)), 0.02, UNKNOWN) is UNKNOWN
    assert UNKNOWN.sigma_dps == pytest.approx(4.0)


def test_it_turns_with_the_sensor() -> None:
    block = record(AT_ONCE, sensor=sensor_of((5.0, -3.0, 2.0))).block
    turn = Rotation.from_rotvec([0.7, -1.9, 0.4])
    as_is = find_bias(block.acc[:300], block.gyr[:300], 0.02, UNKNOWN)
    turned = find_bias(turn.apply(block.acc[:300]), turn.apply(block.gyr[:300]), 0.02, UNKNOWN)
    assert turned.rad_s == pytest.approx(turn.apply(as_is.rad_s), abs=1e-6)


def test_rest_is_where_the_limb_turns_about_no_other_axis() -> None:
    still = np.tile([0.0, 0.0, 1.5], (40, 1))
    turning = np.tile([30.0, 0.0, 20.0], (60, 1))
    rate, left = rest_rate(np.concatenate((still, turning)), np.array([0.0, 0.0, 1.0]), 4.0, 0.4, 0.5)
    assert rate == pytest.approx(1.5, abs=0.05)
    assert 0.0 < left < 0.2


@pytest.mark.parametrize("seed", range(4))
def test_reps_of_one_who_lifts_at_once_are_counted_with_a_bad_gyroscope(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bias = rng.normal(size=3)
    bias *= 8.0 / np.linalg.norm(bias)
    plan = RepPlan(lift_s=0.8, hold_s=2.5, lower_s=1.5, pause_s=0.5, rom_deg=10.0)
    sensor = sensor_of((float(bias[0]), float(bias[1]), float(bias[2])))
    scene = steady_set(8, plan, bottom=BOTTOM), Still(2.0)
    outcome = count(record(*scene, sensor=sensor, mounting=Mounting.random(rng), seed=seed).block)
    assert len(outcome.reps) + len(outcome.cut_offs) == 8
    assert [rep.rom_deg for rep in outcome.reps] == pytest.approx([10.0] * len(outcome.reps), abs=2.0)
