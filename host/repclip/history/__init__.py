"""What was done, session by session: kept in one file, ``history.sqlite``, and looked back on."""

from __future__ import annotations

from repclip.history.entry import Entry
from repclip.history.rows import RepRow, SessionRow, SetRow
from repclip.history.store import Added, History, Listing, open_history

__all__ = ["Added", "Entry", "History", "Listing", "RepRow", "SessionRow", "SetRow", "open_history"]
