"""The IMU: what the sensors of all families have in common.

    from machine import I2C, Pin
    from repfw.imu_find import find

    imu = find(I2C(0, scl=Pin(22), sda=Pin(21), freq=400_000))
    imu.start(rate_hz=100, acc_range_g=8, gyr_range_dps=1000)
    buffer = bytearray(12 * 32)
    n = imu.drain(buffer, 32)       # n samples of 12 bytes: int16 little-endian ax ay az gx gy gz

The sensor samples by its own clock into its own FIFO; `drain` only fetches, so that nothing this program does can
make samples uneven. It allocates no memory and uses no floats. After each `drain`, look at:

    overran     the FIFO had run over (or had lost its alignment): it was emptied, samples are missing before the next
    restarted   the bus failed or the sensor forgot its settings: it was set up anew, samples are missing likewise

With either, that `drain` returns 0. `overruns` and `restarts` count them, `bus_errors` the failed transfers. A sensor
that cannot be set up again raises ImuError; to go on calling `drain` is to go on trying.

Setting up is in ``imu_start.py``, the self-test in ``imu_test.py``, watching for motion in ``imu_motion.py``.
"""

from time import ticks_diff, ticks_us

from micropython import const

from repfw import hot, seldom

_SAMPLE_BYTES = const(12)
_BURST = const(2)  # bursts are of 1, 2 or 4 samples: each has its view of the buffer, made beforehand
_DEAD_US = const(250_000)  # no sample for so long, at 50 Hz or more: the sensor has lost its settings or is stuck


class ImuError(Exception):
    """The sensor cannot be used. `words` say it to a person, `code` to a program.

    absent     nothing answers at the addresses an IMU can have
    unknown    something answers, but it is no sensor of ours
    bus        the sensor was there and does not answer any more
    readback   a register does not hold what was written
    setting    a rate or range that does not exist, or drain before start
    """

    def __init__(self, code, words):
        super().__init__(words)
        self.code = code
        self.words = words


class Imu:
    """What the drivers share. A driver adds the registers, by these; those that touch the bus may raise OSError.

    waiting()            whole samples in the FIFO; -1 when it ran over or lost its alignment; OSError for nonsense
    order                where each byte of ours stands in a sample of the FIFO; or, where that is not enough:
    unpack(count)        put so many samples from `raw` to `buf` in our order, from `at` on, which moves behind them
    spoilt()             whether the FIFO ran over while it was drained: then what came out is worth nothing
    family               its modules are family + "_setup" and family + "_test"
    temperature          register; where its low byte is; numerator, denominator and offset, for 0.01 °C
    """

    is_mpu = False
    order = b""

    def __init__(self, i2c, address, model, who, raw_sample_bytes, fifo_register):
        self.i2c = i2c
        self.address = address
        self.model = model
        self.who = who
        self.running = False
        self.overran = False
        self.restarted = False
        self.overruns = 0
        self.restarts = 0
        self.bus_errors = 0
        self.rate_hz = 0  # as asked for; 0: not started
        self.true_rate_mhz = 0  # what the sensor really gives, as far as its data sheet lets us know
        self.acc_range_g = self.gyr_range_dps = 0
        self.acc_ng_per_lsb = self.gyr_ndps_per_lsb = 0  # 1e-9 g, 1e-9 degrees per second
        self.last_us = 0
        self.buf = None  # where drain puts samples
        self.at = self._most = 0
        self.skip = 0  # samples to throw away after the FIFO was started
        self.one = bytearray(1)
        self.two = bytearray(2)
        self.raw = bytearray(raw_sample_bytes << _BURST)
        self._fifo_register = fifo_register
        whole = memoryview(self.raw)
        self._views = tuple(whole[: raw_sample_bytes << i] for i in range(_BURST + 1))

    # For the caller

    def start(self, rate_hz=100, acc_range_g=8, gyr_range_dps=1000):
        """Reset, set up, and sample from now on. Takes about a quarter of a second."""
        seldom("imu_start").start(self, rate_hz, acc_range_g, gyr_range_dps)
        self.last_us = ticks_us()

    def stop(self):
        """Power the sensor down: a few µA."""
        seldom("imu_start").stop(self)

    def drain(self, buf, max_samples, first=0):
        """Fetch what waits, at most `max_samples`, to `buf` from its sample `first` on. Returns how many."""
        self.overran = False
        self.restarted = False
        self.buf = buf
        self.at = first * _SAMPLE_BYTES
        # Machine code would not stop at the buffer's end.
        self._most = min(max_samples, len(buf) // _SAMPLE_BYTES - first)
        return self._drain()

    def temperature_c100(self):
        """Of the sensor, in hundredths of a degree Celsius."""
        register, low, numerator, denominator, offset = self.temperature
        try:
            self.i2c.readfrom_mem_into(self.address, register, self.two)
        except OSError:
            seldom("imu_errors").fails(self)
        raw = self.two[low] | self.two[1 - low] << 8
        return (raw - (raw << 1 & 0x10000)) * numerator // denominator + offset

    # From here on what a drain calls. No function has more than ten arguments, locals and temporaries together: the
    # frame of a larger one MicroPython takes from the heap. Hence `buf`, `at` and `_most`.

    def _drain(self):
        if self.running:
            try:
                return self._fill()
            except (OSError, ImuError):
                self.bus_errors += 1
        seldom("imu_start").recover(self)
        self.last_us = ticks_us()
        return 0

    def _fill(self):
        waiting = self.waiting()
        if waiting < 0:
            return seldom("imu_start").overrun(self)
        if waiting == 0:
            if ticks_diff(ticks_us(), self.last_us) > _DEAD_US:
                raise OSError
            return 0
        self.last_us = ticks_us()
        begin = self.at
        if self.skip and self._most > 0:
            waiting -= 1
            self._fetch(1)
            self.skip = 0
            self.at = begin
        self._fetch(min(waiting, self._most))
        if self.spoilt():
            return seldom("imu_start").overrun(self)
        return (self.at - begin) // _SAMPLE_BYTES

    def _fetch(self, count):
        size = _BURST
        while count > 0:
            while count < 1 << size:
                size -= 1
            self.i2c.readfrom_mem_into(self.address, self._fifo_register, self._views[size])
            self.unpack(1 << size)
            count -= 1 << size

    def unpack(self, count):
        hot.reorder(self.raw, self.order, count, self.buf, self.at)
        self.at += count * _SAMPLE_BYTES

    def get(self, register):
        """A register."""
        self.i2c.readfrom_mem_into(self.address, register, self.one)
        return self.one[0]

    def put(self, register, value):
        """For bits that clear themselves."""
        self.one[0] = value
        self.i2c.writeto_mem(self.address, register, self.one)

    def set(self, register, value):
        """For all others: written, and read back."""
        self.put(register, value)
        if self.get(register) != value:
            seldom("imu_errors").not_taken(self, register, value)
