"""MPU-6050, MPU-6500 and MPU-9250, register by register.

RM-MPU-6000A-00 rev. 4.2 and PS-MPU-6000A-00 rev. 3.4; RM-MPU-6500A-00 rev. 2.1; RM-MPU-9250A-00 rev. 1.6;
AN-MPU-9250A-03. Written from them, not from the driver; the numbers of registers stand here once more on purpose.
"""

from chip import Chip, Fifo

SMPLRT_DIV = 0x19
CONFIG = 0x1A
GYRO_CONFIG = 0x1B
ACCEL_CONFIG = 0x1C
LP_ACCEL_ODR = 0x1E
MOT_THR = 0x1F
FIFO_EN = 0x23
INT_PIN_CFG = 0x37
INT_ENABLE = 0x38
INT_STATUS = 0x3A
ACCEL_XOUT_H = 0x3B
ACCEL_INTEL_CTRL = 0x69
USER_CTRL = 0x6A
PWR_MGMT_1 = 0x6B
PWR_MGMT_2 = 0x6C
FIFO_COUNT_H = 0x72
FIFO_COUNT_L = 0x73
FIFO_R_W = 0x74
WHO_AM_I = 0x75

READ_ONLY = (INT_STATUS,) + tuple(range(0x3B, 0x61)) + (FIFO_COUNT_H, FIFO_COUNT_L, WHO_AM_I)

WHO = {"MPU-6050": 0x68, "MPU-6500": 0x70, "MPU-9250": 0x71}

STARTS_IN_US = 30000  # gyroscope, PS-MPU-6000A 6.1
RESETS_IN_US = 5000
ACC_LSB_PER_G = (16384, 8192, 4096, 2048)  # RM reg. 28
GYR_LSB_PER_DPS = (131.0, 65.5, 32.8, 16.4)  # RM reg. 27
WAKE_MHZ_6050 = (1250, 5000, 20000, 40000)  # RM reg. 108, LP_WAKE_CTRL
WAKE_MHZ_6500 = (240, 490, 980, 1950, 3910, 7810, 15630, 31250, 62500, 125000, 250000, 500000)  # LP_ACCEL_ODR


