"""Stand-in for ``machine``: the buses, pins and timers of a board, on MicroPython's unix port.

A test plugs models in before the firmware runs::

    import machine
    machine.plug(0, chip)              # at I2C bus 0
    machine.wire(chip, 34)             # its interrupt line to pin 34
    machine.pin_levels[34] = 1         # or set a pin by hand, then machine.poll()
    machine.adc_values[35] = 31000
"""

import sys

from simclock import clock

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

_ENODEV = 19
_PINS = 49  # as many as the board with most of them has: an ESP32-S3
_BUSES = 2

_chips = {}
_lines = []
_timers = []
_watching = []
pin_levels = {}
adc_values = {}
watchdogs = []
mem32 = {}  # what was written to registers


def plug(bus, chip):
    _chips.setdefault(bus, {})[chip.address] = chip
    return chip


def unplug(bus, chip):
    del _chips[bus][chip.address]


def wire(chip, pin):
    _lines.append((chip, pin))


def poll():
    """What hardware would do by itself: interrupt lines move, pins and timers call their handlers."""
    for chip, pin in _lines:
        pin_levels[pin] = chip.interrupt_line()
    for pin in _watching:
        pin.see()
    for timer in _timers:
        timer.see()
    for dog in watchdogs:
        dog.see()


class I2C:
    """As of a board's: errors are OSError(ENODEV), each byte takes its time on the bus."""

    def __init__(self, bus=0, *, scl=None, sda=None, freq=400000, timeout=50000):
        if not 0 <= bus < _BUSES:
            raise ValueError(f"I2C({bus}) doesn't exist")
        self._bus = bus
        self._byte_us = 9000000 // freq

    def _chip(self, address, count):
        clock.bus_us(self._byte_us * (3 + count))
        chips = _chips.get(self._bus)
        chip = chips.get(address) if chips else None
        if chip is None or not chip.answers():
            raise OSError(_ENODEV)
        return chip

    def scan(self):
        return sorted(at for at, chip in _chips.get(self._bus, {}).items() if chip.answers())

    def readfrom_mem_into(self, addr, memaddr, buf, *, addrsize=8):
        self._chip(addr, len(buf)).read_into(memaddr, buf)

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        buf = bytearray(nbytes)
        self.readfrom_mem_into(addr, memaddr, buf)
        return bytes(buf)

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self._chip(addr, len(buf)).write_from(memaddr, buf)


SoftI2C = I2C


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2
    IRQ_LOW_LEVEL = 4
    IRQ_HIGH_LEVEL = 8

    def __init__(self, id, mode=IN, pull=None, *, value=None):
        if isinstance(id, int) and not 0 <= id < _PINS:
            raise ValueError("invalid pin")
        self.id = id
        self._handler = None
        self._trigger = 0
        self._last = self.value()
        if value is not None:
            self.value(value)

        elif pull == self.PULL_UP and id not in pin_levels:
            pin_levels[id] = 1

    def init(self, mode=IN, pull=None, *, value=None):
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if level is None:
            for chip, pin in _lines:
                if pin == self.id:
                    pin_levels[pin] = chip.interrupt_line()
            return pin_levels.get(self.id, 0)
        pin_levels[self.id] = 1 if level else 0
        return None

    def __call__(self, level=None):
        return self.value(level)

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def toggle(self):
        self.value(not self.value())

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING, *, wake=None, hard=False):
        self._handler = handler
        self._trigger = trigger
        if self not in _watching:
            _watching.append(self)

    def wakes(self):
        level = self.value()
        edge = self.IRQ_RISING if level else self.IRQ_FALLING
        wanted = self.IRQ_HIGH_LEVEL if level else self.IRQ_LOW_LEVEL
        return bool(self._trigger & wanted or (level != self._last and self._trigger & edge))

    def see(self):
        wakes = self.wakes()
        self._last = self.value()
        if wakes and self._handler:
            self._handler(self)


class ADC:
    ATTN_11DB = 3

    def __init__(self, id, *, atten=None):
        self._id = id.id if isinstance(id, Pin) else id

    def atten(self, atten):
        pass

    def read_u16(self):
        return adc_values.get(self._id, 0)

    def read_uv(self):
        return adc_values.get(self._id, 0) * 3300000 // 65535


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id=-1, **settings):
        self._callback = None
        _timers.append(self)
        if settings:
            self.init(**settings)

    def init(self, *, mode=PERIODIC, period=-1, freq=-1, callback=None):
        self._period_us = period * 1000 if freq == -1 else int(1000000 / freq)
        self._mode = mode
        self._callback = callback
        self._due_us = clock.now_us() + self._period_us

    def deinit(self):
        self._callback = None

    def see(self):
        while self._callback and clock.now_us() >= self._due_us:
            self._due_us += self._period_us
            callback = self._callback
            if self._mode == self.ONE_SHOT:
                self._callback = None
            callback(self)


class WDT:
    """Says in ``bitten`` that it would have reset the board."""

    def __init__(self, id=0, timeout=5000):
        self._timeout_us = timeout * 1000
        self.bitten = False
        watchdogs.append(self)
        self.feed()

    def feed(self):
        self._fed_us = clock.now_us()

    def see(self):
        if clock.now_us() - self._fed_us > self._timeout_us:
            self.bitten = True


def lightsleep(time_ms=None):
    """Until a pin with an irq wants the board awake, or the time is over. Asleep, no handler and no timer runs."""
    end_us = None if time_ms is None else clock.now_us() + time_ms * 1000
    while end_us is None or clock.now_us() < end_us:
        for chip, pin in _lines:
            pin_levels[pin] = chip.interrupt_line()
        for pin in _watching:
            if pin.wakes():
                return
            pin._last = pin.value()
        clock.sleep_us(1000)


def deepsleep(time_ms=None):
    lightsleep(time_ms)
    reset()


def reset():
    sys.exit(3)


soft_reset = reset


causes = []  # why the board was reset: the last counts


def reset_cause():
    return causes[-1] if causes else PWRON_RESET


def unique_id():
    return b"\x24\x6f\x28\x01\x02\x03"


def freq(hz=None):
    return 160000000


def idle():
    clock.pass_us(100)


def disable_irq():
    return 0


def enable_irq(state):
    pass


clock.listen(poll)
