"""What each command does, and what is answered."""

import struct

from micropython import const

from repfw import command, frame

_ECHO_BYTES = const(8)


class Dialog:
    """Commands that `Command.read` found good."""

    def __init__(self, app):
        self._app = app

    def obey(self, link, read):
        """Do it; returns the result, with the answer's detail in the link's."""
        kind = read.kind
        if kind == command.HELLO:
            link.hello_due = True
            return frame.OK
        if kind == command.START:
            return self._start(link, read)
        if kind == command.STOP:
            self._app.stop()
            self._app.ring.put_next(link.detail, 0)
            link.detailed(4)
            return frame.OK
        if kind == command.RESEND:
            return self._resend(link, read)
        if kind == command.TIME:
            return self._time(link, read)
        if kind == command.IDENTIFY:
            self._app.identify(read.seconds)
            return frame.OK
        return self._app.fall_asleep()

    def _start(self, link, read):
        app = self._app
        about = app.about
        if not about.sensor:
            return frame.NO_SENSOR
        if read.rate and read.rate not in about.rates:
            read.field = 4
        elif read.acc_range and read.acc_range not in about.acc_ranges:
            read.field = 6
        elif read.gyr_range and read.gyr_range not in about.gyr_ranges:
            read.field = 8
        if read.field:
            return frame.BAD_VALUE
        result = app.start(link, read.rate, read.acc_range, read.gyr_range)
        if result == frame.OK:
            link.hello_due = True
            app.ring.put_cursor(link.detail, 0, app.live_cursor)
            link.detail[4] = about.generation
            link.detailed(5)
        return result

    def _resend(self, link, read):
        ring = self._app.ring
        granted = ring.grant(read.buffer, link.cursor)
        if granted:
            ring.put_cursor(link.detail, 0, link.cursor)
            struct.pack_into("<H", link.detail, 4, granted)
            link.detailed(6)
            return frame.OK
        ring.put_oldest(link.detail, 0)
        struct.pack_into("<H", link.detail, 4, ring.held())
        link.detailed(6)
        return frame.NOT_HELD

    def _time(self, link, read):
        for k in range(_ECHO_BYTES):
            link.detail[k] = read.buffer[4 + k]
        self._app.ring.put_clock(link.detail, 8)
        link.detailed(12)
        return frame.OK
