"""What goes wrong, and whether it is told. Run by ``tests/firmware/test_imu_faults.py``."""

import random

import bench
import machine
from simclock import clock


class Session:
    """Drains for a while; keeps count of what came and of what was told."""

    def __init__(self, model, rate_hz=200, **settings):
        self.chip = bench.make_chip(model, **settings)
        self.imu = bench.driver(self.chip, rate_hz=rate_hz)
        self.buf = bytearray(12 * 64)
        self.checker = bench.Checker()
        self.told = []
        self.untold_gaps = 0
        self._pending = False

    def go(self, pauses_ms):
        from repfw.imu import ImuError

        for pause_ms in pauses_ms:
            clock.pass_us(int(pause_ms * 1000))
            gaps = self.checker.gaps
            try:
                n = self.imu.drain(self.buf, 64)
            except ImuError as error:
                self.told.append(error.code)
                self._pending = True
                continue
            self._pending = self._pending or self.imu.overran or self.imu.restarted
            if self.imu.overran:
                self.told.append("overran")
            if self.imu.restarted:
                self.told.append("restarted")
            self.checker.check(self.buf, n)
            if n:
                self.untold_gaps += self.checker.gaps - gaps if not self._pending else 0
                self._pending = False
        return self

    def result(self):
        checker = self.checker
        return {
            "samples": checker.samples,
            "wrong": checker.wrong,
            "missing": checker.missing,
            "gaps": checker.gaps,
            "untold_gaps": self.untold_gaps,
            "told": self.told,
            "overruns": self.imu.overruns,
            "restarts": self.imu.restarts,
        }


def overrun(model):
    """Nobody drains for ten seconds."""
    return Session(model).go([50] * 10).go([10000]).go([50] * 20).result()


def brink(model, seed):
    """Pauses around what the FIFO holds, a bus at 100 kHz: now it runs over, now it only nearly does."""
    random.seed(int(seed))
    session = Session(model, 200)
    session.imu.i2c = machine.I2C(0, freq=100000)
    full_ms = session.imu.fifo_samples * 1000000 // session.imu.true_rate_mhz
    for _ in range(25):
        session.go([full_ms + random.randint(-60, 60), 1, 1, 20])
        while session.imu.drain(session.buf, 0) == 0 and session.imu.waiting() > 10:
            session.go([1])
    return session.result()


def lost_bytes(model, count):
    """A glitch on the bus takes bytes out of the FIFO, unseen."""
    session = Session(model).go([50] * 5)
    clock.pass_us(50000)
    session.chip.catch_up()
    session.chip.lose_bytes(int(count))
    return session.go([1] + [50] * 10).result()


def bus_errors(model, seed):
    """Transfers that fail, anywhere in a drain, now and then in the middle of a burst."""
    random.seed(int(seed))
    session = Session(model)
    faults = session.chip.faults
    for i in range(30):
        session.go([random.randint(1, 100) for _ in range(5)])
        if i % 3:
            faults.skip = random.randint(0, 5)
            faults.errors = 1
        else:
            faults.break_after = random.randint(2, 48)  # the longest burst has 4 samples
    return session.go([50] * 5).result()


def unplugged(model):
    """The cable comes off and on again: the sensor has lost its power meanwhile."""
    session = Session(model).go([50] * 5)
    session.chip.faults.unplugged = True
    session.go([50] * 5)
    during = list(session.told)
    session.chip.faults.unplugged = False
    session.chip.power_on()
    session.go([50] * 10)
    return {"during": during, "all": session.result()}


def reads_as(model, value):
    """A data line that sticks."""
    session = Session(model).go([50] * 5)
    session.chip.faults.reads_as = int(value)
    session.go([50] * 10)
    during = list(session.told)
    session.chip.faults.reads_as = None
    session.go([50] * 10)
    return {"during": during, "all": session.result()}


def brown_out(model):
    """The supply dips: the sensor is as after power-on, and asleep."""
    session = Session(model).go([50] * 5)
    session.chip.power_on()
    return session.go([50] * 20).result()


def frozen(model):
    """It answers but samples no more, until it is reset."""
    session = Session(model).go([50] * 5)
    session.chip.faults.frozen = True
    session.go([50] * 8)
    session.chip.faults.frozen = False
    return session.go([50] * 10).result()


def half_words(model):
    """LSM6DSO: the accelerometer's word of a slot first, or a FIFO that begins in the middle of a slot."""
    found = []
    for accel_first, begins_late in ((True, False), (False, True), (True, True)):
        session = Session(model)
        session.chip.accel_first = accel_first
        if begins_late:
            clock.pass_us(20000)
            session.chip.catch_up()
            session.chip.lose_bytes(7)
        found.append(session.go([50] * 20).result())
        machine.unplug(0, session.chip)
    return found


def stuck_registers(model):
    """Each register that start writes, in turn, does not take it."""
    from repfw.imu import ImuError

    chip = bench.make_chip(model)
    imu = bench.driver(chip)
    chip.log_writes = True
    imu.start(200, 16, 2000)
    chip.log_writes = False
    found = {}
    for register, value in chip.writes:
        chip.power_on()
        matters = chip.regs[register] != value
        clock.pass_us(100000)
        chip.faults.stuck_registers = (register,)
        try:
            imu.start(200, 16, 2000)
            code = ""
        except ImuError as error:
            code = error.code
        chip.faults.stuck_registers = ()
        found[register] = found.get(register, []) + [[value, matters, code]]
    imu.start(200, 16, 2000)
    return found


bench.run(globals())
