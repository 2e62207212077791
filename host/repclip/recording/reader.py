"""A ``*.repclip`` file → the chunks that were written, in their order."""

from __future__ import annotations

import heapq
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

import numpy as np

from repclip.errors import DamagedError, FormatError, NewerFormatError, RecordingAccessError
from repclip.recording.access import accessing
from repclip.recording.format import ADDED, APPLICATION_ID, BLOCK_DTYPE, TABLES, VERSION
from repclip.source import Channel, Chunk, HostMark, LinkChange, LinkEvent, MarkKind, Packet, SampleBlock
from repclip.sqlite_faults import SQLITE_FAULTS, SqliteFault, reason
from repsignal import ImuBlock

__all__ = ["RecordingReader", "recording_bytes", "recording_state"]

_WAL: Final = "-wal"
_FEW: Final = 64  # chunks between two updates of the progress
_FRESH_S: Final = 5.0  # a WAL that was written to so lately is being written

_Values = tuple[object, ...]


class RecordingReader:
    """Reads one recording, once. The constructor only stores; ``meta`` and ``chunks`` open.

    ``notes`` holds remarks that are no errors, complete when the last chunk was taken. ``fraction`` of it was read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self.fraction: float | None = 0.0

    def meta(self) -> dict[str, str]:
        """What is known about the recording as a whole.

        Raises
        ------
        RecordingError
            when it cannot be used.

        """
        with self._open() as database:
            try:
                return {str(key): str(value) for key, value in database.execute("SELECT key, value FROM meta")}
            except SQLITE_FAULTS as exc:
                raise self._damaged(exc) from exc

    def undone(self) -> bool:
        """Whether the user undid a rep in it; also where that cannot be told. Raises what :meth:`meta` does."""
        with self._open() as database:
            try:
                found = database.execute("SELECT 1 FROM mark WHERE kind = ? LIMIT 1", (MarkKind.UNDO,)).fetchone()
            except SQLITE_FAULTS:
                return True
            return found is not None

    def chunks(self) -> Generator[Chunk]:
        """All that came, in order. Where the file is damaged it ends, and a note says so.

        Raises
        ------
        RecordingError
            when nothing of it can be used.

        """
        with self._open() as database:
            given = 0
            try:
                newest = (database.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in TABLES)
                last = max((number for number in newest if isinstance(number, int)), default=0)
                for number, chunk in self._merged(database):
                    if given % _FEW == 0:
                        self.fraction = number / last if last else None
                    if chunk is not None:
                        given += 1
                        yield chunk
            except SQLITE_FAULTS as exc:
                if not given:
                    raise self._damaged(exc) from exc
                lost = f"what came after the first {given} packets is lost ({reason(exc)})"
                self.notes.append(f"The file is damaged; {lost}.")

    def _merged(self, database: sqlite3.Connection) -> Iterator[tuple[int, Chunk | None]]:
        rows = [self._rows(database, table) for table in TABLES]
        for number, _, table, values in heapq.merge(*rows, key=lambda row: row[:2]):
            yield number, self._chunk(table, values)

    def _rows(self, database: sqlite3.Connection, table: str) -> Iterator[tuple[int, int, str, _Values]]:
        order = list(TABLES).index(table)
        columns = TABLES[table]
        there = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        for name in ADDED.get(table, ()):
            columns = columns if name in there else columns.replace(name, "NULL")
        for row in database.execute(f"SELECT {columns} FROM {table} ORDER BY id"):
            if not isinstance(row[0], int):  # as in tables that another program made
                raise sqlite3.DatabaseError(f"an id in table {table} is no number")
            yield row[0], order, table, tuple(row[1:])

    def _chunk(self, table: str, values: _Values) -> Chunk | None:
        """What a row says; None, and a note, where it makes no sense."""
        try:
            match table, values:
                case "packet", (int(arrival_ns), int(link), bytes(data), *_):
                    return Packet(arrival_ns, Channel(link), data)
                case "link_event", (int(arrival_ns), str(change), str(text), int(count), signal):
                    signal_dbm = signal if isinstance(signal, int) else None
                    return LinkEvent(arrival_ns, LinkChange(change), text, count, signal_dbm)
                case "mark", (int(arrival_ns), str(kind), str(text), *_):
                    return HostMark(arrival_ns, MarkKind(kind), text)
                case "block", (int(arrival_ns), int(samples), bytes(data), *_):
                    return SampleBlock(arrival_ns, _block(data, samples))
                case _:
                    pass
        except ValueError:
            pass
        note = "Some entries make no sense to this version of repclip; they are left out."
        if note not in self.notes:
            self.notes.append(note)
        return None

    # --- opening -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        with accessing(self.path):
            there = self.path.stat().st_mode
        if stat.S_ISDIR(there):
            raise RecordingAccessError(self.path, "is a folder; give the name of a recording in it")
        if not stat.S_ISREG(there):
            raise RecordingAccessError(self.path, "is no file; save the recording to one")
        with tempfile.TemporaryDirectory(prefix="repclip-") as spare, closing(self._connect(Path(spare))) as database:
            database.text_factory = _text
            self._check(database)
            with suppress(*SQLITE_FAULTS):
                database.execute("BEGIN")  # all tables as of one moment, though it is still being written
            yield database

    def _connect(self, spare: Path) -> sqlite3.Connection:
        """Read-only; from a copy where its folder may not be written to, which a WAL needs."""
        try:
            database = _read_only(self.path)
            try:
                database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.OperationalError:
                database.close()
                copy = spare / self.path.name
                shutil.copyfile(self.path, copy)
                if _wal(self.path).exists():
                    shutil.copyfile(_wal(self.path), _wal(copy))
                database = _read_only(copy)
            except SQLITE_FAULTS:
                database.close()
                raise
        except PermissionError as exc:
            raise RecordingAccessError(self.path, "may not be read; check its permissions") from exc
        except OSError as exc:
            raise RecordingAccessError(self.path, f"cannot be opened ({exc.strerror or exc})") from exc
        except SQLITE_FAULTS as exc:
            raise self._damaged(exc) from exc
        return database

    def _check(self, database: sqlite3.Connection) -> None:
        try:
            application = database.execute("PRAGMA application_id").fetchone()[0]
            version = database.execute("PRAGMA user_version").fetchone()[0]
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except SQLITE_FAULTS as exc:
            raise self._damaged(exc) from exc
        if not tables and not application:
            raise DamagedError(self.path, "is empty")
        if application != APPLICATION_ID:
            raise FormatError(self.path, "is an SQLite file, but no recording of repclip's")
        if version > VERSION:
            raise NewerFormatError(self.path, version, VERSION)
        if not {"meta", *TABLES} <= tables:
            raise DamagedError(self.path, "is damaged: a table of it is missing")

    def _damaged(self, fault: SqliteFault) -> DamagedError:
        return DamagedError(self.path, f"is damaged and cannot be read ({reason(fault)})")


def _read_only(path: Path) -> sqlite3.Connection:
    path.open("rb").close()  # says why not, which SQLite does not
    # A plain file stays one: of what was left in WAL mode SQLite would make an empty WAL, and may not remove it again.
    plain = "" if _wal(path).exists() else "&immutable=1"
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{plain}", uri=True)


def _text(data: bytes) -> str:
    return data.decode(errors="replace")  # a damaged letter costs a letter, not the recording


def _wal(path: Path) -> Path:
    return path.with_name(path.name + _WAL)


def _block(data: bytes, samples: int) -> ImuBlock:
    table = np.frombuffer(data, dtype=BLOCK_DTYPE).astype(np.float64)
    if samples < 0 or len(table) != 7 * samples:
        raise ValueError("a block of another length than it says")
    rows = table.reshape(samples, 7)
    parts = rows[:, 0], rows[:, 1:4], rows[:, 4:7]
    time_s, acc, gyr = (np.ascontiguousarray(part) for part in parts)
    return ImuBlock(time_s, acc, gyr)


def recording_state(path: Path, meta: Mapping[str, str]) -> str:
    """Whether a recording is complete, being written, or was left unfinished; a CSV is complete."""
    if "created" not in meta or "closed_ns" in meta:
        return "complete"
    with suppress(OSError):
        if time.time() - _wal(path).stat().st_mtime < _FRESH_S:
            return "being written"
    return "unfinished: the program was stopped"


def recording_bytes(path: Path) -> int:
    """What it takes on the disk, what is not yet in the one file included."""
    size = path.stat().st_size
    with suppress(OSError):
        size += _wal(path).stat().st_size
    return size
