"""Each flag of a rep, raised and not raised, on simulated reps that were counted and measured like any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dsp_helpers import a_set, count, record

from made_cycles import made
from repclip.session.exercise import Exercise, find_exercise
from repclip.session.flags import Flag, fall_s, flags_of
from repclip.session.prescription import Span
from repsignal import CycleFlag, PartialRep, Quality, Rep, SetEnd, quality_of
from repsignal.synth import Pose, Profile, RepPlan, SensorModel

BALL = find_exercise("prone-thigh-extension-ball")
FREE = replace(find_exercise("generic"), tempo=BALL.tempo)
PLAIN = RepPlan()


def flags(rep: RepPlan, exercise: Exercise = FREE, *, bottom_deg: float = -35.0) -> set[Flag]:
    """Those that all five reps of a set have; none may have any other."""
    one = _set(rep, bottom_deg)
    assert len(one.reps) == 5
    found = [set(flags_of(each, quality_of(each, one.trace), exercise)) for each in one.reps]
    assert all(each == found[0] for each in found)
    return found[0]


def _set(rep: RepPlan, bottom_deg: float) -> SetEnd:
    segments = a_set(5, rep, bottom=Pose(elevation_deg=bottom_deg), after_s=4.0)
    (one,) = count(record(*segments, sensor=SensorModel.typical(100.0)).block).sets
    return one


@pytest.mark.parametrize("exercise", [FREE, BALL])
def test_a_good_rep_has_none(exercise: Exercise) -> None:
    assert flags(PLAIN, exercise) == set()


def test_lowered_too_fast() -> None:
    assert flags(replace(PLAIN, lower_s=2.2)) == {Flag.LOWERED_TOO_FAST}
    assert flags(replace(PLAIN, lower_s=2.2), find_exercise("generic")) == set(), "nothing is prescribed"


def test_dropped_is_more_than_fast() -> None:
    assert flags(replace(PLAIN, lower_s=0.36)) == {Flag.LOWERED_TOO_FAST, Flag.DROPPED}
    assert flags(replace(PLAIN, lower_s=0.9)) == {Flag.LOWERED_TOO_FAST}


def test_a_fall_takes_as_long_as_physics_says() -> None:
    assert fall_s(30.0) == pytest.approx(0.253, abs=0.001)
    assert fall_s(120.0) == pytest.approx(2.0 * fall_s(30.0))


def test_jerked() -> None:
    assert flags(replace(PLAIN, lift_profile=Profile(steps=(0.5, 0.5)))) == {Flag.JERKED}


def test_swung() -> None:
    assert flags(replace(PLAIN, overshoot_deg=8.0)) == {Flag.SWUNG}
    assert flags(replace(PLAIN, overshoot_deg=2.0)) == set()


def test_sagged() -> None:
    assert flags(replace(PLAIN, sag_deg=8.0)) == {Flag.SAGGED}
    assert flags(replace(PLAIN, sag_deg=2.0)) == set()


def test_floor_touched_matters_only_where_the_foot_is_to_stay_off() -> None:
    touching = replace(PLAIN, contact_g=2.0)
    assert flags(touching, BALL) == {Flag.FLOOR_TOUCHED}
    assert flags(touching, FREE) == set()


def test_above_parallel() -> None:
    assert flags(PLAIN, BALL, bottom_deg=-20.0) == {Flag.TOO_HIGH}
    assert flags(PLAIN, BALL, bottom_deg=-38.0) == set()


def test_above_the_largest_range() -> None:
    assert flags(PLAIN, replace(FREE, rom_deg=Span(None, 30.0))) == {Flag.TOO_HIGH}
    assert flags(PLAIN, replace(FREE, rom_deg=Span(None, 34.0))) == set(), "within 5 %"


def test_less_than_the_prescribed_range() -> None:
    assert flags(PLAIN, replace(FREE, rom_deg=Span(40.0, None))) == {Flag.RANGE_SHORT}
    assert flags(PLAIN, replace(FREE, rom_deg=Span(36.0, None))) == set(), "within 5 %"


def test_less_than_the_usual_range() -> None:
    rep = made(Rep, 1, 0.0, rom_deg=30.0)
    assert flags_of(rep, Quality(), FREE, usual_rom_deg=38.0) == (Flag.RANGE_SHORT,)
    assert flags_of(rep, Quality(), FREE, usual_rom_deg=37.0) == ()
    assert flags_of(rep, Quality(), replace(FREE, rom_deg=Span(20.0, 50.0)), usual_rom_deg=60.0) == ()


def test_a_partial_rep_is_that_and_nothing_else() -> None:
    partial = PartialRep(1, 0.0, 0.5, 0.6, 0.7, 0.0, 0.0, 0.0, 0.0, 0.5, 0.1, 0.1, None, 10.0)
    assert flags_of(partial, Quality(lift_smoothness=-9.0), BALL) == (Flag.PARTIAL,)
    cut_by_a_gap = replace(partial, flags=(CycleFlag.GAP,))
    assert flags_of(cut_by_a_gap, Quality(), BALL) == (), "who knows how far it went"


def test_what_is_unknown_or_uncertain_is_not_blamed() -> None:
    unknown = replace(made(Rep, 1, 0.0), lower_s=None)
    assert flags_of(unknown, Quality(), BALL) == ()
    uncertain = replace(made(Rep, 1, 0.0, lower_s=0.3), end_sd_s=0.5)
    assert flags_of(uncertain, Quality(), BALL) == ()
