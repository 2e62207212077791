"""How long after it happened the live counter says so: simulated sets at 100 Hz in blocks of 10."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from repsignal import CounterParams, ImuBlock, Phase, PhaseEvent, RepCounter, RepEvent
from repsignal.synth import ScenarioKind, random_scenario
from scoring import TrueCycle, match
from simulated import Case, case_of
from tables import number, share, table

__all__ = ["Delays", "latency_case", "latency_figures", "latency_tables", "measure"]

RATE_HZ = 100.0
BLOCK = 10
ARMING_REPS = 2  # the counter may arm itself only once it sees a set begin: these are shown apart
_REACH_S = 0.75  # an event further from the true onset than this speaks of something else
_TOO_SHORT_S = 0.2  # a hold or pause shorter than this need not be noticed live

PHASES = (Phase.LIFT, Phase.HOLD, Phase.LOWER, Phase.PAUSE)


@dataclass(slots=True)
class Delays:
    """Seconds from what happened to ``detected_s``; ``handed_s`` to the end of the block it came out with."""

    detected_s: list[float] = field(default_factory=list)
    handed_s: list[float] = field(default_factory=list)
    due: int = 0
    unfounded: int = 0

    def figures(self) -> dict[str, float | int]:
        """For JSON."""
        given: dict[str, float | int] = {"due": self.due, "given": len(self.detected_s), "unfounded": self.unfounded}
        if not self.detected_s:
            return given
        delays = np.asarray(self.detected_s)
        return {
            **given,
            "median_s": float(np.median(delays)),
            "p90_s": float(np.quantile(delays, 0.9)),
            "p95_s": float(np.quantile(delays, 0.95)),
            "largest_s": float(delays.max()),
            "handed_p95_s": float(np.quantile(self.handed_s, 0.95)),
        }


def latency_case(seed: int, kind: ScenarioKind) -> Case:
    """The random scenario of this seed, its sensor at 100 Hz and the rest of the sensor in proportion."""
    scenario = random_scenario(seed, kind)
    sensor = scenario.sensor
    ratio = RATE_HZ / sensor.rate_hz
    sensor = replace(
        sensor,
        rate_hz=RATE_HZ,
        bandwidth_hz=None if sensor.bandwidth_hz is None else sensor.bandwidth_hz * ratio,
        jitter_s=sensor.jitter_s / ratio,
        packet_samples=max(1, round(sensor.packet_samples * ratio)),
    )
    return case_of(replace(scenario, sensor=sensor), seed, kind)


def _live(case: Case) -> tuple[list[tuple[RepEvent, float]], list[tuple[PhaseEvent, float]]]:
    """Events with the newest time that had been fed when they came out."""
    counter = RepCounter(CounterParams(lift_direction=case.lift))
    block = case.block
    reps: list[tuple[RepEvent, float]] = []
    phases: list[tuple[PhaseEvent, float]] = []
    for first in range(0, len(block), BLOCK):
        part = slice(first, first + BLOCK)
        newest_s = float(np.nanmax(block.time_s[part]))
        try:
            events = counter.feed(ImuBlock(block.time_s[part], block.acc[part], block.gyr[part]))
        except Exception as error:  # noqa: BLE001 -- costs the rest of this recording, not the run
            print(f"Live, {case.name}: {type(error).__name__}: {error}", file=sys.stderr)
            break
        for event in events:
            if isinstance(event, RepEvent):
                reps.append((event, newest_s))
            elif isinstance(event, PhaseEvent):
                phases.append((event, newest_s))
    return reps, phases


def measure(cases: Sequence[Case]) -> dict[str, Delays]:
    """By name: ``rep`` and the four phases, each once for armed and once, marked ``first``, for a set's first reps."""
    delays = {f"{name}{tail}": Delays() for tail in ("", " (first 2)") for name in ("rep", *PHASES)}
    for case in cases:
        reps, phases = _live(case)
        for one in case.sets:
            cycles = sorted((*one.reps, *one.partials), key=lambda cycle: cycle.start_s)
            early = {cycle.start_s for cycle in cycles[:ARMING_REPS]}
            _rep_delays(delays, one.reps, early, reps)
            _phase_delays(delays, cycles, early, phases)
        # What is left over was said and not true; it is booked with the armed ones.
        delays["rep"].unfounded += len(reps)
        for event, _ in phases:
            delays[event.phase].unfounded += not _founded(case, event)
    return delays


