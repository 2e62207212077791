"""A file of the user's configuration, read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import cast

from repclip.errors import ConfigError

__all__ = ["read_toml"]


def read_toml(path: Path, error: type[ConfigError], *, missing: dict[str, object] | None = None) -> dict[str, object]:
    """Its keys and tables; ``missing``, if it is given, where there is no such file.

    Raises
    ------
    ConfigError
        of that type, where the file cannot be read, or is no TOML.

    """
    try:
        return cast("dict[str, object]", tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as exc:
        if missing is not None and isinstance(exc, FileNotFoundError | NotADirectoryError):
            return missing
        raise error(path, f"cannot be read ({exc.strerror or exc})") from exc
    except UnicodeDecodeError as exc:
        raise error(path, "is not UTF-8 text; save it as UTF-8") from exc
    except tomllib.TOMLDecodeError as exc:
        raise error(path, f"is not valid TOML: {exc}") from exc
