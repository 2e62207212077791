"""What is left of a gyroscope's bias about the vertical is seen from the moments in which the limb is still."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from repsignal.orientation import TickBlock
from repsignal.store import TickStore
from repsignal.types import FloatArray

TICK_S = 0.02
UP = np.array([2.0, -5.0, 1.0]) / np.sqrt(30.0)
LEVEL = np.array([5.0, 2.0, 0.0]) / np.sqrt(29.0)


def store_of(path_deg: FloatArray, up: NDArray[np.float64] = UP) -> TickStore:
    n = len(path_deg)
    three = np.zeros((n, 3))
    store = TickStore()
    store.start(TICK_S)
    store.append(TickBlock(np.arange(n) * TICK_S, path_deg, np.tile(up, (n, 1)), three, three, np.zeros(n, np.uint8)))
    return store


def reps(seconds: float, range_deg: float, axis: NDArray[np.float64]) -> FloatArray:
    """Lifted in 1 s, held for 2 s, lowered in 2 s, 1 s of pause."""
    time_s = np.arange(round(seconds / TICK_S)) * TICK_S
    angle = np.interp(time_s % 6.0, [0.0, 1.0, 3.0, 5.0, 6.0], [0.0, range_deg, range_deg, 0.0, 0.0])
    return np.outer(angle, axis)


def drift_left_dps(store: TickStore, moved: FloatArray) -> float:
    left = store.path_deg(0, store.end) - moved
    return float(np.abs(left[-1] - left[0]).max()) / (len(moved) * TICK_S)


@pytest.mark.parametrize("axis", [LEVEL, UP], ids=["about a level axis", "lying on the side"])
@pytest.mark.parametrize("range_deg", [6.0, 40.0])
@pytest.mark.parametrize("drift_dps", [-6.0, 0.0, 2.5])
def test_a_drift_under_reps_is_taken_out(drift_dps: float, range_deg: float, axis: NDArray[np.float64]) -> None:
    moved = reps(60.0, range_deg, axis)
    store = store_of(moved + np.outer(np.arange(len(moved)) * TICK_S, drift_dps * UP))
    assert drift_left_dps(store, moved) == pytest.approx(abs(drift_dps) * np.abs(UP).max(), rel=1e-3)
    store.find_drift(store.end)
    assert drift_left_dps(store, moved) < 0.2


def test_what_comes_later_is_level_too() -> None:
    moved = reps(60.0, 12.0, LEVEL)
    path = moved + np.outer(np.arange(len(moved)) * TICK_S, 4.0 * UP)
    store = store_of(path[:2000])
    store.find_drift(store.end)
    three = np.zeros((1000, 3))
    store.append(TickBlock(np.arange(2000, 3000) * TICK_S, path[2000:], three, three, three, np.zeros(1000, np.uint8)))
    assert drift_left_dps(store, moved) < 0.2


def test_only_what_was_until_then_tells() -> None:
    moved = reps(60.0, 12.0, LEVEL)
    path = moved + np.outer(np.arange(len(moved)) * TICK_S, 4.0 * UP)
    whole, part = store_of(path), store_of(path[:1500])
    whole.find_drift(1500)
    part.find_drift(1500)
    assert np.array_equal(whole.path_deg(0, 1500), part.path_deg(0, 1500))


def test_somebody_who_walks_in_a_circle_does_not_drift() -> None:
    time_s = np.arange(3000) * TICK_S
    walks = time_s % 10.0 < 7.0  # and stands for a while now and then
    swing = np.where(walks, 30.0 * np.sin(2.0 * np.pi * time_s / 1.1), 0.0)
    turned = np.cumsum(np.where(walks, 12.0, 0.0)) * TICK_S
    moved = np.outer(swing, LEVEL) + np.outer(turned, UP)
    store = store_of(moved)
    store.find_drift(store.end)
    assert drift_left_dps(store, moved) < 0.2


def test_a_few_seconds_tell_nothing_nor_does_a_sensor_that_is_turned_about() -> None:
    moved = np.outer(np.arange(400) * TICK_S, 5.0 * UP)
    store = store_of(moved)
    store.find_drift(store.end)
    assert (store.path_deg(0, 400) == moved).all()
    longer = np.outer(np.arange(2000) * TICK_S, 5.0 * UP)
    store = store_of(longer, up=np.zeros(3))
    store.find_drift(store.end)
    assert (store.path_deg(0, 2000) == longer).all()
