"""The firmware's own files on real MicroPython, with stand-ins for the hardware's edge only.

``edge/`` replaces MicroPython's ``machine`` and ``time``; ``models/`` are the sensors, register by register;
``onboard/`` are the scripts that run there. A script's check tells what it saw as JSON, and the test judges.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
SCRIPTS = Path(sys.executable).parent

Check = Callable[..., Any]


def program(name: str) -> str:
    """The program that a dev package installs beside Python; without it, the test is skipped."""
    for path in (SCRIPTS / name, SCRIPTS / f"{name}.exe"):
        if path.is_file():
            return str(path)
    pytest.skip(f"no {name} here: its package has none for this platform")


@pytest.fixture(scope="session")
def micropython() -> str:
    return program("micropython")


@pytest.fixture(scope="session")
def mpy_cross() -> str:
    return program("mpy-cross")


@pytest.fixture(scope="session")
def compiled(mpy_cross: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firmware as it is put on a board: each module compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    for source in (FIRMWARE / "repfw").glob("*.py"):
        target = folder / "repfw" / f"{source.stem}.mpy"
        target.parent.mkdir(exist_ok=True)
        command = [mpy_cross, "-march=x64", "-o", str(target), str(source)]
        subprocess.run(command, check=True, timeout=60)
    return folder


@pytest.fixture
def onboard(micropython: str) -> Check:
    """``onboard(script, check, *arguments)``: what the check found out, in a fresh MicroPython.

    The heap has to hold the models and their source too; firmware alone needs far less.
    """

    def run(script: str, check: str, *arguments: object, heap: str = "192k", firmware: Path = FIRMWARE) -> Any:
        folders = [HERE / "edge", HERE / "models", firmware, ".frozen"]
        environment = {**os.environ, "MICROPYPATH": ":".join(map(str, folders))}
        command = [micropython, "-X", f"heapsize={heap}", str(HERE / "onboard" / f"{script}.py"), check]
        done = subprocess.run(
            [*command, *map(str, arguments)],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run
