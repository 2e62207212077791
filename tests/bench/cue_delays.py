"""How soon after it happened a cue is given: simulated people, a device in memory, a line without delay.

What remains is the detection, the wait until a frame is full (ten samples), the work of the host, and how often it is
looked for what is due. Radio and loudspeaker are left out. Time is that of the simulated world; to it is added what
the host's work took.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from latency import ARMING_REPS, PHASES
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CueSettings
from repclip.cues.types import Cue, CueKind
from repclip.engine.outputs import Counted
from repclip.engine.pipeline import Pipeline
from repclip.session.exercise import find_exercise
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.virtual_link import LinkPlan, VirtualLink
from repclip.wire import Framing
from repsignal import CounterParams, PhaseEvent, RepEvent
from repsignal.synth import ScenarioKind, SensorModel, random_scenario
from simulated import Case, case_of
from tables import number, share, table

__all__ = ["GOAL_S", "CueDelays", "cue_delays", "cue_tables"]

GOAL_S = 0.25
RATE_HZ = 100.0
LOOKED_S = 0.0207  # a little over what the live view sleeps before it looks for what is due
KINDS = (ScenarioKind.CLEAN, ScenarioKind.VARIED)
REACH_S = (-0.3, 1.0)  # of an onset: a cue outside speaks of something else
TOO_SHORT_S = 0.2  # a hold or pause shorter than this need not be noticed


@dataclass
class CueDelays:
    """Seconds until a cue: from when it truly was, from when it was as measured, and from when that was known."""

    true_s: list[float] = field(default_factory=list)
    measured_s: list[float] = field(default_factory=list)
    known_s: list[float] = field(default_factory=list)
    due: int = 0
    unfounded: int = 0


@dataclass(frozen=True)
class Given:
    """A cue, and in seconds of the world: when it was given, what it is of as measured, when it was due."""

    cue: Cue
    at_s: float
    measured_s: float
    due_s: float


def cue_delays(seeds: Iterable[int]) -> dict[str, CueDelays]:
    """Tones by phase, counts, ticks; a set's first reps, in which there is nothing to be heard, left out."""
    delays = {name: CueDelays() for name in (*PHASES, "count", "tick")}
    for seed in seeds:
        for kind in KINDS:
            sensor = SensorModel(rate_hz=RATE_HZ, gyr_noise_dps=0.05, acc_noise_mg=4.0)
            case = case_of(replace(random_scenario(seed, kind), sensor=sensor), seed, kind)
            _book(delays, case, _given(case))
    return delays


def _given(case: Case) -> list[Given]:
    """All cues of a set that is followed."""
    raw = DeviceFigures().counts(case.block)
    device = SimulatedDevice(raw, ble=False)
    link = VirtualLink(device, LinkPlan(delay_s=0.0), framing=Framing.SERIAL)
    link.run(len(raw) / RATE_HZ)
    begun_s = device._boot.begun_s or 0.0
    offset_s = begun_s + 1 / RATE_HZ  # of the first sample, in the world

    exercise = replace(find_exercise("prone-thigh-extension-ball"), reps=None)  # or the last is told as a set, no count
    engine = CueEngine(exercise, CueSettings())
    pipeline = Pipeline(CounterParams(lift_direction=case.lift))
    given: list[Given] = []
    looked_s = 0.0
    for chunk in link.chunks:
        arrival_s = chunk.arrival_ns * 1e-9
        while looked_s < arrival_s:
            now_s = pipeline.session_s(round(looked_s * 1e9))
            due = [] if now_s is None else engine.at(now_s)
            given += [Given(cue, looked_s, cue.time_s + offset_s, cue.time_s + offset_s) for cue in due]
            looked_s += LOOKED_S
        begin = time.perf_counter()
        for output in pipeline.feed(chunk):
            cues = engine.take(output)
            at_s = arrival_s + time.perf_counter() - begin
            measured_s = _measured_s(output.event) if isinstance(output, Counted) else None
            for cue in cues:
                of_s = cue.time_s if cue.kind is CueKind.TICK or measured_s is None else measured_s
                given.append(Given(cue, at_s, of_s + offset_s, cue.time_s + offset_s))
    return given


