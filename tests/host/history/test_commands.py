"""``repclip history`` and ``repclip progress``."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import typer
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from history_helpers import BALL, BEGIN, entry, one_set
from host_helpers import Run, as_csv, sql, still_rows
from repclip import bundled
from repclip.cli import history as command
from repclip.cli import progress
from repclip.history import History, open_history
from repclip.recording.place import recordings_folder
from repclip.recording.writer import RecordingWriter
from repclip.report.history import local_time
from repclip.session.exercise import find_exercise
from repclip.source import HostMark, MarkKind, SampleBlock
from repsignal import ImuBlock


@pytest.fixture
def history(repclip: Run) -> History:
    """Where the command line looks."""
    return open_history()


@pytest.fixture
def filled(history: History) -> History:
    """Three sessions, of 2, 3 and 5 November."""
    history.add(entry(1, sides=("left", "right")))
    history.add(entry(2, exercise=find_exercise("nordic-curl"), note="slept badly", pain=True))
    history.add(entry(4, sets=(one_set(1, 5.0, 4, lower_s=2.5),)))
    return history


@pytest.fixture
def recording(repclip: Run, set_csv: Path, tmp_path: Path) -> Path:
    """The set as a recording of ours, without an exercise."""
    path = tmp_path / "set.repclip"
    assert repclip("import", set_csv, "-o", path).code == 0
    return path


# Looking


def test_an_empty_one_says_what_to_do(repclip: Run, history: History) -> None:
    said = repclip("history")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == "There is no session in the history yet."
    assert "repclip history add FILE" in said.out
    assert json.loads(repclip("history", "--json").out) == {"schema": "repclip.history/1", "sessions": []}
    assert not history.path.exists()


def test_the_newest_come_first(repclip: Run, filled: History) -> None:
    said = repclip("history")
    assert (said.code, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines() if local_time(BEGIN)[:8] in line]
    assert [line[0] for line in lines] == ["3", "2", "1"]
    assert " ".join(lines[2]) == f"1 {local_time(BEGIN)} 4 + 3 100 % 38° {BALL}"
    assert " ".join(lines[0][3:]) == f"1 × 4 67 % 38° {BALL}"
    assert "pain, 2 partial" in said.out
    assert "4 lowered too fast, 1 partial" in " ".join(said.out.split())
    assert repclip("history", "list").out == said.out


def test_lists_are_cut_and_chosen_from(repclip: Run, filled: History) -> None:
    said = repclip("history", "--limit", "1")
    assert "nordic-curl" not in said.out
    assert said.out.splitlines()[-1] == "And 2 sessions before these; --limit 3 lists all."
    only = repclip("history", "list", "--exercise", "nordic-curl", "--json")
    assert [one["number"] for one in json.loads(only.out)["sessions"]] == [2]
    assert "no session of generic" in repclip("history", "-e", "generic").out
    misspelt = repclip("history", "-e", "nordic-kurl")
    assert (misspelt.code, len(misspelt.err_lines)) == (2, 1)
    assert "did you mean nordic-curl?" in misspelt.err
    before = repclip("history", "--json", "show", "1")
    assert (before.code, len(before.err_lines)) == (2, 1)


def schema() -> Draft202012Validator:
    both = [json.loads(files("repclip.report").joinpath(f"{name}.schema.json").read_text("utf-8"))
            for name in ("history", "analysis")]  # fmt: skip
    Draft202012Validator.check_schema(both[0])
    registry = Registry().with_resource("analysis.schema.json", Resource.from_contents(both[1]))
    return Draft202012Validator(both[0], registry=registry)


def test_json_is_as_its_schema_says(repclip: Run, filled: History) -> None:
    listed = json.loads(repclip("history", "list", "--json").out)
    schema().validate(listed)
    assert [one["number"] for one in listed["sessions"]] == [3, 2, 1]
    shown = json.loads(repclip("history", "show", "1", "--json").out)
    schema().validate(shown)
    (one,) = shown["sessions"]
    assert one["summary"] == {"reps": 7, "partials": 2, "sets": 2}
    assert (one["created"], one["exercise"]) == (BEGIN.isoformat(), BALL)
    assert one["recording"] == {"id": "id 1", "path": "/recordings/1.repclip"}
    assert [len(each["reps"]) for each in one["sets"]] == [4, 3]
    assert one["sets"][0]["reps"][1]["flags"] == ["bridged"]
    assert one["sets"][0]["partials"][0]["flags"] == ["partial"]
    assert one["prescription"]["lift"] == {"min_s": 1.0, "max_s": 1.0, "optional": False}
    assert "reps" not in listed["sessions"][0]["sets"][0]


def test_json_that_is_not_as_the_schema_says_is_refused(repclip: Run, filled: History) -> None:
    shown = json.loads(repclip("history", "show", "1", "--json").out)
    shown["sessions"][0]["sets"][0]["adherence"]["share"] = "all"
    assert not schema().is_valid(shown)


def test_one_is_shown_whole(repclip: Run, filled: History) -> None:
    said = repclip("history", "show", "2")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith("Session 2: Nordic curl")
    assert "missing: add it from where it is now" in " ".join(said.out.split())
    assert "99 samples lost in 1 gap" in said.out
    assert "slept badly" in said.out
    assert "Pain was reported. Stop here" in said.out
    assert [line.split(":")[0] for line in lines if line.startswith("Set")] == ["Set 1", "Set 2"]
    rows = [line.split() for line in lines if line.split()[:1] in (["1"], ["2"]) and "°" in line]
    assert [row[1] for row in rows] == ["1", "2", "3", "4", "p1", "1", "2", "3", "p1"]
    assert rows[1][-1] == "bridged"


def test_one_that_is_not_there(repclip: Run, filled: History) -> None:
    for name in ("show", "delete", "edit", "reanalyse"):
        more = {"delete": ["--yes"], "edit": ["--pain"]}.get(name, [])
        said = repclip("history", name, "9", *more)
        assert (said.code, said.err) == (
            2,
            "repclip: there is no session 9 in the history; 'repclip history' lists them\n",
        )


NARROW = (30, 36, 40, 44, 48, 50, 56, 60, 66, 70, 80)


def left_out(said: str) -> list[str]:
    """The columns that it names so, of the first table in it."""
    told = " ".join(said.split()).partition("left out: ")[2].partition(".")[0]
    return [name for name in told.split(", ") if name]


@pytest.mark.parametrize("width", NARROW)
def test_a_narrow_list_breaks_no_time_and_no_id(
    repclip: Run, filled: History, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = repclip("history").out
    assert max(map(len, said.splitlines())) <= width
    assert [said.count(text) for text in (BALL, "nordic-curl")] == [2, 1]
    for one in filled.sessions():
        assert local_time(one.created) in said
    head = " ".join(said.partition("─")[0].split())
    shown = [name for name in ("range", "on", "sets") if name in head.split()]
    assert len(shown) + len(left_out(said)) == 3
    assert left_out(said) == ["range", "on tempo", "sets × reps"][: 3 - len(shown)]
    assert said.count("100 %") == ("on" in shown)
    assert said.count("4 + 3") == 2 * ("sets" in shown)
    assert "4 lowered too fast" in " ".join(said.split()), "it is broken between words"


@pytest.mark.parametrize("width", NARROW)
def test_a_narrow_table_of_reps_breaks_no_number(
    repclip: Run, filled: History, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = repclip("history", "show", "3").out
    table = said[said.index("set ") :] if "\nset " in said else said[said.index("rep ") :]
    assert max(map(len, table.splitlines())) <= width
    head = table.partition("─")[0].split()
    names = ["range", "pause", "lower", "hold"]
    assert left_out(said) == [name for name in names if name not in head]
    rows = [line for line in table.splitlines() if line.startswith("  1 ")]
    assert len(rows) == 5
    assert all(row.count("1.0 on") == 1 for row in rows[:4])
    assert sum(row.count("2.5 short") for row in rows) == 4 * ("lower" in head)


# Adding


def test_a_recording_is_added_once(repclip: Run, history: History, recording: Path) -> None:
    said = repclip("history", "add", recording, "--exercise", BALL)
    assert (said.code, said.err) == (0, "")
    (row,) = history.sessions()
    assert row.reps > 5
    assert said.out == f"Session 1 of {local_time(row.created)}: {BALL}, 1 × {row.reps}.\n"
    moved = recording.rename(recording.with_name("moved.repclip"))
    again = repclip("history", "add", moved)
    assert "It was there before, and is replaced." in again.out
    (after,) = history.sessions()
    assert (after.id, after.exercise, after.recording) == (1, BALL, moved), "its exercise is known from before"
    assert after.sets == row.sets
    assert history.reps(1)


def test_a_csv_and_its_import_are_one_session(repclip: Run, history: History, recording: Path, set_csv: Path) -> None:
    said = repclip("history", "add", set_csv)
    assert said.out.rstrip().endswith("The time is when the file was last changed.")
    repclip("history", "add", recording)
    (row,) = history.sessions()
    changed = datetime.fromtimestamp(set_csv.stat().st_mtime, UTC)
    assert (row.recording, row.created) == (recording, changed.replace(microsecond=0))


def test_the_prescription_may_be_another(repclip: Run, history: History, recording: Path) -> None:
    repclip("history", "add", recording, "-e", BALL, "--tempo", "4-0-1-3", "--reps", "8-9", "--rest", "45")
    said = " ".join(repclip("history", "show", "1").out.split())
    assert "lift 1 s, hold 3 s, lower 4 s, pause 0 s; 8–9 reps" in said
    assert "rest 45 s" in said
    repclip("history", "add", recording, "--reps", "5")
    said = " ".join(repclip("history", "show", "1").out.split())
    assert "lower 4 s, pause 0 s; 5 reps" in said, "the rest as it was"
    wrong = repclip("history", "add", recording, "--tempo", "fast")
    assert (wrong.code, len(wrong.err_lines)) == (2, 1)


def test_what_fails_does_not_stop_the_others(repclip: Run, history: History, recording: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.repclip"
    broken.write_bytes(recording.read_bytes()[:3000])
    said = repclip("history", "add", broken, tmp_path / "none.csv", recording)
    assert (said.code, len(said.err_lines)) == (1, 2)
    assert "broken.repclip" in said.err_lines[0]
    assert said.err_lines[1].endswith("none.csv: there is no such file; check the name and the folder")
    assert [row.recording for row in history.sessions()] == [recording]
    one = repclip("history", "add", tmp_path / "none.csv")
    assert (one.code, one.out, len(one.err_lines)) == (1, "", 1)


def test_a_folder_is_all_recordings_in_it(repclip: Run, history: History, recording: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many" / "2026"
    folder.mkdir(parents=True)
    recording.rename(folder / "a.repclip")
    (folder / "notes.txt").write_text("none")
    assert repclip("history", "add", tmp_path / "many").code == 0
    assert [row.recording.name for row in history.sessions()] == ["a.repclip"]
    (tmp_path / "empty").mkdir()
    said = repclip("history", "add", tmp_path / "empty")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "there is no *.repclip in this folder" in said.err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a file name be no Unicode")
def test_names_and_notes_that_are_no_utf8(repclip: Run, history: History, set_csv: Path, tmp_path: Path) -> None:
    half = b"Gr\xfc\xdfe".decode("utf-8", "surrogateescape")
    named = shutil.copy(set_csv, tmp_path / f"{half}.csv")
    assert repclip("import", named, "-o", tmp_path / "made.repclip").code == 0
    assert repclip("history", "add", named).code == 0
    assert repclip("history", "edit", 1, "--note", half).code == 0
    assert repclip("history", "list", "-e", half).code == 2, "misspelt"
    (row,) = history.sessions()
    assert (row.recording.name, row.note) == ("Gr\ufffd\ufffde.csv", "Gr\ufffd\ufffde")


def test_without_a_rep_there_is_no_session(repclip: Run, history: History, tmp_path: Path) -> None:
    path = tmp_path / "still.csv"
    path.write_text(as_csv(still_rows(500)))
    said = repclip("history", "add", path)
    assert said.code == 0
    assert "there is no rep in it, so it is no session" in said.out
    assert history.sessions() == []


def test_pain_without_a_rep_is_a_session(repclip: Run, history: History, tmp_path: Path) -> None:
    rows = still_rows(500)
    path = tmp_path / "a.repclip"
    with RecordingWriter(path) as writer:
        writer.write(SampleBlock(0, ImuBlock(rows[:, 0], rows[:, 1:4] * 9.8, rows[:, 4:7])))
        writer.write(HostMark(1, MarkKind.PAIN))
    assert repclip("history", "add", path).code == 0
    (row,) = history.sessions()
    assert (row.pain, row.reps) == (True, 0)
    assert "0  " in repclip("history").out
    assert repclip("history", "show", "1").code == 0
    assert repclip("progress").code == 0


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes in a folder")
def test_what_cannot_be_read_again_is_refused(repclip: Run, history: History, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = repclip("history", "add", tmp_path / "pipe")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "is no file" in said.err


# Changing


def test_what_the_user_knows(repclip: Run, filled: History) -> None:
    said = repclip("history", "edit", "1", "--pain", "--note", "left knee", "--when", "2026-10-01T07:00:00+02:00")
    assert (said.code, said.err) == (0, "")
    assert "see a doctor" in said.out
    row = filled.session(1)
    assert (row.pain, row.note, row.created) == (True, "left knee", datetime(2026, 10, 1, 5, tzinfo=UTC))
    said = repclip("history", "edit", "1", "--no-pain", "--note", "")
    assert "doctor" not in said.out
    assert (filled.session(1).pain, filled.session(1).note) == (False, None)
    local = datetime(2026, 10, 1, 7).astimezone()
    repclip("history", "edit", "1", "--when", "2026-10-01 07:00")
    assert filled.session(1).created == local


@pytest.mark.parametrize("options", [[], ["--when", "yesterday"], ["--when", "2026-13-01"]])
def test_edits_that_say_nothing_are_usage(repclip: Run, filled: History, options: list[str]) -> None:
    said = repclip("history", "edit", "1", *options)
    assert (said.code, len(said.err_lines)) == (2, 1)


def test_deleting_asks(repclip: Run, history: History, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repclip("history", "add", recording)
    unasked = repclip("history", "delete", "1")
    assert (unasked.code, len(unasked.err_lines)) == (2, 1)
    assert "--yes" in unasked.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter([False, True])
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: next(answers))
    refused = repclip("history", "delete", "1")
    assert refused.out.splitlines()[-1] == "Nothing was deleted."
    assert len(history.sessions()) == 1
    said = repclip("history", "delete", "1", "1")
    assert said.out.splitlines()[-1] == f"Deleted session 1; its recording is {recording}"
    assert history.sessions() == []
    assert recording.exists()


def test_all_or_none_are_deleted(repclip: Run, filled: History) -> None:
    assert repclip("history", "delete", "1", "9", "--yes").code == 2
    assert len(filled.sessions()) == 3
    assert repclip("history", "delete", "1", "3", "--yes").code == 0
    assert [row.id for row in filled.sessions()] == [2]


# Analysing anew


def test_all_are_analysed_anew(repclip: Run, history: History, recording: Path) -> None:
    repclip("history", "add", recording, "-e", BALL)
    before = history.session(1)
    sql(history.path, "DELETE FROM rep WHERE number > 2", "UPDATE session SET software = '0.0'")
    said = repclip("history", "reanalyse")
    assert (said.code, said.err) == (0, "")
    first, last = said.out.splitlines()
    assert "; it was 2 reps, 0 partial reps, " in first
    assert last == "1 session analysed anew."
    after = history.session(1)
    assert replace(after, analysed=before.analysed) == before
    assert repclip("history", "reanalyse", "1").out == "1 session analysed anew.\n", "nothing changed"


def test_a_moved_recording_is_found_and_a_missing_one_named(
    repclip: Run, history: History, recording: Path, filled: History
) -> None:
    repclip("history", "add", recording)
    target = recordings_folder() / "2026" / "other name.repclip"
    target.parent.mkdir(parents=True)
    shutil.move(recording, target)
    assert "othername.repclip(itwasmoved)" in "".join(repclip("history", "show", "4").out.split()), "it is folded"
    rows = {row.id: row for row in history.sessions()}
    said = repclip("history", "reanalyse")
    assert (said.code, said.out) == (1, "1 session analysed anew.\n")
    assert [line.split(": ")[1] for line in said.err_lines] == [f"/recordings/{number}.repclip" for number in (1, 2, 4)]
    assert "is missing, so session 1 stays as it is" in said.err
    after = {row.id: row for row in history.sessions()}
    assert after[4].recording == target
    assert all(after[number] == rows[number] for number in (1, 2, 3))


def test_another_recording_in_its_place_is_not_taken_for_it(
    repclip: Run, history: History, recording: Path, session_csv: Path
) -> None:
    repclip("history", "add", recording)
    recording.unlink()
    assert repclip("import", session_csv, "-o", recording).code == 0
    before = history.session(1)
    said = repclip("history", "reanalyse")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert history.session(1) == before


def test_a_broken_recording_is_named_and_its_session_stays(repclip: Run, history: History, recording: Path) -> None:
    repclip("history", "add", recording)
    before = history.session(1)
    recording.write_bytes(recording.read_bytes()[:3000])
    said = repclip("history", "reanalyse")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "is damaged" in said.err
    assert history.session(1) == before


@pytest.fixture
def session_csv(tmp_path: Path) -> Path:
    path = tmp_path / "other.csv"
    path.write_text(as_csv(still_rows(400)))
    return path


def test_an_exercise_that_is_gone_is_judged_as_it_was(repclip: Run, history: History, recording: Path) -> None:
    repclip("history", "add", recording, "-e", BALL)
    before = history.session(1)
    sql(history.path, "UPDATE session SET exercise = 'my-own'")
    assert repclip("history", "reanalyse").code == 0
    after = history.session(1)
    assert (after.exercise, after.prescription) == ("my-own", before.prescription)
    assert after.adherence == before.adherence


# Taking it elsewhere


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_line_a_rep(repclip: Run, filled: History) -> None:
    said = repclip("history", "export")
    assert (said.code, said.err) == (0, "")
    rows = rows_of(said.out)
    assert len(rows) == 9 + 9 + 5
    first = rows[0]
    assert (first["session"], first["created"], first["exercise"]) == ("1", BEGIN.isoformat(), BALL)
    assert (first["side"], first["set_number"], first["kind"], first["number"]) == ("left", "1", "rep", "1")
    assert (first["lift_s"], first["lift_verdict"], first["lower_deviation_s"]) == ("1", "on", "0")
    assert (first["load"], first["jolt_g"]) == ("", "0")
    assert rows[4]["flags"] == "partial"
    assert rows[4]["lift_verdict"] == ""


def test_csv_may_have_a_line_a_set(repclip: Run, filled: History, tmp_path: Path) -> None:
    path = tmp_path / "sets.csv"
    said = repclip("history", "export", "--sets", "-o", path)
    assert (said.code, said.out) == (0, f"5 sets; the file is {path}\n")
    rows = rows_of(path.read_text())
    assert [(row["session"], row["number"]) for row in rows] == [
        ("1", "1"),
        ("1", "2"),
        ("2", "1"),
        ("2", "2"),
        ("3", "1"),
    ]
    assert (rows[0]["adherence_on"], rows[0]["lift_mean_s"]) == ("12", "1")
    refused = repclip("history", "export", "-o", path)
    assert (refused.code, len(refused.err_lines)) == (1, 1)
    assert rows_of(path.read_text()) == rows
    assert repclip("history", "export", "-o", path, "--force").code == 0


def test_csv_of_nothing_is_a_header(repclip: Run, history: History) -> None:
    assert repclip("history", "export").out.startswith("session,created,exercise,side,load,set_number,kind,")
    assert not history.path.exists()


# What may be wrong with it

ALL = (
    ("list",), ("show", "1"), ("add", "FILE"), ("edit", "1", "--pain"), ("delete", "1", "--yes"), ("reanalyse",),
    ("export",),
)  # fmt: skip


@pytest.mark.parametrize("arguments", [*ALL, ("PROGRESS",)], ids=lambda arguments: arguments[0])
@pytest.mark.parametrize("fault", ["damaged", "newer", "other"])
def test_faults_are_one_line_and_change_nothing(
    repclip: Run, filled: History, recording: Path, arguments: tuple[str, ...], fault: str
) -> None:
    if fault == "damaged":
        content = bytearray(filled.path.read_bytes())
        content[4096:] = b"\xa5" * (len(content) - 4096)
        filled.path.write_bytes(content)
    else:
        sql(filled.path, "PRAGMA user_version = 9" if fault == "newer" else "PRAGMA application_id = 9")
    before = filled.path.read_bytes()
    given = [str(recording) if argument == "FILE" else argument for argument in arguments]
    said = repclip("progress") if arguments == ("PROGRESS",) else repclip("history", *given)
    assert (said.code, said.out, len(said.err_lines)) == (1, "", 1)
    assert said.err.startswith(f"repclip: {filled.path}: ")
    assert ("update repclip" if fault == "newer" else "Move it away, then") in said.err
    assert filled.path.read_bytes() == before


def test_one_that_is_in_use_is_one_line(
    repclip: Run, filled: History, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = History(filled.path, wait_s=0.0)
    monkeypatch.setattr(command, "open_history", lambda: impatient)
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for arguments in (("list",), ("add", recording), ("delete", "1", "--yes")):
            said = repclip("history", *arguments)
            assert (said.code, said.out, len(said.err_lines)) == (1, "", 1)
            assert "another program is using it; try again" in said.err
    assert len(filled.sessions()) == 3


# Progress


@pytest.fixture
def weeks(filled: History, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    """Another one in the next week, of which this is the last day."""
    filled.add(entry(9))
    monkeypatch.setattr(progress, "_today", lambda: date(2026, 11, 15))
    return filled


def test_weeks_of_each_exercise(repclip: Run, weeks: History) -> None:
    said = repclip("progress")
    assert (said.code, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines()]
    titles = [" ".join(line) for line in lines if line[:1] in (["Prone"], ["Nordic"])]
    assert [title.split()[0] for title in titles] == ["Prone", "Nordic"], "the last one done comes first"
    table = [" ".join(line) for line in lines if line[:1] in (["2026-11-02"], ["2026-11-09"], ["left"], ["right"])]
    assert table == [
        "2026-11-02 2 3 11 88 % 0 % 38° 1:18.5",
        "left 1 4 100 % 0 % 38° 30.0 s",
        "right 1 3 100 % 0 % 38° 22.5 s",
        "2026-11-09 1 2 7 100 % 0 % 38° 52.5 s",
        "2026-11-02 1 2 7 – 0 % 38° 52.5 s",
        "2026-11-09 – – – – – – –",
    ]
    assert "Pain was reported on 2026-11-0" in said.out


@pytest.mark.parametrize("width", NARROW)
def test_narrow_weeks_break_no_date_and_no_number(
    repclip: Run, weeks: History, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    sql(weeks.path, "UPDATE session_set SET time_under_tension_s = NULL WHERE session_id = 1 AND number = 1")
    monkeypatch.setenv("COLUMNS", str(width))
    said = repclip("progress", "--exercise", BALL).out
    assert max(map(len, said.splitlines())) <= width
    head = " ".join(said.partition("─")[0].split()[-16:]).rpartition("extension)")[2]
    rows = [line for line in said.splitlines() if line.startswith(("2026-11-02", "2026-11-09", "  left", "  right"))]
    assert len(rows) == 4
    names = ["tension", "sessions", "varies", "range", "sets", "on tempo"]
    assert left_out(said) == [name for name in names if name.split()[0] not in head.split()]
    assert ("48.5 s+" in rows[0]) == ("+: and more" in said) == ("tension" in head)
    assert ("varies: by how much" in said) == ("varies" in head)
    assert ("88 %" in rows[0]) == ("tempo" in head)


def test_only_the_weeks_that_are_asked_for(repclip: Run, weeks: History) -> None:
    said = repclip("progress", "--weeks", "1", "--exercise", BALL)
    assert "2026-11-09" in said.out
    assert "2026-11-02" not in said.out
    said = repclip("progress", "--weeks", "1", "--exercise", "nordic-curl", "--plot")
    assert (said.code, said.out) == (0, "There is no session of nordic-curl in the last 1 week; see repclip history.\n")
    assert repclip("progress", "--exercise", "nordic-kurl").code == 2


def test_what_is_not_known_of_the_weeks(repclip: Run, weeks: History) -> None:
    sql(weeks.path, "UPDATE session_set SET time_under_tension_s = NULL WHERE session_id = 1 AND number = 1")
    said = repclip("progress")
    assert "48.5 s+" in said.out
    assert "+: and more, since samples were missing in some sets." in said.out


def test_a_picture_of_the_last_exercise(
    repclip: Run, weeks: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = repclip("progress", "--plot")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0].endswith(f"the picture is progress-{BALL}.png")
    assert said.out.splitlines()[1] == "There is more to draw, with --exercise: nordic-curl"
    page = (tmp_path / f"progress-{BALL}.png").read_bytes()
    assert page.startswith(b"\x89PNG")
    said = repclip("progress", "-e", "nordic-curl", "--plot", "--size", "phone")
    assert "the picture is progress-nordic-curl-phone.png" in said.out
    assert repclip("progress", "-e", "nordic-curl", "-o", "x.pdf", "--size", "phone").code == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--size", "poster"], 2), (["-o", "x.doc"], 2), (["--weeks", "0"], 2), (["--format", "gif"], 2),
        (["-o", "none/x.png"], 1),
    ],
)  # fmt: skip
def test_wrong_pictures(repclip: Run, weeks: History, tmp_path: Path, options: list[str], code: int) -> None:
    given = [str(tmp_path / option) if "/" in option else option for option in options]
    said = repclip("progress", "--plot", *given)
    assert (said.code, said.out, len(said.err_lines)) == (code, "", 1)


def test_weeks_that_nobody_did_say_so(weeks: History, repclip: Run) -> None:
    assert "simulated" not in repclip("progress").out
    weeks.add(replace(entry(10), simulated=True))
    assert "1 session is simulated: nobody did it." in repclip("progress").out
    weeks.add(replace(entry(11), simulated=True))
    assert "2 sessions are simulated: nobody did them." in repclip("progress").out


def test_what_nobody_did_is_called_simulated_and_leads_to_no_proposal(history: History, repclip: Run) -> None:
    assert repclip("history", "add", bundled.recording("chain_set.repclip")).code == 0
    assert [row.simulated for row in history.sessions()] == [True]
    assert "simulated" in repclip("history").out
    assert "nobody did it" in repclip("history", "show", "1").out
    assert json.loads(repclip("history", "--json").out)["sessions"][0]["simulated"] is True
    repclip("history", "reanalyse")
    assert [row.simulated for row in history.sessions()] == [True]
    for asked in (["next"], ["next", "-e", BALL]):
        proposal = repclip(*asked).out
        assert "Nothing is known of it yet" in proposal
        assert "- 1 simulated session is left out, as nobody did it." in proposal
