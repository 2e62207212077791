"""When a set is over: not for a hold, a quicker tempo or a slip; soon for a rest, a walk or getting up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dsp_helpers import BOTTOM, REP, Outcome, a_set, count, record

from repsignal import CounterParams, PhaseEvent, SetEnd
from repsignal.synth import Mounting, Move, Pose, RepPlan, ScenarioKind, Slip, Still, Walk, random_scenario, simulate
from repsignal.synth.stage import Segment

REST_S = 6.0
PARAMS = CounterParams(rest_s=REST_S, live=False)
SIT_UP_S = 3.0
LOOK_S = 1.0  # so often it is looked whether a set is over


def counted(*segments: Segment, mounting: Mounting | None = None, rest_s: float = REST_S) -> Outcome:
    return count(record(*segments, mounting=mounting).block, replace(PARAMS, rest_s=rest_s))


def waited_s(found: Outcome) -> float:
    """From the end of the first set until it was known."""
    return found.sets[0].detected_s - found.sets[0].end_s


def test_a_rest_ends_a_set_and_it_is_known_with_the_next_look() -> None:
    found = counted(*a_set(4, after_s=20.0))
    assert [len(one.reps) for one in found.sets] == [4]
    assert REST_S - 0.3 < waited_s(found) < REST_S + LOOK_S + 0.3


def test_sets_go_on_being_told_apart_by_rests() -> None:
    found = counted(*a_set(4, after_s=REST_S + 3.0), *a_set(3, before_s=0.5))
    assert [len(one.reps) for one in found.sets] == [4, 3]


@pytest.mark.parametrize("sag_deg", [0.0, 8.0])
def test_a_hold_of_many_rests_ends_no_set(sag_deg: float) -> None:
    held = replace(REP, hold_s=5.0 * REST_S, sag_deg=sag_deg)
    found = counted(*a_set([REP, REP, REP, held, REP, REP], after_s=10.0))
    assert [len(one.reps) for one in found.sets] == [6]


def test_a_lowering_slower_than_a_rest_ends_no_set() -> None:
    slow = replace(REP, lower_s=1.5 * REST_S)
    found = counted(*a_set([REP, REP, slow, slow, REP], after_s=10.0))
    assert [len(one.reps) for one in found.sets] == [5]


@pytest.mark.parametrize("after_s", [2.0, 2.25, 2.5, 2.75])
def test_a_lift_that_begins_before_the_rest_is_long_enough_goes_on_with_the_set(after_s: float) -> None:
    """However slow it is, and whenever it is looked."""
    late = replace(REP, pause_s=REST_S - 1.5, lift_s=4.0)
    slow = replace(REP, lift_s=4.0)
    found = counted(*a_set([slow, slow, slow, late, slow, slow, slow], before_s=after_s, after_s=10.0))
    assert [len(one.reps) for one in found.sets] == [7]


def test_reps_that_become_twice_as_quick_end_no_set() -> None:
    slow = RepPlan(lift_s=1.2, hold_s=0.4, lower_s=1.6, pause_s=0.4, rom_deg=45.0)
    quick = RepPlan(lift_s=0.6, hold_s=0.0, lower_s=0.7, pause_s=0.2, rom_deg=45.0)
    found = counted(*a_set([slow, slow, slow, *[quick] * 6], after_s=10.0))
    assert [len(one.reps) for one in found.sets] == [9]


def test_who_walks_away_is_not_followed() -> None:
    found = counted(*a_set(5, after_s=0.5), Move.getting_up(Pose(-90.0)), Walk(40.0), Still(3.0), rest_s=30.0)
    assert [len(one.reps) for one in found.sets] == [5]
    assert waited_s(found) < 20.0
    assert not found.partials


def test_who_sits_up_is_not_holding() -> None:
    """Twice as far up as a rep goes, the limb is where no rep takes it."""
    up = Pose(BOTTOM.elevation_deg + 2.0 * REP.rom_deg)
    found = counted(*a_set(5, after_s=2.0), Move(up, SIT_UP_S), Still(25.0))
    assert [len(one.reps) for one in found.sets] == [5]
    assert waited_s(found) < 2.0 + SIT_UP_S + REST_S + LOOK_S + 1.0


def test_who_stays_up_a_little_beyond_the_range_is_not_holding_for_ever() -> None:
    up = Pose(BOTTOM.elevation_deg + 1.4 * REP.rom_deg)
    found = counted(*a_set(5, after_s=2.0), Move(up), Still(40.0))
    assert [len(one.reps) for one in found.sets] == [5]
    assert waited_s(found) < 25.0


def test_a_leg_left_half_way_down_is_not_held() -> None:
    top, half_way = (Pose(BOTTOM.elevation_deg + share * REP.rom_deg) for share in (1.0, 0.5))
    left = (Move(top, 1.0, 1), Still(1.0), Move(half_way, 1.0, 1), Still(30.0))
    found = counted(*a_set(5, after_s=1.0), *left)
    assert [len(one.reps) for one in found.sets] == [5]
    assert waited_s(found) < 4.0 + REST_S + LOOK_S + 1.0


def test_a_slip_between_reps_ends_no_set() -> None:
    mounting = Mounting((1.0, 2.0, -0.5), 70.0, (Slip(12.0, 15.0, (1.0, 0.0, 0.0), 0.3),))
    found = counted(*a_set(8, after_s=10.0), mounting=mounting)
    assert len(found.sets) == 1
    assert 7 <= len(found.reps) <= 8


@pytest.mark.parametrize(("seed", "kind"), [(9, ScenarioKind.FAULTS), (35, ScenarioKind.SESSION)])
def test_the_first_step_away_is_no_partial_rep(seed: int, kind: ScenarioKind) -> None:
    simulation = simulate(random_scenario(seed, kind), seed)
    found = count(simulation.block)
    assert [len(one.reps) for one in found.sets] == [len(one.reps) for one in simulation.truth.sets]
    assert not found.partials


@pytest.mark.parametrize(
    ("seed", "kind", "within_s"),
    [
        pytest.param(4, ScenarioKind.TIRED, 18.0, id="walking, up and down crookedly"),
        pytest.param(9, ScenarioKind.SESSION, 18.0, id="crooked"),
        pytest.param(9, ScenarioKind.FAULTS, 18.0, id="strides"),
        pytest.param(18, ScenarioKind.TIRED, 19.0, id="larger than a rep"),
        pytest.param(6, ScenarioKind.SESSION, 25.0, id="held where no rep is, then sunk"),
        pytest.param(11, ScenarioKind.VARIED, 7.0, id="about another axis than the set began with"),
    ],
)
def test_what_comes_after_a_set_does_not_keep_it_going(seed: int, kind: ScenarioKind, within_s: float) -> None:
    """Each by a rule of its own, without which it is known 3 to 25 s later that the set is over."""
    simulation = simulate(random_scenario(seed, kind), seed)
    found = count(simulation.block, CounterParams(live=False))
    assert [len(one.reps) for one in found.sets] == [len(one.reps) for one in simulation.truth.sets]
    assert waited_s(found) < within_s


def test_nothing_is_told_as_it_happens_unless_live() -> None:
    block = record(*a_set(4, after_s=10.0)).block
    assert [type(event) for event in count(block, PARAMS).events] == [SetEnd]
    assert any(isinstance(event, PhaseEvent) for event in count(block, replace(PARAMS, live=True)).events)
