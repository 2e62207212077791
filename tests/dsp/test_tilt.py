"""A gyroscope's bias that no rest has shown is seen from the limb's going to and fro."""

from __future__ import annotations

import numpy as np
import pytest

from repsignal.orientation import TickBlock
from repsignal.store import TickStore
from repsignal.types import FloatArray

TICK_S = 0.02


def store_of(path_deg: FloatArray) -> TickStore:
    n = len(path_deg)
    three = np.zeros((n, 3))
    store = TickStore()
    store.start(TICK_S)
    store.append(TickBlock(np.arange(n) * TICK_S, path_deg, three, three, three, np.zeros(n, np.uint8)))
    return store


def reps(seconds: float, range_deg: float) -> FloatArray:
    """Lifted in 1 s, held for 2 s, lowered in 2 s, 1 s of pause, about the first axis."""
    time_s = np.arange(round(seconds / TICK_S)) * TICK_S
    angle = np.interp(time_s % 6.0, [0.0, 1.0, 3.0, 5.0, 6.0], [0.0, range_deg, range_deg, 0.0, 0.0])
    return np.column_stack((angle, 0.0 * angle, 0.0 * angle))


@pytest.mark.parametrize("range_deg", [6.0, 12.0])
def test_a_drift_under_reps_is_taken_out(range_deg: float) -> None:
    moved = reps(60.0, range_deg)
    drift = np.array([2.0, -5.0, 1.0]) * TICK_S
    store = store_of(moved + np.arange(len(moved))[:, None] * drift)
    store.find_tilt(0, store.end, TICK_S)
    assert store.tilt_deg is not None
    assert store.tilt_deg / TICK_S == pytest.approx(drift / TICK_S, abs=0.2)
    level = store.window(500, 2500).path_deg
    assert np.abs(level - level[0] - (moved[500:2500] - moved[500])).max() < 0.2 * 40.0


def test_no_drift_is_none() -> None:
    for range_deg in (6.0, 40.0, 120.0):
        moved = reps(60.0, range_deg)
        store = store_of(moved)
        store.find_tilt(0, store.end, TICK_S)
        assert store.tilt_deg is None
        assert (store.path_deg(10, 20) == moved[10:20]).all()


def test_somebody_who_walks_in_a_circle_is_not_tilted() -> None:
    time_s = np.arange(3000) * TICK_S
    swing = 30.0 * np.sin(2.0 * np.pi * time_s / 1.1)
    turned = np.cumsum(np.where(time_s % 10.0 < 7.0, 12.0, 0.0)) * TICK_S  # and stands for a while now and then
    swing = np.where(time_s % 10.0 < 7.0, swing, 0.0)
    store = store_of(np.column_stack((swing, turned, 0.0 * swing)))
    store.find_tilt(0, store.end, TICK_S)
    assert store.tilt_deg is None


def test_a_few_seconds_tell_nothing() -> None:
    store = store_of(np.arange(1000)[:, None] * np.array([0.1, 0.0, 0.0]))
    store.find_tilt(0, store.end, TICK_S)
    assert store.tilt_deg is None
