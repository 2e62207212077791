"""Puts the parts together, as ``config.py`` says. Loaded for the moment, at the start."""

import gc
import time

import machine
from machine import Pin
from micropython import const

from repfw import seldom

_CAN_BLE = const(0x0040)
_CAN_SERIAL = const(0x0080)
_FAULT_WATCHDOG = const(7)


def assemble(samples):
    """The device, not yet looking for its sensor, its links not there; and the radio's handles, or None.

    ``samples`` is the ring. What is loaded for the moment is gone again before what stays is loaded: so memory is not
    left in small pieces.
    """
    settings, problem = seldom("settings").read_config()
    gc.collect()
    unknown = seldom("board").complete(settings)
    gc.collect()
    app = _make(settings, samples)
    gc.collect()
    seldom("about").introduce(app, machine.unique_id())
    gc.collect()
    if machine.reset_cause() == machine.WDT_RESET:
        words = "the firmware hung and was started again. Please report it"
        seldom("events").fault(app.events, _FAULT_WATCHDOG, 0, words)
    if problem or unknown:
        seldom("states").refuse(app, problem or unknown)
    return app, _open_radio(app) if settings.ble else None


def _open_radio(app):
    try:
        return seldom("link_ble_open").open_radio(app.about)
    except (ImportError, OSError) as error:
        app.settings.usb = True  # or nobody could reach it
        app.about.capabilities = app.about.capabilities & ~_CAN_BLE | _CAN_SERIAL
        seldom("events").log(app.events, 40, f"no Bluetooth: {error}")
        return None


def _make(settings, samples):
    from repfw.app import App

    gc.collect()
    app = App(settings, samples, time.ticks_us)
    if settings.led is not None and settings.led is not False:
        from repfw.light import Light

        app.light = Light(Pin(settings.led, Pin.OUT), settings.led_active_low)
    if settings.button is not None:
        from repfw.button import Button

        app.button = Button(Pin(settings.button, Pin.IN, Pin.PULL_UP))
    if settings.battery_pin is not None:
        from repfw.power import Battery

        app.battery = Battery(settings, settings.adc)
    if settings.usb_power is not None:
        app.usb_power = Pin(settings.usb_power, Pin.IN)
    _made(app, app.sampler, samples)
    return app


def add_links(app, handles):
    """After the sensor was looked for and tested, which takes memory for the moment. ``handles`` are the radio's."""
    if app.settings.usb:
        from repfw.link_usb import UsbLink

        gc.collect()
        app.links.append(UsbLink(app))
    if handles:
        from repfw.link_ble import BleLink

        gc.collect()
        app.links.append(BleLink(app, handles))
    for link in app.links:
        _made(link, link.data)


def _made(*parts):
    for part in parts:
        type(part).__init__ = None  # no more of them are made: what makes them is of no more use
