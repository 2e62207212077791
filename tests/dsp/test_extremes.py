"""Turning points by persistence, and what makes a cycle of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repsignal.extremes import Excursion, Rises, excursions, merge_dips, settled, simplify, turning_points
from repsignal.types import FloatArray

FULL_SHARE = 0.6
PERSISTENCE = 0.2


def zigzag(*levels: float, step: int = 20) -> FloatArray:
    """Straight lines between the levels, ``step`` ticks each."""
    at = np.arange(len(levels)) * step
    return np.interp(np.arange(at[-1] + 1), at, levels)


def settle(angle: FloatArray, cycles: list[Excursion], still: int) -> list[Excursion]:
    return [settled(angle, cycle, Rises.of(angle, still)) for cycle in cycles]


def cycles_of(*levels: float, scale: float = 100.0) -> list[Excursion]:
    angle = zigzag(*levels)
    return merge_dips(excursions(angle, turning_points(angle, PERSISTENCE * scale)), scale, FULL_SHARE)


def test_wiggle_below_the_threshold_is_no_turning_point() -> None:
    angle = zigzag(0, 50, 42, 100, 91, 95, 0)
    assert angle[turning_points(angle, 10.0)].tolist() == [0, 100, 0]
    assert angle[turning_points(angle, 8.0)].tolist() == [0, 50, 42, 100, 0]


@pytest.mark.parametrize("angle", [np.zeros(50), np.full(50, 7.0), np.zeros(2), np.zeros(0), np.linspace(0, 1, 50)])
def test_nothing_turns_where_nothing_moves_enough(angle: FloatArray) -> None:
    assert turning_points(angle, 2.0) == []


def test_monotone_stroke_has_its_two_ends() -> None:
    assert turning_points(np.linspace(0.0, 30.0, 40), 5.0) == [0, 39]


def test_turn_of_exactly_the_threshold_counts() -> None:
    angle = zigzag(0, 10, 0)
    assert turning_points(angle, 10.0) == [0, 20, 40]
    assert turning_points(angle, 10.001) == []


def test_plateau_turns_once() -> None:
    angle = zigzag(0, 30, 30, 0, 0, 30, 0)
    found = turning_points(angle, 5.0)
    assert angle[found].tolist() == [0, 30, 0, 30, 0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(-100, 100), min_size=3, max_size=60),
    st.integers(1, 60),
)
def test_turning_points_alternate_by_the_threshold_and_hold_the_extremes(levels: list[int], threshold: int) -> None:
    angle = np.array(levels, dtype=np.float64)
    points = turning_points(angle, float(threshold))
    assert points == sorted(set(points))
    steps = np.diff(angle[points])
    assert (np.abs(steps) >= threshold).all()
    assert (np.sign(steps[1:]) == -np.sign(steps[:-1])).all()
    assert points == turning_points(-angle, float(threshold))
    if float(np.ptp(angle)) >= threshold:
        assert angle[points].max() == angle.max()
        assert angle[points].min() == angle.min()


def test_simplify_works_on_numbers_of_any_spacing() -> None:
    assert simplify([3, 10, 11, 500], [0.0, 5.0, 4.5, 9.0], 2.0) == [3, 500]
    assert simplify([3, 10, 11, 500], [0.0, 5.0, 1.0, 9.0], 2.0) == [3, 10, 11, 500]


@pytest.mark.parametrize("range_deg", [6.0, 35.0, 120.0])
def test_cycles_do_not_depend_on_the_size_of_the_range(range_deg: float) -> None:
    shape = np.array([0, 100, 70, 100, 0, 100, 5, 40, 0]) / 100.0
    found = cycles_of(*(range_deg * shape), scale=range_deg)
    assert [(c.bottom, c.bottom_after) for c in found] == [(0, 80), (80, 120), (120, 160)]


def test_excursion_is_as_large_as_its_smaller_stroke() -> None:
    (found,) = cycles_of(0, 100, 40)
    assert (found.up_deg, found.down_deg, found.prominence_deg) == (100, 60, 60)


@pytest.mark.parametrize("sag", [55.0, 60.0, 78.0, 85.0])
@pytest.mark.parametrize("again", [90.0, 100.0])
def test_sagging_hold_stays_one_cycle(sag: float, again: float) -> None:
    (found,) = cycles_of(0, 100, sag, again, 0)
    assert (found.bottom, found.top_deg, found.bottom_after) == (0, 100, 80)


def test_touch_and_go_splits() -> None:
    assert len(cycles_of(0, 100, 3, 98, 0, 102, 0)) == 3


def test_rep_that_does_not_come_all_the_way_down_is_still_two() -> None:
    found = cycles_of(0, 100, 35, 100, 0)
    assert [c.bottom_after for c in found] == [40, 80]


@pytest.mark.parametrize("levels", [(0, 100, 35, 60, 0), (0, 100, 60, 85, 32, 55, 0)])
def test_stuttering_lowering_stays_one_cycle(levels: tuple[float, ...]) -> None:
    (found,) = cycles_of(*levels)
    assert (found.bottom, found.top_deg, found.bottom_after) == (0, 100, 20 * (len(levels) - 1))


def test_stuttering_lift_stays_one_cycle() -> None:
    (found,) = cycles_of(0, 60, 35, 100, 0)
    assert (found.bottom, found.top_deg, found.bottom_after) == (0, 100, 80)


def test_small_one_from_the_bottom_is_its_own_cycle() -> None:
    found = cycles_of(0, 100, 5, 45, 0, 100, 0)
    assert [c.prominence_deg for c in found] == [95, 40, 100]


def test_slow_drift_of_the_bottom_merges_nothing() -> None:
    assert len(cycles_of(0, 100, 10, 110, 20, 120, 30, 130, 40)) == 4


def test_bottoms_settle_next_to_their_strokes() -> None:
    # a pause of sixty seconds that drifts down to its middle and up again by 2 degrees
    pause = np.concatenate((np.linspace(0.0, -2.0, 1500), np.linspace(-2.0, 0.0, 1500)))
    angle = np.concatenate((zigzag(0, 0, 30, 0, step=50), pause, zigzag(0, 30, 0, 0, step=50)))
    cycles = excursions(angle, turning_points(angle, 6.0))
    assert cycles[0].bottom_after == cycles[1].bottom
    first, second = settle(angle, cycles, 25)
    assert abs(first.bottom - 50) <= 3
    assert abs(first.bottom_after - 150) <= 3
    assert abs(second.bottom - (151 + 3000)) <= 3
    assert abs(second.bottom_after - (151 + 3000 + 100)) <= 3


def test_bottom_does_not_settle_at_a_stop_on_the_way() -> None:
    # down to 40 of 100, a stop of two seconds, down to the bottom; and up by way of a stop at 35
    angle = zigzag(0, 0, 35, 35, 35, 100, 100, 40, 40, 40, 0, 0, step=50)
    (cycle,) = settle(angle, excursions(angle, turning_points(angle, 20.0)), 25)
    # where less than a twentieth of the range is left: 8 ticks of these slopes
    assert 50 <= cycle.bottom <= 58
    assert 492 <= cycle.bottom_after <= 500


def test_place_far_below_is_not_the_bottom_of_the_last_rep() -> None:
    # after the last rep the person waits at the bottom, then gets up and hangs the leg far below
    angle = zigzag(0, 40, 0, 0, 0, -60, -60, step=50)
    cycles = excursions(angle, [0, 50, 300])
    (cycle,) = settle(angle, cycles, 25)
    assert abs(cycle.bottom_after - 100) <= 3


def test_settling_keeps_the_top_and_the_order() -> None:
    rng = np.random.default_rng(2)
    angle = zigzag(*([0.0, 30.0] * 6), 0.0, step=40) + rng.normal(0.0, 0.3, 481)
    before = excursions(angle, turning_points(angle, 6.0))
    after = settle(angle, before, 25)
    assert [c.top for c in after] == [c.top for c in before]
    for old, new in zip(before, after, strict=True):
        assert old.bottom <= new.bottom < new.top < new.bottom_after <= old.bottom_after
