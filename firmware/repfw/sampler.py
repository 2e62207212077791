"""From the sensor's FIFO to the ring: bursts, their times, and what was lost.

The sensor samples by its own clock, so the times of its samples are worked out: one period apart, the newest of a
burst no older than a period and not in the future. Whole microseconds only, and nothing is allocated in `poll`.

A sensor is whatever has ``drain(buffer)``: it moves all samples of its FIFO into the buffer, 12 bytes each, and returns
their number, or -1 when the FIFO had run over and was emptied. What it raises comes out of `poll`.
"""

from micropython import const

from repfw import ring as rings

_TICKS = const(0x3FFFFFFF)
_SETTLED = const(512)  # samples, before their rate is believed: a period in 512 is 0.2 %
_LONGEST_SPAN_US = const(1 << 29)  # 9 min; from there on half of it is kept, so that a drift with temperature shows


class Sampler:
    """Fills a ring. ``ticks_us`` is the board's, or a test's; ``most`` is what the FIFO holds."""

    def __init__(self, ring, ticks_us, period_us, most=85):
        self.buffer = bytearray(12 * most)
        self.period_us = period_us
        self.overruns = 0
        self.lost = 0
        self._ring = ring
        self._ticks_us = ticks_us
        self._most = most
        self._last_ticks = 0
        self._age = 0  # µs from the newest sample to the last poll
        self._span_us = 0  # from a sample long ago to the newest
        self._span_samples = 0

    def start(self, period_us):
        """The sensor has begun to sample, just now."""
        self.period_us = period_us
        self._span_us = self._span_samples = 0
        self._age = 0
        self._last_ticks = self._ticks_us() & _TICKS
        self._ring.tick(self._last_ticks)

    def poll(self, sensor):
        """Fetch what the sensor has; returns how many samples that were. Call it before the FIFO runs over."""
        age = self._elapse()
        count = sensor.drain(self.buffer)
        if count < 0:
            self._age = age
            self.resume(rings.CAUSE_FIFO)
            return 0
        if not count:
            self._age = age
            return 0
        before = age
        period = self.period_us
        age -= count * period
        if age < 0:
            age = 0
        elif age >= period and count < self._most:
            age = period - 1
        self._ring.push(self.buffer, count, age + (count - 1) * period)
        self._age = age
        self._span_us += before - age
        self._span_samples += count
        if self._span_samples >= _SETTLED:
            self._fit()
        return count

    def resume(self, cause):
        """The sensor's FIFO is empty now, and what was in it is lost: let the index run on by as much as time did."""
        age = self._age + self._elapse_since()
        lost = max(age // self.period_us, 1)
        self._age = max(age - lost * self.period_us, 0)
        self._ring.lose(lost, cause)
        self.overruns += 1
        self.lost += lost
        # What was lost is counted by the period, so the period is not fitted across it.
        self._span_us = self._span_samples = 0

    def rate_mhz(self):
        """The rate as measured, mHz; 0 while it is not known."""
        if self._span_samples < _SETTLED:
            return 0
        return self._span_samples * 1000000000 // self._span_us

    def _elapse(self):
        return self._age + self._elapse_since()

    def _elapse_since(self):
        ticks = self._ticks_us() & _TICKS
        passed = (ticks - self._last_ticks) & _TICKS
        self._last_ticks = ticks
        self._ring.tick(ticks)
        return passed

    def _fit(self):
        if self._span_us >= _LONGEST_SPAN_US:
            self._span_us //= 2
            self._span_samples //= 2
        period = (self._span_us + self._span_samples // 2) // self._span_samples
        if period != self.period_us:
            self.period_us = period
            self._ring.set_period(period)
