"""The tables of ``history.sqlite``, and how each version of them is made from the one before.

``session``, ``session_set`` and ``rep`` have a row for each; what is unknown is NULL. Times without a unit in their
name are UTC, ISO 8601, to the second; names with one mean what they mean in ``repclip analyze --json``.

A version that was released is never changed: another follows it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["APPLICATION_ID", "MIGRATIONS", "TABLES", "Migration", "migrate", "version_of"]

APPLICATION_ID: Final = 0x72636C68  # rclh
TABLES: Final = ("session", "session_set", "rep")

Migration = Callable[[sqlite3.Connection], None]

_SESSION: Final = """
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that was deleted is never given again
    created TEXT NOT NULL,
    exercise TEXT NOT NULL,
    prescription TEXT NOT NULL,  -- JSON, as it was judged by
    recording_id TEXT NOT NULL UNIQUE,
    recording_path TEXT NOT NULL,  -- as it was when the session was last written
    duration_s REAL NOT NULL,
    sample_rate_hz REAL,
    gaps INTEGER NOT NULL,
    samples_lost INTEGER,
    sets_verdict TEXT,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),  -- nobody did it
    pain INTEGER NOT NULL DEFAULT 0 CHECK (pain IN (0, 1)),
    note TEXT,
    software TEXT NOT NULL,
    analysed_at TEXT NOT NULL
)
"""
_SET: Final = """
CREATE TABLE session_set (
    session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    side TEXT,
    load TEXT,
    cut_offs INTEGER NOT NULL,
    reps_verdict TEXT,
    adherence_on INTEGER NOT NULL,
    adherence_judged INTEGER NOT NULL,
    lift_on INTEGER NOT NULL, lift_judged INTEGER NOT NULL,
    lift_count INTEGER, lift_mean_s REAL, lift_sd_s REAL,
    hold_on INTEGER NOT NULL, hold_judged INTEGER NOT NULL,
    hold_count INTEGER, hold_mean_s REAL, hold_sd_s REAL,
    lower_on INTEGER NOT NULL, lower_judged INTEGER NOT NULL,
    lower_count INTEGER, lower_mean_s REAL, lower_sd_s REAL,
    pause_on INTEGER NOT NULL, pause_judged INTEGER NOT NULL,
    pause_count INTEGER, pause_mean_s REAL, pause_sd_s REAL,
    rom_deg_per_rep REAL,
    lower_s_per_rep REAL,
    lift_speed_loss REAL,
    time_under_tension_s REAL,
    cadence_per_min REAL,
    rest_before_s REAL,
    rest_verdict TEXT,
    PRIMARY KEY (session_id, number)
) WITHOUT ROWID
"""
_REP: Final = """
CREATE TABLE rep (
    session_id INTEGER NOT NULL,
    set_number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rep', 'partial')),
    number INTEGER NOT NULL,
    start_s REAL, top_s REAL, lower_start_s REAL, end_s REAL,
    start_sd_s REAL, top_sd_s REAL, lower_start_sd_s REAL, end_sd_s REAL,
    lift_s REAL, lift_deviation_s REAL, lift_verdict TEXT,
    hold_s REAL, hold_deviation_s REAL, hold_verdict TEXT,
    lower_s REAL, lower_deviation_s REAL, lower_verdict TEXT,
    pause_s REAL, pause_deviation_s REAL, pause_verdict TEXT,
    rom_deg REAL,
    elevation_top_deg REAL,
    rise_cm REAL,
    lift_smoothness REAL,
    lower_smoothness REAL,
    lift_peak_dps REAL,
    lower_peak_dps REAL,
    overshoot_deg REAL,
    sag_deg REAL,
    jolt_g REAL,
    flags TEXT NOT NULL,  -- a coach's, with spaces between them
    remarks TEXT NOT NULL,  -- the signal's: bridged, gap, clipped, no_hold, no_pause, uncertain
    PRIMARY KEY (session_id, set_number, kind, number),
    FOREIGN KEY (session_id, set_number) REFERENCES session_set (session_id, number) ON DELETE CASCADE
) WITHOUT ROWID
"""


def _first(database: sqlite3.Connection) -> None:
    for statement in (_SESSION, _SET, _REP, "CREATE INDEX session_by_time ON session (created)"):
        database.execute(statement)


MIGRATIONS: Final[Sequence[Migration]] = (_first,)
"""The one at place N leads from version N to N + 1; version 0 is an empty file."""


def version_of(database: sqlite3.Connection) -> int:
    """Of the tables."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Bring the tables up to date, all of it or nothing; the connection must be in no transaction.

    Another program may be doing the same: what is to be done is looked at when nobody else writes.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(database)
        for number, migration in enumerate(migrations[version:], version + 1):
            migration(database)
            database.execute(f"PRAGMA user_version = {number}")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
