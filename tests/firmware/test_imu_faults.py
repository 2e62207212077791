"""What goes wrong with a sensor or its bus: no wrong sample ever, and whatever is missing is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[..., Any]

MODELS = ["MPU-6050", "MPU-6500", "LSM6DS3", "LSM6DS3TR-C", "LSM6DSO"]
every_model = pytest.mark.parametrize("model", MODELS)


def check_honest(found: dict[str, Any]) -> None:
    assert found["wrong"] == 0
    assert found["untold_gaps"] == 0


@every_model
def test_overrun_is_told_and_realigned(onboard: Check, model: str) -> None:
    found = onboard("imu_faults", "overrun", model)
    check_honest(found)
    assert found["told"] == ["overran"]
    assert found["gaps"] == 1
    assert 1950 < found["missing"] < 2150
    assert found["samples"] > 300


@pytest.mark.parametrize("seed", [1, 2])
@every_model
def test_on_the_brink_of_an_overrun(onboard: Check, model: str, seed: int) -> None:
    found = onboard("imu_faults", "brink", model, seed)
    check_honest(found)
    assert set(found["told"]) == {"overran"}
    assert 3 < found["gaps"] < 22, "the pauses lie on both sides"


# What each FIFO is made of: bytes; words of 2 bytes; words of 7 bytes. Whole samples would leave no trace.
@pytest.mark.parametrize(
    ("model", "count"),
    [
        ("MPU-6050", 1),
        ("MPU-6500", 3),
        ("MPU-9250", 11),
        ("MPU-6050", 13),
        ("LSM6DS3", 2),
        ("LSM6DS3TR-C", 6),
        ("LSM6DS3", 10),
        ("LSM6DSO", 7),
        ("LSM6DSOX", 21),
    ],
)
def test_lost_alignment_is_found(onboard: Check, model: str, count: int) -> None:
    found = onboard("imu_faults", "lost_bytes", model, count)
    check_honest(found)
    assert found["told"] == ["overran"]
    assert found["gaps"] == 1


@pytest.mark.parametrize("seed", [1, 2])
@every_model
def test_bus_errors_anywhere(onboard: Check, model: str, seed: int) -> None:
    found = onboard("imu_faults", "bus_errors", model, seed)
    check_honest(found)
    assert set(found["told"]) == {"restarted"}
    assert found["restarts"] >= 25
    assert found["samples"] > 1000


@every_model
def test_unplugged_and_plugged_in_again(onboard: Check, model: str) -> None:
    found = onboard("imu_faults", "unplugged", model)
    check_honest(found["all"])
    assert found["during"] == ["bus"] * 5
    assert found["all"]["told"] == ["bus"] * 5 + ["restarted"]
    assert found["all"]["samples"] > 130


@pytest.mark.parametrize("value", [0x00, 0xFF])
@every_model
def test_a_stuck_data_line(onboard: Check, model: str, value: int) -> None:
    found = onboard("imu_faults", "reads_as", model, value)
    check_honest(found["all"])
    assert found["during"]
    assert set(found["during"]) == {"bus"}
    assert found["all"]["told"][-1] == "restarted"
    assert found["all"]["samples"] > 130


@pytest.mark.parametrize("fault", ["brown_out", "frozen"])
@every_model
def test_a_sensor_that_samples_no_more_is_set_up_again(onboard: Check, model: str, fault: str) -> None:
    found = onboard("imu_faults", fault, model)
    check_honest(found)
    assert found["told"] == ["restarted"]
    assert found["samples"] > 130


def test_words_of_the_lsm6dso_in_any_order(onboard: Check) -> None:
    found = onboard("imu_faults", "half_words", "LSM6DSO")
    assert len(found) == 3
    for one in found:
        check_honest(one)
        assert one["told"] == []
        assert one["missing"] == 0
        assert one["samples"] > 200


@every_model
def test_every_register_is_read_back(onboard: Check, model: str) -> None:
    """A register that keeps its old value is an error, whichever it is."""
    # Bits that clear themselves: PWR_MGMT_1 DEVICE_RESET, USER_CTRL FIFO_RESET, CTRL3_C SW_RESET
    momentary = {(0x6B, 0x80), (0x6A, 0x04), (0x12, 0x05)}
    found = onboard("imu_faults", "stuck_registers", model)
    judged = 0
    for register, writes in found.items():
        if any(matters for value, matters, _ in writes if (int(register), value) not in momentary):
            judged += 1
            assert {code for _, _, code in writes} == {"readback"}, f"register {int(register):#04x}"
    assert judged >= 5
