"""Scores on recordings of people: a folder with an ``index.json`` that holds the truth (see ``--data``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latency import ARMING_REPS, PHASES, Delays, phase_delays
from repsignal import ImuBlock, Phase, PhaseEvent
from repsignal.types import GRAVITY_M_S2
from scoring import BOUNDARIES, DURATIONS, Errors, Found, TrueCycle, analyse, match
from tables import number, share, table

__all__ = ["RealFile", "RealResult", "real_tables", "run_real"]

_LEAD_S = 0.2  # about so long after a stroke's onset its speed crosses 15 % of its peak, which is the truth here
KINDS = ("set", "session", "mixed", "negative")


@dataclass(frozen=True, slots=True)
class RealFile:
    """One recording and what is known of it. ``cycles`` is empty where only the count is known."""

    name: str
    kind: str
    true_reps: int
    true_sets: int
    block: ImuBlock
    cycles: tuple[TrueCycle, ...]


@dataclass(frozen=True, slots=True)
class RealResult:
    """What the counter made of it."""

    file: RealFile
    found: Found

    @property
    def counted(self) -> int:
        """What is compared with the true count: a mixed file's truth counts partial reps too."""
        return len(self.found.reps) + (len(self.found.partials) if self.file.kind == "mixed" else 0)

    @property
    def right(self) -> bool:
        """Counted exactly."""
        return not self.found.crash and self.counted == self.file.true_reps


def load(folder: Path) -> list[RealFile]:
    """All recordings the folder's index names, in its order."""
    entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [_load_one(folder, entry) for entry in entries]


def _load_one(folder: Path, entry: dict[str, Any]) -> RealFile:
    values = np.loadtxt(folder / entry["file"], delimiter=",", skiprows=1, dtype=np.float64)
    block = ImuBlock(
        np.ascontiguousarray(values[:, 0]),
        np.ascontiguousarray(values[:, 1:4]) * GRAVITY_M_S2,
        np.radians(np.ascontiguousarray(values[:, 4:7])),
    )
    cycles = tuple(
        TrueCycle(rep["lift_start"], rep["lift_end"], rep["lower_start"], rep["lower_end"], sure=bool(rep["certain"]))
        for rep in entry.get("reps", [])
    )
    true_sets = {"set": 1, "negative": 0}.get(entry["kind"], len(entry.get("idle_windows", [])) + 1)
    return RealFile(entry["file"], entry["kind"], entry["true_reps"], true_sets, block, cycles)


def run_real(folder: Path) -> list[RealResult]:
    """The counter on every file of the folder."""
    return [RealResult(file, analyse(file.block)) for file in load(folder)]


def phase_errors(results: Sequence[RealResult]) -> dict[str, Errors | None]:
    """Got minus the magnetometer's, for boundaries and durations, on sure reps of set files only."""
    errors: dict[str, list[float]] = {name: [] for name in (*BOUNDARIES, *DURATIONS)}
    for result in results:
        if result.file.kind != "set":
            continue
        for true, rep in match(result.file.cycles, result.found.reps):
            for name in errors if true.sure else ():
                got = getattr(rep, name)
                if got is not None:
                    errors[name].append(got - getattr(true, name))
    return {name: Errors.of(values) for name, values in errors.items()}


def delays(results: Sequence[RealResult]) -> dict[Phase, Delays]:
    """How long after the magnetometer's instant each phase is told, once the counter is armed."""
    found = {f"{name}{tail}": Delays() for tail in ("", " (first 2)") for name in PHASES}
    for result in results:
        if result.file.kind == "set":
            events = [(event, event.detected_s) for event in result.found.events if isinstance(event, PhaseEvent)]
            early = {cycle.start_s for cycle in result.file.cycles[:ARMING_REPS]}
            phase_delays(found, result.file.cycles, early, events, _LEAD_S)
    return {phase: found[phase] for phase in PHASES}


