"""How a rep was moved: each measure where there is something to see, and where there is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dsp_helpers import a_set, count, record

from repsignal import Rep, SetEnd
from repsignal.quality import Quality, quality_of, spectral_arc_length
from repsignal.synth import Profile, ProfileFamily, RepPlan, SensorModel

PLAIN = RepPlan()


def measured(rep: RepPlan, rate_hz: float = 100.0) -> list[Quality]:
    (one,) = _sets(rep, rate_hz)
    assert len(one.reps) == 5
    return [quality_of(each, one.trace) for each in one.reps]


def _sets(rep: RepPlan, rate_hz: float) -> list[SetEnd]:
    return count(record(*a_set(5, rep), sensor=SensorModel.typical(rate_hz)).block).sets


def test_a_minimum_jerk_stroke_is_the_smoothest_there_is() -> None:
    u = np.linspace(0.0, 1.0, 101)
    assert spectral_arc_length(30 * u**2 * (1 - u) ** 2, 100.0) == pytest.approx(-1.41, abs=0.02)


def test_smoothness_depends_neither_on_size_nor_on_duration() -> None:
    u = np.linspace(0.0, 1.0, 101)
    bell = u**2 * (1 - u) ** 2
    slow = np.interp(np.linspace(0, 1, 301), u, bell)
    assert spectral_arc_length(7.0 * bell, 100.0) == pytest.approx(spectral_arc_length(bell, 100.0))
    assert spectral_arc_length(slow, 100.0) == pytest.approx(spectral_arc_length(bell, 100.0), abs=0.03)


def test_smoothness_of_nothing() -> None:
    assert spectral_arc_length(np.zeros(20), 100.0) == 0.0
    assert spectral_arc_length(np.zeros(1), 100.0) == 0.0
    with pytest.raises(ValueError, match="at least one sample"):
        spectral_arc_length(np.zeros(0), 100.0)


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_a_plain_rep_has_nothing_to_blame(rate_hz: float) -> None:
    for quality in measured(PLAIN, rate_hz):
        assert quality.lift_smoothness == pytest.approx(-1.41, abs=0.05)
        assert quality.lift_peak_dps == pytest.approx(1.875 * 35.0, rel=0.02)  # of minimum jerk, over the mean
        assert quality.lower_peak_dps == pytest.approx(1.875 * 35.0 / 3.5, rel=0.03)
        assert quality.overshoot_deg == pytest.approx(0.0, abs=0.5)
        assert quality.sag_deg == pytest.approx(0.0, abs=0.5)
        assert quality.jolt_g == pytest.approx(0.0, abs=0.05)


def test_a_lift_in_steps_is_less_smooth_than_the_steadiest() -> None:
    steady = measured(replace(PLAIN, lift_profile=Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.1)))
    steps = measured(replace(PLAIN, lift_profile=Profile(steps=(0.5, 0.5))))
    assert min(q.lift_smoothness for q in steady if q.lift_smoothness) > -2.3
    assert max(q.lift_smoothness for q in steps if q.lift_smoothness) < -3.0


def test_a_swing_is_seen_and_a_sag_is_no_swing() -> None:
    for quality in measured(replace(PLAIN, overshoot_deg=6.0)):
        assert quality.overshoot_deg == pytest.approx(6.0, abs=1.0)
        assert quality.sag_deg == pytest.approx(0.0, abs=1.0)
    for quality in measured(replace(PLAIN, sag_deg=6.0)):
        assert quality.sag_deg == pytest.approx(5.0, abs=1.0)  # its beginning and end lie outside of what is compared
        assert quality.overshoot_deg == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_a_foot_that_meets_the_floor_jolts(rate_hz: float) -> None:
    for quality in measured(replace(PLAIN, contact_g=2.0), rate_hz):
        assert quality.jolt_g == pytest.approx(1.3, abs=1.0)


def test_what_is_not_known_is_not_measured() -> None:
    (one,) = _sets(replace(PLAIN, hold_s=0.0), 100.0)
    rep = one.reps[0]
    assert quality_of(rep, one.trace).sag_deg is None
    assert quality_of(rep, one.trace).overshoot_deg is None
    blank = Rep(1, *(None,) * 12, rom_deg=30.0)
    assert quality_of(blank, one.trace) == Quality()
