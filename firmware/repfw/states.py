"""What HELLO and FAULT tell of the device's state. Loaded for the moment."""

from micropython import const

from repfw import seldom

_STATE_FAULT = const(2)
_FAULT_CONFIG = const(5)


def refuse(app, words):
    """The board cannot work as config.py says: a fault for good."""
    app.faulty = _FAULT_CONFIG
    seldom("events").fault_begins(app.events, _FAULT_CONFIG, words)


def fails(app, code, error):
    """The sensor does."""
    if app.faulty != code:
        app.faulty = code
        seldom("events").fault_begins(app.events, code, error.words)
    set_state(app, _STATE_FAULT)


def recovered(app, state):
    """It works."""
    if app.faulty:
        seldom("events").fault_ends(app.events, "the sensor answers again")
        app.faulty = 0
    set_state(app, state)


def set_state(app, state, changed=False):
    """The state that HELLO tells, if it is another or if something else in HELLO is."""
    if app.about.state == state and not changed:
        return
    app.about.state = state
    for link in app.links:
        link.hello_due = link.status_due = link.live
        link.info_due = True
