"""Constants that begin with an underscore take no memory on a board, but cannot be imported there.

So what several files need stands in each of them, and one name must mean the same everywhere.
"""

from __future__ import annotations

import re
import runpy
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "firmware" / "repfw"
# Of the sensor that the file is about.
OF_EACH_FILE = {"_SETTLE_MS", "_RESET_MS", "_FS_SHIFT"}


def found() -> dict[str, list[int]]:
    """By name, the value in each file that has it."""
    values: dict[str, list[int]] = defaultdict(list)
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name, value in re.findall(r"^(_[A-Z]\w+) = const\((-?\w+)\)", text, flags=re.MULTILINE):
            values[name].append(int(value, 0))
    return values


def test_one_name_means_the_same_everywhere() -> None:
    values = found()
    assert sum(len(each) > 1 for each in values.values()) > 40
    assert {name for name, each in values.items() if len(set(each)) > 1} == OF_EACH_FILE


def test_scripts_mean_the_same() -> None:
    values = found()
    book = runpy.run_path(str(ROOT / "tests" / "firmware" / "models" / "book.py"))
    words = {name: value for name, value in book.items() if name.isupper()}
    assert len(words) > 5
    for name, value in words.items():
        assert values["_" + name if name.startswith("CAUSE") else "_WORD_" + name][0] == value
