"""Blocks of samples → what happened in them, as one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from repsignal import AngleTrace, CounterParams, Cycle, Event, Hole, ImuBlock, LiftDirection, RepCounter, SetEnd

__all__ = ["AnalysisReport", "Summary", "analyze"]

C = TypeVar("C", bound=Cycle)


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals over all sets."""

    reps: int
    partials: int
    sets: int


@dataclass(frozen=True, slots=True)
class AnalysisReport:
    """The sets of a recording; all times are seconds from its first sample.

    ``exercise`` is an id. ``sample_rate_hz`` is measured, None where there are too few samples for that.
    ``gaps`` are the stretches without samples. ``notes`` are remarks for the user, whole sentences.
    """

    exercise: str
    sample_rate_hz: float | None
    duration_s: float
    samples: int
    sets: tuple[SetEnd, ...]
    gaps: tuple[Hole, ...]
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> Summary:
        """Totals."""
        return Summary(
            reps=sum(len(one.reps) for one in self.sets),
            partials=sum(len(one.partials) for one in self.sets),
            sets=len(self.sets),
        )


def analyze(
    blocks: Iterable[ImuBlock], *, exercise: str = "generic", lift_direction: LiftDirection = LiftDirection.AUTO
) -> AnalysisReport:
    """Count and time the reps in consecutive blocks.

    Memory does not grow with the recording, only with the sets that are found. Whatever ``blocks`` raises passes.
    """
    counter = RepCounter(CounterParams(lift_direction=lift_direction))
    first_s: float | None = None
    last_s = 0.0
    samples = 0
    sets: list[SetEnd] = []
    gaps: list[Hole] = []

    def collect(events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, SetEnd):
                sets.append(event)
            elif isinstance(event, Hole):
                gaps.append(event)

    for block in blocks:
        stamps = block.time_s[np.isfinite(block.time_s)]
        if len(stamps):
            first_s = float(stamps[0]) if first_s is None else first_s
            last_s = float(stamps[-1])
        samples += len(block)
        collect(counter.feed(block))
    collect(counter.flush())

    origin_s = first_s or 0.0
    return AnalysisReport(
        exercise=exercise,
        sample_rate_hz=counter.rate_hz,
        duration_s=max(0.0, last_s - origin_s) if first_s is not None else 0.0,
        samples=samples,
        sets=tuple(_shifted_set(one, origin_s) for one in sets),
        gaps=tuple(replace(gap, start_s=gap.start_s - origin_s, end_s=gap.end_s - origin_s) for gap in gaps),
    )


def _shifted_set(one: SetEnd, origin_s: float) -> SetEnd:
    return replace(
        one,
        start_s=one.start_s - origin_s,
        end_s=one.end_s - origin_s,
        reps=tuple(_shifted(rep, origin_s) for rep in one.reps),
        partials=tuple(_shifted(partial, origin_s) for partial in one.partials),
        cut_offs=tuple(_shifted(cut_off, origin_s) for cut_off in one.cut_offs),
        trace=AngleTrace(one.trace.time_s - origin_s, one.trace.angle_deg),
        detected_s=one.detected_s - origin_s,
    )


def _shifted(cycle: C, origin_s: float) -> C:
    def moved(time_s: float | None) -> float | None:
        return None if time_s is None else time_s - origin_s

    return replace(
        cycle,
        start_s=moved(cycle.start_s),
        top_s=moved(cycle.top_s),
        lower_start_s=moved(cycle.lower_start_s),
        end_s=moved(cycle.end_s),
    )
