"""Make the labelled recordings of this folder, all SIMULATED: ``python recordings/make_recordings.py [--check]``.

No person was recorded. ``repsignal.synth`` simulates each sitting from its seed, and what was simulated is the truth
that is written beside it, as ``FORMAT.md`` says. The seeds were chosen before any of the recordings was analysed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from making import Draw, judged, parser, simulated
from repsignal.synth import (
    Fidget,
    Habits,
    Leg,
    Mounting,
    Move,
    Pose,
    Profile,
    ProfileFamily,
    RepPlan,
    Scenario,
    Segment,
    SensorModel,
    SetPlan,
    Settle,
    Simulation,
    SoftTissue,
    Still,
    Stretch,
    Sway,
    Walk,
    draw_set,
    layout,
)
from repsignal.types import GRAVITY_M_S2, FloatArray
from truth import TOLERANCE, as_text, same_truth, truth_of

HEADER: Final = "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps"

_ACC_DIGITS: Final = 4
_GYR_DIGITS: Final = 2


@dataclass(frozen=True)
class Recording:
    """A simulated sitting: ``scenario`` draws the person, from a generator that ``seed`` determines."""

    name: str
    exercise: str
    seed: int
    time_digits: int
    scenario: Draw

    @cached_property
    def simulation(self) -> Simulation:
        """The same each time."""
        return simulated(self.scenario, self.seed)

    @property
    def table(self) -> FloatArray:
        """(N, 7) in the units of the CSV, not yet rounded."""
        block = self.simulation.block
        return np.column_stack([block.time_s, block.acc / GRAVITY_M_S2, np.degrees(block.gyr)])

    @property
    def digits(self) -> tuple[int, ...]:
        """Decimals of each column."""
        return (self.time_digits, *[_ACC_DIGITS] * 3, *[_GYR_DIGITS] * 3)

    def csv(self) -> str:
        """The text of the CSV."""
        columns = [np.round(column, digits) + 0.0 for column, digits in zip(self.table.T, self.digits, strict=True)]
        line = ",".join(f"{{:.{digits}f}}" for digits in self.digits)
        return "\n".join([HEADER, *(line.format(*row) for row in zip(*columns, strict=True))]) + "\n"

    def truth(self) -> dict[str, object]:
        """What ``NAME.json`` says."""
        sim = self.simulation
        return truth_of(
            sim.truth,
            recording=f"{self.name}.csv",
            made_with="Simulated with repsignal.synth, nobody was recorded: "
            f"python recordings/make_recordings.py (seed {self.seed})",
            exercise=self.exercise,
            first_s=float(sim.block.time_s[0]),
            last_s=float(sim.block.time_s[-1]),
        )

    def json(self) -> str:
        """The text of the JSON."""
        return as_text(self.truth())


def _tiring(reps: tuple[RepPlan, ...], *, hold: float, lower: float) -> list[RepPlan]:
    """The reps, their holds and lowerings shortened more and more, by these shares at the end."""
    return [
        replace(rep, hold_s=rep.hold_s * (1.0 - hold * share), lower_s=rep.lower_s * (1.0 - lower * share))
        for rep, share in zip(reps, np.linspace(0.0, 1.0, len(reps)).tolist(), strict=True)
    ]


def _aborted(rep: RepPlan) -> RepPlan:
    """A lift given up half-way."""
    return replace(
        rep,
        rom_deg=0.4 * rep.rom_deg,
        partial=True,
        lift_s=0.7,
        hold_s=0.3,
        lower_s=1.2,
        sag_deg=0.0,
        cross_deg=0.4 * rep.cross_deg,
        twist_deg=0.4 * rep.twist_deg,
    )


def _demo(rng: np.random.Generator) -> Scenario:
    """A beginner on the ball: ten reps, the holds and lowerings shortening, the seventh lift aborted at first."""
    bottom, standing = Pose(-34.0, 40.0, 12.0), Pose(-89.0, 40.0, 5.0)
    habits = Habits(
        RepPlan(
            lift_s=1.05,
            hold_s=3.0,
            lower_s=3.4,
            pause_s=0.8,
            rom_deg=33.0,
            lift_profile=Profile(ProfileFamily.SKEWED, peak=0.42),
            sag_deg=1.2,
            tremor_dps=0.35,
            waver_deg=0.3,
            roughness=0.004,
            cross_deg=1.5,
            twist_deg=-2.5,
        ),
        cv=0.08,
        rom_cv=0.03,
        fatigue=0.2,
    )
    reps = _tiring(draw_set(rng, habits, 10), hold=0.25, lower=0.12)
    reps.insert(6, _aborted(reps[6]))
    return Scenario(
        (
            Settle(5.0, size_deg=10.0, carry_m=0.04, pose=bottom),
            Still(2.0),
            SetPlan(tuple(reps), bottom, axis_tilt_deg=3.0),
            Still(2.5),
            Move.getting_up(standing),
            Still(1.5),
        ),
        Leg(0.74, Sway(0.7, 0.008), SoftTissue(0.4)),
        Mounting.random(rng),
        SensorModel.typical(50.0),
    )


def _floor(rng: np.random.Generator) -> Scenario:
    """On a mat, a few inches high, the toes coming down on it with a small knock."""
    bottom = Pose(0.5, -75.0, -8.0)
    habits = Habits(
        RepPlan(
            lift_s=1.3,
            hold_s=1.2,
            lower_s=2.2,
            pause_s=0.9,
            rom_deg=8.0,
            lower_profile=Profile(ProfileFamily.SKEWED, peak=0.6),
            tremor_dps=0.3,
            waver_deg=0.08,
            roughness=0.004,
            contact_g=1.2,
            cross_deg=0.6,
            twist_deg=0.8,
        ),
        cv=0.08,
        rom_cv=0.05,
        fatigue=0.2,
    )
    return Scenario(
        (
            Settle(5.0, size_deg=6.0, carry_m=0.03, pose=bottom),
            Still(2.0),
            SetPlan(draw_set(rng, habits, 12), bottom, axis_tilt_deg=-4.0),
            Still(4.0),
        ),
        Leg(0.70, Sway(0.2, 0.002), SoftTissue(0.5)),
        Mounting.random(rng),
        SensorModel.typical(52.0),
    )


def _two_sets(rng: np.random.Generator) -> Scenario:
    """In on foot, down over the ball, six reps; turned over, the hamstrings stretched; six more, and up."""
    standing, bottom = Pose(-90.0, 10.0, 4.0), Pose(-28.0, 10.0, 10.0)
    sitting = Pose(-5.0, 70.0, 160.0)
    habits = Habits(
        RepPlan(
            lift_s=1.4,
            hold_s=1.4,
            lower_s=2.5,
            pause_s=0.7,
            rom_deg=26.0,
            lift_profile=Profile(ProfileFamily.RAISED_COSINE),
            lower_profile=Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.3),
            sag_deg=0.6,
            tremor_dps=0.2,
            waver_deg=0.2,
            roughness=0.003,
            cross_deg=-1.2,
            twist_deg=1.5,
        ),
        cv=0.07,
        rom_cv=0.03,
        fatigue=0.2,
    )
    arrival: tuple[Segment, ...] = (
        Still(1.0, standing),
        Walk(8.0, stride_s=1.15, impact_g=2.2),
        Move.kneeling_down(bottom),
        Settle(6.0, size_deg=12.0),
        Still(2.0, bottom),
    )
    rest: tuple[Segment, ...] = (
        Still(4.0),
        Move(sitting, 4.0, 3),
        Still(1.5),
        Stretch(25.0, 2.5, 14.0, turn_deg=8.0, roll_deg=-10.0),
        Move(bottom, 4.0, 3),
        Fidget(4.0, 4.0),
        Still(2.0, bottom),
    )
    first = SetPlan(draw_set(rng, habits, 6), bottom, axis_tilt_deg=5.0)
    second = SetPlan(draw_set(rng, replace(habits, fatigue=0.4), 6), bottom, axis_tilt_deg=5.0)
    return Scenario(
        (*arrival, first, *rest, second, Still(2.0), Move.getting_up(standing), Still(2.0)),
        Leg(0.78, Sway(0.8, 0.008), SoftTissue(0.4)),
        Mounting.random(rng),
        SensorModel.typical(32.0),
    )


def _lost_packets(rng: np.random.Generator) -> Scenario:
    """Curls on a machine, heard over a bad link from a cheap sensor whose gyroscope is off by 8 deg/s."""
    bottom = Pose(-2.0, 120.0, 3.0)
    habits = Habits(
        RepPlan(
            lift_s=1.0,
            hold_s=0.6,
            lower_s=2.4,
            pause_s=0.6,
            rom_deg=95.0,
            lift_profile=Profile(ProfileFamily.SKEWED, peak=0.4),
            tremor_dps=0.6,
            waver_deg=0.4,
            roughness=0.003,
            cross_deg=2.0,
            twist_deg=4.0,
        ),
        cv=0.08,
        rom_cv=0.03,
        fatigue=0.3,
    )
    sensor = replace(
        SensorModel.typical(100.0),
        rate_error=0.003,
        gyr_bias_dps=(4.8, -5.2, 3.7),  # 8 in all
        gyr_drift_dps_min=(0.3, 0.2, -0.2),
        gyr_wander_dps=0.1,
        acc_bias_mg=(35.0, -25.0, 40.0),
        packet_samples=8,
        packet_loss=0.05,
        first_stamp_s=312.5,
        hole_at_s=312.5 + 25.0,
        hole_s=1.0,
    )
    return Scenario(
        (Still(3.0, bottom), SetPlan(draw_set(rng, habits, 10), bottom, axis_tilt_deg=2.0), Still(4.0)),
        Leg(0.36, Sway(0.15, 0.001), SoftTissue(0.5)),
        Mounting.random(rng),
        sensor,
    )


def _cut_off(rng: np.random.Generator) -> Scenario:
    """Kickbacks against a band, switched on half-way through one and off on the way up of another."""
    bottom = Pose(-88.0, -20.0, 6.0)
    habits = Habits(
        RepPlan(
            lift_s=1.0,
            hold_s=0.8,
            lower_s=1.6,
            pause_s=0.5,
            rom_deg=30.0,
            undershoot_deg=0.8,
            swing_hz=1.1,
            tremor_dps=0.3,
            waver_deg=0.2,
            roughness=0.004,
            cross_deg=-1.5,
            twist_deg=2.0,
        ),
        cv=0.08,
        rom_cv=0.04,
        fatigue=0.2,
    )
    whole = Scenario(
        (Still(2.0, bottom), SetPlan(draw_set(rng, habits, 10), bottom, axis_tilt_deg=-6.0), Still(2.0)),
        Leg(0.80, Sway(0.25, 0.003), SoftTissue(0.3)),
        Mounting.random(rng),
        SensorModel.typical(50.0),
    )
    cycles = layout(whole).sets[0].cycles
    return replace(
        whole,
        crop_start_s=0.5 * (cycles[0].start_s + cycles[0].end_s),
        crop_end_s=0.5 * (cycles[-1].start_s + cycles[-1].top_s),
    )


RECORDINGS: Final = (
    Recording("demo", "prone-thigh-extension-ball", 11, 3, _demo),
    Recording("floor_small_range", "reverse-leg-lift", 12, 4, _floor),
    Recording("two_sets_with_walking", "reverse-leg-lift-ball", 13, 4, _two_sets),
    Recording("lost_packets", "lying-leg-curl", 14, 3, _lost_packets),
    Recording("cut_off", "standing-kickback-band", 15, 3, _cut_off),
)


def write(folder: Path) -> None:
    """Write every recording and its truth into ``folder``."""
    for one in RECORDINGS:
        (folder / f"{one.name}.csv").write_text(one.csv(), encoding="utf-8", newline="\n")
        (folder / f"{one.name}.json").write_text(one.json(), encoding="utf-8", newline="\n")


def differences(folder: Path) -> list[str]:
    """What in ``folder`` is not as it is made here, a line a file; numbers may differ by rounding and 1e-4."""
    found: list[str] = []
    for one in RECORDINGS:
        for path, same in (
            (folder / f"{one.name}.csv", _same_table),
            (folder / f"{one.name}.json", _same_truth),
        ):
            if not path.is_file():
                found.append(f"{path.name} is missing")
                continue
            if not same(path.read_text(encoding="utf-8"), one):
                found.append(f"{path.name} is not what this script makes")
    return found


def _same_table(text: str, one: Recording) -> bool:
    header, *lines = text.splitlines()
    table = one.table
    if header != HEADER or len(lines) != len(table):
        return False
    try:
        there = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    except ValueError:  # no number, or lines of different length
        return False
    allowed = 0.5 * 10.0 ** -np.array(one.digits) + TOLERANCE
    return there.shape == table.shape and bool((np.abs(there - table) <= allowed).all())


def _same_truth(text: str, one: Recording) -> bool:
    return same_truth(text, one.truth())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the recordings, or with ``--check`` compare them; 1 if any differs."""
    own = parser("Make the simulated recordings of this folder.", "compare the files with what would be written")
    options = own.parse_args(arguments)
    if not options.check:
        write(options.folder)
        return 0
    return judged(differences(options.folder), f"All {2 * len(RECORDINGS)} files are as this script makes them.")


if __name__ == "__main__":
    sys.exit(main())
