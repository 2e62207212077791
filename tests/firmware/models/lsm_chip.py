"""LSM6DS3, LSM6DS3TR-C, LSM6DSO and LSM6DSOX, register by register.

LSM6DS3 DocID026899 rev. 10, LSM6DS3TR-C DocID030071 rev. 3, LSM6DSO DS12140 rev. 2, LSM6DSOX DS12814 rev. 4.
Written from them, not from the driver; the numbers of registers stand here once more on purpose.
"""

from chip import Chip, Fifo

WHO_AM_I = 0x0F
CTRL1_XL = 0x10
CTRL2_G = 0x11
CTRL3_C = 0x12
CTRL5_C = 0x14
WAKE_UP_SRC = 0x1B
OUT_TEMP_L = 0x20
OUTX_L_G = 0x22
FIFO_STATUS1 = 0x3A
FIFO_STATUS2 = 0x3B
TAP_CFG = 0x58
WAKE_UP_THS = 0x5B
MD1_CFG = 0x5E

GYRO_STARTS_IN_US = 80000  # Table "turn-on time" of AN5192; the LSM6DS3 is no slower
RESETS_IN_US = 2000
# ODR fields 1 to 8, in mHz
ODR_MHZ = (0, 13000, 26000, 52000, 104000, 208000, 416000, 833000, 1660000)
ACC_UG_PER_LSB = (61, 488, 122, 244)  # FS_XL 0 to 3: ±2, ±16, ±4, ±8 g
GYR_UDPS_PER_LSB = (8750, 17500, 35000, 70000)


class _LsmChip(Chip):
    """What is common: the control registers, the wake-up detector, the self-test.

    A model adds beside what any family does ``power_on_more()``, ``odr_mhz(odr)``, ``wake_up_enabled()``,
    ``interrupts_latched()`` and ``fill_fifo()``; one that forgets one is found out at once.
    """

    def __init__(self, address, clock, source, model, who, fifo_bytes, rate_error_ppm):
        self.model = model
        self._who = who
        self.fifo = Fifo(fifo_bytes)
        self._gyro_on_us = 0
        self._reset_until_us = 0
        self._last_acc = None
        super().__init__(address, clock, source, rate_error_ppm)
        self.self_test_response = [0.4, 0.4, 0.4, 300.0, 300.0, -300.0]

    def power_on(self):
        regs = self.regs
        for i in range(256):
            regs[i] = 0
        regs[WHO_AM_I] = self._who
        regs[CTRL3_C] = 0x04
        self.power_on_more()
        self.fifo.clear()
        self.restart_clock()

    def following(self, register):
        first, last = self.fifo_window
        if register == last:
            return first
        return (register + 1) & 0xFF if self.regs[CTRL3_C] & 0x04 else register

    def read(self, register):
        value = self.regs[register]
        if register == CTRL3_C:
            return value | (1 if self._clock.now_us() < self._reset_until_us else 0)
        if register == WAKE_UP_SRC:
            self.regs[WAKE_UP_SRC] = 0
        return value

    def write(self, register, value):
        regs = self.regs
        if register in (WHO_AM_I, WAKE_UP_SRC, FIFO_STATUS1, FIFO_STATUS2) or 0x1D <= register <= 0x2D:
            return
        if register == CTRL3_C and value & 0x01:
            self.power_on()
            self._reset_until_us = self._clock.now_us() + RESETS_IN_US
            return
        changes_rate = register in (CTRL1_XL, CTRL2_G) and regs[register] >> 4 != value >> 4
        if register == CTRL2_G and changes_rate and not regs[CTRL2_G] >> 4:
            self._gyro_on_us = self._clock.now_us()
        regs[register] = value
        if changes_rate:
            self.restart_clock()

    def rate_mhz(self):
        odr = max(self.regs[CTRL1_XL] >> 4, self.regs[CTRL2_G] >> 4)
        return self.true_mhz(self.odr_mhz(odr)) if odr else 0

    def settled_us(self):
        return self._gyro_on_us + GYRO_STARTS_IN_US if self.regs[CTRL2_G] >> 4 else 0

    def temperature_word(self, celsius):
        return int((celsius - 25) * self.lsb_per_degree)

    def fifo_runs(self):
        return self.regs[0x0A] & 0x07 == 0x06  # FIFO_CTRL5 or FIFO_CTRL4: continuous

    def store_sample(self, due_us):
        for i in range(3):
            self._store(OUTX_L_G + 2 * i, self.words[3 + i])
            self._store(OUTX_L_G + 6 + 2 * i, self.words[i])
        self._store(OUT_TEMP_L, self._temperature)
        if self.regs[MD1_CFG] & 0x20 and self.wake_up_enabled():
            self._watch()
        if self.fifo_runs():
            self.fill_fifo()

    def _store(self, register, word):
        self.regs[register] = word & 0xFF
        self.regs[register + 1] = (word >> 8) & 0xFF

    def _watch(self):
        acc = [self.words[i] * self.acc_g_per_lsb() for i in range(3)]
        last = self._last_acc
        self._last_acc = acc
        threshold_g = (self.regs[WAKE_UP_THS] & 0x3F) * 2 / 64
        if not self.interrupts_latched():
            self.regs[WAKE_UP_SRC] = 0
        if last and max(abs(acc[i] - last[i]) for i in range(3)) > threshold_g:
            self.regs[WAKE_UP_SRC] |= 0x08

    def interrupt_line(self):
        self.catch_up()
        return self.regs[WAKE_UP_SRC] >> 3 & self.regs[MD1_CFG] >> 5 & 1

    def actuated(self, axis):
        return self.regs[CTRL5_C] & (0x03 if axis < 3 else 0x0C)

    def acc_g_per_lsb(self):
        return ACC_UG_PER_LSB[self.regs[CTRL1_XL] >> 2 & 3] * 1e-6

    def gyr_dps_per_lsb(self):
        return GYR_UDPS_PER_LSB[self.regs[CTRL2_G] >> 2 & 3] * 1e-6

    def sample_rates_agree(self):
        return self.regs[CTRL1_XL] >> 4 == self.regs[CTRL2_G] >> 4


