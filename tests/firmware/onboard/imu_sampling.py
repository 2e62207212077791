"""Rates, ranges, every sample, memory. Run by ``tests/firmware/test_imu_sampling.py``; each check tells what it saw."""

import gc

import bench
import machine
from micropython import heap_lock, heap_unlock, mem_total
from simclock import clock
from sources import Recording


def every_setting(model, rate_hz):
    """Each range at this rate: what the driver says of itself, and what the model of the sensor was set to."""
    from repfw.imu_start import ACC_RANGES_G, GYR_RANGES_DPS

    found = []
    chip = bench.make_chip(model)
    imu = bench.driver(chip)
    buf = bytearray(12 * 32)
    for acc in ACC_RANGES_G:
        for gyr in GYR_RANGES_DPS:
            imu.start(int(rate_hz), acc, gyr)
            checker = bench.Checker()
            begin_us = clock.now_us()
            for _ in range(20):
                clock.pass_us(100000)
                checker.check(buf, imu.drain(buf, 32))
            found.append(
                {
                    "ranges": [acc, gyr],
                    "true_rate_mhz": imu.true_rate_mhz,
                    "chip_rate_mhz": chip.rate_mhz(),
                    "scales": [imu.acc_ng_per_lsb * 1e-9, imu.gyr_ndps_per_lsb * 1e-9],
                    "chip_scales": [chip.acc_g_per_lsb(), chip.gyr_dps_per_lsb()],
                    "samples": checker.samples,
                    "expected": (clock.now_us() - begin_us) * 1e-9 * chip.rate_mhz(),
                    "wrong": checker.wrong,
                    "missing": checker.missing,
                    "overruns": imu.overruns,
                    "restarts": imu.restarts,
                }
            )
    return found


def own_clock(model, ppm, seconds=30):
    """A while around the wrap of ticks_us, at 200 Hz, the sensor's clock off by ``ppm``, drained unevenly."""
    clock.set_us((1 << 30) - 15000000)
    chip = bench.make_chip(model, rate_error_ppm=int(ppm))
    imu = bench.driver(chip, rate_hz=200)
    buf = bytearray(12 * 40)
    checker = bench.Checker()
    end_us = clock.now_us() + 1000000 * int(seconds)
    pause_ms = 3
    while clock.now_us() < end_us:
        pause_ms = pause_ms * 7 % 131
        clock.pass_us(pause_ms * 1000)
        checker.check(buf, imu.drain(buf, 40))
    return {
        "samples": checker.samples,
        "wrong": checker.wrong,
        "missing": checker.missing,
        "overruns": imu.overruns,
        "restarts": imu.restarts,
        "wrapped": clock.now_us() > 1 << 30,
    }


def parts(model):
    """A full buffer, small bites, an offset into the buffer, more than fits; nothing outside is touched."""
    chip = bench.make_chip(model)
    imu = bench.driver(chip, rate_hz=100)
    buf = bytearray(b"\x55" * (12 * 40))
    checker = bench.Checker()
    clock.pass_us(300000)
    first = imu.drain(buf, 7, 5)
    checker.check(buf, first, 5)
    fit = imu.drain(memoryview(buf)[: 12 * 14], 40, 12)
    checker.check(buf, fit, 12)
    untouched = all(buf[i] == 0x55 for i in range(60)) and all(buf[i] == 0x55 for i in range(12 * 14, 12 * 40))
    none = imu.drain(buf, 0)
    rest = imu.drain(buf, 40)
    checker.check(buf, rest)
    return {
        "counts": [first, fit, none, rest],
        "untouched": untouched,
        "wrong": checker.wrong,
        "missing": checker.missing,
        "empty": imu.drain(buf, 40),
    }


def trimmed_rates(model):
    """The rates that chips with other figures of their own tell, and what the model makes of the figure."""
    found = []
    for fine in (-128, -20, 0, 31, 127):
        chip = bench.make_chip(model, freq_fine=fine)
        imu = bench.driver(chip, rate_hz=100)
        found.append([fine, imu.true_rate_mhz, chip.rate_mhz()])
    return found


class MeteredBus:
    """A bus that knows what the model behind it allocates: the rest is the firmware's."""

    def __init__(self, bus):
        self._bus = bus
        self.allocated = 0

    def readfrom_mem_into(self, addr, memaddr, buf):
        before = mem_total()
        self._bus.readfrom_mem_into(addr, memaddr, buf)
        self.allocated += mem_total() - before

    def writeto_mem(self, addr, memaddr, buf):
        self._bus.writeto_mem(addr, memaddr, buf)


def allocations(model):
    """Bytes that drains allocate: what each takes in all, and what is still used afterwards. With the heap locked."""
    chip = bench.make_chip(model)
    imu = bench.driver(chip, rate_hz=200)
    bus = imu.i2c = MeteredBus(imu.i2c)
    buf = bytearray(12 * 40)
    clock.pass_us(100000)
    imu.drain(buf, 40)
    samples = drains = most = 0
    gc.collect()
    gc.disable()
    used = gc.mem_alloc()
    while drains < 120:
        clock.pass_us(drains * 1500)
        chip.catch_up()
        bus.allocated = 0
        before = mem_total()
        samples += imu.drain(buf, 40)
        most = max(most, mem_total() - before - bus.allocated)
        drains += 1
    used = gc.mem_alloc() - used
    gc.enable()
    clock.pass_us(150000)
    heap_lock()
    try:
        locked = imu.drain(buf, 40)
    finally:
        heap_unlock()
    return {"samples": samples, "used": used, "most": most, "locked": locked, "faults": [imu.overruns, imu.restarts]}


def heap(model):
    """What importing, finding and running the driver costs, with its buffers. The ring has loaded ``hot`` anyway."""
    import repfw.hot  # noqa: F401

    bus = machine.I2C(0)
    bench.make_chip(model)
    gc.collect()
    before = gc.mem_alloc()
    from repfw.imu_find import find

    imu = find(bus)
    imu.start()
    gc.collect()
    return {"bytes": gc.mem_alloc() - before, "fifo_samples": imu.fifo_samples, "model": imu.model}


def work(model):
    """Transfers and bytes on the bus a sample, at 100 Hz drained 10 times a second."""
    chip = bench.make_chip(model)
    imu = bench.driver(chip, rate_hz=100)
    buf = bytearray(12 * 40)
    imu.drain(buf, 40)
    chip.transfers = chip.bytes_read = samples = 0
    for _ in range(100):
        clock.pass_us(100000)
        samples += imu.drain(buf, 40)
    return {"samples": samples, "transfers": chip.transfers, "bytes": chip.bytes_read}


def recording(model, path, acc_range_g):
    """A recording through the sensor: the words as drained, and as the model made them."""
    chip = bench.make_chip(model, Recording(path, clock.now_us()))
    imu = bench.driver(chip)
    chip.history = []
    imu.start(50, int(acc_range_g), 250)
    begin = len(chip.history)
    buf = bytearray(12 * 40)
    drained = []
    for _ in range(100):
        clock.pass_us(100000)
        for i in range(imu.drain(buf, 40)):
            drained.append(bench.words(buf, i))
    made = [list(words) for words in chip.history[begin:]]
    at = made.index(drained[0])
    return {
        "drained": drained,
        "same": drained == made[at : at + len(drained)],
        "skipped": at,
        "scales": [imu.acc_ng_per_lsb * 1e-9, imu.gyr_ndps_per_lsb * 1e-9],
    }


bench.run(globals())
