"""The whole firmware for a long time, in simulated time; what it takes of the heap."""

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


@pytest.mark.parametrize("model", ["MPU-6050", "LSM6DSO"])
def test_heap_and_what_a_frame_takes_of_it(onboard: Check, model: str) -> None:
    """64 bits, compiled, no Bluetooth: a board's pointers are half as long."""
    import micropython_runner

    found = onboard("long_run", "heap", model, heap="224k", firmware=micropython_runner.compiled())
    assert found["most_a_frame"] == 0
    assert found["frames"] > 100
    assert found["running"] - found["idle"] < 500, "streaming takes no more than being ready to"
    assert found["running"] < 110_000
