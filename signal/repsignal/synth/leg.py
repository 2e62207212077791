"""The limb, what it rests on, and how the sensor sits on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from repsignal.synth.checks import check_finite, check_fraction, check_not_negative, check_within
from repsignal.synth.profiles import Profile
from repsignal.types import FloatArray

__all__ = ["Leg", "Mounting", "Slip", "SoftTissue", "Sway", "rotation_about"]


@dataclass(frozen=True, slots=True)
class Sway:
    """Slow rocking of everything, as on a ball: rms turn in degrees about each axis, rms travel in m along each axis.

    A body on a ball rocks at 0.15-0.4 Hz, breathing among it; lying on the floor only breathing is left
    (0.2 degrees and 2 mm).
    """

    rotation_deg: float = 0.0
    travel_m: float = 0.0
    low_hz: float = 0.15
    high_hz: float = 0.4

    def __post_init__(self) -> None:
        check_not_negative("rotation_deg", self.rotation_deg)
        check_not_negative("travel_m", self.travel_m)
        check_within("low_hz", self.low_hz, 0.01, self.high_hz)
        check_within("high_hz", self.high_hz, self.low_hz, 2.0)


@dataclass(frozen=True, slots=True)
class SoftTissue:
    """The sensor sits on flesh: a damped spring between bone and sensor, shaken by the bone's acceleration.

    ``coupling`` 0 is a sensor on bone, 1 one that hangs on its flesh alone. Skin-mounted sensors resonate at
    10-20 Hz with a damping around 0.2-0.3 (Wakeling and Nigg 2001, soft tissue of the lower leg).
    """

    coupling: float = 0.0
    frequency_hz: float = 12.0
    damping: float = 0.25

    def __post_init__(self) -> None:
        check_fraction("coupling", self.coupling)
        check_within("frequency_hz", self.frequency_hz, 3.0, 40.0)
        check_within("damping", self.damping, 0.05, 1.0)


@dataclass(frozen=True, slots=True)
class Leg:
    """A rigid limb: ``distance_m`` from the joint it turns about to the sensor.

    For a sensor above the ankle of an adult of 1.55-1.95 m: 0.30-0.42 m from the knee and 0.62-0.85 m from the hip
    (segment lengths 0.245 and 0.246 of body height: Winter 2009, after Drillis and Contini).
    """

    distance_m: float = 0.75
    sway: Sway = field(default_factory=Sway)
    tissue: SoftTissue = field(default_factory=SoftTissue)

    def __post_init__(self) -> None:
        check_within("distance_m", self.distance_m, 0.05, 2.0)


@dataclass(frozen=True, slots=True)
class Slip:
    """The strap gives: the sensor turns by ``angle_deg`` about ``axis`` (limb frame) within ``duration_s``.

    A duration of 0 is a step, which no gyroscope sees. ``at_s`` is in scenario seconds. The default axis is the limb's
    length, about which straps turn most easily.
    """

    at_s: float
    angle_deg: float = 20.0
    axis: tuple[float, float, float] = (1.0, 0.0, 0.0)
    duration_s: float = 0.3

    def __post_init__(self) -> None:
        check_not_negative("at_s", self.at_s)
        check_within("angle_deg", self.angle_deg, -180.0, 180.0)
        check_not_negative("duration_s", self.duration_s)
        _check_axis(self.axis)


@dataclass(frozen=True, slots=True)
class Mounting:
    """How the sensor is turned on the limb: by ``angle_deg`` about ``axis`` (limb frame, x along the limb).

    With angle 0 the sensor's x axis points from the joint to the sensor. ``slips`` happen on top of it.
    """

    axis: tuple[float, float, float] = (1.0, 0.0, 0.0)
    angle_deg: float = 0.0
    slips: tuple[Slip, ...] = ()

    def __post_init__(self) -> None:
        check_finite("angle_deg", self.angle_deg)
        _check_axis(self.axis)

    @property
    def matrix(self) -> FloatArray:
        """(3, 3): columns are the sensor's axes in the limb's frame, before any slip."""
        return rotation_about(self.axis, float(np.radians(self.angle_deg)))

    @staticmethod
    def random(rng: np.random.Generator, slips: tuple[Slip, ...] = ()) -> Mounting:
        """Any orientation with equal chance (Shoemake 1992: four normal numbers make a uniform quaternion)."""
        w, x, y, z = rng.normal(size=4)
        norm = float(np.linalg.norm((x, y, z)))
        return Mounting((float(x), float(y), float(z)), float(np.degrees(2.0 * np.arctan2(norm, w))), slips)


def _check_axis(axis: tuple[float, ...]) -> None:
    if len(axis) != 3 or not 1e-9 < float(np.linalg.norm(axis)) < np.inf:
        raise ValueError(f"axis must be three finite numbers, not all 0, got {axis!r}.")


SLIP_PROFILE = Profile()
"""A strap gives and catches: smooth at both ends."""


def rotation_about(axis: tuple[float, float, float], angle: float) -> FloatArray:
    """(3, 3) rotation by ``angle`` rad about ``axis`` (of any length): Rodrigues' formula."""
    x, y, z = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross)
    return np.asarray(turned, dtype=np.float64)
