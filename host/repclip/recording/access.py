"""What the system says of a recording that cannot be had, in our words: the one place for all who look or open."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from repclip.errors import RecordingAccessError

__all__ = ["accessing", "is_folder"]


@contextmanager
def accessing(path: Path) -> Generator[None]:
    """Around whatever asks the system for it; looking is in here as well as opening.

    A folder that may not be entered refuses to say whether there is a file in it: ``Path.is_file`` raises then.

    Raises
    ------
    RecordingAccessError
        where it cannot be had.

    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise RecordingAccessError(path, "there is no such file; check the name and the folder") from exc
    except PermissionError as exc:
        if is_folder(path):  # what Windows says of a folder
            raise RecordingAccessError(path, "is a folder; give the name of a recording in it") from exc
        raise RecordingAccessError(path, "may not be read; check its permissions") from exc
    except IsADirectoryError as exc:
        raise RecordingAccessError(path, "is a folder; give the name of a recording in it") from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise RecordingAccessError(path, f"cannot be opened ({reason}); check the name") from exc


def is_folder(path: Path) -> bool:
    """Whether it is known to be one."""
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False
