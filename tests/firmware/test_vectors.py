"""The firmware's codec against the golden vectors, on real MicroPython."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import micropython_runner as micropython

# The processors of the boards we know, and that of this machine's MicroPython.
ARCHITECTURES = {
    "xtensawin": "ESP32, ESP32-S3",
    "rv32imc": "ESP32-C3",
    "armv6m": "Pico, Pico W",
    "armv7emsp": "Pico 2 W",
    "x64": "tests",
}
NATIVE = ("hot.py", "ring.py")
FILES = sorted(micropython.FIRMWARE.rglob("*.py"))


def test_golden_vectors() -> None:
    said = json.loads(micropython.run("vectors.py", micropython.VECTORS, heap="400k"))
    assert said["wrong"] == []
    assert said["checked"] > 150


def test_golden_vectors_with_words_of_32_bits() -> None:
    said = json.loads(micropython.run_with_words_of_32_bits("vectors.py", micropython.VECTORS))
    assert said["wrong"] == []
    assert said["checked"] > 150


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_native_code_compiles_for_boards(architecture: str, tmp_path: Path) -> None:
    out = tmp_path / "out.mpy"
    for name in NATIVE:
        source = micropython.FIRMWARE / "repfw" / name
        micropython.compile_module(source, out, architecture)
        assert out.stat().st_size > 0


def test_native_code_is_in_two_files(tmp_path: Path) -> None:
    """All others compile for any processor at once."""
    for path in FILES:
        command = [micropython.mpy_cross(), "-o", str(tmp_path / "out.mpy"), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode == 0) == (path.name not in NATIVE), done.stderr
