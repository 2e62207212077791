"""The whole firmware for a long time, in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[..., Any]  # of conftest.py, which another folder has too


@pytest.mark.parametrize(
    ("model", "rate_hz", "minutes", "ppm"),
    [
        ("MPU-6050", 100, 20, 8000),
        ("MPU-6500", 200, 2, -10000),
        ("LSM6DS3TR-C", 200, 2, 10000),
        ("LSM6DSO", 200, 2, -8000),
    ],
)
def test_every_sample_across_the_wraps_of_the_ticks(
    onboard: Check, model: str, rate_hz: int, minutes: int, ppm: int
) -> None:
    found = onboard("long_run", model, rate_hz, minutes, ppm, heap="224k")
    assert (found["wrong"], found["missing"], found["disordered"], found["overruns"], found["lost"]) == (0, 0, 0, 0, 0)
    # Those that are still in the FIFO, in the ring, or were dropped at the start
    assert 0 <= found["made"] - found["samples"] < 40
    assert found["uptime"] == minutes * 60
    assert found["rate_mhz"] == pytest.approx(found["chip_mhz"], rel=2e-3)
