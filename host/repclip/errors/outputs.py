"""What cannot be written or shown."""

from __future__ import annotations

import errno
from pathlib import Path

from repclip.errors.base import RepclipError

__all__ = ["OutputError", "PageError", "RecordingWriteError"]


class OutputError(RepclipError):
    """A file cannot be written, or a window not be opened (``path`` is None)."""

    def __init__(self, problem: str, *, path: Path | None = None) -> None:
        super().__init__(problem if path is None else f"{path}: {problem}")
        self.path = path


class RecordingWriteError(OutputError):
    """What comes can no longer be recorded; what was written before stays."""


class PageError(OutputError):
    """The page cannot be served there."""

    def __init__(self, host: str, port: int, cause: OSError | OverflowError) -> None:
        advice = "choose another with --port, or leave that out for any that is free"
        number = cause.errno if isinstance(cause, OSError) else None
        if number == errno.EADDRINUSE:
            problem = f"port {port} is in use; {advice}"
        elif number == errno.EACCES:
            problem = f"port {port} is not for everybody; {advice}"
        else:
            problem = f"{host}, port {port}: {cause}; {advice}"
        super().__init__(f"the page cannot be served: {problem}")
        self.host = host
        self.port = port
