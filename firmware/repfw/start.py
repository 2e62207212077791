"""From power-on to the loop. Whatever goes wrong is shown and told; only Ctrl-C ends it."""

# ruff: noqa: E402
from repfw import ring

# First of all, while the heap is whole: 24 kB in one piece.
_RING = ring.Ring()

import gc
import sys
import time

import machine
from micropython import const

from repfw import seldom

_CRASH_PAUSE_MS = const(200)


def run():
    """The firmware."""
    app = assemble()
    if app.settings.watchdog:
        app.watchdog = seldom("board").watch()
    try:
        loop(app)
    except KeyboardInterrupt:
        if app.watchdog:
            seldom("board").unwatch(app.watchdog, app.settings)
        seldom("ending").close(app)
        raise


def assemble():
    """Everything, ready to run."""
    # The largest needs of the moment come first, while there is little else: the radio, the sensor's test.
    app, handles = seldom("assembly").assemble(_RING)
    if not app.faulty:
        seldom("sensor").open_sensor(app)
    seldom("assembly").add_links(app, handles)
    gc.collect()
    return app


def _goes_on(app, error):
    """Whether it makes sense to; not when there is no memory even to tell."""
    try:
        return seldom("ending").crashed(app, error)
    except Exception:  # noqa: BLE001  (whatever fails while a crash is told: to start again is the way out)
        return False


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
            if not _goes_on(app, error):
                machine.reset()
            pause_ms = _CRASH_PAUSE_MS
        if app.watchdog:
            app.watchdog.feed()
        time.sleep_ms(pause_ms)
