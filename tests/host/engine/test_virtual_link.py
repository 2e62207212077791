"""Pipeline and dialog against a device in memory: whatever befalls the link, what the board still had is counted."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from repclip.analysis import analyze
from repclip.calibrate import counts_to_si
from repclip.engine.offline import analyze_chunks
from repclip.engine.outputs import DeviceRestarted, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.engine.tally import Tally
from repclip.source import LinkEvent
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.virtual_link import LinkPlan, VirtualLink
from repclip.wire import Framing, RawSamples
from repsignal import ImuBlock, SetEnd
from repsignal.synth import RepPlan, Scenario, SensorModel, Still, simulate, steady_set

RATE_HZ = 100
REPS = 5
END = 1 << 32


@cache
def felt() -> RawSamples:
    """What a sensor feels, in counts of ±4 g and ±1000 °/s, in a set of five reps."""
    reps = steady_set(REPS, RepPlan(lift_s=1.0, hold_s=3.0, lower_s=3.5))
    sensor = SensorModel(rate_hz=float(RATE_HZ), gyr_noise_dps=0.05, acc_noise_mg=4.0)
    block = simulate(Scenario((Still(2.0), reps, Still(4.0)), sensor=sensor), seed=3).block
    return DeviceFigures().counts(block)


@cache
def truth() -> tuple[SetEnd, ...]:
    acc, gyr = counts_to_si(felt(), 4 / 32768, 1000 / 32768, (1, 2, 3))
    return analyze([ImuBlock(np.arange(len(acc)) / RATE_HZ, acc, gyr)]).sets


def played(
    plan: LinkPlan | None = None, figures: DeviceFigures | None = None, *, ble: bool = True, mtu: int = 247
) -> tuple[VirtualLink, Tally]:
    device = SimulatedDevice(felt(), figures, ble=ble, mtu=mtu)
    link = VirtualLink(device, plan, framing=Framing.BLE if ble else Framing.SERIAL)
    link.run(len(felt()) / RATE_HZ + 3)
    tally = Tally()
    for output in link.outputs:
        tally.take(output)
    return link, tally


def worst_duration_error_s(sets: list[SetEnd], last: int = REPS) -> float:
    """Of so many reps at the end."""
    wanted = [rep for one in truth() for rep in one.reps]
    got = [rep for one in sets for rep in one.reps]
    assert len(got) == len(wanted) == REPS
    wanted, got = wanted[-last:], got[-last:]
    errors = []
    for mine, its in zip(got, wanted, strict=True):
        for a, b in ((mine.lift_s, its.lift_s), (mine.hold_s, its.hold_s), (mine.lower_s, its.lower_s)):
            assert a is not None
            assert b is not None
            errors.append(abs(a - b))
    return max(errors)


def worst_period_error_s(sets: list[SetEnd]) -> float:
    """From a boundary of one rep to the same of the next, which does not depend on how softly a limb sets off."""
    wanted, got = (
        np.diff([(r.start_s, r.top_s, r.lower_start_s, r.end_s) for one in some for r in one.reps], axis=0)
        for some in (truth(), sets)
    )
    return float(np.abs(got - wanted).max())


LOSSLESS = {
    "clean": LinkPlan(),
    "5 % of the notifications dropped": LinkPlan(dropped=0.05),
    "away for 5 s": LinkPlan(away=((15, 20),)),
    "away for 15 s": LinkPlan(away=((15, 30),)),
    "away five times": LinkPlan(away=tuple((at, at + 2) for at in range(10, 35, 5))),
    "bunched by 2 s": LinkPlan(bunched=tuple((at, at + 1.97) for at in range(4, 40, 2))),
    "host asleep for 10 s": LinkPlan(asleep=((15, 25),)),
    "late by 0.2 s, at random": LinkPlan(spread_s=0.2),
    "dropped just before it is away for 8.5 s": LinkPlan(dropped=0.1, away=((14.1, 22.6),)),
}


@pytest.mark.parametrize("ble", [True, False], ids=["ble", "serial"])
@pytest.mark.parametrize("plan", LOSSLESS.values(), ids=LOSSLESS.keys())
def test_nothing_is_lost(plan: LinkPlan, ble: bool) -> None:
    link, tally = played(plan, ble=ble)
    assert [len(one.reps) for one in tally.sets] == [REPS]
    assert tally.gaps == []
    assert worst_duration_error_s(tally.sets) <= 0.011
    assert not plan.away or sum(isinstance(chunk, LinkEvent) for chunk in link.chunks) >= 3


@pytest.mark.parametrize("plan", [LinkPlan(), LinkPlan(dropped=0.05)], ids=["clean", "dropped"])
def test_at_the_smallest_mtu(plan: LinkPlan) -> None:
    _, tally = played(plan, mtu=23)
    assert [len(one.reps) for one in tally.sets] == [REPS]
    assert worst_duration_error_s(tally.sets) <= 0.011


def test_what_the_ring_forgot_is_a_gap() -> None:
    """Away for 32 s: the ring of 20.4 s has the rest."""
    link, tally = played(LinkPlan(away=((5, 37),)))
    (gap,) = tally.gaps
    assert gap.count is not None
    assert 0.98 * 1150 < gap.count < 1.05 * 1200
    assert gap.end_s - gap.start_s == pytest.approx((gap.count + 1) / RATE_HZ, abs=0.002)
    samples = sum(len(one.block) for one in link.outputs if isinstance(one, Sampled))
    assert samples + gap.count == pytest.approx(len(felt()) + 290, abs=20)


def test_a_restart_is_a_gap_of_unknown_size() -> None:
    link, tally = played(LinkPlan(resets=(15.0,)))
    (gap,) = tally.gaps
    assert gap.count is None
    assert 14.5 < gap.start_s < gap.end_s < 17
    assert sum(isinstance(one, DeviceRestarted) for one in link.outputs) == 1
    assert worst_count(tally) <= 1


def worst_count(tally: Tally) -> int:
    return abs(tally.total_reps - REPS)


@pytest.mark.parametrize("error", [-0.01, 0.01])
def test_a_sensor_that_is_off_by_one_per_cent(error: float) -> None:
    """The index is not the time: the board's stamps say how long a sample lasts. What is felt is told by the world."""
    _, tally = played(figures=DeviceFigures(sensor_error=error))
    assert worst_period_error_s(tally.sets) <= 0.01  # 0.08 s were the index the time
    assert worst_duration_error_s(tally.sets) <= 0.03


