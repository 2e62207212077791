"""START: sampling begins. Loaded for the moment."""

import struct

from micropython import const

from repfw import seldom
from repfw.imu import ImuError

_STATE_RUNNING = const(1)
_STATE_FAULT = const(2)

_FAULT_BUS = const(2)  # FAULT

_RESULT_OK = const(0)
_RESULT_BAD_VALUE = const(5)
_RESULT_NO_SENSOR = const(7)

# Of the ring
_WORD_LIVE = const(6)


def obey(link, command):
    """Do what a good START says; returns the result, with the answer's detail in the link's."""
    figures = struct.unpack_from("<HHH", command, 4)
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
