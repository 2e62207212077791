"""Battery, and sleeping until somebody moves the board."""

import machine
from machine import Pin
from micropython import const

_ALPHA_SHIFT = const(3)  # readings are averaged over about 8
_LOW_PERCENT = const(15)
_EMPTY_READINGS = const(5)  # below empty for so long: no mere dip

# A lithium cell, percent for each tenth of the way from empty to full voltage: from data sheets, at 0.2 C.
_CURVE = (0, 2, 5, 10, 20, 38, 55, 68, 80, 90, 100)

_CHARGED_MV = const(200)  # above empty: not merely recovered from the load
_NAP_MS = const(1000)  # asleep, the sensor is asked so often where its interrupt is not wired


def percent(millivolts, empty_mv, full_mv):
    """How full a lithium cell is."""
    tenths = (millivolts - empty_mv) * 1000 // (full_mv - empty_mv)
    if tenths <= 0:
        return 0
    if tenths >= 1000:
        return 100
    low = _CURVE[tenths // 100]
    return low + (_CURVE[tenths // 100 + 1] - low) * (tenths % 100) // 100


class Battery:
    """Read each second. ``read_mv`` is of the pin; without it all is unknown."""

    def __init__(self, settings, read_mv=None):
        self.millivolts = 0xFFFF
        self.percent = 255
        self.low = False
        self.empty = False
        self._read_mv = read_mv
        self._settings = settings
        self._sum = 0
        self._empty_for = 0

    def measure(self):
        """Read once."""
        if self._read_mv is None:
            return
        settings = self._settings
        now = int(self._read_mv() * settings.battery_divider)
        self._sum = self._sum - (self._sum >> _ALPHA_SHIFT) + now if self._sum else now << _ALPHA_SHIFT
        self.millivolts = self._sum >> _ALPHA_SHIFT
        self.percent = percent(self.millivolts, settings.battery_empty_mv, settings.battery_full_mv)
        # Not low again until it is clearly better, or the LED would flicker.
        self.low = self.percent < _LOW_PERCENT + (3 if self.low else 0)
        self._empty_for = self._empty_for + 1 if self.millivolts < settings.battery_empty_mv else 0
        self.empty = self._empty_for >= _EMPTY_READINGS


def sleep(board, imu, settings, battery):
    """Sleep until moved or pressed, or charged if the battery is empty; then boot. Links are closed already."""
    pins = []
    if settings.button is not None:
        pins.append((Pin(settings.button, Pin.IN, Pin.PULL_UP), 0))
    watching = imu is not None and _watch(imu, settings, not battery.empty)
    if watching and settings.motion_pin is not None:
        pins.append((Pin(settings.motion_pin, Pin.IN), 1))
    for pin, level in pins:
        _wakes(pin, level)
    while True:
        board.feed()
        machine.lightsleep(_NAP_MS)
        for pin, level in pins:
            if pin.value() == level:
                machine.reset()
        if battery.empty:
            battery.measure()
            if battery.millivolts > settings.battery_empty_mv + _CHARGED_MV:
                machine.reset()
        elif watching and _moved(imu):
            machine.reset()


def _watch(imu, settings, watch_motion):
    try:
        if watch_motion:
            imu.sleep_until_motion(settings.motion_mg)
        else:
            imu.stop()
    except Exception:  # noqa: BLE001  (a sensor that is gone must not keep the board awake)
        return False
    return watch_motion


def _wakes(pin, level):
    try:
        import esp32

        esp32.wake_on_gpio(((pin, level),), True)
    except (ImportError, AttributeError, TypeError, ValueError, OSError):
        pass
    pin.irq(handler=_nothing, trigger=Pin.IRQ_RISING if level else Pin.IRQ_FALLING)


def _nothing(pin):
    pass


def _moved(imu):
    try:
        return imu.moved()
    except Exception:  # noqa: BLE001
        return False