class MpuChip(Chip):
    def __init__(self, address, clock, source, model="MPU-6050", rate_error_ppm=0, who=None):
        self.model = model
        self._who = WHO[model] if who is None else who
        self.is_6050 = model == "MPU-6050"
        self.fifo = Fifo(1024 if self.is_6050 else 512)
        # Trim codes ax ay az gx gy gz, and what the actuators do where all is well
        self.trim = [10, 12, 14, 9, 11, 13] if self.is_6050 else [150, 155, 160, 140, 145, 150]
        self._awake_us = 0
        self._busy_until_us = 0
        self._last_acc = None
        super().__init__(address, clock, source, rate_error_ppm)
        self.self_test_response = self.healthy_response()

    def healthy_response(self):
        if self.is_6050:
            acc = [0.34 * (0.92 / 0.34) ** ((code - 1) / 30) for code in self.trim[:3]]  # 4096 LSB a g at ±8 g
            gyr = [25 * 1.046 ** (code - 1) for code in self.trim[3:]]
            gyr[1] = -gyr[1]
            return acc + gyr
        acc = [2620 * 1.01 ** (code - 1) / 16384 for code in self.trim[:3]]
        return acc + [2620 * 1.01 ** (code - 1) / 131 for code in self.trim[3:]]

    def power_on(self):
        regs = self.regs
        for i in range(256):
            regs[i] = 0
        regs[PWR_MGMT_1] = 0x40 if self.is_6050 else 0x01
        regs[WHO_AM_I] = self._who
        acc = self.trim[:3]
        gyr = self.trim[3:]
        if self.is_6050:
            for i in range(3):
                regs[0x0D + i] = (acc[i] >> 2) << 5 | gyr[i]
            regs[0x10] = (acc[0] & 3) << 4 | (acc[1] & 3) << 2 | acc[2] & 3
        else:
            for i in range(3):
                regs[0x00 + i] = gyr[i]
                regs[0x0D + i] = acc[i]
        self.fifo.clear()
        self._last_acc = None
        self._awake_us = self._clock.now_us()
        self.restart_clock()

    def answers(self):
        return super().answers() and self._clock.now_us() >= self._busy_until_us

    def following(self, register):
        return register if register == FIFO_R_W else (register + 1) & 0xFF

    def read(self, register):
        if register == FIFO_R_W:
            return self.fifo.pop()
        if register == FIFO_COUNT_H:  # holds the low byte too (RM reg. 114)
            self.regs[FIFO_COUNT_L] = self.fifo.count & 0xFF
            return self.fifo.count >> 8
        value = self.regs[register]
        if register == INT_STATUS:
            self.regs[INT_STATUS] = 0
        return value

    def write(self, register, value):
        if register in READ_ONLY:
            return
        if register == PWR_MGMT_1:
            if value & 0x80:
                self.power_on()
                self._busy_until_us = self._clock.now_us() + RESETS_IN_US
                return
            if self.regs[PWR_MGMT_1] & 0x60 != value & 0x60:
                self._awake_us = self._clock.now_us()
                self.restart_clock()
        elif register == USER_CTRL:
            if value & 0x04 and not value & 0x40:  # only with the FIFO off (RM reg. 106)
                self.fifo.clear()
            value &= 0xF8
        elif register == FIFO_R_W:
            self.fifo.push(value)
            return
        elif register in (SMPLRT_DIV, CONFIG, PWR_MGMT_2, LP_ACCEL_ODR):
            self.regs[register] = value
            self.restart_clock()
        self.regs[register] = value

    def rate_mhz(self):
        regs = self.regs
        if regs[PWR_MGMT_1] & 0x40:
            return 0
        if regs[PWR_MGMT_1] & 0x20:
            cycle = WAKE_MHZ_6050[regs[PWR_MGMT_2] >> 6] if self.is_6050 else WAKE_MHZ_6500[regs[LP_ACCEL_ODR] & 0x0F]
            return self.true_mhz(cycle)
        filtered = 1 <= regs[CONFIG] & 7 <= 6
        return self.true_mhz((1000000 if filtered else 8000000) // (1 + regs[SMPLRT_DIV]))

    def settled_us(self):
        return self._awake_us + STARTS_IN_US

    def temperature_word(self, celsius):
        return int((celsius - 36.53) * 340 if self.is_6050 else (celsius - 21) * 333.87)

    def fifo_runs(self):
        return self.regs[USER_CTRL] & 0x40 and self.regs[FIFO_EN]

    def store_sample(self, due_us):
        regs = self.regs
        for i in range(3):
            self._store(ACCEL_XOUT_H + 2 * i, self.words[i])
            self._store(ACCEL_XOUT_H + 8 + 2 * i, self.words[3 + i])
        self._store(ACCEL_XOUT_H + 6, self._temperature)
        regs[INT_STATUS] |= 0x01
        if regs[INT_ENABLE] & 0x40:
            self._watch()
        if self.fifo_runs():
            enabled = regs[FIFO_EN]
            if enabled & 0x08:
                self._push(0, 6)
            if enabled & 0x80:
                self._push(6, 2)
            for i in range(3):
                if enabled & (0x40 >> i):
                    self._push(8 + 2 * i, 2)

    def _store(self, register, word):
        self.regs[register] = (word >> 8) & 0xFF
        self.regs[register + 1] = word & 0xFF

    def _push(self, offset, count):
        keeps_old = not self.is_6050 and self.regs[CONFIG] & 0x40  # FIFO_MODE
        for i in range(count):
            full = self.fifo.count == self.fifo.size
            if full:
                self.regs[INT_STATUS] |= 0x10
            if not (full and keeps_old):
                self.fifo.push(self.regs[ACCEL_XOUT_H + offset + i])

    def _watch(self):
        regs = self.regs
        if self.is_6050:
            # With its high-pass at 0 the detector sees nothing.
            ready = regs[ACCEL_CONFIG] & 0x07
            threshold_g = regs[MOT_THR] * 0.032
        else:
            ready = regs[ACCEL_INTEL_CTRL] & 0xC0 == 0xC0
            threshold_g = regs[MOT_THR] * 0.004
        acc = [self.words[i] * self.acc_g_per_lsb() for i in range(3)]
        last = self._last_acc
        self._last_acc = acc
        if ready and last and max(abs(acc[i] - last[i]) for i in range(3)) > threshold_g:
            regs[INT_STATUS] |= 0x40

    def interrupt_line(self):
        self.catch_up()
        # Unlatched it is a pulse of 50 µs, too short to be seen (RM reg. 55).
        latched = self.regs[INT_PIN_CFG] & 0x20
        return 1 if latched and self.regs[INT_STATUS] & self.regs[INT_ENABLE] else 0

    def actuated(self, axis):
        register = ACCEL_CONFIG if axis < 3 else GYRO_CONFIG
        return self.regs[register] & (0x80 >> axis % 3)

    def acc_g_per_lsb(self):
        return 1.0 / ACC_LSB_PER_G[self.regs[ACCEL_CONFIG] >> 3 & 3]

    def gyr_dps_per_lsb(self):
        return 1.0 / GYR_LSB_PER_DPS[self.regs[GYRO_CONFIG] >> 3 & 3]

    def lose_bytes(self, count):
        """A glitch on the bus that clocked some bytes out of the FIFO."""
        for _ in range(count):
            self.fifo.pop()
