"""Setting up an LSM6DS3, LSM6DS3TR-C, LSM6DSO or LSM6DSOX. Loaded for the moment.

Sources: LSM6DS3 DocID026899 rev. 10 and AN4650; LSM6DS3TR-C DocID030071 rev. 3 and AN5130; LSM6DSO DS12140 rev. 2
and AN5192; LSM6DSOX DS12814 rev. 4 and AN5272. Register numbers are theirs.
"""

from time import sleep_ms

from micropython import const

WHO_AM_I = 0x0F
ACC_NG = (61000, 122000, 244000, 488000)  # table of mechanical characteristics, the same for all
GYR_NDPS = (8750000, 17500000, 35000000, 70000000)

# Registers
_FIFO_CTRL3_DS3 = const(0x08)
_FIFO_CTRL3_DSO = const(0x09)
_FIFO_CTRL4_DSO = const(0x0A)
_FIFO_CTRL5_DS3 = const(0x0A)
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_CTRL9_XL_DSO = const(0x18)
_INTERNAL_FREQ_FINE_DSO = const(0x63)

# Fields
_ODR_SHIFT = const(4)  # CTRL1_XL, CTRL2_G
_FS_SHIFT = const(2)
_BDU = const(0x40)  # CTRL3_C: both bytes of a word from the same sample
_IF_INC = const(0x04)  # the register number counts up in a burst
_SW_RESET = const(0x01)
_NO_DECIMATION = const(0x09)  # FIFO_CTRL3: every sample of gyroscope and accelerometer
_ODR_FIFO_SHIFT = const(3)  # FIFO_CTRL5
_CONTINUOUS = const(0x06)  # FIFO_MODE, in FIFO_CTRL5 or FIFO_CTRL4
_BDR_GY_SHIFT = const(4)  # FIFO_CTRL3 of the DSO
_I3C_DISABLE = const(0xE2)  # CTRL9_XL, with its other bits as after a reset

_ODR = {50: 3, 100: 4, 200: 5}  # 52, 104, 208 Hz, in all three fields for a rate
_FS_XL = const(b"\x00\x02\x03\x01")  # by range; the gyroscope's are in order

_RESET_TRIES = const(20)
_RESET_MS = const(5)
_SETTLE_MS = const(150)  # gyroscope from power-down: AN4650 and AN5192 wait as long in their self-tests


def configure(imu, rate_hz, acc_fs, gyr_fs):
    """Rate and ranges; returns the true rate, mHz."""
    odr = _ODR[rate_hz]
    reset(imu)
    measure(imu, odr << _ODR_SHIFT | _FS_XL[acc_fs] << _FS_SHIFT, odr << _ODR_SHIFT | gyr_fs << _FS_SHIFT)
    if imu.is_dso:
        imu.set(_CTRL9_XL_DSO, _I3C_DISABLE)
        imu.set(_FIFO_CTRL3_DSO, odr << _BDR_GY_SHIFT | odr)
    else:
        imu.set(_FIFO_CTRL3_DS3, _NO_DECIMATION)
    sleep_ms(_SETTLE_MS)
    return _true_rate(imu, rate_hz) if imu.is_dso else rate_hz * 1040


def _true_rate(imu, rate_hz):
    # DS12140 reg. 63h: (6667 + 0.0015 * INTERNAL_FREQ_FINE * 6667) Hz, divided by 128, 64 or 32. In mHz.
    fine = imu.get(_INTERNAL_FREQ_FINE_DSO)
    if fine & 0x80:
        fine -= 0x100
    return (6667000 + 10000 * fine) * rate_hz // 6400


def clear_fifo(imu):
    """Empty, and filling from a whole sample on."""
    if imu.is_dso:
        imu.set(_FIFO_CTRL4_DSO, 0)
        imu.set(_FIFO_CTRL4_DSO, _CONTINUOUS)
        imu.read_status()  # lets go of FIFO_OVR_LATCHED
        imu.has_half = imu.torn = False
    else:
        imu.set(_FIFO_CTRL5_DS3, 0)
        imu.set(_FIFO_CTRL5_DS3, _ODR[imu.rate_hz] << _ODR_FIFO_SHIFT | _CONTINUOUS)
    imu.skip = 1  # DocID026899, FIFO: the first after a change of mode is to be dropped


def reset(imu):
    """As after power-on; each burst counts the registers up."""
    imu.put(_CTRL3_C, _SW_RESET | _IF_INC)
    for _ in range(_RESET_TRIES):
        sleep_ms(_RESET_MS)
        if not imu.get(_CTRL3_C) & _SW_RESET:
            imu.set(_CTRL3_C, _BDU | _IF_INC)
            return
    raise OSError


def measure(imu, ctrl1_xl, ctrl2_g):
    """Both sensors; 0: off."""
    imu.set(_CTRL1_XL, ctrl1_xl)
    imu.set(_CTRL2_G, ctrl2_g)


def power_down(imu):
    """A few µA."""
    measure(imu, 0, 0)
