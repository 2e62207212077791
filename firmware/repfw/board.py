"""In what the boards differ: all of it is here. Loaded for the moment.

Sources: ESP32 series data sheet 4.4 and MicroPython's ``esp32`` port; RP2040 and RP2350 data sheets, section Watchdog;
Pico W data sheet 2.1 (VBUS and LED are pins of the radio's chip there).
"""

import sys

import machine
from machine import ADC, WDT, Pin
from micropython import const

_WATCHDOG_MS = const(8000)  # the RP2's counts to 8388 ms at most; recovering a sensor takes 300 ms
_WATCHDOG_OFF_MS = const(86_400_000)
# WATCHDOG_CTRL, by its alias that clears bits: RP2040 2.1.2 and 4.7.6, RP2350 2.1.3 and 12.9.7
_RP2040_WATCHDOG_CLEAR = const(0x4005B000)
_RP2350_WATCHDOG_CLEAR = const(0x400DB000)
_WATCHDOG_ENABLE = const(1 << 30)

# Key in config.py; name; what MicroPython calls it; I2C bus, SCL, SDA; LED; lit by low; Bluetooth stack; pin that tells
# USB power; register of the RP2's watchdog. Longer names before those they begin with.
_BOARDS = (
    ("esp32s3", "ESP32-S3", "ESP32S3", (0, 9, 8), None, False, "nimble", None, 0),
    ("esp32c3", "ESP32-C3", "ESP32C3", (0, 5, 4), 8, True, "nimble", None, 0),
    ("esp32", "ESP32", "ESP32", (0, 22, 21), 2, False, "nimble", None, 0),
    ("pico2w", "Pico 2 W", "Pico 2 W", (0, 5, 4), "LED", False, "btstack", "WL_GPIO2", _RP2350_WATCHDOG_CLEAR),
    ("picow", "Pico W", "Pico W", (0, 5, 4), "LED", False, "btstack", "WL_GPIO2", _RP2040_WATCHDOG_CLEAR),
    ("pico2", "Pico 2", "Pico2", (0, 5, 4), "LED", False, "", 24, _RP2350_WATCHDOG_CLEAR),
    ("pico", "Pico", "Pico", (0, 5, 4), "LED", False, "", 24, _RP2040_WATCHDOG_CLEAR),
)
_UNKNOWN = const(("", "unknown", "?", (0, None, None), None, False, "", None, 0))


def key_of(told):
    """What the board is called in ``config.py`` that MicroPython calls so; None for one we do not know."""
    for row in _BOARDS:
        if row[2] in told:
            return row[0]
    return None


def _row(key):
    """Of the board of this name, or the one this runs on."""
    key = key or key_of(getattr(sys.implementation, "_machine", ""))
    for row in _BOARDS:
        if row[0] == key:
            return row
    return _UNKNOWN


def complete(settings):
    """Put what is usual here where ``config.py`` leaves it open; returns what is wrong, or None."""
    row = _row(settings.board)
    settings.board, settings.board_name, _, i2c, led, low, stack, settings.usb_power, clear = row
    usual = (("led", led), ("led_active_low", low), ("ble", bool(stack)))
    for name, value in tuple(zip(("i2c_bus", "scl", "sda"), i2c)) + usual:
        if getattr(settings, name) is None:
            setattr(settings, name, value)
    settings.paced = stack == "btstack"  # which queues without end, so the firmware holds back by itself
    settings.adc_is_calibrated = not clear
    wrong = _wrong_pin(settings, led)
    if not settings.usb and not settings.ble:
        settings.usb = True  # or it could not be told
        return "config.py: usb is False, and this board has no Bluetooth: nobody could reach it"
    return wrong if settings.board else "this board is not known: name one in config.py"


def _wrong_pin(settings, led):
    """What is wrong with a pin, or None. A pin that cannot be used counts as one that was not named."""
    wrong = None
    for name, usual in (("battery_pin", None), ("motion_pin", None), ("button", None), ("led", led)):
        number = getattr(settings, name)
        if number is None or number is False:
            continue
        try:
            pin = Pin(number, Pin.OUT if name == "led" else Pin.IN)
            if name == "battery_pin":
                settings.adc = ADC(pin, atten=ADC.ATTN_11DB) if settings.adc_is_calibrated else ADC(pin)
        except (ValueError, TypeError) as error:  # by port and pin
            wrong = f"config.py: {name} is {number!r}: {error}"
            setattr(settings, name, usual)
    return wrong


def watch():
    """The watchdog, to be fed."""
    return WDT(timeout=_WATCHDOG_MS)


def unwatch(watchdog, settings):
    """Let the watchdog go, so that tools can work at the prompt for as long as they like."""
    clear = _row(settings.board)[-1]
    if clear:
        machine.mem32[clear] = _WATCHDOG_ENABLE
    else:
        watchdog = WDT(timeout=_WATCHDOG_OFF_MS)  # the ESP32's can be set anew, but not stopped
    watchdog.feed()
