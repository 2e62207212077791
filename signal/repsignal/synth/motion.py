"""Functions of time known together with their first and second derivative, and tracks made of them.

Carrying exact derivatives, rather than differencing samples, is what makes the simulated gyroscope and accelerometer
agree with the simulated motion to rounding error at any rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from repsignal.types import FloatArray

__all__ = ["RING_DECAYS", "Jet", "MotionFn", "Stroke", "Track", "band_noise", "hann_window", "ring", "settle"]

RING_DECAYS = 20.0
"""After so many decay times a ring is 1e-5 of its size, and cut off."""


@dataclass(frozen=True, slots=True)
class Jet:
    """A function of time sampled with its derivatives: three (N,) arrays in u, u/s and u/s²."""

    value: FloatArray
    rate: FloatArray
    accel: FloatArray

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.value + other.value, self.rate + other.rate, self.accel + other.accel)

    def __mul__(self, other: Jet) -> Jet:
        return Jet(
            self.value * other.value,
            self.rate * other.value + self.value * other.rate,
            self.accel * other.value + 2.0 * self.rate * other.rate + self.value * other.accel,
        )

    def scaled(self, factor: float) -> Jet:
        """This function times a constant."""
        return Jet(factor * self.value, factor * self.rate, factor * self.accel)

    @staticmethod
    def zeros(size: int) -> Jet:
        """The function that is zero at ``size`` instants."""
        return Jet(np.zeros(size), np.zeros(size), np.zeros(size))


MotionFn = Callable[[FloatArray], Jet]
"""A motion as a function of the time (N,) s since it began."""


class Stroke(Protocol):
    """A way from 0 to 1 in unit time."""

    def evaluate(self, unit_time: FloatArray) -> Jet:
        """Value and derivatives at ``unit_time`` (N,) in [0, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class _Step:
    start_s: float
    duration_s: float
    delta: float
    stroke: Stroke


@dataclass(frozen=True, slots=True)
class _Passing:
    start_s: float
    end_s: float
    motion: MotionFn


class Track:
    """One degree of freedom over the whole recording: a level that strokes change, plus motions that come and go."""

    def __init__(self, level: float = 0.0) -> None:
        self._initial = level
        self._level = level
        self._steps: list[_Step] = []
        self._passing: list[_Passing] = []

    @property
    def level(self) -> float:
        """Where the strokes laid so far leave the track."""
        return self._level

    def move_to(self, level: float, start_s: float, duration_s: float, stroke: Stroke) -> None:
        """Change the level from what it is to ``level`` along ``stroke``."""
        delta = level - self._level
        if delta != 0.0:
            self._steps.append(_Step(start_s, duration_s, delta, stroke))
            self._level = level

    def add(self, start_s: float, end_s: float, motion: MotionFn) -> None:
        """Add what must be zero, with its rate, at both ends, unless a jump is meant."""
        if end_s > start_s:
            self._passing.append(_Passing(start_s, end_s, motion))

    def evaluate(self, time_s: FloatArray) -> Jet:
        """The track at ``time_s`` (N,) s, ascending. Before the first stroke it rests at its initial level."""
        jumps = np.zeros(len(time_s) + 1)
        out = Jet.zeros(len(time_s))
        for step in self._steps:
            first, last = np.searchsorted(time_s, (step.start_s, step.start_s + step.duration_s))
            jumps[last] += step.delta
            if last > first:
                jet = step.stroke.evaluate((time_s[first:last] - step.start_s) / step.duration_s)
                out.value[first:last] += step.delta * jet.value
                out.rate[first:last] += step.delta / step.duration_s * jet.rate
                out.accel[first:last] += step.delta / step.duration_s**2 * jet.accel
        for passing in self._passing:
            first, last = np.searchsorted(time_s, (passing.start_s, passing.end_s))
            if last > first:
                jet = passing.motion(time_s[first:last] - passing.start_s)
                out.value[first:last] += jet.value
                out.rate[first:last] += jet.rate
                out.accel[first:last] += jet.accel
        np.add(out.value, self._initial + np.cumsum(jumps[:-1]), out=out.value)
        return out


def band_noise(
    rng: np.random.Generator, low_hz: float, high_hz: float, rms: float, *, of_rate: bool = False, lines: int = 6
) -> MotionFn:
    """Noise within a band, as a sum of ``lines`` sinusoids: smooth, and differentiable without error.

    ``rms`` is that of the value, or with ``of_rate`` that of the rate.
    """
    frequency = 2.0 * np.pi * rng.uniform(low_hz, high_hz, lines)
    phase = rng.uniform(0.0, 2.0 * np.pi, lines)
    weight = rng.uniform(0.5, 1.0, lines)
    power = float(np.sum((weight * frequency if of_rate else weight) ** 2)) / 2.0
    amplitude = weight * (rms / np.sqrt(power))

    def motion(time_s: FloatArray) -> Jet:
        out = Jet.zeros(len(time_s))
        for a, w, p in zip(amplitude, frequency, phase, strict=True):
            sine, cosine = np.sin(w * time_s + p), np.cos(w * time_s + p)
            np.add(out.value, a * sine, out=out.value)
            np.add(out.rate, a * w * cosine, out=out.rate)
            np.subtract(out.accel, a * w**2 * sine, out=out.accel)
        return out

    return motion


def hann_window(motion: MotionFn, duration_s: float, taper_s: float) -> MotionFn:
    """``motion`` begun and ended at rest: faded in and out over ``taper_s``, at most half of ``duration_s``."""
    taper = min(taper_s, 0.5 * duration_s)
    w = np.pi / taper

    def windowed(time_s: FloatArray) -> Jet:
        edge = np.minimum(time_s, duration_s - time_s)
        sign = np.where(time_s < 0.5 * duration_s, 1.0, -1.0)
        inside = edge < taper
        edge = np.clip(edge, 0.0, taper)
        window = Jet(
            0.5 * (1.0 - np.cos(w * edge)),
            np.where(inside, 0.5 * w * np.sin(w * edge) * sign, 0.0),
            np.where(inside, 0.5 * w**2 * np.cos(w * edge), 0.0),
        )
        return motion(time_s) * window

    return windowed


def ring(peak_accel: float, frequency_hz: float, decay_s: float) -> MotionFn:
    """What a short blow leaves: an acceleration that rises and rings, dead after ``RING_DECAYS`` of ``decay_s``.

    The displacement is s³ exp(-s) cos(w t) with s = t / decay: all begins and ends at zero, so the blow moves
    nothing for good. ``peak_accel`` (u/s²) is the largest magnitude of the acceleration, ``u`` that of the track.
    """
    w = 2.0 * np.pi * frequency_hz

    def shape(time_s: FloatArray) -> Jet:
        s = time_s / decay_s
        envelope = np.exp(-s)
        rise = Jet(s**3 * envelope, (3.0 - s) * s**2 * envelope, (6.0 - 6.0 * s + s**2) * s * envelope)
        rise = Jet(rise.value, rise.rate / decay_s, rise.accel / decay_s**2)
        wave = Jet(np.cos(w * time_s), -w * np.sin(w * time_s), -(w**2) * np.cos(w * time_s))
        return rise * wave

    peak = float(np.max(np.abs(shape(np.linspace(0.0, RING_DECAYS * decay_s, 800)).accel)))
    factor = peak_accel / peak
    return lambda time_s: shape(time_s).scaled(factor)


def settle(amplitude: float, frequency_hz: float, damping: float, duration_s: float) -> MotionFn:
    """A swing let go at ``amplitude`` with no rate, dying away, and over with at ``duration_s``."""
    w = 2.0 * np.pi * frequency_hz
    decay = damping * w
    damped = w * np.sqrt(1.0 - damping**2)

    def motion(time_s: FloatArray) -> Jet:
        envelope = amplitude * np.exp(-decay * time_s)
        sine, cosine = np.sin(damped * time_s), np.cos(damped * time_s)
        value = envelope * (cosine + decay / damped * sine)
        rate = -envelope * (w**2 / damped) * sine
        swing = Jet(value, rate, -2.0 * decay * rate - w**2 * value)
        u = np.clip(time_s / duration_s, 0.0, 1.0)
        fade = Jet(
            1.0 - u**3 * (10.0 - 15.0 * u + 6.0 * u**2),
            -30.0 * u**2 * (1.0 - u) ** 2 / duration_s,
            -60.0 * u * (1.0 - 3.0 * u + 2.0 * u**2) / duration_s**2,
        )
        return swing * fade

    return motion
