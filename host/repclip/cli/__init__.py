"""The command line: one file a command, and :func:`main`, which turns exceptions into exit codes.

Exit code 0: fine. 1: an error of ours, one line on stderr. 2: wrong usage, one line too. 130: interrupted.
Whoever reads our output may stop reading (``| head``): that is fine as well, and quiet.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from repclip.errors import OutputError, RepclipError
from repclip.wording import one_line

__all__ = ["main"]

_INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_PIPE_CLOSED: Final = 0
_A_SIZE: Final = re.compile("0*[1-9][0-9]{0,4}")  # of a terminal, in letters or lines
# What a stream may say when it is written to: full, over a quota, gone. (EINVAL: a closed pipe on Windows.)
_WRITE_FAULTS: Final = frozenset(
    getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EBADF", "ENXIO", "EINVAL")
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``repclip``; the exit code is returned, never raised."""
    try:
        _prepare_streams()
        _drop_unknown_sizes()
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
    except OSError as exc:
        if exc.filename is None and exc.errno in _WRITE_FAULTS:
            _drop_stdout()
            _say(f"the output cannot be written ({exc.strerror}); make room, or send it somewhere else")
        else:
            _say(_of_the_system(exc))
        return OutputError.exit_code
    if code == _INTERRUPTED:
        _say("interrupted")
    return code


def _run(arguments: Sequence[str]) -> int:
    import typer

    from repclip.cli.app import application, help_for, with_values

    try:
        returned: object = application(arguments)(with_values(arguments), prog_name="repclip", standalone_mode=False)
    except typer.TyperException as exc:
        _say(f"{exc.format_message().rstrip('.')}; see '{help_for(arguments)}'")
        return exc.exit_code
    except typer.Abort:
        return _INTERRUPTED
    except SystemExit:  # rich and typer leave so when a pipe is closed
        _drop_stdout()
        return _PIPE_CLOSED
    return returned if isinstance(returned, int) else 0


def _of_the_system(fault: OSError) -> str:
    """What nobody put into words who asked for it, as where a mere look at a file was refused."""
    if isinstance(fault, PermissionError):
        problem = "permission denied; check its permissions, and those of the folders it is in"
    else:
        problem = fault.strerror or str(fault) or type(fault).__name__
    return problem if fault.filename is None else f"{os.fsdecode(fault.filename)}: {problem}"


def _say(message: str) -> None:
    """One line on stderr, whatever a file name or a value may hold."""
    with suppress(OSError):
        print(f"repclip: {one_line(message)}", file=sys.stderr, flush=True)


def _prepare_streams() -> None:
    """Let no letter be one that cannot be written, and no stream be missing.

    Raises
    ------
    OutputError
        if there is no stdout: its number would be given to the next file that is opened.

    """
    # The stubs promise streams; Python has None where the shell closed one (``>&-``).
    out: TextIO | None = sys.stdout
    err: TextIO | None = sys.stderr
    if err is None:
        err = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the program
    _never_fail_to_encode(err)
    if out is None:
        raise OutputError("stdout is closed, so there is nowhere to write to; leave it open, or send it to a file")
    _never_fail_to_encode(out)


def _never_fail_to_encode(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _drop_unknown_sizes() -> None:
    """Let a size that is none be as if it was not told: who does not know it says 0, and rich then prints nothing."""
    for name in ("COLUMNS", "LINES"):
        if not _A_SIZE.fullmatch(os.environ.get(name, "")):
            os.environ.pop(name, None)


def _drop_stdout() -> None:
    """Let the interpreter's last flush go nowhere, or it would complain of the closed pipe."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
