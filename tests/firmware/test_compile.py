"""Every file of the firmware compiles for a board."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
FILES = sorted(FIRMWARE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(FIRMWARE).as_posix() for path in FILES])
def test_compiles(mpy_cross: str, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mpy"
    done = subprocess.run(
        [mpy_cross, "-o", str(target), str(path)], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert 0 < target.stat().st_size < 8_000
