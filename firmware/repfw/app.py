"""The device: sensor, ring, links. One loop calls `step`; nothing here waits.

What changes its state is in ``sensor.py``, ``running.py``, ``stopping.py`` and ``ending.py``.

Hardware comes in as arguments. Times are milliseconds of 30 bits, made of ``ticks_us``, so that they wrap like those.
"""

from micropython import const

from repfw import Record, sampler, seldom
from repfw.imu import ImuError

_DRAIN_MS = const(20)
_RETRY_MS = const(500)  # of a sensor that fails, and for one that is not there
_ALONE_S = const(30)  # sampling goes on so long without a live link
_GOODBYE_MS = const(300)  # the answer to SLEEP has so long to leave
_TICKS = const(0x3FFFFFFF)

_STATE_RUNNING = const(1)
_STATE_FAULT = const(2)

_FAULT_BUS = const(2)
_FAULT_BATTERY_EMPTY = const(4)

_STATUS_STREAM_HERE = const(0x01)
_STATUS_STREAM_ELSEWHERE = const(0x02)
_STATUS_BATTERY_LOW = const(0x04)
_STATUS_EXTERNAL_POWER = const(0x08)

# Moods of the LED
_MOOD_ADVERTISING = const(1)
_MOOD_CONNECTED = const(2)
_MOOD_STREAMING = const(3)
_MOOD_LOW = const(4)
_MOOD_FAULTY = const(5)
_MOOD_IDENTIFY = const(6)


class App:
    """``samples`` is the ring, ``ticks_us`` the board's. What the board does not have is None."""

    def __init__(self, settings, samples, ticks_us):
        self.settings = settings
        self.about = None  # what HELLO tells
        self.events = seldom("events").none_yet()
        self.ring = samples
        self.battery = self.light = self.button = None
        self.usb_power = None  # the pin that tells it
        self.watchdog = None
        self.battery_low = False
        self.sampler = sampler.Sampler(samples, ticks_us, 10000)
        self.links = []
        self.stream = None
        self.imu = None
        self.drained = False
        self.now_ms = 0
        self.faulty = 0  # the code of the fault that lasts
        self.sampling = False
        self.sampled = False  # since the configuration was last changed
        self.tried_ms = 0
        self.alone_s = self.unconnected_s = 0
        self.identify_from_ms = self.identify_ms = 0
        self.sleep_asked_ms = -1
        self.crashes = self.crashed_ms = 0
        self._ticks_us = ticks_us
        self.now = now = Record()  # the fields of STATUS
        now.uptime = 0
        now.battery_percent = 255
        now.battery_mv = 0xFFFF
        now.temperature = -0x8000
        now.state = now.generation = now.rate_mhz = 0
        now.overruns = now.lost = now.dropped = now.rejected = now.bus_errors = 0
        self._us = 0
        self._ticks = ticks_us()
        self._marks = 0
        self._drained_ms = self._second_ms = 0
        self._powered = False

    # The links

    def status_to_all(self):
        """What STATUS tells has changed."""
        for link in self.links:
            link.status_due = link.live

    def build_status(self, link):
        """STATUS for this link."""
        now = self.now
        now.state = self.about.state
        now.generation = self.about.generation
        now.rate_mhz = self.sampler.rate_mhz() if self.sampling else 0
        now.overruns = self.sampler.overruns
        now.lost = self.sampler.lost
        now.dropped = link.dropped
        now.bus_errors = self.imu.bus_errors if self.imu else 0
        flags = _STATUS_STREAM_HERE if self.stream is link else _STATUS_STREAM_ELSEWHERE if self.stream else 0
        if self.battery_low:
            flags |= _STATUS_BATTERY_LOW
        if self._powered:
            flags |= _STATUS_EXTERNAL_POWER
        link.data.status(flags, now)

    # Time goes by

    def step(self):
        """Be called each 10 ms or so; returns how many ms may pass until the next time."""
        ticks = self._ticks_us()
        self._us += (ticks - self._ticks) & _TICKS
        self._ticks = ticks
        self.now_ms = now_ms = (self.now_ms + self._us // 1000) & _TICKS
        self._us %= 1000
        self._sample(now_ms)
        if self.button is not None and self.button.pressed(now_ms):
            self._marks = self._marks % 0xFFFF + 1
            seldom("events").mark(self.events, self.ring, self._marks)
        for link in self.links:
            link.step(now_ms)
        if now_ms - self._second_ms & _TICKS >= 1000:
            self._second_ms = (self._second_ms + 1000) & _TICKS
            if now_ms - self._second_ms & _TICKS >= 1000:
                self._second_ms = now_ms
            self._each_second()
        if self.sleep_asked_ms >= 0 and now_ms - self.sleep_asked_ms & _TICKS > _GOODBYE_MS:
            seldom("ending").sleep(self)
        if self.light is not None:
            self.light.show(self._mood(now_ms), now_ms)
        return 5 if self.sampling else 20

    def _sample(self, now_ms):
        self.drained = False
        faulty = self.about.state == _STATE_FAULT
        if not self.sampling:
            self.sampler.idle()
            if faulty and now_ms - self.tried_ms & _TICKS >= _RETRY_MS:
                seldom("sensor").try_again(self)
        elif now_ms - self._drained_ms & _TICKS >= (_RETRY_MS if self.faulty == _FAULT_BUS and faulty else _DRAIN_MS):
            self._drained_ms = now_ms
            try:
                count = self.sampler.poll(self.imu)
            except ImuError as error:
                seldom("states").fails(self, _FAULT_BUS, error)
                return
            self.drained = True
            if count and faulty:
                seldom("states").recovered(self, _STATE_RUNNING)
        else:
            # So that the clock stands where the links' frames need it.
            self.ring.tick(self._ticks)

    def _each_second(self):
        live = connected = False
        for link in self.links:
            live = live or link.live
            connected = connected or link.connected
        self.status_to_all()
        self.now.uptime += 1
        self._measure()
        self.alone_s = 0 if live else self.alone_s + 1
        self.unconnected_s = 0 if connected or self._powered else self.unconnected_s + 1
        if self.sampling and self.alone_s >= _ALONE_S:
            seldom("stopping").stop(self)
        if self.settings.sleep_after_s and self.unconnected_s >= self.settings.sleep_after_s:
            seldom("ending").sleep(self)
        if self.battery is not None and self.battery.empty and self.sleep_asked_ms < 0:
            words = "the battery is empty: charge it"
            seldom("events").fault(self.events, _FAULT_BATTERY_EMPTY, self.now.battery_mv, words)
            seldom("stopping").stop(self)
            self.sleep_asked_ms = self.now_ms

    def _measure(self):
        now = self.now
        battery = self.battery
        if battery is not None:
            battery.measure()
            now.battery_percent = battery.percent
            now.battery_mv = battery.millivolts
            self.battery_low = battery.low
        self._powered = self.usb_power is not None and self.usb_power.value()
        now.temperature = -0x8000
        if self.sampling and self.about.state == _STATE_RUNNING:
            try:
                now.temperature = self.imu.temperature_c100()
            except ImuError:
                return  # the next drain says so

    def _mood(self, now_ms):
        if self.identify_ms:
            if now_ms - self.identify_from_ms & _TICKS < self.identify_ms:
                return _MOOD_IDENTIFY
            self.identify_ms = 0
        if self.about.state == _STATE_FAULT or self.crashes:
            return _MOOD_FAULTY
        if self.battery_low:
            return _MOOD_LOW
        if self.stream is not None:
            return _MOOD_STREAMING
        for link in self.links:
            if link.live:
                return _MOOD_CONNECTED
        return _MOOD_ADVERTISING
