"""Every benchmark says what it measures and what it wants."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
PROGRAMS = [path.name for path in sorted(BENCH.glob("*.py")) if "__main__" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", PROGRAMS)
def test_bench_explains_itself(name: str) -> None:
    done = subprocess.run([sys.executable, BENCH / name, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: {name}")


def test_benches_are_found() -> None:
    assert {"accuracy.py", "disturbed.py", "speed.py", "live.py", "firmware.py", "flags.py"} <= set(PROGRAMS)
