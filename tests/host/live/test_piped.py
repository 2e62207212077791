"""``repclip live`` and ``replay`` where nobody looks: plain lines, a summary, a file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from host_helpers import Run, sql
from repclip.cli import live, record
from repclip.engine.pipeline import Pipeline
from repclip.errors import LinkError
from repclip.history import open_history
from repclip.history.analysing import analysed, exercise_of
from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.recording.writer import RecordingWriter
from repclip.source import (
    ByteSource,
    Channel,
    HostClock,
    HostMark,
    LinkChange,
    LinkEvent,
    MarkKind,
    Packet,
    SampleBlock,
)
from repclip.testing.scripted import ScriptedSource
from repsignal import ImuBlock

PROCESS = Path(__file__).with_name("live_process.py")
BALL = ("--exercise", "prone-thigh-extension-ball")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT or SIGTERM to send to another process")


def reps_in(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if ", rep " in line]


def process(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", str(PROCESS), *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)


def until(running: subprocess.Popen[str], text: str) -> str:
    """What it says up to the line that has this."""
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(f"ended without {text!r}: {said}{running.stderr.read() if running.stderr else ''}")


@pytest.fixture
def scripted(session_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def find(_: object, __: HostClock) -> ByteSource:
        return ScriptedSource(RecordingReader(session_file).chunks())

    monkeypatch.setattr(live, "find_source", find)
    monkeypatch.setattr(record, "find_source", find)


@pytest.mark.usefixtures("scripted")
def test_live_says_each_rep_and_the_summary(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    said = repclip("live", *BALL, "-o", path)
    assert (said.code, said.err) == (0, "")
    assert "connected: in memory" in said.out
    assert "link lost: out of range" in said.out
    assert [line.split(":")[1].split(", ")[1] for line in reps_in(said.out)] == [f"rep {n}" for n in (1, 2, 3, 4, 5)]
    form = r"set 1, rep \d: lift [\d.]+ s \w+, hold [\d.]+ s \w+, lower [\d.]+ s \w+, range \d+°"
    assert all(re.fullmatch(r"\d:\d\d  " + form, line) for line in reps_in(said.out))
    assert "5 reps in 1 set" in said.out
    assert said.out.splitlines()[-2:] == ["It is session 1 of the history.", f"The recording is {path}"]


@pytest.mark.usefixtures("scripted")
def test_live_is_in_the_history_as_it_was_seen(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    repclip("live", *BALL, "--side", "left", "--note", "slow", "-o", path)
    (row,) = open_history().sessions()
    reader = RecordingReader(path)
    assert (row.reps, row.exercise, row.recording, row.note) == (5, BALL[1], path, "slow")
    assert row.recording_id == reader.meta()["id"]
    assert row.created == datetime.fromisoformat(reader.meta()["created"]).replace(microsecond=0)
    assert [one.side for one in row.sets] == ["left"]
    again = analysed(path, row.recording_id, reader.chunks(), exercise_of(row, path), row.created)
    other = open_history(tmp_path / "other.sqlite")
    other.add(again)
    assert other.session(1).sets == row.sets, "analysed again it is the same"
    assert other.reps(1) == open_history().reps(1)


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize("spoil", ["damaged", "newer", "no folder"])
def test_a_history_that_fails_spoils_nothing(
    repclip: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    history = open_history().path
    if spoil == "no folder":
        (tmp_path / "file").touch()
        monkeypatch.setenv("REPCLIP_DATA", str(tmp_path / "file"))
    elif spoil == "newer":
        repclip("live", "-o", tmp_path / "before.repclip")
        sql(history, "PRAGMA user_version = 9")
    else:
        history.write_bytes(b"spoilt" * 1000)
    path = tmp_path / "evening.repclip"
    said = repclip("live", "-o", path)
    assert (said.code, said.err) == (0, "")
    assert "5 reps in 1 set" in said.out
    first, last = said.out.splitlines()[-2:]
    assert first.startswith("It is not in the history: ")
    assert last == f"The recording is {path}"


@pytest.mark.usefixtures("scripted")
def test_what_was_not_counted_or_not_recorded_is_no_session(repclip: Run, tmp_path: Path) -> None:
    repclip("record", "-o", tmp_path / "a.repclip")
    repclip("live", "--no-record")
    assert not open_history().path.exists()


def test_what_has_no_rep_is_no_session(
    repclip: Run, session_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(_: object, __: HostClock) -> ByteSource:
        chunks = RecordingReader(session_file).chunks()
        return ScriptedSource(iter([chunk for chunk in chunks if chunk.arrival_ns < 8_000_000_000]))

    monkeypatch.setattr(live, "find_source", find)
    said = repclip("live", "-o", tmp_path / "a.repclip").out
    assert "0 reps" in said
    assert "history" not in said
    assert (tmp_path / "a.repclip").exists()
    assert open_history().sessions() == []


@pytest.mark.usefixtures("scripted")
def test_a_replay_says_what_live_said(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    lived = repclip("live", *BALL, "--tempo", "lift=1,hold=2,lower=2", "-o", path).out
    replayed = repclip("replay", path, "--speed", "max").out
    begin = lived.index("Prescribed:")
    assert reps_in(replayed) == reps_in(lived)
    assert re.search(r"hold [\d.]+ s long", lived)
    summary = replayed[replayed.index("Prescribed:") :].rstrip("\n")
    assert lived[begin:].startswith(summary), "exercise and tempo are in the recording"


@pytest.mark.usefixtures("scripted")
def test_without_a_recording(repclip: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    said = repclip("live", "--no-record")
    assert (said.code, said.out.splitlines()[-1]) == (0, "It was not recorded.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("scripted")
def test_record_does_not_count(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    said = repclip("record", "-o", path)
    assert (said.code, said.err) == (0, "")
    assert reps_in(said.out) == []
    assert "Recorded 50" in said.out
    assert "samples, no gaps." in said.out
    assert said.out.splitlines()[-1] == f"Count its reps with: repclip analyze {path}"
    assert "5 reps in 1 set" in repclip("analyze", path).out


@pytest.mark.usefixtures("scripted")
def test_a_file_is_never_overwritten(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    path.write_text("precious")
    said = repclip("live", "-o", path)
    assert (said.code, len(said.err_lines), said.out) == (1, 1, "")
    assert path.read_text() == "precious"


def test_no_sensor_is_one_line_and_leaves_no_file(
    repclip: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(_: object, __: HostClock) -> ByteSource:
        raise LinkError("COM7", "there is no such port")

    monkeypatch.setattr(live, "find_source", find)
    said = repclip("live", "-o", tmp_path / "evening.repclip")
    assert (said.code, said.out, said.err) == (1, "", "repclip: COM7: there is no such port\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stray", [b"", b"Hello, I am a printer"])
def test_who_does_not_connect_leaves_no_file_and_who_says_something_else_is_told_where_that_is(
    repclip: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stray: bytes
) -> None:
    class Failing(ScriptedSource):
        async def chunks(self) -> Any:
            yield LinkEvent(0, LinkChange.CONNECTED, "COM7")
            if stray:
                yield Packet(1, Channel.SERIAL, stray)
            raise LinkError("COM7", "is no sensor")

    async def find(_: object, __: HostClock) -> ByteSource:
        return Failing()

    monkeypatch.setattr(live, "find_source", find)
    path = tmp_path / "evening.repclip"
    said = repclip("live", "--side", "left", "-o", path)
    assert (said.code, said.err) == (1, "repclip: COM7: is no sensor\n")
    assert (said.out.splitlines()[-1] == f"The recording is {path}") == bool(stray)
    assert path.exists() == bool(stray)


@posix
def test_who_stops_before_anything_came_is_told_that_nothing_was_recorded(tmp_path: Path) -> None:
    begin, path = tmp_path / "begin.repclip", tmp_path / "evening.repclip"
    with RecordingWriter(begin) as writer:
        writer.write(LinkEvent(0, LinkChange.CONNECTED, "it"))
        writer.write(HostMark(1, MarkKind.MARK))
    sql(begin, "DELETE FROM mark")
    running = process(begin, "--stays", "-o", path)
    until(running, "connected: it")
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert out.splitlines()[-1] == "Nothing came from the sensor, so nothing was recorded."
    assert not path.exists()


def test_an_error_in_the_midst_comes_after_the_summary(
    repclip: Run, session_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking(ScriptedSource):
        async def chunks(self) -> Any:
            async for chunk in super().chunks():
                yield chunk
            raise LinkError("COM7", "is gone")

    async def find(_: object, __: HostClock) -> ByteSource:
        return Breaking(RecordingReader(session_file).chunks())

    monkeypatch.setattr(live, "find_source", find)
    path = tmp_path / "evening.repclip"
    said = repclip("live", "-o", path)
    assert (said.code, said.err) == (1, "repclip: COM7: is gone\n")
    assert "5 reps in 1 set" in said.out
    assert f"The recording is {path}" in said.out


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_finishes_in_good_order(session_file: Path, tmp_path: Path, number: signal.Signals) -> None:
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("whoever started the tests lets this signal be ignored (nohup), and so the program ignores it too")
    path = tmp_path / "evening.repclip"
    running = process(session_file, "--stays", *BALL, "-o", path)
    said = until(running, "rep 5")
    running.send_signal(number)
    rest, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert len(reps_in(said + rest)) == 5
    assert "5 reps in 1 set" in rest
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "one plain file"
    assert "closed_ns" in RecordingReader(path).meta()


@posix
def test_a_full_disk_is_told_and_counting_goes_on(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    running = process(session_file, "--most-bytes", "60000", *BALL, "-o", path)
    out, err = running.communicate(timeout=60)
    assert "the recording stopped, counting goes on" in out
    assert len(reps_in(out)) == 5
    assert out.index("the recording stopped") < out.index("rep 5")
    assert "The recording stopped early" in out
    assert (running.returncode, err.count("\n")) == (1, 1)
    assert "the recording is not complete" in err
    assert sum(1 for _ in RecordingReader(path).chunks()) > 10, "what was written stays valid"


@posix
def test_record_stops_where_the_disk_is_full_and_says_how_much_is_in_the_file(
    session_file: Path, tmp_path: Path, repclip: Run
) -> None:
    path = tmp_path / "evening.repclip"
    running = process(session_file, "--record", "--stays", "--most-bytes", "60000", "-o", path)
    out, err = running.communicate(timeout=60)
    assert f"the recording stopped: {path}: " in out
    assert "counting" not in out
    assert (running.returncode, err.count("\n")) == (1, 1)
    assert "the recording is not complete" in err
    told = re.search(r"Recorded [\d.:]+ s: (\d+) of the (\d+) samples that came", out)
    assert told is not None, out
    kept, came = map(int, told.groups())
    assert json.loads(repclip("info", path, "--json").out)["samples"] == kept
    assert 0 < kept < came < 3000, "it did not go on to the end of the script"
    assert out.splitlines()[-1] == f"Count its reps with: repclip analyze {path}"


@posix
def test_record_that_could_write_nothing_says_so(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    running = process(session_file, "--record", "--stays", "--most-bytes", "28000", "-o", path)
    out, err = running.communicate(timeout=60)
    assert "Nothing was recorded" in out
    assert "Recorded" not in out
    assert "Count its reps" not in out
    assert out.splitlines()[-1] == f"The recording is {path}"
    assert (running.returncode, err.count("\n")) == (1, 1)


@posix
def test_a_disk_that_is_full_before_anything_came_is_told_as_such(session_file: Path, tmp_path: Path) -> None:
    begin, path = tmp_path / "begin.repclip", tmp_path / "evening.repclip"
    with RecordingWriter(begin) as writer:
        for second in range(20):
            writer.write(LinkEvent(second * 1_000_000_000, LinkChange.SEARCHING, "it is not in sight"))
        for chunk in RecordingReader(session_file).chunks():
            writer.write(replace(chunk, arrival_ns=chunk.arrival_ns + 20_000_000_000))
    running = process(begin, "--most-bytes", "40000", *BALL, "-o", path)
    out, err = running.communicate(timeout=60)
    assert len(reps_in(out)) == 5
    assert "Nothing came" not in out
    assert "The recording stopped early" in out
    assert out.splitlines()[-1] == f"The recording is {path}"
    assert (running.returncode, err.count("\n")) == (1, 1)
    assert "the recording is not complete" in err
    assert all(isinstance(one, LinkEvent) for one in RecordingReader(path).chunks())


@posix
def test_a_deleted_recording_is_told_and_nothing_is_lost(session_file: Path, tmp_path: Path) -> None:
    path, other = tmp_path / "evening.repclip", tmp_path / "evening (2).repclip"
    running = process(session_file, "--stays", *BALL, "-o", path)
    said = until(running, "rep 5")
    path.unlink()
    said += until(running, "deleted")
    running.send_signal(signal.SIGTERM)
    rest, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "the recording was deleted or moved away: all of it is in evening (2).repclip now" in said
    assert "was deleted" not in rest, "told once"
    assert rest.splitlines()[-1] == f"The recording is {other}"
    assert [one.name for one in tmp_path.iterdir()] == [other.name], "one plain file"
    kept, brought = (list(RecordingReader(one).chunks()) for one in (other, session_file))
    assert kept == brought[: len(kept)], "from the beginning on"
    assert len(kept) > 0.8 * len(brought), "the fifth rep was told"


@posix
def test_who_reads_may_stop(session_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    running = process(session_file, *BALL, "-o", path)
    until(running, "connected")
    assert running.stdout is not None
    running.stdout.close()
    running.stdout = None
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_replay_from_a_time_on_counts_all(repclip: Run, session_file: Path) -> None:
    said = repclip("replay", session_file, "--speed", "1000", "--from", "0:30")
    assert (said.code, said.err) == (0, "")
    assert len(reps_in(said.out)) == 5


def test_the_time_to_begin_at_is_that_of_the_samples(repclip: Run, session_file: Path) -> None:
    """However long the sensor was looked for before."""
    found_ns = 20_000_000_000
    path = session_file.with_name("late.repclip")
    with RecordingWriter(path) as writer:
        for chunk in RecordingReader(session_file).chunks():
            writer.write(replace(chunk, arrival_ns=chunk.arrival_ns + found_ns))
    clock = ReplayClock(lambda: 0, None)
    source = ReplaySource(RecordingReader(path).chunks, clock, start_s=15.0)
    pipeline = Pipeline()

    async def newest_s() -> float:
        async with aclosing(source.chunks()) as chunks:
            async for chunk in chunks:
                pipeline.feed(chunk)
                if not source.passing:
                    return pipeline.session_s(chunk.arrival_ns) or 0.0
        return 0.0

    assert asyncio.run(newest_s()) == pytest.approx(15.0, abs=0.3)


def test_the_first_samples_may_be_there_at_once() -> None:
    """Those of a CSV are, where samples are missing right after the first."""
    value = np.zeros((1, 3))
    chunks = [SampleBlock(n * 1_000_000_000, ImuBlock(np.array([float(n)]), value, value)) for n in range(4)]
    source = ReplaySource(lambda: iter(chunks), ReplayClock(lambda: 0, None), start_s=2.0)

    async def passing() -> list[bool]:
        return [source.passing async for _ in source.chunks()]

    assert asyncio.run(passing()) == [True, True, False, False]


def test_a_replay_from_beyond_the_end_says_so(repclip: Run, session_file: Path) -> None:
    said = repclip("replay", session_file, "--from", "10:00")
    assert (said.code, said.err) == (0, "")
    assert "It ends before 10:00, where --from was to begin." in said.out
    assert "It ends before" not in repclip("replay", session_file, "--speed", "max", "--from", "0:10").out


@pytest.mark.parametrize("speed", ["0", "fast", "-1", "1xx", "max2"])
def test_wrong_speeds_are_usage(repclip: Run, session_file: Path, speed: str) -> None:
    said = repclip("replay", session_file, f"--speed={speed}")
    assert (said.code, len(said.err_lines)) == (2, 1)


@pytest.mark.parametrize("time", ["", "x", "1:2:3:4", "-5"])
def test_wrong_times_are_usage(repclip: Run, session_file: Path, time: str) -> None:
    said = repclip("replay", session_file, f"--from={time}")
    assert (said.code, len(said.err_lines)) == (2, 1)


def test_replay_of_a_csv(repclip: Run, set_csv: Path) -> None:
    said = repclip("replay", set_csv, "--speed", "max")
    assert (said.code, said.err) == (0, "")
    reps = len(reps_in(said.out))
    assert reps > 3
    assert f"{reps} reps in 1 set" in said.out


@pytest.mark.parametrize("first_s", [-500.0, 1_700_000_000.0])
def test_times_of_a_csv_are_since_its_first_sample(repclip: Run, set_csv: Path, tmp_path: Path, first_s: float) -> None:
    head, *rows = set_csv.read_text().splitlines()
    stamped = [row.split(",", 1) for row in rows]
    origin_s = float(stamped[0][0])
    there = [f"{float(time) - origin_s + first_s:.6f},{rest}" for time, rest in stamped]
    moved = tmp_path / set_csv.name
    moved.write_text("\n".join([head, *there]) + "\n")
    assert repclip("import", moved, "-o", tmp_path / "a.repclip").code == 0
    usual = reps_in(repclip("replay", set_csv, "--speed", "max").out)
    assert len(usual) > 3
    for file in (moved, tmp_path / "a.repclip"):
        assert reps_in(repclip("replay", file, "--speed", "max").out) == usual


@pytest.mark.parametrize("damaged_s", [np.nan, np.inf, -1e300])
def test_a_damaged_first_stamp_moves_no_others(damaged_s: float) -> None:
    value = np.zeros((2, 3))
    times_s = ([damaged_s, damaged_s], [5.0, 6.0], [7.0, 8.0])
    chunks = [SampleBlock(0, ImuBlock(np.array(pair), value, value)) for pair in times_s]
    source = ReplaySource(lambda: iter(chunks), ReplayClock(lambda: 0, None))

    async def stamps() -> list[list[float]]:
        return [chunk.block.time_s.tolist() async for chunk in source.chunks() if isinstance(chunk, SampleBlock)]

    first_s = 0.0 if np.isfinite(damaged_s) else 5.0
    assert asyncio.run(stamps())[1:] == [[5.0 - first_s, 6.0 - first_s], [7.0 - first_s, 8.0 - first_s]]


@pytest.mark.parametrize("options", [["--ble", "x", "--serial", "y"], ["--serial", "--ble"], ["--rate", "7"]])
def test_wrong_choices_are_usage(repclip: Run, options: list[str]) -> None:
    said = repclip("live", *options)
    assert (said.code, len(said.err_lines)) == (2, 1)
    assert said.err_lines[0].endswith("see 'repclip live --help'")
