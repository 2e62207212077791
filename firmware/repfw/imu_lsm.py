"""LSM6DS3, LSM6DS3TR-C, LSM6DSO and LSM6DSOX. See imu.py for how it is used.

Sources: LSM6DS3 DocID026899 rev. 10 and AN4650; LSM6DS3TR-C DocID030071 rev. 3 and AN5130; LSM6DSO DS12140 rev. 2
and AN5192; LSM6DSOX DS12814 rev. 4 and AN5272. Register numbers are theirs.
"""

from time import sleep_ms

from micropython import const

from repfw.imu import SAMPLE_BYTES, Imu, int16

# Registers of all
_WHO_AM_I = const(0x0F)
_CTRL1_XL = const(0x10)
_CTRL2_G = const(0x11)
_CTRL3_C = const(0x12)
_CTRL5_C = const(0x14)
_CTRL6_C = const(0x15)
_WAKE_UP_SRC = const(0x1B)
_OUT_TEMP_L = const(0x20)
_OUTX_L_G = const(0x22)
_OUTX_L_XL = const(0x28)
_FIFO_STATUS1 = const(0x3A)
_WAKE_UP_THS = const(0x5B)
_WAKE_UP_DUR = const(0x5C)
_MD1_CFG = const(0x5E)
# LSM6DS3, LSM6DS3TR-C
_FIFO_CTRL3_DS3 = const(0x08)
_FIFO_CTRL5_DS3 = const(0x0A)
_FIFO_DATA_OUT_L_DS3 = const(0x3E)
_TAP_CFG_DS3 = const(0x58)
# LSM6DSO, LSM6DSOX
_FIFO_CTRL3_DSO = const(0x09)
_FIFO_CTRL4_DSO = const(0x0A)
_CTRL9_XL_DSO = const(0x18)
_TAP_CFG0_DSO = const(0x56)
_TAP_CFG2_DSO = const(0x58)
_INTERNAL_FREQ_FINE_DSO = const(0x63)
_FIFO_DATA_OUT_TAG_DSO = const(0x78)

# Fields
_ODR_SHIFT = const(4)  # CTRL1_XL, CTRL2_G
_FS_SHIFT = const(2)
_BDU = const(0x40)  # CTRL3_C: both bytes of a word from the same sample
_IF_INC = const(0x04)  # the register number counts up in a burst
_SW_RESET = const(0x01)
_ST_XL = const(0x01)  # CTRL5_C: positive
_ST_G = const(0x04)
_XL_LOW_POWER = const(0x10)  # CTRL6_C, XL_HM_MODE
_WU_IA = const(0x08)  # WAKE_UP_SRC
_INT1_WU = const(0x20)  # MD1_CFG
_NO_DECIMATION = const(0x09)  # FIFO_CTRL3: every sample of gyroscope and accelerometer
_ODR_FIFO_SHIFT = const(3)  # FIFO_CTRL5
_CONTINUOUS = const(0x06)  # FIFO_MODE, in FIFO_CTRL5 or FIFO_CTRL4
_BDR_GY_SHIFT = const(4)  # FIFO_CTRL3 of the DSO
_OVER_RUN_DS3 = const(0x40)  # FIFO_STATUS2
_EMPTY_DS3 = const(0x10)
_OVER_RUN_DSO = const(0x48)  # FIFO_STATUS2: now, or latched
_I3C_DISABLE = const(0xE2)  # CTRL9_XL, with its other bits as after a reset
_LATCHED = const(0x01)  # TAP_CFG, TAP_CFG0: LIR
_INT_CLR_ON_READ = const(0x40)  # TAP_CFG0
_INTERRUPTS_ENABLE = const(0x80)  # TAP_CFG2; TAP_CFG of the TR-C
_TAG_GYRO = const(1)  # FIFO_DATA_OUT_TAG >> 3
_TAG_ACCEL = const(2)
_TAG_SLOT = const(0x06)  # counts the time slots

