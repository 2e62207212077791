"""Recordings that begin or end within a rep, counted: ``python tests/bench/cut_off.py [--seeds 1-60] [--data FOLDER]``.

People start and stop recording when they like. Whole recordings are cut anew at random instants of one of the first or
last reps; a rep that is cut is none. What is cut off of less than a quarter of a lift or of a lowering is left out: by
then the limb has hardly left the bottom, or has nearly come back to it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator

from accuracy import parse_seeds
from real_data import load
from repsignal import ImuBlock, LiftDirection
from repsignal.synth import ScenarioKind
from scoring import Found, TrueCycle, TrueSet, analyse
from simulated import Case, simulated_case
from tables import share, table

KINDS: Final = (ScenarioKind.VARIED, ScenarioKind.TIRED)
PHASES: Final = ("lift", "hold", "lower")
_FIRST_REPS: Final = 3  # the one that is cut is among so many at the beginning, or at the end
_LEAST: Final = 0.25  # of a lift or of a lowering
_LEAST_REPS: Final = 6  # fewer leave no set


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a recording begins and ends, s, and in what phases of a rep; ``None`` where it is left as it is."""

    begin_s: float = -np.inf
    end_s: float = np.inf
    begins: str | None = None
    ends: str | None = None

    @property
    def place(self) -> str:
        """In words."""
        ends = (("begins", self.begins), ("ends", self.ends))
        return ", ".join(f"{verb} in a {phase}" for verb, phase in ends if phase)

    @property
    def row(self) -> str:
        """The same, where all that are cut at both ends are one."""
        return "begins and ends so" if self.begins and self.ends else self.place


@dataclass(frozen=True, slots=True)
class Result:
    """What was there of a case cut so, and what the counter found."""

    case: Case
    cut: Cut
    true: TrueSet
    found: Found

    @property
    def right(self) -> bool:
        """As many full reps as there are."""
        return not self.found.crash and len(self.found.reps) == len(self.true.reps)

    @property
    def all_right(self) -> bool:
        """As many partial reps too, and all in one set."""
        return self.right and len(self.found.partials) == len(self.true.partials) and len(self.found.sets) == 1

    @property
    def told(self) -> tuple[str, ...]:
        """In words: what was cut, how many reps and partial reps there are, and how many were found."""
        true = f"{len(self.true.reps)} + {len(self.true.partials)}"
        got = f"{len(self.found.reps)} + {len(self.found.partials)} in {len(self.found.sets)}"
        return self.case.name, self.cut.place, true, self.found.crash or got


def simulated(seeds: Sequence[int]) -> Iterator[Case]:
    """Sets in all their variety, complete."""
    for kind in KINDS:
        for seed in seeds:
            case = simulated_case(seed, kind)
            yield replace(case, name=f"{kind.value} {seed}")


def real(folder: Path) -> Iterator[Case]:
    """Real sets whose reps' times are known."""
    for file in load(folder):
        if file.kind == "set" and len(file.cycles) == file.true_reps:
            one = TrueSet(file.cycles[0].start_s, file.cycles[-1].end_s, file.cycles, ())
            yield Case(file.name, file.kind, file.block, LiftDirection.AUTO, (one,))


def cuts(cycles: Sequence[TrueCycle], rng: Generator) -> list[Cut]:
    """Once in each phase at the beginning and at the end, and once at both."""
    found: list[Cut] = []
    for phase in PHASES:
        found.append(Cut(begin_s=_within(cycles[int(rng.integers(_FIRST_REPS))], phase, rng), begins=phase))
        found.append(Cut(end_s=_within(cycles[-1 - int(rng.integers(_FIRST_REPS))], phase, rng), ends=phase))
    begins, ends = (PHASES[int(k)] for k in rng.integers(3, size=2))
    begin_s, end_s = _within(cycles[0], begins, rng), _within(cycles[-1], ends, rng)
    return [*found, Cut(begin_s, end_s, begins, ends)]


def _within(cycle: TrueCycle, phase: str, rng: Generator) -> float:
    first, last = {"lift": (_LEAST, 1.0), "hold": (0.0, 1.0), "lower": (0.0, 1.0 - _LEAST)}[phase]
    begin_s = {"lift": cycle.start_s, "hold": cycle.top_s, "lower": cycle.lower_start_s}[phase]
    length_s = {"lift": cycle.lift_s, "hold": cycle.hold_s, "lower": cycle.lower_s}[phase]
    return begin_s + float(rng.uniform(first, last)) * length_s


def counted(case: Case, cut: Cut) -> Result:
    """Count what the cut leaves of the case's one set."""
    kept = (case.block.time_s >= cut.begin_s) & (case.block.time_s <= cut.end_s)
    block = ImuBlock(case.block.time_s[kept], case.block.acc[kept], case.block.gyr[kept])

    def whole(cycles: Sequence[TrueCycle]) -> tuple[TrueCycle, ...]:
        return tuple(c for c in cycles if c.start_s >= cut.begin_s and c.end_s <= cut.end_s)

    (one,) = case.sets
    true = replace(one, reps=whole(one.reps), partials=whole(one.partials))
    return Result(case, cut, true, analyse(block, case.lift))


def measured(name: str, cases: Iterator[Case]) -> list[Result]:
    """Every case that has reps enough, cut in all ways."""
    results: list[Result] = []
    for number, case in enumerate(cases):
        (one,) = case.sets
        if len(one.reps) < _LEAST_REPS:
            continue
        cycles = sorted((*one.reps, *one.partials), key=lambda cycle: cycle.start_s)
        results += [counted(case, cut) for cut in cuts(cycles, np.random.default_rng(number))]
        print(f"{name}: {case.name}", file=sys.stderr)
    return results


def show(name: str, results: Sequence[Result]) -> None:
    """Print how many were right, and which were not."""
    by_row: dict[str, list[Result]] = {}
    for result in results:
        by_row.setdefault(result.cut.row, []).append(result)
        by_row.setdefault("in all", []).append(result)
    rows = [
        (row, share(sum(r.right for r in those), len(those)), share(sum(r.all_right for r in those), len(those)))
        for row, those in sorted(by_row.items())
    ]
    print(table(f"Cut off, {name}: counted exactly right", ("it", "reps", "partial reps and sets too"), rows))
    wrong = [result.told for result in results if not result.all_right]
    if wrong:
        print(table("Miscounted: reps + partial reps", ("recording", "it", "true", "counted, in sets"), wrong))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Counts of recordings that begin or end within a rep.")
    parser.add_argument("--seeds", type=parse_seeds, default=tuple(range(1, 61)), help="such as 1-60, the usual ones")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="real sets too; it has an index.json with the truth"
    )
    options = parser.parse_args(arguments)
    show("simulated", measured("simulated", simulated(options.seeds)))
    if options.data is not None:
        show("real", measured("real", real(options.data)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
