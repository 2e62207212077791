"""Scores on simulated recordings, where the truth is exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from repsignal import ImuBlock, LiftDirection
from repsignal.synth import Scenario, ScenarioKind, SetPlan, TrueRep, random_scenario, simulate
from scoring import BOUNDARIES, DURATIONS, Errors, Found, TrueCycle, TrueSet, analyse, match
from tables import number, share, table

__all__ = ["Case", "SimResult", "case_of", "pooled", "run_case", "sim_figures", "sim_tables", "simulated_case"]

FIGURES = (*DURATIONS, *BOUNDARIES, "rom_deg", "elevation_top_deg", "rise_cm")
UNCERTAIN_S = 0.25  # as of the flag


@dataclass(frozen=True, slots=True)
class Case:
    """One simulated recording with its truth."""

    name: str
    kind: str
    block: ImuBlock
    lift: LiftDirection
    sets: tuple[TrueSet, ...]

    @property
    def true_reps(self) -> int:
        """Full reps in all sets."""
        return sum(len(one.reps) for one in self.sets)


@dataclass(frozen=True, slots=True)
class SimResult:
    """What the counter made of a case."""

    case: Case
    found: Found

    @property
    def right(self) -> bool:
        """As many reps as there are."""
        return not self.found.crash and len(self.found.reps) == self.case.true_reps

    @property
    def sets_right(self) -> int:
        """True sets in which exactly the true number of reps was found."""
        return sum(sum(one.covers(rep) for rep in self.found.reps) == len(one.reps) for one in self.case.sets)

    @property
    def partials_right(self) -> int:
        """True sets in which exactly the true number of partial reps was found."""
        return sum(sum(one.covers(rep) for rep in self.found.partials) == len(one.partials) for one in self.case.sets)

    @property
    def strays(self) -> int:
        """Reps found where no set is."""
        return sum(not any(one.covers(rep) for one in self.case.sets) for rep in self.found.reps)

    @property
    def split_right(self) -> bool:
        """As many sets with reps in them as there are."""
        found = sum(bool(one.reps) for one in self.found.sets)
        return found == sum(bool(one.reps) for one in self.case.sets)

    def errors(self) -> Iterator[tuple[str, float | None]]:
        """Name and error of every figure of every rep that was found; ``None`` where the counter gave none."""
        for one in self.case.sets:
            for true, rep in match(one.reps, self.found.reps):
                for name in FIGURES:
                    got, want = getattr(rep, name), getattr(true, name)
                    yield name, None if got is None else got - want

    def deviations(self) -> Iterator[tuple[str, float, float]]:
        """Name, error and standard deviation of every boundary of every rep that was found, s."""
        for one in self.case.sets:
            for true, rep in match(one.reps, self.found.reps):
                for name in BOUNDARIES:
                    got, sd = getattr(rep, name), getattr(rep, name.removesuffix("_s") + "_sd_s")
                    if got is not None:
                        yield name, got - getattr(true, name), sd


def _cycle(rep: TrueRep, *, partial: bool) -> TrueCycle:
    return TrueCycle(
        start_s=rep.start_s,
        top_s=rep.top_s,
        lower_start_s=rep.lower_start_s,
        end_s=rep.end_s,
        partial=partial,
        rom_deg=rep.rom_deg,
        elevation_top_deg=rep.elevation_top_deg,
        rise_cm=rep.rise_cm,
    )


def case_of(scenario: Scenario, seed: int, kind: ScenarioKind) -> Case:
    """Simulate, and put the truth into the terms that are scored.

    The counter is told no more than that the lift goes down, for the few exercises in which it does: nothing in the
    motion itself tells a leg curl from the same movement the other way round.
    """
    simulation = simulate(scenario, seed)
    sets = tuple(
        TrueSet(
            start_s=one.start_s,
            end_s=one.end_s,
            reps=tuple(_cycle(rep, partial=False) for rep in one.reps),
            partials=tuple(_cycle(rep, partial=True) for rep in one.partials),
        )
        for one in simulation.truth.sets
    )
    lowers = any(isinstance(segment, SetPlan) and segment.lowers for segment in scenario.segments)
    lift = LiftDirection.DOWN if lowers else LiftDirection.AUTO
    return Case(scenario.name, kind.value, simulation.block, lift, sets)


def simulated_case(seed: int, kind: ScenarioKind) -> Case:
    """The random scenario of this seed and kind."""
    return case_of(random_scenario(seed, kind), seed, kind)


def run_case(case: Case) -> SimResult:
    """The counter on one case."""
    return SimResult(case, analyse(case.block, case.lift))


def _kinds(results: Sequence[SimResult]) -> list[str]:
    return list(dict.fromkeys(result.case.kind for result in results))


def pooled(results: Sequence[SimResult]) -> dict[str, tuple[Errors | None, int]]:
    """Errors of each figure over all results, and how many reps that were found lack it."""
    values: dict[str, list[float]] = {name: [] for name in FIGURES}
    missing = dict.fromkeys(FIGURES, 0)
    for result in results:
        for name, error in result.errors():
            if error is None:
                missing[name] += 1
            else:
                values[name].append(error)
    return {name: (Errors.of(values[name]), missing[name]) for name in FIGURES}


def sim_figures(results: Sequence[SimResult], idle: Sequence[SimResult]) -> dict[str, Any]:
    """For JSON."""
    return {
        "recordings": {"right": sum(result.right for result in results), "of": len(results)},
        "sets": {
            "right": sum(result.sets_right for result in results),
            "partials_right": sum(result.partials_right for result in results),
            "of": sum(len(result.case.sets) for result in results),
            "recordings_with_strays": sum(result.strays > 0 for result in results),
        },
        "errors": {
            name: {"missing": missing, **(errors.as_dict() if errors else {})}
            for name, (errors, missing) in pooled(results).items()
        },
        "negatives": {result.case.name: len(result.found.reps) for result in idle},
    }


def sim_tables(results: Sequence[SimResult], idle: Sequence[SimResult]) -> list[str]:
    """Counts by kind, what was miscounted, errors, and what was counted where there is nothing."""
    rows = [_count_row(kind, [result for result in results if result.case.kind == kind]) for kind in _kinds(results)]
    rows.append(_count_row("all", results))
    header: Sequence[str] = (
        "recordings",
        "count right",
        "sets right",
        "partials right",
        "split right",
        "strays",
        "reps",
        "true",
    )
    tables = [table("Simulated: counts", header, rows)]
    wrong = [
        (
            result.case.name,
            "+".join(str(len(one.reps)) for one in result.case.sets),
            result.found.crash or "+".join(str(len(one.reps)) for one in result.found.sets) or "0",
            "+".join(str(len(one.partials)) for one in result.case.sets),
            "+".join(str(len(one.partials)) for one in result.found.sets) or "0",
            str(result.strays),
        )
        for result in results
        if result.sets_right < len(result.case.sets) or result.strays
    ]
    if wrong:
        header = ("recording", "true reps", "found", "true partials", "found", "strays")
        tables.append(table("Simulated: sets miscounted", header, wrong))
    crashed = [(result.case.name, result.found.crash) for result in idle if result.found.crash]
    if crashed:
        tables.append(table("Simulated, without a rep: crashed", ("recording", "error"), crashed))
    by_kind = {kind: [result for result in results if result.case.kind == kind] for kind in _kinds(results)}
    tables.append(_phase_table({**by_kind, "all": results}))
    tables += [_error_table(results), _deviation_table(results)]
    idle_rows = [_idle_row(kind, [result for result in idle if result.case.kind == kind]) for kind in _kinds(idle)]
    header = ("", "recordings", "reps", "partials", "sets")
    tables.append(table("Simulated: at least a minute each without a rep", header, idle_rows))
    return tables


def _count_row(name: str, results: Sequence[SimResult]) -> tuple[str, ...]:
    sets = sum(len(result.case.sets) for result in results)
    return (
        name,
        share(sum(result.right for result in results), len(results)),
        share(sum(result.sets_right for result in results), sets),
        share(sum(result.partials_right for result in results), sets),
        share(sum(result.split_right for result in results), len(results)),
        str(sum(result.strays for result in results)),
        str(sum(len(result.found.reps) for result in results)),
        str(sum(result.case.true_reps for result in results)),
    )


def _phase_table(by_kind: dict[str, Sequence[SimResult]]) -> str:
    rows = []
    for kind, results in by_kind.items():
        found = [errors for errors, _ in map(pooled(results).__getitem__, DURATIONS)]
        cells = [f"{number(one.mean_abs)} {one.bias:+.3f}" if one else "-" for one in found]
        rows.append((kind, str(sum(one.count for one in found if one)), *cells))
    names = [name.removesuffix("_s") for name in DURATIONS]
    return table("Simulated: mean absolute error and bias of the phases, s", ("", "phases", *names), rows)


def _error_table(results: Sequence[SimResult]) -> str:
    rows = []
    for name, (errors, missing) in pooled(results).items():
        whole = missing + (errors.count if errors else 0)
        figures = (errors.bias, errors.mean_abs, errors.scatter, errors.largest) if errors else (None,) * 4
        rows.append((name, share(whole - missing, whole), *(number(figure) for figure in figures)))
    header = ("", "given", "bias", "mean |e|", "median |e|, bias off", "largest")
    return table("Simulated, all: got minus true over the reps that were found", header, rows)


def _deviation_table(results: Sequence[SimResult]) -> str:
    """Of boundaries that erred by normal noise 68 and 95 % would lie within one and two of their deviations."""
    told = [one for result in results for one in result.deviations()]
    rows = []
    for name in BOUNDARIES:
        errors = np.array([(abs(error), sd) for given, error, sd in told if given == name]).reshape(-1, 2)
        large, flagged = (errors > UNCERTAIN_S).T
        found = share(int((large & flagged).sum()), int(large.sum()))
        within = [share(int((errors[:, 0] < k * errors[:, 1]).sum()), len(errors)) for k in (1, 2)]
        rows.append((name, *within, share(int(flagged.sum()), len(errors)), found))
    header = ("", "within 1 sd", "within 2 sd", "uncertain", "of those more than 0.25 s off")
    return table("Simulated, all: boundaries against the standard deviations given with them", header, rows)


def _idle_row(kind: str, results: Sequence[SimResult]) -> tuple[str, ...]:
    return (
        kind,
        str(len(results)),
        str(sum(len(result.found.reps) for result in results)),
        str(sum(len(result.found.partials) for result in results)),
        str(sum(len(result.found.sets) for result in results)),
    )
