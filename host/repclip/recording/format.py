"""What ``recordings/FORMAT.md`` says of ``*.repclip``, for its writer and its reader."""

from __future__ import annotations

from typing import Final

__all__ = ["ADDED", "APPLICATION_ID", "BLOCK_DTYPE", "MAGIC", "SCHEMA", "SUFFIX", "TABLES", "VERSION"]

SUFFIX: Final = ".repclip"
MAGIC: Final = b"SQLite format 3\0"
APPLICATION_ID: Final = 0x72636C70  # rclp
VERSION: Final = 1
BLOCK_DTYPE: Final = "<f8"
# What is read of each; later versions of the program may add columns, and earlier ones had none of `ADDED`.
TABLES: Final = {
    "packet": "id, arrival_ns, link, bytes",
    "link_event": "id, arrival_ns, change, text, count, signal_dbm",
    "mark": "id, arrival_ns, kind, text",
    "block": "id, arrival_ns, samples, bytes",
}
ADDED: Final = {"link_event": ("signal_dbm",)}

SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE packet (id INTEGER PRIMARY KEY, arrival_ns INTEGER NOT NULL, link INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE link_event (
    id INTEGER PRIMARY KEY, arrival_ns INTEGER NOT NULL, change TEXT NOT NULL, text TEXT NOT NULL,
    count INTEGER NOT NULL, signal_dbm INTEGER
);
CREATE TABLE mark (id INTEGER PRIMARY KEY, arrival_ns INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE block (id INTEGER PRIMARY KEY, arrival_ns INTEGER NOT NULL, samples INTEGER NOT NULL, bytes BLOB NOT NULL);
"""
