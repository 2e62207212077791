"""What should be on a board: ``firmware/files.toml``, read."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from repclip import bundled
from repclip.errors import FirmwareFileError

__all__ = ["MAIN", "SETTINGS", "Manifest", "read_manifest", "read_settings"]

MAIN: Final = "main.py"  # what MicroPython runs by itself
SETTINGS: Final = "config.py"  # what the user edits


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files, by their path in ``folder``, which is their path on the board too."""

    folder: Path
    oldest_micropython: str
    modules: tuple[str, ...]
    programs: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def starts(self) -> bool:
        """Whether the board does something by itself afterwards."""
        return MAIN in self.programs

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders on the board that are ours alone."""
        return tuple(dict.fromkeys(name.rpartition("/")[0] for name in self.modules if "/" in name))

    def read(self, name: str) -> bytes:
        """The content of one of the files."""
        return _content(self.folder / name)


def read_manifest(folder: Path | None = None) -> Manifest:
    """The manifest of the firmware that comes along, or of the one in ``folder``."""
    where = bundled.folder("firmware") if folder is None else folder
    path = where / "files.toml"
    try:
        table = tomllib.loads(_content(path).decode("utf-8"))
        lists = {key: tuple(cast("list[str]", table[key])) for key in ("modules", "programs", "settings")}
        return Manifest(where, str(table["oldest_micropython"]), **lists)
    except (KeyError, TypeError, ValueError) as exc:
        raise FirmwareFileError(path, f"damaged: {exc!r}; install repclip anew") from exc


def read_settings(path: Path) -> bytes:
    """A ``config.py`` of the user's, refused where even Python would refuse it."""
    content = _content(path)
    try:
        ast.parse(content)
    except SyntaxError as exc:
        raise FirmwareFileError(path, f"line {exc.lineno}: {exc.msg}") from exc
    except ValueError as exc:
        raise FirmwareFileError(path, f"no Python file: {exc}") from exc
    return content


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise FirmwareFileError(path, f"cannot be read: {exc.strerror or exc}") from exc
