"""LSM6DSO and LSM6DSOX. Sources as in ``imu_lsm_setup.py``; see imu.py for how it is used."""

from micropython import const

from repfw import hot
from repfw.imu import Imu

_SAMPLE_BYTES = const(12)

# Registers
_FIFO_STATUS1 = const(0x3A)
_OUT_TEMP_L = const(0x20)
_FIFO_DATA_OUT_TAG_DSO = const(0x78)

# Fields
_OVER_RUN_DSO = const(0x48)  # FIFO_STATUS2: now, or latched
_TAG_GYRO = const(1)  # FIFO_DATA_OUT_TAG >> 3
_TAG_ACCEL = const(2)
_TAG_SLOT = const(0x06)  # counts the time slots


class Lsm6dso(Imu):
    """LSM6DSO and LSM6DSOX: a FIFO of 512 words of 7 bytes, a tag and one sensor's x y z (DS12140 6.5.7)."""

    is_dso = True
    family = "imu_lsm"

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, 14, _FIFO_DATA_OUT_TAG_DSO)
        self.temperature = (_OUT_TEMP_L, 0, 100, 256, 2500)
        self.fifo_samples = 254
        self._half = bytearray(7)  # a word whose fellow has not come yet
        self.has_half = False
        self.torn = False  # one stayed alone: where in the burst samples are missing, nobody could say

    def read_status(self):
        two = self.two
        self.i2c.readfrom_mem_into(self.address, _FIFO_STATUS1, two)
        return two[1]

    def waiting(self):
        flags = self.read_status()
        words = self.two[0] | (flags & 0x03) << 8
        if words > 512:
            raise OSError
        if flags & _OVER_RUN_DSO or words > 2 * self.fifo_samples:
            return -1
        return words >> 1

    def spoilt(self):
        return self.torn or self.read_status() & _OVER_RUN_DSO

    def unpack(self, count):
        i = 0
        while count:
            self._pair(i)
            i += 14
            count -= 1

    def _pair(self, i):
        """Two words: nearly always gyroscope and accelerometer of one time slot, in this order."""
        raw = self.raw
        if (
            not self.has_half
            and raw[i] >> 3 == _TAG_GYRO
            and raw[i + 7] >> 3 == _TAG_ACCEL
            and not (raw[i] ^ raw[i + 7]) & _TAG_SLOT
        ):
            hot.copy(raw, i + 8, 6, self.buf, self.at)
            hot.copy(raw, i + 1, 6, self.buf, self.at + 6)
            self.at += _SAMPLE_BYTES
        else:
            self._single(i)
            self._single(i + 7)

    def _single(self, i):
        """One word: a sample when it completes one, else kept. One that stays alone means that samples were lost."""
        half = self._half
        sensor = self.raw[i] >> 3
        if sensor != _TAG_GYRO and sensor != _TAG_ACCEL:
            return
        if self.has_half and half[0] >> 3 != sensor and not (half[0] ^ self.raw[i]) & _TAG_SLOT:
            self._place(sensor, self.raw, i + 1)
            self._place(half[0] >> 3, half, 1)
            self.at += _SAMPLE_BYTES
            self.has_half = False
            return
        if self.has_half and not self.skip:
            self.torn = True
        half[0] = self.raw[i]
        hot.copy(self.raw, i + 1, 6, half, 1)
        self.has_half = True

    def _place(self, sensor, source, begin):
        hot.copy(source, begin, 6, self.buf, self.at if sensor == _TAG_ACCEL else self.at + 6)
