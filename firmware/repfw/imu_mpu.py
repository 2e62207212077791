"""MPU-6050, MPU-6500, MPU-9250 (and 9255). See imu.py for how it is used.

Sources: RM-MPU-6000A-00 rev. 4.2 and PS-MPU-6000A-00 rev. 3.4 (6050); RM-MPU-6500A-00 rev. 2.1; RM-MPU-9250A-00
rev. 1.6; AN-MPU-9250A-03 rev. 1.0 (self-test of the 6500 and 9250). Register numbers are theirs.
"""

from time import sleep_ms

from micropython import const

from repfw.imu import ACC_RANGES_G, GYR_RANGES_DPS, SAMPLE_BYTES, Imu, int16

# Registers
_SELF_TEST_GYRO_6500 = const(0x00)  # x, y, z (6500, 9250)
_SELF_TEST = const(0x0D)  # 6050: x, y, z, low bits of the accelerometer's; 6500, 9250: accelerometer x, y, z
_SMPLRT_DIV = const(0x19)
_CONFIG = const(0x1A)
_GYRO_CONFIG = const(0x1B)
_ACCEL_CONFIG = const(0x1C)
_ACCEL_CONFIG_2 = const(0x1D)  # 6500, 9250
_LP_ACCEL_ODR = const(0x1E)  # 6500, 9250
_MOT_THR = const(0x1F)
_MOT_DUR = const(0x20)  # 6050
_FIFO_EN = const(0x23)
_INT_PIN_CFG = const(0x37)
_INT_ENABLE = const(0x38)
_INT_STATUS = const(0x3A)
_ACCEL_XOUT_H = const(0x3B)  # accelerometer, temperature, gyroscope: 7 big-endian words
_TEMP_OUT_H = const(0x41)
_ACCEL_INTEL_CTRL = const(0x69)  # 6500, 9250
_USER_CTRL = const(0x6A)
_PWR_MGMT_1 = const(0x6B)
_PWR_MGMT_2 = const(0x6C)
_FIFO_COUNT_H = const(0x72)
_FIFO_R_W = const(0x74)
_WHO_AM_I = const(0x75)

# Fields
_SELF_TEST_XYZ = const(0xE0)  # GYRO_CONFIG, ACCEL_CONFIG
_FS_SHIFT = const(3)  # GYRO_CONFIG, ACCEL_CONFIG: 0 to 3 for the smallest range to the largest
_ACCEL_HPF_5HZ = const(0x01)  # ACCEL_CONFIG of the 6050, for motion detection only
_ACCEL_FCHOICE_B = const(0x08)  # ACCEL_CONFIG_2: no low-pass
_FIFO_GYRO = const(0x70)  # FIFO_EN
_FIFO_ACCEL = const(0x08)
_LATCH_INT_EN = const(0x20)  # INT_PIN_CFG: active high, push-pull, until INT_STATUS is read
_MOT_INT = const(0x40)  # INT_ENABLE, INT_STATUS
_FIFO_OFLOW_INT = const(0x10)
_ACCEL_INTEL = const(0xC0)  # ACCEL_INTEL_CTRL: on, comparing each sample with the one before
_USER_FIFO_EN = const(0x40)  # USER_CTRL
_USER_FIFO_RESET = const(0x04)
_DEVICE_RESET = const(0x80)  # PWR_MGMT_1
_SLEEP = const(0x40)
_CYCLE = const(0x20)
_CLOCK_GYRO_X = const(0x01)  # steadier than the internal oscillator: RM-MPU-6000A reg. 107
_STANDBY_GYRO = const(0x07)  # PWR_MGMT_2
_WAKE_20HZ_6050 = const(0x80)
_LP_31HZ_6500 = const(0x07)  # LP_ACCEL_ODR

_BASE_HZ = const(1000)  # what SMPLRT_DIV divides while DLPF_CFG is 1 to 6
_DLPF = {50: 4, 100: 3, 200: 2}  # DLPF_CFG: 21, 44 and 94 Hz, below half the rate
_DLPF_SELF_TEST = const(2)
_ACC_NG = {2: 61035, 4: 122070, 8: 244141, 16: 488281}  # 16384 LSB per g at 2 g, and so on
_GYR_NDPS = {250: 7633588, 500: 15267176, 1000: 30487805, 2000: 60975610}  # 131, 65.5, 32.8, 16.4 LSB per °/s

# PS-MPU-6000A 6.1: the gyroscope starts within 30 ms, its low-pass after that; a reset may take 100 ms (RM reg. 107).
_RESET_MS = const(100)
_SETTLE_MS = const(100)

