"""What the board of `repclip.testing.messages` says, for tests of what is made of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from repclip import wire
from repclip.testing.messages import STATUS

SECOND = 1_000_000_000
STARTED = wire.Answer(0, wire.CommandKind.START, 1, wire.Result.OK, wire.Started(0, 0))


def samples(index: int, count: int = 10, *, resent: bool = False) -> wire.Samples:
    return wire.Samples(index * 10_000, index, 0, np.zeros((count, 6), dtype=np.int16), False, resent)


def status(uptime_s: int, *, sent: int = 30) -> wire.Status:
    """Of a board that has taken 100 samples, and sent so many."""
    flags = wire.StatusFlag.STREAM_HERE
    return replace(STATUS, uptime_s=uptime_s, next_index=100, held=100, backlog=100 - sent, flags=flags)
