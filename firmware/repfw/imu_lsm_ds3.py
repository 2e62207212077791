"""LSM6DS3 and LSM6DS3TR-C. Sources as in ``imu_lsm_setup.py``; see imu.py for how it is used."""

from micropython import const

from repfw.imu import Imu

_SAMPLE_BYTES = const(12)

# Registers
_FIFO_STATUS1 = const(0x3A)
_OUT_TEMP_L = const(0x20)
_FIFO_DATA_OUT_L_DS3 = const(0x3E)

# Fields
_OVER_RUN_DS3 = const(0x40)  # FIFO_STATUS2
_EMPTY_DS3 = const(0x10)


class Lsm6ds3(Imu):
    """LSM6DS3 and LSM6DS3TR-C: a FIFO of words, always gx gy gz ax ay az (regs. 3Eh, 3Fh)."""

    is_dso = False
    family = "imu_lsm"
    order = bytes((6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5))

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, _SAMPLE_BYTES, _FIFO_DATA_OUT_L_DS3)
        self.is_trc = who == 0x6A
        # DIFF_FIFO is of 12 bits (8 kB) or of 11 (4 kB)
        self._fifo_words = 2048 if self.is_trc else 4096
        self._count_high = 0x07 if self.is_trc else 0x0F
        self.temperature = (_OUT_TEMP_L, 0, 100, 256 if self.is_trc else 16, 2500)
        self._four = bytearray(4)
        # There is no flag that tells afterwards that it ran over while it was drained: so much room must be left.
        self.fifo_samples = self._fifo_words // 6 - 16

    def _misaligned(self):
        """Whether the next word is another than gx, by FIFO_STATUS3 and 4 (the pattern)."""
        four = self._four
        self.i2c.readfrom_mem_into(self.address, _FIFO_STATUS1, four)
        return four[2] | four[3] & 0x03

    def waiting(self):
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

    def spoilt(self):
        return False  # nothing tells: hence the room that `waiting` leaves
