"""The cycles of a set as reports show them: in order, and by name."""

from __future__ import annotations

import math

from repclip.wording import counted
from repsignal import CutOffRep, Cycle, PartialRep, SetEnd

__all__ = ["begin_s", "end_s", "in_order", "is_full", "name_of", "set_title"]


def in_order(one: SetEnd) -> list[Cycle]:
    """Full, partial and cut-off reps as they came."""
    return sorted((*one.reps, *one.partials, *one.cut_offs), key=begin_s)


def begin_s(cycle: Cycle) -> float:
    """The first boundary that is known; infinite where none is."""
    return min(_known(cycle), default=math.inf)


def end_s(cycle: Cycle) -> float:
    """The last boundary that is known; minus infinite where none is."""
    return max(_known(cycle), default=-math.inf)


def is_full(cycle: Cycle) -> bool:
    """Whether it counts."""
    return not isinstance(cycle, PartialRep | CutOffRep)


def name_of(cycle: Cycle) -> str:
    """``7``, ``p1`` for a partial rep, ``c1`` for one that was cut off."""
    if isinstance(cycle, PartialRep):
        return f"p{cycle.index}"
    return f"c{cycle.index}" if isinstance(cycle, CutOffRep) else str(cycle.index)


def set_title(one: SetEnd) -> str:
    """``Set 2: 10 reps, 1 partial, 1 cut off``."""
    words = [counted(len(one.reps), "rep")]
    if one.partials:
        words.append(f"{len(one.partials)} partial")
    if one.cut_offs:
        words.append(f"{len(one.cut_offs)} cut off")
    return f"Set {one.index}: {', '.join(words)}"


def _known(cycle: Cycle) -> list[float]:
    stamps = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
    return [stamp for stamp in stamps if stamp is not None]
