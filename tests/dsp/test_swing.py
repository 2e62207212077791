"""The axis a limb swings about, all at once and from sums that run along."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repsignal.orientation import TickBlock
from repsignal.store import TickStore
from repsignal.swing import axis_of_moments, principal_axis, running_moments, swing_lag
from repsignal.types import FloatArray

TICK_S = 0.02
LAG = swing_lag(TICK_S)


def wandering(seed: int, ticks: int = 3000) -> FloatArray:
    """Φ of a limb that swings about an axis that itself wanders."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.normal(0.0, 1.0, (ticks, 3)) * [1.0, 3.0, 0.3], axis=0) + 1e4


def store_of(path_deg: FloatArray, cuts: list[int]) -> TickStore:
    store = TickStore()
    store.start(TICK_S)
    for begin, end in pairwise([0, *sorted(cuts), len(path_deg)]):
        path = path_deg[begin:end]
        flags = np.zeros(len(path), np.uint8)
        store.append(TickBlock(np.arange(begin, end) * TICK_S, path, path, path, path, flags))
    return store


def test_it_swings_about_the_axis_it_was_made_about() -> None:
    axis = np.array([1.0, -2.0, 2.0]) / 3.0
    path = np.outer(20.0 * np.sin(np.arange(500) * TICK_S), axis)
    assert np.abs(principal_axis(path, TICK_S)) == pytest.approx(np.abs(axis), abs=1e-9)


def test_the_largest_component_is_positive() -> None:
    path = np.outer(np.sin(np.arange(500) * TICK_S), [0.3, -0.9, 0.1])
    assert principal_axis(path, TICK_S)[1] > 0.9


@pytest.mark.parametrize(("begin", "end"), [(0, 3000), (700, 1300), (2300, 3000), (1000, 1000 + LAG + 3)])
def test_running_moments_give_the_axis_of_any_stretch(begin: int, end: int) -> None:
    path = wandering(3)
    axis = store_of(path, [200, 210]).swing_axis(begin, end)
    assert axis == pytest.approx(principal_axis(path[begin:end], TICK_S), abs=1e-9)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 2999), max_size=8, unique=True))
def test_no_cut_changes_a_bit_of_the_axis(cuts: list[int]) -> None:
    path = wandering(4)
    whole, pieces = store_of(path, []), store_of(path, cuts)
    for begin, end in ((2400, 3000), (1000, 3000), (2950, 3000)):
        assert np.array_equal(whole.swing_axis(begin, end), pieces.swing_axis(begin, end))


def test_what_is_forgotten_is_not_missed() -> None:
    path = wandering(5)
    whole, forgetful = store_of(path[:2000], []), store_of(path[:2000], [])
    forgetful.forget(1999)
    for store in (whole, forgetful):
        three = path[2000:]
        store.append(TickBlock(np.arange(1000) * TICK_S, three, three, three, three, np.zeros(1000, np.uint8)))
    assert np.array_equal(whole.swing_axis(1999, 3000), forgetful.swing_axis(1999, 3000))


def test_a_drift_that_was_found_is_left_out() -> None:
    time_s = np.arange(3000) * TICK_S
    lifts = np.interp(time_s % 6.0, [0.0, 1.0, 3.0, 5.0, 6.0], [0.0, 12.0, 12.0, 0.0, 0.0])
    path, upright = (
        np.outer(lifts, [1.0, 0.0, 0.0]) + np.outer(time_s, [0.0, 8.0, 0.0]),
        np.tile([0.0, 1.0, 0.0], (3000, 1)),
    )
    store = TickStore()
    store.start(TICK_S)
    store.append(TickBlock(time_s, path, upright, path, path, np.zeros(3000, np.uint8)))
    assert abs(store.swing_axis(0, 3000)[1]) > 0.9
    store.find_drift(3000)
    assert abs(store.swing_axis(0, 3000)[0]) > 0.99


def test_moments_add_up() -> None:
    path = wandering(6, 200)
    moments = running_moments(path, LAG, np.zeros(6))
    assert moments.shape == (6, 200 - LAG)
    assert np.array_equal(axis_of_moments(moments[:, -1]), axis_of_moments(2.0 * moments[:, -1]))
