"""What the modelled sensors have in common: registers, their own clock, a FIFO of bytes, faults on demand.

A model is caught up with the clock whenever it is spoken to. Speaking to it allocates no memory, so that a test can
count what the firmware allocates.
"""

_ENODEV = 19
_EIO = 5
_MAX = 32767


class Fifo:
    """A ring of bytes."""

    def __init__(self, size):
        self.size = size
        self._bytes = bytearray(size)
        self._head = 0
        self.count = 0

    def push(self, value):
        """False when there was no room: the oldest byte is gone then."""
        fits = self.count < self.size
        self._bytes[(self._head + self.count) % self.size] = value
        if fits:
            self.count += 1
        else:
            self._head = (self._head + 1) % self.size
        return fits

    def pop(self):
        if not self.count:
            return 0
        value = self._bytes[self._head]
        self._head = (self._head + 1) % self.size
        self.count -= 1
        return value

    def clear(self):
        self.count = 0


class Faults:
    """What can go wrong, when a test says so."""

    def __init__(self):
        self.errors = 0  # so many transfers from now on are not acknowledged
        self.skip = 0  # ... after so many more that work
        self.break_after = None  # the next long read stops with an error after so many bytes: they are gone
        self.unplugged = False
        self.reads_as = None  # every byte read: 0xFF is a bus stuck high
        self.frozen = False  # no more samples, registers answer
        self.stuck_registers = ()  # these do not take what is written


class Chip:
    """A register bank. ``time_us`` is where it has caught up to; ``index`` counts its samples since power-on.

    A family adds, and a family that forgets one is found out at once:

    - ``power_on()``, ``read(register)``, ``write(register, value)``, and ``following(register)``: the one after it in
      a burst;
    - ``rate_mhz()``, ``settled_us()``: when its samples mean something; ``actuated(axis)``: by its self-test;
    - ``store_sample(due_us)`` from ``words``, where ``fifo_runs()`` into the FIFO;
    - ``acc_g_per_lsb()``, ``gyr_dps_per_lsb()``, ``temperature_word(celsius)``.
    """

    def __init__(self, address, clock, source, rate_error_ppm=0):
        self.address = address
        self.regs = bytearray(256)
        self.faults = Faults()
        self.index = 0
        self.transfers = 0
        self.bytes_read = 0
        self.writes = []  # (register, value), while log_writes
        self.log_writes = False
        self.history = None  # a list: the six words of every sample that goes to the FIFO are added to it
        self.self_test_response = [0.0] * 6  # g and degrees a second that the actuators add
        self._source = source
        self._clock = clock
        self._ppm = rate_error_ppm
        self._felt = [0] * 6
        self.words = [0] * 6
        self._begin_us = clock.now_us()
        self._taken = 0  # samples since _begin_us
        self._temperature = 0
        self.set_temperature(25.0)
        self.power_on()

    def set_temperature(self, celsius):
        self._temperature = self.temperature_word(celsius)

    # The bus

    def answers(self):
        faults = self.faults
        self.transfers += 1
        if faults.unplugged:
            return False
        if faults.errors:
            if faults.skip:
                faults.skip -= 1
            else:
                faults.errors -= 1
                return False
        return True

    def read_into(self, register, buf):
        self.catch_up()
        faults = self.faults
        for i in range(len(buf)):
            if faults.break_after is not None and i >= faults.break_after:
                faults.break_after = None
                raise OSError(_EIO)
            value = self.read(register)
            buf[i] = value if faults.reads_as is None else faults.reads_as
            register = self.following(register)
        self.bytes_read += len(buf)

    def write_from(self, register, data):
        self.catch_up()
        for value in data:
            if register not in self.faults.stuck_registers:
                self.write(register, value)
                if self.log_writes:
                    self.writes.append((register, value))
            register = self.following(register)

    # Time

    def catch_up(self):
        now_us = self._clock.now_us()
        rate_mhz = self.rate_mhz()
        while rate_mhz:
            due_us = self._begin_us + (self._taken + 1) * 1000000000 // rate_mhz
            if due_us > now_us:
                break
            self._taken += 1
            if not self.faults.frozen:
                self._sample(due_us)

    def restart_clock(self):
        """A change of rate, or waking up: sampling begins anew."""
        self._begin_us = self._clock.now_us()
        self._taken = 0

    def true_mhz(self, nominal_mhz):
        return nominal_mhz + nominal_mhz * self._ppm // 1000000

    def _sample(self, due_us):
        settled = due_us >= self.settled_us()
        if settled:
            self._source.fill(self.index, due_us, self._felt)
            for axis in range(6):
                self.words[axis] = self._word(axis)
            self.index += 1
        else:
            for axis in range(6):
                self.words[axis] = -21846  # 0xAAAA: nothing of use
        if settled and self.history is not None and self.fifo_runs():
            self.history.append(tuple(self.words))
        self.store_sample(due_us)

    def _word(self, axis):
        felt = self._felt[axis]
        if self._source.is_raw:
            return felt
        if self.actuated(axis):
            felt += self.self_test_response[axis]
        per_lsb = self.acc_g_per_lsb() if axis < 3 else self.gyr_dps_per_lsb()
        word = round(felt / per_lsb)
        return _MAX if word > _MAX else -_MAX - 1 if word < -_MAX - 1 else word

    def interrupt_line(self):
        self.catch_up()
        return 0
