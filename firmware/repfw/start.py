"""From power-on to the loop. Whatever goes wrong is shown and told; only Ctrl-C ends it."""

# ruff: noqa: E402
from repfw import ring

# First of all, while the heap is whole: 24 kB in one piece.
_RING = ring.Ring()

import gc
import os
import sys
import time

import machine
from machine import Pin
from micropython import const

from repfw import about as say
from repfw import app as apps
from repfw import board as boards
from repfw import panel, settings
from repfw.imu import find

_CRASH_PAUSE_MS = const(200)


def run():
    """The firmware."""
    app = assemble()
    if app.settings.watchdog:
        app.board.watch()
    try:
        loop(app)
    except KeyboardInterrupt:
        app.board.unwatch()
        app.close()
        raise


def loop(app):
    """For ever."""
    while True:
        try:
            pause_ms = app.step()
        except Exception as error:  # noqa: BLE001  (KeyboardInterrupt is none of these)
            # The zeros keep the text apart from the frames.
            print("\0", end="")
            sys.print_exception(error)
            print("\0", end="")
            if not app.crashed(error):
                machine.reset()
            pause_ms = _CRASH_PAUSE_MS
        app.board.feed()
        time.sleep_ms(pause_ms)


def assemble():
    """Everything, ready to run."""
    chosen, problem = _read_config()
    board = boards.this(chosen.board)
    if board is None:
        board = boards.UNKNOWN
        problem = problem or "this board is not known: name one in config.py"
    app = _make(chosen, board)
    if machine.reset_cause() == machine.WDT_RESET:
        app.events.fault(apps.WATCHDOG, 0, "the firmware hung and was started again. Please report it")
    if problem:
        app.refuse(apps.CONFIG, problem)
    else:
        app.open_sensor()
    _link(app)
    gc.collect()
    return app


def _read_config():
    try:
        import config

        return settings.read(config), None
    except settings.ConfigError as error:
        return settings.Settings(), str(error)
    except Exception as error:  # noqa: BLE001  (a mistyped file can raise anything)
        return settings.Settings(), f"config.py: {type(error).__name__}: {error}"


def _make(chosen, board):
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
        _RING,
        lambda: find(board.bus(chosen), chosen.sensor_address),
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
