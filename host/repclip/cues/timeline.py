"""Cues that are planned, and how seconds are counted down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Final

from repclip.cues.types import Cue, CueKind
from repclip.session.tempo import PhaseTarget
from repsignal import Phase

__all__ = ["Timeline", "aim_s", "countdown", "ticks"]

_SAID_S: Final = (60, 30, 10, 3, 2, 1)
_AS_FAST_AS_POSSIBLE_S: Final = 1.0  # to lead someone, it has to take some time
_ROUNDING_S: Final = 1e-9


class Timeline:
    """Cues to come, in the order of their times, which may never end."""

    def __init__(self, cues: Iterable[Cue] = ()) -> None:
        self._cues = iter(cues)
        self._next = next(self._cues, None)

    @property
    def goes_on(self) -> bool:
        """Whether there is another."""
        return self._next is not None

    def until(self, time_s: float) -> Iterator[Cue]:
        """Those due by then; they are not given again."""
        while self._next is not None and self._next.time_s <= time_s:
            yield self._next
            self._next = next(self._cues, None)


def aim_s(target: PhaseTarget | None) -> float:
    """How long somebody is led through a phase: in the middle of a range one may be off to either side."""
    if target is None:
        return 0.0
    return _AS_FAST_AS_POSSIBLE_S if target.max_s is None else (target.min_s + target.max_s) / 2


def ticks(phase: Phase, start_s: float, length_s: float, *, last: int) -> Iterator[Cue]:
    """Whole seconds before a phase is over, down to ``last``; none as it begins, where a tone is."""
    for left in range(ceil(length_s - _ROUNDING_S) - 1, last - 1, -1):
        text = str(left) if left else "long enough"
        yield Cue(start_s + length_s - left, CueKind.TICK, text, phase, left)


def countdown(kind: CueKind, now_s: float, end_s: float, *, over: str = "") -> Iterator[Cue]:
    """So many seconds are left; at the end ``over`` is said, where there is something to say."""
    for left in _SAID_S:
        if end_s - left >= now_s:
            yield Cue(end_s - left, kind, f"{left} seconds" if left >= 10 else str(left), number=left)
    if over:
        yield Cue(end_s, kind, over, number=0)
