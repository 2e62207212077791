"""Every sample a host got, compared with what the model of the sensor made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from repclip import wire

ODD, INVERSE = 40503, 30599  # those of models/sources.py
MODULUS = 32768


def numbers(raw: NDArray[np.int16]) -> tuple[NDArray[np.int64], int]:
    """(N,) which sample of the model each is, modulo 32768; and how many are none."""
    words = raw.view(np.uint16).astype(np.int64)
    index = words[:, 0] * INVERSE % 65536 // 2 * 10923 % MODULUS
    made = (index[:, None] * 6 + np.arange(6)) * ODD % 65536
    return index, int((made != words).any(axis=1).sum())


@dataclass
class Count:
    """What came."""

    received: int = 0
    missing: int = 0  # never came and was not told
    told: int = 0  # lost for good, and told
    disordered: int = 0
    wrong: int = 0
    twice: int = 0
    slipped: int = 0  # indices that are off where samples were lost, against the model's own count
    where: dict[int, int] = field(default_factory=dict[int, int])  # index -> number of the model

    @property
    def faultless(self) -> bool:
        return not (self.missing or self.disordered or self.wrong or self.twice)


def count(messages: Iterable[wire.Message], first: int | None = None) -> Count:
    """Of one configuration; ``first`` is the index from which none may be missing."""
    found = Count()
    next_live: int | None = None
    told: set[int] = set()
    for message in messages:
        if isinstance(message, wire.Overrun):
            told.update(range(message.index, message.index + message.lost))
        if isinstance(message, wire.Samples | wire.Overrun) and not message.resent:
            if next_live is not None and message.index < next_live:
                found.disordered += 1
            length = message.lost if isinstance(message, wire.Overrun) else len(message)
            next_live = message.index + length
        if isinstance(message, wire.Samples):
            made, wrong = numbers(message.raw)
            found.wrong += wrong
            found.received += len(made)
            for k, number in enumerate(made.tolist()):
                at = message.index + k
                if at in found.where:
                    found.twice += 1
                    found.wrong += found.where[at] != number
                found.where[at] = number
    indices = np.array(sorted(found.where))
    if not len(indices):
        return found
    begin = int(indices[0]) if first is None else first
    absent = set(range(begin, int(indices[-1]))) - found.where.keys()
    found.missing = len(absent - told)
    found.told = len(absent & told)
    # The index runs as the model's own count does.
    offset = (np.array([found.where[at] for at in indices.tolist()]) - indices) % MODULUS
    changes = (np.diff(offset) + MODULUS // 2) % MODULUS - MODULUS // 2
    gaps = np.diff(indices) > 1
    found.wrong += int(np.count_nonzero(changes[~gaps]))
    found.slipped = int(np.abs(changes[gaps]).sum())
    return found


def gaps(where: dict[int, int], begin: int, end: int) -> list[tuple[int, int]]:
    """(first, count) of what is missing in [begin, end)."""
    found: list[tuple[int, int]] = []
    for at in range(begin, end):
        if at in where:
            continue
        if found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((at, 1))
    return found
