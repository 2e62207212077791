"""The clock behind the stand-ins for ``time`` and ``machine``, and behind the models of the sensors.

Real by default: it goes as the world goes, from wherever ``set_us`` put it. After ``manual()`` it stands still, and
``sleep_ms``, transfers on the bus and ``pass_us`` move it on: an hour takes as long as the work in it.
"""

import utime


class Clock:
    def __init__(self):
        self.is_manual = False
        self.speed = 0
        self._ahead_us = 0
        self._ask = None
        self._ask_each_us = self._ask_at_us = 0
        self._offset_us = -utime.ticks_us()
        self._now_us = 0
        self._listeners = []
        self._world = []

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

    def pace(self, speed):
        """A manual clock that goes at most so many times as fast as the world. Whatever holds this process up cannot
        make the board miss anything: its time stands still meanwhile."""
        self.manual(self.now_us())
        self.speed = speed
        self._ahead_us = utime.ticks_us() * speed - self._now_us

    def leash(self, ask, each_us=50000):
        """A manual clock that asks before it goes on, each so many microseconds: ``ask(now_us)`` returns when it may.
        So nothing that holds up either side can make the other miss anything."""
        self.manual(self.now_us())
        self._ask = ask
        self._ask_each_us = each_us

    def _hold(self):
        if self._ask and self._now_us >= self._ask_at_us:
            self._ask_at_us = self._now_us + self._ask_each_us
            self._ask(self._now_us)
        if self.speed:
            ahead_us = self._now_us + self._ahead_us - utime.ticks_us() * self.speed
            if ahead_us > 0:
                utime.sleep_us(ahead_us // self.speed)
            elif ahead_us < -100000:
                self._ahead_us -= ahead_us  # what was lost is not made up for

    def pass_us(self, us):
        """Time goes by: by itself when the clock is manual, else really."""
        self.sleep_us(us)
        for listener in self._listeners:
            listener()

    def sleep_us(self, us):
        """Time goes by while the board sleeps: the world goes on, stand-ins for timers and pins do not."""
        if self.is_manual:
            self._now_us += us
            self._hold()
        else:
            utime.sleep_us(us)
        for listener in self._world:
            listener()

    def bus_us(self, us):
        """What a transfer takes. A real clock moves on by itself."""
        if self.is_manual:
            self._now_us += us

    def befall(self, listener):
        """Called whenever time goes by: what the world does to the board, asleep or not."""
        self._world.append(listener)

    def listen(self, listener):
        """Called whenever the program sleeps: that is when stand-ins for timers and pins act."""
        self._listeners.append(listener)


clock = Clock()
