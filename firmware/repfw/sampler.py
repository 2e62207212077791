"""From the sensor's FIFO to the ring: bursts, their times, and what was lost.

The sensor samples by its own clock, so the times of its samples are worked out: one period apart, the newest of a
burst no older than a period and not in the future. Whole microseconds only, and nothing is allocated in `poll`.

A sensor is a driver of `imu.py`, or whatever has ``drain(buffer, most)``, ``overran`` and ``restarted`` as it does.
What it raises comes out of `poll`. How many samples a hole has is told when the first sample after it has come: until
then nobody knows how long the sensor took.
"""

from micropython import const

from repfw import seldom

_NONE = const(-1)
_CAUSE_UNKNOWN = const(0)
_CAUSE_FIFO = const(1)
_CAUSE_SENSOR = const(2)
_WORD_PERIOD = const(4)  # of the ring's book
_TICKS = const(0x3FFFFFFF)
_SETTLED = const(512)  # samples, before their rate is believed: a period in 512 is 0.2 %
_LONGEST_SPAN_US = const(1 << 29)  # 9 min; from there on half of it is kept, so that a drift with temperature shows


class Sampler:
    """Fills a ring. ``ticks_us`` is the board's, or a test's; ``most`` is how many samples are fetched at once."""

    def __init__(self, ring, ticks_us, period_us, most=16):
        self.buffer = bytearray(12 * most)
        self.period_us = period_us
        self.overruns = 0
        self.lost = 0
        self.ring = ring
        self._ticks_us = ticks_us
        self.most = most
        self._last_ticks = 0
        self.age = 0  # µs from the newest sample to the last poll
        self.span_us = 0  # from a sample long ago to the newest
        self.span_samples = 0
        self.hole = _NONE  # the cause of one that the next samples end

    def start(self, period_us, resumed=False):
        """The sensor has begun to sample, just now. Resumed: the index runs on by as much as time did meanwhile."""
        age = self._elapse()
        if resumed:
            seldom("hole").lose(self.ring, max(age // self.period_us, 1), _CAUSE_UNKNOWN)
        else:
            self.period_us = period_us
        self.span_us = self.span_samples = 0
        self.age = 0
        self.hole = _NONE

    def idle(self):
        """Nothing is sampled; the clock goes on."""
        self.age = self._elapse()

    def poll(self, sensor):
        """Fetch what the sensor has; returns how many samples that were. Call it before the FIFO runs over."""
        self.age = self._elapse()
        hole = self.hole
        self.hole = _CAUSE_SENSOR  # if the next line raises, what was in the FIFO is lost
        count = sensor.drain(self.buffer, self.most)
        self.hole = hole
        if sensor.restarted:
            self.hole = _CAUSE_SENSOR
        elif sensor.overran and self.hole == _NONE:
            self.hole = _CAUSE_FIFO
        if count:
            if self.hole == _NONE:
                self._append(count)
            else:
                seldom("hole").resume(self, count)
        return count

    def _append(self, count):
        before = self.age
        period = self.period_us
        age = before - count * period
        if age < 0:
            age = 0
        elif age >= period and count < self.most:
            age = period - 1
        self.ring.push(self.buffer, count, age + (count - 1) * period)
        self.age = age
        self.span_us += before - age
        self.span_samples += count
        if self.span_samples >= _SETTLED:
            self._fit()

    def rate_mhz(self):
        """The rate as measured, mHz; 0 while it is not known."""
        if self.span_samples < _SETTLED:
            return 0
        return self.span_samples * 1000000000 // self.span_us

    def _elapse(self):
        ticks = self._ticks_us() & _TICKS
        passed = (ticks - self._last_ticks) & _TICKS
        self._last_ticks = ticks
        self.ring.tick(ticks)
        return self.age + passed

    def _fit(self):
        if self.span_us >= _LONGEST_SPAN_US:
            self.span_us //= 2
            self.span_samples //= 2
        period = (self.span_us + self.span_samples // 2) // self.span_samples
        if period != self.period_us:
            self.period_us = period
            self.ring.book[_WORD_PERIOD] = period
