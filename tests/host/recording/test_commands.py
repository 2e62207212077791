"""``repclip info``, ``export`` and ``import``, and the other commands on a ``*.repclip``."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from host_helpers import Run, as_csv, still_rows
from repclip.cli import import_csv
from repclip.recording.importers.any_recording import CsvChunks, open_recording
from repclip.recording.writer import RecordingWriter
from repclip.source import Chunk, HostMark, LinkChange, LinkEvent, MarkKind, SampleBlock
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.virtual_link import LinkPlan, VirtualLink
from repclip.wire import RawSamples
from repsignal import ImuBlock
from repsignal.synth import RepPlan, Scenario, SensorModel, Still, simulate, steady_set

REPS = 4
OWN_STDOUT = Path("/proc/self/fd/1")


@cache
def felt() -> RawSamples:
    reps = steady_set(REPS, RepPlan(lift_s=1.0, hold_s=2.0, lower_s=3.0))
    sensor = SensorModel(rate_hz=100.0, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    block = simulate(Scenario((Still(2.0), reps, Still(18.0)), sensor=sensor), seed=5).block
    return DeviceFigures().counts(block)


@cache
def came() -> tuple[Chunk, ...]:
    """A set of four reps, the link lost for 3 s in it."""
    link = VirtualLink(SimulatedDevice(felt()), LinkPlan(away=((12, 15),)))
    link.run(len(felt()) / 100)
    return tuple(link.chunks)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return recorded(tmp_path / "evening.repclip", came())


def recorded(path: Path, chunks: tuple[Chunk, ...], **meta: str) -> Path:
    with RecordingWriter(path, meta) as writer:
        for chunk in chunks:
            writer.write(chunk)
    return path


def summary(said: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(said)["summary"]
    return found


def test_analyze_and_plot(repclip: Run, recording: Path) -> None:
    assert summary(repclip("analyze", recording, "--json").out) == {"reps": REPS, "partials": 0, "sets": 1}
    assert repclip("plot", recording, "-o", recording.with_suffix(".png")).code == 0


def test_the_recorded_exercise_is_the_default(repclip: Run, tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.repclip", came(), exercise="lying-leg-curl")
    assert json.loads(repclip("analyze", path, "--json").out)["exercise"] == "lying-leg-curl"
    assert json.loads(repclip("analyze", path, "--json", "-e", "generic").out)["exercise"] == "generic"
    strange = recorded(tmp_path / "b.repclip", came(), exercise="one of my own")
    assert json.loads(repclip("analyze", strange, "--json").out)["exercise"] == "generic"


def test_info(repclip: Run, recording: Path) -> None:
    said = repclip("info", recording)
    assert (said.code, said.err) == (0, "")
    for words in ("simulated on in memory", "; lost once", "nothing", "80 % at first", "4 reps in 1 set", "100.0"):
        assert words in said.out, said.out
    told = json.loads(repclip("info", recording, "--json").out)
    assert (told["schema"], told["state"], told["gaps"], told["times_lost"]) == ("repclip.info/1", "complete", 0, 1)
    assert (told["reps"], told["rate_asked_hz"], told["lost_samples"]) == (REPS, 100.0, 0)


def test_info_says_how_strong_the_sensor_was_heard(repclip: Run, tmp_path: Path) -> None:
    heard = [
        replace(one, signal_dbm=-61) if isinstance(one, LinkEvent) and one.change is LinkChange.CONNECTED else one
        for one in came()
    ]
    path = recorded(tmp_path / "a.repclip", tuple(heard))
    assert "in memory, found at -61 dBm; lost once" in repclip("info", path).out
    assert json.loads(repclip("info", path, "--json").out)["signal_dbm"] == -61
    assert json.loads(repclip("info", recorded(tmp_path / "b.repclip", came()), "--json").out)["signal_dbm"] is None


def test_what_was_told_is_kept(repclip: Run, tmp_path: Path) -> None:
    told = [
        HostMark(0, MarkKind.SIDE, "left"),
        HostMark(0, MarkKind.LOAD, "1.5 kg"),
        HostMark(0, MarkKind.NOTE, "tired"),
    ]
    path = recorded(tmp_path / "a.repclip", (*told, *came()), exercise="lying-leg-curl")
    said = repclip("info", path).out
    assert "lying-leg-curl, left, 1.5 kg" in said
    assert "tired" in said
    info = json.loads(repclip("info", path, "--json").out)
    assert (info["side"], info["load"], info["told"], info["marks"]) == ("left", "1.5 kg", ["tired"], 0)


def test_info_says_whose_leg_where_no_exercise_was_told(repclip: Run, tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.repclip", (HostMark(0, MarkKind.SIDE, "left"), *came()))
    assert "not told, left" in repclip("info", path).out


def test_info_gives_no_order_to_the_terminal(repclip: Run, tmp_path: Path) -> None:
    """What a file says may be anybody's, and so may its name."""
    order = "x\x1b]0;title\x07\x1b[31m\ny"
    path = tmp_path / f"{order}.repclip"
    with RecordingWriter(path, dict.fromkeys(("exercise", "simulated", "imported_from"), order)) as writer:
        for chunk in (*came(), HostMark(10**11, MarkKind.NOTE, order), LinkEvent(10**11, LinkChange.CONNECTED, order)):
            writer.write(chunk)
    said = repclip("info", path)
    assert said.code == 0
    assert all(letter.isprintable() for letter in said.out.replace("\n", ""))
    assert said.out.count("]0;title") == 6, "the name, three entries, the note, the link"


