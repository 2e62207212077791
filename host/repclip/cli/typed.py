"""Commands of ours as they are to be typed: what is told to be tried next must run where it is read."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from repclip.wording import one_line

__all__ = ["command_line"]

_NAME = "repclip"


def command_line(*arguments: str | Path) -> str:
    """``repclip`` with these, on one line.

    Where the shell does not know ``repclip``, as before an environment is activated, it is called as it was just now.
    """
    return one_line(" ".join([_program(), *(_quoted(str(argument)) for argument in arguments)]))


def _program() -> str:
    started = Path(sys.argv[0])
    if shutil.which(_NAME) is None:
        if started.name == "__main__.py":
            return f"{_python()} -m {_NAME}"
        if started.stem == _NAME:
            return _called(started)
    return _NAME


def _python() -> str:
    executable = Path(sys.executable).absolute()
    known = shutil.which(executable.stem)
    return executable.stem if known is not None and Path(known).absolute() == executable else _called(executable)


def _called(program: Path) -> str:
    """A program by its path: from here where it is below, with a folder always, or it would be looked for elsewhere."""
    path = program.absolute()
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    text = str(path) if len(path.parts) > 1 else f"{os.curdir}{os.sep}{path}"
    quoted = _quoted(text)
    return f"& {quoted}" if quoted != text and os.name == "nt" else quoted  # PowerShell takes a quoted word for a text


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
