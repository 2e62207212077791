"""What no sensor gives, and what came before, is taken out of samples as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.types import GRAVITY_M_S2, FloatArray, ImuBlock

_RECENT: Final = 2048  # samples: about as many as our boards keep for when the link is back, and more than any packet
# from one sample to the next and back again: no limb, knock or clip does that
_JUMP: Final = np.array([20.0 * GRAVITY_M_S2] * 3 + [15.0] * 3)
_BACK_SHARE: Final = 0.2
# beyond the largest full scales in use, 32 g and 4000 °/s; stamps up to where floats still tell microseconds apart
_MOST: Final = np.array([1e10] + [40.0 * GRAVITY_M_S2] * 3 + [100.0] * 3)
_MIXED: Final = np.sqrt(np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0]))[:, None]  # so that sums of values hardly agree

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class SieveState:
    """``resent`` samples came a second time, stamp and all; ``impossible`` ones had values that no sensor gives."""

    resent: int = 0
    impossible: int = 0
    recent: FloatArray = field(default_factory=lambda: np.zeros((7, 2 * _RECENT)))  # as they came, the newest last
    recent_end: int = 0  # so many of these columns are in use
    newest_s: float = -np.inf  # no recent stamp is later
    before: FloatArray = field(default_factory=lambda: np.empty((7, 0)))  # what a spike is seen against, and of it
    passed: int = 0  # so many went on already


class Sieve:
    """``feed(block)`` and ``flush()`` give columns (7, N) as they came: time, specific force, angular rate.

    Each row of what they give lies in one piece: how sums are rounded must not depend on what was taken out.
    """

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
        if all_within(samples, _MOST):
            return samples
        possible = (np.abs(samples) <= _MOST[:, None]).all(axis=0)
        self.state.impossible += int(samples.shape[1] - possible.sum())
        return np.compress(possible, samples, axis=1)

    def _without_resent(self, samples: FloatArray) -> FloatArray:
        if not samples.shape[1]:
            return samples
        stamps = samples[0]
        if stamps.item(0) > self.state.newest_s and bool((stamps[1:] > stamps[:-1]).all()):
            self._remember(samples)
            self.state.newest_s = stamps.item(-1)
            return samples
        again = self._seen_before(samples)
        self._remember(samples)
        self.state.newest_s = float(self._recent()[0].max())
        if not again.any():
            return samples
        self.state.resent += int(again.sum())
        return np.compress(~again, samples, axis=1)

    def _recent(self) -> FloatArray:
        return self.state.recent[:, max(0, self.state.recent_end - _RECENT) : self.state.recent_end]

    def _remember(self, samples: FloatArray) -> None:
        state, newest = self.state, samples[:, -_RECENT:]
        count = newest.shape[1]
        if state.recent_end + count > 2 * _RECENT:
            kept = self._recent().copy()
            state.recent_end = kept.shape[1]
            state.recent[:, : state.recent_end] = kept
        state.recent[:, state.recent_end : state.recent_end + count] = newest
        state.recent_end += count

    def _seen_before(self, samples: FloatArray) -> Mask:
        """Which of (7, N) are the same in everything as one of the ``_RECENT`` before.

        Of samples that share a stamp with all between them, as those of a packet may, only neighbours are: a sensor at
        rest says the same again and again.
        """
        recent, stamps = self._recent(), samples[0]
        known = recent.shape[1]
        near = np.flatnonzero((recent[0] >= stamps.min()) & (recent[0] <= stamps.max()))
        rows = np.concatenate((recent[:, near], samples), axis=1)
        number = np.append(near, np.arange(known, known + samples.shape[1], dtype=np.intp))
        whole = np.concatenate((recent[0], stamps))
        stamp = np.append(0, np.cumsum(whole[1:] != whole[:-1]))[number]  # those side by side are one
        order = np.lexsort(((_MIXED * rows[1:]).sum(axis=0), rows[0]))  # equal ones together, as they came
        earlier, later = order[:-1], order[1:]
        apart = number[later] - number[earlier]
        again = np.zeros(len(order), np.bool_)
        again[later] = (
            (rows[:, later] == rows[:, earlier]).all(axis=0)
            & (apart <= _RECENT)
            & ((apart == 1) | (stamp[later] != stamp[earlier]))
        )
        return again[len(near) :]

    def _without_spikes(self, samples: FloatArray, *, final: bool) -> FloatArray:
        """(7, N) but for single ones far away from both their neighbours: a bit went wrong on the way."""
        state = self.state
        whole = appended(state.before, samples)
        count = whole.shape[1]
        first = state.passed
        last = count if final else max(count - 1, first)
        state.before = whole[:, max(last - 1, 0) :].copy()
        state.passed = last - max(last - 1, 0)
        if all_within(whole[1:], 0.5 * _JUMP):
            return whole[:, first:last]
        steps = whole[1:, 1:] - whole[1:, :-1]
        jump = _JUMP[:, None]
        large = np.abs(steps) > jump
        back = large[:, 1:] & large[:, :-1] & (np.abs(steps[:, 1:] + steps[:, :-1]) < _BACK_SHARE * jump)
        keep = np.ones(count, np.bool_)
        keep[1:-1] = ~back.any(axis=0)
        state.impossible += int((~keep).sum())
        return np.compress(keep[first:last], whole[:, first:last], axis=1)


def appended(before: FloatArray, after: FloatArray) -> FloatArray:
    """Samples (7, N) after those left over, (7, M)."""
    return np.concatenate((before, after), axis=1) if before.shape[1] else after


def all_within(values: FloatArray, most: FloatArray) -> bool:
    """Whether (K, N) values are at most as large as their row's limit (K,); not-a-numbers are not."""
    return values.shape[1] == 0 or bool((np.abs(values).max(axis=1) <= most).all())
