"""From tracks to what a perfect sensor on the limb would feel, exactly.

The chain of rotations from the world to the sensor is walked one axis at a time. Each step turns the vectors known so
far into the next frame and adds its own rate, so specific force, angular rate and angular acceleration come out without
any differencing. World: z up. Limb: x from the joint to the sensor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from repsignal.synth.leg import SLIP_PROFILE, Leg, Mounting, SoftTissue, rotation_about
from repsignal.synth.motion import Jet, MotionFn, Track, band_noise
from repsignal.synth.stage import G, Stage
from repsignal.types import FloatArray

__all__ = ["Body", "Motion"]

# Rows of the stack of vectors that are turned together.
_FORCE, _RATE, _RATE_DOT, _WORLD = 0, 1, 2, 3

# A sensor on flesh tilts as it is displaced. Our guess: a clip 2-3 cm wide mostly slides with the skin, and one part in
# ten of the displacement rocks it about its edge.
_TILT_PER_M = float(np.radians(0.3)) / 1e-3
_TISSUE_AXIAL = 0.3  # flesh gives less along the limb than across it


@dataclass(frozen=True, slots=True)
class Motion:
    """What is truly so at ``time_s`` (N,) s of the scenario.

    ``acc`` (N, 3) m/s² specific force and ``gyr`` (N, 3) rad/s, sensor frame; ``orientation`` (N, 3, 3) turns sensor
    into world axes; ``position_m`` (N, 3) is the sensor's place in the world from wherever it began;
    ``angle_deg`` (N,) is the exercise's angle from the set's bottom, positive towards lift, 0 outside sets;
    ``elevation_deg`` (N,) that of the joint-to-sensor line above the horizon.
    """

    time_s: FloatArray
    acc: FloatArray
    gyr: FloatArray
    orientation: FloatArray
    position_m: FloatArray
    angle_deg: FloatArray
    elevation_deg: FloatArray


class _Chain:
    """Vectors at N instants, expressed in a frame that is turned step by step."""

    def __init__(self, size: int) -> None:
        self.stack = np.zeros((6, 3, size))
        for axis in range(3):
            self.stack[_WORLD + axis, axis] = 1.0

    def turn(self, axis: int, jet: Jet) -> None:
        """Go on to a frame turned by ``jet`` (rad) about coordinate ``axis`` of the present one."""
        i, j = (axis + 1) % 3, (axis + 2) % 3
        cosine, sine = np.cos(jet.value), np.sin(jet.value)
        first = cosine * self.stack[:, i] + sine * self.stack[:, j]
        second = cosine * self.stack[:, j] - sine * self.stack[:, i]
        self.stack[:, i], self.stack[:, j] = first, second
        rate, rate_dot = self.stack[_RATE], self.stack[_RATE_DOT]
        rate_dot[i] += jet.rate * rate[j]
        rate_dot[j] -= jet.rate * rate[i]
        rate_dot[axis] += jet.accel
        rate[axis] += jet.rate

    def turn_fixed(self, matrix: FloatArray) -> None:
        """Go on to a frame whose axes are the columns of ``matrix`` (3, 3), for good."""
        self.stack = np.einsum("ij,vin->vjn", matrix, self.stack)


class Body:
    """A limb and a sensor on it, moved by a stage's tracks.

    The sway is drawn here, so two bodies of the same stage and generator state move alike.
    """

    def __init__(self, stage: Stage, leg: Leg, mounting: Mounting, rng: np.random.Generator) -> None:
        self._stage, self._leg, self._mounting = stage, leg, mounting
        sway = leg.sway
        self._turns = [_sway(rng, sway.low_hz, sway.high_hz, float(np.radians(sway.rotation_deg))) for _ in range(3)]
        self._travels = [_sway(rng, sway.low_hz, sway.high_hz, sway.travel_m) for _ in range(3)]

    def elevation_deg(self, time_s: FloatArray) -> FloatArray:
        """Elevation (N,) of the limb at ``time_s`` (N,), ascending."""
        chain = _Chain(len(time_s))
        self._to_limb(chain, time_s)
        return np.asarray(np.degrees(np.arcsin(np.clip(chain.stack[_WORLD + 2, 0], -1.0, 1.0))), dtype=np.float64)

    def move(self, time_s: FloatArray) -> Motion:
        """The motion at ``time_s`` (N,) s, evenly spaced and ascending."""
        chain = _Chain(len(time_s))
        velocity, angle = self._to_limb(chain, time_s)
        stack = chain.stack
        elevation = np.degrees(np.arcsin(np.clip(stack[_WORLD + 2, 0], -1.0, 1.0)))
        place = self._place(chain, time_s)
        where = np.stack([place[0].value, place[1].value, place[2].value])
        offset = np.einsum("bin,in->bn", stack[_WORLD:], where)
        chain.stack[_FORCE] += _lever(chain, place)
        if self._leg.tissue.coupling > 0.0:
            chain.turn(1, place[2].scaled(-_TILT_PER_M))
            chain.turn(2, place[1].scaled(_TILT_PER_M))
        self._to_sensor(chain, time_s)
        stack = chain.stack
        return Motion(
            time_s=time_s,
            acc=np.ascontiguousarray(stack[_FORCE].T),
            gyr=np.ascontiguousarray(stack[_RATE].T),
            orientation=np.ascontiguousarray(np.transpose(stack[_WORLD:], (2, 0, 1))),
            position_m=np.ascontiguousarray((self._travelled(velocity, time_s) + offset).T),
            angle_deg=np.degrees(angle),
            elevation_deg=elevation,
        )

    def _to_limb(self, chain: _Chain, time_s: FloatArray) -> tuple[list[Jet], FloatArray]:
        """Walk the chain as far as the limb; returns the joint's velocity by axis and the exercise angle in rad."""
        tracks = self._stage.tracks
        heading = tracks.heading.evaluate(time_s)
        forward, vertical = tracks.forward.evaluate(time_s), tracks.vertical.evaluate(time_s)
        cosine, sine = np.cos(heading.value), np.sin(heading.value)
        still = np.zeros_like(sine)
        along_x = Jet(cosine, -sine * heading.rate, still) * forward
        along_y = Jet(sine, cosine * heading.rate, still) * forward
        velocity = [
            Jet(carry.value + sway.rate, carry.rate + sway.accel, still)
            for carry, sway in zip((along_x, along_y, vertical), (f(time_s) for f in self._travels), strict=True)
        ]
        for axis in range(3):
            chain.stack[_FORCE, axis] = velocity[axis].rate
        chain.stack[_FORCE, 2] += G
        sway = [turn(time_s) for turn in self._turns]
        tilt, sense = self._stage.axis_at(time_s)
        angle = tracks.angle.evaluate(time_s)
        roll, cross = tracks.roll.evaluate(time_s), tracks.cross.evaluate(time_s)
        chain.turn(0, sway[0])
        chain.turn(1, sway[1])
        chain.turn(2, sway[2] + heading)
        chain.turn(1, tracks.elevation.evaluate(time_s).scaled(-1.0))
        tilted = bool(np.any(tilt != 0.0))
        if tilted:
            chain.turn(0, Jet(-tilt, still, still))
        chain.turn(1, Jet(-sense * angle.value, -sense * angle.rate, -sense * angle.accel))
        chain.turn(2, cross)
        if tilted:
            chain.turn(0, Jet(tilt + roll.value, roll.rate, roll.accel))
        else:
            chain.turn(0, roll)
        return velocity, angle.value

    def _place(self, chain: _Chain, time_s: FloatArray) -> list[Jet]:
        """Where the sensor is in the limb's frame, by axis, m: the lever, blows, and flesh shaken by the bone."""
        tracks, size = self._stage.tracks, len(time_s)
        place = [tracks.shock_x.evaluate(time_s), Jet.zeros(size), tracks.shock_z.evaluate(time_s)]
        place[0] = Jet(place[0].value + self._leg.distance_m, place[0].rate, place[0].accel)
        tissue = self._leg.tissue
        if tissue.coupling > 0.0 and size > 1:
            bone = _lever(chain, place) + chain.stack[_FORCE] - G * chain.stack[_WORLD + 2]
            for axis, share in enumerate((_TISSUE_AXIAL, 1.0, 1.0)):
                place[axis] = place[axis] + _shaken(tissue, share * bone[axis], float(time_s[1] - time_s[0]))
        return place

    def _to_sensor(self, chain: _Chain, time_s: FloatArray) -> None:
        for slip in self._mounting.slips:
            # Turn so that x lies along the slip's axis, slip about x, and turn back.
            aside = _aligning(slip.axis)
            track = Track()
            track.move_to(float(np.radians(slip.angle_deg)), slip.at_s, slip.duration_s, SLIP_PROFILE)
            chain.turn_fixed(aside)
            chain.turn(0, track.evaluate(time_s))
            chain.turn_fixed(aside.T)
        chain.turn_fixed(self._mounting.matrix)

    @staticmethod
    def _travelled(velocity: list[Jet], time_s: FloatArray) -> FloatArray:
        """(3, N) m: the joint's path, its velocity integrated with the end-corrected trapezoid (error of order h^4)."""
        out = np.zeros((3, len(time_s)))
        step = np.diff(time_s)
        for axis, jet in enumerate(velocity):
            v, a = jet.value, jet.rate
            out[axis, 1:] = np.cumsum(0.5 * step * (v[1:] + v[:-1]) + step**2 / 12.0 * (a[:-1] - a[1:]))
        return out