def _measured_s(event: object) -> float | None:
    match event:
        case PhaseEvent(start_s=start_s):
            return start_s
        case RepEvent(rep=rep):
            return rep.end_s
        case _:
            return None


def _book(delays: dict[str, CueDelays], case: Case, given: Sequence[Given]) -> None:
    for one in given:
        if one.cue.kind is CueKind.TICK:
            _take(delays["tick"], one, one.due_s)
            delays["tick"].due += 1
    tones = [one for one in given if one.cue.kind is CueKind.PHASE]
    counts = [one for one in given if one.cue.kind is CueKind.COUNT]
    for one_set in case.sets:
        cycles = sorted((*one_set.reps, *one_set.partials), key=lambda cycle: cycle.start_s)
        for number_, (cycle, following) in enumerate(zip(cycles, [*cycles[1:], None], strict=True)):
            into = number_ >= ARMING_REPS
            onsets = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
            for phase, onset_s in zip(PHASES, onsets, strict=True):
                until_s = {PHASES[1]: cycle.lower_start_s, PHASES[3]: following.start_s if following else np.inf}.get(
                    phase
                )
                same = [one for one in tones if one.cue.phase is phase]
                if until_s is None or until_s - onset_s >= TOO_SHORT_S:
                    _match(delays[phase] if into else None, onset_s, same, tones)
                else:
                    _match(None, onset_s, same, tones)
            if not cycle.partial:
                _match(delays["count"] if into else None, cycle.end_s, counts, counts)
    for one in (*tones, *counts):
        delays["count" if one.cue.phase is None else one.cue.phase].unfounded += 1


def _match(into: CueDelays | None, onset_s: float, same: Sequence[Given], left: list[Given]) -> None:
    """Take the nearest out of those that are left; it is booked where ``into`` says."""
    near = [one for one in same if one in left and REACH_S[0] <= one.at_s - onset_s <= REACH_S[1]]
    nearest = min(near, key=lambda one: abs(one.at_s - onset_s), default=None)
    if nearest is not None:
        left.remove(nearest)
    if into is not None:
        into.due += 1
        if nearest is not None:
            _take(into, nearest, onset_s)


def _take(into: CueDelays, one: Given, true_s: float) -> None:
    into.true_s.append(one.at_s - true_s)
    into.measured_s.append(one.at_s - one.measured_s)
    into.known_s.append(one.at_s - one.due_s)


def cue_tables(delays: dict[str, CueDelays]) -> list[str]:
    """The distributions, and whether the goal is reached."""
    rows = []
    for name, one in delays.items():
        if one.true_s:
            quantiles = [
                number(float(np.quantile(delays_s, at)))
                for delays_s, ats in (
                    (one.true_s, (0.5, 0.95, 1.0)),
                    (one.measured_s, (0.5, 0.95)),
                    (one.known_s, (0.95,)),
                )
                for at in ats
            ]
            rows.append((name, share(len(one.true_s), one.due), str(one.unfounded), *quantiles))
    header = ("cue", "given", "unfounded", "median", "95 %", "largest", "as measured", "95 %", "known: 95 %")
    title = "Seconds until a cue, radio and loudspeaker excluded: from when it truly was, was as measured, was known"
    every = [delays[phase] for phase in PHASES]
    spans = [
        float(np.quantile(np.concatenate(seconds), 0.95))
        for seconds in (
            [one.true_s for one in every],
            [one.measured_s for one in every],
            [one.known_s for one in every],
        )
    ]
    together = (
        f"All phases together, 95 % within {spans[0]:.2f} s of when they truly began, {spans[1]:.2f} s of when they\n"
        f"began as measured, {spans[2]:.2f} s of when that was known; the goal is {GOAL_S} s.\n"
    )
    return [table(title, header, rows), together]
