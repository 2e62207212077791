"""What stands in for the hardware behaves as the hardware does, where the firmware relies on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[..., Any]


def test_ticks_us_has_thirty_bits(onboard: Check) -> None:
    found = onboard("edge_checks", "ticks")
    assert found["before"] == (1 << 30) - 500
    assert (found["after"], found["added"]) == (500, 500)
    assert (found["passed"], found["back"]) == (1000, -1000)
    assert found["ms_apart"] <= 1


def test_asyncio_sleeps_by_the_real_clock(onboard: Check) -> None:
    """However long a busy machine makes of its 30 ms: by the simulated clock it would be none, or for ever."""
    assert 29 <= onboard("edge_checks", "sleeping_asyncio") < 10_000


def test_timers_and_watchdog(onboard: Check) -> None:
    assert onboard("edge_checks", "timers") == {"calls": "pppop", "well": False, "bitten": True}


def test_pins_and_analogue_input(onboard: Check) -> None:
    assert onboard("edge_checks", "pins") == {"seen": [1, 1], "adc": 31000}


@pytest.mark.parametrize("model", ["MPU-6050", "LSM6DSO"])
def test_sensors_by_the_real_clock(onboard: Check, model: str) -> None:
    found = onboard("edge_checks", "real_time", model)
    assert found["samples"] == pytest.approx(found["seconds"] * 102, rel=0.1)
    assert (found["wrong"], found["missing"], found["faults"]) == (0, 0, [0, 0])


def test_boards_by_what_micropython_calls_them(onboard: Check) -> None:
    names = {
        "Generic ESP32 module with ESP32": "esp32",
        "Generic ESP32S3 module with Octal-SPIRAM with ESP32S3": "esp32s3",
        "ESP32C3 module with ESP32C3": "esp32c3",
        "Raspberry Pi Pico with RP2040": "pico",
        "Raspberry Pi Pico W with RP2040": "picow",
        "Raspberry Pi Pico2 with RP2350": "pico2",
        "Raspberry Pi Pico 2 W with RP2350": "pico2w",
        "linux [GCC 14.2.1] version": None,
    }
    assert onboard("edge_checks", "boards", *names) == list(names.values())