class Lsm6ds3Chip(_LsmChip):
    """LSM6DS3 (8 kB) and LSM6DS3TR-C (4 kB): a FIFO of words, with the number of the next in FIFO_STATUS3."""

    fifo_window = (0x3E, 0x3F)

    def __init__(self, address, clock, source, model="LSM6DS3", rate_error_ppm=0, who=None):
        self._is_trc = model == "LSM6DS3TR-C"
        self.lsb_per_degree = 256 if self._is_trc else 16
        self._next_word = 0
        self._over_run = False
        who = who or (0x6A if self._is_trc else 0x69)
        super().__init__(address, clock, source, model, who, 4096 if self._is_trc else 8192, rate_error_ppm)

    def power_on_more(self):
        if not self._is_trc:
            self.regs[0x18] = 0x38  # CTRL9_XL, CTRL10_C: all axes on
            self.regs[0x19] = 0x38
        else:
            self.regs[0x18] = 0xE0
        self._empty()

    def _empty(self):
        self.fifo.clear()
        self._next_word = 0
        self._over_run = False

    def odr_mhz(self, odr):
        return ODR_MHZ[odr]

    def read(self, register):
        words = self.fifo.count // 2
        if register == FIFO_STATUS1:
            return words & 0xFF
        if register == FIFO_STATUS2:
            high = words >> 8 & (0x07 if self._is_trc else 0x0F)
            full = 0x20 if self.fifo.count == self.fifo.size else 0
            return high | full | (0 if words else 0x10) | (0x40 if self._over_run else 0)
        if register == 0x3C:
            return self._next_word
        if register == 0x3D:
            return 0
        if register == 0x3E or register == 0x3F:
            if register == 0x3F and self.fifo.count:
                self._next_word = (self._next_word + 1) % 6
            self._over_run = False
            return self.fifo.pop()
        return super().read(register)

    def write(self, register, value):
        super().write(register, value)
        if register == 0x0A and not value & 0x07:  # FIFO_CTRL5, bypass
            self._empty()

    def fill_fifo(self):
        if self.regs[0x0A] >> 3 & 0x0F != self.regs[CTRL1_XL] >> 4 or not self.sample_rates_agree():
            raise ValueError("the model knows a FIFO at the sensors' rate only")
        decimation = self.regs[0x08]
        if decimation >> 3 & 7 == 1:
            for i in range(6):
                self._push(OUTX_L_G + i)
        if decimation & 7 == 1:
            for i in range(6):
                self._push(OUTX_L_G + 6 + i)

    def _push(self, register):
        if not self.fifo.push(self.regs[register]):
            self._over_run = True
            if register & 1:  # the second byte of a word: one word is gone
                self._next_word = (self._next_word + 1) % 6

    def wake_up_enabled(self):
        return self.regs[TAP_CFG] & 0x80 or not self._is_trc

    def interrupts_latched(self):
        return self.regs[TAP_CFG] & 0x01

    def lose_bytes(self, count):
        """Whole words only, as with the LSM6DSO: a FIFO of words knows nothing less."""
        for i in range(count):
            self.fifo.pop()
            if i & 1:
                self._next_word = (self._next_word + 1) % 6


