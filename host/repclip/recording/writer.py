"""Chunks → a ``*.repclip`` file, as they come."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

import numpy as np

from repclip import __version__
from repclip.errors import RecordingWriteError
from repclip.recording.format import APPLICATION_ID, BLOCK_DTYPE, SCHEMA, VERSION
from repclip.recording.place import unused
from repclip.source import Chunk, HostMark, LinkEvent, MarkKind, Packet, SampleBlock
from repclip.wording import storable
from repsignal import ImuBlock

__all__ = ["RecordingWriter"]

_COMMIT_NS: Final = 1_000_000_000  # by arrival; whoever has a clock commits as well when nothing comes

_INSERT: Final = {
    "packet": "INSERT INTO packet VALUES (?, ?, ?, ?)",
    "link_event": "INSERT INTO link_event VALUES (?, ?, ?, ?, ?, ?)",
    "mark": "INSERT INTO mark VALUES (?, ?, ?, ?)",
    "block": "INSERT INTO block VALUES (?, ?, ?, ?)",
}

# What SQLite may say instead of FULL, where what it keeps beside the file finds no room.
_FOR_WANT_OF_ROOM: Final = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_LEAST_BYTES: Final = 1 << 16  # it asks for the half of that at a time: 32 KiB for the index of the WAL

_BEFOREHAND: Final = (MarkKind.EXERCISE, MarkKind.LOAD, MarkKind.SIDE, MarkKind.NOTE)

_NO_FILE: Final = (0, 0)

_Row = tuple[int | str | bytes | None, ...]


class RecordingWriter:
    """A recording being written: ``with RecordingWriter(path) as writer: writer.write(chunk) …``.

    A file that exists is never overwritten. After a RecordingWriteError nothing more is taken, and what was committed
    before stays. One that is empty leaves no file. One that is deleted or moved meanwhile goes on, whole, in another
    file: ``path`` is where it is now.
    """

    def __init__(self, path: Path, meta: Mapping[str, str] | None = None, *, created: datetime | None = None) -> None:
        self.path = path
        self.created = created or datetime.now(UTC)
        self._meta = {"id": uuid4().hex, **(meta or {})}
        self._database: sqlite3.Connection | None = None
        self._identity = _NO_FILE  # device, number
        self._waiting: dict[str, list[_Row]] = {}
        self._next_id = 1
        self._empty = True
        self._kept = False  # whether anything that came was committed
        self._committed_ns = 0
        self._newest_ns = 0

    @property
    def id(self) -> str:
        """What the recording is known by, wherever it goes."""
        return self._meta["id"]

    @property
    def is_empty(self) -> bool:
        """Whether nothing came but links, and what was told beforehand."""
        return self._empty

    def __enter__(self) -> Self:
        """Create the file.

        Raises
        ------
        RecordingWriteError
            when that is not possible.

        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._identity = _created(self.path)
        except FileExistsError as exc:
            problem = "is a folder; name a file in it" if self.path.is_dir() else "exists already; name another file"
            raise RecordingWriteError(problem, path=self.path) from exc
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            raise RecordingWriteError(f"cannot be made ({reason}); name another place", path=self.path) from exc
        try:
            self._begin()
        except BaseException as exc:  # Ctrl-C as well: an empty file would be in the way of the next one
            self.discard()
            if isinstance(exc, sqlite3.Error):
                raise self._failed(exc) from exc
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        with suppress(RecordingWriteError):
            self.close()

    def discard(self) -> None:
        """Leave no file, whatever is in it; one that this writer did not make stays."""
        self._abandon()
        if self._identity == _NO_FILE:
            return
        for end in ("", "-journal", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def _begin(self) -> None:
        database = self._database = sqlite3.connect(self.path, isolation_level=None)
        # The tables are in the file itself before anything goes to the WAL: it opens even without its WAL.
        database.executescript(
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; BEGIN; {SCHEMA} COMMIT;"
        )
        meta = {
            "created": self.created.isoformat(timespec="milliseconds"),
            "repclip": __version__,
            "python": platform.python_version(),
            "system": platform.platform(terse=True),
            **self._meta,
        }
        database.executemany("INSERT INTO meta VALUES (?, ?)", [(key, storable(text)) for key, text in meta.items()])
        _use_wal(database)

    def describe(self, key: str, value: str) -> None:
        """Set one entry of ``meta``."""
        if self._database is not None:
            try:
                self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, storable(value)))
            except sqlite3.Error as exc:
                raise self._failed(exc) from exc

    def write(self, chunk: Chunk) -> None:
        """Take what came.

        Raises
        ------
        RecordingWriteError
            when there is no room any more, or the file is gone.

        """
        if self._database is None:
            return
        table, row = _row(self._next_id, chunk)
        self._waiting.setdefault(table, []).append(row)
        self._next_id += 1
        self._empty = self._empty and _says_nothing(chunk)
        self._newest_ns = chunk.arrival_ns
        if chunk.arrival_ns - self._committed_ns >= _COMMIT_NS:
            self._commit()

    def commit(self) -> Path | None:
        """Let what came so far survive the death of this program. Where it goes on, if it was deleted or moved.

        Raises
        ------
        RecordingWriteError
            as `write`.

        """
        moved = self._database is not None and not self._is_there()
        if moved:
            self._go_on_elsewhere()
        self._commit()
        return self.path if moved else None

    def _commit(self) -> None:
        self._committed_ns = self._newest_ns
        if self._database is None or not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        try:
            self._database.execute("BEGIN IMMEDIATE")
            for table, rows in waiting.items():
                self._database.executemany(_INSERT[table], rows)
            self._database.execute("COMMIT")
            self._kept = True
        except sqlite3.Error as exc:
            error = self._failed(exc)
            self._abandon()
            raise error from exc

    def _is_there(self) -> bool:
        """Whether the file is still what its path leads to; SQLite would go on with one that nobody can open again."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return False
        except OSError:
            return True  # for all that is known
        return (found.st_dev, found.st_ino) == self._identity

    def _go_on_elsewhere(self) -> None:
        """Copy all there is, out of the file that is still open, to a new one; a moved one is left whole."""
        old, path = self._database, unused(self.path)
        if old is None:
            return
        try:
            identity = _created(path)
            try:
                new = sqlite3.connect(path, isolation_level=None)
                old.backup(new)
                _use_wal(new)
                old.execute("PRAGMA wal_checkpoint(PASSIVE)")
            except BaseException:
                path.unlink()
                raise
        except (OSError, sqlite3.Error) as exc:
            self._abandon()
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            problem = f"was deleted or moved away, and cannot be begun anew beside it ({reason})"
            raise RecordingWriteError(problem, path=self.path) from exc
        self._abandon()
        if not self.path.exists():  # else they may be another's
            for end in ("-wal", "-shm"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.path, self._identity, self._database = path, identity, new

    def close(self) -> None:
        """Leave one plain file; none when nothing came.

        Raises
        ------
        RecordingWriteError
            when the last second could not be written.

        """
        if self._database is None:
            return
        try:
            self.commit()
            self.describe("closed_ns", str(self._newest_ns))
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._database.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as exc:
            raise self._failed(exc) from exc
        finally:
            self._abandon()
            if self.is_empty:
                self.path.unlink(missing_ok=True)

    def _abandon(self) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.rollback()
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def _failed(self, exc: sqlite3.Error) -> RecordingWriteError:
        code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
        safe = "; what came before is safe" if self._kept else ""
        if code == sqlite3.SQLITE_FULL or (code in _FOR_WANT_OF_ROOM and self._no_room()):
            problem = f"the disk is full; make room{safe}"
        elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            problem = "may not be written to; name another place"
        else:
            problem = f"cannot be written any more ({exc}){safe}"
        return RecordingWriteError(problem, path=self.path)

    def _no_room(self) -> bool:
        try:
            return shutil.disk_usage(self.path.parent).free < _LEAST_BYTES
        except OSError:
            return False


def _says_nothing(chunk: Chunk) -> bool:
    return isinstance(chunk, LinkEvent) or (isinstance(chunk, HostMark) and chunk.kind in _BEFOREHAND)


def _created(path: Path) -> tuple[int, int]:
    """Make the file; what it is known by, whatever its name."""
    with path.open("xb") as file:
        made = os.fstat(file.fileno())
    return made.st_dev, made.st_ino


def _use_wal(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")


def _row(number: int, chunk: Chunk) -> tuple[str, _Row]:
    match chunk:
        case Packet(arrival_ns, channel, data):
            return "packet", (number, arrival_ns, int(channel), data)
        case LinkEvent(arrival_ns, change, text, count, signal_dbm):
            return "link_event", (number, arrival_ns, change.value, storable(text), count, signal_dbm)
        case HostMark(arrival_ns, kind, text):
            return "mark", (number, arrival_ns, kind.value, storable(text))
        case SampleBlock(arrival_ns, block):
            return "block", (number, arrival_ns, len(block), _rows(block))


def _rows(block: ImuBlock) -> bytes:
    return np.column_stack([block.time_s, block.acc, block.gyr]).astype(BLOCK_DTYPE).tobytes()
