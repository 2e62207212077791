"""The labelled recordings: well-formed, made by their script, and counted right."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import make_recordings
from repclip.analysis import AnalysisReport, analyze
from repclip.recording.importers.csv_header import COLUMNS
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.session.exercise import builtin_exercises
from repsignal import CounterParams, LiftDirection

FOLDER = Path(__file__).resolve().parents[2] / "recordings"
CHAIN = ("chain_set", "chain_session", "chain_lost_link")  # more of them in test_chain_recordings.py
NAMES = ("demo", "floor_small_range", "two_sets_with_walking", "lost_packets", "cut_off")
LIMIT_BYTES = 300_000
INSTANTS = ("start_s", "top_s", "lower_start_s", "end_s")
EXERCISES = {one.id: one for one in builtin_exercises()}
each = pytest.mark.parametrize("name", NAMES)
each_truth = pytest.mark.parametrize("name", [*NAMES, *CHAIN])


@cache
def truth(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def table(name: str) -> np.ndarray:
    return np.loadtxt(FOLDER / f"{name}.csv", delimiter=",", skiprows=1)


@cache
def analysis(name: str, direction: LiftDirection) -> AnalysisReport:
    return analyze(CsvReader(FOLDER / f"{name}.csv").blocks(), params=CounterParams(lift_direction=direction))


def template() -> Any:
    """The truth that FORMAT.md shows."""
    text = (FOLDER / "FORMAT.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", text, flags=re.DOTALL)
    return json.loads(shown)


def test_every_recording_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(NAMES)
    assert {path.stem for path in FOLDER.glob("*.repclip")} == set(CHAIN)
    assert {path.stem for path in FOLDER.glob("*.json")} == {*NAMES, *CHAIN}


def test_every_file_is_small_and_listed() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in (path for kind in ("csv", "json", "png", "repclip") for path in FOLDER.glob(f"*.{kind}")):
        assert path.stat().st_size < LIMIT_BYTES
        assert path.suffix == ".json" or f"`{path.name}`" in listed


@each
def test_csv_parses(name: str) -> None:
    reader = CsvReader(FOLDER / f"{name}.csv")
    assert sum(len(block) for block in reader.blocks()) == len(table(name)) > 1000
    assert not reader.notes
    rows = table(name)
    assert rows.shape[1] == len(COLUMNS)
    assert np.isfinite(rows).all()
    assert (np.diff(rows[:, 0]) > 0).all()
    assert 20 <= 1 / np.median(np.diff(rows[:, 0])) <= 400
    assert np.median(np.linalg.norm(rows[:, 1:4], axis=1)) == pytest.approx(1.0, abs=0.1)


@each_truth
def test_truth_is_as_format_md_says(name: str) -> None:
    found, shown = truth(name), template()
    assert list(found) == list(shown)
    assert found["schema"] == shown["schema"]
    assert found["recording"] == f"{name}.{'repclip' if name in CHAIN else 'csv'}"
    assert found["simulated"] is True
    assert "simulated" in found["made_with"].lower()
    assert found["exercise"] in EXERCISES
    assert set(found["summary"]) == set(shown["summary"])
    assert found["summary"]["reps"] == sum(len(one["reps"]) for one in found["sets"])
    assert found["summary"]["partials"] == sum(len(one["partials"]) for one in found["sets"])
    assert found["summary"]["sets"] == len(found["sets"])
    # What the example leaves out of a set is there in the analysis, whose keys these are.
    for number, one in enumerate(found["sets"], start=1):
        assert set(one) == {*shown["sets"][0], "cut_offs"}
        assert one["index"] == number
        for kind in ("reps", "partials", "cut_offs"):
            assert [cycle["index"] for cycle in one[kind]] == list(range(1, len(one[kind]) + 1))
            for cycle in one[kind]:
                assert set(cycle) == {*shown["sets"][0]["reps"][0], "elevation_top_deg", "rise_cm"}


def test_the_truth_that_format_md_shows_agrees_with_itself() -> None:
    shown = template()
    (one,) = shown["sets"]
    (rep,) = one["reps"]
    assert np.diff([rep[key] for key in INSTANTS]) == pytest.approx(
        [rep[key] for key in ("lift_s", "hold_s", "lower_s")]
    )
    assert (one["start_s"], one["end_s"]) == (rep["start_s"], rep["end_s"])
    assert rep["pause_s"] is None
    assert shown["summary"] == {"reps": 1, "partials": 0, "sets": 1}


@each_truth
def test_truth_agrees_with_itself(name: str) -> None:
    last_s = float(np.ptp(table(name)[:, 0])) if name in NAMES else inf
    for one in truth(name)["sets"]:
        whole = sorted([*one["reps"], *one["partials"]], key=lambda cycle: cycle["start_s"])
        for cycle in whole:
            instants = [cycle[key] for key in INSTANTS]
            phases = [cycle[key] for key in ("lift_s", "hold_s", "lower_s")]
            assert np.diff(instants) == pytest.approx(phases, abs=1e-3)
            assert one["start_s"] <= instants[0] < instants[-1] <= one["end_s"] <= last_s + 1e-3
        for cycle, following in pairwise(whole):
            pause_s = None if cycle is one["reps"][-1] else following["start_s"] - cycle["end_s"]
            assert cycle["pause_s"] == pytest.approx(pause_s, abs=1e-3)
        assert one["reps"][-1]["pause_s"] is None
        for cycle in one["cut_offs"]:
            assert None in [cycle[key] for key in INSTANTS]
            assert all(0 <= cycle[key] <= last_s for key in INSTANTS if cycle[key] is not None)
        full = np.median([rep["rom_deg"] for rep in one["reps"]])
        assert all(rep["rom_deg"] >= 0.6 * full for rep in one["reps"])
        assert all(partial["rom_deg"] < 0.6 * full for partial in one["partials"])


@each
@pytest.mark.parametrize("told", [False, True], ids=["generic", "exercise"])
def test_counted_right(name: str, told: bool) -> None:
    true = truth(name)
    direction = EXERCISES[true["exercise"]].lift_direction if told else LiftDirection.AUTO
    report = analysis(name, direction)
    assert len(report.sets) == len(true["sets"])
    for found, one in zip(report.sets, true["sets"], strict=True):
        assert (len(found.reps), len(found.partials)) == (len(one["reps"]), len(one["partials"]))
        pairs = [*zip(found.reps, one["reps"], strict=True), *zip(found.partials, one["partials"], strict=True)]
        for rep, real in pairs:
            seen = [at for at in (rep.start_s, rep.top_s, rep.lower_start_s, rep.end_s) if at is not None]
            assert real["start_s"] < (min(seen) + max(seen)) / 2 < real["end_s"]


def test_hole_is_said() -> None:
    (hole,) = [gap for gap in analysis("lost_packets", LiftDirection.AUTO).gaps if not gap.bridged]
    assert hole.end_s - hole.start_s == pytest.approx(1.0, abs=0.05)


def test_rep_cut_off_at_the_start_is_marked() -> None:
    (found,) = analysis("cut_off", LiftDirection.AUTO).sets
    real = truth("cut_off")["sets"][0]["cut_offs"][0]
    assert found.cut_offs[0].start_s is None
    assert found.cut_offs[0].end_s == pytest.approx(real["end_s"], abs=0.3)


def test_rep_cut_off_at_the_end_is_marked() -> None:
    (found,) = analysis("cut_off", LiftDirection.AUTO).sets
    real = truth("cut_off")["sets"][0]["cut_offs"][-1]
    assert found.cut_offs[-1].end_s is None
    assert found.cut_offs[-1].start_s == pytest.approx(real["start_s"], abs=0.3)


def test_script_reproduces_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert [one.name for one in make_recordings.RECORDINGS] == list(NAMES)
    assert make_recordings.main(["--check"]) == 0
    said = capsys.readouterr()
    assert not said.err
    assert said.out == "All 10 files are as this script makes them.\n"


def test_check_sees_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_recordings.main(["--folder", str(tmp_path)]) == 0
    assert make_recordings.main(["--folder", str(tmp_path), "--check"]) == 0
    demo, cut_off = tmp_path / "demo.csv", tmp_path / "cut_off.json"
    lines = demo.read_text(encoding="utf-8").splitlines()
    cells = lines[5].split(",")
    # Ends of lines and a last digit may differ from one platform to another; nothing else may.
    cells[1] = f"{float(cells[1]) + 1e-4:.4f}"
    text = "\r\n".join([*lines[:5], ",".join(cells), *lines[6:]])
    demo.write_text(text, encoding="utf-8", newline="")
    (tmp_path / "demo.json").unlink()
    cut_off.write_text(cut_off.read_text(encoding="utf-8").replace('"reps": 8', '"reps": 9'), encoding="utf-8")
    assert make_recordings.main(["--folder", str(tmp_path), "--check"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == ["demo.json is missing", "cut_off.json is not what this script makes"]
    demo.write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert make_recordings.main(["--folder", str(tmp_path), "--check"]) == 1
    assert "demo.csv is not what this script makes" in capsys.readouterr().err