def test_one_is_said_as_one(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(as_csv(still_rows(1)))
    assert "1 sample\n" in re.sub(" +\n", "\n", repclip("info", path).out)
    assert repclip("import", path, "-o", tmp_path / "one.repclip").out.startswith("1 sample; ")
    assert repclip("export", path, "-o", tmp_path / "again.csv").out.startswith("1 sample; ")


def test_info_counts_what_is_not_yet_in_the_one_file(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.repclip"
    with RecordingWriter(path) as writer:
        for chunk in came():
            writer.write(chunk)
        writer.commit()
        told = json.loads(repclip("info", path, "--json").out)
        assert (told["state"], told["reps"]) == ("being written", REPS)
        assert told["size_bytes"] == sum(one.stat().st_size for one in (path, path.with_name("a.repclip-wal")))


@pytest.mark.parametrize("command", ["live", "record"])
def test_a_side_that_is_none(repclip: Run, command: str) -> None:
    said = repclip(command, "--side", "middle")
    assert (said.code, len(said.err_lines)) == (2, 1)
    assert "left, right, both" in said.err


def test_info_of_a_csv_knows_less(repclip: Run, set_csv: Path) -> None:
    told = json.loads(repclip("info", set_csv, "--json").out)
    assert told["reps"] > 0
    assert [told[key] for key in ("created", "device", "link", "battery_last_percent")] == [None] * 4


def test_exported_samples_are_the_same_recording(repclip: Run, recording: Path) -> None:
    target = recording.with_name("out.csv")
    assert repclip("export", recording, "-o", target).code == 0
    mine = json.loads(repclip("analyze", recording, "--json").out)["sets"][0]["reps"]
    its = json.loads(repclip("analyze", target, "--json").out)["sets"][0]["reps"]
    for one, other in zip(mine, its, strict=True):
        assert one["lift_s"] == pytest.approx(other["lift_s"], abs=0.01)
        assert one["end_s"] == pytest.approx(other["end_s"], abs=0.01)


def test_exported_reps(repclip: Run, recording: Path) -> None:
    target = recording.with_name("reps.csv")
    assert repclip("export", recording, "--reps", "-o", target).code == 0
    rows = list(csv.DictReader(target.read_text(encoding="utf-8").splitlines()))
    kinds = [("1", "cut_off", "1"), *(("1", "rep", str(n + 1)) for n in range(REPS))]
    assert [(row["set"], row["kind"], row["index"]) for row in rows] == kinds, "the limb was up at first"
    assert rows[0]["start_s"] == ""
    assert float(rows[1]["hold_s"]) == pytest.approx(2.0, abs=0.3)
    assert rows[-1]["pause_s"] == ""


def test_export_never_overwrites_unasked(repclip: Run, recording: Path) -> None:
    target = recording.with_name("out.csv")
    target.write_text("mine")
    said = repclip("export", recording, "-o", target)
    assert (said.code, len(said.err_lines), target.read_text()) == (1, 1, "mine")
    assert repclip("export", recording, "-o", target, "--force").code == 0
    assert target.read_text().startswith("t_s,")
    assert repclip("export", recording, "-o", recording, "--force").code == 1


def test_export_of_what_cannot_be_read_leaves_nothing(repclip: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n0,0,0,1,0,0,x\n")
    assert repclip("export", bad, "-o", tmp_path / "out.csv").code == 1
    assert not (tmp_path / "out.csv").exists()


def bad_csv(folder: Path) -> Path:
    """Of which the last line only is no good."""
    bad = folder / "bad.csv"
    lines = [f"{n / 100},0,0,1,0,0,0" for n in range(40_000)]
    bad.write_text("\n".join(["t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps", *lines, "400,0,0,1,0,0,x", ""]))
    return bad


@pytest.mark.parametrize("linked", [False, True], ids=["", "by a link"])
def test_export_that_fails_leaves_the_old_file(repclip: Run, tmp_path: Path, linked: bool) -> None:
    bad, old = bad_csv(tmp_path), tmp_path / "old.csv"
    old.write_text("mine")
    target = tmp_path / "link.csv" if linked else old
    if linked:
        target.symlink_to(old)
    there = set(tmp_path.iterdir())
    assert repclip("export", bad, "-o", target, "--force").code == 1
    assert old.read_text() == "mine"
    assert set(tmp_path.iterdir()) == there


def test_export_over_a_file_keeps_its_mode_and_its_link(repclip: Run, recording: Path) -> None:
    old, link = recording.with_name("old.csv"), recording.with_name("link.csv")
    old.write_text("mine")
    old.chmod(0o640)
    link.symlink_to(old)
    mode = old.stat().st_mode
    assert repclip("export", recording, "-o", link, "--force").code == 0
    assert link.is_symlink()
    assert old.read_text().startswith("t_s,")
    assert old.stat().st_mode == mode


@pytest.mark.parametrize("linked", [False, True], ids=["", "by a link"])
def test_export_never_onto_the_recording_itself(repclip: Run, recording: Path, linked: bool) -> None:
    target = recording
    if linked:
        target = recording.with_name("link.csv")
        target.hardlink_to(recording)
    was = recording.read_bytes()
    said = repclip("export", recording, "-o", target, "--force")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "is the recording itself" in said.err
    assert recording.read_bytes() == was


@pytest.mark.skipif(not OWN_STDOUT.exists(), reason="only Linux has /proc")
def test_export_to_where_others_write_too(recording: Path) -> None:
    target = recording.with_name("all.csv")
    target.write_text("before\n")
    command = [sys.executable, "-m", "repclip", "export", str(recording), "--reps", "-o", str(OWN_STDOUT)]
    with target.open("a") as out:
        subprocess.run(command, stdout=out, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        out.write("after\n")
    assert target.read_text().splitlines()[-1] == "after", "it is the same file"


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_export_to_stdout(
    repclip: Run, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    there = set(tmp_path.iterdir())
    target = recording.with_name("reps.csv")
    assert repclip("export", recording, "--reps", "-o", target).code == 0
    said = repclip("export", recording, "--reps", "-o", name)
    assert (said.code, said.out) == (0, target.read_text(encoding="utf-8"))
    assert all("missing" in line or "lost" in line for line in said.err_lines), "what is remarked goes elsewhere"
    assert repclip("history", "export", "-o", name).out == repclip("history", "export").out
    drawn = repclip("plot", recording, "-o", name, "-f", "svg")
    assert drawn.out.endswith("</svg>\n")
    assert "the picture is on stdout" in drawn.err
    assert repclip("exercises", "new", "mine", "-o", name).out.endswith('caution = "Pain means stop."\n')
    assert set(tmp_path.iterdir()) == there | {target}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in a folder")
def test_what_keeps_nothing_needs_no_force(repclip: Run, recording: Path) -> None:
    assert repclip("export", recording, "-o", os.devnull).code == 0
    pipe = recording.with_name("pipe")
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert repclip("export", recording, "--reps", "-o", pipe).code == 0
        assert os.read(reading, 100).startswith(b"set,kind,index")
    finally:
        os.close(reading)
    assert pipe.is_fifo()


def test_export_removes_no_link(repclip: Run, tmp_path: Path) -> None:
    """``/dev/stdout`` is one."""
    bad = tmp_path / "bad.csv"
    bad.write_text("t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n0,0,0,1,0,0,x\n")
    link = tmp_path / "stdout"
    link.symlink_to(tmp_path / "out.csv")
    assert repclip("export", bad, "-o", link, "--force").code == 1
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["other.repclip", "other.csv"])
@pytest.mark.parametrize(
    "command",
    [
        ["report"],
        ["plot", "-f", "png"],
        ["export"],
        ["export", "-f"],
        ["history", "export", "-f"],
        ["exercises", "new", "a"],
    ],
    ids=" ".join,
)
def test_no_recording_is_ever_overwritten(repclip: Run, recording: Path, command: list[str], name: str) -> None:
    other = recorded(recording.with_name(name), came())
    link = recording.with_name("link" + {"report": ".html", "plot": ".png"}.get(command[0], ".csv"))
    link.symlink_to(other)
    was = other.read_bytes()
    of = [] if command[0] in ("history", "exercises") else [recording]
    for target in (other, link):
        said = repclip(*command, *of, "-o", target)
        assert said.code in (1, 2)
        assert (said.out, len(said.err_lines)) == ("", 1)
        assert other.read_bytes() == was
    assert f"{link}: is a recording or a history, which is never overwritten" in said.err
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("command", "name", "ends"),
    [
        (["report"], "a.repclip", ".html or .htm"),
        (["report"], "a", ".html or .htm"),
        (["export"], "a.xlsx", ".csv"),
        (["export", "--reps"], "a.repclip", ".csv"),
        (["history", "export"], "a.json", ".csv"),
        (["import"], "a.csv", ".repclip"),
        (["import"], "a", ".repclip"),
        (["record"], "a.csv", ".repclip"),
        (["live"], "a.csv", ".repclip"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_no_name_says_that_it_is_another_thing(
    repclip: Run, set_csv: Path, tmp_path: Path, command: list[str], name: str, ends: str
) -> None:
    of = [set_csv] if command[0] in ("report", "export", "import") else []
    said = repclip(*command, *of, "-o", tmp_path / name)
    assert (said.code, said.out, len(said.err_lines)) == (2, "", 1)
    assert f"goes into a file that ends in {ends}; name one that does" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "name"), [("report", "a.htm"), ("report", "a.HTML"), ("export", "a.CSV"), ("export", "a")]
)
def test_names_that_will_do(repclip: Run, set_csv: Path, tmp_path: Path, command: str, name: str) -> None:
    assert repclip(command, set_csv, "-o", tmp_path / name).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_recording_is_overwritten_while_it_is_written(repclip: Run, recording: Path) -> None:
    other = recording.with_name("other.csv")
    with RecordingWriter(other) as writer:
        assert "is a recording" in repclip("export", recording, "-o", other, "--force").err
        for chunk in came():
            writer.write(chunk)
    assert summary(repclip("analyze", other, "--json").out)["reps"] == REPS


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
def test_export_into_a_folder_asks_for_a_name(repclip: Run, recording: Path, force: tuple[str, ...]) -> None:
    said = repclip("export", recording, "-o", recording.parent, *force)
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "is a folder; name a file in it" in said.err_lines[0]


def test_import_counts_the_same(repclip: Run, set_csv: Path, tmp_path: Path) -> None:
    target = tmp_path / "in.repclip"
    assert repclip("import", set_csv, "-o", target).code == 0
    mine, its = (json.loads(repclip("analyze", path, "--json").out) for path in (target, set_csv))
    assert mine == its
    assert json.loads(repclip("info", target, "--json").out)["imported_from"] == set_csv.name
    assert repclip("import", target).code == 1
    assert repclip("import", set_csv, "-o", target).code == 1


@pytest.mark.parametrize("imported", [False, True])
def test_info_of_a_csv_says_how_much_is_lost(repclip: Run, recording: Path, imported: bool) -> None:
    path = recording.with_name("out.csv")
    assert repclip("export", recording, "-o", path).code == 0
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:800] + lines[1000:]))
    if imported:
        assert repclip("import", path, "-o", path.with_name("in.repclip")).code == 0
        path = path.with_name("in.repclip")
    told = json.loads(repclip("info", path, "--json").out)
    assert (told["gaps"], told["lost_samples"]) == (1, 200)
    assert "200 samples in 1 gap" in repclip("info", path).out


def test_import_takes_a_csv_alone_and_says_so(repclip: Run) -> None:
    said = " ".join(repclip("import", "--help").out.split())
    assert "A CSV with the header" in said
    assert "A recording: *.repclip" not in said


def test_import_says_what_is_wrong_with_a_recording(repclip: Run, recording: Path) -> None:
    assert "nothing to import" in repclip("import", recording).err
    assert "no such file" in repclip("import", recording.with_name("other.repclip")).err
    recording.write_bytes(b"")
    assert "is empty" in repclip("import", recording).err


def test_an_import_is_replayed_as_it_would_have_come(tmp_path: Path, repclip: Run, set_csv: Path) -> None:
    path = tmp_path / "a.repclip"
    assert repclip("import", set_csv, "-o", path).code == 0
    for file in (path, set_csv):
        pieces = [one for one in open_recording(file, piece_s=0.1).chunks() if isinstance(one, SampleBlock)]
        begin_s = pieces[0].block.time_s[0]
        assert all(one.block.time_s[-1] - one.block.time_s[0] < 0.1 for one in pieces)
        late_s = [one.arrival_ns * 1e-9 - (one.block.time_s[-1] - begin_s) for one in pieces]
        assert max(map(abs, late_s)) < 1e-6
    said = [repclip("replay", file, "--speed", "max").out.replace(file.name, "") for file in (path, set_csv)]
    assert said[0] == said[1]


@pytest.mark.parametrize("damaged_s", [np.nan, np.inf, -1e300])
def test_a_damaged_time_in_an_import_costs_no_replay(tmp_path: Path, damaged_s: float) -> None:
    times_s = np.arange(50) / 100
    times_s[-2:] = damaged_s
    block = ImuBlock(times_s, np.zeros((50, 3)), np.zeros((50, 3)))
    path = recorded(tmp_path / "a.repclip", (SampleBlock(10**9, block),))
    pieces = [one for one in open_recording(path, piece_s=0.1).chunks() if isinstance(one, SampleBlock)]
    assert sum(len(one.block) for one in pieces) == 50
    assert {one.arrival_ns for one in pieces} == {10**9}


def test_import_of_half_a_csv_leaves_nothing(repclip: Run, tmp_path: Path) -> None:
    said = repclip("import", bad_csv(tmp_path), "-o", tmp_path / "in.repclip")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert [one.name for one in tmp_path.iterdir()] == ["bad.csv"]


def test_an_interrupted_import_leaves_nothing(
    repclip: Run, set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object, reader: CsvChunks) -> Iterator[Chunk]:
        yield next(iter(reader.chunks()))
        raise KeyboardInterrupt

    monkeypatch.setattr(import_csv.Bar, "chunks", interrupted)
    assert repclip("import", set_csv, "-o", tmp_path / "in.repclip").code == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["_created", "_begin", "__enter__"])
