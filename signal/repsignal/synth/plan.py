"""What a person means to do: reps and sets, in exact figures."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from repsignal.synth.checks import check_finite, check_not_negative, check_positive, check_within
from repsignal.synth.motion import RING_DECAYS, band_noise, hann_window, ring, settle
from repsignal.synth.profiles import Profile
from repsignal.synth.stage import G, LaidCycle, LaidSet, Pose, Stage

__all__ = ["PARTIAL_SHARE", "RepPlan", "SetPlan", "steady_set"]

PARTIAL_SHARE = 0.6
"""Below this share of the range of the set's full reps a rep is partial (domain.md, Words)."""

_SMOOTH = Profile()
_TAPER_S = 0.25  # tremor and wandering fade in and out: muscles do not switch
_RETURN_S = 1.2  # to the pose the set began in, after its last rep ended a little off
_SHORTEST_NOISE_S = 0.2  # a shorter phase has no time to waver or tremble in
_SWING_DAMPING = 0.2  # of critical: a leg let go swings two or three times


@dataclass(frozen=True, slots=True)
class RepPlan:
    """One cycle: durations in s, angles in degrees.

    The four durations are exact: the profiles begin and end at rest where they say. A hold or pause of 0 is
    touch-and-go; one under 0.2 s has neither tremor nor waver. ``bottom_deg`` is where the lowering ends, relative to
    the set's bottom.

    ==============  ==================================================================================================
    sag_deg         the held limb sinks by this much over the hold; with ``relift`` it is brought back half-way through
    overshoot_deg   momentum: the lift arrives this much too high, and the limb swings in at ``swing_hz``
    undershoot_deg  the same after the lowering, of a limb that hangs free
    tremor_dps      rms rate of 8-12 Hz tremor in the hold (band: Elble and Randall 1978). 10-50 mg at the ankle, an
                    ordinary figure for a loaded limb, is 0.1-0.6 deg/s there about the hip; fatigue trebles it
    waver_deg       rms of slow (0.5-2.5 Hz) wandering in the hold
    roughness       rms unsteadiness (1.5-4 Hz) of both strokes, as a share of the range
    contact_g       peak acceleration, in g, of the foot meeting the floor where the lowering ends
    cross_deg       how far the limb strays sideways on its way to the top
    twist_deg       how far it turns about its own length
    ==============  ==================================================================================================
    """

    lift_s: float = 1.0
    hold_s: float = 3.0
    lower_s: float = 3.5
    pause_s: float = 0.5
    rom_deg: float = 35.0
    partial: bool = False
    lift_profile: Profile = _SMOOTH
    lower_profile: Profile = _SMOOTH
    bottom_deg: float = 0.0
    sag_deg: float = 0.0
    relift: bool = False
    overshoot_deg: float = 0.0
    undershoot_deg: float = 0.0
    swing_hz: float = 1.5
    tremor_dps: float = 0.0
    waver_deg: float = 0.0
    roughness: float = 0.0
    contact_g: float = 0.0
    cross_deg: float = 0.0
    twist_deg: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("lift_s", self.lift_s), ("lower_s", self.lower_s), ("swing_hz", self.swing_hz)):
            check_positive(name, value)
        for name, value in (
            ("hold_s", self.hold_s),
            ("pause_s", self.pause_s),
            ("sag_deg", self.sag_deg),
            ("overshoot_deg", self.overshoot_deg),
            ("undershoot_deg", self.undershoot_deg),
            ("tremor_dps", self.tremor_dps),
            ("waver_deg", self.waver_deg),
            ("roughness", self.roughness),
            ("contact_g", self.contact_g),
        ):
            check_not_negative(name, value)
        check_within("rom_deg", self.rom_deg, 0.5, 180.0)
        for name, value in (
            ("bottom_deg", self.bottom_deg),
            ("cross_deg", self.cross_deg),
            ("twist_deg", self.twist_deg),
        ):
            check_finite(name, value)


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Consecutive reps about one axis.

    ``bottom`` is the pose of the limb at the bottom. The axis lies across the limb, level for ``axis_tilt_deg`` 0,
    and turns about the limb with the tilt: 90 with the limb level is a vertical axis (side-lying moves), to which
    gravity is blind. ``lowers``: a lift brings the sensor down instead of up (a seated leg curl).
    Truth calls it ``name``.
    """

    reps: tuple[RepPlan, ...]
    bottom: Pose = field(default_factory=lambda: Pose(elevation_deg=-35.0))
    axis_tilt_deg: float = 0.0
    lowers: bool = False
    name: str = "set"

    def __post_init__(self) -> None:
        check_finite("axis_tilt_deg", self.axis_tilt_deg)
        full = [rep.rom_deg for rep in self.reps if not rep.partial]
        if not full:
            raise ValueError("reps must hold at least one rep that is not partial.")
        limit = PARTIAL_SHARE * float(np.median(full))
        for index, rep in enumerate(self.reps):
            if rep.partial != (rep.rom_deg < limit):
                raise ValueError(
                    f"reps[{index}].rom_deg must be {'below' if rep.partial else 'at least'} {limit:.2f}, "
                    f"{PARTIAL_SHARE:.0%} of the median of the full reps, got {rep.rom_deg!r}."
                )

    @property
    def pose(self) -> Pose:
        """The set begins at its bottom."""
        return self.bottom

    @property
    def duration_s(self) -> float:
        """All phases of all reps."""
        return sum(rep.lift_s + rep.hold_s + rep.lower_s + rep.pause_s for rep in self.reps)

    def lay(self, stage: Stage) -> None:
        """Add the reps to the stage."""
        stage.set_axis(self.axis_tilt_deg, -1.0 if self.lowers else 1.0)
        cycles = [_lay_rep(stage, rep) for rep in self.reps]
        stage.sets.append(LaidSet(tuple(cycles)))
        # The angle must be back at zero before another set may choose another axis.
        if stage.tracks.angle.level != 0.0:
            stage.tracks.angle.move_to(0.0, stage.now_s, _RETURN_S, _SMOOTH)
            stage.now_s += _RETURN_S


def steady_set(
    count: int,
    rep: RepPlan | None = None,
    *,
    bottom: Pose | None = None,
    axis_tilt_deg: float = 0.0,
    lowers: bool = False,
) -> SetPlan:
    """A set of ``count`` identical reps."""
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count!r}.")
    return SetPlan(
        reps=(rep or RepPlan(),) * count,
        bottom=bottom or Pose(elevation_deg=-35.0),
        axis_tilt_deg=axis_tilt_deg,
        lowers=lowers,
    )


def _lay_rep(stage: Stage, rep: RepPlan) -> LaidCycle:
    tracks = stage.tracks
    start_s = stage.now_s
    top_s = start_s + rep.lift_s
    lower_start_s = top_s + rep.hold_s
    end_s = lower_start_s + rep.lower_s
    stage.now_s = end_s + rep.pause_s
    bottom = tracks.angle.level
    roll = tracks.roll.level
    overshoot = _rad(rep.overshoot_deg) if rep.hold_s > 0.0 else 0.0
    undershoot = _rad(rep.undershoot_deg) if rep.pause_s > 0.0 else 0.0
    top, after = _rad(rep.rom_deg) + overshoot, _rad(rep.bottom_deg)

    tracks.angle.move_to(top, start_s, rep.lift_s, rep.lift_profile)
    tracks.cross.move_to(_rad(rep.cross_deg), start_s, rep.lift_s, _SMOOTH)
    tracks.roll.move_to(roll + _rad(rep.twist_deg), start_s, rep.lift_s, _SMOOTH)
    _swing_in(stage, top_s, rep.hold_s, overshoot, rep.swing_hz)
    _lay_hold(stage, rep, top_s)
    tracks.angle.move_to(after - undershoot, lower_start_s, rep.lower_s, rep.lower_profile)
    tracks.cross.move_to(0.0, lower_start_s, rep.lower_s, _SMOOTH)
    tracks.roll.move_to(roll, lower_start_s, rep.lower_s, _SMOOTH)
    _swing_in(stage, end_s, rep.pause_s, -undershoot, rep.swing_hz)
    for begin, duration in ((start_s, rep.lift_s), (lower_start_s, rep.lower_s)):
        _add_noise(stage, begin, duration, (1.5, 4.0), rep.roughness * _rad(rep.rom_deg), 0.35 * duration)
    _add_noise(stage, end_s, rep.pause_s, (0.5, 2.5), 0.3 * _rad(rep.waver_deg), _TAPER_S)
    if rep.contact_g > 0.0:
        _touch_floor(stage, rep, end_s)
    rom_deg = float(np.degrees(top - 0.5 * (bottom + after)))
    return LaidCycle(start_s, top_s, lower_start_s, end_s, rom_deg, rep.partial)


def _lay_hold(stage: Stage, rep: RepPlan, top_s: float) -> None:
    angle, hold_s = stage.tracks.angle, rep.hold_s
    if hold_s <= 0.0:
        return
    if rep.sag_deg > 0.0:
        level = angle.level
        sinking_s = 0.55 * hold_s if rep.relift else hold_s
        angle.move_to(level - _rad(rep.sag_deg), top_s, sinking_s, _SMOOTH)
        if rep.relift:
            angle.move_to(level, top_s + sinking_s, min(0.7, 0.35 * hold_s), _SMOOTH)
    _add_noise(stage, top_s, hold_s, (8.0, 12.0), _rad(rep.tremor_dps), _TAPER_S, of_rate=True)
    _add_noise(stage, top_s, hold_s, (0.5, 2.5), _rad(rep.waver_deg), _TAPER_S)


def _swing_in(stage: Stage, start_s: float, duration_s: float, amplitude: float, swing_hz: float) -> None:
    # The stroke ended `amplitude` too far: the level steps back at once and a swing begins there, so nothing jumps.
    if amplitude != 0.0:
        angle = stage.tracks.angle
        angle.move_to(angle.level - amplitude, start_s, 0.0, _SMOOTH)
        angle.add(start_s, start_s + duration_s, settle(amplitude, swing_hz, _SWING_DAMPING, duration_s))


def _add_noise(
    stage: Stage,
    start_s: float,
    duration_s: float,
    band_hz: tuple[float, float],
    rms: float,
    taper_s: float,
    *,
    of_rate: bool = False,
) -> None:
    if rms > 0.0 and duration_s >= _SHORTEST_NOISE_S:
        noise = band_noise(stage.rng, *band_hz, rms, of_rate=of_rate)
        stage.tracks.angle.add(start_s, start_s + duration_s, hann_window(noise, duration_s, taper_s))


def _touch_floor(stage: Stage, rep: RepPlan, end_s: float) -> None:
    # Most of the blow turns the limb about its joint, the rest runs up its length. 15-30 Hz and a decay of about 10 ms
    # make the 50-100 ms of ringing seen when a foot meets a mat.
    frequency, decay = stage.rng.uniform(15.0, 30.0), stage.rng.uniform(0.007, 0.014)
    until_s = end_s + RING_DECAYS * decay
    peak = G * rep.contact_g
    stage.tracks.angle.add(end_s, until_s, ring(0.9 * peak / stage.distance_m, frequency, decay))
    stage.tracks.shock_x.add(end_s, until_s, ring(-0.4 * peak, 1.3 * frequency, decay))


def _rad(degrees: float) -> float:
    return float(np.radians(degrees))
