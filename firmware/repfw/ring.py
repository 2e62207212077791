"""The last 2040 samples: 20.4 s at 100 Hz, in 26 kB.

A sample's place is its index modulo 2048, which divides 2³²: the index may wrap. Every eighth sample has a time, the
others' follow from the period; a bit a sample says whether it was got. Indices and times have 32 bits, more than
MicroPython holds without allocating, so they live in the words of a *book* and never become Python integers on the way
from the sensor to the link.
"""

from array import array

from micropython import const

from repfw import hot

PLACES = const(2048)
HOLDS = const(2040)

# Words of the book. 0-5 are named in hot.py; cursors come in pairs, where it is and where it ends.
LIVE = const(6)
RESEND_A = const(8)
RESEND_B = const(10)
_OLDEST = const(12)
_WORDS = const(336)  # 16, then 64 of bits, then 256 times

CAUSE_UNKNOWN = const(0)
CAUSE_FIFO = const(1)
CAUSE_SENSOR = const(2)
CAUSE_RING = const(3)


class Ring:
    """Samples of one configuration; ``clear`` begins another."""

    def __init__(self, period_us=10000):
        self.data = bytearray(12 * PLACES)
        self.book = array("I", bytes(4 * _WORDS))
        self.clear(period_us)

    def clear(self, period_us):
        """Forget all samples, not the count: the next index stays what it was."""
        book = self.book
        for word in range(16, 80):
            book[word] = 0
        book[hot.HELD] = 0
        self.set_period(period_us)
        hot.set_word(book, LIVE, hot.NEXT)
        self.forget(RESEND_A)
        self.forget(RESEND_B)

    def set_period(self, period_us):
        """Say how long a sample takes, as measured; by this the times within a group of 8 are told."""
        self.book[hot.PERIOD] = period_us

    def tick(self, ticks_us):
        """Carry the clock on. To be called more often than each 17 minutes."""
        hot.tick(self.book, ticks_us)

    def push(self, burst, count, age_us):
        """Append samples, 12 bytes each; the first was taken ``age_us`` before the last tick."""
        hot.push(self.data, self.book, burst, count, age_us)

    def lose(self, count, cause):
        """Leave a hole."""
        hot.lose(self.book, count, cause)

    def begin_live(self):
        """Let the live stream begin with the next sample."""
        hot.set_word(self.book, LIVE, hot.NEXT)

    def backlog(self):
        """Samples of the live stream that were not taken yet."""
        return hot.distance(self.book, LIVE, hot.NEXT)

    def take_live(self, frame, most):
        """Samples (> 0) or a hole (< 0) of the live stream into a frame; see `hot.take`."""
        return hot.take(self.data, self.book, frame, LIVE, hot.NEXT, most)

    def grant(self, command, cursor):
        """Begin to serve a RESEND through this cursor; returns how many samples that will be."""
        return hot.grant(self.book, command, cursor, cursor + 1)

    def take_resent(self, frame, cursor, most):
        """The same as `take_live`, of what was granted."""
        return hot.take(self.data, self.book, frame, cursor, cursor + 1, most)

    def resending(self, cursor):
        """Samples that were granted and not taken yet."""
        return hot.distance(self.book, cursor, cursor + 1)

    def forget(self, cursor):
        """Serve no more of what was granted."""
        hot.set_word(self.book, cursor, cursor + 1)

    def held(self):
        """How far the ring reaches back, holes included."""
        return self.book[hot.HELD]

    def put_oldest(self, frame, at):
        """The oldest index held, as u32 in a frame."""
        hot.oldest(self.book, _OLDEST)
        hot.put_word(frame, at, self.book, _OLDEST)

    def put_next(self, frame, at):
        """The next index, as u32 in a frame."""
        hot.put_word(frame, at, self.book, hot.NEXT)

    def put_clock(self, frame, at):
        """The clock's time at the last tick, as u32 in a frame."""
        hot.put_word(frame, at, self.book, hot.CLOCK)

    def put_cursor(self, frame, at, cursor):
        """Where a cursor stands, as u32 in a frame."""
        hot.put_word(frame, at, self.book, cursor)