def test_an_import_interrupted_as_it_begins_leaves_nothing(
    repclip: Run, set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Ctrl-C comes when that was just done: an empty file would be in the way of the next import."""
    name = "__enter__" if where == "__enter__" else "_begin"
    done = getattr(RecordingWriter, name)

    def interrupted(self: RecordingWriter) -> None:
        if where == name:
            done(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(RecordingWriter, name, interrupted)
    assert repclip("import", set_csv, "-o", tmp_path / "in.repclip").code == 130
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert repclip("import", set_csv, "-o", tmp_path / "in.repclip").code == 0


def test_an_import_that_is_refused_leaves_the_file_that_is_there(repclip: Run, set_csv: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.repclip"
    path.write_text("precious")
    assert repclip("import", set_csv, "-o", path).code == 1
    assert path.read_text() == "precious"


@pytest.mark.parametrize(
    ("meta", "title"), [({"simulated": "by a test"}, "a.repclip (simulated): "), ({}, "a.repclip: ")]
)
def test_a_simulated_recording_is_called_so_above_its_figures(
    repclip: Run, tmp_path: Path, meta: dict[str, str], title: str
) -> None:
    path = recorded(tmp_path / "a.repclip", came(), exercise="prone-thigh-extension-ball", **meta)
    assert repclip("analyze", path).out.startswith(title)


# What the user told while it was recorded


def with_marks(*marks: HostMark) -> tuple[Chunk, ...]:
    return tuple(sorted([*came(), *marks], key=lambda chunk: chunk.arrival_ns))


def test_an_undone_rep_is_not_counted(repclip: Run, tmp_path: Path) -> None:
    undo = HostMark(round(27.5e9), MarkKind.UNDO)  # after the third or fourth rep, before the set is over
    told = json.loads(repclip("analyze", recorded(tmp_path / "a.repclip", with_marks(undo)), "--json").out)
    assert told["summary"]["reps"] == REPS - 1
    assert [rep["index"] for rep in told["sets"][0]["reps"]] == [1, 2, 3]


def test_an_ended_set_is_two(repclip: Run, tmp_path: Path) -> None:
    end = HostMark(round(15.7e9), MarkKind.END_SET)
    told = json.loads(repclip("analyze", recorded(tmp_path / "a.repclip", with_marks(end)), "--json").out)
    assert told["summary"] == {"reps": REPS, "partials": 0, "sets": 2}


def test_pain_ends_the_set_and_is_told(repclip: Run, tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.repclip", with_marks(HostMark(round(15.7e9), MarkKind.PAIN)))
    said = repclip("analyze", path, "--json")
    assert json.loads(said.out)["summary"] == {"reps": REPS, "partials": 0, "sets": 2}
    (note,) = [line for line in said.err_lines if "Pain" in line]
    assert note.startswith("note: Pain was reported at 1")
    assert "doctor" in note
    assert json.loads(said.out)["score"]["advice"] == note.removeprefix("note: "), "there is nothing to do better"
    assert "Pain was reported" in repclip("info", path).out
    assert "Pain" not in repclip("info", recorded(tmp_path / "b.repclip", came())).out


def test_nothing_is_counted_in_a_pause(repclip: Run, tmp_path: Path) -> None:
    pause, resume = HostMark(round(16.2e9), MarkKind.PAUSE), HostMark(round(45e9), MarkKind.RESUME)
    path = recorded(tmp_path / "a.repclip", with_marks(pause, resume))
    said = repclip("analyze", path)
    assert "Paused 1 time" in said.out
    told = json.loads(repclip("analyze", path, "--json").out)
    assert told["summary"]["reps"] == 2
    assert told["gaps"] == [], "a pause is no gap"


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (
            LinkPlan(away=((5, 37),)),
            r"1 \d{3} samples missing from (.*) s to (.*) s\. \1 to \2 s: the link was too slow\.",
        ),
        (LinkPlan(resets=(15.0,)), r"bridged in 1 short hole\. [\d.]+ to 15\.0 s: the board started anew\."),
    ],
    ids=["away", "reset for a moment"],
)
def test_a_gap_is_told_once_and_why_it_is_there(repclip: Run, tmp_path: Path, plan: LinkPlan, told: str) -> None:
    link = VirtualLink(SimulatedDevice(felt()), plan)
    link.run(len(felt()) / 100 + 3)
    said = " ".join(repclip("analyze", recorded(tmp_path / "a.repclip", tuple(link.chunks))).out.split())
    assert re.search(told, said)
    assert said.count("the link was too slow") + said.count("started anew") == 1


def test_a_link_that_is_lost_at_the_end_is_told(repclip: Run, tmp_path: Path) -> None:
    link = VirtualLink(SimulatedDevice(felt()), LinkPlan(away=((12, 15), (30, 99))))
    link.run(34)
    said = repclip("analyze", recorded(tmp_path / "a.repclip", tuple(link.chunks)))
    note = "The link was lost at 29.9 s, until the end; what the board did then is not here."
    assert " ".join(said.out.split()).count(note) == 1
    assert "lost at" not in repclip("analyze", recorded(tmp_path / "b.repclip", came())).out


def test_arrivals_that_step_back_are_no_harm(repclip: Run, tmp_path: Path) -> None:
    """Times of arrival that a damaged or hostile file makes up."""
    chunks = tuple(replace(one, arrival_ns=-one.arrival_ns) for one in came() if not isinstance(one, LinkEvent))
    assert summary(repclip("analyze", recorded(tmp_path / "a.repclip", chunks), "--json").out)["reps"] == REPS
