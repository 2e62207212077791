"""LSM6DS3 and LSM6DS3TR-C. See imu_lsm.py for what they share with the LSM6DSO."""

from micropython import const

from repfw.imu import SAMPLE_BYTES
from repfw.imu_lsm import Lsm

# Registers
_FIFO_STATUS1 = const(0x3A)
_FIFO_CTRL3_DS3 = const(0x08)
_FIFO_CTRL5_DS3 = const(0x0A)
_FIFO_DATA_OUT_L_DS3 = const(0x3E)

# Fields
_NO_DECIMATION = const(0x09)  # FIFO_CTRL3: every sample of gyroscope and accelerometer
_ODR_FIFO_SHIFT = const(3)  # FIFO_CTRL5
_CONTINUOUS = const(0x06)  # FIFO_MODE, in FIFO_CTRL5 or FIFO_CTRL4
_OVER_RUN_DS3 = const(0x40)  # FIFO_STATUS2
_EMPTY_DS3 = const(0x10)

_ODR_HZ = {50: 52, 100: 104, 200: 208}


class Lsm6ds3(Lsm):
    """LSM6DS3 and LSM6DS3TR-C: a FIFO of words, always gx gy gz ax ay az (regs. 3Eh, 3Fh)."""

    _fifo_register = _FIFO_DATA_OUT_L_DS3
    _order = bytes((6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5))

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, SAMPLE_BYTES)
        self.is_trc = who == 0x6A
        # DIFF_FIFO is of 12 bits (8 kB) or of 11 (4 kB)
        self._fifo_words = 2048 if self.is_trc else 4096
        self._count_high = 0x07 if self.is_trc else 0x0F
        self._temperature_lsb = 256 if self.is_trc else 16
        self._four = bytearray(4)
        # There is no flag that tells afterwards that it ran over while it was drained: so much room must be left.
        self.fifo_samples = self._fifo_words // 6 - 16

    def _fill_fifo_at(self, odr):
        self._fifo_on = odr << _ODR_FIFO_SHIFT | _CONTINUOUS
        self.set(_FIFO_CTRL3_DS3, _NO_DECIMATION)

    def _true_rate(self, rate_hz):
        return _ODR_HZ[rate_hz] * 1000

    def _clear_fifo(self):
        self.set(_FIFO_CTRL5_DS3, 0)
        self.set(_FIFO_CTRL5_DS3, self._fifo_on)
        self._skip = 1  # DocID026899, FIFO: the first after a change of mode is to be dropped

    def _misaligned(self):
        """Whether the next word is another than gx, by FIFO_STATUS3 and 4 (the pattern)."""
        four = self._four
        self.i2c.readfrom_mem_into(self.address, _FIFO_STATUS1, four)
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

    def _spoilt(self):
        return False  # nothing tells: hence the room that `_waiting` leaves
