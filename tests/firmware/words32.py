"""MicroPython's viper with the boards' words of 32 bits, modelled on CPython.

The MicroPython of the tests has words of 64 bits, the boards' has 32: signs and overflows differ. Here the firmware's
files run unmodified, each viper integer being a `Word`. ::

    python words32.py SCRIPT ARGUMENT…
"""

from __future__ import annotations

import builtins
import inspect
import runpy
import sys
import time
import types
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
SMALL = 2**30  # what MicroPython holds without allocating, on boards


class Word(int):
    """A signed integer of 32 bits: everything wraps, as in a register."""

    def __new__(cls, value: int) -> Word:
        return super().__new__(cls, (value + 2**31) % 2**32 - 2**31)


def _wrapping(name: str) -> Callable[[Word, int], Word]:
    plain = getattr(int, name)

    def operator(self: Word, other: int) -> Word:
        return Word(plain(self, other))

    return operator


for _name in ("add", "sub", "mul", "and", "or", "xor", "lshift", "rshift"):
    for _form in (f"__{_name}__", f"__r{_name}__"):
        setattr(Word, _form, _wrapping(_form))


class Pointer:
    """A viper pointer: loads are words, stores keep the low bits. Out of bounds is an error here, not a crash."""

    def __init__(self, target: Any, code: str) -> None:
        view = memoryview(target).cast("B")
        self.width = {"B": 1, "H": 2, "I": 4}[code]
        self.view = view[: len(view) // self.width * self.width].cast(code)

    def __getitem__(self, at: int) -> Word:
        assert at >= 0
        return Word(self.view[at])

    def __setitem__(self, at: int, value: int) -> None:
        assert at >= 0
        self.view[at] = value % (1 << (8 * self.width))


def viper(function: Callable[..., Any]) -> Callable[..., Any]:
    """Words in, words out, and no more than a board holds without allocating."""
    words = [name for name, p in inspect.signature(function).parameters.items() if p.annotation is int]

    @wraps(function)
    def called(*arguments: Any) -> Any:
        bound = inspect.signature(function).bind(*arguments)
        for name in words:
            assert -SMALL <= bound.arguments[name] < SMALL, f"{function.__name__}: {name} allocates"
            bound.arguments[name] = Word(bound.arguments[name])
        result = function(*bound.args)
        assert result is None or -SMALL <= result < SMALL, f"{function.__name__}: the result allocates"
        return result if result is None or isinstance(result, bool) else int(result)

    return called


def main() -> None:
    """Run a script of ``onboard/`` in this model."""
    module = types.ModuleType("micropython")
    vars(module).update(const=lambda value: value, viper=viper)
    sys.modules["micropython"] = module
    for name, code in (("ptr8", "B"), ("ptr16", "H"), ("ptr32", "I")):
        setattr(builtins, name, lambda target, code=code: Pointer(target, code))
    for name in ("ticks_diff", "ticks_us"):
        setattr(time, name, None)  # of MicroPython: imported and not called
    sys.path[:0] = [str(FIRMWARE), str(FIRMWARE.parent / "tests" / "firmware" / "models")]
    sys.dont_write_bytecode = True
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
