"""A set's ramps together tell how softly the limb sets off, and admit it where they cannot."""

from __future__ import annotations

import numpy as np
import pytest

from repsignal.rise import EDGES, LEVELS, Rise, common_rises, crossed
from repsignal.types import FloatArray


def rises(ramps: FloatArray, *, alike: bool = True) -> list[Rise]:
    """What ramps (N, K, bins), seen as they are, have in common."""
    passed = np.array([[crossed(one) for one in own] for own in ramps])
    return common_rises(ramps, passed, [alike] * ramps.shape[1])


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
    (rise,) = rises(curves(power, reach, 0.005, 8))
    found, true = reach_at(rise, power, reach)
    assert found == pytest.approx(true, abs=0.02 + 0.06 * reach)
    assert list(rise.reaches) == sorted(rise.reaches)


@pytest.mark.parametrize(("power", "reach", "bias"), [(1.0, 0.25, 0.02), (2.0, 0.42, 0.02), (2.5, 0.6, 0.04)])
def test_shape_is_told_through_noise_that_turns_to_and_fro(power: float, reach: float, bias: float) -> None:
    rng = np.random.default_rng(6)
    angle = rng.normal(0.0, 0.001, (20, 8, 1, len(EDGES)))  # of what peak speed covers in the width of a stroke
    noise = np.diff(angle, axis=-1) / np.diff(EDGES)
    found = [reach_at(rises(curves(power, reach, 0.0, 8) + one)[0], power, reach) for one in noise]
    assert np.mean([got - true for got, true in found]) == pytest.approx(0.0, abs=bias)


@pytest.mark.parametrize(("power", "reach"), [(1.0, 0.25), (2.0, 0.42)])
def test_sag_before_the_ramp_is_no_part_of_it(power: float, reach: float) -> None:
    (rise,) = rises(curves(power, reach, 0.005, 8, sag=0.15))
    found, true = reach_at(rise, power, reach)
    assert found == pytest.approx(true, abs=0.05)


def test_many_ramps_tell_what_one_does_not() -> None:
    (one,), (many,) = (rises(curves(2.0, 0.42, 0.06, count)) for count in (1, 16))
    assert many.sd < one.sd
    found, true = reach_at(many, 2.0, 0.42)
    assert found == pytest.approx(true, abs=0.08)


def test_kinds_are_told_apart() -> None:
    both = np.concatenate((curves(1.0, 0.2, 0.005, 8), curves(2.0, 0.45, 0.005, 8)), axis=1)
    sharp, soft = rises(both)
    assert sharp.reaches[0] < 0.5 * soft.reaches[0]


def test_drawn_out_ends_need_evidence() -> None:
    """Where all is drowned in noise, what limbs and motors usually do is believed."""
    (rise,) = rises(curves(3.0, 0.9, 0.4, 4), alike=False)
    found, true = reach_at(rise, 3.0, 0.9)
    assert found < 0.6 * true


def test_ramps_laid_askew_are_laid_again() -> None:
    """Each was found to pass half of its peak too soon or too late, by a tenth of its width."""
    middles = 0.5 * (EDGES[:-1] + EDGES[1:])
    found: list[float] = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        ramps = [rising(2.0, 0.42, middles + late) for late in rng.normal(0.0, 0.1, 12)]
        (rise,) = rises(np.array(ramps)[:, None] + rng.normal(0.0, 0.005, (12, 1, len(middles))), alike=False)
        got, true = reach_at(rise, 2.0, 0.42)
        found.append(got - true)
    assert np.mean(found) == pytest.approx(0.0, abs=0.02)


def test_levels_of_ramps_that_tremble_are_where_they_were_seen() -> None:
    """A ramp that trembles falls below each level before the limb as a whole is so slow."""
    middles = 0.5 * (EDGES[:-1] + EDGES[1:])
    early: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(4):
        phases = np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi, (12, 1, 1))
        ramps = rising(1.5, 0.4, middles) * (1.0 + 0.8 * np.sin(2.0 * np.pi * middles / 0.2 + phases))
        for alike, own in early.items():
            (rise,) = rises(np.asarray(ramps, np.float64), alike=alike)
            begins = [np.mean(np.subtract(crossed(one[0]), rise.reaches)) for one in ramps]
            own.append(float(np.mean(begins)) + 0.4)
    assert np.mean(early[True]) < 0.08
    assert np.mean(early[False]) > 0.15


@pytest.mark.parametrize("count", [2, 4, 6])
def test_level_that_ramps_never_pass_says_nothing(count: int) -> None:
    """Half of them are crept into, faster than the lowest levels: where those are seen is the edge."""
    quiet = curves(1.5, 0.3, 0.0, count)
    middles = 0.5 * (EDGES[:-1] + EDGES[1:])
    creep = np.where(middles < -0.1, 0.13, 0.0) * (np.arange(count) % 2)[:, None, None]
    (rise,) = rises(np.asarray(np.maximum(quiet, creep), np.float64))
    assert rise.reaches[0] > 0.0
    assert list(rise.reaches) == sorted(rise.reaches)
