"""START and STOP: sampling begins and ends. Loaded for the moment."""

import struct

from micropython import const

from repfw import seldom
from repfw.imu import ImuError

_STATE_IDLE = const(0)
_STATE_RUNNING = const(1)
_STATE_FAULT = const(2)

_FAULT_BUS = const(2)  # FAULT

_COMMAND_START = const(0x42)
_RESULT_OK = const(0)
_RESULT_BAD_VALUE = const(5)
_RESULT_NO_SENSOR = const(7)

# Of the ring
_WORD_NEXT = const(0)
_WORD_LIVE = const(6)


def obey(link, command):
    """Do what a good command says; returns the result, with the answer's detail in the link's."""
    app = link.app
    if command[1] == _COMMAND_START:
        return _start(link, struct.unpack_from("<HHH", command, 4))
    stop(app)
    app.ring.put(_WORD_NEXT, link.detail, 0)
    link.detail_length = 4
    return _RESULT_OK


def _start(link, figures):
    about = link.app.about
    if not about.sensor:
        return _RESULT_NO_SENSOR
    for k, offered in enumerate((about.rates, about.acc_ranges, about.gyr_ranges)):
        if figures[k] and figures[k] not in offered:
            link.detail[0] = 4 + 2 * k
            link.detail_length = 1
            return _RESULT_BAD_VALUE
    result = start(link.app, link, *figures)
    if result == _RESULT_OK:
        link.hello_due = True
        link.app.ring.put(_WORD_LIVE, link.detail, 0)
        link.detail[4] = about.generation
        link.detail_length = 5
    return result


def start(app, link, rate_hz, acc_range_g, gyr_range_dps):
    """Sample, and stream to this link; 0 leaves a figure as it is. Returns a result."""
    if app.about.state == _STATE_FAULT:
        return _RESULT_NO_SENSOR
    known = app.settings
    before = (known.rate_hz, known.acc_range_g, known.gyr_range_dps)
    figures = (rate_hz or before[0], acc_range_g or before[1], gyr_range_dps or before[2])
    same = figures == before
    if not (same and app.sampling):
        try:
            app.imu.start(*figures)
        except ImuError as error:
            seldom("states").fails(app, _FAULT_BUS, error)
            return _RESULT_NO_SENSOR
        known.rate_hz, known.acc_range_g, known.gyr_range_dps = figures
        if same:
            app.sampler.start(app.sampler.period_us, app.sampled)
        else:
            app.about.generation = (app.about.generation + 1) & 0xFF
            seldom("sensor").tell(app)
        app.sampled = app.sampling = True
        app.alone_s = 0
        seldom("states").set_state(app, _STATE_RUNNING, not same)
    if app.stream is not link:
        app.ring.skip(_WORD_LIVE)
        app.stream = link
        app.status_to_all()
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
