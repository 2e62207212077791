"""The device: sensor, ring, links, and the states of the specification. One loop calls `step`; nothing here waits.

Hardware comes in as arguments. Times are milliseconds of 30 bits, made of ``ticks_us``, so that they wrap like those.
"""

from micropython import const

from repfw import about as say
from repfw import events, forget, frame, panel, power, ring, sampler
from repfw.dialog import Dialog
from repfw.imu import ImuError

_DRAIN_MS = const(20)
_RETRY_MS = const(500)  # of a sensor that fails, and for one that is not there
_ALONE_MS = const(30000)  # sampling goes on so long without a live link
_GOODBYE_MS = const(300)  # the answer to SLEEP has so long to leave
_CRASHES = const(10)  # then start anew
_CALM_MS = const(60000)
_TICKS = const(0x3FFFFFFF)

NO_SENSOR = const(1)
BUS = const(2)
SELF_TEST = const(3)
BATTERY_EMPTY = const(4)
CONFIG = const(5)
EXCEPTION = const(6)
WATCHDOG = const(7)

_STREAM_HERE = const(0x01)
_STREAM_ELSEWHERE = const(0x02)
_BATTERY_LOW = const(0x04)
_EXTERNAL_POWER = const(0x08)


class App:
    """``samples`` is the ring, ``find`` returns a sensor or raises ImuError; ``ticks_us`` is the board's."""

    live_cursor = ring.LIVE

    def __init__(self, settings, board, about, samples, find, ticks_us, light=None, button=None, read_mv=None):
        self.settings = settings
        self.board = board
        self.about = about
        self.ring = samples
        self.sampler = sampler.Sampler(self.ring, ticks_us, 10000)
        self.events = events.Events(self.ring)
        self.dialog = Dialog(self)
        self.battery = power.Battery(settings, read_mv)
        self.links = []
        self.stream = None
        self.imu = None
        self.drained = False
        self.rejected = 0
        self.now_ms = 0
        self._find = find
        self._ticks_us = ticks_us
        self._light = light or panel.Light()
        self._button = button or panel.Button()
        self._status = say.Now()
        self._us = 0
        self._ticks = ticks_us()
        self._marks = 0
        self._faulty = 0  # the code of the fault that lasts
        self._sampling = False
        self._sampled = False  # since the configuration was last changed
        self._drained_ms = self._tried_ms = self._second_ms = 0
        self._alone_s = self._unconnected_s = 0
        self._identify_from_ms = self._identify_ms = 0
        self._sleep_asked_ms = -1
        self._crashes = 0
        self._crashed_ms = 0
        self._powered = False
        self._rate_hz = settings.rate_hz
        self._acc_range_g = settings.acc_range_g
        self._gyr_range_dps = settings.gyr_range_dps

    # The sensor

    def open_sensor(self):
        """Look for it, test it, and set it up once, so that HELLO can tell how it measures."""
        settings = self.settings
        self._tried_ms = self.now_ms
        try:
            imu = self._find()
            if settings.self_test:
                failed = imu.self_test()
                if failed:
                    from repfw.imu_test import failed_axes

                    self.events.fault(SELF_TEST, failed, f"self-test failed: {failed_axes(failed)}. Did it lie still?")
            imu.start(self._rate_hz, self._acc_range_g, self._gyr_range_dps)
            imu.stop()
        except ImuError as error:
            self._fails(NO_SENSOR, error)
            return
        forget("imu_find", "imu_test")
        self.imu = imu
        self.about.measures(imu)
        self.ring.clear(_period_us(imu))
        self.sampler.start(_period_us(imu))
        self._recovered(say.IDLE)

    def refuse(self, code, words):
        """The board cannot work as it is set up: a fault for good."""
        self._faulty = code
        self.events.fault_begins(code, words)

    def _fails(self, code, error):
        if self._faulty != code:
            self._faulty = code
            self.events.fault_begins(code, error.words)
        self._set_state(say.FAULT)

    def _recovered(self, state):
        if self._faulty:
            self.events.fault_ends("the sensor answers again")
            self._faulty = 0
        self._set_state(state)

    def _drain(self, now_ms):
        lasts = self.about.state == say.FAULT
        self._drained_ms = now_ms
        try:
            count = self.sampler.poll(self.imu)
        except ImuError as error:
            self._fails(BUS, error)
            return
        self.drained = True
        if count and lasts:
            self._recovered(say.RUNNING)

    def _try_again(self, now_ms):
        """There is no sensor, or it failed while nothing was sampled."""
        self._tried_ms = now_ms
        if self._faulty == CONFIG:
            return
        if self.imu is None:
            self.open_sensor()
            return
        try:
            self.imu.start(self._rate_hz, self._acc_range_g, self._gyr_range_dps)
            self.imu.stop()
        except ImuError:
            return
        self._recovered(say.IDLE)

    # What the commands do

    def start(self, link, rate_hz, acc_range_g, gyr_range_dps):
        """Sample, and stream to this link; 0 leaves a figure as it is. Returns a result."""
        if self.about.state == say.FAULT:
            return frame.NO_SENSOR
        rate_hz = rate_hz or self._rate_hz
        acc_range_g = acc_range_g or self._acc_range_g
        gyr_range_dps = gyr_range_dps or self._gyr_range_dps
        same = (rate_hz, acc_range_g, gyr_range_dps) == (self._rate_hz, self._acc_range_g, self._gyr_range_dps)
        if not (same and self._sampling):
            try:
                self.imu.start(rate_hz, acc_range_g, gyr_range_dps)
            except ImuError as error:
                self._fails(BUS, error)
                return frame.NO_SENSOR
            self._rate_hz, self._acc_range_g, self._gyr_range_dps = rate_hz, acc_range_g, gyr_range_dps
            self._begin(same)
        if self.stream is not link:
            self.ring.begin_live()
            self.stream = link
            self._status_to_all()
        return frame.OK

    def _begin(self, same):
        about = self.about
        if same:
            self.sampler.start(self.sampler.period_us, self._sampled)
        else:
            about.measures(self.imu)
            about.generation = (about.generation + 1) & 0xFF
            self.ring.clear(_period_us(self.imu))
            self.sampler.start(_period_us(self.imu))
            self.ring.begin_live()
        self._sampled = self._sampling = True
        self._alone_s = 0
        self._set_state(say.RUNNING, changed=not same)

    def stop(self):
        """No more samples, to anyone. The ring keeps what it has."""
        self.stream = None
        for link in self.links:
            self.ring.forget(link.cursor)
        if not self._sampling:
            return
        self._sampling = False
        if self.about.state == say.FAULT:
            return
        try:
            self.imu.stop()
        except ImuError as error:
            self._fails(BUS, error)
            return
        self._set_state(say.IDLE)

    def identify(self, seconds):
        """Blink."""
        self._identify_from_ms = self.now_ms
        self._identify_ms = seconds * 1000

    def fall_asleep(self):
        """Once the answer is out."""
        self._sleep_asked_ms = self.now_ms
        return frame.OK

    # The links

    def link_changed(self):
        """One became live."""
        self._alone_s = self._unconnected_s = 0

    def link_gone(self, link):
        """One is live no more; sampling goes on for a while."""
        self.ring.forget(link.cursor)
        if self.stream is link:
            self.stream = None
            self._status_to_all()

    def _status_to_all(self):
        for link in self.links:
            link.status_due = link.live()

    def _set_state(self, state, changed=False):
        if self.about.state == state and not changed:
            return
        self.about.state = state
        for link in self.links:
            link.hello_due = link.status_due = link.live()
            link.changed()

    def build_status(self, link):
        """STATUS for this link."""
        now = self._status
        now.state = self.about.state
        now.generation = self.about.generation
        now.battery_percent = self.battery.percent
        now.battery_mv = self.battery.millivolts
        now.rate_mhz = self.sampler.rate_mhz() if self._sampling else 0
        now.overruns = self.sampler.overruns
        now.lost = self.sampler.lost
        now.dropped = link.dropped
        now.rejected = self.rejected
        now.bus_errors = self.imu.bus_errors if self.imu else 0
        flags = _STREAM_HERE if self.stream is link else _STREAM_ELSEWHERE if self.stream else 0
        if self.battery.low:
            flags |= _BATTERY_LOW
        if self._powered:
            flags |= _EXTERNAL_POWER
        link.data.status(flags, now)

    # Time goes by

    def step(self):
        """Be called each 10 ms or so; returns how many ms may pass until the next time."""
        now_ms = self._tick()
        self._sample(now_ms)
        if self._button.pressed(now_ms):
            self._marks = self._marks % 0xFFFF + 1
            self.events.mark(self._marks)
        for link in self.links:
            link.step(now_ms)
        if now_ms - self._second_ms & _TICKS >= 1000:
            self._second_ms = (self._second_ms + 1000) & _TICKS
            if now_ms - self._second_ms & _TICKS >= 1000:
                self._second_ms = now_ms
            self._each_second()
        if self._sleep_asked_ms >= 0 and now_ms - self._sleep_asked_ms & _TICKS > _GOODBYE_MS:
            self.sleep()
        self._light.show(self._mood(now_ms), now_ms)
        return 5 if self._sampling else 20

    def _tick(self):
        ticks = self._ticks_us()
        self._us += (ticks - self._ticks) & _TICKS
        self._ticks = ticks
        self.now_ms = (self.now_ms + self._us // 1000) & _TICKS
        self._us %= 1000
        return self.now_ms

    def _sample(self, now_ms):
        self.drained = False
        faulty = self.about.state == say.FAULT
        if not self._sampling:
            self.sampler.idle()
            if faulty and now_ms - self._tried_ms & _TICKS >= _RETRY_MS:
                self._try_again(now_ms)
        elif now_ms - self._drained_ms & _TICKS >= (_RETRY_MS if self._faulty == BUS and faulty else _DRAIN_MS):
            self._drain(now_ms)
        else:
            # So that the clock stands where the links' frames need it.
            self.ring.tick(self._ticks)

    def _each_second(self):
        live = connected = False
        for link in self.links:
            live = live or link.live()
            connected = connected or link.connected
            link.status_due = link.live()
        self._status.uptime += 1
        self._measure()
        self._alone_s = 0 if live else self._alone_s + 1
        self._unconnected_s = 0 if connected or self._powered else self._unconnected_s + 1
        if self._sampling and self._alone_s * 1000 >= _ALONE_MS:
            self.stop()
        if self.settings.sleep_after_s and self._unconnected_s >= self.settings.sleep_after_s:
            self.sleep()
        if self.battery.empty and self._sleep_asked_ms < 0:
            self.events.fault(BATTERY_EMPTY, self.battery.millivolts, "the battery is empty: charge it")
            self.stop()
            self._sleep_asked_ms = self.now_ms

    def _measure(self):
        self.battery.measure()
        self._powered = bool(self.board.powered())
        self._status.temperature = -0x8000
        if self._sampling and self.about.state == say.RUNNING:
            try:
                self._status.temperature = self.imu.temperature_c100()
            except ImuError:
                return  # the next drain says so

    def _mood(self, now_ms):
        if self._identify_ms:
            if now_ms - self._identify_from_ms & _TICKS < self._identify_ms:
                return panel.IDENTIFY
            self._identify_ms = 0
        if self.about.state == say.FAULT or self._crashes:
            return panel.FAULT
        if self.battery.low:
            return panel.BATTERY_LOW
        if self.stream is not None:
            return panel.STREAMING
        for link in self.links:
            if link.live():
                return panel.CONNECTED
        return panel.ADVERTISING

    # The end

    def crashed(self, error):
        """The firmware has a mistake. Tell, and go on; whether that makes sense any more."""
        if self.now_ms - self._crashed_ms & _TICKS > _CALM_MS:
            self._crashes = 0
        self._crashes += 1
        self._crashed_ms = self.now_ms
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        self.events.fault(EXCEPTION, number, f"{type(error).__name__}: {error}. Please report it")
        return self._crashes < _CRASHES

    def sleep(self):
        """Until moved, pressed or reset."""
        from repfw import asleep

        self.close()
        asleep.sleep(self.board, self.imu, self.settings, self.battery)

    def close(self):
        """Leave the hardware quiet."""
        if self._sampling:
            self.stop()
        for link in self.links:
            link.close()
        self._light.show(panel.OFF, 0)


def _period_us(imu):
    return (1000000000 + imu.true_rate_mhz // 2) // imu.true_rate_mhz
