from __future__ import annotations

import inspect
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray

from repclip import errors
from repclip.analysis import AnalysisReport, analyze
from repclip.calibrate import csv_units_to_si
from repsignal import ImuBlock, SetEnd
from repsignal.synth import RepPlan, Scenario, ScenarioKind, random_scenario, simulate, steady_set
from repsignal.types import GRAVITY_M_S2


@pytest.fixture(scope="module")
def block() -> ImuBlock:
    return simulate(random_scenario(7, kind=ScenarioKind.CLEAN)).block


def cut(block: ImuBlock, size: int) -> list[ImuBlock]:
    starts = range(0, len(block), size)
    return [ImuBlock(block.time_s[k : k + size], block.acc[k : k + size], block.gyr[k : k + size]) for k in starts]


def same_sets(one: AnalysisReport, other: AnalysisReport, atol: float) -> None:
    assert one.summary == other.summary
    for mine, theirs in zip(one.sets, other.sets, strict=True):
        for rep, twin in zip(mine.reps, theirs.reps, strict=True):
            assert rep.start_s == pytest.approx(twin.start_s, abs=atol)
            assert rep.end_s == pytest.approx(twin.end_s, abs=atol)
            assert rep.flags == twin.flags


def test_any_cut_gives_the_same_report(block: ImuBlock) -> None:
    whole = analyze([block])
    assert whole.summary.reps > 5
    same_sets(analyze(cut(block, 333)), whole, 0.0)


def test_times_are_from_the_first_sample(block: ImuBlock) -> None:
    early = analyze([block])
    late = analyze([ImuBlock(block.time_s + 1000.0, block.acc, block.gyr)])
    same_sets(late, early, 0.01)  # the counter's own clock may start anywhere within a sample
    assert late.duration_s == pytest.approx(early.duration_s)
    for one, other in zip(late.sets, early.sets, strict=True):
        for name in ("start_s", "end_s", "detected_s"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=0.01)
        np.testing.assert_allclose(one.trace.time_s, other.trace.time_s, atol=0.01)
        assert one.trace.time_s[0] <= one.start_s < one.end_s <= one.trace.time_s[-1]


def test_every_time_of_a_set_is_moved() -> None:
    """Whoever adds a time to SetEnd is reminded to move it as well."""
    assert {field.name for field in fields(SetEnd) if field.name.endswith("_s")} == {"start_s", "end_s", "detected_s"}


def test_nothing_fed() -> None:
    assert analyze([]) == AnalysisReport("generic", None, 0.0, 0, (), ())


