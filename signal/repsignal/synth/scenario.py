"""A scenario, the truth about it, and its simulation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from repsignal.synth.body import Body, Motion
from repsignal.synth.checks import check_not_negative
from repsignal.synth.leg import Leg, Mounting
from repsignal.synth.sensor import SensorModel, low_passed, sense
from repsignal.synth.stage import LaidCycle, LaidSet, Pose, Segment, Stage
from repsignal.types import FloatArray, ImuBlock

__all__ = ["Scenario", "Simulation", "TrueActivity", "TrueRep", "TrueSet", "Truth", "layout", "simulate"]

# Blows and soft tissue ring at up to 40 Hz: the motion is reckoned at least this often, then low-passed and thinned.
_FINE_HZ = 200.0
# Filters run in before the first sample that is kept, and low-passes look beyond the last.
_RUN_IN_S = 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """Somebody with a sensor, and what they do, one segment after another, from ``pose``.

    The recording is what lies between ``crop_start_s`` and ``crop_end_s`` (scenario seconds; ``None``: to the end).
    """

    segments: tuple[Segment, ...]
    leg: Leg = field(default_factory=Leg)
    mounting: Mounting = field(default_factory=Mounting)
    sensor: SensorModel = field(default_factory=SensorModel)
    pose: Pose | None = None
    crop_start_s: float = 0.0
    crop_end_s: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if not self.segments:
            raise ValueError("segments must hold at least one segment.")
        check_not_negative("crop_start_s", self.crop_start_s)
        if self.crop_end_s is not None and not self.crop_end_s > self.crop_start_s:
            raise ValueError(f"crop_end_s must lie after crop_start_s {self.crop_start_s:g}, got {self.crop_end_s!r}.")


@dataclass(frozen=True, slots=True)
class TrueRep:
    """One cycle as it truly was. Times in s on the clock of the recording's stamps.

    The lift starts where its angular velocity leaves zero; ``top_s`` is where the lift's profile ends,
    ``lower_start_s`` where the lowering's begins, ``end_s`` where that ends. Instants of a cut-off rep may lie outside
    the recording. ``rom_deg`` is the angle at ``top_s`` above the mean of the two bottoms. ``elevation_top_deg`` is
    that of the joint-to-sensor line at ``top_s``; ``rise_cm`` how far the sensor rose over its joint by then
    (negative where a lift lowers it). ``pause_s`` is ``None`` where no cycle of the same set follows.
    """

    start_s: float
    top_s: float
    lower_start_s: float
    end_s: float
    lift_s: float
    hold_s: float
    lower_s: float
    pause_s: float | None
    rom_deg: float
    elevation_top_deg: float
    rise_cm: float


@dataclass(frozen=True, slots=True)
class TrueSet:
    """A set: complete reps, partial ones, and those the recording's ends cut off (full or partial). All in order.

    ``start_s`` and ``end_s`` are the first start and the last end of any of them, kept inside the recording.
    """

    reps: tuple[TrueRep, ...]
    partials: tuple[TrueRep, ...]
    cut_offs: tuple[TrueRep, ...]
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TrueActivity:
    """What went on from ``start_s`` to ``end_s``: the name of the segment, ``transition`` for a change of pose."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything there is to find, on the clock of the stamps."""

    sets: tuple[TrueSet, ...]
    activities: tuple[TrueActivity, ...]

    @property
    def reps(self) -> tuple[TrueRep, ...]:
        """The complete reps of all sets."""
        return tuple(rep for one in self.sets for rep in one.reps)

    @property
    def partials(self) -> tuple[TrueRep, ...]:
        """The partial reps of all sets."""
        return tuple(rep for one in self.sets for rep in one.partials)


