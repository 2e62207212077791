"""How fast repsignal is and how much memory it takes: ``python tests/bench/speed.py [--hours 24] [--json OUT]``.

Times are process times (CPU, user and system) on one core (``OMP_NUM_THREADS=1``), medians of several runs; the
fastest run, which other work on the machine has disturbed least, and the slowest are shown beside. Goals are held
against medians. The recording is a simulated session at 100 Hz, repeated with the clock running on.
"""

from __future__ import annotations

import os

# Before numpy is loaded: all work on one core, so that process time is what one core has to bear.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import cProfile
import json
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from latency import latency_case
from repsignal import CounterParams, ImuBlock, RepCounter
from repsignal.synth import ScenarioKind
from tables import Goal, goals_table, number, table

RATE_HZ = 100.0
SAMPLES = 500_000
LIVE_SAMPLES = 60_000  # ten minutes
LIVE_BLOCK = 10
STREAM_BLOCK = 100  # a second at a time
SESSION_SEED = 1
MEBI = 2**20

Measured = TypeVar("Measured")

_BATCH_GOAL = 500_000.0
_LIVE_GOAL_PERCENT = 1.0
_MEMORY_GOAL_MB = 200.0
_WHOLE_DAY_H = 23.9  # whole sessions do not fill it exactly
_PATIENCE_S = 30.0
_FLAT_MB = 20.0  # growth from the first quarter of the recording to its end that still counts as flat


def session() -> ImuBlock:
    """A simulated session at 100 Hz, without faults."""
    return latency_case(SESSION_SEED, ScenarioKind.SESSION).block


def loud_noise() -> ImuBlock:
    """What a broken sensor may say: as much motion as can be, and none of it a limb's."""
    rng = np.random.default_rng(SESSION_SEED)
    acc, gyr = 10.0 * rng.normal(size=(SAMPLES, 3)), 2.0 * rng.normal(size=(SAMPLES, 3))
    return ImuBlock(np.arange(SAMPLES) / RATE_HZ, acc, gyr)


def _shifted(block: ImuBlock, turn: int) -> ImuBlock:
    """The block as played for the ``turn``-th time, its clock running on."""
    period_s = float(block.time_s[-1] - block.time_s[0]) + 1.0 / RATE_HZ
    return ImuBlock(block.time_s + turn * period_s, block.acc, block.gyr)


