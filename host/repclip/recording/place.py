"""Where recordings go when nobody says where: the platform's place for a user's data, by date."""

from __future__ import annotations

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
    return unused(path) if path.exists() else path


def unused(path: Path) -> Path:
    """``NAME (2).repclip`` beside it, or the next number that is free."""
    number = 2
    while (other := path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
        number += 1
    return other
