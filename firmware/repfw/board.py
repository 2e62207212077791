"""In what the boards differ: all of it is here.

Sources: ESP32 series data sheet 4.4 and MicroPython's ``esp32`` port; RP2040 and RP2350 data sheets, section Watchdog;
Pico W data sheet 2.1 (VBUS and LED are pins of the radio's chip there).
"""

import sys

import machine
from machine import ADC, I2C, WDT, Pin
from micropython import const

_WATCHDOG_MS = const(8000)  # the RP2's counts to 8388 ms at most; recovering a sensor takes 300 ms
_WATCHDOG_OFF_MS = const(86_400_000)
# WATCHDOG_CTRL, by its alias that clears bits: RP2040 2.1.2 and 4.7.6, RP2350 2.1.3 and 12.9.7
_RP2040_WATCHDOG_CLEAR = const(0x4005B000)
_RP2350_WATCHDOG_CLEAR = const(0x400DB000)
_WATCHDOG_ENABLE = const(1 << 30)


class Board:
    """A kind of board: what is usual on it, and how its hardware is asked. ``told`` is how MicroPython calls it."""

    def __init__(self, key, name, told, i2c, led, led_active_low, stack, vbus, watchdog_clear):
        self.name = name
        self.i2c_bus, self.scl, self.sda = i2c
        self.led = led
        self.led_active_low = led_active_low
        self.ble = bool(stack)
        self.paced = stack == "btstack"  # which queues without end, so the firmware holds back by itself
        self.vbus = vbus  # the pin that tells USB power
        self._watchdog_clear = watchdog_clear  # a register of the RP2
        self._watchdog = None

    def bus(self, settings):
        """The I2C bus the sensor is on, freed from whoever holds it."""
        from repfw.imu_find import free_bus

        number = _or(settings.i2c_bus, self.i2c_bus)
        scl = _or(settings.scl, self.scl)
        sda = _or(settings.sda, self.sda)
        free_bus(Pin(scl, Pin.OPEN_DRAIN, value=1), Pin(sda, Pin.OPEN_DRAIN, value=1))
        return I2C(number, scl=Pin(scl), sda=Pin(sda), freq=settings.i2c_hz)

    def led_pin(self, settings):
        """The LED's pin, or None."""
        pin = _or(settings.led, self.led)
        return None if pin is None or pin is False else Pin(pin, Pin.OUT)

    def adc(self, pin):
        """A function that tells a pin's voltage in mV."""
        if self._watchdog_clear:
            adc = ADC(Pin(pin))
            return lambda: adc.read_u16() * 3300 // 65535
        adc = ADC(Pin(pin), atten=ADC.ATTN_11DB)
        return lambda: adc.read_uv() // 1000

    def powered(self):
        """Whether there is USB power; None where that cannot be told."""
        return None if self.vbus is None else bool(Pin(self.vbus, Pin.IN).value())

    def watch(self):
        """Start the watchdog; then `feed` it."""
        self._watchdog = WDT(timeout=_WATCHDOG_MS)

    def feed(self):
        """All is well."""
        if self._watchdog:
            self._watchdog.feed()

    def unwatch(self):
        """Let the watchdog go, so that tools can work at the prompt for as long as they like."""
        if not self._watchdog:
            return
        if self._watchdog_clear:
            machine.mem32[self._watchdog_clear] = _WATCHDOG_ENABLE
        else:
            self._watchdog = WDT(timeout=_WATCHDOG_OFF_MS)  # the ESP32's can be set anew, but not stopped
        self._watchdog.feed()
        self._watchdog = None


def _or(value, usual):
    return usual if value is None else value


# Longer names before those they begin with. No instances: these take less memory.
_BOARDS = (
    ("esp32s3", "ESP32-S3", "ESP32S3", (0, 9, 8), None, False, "nimble", None, 0),
    ("esp32c3", "ESP32-C3", "ESP32C3", (0, 5, 4), 8, True, "nimble", None, 0),
    ("esp32", "ESP32", "ESP32", (0, 22, 21), 2, False, "nimble", None, 0),
    ("pico2w", "Pico 2 W", "Pico 2 W", (0, 5, 4), "LED", False, "btstack", "WL_GPIO2", _RP2350_WATCHDOG_CLEAR),
    ("picow", "Pico W", "Pico W", (0, 5, 4), "LED", False, "btstack", "WL_GPIO2", _RP2040_WATCHDOG_CLEAR),
    ("pico2", "Pico 2", "Pico2", (0, 5, 4), "LED", False, "", 24, _RP2350_WATCHDOG_CLEAR),
    ("pico", "Pico", "Pico", (0, 5, 4), "LED", False, "", 24, _RP2040_WATCHDOG_CLEAR),
)
_UNKNOWN = ("", "unknown", "?", (0, None, None), None, False, "", None, 0)


def key_of(told):
    """What the board is called in ``config.py`` that MicroPython calls so; None for one we do not know."""
    for row in _BOARDS:
        if row[2] in told:
            return row[0]
    return None


def this(key=None):
    """The board of this name, or the one this runs on; and whether it is known."""
    key = key or key_of(getattr(sys.implementation, "_machine", ""))
    for row in _BOARDS:
        if row[0] == key:
            return Board(*row), True
    return Board(*_UNKNOWN), False
