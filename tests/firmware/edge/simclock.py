"""The clock behind the stand-ins for ``time`` and ``machine``, and behind the models of the sensors.

Real by default: it goes as the world goes, from wherever ``set_us`` put it. After ``manual()`` it stands still, and
``sleep_ms``, transfers on the bus and ``pass_us`` move it on: an hour takes as long as the work in it.
"""

import utime


class Clock:
    def __init__(self):
        self.is_manual = False
        self._offset_us = -utime.ticks_us()
        self._now_us = 0
        self._listeners = []

    def now_us(self):
        """Microseconds; never wraps."""
        return self._now_us if self.is_manual else utime.ticks_us() + self._offset_us

    def set_us(self, now_us):
        """``ticks_us`` shows 30 bits of this: set it shortly before 1 << 30 to see them wrap."""
        self._now_us = now_us
        self._offset_us = now_us - utime.ticks_us()

    def manual(self, now_us=0):
        self.is_manual = True
        self._now_us = now_us

    def real(self):
        self._offset_us = self.now_us() - utime.ticks_us()
        self.is_manual = False

    def pass_us(self, us):
        """Time goes by: by itself when the clock is manual, else really."""
        if self.is_manual:
            self._now_us += us
        else:
            utime.sleep_us(us)
        for listener in self._listeners:
            listener()

    def bus_us(self, us):
        """What a transfer takes. A real clock moves on by itself."""
        if self.is_manual:
            self._now_us += us

    def listen(self, listener):
        """Called whenever the program sleeps: that is when stand-ins for timers and pins act."""
        self._listeners.append(listener)


clock = Clock()
