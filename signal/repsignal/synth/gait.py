"""Walking, as the shank and ankle do it.

Shank angle over a stride: read off the normal sagittal-plane curves in Winter, The Biomechanics and Motor Control of
Human Gait (1991) and Perry, Gait Analysis (1992): the foot is planted about 18 degrees ahead of the knee, the shank
rolls forward through stance, leans about 50 degrees as the toe leaves at 62 % and swings through in the last third.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from repsignal.synth.checks import check_not_negative, check_positive, check_within
from repsignal.synth.motion import RING_DECAYS, Jet, MotionFn, band_noise, ring
from repsignal.synth.profiles import Profile
from repsignal.synth.stage import G, Pose, Stage
from repsignal.types import FloatArray

__all__ = ["Walk"]

# Share of the stride from heel strike, and the shank's lean in degrees: positive with the foot behind the knee.
_PHASE = np.array([0.0, 0.06, 0.12, 0.22, 0.32, 0.42, 0.50, 0.56, 0.62, 0.68, 0.74, 0.80, 0.86, 0.92, 0.97, 1.0])
_LEAN = np.array([-18.0, -14.0, -6.0, 2.0, 7.5, 14.0, 24.0, 36.0, 47.0, 51.0, 44.0, 25.0, 1.0, -16.0, -20.0, -18.0])
_LEAN_RANGE = float(np.ptp(_LEAN))
_SHANK = CubicSpline(_PHASE, _LEAN / _LEAN_RANGE, bc_type="periodic")

_HEEL_OFF = 0.45  # the ankle begins to travel when the heel leaves the ground, well before the toe
_SMOOTH = Profile()


@dataclass(frozen=True, slots=True)
class Walk:
    """Walking for ``duration_s``, the sensor on a shank.

    ``stride_s``: heel strike to heel strike of one foot, 0.8 to 2 s (1.0-1.2 at an ordinary pace). ``range_deg``:
    swing of the shank, 60-75 in healthy adults. ``stride_m``: ground covered in a stride (1.2-1.5 m).
    ``impact_g``: peak of the heel strike at the ankle, 1-4 g. ``stride_cv``: stride times vary by 2-4 %
    (Hausdorff 2005). ``turns``: (seconds from the start, degrees) of each change of direction, taking 1.2 s.
    """

    duration_s: float = 20.0
    stride_s: float = 1.1
    range_deg: float = 68.0
    stride_m: float = 1.35
    lift_m: float = 0.13
    impact_g: float = 2.0
    stride_cv: float = 0.03
    turns: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        check_positive("duration_s", self.duration_s)
        check_within("stride_s", self.stride_s, 0.8, 2.0)
        check_within("range_deg", self.range_deg, 5.0, 100.0)
        check_within("stride_m", self.stride_m, 0.1, 2.5)
        check_within("stride_cv", self.stride_cv, 0.0, 0.2)
        check_not_negative("lift_m", self.lift_m)
        check_not_negative("impact_g", self.impact_g)
        if self.duration_s < 2.0 * self.stride_s:
            raise ValueError(f"duration_s must be two strides of {self.stride_s:g} s or more, got {self.duration_s!r}.")

    @property
    def name(self) -> str:
        """``walking``."""
        return "walking"

    @property
    def pose(self) -> Pose | None:
        """None: it begins in whichever pose there is, hanging down."""
        return None

    def lay(self, stage: Stage) -> None:
        """Stand up straight if need be, walk, then stand."""
        standing = Pose(-90.0, stage.pose.heading_deg, stage.pose.roll_deg)
        stage.turn_to(standing, stage.change_seconds(standing))
        start_s, end_s = stage.now_s, stage.now_s + self.duration_s
        wander = band_noise(stage.rng, 0.1, 0.35, self.stride_cv / self.stride_s, of_rate=True)
        stride = _Stride(self, wander, float(np.radians(stage.pose.elevation_deg)), stage.distance_m)
        tracks = stage.tracks
        tracks.elevation.add(start_s, end_s, stride.swing)
        tracks.forward.add(start_s, end_s, stride.forward)
        tracks.vertical.add(start_s, end_s, stride.upward)
        # The leg turns in a little in swing and out in stance: a few degrees about its length and sideways.
        tracks.roll.add(start_s, end_s, lambda t: stride.sideways(t, float(np.radians(5.0)), 0.2))
        tracks.cross.add(start_s, end_s, lambda t: stride.sideways(t, float(np.radians(3.0)), 0.55))
        if self.impact_g > 0.0:
            for strike_s in stride.strikes():
                peak = G * self.impact_g * stage.rng.uniform(0.7, 1.3)
                decay, frequency = stage.rng.uniform(0.006, 0.011), stage.rng.uniform(22.0, 38.0)
                until_s = start_s + strike_s + RING_DECAYS * decay
                tracks.shock_x.add(start_s + strike_s, until_s, ring(-peak, frequency, decay))
                tracks.shock_z.add(start_s + strike_s, until_s, ring(0.5 * peak, frequency, decay))
        heading = stage.pose.heading_deg
        for at_s, degrees in self.turns:
            heading += degrees
            tracks.heading.move_to(float(np.radians(heading)), start_s + at_s, _TURN_S, _SMOOTH)
        stage.pose = Pose(stage.pose.elevation_deg, heading, stage.pose.roll_deg)
        stage.now_s = max([end_s, *(start_s + at_s + _TURN_S for at_s, _ in self.turns)])


_TURN_S = 1.2


@dataclass(frozen=True, slots=True)
class _Stride:
    """The same stride seen by the tracks it moves; all take the time (N,) s since walking began."""

    walk: Walk
    wander: MotionFn
    standing: float
    distance_m: float

    def strikes(self) -> FloatArray:
        """Instants of heel strike, s since walking began, while the steps are at full size."""
        time_s = np.arange(0.0, self.walk.duration_s, 0.002)
        phase = self._phase(time_s).value
        whole = np.arange(math.ceil(float(phase[0])), math.floor(float(phase[-1])) + 1, dtype=np.float64)
        at = np.asarray(np.interp(whole, phase, time_s), dtype=np.float64)
        stride = self.walk.stride_s
        return at[(at > 0.7 * stride) & (at < self.walk.duration_s - 0.7 * stride)]

    def _phase(self, time_s: FloatArray) -> Jet:
        # Strides counted from mid-stance, where the shank is upright: 0.2 of a stride after heel strike.
        noise = self.wander(time_s)
        rate = 1.0 / self.walk.stride_s
        return Jet(0.2 + rate * time_s + noise.value, rate + noise.rate, noise.accel)

    def _size(self, time_s: FloatArray) -> Jet:
        # Steps grow over the first stride and shrink over the last.
        stride = self.walk.stride_s
        edge = np.minimum(time_s, self.walk.duration_s - time_s)
        sign = np.where(time_s < 0.5 * self.walk.duration_s, 1.0, -1.0)
        jet = _SMOOTH.evaluate(edge / stride)
        return Jet(jet.value, sign * jet.rate / stride, jet.accel / stride**2)

    def swing(self, time_s: FloatArray) -> Jet:
        """Lean of the shank, rad, added to the elevation."""
        phase = self._phase(time_s)
        x = phase.value % 1.0
        s0, s1, s2 = (np.asarray(_SHANK(x, order), dtype=np.float64) for order in range(3))
        lean = Jet(s0, s1 * phase.rate, s2 * phase.rate**2 + s1 * phase.accel)
        return (lean * self._size(time_s)).scaled(float(np.radians(self.walk.range_deg)))

    def sideways(self, time_s: FloatArray, amplitude: float, shift: float) -> Jet:
        """A swing once a stride, rad."""
        phase = self._phase(time_s)
        w = 2.0 * np.pi
        sine, cosine = np.sin(w * (phase.value + shift)), np.cos(w * (phase.value + shift))
        wave = Jet(sine, w * cosine * phase.rate, w * cosine * phase.accel - w**2 * sine * phase.rate**2)
        return (wave * self._size(time_s)).scaled(amplitude)

    def forward(self, time_s: FloatArray) -> Jet:
        """Velocity of the knee along the heading, m/s: the ankle's, less what the shank's turning gives the ankle.

        The person faces against the heading, which is where a shank points that lies behind its knee.
        """
        phase, size = self._phase(time_s), self._size(time_s)
        ankle = _travel(phase, self.walk.stride_m)
        velocity = -(size.value * ankle.value)
        accel = -(size.rate * ankle.value + size.value * ankle.rate)
        lean = self.swing(time_s)
        sine, cosine = np.sin(self.standing + lean.value), np.cos(self.standing + lean.value)
        velocity += self.distance_m * sine * lean.rate
        accel += self.distance_m * (cosine * lean.rate**2 + sine * lean.accel)
        return Jet(velocity, accel, np.zeros_like(accel))

    def upward(self, time_s: FloatArray) -> Jet:
        """Velocity of the knee upwards, m/s, likewise."""
        phase, size = self._phase(time_s), self._size(time_s)
        height = _rise(phase, self.walk.lift_m) * size
        lean = self.swing(time_s)
        sine, cosine = np.sin(self.standing + lean.value), np.cos(self.standing + lean.value)
        velocity = height.rate - self.distance_m * cosine * lean.rate
        accel = height.accel - self.distance_m * (-sine * lean.rate**2 + cosine * lean.accel)
        return Jet(velocity, accel, np.zeros_like(accel))


def _travel(phase: Jet, stride_m: float) -> Jet:
    """Velocity (value) and acceleration (rate) of the ankle along the ground: still in stance, all travel in swing."""
    width = 1.0 - _HEEL_OFF
    u = (phase.value % 1.0 - _HEEL_OFF) / width
    moving = u > 0.0
    w = 2.0 * np.pi
    shape = np.where(moving, (1.0 - np.cos(w * u)) / width, 0.0)
    slope = np.where(moving, w * np.sin(w * u) / width**2, 0.0)
    velocity = stride_m * shape * phase.rate
    accel = stride_m * (slope * phase.rate**2 + shape * phase.accel)
    return Jet(velocity, accel, np.zeros_like(accel))


def _rise(phase: Jet, height_m: float) -> Jet:
    """Height of the ankle, m: up as the heel leaves, highest just after the toe does, back before the heel strikes."""
    begin, width = 0.4, 0.55
    u = (phase.value % 1.0 - begin) / width
    moving = (u > 0.0) & (u < 1.0)
    w = 2.0 * np.pi
    value = np.where(moving, 0.5 * (1.0 - np.cos(w * u)), 0.0)
    slope = np.where(moving, 0.5 * w * np.sin(w * u) / width, 0.0)
    bend = np.where(moving, 0.5 * w**2 * np.cos(w * u) / width**2, 0.0)
    return Jet(value, slope * phase.rate, bend * phase.rate**2 + slope * phase.accel).scaled(height_m)
