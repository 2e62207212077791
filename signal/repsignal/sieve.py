"""What no sensor gives, and what it has given before, is taken out of samples as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.types import GRAVITY_M_S2, FloatArray, ImuBlock

_RECENT: Final = 512  # samples: a packet that is sent again follows within so many
# from one sample to the next and back again: no limb, knock or clip does that
_JUMP: Final = np.array([20.0 * GRAVITY_M_S2] * 3 + [15.0] * 3)
_BACK_SHARE: Final = 0.2
# beyond the largest full scales in use, 32 g and 4000 °/s; stamps up to where floats still tell microseconds apart
_MOST: Final = np.array([1e10] + [40.0 * GRAVITY_M_S2] * 3 + [100.0] * 3)

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class SieveState:
    """``resent`` samples came a second time, stamp and all; ``impossible`` ones had values that no sensor gives."""

    resent: int = 0
    impossible: int = 0
    recent: FloatArray = field(default_factory=lambda: np.empty((7, 0)))  # as they came, the newest last
    newest_s: float = -np.inf  # the latest stamp of these
    before: FloatArray = field(default_factory=lambda: np.empty((7, 0)))  # what a spike is seen against, and of it
    passed: int = 0  # so many went on already


class Sieve:
    """``feed(block)`` and ``flush()`` give columns (7, N) as they came: time, specific force, angular rate."""

    def __init__(self, state: SieveState) -> None:
        self.state = state

    def feed(self, block: ImuBlock) -> FloatArray:
        """Take samples in any cut; the newest waits for the next, which tells whether it is a spike."""
        return self._without_spikes(self._without_resent(self._possible(block)), final=False)

    def flush(self) -> FloatArray:
        """Nothing follows."""
        return self._without_spikes(np.empty((7, 0)), final=True)

    def _possible(self, block: ImuBlock) -> FloatArray:
        samples = np.empty((7, len(block)))
        samples[0], samples[1:4], samples[4:] = block.time_s, block.acc.T, block.gyr.T
        if within(samples, _MOST):
            return samples
        possible = (np.abs(samples) <= _MOST[:, None]).all(axis=0)
        self.state.impossible += int(samples.shape[1] - possible.sum())
        return samples[:, possible]

    def _without_resent(self, samples: FloatArray) -> FloatArray:
        state = self.state
        count = samples.shape[1]
        if not count:
            return samples
        stamps, recent = samples[0], state.recent
        newer = stamps.item(0) > state.newest_s and bool((stamps[1:] > stamps[:-1]).all())
        kept = recent[:, max(0, recent.shape[1] + count - _RECENT) :]
        state.recent = np.concatenate((kept, samples[:, -_RECENT:]), axis=1)
        if newer:
            state.newest_s = stamps.item(-1)
            return samples
        state.newest_s = float(state.recent[0].max())
        again = _seen_before(joined(recent, samples))[recent.shape[1] :]
        state.resent += int(again.sum())
        return samples[:, ~again]

    def _without_spikes(self, samples: FloatArray, *, final: bool) -> FloatArray:
        """(7, N) but for single ones far away from both their neighbours: a bit went wrong on the way."""
        state = self.state
        whole = joined(state.before, samples)
        count = whole.shape[1]
        first = state.passed
        last = count if final else max(count - 1, first)
        state.before = whole[:, max(last - 1, 0) :].copy()
        state.passed = last - max(last - 1, 0)
        if within(whole[1:], 0.5 * _JUMP):
            return whole[:, first:last]
        steps = whole[1:, 1:] - whole[1:, :-1]
        jump = _JUMP[:, None]
        large = np.abs(steps) > jump
        back = large[:, 1:] & large[:, :-1] & (np.abs(steps[:, 1:] + steps[:, :-1]) < _BACK_SHARE * jump)
        keep = np.ones(count, np.bool_)
        keep[1:-1] = ~back.any(axis=0)
        state.impossible += int((~keep).sum())
        return whole[:, first:last][:, keep[first:last]]


def _seen_before(samples: FloatArray) -> Mask:
    """Which of (7, N) are the same in everything as one of the ``_RECENT`` before."""
    stamps = samples[0]
    again = np.zeros(stamps.shape[0], np.bool_)
    order = np.argsort(stamps, kind="stable")
    shared = stamps[order[1:]] == stamps[order[:-1]]
    some = np.zeros(stamps.shape[0], np.bool_)
    some[order[1:][shared]] = some[order[:-1][shared]] = True
    index = np.flatnonzero(some)
    if not index.size:
        return again
    rows = samples[:, index]
    order = np.lexsort((index, *rows))  # equal ones side by side, in the order they came
    equal = (rows[:, order[1:]] == rows[:, order[:-1]]).all(axis=0)
    near = index[order[1:]] - index[order[:-1]] <= _RECENT
    again[index[order[1:]][equal & near]] = True
    return again


def joined(before: FloatArray, after: FloatArray) -> FloatArray:
    """Samples (7, N) after those left over, (7, M)."""
    return np.concatenate((before, after), axis=1) if before.shape[1] else after


def within(values: FloatArray, most: FloatArray) -> bool:
    """Whether (K, N) values are at most as large as their row's limit (K,); not-a-numbers are not."""
    return values.shape[1] == 0 or bool((np.abs(values).max(axis=1) <= most).all())
