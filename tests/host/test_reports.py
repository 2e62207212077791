"""JSON and text of one report."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from plot_scenes import scored
from repclip import bundled
from repclip.analysis import AnalysisReport
from repclip.report.json_report import as_json, as_object
from repclip.report.text import clock, print_report
from repclip.session.tempo import Tempo, parse_tempo
from repsignal import CycleFlag

TOP_KEYS = ["schema", "exercise", "sample_rate_hz", "duration_s", "gaps", "sets", "summary"]
SET_KEYS = ["index", "start_s", "end_s", "reps", "partials", "cut_offs"]
REP_KEYS = [
    "index", "start_s", "top_s", "lower_start_s", "end_s", "lift_s", "hold_s", "lower_s", "pause_s", "rom_deg", "flags",
    "elevation_top_deg", "rise_cm", "boundary_sd_s",
]  # fmt: skip


SCORE_KEYS = ["verdicts", "deviations_s", "quality"]


def test_json_keys_are_exactly_these(report: AnalysisReport) -> None:
    data = json.loads(as_json(report))
    assert list(data) == TOP_KEYS
    assert data["schema"] == "repclip.analysis/1"
    assert data["summary"] == {"reps": 20, "partials": 1, "sets": 1}
    assert data["gaps"] == [
        {"start_s": 30.0, "end_s": 31.5, "missing": 149, "bridged": False},
        {"start_s": 50.0, "end_s": 50.1, "missing": 9, "bridged": True},
    ]
    (one,) = data["sets"]
    assert list(one) == SET_KEYS
    for kind, count in (("reps", 20), ("partials", 1), ("cut_offs", 1)):
        assert len(one[kind]) == count
        for cycle in one[kind]:
            assert list(cycle) == REP_KEYS
            assert list(cycle["boundary_sd_s"]) == ["start", "top", "lower_start", "end"]


def test_json_values(report: AnalysisReport) -> None:
    first = as_object(report)["sets"][0]["reps"][0]  # type: ignore[index,call-overload]
    assert first == {
        "index": 1, "start_s": 5.0, "top_s": 6.0, "lower_start_s": 9.0, "end_s": 12.5,
        "lift_s": 1.0, "hold_s": 3.0, "lower_s": 3.5, "pause_s": 0.5, "rom_deg": 37.9, "flags": [],
        "elevation_top_deg": -2.0, "rise_cm": 25.0,
        "boundary_sd_s": {"start": 0.03, "top": 0.05, "lower_start": 0.1, "end": 0.1},
    }  # fmt: skip


def test_scores_are_added_at_the_end_and_change_nothing_else(report: AnalysisReport) -> None:
    data = json.loads(as_json(report, scored(report, parse_tempo("lift=2,hold=x,lower=3-4?"))))
    assert list(data) == [*TOP_KEYS, "prescription", "score"]
    assert data["prescription"] == {
        "lift": {"min_s": 2.0, "max_s": 2.0, "optional": False},
        "hold": {"min_s": 0.0, "max_s": None, "optional": False},
        "lower": {"min_s": 3.0, "max_s": 4.0, "optional": True},
        "pause": None,
        "reps": None,
        "sets": None,
        "rest_s": None,
        "rom_deg": None,
        "elevation_max_deg": None,
        "off_floor": False,
    }
    (one,) = data["sets"]
    assert list(one) == [*SET_KEYS, "score"]
    assert all(list(rep) == [*REP_KEYS, *SCORE_KEYS] for rep in (*one["reps"], *one["partials"]))
    assert one["reps"][0]["verdicts"] == {"lift": "short", "hold": None, "lower": "on", "pause": None}
    assert one["reps"][0]["deviations_s"] == {"lift": -1.0, "hold": None, "lower": 0.0, "pause": None}
    assert one["reps"][3]["verdicts"]["lift"] is None
    assert set(one["partials"][0]["verdicts"].values()) == {None}
    assert one["partials"][0]["flags"][-1] == "partial"
    assert list(one["cut_offs"][0]) == REP_KEYS
    plain = json.loads(as_json(report))
    assert plain["sets"][0]["reps"][4]["flags"] == [flag for flag in one["reps"][4]["flags"] if flag in list(CycleFlag)]
    for key in ("prescription", "score"):
        del data[key]
    del one["score"]
    for rep in (*one["reps"], *one["partials"]):
        rep["flags"] = [flag for flag in rep["flags"] if flag in list(CycleFlag)]
        for key in SCORE_KEYS:
            del rep[key]
    assert data == plain


@pytest.mark.parametrize("tempo", ["4-0-1-3", "lift=1,hold=x", None])
def test_json_is_as_its_schema_says(report: AnalysisReport, tempo: str | None) -> None:
    schema = json.loads(files("repclip.report").joinpath("analysis.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    validator.check_schema(schema)
    data = json.loads(as_json(report, scored(report, parse_tempo(tempo) if tempo else Tempo())))
    validator.validate(data)
    data["sets"][0]["reps"][0]["lift_s"] = "1.0"
    assert not validator.is_valid(data)


def test_json_of_every_bundled_recording_is_as_the_schema_says(repclip: Callable[..., Any]) -> None:
    schema = json.loads(files("repclip.report").joinpath("analysis.schema.json").read_text(encoding="utf-8"))
    for name in ("chain_set.repclip", "chain_lost_link.repclip", "lost_packets.csv", "cut_off.csv"):
        said = repclip("analyze", bundled.recording(name), "--json")
        assert said.code == 0
        Draft202012Validator(schema).validate(json.loads(said.out))


def test_json_command_knows_the_tempo(repclip: Callable[..., Any], set_csv: Path) -> None:
    for more in (["--tempo", "4-0-1-3"], ["--exercise", "lying-leg-curl"]):
        assert json.loads(repclip("analyze", set_csv, "--json", *more).out)["prescription"]["lift"]["min_s"] == 1.0


def test_json_unknown_is_null(report: AnalysisReport, empty_report: AnalysisReport) -> None:
    one = json.loads(as_json(report))["sets"][0]
    assert one["reps"][3]["top_s"] is one["reps"][3]["lift_s"] is one["reps"][3]["boundary_sd_s"]["top"] is None
    assert one["reps"][-1]["pause_s"] is one["reps"][-1]["rise_cm"] is None
    assert json.loads(as_json(empty_report))["sample_rate_hz"] is None
    not_finite = replace(report, sample_rate_hz=float("nan"), duration_s=float("inf"))
    assert "NaN" not in as_json(not_finite)
    assert "Infinity" not in as_json(not_finite)


# Text


def text(report: AnalysisReport, width: int = 80, encoding: str = "utf-8", tempo: str | None = None) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)  # strict: what cannot be encoded fails
    console = Console(file=file, width=width, markup=False, highlight=False, force_terminal=False)
    score = scored(report, parse_tempo(tempo)) if tempo else None
    print_report(report, console, title="evening.csv", score=score)
    file.flush()
    return raw.getvalue().decode(encoding)


def test_text_fits_80_columns(report: AnalysisReport) -> None:
    said = text(report)
    assert max(map(len, said.splitlines())) <= 80
    for words in (
        "Set 1: 20 reps, 1 partial rep, 1 cut off, from 5.0 s to 2:52.5",
        "mean   1.0",
        "± sd",
        "p1 ",
        "c1 ",
        "149 samples missing from 30.0 s to 31.5 s.",
        "9 missing samples bridged in 1 short hole.",
        "20 reps in 1 set, 1 partial rep; recording of 3:00.0 at 100.0 Hz",
    ):
        assert words in said
    for remark in ("gap", "uncertain, clipped", "bridged", "partial", "cut off, goes on after"):
        assert any(line.rstrip().endswith(remark) for line in said.splitlines()), remark


def test_the_mean_is_without_what_is_uncertain(report: AnalysisReport) -> None:
    """As in the report for a physiotherapist, and in the pictures."""
    (one,) = report.sets
    sure = [replace(rep, top_sd_s=0.02, lower_start_sd_s=0.02) for rep in one.reps[:3]]
    unsure = replace(sure[2], hold_s=9.0, lower_start_sd_s=0.4, flags=(CycleFlag.UNCERTAIN,))
    reps = (replace(sure[0], hold_s=3.0), replace(sure[1], hold_s=4.0), unsure)
    said = text(replace(report, sets=(replace(one, reps=reps, partials=(), cut_offs=()),)))
    mean = next(line for line in said.splitlines() if line.startswith("mean")).split()
    assert mean[2] == "3.5"
    assert "9.0" in said, "what was found is shown all the same"
    assert "the mean is without such a phase" in " ".join(said.split())


def test_text_marks_phases_against_a_tempo(report: AnalysisReport) -> None:
    said = text(report, tempo="lift=2,hold=3,lower=3-4,pause=0")
    assert "Prescribed: lift 2 s, hold 3 s, lower 3–4 s, pause 0 s." in said
    assert "on: within the range prescribed, or within 0.2 s or a tenth of a single figure." in said
    first = next(line for line in said.splitlines() if line.startswith("   1 "))
    assert first.split()[:9] == ["1", "1.0", "short", "3.0", "on", "3.5", "on", "0.5", "long"]
    partial = next(line for line in said.splitlines() if line.startswith("  p1"))
    assert "short" not in partial
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437", "cp850", "ascii", "latin-1"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_text_in_any_terminal(report: AnalysisReport, encoding: str, width: int) -> None:
    said = text(report, width=width, encoding=encoding, tempo="4-0-1-3")
    assert "?" not in said or width < 80
    assert max(map(len, said.splitlines())) <= width


@pytest.mark.parametrize("tempo", [None, "4-0-1-3", "lift=1"])
@pytest.mark.parametrize("width", [30, 40, 50, 60, 70, 80])
def test_no_column_is_dropped_silently(report: AnalysisReport, width: int, tempo: str | None) -> None:
    said = text(report, width=width, tempo=tempo)
    lines = said.splitlines()
    assert max(map(len, lines)) <= width
    at = next(at for at, line in enumerate(lines) if line.startswith(" rep"))
    head, units = lines[at - 1], lines[at]
    names = ["lift", "hold", "lower", "pause", "range", "top", "rise"]
    shown = [name for name in names if name in head.split()]
    told = " ".join(lines).partition("left out: ")[2].partition(".")[0]
    assert sorted([*shown, *filter(None, told.replace(",", " ").split())]) == sorted(names)
    assert shown[0] == "lift"
    assert "remarks" in units.split()
    for name in ("range", "top", "rise"):
        assert (f"{name}: " in said) == (name in shown)
    first = next(line for line in lines if line.startswith("   1 "))
    assert len(re.findall(r"-?\d+\.\d", first)) == len(shown)


def test_text_of_nothing(empty_report: AnalysisReport) -> None:
    said = text(replace(empty_report, notes=("The accelerometer felt no gravity.",)))
    assert "0 reps; recording of 0.0 s" in said
    assert "felt no gravity" in said
    assert "Set" not in said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (59.96, "1:00.0"), (123.4, "2:03.4"), (3599.96, "1:00:00"), (86399, "23:59:59")],
)
def test_clock(seconds: float, words: str) -> None:
    assert clock(seconds) == words


# The commands


def test_analyze_json_is_all_of_stdout(repclip: Callable[..., Any], set_csv: Path) -> None:
    said = repclip("analyze", set_csv, "--json")
    assert (said.code, said.err) == (0, "")
    data = json.loads(said.out)
    assert list(data) == [*TOP_KEYS, "prescription", "score"]
    assert data["exercise"] == "generic"
    assert data["summary"]["reps"] == len(data["sets"][0]["reps"]) > 5
    assert data["sets"][0]["reps"][-1]["pause_s"] is None


def test_json_notes_go_to_stderr(repclip: Callable[..., Any], set_csv: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes(set_csv.read_bytes()[:-20])
    said = repclip("analyze", path, "--json", "--exercise", "lying-leg-curl")
    assert json.loads(said.out)["exercise"] == "lying-leg-curl"
    assert "cut off" in said.err


def test_analyze_against_a_named_exercise(repclip: Callable[..., Any], set_csv: Path) -> None:
    said = repclip("analyze", set_csv, "--exercise", "prone-thigh-extension-ball", "--tempo", "lift=9")
    assert said.code == 0
    assert "Prescribed: lift 9 s, hold 3 s, lower 3–4 s." in said.out
    assert "short" in said.out
