"""Where recordings go when nobody says where: the platform's place for a user's data, by date."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from repclip.places import data_folder
from repclip.recording.format import SUFFIX

__all__ = ["default_path", "recordings_folder", "unused"]


def recordings_folder() -> Path:
    """Within the user's data."""
    return data_folder() / "recordings"


def default_path(now: datetime, folder: Path | None = None) -> Path:
    """``YYYY/YYYY-MM-DD HH.MM.SS.repclip``, in local time; numbered where one of that second exists."""
    path = (folder or recordings_folder()) / f"{now:%Y}" / f"{now:%Y-%m-%d %H.%M.%S}{SUFFIX}"
    return unused(path) if _is_taken(path) else path


def unused(path: Path) -> Path:
    """``NAME (2).repclip`` beside it, or the next number that is free."""
    number = 2
    while _is_taken(other := path.with_name(f"{path.stem} ({number}){path.suffix}")):
        number += 1
    return other


def _is_taken(path: Path) -> bool:
    """Whether there is one; where that is not to be known, as in a folder of others, who makes it says why not."""
    with suppress(OSError):
        return path.exists()
    return False
