"""The whole chain on a leg that rolls before it rises and after it has come down."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from test_phases import MIN_JERK

from repsignal import Event, ImuBlock, Phase, PhaseEvent, RepCounter, RepEvent, SetEnd
from repsignal.types import GRAVITY_M_S2, FloatArray

REPS = 8
PERIOD_S = 4.3
ROLL_EARLIER_S = 0.2
ROLL_S = 0.5


def lifts_s() -> FloatArray:
    """When the legs begin to rise."""
    return np.asarray(4.0 + PERIOD_S * np.arange(REPS), np.float64)


def felt(lift_deg: FloatArray, roll_deg: FloatArray, rate_hz: float) -> ImuBlock:
    """What a sensor at the joint feels that turns about its x axis, and rolls about its z axis."""
    pose = Rotation.from_rotvec(np.radians(np.stack((lift_deg, np.zeros(len(lift_deg)), roll_deg), axis=1)))
    turn = (pose[:-2].inv() * pose[2:]).as_rotvec() * (0.5 * rate_hz)
    rng = np.random.default_rng(8)
    gyr = np.concatenate((turn[:1], turn, turn[-1:])) + rng.normal(0.0, 0.002, (len(lift_deg), 3))
    acc = pose.inv().apply([0.0, 0.0, GRAVITY_M_S2]) + rng.normal(0.0, 0.03, gyr.shape)
    return ImuBlock(np.arange(len(gyr)) / rate_hz, acc, gyr)


def rolling(rate_hz: float, roll_deg: float) -> ImuBlock:
    """Reps of 1 s up, 0.5 s held, 2 s down, the leg rolled meanwhile."""
    time_s = np.arange(0.0, lifts_s()[-1] + 10.0, 1.0 / rate_hz)
    lift, roll = np.zeros((2, len(time_s)))
    for begin in lifts_s():
        lift += MIN_JERK.evaluate(time_s - begin).value - MIN_JERK.evaluate((time_s - begin - 1.5) / 2.0).value
        roll += MIN_JERK.evaluate((time_s - begin + ROLL_EARLIER_S) / ROLL_S).value
        roll -= MIN_JERK.evaluate((time_s - begin - 3.5 - ROLL_EARLIER_S + ROLL_S) / ROLL_S).value
    return felt(30.0 * lift, roll_deg * roll, rate_hz)


def swinging(rate_hz: float) -> ImuBlock:
    """A leg that goes round and round: up on one side, down on the other, without a hold or a pause."""
    time_s = np.arange(0.0, 4.0 + 2.0 * REPS + 5.0, 1.0 / rate_hz)
    phase = 2.0 * np.pi * np.clip((time_s - 4.0) / 2.0, 0.0, REPS)
    return felt(20.0 * (1.0 - np.cos(phase)), 6.0 * np.sin(phase), rate_hz)


def counted(block: ImuBlock, cut: int | None = None, saved_every: int | None = None) -> list[Event]:
    counter = RepCounter()
    events: list[Event] = []
    cut = cut or len(block)
    for number, first in enumerate(range(0, len(block), cut), start=1):
        part = slice(first, first + cut)
        events += counter.feed(ImuBlock(block.time_s[part], block.acc[part], block.gyr[part]))
        if saved_every is not None and number % saved_every == 0:
            counter = RepCounter.resume(counter.save())
    return events + counter.flush()


def starts_s(events: list[Event]) -> FloatArray:
    (one,) = [event for event in events if isinstance(event, SetEnd)]
    return np.array([rep.start_s for rep in one.reps], np.float64)


@pytest.mark.parametrize("rate_hz", [25.0, 100.0])
def test_lift_begins_with_the_roll(rate_hz: float) -> None:
    assert starts_s(counted(rolling(rate_hz, 0.0))) - lifts_s() == pytest.approx(0.0, abs=0.06)
    assert starts_s(counted(rolling(rate_hz, 6.0))) - lifts_s() == pytest.approx(-ROLL_EARLIER_S, abs=0.06)


def test_lift_is_told_with_the_roll() -> None:
    def told_late_s(roll_deg: float) -> FloatArray:
        events = counted(rolling(50.0, roll_deg))
        lifts = [e.detected_s for e in events if isinstance(e, PhaseEvent) and e.phase is Phase.LIFT]
        return np.array(lifts[-3:]) - lifts_s()[-3:]

    assert told_late_s(0.0).min() > 0.0
    assert told_late_s(6.0).max() < 0.0


def test_range_is_not_taken_from_where_the_leg_still_came_down() -> None:
    events = counted(swinging(50.0))
    (one,) = [event for event in events if isinstance(event, SetEnd)]
    live = [event.rep for event in events if isinstance(event, RepEvent)]
    assert [rep.rom_deg for rep in one.reps] == pytest.approx([40.0] * REPS, abs=3.0)
    assert [rep.rom_deg for rep in live] == pytest.approx([40.0] * len(live), abs=3.0)
    for before, after in pairwise(live[2:]):
        assert before.end_s is not None
        assert after.start_s is not None
        assert after.start_s >= before.end_s


@pytest.mark.parametrize("block", [rolling(50.0, 6.0), swinging(50.0)], ids=["rolling", "swinging"])
def test_neither_cut_nor_save_shows(block: ImuBlock) -> None:
    whole = repr(counted(block))
    assert repr(counted(block, cut=7)) == whole
    assert repr(counted(block, cut=100, saved_every=2)) == whole
