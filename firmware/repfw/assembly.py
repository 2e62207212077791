"""Puts the parts together, as ``config.py`` says. Needed at the start, and then no more."""

import gc
import os
import sys
import time

import machine
from machine import Pin

from repfw import about as say
from repfw import app as apps
from repfw import board as boards
from repfw import forget, panel, ring


def assemble(samples, finder):
    """The device, ready to run. ``finder(board, settings)`` gives what looks for the sensor."""
    chosen, problem = _read_config()
    forget("settings")  # so much less is there when the rest is loaded
    board, known = boards.this(chosen.board)
    if not known:
        problem = problem or "this board is not known: name one in config.py"
    app = _make(chosen, board, samples, finder(board, chosen))
    if machine.reset_cause() == machine.WDT_RESET:
        app.events.fault(apps.WATCHDOG, 0, "the firmware hung and was started again. Please report it")
    if problem:
        app.refuse(apps.CONFIG, problem)
    else:
        app.open_sensor()
    gc.collect()
    _link(app)
    return app


def _read_config():
    from repfw import settings

    try:
        import config

        return settings.read(config), None
    except settings.ConfigError as error:
        return settings.defaults(), str(error)
    except Exception as error:  # noqa: BLE001  (a mistyped file can raise anything)
        return settings.defaults(), f"config.py: {type(error).__name__}: {error}"
    finally:
        sys.modules.pop("config", None)


def _make(chosen, board, samples, look):
    unique_id = machine.unique_id()
    about = say.About(
        chosen.name or say.default_name(unique_id),
        board.name,
        unique_id,
        int.from_bytes(os.urandom(4), "little"),
        chosen.axes,
    )
    led = board.led_pin(chosen)
    low = board.led_active_low if chosen.led_active_low is None else chosen.led_active_low
    button = None if chosen.button is None else Pin(chosen.button, Pin.IN, Pin.PULL_UP)
    read_mv = None if chosen.battery_pin is None else board.adc(chosen.battery_pin)
    about.capabilities = (
        say.TEMPERATURE
        | say.SLEEP
        | say.WAKES
        | (say.BATTERY if read_mv else 0)
        | (say.BUTTON if button else 0)
        | (say.LED if led else 0)
    )
    return apps.App(
        chosen,
        board,
        about,
        samples,
        look,
        time.ticks_us,
        panel.Light(led, low),
        panel.Button(button),
        read_mv,
    )


def _link(app):
    if app.settings.usb:
        from repfw.link_usb import UsbLink

        app.links.append(UsbLink(app, ring.RESEND_A))
        app.about.capabilities |= say.SERIAL
    wanted = app.settings.ble
    if app.board.ble if wanted is None else wanted:
        app.about.capabilities |= say.BLE
        try:
            from repfw.link_ble import BleLink

            app.links.append(BleLink(app, ring.RESEND_B))
        except (ImportError, OSError) as error:
            app.about.capabilities &= ~say.BLE
            app.events.log(40, f"no Bluetooth: {error}")
