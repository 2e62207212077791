"""The self-test of the MPU family. Sources as in ``imu_mpu.py``. Loaded for the moment."""

from time import sleep_ms

from micropython import const

_SELF_TEST_GYRO_6500 = const(0x00)  # x, y, z (6500, 9250)
_SELF_TEST = const(0x0D)  # 6050: x, y, z, low bits of the accelerometer's; 6500, 9250: accelerometer x, y, z
_ACCEL_XOUT_H = const(0x3B)  # accelerometer, temperature, gyroscope: 7 big-endian words
_SELF_TEST_XYZ = const(0xE0)  # GYRO_CONFIG, ACCEL_CONFIG
_ACC_8G = const(0x10)  # ACCEL_CONFIG
_DLPF_SELF_TEST = const(2)
_SETTLE_MS = const(100)
_READINGS = const(50)
_WAIT_MS = const(2)
_TRIM_TOLERANCE = const(0.14)  # PS-MPU-6000A 6.1 and 6.2


def test(imu, setup, mean):
    """What the axes read with the actuators on, less what they read without, against the factory's figure."""
    acc_fs = _ACC_8G if imu.is_6050 else 0  # else ±2 g. The gyroscope's is ±250 °/s for all.
    setup.wake(imu)
    setup.tune(imu, 1, _DLPF_SELF_TEST, 0, acc_fs)
    sleep_ms(_SETTLE_MS)
    idle = mean(imu, _ACCEL_XOUT_H, 7, _READINGS, _WAIT_MS, True)
    setup.tune(imu, 1, _DLPF_SELF_TEST, _SELF_TEST_XYZ, _SELF_TEST_XYZ | acc_fs)
    sleep_ms(_SETTLE_MS)
    moved = mean(imu, _ACCEL_XOUT_H, 7, _READINGS, _WAIT_MS, True)
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
