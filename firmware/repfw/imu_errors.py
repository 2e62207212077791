"""What is said when a sensor does not do what it should: each of these raises an ImuError. Loaded for the moment."""

from repfw.imu import ImuError


def fails(imu):
    """A transfer did."""
    imu.bus_errors += 1
    raise ImuError("bus", imu.model + " does not answer: check its wires")


def not_taken(imu, register, value):
    """A register does not hold what was written."""
    found = imu.one[0]
    raise ImuError("readback", f"{imu.model} register 0x{register:02x}: wrote 0x{value:02x}, found 0x{found:02x}")


def no_such(name, value, allowed):
    """A rate or range that does not exist."""
    raise ImuError("setting", f"{name} is {value}: choose {', '.join(str(one) for one in allowed)}")


def not_started():
    """There is nothing to drain."""
    raise ImuError("setting", "start the sensor before draining it")
