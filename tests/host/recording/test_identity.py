"""What a recording is known by: the same wherever it goes, another for any other."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from host_helpers import Run, as_csv, sql, still_rows
from repclip.errors import RecordingAccessError, RecordingError
from repclip.recording.identity import identity_of
from repclip.recording.reader import RecordingReader
from repclip.recording.writer import RecordingWriter
from repclip.source import Channel, Packet, SampleBlock
from repsignal import ImuBlock

WHEN = datetime(2026, 11, 2, 18, 30, tzinfo=UTC)


def recorded(path: Path, text: bytes = b"x", *, with_id: bool = True) -> Path:
    with RecordingWriter(path, created=WHEN) as writer:
        for number in range(30):
            writer.write(Packet(number * 1_000_000_000, Channel.BLE_DATA, text * 3000))
    if not with_id:
        sql(path, "DELETE FROM meta WHERE key = 'id'")
    return path


def test_a_writer_gives_each_recording_an_id_of_its_own(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.repclip") as writer:
        writer.write(Packet(0, Channel.BLE_DATA, b"x"))
    assert RecordingReader(writer.path).meta()["id"] == writer.id == identity_of(writer.path)
    assert len(writer.id) == 32
    assert identity_of(recorded(tmp_path / "b.repclip")) != identity_of(recorded(tmp_path / "c.repclip"))


@pytest.mark.parametrize("with_id", [True, False], ids=["id", "before ids"])
def test_a_copy_is_the_same_recording(tmp_path: Path, with_id: bool) -> None:
    path = recorded(tmp_path / "a.repclip", with_id=with_id)
    copy = tmp_path / "deep" / "b.repclip"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    sql(copy, "INSERT INTO mark VALUES (99, 0, 'note', 'x')")
    assert identity_of(copy) == identity_of(path)


def test_before_ids_it_is_known_by_what_came(tmp_path: Path) -> None:
    one = recorded(tmp_path / "a.repclip", with_id=False)
    other = recorded(tmp_path / "b.repclip", b"y", with_id=False)
    assert identity_of(one).startswith("sha256-")
    assert identity_of(one) != identity_of(other)
    for number, first in enumerate((0.0, 1.0)):
        path = tmp_path / f"import {number}.repclip"
        rows = still_rows(100)
        with RecordingWriter(path, created=WHEN) as writer:
            writer.write(SampleBlock(0, ImuBlock(rows[:, 0], rows[:, 1:4] + first, rows[:, 4:7])))
        sql(path, "DELETE FROM meta WHERE key = 'id'")
    assert identity_of(tmp_path / "import 0.repclip") != identity_of(tmp_path / "import 1.repclip")


def test_a_csv_is_known_by_its_first_seconds(tmp_path: Path) -> None:
    rows = np.array(still_rows(3000))
    paths = [tmp_path / name for name in ("whole.csv", "growing.csv", "other.csv")]
    for path, content in zip(paths, (rows, rows[:2000], rows[1:]), strict=True):
        path.write_text(as_csv(content))
    whole, growing, other = map(identity_of, paths)
    assert whole == growing != other


def test_an_import_is_the_same_as_its_csv(repclip: Run, tmp_path: Path) -> None:
    path, made = tmp_path / "evening.csv", tmp_path / "evening.repclip"
    path.write_text(as_csv(still_rows(300)))
    os.utime(path, (WHEN.timestamp(), WHEN.timestamp()))
    assert repclip("import", path, "-o", made).code == 0
    assert identity_of(made) == identity_of(path)
    assert datetime.fromisoformat(RecordingReader(made).meta()["created"]) == WHEN


def test_what_cannot_be_read_has_none(tmp_path: Path) -> None:
    for name in ("none.csv", "none.repclip"):
        with pytest.raises(RecordingAccessError):
            identity_of(tmp_path / name)
    path = tmp_path / "bad.repclip"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(RecordingError):
        identity_of(path)
