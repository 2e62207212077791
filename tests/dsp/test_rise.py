"""A set's ramps together tell how softly the limb sets off, and admit it where they cannot."""

from __future__ import annotations

import numpy as np
import pytest

from repsignal.rise import EDGES, LEVELS, Rise, common_rises
from repsignal.types import FloatArray


def rising(power: float, reach: float, instants: FloatArray) -> FloatArray:
    """Speed at instants, in widths from half of the peak, that leaves zero ``reach`` before."""
    half = 1.0 - np.sqrt(1.0 - 0.5 ** (1.0 / power))
    phase = np.clip((instants + reach) / reach * half, 0.0, 1.0)
    return np.asarray((phase * (2.0 - phase)) ** power, np.float64)


def curves(power: float, reach: float, noise: float, count: int, sag: float = 0.0) -> FloatArray:
    """``count`` ramps of one kind, each with its own noise. Before them all, the limb sinks and stops."""
    rng = np.random.default_rng(5)
    middles = 0.5 * (EDGES[:-1] + EDGES[1:])
    speed = (
        rising(power, reach, middles) + sag * np.sin(np.pi * np.clip((middles + 1.3) / (1.3 - reach), 0.0, 1.0)) ** 2
    )
    return np.asarray(speed + rng.normal(0.0, noise, (count, 1, len(middles))), np.float64)


def reach_at(rise: Rise, power: float, reach: float) -> tuple[float, float]:
    """Found and true way from the lowest level to zero."""
    instants: FloatArray = np.linspace(-reach, 0.0, 4001)
    lowest = instants[int(np.argmax(rising(power, reach, instants) >= LEVELS[0]))]
    return rise.reaches[0], float(lowest + reach)


@pytest.mark.parametrize(("power", "reach"), [(1.0, 0.1), (1.0, 0.25), (1.5, 0.3), (2.0, 0.42), (2.5, 0.6)])
def test_shape_is_told_by_quiet_ramps(power: float, reach: float) -> None:
    (rise,) = common_rises(curves(power, reach, 0.005, 8))
    found, true = reach_at(rise, power, reach)
    assert found == pytest.approx(true, abs=0.02 + 0.06 * reach)
    assert list(rise.reaches) == sorted(rise.reaches)


@pytest.mark.parametrize(("power", "reach", "bias"), [(1.0, 0.25, 0.02), (2.0, 0.42, 0.02), (2.5, 0.6, 0.04)])
def test_shape_is_told_through_noise_that_turns_to_and_fro(power: float, reach: float, bias: float) -> None:
    rng = np.random.default_rng(6)
    angle = rng.normal(0.0, 0.001, (20, 8, 1, len(EDGES)))  # of what peak speed covers in the width of a stroke
    noise = np.diff(angle, axis=-1) / np.diff(EDGES)
    found = [reach_at(common_rises(curves(power, reach, 0.0, 8) + one)[0], power, reach) for one in noise]
    assert np.mean([got - true for got, true in found]) == pytest.approx(0.0, abs=bias)


@pytest.mark.parametrize(("power", "reach"), [(1.0, 0.25), (2.0, 0.42)])
def test_sag_before_the_ramp_is_no_part_of_it(power: float, reach: float) -> None:
    (rise,) = common_rises(curves(power, reach, 0.005, 8, sag=0.15))
    found, true = reach_at(rise, power, reach)
    assert found == pytest.approx(true, abs=0.05)


def test_many_ramps_tell_what_one_does_not() -> None:
    (one,), (many,) = (common_rises(curves(2.0, 0.42, 0.06, count)) for count in (1, 16))
    assert many.sd < one.sd
    found, true = reach_at(many, 2.0, 0.42)
    assert found == pytest.approx(true, abs=0.08)


def test_kinds_are_told_apart() -> None:
    sharp, soft = common_rises(np.concatenate((curves(1.0, 0.2, 0.005, 8), curves(2.0, 0.45, 0.005, 8)), axis=1))
    assert sharp.reaches[0] < 0.5 * soft.reaches[0]


def test_drawn_out_ends_need_evidence() -> None:
    """Where all is drowned in noise, what limbs and motors usually do is believed."""
    (rise,) = common_rises(curves(3.0, 0.9, 0.4, 4))
    found, true = reach_at(rise, 3.0, 0.9)
    assert found < 0.6 * true
