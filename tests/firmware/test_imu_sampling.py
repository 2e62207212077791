"""The sensors' drivers on real MicroPython: rates, ranges, every sample, no allocation."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Check = Callable[..., Any]

RECORDING = Path(__file__).resolve().parents[2] / "recordings" / "demo.csv"
MODELS = ["MPU-6050", "MPU-6500", "MPU-9250", "LSM6DS3", "LSM6DS3TR-C", "LSM6DSO", "LSM6DSOX"]
# One of each kind of FIFO and of registers: the others are other names for these
KINDS = ["MPU-6050", "MPU-6500", "LSM6DS3", "LSM6DS3TR-C", "LSM6DSO"]
# Told by the driver, mHz. RM-MPU-6000A reg. 25; LSM6DS3 DocID026899 reg. 10h; LSM6DSO DS12140 reg. 63h, at 0
RATES_MHZ = {
    "MPU": {50: 50000, 100: 100000, 200: 200000},
    "LSM6DS3": {50: 52000, 100: 104000, 200: 208000},
    "LSM6DSO": {50: 52085, 100: 104171, 200: 208343},
}


@pytest.mark.parametrize("rate_hz", [50, 100, 200])
@pytest.mark.parametrize("model", MODELS)
def test_every_rate_and_range(onboard: Check, model: str, rate_hz: int) -> None:
    family = next(name for name in RATES_MHZ if model.startswith(name))
    settings = onboard("imu_sampling", "every_setting", model, rate_hz)
    assert [one["ranges"] for one in settings] == [[a, g] for a in (2, 4, 8, 16) for g in (250, 500, 1000, 2000)]
    for one in settings:
        assert one["true_rate_mhz"] == RATES_MHZ[family][rate_hz]
        assert one["chip_rate_mhz"] == pytest.approx(one["true_rate_mhz"], rel=1e-4)
        assert one["scales"] == pytest.approx(one["chip_scales"], rel=1e-5)
        # 32768 LSB are the range, to what the data sheets round to; ST's gyroscopes reach 15 % further
        for scale, full in zip(one["scales"], one["ranges"], strict=True):
            assert full * 0.99 < scale * 32768 < full * 1.16
        assert one["samples"] == pytest.approx(one["expected"], abs=3)
        assert (one["wrong"], one["missing"], one["overruns"], one["restarts"]) == (0, 0, 0, 0)


def test_the_lsm6dso_tells_its_own_rate(onboard: Check) -> None:
    for fine, told, true in onboard("imu_sampling", "trimmed_rates", "LSM6DSO"):
        assert told == pytest.approx(6667e3 / 64 * (1 + 0.0015 * fine), abs=2)
        assert told == pytest.approx(true, abs=2)


@pytest.mark.parametrize("ppm", [-30000, 20000])
@pytest.mark.parametrize("model", KINDS)
def test_half_a_minute_across_the_wrap_of_the_ticks(onboard: Check, model: str, ppm: int) -> None:
    """The sensor's clock is its own, and Python's pauses are uneven: no sample is lost, none comes twice."""
    found = onboard("imu_sampling", "own_clock", model, ppm)
    nominal = 200 if model.startswith("MPU") else 208.34
    assert found["samples"] == pytest.approx(30 * nominal * (1 + ppm * 1e-6), rel=0.03)
    assert found["wrapped"]
    assert (found["wrong"], found["missing"], found["overruns"], found["restarts"]) == (0, 0, 0, 0)


@pytest.mark.parametrize("model", KINDS)
def test_drain_in_parts_and_into_the_middle_of_a_buffer(onboard: Check, model: str) -> None:
    found = onboard("imu_sampling", "parts", model)
    seven, two, none, rest = found["counts"]
    assert (seven, two, none) == (7, 2, 0)
    assert rest >= 18
    assert found["untouched"]
    assert (found["wrong"], found["missing"]) == (0, 0)
    assert found["empty"] <= 1


@pytest.mark.parametrize("model", KINDS)
def test_a_drain_allocates_nothing(onboard: Check, model: str) -> None:
    found = onboard("imu_sampling", "allocations", model)
    assert found["samples"] > 2000
    assert found["most"] == 0, "bytes that one drain took from the heap, were it for an instant"
    assert found["used"] == 0
    assert found["locked"] > 20
    assert found["faults"] == [0, 0]


@pytest.mark.parametrize("model", KINDS)
def test_heap_of_the_driver(onboard: Check, compiled: Path, model: str) -> None:
    """Objects are twice a board's size here; and 128 kB have room for the models as well."""
    found = onboard("imu_sampling", "heap", model, heap="128k", firmware=compiled)
    assert found["bytes"] < 16_000


@pytest.mark.parametrize("model", KINDS)
def test_work_on_the_bus(onboard: Check, model: str) -> None:
    """At 100 Hz: bytes and transfers a sample."""
    found = onboard("imu_sampling", "work", model)
    assert found["samples"] > 990
    assert found["bytes"] / found["samples"] < 15
    assert found["transfers"] / found["samples"] < 0.6


@pytest.mark.parametrize("acc_range_g", [2, 16])
@pytest.mark.parametrize("model", ["MPU-6050", "LSM6DS3TR-C", "LSM6DSO"])
def test_a_recording_comes_out_as_it_went_in(onboard: Check, model: str, acc_range_g: int) -> None:
    found = onboard("imu_sampling", "recording", model, RECORDING, acc_range_g, heap="4m")
    assert found["same"]
    assert len(found["drained"]) > 490
    assert found["skipped"] == 1
    with RECORDING.open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in row[1:]] for row in csv.reader(file) if row[0] != "t_s"]
    acc, gyr = found["scales"]
    # Sample and row are apart by less than a sample's time; the recording begins at rest.
    for words, row in zip(found["drained"][:20], rows[5:25], strict=True):
        assert [word * acc for word in words[:3]] == pytest.approx(row[:3], abs=0.1)
        assert [word * gyr for word in words[3:]] == pytest.approx(row[3:], abs=5.0)
