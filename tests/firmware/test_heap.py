"""What the whole firmware takes of the heap: sensor, USB and Bluetooth, streaming, self-test at the start and all.

The limits are what was measured, and a little for another version of MicroPython. `tests/bench/firmware.py` prints
the figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import heap_use
import micropython_runner

Check = Callable[..., Any]  # of conftest.py, which another folder has too

# Bytes. Here pointers and so objects are twice as long as on a board.
IMPORTED, STREAMING, PEAK = 36_000, 106_000, 118_000
# With words of 32 bits, as on a board
IMPORTED_32, STREAMING_32 = 35_000, 84_500


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_heap_while_it_streams(model: str) -> None:
    found = heap_use.measure(model)
    print(found)
    assert found["imported"] < IMPORTED
    assert found["streaming"] < STREAMING
    assert found["streaming"] - found["ready"] < 1000, "streaming takes no more than being ready to"


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_it_starts_and_streams_in_a_small_heap(model: str) -> None:
    """Garbage and holes between objects included; what stands in for the hardware is not."""
    before = heap_use.measure(model, seconds=1)["before"]
    found = heap_use.measure(model, f"{(before + PEAK) // 1024}k")
    assert found["heap"] - found["before"] < PEAK


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_heap_with_words_of_32_bits(model: str) -> None:
    program = heap_use.program_of_32_bits()
    if program is None:
        pytest.skip("no MicroPython of 32 bits: see heap_use.py")
    found = heap_use.measure_with_32_bits(program, model)
    print(found)
    assert found["imported"] < IMPORTED_32
    assert found["streaming"] < STREAMING_32


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_a_frame_of_samples_allocates_nothing(onboard: Check, model: str) -> None:
    found = onboard("long_run", "frames", model, heap="224k", firmware=micropython_runner.compiled())
    assert found["most_a_frame"] == 0
    assert found["frames"] > 100