@dataclass(frozen=True, slots=True)
class Simulation:
    """A recording and what is true of it.

    ``block`` is what the sensor gave, lost samples absent. ``time_s`` (N,) is when its samples were truly taken, on the
    stamps' clock: ``block.time_s`` without jitter. ``motion`` is what a perfect sensor would have felt at those
    instants (its own ``time_s`` in scenario seconds). ``kept`` (N,) are the indices among the samples taken,
    ``lost_samples`` how many are missing from among them.
    """

    scenario: Scenario
    block: ImuBlock
    truth: Truth
    time_s: FloatArray
    motion: Motion
    kept: NDArray[np.int64]
    lost_samples: int

    @property
    def angle_deg(self) -> FloatArray:
        """Exact angle of the limb about the exercise's axis (N,), from the set's bottom, positive towards lift."""
        return self.motion.angle_deg

    @property
    def elevation_deg(self) -> FloatArray:
        """Exact elevation of the joint-to-sensor line (N,)."""
        return self.motion.elevation_deg


def layout(scenario: Scenario, seed: int = 0) -> Stage:
    """The scenario laid out: when what happens, in scenario seconds, before any sensor.

    Times do not depend on ``seed``, so slips and cuts can be placed by a first layout.
    """
    generator = np.random.default_rng(seed)
    stage = Stage(_first_pose(scenario), scenario.leg.distance_m, generator)
    for segment in scenario.segments:
        stage.lay(segment)
    return stage


def simulate(scenario: Scenario, seed: int = 0) -> Simulation:
    """Simulate ``scenario``. The same scenario and seed give the same recording, bit for bit."""
    stage = layout(scenario, seed)
    motion_seed, sensor_seed = np.random.SeedSequence(seed).spawn(2)
    body = Body(stage, scenario.leg, scenario.mounting, np.random.default_rng(motion_seed))
    sensor = scenario.sensor
    start_s = scenario.crop_start_s
    end_s = stage.now_s if scenario.crop_end_s is None else min(scenario.crop_end_s, stage.now_s)
    true_hz = sensor.rate_hz * (1.0 + sensor.rate_error)
    size = int(np.floor((end_s - start_s) * true_hz + 1e-9)) + 1
    if end_s <= start_s:
        raise ValueError(f"crop_start_s must lie within the scenario's {stage.now_s:.1f} s, got {start_s!r}.")
    fine = int(np.ceil(_FINE_HZ / true_hz - 1e-9)) if _needs_fine(scenario) else 1
    step_s = 1.0 / (true_hz * fine)
    run_in = int(np.ceil(_RUN_IN_S * true_hz)) * fine
    ticks = np.arange(-run_in, (size - 1) * fine + 1 + run_in, dtype=np.float64)
    moved = body.move(start_s + ticks * step_s)
    pick = slice(run_in, run_in + (size - 1) * fine + 1, fine)
    sensed = sense(
        sensor,
        low_passed(moved.acc, step_s, sensor.bandwidth_hz)[pick],
        low_passed(moved.gyr, step_s, sensor.bandwidth_hz)[pick],
        np.random.default_rng(sensor_seed),
    )
    clock = _Clock(start_s, 1.0 + sensor.rate_error, sensor.first_stamp_s)
    last_s = start_s + (size - 1) / true_hz
    return Simulation(
        scenario=scenario,
        block=sensed.block,
        truth=_truth(stage, body, clock, start_s, last_s),
        time_s=sensor.first_stamp_s + sensed.kept / sensor.rate_hz,
        motion=_picked(moved, np.arange(run_in, run_in + (size - 1) * fine + 1, fine)[sensed.kept]),
        kept=sensed.kept,
        lost_samples=size - len(sensed.kept),
    )


def _first_pose(scenario: Scenario) -> Pose:
    """Where the limb is to begin with: as told, or as the first segment wants it."""
    if scenario.pose is not None:
        return scenario.pose
    return scenario.segments[0].pose or Pose()


def _needs_fine(scenario: Scenario) -> bool:
    return scenario.sensor.bandwidth_hz is not None or scenario.leg.tissue.coupling > 0.0


