"""Adds sessions to a history, as another program: ``PATH FIRST COUNT``.

With ``--die`` instead of a number it dies in the midst of it, with ``--full`` there is no room for another one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from history_helpers import entry
from repclip.errors import HistoryError
from repclip.history import open_history
from repclip.history.database import writing


def main() -> None:
    path, number, count = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    print("ready", flush=True)
    sys.stdin.readline()
    if count == "--die":
        with writing(path) as database:
            database.execute("PRAGMA cache_size = 1")  # so that pages go to the file before the end
            database.execute("UPDATE session SET note = ?", ("x" * 100_000,))
            database.execute("DELETE FROM session")
            os._exit(9)
    if count == "--full":  # no file may become larger: to SQLite that is a full disk
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, resource.RLIM_INFINITY))
        count = "20"
    for at in range(int(count)):
        open_history(path).add(entry(number + at))


if __name__ == "__main__":
    try:
        main()
    except HistoryError as exc:
        sys.exit(f"{type(exc).__name__}: {exc}")