def direction_right(results: Sequence[RealResult]) -> tuple[int, int]:
    """Set files in which most reps start where the truth lifts rather than where it lowers; and how many there are."""
    right = total = 0
    for result in results:
        starts = [rep.start_s for rep in result.found.reps if rep.start_s is not None]
        if result.file.kind != "set" or not starts:
            continue
        lifts = np.array([cycle.start_s for cycle in result.file.cycles])
        lowers = np.array([cycle.lower_start_s for cycle in result.file.cycles])
        nearer = [np.abs(lifts - start).min() <= np.abs(lowers - start).min() for start in starts]
        total += 1
        right += int(sum(nearer) > len(nearer) / 2)
    return right, total


def real_figures(results: Sequence[RealResult]) -> dict[str, Any]:
    """For JSON."""
    right, total = direction_right(results)
    return {
        "files": {
            kind: {
                "right": sum(result.right for result in results if result.file.kind == kind),
                "of": sum(result.file.kind == kind for result in results),
            }
            for kind in KINDS
        },
        "miscounted": {
            result.file.name: {"true": result.file.true_reps, "counted": result.counted}
            for result in results
            if not result.right
        },
        "direction": {"right": right, "of": total},
        "delays_s": {
            # what is told of nothing is not looked for here
            str(phase): {key: value for key, value in told.figures().items() if key not in {"unfounded", "taken_back"}}
            for phase, told in delays(results).items()
        },
        "errors_s": {name: errors and errors.as_dict() for name, errors in phase_errors(results).items()},
    }


def real_tables(results: Sequence[RealResult]) -> list[str]:
    """Counts, what was miscounted, and phase times."""
    counts = []
    for kind in KINDS:
        chosen = [result for result in results if result.file.kind == kind]
        sets_right = sum(len(result.found.sets) == result.file.true_sets for result in chosen)
        counts.append(
            (
                kind,
                share(sum(result.right for result in chosen), len(chosen)),
                share(sets_right, len(chosen)) if kind in {"set", "session", "negative"} else "-",
                str(sum(len(result.found.reps) for result in chosen)),
                str(sum(len(result.found.partials) for result in chosen)),
                str(sum(len(result.found.cut_offs) for result in chosen)),
                str(sum(result.file.true_reps for result in chosen)),
            )
        )
    header = ("files", "count right", "sets right", "reps", "partials", "cut off", "true")
    tables = [table("Real recordings: counts (mixed files count partial reps too)", header, counts)]
    wrong = [
        (
            result.file.name,
            str(result.file.true_reps),
            str(len(result.found.reps)),
            str(len(result.found.partials)),
            result.found.crash or "+".join(str(len(found.reps)) for found in result.found.sets) or "0",
        )
        for result in results
        if not result.right
    ]
    if wrong:
        tables.append(table("Real recordings miscounted", ("file", "true", "reps", "partials", "by set"), wrong))
    rows = [_error_row(name, errors) for name, errors in phase_errors(results).items()]
    right, total = direction_right(results)
    title = "Real phase times on sure reps of set files, s (the truth is where speed crosses 15 % of the stroke's peak)"
    columns = ("", "n", "bias (median)", "median |e|, bias off", "p90 |e|, bias off", "largest")
    tables.append(table(title, columns, rows) + f"Lift taken for lift in {share(right, total)} set files.\n")
    title = "Real, live: seconds from the magnetometer's instant until a phase was known, the first 2 left out"
    columns = ("", "given", "within 0.2 s", "median", "p90", "largest")
    tables.append(table(title, columns, [_delay_row(phase, told) for phase, told in delays(results).items()]))
    return tables


def _delay_row(phase: Phase, told: Delays) -> list[str]:
    figures = told.figures()
    shares = [share(int(figures.get(name, 0)), told.due) for name in ("given", "in_time")]
    return [phase, *shares, *(number(figures.get(name)) for name in ("median_s", "p90_s", "largest_s"))]


def _error_row(name: str, errors: Errors | None) -> list[str]:
    figures = (errors.median, errors.scatter, errors.scatter_p90, errors.largest) if errors else (None,) * 4
    label = name.removesuffix("_s").replace("_", " ")
    return [label, str(errors.count if errors else 0), *(number(figure) for figure in figures)]