def _lever(chain: _Chain, place: list[Jet]) -> FloatArray:
    """(3, N) m/s²: what a point at ``place`` in the turning limb feels beyond what the joint feels."""
    rate, rate_dot = chain.stack[_RATE], chain.stack[_RATE_DOT]
    p = [jet.value for jet in place]
    v = [jet.rate for jet in place]
    spin = _cross(rate, p)
    inward, turning, coriolis = _cross(rate, spin), _cross(rate_dot, p), _cross(rate, v)
    return np.stack([turning[k] + inward[k] + 2.0 * coriolis[k] + place[k].accel for k in range(3)])


def _cross(a: FloatArray | list[FloatArray], b: FloatArray | list[FloatArray]) -> list[FloatArray]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def _shaken(tissue: SoftTissue, bone: FloatArray, step_s: float) -> Jet:
    """Displacement q of q'' + 2 d w q' + w² q = -c bone, by the bilinear rule, from rest."""
    w = 2.0 * np.pi * tissue.frequency_hz
    k = 2.0 / step_s
    middle = 2.0 * tissue.damping * w
    bottom = np.array([k**2 + middle * k + w**2, 2.0 * (w**2 - k**2), k**2 - middle * k + w**2])
    push = -tissue.coupling * bone
    value = np.asarray(lfilter(np.array([1.0, 2.0, 1.0]), bottom, push), dtype=np.float64)
    rate = np.asarray(lfilter(k * np.array([1.0, 0.0, -1.0]), bottom, push), dtype=np.float64)
    return Jet(value, rate, push - middle * rate - w**2 * value)


def _aligning(axis: tuple[float, float, float]) -> FloatArray:
    """(3, 3) rotation whose first column is ``axis``."""
    unit = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    cross = np.cross([1.0, 0.0, 0.0], unit)
    if float(np.linalg.norm(cross)) < 1e-9:
        return np.eye(3) if unit[0] > 0.0 else np.diag([-1.0, -1.0, 1.0])
    turn = (float(cross[0]), float(cross[1]), float(cross[2]))
    return rotation_about(turn, float(np.arccos(np.clip(unit[0], -1.0, 1.0))))


def _sway(rng: np.random.Generator, low_hz: float, high_hz: float, rms: float) -> MotionFn:
    # Drawn even when nothing sways: switching the sway off changes nothing else.
    return band_noise(rng, low_hz, high_hz, rms, lines=4)
