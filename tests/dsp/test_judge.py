"""Which movements are a set: the judgement by itself, on ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle as over_and_over

import numpy as np
import pytest
from dsp_helpers import BOTTOM, REP, a_set, record, window_of

from repsignal.chains import Sense
from repsignal.extremes import Excursion, along
from repsignal.hinges import HingeSums
from repsignal.joint import Pivot
from repsignal.judge import Guess, SetDraft, _carried, find_sets
from repsignal.likeness import alike
from repsignal.params import CounterParams
from repsignal.swing import principal_axis
from repsignal.synth import Pose, RepPlan, Still, Stretch, Walk, steady_set
from repsignal.types import FloatArray
from repsignal.window import TickWindow

FULL_SHARE = 0.6  # of the range of the set's full reps: less is a partial rep

PARTIAL = RepPlan(lift_s=0.6, hold_s=0.4, lower_s=0.8, pause_s=0.6, rom_deg=14.0, partial=True)


@cache
def set_ticks(*reps: RepPlan) -> tuple[TickWindow, float]:
    return window_of(record(*a_set(reps)).block)


def judged(
    ticks: TickWindow, tick_s: float, axis: FloatArray | None = None, params: CounterParams | None = None
) -> list[SetDraft]:
    guess = Guess(principal_axis(ticks.path_deg, tick_s) if axis is None else axis)
    return find_sets(ticks, tick_s, params or CounterParams(), guesses=[guess], over=True)


def test_set_is_found_with_its_range() -> None:
    ticks, tick_s = set_ticks(*[REP] * 5)
    (draft,) = judged(ticks, tick_s)
    assert len(draft.full) == 5
    assert draft.partial == ()
    assert (draft.head, draft.tail) == (None, None)
    assert draft.range_deg == pytest.approx(35.0, abs=1.8)  # bottoms lie within a twentieth of it
    assert draft.disorder < 0.5
    assert np.linalg.norm(draft.axis) == pytest.approx(1.0)


def test_sense_of_the_guess_does_not_matter() -> None:
    ticks, tick_s = set_ticks(*[REP] * 5)
    axis = principal_axis(ticks.path_deg, tick_s)
    (one,), (other,) = judged(ticks, tick_s, axis), judged(ticks, tick_s, -axis)
    assert other.full == one.full
    assert np.array_equal(other.axis, one.axis)


@pytest.mark.parametrize("off_deg", [10.0, 25.0])
def test_guess_that_is_off_is_bettered(off_deg: float) -> None:
    ticks, tick_s = set_ticks(*[REP] * 5)
    true = judged(ticks, tick_s)[0].axis
    aside = np.cross(true, [0.3, -0.8, 0.5])
    aside /= np.linalg.norm(aside)
    guess = np.cos(np.radians(off_deg)) * true + np.sin(np.radians(off_deg)) * aside
    (draft,) = judged(ticks, tick_s, guess)
    assert draft.axis @ true > np.cos(np.radians(2.0))
    assert len(draft.full) == 5


def test_range_of_the_full_reps_tells_a_partial_from_a_full_one() -> None:
    ticks, tick_s = set_ticks(REP, REP, PARTIAL, REP, REP)
    (draft,) = judged(ticks, tick_s)
    assert len(draft.full) == 4
    assert len(draft.partial) == 1
    assert draft.full[1].bottom_after <= draft.partial[0].bottom < draft.partial[0].bottom_after <= draft.full[2].bottom
    assert draft.partial[0].prominence_deg < FULL_SHARE * draft.range_deg


def test_cycles_come_in_order_and_do_not_overlap() -> None:
    ticks, tick_s = set_ticks(*[REP] * 5)
    (draft,) = judged(ticks, tick_s)
    for cycle in draft.full:
        assert cycle.bottom < cycle.top < cycle.bottom_after
    for one, following in zip(draft.full, draft.full[1:], strict=False):
        assert one.bottom_after <= following.bottom
    assert draft.first_tick == draft.full[0].bottom
    assert draft.last_tick == draft.full[-1].bottom_after


@pytest.mark.parametrize(("rest_s", "sets"), [(15.0, 2), (60.0, 1)])
def test_rest_splits(rest_s: float, sets: int) -> None:
    block = record(*a_set(4, after_s=25.0), steady_set(4, REP, bottom=BOTTOM), Still(2.0)).block
    ticks, tick_s = window_of(block)
    drafts = judged(ticks, tick_s, params=CounterParams(rest_s=rest_s))
    assert len(drafts) == sets
    assert sum(len(draft.full) for draft in drafts) == 8


@pytest.mark.parametrize(("min_reps", "sets"), [(2, 1), (3, 1), (4, 0)])
def test_fewer_than_the_least_are_no_set(min_reps: int, sets: int) -> None:
    ticks, tick_s = set_ticks(*[REP] * 3)
    assert len(judged(ticks, tick_s, params=CounterParams(min_reps=min_reps))) == sets


def untidy(*stroke_s: float) -> list[SetDraft]:
    """What is made of movements that differ in range and come back to different bottoms."""
    shapes = over_and_over(((25.0, 0.0), (29.0, 5.0)))
    plans = [
        RepPlan(s, hold_s=1.0, lower_s=s, pause_s=1.5, rom_deg=rom, bottom_deg=bottom)
        for s, (rom, bottom) in zip(stroke_s, shapes, strict=False)
    ]
    return judged(*set_ticks(*plans))


def test_few_untidy_movements_are_a_set_only_in_a_common_tempo() -> None:
    (draft,) = untidy(1.5, 1.5, 1.5)
    assert len(draft.full) == 3
    assert untidy(3.5, 0.7, 1.5) == []


def test_many_untidy_movements_without_any_tempo_are_no_set() -> None:
    (draft,) = untidy(*[1.5] * 7)
    assert len(draft.full) == 7
    assert untidy(5.0, 0.5, 1.5, 4.5, 0.6, 5.5, 0.5) == []


def test_tidy_reps_may_be_quick_and_slow_by_turns() -> None:
    quick = replace(REP, lift_s=0.6, hold_s=0.3, lower_s=0.8)
    slow = replace(REP, lift_s=2.4, lower_s=3.2)
    ticks, tick_s = set_ticks(*[quick, slow] * 4)
    (draft,) = judged(ticks, tick_s)
    assert len(draft.full) == 8


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("odd", [replace(REP, lower_s=0.5), replace(REP, lift_s=0.5, hold_s=0.5, lower_s=0.5)])
def test_tidy_reps_may_differ_in_tempo(odd: RepPlan, count: int) -> None:
    ticks, tick_s = set_ticks(*[odd, REP, REP, REP][:count])
    (draft,) = judged(ticks, tick_s)
    assert len(draft.full) == count


def test_walking_is_no_set() -> None:
    ticks, tick_s = window_of(record(Still(1.0, Pose(-90.0)), Walk(20.0), Still(1.0)).block)
    assert judged(ticks, tick_s) == []


def test_one_movement_is_no_set() -> None:
    ticks, tick_s = window_of(record(Still(3.0, BOTTOM), Stretch(by_deg=40.0, hold_s=10.0), Still(3.0)).block)
    assert judged(ticks, tick_s) == []


def test_two_long_stretches_are_no_set() -> None:
    stretch = Stretch(by_deg=40.0, hold_s=25.0)
    ticks, tick_s = window_of(record(Still(3.0, BOTTOM), stretch, Still(4.0), stretch, Still(3.0)).block)
    assert judged(ticks, tick_s) == []


def test_ticks_without_movement_are_no_set() -> None:
    ticks, tick_s = window_of(record(Still(20.0, BOTTOM)).block)
    assert judged(ticks, tick_s) == []


def test_angle_along_an_axis_is_the_product() -> None:
    path = np.random.default_rng(0).normal(size=(50, 3))
    axis = np.array([0.6, -0.8, 0.0])
    assert along(path, axis) == pytest.approx(path @ axis)
    # and the same bits for any part of it
    assert np.array_equal(along(path, axis)[17:33], along(path[17:33], axis))


# Who belongs to a chain


@dataclass(frozen=True)
class Felt(Sense):
    """What the cycles that begin at these ticks felt was no limb's about its joint."""

    carried: frozenset[int] = frozenset()

    def free_pivot(self, ticks: TickWindow, run: Sequence[Excursion]) -> Pivot | None:
        """As if it had been fitted."""
        return Pivot(np.array([0.4, 0.0, 0.0]), 0.01, 0.2 if run[0].bottom in self.carried else 0.9, 2.0)


