"""Finding, self-test, temperature, sleep. Run by ``tests/firmware/test_imu_features.py``."""

import bench
import machine
from simclock import clock
from sources import Still


def _outcome(action):
    from repfw.imu import ImuError

    try:
        return action()
    except ImuError as error:
        return [error.code, error.words]


def find(model, address):
    from repfw.imu_find import find

    chip = bench.make_chip(model, address=int(address))
    imu = find(machine.I2C(0))
    asked = find(machine.I2C(0), int(address))
    return {"model": imu.model, "address": imu.address, "asked": asked.address, "chip": chip.address}


def find_nothing():
    from repfw.imu_find import find

    bus = machine.I2C(0)
    nothing = _outcome(lambda: find(bus))
    stranger = bench.make_chip("MPU-6050", address=0x3C)
    other = _outcome(lambda: find(bus))
    machine.unplug(0, stranger)
    bench.make_chip("MPU-6050", who=0x98)
    unknown = _outcome(lambda: find(bus))
    bench.make_chip("LSM6DS3", address=0x6B)
    beside = _outcome(lambda: find(bus).model)
    wrong_address = _outcome(lambda: find(bus, 0x6A))
    return {
        "nothing": nothing,
        "other": other,
        "unknown": unknown,
        "beside": beside,
        "wrong_address": wrong_address,
    }


def find_late(model):
    """It does not answer at once, as after power-on; the other address of its family is silent all along."""
    from repfw.imu_find import find

    chip = bench.make_chip(model)
    chip.faults.errors = 2
    return find(machine.I2C(0)).model


def wrong_settings(model):
    chip = bench.make_chip(model)
    imu = bench.driver(chip)
    return [
        _outcome(lambda: imu.drain(bytearray(12), 1)),
        _outcome(lambda: imu.start(75)),
        _outcome(lambda: imu.start(100, 3)),
        _outcome(lambda: imu.start(100, 8, 125)),
        imu.running,
    ]


class Held:
    """A data line that some sensor holds low until the clock has fallen so many times."""

    def __init__(self, falls):
        self.falls = falls

    def value(self, level=None):
        if level is not None:
            self.falls -= level == 0
        return self.falls <= 0


def held_bus():
    from repfw.imu_bus import free_bus

    found = []
    for falls in (0, 1, 9, 10):
        line = Held(falls)
        found.append([free_bus(line, line), line.falls])
    return found


def tests_itself(model):
    """All well; each axis in turn moving too little, then far too much; standing on end; then sampling goes on."""
    from repfw.imu_test import failed_axes, self_test

    chip = bench.make_chip(model, Still())
    imu = bench.driver(chip)
    healthy = list(chip.self_test_response)
    begin_us = clock.now_us()
    well = self_test(imu)
    took_ms = (clock.now_us() - begin_us) // 1000
    weak = []
    wild = []
    for axis in range(6):
        chip.self_test_response[axis] = healthy[axis] * 0.1
        weak.append(self_test(imu))
        chip.self_test_response[axis] = healthy[axis] * 5
        wild.append(self_test(imu))
        chip.self_test_response = list(healthy)
    chip._source.values = [-0.7, 0.7, 0.0, 3.0, -2.0, 1.0]
    tilted = self_test(imu)
    asleep = chip.rate_mhz() == 0
    imu.start()
    clock.pass_us(100000)
    chip.faults.unplugged = True
    return {
        "well": well,
        "took_ms": took_ms,
        "weak": weak,
        "wild": wild,
        "tilted": tilted,
        "asleep": asleep,
        "words": [failed_axes(0), failed_axes(0b100001)],
        "running": imu.running,
        "unplugged": _outcome(lambda: self_test(imu))[0],
    }


def no_trim(model):
    """MPU family: a chip without factory figures, well and dead."""
    from repfw.imu_test import self_test

    chip = bench.make_chip(model, Still())
    imu = bench.driver(chip)
    response = [0.45, 0.45, 0.45, 100.0, 100.0, 100.0]
    chip.trim = [0] * 6
    chip.self_test_response = response
    chip.power_on()
    well = self_test(imu)
    chip.self_test_response = [0.0] * 6
    return {"well": well, "dead": self_test(imu)}


def temperature(model):
    chip = bench.make_chip(model)
    imu = bench.driver(chip, rate_hz=100)
    found = []
    for celsius in (-20.0, 0.0, 25.0, 31.5, 60.0):
        chip.set_temperature(celsius)
        clock.pass_us(50000)
        found.append([celsius, imu.temperature_c100()])
    chip.faults.unplugged = True
    return {"found": found, "unplugged": _outcome(imu.temperature_c100)[0]}


def motion(model):
    """Still for ten seconds, then moved: the pin goes high and wakes the board from light sleep."""
    from repfw.imu_motion import moved as has_moved
    from repfw.imu_motion import watch_motion

    source = Still((0.0, 0.0, 1.0, 0.0, 0.0, 0.0))
    chip = bench.make_chip(model, source)
    imu = bench.driver(chip, rate_hz=100)
    machine.wire(chip, 34)
    pin = machine.Pin(34, machine.Pin.IN)
    pin.irq(handler=None, trigger=machine.Pin.IRQ_HIGH_LEVEL, wake=True)
    watch_motion(imu)
    begin_us = clock.now_us()
    machine.lightsleep(10000)
    slept_ms = (clock.now_us() - begin_us) // 1000
    source.values = [0.06, 0.0, 1.0, 0.0, 0.0, 0.0]  # less than the 100 mg that it is set to
    machine.lightsleep(1000)
    before = has_moved(imu)
    source.values = [0.21, 0.0, 1.0, 0.0, 0.0, 0.0]
    begin_us = clock.now_us()
    machine.lightsleep(10000)
    woke_ms = (clock.now_us() - begin_us) // 1000
    clock.pass_us(500000)  # it lies still again meanwhile
    machine.poll()
    source_level = pin.value()
    moved = has_moved(imu)
    again = has_moved(imu)
    machine.poll()
    after_level = pin.value()
    rate_asleep = chip.rate_mhz()
    imu.start(100)
    clock.pass_us(200000)
    awake = imu.drain(bytearray(12 * 40), 40)
    imu.stop()
    drained = _outcome(lambda: imu.drain(bytearray(12), 1))
    return {
        "slept_ms": slept_ms,
        "before": before,
        "woke_ms": woke_ms,
        "level": source_level,
        "moved": moved,
        "again": again,
        "after_level": after_level,
        "rate_asleep_mhz": rate_asleep,
        "awake": awake,
        "stopped": [chip.rate_mhz(), imu.running, drained[0]],
    }


bench.run(globals())
