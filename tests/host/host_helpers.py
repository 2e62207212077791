"""What the tests of the host share and no fixture can give: types of the fixtures, CSVs as text, SQLite files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from repclip.recording.importers.csv_header import COLUMNS

HEADER = ",".join(COLUMNS)


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str
    err_lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "err_lines", self.err.splitlines())


Run = Callable[..., Said]
Write = Callable[[str | bytes], Path]
Plug = Callable[..., None]
Forbid = Callable[[str, str, str], None]


def still_rows(count: int, rate_hz: float = 100.0) -> np.ndarray:
    """(N, 7): a sensor lying still, z up, with a little noise."""
    rng = np.random.default_rng(1)
    rows = rng.normal(scale=(0.0, 0.01, 0.01, 0.01, 0.3, 0.3, 0.3), size=(count, 7))
    rows[:, 0] = np.arange(count) / rate_hz
    rows[:, 3] += 1.0
    return rows


def as_csv(rows: Iterable[Iterable[float]], header: str = HEADER) -> str:
    lines = [",".join(f"{value:.5f}" for value in row) for row in rows]
    return "\n".join([header, *lines]) + "\n"


def sql(path: Path, *statements: str) -> None:
    """Do this to a database, which is made if it is not there."""
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


@contextmanager
def most_bytes(count: int) -> Generator[None]:
    """No file may become larger: to who writes, that is a disk that is full."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