@pytest.mark.parametrize(
    ("carried", "gone"), [((), []), ((0,), [0]), ((400,), [400]), ((0, 100, 400), [0, 100, 400]), ((200,), [])]
)
def test_what_all_of_the_body_did_is_left_out_at_either_end(carried: tuple[int, ...], gone: list[int]) -> None:
    chain = [Excursion(at, at + 50, at + 90, 0.0, 30.0, 0.0) for at in range(0, 500, 100)]
    ticks = turned_by(np.zeros((500, 3)))
    sense = Felt(np.array([1.0, 0.0, 0.0]), np.zeros(500), 0.02, carried=frozenset(carried))
    assert [c.bottom for c in _carried(ticks, sense, chain)] == gone


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("twist_deg", "kept"), [(40.0, 4), (75.0, 3)])
def test_who_turns_about_the_length_of_the_limb_has_not_done_a_rep(twist_deg: float, kept: int, after: bool) -> None:
    """Up or down; a hip and a strap that slips turn by less."""
    chain = [Excursion(at, at + 50, at + 90, 0.0, 30.0, 0.0) for at in range(0, 400, 100)]
    path_deg = np.zeros((400, 3))
    path_deg[[c.top for c in chain], 0] = 30.0
    path_deg[chain[2].bottom_after if after else slice(0, chain[2].bottom + 1), 2] = twist_deg
    assert len(alike(turned_by(path_deg), chain, np.array([0.0, 0.0, 1.0]))) == kept


def turned_by(path_deg: FloatArray) -> TickWindow:
    """Ticks with this Φ (N, 3), the vertical always the same."""
    rows = np.tile([0.0, 1.0, 0.0], (len(path_deg), 1))
    flags = np.zeros(len(path_deg), np.uint8)
    return TickWindow(np.arange(len(path_deg)) * 0.02, path_deg, rows, rows, flags, 0, HingeSums(0.02))
