"""The self-test: the sensor moves its masses, and what it then reads is judged. Loaded for the moment."""

from time import sleep_ms

from repfw import seldom


def self_test(imu):
    """Lie still meanwhile. 0: all well, else 1 << axis for each that fails, in the order ax ay az gx gy gz.

    The sensor is stopped afterwards.
    """
    imu.running = False
    imu.rate_hz = 0
    setup = seldom(imu.family + "_setup")
    try:
        failed = seldom(imu.family + "_test").test(imu, setup, _mean)
        setup.power_down(imu)
    except OSError:
        seldom("imu_errors").fails(imu)
    return failed


def failed_axes(mask):
    """What `self_test` returned, in words."""
    names = ("ax", "ay", "az", "gx", "gy", "gz")
    return " ".join(name for i, name in enumerate(names) if mask & 1 << i) or "none"


def _mean(imu, register, axes, count, wait_ms, big_endian):
    """Mean of `count` readings, `wait_ms` apart, of consecutive 16-bit registers."""
    raw = bytearray(2 * axes)
    sums = [0] * axes
    for _ in range(count):
        sleep_ms(wait_ms)
        imu.i2c.readfrom_mem_into(imu.address, register, raw)
        for i in range(axes):
            sums[i] += _int16(raw, 2 * i, big_endian)
    return [total / count for total in sums]


def _int16(raw, at, big_endian):
    value = raw[at] << 8 | raw[at + 1] if big_endian else raw[at + 1] << 8 | raw[at]
    return value - 0x10000 if value & 0x8000 else value
