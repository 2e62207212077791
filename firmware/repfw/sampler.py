"""From the sensor's FIFO to the ring: bursts, their times, and what was lost.

The sensor samples by its own clock, so the times of its samples are worked out: one period apart, the newest of a
burst no older than a period and not in the future. Whole microseconds only, and nothing is allocated in `poll`.

A sensor is a driver of `imu.py`, or whatever has ``drain(buffer, most)``, ``overran`` and ``restarted`` as it does.
What it raises comes out of `poll`. How many samples a hole has is told when the first sample after it has come: until
then nobody knows how long the sensor took.
"""

from micropython import const

from repfw import ring as rings

_NONE = const(-1)
_TICKS = const(0x3FFFFFFF)
_SETTLED = const(512)  # samples, before their rate is believed: a period in 512 is 0.2 %
_LONGEST_SPAN_US = const(1 << 29)  # 9 min; from there on half of it is kept, so that a drift with temperature shows


class Sampler:
    """Fills a ring. ``ticks_us`` is the board's, or a test's; ``most`` is how many samples are fetched at once."""

    def __init__(self, ring, ticks_us, period_us, most=32):
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
        self._hole = _NONE  # the cause of one that the next samples end

    def start(self, period_us, resumed=False):
        """The sensor has begun to sample, just now. Resumed: the index runs on by as much as time did meanwhile."""
        age = self._elapse()
        if resumed:
            self._ring.lose(max(age // self.period_us, 1), rings.CAUSE_UNKNOWN)
        else:
            self.period_us = period_us
        self._span_us = self._span_samples = 0
        self._age = 0
        self._hole = _NONE

    def idle(self):
        """Nothing is sampled; the clock goes on."""
        self._age = self._elapse()

    def poll(self, sensor):
        """Fetch what the sensor has; returns how many samples that were. Call it before the FIFO runs over."""
        self._age = self._elapse()
        try:
            count = sensor.drain(self.buffer, self._most)
        except Exception:  # of whatever kind: what was in the FIFO is lost, and the application says why
            self._hole = rings.CAUSE_SENSOR
            raise
        if sensor.restarted:
            self._hole = rings.CAUSE_SENSOR
        elif sensor.overran and self._hole == _NONE:
            self._hole = rings.CAUSE_FIFO
        if count:
            if self._hole == _NONE:
                self._append(count)
            else:
                self._resume(count)
        return count

    def _append(self, count):
        before = self._age
        period = self.period_us
        age = before - count * period
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

    def _resume(self, count):
        """The first samples after a hole: as many are missing as there was time for, without these."""
        period = self.period_us
        lost = max(self._age // period - count, 1)
        self._age = max(self._age - (lost + count) * period, 0)
        self._ring.lose(lost, self._hole)
        self._hole = _NONE
        self.overruns += 1
        self.lost += lost
        # What was lost is counted by the period, so the period is not fitted across it.
        self._span_us = self._span_samples = 0
        self._ring.push(self.buffer, count, self._age + (count - 1) * period)

    def rate_mhz(self):
        """The rate as measured, mHz; 0 while it is not known."""
        if self._span_samples < _SETTLED:
            return 0
        return self._span_samples * 1000000000 // self._span_us

    def _elapse(self):
        ticks = self._ticks_us() & _TICKS
        passed = (ticks - self._last_ticks) & _TICKS
        self._last_ticks = ticks
        self._ring.tick(ticks)
        return self._age + passed

    def _fit(self):
        if self._span_us >= _LONGEST_SPAN_US:
            self._span_us //= 2
            self._span_samples //= 2
        period = (self._span_us + self._span_samples // 2) // self._span_samples
        if period != self.period_us:
            self.period_us = period
            self._ring.set_period(period)
