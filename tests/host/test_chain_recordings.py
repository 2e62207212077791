"""The recordings of the real chain: whole, counted right against their truth, and made by their script."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import make_chain_recordings
from host_helpers import Run
from repclip.cli.common import ExaminedFile, examine_file
from repclip.recording.importers.any_recording import open_recording

FOLDER = Path(__file__).resolve().parents[2] / "recordings"
TIMES_LOST = {"chain_set": 0, "chain_session": 0, "chain_lost_link": 1}
# Mean absolute errors of a phase, s: about twice those of the benchmark's recordings.
OFF_S = {"lift_s": 0.08, "hold_s": 0.15, "lower_s": 0.25}
each = pytest.mark.parametrize("name", TIMES_LOST)


def truth(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def examined(name: str, exercise: str | None = None) -> ExaminedFile:
    return examine_file(FOLDER / f"{name}.repclip", exercise)


@each
@pytest.mark.parametrize("exercise", [None, "generic"])
def test_reps_are_counted_right(name: str, exercise: str | None) -> None:
    found, true = examined(name, exercise).report.sets, truth(name)["sets"]
    assert [len(one.reps) for one in found] == [len(one["reps"]) for one in true]
    for one, its in zip(found, true, strict=True):
        assert not one.cut_offs
        for rep, real in zip(one.reps, its["reps"], strict=True):
            assert rep.start_s is not None
            assert real["start_s"] == pytest.approx(rep.start_s, abs=0.1)


@each
def test_there_are_no_partial_reps(name: str) -> None:
    assert truth(name)["summary"]["partials"] == 0
    assert examined(name).report.summary.partials == 0


@each
def test_phases_are_timed_right(name: str) -> None:
    found = [rep for one in examined(name).report.sets for rep in one.reps]
    true = [rep for one in truth(name)["sets"] for rep in one["reps"]]
    for phase, allowed_s in OFF_S.items():
        off = [abs(getattr(rep, phase) - real[phase]) for rep, real in zip(found, true, strict=True)]
        assert np.mean(off) < allowed_s, phase


@each
def test_no_sample_is_lost(name: str) -> None:
    seen = examined(name).seen
    assert (seen.gaps, seen.report.gaps, seen.restarts) == ((), (), 0)
    assert seen.report.sample_rate_hz is not None
    assert seen.report.samples == pytest.approx(seen.report.duration_s * seen.report.sample_rate_hz + 1, abs=1.0)
    assert seen.times_lost == TIMES_LOST[name]


@each
def test_info_says_what_it_is(repclip: Run, name: str) -> None:
    told = json.loads(repclip("info", FOLDER / f"{name}.repclip", "--json").out)
    assert (told["state"], told["exercise"], told["notes"]) == ("complete", truth(name)["exercise"], [])
    assert (told["lost_samples"], told["times_lost"]) == (0, TIMES_LOST[name])
    assert told["simulated"] == truth(name)["made_with"]
    assert told["device"] == "sim-leg"
    assert "nobody was recorded" in " ".join(repclip("info", FOLDER / f"{name}.repclip").out.split())


@each
def test_reading_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / f"{name}.repclip", tmp_path))
    before = copy.read_bytes()
    assert len([*open_recording(copy).chunks()]) > 1000
    assert [one.name for one in tmp_path.iterdir()] == [copy.name]
    assert copy.read_bytes() == before


def test_they_hold_what_was_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    assert [one.name for one in make_chain_recordings.RECORDINGS] == list(TIMES_LOST)
    assert make_chain_recordings.main(["--check"]) == 0
    assert capsys.readouterr().out == "All 3 recordings hold what was simulated.\n"


def test_check_sees_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(FOLDER / "chain_set.repclip", tmp_path / "chain_lost_link.repclip")
    shutil.copy(FOLDER / "chain_lost_link.json", tmp_path)
    assert make_chain_recordings.main(["--check", "--folder", str(tmp_path), "chain_lost_link"]) == 1
    said = capsys.readouterr().err
    for words in ("acc is what was felt", "gyr is what was felt", "chain_lost_link.json is not what"):
        assert words in said