class Lsm6dsoChip(_LsmChip):
    """LSM6DSO and LSM6DSOX: a FIFO of 512 words of a tag and six bytes."""

    fifo_window = (0x78, 0x7E)
    lsb_per_degree = 256

    def __init__(self, address, clock, source, model="LSM6DSO", rate_error_ppm=0, who=None, freq_fine=0):
        self.freq_fine = freq_fine  # -128 to 127, steps of 0.15 %
        self.accel_first = False  # the order of the two words of a slot
        self._latched = False
        self._slot = 0
        super().__init__(address, clock, source, model, who or 0x6C, 512 * 7, rate_error_ppm)

    def power_on_more(self):
        self.regs[0x18] = 0xE0  # CTRL9_XL
        self.regs[0x63] = self.freq_fine & 0xFF
        self._latched = False

    def odr_mhz(self, odr):
        # 26 Hz is 6667 Hz / 256, and so on upwards (DS12140 reg. 63h); freq_fine in steps of 0.15 %
        return (6667000 + 10000 * self.freq_fine) >> (10 - odr) if odr > 1 else 13000

    def read(self, register):
        words = self.fifo.count // 7
        if register == FIFO_STATUS1:
            return words & 0xFF
        if register == FIFO_STATUS2:
            full = words == 512
            value = words >> 8 | (0x60 if full else 0) | (0x08 if self._latched else 0)
            self._latched = False
            return value
        if register == 0x78:
            for i in range(7):
                self.regs[0x78 + i] = self.fifo.pop()
        return super().read(register)

    def write(self, register, value):
        if register == 0x63 or 0x78 <= register <= 0x7E:
            return
        super().write(register, value)
        if register == 0x0A and not value & 0x07:  # FIFO_CTRL4, bypass
            self.fifo.clear()
            self._latched = False

    def fill_fifo(self):
        batched = self.regs[0x09]
        odr = self.regs[CTRL1_XL] >> 4
        if batched != odr << 4 | odr or not self.sample_rates_agree():
            raise ValueError("the model knows a FIFO at the sensors' rate only")
        self._slot = (self._slot + 1) & 3
        if self.accel_first:
            self._push(2, OUTX_L_G + 6)
        self._push(1, OUTX_L_G)
        if not self.accel_first:
            self._push(2, OUTX_L_G + 6)

    def _push(self, sensor, register):
        if self.fifo.count == self.fifo.size:
            for _ in range(7):
                self.fifo.pop()
            self._latched = True
        tag = sensor << 3 | self._slot << 1
        parity = tag ^ tag >> 4
        parity ^= parity >> 2
        self.fifo.push(tag | ((parity ^ parity >> 1) & 1))
        for i in range(6):
            self.fifo.push(self.regs[register + i])

    def wake_up_enabled(self):
        return self.regs[TAP_CFG] & 0x80

    def interrupts_latched(self):
        return self.regs[0x56] & 0x01  # TAP_CFG0

    def lose_bytes(self, count):
        for _ in range(count):
            self.fifo.pop()
