"""The self-tests of both families: the sensor moves its masses, and what it then reads is judged.

Needed at the start, and then no more. Sources as in ``imu_mpu.py`` and ``imu_lsm.py``; names that begin with an
underscore take no memory on a board, so what both files need of those stands in both.
"""

from time import sleep_ms

from micropython import const

from repfw.imu import int16

# MPU family
_SELF_TEST_GYRO_6500 = const(0x00)  # x, y, z (6500, 9250)
_SELF_TEST = const(0x0D)  # 6050: x, y, z, low bits of the accelerometer's; 6500, 9250: accelerometer x, y, z
_ACCEL_XOUT_H = const(0x3B)  # accelerometer, temperature, gyroscope: 7 big-endian words
_SELF_TEST_XYZ = const(0xE0)  # GYRO_CONFIG, ACCEL_CONFIG
_ACC_8G = const(0x10)  # ACCEL_CONFIG
_DLPF_SELF_TEST = const(2)
_SETTLE_MS = const(100)
_READINGS = const(50)
_WAIT_MS = const(2)
_TRIM_TOLERANCE = 0.14  # PS-MPU-6000A 6.1 and 6.2

# LSM6DS family
_CTRL5_C = const(0x14)
_OUTX_L_G = const(0x22)
_OUTX_L_XL = const(0x28)
_ST_XL = const(0x01)  # CTRL5_C: positive
_ST_G = const(0x04)
_XL_52HZ_4G = const(0x38)  # CTRL1_XL
_G_208HZ_2000DPS = const(0x5C)  # CTRL2_G
# Limits, mechanical characteristics: mg at ±4 g, °/s at ±2000 °/s. In LSB: / 0.122 and / 0.070.
_ST_XL_MIN_DS3 = const(737)  # 90 mg
_ST_XL_MIN_DSO = const(409)  # 50 mg
_ST_XL_MAX = const(13934)  # 1700 mg
_ST_G_MIN = const(2142)  # 150 °/s
_ST_G_MAX = const(10000)  # 700 °/s
_ST_READINGS = const(5)
_ST_WAIT_MS = const(200)


def self_test(imu):
    """The axes that fail, a bit each; the sensor is off afterwards."""
    failed = _mpu(imu) if imu.is_mpu else _lsm(imu)
    imu.power_down()
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
            sums[i] += int16(raw, 2 * i, big_endian)
    return [total / count for total in sums]


# What the axes read with the actuators on, less what they read without, against the factory's figure.


def _mpu(imu):
    acc_fs = _ACC_8G if imu.is_6050 else 0  # else ±2 g. The gyroscope's is ±250 °/s for all.
    imu.wake()
    imu.tune(1, _DLPF_SELF_TEST, 0, acc_fs)
    sleep_ms(_SETTLE_MS)
    idle = _mean(imu, _ACCEL_XOUT_H, 7, _READINGS, _WAIT_MS, True)
    imu.tune(1, _DLPF_SELF_TEST, _SELF_TEST_XYZ, _SELF_TEST_XYZ | acc_fs)
    sleep_ms(_SETTLE_MS)
    moved = _mean(imu, _ACCEL_XOUT_H, 7, _READINGS, _WAIT_MS, True)
    response = [b - a for a, b in zip(idle, moved)]
    del response[3]  # temperature
    return _judge_6050(imu, response) if imu.is_6050 else _judge_6500(imu, response)


def _judge_6050(imu, response):
    """RM-MPU-6000A 4.1: the response must be within 14 % of the factory trim."""
    codes = imu.i2c.readfrom_mem(imu.address, _SELF_TEST, 4)
    failed = 0
    for axis in range(3):
        acc = codes[axis] >> 3 & 0x1C | codes[3] >> (4 - 2 * axis) & 0x03
        trim = 4096 * 0.34 * (0.92 / 0.34) ** ((acc - 1) / 30)
        if _strays(response[axis], trim, acc):
            failed |= 1 << axis
        gyr = codes[axis] & 0x1F
        trim = 25 * 131 * 1.046 ** (gyr - 1)
        if _strays(response[3 + axis], -trim if axis == 1 else trim, gyr):
            failed |= 8 << axis
    return failed


def _strays(response, trim, code):
    if code:
        return abs(response - trim) > _TRIM_TOLERANCE * abs(trim)
    return abs(response) < 100  # a copy of the chip without a trim: at least something must move (our own limit)


def _judge_6500(imu, response):
    """AN-MPU-9250A-03 section 3: by ratio to the factory's figure, or by size where there is none."""
    acc = imu.i2c.readfrom_mem(imu.address, _SELF_TEST, 3)
    gyr = imu.i2c.readfrom_mem(imu.address, _SELF_TEST_GYRO_6500, 3)
    failed = 0
    for axis in range(3):
        ratio = response[axis] / _otp(acc[axis]) if all(acc) else abs(response[axis]) / (0.45 * 16384)
        if not 0.5 <= ratio <= 1.5:  # without figures: 225 to 675 mg
            failed |= 1 << axis
        ratio = response[3 + axis] / _otp(gyr[axis]) if all(gyr) else abs(response[3 + axis]) / (120 * 131)
        if not ratio >= 0.5:  # without figures: 60 °/s
            failed |= 8 << axis
    return failed


def _otp(code):
    return 2620 * 1.01 ** (code - 1)


def _lsm(imu):
    imu.reset()
    imu.measure(_XL_52HZ_4G, 0)
    least = _ST_XL_MIN_DSO if imu.is_dso else _ST_XL_MIN_DS3
    failed = _respond(imu, _OUTX_L_XL, _ST_XL, 20, least, _ST_XL_MAX)
    imu.measure(0, _G_208HZ_2000DPS)
    return failed | _respond(imu, _OUTX_L_G, _ST_G, 5, _ST_G_MIN, _ST_G_MAX) << 3


def _respond(imu, register, bit, wait_ms, least, most):
    """Which of three axes, by bit, do not move within limits when their actuators are on."""
    sleep_ms(_ST_WAIT_MS)
    idle = _mean(imu, register, 3, _ST_READINGS, wait_ms, False)
    imu.set(_CTRL5_C, bit)
    sleep_ms(_ST_WAIT_MS)
    moved = _mean(imu, register, 3, _ST_READINGS, wait_ms, False)
    imu.set(_CTRL5_C, 0)
    failed = 0
    for axis in range(3):
        if not least <= abs(moved[axis] - idle[axis]) <= most:
            failed |= 1 << axis
    return failed
