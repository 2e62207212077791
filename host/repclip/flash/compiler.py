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

__all__ = ["Compiler", "command_line", "find_compiler"]

_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Compiler:
    """mpy-cross for one board."""

    program: str
    architecture: str | None

    def compile(self, source: Path) -> bytes:
        """The module as the board imports it."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "module.mpy"
            try:
                done = _run(*command_line(self.program, self.architecture, source, target))
                if done.returncode == 0:
                    return target.read_bytes()
            except (OSError, subprocess.TimeoutExpired) as exc:
                raise FirmwareFileError(source, f"cannot be compiled: {exc}") from exc
            said = done.stderr.strip().splitlines() or ["no reason given"]
            raise FirmwareFileError(source, f"cannot be compiled: {said[-1]}")


def command_line(program: str, architecture: str | None, source: Path, target: Path) -> list[str]:
    """How a module is compiled.

    Its tracebacks name module and function, but no line: that would cost the board 2 kB of its memory.
    """
    native = [] if architecture is None else [f"-march={architecture}"]
    return [program, "-O3", *native, "-s", source.stem, "-o", str(target), str(source)]


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