def test_a_board_whose_clock_is_off_by_two_per_cent() -> None:
    """By what arrives when: from the fourth rep on that is beyond doubt. A lowering of 3.5 s would be off by 0.07 s."""
    _, tally = played(figures=DeviceFigures(clock_error=0.02))
    assert worst_duration_error_s(tally.sets, last=2) <= 0.03


def test_counters_that_wrap() -> None:
    _, plain = played(LinkPlan(away=((15, 20),)))
    figures = DeviceFigures(first_us=END - 16_000_000, first_index=END - 1700)
    _, wrapped = played(LinkPlan(away=((15, 20),)), figures)
    assert wrapped.gaps == []
    assert worst_duration_error_s(wrapped.sets) == pytest.approx(worst_duration_error_s(plain.sets), abs=0.002)


@pytest.mark.parametrize("plan", [*LOSSLESS.values(), LinkPlan(away=((5, 37),)), LinkPlan(resets=(15.0,))])
def test_a_replay_says_what_live_said(plan: LinkPlan) -> None:
    """Field by field, and at once as in many pieces."""
    link, tally = played(plan)
    said = [one for one in link.outputs if not isinstance(one, Sampled)]
    pipeline = Pipeline()
    again = [one for chunk in link.chunks for one in pipeline.feed(chunk)] + pipeline.flush()
    # Events hold arrays, which have no one truth value: their text has every field.
    assert [repr(one) for one in again if not isinstance(one, Sampled)] == [repr(one) for one in said]
    report = analyze_chunks(link.chunks)
    assert [(one.reps, one.partials) for one in report.sets] == [(one.reps, one.partials) for one in tally.sets]
