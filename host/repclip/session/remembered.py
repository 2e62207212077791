"""What is remembered of the user from one run to the next, in two small files among their data.

``cautions.txt``: a line for each caution that was shown, the exercise's id and a check value of the text, so that one
that has changed is shown again. ``well.txt``: when the user last said to be well again after pain, UTC, ISO 8601.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final
from zlib import crc32

from repclip.errors import OutputError
from repclip.places import data_folder
from repclip.session.exercise import Exercise

__all__ = ["remember_caution", "remember_well", "unseen_caution", "well_since"]

_CAUTIONS: Final = "cautions.txt"
_WELL: Final = "well.txt"
_MOST: Final = 500  # lines: the oldest are forgotten
_LONGEST: Final = 200  # letters of a line


def unseen_caution(exercise: Exercise) -> str | None:
    """Its caution, if it has not been shown yet, or if that is not known."""
    return None if _shown(exercise) in _lines(_CAUTIONS) else exercise.caution


def remember_caution(exercise: Exercise) -> None:
    """It was shown. Where that cannot be written down it will be shown again."""
    lines = [line for line in _lines(_CAUTIONS) if line != _shown(exercise)]
    with suppress(OSError, ValueError):
        _write(_CAUTIONS, [*lines, _shown(exercise)][-_MOST:])


def well_since() -> datetime | None:
    """When the user last said to be well; None if never, or if that cannot be read."""
    for line in _lines(_WELL)[:1]:
        with suppress(ValueError):
            when = datetime.fromisoformat(line)
            return when if when.tzinfo is not None else None
    return None


def remember_well(now: datetime) -> None:
    """The user says to be well.

    Raises
    ------
    OutputError
        where that cannot be written down.

    """
    try:
        _write(_WELL, [now.astimezone(UTC).isoformat(timespec="seconds")])
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise OutputError(f"cannot be written ({reason})", path=data_folder() / _WELL) from exc


def _shown(exercise: Exercise) -> str:
    return f"{exercise.id} {crc32(exercise.caution.encode()):08x}"


def _lines(name: str) -> list[str]:
    try:
        with (data_folder() / name).open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_MOST * (_LONGEST + 1)).splitlines()
    except (OSError, ValueError):
        return []
    return [line for line in lines if len(line) <= _LONGEST]


def _write(name: str, lines: list[str]) -> None:
    """All of it or nothing: whoever reads meanwhile has the old lines or the new ones."""
    path = data_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{name}.{os.getpid()}.part")
    try:
        made.write_text("\n".join([*lines, ""]), encoding="utf-8")
        made.replace(path)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise
