"""From power-on to the loop. Whatever goes wrong is shown and told; only Ctrl-C ends it."""

# ruff: noqa: E402
from repfw import ring

# First of all, while the heap is whole: 24 kB in one piece.
_RING = ring.Ring()

import sys
import time

import machine
from micropython import const

from repfw import forget

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
    app = _assembled()
    forget("assembly", "settings", "link_ble_open")
    return app


def _assembled():
    # A function of its own: what it imports is no longer held when `forget` is called.
    from repfw.assembly import assemble

    return assemble(_RING, _finder)


def _finder(board, settings):
    """What looks for the sensor, now and whenever there is none."""

    def look():
        from repfw.imu_find import find

        return find(board.bus(settings), settings.sensor_address)

    return look
