"""The IMU: finding it on the I2C bus, and what the sensors of all families have in common.

    from machine import I2C, Pin
    from repfw.imu import find

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

from time import sleep_ms, sleep_us, ticks_diff, ticks_us

from micropython import const

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

# What answers with which WHO_AM_I. Sources: RM-MPU-6000A 4.2 reg. 117; RM-MPU-6500A 2.1 reg. 117; RM-MPU-9250A 1.6
# reg. 117 (the 9255 is a later 9250); LSM6DS3 DocID026899, LSM6DS3TR-C DocID030071, LSM6DSO DS12140 and LSM6DSOX
# DS12814, reg. 0Fh. The last two give the same answer and are alike in all that is used here.
_MPU_WHO_AM_I = const(0x75)
_MPU_MODELS = {0x68: "MPU-6050", 0x70: "MPU-6500", 0x71: "MPU-9250", 0x73: "MPU-9255"}
_LSM_WHO_AM_I = const(0x0F)
_LSM_MODELS = {0x69: "LSM6DS3", 0x6A: "LSM6DS3TR-C", 0x6C: "LSM6DSO/DSOX"}
# The lower address is had with the address pin (AD0, SA0) low.
_MPU_ADDRESSES = (0x68, 0x69)
_LSM_ADDRESSES = (0x6A, 0x6B)

_TRIES = const(3)  # a sensor that has only just been powered does not answer yet
_TRY_AGAIN_MS = const(20)
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
    """What the drivers share. A driver adds the registers: the methods at the end that raise NotImplementedError."""

    def __init__(self, i2c, address, model, who, raw_sample_bytes):
        self._i2c = i2c
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
        self._threshold_mg = 0
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
        self._most = max_samples
        return self._drain()

    def stop(self):
        """Power the sensor down: a few µA."""
        self._rest()
        self._guarded(self._power_down)

    def self_test(self):
        """Have the sensor move its own masses; lie still meanwhile. 0: all well, else 1 << axis for each that fails.

        Axes in the order ax ay az gx gy gz; `failed_axes` says it in words. The sensor is stopped afterwards.
        """
        self._rest()
        return self._guarded(self._self_test)

    def temperature_c100(self):
        """Of the sensor, in hundredths of a degree Celsius."""
        return self._guarded(self._temperature)

    def sleep_until_motion(self, threshold_mg=100):
        """Only watch for motion, with little power, until `start`.

        The first motion takes the interrupt pin high (INT of the MPUs, INT1 of the LSM6DS; push-pull), where it stays
        until `moved` is asked.
        """
        self._rest()
        self._threshold_mg = threshold_mg
        self._guarded(self._watch_motion)

    def moved(self):
        """Whether there was motion since `sleep_until_motion`, or since this was last asked; lets the pin go low."""
        return self._guarded(self._motion_seen)

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
        if self._get(self._who_register) != self._who:
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
            self._i2c.readfrom_mem_into(self.address, self._fifo_register, self._views[size])
            self._unpack(1 << size)
            count -= 1 << size

    def _overrun(self):
        self._clear_fifo()
        self.overran = True
        self.overruns += 1
        self._last_us = ticks_us()

    def _get(self, register):
        self._i2c.readfrom_mem_into(self.address, register, self._one)
        return self._one[0]

    def _put(self, register, value):
        """For bits that clear themselves."""
        self._one[0] = value
        self._i2c.writeto_mem(self.address, register, self._one)

    def _set(self, register, value):
        """For all others: written, and read back."""
        self._put(register, value)
        found = self._get(register)
        if found != value:
            raise ImuError(
                READBACK, f"{self.model} register 0x{register:02x}: wrote 0x{value:02x}, found 0x{found:02x}"
            )

    def _mean(self, register, axes, count, wait_ms, big_endian):
        """Mean of `count` readings, `wait_ms` apart, of consecutive 16-bit registers."""
        raw = bytearray(2 * axes)
        sums = [0] * axes
        for _ in range(count):
            sleep_ms(wait_ms)
            self._i2c.readfrom_mem_into(self.address, register, raw)
            for i in range(axes):
                sums[i] += int16(raw, 2 * i, big_endian)
        return [total / count for total in sums]

    # What a driver adds. Those that touch the bus may raise OSError.

    _who_register = 0
    _fifo_register = 0

    def _configure(self, rate_hz):
        """Reset; set rate and ranges; let the sensor settle; FIFO ready but empty. Set true_rate_mhz and scales."""
        raise NotImplementedError

    def _clear_fifo(self):
        """Empty the FIFO, forget that it ran over, and let it fill again from a whole sample on."""
        raise NotImplementedError

    def _waiting(self):
        """Whole samples in the FIFO; -1 when it ran over or lost its alignment; OSError for nonsense."""
        raise NotImplementedError

    def _unpack(self, count):
        """Put `count` samples from `_raw` to `_buf` in our order, from `_at` on, which moves to behind them."""
        raise NotImplementedError

    def _spoilt(self):
        """Whether the FIFO ran over while it was drained: then what came out is worth nothing."""
        return False

    def _self_test(self):
        raise NotImplementedError

    def _temperature(self):
        raise NotImplementedError

    def _watch_motion(self):
        raise NotImplementedError

    def _motion_seen(self):
        raise NotImplementedError

    def _power_down(self):
        raise NotImplementedError


def find(i2c, address=None):
    """The IMU on this bus, not started yet; at `address`, or wherever one can be."""
    strange = None
    for attempt in range(_TRIES):
        if attempt:
            sleep_ms(_TRY_AGAIN_MS)
        for at in _MPU_ADDRESSES + _LSM_ADDRESSES:
            if address is not None and at != address:
                continue
            is_mpu = at in _MPU_ADDRESSES
            try:
                who = i2c.readfrom_mem(at, _MPU_WHO_AM_I if is_mpu else _LSM_WHO_AM_I, 1)[0]
            except OSError:
                continue
            model = (_MPU_MODELS if is_mpu else _LSM_MODELS).get(who)
            if model is None:
                strange = (at, who)
            elif is_mpu:
                from repfw.imu_mpu import Mpu

                return Mpu(i2c, at, model, who)
            else:
                from repfw.imu_lsm import Lsm6ds3, Lsm6dso

                return (Lsm6dso if who == 0x6C else Lsm6ds3)(i2c, at, model, who)
    if strange:
        at, who = strange
        raise ImuError(UNKNOWN, f"no IMU of ours: what answers at 0x{at:02x} says WHO_AM_I 0x{who:02x}")
    raise ImuError(ABSENT, f"no IMU on the bus ({_seen(i2c)}): check its wires and its power")


def free_bus(scl, sda):
    """Let go of a sensor that a reset of the board cut off in the middle of a byte: it would hold SDA low for ever.

    To be called before the I2C is made, with both pins open-drain. False: SDA stays low, something else is wrong.
    """
    for _ in range(9):  # UM10204 3.1.16: the rest of a byte and its acknowledge are clocked out
        if sda.value():
            return True
        scl.value(0)
        sleep_us(5)
        scl.value(1)
        sleep_us(5)
    return bool(sda.value())


def failed_axes(mask):
    """What `self_test` returned, in words."""
    names = ("ax", "ay", "az", "gx", "gy", "gz")
    return " ".join(name for i, name in enumerate(names) if mask & 1 << i) or "none"


def int16(raw, at, big_endian=False):
    value = raw[at] << 8 | raw[at + 1] if big_endian else raw[at + 1] << 8 | raw[at]
    return value - 0x10000 if value & 0x8000 else value


def _seen(i2c):
    try:
        seen = i2c.scan()
    except OSError:
        seen = ()
    return "seen: " + ", ".join(f"0x{at:02x}" for at in seen) if seen else "nothing answers at all"


def _check(name, value, allowed):
    if value not in allowed:
        raise ImuError(SETTING, f"{name} is {value}: choose {', '.join(str(one) for one in allowed)}")
