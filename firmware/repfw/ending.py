"""A mistake in the firmware, sleep, the end. Loaded for the moment."""

from micropython import const

from repfw import seldom

_FAULT_EXCEPTION = const(6)  # FAULT
_MOOD_OFF = const(0)

_CRASHES = const(10)  # then start anew
_CALM_MS = const(60000)
_TICKS = const(0x3FFFFFFF)


def crashed(app, error):
    """The firmware has a mistake. Tell, and go on; whether that makes sense any more."""
    if app.now_ms - app.crashed_ms & _TICKS > _CALM_MS:
        app.crashes = 0
    app.crashes += 1
    app.crashed_ms = app.now_ms
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    words = f"{type(error).__name__}: {error}. Please report it"
    seldom("events").fault(app.events, _FAULT_EXCEPTION, number, words)
    return app.crashes < _CRASHES


def sleep(app):
    """Until moved, pressed or reset."""
    close(app)
    seldom("asleep").sleep(app)


def close(app):
    """Leave the hardware quiet."""
    if app.sampling:
        seldom("stopping").stop(app)
    for link in app.links:
        if link.handles:
            seldom("link_ble_radio").close_radio(link)
    if app.light is not None:
        app.light.show(_MOOD_OFF, 0)
