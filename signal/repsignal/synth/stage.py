"""The timeline a scenario is laid out on: where the leg is, as tracks of its degrees of freedom.

Everything moves by adding to tracks, so orientation and position are continuous by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from repsignal.synth.checks import check_finite
from repsignal.synth.motion import Jet, Track
from repsignal.synth.profiles import Profile
from repsignal.types import GRAVITY_M_S2 as G
from repsignal.types import FloatArray

__all__ = ["G", "LaidCycle", "LaidSet", "Pose", "Segment", "Stage", "Tracks"]

_SMOOTH = Profile()
_POSE_SPEED_DPS = 60.0  # an unhurried change of posture
_SHORTEST_CHANGE_S = 0.8


@dataclass(frozen=True, slots=True)
class Pose:
    """How a limb rests. ``elevation_deg``: of the joint-to-sensor line, 0 level, -90 hanging, +90 straight up.

    ``heading_deg``: the compass direction that line points to. ``roll_deg``: the limb turned about its own length.
    """

    elevation_deg: float = 0.0
    heading_deg: float = 0.0
    roll_deg: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (
            ("elevation_deg", self.elevation_deg),
            ("heading_deg", self.heading_deg),
            ("roll_deg", self.roll_deg),
        ):
            check_finite(name, value)

    def __sub__(self, other: Pose) -> tuple[float, float, float]:
        return (
            self.elevation_deg - other.elevation_deg,
            self.heading_deg - other.heading_deg,
            self.roll_deg - other.roll_deg,
        )


@dataclass(frozen=True, slots=True)
class LaidCycle:
    """One bottom-top-bottom as laid: instants in scenario seconds, angles in degrees from the set's bottom."""

    start_s: float
    top_s: float
    lower_start_s: float
    end_s: float
    rom_deg: float
    partial: bool


@dataclass(frozen=True, slots=True)
class LaidSet:
    """The cycles of one set, in order."""

    cycles: tuple[LaidCycle, ...]


class Segment(Protocol):
    """One stretch of a scenario: a set or something that is not one. Write your own by laying tracks on the stage.

    ``lay`` moves ``stage.now_s`` on by a time that must not depend on the random generator: events in a scenario
    (a slip, a cut) are placed by the clock.
    """

    @property
    def name(self) -> str:
        """What the truth calls it."""
        ...

    @property
    def pose(self) -> Pose | None:
        """The pose it begins in; ``None``: whichever there is."""
        ...

    def lay(self, stage: Stage) -> None:
        """Add its motion to the stage's tracks, from ``stage.now_s`` on."""
        ...


@dataclass(frozen=True, slots=True)
class Tracks:
    """The degrees of freedom, in the order in which they turn the limb from the world's frame to its own.

    World: z up. Limb: x from the joint to the sensor. Angles are rad; ``forward`` and ``vertical`` are velocities of
    the joint in m/s, along the heading and up; ``shock`` displaces the sensor along the limb's axes, in m.
    """

    heading: Track = field(default_factory=Track)
    elevation: Track = field(default_factory=Track)
    angle: Track = field(default_factory=Track)  # the exercise itself, about an axis across the limb, towards lift
    cross: Track = field(default_factory=Track)  # sideways, about the axis perpendicular to both
    roll: Track = field(default_factory=Track)  # about the limb's own length
    forward: Track = field(default_factory=Track)
    vertical: Track = field(default_factory=Track)
    shock_x: Track = field(default_factory=Track)
    shock_z: Track = field(default_factory=Track)


class Stage:
    """Where a scenario is laid out: the tracks, the time reached, and what was noted on the way."""

    def __init__(self, pose: Pose, distance_m: float, rng: np.random.Generator) -> None:
        self.rng = rng
        self.distance_m = distance_m
        self.now_s = 0.0
        self.pose = pose
        self.tracks = Tracks(
            heading=Track(np.radians(pose.heading_deg)),
            elevation=Track(np.radians(pose.elevation_deg)),
            roll=Track(np.radians(pose.roll_deg)),
        )
        self.sets: list[LaidSet] = []
        self.activities: list[tuple[str, float, float]] = []
        self._tilts: list[tuple[float, float, float]] = [(-np.inf, 0.0, 1.0)]

    def note(self, name: str, start_s: float) -> None:
        """Write down that ``name`` went on from ``start_s`` until now."""
        self.activities.append((name, start_s, self.now_s))

    def set_axis(self, tilt_deg: float, sense: float) -> None:
        """From now on the exercise turns about an axis ``tilt_deg`` from the level one; ``sense`` -1: a lift goes down.

        Only to be called while the exercise angle is zero, or the limb would jump.
        """
        self._tilts.append((self.now_s, float(np.radians(tilt_deg)), sense))

    def axis_at(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Tilt (N,) rad and sense (N,) of the exercise's axis at ``time_s`` (N,)."""
        starts = np.array([tilt[0] for tilt in self._tilts])
        index = np.searchsorted(starts, time_s, side="right") - 1
        return np.array([tilt[1] for tilt in self._tilts])[index], np.array([tilt[2] for tilt in self._tilts])[index]

    def change_seconds(self, pose: Pose) -> float:
        """How long an unhurried change to ``pose`` takes; 0 where nothing changes."""
        largest = max(abs(change) for change in pose - self.pose)
        return 0.0 if largest < 1e-9 else max(_SHORTEST_CHANGE_S, largest / _POSE_SPEED_DPS)

    def turn_to(self, pose: Pose, duration_s: float, profile: Profile = _SMOOTH) -> None:
        """Bring the limb to ``pose`` within ``duration_s`` from now, and move time on."""
        if duration_s > 0.0:
            tracks = self.tracks
            tracks.elevation.move_to(float(np.radians(pose.elevation_deg)), self.now_s, duration_s, profile)
            tracks.heading.move_to(float(np.radians(pose.heading_deg)), self.now_s, duration_s, profile)
            tracks.roll.move_to(float(np.radians(pose.roll_deg)), self.now_s, duration_s, profile)
            self.pose = pose
        self.now_s += duration_s

    def shift_joint(self, forward_m: float, up_m: float, start_s: float, duration_s: float) -> None:
        """Carry the joint by ``forward_m`` along the heading and ``up_m`` upwards, smoothly."""
        for track, distance in ((self.tracks.forward, forward_m), (self.tracks.vertical, up_m)):
            track.add(start_s, start_s + duration_s, _Carrying(distance, duration_s))

    def lay(self, segment: Segment) -> None:
        """Lay one segment, after whatever change of pose it needs."""
        pose = segment.pose
        if pose is not None:
            start_s = self.now_s
            self.turn_to(pose, self.change_seconds(pose))
            if self.now_s > start_s:
                self.note("transition", start_s)
        start_s = self.now_s
        segment.lay(self)
        self.note(segment.name, start_s)


@dataclass(frozen=True, slots=True)
class _Carrying:
    """Velocity of a minimum-jerk displacement; a velocity's own second derivative is never asked for."""

    distance_m: float
    duration_s: float

    def __call__(self, time_s: FloatArray) -> Jet:
        jet = _SMOOTH.evaluate(time_s / self.duration_s)
        rate, accel = jet.rate * (self.distance_m / self.duration_s), jet.accel * (self.distance_m / self.duration_s**2)
        return Jet(rate, accel, np.zeros_like(rate))
