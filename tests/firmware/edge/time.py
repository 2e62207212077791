"""Stand-in for ``time``: ``ticks_us`` has 30 bits, as on boards, and sleeping goes by ``simclock``.

``ticks_ms`` is left alone, since asyncio's own code in C reads the same clock.
"""

from simclock import clock
from utime import gmtime, localtime, mktime, ticks_cpu, ticks_ms, time, time_ns
from utime import ticks_add as _ticks_add

__all__ = ("gmtime", "localtime", "mktime", "ticks_cpu", "ticks_ms", "time", "time_ns")

_PERIOD = 1 << 30
_HALF = 1 << 29


def ticks_us():
    return clock.now_us() & (_PERIOD - 1)


def ticks_add(ticks, delta):
    # ticks_ms of this machine is a larger number unless it was started within 12 days: then asyncio needs all of it.
    return (ticks + delta) & (_PERIOD - 1) if ticks < _PERIOD else _ticks_add(ticks, delta)


def ticks_diff(end, start):
    # Right for both: no two that are compared are further apart than half a period.
    return ((end - start + _HALF) & (_PERIOD - 1)) - _HALF


def sleep_us(us):
    clock.pass_us(us)


def sleep_ms(ms):
    clock.pass_us(ms * 1000)


def sleep(s):
    clock.pass_us(int(s * 1000000))
