"""The self-test of the LSM6DS family. Sources as in ``imu_lsm_setup.py``. Loaded for the moment."""

from time import sleep_ms

from micropython import const

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


def test(imu, setup, mean):
    """What each axis reads with its actuators on, less what it reads without, within limits."""
    setup.reset(imu)
    setup.measure(imu, _XL_52HZ_4G, 0)
    least = _ST_XL_MIN_DSO if imu.is_dso else _ST_XL_MIN_DS3
    failed = _respond(imu, mean, _OUTX_L_XL, _ST_XL, 20, least, _ST_XL_MAX)
    setup.measure(imu, 0, _G_208HZ_2000DPS)
    return failed | _respond(imu, mean, _OUTX_L_G, _ST_G, 5, _ST_G_MIN, _ST_G_MAX) << 3


def _respond(imu, mean, register, bit, wait_ms, least, most):
    """Which of three axes, by bit, do not move within limits when their actuators are on."""
    sleep_ms(_ST_WAIT_MS)
    idle = mean(imu, register, 3, _ST_READINGS, wait_ms, False)
    imu.set(_CTRL5_C, bit)
    sleep_ms(_ST_WAIT_MS)
    moved = mean(imu, register, 3, _ST_READINGS, wait_ms, False)
    imu.set(_CTRL5_C, 0)
    failed = 0
    for axis in range(3):
        if not least <= abs(moved[axis] - idle[axis]) <= most:
            failed |= 1 << axis
    return failed
