"""What Python raises over an SQLite file: SQLite's errors, and that the message of one could not be decoded.

SQLite quotes what it stumbled over, and of a damaged file that need not be text.
"""

from __future__ import annotations

import sqlite3
from typing import Final

SqliteFault = sqlite3.Error | UnicodeDecodeError

SQLITE_FAULTS: Final = (sqlite3.Error, UnicodeDecodeError)


def reason(fault: SqliteFault) -> str:
    """In words, for an error of ours."""
    return "its tables make no sense" if isinstance(fault, UnicodeDecodeError) else str(fault)
