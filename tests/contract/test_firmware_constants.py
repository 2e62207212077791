"""Constants that begin with an underscore cannot be imported on a board: one name must mean the same everywhere."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "firmware" / "repfw"
SENSORS = "imu*.py"
# What a sensor's settling time is depends on the sensor.
OF_EACH_FILE = {"_SETTLE_MS", "_RESET_MS", "_FS_SHIFT", "_FIFO_STATUS1", "_WHO_AM_I"}


def test_registers_and_fields_agree() -> None:
    found: dict[str, set[int]] = defaultdict(set)
    twice = 0
    for path in FOLDER.glob(SENSORS):
        text = path.read_text(encoding="utf-8")
        for name, value in re.findall(r"^(_[A-Z]\w+) = const\((\w+)\)", text, flags=re.MULTILINE):
            twice += name in found
            if name not in OF_EACH_FILE:
                found[name].add(int(value, 0))
    assert twice > 5
    assert {name: values for name, values in found.items() if len(values) > 1} == {}
