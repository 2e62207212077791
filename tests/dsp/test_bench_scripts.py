"""The benchmarks' own code works; what they measure is not judged here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dsp_helpers import a_set, record

import accuracy
import disturbed
import simulated
import speed
from made_cycles import made
from real_data import RealFile
from repsignal import Rep
from repsignal.synth import ScenarioKind
from repsignal.types import ImuBlock
from scoring import Errors, TrueCycle, analyse, match


def test_reps_are_matched_once_and_by_most_overlap() -> None:
    true = [TrueCycle(0.0, 1.0, 2.0, 3.0), TrueCycle(3.0, 4.0, 5.0, 6.0), TrueCycle(9.0, 10.0, 11.0, 12.0)]
    found = [replace(made(Rep, 1, start_s), end_s=end_s) for start_s, end_s in ((0.1, 3.2), (2.5, 6.1), (6.2, 8.9))]
    assert match(true, found) == [(true[0], found[0]), (true[1], found[1])]


def test_bias_and_scatter_are_told_apart() -> None:
    errors = Errors.of([0.1, 0.2, 0.3, float("nan")])
    assert errors is not None
    assert errors.count == 3
    assert errors.bias == pytest.approx(0.2)
    assert errors.median == pytest.approx(0.2)
    assert errors.scatter == pytest.approx(0.1)
    assert Errors.of([]) is None


@pytest.mark.parametrize(("text", "seeds"), [("3", (3,)), ("1-3", (1, 2, 3)), ("1,4-5", (1, 4, 5))])
def test_seeds(text: str, seeds: tuple[int, ...]) -> None:
    assert accuracy.parse_seeds(text) == seeds


def test_accuracy_on_two_seeds() -> None:
    kinds = (ScenarioKind.CLEAN,)
    results, idle = accuracy.run_simulated((1, 2), kinds, (ScenarioKind.IDLE,))
    assert [result.case.kind for result in results] == ["clean", "clean"]
    assert all(result.case.true_reps > 0 for result in results)
    assert all(result.case.true_reps == 0 for result in idle)
    assert any("mean absolute error" in text for text in simulated.sim_tables(results, idle))
    assert json.dumps(simulated.sim_figures(results, idle))
    text, figures = accuracy.comparison(accuracy.compared([*results, *idle], []))
    assert "sim. clean" in text
    assert figures["all"]["of"] == 4


def test_missing_folder_of_real_data_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accuracy, "KINDS", (ScenarioKind.CLEAN,))
    monkeypatch.setattr(accuracy, "LIVE_KINDS", (ScenarioKind.CLEAN,))
    out = tmp_path / "figures.json"
    assert accuracy.main(["--seeds", "1", "--data", str(tmp_path / "nowhere"), "--json", str(out)]) == 0
    assert "skipped" in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8"))["seeds"] == [1]


def test_speed_measures() -> None:
    block = speed.tiled(speed.session(), 12_000)
    assert len(block) == 12_000
    assert (block.time_s[1:] > block.time_s[:-1]).all()
    assert speed.batch_seconds(block) >= 0.0
    memory = speed.stream_memory(block, 0.0)
    assert memory is None or len(memory.quarters) == 4


@pytest.mark.parametrize("way", disturbed.WAYS)
def test_a_disturbance_leaves_the_reps_as_they_are(way: str) -> None:
    file = RealFile("a set", "set", 5, 1, record(*a_set(before_s=4.0)).block, ())
    block = disturbed.disturbed(file, way, 0).block
    assert len(analyse(block).reps) == 5
    again, other = disturbed.disturbed(file, way, 0).block, disturbed.disturbed(file, way, 1).block
    assert same(block, again)
    assert disturbed.WAYS[way].times == 1 or not same(block, other)


def same(one: ImuBlock, other: ImuBlock) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("time_s", "acc", "gyr"))


def test_an_unknown_disturbance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        disturbed.main([str(tmp_path), "worn by a cat"])
    assert "there is no way 'worn by a cat'" in capsys.readouterr().err
