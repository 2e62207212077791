"""A cycle as blocks in a row: its phases, and what is not known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from repclip.report.cycles import begin_s, end_s, is_full
from repclip.session.statistics import phase_s
from repsignal import CutOffRep, Cycle, CycleFlag, PartialRep, Phase, SetEnd

__all__ = ["OPEN_S", "Block", "blocks"]

OPEN_S: Final = 0.8  # how wide a block is drawn whose length nobody knows


@dataclass(frozen=True, slots=True)
class Block:
    """Phases from ``start_s`` after the cycle's beginning.

    ``known`` is a single phase with a duration. Without one the block is hatched; then ``seconds`` is what all of
    ``phases`` took together, and None where not even that is known.
    """

    phases: tuple[Phase, ...]
    start_s: float
    seconds: float | None
    known: bool

    @property
    def end_s(self) -> float:
        """Where it is drawn to."""
        return self.start_s + (OPEN_S if self.seconds is None else self.seconds)


def blocks(cycle: Cycle, one: SetEnd) -> list[Block]:
    """The blocks of a cycle of a set, from left to right; a partial rep is one."""
    if isinstance(cycle, PartialRep):
        span_s = end_s(cycle) - begin_s(cycle)
        return [Block(cycle.phases[:3], 0.0, span_s if span_s > 0.0 else None, known=False)]
    made: list[Block] = []
    at_s = 0.0
    for run, known in _runs(cycle, _phases(cycle, one)):
        seconds = phase_s(cycle, run[0]) if known else _together(cycle, run, one)
        made.append(Block(run, at_s, seconds, known))
        at_s = made[-1].end_s
    return made


def _phases(cycle: Cycle, one: SetEnd) -> Sequence[Phase]:
    """Without a pause where there is none to be known: nothing follows in this set."""
    paused = cycle.pause_s is not None or (is_full(cycle) and _next_s(cycle, one) is not None)
    phases = cycle.phases if paused else cycle.phases[:3]
    if isinstance(cycle, CutOffRep) and CycleFlag.CUT_OFF_END in cycle.flags:
        last = max((at for at, phase in enumerate(phases) if phase_s(cycle, phase) is not None), default=-1)
        return phases[: last + 2]  # what went on when the recording ended; what was still to come is not unknown
    if isinstance(cycle, CutOffRep) and CycleFlag.CUT_OFF_START in cycle.flags:
        first = min((at for at, phase in enumerate(phases) if phase_s(cycle, phase) is not None), default=1)
        return phases[max(0, first - 1) :]
    return phases


def _runs(cycle: Cycle, phases: Sequence[Phase]) -> Iterator[tuple[tuple[Phase, ...], bool]]:
    """Each phase that has a duration; those between that have none, together."""
    unknown: list[Phase] = []
    for phase in phases:
        if phase_s(cycle, phase) is None:
            unknown.append(phase)
            continue
        if unknown:
            yield tuple(unknown), False
            unknown = []
        yield (phase,), True
    if unknown:
        yield tuple(unknown), False


def _together(cycle: Cycle, run: Sequence[Phase], one: SetEnd) -> float | None:
    bounds = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s, _next_s(cycle, one))
    order = cycle.phases
    begin, end = bounds[order.index(run[0])], bounds[order.index(run[-1]) + 1]
    return None if begin is None or end is None else end - begin


def _next_s(cycle: Cycle, one: SetEnd) -> float | None:
    """When the next rep of the set began, where there is one."""
    later = [rep.start_s for rep in one.reps if rep.start_s is not None and rep.start_s > begin_s(cycle)]
    return min(later, default=None)
