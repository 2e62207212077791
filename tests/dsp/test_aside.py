"""A limb that turns aside as it sets off has set off; one that sways has not."""

from __future__ import annotations

import numpy as np
import pytest
from test_phases import MIN_JERK, cycle_at

from repsignal.aside import common_asides, leaving_axis, with_aside
from repsignal.kernel import SpeedKernel
from repsignal.phases import common_shapes, place
from repsignal.ramps import Motion, find_ramps
from repsignal.rise import EDGES, LEVELS, crossed
from repsignal.types import FloatArray

BINS = len(EDGES) - 1
MIDDLES = 0.5 * (EDGES[:-1] + EDGES[1:])
EARLIER_S = 0.2
TURN_S = 0.5
TURN_DEG = 6.0


def bumps(size: float, ways: FloatArray, noise: float = 0.02) -> tuple[FloatArray, FloatArray]:
    """Ramps (N, 1, bins) that turn aside (N, 1, 3, bins) for half a width of the stroke, each its own way (N, 3)."""
    rng = np.random.default_rng(3)
    course = size * np.exp(-(((MIDDLES + 0.5) / 0.2) ** 2))
    turns = ways[:, None, :, None] * course
    return np.zeros((len(ways), 1, BINS)), np.asarray(turns + rng.normal(0.0, noise, turns.shape), np.float64)


def test_what_all_turn_alike_is_found_and_sways_are_not() -> None:
    alike = np.tile([0.0, 0.6, 0.8], (7, 1))
    (found,) = common_asides(*bumps(0.4, alike))
    assert found is not None
    assert found == pytest.approx(0.4 * alike[0], abs=0.04)
    (slight,) = common_asides(*bumps(0.08, alike))
    assert slight is None
    ways = np.random.default_rng(4).normal(size=(7, 3))
    (swayed,) = common_asides(*bumps(0.4, np.asarray(ways - ways.mean(axis=0), np.float64) / 2.0))
    assert swayed is None


def test_a_sway_that_the_reps_happen_to_share_is_no_turn() -> None:
    """It is there before the ramp as well, where reps turn by as much, each in its own way."""
    along, aside = bumps(0.2, np.tile([0.0, 0.6, 0.8], (7, 1)))
    (turned,) = common_asides(along, aside)
    assert turned is not None
    sway = np.random.default_rng(5).normal(0.0, 0.25, (*aside.shape[:3], 1))
    assert common_asides(along, np.asarray(aside + sway - np.median(sway, axis=0), np.float64)) == [None]


def test_two_reps_agree_by_chance() -> None:
    assert common_asides(*bumps(0.4, np.tile([0.0, 1.0, 0.0], (2, 1)))) == [None]


def test_both_turns_are_added_up_and_the_way_back_is_not() -> None:
    along, aside = np.full(BINS, 0.3), np.tile([[0.0], [0.4], [0.0]], BINS)
    assert with_aside(along, aside, np.array([0.0, 1.0, 0.0])) == pytest.approx(np.full(BINS, 0.5))
    assert with_aside(along, aside, np.array([0.0, -1.0, 0.0])) == pytest.approx(along)
    before = np.where(MIDDLES > -0.5, along, -0.8)  # outwards of half a width it is the stroke before
    seen = with_aside(before, aside, np.array([0.0, 1.0, 0.0]))
    assert seen[MIDDLES > -0.4] == pytest.approx(0.5)
    assert seen[MIDDLES < -0.6] == pytest.approx(0.0)


def test_axis_of_leaving_leans_as_far_as_the_limb_turns_aside() -> None:
    axis = np.array([1.0, 0.0, 0.0])
    assert leaving_axis(axis, None) is axis
    assert leaving_axis(axis, np.array([0.0, 0.75, 0.0])) == pytest.approx([0.8, 0.6, 0.0])


def test_levels_are_crossed_where_a_ramp_says() -> None:
    ramp = np.clip(0.5 + MIDDLES, 0.0, None)  # zero half a width before half of the peak
    assert crossed(ramp) == pytest.approx([level - 0.5 for level in LEVELS])
    never = crossed(np.full(BINS, 0.6))
    assert never == [MIDDLES[-1]] * len(LEVELS)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0])
def test_a_leg_that_rolls_before_it_rises_has_left(rate_hz: float) -> None:
    rng = np.random.default_rng(11)
    kernel = SpeedKernel.at(1.0 / rate_hz)
    rolling, plain, instants = [], [], []
    for k in range(8):
        time_s, angle, cycle, at = cycle_at(rate_hz, 1.0, 2.0, 1.0, MIN_JERK, 1.5 + k * 0.0025, rng)
        rolls = MIN_JERK.evaluate((time_s - at[0] + EARLIER_S) / TURN_S).value
        rolls_back = MIN_JERK.evaluate((time_s - at[3] - EARLIER_S + TURN_S) / TURN_S).value
        straight, aside = np.zeros((len(angle), 3)), np.zeros((len(angle), 3))
        aside[:, 1] = TURN_DEG * (rolls - rolls_back)
        plain.append(Motion(time_s, angle, straight, cycle))
        rolling.append(Motion(time_s, angle, aside, cycle))
        instants.append(at)
    errors = []
    for cycles in (find_ramps(motions, kernel) for motions in (rolling, plain)):
        shapes = common_shapes(cycles)
        found = [place(one, shapes) for one in cycles]
        errors.append(
            np.mean([(b.start.time_s - at[0], b.end.time_s - at[3]) for b, at in zip(found, instants, strict=True)], 0)
        )
    assert errors[0] == pytest.approx([-EARLIER_S, EARLIER_S], abs=0.05)
    assert errors[1] == pytest.approx([0.0, 0.0], abs=0.05)
