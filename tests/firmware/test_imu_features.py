"""Finding a sensor, its self-test, its temperature, sleeping until it moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[..., Any]

MPU = {"MPU-6050": "MPU-6050", "MPU-6500": "MPU-6500", "MPU-9250": "MPU-9250"}
LSM = {"LSM6DS3": "LSM6DS3", "LSM6DS3TR-C": "LSM6DS3TR-C", "LSM6DSO": "LSM6DSO/DSOX", "LSM6DSOX": "LSM6DSO/DSOX"}
every_model = pytest.mark.parametrize("model", [*MPU, *LSM])


@pytest.mark.parametrize("high", [False, True])
@every_model
def test_found_at_both_addresses(onboard: Check, model: str, high: bool) -> None:
    address = (0x68 if model in MPU else 0x6A) + high
    found = onboard("imu_features", "find", model, address)
    assert found == {"model": {**MPU, **LSM}[model], "address": address, "asked": address, "chip": address}


@every_model
def test_found_though_it_does_not_answer_at_first(onboard: Check, model: str) -> None:
    assert onboard("imu_features", "find_late", model) == {**MPU, **LSM}[model]


def test_what_is_said_when_none_is_found(onboard: Check) -> None:
    found = onboard("imu_features", "find_nothing")
    assert found["nothing"][0] == "absent"
    assert "nothing answers" in found["nothing"][1]
    assert found["other"][0] == "absent"
    assert "0x3c" in found["other"][1]
    assert found["unknown"][0] == "unknown"
    assert "0x68" in found["unknown"][1]
    assert "0x98" in found["unknown"][1]
    assert found["beside"] == "LSM6DS3"
    assert found["wrong_address"][0] == "absent"
    assert "0x68, 0x6b" in found["wrong_address"][1]


def test_a_sensor_cut_off_in_the_middle_of_a_byte_lets_go(onboard: Check) -> None:
    assert onboard("imu_features", "held_bus") == [[True, 0], [True, 0], [True, 0], [False, 1]]


@every_model
def test_settings_that_do_not_exist_are_refused(onboard: Check, model: str) -> None:
    *refused, running = onboard("imu_features", "wrong_settings", model)
    assert [code for code, _ in refused] == ["setting"] * 4
    assert "50, 100, 200" in refused[1][1]
    assert not running


@every_model
def test_self_test(onboard: Check, model: str) -> None:
    found = onboard("imu_features", "tests_itself", model)
    each = [1 << axis for axis in range(6)]
    assert (found["well"], found["tilted"]) == (0, 0)
    assert found["weak"] == each
    # AN-MPU-9250A-03 sets no upper limit to the gyroscope's response, and gravity takes half the range of z.
    assert found["wild"] == (each if model not in ("MPU-6500", "MPU-9250") else [1, 2, 0, 0, 0, 0])
    assert found["took_ms"] < 1500
    assert found["asleep"]
    assert found["running"]
    assert found["words"] == ["none", "ax gz"]
    assert found["unplugged"] == "bus"


@pytest.mark.parametrize("model", MPU)
def test_self_test_of_a_copy_without_factory_figures(onboard: Check, model: str) -> None:
    assert onboard("imu_features", "no_trim", model) == {"well": 0, "dead": 0b111111}


@every_model
def test_temperature(onboard: Check, model: str) -> None:
    found = onboard("imu_features", "temperature", model)
    for celsius, told in found["found"]:
        assert told == pytest.approx(celsius * 100, abs=7)
    assert found["unplugged"] == "bus"


@every_model
def test_sleeps_until_it_is_moved(onboard: Check, model: str) -> None:
    found = onboard("imu_features", "motion", model)
    assert found["slept_ms"] >= 10000
    assert not found["before"]
    assert found["woke_ms"] < 200
    assert (found["level"], found["moved"], found["again"], found["after_level"]) == (1, True, False, 0)
    assert found["rate_asleep_mhz"] < 50000
    assert found["awake"] >= 19
    assert found["stopped"] == [0, False, "setting"], "a sensor that was stopped stays so"
