"""Where a user's own files are: the platform's places, or what the environment says."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path

__all__ = ["config_folder", "data_folder"]


def data_folder() -> Path:
    """Of recordings and the history: ``REPCLIP_DATA``, else ``~/.local/share/repclip`` on Linux and its like."""
    said = os.environ.get("REPCLIP_DATA")
    return Path(said) if said else user_data_path("repclip", appauthor=False)


def config_folder() -> Path:
    """Of exercises: ``REPCLIP_CONFIG``, else ``~/.config/repclip`` on Linux and its like."""
    said = os.environ.get("REPCLIP_CONFIG")
    return Path(said) if said else user_config_path("repclip", appauthor=False)
