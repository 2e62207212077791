"""Recordings: nothing lost by whatever befalls the program, and every file opened or refused in one line."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_helpers import sql
from repclip.errors import (
    DamagedError,
    FormatError,
    NewerFormatError,
    RecordingAccessError,
    RecordingWriteError,
)
from repclip.recording.format import APPLICATION_ID, VERSION
from repclip.recording.place import default_path
from repclip.recording.reader import RecordingReader, recording_state
from repclip.recording.writer import RecordingWriter
from repclip.source import Channel, Chunk, HostMark, LinkChange, LinkEvent, MarkKind, Packet, SampleBlock
from repsignal import ImuBlock

WRITE_FOREVER = """
import sys, time
from pathlib import Path
from repclip.recording.writer import RecordingWriter
from repclip.source import Channel, Packet, session_clock

clock = session_clock()
with RecordingWriter(Path(sys.argv[1])) as writer:
    number = 0
    while True:
        now = clock()
        writer.write(Packet(now, Channel.BLE_DATA, number.to_bytes(8, "little") * 20))
        print(number, now, flush=True)
        number += 1
        time.sleep(0.002)
"""


posix = pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody delete or move a file that is open")


def packets(count: int, step_ns: int = 100_000_000) -> list[Chunk]:
    return [Packet(n * step_ns, Channel.BLE_DATA, n.to_bytes(4, "little")) for n in range(count)]


def written(path: Path, chunks: Iterable[Chunk]) -> Path:
    with RecordingWriter(path) as writer:
        for chunk in chunks:
            writer.write(chunk)
    return path


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
arrivals = st.integers(0, 2**62)
chunks_of_all_kinds = st.one_of(
    st.builds(Packet, arrivals, st.sampled_from(Channel), st.binary(max_size=300)),
    st.builds(
        LinkEvent,
        arrivals,
        st.sampled_from(LinkChange),
        texts,
        st.integers(0, 1000),
        st.none() | st.integers(-127, 20),
    ),
    st.builds(HostMark, arrivals, st.sampled_from(MarkKind), texts),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(chunks_of_all_kinds, min_size=1, max_size=40))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, chunks: list[Chunk]) -> None:
    path = tmp_path_factory.mktemp("recording") / "a.repclip"
    reader = RecordingReader(written(path, [*packets(1), *chunks]))
    assert list(reader.chunks()) == [*packets(1), *chunks]
    assert reader.notes == []
    assert [one.name for one in path.parent.iterdir()] == ["a.repclip"], "one plain file"


def test_blocks_are_kept_to_the_bit(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(50, 7))
    block = ImuBlock(values[:, 0].copy(), values[:, 1:4].copy(), values[:, 4:].copy())
    (back,) = RecordingReader(written(tmp_path / "a.repclip", [SampleBlock(5, block)])).chunks()
    assert isinstance(back, SampleBlock)
    for mine, its in ((back.block.time_s, block.time_s), (back.block.acc, block.acc), (back.block.gyr, block.gyr)):
        np.testing.assert_array_equal(mine, its)


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.repclip"
    path.write_text("mine")
    with pytest.raises(RecordingWriteError, match="exists already"), RecordingWriter(path):
        pass
    assert path.read_text() == "mine"


def test_half_a_letter_costs_no_recording(tmp_path: Path) -> None:
    """As of a file name, or of a command line, in another encoding than UTF-8."""
    half = b"Gr\xfc\xdfe".decode("utf-8", "surrogateescape")
    path = tmp_path / "a.repclip"
    told = [LinkEvent(1, LinkChange.CONNECTED, half), HostMark(2, MarkKind.NOTE, half), HostMark(3, MarkKind.PAIN)]
    with RecordingWriter(path, {"imported_from": half}) as writer:
        writer.describe("later", half)
        for chunk in told:
            writer.write(chunk)
    reader = RecordingReader(path)
    assert (reader.meta()["imported_from"], reader.meta()["later"]) == ("Gr\ufffd\ufffde", "Gr\ufffd\ufffde")
    link, note, pain = reader.chunks()
    assert (link.text, note.text, pain) == ("Gr\ufffd\ufffde", "Gr\ufffd\ufffde", told[-1])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingWriteError, match="is a folder"), RecordingWriter(tmp_path):
        pass


def test_a_recording_of_nothing_leaves_no_file(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "deep" / "a.repclip"):
        assert (tmp_path / "deep" / "a.repclip").exists()
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_recording_of_links_and_what_was_told_beforehand_leaves_no_file(tmp_path: Path) -> None:
    told = [HostMark(0, kind, "as it was told") for kind in (MarkKind.SIDE, MarkKind.LOAD, MarkKind.NOTE)]
    with RecordingWriter(tmp_path / "a.repclip") as writer:
        for chunk in (*told, LinkEvent(1, LinkChange.CONNECTED, "it"), LinkEvent(2, LinkChange.LOST, "gone")):
            writer.write(chunk)
        writer.commit()
    assert writer.is_empty
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("chunk", [Packet(5, Channel.SERIAL, b"x"), HostMark(5, MarkKind.PAIN)])
def test_a_byte_or_pain_is_a_recording(tmp_path: Path, chunk: Chunk) -> None:
    event = LinkEvent(1, LinkChange.CONNECTED, "it")
    assert list(RecordingReader(written(tmp_path / "a.repclip", [event, chunk])).chunks()) == [event, chunk]


def test_default_names_do_not_collide(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 5, 6, 7)  # noqa: DTZ001 - local time is meant
    first = default_path(now, tmp_path)
    assert first == tmp_path / "2026" / "2026-03-04 05.06.07.repclip"
    written(first, packets(1))
    assert default_path(now, tmp_path).name == "2026-03-04 05.06.07 (2).repclip"


def test_it_is_readable_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.repclip"
    with RecordingWriter(path) as writer:
        for chunk in packets(25):
            writer.write(chunk)
        reader = RecordingReader(path)
        assert list(reader.chunks()) == packets(21), "committed when the second second began, and the third"
        assert recording_state(path, reader.meta()) == "being written"
        writer.commit()
        assert len(list(RecordingReader(path).chunks())) == 25
    assert recording_state(path, RecordingReader(path).meta()) == "complete"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Ten times, at random: at most a second is missing, and what is there is whole."""
    wait = random.Random(1)
    moments = {tmp_path / f"{turn}.repclip": wait.uniform(0.05, 1.6) for turn in range(10)}
    with ThreadPoolExecutor(4) as pool:
        all_told = list(pool.map(_told_until_killed, moments, moments.values()))
    for path, told in zip(moments, all_told, strict=True):
        read = list(RecordingReader(path).chunks())
        for number, chunk in enumerate(read):
            assert isinstance(chunk, Packet)
            assert chunk.data == number.to_bytes(8, "little") * 20
        newest_ns = told[-1][1] if told else 0
        kept_ns = read[-1].arrival_ns if read else 0
        assert newest_ns - kept_ns < 1_050_000_000
        assert recording_state(path, RecordingReader(path).meta()) != "complete"


