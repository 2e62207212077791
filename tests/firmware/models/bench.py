"""What the scripts in ``onboard/`` share: a sensor on a bus, samples checked one by one."""

import machine
from lsm_chip import Lsm6ds3Chip, Lsm6dsoChip
from mpu_chip import MpuChip
from simclock import clock
from sources import Counting, counting_index

MODELS = ("MPU-6050", "MPU-6500", "MPU-9250", "LSM6DS3", "LSM6DS3TR-C", "LSM6DSO", "LSM6DSOX")


def make_chip(model, source=None, address=None, **settings):
    """Plugged into bus 0, at the lower of its addresses unless told otherwise."""
    kind = MpuChip if model.startswith("MPU") else Lsm6dsoChip if model.startswith("LSM6DSO") else Lsm6ds3Chip
    if address is None:
        address = 0x68 if kind is MpuChip else 0x6A
    return machine.plug(0, kind(address, clock, source or Counting(), model, **settings))


def word(buf, at):
    value = buf[at] | buf[at + 1] << 8
    return value - 0x10000 if value & 0x8000 else value


def words(buf, sample):
    return [word(buf, 12 * sample + 2 * axis) for axis in range(6)]


class Checker:
    """Reads what ``drain`` left, and counts what is not as the model made it."""

    def __init__(self):
        self.samples = 0
        self.wrong = 0
        self.missing = 0
        self.gaps = 0
        self._last = None

    def check(self, buf, count, first=0):
        for i in range(first, first + count):
            index = counting_index(words(buf, i))
            if index is None:
                self.wrong += 1
                continue
            if self._last is not None:
                missing = (index - self._last - 1) % 32768
                self.missing += missing
                self.gaps += missing > 0
            self._last = index
            self.samples += 1


def driver(chip, **settings):
    """A started driver for the chip."""
    from repfw.imu_find import find

    imu = find(machine.I2C(0))
    if settings:
        imu.start(**settings)
    return imu


def run(checks):
    """Calls the check that the command line names and prints what it found out, as one line of JSON."""
    import json
    import sys

    clock.manual(1000)
    found = checks[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(found))
