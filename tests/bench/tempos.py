"""Sets in tempos of all kinds, counted: ``python tests/bench/tempos.py [--seeds 1-400] [--quick]``.

The simulator's own people move about as exercises prescribe. Here holds last up to 20 s, lowerings up to 8 s, ranges
are 6 to 110 degrees, and reps of one set differ by up to a quarter, each drawn by itself: a counter that has learnt
what is usual fails here. Some of it nobody can tell from walking or from the sway of a ball: that has rows of its own.

``--quick`` has the simulator's own people instead, walking in and settling as they do, but touch-and-go: strokes of
0.4 to 0.8 s, and in two thirds of the sets neither hold nor pause.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Final

import numpy as np
from numpy.random import Generator

from accuracy import parse_seeds
from repsignal.synth import (
    Leg,
    Mounting,
    Pose,
    RepPlan,
    Scenario,
    ScenarioKind,
    SensorModel,
    SetPlan,
    Still,
    random_scenario,
    simulate,
)
from scoring import analyse
from tables import share, table

RATES_HZ: Final = (25.0, 50.0, 100.0, 200.0)
_FEW, _SMALL_DEG, _QUICK_S = 5, 8.0, 1.8  # a set that is hard to tell from something else
_LONG_S, _LONGER_S, _SLOW_S = 6.0, 10.0, 5.0
_QUICK_KINDS: Final = (ScenarioKind.CLEAN, ScenarioKind.VARIED, ScenarioKind.TIRED, ScenarioKind.SESSION)
_QUICK_ROWS_S: Final = (1.0, 1.35, 2.3)
_TELLING_DEG: Final = 20.0  # what moves less is hardly felt by the accelerometer


@dataclass(frozen=True, slots=True)
class Tempo:
    """What the reps of a set are like, before each is varied: durations, s, and range, degrees."""

    reps: int
    rom_deg: float
    lift_s: float
    hold_s: float
    lower_s: float
    pause_s: float

    @property
    def row(self) -> str:
        """The line of the table it belongs to."""
        if self.reps < _FEW:
            return f"fewer than {_FEW} reps"
        if self.rom_deg < _SMALL_DEG:
            return f"less than {_SMALL_DEG:g} degrees"
        if self.lift_s + self.hold_s + self.lower_s + self.pause_s < _QUICK_S:
            return f"a rep within {_QUICK_S:g} s"
        hold = f"{_LONGER_S:g} s or more" if self.hold_s >= _LONGER_S else f"{_LONG_S:g} to {_LONGER_S:g} s"
        hold = f"under {_LONG_S:g} s" if self.hold_s < _LONG_S else hold
        return f"hold {hold}, lower {'under' if self.lower_s < _SLOW_S else 'over'} {_SLOW_S:g} s"


def a_set(seed: int) -> tuple[Tempo, Scenario]:
    """A set of this seed, at rest before and after."""
    rng = np.random.default_rng(seed)
    reps, rom_deg, lift_s = int(rng.integers(3, 16)), _between(rng, 6.0, 110.0), _between(rng, 0.4, 4.0)
    hold_s = 0.0 if rng.random() < 0.25 else _between(rng, 0.2, 20.0)
    lower_s = _between(rng, 0.4, 8.0)
    pause_s = 0.0 if rng.random() < 0.3 else _between(rng, 0.2, 8.0)
    tempo = Tempo(reps, rom_deg, lift_s, hold_s, lower_s, pause_s)
    differ, ranges_differ = float(rng.choice([0.03, 0.1, 0.25])), float(rng.choice([0.02, 0.06, 0.12]))
    plans = tuple(_rep(rng, tempo, differ, ranges_differ) for _ in range(reps))
    bottom = Pose(float(rng.uniform(-80.0, 10.0)))
    plan = SetPlan(plans, bottom, float(rng.uniform(0.0, 20.0)), lowers=False)
    sensor = SensorModel.typical(float(rng.choice(RATES_HZ)))
    segments = (Still(_between(rng, 1.0, 10.0), bottom), plan, Still(_between(rng, 1.0, 15.0)))
    return tempo, Scenario(segments, Leg(), Mounting.random(rng), sensor)


def a_quick_set(seed: int) -> tuple[str, Scenario]:
    """A recording of this seed with one set or several in a quick tempo, and the line of the table it belongs to."""
    rng = np.random.default_rng(seed)
    lift_s, lower_s = (float(stroke_s) for stroke_s in rng.uniform(0.4, 0.8, 2))
    hold_s, pause_s = (float(still_s) for still_s in np.where(rng.random(2) < 0.8, 0.0, rng.uniform(0.05, 0.3, 2)))
    differ = float(rng.choice([0.03, 0.08, 0.15]))
    scenario = random_scenario(seed, _QUICK_KINDS[seed % len(_QUICK_KINDS)])

    def hurried(rep: RepPlan) -> RepPlan:
        lift, hold, lower, pause = np.array([lift_s, hold_s, lower_s, pause_s]) * np.exp(rng.normal(0.0, differ, 4))
        return replace(rep, lift_s=float(lift), hold_s=float(hold), lower_s=float(lower), pause_s=float(pause))

    segments = tuple(
        replace(segment, reps=tuple(hurried(rep) for rep in segment.reps)) if isinstance(segment, SetPlan) else segment
        for segment in scenario.segments
    )
    length_s = lift_s + hold_s + lower_s + pause_s
    most_s = next(most_s for most_s in _QUICK_ROWS_S if length_s < most_s)
    small = (
        max(rep.rom_deg for segment in segments if isinstance(segment, SetPlan) for rep in segment.reps) < _TELLING_DEG
    )
    return f"a rep within {most_s:g} s" + (f", less than {_TELLING_DEG:g} degrees" if small else ""), replace(
        scenario, segments=segments
    )


def _rep(rng: Generator, tempo: Tempo, differ: float, ranges_differ: float) -> RepPlan:
    def varied(value: float, by: float) -> float:
        return value * exp(float(rng.normal(0.0, by))) if value else 0.0

    return RepPlan(
        varied(tempo.lift_s, differ),
        varied(tempo.hold_s, differ),
        varied(tempo.lower_s, differ),
        varied(tempo.pause_s, differ),
        rom_deg=varied(tempo.rom_deg, ranges_differ),
        bottom_deg=float(rng.normal(0.0, 0.03)) * tempo.rom_deg,
        tremor_dps=_between(rng, 0.05, 1.5),
        waver_deg=min(0.05 * tempo.rom_deg, _between(rng, 0.05, 1.0)),
    )


def _between(rng: Generator, low: float, high: float) -> float:
    """Evenly in the logarithm."""
    return exp(float(rng.uniform(log(low), log(high))))


def _counts(reps: Sequence[int]) -> str:
    return "+".join(map(str, reps)) or "0"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Sets in tempos of all kinds, counted.")
    parser.add_argument("--seeds", type=parse_seeds, default=tuple(range(1, 401)), help="such as 1-400, the usual ones")
    parser.add_argument("--quick", action="store_true", help="quick reps only, of the simulator's own people")
    options = parser.parse_args(arguments)
    rights: dict[str, list[bool]] = {}
    wrong: list[tuple[str, ...]] = []
    for done, seed in enumerate(options.seeds, start=1):
        if options.quick:
            row, scenario = a_quick_set(seed)
        else:
            tempo, scenario = a_set(seed)
            row = tempo.row
        simulation = simulate(scenario, seed)
        found = analyse(simulation.block)
        true = [len(one.reps) for one in simulation.truth.sets]
        got = [len(one.reps) for one in found.sets]
        right = got == true and not found.crash
        for line in (row, "in all"):
            rights.setdefault(line, []).append(right)
        if not right:
            wrong.append((str(seed), row, _counts(true), found.crash or _counts(got)))
        if done % 50 == 0:
            print(f"{done} of {len(options.seeds)}", file=sys.stderr)
    rows = [(row, share(sum(those), len(those))) for row, those in sorted(rights.items())]
    print(table("Tempos of all kinds: every set counted exactly right", ("recordings", "right"), rows))
    if wrong:
        print(table("Miscounted", ("seed", "", "true reps", "found"), wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
