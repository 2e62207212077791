"""Whether a set has begun: the last minutes, looked through every second, over spans of several lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from repsignal import judge
from repsignal.activity import is_noise, walks
from repsignal.chains import MIN_RANGE_DEG
from repsignal.extremes import along, repeated_ranges
from repsignal.judge import Guess, SetDraft
from repsignal.params import CounterParams
from repsignal.store import TickStore

CHECK_S: Final = 1.0  # how often it is looked
_DRIFT_EVERY: Final = 10  # looks: how often it is seen whether the angle drifts
_MOVED_DEG: Final = (
    0.6  # within half a second: the least range there is, 4°, in 6 s, slower than anybody is told to lift
)
_DOUBTFUL, _SURE_REPS = -0.25, 4
_CALM_SHARE: Final = 0.35
_PATIENCE: Final = 3  # looks: how often one who never rests is looked at
_WALK_S: Final = 4.0  # of the newest, that tell a walk
_RECENT_S, _STROKE_S = 2.0, 0.5  # whether the limb comes to rest: how long it is looked at, and the time it moves in


@dataclass(frozen=True, slots=True)
class _Span:
    """How far back is looked: the axis is taken from ``axis_s``, reps about it are looked for in ``search_s``.

    Only at each ``every``-th look, where there are more than ``least_s``; if not ``moving``, then even while the limb
    rests.
    """

    axis_s: float
    search_s: float
    every: int
    least_s: float = 0.0
    moving: bool = True


# Three reps with long holds fit into the longest; in it they are to be seen while the limb is at rest as well.
_SPANS: Final = (
    _Span(12.0, 60.0, 1),
    _Span(40.0, 120.0, _PATIENCE),
    _Span(240.0, 240.0, 9, least_s=60.0, moving=False),
)
SEARCH_S: Final = max(span.search_s for span in _SPANS)


def unjudged() -> list[int]:
    """What :class:`Search` keeps, before it has seen anything: the newest turn that was judged, in each span."""
    return [-1] * len(_SPANS)


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for sets among the ticks of a store, which are ``tick_s`` apart."""

    store: TickStore
    tick_s: float
    params: CounterParams

    def look(self, judged: list[int], begin: int, now: int) -> tuple[SetDraft, int] | None:
        """A set that has just begun between two ticks, and the tick that its own are counted from.

        ``judged`` is kept from look to look (see :func:`unjudged`).
        """
        looks = now // max(1, round(CHECK_S / self.tick_s))
        if looks % _DRIFT_EVERY == 0:
            self.store.find_drift(now)
        moved = self._has_moved(begin, now, looks)
        for number, span in enumerate(_SPANS):
            if looks % span.every or (now - begin) * self.tick_s <= span.least_s or (span.moving and not moved):
                continue
            axis_from, search_from = (max(begin, now - round(s / self.tick_s)) for s in (span.axis_s, span.search_s))
            draft, judged[number] = self._draft(search_from, now, axis_from, judged[number])
            if draft is not None:
                return draft, search_from
        return None

    def _has_moved(self, begin: int, now: int, looks: int) -> bool:
        """Whether a stroke is over: the limb has come to rest. One who never rests is looked at now and then."""
        recent = self.store.path_deg(max(begin, now - round(_RECENT_S / self.tick_s)), now)
        lag = max(1, round(_STROKE_S / self.tick_s))
        if len(recent) <= lag:
            return False
        turned = np.abs(recent[lag:] - recent[:-lag])
        most, latest = float(turned.max()), max(turned[-1].tolist())
        return most >= _MOVED_DEG and (latest <= _CALM_SHARE * most or looks % _PATIENCE == 0)

    def _draft(self, begin: int, now: int, axis_from: int, judged: int) -> tuple[SetDraft | None, int]:
        """A set about the axis of what has moved since ``axis_from``, and the newest turn that was judged now.

        Nothing where the limb has not turned since the last time.
        """
        axis = self.store.swing_axis(axis_from, now)
        angle = along(self.store.path_deg(axis_from, now), axis)
        if is_noise(angle, self.tick_s):
            return None, judged
        scales, newest = repeated_ranges(angle, MIN_RANGE_DEG)
        if not scales or axis_from + newest <= judged:
            return None, judged
        if walks(self.store.window(max(begin, now - round(_WALK_S / self.tick_s)), now)):
            return None, judged  # later, when it is over: every stride is another turn to judge
        ticks = self.store.window(begin, now)
        guesses = [Guess(axis)]
        drafts = judge.find_sets(ticks, self.tick_s, self.params, guesses=guesses, scales_deg=scales, over=False)
        # where the pivot objects, the recording may have begun within a rep: the other sense is then one rep behind
        doubtful = bool(drafts) and drafts[0].direction < _DOUBTFUL and len(drafts[0].full) < _SURE_REPS
        return (None if doubtful or not drafts else drafts[0]), axis_from + newest
