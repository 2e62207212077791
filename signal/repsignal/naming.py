"""Phases by their names where a rep begins with the lowering.

The counter knows only a first stroke and one back. In most exercises the first is the lift; in a Nordic curl, or a
squat, it is the lowering.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeVar

from repsignal.types import Cycle, Event, PartialRepEvent, Phase, PhaseEvent, RepEvent, SetEnd

C = TypeVar("C", bound=Cycle)

_OTHER: Final = {Phase.LIFT: Phase.LOWER, Phase.LOWER: Phase.LIFT}


def named(events: list[Event], first: Phase) -> list[Event]:
    """The same events of an exercise that begins with this stroke."""
    return events if first is Phase.LIFT else [*map(_lowering_first, events)]


def _lowering_first(event: Event) -> Event:
    match event:
        case PhaseEvent():
            return replace(event, phase=_OTHER.get(event.phase, event.phase))
        case RepEvent():
            return replace(event, rep=_renamed(event.rep))
        case PartialRepEvent():
            return replace(event, partial=_renamed(event.partial))
        case SetEnd():
            return replace(
                event,
                reps=tuple(map(_renamed, event.reps)),
                partials=tuple(map(_renamed, event.partials)),
                cut_offs=tuple(map(_renamed, event.cut_offs)),
            )
        case _:
            return event


def _renamed(cycle: C) -> C:
    return replace(cycle, lift_s=cycle.lower_s, lower_s=cycle.lift_s, first_phase=Phase.LOWER)