def _told_until_killed(path: Path, after_s: float) -> list[tuple[int, ...]]:
    """What a process said while it wrote: so many chunks, and when the newest came."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOREVER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    lines = process.communicate()[0].splitlines()
    return [tuple(map(int, line.split())) for line in lines if len(line.split()) == 2]


def test_a_full_disk(tmp_path: Path) -> None:
    """SQLite itself is told that there is no room: the error is said once, and what was committed is read."""
    path = tmp_path / "a.repclip"
    writer = RecordingWriter(path).__enter__()
    database = writer._database
    assert database is not None
    database.execute("PRAGMA max_page_count = 40")

    def fill() -> None:
        for n in range(10_000):
            writer.write(Packet(n * 100_000_000, Channel.SERIAL, bytes(200)))

    with pytest.raises(RecordingWriteError, match="disk is full"):
        fill()
    writer.write(Packet(0, Channel.SERIAL, b"no more"))  # counting goes on, and is not told again
    writer.close()
    kept = list(RecordingReader(path).chunks())
    assert len(kept) > 100
    assert kept == [Packet(n * 100_000_000, Channel.SERIAL, bytes(200)) for n in range(len(kept))]


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_IOERR"])
def test_what_came_before_is_told_to_be_safe_only_where_it_is(tmp_path: Path, name: str) -> None:
    with RecordingWriter(tmp_path / "a.repclip") as writer:
        fault = sqlite3.OperationalError("it cannot be done")
        fault.sqlite_errorcode = getattr(sqlite3, name)
        assert "safe" not in str(writer._failed(fault))
        writer.write(packets(1)[0])
        assert "safe" not in str(writer._failed(fault)), "it came, and waits"
        writer.commit()
        assert str(writer._failed(fault)).endswith("; what came before is safe")


@pytest.mark.parametrize("name", ["SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE", "SQLITE_CANTOPEN"])
@pytest.mark.parametrize(("free", "full"), [(4096, True), (10**9, False), (None, False)])
def test_a_full_disk_that_sqlite_calls_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, free: int | None, full: bool
) -> None:
    def usage(_: Path) -> SimpleNamespace:
        if free is None:
            raise OSError
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = getattr(sqlite3, name)
    said = str(RecordingWriter(tmp_path / "a.repclip")._failed(fault))
    assert ("the disk is full; make room" in said, "disk I/O error" in said) == (full, not full)


def test_a_disk_that_is_full_at_the_first_commit(tmp_path: Path) -> None:
    path = tmp_path / "a.repclip"
    writer = RecordingWriter(path).__enter__()
    database = writer._database
    assert database is not None
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    writer.write(Packet(0, Channel.SERIAL, bytes(20_000)))
    with pytest.raises(RecordingWriteError) as caught:
        writer.commit()
    assert str(caught.value) == f"{path}: the disk is full; make room"
    assert list(RecordingReader(path).chunks()) == []


# Deleted or moved while it is written


@posix
def test_deleted_while_it_is_written(tmp_path: Path) -> None:
    path, chunks = tmp_path / "a.repclip", packets(45)
    with RecordingWriter(path, {"exercise": "generic"}) as writer:
        for chunk in chunks[:25]:
            writer.write(chunk)
        assert writer.commit() is None
        path.unlink()
        for chunk in chunks[25:35]:
            writer.write(chunk)
        assert writer.commit() == tmp_path / "a (2).repclip", "where it goes on"
        assert writer.commit() is None, "told once"
        reader = RecordingReader(writer.path)
        assert list(reader.chunks()) == chunks[:35]
        assert reader.meta()["exercise"] == "generic"
        for chunk in chunks[35:]:
            writer.write(chunk)
    assert list(RecordingReader(writer.path).chunks()) == chunks
    assert [one.name for one in tmp_path.iterdir()] == ["a (2).repclip"], "one plain file"


@posix
def test_moved_while_it_is_written(tmp_path: Path) -> None:
    path, chunks = tmp_path / "a.repclip", packets(45)
    with RecordingWriter(path) as writer:
        for chunk in chunks[:25]:
            writer.write(chunk)
        writer.commit()
        path.rename(tmp_path / "mine.repclip")
        for chunk in chunks[25:]:
            writer.write(chunk)
        assert writer.commit() == tmp_path / "a (2).repclip"
    assert list(RecordingReader(writer.path).chunks()) == chunks
    kept = list(RecordingReader(tmp_path / "mine.repclip").chunks())
    assert kept == chunks[: len(kept)]
    assert len(kept) >= 41, "with all that was committed"
    assert {one.name for one in tmp_path.iterdir()} == {"a (2).repclip", "mine.repclip"}


@posix
def test_replaced_while_it_is_written(tmp_path: Path) -> None:
    path, chunks = tmp_path / "a.repclip", packets(25)
    other = tmp_path / "other"
    other.write_text("mine")
    with RecordingWriter(path) as writer:
        for chunk in chunks:
            writer.write(chunk)
        other.replace(path)
    assert writer.path == tmp_path / "a (2).repclip"
    assert list(RecordingReader(writer.path).chunks()) == chunks
    assert path.read_text() == "mine"


@posix
def test_its_folder_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    writer = RecordingWriter(folder / "a.repclip").__enter__()
    for chunk in packets(25):
        writer.write(chunk)
    shutil.rmtree(folder)
    with pytest.raises(RecordingWriteError, match="was deleted or moved away, and cannot be begun anew"):
        writer.commit()
    assert writer.commit() is None, "told once"
    writer.close()


# Files that are not as they should be


def test_a_newer_version(tmp_path: Path) -> None:
    path = written(tmp_path / "a.repclip", packets(3))
    sql(path, f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(NewerFormatError, match="update repclip"):
        list(RecordingReader(path).chunks())


def test_what_a_later_program_added_is_ignored(tmp_path: Path) -> None:
    path = written(tmp_path / "a.repclip", packets(3))
    sql(
        path,
        "CREATE TABLE weather (rain)",
        "ALTER TABLE packet ADD COLUMN colour TEXT",
        "INSERT INTO packet VALUES (100, 5, 77, x'00', 'red')",
    )
    reader = RecordingReader(path)
    assert list(reader.chunks()) == packets(3)
    assert reader.notes == ["Some entries make no sense to this version of repclip; they are left out."]


def test_what_an_earlier_program_did_not_have_is_unknown(tmp_path: Path) -> None:
    event = LinkEvent(5, LinkChange.CONNECTED, "repclip-7F3A", signal_dbm=-61)
    path = written(tmp_path / "a.repclip", [event, *packets(3)])
    sql(path, "ALTER TABLE link_event DROP COLUMN signal_dbm")
    reader = RecordingReader(path)
    assert list(reader.chunks()) == [replace(event, signal_dbm=None), *packets(3)]
    assert reader.notes == []


@pytest.mark.parametrize(
    "content",
    [b"", b"SQLite format 3\0" + bytes(100), b"SQLite format 3\0", random.Random(2).randbytes(5000)],
    ids=["empty", "zeros", "cut", "noise"],
)
def test_not_a_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.repclip"
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        list(RecordingReader(path).chunks())


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "a.repclip"
    sql(path, "CREATE TABLE packet (id)")
    with pytest.raises(FormatError, match="no recording"):
        list(RecordingReader(path).chunks())
    sql(path, f"PRAGMA application_id = {APPLICATION_ID}")
    with pytest.raises(DamagedError, match="table"):
        list(RecordingReader(path).chunks())


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(RecordingAccessError, match="no such file"):
        RecordingReader(tmp_path / "a.repclip").meta()
    with pytest.raises(RecordingAccessError, match="folder"):
        RecordingReader(tmp_path).meta()


@pytest.mark.parametrize("number", ["NULL", "'a'", "1.5"])
def test_an_id_that_is_no_number(tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.repclip"
    with RecordingWriter(path) as writer:
        writer.write(packets(1)[0])
    sql(path, "DROP TABLE packet")
    sql(path, "CREATE TABLE packet (id, arrival_ns, link, bytes)")
    sql(path, f"INSERT INTO packet VALUES ({number}, 0, 1, x'00')")
    with pytest.raises(DamagedError, match="an id in table packet is no number"):
        list(RecordingReader(path).chunks())


def test_damage_in_the_middle_costs_what_follows(tmp_path: Path) -> None:
    chunks = [Packet(n, Channel.SERIAL, random.Random(n).randbytes(200)) for n in range(2000)]
    path = written(tmp_path / "a.repclip", chunks)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)
    reader = RecordingReader(path)
    kept = list(reader.chunks())
    assert 500 < len(kept) < 1500
    assert kept == chunks[: len(kept)]
    assert "damaged" in reader.notes[0]


def test_a_damaged_letter_costs_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.repclip"
    chunks = [HostMark(1, MarkKind.NOTE, "tired"), *packets(3)]
    with RecordingWriter(path, {"exercise": "lying-leg-curl"}) as writer:
        for chunk in chunks:
            writer.write(chunk)
    data = path.read_bytes()
    for text in (b"lying-leg-curl", b"tired"):
        assert data.count(text) == 1
        data = data.replace(text, text[:-1] + b"\xff")
    path.write_bytes(data)
    assert RecordingReader(path).meta()["exercise"] == "lying-leg-cur\ufffd"
    assert list(RecordingReader(path).chunks()) == [HostMark(1, MarkKind.NOTE, "tire\ufffd"), *packets(3)]


def test_damage_that_sqlite_quotes_and_that_is_no_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.repclip", packets(3))
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE packet", b"CREATE \x80ABLE packet"))
    with pytest.raises(DamagedError, match=r"is damaged and cannot be read \(its tables make no sense\)"):
        RecordingReader(path).meta()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_damage_is_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = written(tmp_path_factory.mktemp("recording") / "a.repclip", packets(60))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    path.write_bytes(content)
    reader = RecordingReader(path)
    with suppress(DamagedError, FormatError, NewerFormatError):
        reader.meta()
        list(reader.chunks())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere; only POSIX has modes")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with RecordingWriter(tmp_path / "a.repclip") as writer:
        for chunk in packets(25):
            writer.write(chunk)
        for one in tmp_path.glob("a.repclip*"):
            shutil.copy(one, folder)
    (folder / "a.repclip-shm").unlink()
    folder.chmod(0o555)
    try:
        assert list(RecordingReader(folder / "a.repclip").chunks()) == packets(21)
    finally:
        folder.chmod(0o755)


def test_a_wal_left_behind_is_read(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    with RecordingWriter(tmp_path / "a.repclip") as writer:
        for chunk in packets(25):
            writer.write(chunk)
        for one in tmp_path.glob("a.repclip*"):
            shutil.copy(one, copies)
    assert list(RecordingReader(copies / "a.repclip").chunks()) == packets(21)
    (copies / "a.repclip-wal").unlink()
    assert list(RecordingReader(copies / "a.repclip").chunks()) == [], "without its WAL it is empty, not damaged"
