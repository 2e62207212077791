"""The history as a file: what goes in comes out, and whatever happens nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from history_helpers import BALL, BEGIN, entry, one_set
from repclip.engine.assembly import LossReason
from repclip.engine.outputs import Gap
from repclip.errors import (
    DamagedHistoryError,
    HistoryAccessError,
    HistoryInUseError,
    NewerHistoryError,
    UnknownSessionError,
)
from repclip.history import Added, History, open_history
from repclip.history.prescribed import as_prescribed, prescription_of
from repclip.history.schema import APPLICATION_ID, MIGRATIONS
from repclip.session.exercise import builtin_exercises, find_exercise
from repclip.session.flags import Flag
from repclip.session.tempo import Tempo
from repsignal import Phase

WRITER = Path(__file__).with_name("writing_process.py")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return open_history(tmp_path / "data" / "history.sqlite")


@pytest.fixture
def connection(history: History) -> Iterator[sqlite3.Connection]:
    """To a history with one session, past the program."""
    history.add(entry())
    with closing(sqlite3.connect(history.path, isolation_level=None)) as opened:
        yield opened


def test_it_is_in_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REPCLIP_DATA", str(tmp_path))
    assert open_history().path == tmp_path / "history.sqlite"


def test_none_yet_is_no_session_and_makes_no_file(history: History) -> None:
    assert history.sessions() == []
    assert history.reps(1) == []
    assert not history.path.exists()


def test_what_goes_in_comes_out(history: History) -> None:
    given = entry(sides=("left", "right"), note="slept badly")
    now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert history.add(given, now) == Added(1, replaced=False)
    (kept,) = history.sessions()
    assert kept == history.session(1)
    assert (kept.id, kept.created, kept.exercise, kept.note, kept.pain) == (1, BEGIN, BALL, "slept badly", False)
    assert (kept.recording, kept.recording_id) == (given.recording, "id 1")
    assert (kept.duration_s, kept.sample_rate_hz, kept.gaps, kept.samples_lost) == (180.0, 99.9, 1, 99)
    assert (kept.count, kept.analysed) == (given.score.count, now)
    assert kept.adherence == given.score.adherence
    assert kept.flags == given.score.flags
    assert (kept.reps, kept.partials) == (7, 2)
    for one, score in zip(kept.sets, given.score.sets, strict=True):
        same = (
            "side",
            "load",
            "count",
            "phases",
            "drift",
            "under_tension_s",
            "cadence_per_min",
            "rest_s",
            "rest",
            "flags",
        )
        assert [getattr(one, name) for name in same] == [getattr(score, name) for name in same]
        assert (one.number, one.start_s, one.end_s) == (score.end.index, score.end.start_s, score.end.end_s)
        assert (one.reps, one.partials, one.cut_offs) == (len(score.reps), 1, 0)
        assert one.clean_reps == sum(not rep.flags for rep in score.reps)
        assert (one.adherence_on, one.adherence_judged) == (score.adherence.on, score.adherence.judged)
        assert one.rom_deg == pytest.approx(38.0)
    assert kept.sets[0].side == "left"
    assert kept.sets[0].flags[Flag.PARTIAL] == 1


def test_reps_come_out_as_they_were_scored(history: History) -> None:
    given = entry()
    history.add(given)
    kept = history.reps(1)
    scores = [(one.end.index, rep) for one in given.score.sets for rep in (*one.reps, *one.partials)]
    assert [(row.set_number, row.number, row.partial) for row in kept[:6]] == [
        (1, 1, False), (1, 2, False), (1, 3, False), (1, 4, False), (1, 1, True), (2, 1, False),
    ]  # fmt: skip
    for row, (number, score) in zip(kept, scores, strict=True):
        assert row.set_number == number
        assert (row.phases, row.flags, row.remarks) == (score.phases, score.flags, tuple(score.cycle.flags))
        for name in ("start_s", "rom_deg", "elevation_top_deg", "rise_cm"):
            assert getattr(row, name) == getattr(score.cycle, name)


def test_all_that_is_scored_is_in_the_tables(connection: sqlite3.Connection) -> None:
    columns = {row[1] for row in connection.execute("PRAGMA table_info(rep)")}
    quality = {field.name for field in fields(entry().score.sets[0].reps[0].quality)}
    times = {f"{phase}{ending}" for phase in Phase for ending in ("_s", "_deviation_s", "_verdict")}
    assert quality | times <= columns
    row = connection.execute("SELECT lift_verdict, lift_deviation_s, flags FROM rep WHERE kind = 'partial'").fetchone()
    assert row == (None, None, "partial")


def test_oldest_first_and_by_exercise(history: History) -> None:
    history.add(entry(3))
    history.add(entry(1, exercise=find_exercise("nordic-curl")))
    history.add(entry(2))
    assert [row.recording_id for row in history.sessions()] == ["id 1", "id 2", "id 3"]
    assert [row.recording_id for row in history.sessions("nordic-curl")] == ["id 1"]
    assert history.sessions("generic") == []


def test_times_are_utc(history: History, connection: sqlite3.Connection) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    number = history.add(entry(2, created=datetime(2026, 11, 3, 1, 0, 0, 999, tzinfo=there))).number
    (text,) = connection.execute("SELECT created FROM session WHERE id = ?", (number,)).fetchone()
    assert text == "2026-11-02T19:30:00+00:00"


def test_the_same_recording_replaces_its_session(history: History) -> None:
    history.add(entry(1))
    history.add(entry(2))
    history.tell(1, pain=True, note="knee", created=BEGIN + timedelta(hours=2))
    again = replace(
        entry(1, sets=(one_set(1, 5.0, 2),), note="of the recording"), recording=Path("/elsewhere/1.repclip")
    )
    assert history.add(again) == Added(1, replaced=True)
    assert len(history.sessions()) == 2
    kept = history.session(1)
    assert (len(kept.sets), kept.reps, kept.recording) == (1, 2, Path("/elsewhere/1.repclip"))
    assert (kept.pain, kept.note, kept.created) == (True, "knee", BEGIN + timedelta(hours=2)), "told by hand"
    assert len(history.reps(1)) == 3
    assert history.of_recording("id 1") == kept
    assert history.of_recording("id 7") is None


def test_pain_is_known_from_its_mark_until_it_is_taken_back(history: History) -> None:
    history.add(entry(1, pain=True))
    history.add(entry(2))
    assert [row.pain for row in history.sessions()] == [True, False]
    history.tell(1, pain=False)
    history.add(entry(1, pain=True))
    assert not history.session(1).pain, "told by hand"


def test_how_much_was_lost_is_unknown_where_a_board_started_anew(history: History) -> None:
    history.add(entry(gaps=(Gap(50.0, 51.0, None, LossReason.RESTART),)))
    assert history.session(1).samples_lost is None


def test_what_is_told_by_hand_can_be_taken_back(history: History) -> None:
    history.add(entry(note="x"))
    history.tell(1, pain=True, note="")
    history.add(entry(note="x"))
    assert (history.session(1).pain, history.session(1).note) == (True, None)
    history.tell(1, pain=False)
    assert not history.session(1).pain
    with pytest.raises(UnknownSessionError, match="no session 2"):
        history.tell(2, pain=True)


def test_deleting_takes_all_of_it_and_gives_no_number_again(history: History, connection: sqlite3.Connection) -> None:
    history.add(entry(2))
    with pytest.raises(UnknownSessionError, match="no session 3"):
        history.delete([1, 3])
    assert len(history.sessions()) == 2, "all or none"
    history.delete([2])
    for table in ("session_set", "rep"):
        assert connection.execute(f"SELECT count(*) FROM {table} WHERE session_id = 2").fetchone() == (0,)
    assert history.add(entry(2)).number == 3


def test_flags_are_counted_and_clean_reps(history: History, connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE rep SET flags = 'jerked swung' WHERE set_number = 1 AND number < 3")
    connection.execute("UPDATE rep SET flags = 'jerked' WHERE set_number = 1 AND kind = 'rep' AND number = 3")
    first, second = history.session(1).sets
    assert (first.reps, first.clean_reps, first.flags) == (4, 1, {Flag.JERKED: 4, Flag.SWUNG: 3})
    assert (second.reps, second.clean_reps) == (3, 3)


@pytest.mark.parametrize(("load", "kg"), [("2.5 kg", 2.5), ("10kg", 10.0), ("red band", None), (None, None)])
def test_a_load_may_be_a_weight(history: History, connection: sqlite3.Connection, load: str | None, kg: float) -> None:
    connection.execute("UPDATE session_set SET load = ?", (load,))
    assert [(one.load, one.load_kg) for one in history.session(1).sets] == [(load, kg)] * 2


# What was prescribed


@pytest.mark.parametrize("exercise", builtin_exercises(), ids=lambda exercise: exercise.id)
def test_a_prescription_survives_its_exercise(exercise: object) -> None:
    assert isinstance(exercise, type(find_exercise(BALL)))
    bare = replace(exercise, tempo=Tempo(), reps=None, sets=None, rest_s=1.0, rom_deg=None, elevation_max_deg=7.0)
    bare = replace(bare, off_floor=not exercise.off_floor)
    assert as_prescribed(bare, prescription_of(exercise)) == exercise


# Other versions


def test_a_later_version_adds_to_what_is_there(history: History) -> None:
    history.add(entry())
    before = history.sessions()
    seen: list[int] = []

    def second(database: sqlite3.Connection) -> None:
        seen.append(2)
        database.execute("ALTER TABLE session ADD COLUMN mood TEXT")

    def third(database: sqlite3.Connection) -> None:
        seen.append(3)
        database.execute("UPDATE session SET mood = 'good'")

    later = History(history.path, migrations=(*MIGRATIONS, second, third))
    assert later.sessions() == before
    assert later.sessions() == before
    assert seen == [2, 3], "in order, once"
    with closing(sqlite3.connect(history.path)) as opened:
        assert opened.execute("SELECT mood FROM session").fetchall() == [("good",)]
        assert opened.execute("PRAGMA user_version").fetchone() == (3,)
        assert opened.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_migration_that_fails_leaves_the_earlier_version(history: History) -> None:
    history.add(entry())
    before = history.path.read_bytes()

    def second(database: sqlite3.Connection) -> None:
        database.execute("ALTER TABLE session ADD COLUMN mood TEXT")

    def third(database: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(HistoryAccessError, match="disk I/O error"):
        History(history.path, migrations=(*MIGRATIONS, second, third)).sessions()
    assert history.path.read_bytes() == before
    assert len(history.sessions()) == 1


def test_a_newer_one_is_left_alone(history: History, connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA user_version = 7")
    before = history.path.read_bytes()
    for act in (history.sessions, lambda: history.add(entry(2))):
        with pytest.raises(NewerHistoryError, match=r"version 7, this one knows up to 1\): update repclip") as caught:
            act()
        assert (caught.value.version, caught.value.known) == (7, len(MIGRATIONS))
    assert history.path.read_bytes() == before


# Damage


def damage(path: Path) -> None:
    """All pages but the first, as by a bad disk."""
    content = bytearray(path.read_bytes())
    assert len(content) > 8192
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"no database at all" * 500),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        damage,
        lambda path: path.write_bytes(path.read_bytes().replace(b"CREATE TABLE session", b"CREATE \x80ABLE session")),
    ],
    ids=["other", "cut", "pages", "no text"],
)
def test_a_damaged_one_is_kept(history: History, spoil: Callable[[Path], object]) -> None:
    for number in range(1, 6):
        history.add(entry(number))
    spoil(history.path)
    before = history.path.read_bytes()
    for act in (history.sessions, lambda: history.add(entry(9)), lambda: history.delete([1])):
        with pytest.raises(DamagedHistoryError, match=r"Move it away, then .*repclip history add") as caught:
            act()
        assert caught.value.path == history.path
    assert history.path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE rep",
        "ALTER TABLE session RENAME COLUMN created TO made",
        "UPDATE session SET created = 'yesterday'",
        "UPDATE session SET created = '2026-11-02T18:30:00'",
        "UPDATE session_set SET rest_verdict = 'soon'",
        "UPDATE session_set SET lift_mean_s = NULL",
        "PRAGMA application_id = 1",
    ],
)
def test_what_makes_no_sense_is_damage(history: History, connection: sqlite3.Connection, change: str) -> None:
    connection.execute(change)
    with pytest.raises(DamagedHistoryError):
        history.sessions()


def test_a_flag_of_a_later_version_is_left_out(history: History, connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE rep SET flags = 'levitated dropped' WHERE kind = 'rep'")
    assert history.session(1).flags == {Flag.DROPPED: 7, Flag.PARTIAL: 2}


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    for act in (open_history(tmp_path).sessions, lambda: open_history(tmp_path).add(entry())):
        with pytest.raises(HistoryAccessError, match="is a folder"):
            act()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HistoryAccessError, match="REPCLIP_DATA"):
        open_history(tmp_path / "file" / "history.sqlite").add(entry())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere; only POSIX has modes")
def test_where_nothing_may_be_written_it_can_be_read(history: History) -> None:
    history.add(entry())
    history.path.chmod(0o444)
    history.path.parent.chmod(0o555)
    try:
        assert len(history.sessions()) == 1
        with pytest.raises(HistoryAccessError, match="may not be written to"):
            history.add(entry(2))
    finally:
        history.path.parent.chmod(0o755)


# Others


def test_another_program_that_writes_is_waited_for_but_not_for_ever(
    history: History, connection: sqlite3.Connection
) -> None:
    impatient = History(history.path, wait_s=0.0)
    connection.execute("BEGIN IMMEDIATE")
    assert len(impatient.sessions()) == 1, "reading goes on"
    with pytest.raises(HistoryInUseError, match="another program is using it"):
        impatient.add(entry(2))
    connection.execute("ROLLBACK")
    impatient.add(entry(2))
    assert len(impatient.sessions()) == 2


def writer(path: Path, *arguments: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", str(WRITER), str(path), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_two_programs_at_once_lose_nothing(history: History) -> None:
    """They begin together where there is no file yet, and write in turns as it happens."""
    running = [writer(history.path, str(first), "25") for first in (100, 200)]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    while any(one.poll() is None for one in running):
        history.sessions()
    assert [one.wait() for one in running] == [0, 0]
    for one in running:
        one.communicate()
    rows = history.sessions()
    assert sorted(row.recording_id for row in rows) == [f"id {first + n}" for first in (100, 200) for n in range(25)]
    assert len({row.id for row in rows}) == 50
    assert all(row.reps == 7 and len(history.reps(row.id)) == 9 for row in rows)


def test_a_program_that_is_killed_while_it_writes_spoils_nothing(history: History) -> None:
    history.add(entry())
    dying = writer(history.path, "0", "--die")
    dying.communicate("go\n")
    assert dying.returncode == 9
    assert Path(f"{history.path}-journal").stat().st_size > 0, "it was in the midst of it"
    assert [row.recording_id for row in history.sessions()] == ["id 1"]
    history.add(entry(2))
    assert len(history.sessions()) == 2


@pytest.mark.skipif(os.name != "posix", reason="only POSIX lets a process limit the size of its files")
def test_a_full_disk_is_told_and_what_there_is_stays(history: History) -> None:
    history.add(entry())
    before = history.path.read_bytes()
    full = writer(history.path, "2", "--full")
    _, err = full.communicate("go\n")
    assert full.returncode == 1
    assert err.startswith(f"HistoryAccessError: {history.path}: cannot be ")
    assert history.session(1).recording_id == "id 1"
    assert history.path.stat().st_size == len(before)
    history.add(entry(90))
