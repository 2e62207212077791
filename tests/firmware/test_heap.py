"""What the whole firmware takes of the heap: sensor, USB and Bluetooth, streaming, self-test at the start and all.

The limits with words of 64 bits are what was measured, and a little for another version of MicroPython. That with words
of 32 bits is the promise. `tests/bench/firmware.py` prints the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import heap_use
import micropython_runner
import wasi_micropython

Check = Callable[..., Any]  # of conftest.py, which another folder has too

# Bytes. Here pointers and so objects are twice as long as on a board.
IMPORTED, STREAMING, FREE = 31_500, 74_000, 79_500
FREE_NOT_COMPILED = 97_000
FREE_ON_A_BOARD = 64 * 1024
BOARD_NAMES = [name for name, _, _ in heap_use.BOARDS]

# Deep calls that keep things in variables, while garbage is collected all the time.
BUSY = """
import gc

def things(n):
    return [n, "x%d" % n], {n: str(n * 7)}, tuple(str(k) + "q" for k in range(n % 20))

def deep(n):
    kept = things(n)
    a, b, c, d, e, f, g, h, i, j, k, l = range(12)
    if n % 5 == 0:
        gc.collect()
    if n:
        deep(n - 1)
    assert kept == things(n) and sum((a, b, c, d, e, f, g, h, i, j, k, l)) == 66

for round in range(100):
    deep(round % 30)
print("well")
"""


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
@pytest.mark.parametrize(("kind", "usb_only"), [board[1:] for board in heap_use.BOARDS], ids=BOARD_NAMES)
def test_what_is_free_on_a_board_is_enough(
    board: heap_use.With32Bits, model: str, kind: heap_use.Kind, usb_only: bool
) -> None:
    """With words of 32 bits, what is needed for a moment, garbage and odd holes included. The bench says how much."""
    assert board.fits(model, kind, FREE_ON_A_BOARD, usb_only=usb_only)


def test_what_is_too_little_is_told(board: heap_use.With32Bits) -> None:
    _, kind, usb_only = heap_use.BOARDS[0]
    assert not board.fits(heap_use.MODELS[0], kind, FREE_ON_A_BOARD * 3 // 4, usb_only=usb_only)


def test_no_module_that_stays_keeps_what_is_loaded_for_the_moment(tmp_path: Path) -> None:
    readme = (micropython_runner.FIRMWARE / "README.md").read_text(encoding="utf-8")
    stay = readme.split("## Which file does what")[1].split("now and then")[0]
    modules = re.findall(r"`(\w+)\.py`", stay)
    assert len(modules) > 15
    for name in modules:
        target = tmp_path / f"{name}.mpy"
        folder = micropython_runner.FIRMWARE if name == "main" else micropython_runner.FIRMWARE / "repfw"
        micropython_runner.compile_module(folder / f"{name}.py", target, "armv6m")
        assert not heap_use.keeps_what_lies_behind(target), name


def test_the_collector_with_words_of_32_bits_takes_nothing_that_is_used(tmp_path: Path) -> None:
    """What ``wasm_spill.py`` is for: without it this fails."""
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    assert wasi_micropython.run(tmp_path, 40_000, "-m", "busy").split() == ["well"]


@pytest.mark.parametrize("model", heap_use.MODELS)
def test_a_frame_of_samples_allocates_nothing(onboard: Check, model: str) -> None:
    found = onboard("long_run", "frames", model, heap="224k", firmware=micropython_runner.compiled())
    assert found["most_a_frame"] == 0
    assert found["frames"] > 100
