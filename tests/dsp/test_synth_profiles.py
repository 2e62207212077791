"""Profiles and tracks: their derivatives are those of their values, and they go exactly where they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from repsignal.synth import Jet, Profile, ProfileFamily, Track
from repsignal.synth.motion import RING_DECAYS, MotionFn, band_noise, hann_window, ring, settle

PROFILES = [
    *(Profile(family) for family in ProfileFamily),
    Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.1),
    Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.5),
    Profile(ProfileFamily.SKEWED, peak=0.2),
    Profile(ProfileFamily.SKEWED, peak=0.8),
    Profile(steps=(0.2, 0.5, 0.3), stop_share=0.3),
]


def _derivative_error(jet: Jet, step: float) -> tuple[float, float]:
    """Median error of both derivatives against central differences, relative to their largest value."""
    rate = (jet.value[2:] - jet.value[:-2]) / (2 * step)
    accel = (jet.rate[2:] - jet.rate[:-2]) / (2 * step)
    return (
        float(np.max(np.abs(rate - jet.rate[1:-1])) / np.max(np.abs(jet.rate))),
        float(np.quantile(np.abs(accel - jet.accel[1:-1]), 0.99) / np.max(np.abs(jet.accel))),
    )


@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_profile_goes_from_rest_at_0_to_rest_at_1(profile: Profile) -> None:
    jet = profile.evaluate(np.linspace(0.0, 1.0, 20001))
    assert jet.value[0] == pytest.approx(0.0, abs=1e-12)
    assert jet.value[-1] == pytest.approx(1.0, abs=1e-12)
    assert jet.rate[[0, -1]] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert np.all(np.diff(jet.value) >= -1e-12)
    value_error, rate_error = _derivative_error(jet, 1 / 20000)
    assert value_error < 1e-3
    assert rate_error < 2e-3


@pytest.mark.parametrize("peak", [0.2, 0.35, 0.5, 0.8])
def test_skewed_profile_peaks_where_asked(peak: float) -> None:
    u = np.linspace(0.0, 1.0, 10001)
    rate = Profile(ProfileFamily.SKEWED, peak=peak).evaluate(u).rate
    assert u[np.argmax(rate)] == pytest.approx(peak, abs=1e-3)


def test_trapezoidal_profile_is_level_between_its_ramps() -> None:
    rate = Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.2).evaluate(np.linspace(0.21, 0.79, 50)).rate
    assert rate == pytest.approx(np.full(50, 1.25))


def test_steps_stop_for_the_share_asked() -> None:
    profile = Profile(steps=(0.25, 0.25, 0.5), stop_share=0.4)
    rate = profile.evaluate(np.linspace(0.0, 1.0, 100001)).rate
    assert np.mean(rate == 0.0) == pytest.approx(0.4, abs=0.001)


@pytest.mark.parametrize(
    ("motion", "duration_s"),
    [
        (hann_window(band_noise(np.random.default_rng(1), 8.0, 12.0, 0.1), 3.0, 0.4), 3.0),
        (settle(0.3, 1.5, 0.2, 1.2), 1.2),
        (ring(20.0, 25.0, 0.01), RING_DECAYS * 0.01),
    ],
    ids=["windowed noise", "swing", "ring"],
)
def test_motion_has_the_derivatives_it_says(motion: MotionFn, duration_s: float) -> None:
    time_s = np.linspace(0.0, duration_s, 60001)
    jet = motion(time_s)
    value_error, rate_error = _derivative_error(jet, duration_s / 60000)
    assert value_error < 1e-4
    assert rate_error < 1e-3
    assert np.abs(jet.rate[[0, -1]]) == pytest.approx([0.0, 0.0], abs=2e-3 * np.max(np.abs(jet.rate)))


def test_ring_peaks_at_the_acceleration_asked() -> None:
    accel = ring(35.0, 22.0, 0.009)(np.linspace(0.0, 0.144, 20001)).accel
    assert np.max(np.abs(accel)) == pytest.approx(35.0, rel=0.01)


def test_band_noise_has_the_rms_and_band_asked() -> None:
    jet = band_noise(np.random.default_rng(3), 8.0, 12.0, 0.5, of_rate=True)(np.arange(0.0, 60.0, 0.005))
    assert np.sqrt(np.mean(jet.rate**2)) == pytest.approx(0.5, rel=0.05)
    spectrum = np.abs(np.fft.rfft(jet.rate)) ** 2
    hz = np.fft.rfftfreq(len(jet.rate), 0.005)
    assert np.sum(spectrum[(hz > 7.9) & (hz < 12.1)]) > 0.99 * np.sum(spectrum)


def test_track_adds_strokes_and_keeps_their_level() -> None:
    track = Track(0.5)
    track.move_to(1.5, 1.0, 2.0, Profile())
    track.move_to(1.0, 5.0, 1.0, Profile())
    jet = track.evaluate(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0]))
    assert jet.value == pytest.approx([0.5, 0.5, 1.0, 1.5, 1.5, 1.0, 1.0])
    assert jet.rate[2] == pytest.approx(1.875 / 2.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"family": "nope"}, "family must be one of minimum_jerk, trapezoidal"),
        ({"ramp": 0.6}, "ramp must lie between 0.02 and 0.5"),
        ({"peak": 0.0}, "peak must lie between"),
        ({"steps": (0.5, 0.6)}, "steps must be positive shares that sum to 1"),
        ({"stop_share": float("nan")}, "stop_share must lie between 0 and 1"),
    ],
)
def test_profile_refuses(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Profile(**arguments)
