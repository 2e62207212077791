"""The table of frames and signs, row by row; and what becomes of samples on their way to ticks."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from dsp_helpers import BOTTOM, joined_ticks, record, ticks_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from repsignal.even import BRIDGED, CLIPPED, MISSING, EvenBlock
from repsignal.orientation import Orientation, TickBlock, rotation_steps_deg
from repsignal.synth import Mounting, SensorModel, Still
from repsignal.types import FloatArray

G = 9.80665
AXES = np.eye(3)


def turning(
    axis: FloatArray, dps: float, *, start: Rotation | None = None, turn_s: float = 1.0, rate_hz: float = 100.0
) -> EvenBlock:
    """A sensor at its own pivot: 5 s at rest, a turn at constant speed about one of its axes, 3 s at rest."""
    time_s = np.arange(round((8.0 + turn_s) * rate_hz)) / rate_hz
    angle = np.radians(dps) * np.clip(time_s - 5.0, 0.0, turn_s)
    turns = (start or Rotation.identity()) * Rotation.from_rotvec(angle[:, None] * axis)
    acc = turns.inv().apply([0.0, 0.0, G])
    # the rate in force since the sample before, as vqf integrates it
    gyr = np.diff(angle, prepend=0.0)[:, None] * rate_hz * axis
    return EvenBlock(time_s, acc, gyr, np.zeros(len(time_s), np.uint8), restart=True)


def feed(*blocks: EvenBlock, rate_hz: float = 100.0) -> TickBlock:
    orientation = Orientation()
    orientation.start(1.0 / rate_hz)
    ticks = [t for block in blocks for t in orientation.feed(block)]
    return joined_ticks([*ticks, *orientation.flush()])


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sense", [1.0, -1.0])
@pytest.mark.parametrize("start", [Rotation.identity(), Rotation.from_rotvec([0.9, -0.4, 1.7])])
def test_right_handed_turn_about_an_axis_raises_the_path_along_it(axis: int, sense: float, start: Rotation) -> None:
    ticks = feed(turning(AXES[axis], sense * 60.0, start=start))
    moved = ticks.path_deg[-1] - ticks.path_deg[150]
    assert moved == pytest.approx(sense * 60.0 * AXES[axis], abs=0.8)
    assert np.abs(ticks.gyr[290, axis] - sense * np.radians(60.0)) < 0.02


def test_path_does_not_wrap() -> None:
    ticks = feed(turning(AXES[0], 120.0, turn_s=8.0))
    assert ticks.path_deg[-1, 0] - ticks.path_deg[150, 0] == pytest.approx(960.0, abs=5.0)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sense", [1.0, -1.0])
def test_at_rest_the_sensor_feels_9_81_along_the_axis_that_points_up(axis: int, sense: float) -> None:
    up = sense * AXES[axis]
    across = np.array([0.0, 0.0, 1.0]) + up
    start = Rotation.from_rotvec(np.pi * across / np.linalg.norm(across)) if np.linalg.norm(across) > 0.1 else None
    block = turning(AXES[0], 0.0, start=start or Rotation.from_rotvec([np.pi, 0.0, 0.0]))
    assert block.acc[0] == pytest.approx(9.80665 * up, abs=1e-9)
    ticks = feed(block)
    assert ticks.up[20:] == pytest.approx(np.tile(up, (len(ticks) - 20, 1)), abs=1e-3)
    assert ticks.acc[20:] == pytest.approx(np.tile(9.80665 * up, (len(ticks) - 20, 1)), abs=1e-6)


def test_up_follows_a_turn_the_other_way() -> None:
    ticks = feed(turning(AXES[0], 90.0))
    # turned by +90 degrees about x, the sensor's y axis has come to point up
    assert ticks.up[-1] == pytest.approx([0.0, 1.0, 0.0], abs=0.02)
    assert np.linalg.norm(ticks.up, axis=1) == pytest.approx(np.ones(len(ticks)), abs=1e-9)


@pytest.mark.parametrize("degrees", [1e-7, 0.02, 1.0, 30.0, 90.0, 179.0])
@pytest.mark.parametrize("flip", [1.0, -1.0])
def test_steps_between_known_quaternions(degrees: float, flip: float) -> None:
    vector = degrees * np.array([2.0, -1.0, 2.0]) / 3.0
    first = Rotation.from_rotvec([0.3, -1.2, 0.8])
    second = first * Rotation.from_rotvec(np.radians(vector))
    quats = np.stack([np.roll(r.as_quat(), 1) for r in (first, second, second)])
    quats[1] *= flip  # a quaternion and its negative are one rotation
    steps = rotation_steps_deg(quats)
    assert steps[0] == pytest.approx(vector, rel=1e-6, abs=1e-9)
    assert steps[1] == pytest.approx(np.zeros(3), abs=1e-5)


@pytest.mark.parametrize(
    ("rate_hz", "step"),
    [
        (20.0, 1),
        (25.0, 1),
        (50.0, 1),
        (52.0, 1),
        (74.0, 1),
        (76.0, 2),
        (100.0, 2),
        (104.0, 2),
        (125.0, 2),
        (200.0, 4),
        (333.0, 7),
        (400.0, 8),
    ],
)
def test_ticks_come_about_fifty_times_a_second(rate_hz: float, step: int) -> None:
    block = turning(AXES[1], 40.0, rate_hz=rate_hz)
    ticks = feed(block, rate_hz=rate_hz)
    assert len(ticks) == len(block) // step
    assert ticks.time_s == pytest.approx(block.time_s[step - 1 :: step][: len(ticks)])
    means = block.acc[: len(ticks) * step].reshape(len(ticks), step, 3).mean(axis=1)
    assert ticks.acc == pytest.approx(means)
    assert ticks.path_deg[-1, 1] - ticks.path_deg[len(ticks) // 3, 1] == pytest.approx(40.0, abs=1.5)


def test_tick_has_the_flags_of_all_its_samples() -> None:
    block = turning(AXES[0], 0.0, rate_hz=200.0)
    block.flags[801], block.flags[802], block.flags[804] = BRIDGED, CLIPPED, CLIPPED
    ticks = feed(block, rate_hz=200.0)
    assert ticks.flags[200:202].tolist() == [BRIDGED | CLIPPED, CLIPPED]
    assert np.count_nonzero(ticks.flags) == 2


def test_restart_forgets_the_filter() -> None:
    first, second = turning(AXES[0], 60.0), turning(AXES[0], 60.0, start=Rotation.from_rotvec([0.0, 2.0, 0.0]))
    orientation = Orientation()
    orientation.start(0.01)
    orientation.feed(first)
    after = [*orientation.feed(second), *orientation.flush()]
    alone, together = feed(second), joined_ticks(after)
    assert together.up[:150] == pytest.approx(alone.up[:150], abs=0.01)
    assert together.gyr == pytest.approx(alone.gyr, abs=0.01)


def test_restart_remembers_the_bias() -> None:
    bias = np.radians([5.0, -6.0, 2.0])
    first, second = turning(AXES[0], 60.0), turning(AXES[0], 60.0)
    first.gyr[:] += bias
    second.gyr[:] += bias
    # right in the turn, where nothing could tell it anew
    part = slice(502, 590)
    second = EvenBlock(second.time_s[part], second.acc[part], second.gyr[part], second.flags[part], restart=True)
    orientation = Orientation()
    orientation.start(0.01)
    orientation.feed(first)
    orientation.feed(second)
    ticks = joined_ticks(orientation.flush())
    assert np.degrees(ticks.gyr) == pytest.approx(np.tile([60.0, 0.0, 0.0], (len(ticks), 1)), abs=0.5)


@pytest.mark.parametrize("dps", [20.0, -40.0, 90.0])
def test_somebody_who_turns_about_at_first_has_no_such_bias(dps: float) -> None:
    time_s = np.arange(900) / 100.0
    turns = np.where(time_s < 7.0, np.radians(dps), 0.0)
    acc = np.tile([0.0, 0.0, G], (900, 1))
    block = EvenBlock(time_s, acc, np.outer(turns, AXES[2]), np.zeros(900, np.uint8), restart=True)
    ticks = feed(block)
    assert np.degrees(ticks.gyr[:300, 2].mean()) == pytest.approx(dps, abs=2.0)
    assert np.abs(np.degrees(ticks.gyr[360:, 2])).max() < 2.0


def test_what_is_hardly_known_is_not_surer_after_a_hole() -> None:
    rng = np.random.default_rng(3)
    time_s = np.arange(300) / 100.0
    shaken = EvenBlock(
        time_s,
        np.array([0.0, 0.0, G]) + rng.normal(0.0, 8.0, (300, 3)),
        rng.normal(0.0, 3.0, (300, 3)),
        np.zeros(300, np.uint8),
        restart=True,
    )
    orientation = Orientation()
    orientation.start(0.01)
    orientation.feed(shaken)
    orientation.feed(turning(AXES[0], 60.0))  # which ends the first stretch, and is looked at for 6 s again
    known = orientation.state.bias
    assert known is not None
    assert known.sigma_dps < 0.5
    orientation = Orientation()
    orientation.start(0.01)
    orientation.feed(shaken)
    rest = turning(AXES[0], 0.0)
    orientation.feed(EvenBlock(rest.time_s[:400], rest.acc[:400], rest.gyr[:400], rest.flags[:400], restart=True))
    assert orientation.state.bias is not None
    assert orientation.state.bias.sigma_dps > 1.0, "4 s are not enough for a bias that nobody knows"


def test_samples_that_were_filled_in_tell_of_no_rest() -> None:
    bias = np.radians([5.0, -5.0, 4.0])
    block = turning(AXES[0], 0.0, turn_s=20.0)
    missing = (block.time_s > 8.0) & (block.time_s < 20.0)
    block.gyr[:] += np.where(missing[:, None], 0.0, bias)
    block.flags[missing] = MISSING
    ticks = feed(block)
    assert np.abs(ticks.path_deg[350:] - ticks.path_deg[350]).max() < 2.0  # 60 degrees, were it rest without a bias
    assert np.abs(np.degrees(ticks.gyr[350:])).max() < 0.5


@pytest.mark.parametrize("size", [1, 2000])
@pytest.mark.parametrize("first", [200, 201, 800, 801])
def test_tick_of_which_one_sample_was_filled_in_has_the_bias_all_the_same(first: int, size: int) -> None:
    block = turning(AXES[0], 0.0)
    missing = slice(first, first + 3)  # of two ticks one wholly, of the other half
    block.gyr[:] += np.radians([5.0, -5.0, 4.0])
    block.gyr[missing], block.flags[missing] = 0.0, MISSING
    parts = [slice(at, at + size) for at in range(0, len(block), size)]
    blocks = [EvenBlock(block.time_s[p], block.acc[p], block.gyr[p], block.flags[p], p.start == 0) for p in parts]
    ticks = feed(*blocks)
    assert np.flatnonzero(ticks.flags).tolist() == [first // 2, first // 2 + 1]
    assert np.abs(np.degrees(ticks.gyr)).max() < 0.1  # 2.5 °/s, if half a tick were taken for all or for none


def test_short_stretch_comes_out_when_the_next_begins() -> None:
    block = turning(AXES[0], 0.0)
    short = EvenBlock(block.time_s[:100], block.acc[:100], block.gyr[:100], block.flags[:100], restart=True)
    orientation = Orientation()
    orientation.start(0.01)
    assert orientation.feed(short) == []
    ticks = orientation.feed(block)
    # after a second, and after 3, for what was found of the bias; the others as they come
    known = [(50, short.time_s[-1]), (150, block.time_s[299]), (len(block) // 2 - 150, -np.inf)]
    assert [(len(t), t.known_s) for t in ticks] == known


@pytest.mark.parametrize("bias", [(8.0, 0.0, 0.0), (-4.6, 4.6, 4.6), (0.0, 5.7, -5.7)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_bias_of_8_dps_is_found_and_the_angle_of_a_resting_limb_does_not_drift(
    bias: tuple[float, float, float], seed: int
) -> None:
    sensor = SensorModel(50.0, gyr_noise_dps=0.1, acc_noise_mg=4.0, gyr_bias_dps=bias)
    mounting = Mounting.random(np.random.default_rng(seed))
    ticks, _ = ticks_of(record(Still(60.0, BOTTOM), sensor=sensor, mounting=mounting, seed=seed).block)
    settled = ticks.path_deg[250:] - ticks.path_deg[250]
    assert np.abs(settled).max() < 1.0  # uncorrected: 440 degrees
    assert np.abs(np.degrees(ticks.gyr[250:]).mean(axis=0)).max() < 0.05


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    rate_hz=st.sampled_from([25.0, 75.0, 100.0, 200.0]),
    sizes=st.lists(st.sampled_from([1, 1, 2, 3, 17, 250]), min_size=1, max_size=5),
    split=st.floats(0.0, 1.0),
    hole=st.floats(0.0, 0.9),
    saved=st.booleans(),
)
def test_any_cut_gives_the_same_ticks(rate_hz: float, sizes: list[int], split: float, hole: float, saved: bool) -> None:
    whole = turning(np.array([0.6, 0.0, 0.8]), 35.0, rate_hz=rate_hz)
    rng = np.random.default_rng(4)
    whole.gyr[:] += rng.normal(0.0, 0.002, whole.gyr.shape) + 0.05
    missing = slice(round(hole * len(whole)), round(hole * len(whole)) + 31)
    whole.gyr[missing], whole.flags[missing] = 0.0, MISSING
    restart_at = round(split * len(whole))  # a second stretch begins somewhere
    bounds = [0]
    while bounds[-1] < len(whole):
        bounds.append(bounds[-1] + sizes[len(bounds) % len(sizes)])
    bounds = sorted({min(b, len(whole)) for b in bounds} | {restart_at})

    def ticks(bounds: list[int], *, saved: bool = False) -> TickBlock:
        orientation = Orientation()
        orientation.start(1.0 / rate_hz)
        found: list[TickBlock] = []
        for lo, hi in pairwise(bounds):
            found += orientation.feed(
                EvenBlock(
                    whole.time_s[lo:hi], whole.acc[lo:hi], whole.gyr[lo:hi], whole.flags[lo:hi], lo in (0, restart_at)
                )
            )
            if saved:
                orientation = Orientation(pickle.loads(pickle.dumps(orientation.snapshot())))
        return joined_ticks([*found, *orientation.flush()])

    cut, uncut = ticks(bounds, saved=saved), ticks(sorted({0, restart_at, len(whole)}))
    for name in ("time_s", "path_deg", "up", "acc", "gyr", "flags"):
        assert np.array_equal(getattr(cut, name), getattr(uncut, name)), name


@pytest.mark.parametrize("period_s", [1.0 / 37.0, 1.0 / 75.0, 1.0 / 100.0])
@pytest.mark.parametrize("towards", [0.0, 1.0, None])
def test_warm_up_ends_at_the_same_tick_in_any_cut(period_s: float, towards: float | None) -> None:
    """What is 6 s by one way of rounding is a tick less by another."""
    if towards is not None:
        period_s = float(np.nextafter(period_s, towards))
    block = turning(AXES[0], 20.0, rate_hz=1.0 / period_s)
    warm = []
    for size in (1, len(block)):
        orientation = Orientation()
        orientation.start(period_s)
        parts = [slice(at, at + size) for at in range(0, len(block), size)]
        found = [
            ticks
            for part in parts
            for ticks in orientation.feed(
                EvenBlock(block.time_s[part], block.acc[part], block.gyr[part], block.flags[part], part.start == 0)
            )
        ]
        warm.append(len(found[0]))
    assert warm[0] == warm[1]


def test_samples_of_an_unfinished_tick_are_no_part_of_the_next_stretch() -> None:
    block = turning(AXES[0], 20.0, rate_hz=200.0)
    odd = EvenBlock(block.time_s[:1402], 3.0 * block.acc[:1402], block.gyr[:1402], block.flags[:1402], restart=True)
    orientation = Orientation()
    orientation.start(0.005)
    orientation.feed(odd)
    after = joined_ticks([*orientation.feed(block), *orientation.flush()])
    assert after.time_s[0] == block.time_s[3]
    assert after.acc[0] == pytest.approx(block.acc[:4].mean(axis=0))