_FIFO_6050 = const(1024)
_FIFO_6500 = const(512)
_SPARE_BYTES = const(24)  # a FIFO with less room than this may run over between counting and reading

_TEST_READINGS = const(50)
_TEST_WAIT_MS = const(2)
_TRIM_TOLERANCE = 0.14  # PS-MPU-6000A 6.1 and 6.2
_MG_PER_THR_6050 = const(32)  # RM 4.2 no longer says; InvenSense's motion driver 5.1 reckons so for this sensor
_MG_PER_THR_6500 = const(4)  # RM-MPU-6500A reg. 31


class Mpu(Imu):
    _who_register = _WHO_AM_I
    _fifo_register = _FIFO_R_W

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, SAMPLE_BYTES)
        self._is_6050 = who == 0x68
        self._fifo_bytes = _FIFO_6050 if self._is_6050 else _FIFO_6500
        self.fifo_samples = (self._fifo_bytes - _SPARE_BYTES) // SAMPLE_BYTES

    def _wake(self):
        self._put(_PWR_MGMT_1, _DEVICE_RESET)
        sleep_ms(_RESET_MS)
        self._set(_PWR_MGMT_1, _CLOCK_GYRO_X)
        self._set(_PWR_MGMT_2, 0)

    def _configure(self, rate_hz):
        divider = _BASE_HZ // rate_hz
        self._wake()
        self._set(_SMPLRT_DIV, divider - 1)
        self._set(_CONFIG, _DLPF[rate_hz])
        self._set(_GYRO_CONFIG, GYR_RANGES_DPS.index(self.gyr_range_dps) << _FS_SHIFT)
        self._set(_ACCEL_CONFIG, ACC_RANGES_G.index(self.acc_range_g) << _FS_SHIFT)
        if not self._is_6050:
            self._set(_ACCEL_CONFIG_2, _DLPF[rate_hz])
        self._set(_INT_PIN_CFG, _LATCH_INT_EN)
        self._set(_INT_ENABLE, 0)
        self.true_rate_mhz = _BASE_HZ * 1000 // divider
        self.acc_ng_per_lsb = _ACC_NG[self.acc_range_g]
        self.gyr_ndps_per_lsb = _GYR_NDPS[self.gyr_range_dps]
        sleep_ms(_SETTLE_MS)

    def _clear_fifo(self):
        # The sources are shut off first: a reset in the middle of a sample would leave its rest in the FIFO.
        self._set(_FIFO_EN, 0)
        self._set(_USER_CTRL, 0)
        self._put(_USER_CTRL, _USER_FIFO_RESET)
        self._set(_USER_CTRL, _USER_FIFO_EN)
        self._get(_INT_STATUS)
        self._set(_FIFO_EN, _FIFO_GYRO | _FIFO_ACCEL)
        self._skip = 1

    def _count(self):
        two = self._two
        self._i2c.readfrom_mem_into(self.address, _FIFO_COUNT_H, two)
        return two[0] << 8 | two[1]

    def _waiting(self):
        count = self._count()
        if count % SAMPLE_BYTES:
            count = self._count()  # a sample may have been on its way in
        if count > self._fifo_bytes:
            raise OSError
        if count > self._fifo_bytes - _SPARE_BYTES or count % SAMPLE_BYTES:
            return -1
        return count // SAMPLE_BYTES

    def _spoilt(self):
        return self._get(_INT_STATUS) & _FIFO_OFLOW_INT

    def _unpack(self, count):
        # Big-endian in the FIFO, in our order otherwise (RM reg. 116: by register number). Unrolled for speed.
        raw = self._raw
        buf = self._buf
        at = self._at
        i = 0
        while count:
            buf[at] = raw[i + 1]
            buf[at + 1] = raw[i]
            buf[at + 2] = raw[i + 3]
            buf[at + 3] = raw[i + 2]
            buf[at + 4] = raw[i + 5]
            buf[at + 5] = raw[i + 4]
            buf[at + 6] = raw[i + 7]
            buf[at + 7] = raw[i + 6]
            buf[at + 8] = raw[i + 9]
            buf[at + 9] = raw[i + 8]
            buf[at + 10] = raw[i + 11]
            buf[at + 11] = raw[i + 10]
            i += SAMPLE_BYTES
            at += SAMPLE_BYTES
            count -= 1
        self._at = at

    # Self-test: what the axes read with the actuators on, less what they read without, against the factory's figure.

    def _self_test(self):
        acc_fs = 2 << _FS_SHIFT if self._is_6050 else 0  # ±8 g; ±2 g. The gyroscope's is ±250 °/s for all.
        self._wake()
        self._set(_SMPLRT_DIV, 0)
        self._set(_CONFIG, _DLPF_SELF_TEST)
        if not self._is_6050:
            self._set(_ACCEL_CONFIG_2, _DLPF_SELF_TEST)
        self._set(_GYRO_CONFIG, 0)
        self._set(_ACCEL_CONFIG, acc_fs)
        sleep_ms(_SETTLE_MS)
        idle = self._mean(_ACCEL_XOUT_H, 7, _TEST_READINGS, _TEST_WAIT_MS, True)
        self._set(_GYRO_CONFIG, _SELF_TEST_XYZ)
        self._set(_ACCEL_CONFIG, _SELF_TEST_XYZ | acc_fs)
        sleep_ms(_SETTLE_MS)
        moved = self._mean(_ACCEL_XOUT_H, 7, _TEST_READINGS, _TEST_WAIT_MS, True)
        response = [b - a for a, b in zip(idle, moved)]
        del response[3]  # temperature
        failed = self._judge_6050(response) if self._is_6050 else self._judge_6500(response)
        self._power_down()
        return failed

    def _judge_6050(self, response):
        """RM-MPU-6000A 4.1: the response must be within 14 % of the factory trim."""
        codes = self._i2c.readfrom_mem(self.address, _SELF_TEST, 4)
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

    def _judge_6500(self, response):
        """AN-MPU-9250A-03 section 3: by ratio to the factory's figure, or by size where there is none."""
        acc = self._i2c.readfrom_mem(self.address, _SELF_TEST, 3)
        gyr = self._i2c.readfrom_mem(self.address, _SELF_TEST_GYRO_6500, 3)
        failed = 0
        for axis in range(3):
            ratio = response[axis] / _otp(acc[axis]) if all(acc) else abs(response[axis]) / (0.45 * 16384)
            if not 0.5 <= ratio <= 1.5:  # without figures: 225 to 675 mg
                failed |= 1 << axis
            ratio = response[3 + axis] / _otp(gyr[axis]) if all(gyr) else abs(response[3 + axis]) / (120 * 131)
            if not ratio >= 0.5:  # without figures: 60 °/s
                failed |= 8 << axis
        return failed

    def _temperature(self):
        # RM-MPU-6000A reg. 65; RM-MPU-6500A reg. 65, with the constants of its product specification
        two = self._two
        self._i2c.readfrom_mem_into(self.address, _TEMP_OUT_H, two)
        raw = int16(two, 0, True)
        return raw * 10 // 34 + 3653 if self._is_6050 else raw * 10000 // 33387 + 2100

    def _watch_motion(self):
        self._wake()
        self._set(_INT_PIN_CFG, _LATCH_INT_EN)
        if self._is_6050:
            self._set(_ACCEL_CONFIG, _ACCEL_HPF_5HZ)
            self._set(_MOT_THR, max(1, min(255, self._threshold_mg // _MG_PER_THR_6050)))
            self._set(_MOT_DUR, 1)
            self._set(_PWR_MGMT_2, _WAKE_20HZ_6050 | _STANDBY_GYRO)
        else:
            self._set(_PWR_MGMT_2, _STANDBY_GYRO)
            self._set(_ACCEL_CONFIG_2, _ACCEL_FCHOICE_B)
            self._set(_ACCEL_INTEL_CTRL, _ACCEL_INTEL)
            self._set(_MOT_THR, max(1, min(255, self._threshold_mg // _MG_PER_THR_6500)))
            self._set(_LP_ACCEL_ODR, _LP_31HZ_6500)
        self._set(_INT_ENABLE, _MOT_INT)
        sleep_ms(_SETTLE_MS)
        self._get(_INT_STATUS)
        # With the gyroscope asleep its clock is not there: back to the internal one.
        self._set(_PWR_MGMT_1, _CYCLE)

    def _motion_seen(self):
        return bool(self._get(_INT_STATUS) & _MOT_INT)

    def _power_down(self):
        self._set(_PWR_MGMT_1, _SLEEP)


def _otp(code):
    return 2620 * 1.01 ** (code - 1)


def _strays(response, trim, code):
    if code:
        return abs(response - trim) > _TRIM_TOLERANCE * abs(trim)
    return abs(response) < 100  # a copy of the chip without a trim: at least something must move (our own limit)
