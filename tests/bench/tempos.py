"""Sets in tempos of all kinds, counted: ``python tests/bench/tempos.py [--seeds 1-400]``.

The simulator's own people move about as exercises prescribe. Here holds last up to 20 s, lowerings up to 8 s, ranges
are 6 to 110 degrees, and reps of one set differ by up to a quarter, each drawn by itself: a counter that has learnt
what is usual fails here. Some of it nobody can tell from walking or from the sway of a ball: that has rows of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np
from numpy.random import Generator

from accuracy import parse_seeds
from repsignal.synth import Leg, Mounting, Pose, RepPlan, Scenario, SensorModel, SetPlan, Still, simulate
from scoring import analyse
from tables import share, table

RATES_HZ: Final = (25.0, 50.0, 100.0, 200.0)
_FEW, _SMALL_DEG, _QUICK_S = 5, 8.0, 1.8  # a set that is hard to tell from something else
_LONG_S, _LONGER_S, _SLOW_S = 6.0, 10.0, 5.0


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Sets in tempos of all kinds, counted.")
    parser.add_argument("--seeds", type=parse_seeds, default=tuple(range(1, 401)), help="such as 1-400, the usual ones")
    options = parser.parse_args(arguments)
    rights: dict[str, list[bool]] = {}
    wrong: list[tuple[str, ...]] = []
    for done, seed in enumerate(options.seeds, start=1):
        tempo, scenario = a_set(seed)
        simulation = simulate(scenario, seed)
        found = analyse(simulation.block)
        right = len(found.reps) == len(simulation.truth.reps) and len(found.sets) == 1 and not found.crash
        for row in (tempo.row, "in all"):
            rights.setdefault(row, []).append(right)
        if not right:
            told = (tempo.lift_s, tempo.hold_s, tempo.lower_s, tempo.pause_s)
            wrong.append(
                (
                    str(seed),
                    f"{tempo.rom_deg:.0f}",
                    " / ".join(f"{value:.1f}" for value in told),
                    str(tempo.reps),
                    found.crash or f"{len(found.reps)} in {len(found.sets)}",
                )
            )
        if done % 50 == 0:
            print(f"{done} of {len(options.seeds)}", file=sys.stderr)
    rows = [(row, share(sum(those), len(those))) for row, those in sorted(rights.items())]
    print(table("Tempos of all kinds: one set, counted exactly right", ("sets", "right"), rows))
    if wrong:
        header = ("seed", "degrees", "lift / hold / lower / pause, s", "reps", "counted, in sets")
        print(table("Miscounted", header, wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
