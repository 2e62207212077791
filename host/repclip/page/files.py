"""The page itself: a few files, read once. What is asked for is looked up by its whole path, never on the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

__all__ = ["StaticFile", "static_files"]

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_PAGE: Final = "index.html"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """What is sent."""

    content: bytes
    content_type: str


def static_files() -> Mapping[str, StaticFile]:
    """By path, as ``/ring.js``; ``/`` is the page."""
    found: dict[str, StaticFile] = {}
    for one in files("repclip.page").joinpath("static").iterdir():
        content_type = _TYPES.get(one.name.rpartition(".")[2])
        if content_type is not None:
            path = "/" if one.name == _PAGE else f"/{one.name}"
            found[path] = StaticFile(one.read_bytes(), content_type)
    return found
