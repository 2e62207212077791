"""STOP: sampling ends. Loaded for the moment."""

from micropython import const

from repfw import seldom
from repfw.imu import ImuError

_STATE_IDLE = const(0)
_STATE_FAULT = const(2)

_FAULT_BUS = const(2)  # FAULT

_RESULT_OK = const(0)

_WORD_NEXT = const(0)  # of the ring


def obey(link, _command):
    """Do what STOP says; returns the result, with the answer's detail in the link's."""
    stop(link.app)
    link.app.ring.put(_WORD_NEXT, link.detail, 0)
    link.detail_length = 4
    return _RESULT_OK


def stop(app):
    """No more samples, to anyone. The ring keeps what it has."""
    app.stream = None
    for link in app.links:
        app.ring.skip(link.cursor)
    if not app.sampling:
        return
    app.sampling = False
    if app.about.state == _STATE_FAULT:
        return
    try:
        app.imu.stop()
    except ImuError as error:
        seldom("states").fails(app, _FAULT_BUS, error)
        return
    seldom("states").set_state(app, _STATE_IDLE)