def _picked(motion: Motion, index: NDArray[np.int64]) -> Motion:
    return Motion(
        time_s=motion.time_s[index],
        acc=motion.acc[index],
        gyr=motion.gyr[index],
        orientation=motion.orientation[index],
        position_m=motion.position_m[index],
        angle_deg=motion.angle_deg[index],
        elevation_deg=motion.elevation_deg[index],
    )


@dataclass(frozen=True, slots=True)
class _Clock:
    """From scenario seconds to the stamps'."""

    origin_s: float
    pace: float
    first_s: float

    def read(self, scenario_s: float) -> float:
        return self.first_s + (scenario_s - self.origin_s) * self.pace


# An instant that should coincide with the first or last sample may differ from it by rounding.
_SAME_S = 1e-9


def _truth(stage: Stage, body: Body, clock: _Clock, first_s: float, last_s: float) -> Truth:
    sets = [_true_set(laid, stage, body, clock, first_s, last_s) for laid in stage.sets]
    activities = [
        TrueActivity(name, clock.read(max(start_s, first_s)), clock.read(min(end_s, last_s)))
        for name, start_s, end_s in stage.activities
        if start_s < last_s and end_s > first_s
    ]
    return Truth(tuple(one for one in sets if one is not None), tuple(activities))


def _true_set(laid: LaidSet, stage: Stage, body: Body, clock: _Clock, first_s: float, last_s: float) -> TrueSet | None:
    reps: list[TrueRep] = []
    partials: list[TrueRep] = []
    cut_offs: list[TrueRep] = []
    seen = [cycle for cycle in laid.cycles if cycle.end_s > first_s + _SAME_S and cycle.start_s < last_s - _SAME_S]
    if not seen:
        return None
    instants = np.array([instant for cycle in seen for instant in (cycle.start_s, cycle.top_s)])
    elevations = body.elevation_deg(instants)
    cut = [cycle.start_s < first_s - _SAME_S or cycle.end_s > last_s + _SAME_S for cycle in seen]
    last_rep = max((k for k, cycle in enumerate(seen) if not cut[k] and not cycle.partial), default=-1)
    for index, cycle in enumerate(seen):
        # of a set's last rep there is no pause, whatever was begun after it
        following = seen[index + 1] if index + 1 < len(seen) and index != last_rep else None
        bottom, top = float(elevations[2 * index]), float(elevations[2 * index + 1])
        rep = _true_rep(cycle, following, clock, stage.distance_m, bottom, top)
        if cut[index]:
            cut_offs.append(rep)
        elif cycle.partial:
            partials.append(rep)
        else:
            reps.append(rep)
    return TrueSet(
        reps=tuple(reps),
        partials=tuple(partials),
        cut_offs=tuple(cut_offs),
        start_s=clock.read(max(seen[0].start_s, first_s)),
        end_s=clock.read(min(seen[-1].end_s, last_s)),
    )


def _true_rep(
    cycle: LaidCycle, following: LaidCycle | None, clock: _Clock, distance_m: float, bottom: float, top: float
) -> TrueRep:
    rise_m = distance_m * float(np.sin(np.radians(top)) - np.sin(np.radians(bottom)))
    return TrueRep(
        start_s=clock.read(cycle.start_s),
        top_s=clock.read(cycle.top_s),
        lower_start_s=clock.read(cycle.lower_start_s),
        end_s=clock.read(cycle.end_s),
        lift_s=(cycle.top_s - cycle.start_s) * clock.pace,
        hold_s=(cycle.lower_start_s - cycle.top_s) * clock.pace,
        lower_s=(cycle.end_s - cycle.lower_start_s) * clock.pace,
        pause_s=None if following is None else (following.start_s - cycle.end_s) * clock.pace,
        rom_deg=cycle.rom_deg,
        elevation_top_deg=top,
        rise_cm=100.0 * rise_m,
    )