_ODR = {50: 3, 100: 4, 200: 5}  # 52, 104, 208 Hz, in all three fields for a rate
_ODR_HZ = {50: 52, 100: 104, 200: 208}
_ODR_26HZ = const(2)
_ODR_52HZ = const(3)
_ODR_208HZ = const(5)
_FS_XL = {2: 0, 4: 2, 8: 3, 16: 1}
_FS_G = {250: 0, 500: 1, 1000: 2, 2000: 3}
_ACC_NG = {2: 61000, 4: 122000, 8: 244000, 16: 488000}  # table of mechanical characteristics, the same for all
_GYR_NDPS = {250: 8750000, 500: 17500000, 1000: 35000000, 2000: 70000000}

_RESET_TRIES = const(20)
_RESET_MS = const(5)
_SETTLE_MS = const(150)  # gyroscope from power-down: AN4650 and AN5192 wait as long in their self-tests

# Self-test limits, mechanical characteristics: mg at ±4 g, °/s at ±2000 °/s. In LSB: / 0.122 and / 0.070.
_ST_XL_MIN_DS3 = const(737)  # 90 mg
_ST_XL_MIN_DSO = const(409)  # 50 mg
_ST_XL_MAX = const(13934)  # 1700 mg
_ST_G_MIN = const(2142)  # 150 °/s
_ST_G_MAX = const(10000)  # 700 °/s
_ST_READINGS = const(5)
_ST_WAIT_MS = const(200)


