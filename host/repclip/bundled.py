"""Where the files are that come along with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["folder", "recording"]


def folder(name: str) -> Path:
    """The folder ``name`` of the repository: in a wheel ``repclip/_name``, in a checkout beside ``host/``."""
    packaged = Path(str(files("repclip") / f"_{name}"))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / name


def recording(name: str) -> Path:
    """A bundled recording by its file name; whoever opens it finds out whether it exists."""
    return folder("recordings") / name
