"""The stand-ins themselves, and the drivers by the real clock. Run by ``tests/firmware/test_edge.py``."""

import time

import bench
import machine
import utime
from simclock import clock


def ticks():
    """30 bits that wrap; differences across the wrap; asyncio's own ticks untouched."""
    clock.manual((1 << 30) - 500)
    before = time.ticks_us()
    time.sleep_us(1000)
    after = time.ticks_us()
    return {
        "before": before,
        "after": after,
        "passed": time.ticks_diff(after, before),
        "back": time.ticks_diff(before, after),
        "added": time.ticks_add(before, 1000),
        "ms_apart": abs(time.ticks_diff(time.ticks_ms(), utime.ticks_ms())),
    }


def sleeping_asyncio():
    """asyncio sleeps by the real clock, whatever the simulated one does."""
    import asyncio

    async def nap():
        await asyncio.sleep_ms(30)

    begin = utime.ticks_ms()
    asyncio.run(nap())
    return utime.ticks_diff(utime.ticks_ms(), begin)


def timers():
    """Periodic and one-shot timers, a watchdog that is fed and then forgotten."""
    calls = []
    periodic = machine.Timer(0)
    periodic.init(mode=machine.Timer.PERIODIC, period=10, callback=lambda _: calls.append("p"))
    once = machine.Timer(1)
    once.init(mode=machine.Timer.ONE_SHOT, period=25, callback=lambda _: calls.append("o"))
    dog = machine.WDT(timeout=1000)
    for _ in range(4):
        time.sleep_ms(10)
        dog.feed()
    periodic.deinit()
    well = dog.bitten
    time.sleep_ms(1500)
    return {"calls": "".join(calls), "well": well, "bitten": dog.bitten}


def pins():
    """An edge calls the handler once; an analogue input."""
    seen = []
    pin = machine.Pin(5, machine.Pin.IN)
    pin.irq(handler=lambda p: seen.append(p.value()), trigger=machine.Pin.IRQ_RISING)
    for level in (0, 1, 1, 0, 1):
        machine.pin_levels[5] = level
        machine.poll()
    machine.adc_values[35] = 31000
    return {"seen": seen, "adc": machine.ADC(machine.Pin(35)).read_u16()}


def boards(*told):
    """What each is taken for."""
    from repfw import board

    return [board.key_of(one) for one in told]


def real_time(model):
    """Half a second by the real clock."""
    clock.real()
    chip = bench.make_chip(model)
    imu = bench.driver(chip, rate_hz=100)
    checker = bench.Checker()
    buf = bytearray(12 * 64)
    begin_us = clock.now_us()
    for _ in range(25):
        time.sleep_ms(20)
        checker.check(buf, imu.drain(buf, 64))
    return {
        "samples": checker.samples,
        "seconds": (clock.now_us() - begin_us) * 1e-6,
        "wrong": checker.wrong,
        "missing": checker.missing,
        "faults": [imu.overruns, imu.restarts],
    }


bench.run(globals())
