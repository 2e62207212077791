"""An exercise that begins with the lowering is told so everywhere: JSON, table, pictures, live."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repclip.cues.follow import MeasuredPace
from repclip.cues.lead import Metronome
from repclip.cues.settings import CountAt, CueSettings
from repclip.cues.types import CueKind
from repclip.engine.outputs import Counted
from repclip.live.state import Keeping, LiveState
from repclip.recording.importers.csv_header import COLUMNS
from repclip.report.plots.blocks import blocks
from repclip.session.exercise import find_exercise
from repclip.session.tempo import parse_tempo
from repsignal import AngleTrace, Phase, PhaseEvent, Rep, RepEvent, SetEnd, quality_of
from repsignal.synth import Leg, Pose, RepPlan, Scenario, SensorModel, Still, TrueRep, simulate, steady_set

Run = Callable[..., Any]
NORDIC = find_exercise("nordic-curl")


@pytest.fixture(scope="module")
def nordic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[TrueRep, ...]]:
    """A Nordic curl, 3 s down and 2 s up; what comes first is the simulator's lift."""
    plan = RepPlan(lift_s=3.0, hold_s=0.4, lower_s=2.0, pause_s=0.8, rom_deg=60.0)
    upright = Pose(elevation_deg=86.0)
    made = simulate(
        Scenario(
            (Still(3.0, upright), steady_set(6, plan, bottom=upright, lowers=True), Still(3.0)),
            Leg(distance_m=0.92),
            sensor=SensorModel.typical(100.0),
        ),
        3,
    )
    block = made.block
    path = tmp_path_factory.mktemp("nordic") / "nordic.csv"
    rows = np.column_stack([block.time_s, block.acc / 9.80665, np.degrees(block.gyr)])
    np.savetxt(path, rows, fmt="%.5f", delimiter=",", header=",".join(COLUMNS), comments="")
    return path, made.truth.reps


def lowered_first(index: int, start_s: float) -> Rep:
    """1 s down, 3 s held, 3.5 s up."""
    bounds = (start_s, start_s + 1.0, start_s + 4.0, start_s + 7.5)
    return Rep(index, *bounds, 0.1, 0.1, 0.1, 0.1, 3.5, 3.0, 1.0, None, 60.0, first_phase=Phase.LOWER)


def test_json(repclip: Run, nordic: tuple[Path, tuple[TrueRep, ...]]) -> None:
    path, truth = nordic
    (found,) = json.loads(repclip("analyze", path, "-e", NORDIC.id, "--json").out)["sets"]
    assert len(found["reps"]) == len(truth)
    for rep, true in zip(found["reps"], truth, strict=True):
        assert rep["first_phase"] == "lower"
        assert rep["lower_s"] == pytest.approx(true.lift_s, abs=0.3)
        assert rep["lift_s"] == pytest.approx(true.lower_s, abs=0.3)


def test_other_exercises_say_nothing_of_it(repclip: Run, nordic: tuple[Path, tuple[TrueRep, ...]]) -> None:
    (found,) = json.loads(repclip("analyze", nordic[0], "-e", "seated-leg-curl", "--json").out)["sets"]
    assert all("first_phase" not in rep for rep in found["reps"])
    assert all(rep["lift_s"] > rep["lower_s"] for rep in found["reps"])


def test_table_has_the_columns_in_order_of_time(repclip: Run, nordic: tuple[Path, tuple[TrueRep, ...]]) -> None:
    said = repclip("analyze", nordic[0], "-e", NORDIC.id).out
    head = next(line for line in said.splitlines() if "lift" in line and "range" in line)
    assert head.split()[:4] == ["lower", "hold", "lift", "pause"]


def test_pictures_begin_with_it(repclip: Run, nordic: tuple[Path, tuple[TrueRep, ...]], tmp_path: Path) -> None:
    rep = lowered_first(1, 2.0)
    one = SetEnd(1, 2.0, 9.5, (rep,), (), (), AngleTrace(np.empty(0), np.empty(0), np.empty(0)), 12.0)
    assert [block.phases[0] for block in blocks(rep, one)] == [Phase.LOWER, Phase.HOLD, Phase.LIFT]
    for kind in ("angle", "tempo", "consistency", "overlay"):
        out = tmp_path / f"{kind}.svg"
        repclip("plot", nordic[0], "-e", NORDIC.id, "--kind", kind, "--output", out)
        assert out.stat().st_size > 1000


def test_live_rows_are_in_order_of_time() -> None:
    state = LiveState(NORDIC, Keeping("not recorded"))
    state.take(Counted(RepEvent(1, lowered_first(1, 2.0), 9.6)))
    (row,) = state.view().rows
    assert [time.phase for time in row.phases] == [Phase.LOWER, Phase.HOLD, Phase.LIFT, Phase.PAUSE]
    assert [time.seconds for time in row.phases][:3] == [1.0, 3.0, 3.5]


def test_the_metronome_leads_downwards_first() -> None:
    metronome = Metronome(replace(NORDIC, tempo=parse_tempo("lift=2,hold=1,lower=3,pause=1")), CueSettings())
    metronome.begin(0.0)
    said = [cue.phase for cue in metronome.until(20.0) if cue.kind is CueKind.PHASE]
    assert said[:4] == [Phase.LOWER, Phase.HOLD, Phase.LIFT, Phase.PAUSE]


def test_a_measured_pace_counts_at_the_far_end() -> None:
    pace = MeasuredPace(NORDIC, CountAt.TOP)
    counted = [
        (phase, cue.number)
        for at_s, phase in enumerate((Phase.LOWER, Phase.LIFT, Phase.PAUSE, Phase.LOWER))
        for cue in pace.begins(PhaseEvent(phase, float(at_s), at_s + 0.1, 1), reps=4)
        if cue.kind is CueKind.COUNT
    ]
    assert counted == [(Phase.LIFT, 5)]


def test_a_rep_is_as_smooth_by_the_name_of_its_strokes() -> None:
    rep = lowered_first(1, 2.0)
    time = np.arange(0.0, 12.0, 0.02)
    down, up = np.clip(time - 2.0, 0.0, 1.0), np.clip((time - 6.0) / 3.5, 0.0, 1.0)
    quality = quality_of(rep, AngleTrace(time, 60.0 * (down - up), np.zeros(len(time))))
    assert quality.lower_peak_dps == pytest.approx(60.0, rel=0.01)
    assert quality.lift_peak_dps == pytest.approx(60.0 / 3.5, rel=0.01)


def test_the_counter_is_told() -> None:
    assert NORDIC.counting().first_phase is Phase.LOWER
    assert find_exercise("seated-leg-curl").counting().first_phase is Phase.LIFT
