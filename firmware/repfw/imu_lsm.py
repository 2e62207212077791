"""What LSM6DS3, LSM6DS3TR-C, LSM6DSO and LSM6DSOX share. See imu.py for how they are used.

Sources: LSM6DS3 DocID026899 rev. 10 and AN4650; LSM6DS3TR-C DocID030071 rev. 3 and AN5130; LSM6DSO DS12140 rev. 2
and AN5192; LSM6DSOX DS12814 rev. 4 and AN5272. Register numbers are theirs.
"""

from time import sleep_ms

from micropython import const

from repfw.imu import Imu, int16

# Registers
_WHO_AM_I = const(0x0F)
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_WAKE_UP_SRC = const(0x1B)
_OUT_TEMP_L = const(0x20)

# Fields
_ODR_SHIFT = const(4)  # CTRL1_XL, CTRL2_G
_FS_SHIFT = const(2)
_BDU = const(0x40)  # CTRL3_C: both bytes of a word from the same sample
_IF_INC = const(0x04)  # the register number counts up in a burst
_SW_RESET = const(0x01)
_WU_IA = const(0x08)  # WAKE_UP_SRC

_ODR = {50: 3, 100: 4, 200: 5}  # 52, 104, 208 Hz, in all three fields for a rate
_FS_XL = {2: 0, 4: 2, 8: 3, 16: 1}
_FS_G = {250: 0, 500: 1, 1000: 2, 2000: 3}
_ACC_NG = {2: 61000, 4: 122000, 8: 244000, 16: 488000}  # table of mechanical characteristics, the same for all
_GYR_NDPS = {250: 8750000, 500: 17500000, 1000: 35000000, 2000: 70000000}

_RESET_TRIES = const(20)
_RESET_MS = const(5)
_SETTLE_MS = const(150)  # gyroscope from power-down: AN4650 and AN5192 wait as long in their self-tests


class Lsm(Imu):
    """What the two generations share. They add `_fill_fifo_at(odr)` and `_true_rate(rate_hz)`, in mHz."""

    _who_register = _WHO_AM_I
    _motion_register = _WAKE_UP_SRC
    _motion_bit = _WU_IA
    is_dso = False
    _temperature_lsb = 256  # per °C; zero at 25 °C

    def reset(self):
        """As after power-on; each burst counts the registers up."""
        self.put(_CTRL3_C, _SW_RESET | _IF_INC)
        for _ in range(_RESET_TRIES):
            sleep_ms(_RESET_MS)
            if not self.get(_CTRL3_C) & _SW_RESET:
                self.set(_CTRL3_C, _BDU | _IF_INC)
                return
        raise OSError

    def _configure(self, rate_hz):
        odr = _ODR[rate_hz]
        self.reset()
        self.measure(
            odr << _ODR_SHIFT | _FS_XL[self.acc_range_g] << _FS_SHIFT,
            odr << _ODR_SHIFT | _FS_G[self.gyr_range_dps] << _FS_SHIFT,
        )
        self._fill_fifo_at(odr)
        self.acc_ng_per_lsb = _ACC_NG[self.acc_range_g]
        self.gyr_ndps_per_lsb = _GYR_NDPS[self.gyr_range_dps]
        sleep_ms(_SETTLE_MS)
        self.true_rate_mhz = self._true_rate(rate_hz)

    def _temperature(self):
        two = self._two
        self.i2c.readfrom_mem_into(self.address, _OUT_TEMP_L, two)
        return int16(two, 0) * 100 // self._temperature_lsb + 2500

    def measure(self, ctrl1_xl, ctrl2_g):
        """Both sensors; 0: off."""
        self.set(_CTRL1_XL, ctrl1_xl)
        self.set(_CTRL2_G, ctrl2_g)

    def power_down(self):
        self.measure(0, 0)
