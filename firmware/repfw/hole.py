"""Samples that are missing. Loaded for the moment."""

import struct

from micropython import const

_NONE = const(-1)
_PLACES = const(2048)
_MASK = const(2047)
_HOLDS = const(2040)

# Words of the ring's book
_WORD_NEXT = const(0)
_WORD_HELD = const(1)


def resume(sampler, count):
    """The first samples after a hole: as many are missing as there was time for, without these."""
    period = sampler.period_us
    lost = max(sampler.age // period - count, 1)
    sampler.age = max(sampler.age - (lost + count) * period, 0)
    lose(sampler.ring, lost, sampler.hole)
    sampler.hole = _NONE
    sampler.overruns += 1
    sampler.lost += lost
    # What was lost is counted by the period, so the period is not fitted across it.
    sampler.span_us = sampler.span_samples = 0
    sampler.ring.push(sampler.buffer, count, sampler.age + (count - 1) * period)


def lose(ring, count, cause):
    """Let the index run on over ``count`` samples that were never got."""
    book = ring.book
    got = ring.got
    begin = book[_WORD_NEXT]
    end = begin + count
    clear = min(count, _PLACES)
    for k in range(clear):
        slot = end - 1 - k & _MASK
        got[slot >> 3] &= 255 ^ 1 << (slot & 7)
        struct.pack_into("<IB", ring.data, 12 * slot, begin, cause)  # where the sample would be
    book[_WORD_NEXT] = end & 0xFFFFFFFF
    book[_WORD_HELD] = min(book[_WORD_HELD] + clear, _HOLDS)
