"""Boundaries lie where the motion's own shape begins, whatever the shape, the speed and the rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from repsignal.extremes import Excursion
from repsignal.kernel import SpeedKernel
from repsignal.phases import Boundaries, common_shapes, place
from repsignal.ramps import Motion, find_ramps
from repsignal.synth import Profile, ProfileFamily
from repsignal.types import FloatArray

MIN_JERK = Profile()
TRAPEZOID = Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.3)
EARLY = Profile(ProfileFamily.SKEWED, peak=0.35)
LATE = Profile(ProfileFamily.SKEWED, peak=0.65)
COSINE = Profile(ProfileFamily.RAISED_COSINE)
FAMILIES = {"minimum jerk": MIN_JERK, "trapezoidal": TRAPEZOID, "early": EARLY, "late": LATE, "cosine": COSINE}

RANGE_DEG = 30.0
NOISE_DEG = 0.01


def cycle_at(
    rate_hz: float,
    lift_s: float,
    hold_s: float,
    lower_s: float,
    profile: Profile,
    begin_s: float,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, Excursion, FloatArray]:
    """Ticks, angle, the excursion as the judge would give it, and the four true instants."""
    instants = begin_s + np.cumsum([0.0, lift_s, hold_s, lower_s])
    time_s = np.arange(round((instants[-1] + 1.5) * rate_hz)) / rate_hz
    up = profile.evaluate((time_s - instants[0]) / lift_s).value
    down = profile.evaluate((time_s - instants[2]) / lower_s).value
    angle = RANGE_DEG * (up - down) + rng.normal(0.0, NOISE_DEG, len(time_s))
    left, top, back = (int(np.searchsorted(time_s, t)) for t in (instants[0], instants[1], instants[3]))
    return time_s, angle, Excursion(left, top, back, angle[left], angle[top], angle[back]), instants


def still_aside(angle_deg: FloatArray) -> FloatArray:
    """No turn but along the stroke."""
    return np.zeros((len(angle_deg), 3))


def placed(
    rate_hz: float, lift_s: float, hold_s: float, lower_s: float, profile: Profile, cycles: int = 8
) -> tuple[list[Boundaries], FloatArray]:
    """The boundaries of a set of cycles, and their errors (cycles, 4) s. Each begins elsewhere between two ticks."""
    rng = np.random.default_rng(round(rate_hz + 100 * lift_s))
    kernel = SpeedKernel.at(1.0 / rate_hz)
    drawn = [
        cycle_at(rate_hz, lift_s, hold_s, lower_s, profile, 1.5 + k / cycles / rate_hz, rng) for k in range(cycles)
    ]
    ramps = find_ramps([Motion(time_s, angle, still_aside(angle), cycle) for time_s, angle, cycle, _ in drawn], kernel)
    shapes = common_shapes(ramps)
    found = [place(r, shapes) for r in ramps]
    errors = [
        [b.start.time_s - i[0], b.top.time_s - i[1], b.lower_start.time_s - i[2], b.end.time_s - i[3]]
        for b, (*_, i) in zip(found, drawn, strict=True)
    ]
    return found, np.array(errors)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0])
@pytest.mark.parametrize("stroke_s", [0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("family", FAMILIES)
def test_boundaries_are_unbiased(family: str, stroke_s: float, rate_hz: float) -> None:
    found, errors = placed(rate_hz, stroke_s, 1.5, stroke_s, FAMILIES[family])
    bias = np.abs(errors.mean(axis=0))
    # A threshold at a tenth of the peak speed is off by 0.09 to 0.17 of a stroke. The soft end of a skewed one leaves
    # zero more slowly than limbs and motors usually do: there the bias may be somewhat larger.
    soft = {"early": [1, 3], "late": [0, 2]}.get(family, [])
    sharp = [k for k in range(4) if k not in soft]
    assert bias[sharp].max() < 0.035 * stroke_s + 0.5 / rate_hz
    assert bias.max() < 0.06 * stroke_s
    assert errors.std(axis=0).max() < 0.02 * stroke_s + 0.2 / rate_hz
    for b in found:
        sds = np.array([b.start.sd_s, b.top.sd_s, b.lower_start.sd_s, b.end.sd_s])
        assert np.isfinite(sds).all()
        assert (sds > 0).all()
        assert (sds < 0.3).all()
        assert not b.turned


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0])
@pytest.mark.parametrize("family", ["minimum jerk", "cosine", "early", "late"])
def test_stated_deviation_is_honest(family: str, rate_hz: float) -> None:
    found, errors = placed(rate_hz, 1.0, 1.0, 3.0, FAMILIES[family])
    sds = np.array([[b.start.sd_s, b.top.sd_s, b.lower_start.sd_s, b.end.sd_s] for b in found])
    assert (np.abs(errors) < 4.0 * sds + 0.01).mean() > 0.9


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0])
@pytest.mark.parametrize("stroke_s", [0.7, 1.5])
@pytest.mark.parametrize("family", ["minimum jerk", "cosine"])
def test_turn_without_a_hold_is_one_instant(family: str, stroke_s: float, rate_hz: float) -> None:
    found, errors = placed(rate_hz, stroke_s, 0.0, stroke_s, FAMILIES[family])
    for b in found:
        assert b.lower_start.time_s - b.top.time_s < 0.15
        assert b.top.time_s <= b.lower_start.time_s
        assert b.top.sd_s > 0
        if b.turned:
            assert b.top == b.lower_start
    assert np.abs(errors[:, 1:3].mean(axis=0)).max() < 0.05 * stroke_s


@pytest.mark.parametrize("family", FAMILIES)
def test_boundaries_are_in_order(family: str) -> None:
    for b in placed(50.0, 1.0, 2.0, 3.0, FAMILIES[family])[0]:
        assert b.start.time_s < b.top.time_s < b.lower_start.time_s < b.end.time_s


@pytest.mark.parametrize("tremor_hz", [8.0, 10.0, 12.0])
@pytest.mark.parametrize("tick_s", [0.02, 0.01])
def test_kernel_stops_tremor_and_passes_strokes(tremor_hz: float, tick_s: float) -> None:
    time_s: FloatArray = np.arange(0.0, 6.0, tick_s, dtype=np.float64)
    kernel = SpeedKernel.at(tick_s)
    inner = slice(kernel.reach + 2, -kernel.reach - 2)
    tremor = kernel.speed(np.asarray(np.sin(2.0 * np.pi * tremor_hz * time_s), np.float64))[inner]
    stroke = kernel.speed(np.asarray(np.sin(np.pi * time_s), np.float64))[inner]
    exact = np.pi * np.cos(np.pi * time_s)[inner]
    assert np.abs(tremor).max() < 0.45 * 2.0 * np.pi * tremor_hz
    assert stroke == pytest.approx(exact, abs=0.02 * np.pi)


def test_speed_of_a_steady_turn_is_exact_and_its_ends_stand_still() -> None:
    kernel = SpeedKernel.at(0.02)
    speed = kernel.speed(np.linspace(0.0, 199 * 0.02 * 7.0, 200))
    assert speed.shape == (200,)
    assert speed[20:-20] == pytest.approx(np.full(160, 7.0))


def drawn_eight(
    lift_s: float, hold_s: float, lower_s: float, seed: int, change: Callable[[int, FloatArray, FloatArray], FloatArray]
) -> tuple[list[Boundaries], list[FloatArray]]:
    """The boundaries of eight cycles and the four true instants of each.

    To each angle is added what ``change`` says for its number, its time and the instants.
    """
    rng, kernel = np.random.default_rng(seed), SpeedKernel.at(0.02)
    motions, instants = [], []
    for k in range(8):
        time_s, angle, cycle, at = cycle_at(50.0, lift_s, hold_s, lower_s, MIN_JERK, 1.5 + k * 0.0025, rng)
        angle = angle + change(k, time_s, at)
        highest = cycle.top if angle[cycle.top] >= angle.max() - 10.0 * NOISE_DEG else int(np.argmax(angle))
        cycle = cycle._replace(top=highest, top_deg=float(angle[highest]))
        motions.append(Motion(time_s, angle, still_aside(angle), cycle))
        instants.append(at)
    ramps = find_ramps(motions, kernel)
    shapes = common_shapes(ramps)
    return [place(r, shapes) for r in ramps], instants


def test_tremor_in_the_hold_does_not_move_its_ends() -> None:
    def tremor(k: int, time_s: FloatArray, at: FloatArray) -> FloatArray:
        course = 0.4 / (2.0 * np.pi * 10.0) * np.sqrt(2.0) * np.sin(2.0 * np.pi * 10.0 * time_s + k)
        return np.where((time_s > at[1]) & (time_s < at[2]), course, 0.0)

    found, instants = drawn_eight(1.0, 3.0, 3.0, 9, tremor)
    top = np.mean([b.top.time_s - at[1] for b, at in zip(found, instants, strict=True)])
    lower = np.mean([b.lower_start.time_s - at[2] for b, at in zip(found, instants, strict=True)])
    assert abs(top) < 0.05
    assert abs(lower) < 0.12


def test_hold_that_sags_and_rises_above_where_it_began_began_there() -> None:
    def sag(_: int, time_s: FloatArray, at: FloatArray) -> FloatArray:
        sinks = MIN_JERK.evaluate((time_s - at[1] - 0.2) / 1.0).value
        rises = MIN_JERK.evaluate((time_s - at[1] - 1.3) / 0.3).value
        falls = MIN_JERK.evaluate((time_s - at[2]) / 3.0).value
        return RANGE_DEG * (0.25 * rises - 0.15 * sinks - 0.10 * falls)

    found, instants = drawn_eight(1.0, 4.0, 3.0, 10, sag)
    assert max(abs(b.top.time_s - at[1]) for b, at in zip(found, instants, strict=True)) < 0.1


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_lift_that_stops_on_its_way_goes_on(share: float) -> None:
    def in_two(_: int, time_s: FloatArray, at: FloatArray) -> FloatArray:
        at_once = MIN_JERK.evaluate((time_s - at[0]) / 3.0).value
        first = MIN_JERK.evaluate(time_s - at[0]).value
        second = MIN_JERK.evaluate((time_s - at[0] - 2.2) / 0.8).value
        return RANGE_DEG * (share * first + (1.0 - share) * second - at_once)

    found, instants = drawn_eight(3.0, 2.0, 3.0, 12, in_two)
    assert max(abs(b.top.time_s - at[1]) for b, at in zip(found, instants, strict=True)) < 0.15
