"""How long after it happened the live counter says so: simulated sets at 100 Hz in blocks of 10.

What is told of a phase that does not begin then is as bad as what is told late, so both are counted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np

from bound import Bound, bounds
from repsignal import CounterParams, Event, ImuBlock, Phase, PhaseEvent, RepCounter, RepEvent, SetEnd
from repsignal.synth import ScenarioKind, random_scenario
from scoring import TrueCycle, match
from simulated import Case, case_of
from tables import number, share, table

__all__ = ["Delays", "latency_case", "latency_figures", "latency_tables", "measure", "phase_delays"]

RATE_HZ = 100.0
BLOCK = 10
ARMING_REPS = 2  # the counter may arm itself only once it sees a set begin: these are shown apart
_SOONEST_S = {Phase.LIFT: -0.12, Phase.HOLD: -0.6, Phase.LOWER: -0.12, Phase.PAUSE: -0.6}
_LATEST_S = 1.2  # told sooner or later than these after the true onset, it speaks of something else
_IN_TIME_S = 0.2
_TOO_SHORT_S = 0.2  # a hold or pause shorter than this need not be noticed live

PHASES = (Phase.LIFT, Phase.HOLD, Phase.LOWER, Phase.PAUSE)
_BACK = {(Phase.LOWER, Phase.HOLD), (Phase.LIFT, Phase.PAUSE)}
_LENGTHS_S = (0.0, 0.8, 1.2, 2.0, 3.0, np.inf)  # of strokes, for the table by length


@dataclass(slots=True)
class Delays:
    """Seconds from what happened to ``detected_s``; ``handed_s`` to the end of the block it came out with.

    ``off_s`` is how far the onset told was from the true one; ``strokes`` are the length of each stroke due and its
    delay (infinite where it was not told). ``taken_back`` counts lowerings told that were held on, and such lifts.
    """

    detected_s: list[float] = field(default_factory=list)
    handed_s: list[float] = field(default_factory=list)
    off_s: list[float] = field(default_factory=list)
    strokes: list[tuple[float, float]] = field(default_factory=list)
    due: int = 0
    unfounded: int = 0
    taken_back: int = 0

    def figures(self) -> dict[str, float | int]:
        """For JSON."""
        given: dict[str, float | int] = {
            "due": self.due,
            "given": len(self.detected_s),
            "unfounded": self.unfounded,
            "taken_back": self.taken_back,
        }
        if not self.detected_s:
            return given
        delays = np.asarray(self.detected_s)
        onsets = {"onset_median_abs_s": float(np.median(np.abs(self.off_s)))} if self.off_s else {}
        return {
            **given,
            **onsets,
            "in_time": int(np.count_nonzero(delays <= _IN_TIME_S)),
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


@dataclass(frozen=True, slots=True)
class Live:
    """What came out of a case, each with the newest time that had been fed."""

    reps: list[tuple[RepEvent, float]]
    phases: list[tuple[PhaseEvent, float]]
    sets: list[SetEnd]


def _live(case: Case) -> Live:
    counter = RepCounter(CounterParams(lift_direction=case.lift))
    block = case.block
    live = Live([], [], [])
    said: list[tuple[Event, float]] = []
    newest_s = 0.0
    try:
        for first in range(0, len(block), BLOCK):
            part = slice(first, first + BLOCK)
            newest_s = float(np.nanmax(block.time_s[part]))
            events = counter.feed(ImuBlock(block.time_s[part], block.acc[part], block.gyr[part]))
            said += [(event, newest_s) for event in events]
        said += [(event, newest_s) for event in counter.flush()]
    except Exception as error:  # noqa: BLE001 -- costs the rest of this recording, not the run
        print(f"Live, {case.name}: {type(error).__name__}: {error}", file=sys.stderr)
    for event, handed_s in said:
        if isinstance(event, RepEvent):
            live.reps.append((event, handed_s))
        elif isinstance(event, PhaseEvent):
            live.phases.append((event, handed_s))
        elif isinstance(event, SetEnd):
            live.sets.append(event)
    return live


def measure(cases: Sequence[Case]) -> tuple[dict[str, Delays], list[Bound]]:
    """By name: ``rep`` and the four phases, each once for armed and once, marked ``first``, for a set's first reps.

    And of each set, how soon its strokes could be known.
    """
    delays = {f"{name}{tail}": Delays() for tail in ("", " (first 2)") for name in ("rep", *PHASES)}
    soonest: list[Bound] = []
    for case in cases:
        live = _live(case)
        for (one, _), (following, _) in pairwise(live.phases):
            delays[one.phase].taken_back += (one.phase, following.phase) in _BACK
        for one_set in case.sets:
            cycles = sorted((*one_set.reps, *one_set.partials), key=lambda cycle: cycle.start_s)
            early = {cycle.start_s for cycle in cycles[:ARMING_REPS]}
            _rep_delays(delays, one_set.reps, early, live.reps)
            phase_delays(delays, cycles, early, live.phases)
            same = [one for one in live.sets if one.start_s < one_set.end_s and one.end_s > one_set.start_s]
            soonest += bounds(one_set, same[0]) if same else []
        # What is left over was said and not true; it is booked with the armed ones.
        delays["rep"].unfounded += len(live.reps)
        for event, _ in live.phases:
            delays[event.phase].unfounded += not _founded(case, event)
    return delays, soonest


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


def phase_delays(
    delays: dict[str, Delays],
    cycles: Sequence[TrueCycle],
    early: set[float],
    said: list[tuple[PhaseEvent, float]],
    lead_s: float = 0.0,
) -> None:
    """Book what was said of the phases of a set's cycles, ``early`` ones apart; what is booked leaves ``said``.

    Lifts and lowerings may truly have begun ``lead_s`` before the instants of the cycles.
    """
    for cycle, following in zip(cycles, [*cycles[1:], None], strict=True):
        for phase, onset_s in _onsets(cycle, following).items() if cycle.sure else ():
            into = delays[f"{phase} (first 2)" if cycle.start_s in early else phase]
            into.due += 1
            near = [said_one for said_one in said if _speaks_of(said_one[0], phase, onset_s, lead_s)]
            delay_s = np.inf
            if near:
                event, handed_s = min(near, key=lambda one: abs(one[0].detected_s - onset_s))
                delay_s = event.detected_s - onset_s
                into.detected_s.append(delay_s)
                into.handed_s.append(handed_s - onset_s)
                into.off_s.append(event.start_s - onset_s)
                said.remove((event, handed_s))
            if phase in (Phase.LIFT, Phase.LOWER):
                into.strokes.append((cycle.lift_s if phase is Phase.LIFT else cycle.lower_s, delay_s))


def _speaks_of(event: PhaseEvent, phase: Phase, onset_s: float, lead_s: float = 0.0) -> bool:
    soonest_s = _SOONEST_S[phase] - (lead_s if phase in (Phase.LIFT, Phase.LOWER) else 0.0)
    return event.phase is phase and soonest_s <= event.detected_s - onset_s <= _LATEST_S


def _founded(case: Case, event: PhaseEvent) -> bool:
    """Whether a phase event that matched nothing due is at least near an onset of its kind, a short hold's say."""
    return any(
        _speaks_of(event, phase, onset_s)
        for one in case.sets
        for cycle in (*one.reps, *one.partials)
        for phase, onset_s in zip(PHASES, (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s), strict=True)
    )


