"""A million random and mutated commands at the firmware, on real MicroPython."""

from __future__ import annotations

import json

import micropython_runner as micropython
from repclip.wire import Result

COUNT = 1_000_000


def test_nothing_on_the_wire_upsets_the_device() -> None:
    said = json.loads(micropython.run("fuzz_commands.py", micropython.VECTORS, str(COUNT), "1"))
    counts = dict(zip(Result, said["results"], strict=True))
    assert sum(counts.values()) == COUNT // 2
    # The damage was done, and every way to refuse a command was taken.
    assert counts[Result.OK] > 0.05 * COUNT / 2
    for result in (
        Result.UNREADABLE,
        Result.UNKNOWN_VERSION,
        Result.UNKNOWN_COMMAND,
        Result.BAD_LENGTH,
        Result.BAD_VALUE,
    ):
        assert counts[result] > 1000, result
    assert said["found"] >= said["intact"] > 0.2 * COUNT / 2
    assert said["unreadable"] > 10_000
