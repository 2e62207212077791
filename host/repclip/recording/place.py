"""Where recordings go when nobody says where: the platform's place for a user's data, by date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from repclip.recording.format import SUFFIX

__all__ = ["default_path", "recordings_folder"]


def recordings_folder() -> Path:
    """``~/.local/share/repclip/recordings`` on Linux; macOS and Windows have places of their own."""
    return user_data_path("repclip", appauthor=False) / "recordings"


def default_path(now: datetime, folder: Path | None = None) -> Path:
    """``YYYY/YYYY-MM-DD HH.MM.SS.repclip``, in local time; numbered where one of that second exists."""
    stem = (folder or recordings_folder()) / f"{now:%Y}" / f"{now:%Y-%m-%d %H.%M.%S}"
    path = stem.with_name(stem.name + SUFFIX)
    number = 2
    while path.exists():
        path = stem.with_name(f"{stem.name} ({number}){SUFFIX}")
        number += 1
    return path
