"""The pins that ``firmware/README.md`` names are those the firmware uses."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
PAGE = (FIRMWARE / "README.md").read_text(encoding="utf-8")
CONFIG = (FIRMWARE / "config.py").read_text(encoding="utf-8")


def boards() -> dict[str, tuple[Any, ...]]:
    """By key, the rows of ``board.py``."""
    text = (FIRMWARE / "repfw" / "board.py").read_text(encoding="utf-8")
    (rows,) = re.findall(r"^_BOARDS = (\(.*?^\))", text, flags=re.MULTILINE | re.DOTALL)
    found = ast.literal_eval(re.sub(r"\b_RP2\w+", "1", rows))
    return {row[0]: row for row in found}


def table(marker: str) -> list[list[str]]:
    """The rows below a comment, without the head."""
    lines = PAGE.split(f"<!-- {marker} -->\n")[1].splitlines()
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows[2:]


@pytest.mark.parametrize("key", ["esp32", "picow"])
def test_wiring(key: str) -> None:
    _, scl, sda = boards()[key][3]
    pins = {
        there: int(found[1]) for here, there, _ in table(f"wiring: {key}") if (found := re.match(r"GPIO (\d+)", here))
    }
    assert pins == {"SCL": scl, "SDA": sda}


def test_every_board_and_its_pins() -> None:
    rows = {row[1].strip("`"): row for row in table("boards")}
    assert rows.keys() == boards().keys()
    for key, (_, name, _, (_, scl, sda), led, low, stack, _, _) in boards().items():
        row = rows[key]
        assert row[0] == name
        assert ("BLE" in row[2]) == bool(stack)
        assert (int(row[3]), int(row[4])) == (scl, sda)
        told = "none" if led is None else "its own" if led == "LED" else str(led)
        assert row[5].startswith(told)
        assert ("lit by low" in row[5]) == low


def test_every_setting_named_is_one() -> None:
    settings = set(re.findall(r"^(\w+) = ", CONFIG, flags=re.MULTILINE))
    named = set(re.findall(r"`([a-z]+_[a-z_]+)(?: = [^`]*)?`", PAGE))
    assert named >= {"motion_pin", "sleep_after_s", "battery_pin", "self_test"}
    others = {"link_ble_open", "imu_find", "imu_test", "imu_motion"}
    assert named - others <= settings
