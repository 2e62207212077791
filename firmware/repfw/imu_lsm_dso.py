"""LSM6DSO and LSM6DSOX. See imu_lsm.py for what they share with the LSM6DS3."""

from micropython import const

from repfw import hot
from repfw.imu import SAMPLE_BYTES
from repfw.imu_lsm import Lsm

# Registers
_FIFO_STATUS1 = const(0x3A)
_FIFO_CTRL3_DSO = const(0x09)
_FIFO_CTRL4_DSO = const(0x0A)
_CTRL9_XL_DSO = const(0x18)
_INTERNAL_FREQ_FINE_DSO = const(0x63)
_FIFO_DATA_OUT_TAG_DSO = const(0x78)

# Fields
_CONTINUOUS = const(0x06)  # FIFO_MODE, in FIFO_CTRL5 or FIFO_CTRL4
_BDR_GY_SHIFT = const(4)  # FIFO_CTRL3 of the DSO
_OVER_RUN_DSO = const(0x48)  # FIFO_STATUS2: now, or latched
_I3C_DISABLE = const(0xE2)  # CTRL9_XL, with its other bits as after a reset
_TAG_GYRO = const(1)  # FIFO_DATA_OUT_TAG >> 3
_TAG_ACCEL = const(2)
_TAG_SLOT = const(0x06)  # counts the time slots


class Lsm6dso(Lsm):
    """LSM6DSO and LSM6DSOX: a FIFO of 512 words of 7 bytes, a tag and one sensor's x y z (DS12140 6.5.7)."""

    is_dso = True
    _fifo_register = _FIFO_DATA_OUT_TAG_DSO

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, 14)
        self.fifo_samples = 254
        self._half = bytearray(7)  # a word whose fellow has not come yet
        self._has_half = False
        self._torn = False  # one stayed alone: where in the burst samples are missing, nobody could say

    def _fill_fifo_at(self, odr):
        self.set(_CTRL9_XL_DSO, _I3C_DISABLE)
        self.set(_FIFO_CTRL3_DSO, odr << _BDR_GY_SHIFT | odr)

    def _true_rate(self, rate_hz):
        # DS12140 reg. 63h: (6667 + 0.0015 * INTERNAL_FREQ_FINE * 6667) Hz, divided by 128, 64 or 32. In mHz.
        fine = self.get(_INTERNAL_FREQ_FINE_DSO)
        if fine & 0x80:
            fine -= 0x100
        return (6667000 + 10000 * fine) // {50: 128, 100: 64, 200: 32}[rate_hz]

    def _clear_fifo(self):
        self.set(_FIFO_CTRL4_DSO, 0)
        self.set(_FIFO_CTRL4_DSO, _CONTINUOUS)
        self._read_status()  # lets go of FIFO_OVR_LATCHED
        self._has_half = self._torn = False
        self._skip = 1

    def _read_status(self):
        two = self._two
        self.i2c.readfrom_mem_into(self.address, _FIFO_STATUS1, two)
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
            hot.copy(raw, i + 8, 6, self._buf, self._at)
            hot.copy(raw, i + 1, 6, self._buf, self._at + 6)
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
        hot.copy(self._raw, i + 1, 6, half, 1)
        self._has_half = True

    def _place(self, sensor, source, begin):
        hot.copy(source, begin, 6, self._buf, self._at if sensor == _TAG_ACCEL else self._at + 6)
