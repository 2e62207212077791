"""Each field of ``config.py``: what it does not take is refused, and what may stand there is said."""

from __future__ import annotations

import json
import re
from pathlib import Path

import micropython_runner as micropython

NUMBERS = (-1, 65, "2", True, 1.5)
TRUTHS = (0, 1, "True")
WRONG: dict[str, tuple[object, ...]] = {
    "name": ("", 7, "ä" * 13),
    "board": ("esp8266", 32, True),
    "i2c_bus": NUMBERS,
    "scl": NUMBERS,
    "sda": NUMBERS,
    "i2c_hz": (99_999, 1_000_001, 400_000.0, "400000", None, True),
    "sensor_address": (0x3C, "0x68", 104.0, True),
    "motion_pin": NUMBERS,
    "axes": ([1, 2], [1, 2, 2], [1, 2, 4], [1.0, 2, 3], "123", None, 3),
    "rate_hz": (0, 120, 100.0, "100", None, True),
    "acc_range_g": (3, -2, 8.0, None),
    "gyr_range_dps": (125, 500.0, "500", None),
    "self_test": (*TRUTHS, None),
    "ble": TRUTHS,
    "usb": (*TRUTHS, None),
    "led": (-1, 65, "", True),
    "led_active_low": TRUTHS,
    "button": NUMBERS,
    "battery_pin": NUMBERS,
    "battery_divider": (0.9, 20.1, "2", None, True),
    "battery_empty_mv": (2499, 5001, 3300.0, "3300", None),
    "battery_full_mv": (3399, 20_001, 4200.0, "4200", None),
    "sleep_after_s": (1, 29, 86_401, -1, 300.0, "300", None),
    "motion_mg": (31, 2001, 100.0, "100", None),
    "watchdog": (*TRUTHS, None),
}
RIGHT: tuple[tuple[str, object], ...] = (
    ("name", "ä" * 12),
    ("i2c_hz", 1_000_000),
    ("led", False),
    ("led", "LED"),
    ("button", 64),
    ("axes", [-3, 1, 2]),
    ("battery_divider", 20),
    ("battery_divider", 1.5),
    ("sleep_after_s", 0),
    ("sleep_after_s", 30),
)


def said_of(folder: Path, fields: list[tuple[str, object]]) -> list[str | None]:
    path = folder / "fields.json"
    path.write_text(json.dumps(fields), encoding="utf-8")
    return list(json.loads(micropython.run("wrong_config.py", path)))


def test_wrong_values_of_each_field_are_refused_in_words(tmp_path: Path) -> None:
    text = (micropython.FIRMWARE / "config.py").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+) = ", text, flags=re.MULTILINE)) == WRONG.keys()
    fields = [(name, value) for name, values in WRONG.items() for value in values]
    for (name, value), said in zip(fields, said_of(tmp_path, fields), strict=True):
        assert said is not None, (name, value)
        assert said.startswith(f"config.py: {name} is "), said
        assert "; it must be " in said


def test_values_at_the_limits_are_taken(tmp_path: Path) -> None:
    assert said_of(tmp_path, list(RIGHT)) == [None] * len(RIGHT)


def test_a_field_that_does_not_exist(tmp_path: Path) -> None:
    (said,) = said_of(tmp_path, [("ratehz", 100)])
    assert said == "config.py: there is no setting ratehz"
