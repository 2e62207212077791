"""The history: scored sessions in, rows out. Each call opens the file and closes it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from repclip.errors import DamagedHistoryError, UnknownSessionError
from repclip.history.database import WAIT_S, reading, writing
from repclip.history.decode import flag_counts, rep_row, session_row, set_row
from repclip.history.entry import Entry, Value, Values, rep_values, session_values, set_values, stamp
from repclip.history.rows import RepRow, SessionRow, SetRow
from repclip.history.schema import MIGRATIONS, Migration
from repclip.places import data_folder
from repclip.wording import storable

__all__ = ["Added", "History", "Listing", "open_history"]

NAME: Final = "history.sqlite"
_TOLD: Final = ("created", "pain", "note")  # by hand, with `History.tell`
_SETS: Final = """
SELECT session_set.*,
    count(*) FILTER (WHERE kind = 'rep') AS reps,
    count(*) FILTER (WHERE kind = 'rep' AND flags = '') AS clean_reps,
    count(*) FILTER (WHERE kind = 'partial') AS partials,
    avg(rom_deg) FILTER (WHERE kind = 'rep') AS rom_deg,
    group_concat(flags, ' ') AS flags
FROM session_set
    LEFT JOIN rep ON rep.session_id = session_set.session_id AND rep.set_number = session_set.number
WHERE session_set.session_id IN (SELECT id FROM session {where})
GROUP BY session_set.session_id, session_set.number
ORDER BY session_set.session_id, session_set.number
"""
_REPS: Final = """
SELECT * FROM rep WHERE session_id = ? ORDER BY set_number, coalesce(start_s, top_s, lower_start_s, end_s), kind DESC
"""
_ALL_SETS: Final = """
SELECT session.id AS session, session.created, session.exercise, session_set.*
FROM session_set JOIN session ON session.id = session_set.session_id
ORDER BY session.created, session.id, session_set.number
"""
_ALL_REPS: Final = """
SELECT session.id AS session, session.created, session.exercise, session_set.side, session_set.load, rep.*
FROM rep
    JOIN session ON session.id = rep.session_id
    JOIN session_set ON session_set.session_id = rep.session_id AND session_set.number = rep.set_number
ORDER BY session.created, session.id, rep.set_number, coalesce(rep.start_s, top_s, lower_start_s, rep.end_s), kind DESC
"""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of all sessions, as it is kept."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Added:
    """The number a session has; ``replaced`` if the history had one of the same recording."""

    number: int
    replaced: bool


def open_history(path: Path | None = None) -> History:
    """The user's, or another. Nothing is opened or made yet."""
    return History(data_folder() / NAME if path is None else path)


