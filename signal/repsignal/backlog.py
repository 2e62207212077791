"""What came late because the link had stalled, as far as stamps of arrival tell it from what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.types import FloatArray

MOST_WAITING: Final = 2048  # samples
# Those that waited come at less than half their spacing: so many, which are more than jitter brings so near together;
# and then they gain some of it in so many seconds, until the delay is made good.
_CROWD, _CROWDED = 5, 0.5
_GAIN, _GAIN_S = 0.25, 0.3
_IN_TIME: Final = 0.5  # of a period


@dataclass(frozen=True, slots=True)
class Backlog:
    """So many samples ``waited`` as the first of them did; those that are absent would have taken ``absent_s``."""

    waited: int
    absent_s: float


def find_backlog(
    stamps: FloatArray, late_s: float, period_s: float, tolerance_s: float, *, final: bool
) -> Backlog | None:
    """What the next (N,) stamps, s, tell of the first, which is late by so much; ``None`` where more are to be seen.

    ``tolerance_s`` is how late a sample may usually be. Those of a packet of the usual size share a stamp and have not
    waited. No more than ``MOST_WAITING`` stamps are looked at; ``final`` says that no others follow.
    """
    crowd = ceil(max(_CROWD, 2.0 * tolerance_s / period_s))
    head = _lateness(stamps[: crowd + 1], late_s, period_s)
    by_the_one = tolerance_s < period_s  # no packets that share a stamp
    unseen = crowd + 1 - head.shape[0]
    limit_s = late_s - _CROWDED * crowd * period_s
    if by_the_one:
        if (made_good := _first(head < _IN_TIME * period_s)) is not None:
            if unseen and not final:
                return None
            if np.median(head[made_good:]) < _IN_TIME * period_s:  # one alone may be by its jitter
                return Backlog(made_good, head.item(made_good))
        limit_s = max(limit_s, _IN_TIME * period_s)
    if head.item(-1) - unseen * period_s > limit_s:
        return Backlog(0, late_s)
    if unseen:
        return Backlog(0, late_s) if final else None
    late = _lateness(stamps[:MOST_WAITING], late_s, period_s)
    span = max(crowd, round(_GAIN_S / period_s))
    ebbed = _first(late[span:] > late[:-span] - _GAIN * span * period_s)
    seen = late if ebbed is None else late[: ebbed + span + 1]
    made_good = _first(seen < _IN_TIME * period_s)
    if made_good is None and ebbed is None and not final and late.shape[0] < MOST_WAITING:
        return None
    last = int(np.argmin(seen)) if made_good is None else made_good
    return Backlog(last, seen.item(last))


def _lateness(stamps: FloatArray, first_s: float, period_s: float) -> FloatArray:
    """Of (N,) stamps against even ones of which the first is late by so much; one that steps back came at once."""
    late = np.full(stamps.shape[0], first_s)
    late[1:] += np.cumsum(np.maximum(stamps[1:] - stamps[:-1], 0.0) - period_s)
    return late


def _first(which: NDArray[np.bool_]) -> int | None:
    """Where (N,) holds first."""
    if not which.shape[0]:
        return None
    index = int(which.argmax())
    return index if which[index] else None
