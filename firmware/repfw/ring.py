"""The last 2040 samples: 20.4 s at 100 Hz, in 26 kB.

A sample's place is its index modulo 2048, which divides 2³²: the index may wrap. Every eighth sample has a time, the
others' follow from the period; a bit a sample says whether it was got. Where not, its place holds the first index of
the hole and its cause. Indices and times have 32 bits, more than MicroPython holds without allocating, so they live in
the words of a *book* and do not become Python integers on the way from the sensor to the link: that way is machine
code, see ``hot.py``.
"""

from array import array

import micropython
from micropython import const

_PLACES = const(2048)
_MASK = const(2047)
_HOLDS = const(2040)  # the group of 8 being written has the new samples' time

# Words of the book. Cursors come in pairs, where it is and where it ends; the live one's end is the next index.
_WORD_NEXT = const(0)
_WORD_HELD = const(1)
_WORD_CLOCK = const(2)
_WORD_TICKS = const(3)
_WORD_PERIOD = const(4)
_WORD_LIVE = const(6)
_WORD_RESEND_A = const(8)
_WORD_RESEND_B = const(10)
_STAMPS = const(16)  # 256 times
_WORDS = const(272)

_CAUSE_RING = const(3)


class Ring:
    """Samples of one configuration; `clear` begins another."""

    def __init__(self, period_us=10000):
        self.data = bytearray(12 * _PLACES)
        self.book = array("I", bytes(4 * _WORDS))
        self.got = bytearray(_PLACES // 8)
        self.clear(period_us)

    def clear(self, period_us):
        """Forget all samples, not the count: the next index stays what it was."""
        for k in range(_PLACES // 8):
            self.got[k] = 0
        self.book[_WORD_HELD] = 0
        self.book[_WORD_PERIOD] = period_us
        for cursor in (_WORD_LIVE, _WORD_RESEND_A, _WORD_RESEND_B):
            self.skip(cursor)

    def skip(self, cursor):
        """Move a cursor to its end: live, with the next sample; of what was granted, no more comes."""
        self.book[cursor] = self.book[_WORD_NEXT if cursor == _WORD_LIVE else cursor + 1]

    @micropython.viper
    def tick(self, ticks: int):
        """Carry the µs clock on to ``ticks``, which has 30 bits. To be called more often than each 17 minutes."""
        w = ptr32(self.book)
        w[_WORD_CLOCK] = w[_WORD_CLOCK] + ((ticks - w[_WORD_TICKS]) & 0x3FFFFFFF)
        w[_WORD_TICKS] = ticks

    @micropython.viper
    def push(self, burst, count: int, age_us: int):
        """Append samples, 12 bytes each; the first was taken ``age_us`` before the last tick."""
        place = ptr32(self.data)
        source = ptr32(burst)
        w = ptr32(self.book)
        got = ptr8(self.got)
        index = w[_WORD_NEXT]
        period = w[_WORD_PERIOD]
        time = w[_WORD_CLOCK] - age_us
        s = 0
        for _ in range(count):
            slot = index & _MASK
            before = (slot - 1) & _MASK
            # A group of 8 has one stamp, that of its first sample; after a hole, where that one would have been.
            if (slot & 7) == 0 or (got[before >> 3] & (1 << (before & 7))) == 0:
                w[_STAMPS + (slot >> 3)] = time - (slot & 7) * period
            p = slot * 3
            for _ in range(3):
                place[p] = source[s]
                p += 1
                s += 1
            got[slot >> 3] |= 1 << (slot & 7)
            index += 1
            time += period
        w[_WORD_NEXT] = index
        held = w[_WORD_HELD] + count
        w[_WORD_HELD] = held if held < _HOLDS else _HOLDS

    @micropython.viper
    def waiting(self, cursor: int) -> int:
        """Samples between a cursor and its end."""
        w = ptr32(self.book)
        end = _WORD_NEXT if cursor == _WORD_LIVE else cursor + 1
        return (w[end] - w[cursor]) & 0x3FFFFFFF

    @micropython.viper
    def take(self, frame, cursor: int, most: int) -> int:
        """Move samples, or a hole, into a frame, and the cursor past them.

        Returns how many samples were put at offset 16, with their time at 4 and their index at 8; or, negative, how
        many are missing, with their first index at 8, their number at 12 and the cause at 17; or 0: there is no more.
        """
        w = ptr32(self.book)
        got = ptr8(self.got)
        f = ptr32(frame)
        first = w[cursor]
        left = int(self.waiting(cursor))
        if left == 0:
            return 0
        f[2] = first
        place = ptr32(self.data)
        behind = (w[_WORD_NEXT] - first) & 0x3FFFFFFF
        slot = first & _MASK
        lost = behind - w[_WORD_HELD]
        if lost > 0:
            slot = (first + lost) & _MASK
        cause = place[slot * 3 + 1] & 0xFF
        if lost > 0:
            # What it no longer holds may have been of the hole that it begins with: then nothing was overwritten.
            if (got[slot >> 3] & (1 << (slot & 7))) != 0 or ((w[_WORD_NEXT] - place[slot * 3]) & 0x3FFFFFFF) < behind:
                cause = _CAUSE_RING
            if lost > left:
                lost = left
        else:
            lost = 0
            while lost < left and (got[slot >> 3] & (1 << (slot & 7))) == 0:
                lost += 1
                slot = (slot + 1) & _MASK
        if lost:
            f[3] = lost
            b = ptr8(frame)
            b[17] = cause
            w[cursor] = first + lost
            return 0 - lost

        f[1] = w[_STAMPS + (slot >> 3)] + (slot & 7) * w[_WORD_PERIOD]
        if most > left:
            most = left
        n = 0
        at = 4
        while n < most and (got[slot >> 3] & (1 << (slot & 7))) != 0:
            p = slot * 3
            for _ in range(3):
                f[at] = place[p]
                at += 1
                p += 1
            n += 1
            slot = (slot + 1) & _MASK
        w[cursor] = first + n
        return n

    @micropython.viper
    def put(self, word: int, frame, at: int):
        """A word of the book as u32 in a frame, at a multiple of 4."""
        f = ptr32(frame)
        w = ptr32(self.book)
        f[at >> 2] = w[word]
