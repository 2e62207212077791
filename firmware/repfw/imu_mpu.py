"""MPU-6050, MPU-6500, MPU-9250 (and 9255). See imu.py for how it is used.

Sources: RM-MPU-6000A-00 rev. 4.2 and PS-MPU-6000A-00 rev. 3.4 (6050); RM-MPU-6500A-00 rev. 2.1; RM-MPU-9250A-00
rev. 1.6; AN-MPU-9250A-03 rev. 1.0 (self-test of the 6500 and 9250). Register numbers are theirs.
"""

from time import sleep_ms

from micropython import const

from repfw.imu import ACC_RANGES_G, GYR_RANGES_DPS, SAMPLE_BYTES, Imu, int16

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
_TEMP_OUT_H = const(0x41)
_USER_CTRL = const(0x6A)
_PWR_MGMT_1 = const(0x6B)
_PWR_MGMT_2 = const(0x6C)
_FIFO_COUNT_H = const(0x72)
_FIFO_R_W = const(0x74)
_WHO_AM_I = const(0x75)

# Fields
_FS_SHIFT = const(3)  # GYRO_CONFIG, ACCEL_CONFIG: 0 to 3 for the smallest range to the largest
_FIFO_GYRO = const(0x70)  # FIFO_EN
_FIFO_ACCEL = const(0x08)
_LATCH_INT_EN = const(0x20)  # INT_PIN_CFG: active high, push-pull, until INT_STATUS is read
_MOT_INT = const(0x40)  # INT_ENABLE, INT_STATUS
_FIFO_OFLOW_INT = const(0x10)
_USER_FIFO_EN = const(0x40)  # USER_CTRL
_USER_FIFO_RESET = const(0x04)
_DEVICE_RESET = const(0x80)  # PWR_MGMT_1
_SLEEP = const(0x40)
_CLOCK_GYRO_X = const(0x01)  # steadier than the internal oscillator: RM-MPU-6000A reg. 107

_BASE_HZ = const(1000)  # what SMPLRT_DIV divides while DLPF_CFG is 1 to 6
_DLPF = {50: 4, 100: 3, 200: 2}  # DLPF_CFG: 21, 44 and 94 Hz, below half the rate
_ACC_NG = {2: 61035, 4: 122070, 8: 244141, 16: 488281}  # 16384 LSB per g at 2 g, and so on
_GYR_NDPS = {250: 7633588, 500: 15267176, 1000: 30487805, 2000: 60975610}  # 131, 65.5, 32.8, 16.4 LSB per °/s

# PS-MPU-6000A 6.1: the gyroscope starts within 30 ms, its low-pass after that; a reset may take 100 ms (RM reg. 107).
_RESET_MS = const(100)
_SETTLE_MS = const(100)

_FIFO_6050 = const(1024)
_FIFO_6500 = const(512)
_SPARE_BYTES = const(24)  # a FIFO with less room than this may run over between counting and reading


class Mpu(Imu):
    is_mpu = True
    _who_register = _WHO_AM_I
    _fifo_register = _FIFO_R_W
    _order = bytes((1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10))  # big-endian; else as ours (RM reg. 116: by register number)
    _motion_register = _INT_STATUS
    _motion_bit = _MOT_INT

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, SAMPLE_BYTES)
        self.is_6050 = who == 0x68
        self._fifo_bytes = _FIFO_6050 if self.is_6050 else _FIFO_6500
        self.fifo_samples = (self._fifo_bytes - _SPARE_BYTES) // SAMPLE_BYTES

    def wake(self):
        """Reset; then all is on."""
        self.put(_PWR_MGMT_1, _DEVICE_RESET)
        sleep_ms(_RESET_MS)
        self.set(_PWR_MGMT_1, _CLOCK_GYRO_X)
        self.set(_PWR_MGMT_2, 0)
        self.set(_INT_PIN_CFG, _LATCH_INT_EN)

    def tune(self, divider, low_pass, gyro_config, accel_config):
        """Rate, low-pass, and both GYRO_CONFIG and ACCEL_CONFIG."""
        self.set(_SMPLRT_DIV, divider - 1)
        self.set(_CONFIG, low_pass)
        self.set(_GYRO_CONFIG, gyro_config)
        self.set(_ACCEL_CONFIG, accel_config)
        if not self.is_6050:
            self.set(_ACCEL_CONFIG_2, low_pass)

    def _configure(self, rate_hz):
        divider = _BASE_HZ // rate_hz
        self.wake()
        self.tune(
            divider,
            _DLPF[rate_hz],
            GYR_RANGES_DPS.index(self.gyr_range_dps) << _FS_SHIFT,
            ACC_RANGES_G.index(self.acc_range_g) << _FS_SHIFT,
        )
        self.set(_INT_ENABLE, 0)
        self.true_rate_mhz = _BASE_HZ * 1000 // divider
        self.acc_ng_per_lsb = _ACC_NG[self.acc_range_g]
        self.gyr_ndps_per_lsb = _GYR_NDPS[self.gyr_range_dps]
        sleep_ms(_SETTLE_MS)

    def _clear_fifo(self):
        # The sources are shut off first: a reset in the middle of a sample would leave its rest in the FIFO.
        self.set(_FIFO_EN, 0)
        self.set(_USER_CTRL, 0)
        self.put(_USER_CTRL, _USER_FIFO_RESET)
        self.set(_USER_CTRL, _USER_FIFO_EN)
        self.get(_INT_STATUS)
        self.set(_FIFO_EN, _FIFO_GYRO | _FIFO_ACCEL)
        self._skip = 1

    def _count(self):
        two = self._two
        self.i2c.readfrom_mem_into(self.address, _FIFO_COUNT_H, two)
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
        return self.get(_INT_STATUS) & _FIFO_OFLOW_INT

    def _temperature(self):
        # RM-MPU-6000A reg. 65; RM-MPU-6500A reg. 65, with the constants of its product specification
        two = self._two
        self.i2c.readfrom_mem_into(self.address, _TEMP_OUT_H, two)
        raw = int16(two, 0, True)
        return raw * 10 // 34 + 3653 if self.is_6050 else raw * 10000 // 33387 + 2100

    def power_down(self):
        self.set(_PWR_MGMT_1, _SLEEP)
