"""What is remembered of the user: which cautions were shown, and when they were well again."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from host_helpers import Run
from repclip.cli import live
from repclip.errors import NoSensorFoundError, OutputError
from repclip.recording.reader import RecordingReader
from repclip.session import remembered
from repclip.session.exercise import find_exercise
from repclip.session.remembered import remember_caution, remember_well, unseen_caution, well_since
from repclip.source import ByteSource, HostClock
from repclip.testing.scripted import ScriptedSource

BALL = find_exercise("prone-thigh-extension-ball")
CURL = find_exercise("lying-leg-curl")
SAID = f"caution: {BALL.caution}"


def data() -> Path:
    return Path(os.environ["REPCLIP_DATA"])


# Cautions


def test_a_caution_is_unseen_until_it_was_shown() -> None:
    assert unseen_caution(BALL) == BALL.caution
    remember_caution(BALL)
    assert unseen_caution(BALL) is None
    assert unseen_caution(CURL) == CURL.caution


def test_a_caution_that_has_changed_is_shown_again() -> None:
    remember_caution(BALL)
    assert unseen_caution(replace(BALL, caution="Careful.")) == "Careful."


def test_it_is_written_whole_and_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST", 3)
    for number in range(5):
        remember_caution(replace(BALL, id=f"mine-{number}"))
        remember_caution(replace(BALL, id=f"mine-{number}"))
    assert [path.name for path in data().iterdir()] == ["cautions.txt"]
    assert [line.split()[0] for line in (data() / "cautions.txt").read_text().splitlines()] == [
        "mine-2",
        "mine-3",
        "mine-4",
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0\n", b"x" * 200_000])
def test_a_file_that_makes_no_sense_is_as_none(content: bytes) -> None:
    (data() / "cautions.txt").write_bytes(content)
    assert unseen_caution(BALL) == BALL.caution
    remember_caution(BALL)
    assert unseen_caution(BALL) is None


def test_a_folder_that_cannot_be_written_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "a\0b"):
        monkeypatch.setattr(remembered, "data_folder", lambda folder=folder: folder)
        remember_caution(BALL)
        assert unseen_caution(BALL) == BALL.caution


def test_a_write_that_fails_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_caution(BALL)

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        remember_caution(CURL)
    assert (unseen_caution(BALL), unseen_caution(CURL)) == (None, CURL.caution)
    assert [path.name for path in data().iterdir()] == ["cautions.txt"]


# The commands that choose an exercise


@pytest.mark.parametrize("command", [["analyze"], ["plot", "-o", "a.png"], ["analyze", "--json"]])
def test_a_command_says_it_once(
    repclip: Run, set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    first = repclip(*command, set_csv, "--exercise", BALL.id)
    again = repclip(*command, set_csv, "--exercise", BALL.id)
    assert (first.code, again.code) == (0, 0)
    assert SAID in " ".join(first.err_lines)
    assert "caution" not in first.out + again.out + again.err
    assert f"caution: {CURL.caution}" in " ".join(repclip(*command, set_csv, "-e", CURL.id).err_lines)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_command_says_it_in_lines_that_fit(
    repclip: Run, set_csv: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = repclip("analyze", set_csv, "--exercise", BALL.id).err_lines
    assert len(lines) > 1
    assert max(map(len, lines)) <= width
    assert " ".join(lines) == SAID, "it is wrapped between words"


def test_who_chooses_nothing_is_not_warned(repclip: Run, set_csv: Path) -> None:
    assert repclip("analyze", set_csv).err == ""
    assert "caution" not in repclip("replay", set_csv, "--speed", "max", "-e", BALL.id).err


def test_show_always_says_it(repclip: Run) -> None:
    for _ in range(2):
        assert "pain means stop" in " ".join(repclip("exercises", "show", BALL.id).out.split())


def test_live_says_it_until_samples_came(repclip: Run, session_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What flashes by as a link comes up has not been read."""
    found: list[ByteSource] = []

    async def find(_: object, __: HostClock) -> ByteSource:
        if not found:
            raise NoSensorFoundError(None, "no sensor")
        return found.pop()

    monkeypatch.setattr(live, "find_source", find)
    live_once = ("live", "--no-record", "-e", BALL.id)
    assert repclip(*live_once).code == 1
    assert unseen_caution(BALL) is not None, "there was no view"
    found.append(ScriptedSource(iter(())))
    repclip(*live_once)
    assert unseen_caution(BALL) is not None, "there was nothing to stay for"
    found.append(ScriptedSource(RecordingReader(session_file).chunks()))
    repclip(*live_once)
    assert unseen_caution(BALL) is None


# Well again


def test_who_never_said_so_is_not_known_to_be_well() -> None:
    assert well_since() is None


def test_when_somebody_was_well_is_kept() -> None:
    now = datetime(2024, 5, 17, 8, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    remember_well(now - timedelta(days=1))
    remember_well(now)
    assert well_since() == datetime(2024, 5, 17, 6, tzinfo=UTC)
    assert [path.name for path in data().iterdir()] == ["well.txt"]


@pytest.mark.parametrize("content", ["", "yes\n", "2024-05-17T08:00:00\n", "2024-05-17T08:00:00"])
def test_what_is_no_time_is_not_being_well(content: str) -> None:
    """One without a zone too."""
    (data() / "well.txt").write_text(content)
    assert well_since() is None


def test_being_well_that_cannot_be_kept_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("REPCLIP_DATA", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot be written"):
        remember_well(datetime.now(UTC))