@pytest.mark.parametrize("size", [77, 100_000])
def test_a_clock_that_steps_back_gives_one_clock(block: ImuBlock, size: int) -> None:
    true = analyze([block])
    time_s = block.time_s.copy()
    time_s[len(block) // 2 :] -= 30.0
    report = analyze(cut(ImuBlock(time_s, block.acc, block.gyr), size))
    assert report.duration_s == pytest.approx(true.duration_s, abs=0.5)
    assert report.duration_s >= report.sets[-1].end_s
    (note,) = report.notes
    assert "stepped back, by about 30.0 s" in note
    assert not true.notes


def of_rows(block: ImuBlock, rows: NDArray[np.intp]) -> ImuBlock:
    return ImuBlock(block.time_s[rows], block.acc[rows], block.gyr[rows])


def test_doubled_lines_are_taken_once(block: ImuBlock) -> None:
    report = analyze([of_rows(block, np.arange(len(block)).repeat(2))])
    assert report.notes == (f"{len(block)} samples came twice, time and all, and were taken once.",)
    same_sets(report, analyze([block]), 0.0)


@pytest.mark.parametrize("size", [77, 100_000])
def test_packets_sent_again_are_taken_once(block: ImuBlock, size: int) -> None:
    rows = np.arange(len(block))
    for at in reversed(range(100, len(block) - 500, 400)):
        rows = np.insert(rows, at + 70, np.arange(at, at + 50))
    true, report = analyze([block]), analyze(cut(of_rows(block, rows), size))
    same_sets(report, true, 0.0)
    assert report.duration_s == true.duration_s
    assert not report.gaps
    assert report.notes == (f"{len(rows) - len(block)} samples came twice, time and all, and were taken once.",)


def test_one_sample_is_told_as_one(block: ImuBlock) -> None:
    (note,) = analyze([of_rows(block, np.insert(np.arange(len(block)), 300, 290))]).notes
    assert note.startswith("1 sample came twice")


@pytest.mark.parametrize("size", [77, 100_000])
def test_packets_that_others_overtook_are_gaps_and_no_step_back(block: ImuBlock, size: int) -> None:
    rows = np.arange(len(block))
    for at in range(500, len(block) - 500, 400):
        rows[at : at + 100] = np.roll(rows[at : at + 100], 50)
    true, report = analyze([block]), analyze(cut(of_rows(block, rows), size))
    late = 50 * len(report.gaps)
    assert len(report.gaps) > 5
    assert report.duration_s == true.duration_s
    (note,) = report.notes
    assert note.startswith(f"{late} samples came after later ones, and were left out: a gap is told in their place.")


@pytest.mark.parametrize("late_s", [0.0, 0.015])
@pytest.mark.parametrize("begun", [0, 10, 20, 30])
def test_no_time_is_before_the_first_sample(begun: int, late_s: float) -> None:
    whole = simulate(Scenario((steady_set(5, RepPlan(hold_s=1.0)),))).block
    block = of_rows(whole, np.arange(begun, len(whole)))
    time_s = block.time_s + np.random.default_rng(1).normal(0.0, late_s / 3, len(block))
    time_s[0] = block.time_s[0] + late_s
    report = analyze([ImuBlock(time_s, block.acc, block.gyr)])
    cycles = [cycle for one in report.sets for cycle in (*one.reps, *one.cut_offs)]
    assert len(cycles) == 5
    assert min(cycle.start_s for cycle in cycles if cycle.start_s is not None) >= 0.0
    assert report.sets[0].start_s >= 0.0


def test_a_single_odd_stamp_is_no_step_back(block: ImuBlock) -> None:
    time_s = block.time_s.copy()
    time_s[500] -= 30.0
    assert not analyze([ImuBlock(time_s, block.acc, block.gyr)]).notes


@pytest.mark.parametrize("size", [77, 100_000])
def test_samples_missing_at_the_ends_are_gaps(block: ImuBlock, size: int) -> None:
    acc = block.acc.copy()
    acc[:200], acc[-300:] = np.nan, np.nan
    gaps = analyze(cut(ImuBlock(block.time_s, acc, block.gyr), size)).gaps
    time_s = block.time_s - block.time_s[0]
    assert [(gap.missing, gap.bridged) for gap in gaps] == [(200, False), (300, False)]
    assert (gaps[0].start_s, gaps[-1].end_s) == (0.0, time_s[-1])
    assert gaps[0].end_s == pytest.approx(time_s[200])
    assert gaps[-1].start_s == pytest.approx(time_s[-301])


def test_units() -> None:
    made = csv_units_to_si(np.zeros(2), np.ones((2, 3)), np.full((2, 3), 180.0))
    assert made.acc[0, 0] == GRAVITY_M_S2 == 9.80665
    np.testing.assert_allclose(made.gyr, np.pi)


# The tree of exceptions


def classes() -> list[type[BaseException]]:
    members = inspect.getmembers(errors, inspect.isclass)
    return [one for _, one in members if issubclass(one, BaseException)]


def test_the_tree_is_as_drawn() -> None:
    assert errors.__doc__ is not None
    drawn = [line for line in errors.__doc__.splitlines() if "Error" in line and not line.startswith("Every")]
    names = [next(word for word in line.split() if word.endswith("Error")) for line in drawn]
    assert sorted(names) == sorted(one.__name__ for one in classes()) == sorted(errors.__all__)


def test_all_are_of_one_tree() -> None:
    for one in classes():
        assert issubclass(one, errors.RepclipError)
        interrupted = issubclass(one, errors.FlashInterruptedError)
        assert one.exit_code == (2 if issubclass(one, errors.RequestError) else 130 if interrupted else 1)
