"""Opening ``history.sqlite``, and saying in one line why that is not possible."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from repclip.errors import (
    DamagedHistoryError,
    HistoryAccessError,
    HistoryError,
    HistoryInUseError,
    NewerHistoryError,
)
from repclip.history.schema import APPLICATION_ID, MIGRATIONS, TABLES, Migration, migrate, version_of
from repclip.sqlite_faults import SQLITE_FAULTS, SqliteFault, reason

__all__ = ["WAIT_S", "reading", "writing"]

WAIT_S: Final = 10.0  # others write for a fraction of a second; a migration may take longer


@contextmanager
def reading(
    path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, wait_s: float = WAIT_S
) -> Generator[sqlite3.Connection]:
    """The history as of one moment, empty where there is none yet. One of an earlier version is migrated first.

    Raises
    ------
    HistoryError
        when it cannot be used.

    """
    if _is_there(path):
        with _opened(path, "rw", wait_s) as database:
            version = _version(database, path, len(migrations))
            if version:
                if version < len(migrations):
                    migrate(database, migrations)
                database.execute("BEGIN")
                yield database
                return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        migrate(empty, migrations)
        yield empty


@contextmanager
def writing(
    path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, wait_s: float = WAIT_S
) -> Generator[sqlite3.Connection]:
    """The history in a transaction, while which nobody else can write; all of it is kept, or nothing.

    Raises
    ------
    HistoryError
        when it cannot be used.

    """
    if not _is_there(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            problem = f"its folder cannot be made ({exc.strerror or exc}); REPCLIP_DATA names another place"
            raise HistoryAccessError(path, problem) from exc
    with _opened(path, "rwc", wait_s) as database:
        if _version(database, path, len(migrations)) < len(migrations):
            migrate(database, migrations)
        _refuse_damage(database, path)
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


def _is_there(path: Path) -> bool:
    try:
        path.open("rb").close()  # says why not, which SQLite does not
    except (FileNotFoundError, NotADirectoryError):
        return False
    except IsADirectoryError as exc:
        raise HistoryAccessError(path, "is a folder, and should be a file; move it away") from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise HistoryAccessError(path, f"cannot be opened ({reason})") from exc
    return True


@contextmanager
def _opened(path: Path, mode: str, wait_s: float) -> Generator[sqlite3.Connection]:
    """A connection; what SQLite says, of it and while it is used, becomes an error of ours.

    With a rollback journal, not a WAL: so it is one plain file, to be copied, and read where nothing may be written.
    """
    address = f"{path.resolve().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=wait_s, isolation_level=None)) as database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            yield database
    except SQLITE_FAULTS as exc:
        raise _error(path, exc) from exc


def _version(database: sqlite3.Connection, path: Path, known: int) -> int:
    """Of the tables; 0 where there are none yet."""
    database.execute("BEGIN")  # as of one moment: another program may be making them
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(database)
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.execute("COMMIT")
    if not tables and not application and not version:
        return 0
    if application != APPLICATION_ID:
        raise DamagedHistoryError(path, "is an SQLite file, but no history of repclip's")
    if version > known:
        raise NewerHistoryError(path, version, known)
    if not set(TABLES) <= tables:
        raise DamagedHistoryError(path, "is damaged: a table of it is missing")
    return version


def _refuse_damage(database: sqlite3.Connection, path: Path) -> None:
    """Writing to what is damaged would only make it worse."""
    found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise DamagedHistoryError(path, f"is damaged ({' '.join(found.split())})")


def _error(path: Path, exc: SqliteFault) -> HistoryError:
    if isinstance(exc, UnicodeDecodeError):
        return DamagedHistoryError(path, f"is damaged ({reason(exc)})")
    match getattr(exc, "sqlite_errorcode", 0) & 0xFF:  # without what the extended codes add
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return HistoryInUseError(path)
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_ERROR | sqlite3.SQLITE_CONSTRAINT:
            return DamagedHistoryError(path, f"is damaged ({exc})")
        case sqlite3.SQLITE_FULL:
            return HistoryAccessError(path, "cannot be written, as the disk is full; make room")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return HistoryAccessError(path, "may not be written to; check its permissions and those of its folder")
        case _:
            return HistoryAccessError(path, f"cannot be used ({exc})")
