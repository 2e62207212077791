"""mpy-cross, where it is installed and speaks the board's language."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from repclip.errors import FirmwareFileError
from repclip.flash.kinds import BoardFacts

__all__ = ["Compiler", "find_compiler"]

_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Compiler:
    """mpy-cross for one board."""

    program: str
    architecture: str | None

    def compile(self, source: Path, name: str) -> bytes:
        """The module as the board imports it; ``name`` is what its tracebacks say."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "module.mpy"
            native = [] if self.architecture is None else [f"-march={self.architecture}"]
            try:
                done = _run(self.program, *native, "-s", name, "-o", str(target), str(source))
                if done.returncode == 0:
                    return target.read_bytes()
            except (OSError, subprocess.TimeoutExpired) as exc:
                raise FirmwareFileError(source, f"cannot be compiled: {exc}") from exc
            said = done.stderr.strip().splitlines() or ["no reason given"]
            raise FirmwareFileError(source, f"cannot be compiled: {said[-1]}")


def find_compiler(facts: BoardFacts) -> tuple[Compiler | None, str]:
    """mpy-cross for this board, and in words what it was or why there is none."""
    beside = shutil.which("mpy-cross", path=str(Path(sys.executable).parent))
    program = beside or shutil.which("mpy-cross")
    if program is None:
        return None, "not compiled: there is no mpy-cross here"
    try:
        said = _run(program, "--version").stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    emits = re.search(r"mpy v(\d+)(?:\.(\d+))?", said)
    makes = (int(emits[1]), int(emits[2] or 0)) if emits else None
    if makes != facts.bytecode:
        takes = ".".join(map(str, facts.bytecode))
        gives = ".".join(map(str, makes)) if makes else "nothing we know"
        return None, f"not compiled: mpy-cross gives version {gives}, the board takes {takes}"
    return Compiler(program, facts.architecture), f"compiled for {facts.architecture or 'any processor'}"


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=_TIMEOUT_S
    )
