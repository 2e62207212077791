"""The command line: one file a command, and :func:`main`, which turns exceptions into exit codes.

Exit code 0: fine. 1: an error of ours, one line on stderr. 2: wrong usage, one line too. 130: interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TextIO

from repclip.errors import RepclipError

__all__ = ["main"]

_INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_PIPE_CLOSED: Final = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``repclip``; the exit code is returned, never raised."""
    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except RepclipError as exc:
        _say(str(exc))
        return exc.exit_code
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return _PIPE_CLOSED
    if code == _INTERRUPTED:
        _say("interrupted")
    return code


def _run(arguments: Sequence[str]) -> int:
    import typer

    from repclip.cli.app import app

    try:
        returned: object = app(list(arguments), prog_name="repclip", standalone_mode=False)
    except typer.TyperException as exc:
        _say(f"{exc.format_message().rstrip('.')}; see 'repclip --help'")
        return exc.exit_code
    except typer.Abort:
        return _INTERRUPTED
    except SystemExit as exc:  # rich and typer leave so when a pipe is closed
        _drop_stdout()
        return exc.code if isinstance(exc.code, int) else _PIPE_CLOSED
    return returned if isinstance(returned, int) else 0


def _say(message: str) -> None:
    """One line on stderr, whatever a file name or a value may hold."""
    line = "".join(letter if letter.isprintable() else "�" for letter in " ".join(message.splitlines()))
    with suppress(OSError):
        print(f"repclip: {line}", file=sys.stderr, flush=True)


def _never_fail_to_encode(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _drop_stdout() -> None:
    """Let the interpreter's last flush go nowhere, or it would complain of the closed pipe."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