def latency_figures(delays: dict[str, Delays], soonest: Sequence[Bound]) -> dict[str, Any]:
    """For JSON."""
    return {**{name: one.figures() for name, one in delays.items()}, "soonest": [asdict(one) for one in soonest]}


def latency_tables(delays: dict[str, Delays], soonest: Sequence[Bound]) -> list[str]:
    """Both distributions, armed and at a set's start; and the armed ones by the length of the stroke."""
    rows = []
    for name, one in delays.items():
        figures = one.figures()
        columns = ("median_s", "p90_s", "p95_s", "largest_s", "handed_p95_s", "onset_median_abs_s")
        cells = [number(figures.get(column)) for column in columns]
        told = [share(len(one.detected_s), one.due), share(int(figures.get("in_time", 0)), one.due)]
        rows.append((name, *told, str(one.unfounded), str(one.taken_back), *cells))
    header = ("", "given", "within 0.2 s", "unfounded", "taken back", "median", "p90", "p95", "largest")
    title = "Live, 100 Hz in blocks of 10: seconds from what happened until it was known"
    return [
        table(title, (*header, "p95 with the block", "median error of the onset told"), rows),
        _by_length(delays, soonest),
    ]


def _by_length(delays: dict[str, Delays], soonest: Sequence[Bound]) -> str:
    rows = []
    for phase in (Phase.LIFT, Phase.LOWER):
        for low_s, high_s in pairwise(_LENGTHS_S):
            late = np.array([delay_s for length_s, delay_s in delays[phase].strokes if low_s <= length_s < high_s])
            sets = [one for one in soonest if one.phase is phase and low_s <= one.stroke_s < high_s]
            if not len(late):
                continue
            ideal = np.array([one.soonest_s for one in sets])
            rows.append(
                (
                    f"{phase} of {low_s:g}-{high_s:g} s",
                    share(int(np.count_nonzero(late <= _IN_TIME_S)), len(late)),
                    number(float(np.median(late))),
                    str(len(sets)),
                    number(_median([one.turned_deg for one in sets])),
                    number(_median([one.unrest_deg for one in sets])),
                    number(_median([one.soonest_s for one in sets])),
                    share(int(np.count_nonzero(ideal <= _IN_TIME_S)), len(sets)) if sets else "-",
                )
            )
    header = ("", "told within 0.2 s", "median delay", "sets", "turn in 0.2 s, °", "unrest over 0.2 s, °")
    title = "Live, strokes by length; and what the best detector could do, given the noise of each set (see bound.py)"
    return table(title, (*header, "soonest", "sets in which 0.2 s can do"), rows)


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None
