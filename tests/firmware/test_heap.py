"""What the whole firmware takes of the heap: sensor, USB and Bluetooth, streaming, self-test at the start and all.

The limits with words of 64 bits are what was measured, and a little for another version of MicroPython. That with words
of 32 bits is the promise. `tests/bench/firmware.py` prints the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import heap_use
import micropython_runner

Check = Callable[..., Any]  # of conftest.py, which another folder has too

# Bytes. Here pointers and so objects are twice as long as on a board.
IMPORTED, STREAMING, FREE = 31_500, 75_500, 81_000
FREE_NOT_COMPILED = 100_000
# With words of 32 bits. A Pico W has machine code and Bluetooth, both.
NEEDED = {"ESP32": 64 * 1024, "Pico": 64 * 1024, "Pico W": 70_500}


@pytest.fixture(scope="module")
def board() -> Iterator[heap_use.With32Bits]:
    """A MicroPython with words of 32 bits."""
    with heap_use.with_32_bits() as board:
        yield board


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_heap_while_it_streams(model: str) -> None:
    found = heap_use.measure(model)
    print(found)
    assert found["imported"] < IMPORTED
    assert found["streaming"] < STREAMING
    assert found["streaming"] - found["ready"] < 1500, "streaming takes no more than being ready to"


@pytest.mark.parametrize("model", heap_use.MODELS)
@pytest.mark.parametrize(("compiled", "free"), [(True, FREE), (False, FREE_NOT_COMPILED)])
def test_it_starts_and_streams_in_a_small_heap(model: str, compiled: bool, free: int) -> None:
    """Garbage, odd holes and what is loaded for the moment included; what stands in for the hardware is not."""
    assert heap_use.fits(model, free, compiled=compiled)


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_what_has_to_be_free_on_a_board(board: heap_use.With32Bits, model: str) -> None:
    """What stays, with words of 32 bits; and what is needed beside that for a moment, which is less with these than it
    is with words of 64."""
    beside = heap_use.least(model) - heap_use.measure(model)["streaming"]
    for name, kind, usb_only in heap_use.BOARDS:
        streaming = board.measure(model, kind, usb_only=usb_only)["streaming"]
        print(name, streaming, beside)
        assert streaming + beside <= NEEDED[name]


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_a_frame_of_samples_allocates_nothing(onboard: Check, model: str) -> None:
    found = onboard("long_run", "frames", model, heap="224k", firmware=micropython_runner.compiled())
    assert found["most_a_frame"] == 0
    assert found["frames"] > 100