class History:
    """What was done, session by session, in an SQLite file.

    Every method raises a HistoryError where the file cannot be used. There need be none: then there are no sessions,
    and the first one that is added makes it. Others may read and write it at the same time.
    """

    def __init__(self, path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, wait_s: float = WAIT_S) -> None:
        self.path = path
        self._migrations = migrations
        self._wait_s = wait_s

    def sessions(self, exercise: str | None = None) -> list[SessionRow]:
        """All of them, or all of one exercise, the oldest first."""
        return self._sessions("") if exercise is None else self._sessions("WHERE exercise = ?", (exercise,))

    def session(self, number: int) -> SessionRow:
        """The one with this number.

        Raises
        ------
        UnknownSessionError
            if there is none.

        """
        found = self._sessions("WHERE id = ?", (number,))
        if not found:
            raise UnknownSessionError(number)
        return found[0]

    def of_recording(self, recording_id: str) -> SessionRow | None:
        """The one of this recording."""
        found = self._sessions("WHERE recording_id = ?", (recording_id,))
        return found[0] if found else None

    def reps(self, number: int) -> list[RepRow]:
        """Those of a session, full and partial, set by set as they came."""
        with self._reading() as database:
            return [rep_row(row) for row in database.execute(_REPS, (number,))]

    def listing(self, *, of_sets: bool = False) -> Listing:
        """A row for each rep, or for each set, of the oldest session first; the columns begin with its number."""
        with self._reading() as database:
            found = database.execute(_ALL_SETS if of_sets else _ALL_REPS)
            names = [column[0] for column in found.description]
            kept = [number for number, name in enumerate(names) if name != "session_id"]
            rows = tuple(tuple(row[number] for number in kept) for row in found)
            return Listing(tuple(names[number] for number in kept), rows)

    def add(self, entry: Entry, now: datetime | None = None) -> Added:
        """Keep a session. One of the same recording is replaced, with what was told of it by hand left as it is."""
        values = session_values(entry, now or datetime.now(UTC))
        with self._writing() as database:
            old = database.execute("SELECT id FROM session WHERE recording_id = ?", (entry.recording_id,)).fetchone()
            if old is None:
                number = _insert(database, "session", values)
            else:
                number = int(old["id"])
                _replace(database, number, values)
            for row in set_values(entry):
                _insert(database, "session_set", {"session_id": number, **row})
            for row in rep_values(entry):
                _insert(database, "rep", {"session_id": number, **row})
        return Added(number, replaced=old is not None)

    def tell(
        self, number: int, *, created: datetime | None = None, pain: bool | None = None, note: str | None = None
    ) -> None:
        """Put down what the user says of a session; what is None stays. An empty note is none.

        Raises
        ------
        UnknownSessionError
            if there is no such session.

        """
        told = {
            "created": None if created is None else stamp(created),
            "pain": None if pain is None else int(pain),
            "note": note,
        }
        with self._writing() as database:
            _refuse_unknown(database, [number])
            for column, value in told.items():
                if value is not None:
                    sql = f"UPDATE session SET {column} = nullif(?, '') WHERE id = ?"
                    database.execute(sql, (_fit(value), number))

    def delete(self, numbers: Sequence[int]) -> None:
        """Forget sessions, all of these or none; their recordings stay.

        Raises
        ------
        UnknownSessionError
            if there is no such session.

        """
        with self._writing() as database:
            _refuse_unknown(database, numbers)
            database.executemany("DELETE FROM session WHERE id = ?", [(number,) for number in numbers])

    def _sessions(self, where: str, asked: tuple[str | int, ...] = ()) -> list[SessionRow]:
        values = tuple(map(_fit, asked))
        with self._reading() as database:
            found = database.execute(f"SELECT * FROM session {where} ORDER BY created, id", values).fetchall()
            sets: dict[int, list[SetRow]] = {}
            for row in database.execute(_SETS.format(where=where), values):
                sets.setdefault(int(row["session_id"]), []).append(set_row(row, flag_counts(row["flags"] or "")))
            return [session_row(row, sets.get(int(row["id"]), ())) for row in found]

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        with reading(self.path, migrations=self._migrations, wait_s=self._wait_s) as database:
            try:
                yield database
            except (ValueError, TypeError, LookupError) as exc:
                raise DamagedHistoryError(self.path, f"holds what makes no sense ({exc})") from exc

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return writing(self.path, migrations=self._migrations, wait_s=self._wait_s)


def _insert(database: sqlite3.Connection, table: str, values: Values) -> int:
    """The number that a session is given."""
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"
    return database.execute(sql, _fitting(values)).lastrowid or 0


def _fitting(values: Values) -> dict[str, Value]:
    return {name: _fit(value) for name, value in values.items()}


def _fit(value: Value) -> Value:
    return storable(value) if isinstance(value, str) else value


def _replace(database: sqlite3.Connection, number: int, values: Values) -> None:
    """What may have been told by hand is of the same recording, or better."""
    settings = ", ".join(f"{name} = :{name}" for name in values if name not in _TOLD)
    database.execute(f"UPDATE session SET {settings} WHERE id = :id", {**_fitting(values), "id": number})
    database.execute("DELETE FROM session_set WHERE session_id = ?", (number,))


def _refuse_unknown(database: sqlite3.Connection, numbers: Sequence[int]) -> None:
    for number in numbers:
        if database.execute("SELECT 1 FROM session WHERE id = ?", (number,)).fetchone() is None:
            raise UnknownSessionError(number)
