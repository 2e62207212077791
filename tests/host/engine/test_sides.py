"""Both legs in one recording, one straight after the other."""

from __future__ import annotations

import pytest

from repclip.engine.account import Account
from repclip.engine.outputs import Marked
from repclip.engine.pipeline import Pipeline
from repclip.session.exercise import find_exercise
from repclip.session.scores import score_session
from repclip.source import HostMark, MarkKind, SampleBlock
from repsignal import ImuBlock
from repsignal.synth import Pose, RepPlan, Scenario, SensorModel, Simulation, Still, simulate, steady_set

BOTTOM = Pose(elevation_deg=-35.0)
FIRST, ALL = 4, 9


@pytest.fixture(scope="module")
def nine() -> Simulation:
    reps = steady_set(ALL, RepPlan(lift_s=1.0, hold_s=2.0, lower_s=2.0, pause_s=1.5), bottom=BOTTOM)
    return simulate(Scenario((Still(4.0, BOTTOM), reps, Still(6.0)), sensor=SensorModel(rate_hz=100.0)), seed=5)


def sides_of(nine: Simulation, said: str) -> list[tuple[str | None, int]]:
    """Side and reps of each set where it is said after the fourth of nine reps which leg goes on."""
    at_s = nine.truth.reps[FIRST - 1].end_s + 0.7
    pipeline, account = Pipeline(), Account()
    outputs = pipeline.feed(HostMark(0, MarkKind.SIDE, "left"))
    block = nine.block
    for begin in range(0, len(block), 10):
        piece = slice(begin, begin + 10)
        if begin and block.time_s[begin - 10] < at_s <= block.time_s[begin]:
            outputs += pipeline.feed(HostMark(round(at_s * 1e9), MarkKind.SIDE, said))
        some = ImuBlock(block.time_s[piece], block.acc[piece], block.gyr[piece])
        outputs += pipeline.feed(SampleBlock(round(some.time_s[-1] * 1e9), some))
    for output in [*outputs, *pipeline.flush()]:
        account.take(output)
    # a file without a device, as this is, does not say when marks were made
    marks = [Marked(None, MarkKind.SIDE, "left"), Marked(at_s, MarkKind.SIDE, said)]
    score = score_session(account.report("generic", 100.0), find_exercise("generic"), marks)
    return [(one.side, len(one.reps)) for one in score.sets]


def test_the_other_leg_begins_a_set_of_its_own(nine: Simulation) -> None:
    assert sides_of(nine, "right") == [("left", FIRST), ("right", ALL - FIRST)]


def test_the_same_leg_goes_on(nine: Simulation) -> None:
    assert sides_of(nine, "left") == [("left", ALL)]
