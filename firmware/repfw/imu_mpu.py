"""MPU-6050, MPU-6500, MPU-9250 (and 9255). See imu.py for how it is used.

Sources: RM-MPU-6000A-00 rev. 4.2 and PS-MPU-6000A-00 rev. 3.4 (6050); RM-MPU-6500A-00 rev. 2.1; RM-MPU-9250A-00
rev. 1.6; AN-MPU-9250A-03 rev. 1.0 (self-test of the 6500 and 9250). Register numbers are theirs.
"""

from micropython import const

from repfw.imu import Imu

_SAMPLE_BYTES = const(12)

# Registers
_INT_STATUS = const(0x3A)
_TEMP_OUT_H = const(0x41)
_FIFO_COUNT_H = const(0x72)
_FIFO_R_W = const(0x74)

# Fields
_FIFO_OFLOW_INT = const(0x10)  # INT_STATUS

_FIFO_6050 = const(1024)
_FIFO_6500 = const(512)
_SPARE_BYTES = const(24)  # a FIFO with less room than this may run over between counting and reading


class Mpu(Imu):
    is_mpu = True
    family = "imu_mpu"
    order = bytes((1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10))  # big-endian; else as ours (RM reg. 116: by register number)

    def __init__(self, i2c, address, model, who):
        super().__init__(i2c, address, model, who, _SAMPLE_BYTES, _FIFO_R_W)
        self.is_6050 = who == 0x68
        # RM-MPU-6000A reg. 65; RM-MPU-6500A reg. 65, with the constants of its product specification
        self.temperature = (_TEMP_OUT_H, 1, 10, 34, 3653) if self.is_6050 else (_TEMP_OUT_H, 1, 10000, 33387, 2100)
        self._fifo_bytes = _FIFO_6050 if self.is_6050 else _FIFO_6500
        self.fifo_samples = (self._fifo_bytes - _SPARE_BYTES) // _SAMPLE_BYTES

    def _count(self):
        two = self.two
        self.i2c.readfrom_mem_into(self.address, _FIFO_COUNT_H, two)
        return two[0] << 8 | two[1]

    def waiting(self):
        count = self._count()
        if count % _SAMPLE_BYTES:
            count = self._count()  # a sample may have been on its way in
        if count > self._fifo_bytes:
            raise OSError
        if count > self._fifo_bytes - _SPARE_BYTES or count % _SAMPLE_BYTES:
            return -1
        return count // _SAMPLE_BYTES

    def spoilt(self):
        return self.get(_INT_STATUS) & _FIFO_OFLOW_INT
