"""A set in which the user pauses: what lies outside of the pause is counted and timed as if it were alone."""

from __future__ import annotations

from functools import cache

import pytest

from repclip.engine.account import Account
from repclip.engine.outputs import Counted, Output
from repclip.engine.pipeline import Pipeline
from repclip.source import HostMark, MarkKind, SampleBlock
from repsignal import Hole, ImuBlock, Rep
from repsignal.synth import Pose, RepPlan, Scenario, SensorModel, Simulation, Still, TrueRep, simulate, steady_set

REPS = 8
AT_ONCE = 10  # samples that come together
TOLERANCE_S = 0.25
BOTTOM = Pose(elevation_deg=-35.0)
MOMENTS = ("lift", "hold", "lower", "rest")
WITHIN = ((2, 3), (2, 5), (4, 5))  # reps paused in and resumed in
PLANS = {
    "held": RepPlan(lift_s=1.0, hold_s=2.0, lower_s=2.0, pause_s=1.0),
    "slow": RepPlan(lift_s=2.0, hold_s=3.0, lower_s=1.0, pause_s=0.5),
    "without a hold": RepPlan(lift_s=1.0, hold_s=0.0, lower_s=2.0, pause_s=0.5),
}


@cache
def done(plan: str) -> Simulation:
    sensor = SensorModel(rate_hz=100.0, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    reps = steady_set(REPS, PLANS[plan], bottom=BOTTOM)
    return simulate(Scenario((Still(4.0, BOTTOM), reps, Still(6.0)), sensor=sensor), seed=5)


def moment(rep: TrueRep, when: str) -> float:
    """Within a rep, or after it."""
    begin_s, until_s = {
        "lift": (rep.start_s, rep.top_s),
        "hold": (rep.top_s, rep.lower_start_s),
        "lower": (rep.lower_start_s, rep.end_s),
        "rest": (rep.end_s, rep.end_s + 0.5),
    }[when]
    return (begin_s + until_s) / 2


def outputs(block: ImuBlock, pause_s: float, resume_s: float) -> list[Output]:
    pipeline = Pipeline()
    out: list[Output] = []
    marks = [(pause_s, MarkKind.PAUSE), (resume_s, MarkKind.RESUME)]
    for begin in range(0, len(block), AT_ONCE):
        piece = slice(begin, begin + AT_ONCE)
        while marks and block.time_s[piece][0] >= marks[0][0]:
            at_s, kind = marks.pop(0)
            out += pipeline.feed(HostMark(round(at_s * 1e9), kind))
        some = ImuBlock(block.time_s[piece], block.acc[piece], block.gyr[piece])
        out += pipeline.feed(SampleBlock(round(some.time_s[-1] * 1e9), some))
    return [*out, *pipeline.flush()]


def is_that(rep: Rep, true: TrueRep) -> bool:
    pairs = ((rep.start_s, true.start_s), (rep.end_s, true.end_s))
    return all(mine is not None and abs(mine - its) < TOLERANCE_S for mine, its in pairs)


@pytest.mark.parametrize("resumed", MOMENTS)
@pytest.mark.parametrize("paused", MOMENTS)
@pytest.mark.parametrize("plan", PLANS)
def test_each_rep_outside_is_counted(plan: str, paused: str, resumed: str) -> None:
    """Each of the reps paused and resumed in meets each plan and each moment of either, though not all with all."""
    simulation = done(plan)
    reps = simulation.truth.sets[0].reps
    pausing, resuming = WITHIN[(list(PLANS).index(plan) + MOMENTS.index(paused) + MOMENTS.index(resumed)) % len(WITHIN)]
    pause_s, resume_s = moment(reps[pausing], paused), moment(reps[resuming], resumed)
    said = outputs(simulation.block, pause_s, resume_s)
    account = Account()
    for output in said:
        account.take(output)
    counted = [rep for one in account.report("generic", 100.0).sets for rep in one.reps]
    for true in reps:
        found = sum(is_that(rep, true) for rep in counted)
        if true.end_s < pause_s or true.start_s > resume_s:
            assert found == 1, true
        elif true.start_s > pause_s and true.end_s < resume_s:
            assert found == 0, true
    assert not [one for one in said if isinstance(one, Counted) and isinstance(one.event, Hole)], "no gap"


def test_a_gap_within_a_pause_is_told() -> None:
    simulation = done("held")
    block = simulation.block
    kept = (block.time_s < 30.0) | (block.time_s > 34.0)
    holed = ImuBlock(block.time_s[kept], block.acc[kept], block.gyr[kept])
    (hole,) = (
        one.event for one in outputs(holed, 25.0, 40.0) if isinstance(one, Counted) and isinstance(one.event, Hole)
    )
    assert (hole.start_s, hole.end_s) == (pytest.approx(30.0, abs=0.05), pytest.approx(34.0, abs=0.05))
