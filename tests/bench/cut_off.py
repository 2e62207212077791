"""Recordings that begin or end within a rep, counted: ``python tests/bench/cut_off.py [--seeds 1-60] [--data FOLDER]``.

People start and stop recording when they like. Whole recordings are cut anew at random instants of one of the first or
last reps; a rep that is cut is none. What is cut off of less than a quarter of a lift or of a lowering is left out: by
then the limb has hardly left the bottom, or has nearly come back to it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator

from accuracy import parse_seeds
from real_data import load
from repsignal import ImuBlock, LiftDirection
from repsignal.synth import ScenarioKind
from scoring import TrueCycle, analyse
from simulated import simulated_case
from tables import share, table

KINDS: Final = (ScenarioKind.VARIED, ScenarioKind.TIRED)
PHASES: Final = ("lift", "hold", "lower")
_FIRST_REPS: Final = 3  # the one that is cut is among so many at the beginning, or at the end
_LEAST: Final = 0.25  # of a lift or of a lowering
_LEAST_REPS: Final = 6  # fewer leave no set


@dataclass(frozen=True, slots=True)
class Whole:
    """A recording of one set, and its cycles in order of time."""

    name: str
    block: ImuBlock
    lift: LiftDirection
    cycles: tuple[TrueCycle, ...]


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


def simulated(seeds: Sequence[int]) -> Iterator[Whole]:
    """Sets in all their variety, complete."""
    for kind in KINDS:
        for seed in seeds:
            case = simulated_case(seed, kind)
            cycles = sorted((*case.sets[0].reps, *case.sets[0].partials), key=lambda cycle: cycle.start_s)
            yield Whole(f"{kind.value} {seed}", case.block, case.lift, tuple(cycles))


def real(folder: Path) -> Iterator[Whole]:
    """Real sets whose reps' times are known."""
    for file in load(folder):
        if file.kind == "set" and len(file.cycles) == file.true_reps:
            yield Whole(file.name, file.block, LiftDirection.AUTO, file.cycles)


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


def counted(whole: Whole, cut: Cut) -> tuple[int, int]:
    """Full reps that are there, and that are found."""
    block = whole.block
    kept = (block.time_s >= cut.begin_s) & (block.time_s <= cut.end_s)
    found = analyse(ImuBlock(block.time_s[kept], block.acc[kept], block.gyr[kept]), whole.lift)
    true = [c for c in whole.cycles if not c.partial and c.start_s >= cut.begin_s and c.end_s <= cut.end_s]
    return len(true), len(found.reps)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Counts of recordings that begin or end within a rep.")
    parser.add_argument("--seeds", type=parse_seeds, default=tuple(range(1, 61)), help="such as 1-60, the usual ones")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="real sets too; it has an index.json with the truth"
    )
    options = parser.parse_args(arguments)
    sources = [("simulated", simulated(options.seeds))]
    if options.data is not None:
        sources.append(("real", real(options.data)))
    for name, source in sources:
        results: list[tuple[Whole, Cut, int, int]] = []
        for number, whole in enumerate(source):
            if sum(not cycle.partial for cycle in whole.cycles) < _LEAST_REPS:
                continue
            rng = np.random.default_rng(number)
            results += [(whole, cut, *counted(whole, cut)) for cut in cuts(whole.cycles, rng)]
            print(f"{name}: {whole.name}", file=sys.stderr)
        rights: dict[str, list[bool]] = {}
        for _, cut, true, got in results:
            rights.setdefault(cut.row, []).append(true == got)
            rights.setdefault("in all", []).append(true == got)
        rows = [(row, share(sum(right), len(right))) for row, right in sorted(rights.items())]
        print(table(f"Cut off, {name}: counted exactly right", ("it", "right"), rows))
        wrong = [(whole.name, cut.place, str(true), str(got)) for whole, cut, true, got in results if true != got]
        if wrong:
            print(table("Miscounted", ("recording", "it", "true", "counted"), wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
