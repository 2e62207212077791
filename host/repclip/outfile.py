"""Files that commands write: never half, never over others unless that is wanted, and never over a recording."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO

from repclip.errors import EndingError, OutputError

__all__ = ["created", "demand_ending", "demand_place", "is_stdout"]

_STDOUT: Final = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
# What is open already: it may lead to a file that others write to as well.
_OPEN: Final = re.compile(r"/dev/std(in|out|err)|/dev/fd/\d+|/proc/(self|\d+)/fd/\d+")
# What the system says of a name: links that lead in a circle are a RuntimeError to pathlib up to Python 3.12.
_CANNOT: Final = (OSError, ValueError, RuntimeError)
_IS_FOLDER: Final = "is a folder; name a file in it"
_DATABASE: Final = b"SQLite format 3\0"  # so begin recordings and the history, and nothing that is written here


@contextmanager
def created(path: Path, *, force: bool, instead: str = "name another file, or --force") -> Generator[TextIO]:
    """The file, to be written. If that fails, or what goes in cannot be read, there is none, or still the old one.

    Without ``force`` one that is there stays; ``instead`` says what to do then. A recording or a history stays always.
    What keeps no bytes, as a pipe, is there to be written to; `is_stdout` says what is no file at all.

    Raises
    ------
    OutputError
        where it cannot be written.

    """
    if is_stdout(path):
        yield sys.stdout
        return
    try:
        there = _overwritten(path)
        if there is not None:
            _spare_databases(there, path)
        old = there if force else None
        made = path if old is None else old.with_name(f".{old.name}.{os.getpid()}.part")
        out = made.open("w" if force or _is_stream(path) else "x", encoding="utf-8", newline="")
    except (FileExistsError, IsADirectoryError) as exc:
        advice = _IS_FOLDER if path.is_dir() else f"exists already; {instead}"
        raise OutputError(advice, path=path) from exc
    except _CANNOT as exc:
        raise _failed(path, exc) from exc
    try:
        with out:
            yield out
        if old is not None:
            _replace(old, made)
    except BaseException as exc:
        if made.is_file() and not made.is_symlink():  # /dev/stdout stays
            made.unlink()
        if isinstance(exc, OSError) and not isinstance(exc, BrokenPipeError):
            raise _failed(path, exc) from exc
        raise


def is_stdout(path: Path) -> bool:
    """Whether what is written there goes where a command says what it did: that is to be said elsewhere then."""
    return str(path) in _STDOUT


def demand_place(path: Path) -> None:
    """Say before long work what `created` would after it; not all can be known before.

    Raises
    ------
    OutputError
        where there is no folder for the file, nobody may write into it, or the file may not be overwritten.

    """
    if is_stdout(path):
        return
    try:
        if path.is_dir():
            raise OutputError(_IS_FOLDER, path=path)
        if _is_stream(path):
            return
        there = _overwritten(path)
        if there is not None:
            _spare_databases(there, path)
        folder = path.resolve().parent
        folder.stat()  # which says what is wrong
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except _CANNOT as exc:
        raise _failed(path, exc) from exc


def demand_ending(path: Path, what: str, known: Sequence[str]) -> None:
    """Let the name of a file say what is in it; that of a folder is left to who makes the file.

    Raises
    ------
    EndingError
        where it says that it is another thing, or nothing.

    """
    with suppress(OSError, ValueError):
        if path.is_dir():
            return
    if path.suffix.lower() not in known:
        raise EndingError(path, what, known)


def _failed(path: Path, exc: OSError | ValueError | RuntimeError) -> OutputError:
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return OutputError(f"cannot be written ({reason}); choose another place with --output", path=path)


def _overwritten(path: Path) -> Path | None:
    """The file behind all links; None where there is none yet, or what is there takes bytes and keeps none of them."""
    real = path.resolve()
    return real if real.is_file() and not _is_stream(path) else None


def _is_stream(path: Path) -> bool:
    if _OPEN.fullmatch(str(path.absolute())):
        return True
    return path.exists() and not path.is_file() and not path.is_dir()


def _spare_databases(there: Path, path: Path) -> None:
    """What nobody can make again goes by what is in it, not by its name."""
    with there.open("rb") as file:
        begin = file.read(len(_DATABASE))
    if begin == _DATABASE:
        raise OutputError("is a recording or a history, which is never overwritten; name another file", path=path)


def _replace(old: Path, new: Path) -> None:
    try:
        shutil.copymode(old, new)
        new.replace(old)
    except OSError as exc:
        raise OutputError(f"cannot be overwritten ({exc.strerror or exc}); name another file", path=old) from exc
