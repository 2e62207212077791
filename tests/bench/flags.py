"""How surely each flag of a rep is raised: simulated people who do a thing the more and the less.

``python tests/bench/flags.py [--seeds 1-20]``. Each seed is a person, a sensor and an exercise of the simulator's; all
reps of a set are given the same fault, from none to a gross one. A table says in how many reps the flag was raised.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from repclip.session.exercise import Exercise, find_exercise
from repclip.session.flags import Flag, fall_s, flags_of
from repclip.session.prescription import Span
from repclip.session.tempo import parse_tempo
from repsignal import CounterParams, LiftDirection, RepCounter, SetEnd, quality_of
from repsignal.synth import (
    Profile,
    ProfileFamily,
    RepPlan,
    Scenario,
    ScenarioKind,
    SetPlan,
    Still,
    random_scenario,
    simulate,
)
from tables import share, table

REPS: Final = 5
FREE: Final = replace(find_exercise("generic"), off_floor=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """One flag, and reps that deserve it from not at all to beyond doubt; ``due`` of the amounts are to be flagged."""

    flag: Flag
    amounts: tuple[tuple[str, bool, Callable[[RepPlan], RepPlan]], ...]
    exercise: Callable[[RepPlan], Exercise] = lambda _: FREE


def _wide(rep: RepPlan) -> RepPlan:
    """A range in which a fault of some per cent is more than a ball rocks."""
    return replace(rep, rom_deg=max(rep.rom_deg, 25.0))


def _overshoot(part: float) -> Callable[[RepPlan], RepPlan]:
    return lambda rep: replace(_wide(rep), overshoot_deg=part * _wide(rep).rom_deg)


def _sag(part: float) -> Callable[[RepPlan], RepPlan]:
    return lambda rep: replace(_wide(rep), sag_deg=part * _wide(rep).rom_deg)


def _profile(profile: Profile) -> Callable[[RepPlan], RepPlan]:
    return lambda rep: replace(rep, lift_profile=profile)


def _lower(factor: float) -> Callable[[RepPlan], RepPlan]:
    return lambda rep: replace(rep, lower_s=factor * fall_s(rep.rom_deg))


def _lower_by(seconds: float) -> Callable[[RepPlan], RepPlan]:
    return lambda rep: replace(rep, lower_s=3.0 + seconds)


def _contact(peak_g: float) -> Callable[[RepPlan], RepPlan]:
    return lambda rep: replace(rep, contact_g=peak_g)


def _same(rep: RepPlan) -> RepPlan:
    return rep


def _range(least_share: float) -> Callable[[RepPlan], Exercise]:
    return lambda rep: replace(FREE, rom_deg=Span(rep.rom_deg * least_share, None))


STEADY: Final = Profile(ProfileFamily.TRAPEZOIDAL, ramp=0.1)
EARLY: Final = Profile(ProfileFamily.SKEWED, peak=0.3)
FAULTS: Final = (
    Fault(
        Flag.LOWERED_TOO_FAST,
        tuple((f"{by:+.1f} s", by < 0, _lower_by(by)) for by in (0.5, 0.2, -0.2, -0.5, -1.0)),
        lambda _: replace(FREE, tempo=parse_tempo("lower=3-4")),
    ),
    Fault(Flag.DROPPED, tuple((f"{by:g} × falling", by < 1.5, _lower(by)) for by in (6.0, 2.5, 2.0, 1.3, 1.1))),
    Fault(
        Flag.JERKED,
        (
            ("soft", False, _profile(Profile())),
            ("brisk ends", False, _profile(STEADY)),
            ("early peak", False, _profile(EARLY)),
            ("two steps", True, _profile(Profile(steps=(0.5, 0.5)))),
            ("three steps", True, _profile(Profile(steps=(0.3, 0.3, 0.4)))),
        ),
    ),
    Fault(
        Flag.SWUNG,
        tuple((f"{by:.0%}", by > 0.15, _overshoot(by)) for by in (0.0, 0.05, 0.1, 0.2, 0.3)),
    ),
    Fault(Flag.SAGGED, tuple((f"{by:.0%}", by > 0.12, _sag(by)) for by in (0.0, 0.05, 0.1, 0.15, 0.2))),
    Fault(Flag.FLOOR_TOUCHED, tuple((f"{by:g} g", by > 0.0, _contact(by)) for by in (0.0, 0.3, 0.5, 1.0, 2.0, 4.0))),
)
RANGES: Final = tuple((by, by > 1.05) for by in (0.9, 1.0, 1.1, 1.2))


def person(seed: int) -> tuple[Scenario, SetPlan]:
    """Somebody with a sensor, and a set of theirs: by the book."""
    scenario = random_scenario(seed, ScenarioKind.CLEAN)
    plan = next(segment for segment in scenario.segments if isinstance(segment, SetPlan))
    rep = replace(plan.reps[0], hold_s=max(plan.reps[0].hold_s, 2.0), pause_s=0.6)
    return scenario, replace(plan, reps=(rep,) * REPS)


def raised(
    seed: int, change: Callable[[RepPlan], RepPlan], exercise: Callable[[RepPlan], Exercise], flag: Flag
) -> list[bool]:
    """Of each rep that was found, whether it has the flag."""
    scenario, plan = person(seed)
    rep = change(plan.reps[0])
    plan = replace(plan, reps=(rep,) * REPS)
    simulation = simulate(replace(scenario, segments=(Still(3.0, plan.bottom), plan, Still(4.0))), seed)
    direction = LiftDirection.DOWN if plan.lowers else LiftDirection.AUTO
    counter = RepCounter(CounterParams(lift_direction=direction))
    events = [*counter.feed(simulation.block), *counter.flush()]
    against = exercise(rep)
    return [
        flag in flags_of(each, quality_of(each, one.trace), against)
        for one in events
        if isinstance(one, SetEnd)
        for each in one.reps
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-20", help="FIRST-LAST, people to simulate (1-20)")
    first, _, last = parser.parse_args(arguments).seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    rows: list[tuple[str, ...]] = []
    for fault in FAULTS:
        for amount, due, change in fault.amounts:
            found = [flag for seed in seeds for flag in raised(seed, change, fault.exercise, fault.flag)]
            rows.append((fault.flag.value, amount, "yes" if due else "no", share(sum(found), len(found))))
    for by, due in RANGES:
        found = [flag for seed in seeds for flag in raised(seed, _same, _range(by), Flag.RANGE_SHORT)]
        rows.append(
            (Flag.RANGE_SHORT.value, f"{by:.0%} prescribed", "yes" if due else "no", share(sum(found), len(found)))
        )
    title = f"Reps flagged, of simulated people {first} to {last or first}, {REPS} reps each"
    print(table(title, ("flag", "how much", "to be flagged", "flagged"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
