"""Each exercise that comes along, done as it is prescribed by a simulated person: from samples to the report."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from host_helpers import Run, as_csv
from repclip.session.exercise import GENERIC, Exercise, builtin_exercises, find_exercise
from repclip.session.prescription import Span
from repclip.session.tempo import PhaseTarget
from repsignal import Phase
from repsignal.synth import (
    Leg,
    Mounting,
    Pose,
    RepPlan,
    Scenario,
    SensorModel,
    SetPlan,
    Simulation,
    SoftTissue,
    Still,
    Sway,
    simulate,
)
from repsignal.synth.exercises import EXERCISES, ExerciseFigures

BALL = "prone-thigh-extension-ball"
FIGURES = {figures.id: figures for figures in EXERCISES}
EACH = [(one.id, seed) for one in builtin_exercises() for seed in (1, 2)]
ON_BALL, ELSEWHERE = Sway(0.27, 0.0027), Sway(0.1, 0.001)  # of the steady people of `ScenarioKind.CLEAN`
CV = 0.03
SCHEMA = files("repclip.report") / "analysis.schema.json"


def figures_of(exercise: Exercise) -> ExerciseFigures:
    """Who names no exercise does that of the ball."""
    return FIGURES[BALL if exercise.id == GENERIC else exercise.id]


def middle(span: tuple[float, float]) -> float:
    return fmean(span)


def done(exercise: Exercise, seed: int) -> Simulation:
    """The first set: as many reps as it begins with, each phase in the middle of what is prescribed, or usual."""
    figures, tempo = figures_of(exercise), exercise.tempo
    rng = np.random.default_rng(seed)

    def seconds(target: PhaseTarget | None, usual: tuple[float, float]) -> float:
        return middle(usual if target is None or target.max_s is None else (target.min_s, target.max_s))

    def varied(value: float) -> float:
        return float(value * (1.0 + CV * rng.standard_normal()))

    typical = RepPlan(
        lift_s=seconds(tempo.lift, figures.lift_s),
        hold_s=seconds(tempo.hold, figures.hold_s),
        lower_s=seconds(tempo.lower, figures.lower_s),
        pause_s=0.6,
        rom_deg=middle(range_of(exercise.rom_deg, figures)),
        tremor_dps=0.1,
    )
    reps = tuple(
        replace(
            typical,
            lift_s=varied(typical.lift_s),
            hold_s=varied(typical.hold_s),
            lower_s=varied(typical.lower_s),
            pause_s=varied(typical.pause_s),
            rom_deg=varied(typical.rom_deg),
        )
        for _ in range(count_of(exercise))
    )
    bottom = Pose(middle(figures.bottom_deg))
    scenario = Scenario(
        (Still(3.0, bottom), SetPlan(reps, bottom, lowers=figures.lowers), Still(4.0)),
        Leg(middle(figures.distance_m), ON_BALL if figures.ball else ELSEWHERE, SoftTissue(0.2)),
        Mounting.random(rng),
        SensorModel.typical(100.0),
    )
    return simulate(scenario, seed)


def range_of(prescribed: Span | None, figures: ExerciseFigures) -> tuple[float, float]:
    if prescribed is None or prescribed.min is None or prescribed.max is None:
        return figures.rom_deg
    return prescribed.min, prescribed.max


def count_of(exercise: Exercise) -> int:
    return 10 if exercise.reps is None else exercise.reps.start or exercise.reps.min


@pytest.mark.parametrize(("exercise_id", "seed"), EACH)
def test_counted_and_timed_and_without_a_fault(repclip: Run, tmp_path: Path, exercise_id: str, seed: int) -> None:
    exercise = find_exercise(exercise_id)
    simulated = done(exercise, seed)
    block = simulated.block
    path = tmp_path / "set.csv"
    rows = np.column_stack([block.time_s, block.acc / 9.80665, np.degrees(block.gyr)])
    path.write_text(as_csv(rows), encoding="utf-8")

    said = repclip("analyze", path, "--exercise", exercise_id, "--json")
    assert " ".join(said.err_lines) == f"caution: {exercise.caution}"
    told = json.loads(said.out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert told["exercise"] == exercise_id
    assert told["summary"] == {"reps": count_of(exercise), "partials": 0, "sets": 1}
    assert told["sets"][0]["score"]["reps_verdict"] == (None if exercise.reps is None else "on")

    reps, truth = told["sets"][0]["reps"], simulated.truth.reps
    on_tempo = {phase.value: None if exercise.tempo.target(phase) is None else "on" for phase in Phase}
    for rep in reps:
        assert rep["flags"] == []
        assert rep["verdicts"] == on_tempo
    # the simulator calls lift whatever comes first
    strokes = ("lift_s", "lower_s") if exercise.first_phase is Phase.LIFT else ("lower_s", "lift_s")
    for key, true_key in zip((*strokes, "hold_s"), ("lift_s", "lower_s", "hold_s"), strict=True):
        true_s = fmean(getattr(rep, true_key) for rep in truth)
        assert fmean(rep[key] for rep in reps) == pytest.approx(true_s, abs=0.12)
    rom_deg = fmean(rep.rom_deg for rep in truth)
    assert fmean(rep["rom_deg"] for rep in reps) == pytest.approx(rom_deg, abs=1.0, rel=0.03)
    rises = {rep["rise_cm"] > 0.0 for rep in reps if rep["rise_cm"] is not None}
    assert rises in ({truth[0].rise_cm > 0.0}, set()), "up, or down where the first movement is"
