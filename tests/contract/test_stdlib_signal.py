"""The folder ``signal/`` must never hide the standard library's module of that name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import asyncio, signal, subprocess, sys, sysconfig
from pathlib import Path

stdlib = Path(sysconfig.get_path("stdlib")).resolve()
assert Path(signal.__file__).resolve() == stdlib / "signal.py", signal.__file__
assert signal.SIGINT in signal.valid_signals()
assert asyncio.run(asyncio.sleep(0, "slept")) == "slept"
child = subprocess.run([sys.executable, "-c", "print('child')"], capture_output=True, text=True, check=True)
print("slept", child.stdout.strip())
"""


def run_at_root(*arguments: str) -> str:
    """A fresh interpreter whose first entry on the path is the repository root."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_standard_library_works_from_the_root() -> None:
    assert run_at_root("-c", PROGRAM) == "slept child"


def test_pytest_starts_from_the_root() -> None:
    assert run_at_root("-m", "pytest", "--version").startswith("pytest")


def test_nothing_makes_signal_a_package() -> None:
    assert (ROOT / "signal").is_dir()
    assert not (ROOT / "signal" / "__init__.py").exists()
    assert not (ROOT / "tests" / "signal").exists()
    assert not list((ROOT / "tests").rglob("__init__.py"))
