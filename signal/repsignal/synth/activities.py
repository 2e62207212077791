"""What people do that is not a rep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repsignal.synth.checks import check_not_negative, check_positive
from repsignal.synth.motion import RING_DECAYS, band_noise, hann_window, ring
from repsignal.synth.profiles import Profile, ProfileFamily
from repsignal.synth.stage import G, Pose, Stage

__all__ = ["Fidget", "IdleLeg", "Move", "Settle", "Still", "Stretch"]

_SMOOTH = Profile()
_SOFT = Profile(ProfileFamily.CYCLOIDAL)


@dataclass(frozen=True, slots=True)
class Still:
    """The limb rests in ``pose`` (or wherever it is); muscles at rest still move it by hundredths of a degree."""

    duration_s: float = 5.0
    pose: Pose | None = None
    unrest_deg: float = 0.03
    name: str = "still"

    def __post_init__(self) -> None:
        check_positive("duration_s", self.duration_s)
        check_not_negative("unrest_deg", self.unrest_deg)

    def lay(self, stage: Stage) -> None:
        """Rest."""
        if self.unrest_deg > 0.0:
            _unrest(stage, self.duration_s, self.unrest_deg)
        stage.now_s += self.duration_s


@dataclass(frozen=True, slots=True)
class Move:
    """A change to pose ``to`` in ``steps`` unequal movements with short stops, as when kneeling down or getting up.

    ``forward_m`` and ``up_m`` carry the joint meanwhile. With ``foot_stays`` the joint is carried besides so that the
    sensor ends where it was: an ankle stays on the ground while the knee comes down to it. ``impact_g`` is the knee or
    foot meeting the ground at the end.
    """

    to: Pose
    duration_s: float = 3.0
    steps: int = 2
    forward_m: float = 0.0
    up_m: float = 0.0
    foot_stays: bool = False
    impact_g: float = 0.0
    pose: Pose | None = None
    name: str = "moving"

    def __post_init__(self) -> None:
        check_positive("duration_s", self.duration_s)
        check_not_negative("impact_g", self.impact_g)
        if not 1 <= self.steps <= 6:
            raise ValueError(f"steps must be 1 to 6, got {self.steps!r}.")

    @staticmethod
    def kneeling_down(to: Pose, duration_s: float = 3.5) -> Move:
        """From standing onto the knees, the toes all but staying where they are."""
        return Move(to, duration_s, 2, forward_m=0.15, up_m=0.04, foot_stays=True, impact_g=0.8, name="kneeling")

    @staticmethod
    def getting_up(to: Pose, duration_s: float = 4.0) -> Move:
        """From the knees to standing."""
        return Move(to, duration_s, 3, forward_m=-0.25, up_m=-0.04, foot_stays=True, impact_g=0.6, name="getting up")

    def lay(self, stage: Stage) -> None:
        """Move."""
        start_s = stage.now_s
        shares = stage.rng.dirichlet(np.full(self.steps, 8.0))
        profile = Profile(steps=tuple(float(share) for share in shares / shares.sum()), stop_share=0.15)
        forward_m, up_m = self.forward_m, self.up_m
        if self.foot_stays:
            before, after = np.radians(stage.pose.elevation_deg), np.radians(self.to.elevation_deg)
            forward_m += stage.distance_m * float(np.cos(before) - np.cos(after))
            up_m += stage.distance_m * float(np.sin(before) - np.sin(after))
        stage.shift_joint(forward_m, up_m, start_s, self.duration_s)
        # On the way the limb also strays, as nobody moves about one axis alone.
        for track in (stage.tracks.roll, stage.tracks.cross):
            stray = band_noise(stage.rng, 0.2, 0.8, float(np.radians(3.0)))
            track.add(start_s, start_s + self.duration_s, hann_window(stray, self.duration_s, 1.0))
        stage.turn_to(self.to, self.duration_s, profile)
        if self.impact_g > 0.0:
            decay = stage.rng.uniform(0.008, 0.014)
            blow = ring(G * self.impact_g, stage.rng.uniform(15.0, 25.0), decay)
            stage.tracks.shock_z.add(stage.now_s, stage.now_s + RING_DECAYS * decay, blow)


@dataclass(frozen=True, slots=True)
class Settle:
    """Shifting about, on the ball say: about ``per_minute`` movements, irregular in time, size and direction.

    Each goes up to ``size_deg`` from ``pose`` (or from where the limb is), some come back at once and some do not;
    the last one returns. The joint is carried by a few centimetres.
    """

    duration_s: float = 10.0
    size_deg: float = 12.0
    per_minute: float = 30.0
    carry_m: float = 0.05
    pose: Pose | None = None
    name: str = "settling"

    def __post_init__(self) -> None:
        check_positive("duration_s", self.duration_s)
        check_positive("per_minute", self.per_minute)
        check_not_negative("size_deg", self.size_deg)
        check_not_negative("carry_m", self.carry_m)

    def lay(self, stage: Stage) -> None:
        """Shift, and end where it began."""
        rng, home, end_s = stage.rng, stage.pose, stage.now_s + self.duration_s
        _unrest(stage, self.duration_s, 0.1)
        while True:
            wait_s = min(rng.exponential(0.5 * 60.0 / self.per_minute), 12.0)
            moving_s = rng.uniform(0.4, 1.6)
            # The way home needs its own time.
            if stage.now_s + wait_s + moving_s + 1.5 > end_s:
                break
            stage.now_s += wait_s
            size = self.size_deg * rng.uniform(0.15, 1.0)
            direction = rng.normal(size=3) * np.array([0.8, 0.5, 0.8])
            direction *= size / max(1e-9, float(np.linalg.norm(direction)))
            target = Pose(
                home.elevation_deg + float(direction[0]),
                home.heading_deg + float(direction[1]),
                home.roll_deg + float(direction[2]),
            )
            profile = Profile(ProfileFamily.SKEWED, peak=float(rng.uniform(0.3, 0.6)))
            carry = self.carry_m * rng.uniform(-1.0, 1.0, 2)
            stage.shift_joint(float(carry[0]), float(carry[1]), stage.now_s, moving_s)
            stage.turn_to(target, moving_s, profile)
        homing_s = min(1.2, end_s - stage.now_s)
        stage.turn_to(home, homing_s)
        stage.now_s = end_s


@dataclass(frozen=True, slots=True)
class Stretch:
    """One slow move, held for ``hold_s``, and back: a stretch, not a rep, as nothing like it follows.

    The limb goes ``by_deg`` up, is turned by ``turn_deg`` and rolled by ``roll_deg``.
    """

    by_deg: float = 50.0
    move_s: float = 2.5
    hold_s: float = 20.0
    turn_deg: float = 0.0
    roll_deg: float = 0.0
    pose: Pose | None = None
    name: str = "stretching"

    def __post_init__(self) -> None:
        check_positive("move_s", self.move_s)
        check_positive("hold_s", self.hold_s)

    def lay(self, stage: Stage) -> None:
        """Stretch."""
        home = stage.pose
        away = Pose(home.elevation_deg + self.by_deg, home.heading_deg + self.turn_deg, home.roll_deg + self.roll_deg)
        stage.turn_to(away, self.move_s, _SOFT)
        _unrest(stage, self.hold_s, 0.2)
        stage.now_s += self.hold_s
        stage.turn_to(home, self.move_s, _SOFT)


@dataclass(frozen=True, slots=True)
class IdleLeg:
    """The leg that does not work, beside one that does: it is shaken by 0.5-2.5 degrees in the other's rhythm.

    Each of the other leg's reps takes ``period_s``, give or take ``period_cv``; at its lift and at its lowering this
    leg gives a little and comes back most of the way.
    """

    duration_s: float = 60.0
    period_s: float = 7.0
    amplitude_deg: float = 1.5
    period_cv: float = 0.08
    pose: Pose | None = None
    name: str = "idle leg"

    def __post_init__(self) -> None:
        check_positive("duration_s", self.duration_s)
        check_positive("period_s", self.period_s)
        check_not_negative("amplitude_deg", self.amplitude_deg)
        check_not_negative("period_cv", self.period_cv)

    def lay(self, stage: Stage) -> None:
        """Be shaken."""
        rng, start_s, tracks = stage.rng, stage.now_s, stage.tracks
        end_s = start_s + self.duration_s
        _unrest(stage, self.duration_s, 0.05, 3.0)
        at_s = start_s + 0.3 * self.period_s
        elevation, roll = tracks.elevation.level, tracks.roll.level
        amplitude = float(np.radians(self.amplitude_deg))
        while at_s + self.period_s < end_s:
            size = amplitude * rng.uniform(0.5, 1.3)
            lift_s, lower_s = rng.uniform(0.6, 1.4), rng.uniform(0.8, 1.8)
            back_s = at_s + 0.5 * self.period_s * rng.uniform(0.9, 1.1)
            remains = 0.15 * size * rng.normal()
            tracks.elevation.move_to(elevation + size, at_s, lift_s, _SMOOTH)
            tracks.roll.move_to(roll + 0.5 * size * rng.normal(), at_s, lift_s, _SMOOTH)
            if back_s > at_s + lift_s:
                tracks.elevation.move_to(elevation + remains, back_s, lower_s, _SMOOTH)
                tracks.roll.move_to(roll, back_s, lower_s, _SMOOTH)
            at_s += self.period_s * (1.0 + self.period_cv * float(np.clip(rng.normal(), -2.0, 2.0)))
            at_s = max(at_s, back_s + lower_s)
        tracks.elevation.move_to(elevation, end_s - 1.0, 1.0, _SMOOTH)
        tracks.roll.move_to(roll, end_s - 1.0, 1.0, _SMOOTH)
        stage.now_s = end_s


@dataclass(frozen=True, slots=True)
class Fidget:
    """Twitches and short restless movements, each there and back at once: about ``per_minute``, up to ``size_deg``."""

    duration_s: float = 20.0
    size_deg: float = 8.0
    per_minute: float = 15.0
    pose: Pose | None = None
    name: str = "fidgeting"

    def __post_init__(self) -> None:
        check_positive("duration_s", self.duration_s)
        check_positive("per_minute", self.per_minute)
        check_not_negative("size_deg", self.size_deg)

    def lay(self, stage: Stage) -> None:
        """Fidget."""
        rng, end_s = stage.rng, stage.now_s + self.duration_s
        tracks = stage.tracks
        _unrest(stage, self.duration_s, 0.08)
        at_s = stage.now_s
        while True:
            at_s += rng.exponential(60.0 / self.per_minute)
            length_s = rng.uniform(0.5, 2.0)
            if at_s + length_s > end_s:
                break
            for track, share in ((tracks.elevation, 1.0), (tracks.roll, 1.0), (tracks.cross, 0.5)):
                rms = float(np.radians(0.5 * share * self.size_deg * rng.uniform(0.0, 1.0)))
                if rms > 0.0:
                    jolt = hann_window(band_noise(rng, 0.4, 2.5, rms), length_s, 0.5 * length_s)
                    track.add(at_s, at_s + length_s, jolt)
            at_s += length_s
        stage.now_s = end_s


def _unrest(stage: Stage, duration_s: float, rms_deg: float, high_hz: float = 1.2) -> None:
    for track in (stage.tracks.elevation, stage.tracks.roll):
        noise = band_noise(stage.rng, 0.2, high_hz, float(np.radians(rms_deg)))
        track.add(stage.now_s, stage.now_s + duration_s, hann_window(noise, duration_s, 0.5))
