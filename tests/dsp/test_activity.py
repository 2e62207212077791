"""What moves and is no rep, by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar

import numpy as np
import pytest
from dsp_helpers import a_set, count, record

from repsignal import ImuBlock, RepEvent, judge
from repsignal.activity import is_hinge, is_noise
from repsignal.joint import Pivot
from repsignal.synth import RepPlan, random_scenario, simulate

P = ParamSpec("P")
R = TypeVar("R")


def noting(function: Callable[P, R], calls: list[int]) -> Callable[P, R]:
    """The same function; each call of it adds to ``calls``."""

    def noted(*args: P.args, **kwargs: P.kwargs) -> R:
        calls.append(1)
        return function(*args, **kwargs)

    return noted


@pytest.mark.parametrize("tick_s", [0.02, 0.05])
@pytest.mark.parametrize("noise_dps", [0.1, 5.0, 500.0])
def test_what_turns_by_chance_is_noise(noise_dps: float, tick_s: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        turned = rng.normal(scale=noise_dps * tick_s, size=round(12.0 / tick_s))
        assert is_noise(np.cumsum(turned), tick_s)


@pytest.mark.parametrize("tick_s", [0.02, 0.05])
@pytest.mark.parametrize("cycle_s", [0.75, 2.0, 8.0])
@pytest.mark.parametrize("noise_dps", [0.0, 2.0])
def test_a_limb_is_not_noise(noise_dps: float, cycle_s: float, tick_s: float) -> None:
    """Neither in the quickest nor in small reps, nor where the gyroscope is far worse than those there are."""
    rng = np.random.default_rng(3)
    time = np.arange(0.0, 12.0, tick_s)
    angle = 3.0 * (1.0 - np.cos(2.0 * np.pi * time / cycle_s))
    assert not is_noise(angle + np.cumsum(rng.normal(scale=noise_dps * tick_s, size=len(time))), tick_s)


def test_a_limb_at_rest_is_not_noise() -> None:
    assert not is_noise(np.zeros(600), 0.02)
    assert not is_noise(np.zeros(1), 0.02)
    assert not is_noise(np.zeros(0), 0.02)


def test_noise_is_hardly_ever_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be at every look, at every range, for long: a million samples took minutes."""
    rng = np.random.default_rng(12)
    judged: list[int] = []
    monkeypatch.setattr(judge, "find_sets", noting(judge.find_sets, judged))
    acc, gyr = rng.normal([0.0, 0.0, 9.8], 3.0, (20_000, 3)), rng.normal(scale=2.0, size=(20_000, 3))
    assert count(ImuBlock(np.arange(20_000) / 100.0, acc, gyr)).sets == []
    assert len(judged) < 10


@pytest.mark.parametrize(
    ("expected_m_s2", "explained", "few", "is_one"),
    [
        (0.9, 0.0, True, True),
        (1.1, 0.35, False, False),
        (2.9, 0.55, True, True),
        (6.0, 0.55, True, False),
        (6.0, 0.55, False, True),
        (6.0, 0.80, True, True),
    ],
)
def test_few_brisk_movements_must_surely_be_a_limb_s(
    expected_m_s2: float, explained: float, few: bool, is_one: bool
) -> None:
    pivot = Pivot(np.array([0.4, 0.0, 0.0]), 0.01, explained, expected_m_s2)
    assert is_hinge(pivot, few=few) == is_one


@pytest.mark.parametrize(("reps", "pushed_m_s2", "counted"), [(4, 0.0, 4), (4, 8.0, 0), (8, 8.0, 8)])
def test_a_leg_that_is_carried_about_makes_few_reps(reps: int, pushed_m_s2: float, counted: int) -> None:
    """Who walks and stops again moves a few times alike, but with a joint that moves along."""
    block = record(*a_set(reps, RepPlan(lift_s=0.6, hold_s=1.5, lower_s=0.6, pause_s=1.0, rom_deg=90.0))).block
    noise = np.random.default_rng(1).normal(size=block.acc.shape)
    pushed = np.apply_along_axis(np.convolve, 0, noise, np.full(20, 20.0**-0.5), "same")
    moves = np.linalg.norm(block.gyr, axis=1, keepdims=True) > 0.3
    assert len(count(replace(block, acc=block.acc + pushed_m_s2 * pushed * moves)).reps) == counted


def test_getting_up_is_not_told_as_a_rep() -> None:
    """It bends the limb as far as a rep does, but ends in another pose."""
    outcome = count(simulate(random_scenario(2019), seed=2019).block)
    assert len(outcome.reps) == 8
    assert sum(isinstance(event, RepEvent) for event in outcome.events) == 8
