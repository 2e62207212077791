"""Sleeping until somebody moves the board. Loaded then."""

import machine
from machine import Pin
from micropython import const

from repfw import seldom

_CHARGED_MV = const(200)  # above empty: not merely recovered from the load
_NAP_MS = const(1000)  # asleep, the sensor is asked so often where its interrupt is not wired


def sleep(app):
    """Sleep until moved or pressed, or charged if the battery is empty; then boot. Links are closed already."""
    settings, battery, imu = app.settings, app.battery, app.imu
    pins = []
    if settings.button is not None:
        pins.append((Pin(settings.button, Pin.IN, Pin.PULL_UP), 0))
    # Kept, for it is over with the first better reading; a charger is needed all the same.
    empty = battery is not None and battery.empty
    watching = imu is not None and _watch(imu, settings, not empty)
    if watching and settings.motion_pin is not None:
        pins.append((Pin(settings.motion_pin, Pin.IN), 1))
    _wake_by(pins)
    while True:
        if app.watchdog:
            app.watchdog.feed()
        machine.lightsleep(_NAP_MS)
        for pin, level in pins:
            if pin.value() == level:
                machine.reset()
        if empty:
            battery.measure()
            if battery.millivolts > settings.battery_empty_mv + _CHARGED_MV:
                machine.reset()
        elif watching and _moved(imu):
            machine.reset()


def _watch(imu, settings, watch_motion):
    try:
        if watch_motion:
            seldom("imu_motion").watch_motion(imu, settings.motion_mg)
        else:
            imu.stop()
    except Exception:  # noqa: BLE001  (a sensor that is gone must not keep the board awake)
        return False
    return watch_motion


def _wake_by(pins):
    if not pins:
        return
    try:
        import esp32

        # One level for all of them. The button's, if there is one: the sensor keeps its pin high until it is asked.
        pin, level = pins[0]
        esp32.wake_on_gpio((pin,), bool(level))
    except (ImportError, AttributeError, TypeError, ValueError, OSError):
        pass  # after each nap the pins are looked at in any case
    for pin, level in pins:
        pin.irq(handler=_nothing, trigger=Pin.IRQ_RISING if level else Pin.IRQ_FALLING)


def _nothing(pin):
    pass


def _moved(imu):
    try:
        return seldom("imu_motion").moved(imu)
    except Exception:  # noqa: BLE001  (a sensor that does not answer has not moved; the board must not die asleep)
        return False