def tiled(block: ImuBlock, samples: int) -> ImuBlock:
    """The block again and again until there are ``samples``."""
    turns = [_shifted(block, turn) for turn in range(-(-samples // len(block)))]
    return ImuBlock(
        np.concatenate([turn.time_s for turn in turns])[:samples],
        np.concatenate([turn.acc for turn in turns])[:samples],
        np.concatenate([turn.gyr for turn in turns])[:samples],
    )


def _parts(block: ImuBlock, size: int) -> Iterator[ImuBlock]:
    for first in range(0, len(block), size):
        part = slice(first, first + size)
        yield ImuBlock(block.time_s[part], block.acc[part], block.gyr[part])


def batch_seconds(block: ImuBlock) -> float:
    """Process time for the recording fed at once, as ``repclip analyze`` has it counted."""
    counter = RepCounter(CounterParams(live=False))
    started = time.process_time()
    counter.feed(block)
    counter.flush()
    return time.process_time() - started


def live_seconds(block: ImuBlock) -> tuple[float, float]:
    """Process time for the recording in blocks of 10; and the longest single feed, by the wall clock."""
    counter = RepCounter()
    longest = 0.0
    started = time.process_time()
    for part in _parts(block, LIVE_BLOCK):
        begun = time.perf_counter()
        counter.feed(part)
        longest = max(longest, time.perf_counter() - begun)
    counter.flush()
    return time.process_time() - started, longest


def resident_mb() -> float | None:
    """Memory the process holds now; ``None`` where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBI


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident megabytes: before the counter was made, after each quarter of the recording, and the most of all."""

    hours: float
    before: float
    quarters: tuple[float, ...]
    peak: float
    process_s: float

    @property
    def growth(self) -> float:
        """From the end of the first quarter to the end."""
        return self.quarters[-1] - self.quarters[0]


def stream_memory(block: ImuBlock, hours: float) -> Memory | None:
    """A long recording a second at a time, made as it goes; ``None`` where memory cannot be read."""
    before = resident_mb()
    if before is None:
        return None
    counter = RepCounter(CounterParams())
    turns = max(4, round(hours * 3600.0 * RATE_HZ / len(block)))
    due = [turns * quarter // 4 for quarter in (1, 2, 3, 4)]
    quarters: list[float] = []
    peak = before
    started = time.process_time()
    for turn in range(turns):
        for part in _parts(_shifted(block, turn), STREAM_BLOCK):
            counter.feed(part)
        now = resident_mb() or 0.0
        peak = max(peak, now)
        if turn + 1 in due:
            quarters.append(now)
    counter.flush()
    return Memory(
        hours=turns * len(block) / RATE_HZ / 3600.0,
        before=before,
        quarters=tuple(quarters),
        peak=max(peak, resident_mb() or 0.0),
        process_s=time.process_time() - started,
    )


def stage_shares(block: ImuBlock, size: int, *, live: bool) -> list[tuple[str, float]]:
    """Share of time by module of repsignal, what it calls in other packages included; under a profiler, so roughly."""
    profile = cProfile.Profile()
    counter = RepCounter(CounterParams(live=live))
    profile.enable()
    for part in _parts(block, size):
        counter.feed(part)
    counter.flush()
    profile.disable()
    spent: dict[str, float] = {}
    # the stubs leave out `stats`, which the module's own documentation names
    for (path, _, _), (_, _, own_s, _, callers) in vars(pstats.Stats(profile))["stats"].items():
        if _is_ours(path):
            spent[Path(path).stem] = spent.get(Path(path).stem, 0.0) + own_s
            continue
        for (caller_path, _, _), (_, _, _, inside_s) in callers.items():
            if _is_ours(caller_path):
                spent[Path(caller_path).stem] = spent.get(Path(caller_path).stem, 0.0) + inside_s
    whole = sum(spent.values()) or 1.0
    return sorted(((name, seconds / whole) for name, seconds in spent.items()), key=lambda item: -item[1])


def _is_ours(path: str) -> bool:
    return "repsignal" in Path(path).parts


def _runs(measure: Callable[[], Measured], most: int) -> list[Measured]:
    """``most`` runs, fewer once they have taken half a minute."""
    started = time.perf_counter()
    results = [measure()]
    while len(results) < most and time.perf_counter() - started < _PATIENCE_S:
        results.append(measure())
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Speed and memory of repsignal.")
    parser.add_argument("--hours", type=float, default=24.0, help="length of the streamed recording; 0 leaves it out")
    parser.add_argument("--runs", type=int, default=5, help="of which the median is given")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args(arguments)

    base = session()
    # Memory first: what the other measurements have held would hide what this one takes.
    memory = stream_memory(base, options.hours) if options.hours > 0.0 else None
    print(_memory_text(memory, options.hours))
    whole = tiled(base, SAMPLES)
    batch = _runs(lambda: batch_seconds(whole), options.runs)
    rate = len(whole) / statistics.median(batch)
    noise_s = batch_seconds(loud_noise())
    part = tiled(base, LIVE_SAMPLES)
    live = _runs(lambda: live_seconds(part), options.runs)
    percent = 100.0 * statistics.median(seconds for seconds, _ in live) / (len(part) / RATE_HZ)
    longest_ms = 1000.0 * statistics.median(longest for _, longest in live)
    rows = [
        (
            f"{len(whole)} samples at once, samples a second",
            *(f"{len(whole) / seconds:,.0f}" for seconds in (statistics.median(batch), min(batch), max(batch))),
        ),
        (f"{SAMPLES} samples of loud noise at once, samples a second", f"{SAMPLES / noise_s:,.0f}", "-", "-"),
        ("live in blocks of 10 at 100 Hz, % of a core", number(percent), "-", "-"),
        ("longest single feed of 10, ms", number(longest_ms, 1), "-", "-"),
    ]
    print(
        table(
            f"Simulated session, process time, median of {len(batch)} and {len(live)} runs",
            ("", "median", "fastest", "slowest"),
            rows,
        )
    )
    shares = {
        "at once": stage_shares(part, len(part), live=False),
        "in blocks of 10": stage_shares(part, LIVE_BLOCK, live=True),
    }
    for how, items in shares.items():
        print(f"Stages, {how}: " + ", ".join(f"{name} {share:.0%}" for name, share in items if share >= 0.005) + "\n")

    goals = _goals(rate, percent, memory)
    print(goals_table(goals))
    if options.json is not None:
        figures: dict[str, Any] = {
            "samples_per_s": rate,
            "samples_per_s_fastest": len(whole) / min(batch),
            "live_percent_of_core": percent,
            "noise_samples_per_s": SAMPLES / noise_s,
            "longest_feed_ms": longest_ms,
            "stages": {how: dict(items) for how, items in shares.items()},
            "memory_mb": asdict(memory) if memory else None,
            "goals": [asdict(goal) for goal in goals],
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def _memory_text(memory: Memory | None, hours: float) -> str:
    if memory is None:
        return "Memory: left out.\n" if hours <= 0.0 else "Memory: not measured, this system has no /proc/self/statm.\n"
    names = ("before", "1st quarter", "2nd", "3rd", "end", "peak", "growth")
    values = (memory.before, *memory.quarters, memory.peak, memory.growth)
    title = f"Resident memory over {memory.hours:.1f} h streamed a second at a time, MB ({memory.process_s:.0f} s)"
    return table(title, names, [[number(value, 1) for value in values]])


def _goals(rate: float, percent: float, memory: Memory | None) -> list[Goal]:
    got = f"{memory.peak:.0f}, {memory.growth:+.1f} MB over {memory.hours:.1f} h" if memory else "-"
    met = memory.peak < _MEMORY_GOAL_MB and memory.growth < _FLAT_MB if memory else None
    if met and memory and memory.hours < _WHOLE_DAY_H:
        met = None  # less than a day can break the goal, not reach it
    return [
        Goal("whole analysis at 100 Hz, samples a second", f"{_BATCH_GOAL:,.0f}", f"{rate:,.0f}", rate >= _BATCH_GOAL),
        Goal(
            "live in blocks of 10, % of a core at 100 Hz",
            f"under {_LIVE_GOAL_PERCENT:.0f}",
            number(percent, 2),
            percent < _LIVE_GOAL_PERCENT,
        ),
        Goal("memory, streamed for 24 h, MB", f"under {_MEMORY_GOAL_MB:.0f}, flat", got, met),
    ]


if __name__ == "__main__":
    sys.exit(main())
