"""How well repsignal counts and times: ``python tests/bench/accuracy.py [--seeds 1-12] [--data FOLDER] [--json OUT]``.

Prints tables and the goals, met or not, and exits with 0 either way. Simulated figures are simulated; real ones need a
folder of recordings that are not in this repository. The same seeds on the same machine give the same figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from baselines import COUNTERS, Signals, prepare, tuned
from goals import latency_goals, real_goals, simulated_goals
from latency import latency_case, latency_figures, latency_tables, measure
from real_data import RealResult, real_figures, real_tables, run_real
from repsignal.synth import ScenarioKind
from simulated import SimResult, run_case, sim_figures, sim_tables, simulated_case
from tables import Goal, goals_table, table

KINDS = (
    ScenarioKind.CLEAN,
    ScenarioKind.VARIED,
    ScenarioKind.TIRED,
    ScenarioKind.CUT,
    ScenarioKind.FAULTS,
    ScenarioKind.SESSION,
)
WITHOUT_REPS = (
    ScenarioKind.WALKING,
    ScenarioKind.IDLE,
    ScenarioKind.SETTLING,
    ScenarioKind.STRETCHING,
    ScenarioKind.OTHER_LEG,
)
LIVE_KINDS = (ScenarioKind.CLEAN, ScenarioKind.VARIED, ScenarioKind.FAULTS)
DEFAULT_SEEDS = tuple(range(1, 13))  # 72 recordings with reps, 60 without


def parse_seeds(text: str) -> tuple[int, ...]:
    """``3``, ``1-12`` or ``1,4,20-29``."""
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        try:
            seeds += range(int(first), int(last if dash else first) + 1)
        except ValueError:
            raise argparse.ArgumentTypeError(f"seeds are numbers and ranges such as 1,4,20-29, not {text!r}") from None
    if not seeds:
        raise argparse.ArgumentTypeError(f"{text!r} holds no seed")
    return tuple(seeds)


def run_simulated(
    seeds: Sequence[int], kinds: Sequence[ScenarioKind] = KINDS, without: Sequence[ScenarioKind] = WITHOUT_REPS
) -> tuple[list[SimResult], list[SimResult]]:
    """One recording of each kind for each seed, with reps and without."""
    return (
        [run_case(simulated_case(seed, kind)) for kind in kinds for seed in seeds],
        [run_case(simulated_case(seed, kind)) for kind in without for seed in seeds],
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One recording for the comparison: which group it belongs to, its true count, whether ours was right."""

    group: str
    signals: Signals
    true: int
    ours: bool


def compared(results: Sequence[SimResult], real: Sequence[RealResult]) -> list[Compared]:
    """All recordings of this run, simulated by kind, real by kind."""
    return [
        *(
            Compared(f"sim. {result.case.kind}", prepare(result.case.block), result.case.true_reps, result.right)
            for result in results
        ),
        *(
            Compared(f"real {result.file.kind}", prepare(result.file.block), result.file.true_reps, result.right)
            for result in real
        ),
    ]


def comparison(recordings: Sequence[Compared]) -> tuple[str, dict[str, Any]]:
    """The usual peak counters on the very recordings that were counted before."""
    groups = list(dict.fromkeys(one.group for one in recordings))
    counters = {name: [counter(one.signals) for one in recordings] for name, counter in COUNTERS.items()}
    rows: list[list[str]] = []
    figures: dict[str, Any] = {}
    for group in [*groups, "all"]:
        chosen = [index for index, one in enumerate(recordings) if group in (one.group, "all")]
        best = tuned([(recordings[index].signals, recordings[index].true) for index in chosen])
        right: dict[str, int] = {"repclip": sum(recordings[index].ours for index in chosen)}
        within: dict[str, int] = {}
        for name, counts in counters.items():
            errors = [abs(counts[index] - recordings[index].true) for index in chosen]
            right[name] = sum(error == 0 for error in errors)
            within[name] = sum(error <= 1 for error in errors)
        right["best settings"] = best.exact
        rows.append([group, str(len(chosen)), *map(str, right.values()), *map(str, within.values())])
        figures[group] = {"of": len(chosen), "right": right, "within_1": within, "best": asdict(best)}
    header = ["", "of", "repclip", *COUNTERS, "best settings*", *(f"{name} ±1" for name in COUNTERS)]
    title = "Recordings counted exactly right (last columns: within 1), against the usual peak counters"
    note = "* signal, low-pass, prominence and distance chosen with hindsight to get the most of each line right\n"
    return table(title, header, rows) + note, figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for and print it."""
    parser = argparse.ArgumentParser(description="Accuracy of repsignal, simulated and real.")
    parser.add_argument("--seeds", type=parse_seeds, default=DEFAULT_SEEDS, help="such as 1-12 or 1,4,20-29")
    parser.add_argument("--data", type=Path, help="folder of real recordings with an index.json")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args(arguments)
    started = time.perf_counter()

    results, idle = run_simulated(options.seeds)
    print(f"Simulated recordings, seeds {', '.join(map(str, options.seeds))}\n")
    print("\n".join(sim_tables(results, idle)))
    delays, soonest = measure([latency_case(seed, kind) for kind in LIVE_KINDS for seed in options.seeds])
    print("\n".join(latency_tables(delays, soonest)))
    figures: dict[str, Any] = {
        "seeds": options.seeds,
        "simulated": sim_figures(results, idle),
        "latency": latency_figures(delays, soonest),
    }
    goals: list[Goal] = [*simulated_goals(results, idle), *latency_goals(delays)]

    real: list[RealResult] = []
    if options.data is None:
        print("Real recordings: skipped, no --data FOLDER was given.\n")
    elif not (options.data / "index.json").is_file():
        print(f"Real recordings: skipped, there is no {options.data / 'index.json'}.\n")
    else:
        real = run_real(options.data)
        print("\n".join(real_tables(real)))
        figures["real"] = real_figures(real)
    goals += real_goals(real)

    text, figures["comparison"] = comparison(compared([*results, *idle], real))
    print(text)
    print(goals_table(goals))
    figures["goals"] = [asdict(goal) for goal in goals]
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"Took {time.perf_counter() - started:.0f} s. The goals of speed are in tests/bench/speed.py.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