def _rep_delays(
    delays: dict[str, Delays], true: Sequence[TrueCycle], early: set[float], said: list[tuple[RepEvent, float]]
) -> None:
    by_rep = {id(event.rep): (event, handed_s) for event, handed_s in said}
    matched = {cycle.start_s: by_rep[id(rep)] for cycle, rep in match(true, [event.rep for event, _ in said])}
    for cycle in true:
        into = delays["rep (first 2)" if cycle.start_s in early else "rep"]
        into.due += 1
        if cycle.start_s in matched:
            event, handed_s = matched[cycle.start_s]
            into.detected_s.append(event.detected_s - cycle.end_s)
            into.handed_s.append(handed_s - cycle.end_s)
            said.remove((event, handed_s))


def _onsets(cycle: TrueCycle, following: TrueCycle | None) -> dict[Phase, float]:
    """When the phases of a cycle begin, but for those too short to be noticed."""
    onsets = {Phase.LIFT: cycle.start_s, Phase.HOLD: cycle.top_s, Phase.LOWER: cycle.lower_start_s}
    if cycle.hold_s < _TOO_SHORT_S:
        del onsets[Phase.HOLD]
    if following is None or following.start_s - cycle.end_s >= _TOO_SHORT_S:
        onsets[Phase.PAUSE] = cycle.end_s
    return onsets


def _phase_delays(
    delays: dict[str, Delays],
    cycles: Sequence[TrueCycle],
    early: set[float],
    said: list[tuple[PhaseEvent, float]],
) -> None:
    for cycle, following in zip(cycles, [*cycles[1:], None], strict=True):
        for phase, onset_s in _onsets(cycle, following).items():
            into = delays[f"{phase} (first 2)" if cycle.start_s in early else phase]
            into.due += 1
            near = [
                (event, handed_s)
                for event, handed_s in said
                if event.phase is phase and abs(event.start_s - onset_s) <= _REACH_S
            ]
            if near:
                chosen = min(near, key=lambda one: abs(one[0].start_s - onset_s))
                into.detected_s.append(chosen[0].detected_s - onset_s)
                into.handed_s.append(chosen[1] - onset_s)
                said.remove(chosen)


def _founded(case: Case, event: PhaseEvent) -> bool:
    """Whether a phase event that matched nothing due is at least near an onset of its kind, a short hold's say."""
    return any(
        abs(event.start_s - onset_s) <= _REACH_S
        for one in case.sets
        for cycle in (*one.reps, *one.partials)
        for phase, onset_s in zip(PHASES, (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s), strict=True)
        if phase is event.phase
    )


def latency_figures(delays: dict[str, Delays]) -> dict[str, Any]:
    """For JSON."""
    return {name: one.figures() for name, one in delays.items()}


def latency_tables(delays: dict[str, Delays]) -> list[str]:
    """Both distributions, armed and at a set's start."""
    rows = []
    for name, one in delays.items():
        figures = one.figures()
        columns = ("median_s", "p90_s", "p95_s", "largest_s", "handed_p95_s")
        cells = [number(figures.get(column)) for column in columns]
        rows.append((name, share(len(one.detected_s), one.due), str(one.unfounded), *cells))
    header = ("", "given", "unfounded", "median", "p90", "p95", "largest", "p95 with the block")
    return [table("Live, 100 Hz in blocks of 10: seconds from what happened until it was known", header, rows)]
