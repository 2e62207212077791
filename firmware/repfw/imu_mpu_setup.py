"""Setting up an MPU-6050, MPU-6500, MPU-9250 or 9255. Sources as in ``imu_mpu.py``. Loaded for the moment."""

from time import sleep_ms

from micropython import const

WHO_AM_I = 0x75
ACC_NG = (61035, 122070, 244141, 488281)  # 16384 LSB per g at 2 g, and so on
GYR_NDPS = (7633588, 15267176, 30487805, 60975610)  # 131, 65.5, 32.8, 16.4 LSB per °/s

# Registers
_SMPLRT_DIV = const(0x19)
_CONFIG = const(0x1A)
_GYRO_CONFIG = const(0x1B)
_ACCEL_CONFIG = const(0x1C)
_ACCEL_CONFIG_2 = const(0x1D)  # 6500, 9250
_FIFO_EN = const(0x23)
_INT_PIN_CFG = const(0x37)
_INT_ENABLE = const(0x38)
_INT_STATUS = const(0x3A)
_USER_CTRL = const(0x6A)
_PWR_MGMT_1 = const(0x6B)
_PWR_MGMT_2 = const(0x6C)

# Fields
_FS_SHIFT = const(3)  # GYRO_CONFIG, ACCEL_CONFIG: 0 to 3 for the smallest range to the largest
_FIFO_GYRO = const(0x70)  # FIFO_EN
_FIFO_ACCEL = const(0x08)
_LATCH_INT_EN = const(0x20)  # INT_PIN_CFG: active high, push-pull, until INT_STATUS is read
_USER_FIFO_EN = const(0x40)  # USER_CTRL
_USER_FIFO_RESET = const(0x04)
_DEVICE_RESET = const(0x80)  # PWR_MGMT_1
_SLEEP = const(0x40)
_CLOCK_GYRO_X = const(0x01)  # steadier than the internal oscillator: RM-MPU-6000A reg. 107

_BASE_HZ = const(1000)  # what SMPLRT_DIV divides while DLPF_CFG is 1 to 6
_DLPF = {50: 4, 100: 3, 200: 2}  # DLPF_CFG: 21, 44 and 94 Hz, below half the rate

# PS-MPU-6000A 6.1: the gyroscope starts within 30 ms, its low-pass after that; a reset may take 100 ms (RM reg. 107).
_RESET_MS = const(100)
_SETTLE_MS = const(100)


def configure(imu, rate_hz, acc_fs, gyr_fs):
    """Rate and ranges; returns the true rate, mHz."""
    divider = _BASE_HZ // rate_hz
    wake(imu)
    tune(imu, divider, _DLPF[rate_hz], gyr_fs << _FS_SHIFT, acc_fs << _FS_SHIFT)
    imu.set(_INT_ENABLE, 0)
    sleep_ms(_SETTLE_MS)
    return _BASE_HZ * 1000 // divider


def wake(imu):
    """Reset; then all is on."""
    imu.put(_PWR_MGMT_1, _DEVICE_RESET)
    sleep_ms(_RESET_MS)
    imu.set(_PWR_MGMT_1, _CLOCK_GYRO_X)
    imu.set(_PWR_MGMT_2, 0)
    imu.set(_INT_PIN_CFG, _LATCH_INT_EN)


def tune(imu, divider, low_pass, gyro_config, accel_config):
    """Rate, low-pass, and both GYRO_CONFIG and ACCEL_CONFIG."""
    imu.set(_SMPLRT_DIV, divider - 1)
    imu.set(_CONFIG, low_pass)
    imu.set(_GYRO_CONFIG, gyro_config)
    imu.set(_ACCEL_CONFIG, accel_config)
    if not imu.is_6050:
        imu.set(_ACCEL_CONFIG_2, low_pass)


def clear_fifo(imu):
    """Empty, and filling from a whole sample on."""
    # The sources are shut off first: a reset in the middle of a sample would leave its rest in the FIFO.
    imu.set(_FIFO_EN, 0)
    imu.set(_USER_CTRL, 0)
    imu.put(_USER_CTRL, _USER_FIFO_RESET)
    imu.set(_USER_CTRL, _USER_FIFO_EN)
    imu.get(_INT_STATUS)
    imu.set(_FIFO_EN, _FIFO_GYRO | _FIFO_ACCEL)
    imu.skip = 1


def power_down(imu):
    """A few µA."""
    imu.set(_PWR_MGMT_1, _SLEEP)
