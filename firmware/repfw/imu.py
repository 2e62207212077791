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
"""

from time import ticks_diff, ticks_us

from micropython import const

from repfw import hot

SAMPLE_BYTES = const(12)

RATES_HZ = (50, 100, 200)
ACC_RANGES_G = (2, 4, 8, 16)
GYR_RANGES_DPS = (250, 500, 1000, 2000)

# What ImuError.code can be.
ABSENT = "absent"  # nothing answers at the addresses an IMU can have
UNKNOWN = "unknown"  # something answers, but it is no sensor of ours
BUS = "bus"  # the sensor was there and does not answer any more
READBACK = "readback"  # a register does not hold what was written
SETTING = "setting"  # a rate or range that does not exist, or drain before start

_BURST = const(4)  # bursts are of 1, 2, 4, 8 or 16 samples: each has its view of the buffer, made beforehand
_DEAD_US = const(250_000)  # no sample for so long, at 50 Hz or more: the sensor has lost its settings or is stuck


class ImuError(Exception):
    """The sensor cannot be used. `code` is one of the words above; `words` say it to a person."""

    def __init__(self, code, words):
        super().__init__(words)
        self.code = code
        self.words = words


_FAILURES = (OSError, ImuError)


class Imu:
    """What the drivers share. A driver adds the registers, by these; those that touch the bus may raise OSError.

    _configure(rate_hz)  reset; set rate and ranges; let the sensor settle; FIFO ready but empty. Sets true_rate_mhz
                         and the scales
    _clear_fifo()        empty the FIFO, forget that it ran over, and let it fill again from a whole sample on
    _waiting()           whole samples in the FIFO; -1 when it ran over or lost its alignment; OSError for nonsense
    _order               where each byte of ours stands in a sample of the FIFO; or, where that is not enough:
    _unpack(count)       put so many samples from `_raw` to `_buf` in our order, from `_at` on, which moves behind them
    _spoilt()            whether the FIFO ran over while it was drained: then what came out is worth nothing
    _temperature()       hundredths of a degree Celsius
    power_down()         a few µA
    """

    is_mpu = False
    _who_register = 0
    _fifo_register = 0
    _order = b""
    _motion_register = 0  # tells motion by this bit, once
    _motion_bit = 0

    def __init__(self, i2c, address, model, who, raw_sample_bytes):
        self.i2c = i2c
        self.address = address
        self.model = model
        self._who = who
        self.running = False
        self.fifo_samples = 0  # the FIFO holds so many: drain more often than it fills
        self.true_rate_mhz = 0  # what the sensor really gives, in mHz, as far as its data sheet lets us know
        self.acc_range_g = 0
        self.gyr_range_dps = 0
        self.acc_ng_per_lsb = 0  # scale: 1e-9 g
        self.gyr_ndps_per_lsb = 0  # scale: 1e-9 degrees per second
        self.overran = False
        self.restarted = False
        self.overruns = 0
        self.restarts = 0
        self.bus_errors = 0
        self._rate_hz = 0
        self._skip = 0  # samples to throw away after the FIFO was started
        self._last_us = 0
        self._one = bytearray(1)
        self._two = bytearray(2)
        self._buf = self._two  # where drain puts samples
        self._at = 0
        self._most = 0
        self._raw = bytearray(raw_sample_bytes << _BURST)
        whole = memoryview(self._raw)
        self._views = tuple(whole[: raw_sample_bytes << i] for i in range(_BURST + 1))

    # For the caller

    def start(self, rate_hz=100, acc_range_g=8, gyr_range_dps=1000):
        """Reset, set up, and sample from now on. Takes about a quarter of a second."""
        _check("rate_hz", rate_hz, RATES_HZ)
        _check("acc_range_g", acc_range_g, ACC_RANGES_G)
        _check("gyr_range_dps", gyr_range_dps, GYR_RANGES_DPS)
        self._rate_hz = rate_hz
        self.acc_range_g = acc_range_g
        self.gyr_range_dps = gyr_range_dps
        self._launch()

    def drain(self, buf, max_samples, first=0):
        """Fetch what waits, at most `max_samples`, to `buf` from its sample `first` on. Returns how many."""
        self.overran = False
        self.restarted = False
        self._buf = buf
        self._at = first * SAMPLE_BYTES
        self._most = min(max_samples, len(buf) // SAMPLE_BYTES - first)  # machine code would not stop at its end
        return self._drain()

    def stop(self):
        """Power the sensor down: a few µA."""
        self._rest()
        self._guarded(self.power_down)

    def self_test(self):
        """Have the sensor move its own masses; lie still meanwhile. 0: all well, else 1 << axis for each that fails.

        Axes in the order ax ay az gx gy gz; `imu_test.failed_axes` says it in words. The sensor is stopped afterwards.
        """
        from repfw.imu_test import self_test

        self._rest()
        return self._guarded(lambda: self_test(self))

    def temperature_c100(self):
        """Of the sensor, in hundredths of a degree Celsius."""
        return self._guarded(self._temperature)

    def sleep_until_motion(self, threshold_mg=100):
        """Only watch for motion, with little power, until `start`.

        The first motion takes the interrupt pin high (INT of the MPUs, INT1 of the LSM6DS; push-pull), where it stays
        until `moved` is asked.
        """
        from repfw.imu_motion import watch_motion

        self._rest()
        self._guarded(lambda: watch_motion(self, threshold_mg))

    def moved(self):
        """Whether there was motion since `sleep_until_motion`, or since this was last asked; lets the pin go low."""
        return bool(self._guarded(lambda: self.get(self._motion_register)) & self._motion_bit)

    # Behind it

    def _rest(self):
        self.running = False
        self._rate_hz = 0

    def _launch(self):
        self.running = False
        self._guarded(self._set_up)
        self._last_us = ticks_us()
        self.running = True

    def _set_up(self):
        if self.get(self._who_register) != self._who:
            raise OSError
        self._configure(self._rate_hz)
        self._clear_fifo()

    def _recover(self):
        if not self._rate_hz:
            raise ImuError(SETTING, "start the sensor before draining it")
        self._launch()
        self.restarted = True
        self.restarts += 1

    def _guarded(self, action):
        try:
            return action()
        except OSError:
            self.bus_errors += 1
            raise ImuError(BUS, self.model + " does not answer: check its wires") from None

    # From here on what a drain calls. No function has more than ten arguments, locals and temporaries together: the
    # frame of a larger one MicroPython takes from the heap. Hence `_buf`, `_at` and `_most`.

    def _drain(self):
        if self.running:
            try:
                return self._fill()
            except _FAILURES:
                self.bus_errors += 1
        self._recover()
        return 0

    def _fill(self):
        waiting = self._waiting()
        if waiting < 0:
            self._overrun()
            return 0
        if waiting == 0:
            if ticks_diff(ticks_us(), self._last_us) > _DEAD_US:
                raise OSError
            return 0
        self._last_us = ticks_us()
        begin = self._at
        if self._skip and self._most > 0:
            waiting -= 1
            self._fetch(1)
            self._skip = 0
            self._at = begin
        self._fetch(min(waiting, self._most))
        if self._spoilt():
            self._overrun()
            return 0
        return (self._at - begin) // SAMPLE_BYTES

    def _fetch(self, count):
        size = _BURST
        while count > 0:
            while count < 1 << size:
                size -= 1
            self.i2c.readfrom_mem_into(self.address, self._fifo_register, self._views[size])
            self._unpack(1 << size)
            count -= 1 << size

    def _unpack(self, count):
        hot.reorder(self._raw, self._order, count, self._buf, self._at)
        self._at += count * SAMPLE_BYTES

    def _overrun(self):
        self._clear_fifo()
        self.overran = True
        self.overruns += 1
        self._last_us = ticks_us()

    def get(self, register):
        """A register."""
        self.i2c.readfrom_mem_into(self.address, register, self._one)
        return self._one[0]

    def put(self, register, value):
        """For bits that clear themselves."""
        self._one[0] = value
        self.i2c.writeto_mem(self.address, register, self._one)

    def set(self, register, value):
        """For all others: written, and read back."""
        self.put(register, value)
        found = self.get(register)
        if found != value:
            raise ImuError(
                READBACK, f"{self.model} register 0x{register:02x}: wrote 0x{value:02x}, found 0x{found:02x}"
            )


def int16(raw, at, big_endian=False):
    value = raw[at] << 8 | raw[at + 1] if big_endian else raw[at + 1] << 8 | raw[at]
    return value - 0x10000 if value & 0x8000 else value


def _check(name, value, allowed):
    if value not in allowed:
        raise ImuError(SETTING, f"{name} is {value}: choose {', '.join(str(one) for one in allowed)}")