class _Lsm(Imu):
    """What the two generations share."""

    _who_register = _WHO_AM_I
    _st_xl_min = 0
    _temperature_lsb = 256  # per °C; zero at 25 °C

    def _reset(self):
        self._put(_CTRL3_C, _SW_RESET | _IF_INC)
        for _ in range(_RESET_TRIES):
            sleep_ms(_RESET_MS)
            if not self._get(_CTRL3_C) & _SW_RESET:
                self._set(_CTRL3_C, _BDU | _IF_INC)
                return
        raise OSError

    def _configure(self, rate_hz):
        odr = _ODR[rate_hz]
        self._reset()
        self._set(_CTRL1_XL, odr << _ODR_SHIFT | _FS_XL[self.acc_range_g] << _FS_SHIFT)
        self._set(_CTRL2_G, odr << _ODR_SHIFT | _FS_G[self.gyr_range_dps] << _FS_SHIFT)
        self._fill_fifo_at(odr)
        self.acc_ng_per_lsb = _ACC_NG[self.acc_range_g]
        self.gyr_ndps_per_lsb = _GYR_NDPS[self.gyr_range_dps]
        sleep_ms(_SETTLE_MS)
        self.true_rate_mhz = self._true_rate(rate_hz)

    def _fill_fifo_at(self, odr):
        raise NotImplementedError

    def _true_rate(self, rate_hz):
        raise NotImplementedError

    def _self_test(self):
        self._reset()
        self._set(_CTRL1_XL, _ODR_52HZ << _ODR_SHIFT | _FS_XL[4] << _FS_SHIFT)
        failed = self._respond(_OUTX_L_XL, _ST_XL, 20, self._st_xl_min, _ST_XL_MAX)
        self._set(_CTRL1_XL, 0)
        self._set(_CTRL2_G, _ODR_208HZ << _ODR_SHIFT | _FS_G[2000] << _FS_SHIFT)
        failed |= self._respond(_OUTX_L_G, _ST_G, 5, _ST_G_MIN, _ST_G_MAX) << 3
        self._power_down()
        return failed

    def _respond(self, register, bit, wait_ms, least, most):
        """Which of three axes, by bit, do not move within limits when their actuators are on."""
        sleep_ms(_ST_WAIT_MS)
        idle = self._mean(register, 3, _ST_READINGS, wait_ms, False)
        self._set(_CTRL5_C, bit)
        sleep_ms(_ST_WAIT_MS)
        moved = self._mean(register, 3, _ST_READINGS, wait_ms, False)
        self._set(_CTRL5_C, 0)
        failed = 0
        for axis in range(3):
            if not least <= abs(moved[axis] - idle[axis]) <= most:
                failed |= 1 << axis
        return failed

    def _temperature(self):
        two = self._two
        self._i2c.readfrom_mem_into(self.address, _OUT_TEMP_L, two)
        return int16(two, 0) * 100 // self._temperature_lsb + 2500

    def _watch_motion(self):
        self._reset()
        self._set(_CTRL6_C, _XL_LOW_POWER)
        self._set(_CTRL1_XL, _ODR_26HZ << _ODR_SHIFT)
        self._latch_motion()
        self._set(_WAKE_UP_DUR, 0)
        self._set(_WAKE_UP_THS, max(1, min(63, self._threshold_mg * 64 // 2000)))  # 1/64 of ±2 g
        sleep_ms(_SETTLE_MS)
        self._set(_MD1_CFG, _INT1_WU)
        self._get(_WAKE_UP_SRC)

    def _latch_motion(self):
        raise NotImplementedError

    def _motion_seen(self):
        return bool(self._get(_WAKE_UP_SRC) & _WU_IA)

    def _power_down(self):
        self._set(_CTRL1_XL, 0)
        self._set(_CTRL2_G, 0)


class Lsm6ds3(_Lsm):
    """LSM6DS3 and LSM6DS3TR-C: a FIFO of words, always gx gy gz ax ay az (regs. 3Eh, 3Fh)."""

    _fifo_register = _FIFO_DATA_OUT_L_DS3
    _st_xl_min = _ST_XL_MIN_DS3

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, SAMPLE_BYTES)
        self._is_trc = who == 0x6A
        # DIFF_FIFO is of 12 bits (8 kB) or of 11 (4 kB)
        self._fifo_words = 2048 if self._is_trc else 4096
        self._count_high = 0x07 if self._is_trc else 0x0F
        self._temperature_lsb = 256 if self._is_trc else 16
        self._four = bytearray(4)
        # There is no flag that tells afterwards that it ran over while it was drained: so much room must be left.
        self.fifo_samples = self._fifo_words // 6 - 16

    def _fill_fifo_at(self, odr):
        self._fifo_on = odr << _ODR_FIFO_SHIFT | _CONTINUOUS
        self._set(_FIFO_CTRL3_DS3, _NO_DECIMATION)

    def _true_rate(self, rate_hz):
        return _ODR_HZ[rate_hz] * 1000

    def _clear_fifo(self):
        self._set(_FIFO_CTRL5_DS3, 0)
        self._set(_FIFO_CTRL5_DS3, self._fifo_on)
        self._skip = 1  # DocID026899, FIFO: the first after a change of mode is to be dropped

    def _misaligned(self):
        """Whether the next word is another than gx, by FIFO_STATUS3 and 4 (the pattern)."""
        four = self._four
        self._i2c.readfrom_mem_into(self.address, _FIFO_STATUS1, four)
        return four[2] | four[3] & 0x03

    def _waiting(self):
        if self._misaligned() and self._misaligned():  # once: a sample may have been on its way in
            return -1
        flags = self._four[1]
        words = self._four[0] | (flags & self._count_high) << 8
        if flags & _EMPTY_DS3:
            if words:
                raise OSError
            return 0
        if flags & _OVER_RUN_DS3 or words == 0 or words > self.fifo_samples * 6:
            return -1
        return words // 6

    def _unpack(self, count):
        # Unrolled for speed; a slice would allocate.
        raw = self._raw
        buf = self._buf
        at = self._at
        i = 0
        while count:
            buf[at] = raw[i + 6]
            buf[at + 1] = raw[i + 7]
            buf[at + 2] = raw[i + 8]
            buf[at + 3] = raw[i + 9]
            buf[at + 4] = raw[i + 10]
            buf[at + 5] = raw[i + 11]
            buf[at + 6] = raw[i]
            buf[at + 7] = raw[i + 1]
            buf[at + 8] = raw[i + 2]
            buf[at + 9] = raw[i + 3]
            buf[at + 10] = raw[i + 4]
            buf[at + 11] = raw[i + 5]
            i += SAMPLE_BYTES
            at += SAMPLE_BYTES
            count -= 1
        self._at = at

    def _latch_motion(self):
        self._set(_TAP_CFG_DS3, _LATCHED | (_INTERRUPTS_ENABLE if self._is_trc else 0))


class Lsm6dso(_Lsm):
    """LSM6DSO and LSM6DSOX: a FIFO of 512 words of 7 bytes, a tag and one sensor's x y z (DS12140 6.5.7)."""

    _fifo_register = _FIFO_DATA_OUT_TAG_DSO
    _st_xl_min = _ST_XL_MIN_DSO

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, 14)
        self.fifo_samples = 254
        self._half = bytearray(7)  # a word whose fellow has not come yet
        self._has_half = False
        self._torn = False  # one stayed alone: where in the burst samples are missing, nobody could say

    def _fill_fifo_at(self, odr):
        self._set(_CTRL9_XL_DSO, _I3C_DISABLE)
        self._set(_FIFO_CTRL3_DSO, odr << _BDR_GY_SHIFT | odr)

    def _true_rate(self, rate_hz):
        # DS12140 reg. 63h: (6667 + 0.0015 * INTERNAL_FREQ_FINE * 6667) Hz, divided by 128, 64 or 32. In mHz.
        fine = self._get(_INTERNAL_FREQ_FINE_DSO)
        if fine & 0x80:
            fine -= 0x100
        return (6667000 + 10000 * fine) // {50: 128, 100: 64, 200: 32}[rate_hz]

    def _clear_fifo(self):
        self._set(_FIFO_CTRL4_DSO, 0)
        self._set(_FIFO_CTRL4_DSO, _CONTINUOUS)
        self._read_status()  # lets go of FIFO_OVR_LATCHED
        self._has_half = self._torn = False
        self._skip = 1

    def _read_status(self):
        two = self._two
        self._i2c.readfrom_mem_into(self.address, _FIFO_STATUS1, two)
        return two[1]

    def _waiting(self):
        flags = self._read_status()
        words = self._two[0] | (flags & 0x03) << 8
        if words > 512:
            raise OSError
        if flags & _OVER_RUN_DSO or words > 2 * self.fifo_samples:
            return -1
        return words >> 1

    def _spoilt(self):
        return self._torn or self._read_status() & _OVER_RUN_DSO

    def _unpack(self, count):
        i = 0
        while count:
            self._pair(i)
            i += 14
            count -= 1

    def _pair(self, i):
        """Two words: nearly always gyroscope and accelerometer of one time slot, in this order."""
        raw = self._raw
        if (
            not self._has_half
            and raw[i] >> 3 == _TAG_GYRO
            and raw[i + 7] >> 3 == _TAG_ACCEL
            and not (raw[i] ^ raw[i + 7]) & _TAG_SLOT
        ):
            copy6(self._buf, self._at, raw, i + 8)
            copy6(self._buf, self._at + 6, raw, i + 1)
            self._at += SAMPLE_BYTES
        else:
            self._single(i)
            self._single(i + 7)

    def _single(self, i):
        """One word: a sample when it completes one, else kept. One that stays alone means that samples were lost."""
        half = self._half
        sensor = self._raw[i] >> 3
        if sensor != _TAG_GYRO and sensor != _TAG_ACCEL:
            return
        if self._has_half and half[0] >> 3 != sensor and not (half[0] ^ self._raw[i]) & _TAG_SLOT:
            self._place(sensor, self._raw, i + 1)
            self._place(half[0] >> 3, half, 1)
            self._at += SAMPLE_BYTES
            self._has_half = False
            return
        if self._has_half and not self._skip:
            self._torn = True
        half[0] = self._raw[i]
        copy6(half, 1, self._raw, i + 1)
        self._has_half = True

    def _place(self, sensor, source, begin):
        copy6(self._buf, self._at if sensor == _TAG_ACCEL else self._at + 6, source, begin)

    def _latch_motion(self):
        self._set(_TAP_CFG0_DSO, _INT_CLR_ON_READ | _LATCHED)
        self._set(_TAP_CFG2_DSO, _INTERRUPTS_ENABLE)


def copy6(to, at, source, begin):
    # A slice would allocate.
    to[at] = source[begin]
    to[at + 1] = source[begin + 1]
    to[at + 2] = source[begin + 2]
    to[at + 3] = source[begin + 3]
    to[at + 4] = source[begin + 4]
    to[at + 5] = source[begin + 5]
