"""Frames of the device, built in a buffer that is there from the start.

A `Framer` belongs to one channel: it counts that channel's frames. ``buffer[:length]`` is the frame last built; it
stays until the next is built, so a link that cannot send now tries again later.
"""

import struct

from micropython import const

from repfw import hot

VERSION = const(1)
LONGEST = const(244)
_SAMPLES_MOST = const(18)

_HELLO = const(0x01)
_SAMPLES = const(0x02)
_STATUS = const(0x03)
_LOG = const(0x04)
_OVERRUN = const(0x05)
_FAULT = const(0x06)
_MARK = const(0x07)
_ANSWER = const(0x08)

_AFTER_LOSS = const(0x01)
_RESENT = const(0x02)
_OVER = const(0x01)

OK = const(0)
UNREADABLE = const(1)
UNKNOWN_VERSION = const(2)
UNKNOWN_COMMAND = const(3)
BAD_LENGTH = const(4)
BAD_VALUE = const(5)
NOT_HELD = const(6)
NO_SENSOR = const(7)
_UNSUPPORTED = const(8)
_BUSY = const(9)

_NAME_LONGEST = const(24)
_TEXT_LONGEST = const(200)


def samples_per_frame(payload):
    """How many samples a frame takes where notifications carry so many bytes."""
    fit = (payload - 20) // 12
    return _SAMPLES_MOST if fit < 4 else min(fit, _SAMPLES_MOST)


def short_text(text, longest):
    """As UTF-8, cut to so many bytes, never within a character."""
    data = text.encode()
    if len(data) > longest:
        while data[longest] & 0xC0 == 0x80:
            longest -= 1
        data = data[:longest]
    return data


class Framer:
    """Builds the frames of one channel; ``ring`` gives the time, the indices and the samples.

    Channels that never have a frame under way at the same time can share a buffer.
    """

    def __init__(self, ring, buffer=None):
        self.buffer = buffer or bytearray(LONGEST)
        self.length = 0
        self.seq = 0  # of the next frame
        self._ring = ring
        self._lossy = bytearray(2)  # whether an OVERRUN was the last of the live stream, of the resent

    def restart(self):
        """Begin anew with a connection."""
        self.seq = 0
        self.length = 0
        self._lossy[0] = self._lossy[1] = 0

    def _finish(self, kind, flags, length):
        buffer = self.buffer
        buffer[0] = VERSION
        buffer[1] = kind
        buffer[2] = flags
        buffer[3] = self.seq
        self.seq = (self.seq + 1) & 0xFF
        hot.seal(buffer, length)
        self.length = length + 4

    def live(self, most, generation):
        """SAMPLES of the live stream, or the OVERRUN in their place; returns as `hot.take` does, 0 for no frame."""
        return self._taken(self._ring.take_live(self.buffer, most), 0, generation)

    def resent(self, cursor, most, generation):
        """The same for what a RESEND was granted."""
        return self._taken(self._ring.take_resent(self.buffer, cursor, most), _RESENT, generation)

    def _taken(self, count, flags, generation):
        buffer = self.buffer
        lossy = self._lossy
        which = 1 if flags else 0
        if count > 0:
            buffer[12] = generation
            buffer[13] = count
            buffer[14] = 12
            buffer[15] = 0
            if lossy[which]:
                flags |= _AFTER_LOSS
                lossy[which] = 0
            self._finish(_SAMPLES, flags, 16 + 12 * count)
        elif count < 0:
            self._ring.put_clock(buffer, 4)
            buffer[16] = generation
            lossy[which] = 1
            self._finish(_OVERRUN, flags, 18)
        return count

    def hello(self, about):
        """HELLO; ``about`` has the fields of the specification as attributes."""
        buffer = self.buffer
        major, minor, patch = about.firmware
        x, y, z = about.axes
        ring = self._ring
        struct.pack_into(
            "<IIBBBBBBHIffHHbbbBIH",
            buffer,
            4,
            0,
            about.boot_id,
            about.generation,
            VERSION,
            major,
            minor,
            patch,
            about.state,
            about.capabilities,
            about.rate_mhz,
            about.acc_scale,
            about.gyr_scale,
            about.acc_range,
            about.gyr_range,
            x,
            y,
            z,
            0,
            0,
            about.ring,
        )
        ring.put_clock(buffer, 4)
        ring.put_next(buffer, 40)
        at = self._put(46, about.unique_id[:16])
        for text in (about.name, about.board, about.sensor):
            at = self._put(at, short_text(text, _NAME_LONGEST))
        for values in (about.rates, about.acc_ranges, about.gyr_ranges):
            buffer[at] = len(values)
            at += 1
            for value in values:
                struct.pack_into("<H", buffer, at, value)
                at += 2
        self._finish(_HELLO, 0, at)

    def status(self, flags, now):
        """STATUS; ``now`` has the fields of the specification as attributes, the ring knows the rest."""
        buffer = self.buffer
        ring = self._ring
        struct.pack_into(
            "<IIBBHhBBIIHHIIIHH",
            buffer,
            4,
            0,
            now.uptime,
            now.state,
            now.battery_percent,
            now.battery_mv,
            now.temperature,
            now.generation,
            0,
            now.rate_mhz,
            0,
            ring.held(),
            min(ring.backlog(), 0xFFFF) if flags & 1 else 0,
            now.overruns,
            now.lost,
            now.dropped,
            min(now.rejected, 0xFFFF),
            min(now.bus_errors, 0xFFFF),
        )
        ring.put_clock(buffer, 4)
        ring.put_next(buffer, 24)
        self._finish(_STATUS, flags, 48)

    def log(self, level, text):
        """LOG."""
        self.buffer[8] = level
        self._ring.put_clock(self.buffer, 4)
        self._finish(_LOG, 0, self._put(9, short_text(text, _TEXT_LONGEST)))

    def fault(self, code, detail, text, over=False):
        """FAULT."""
        struct.pack_into("<Bi", self.buffer, 8, code, detail)
        self._ring.put_clock(self.buffer, 4)
        self._finish(_FAULT, _OVER if over else 0, self._put(13, short_text(text, _TEXT_LONGEST)))

    def mark(self, number, source, stamp=None):
        """MARK, at the clock's time; or at that of ``stamp``: time and index as they are on the wire, 8 bytes."""
        struct.pack_into("<HB", self.buffer, 12, number & 0xFFFF, source)
        if stamp:
            hot.copy(stamp, 0, 8, self.buffer, 4)
        else:
            self._ring.put_clock(self.buffer, 4)
            self._ring.put_next(self.buffer, 8)
        self._finish(_MARK, 0, 15)

    def answer(self, kind, tag, result, length=0, detail=None):
        """ANSWER; its detail, of so many bytes, was put at offset 12 before, unless it is given."""
        buffer = self.buffer
        if detail:
            hot.copy(detail, 0, length, buffer, 12)
        self._ring.put_clock(buffer, 4)
        buffer[8] = kind
        buffer[9] = tag
        buffer[10] = result
        buffer[11] = 0
        self._finish(_ANSWER, 0, 12 + length)

    def _put(self, at, data):
        self.buffer[at] = len(data)
        hot.copy(data, 0, len(data), self.buffer, at + 1)
        return at + 1 + len(data)


class Fragments:
    """Cuts a channel's frames for notifications of any size, into a buffer that is there from the start."""

    def __init__(self, buffer=None):
        self.buffer = buffer or bytearray(LONGEST)
        self.length = 0
        self._at = 0
        self._number = 0

    def restart(self):
        """Begin anew with a connection."""
        self.length = self._at = self._number = 0

    def begin(self):
        """With a new frame, whatever became of the one before."""
        self._at = 0

    def cut(self, frame, length, payload):
        """Put the next fragment into the buffer; returns whether there is one. The frame is to fit no notification."""
        at = self._at
        if at >= length:
            self._at = 0
            return False
        count = min(payload - 1, length - at)
        self.buffer[0] = 0x80 | (0 if at else 0x40) | (0x20 if at + count == length else 0) | self._number
        self._number = (self._number + 1) & 0x1F
        hot.copy(frame, at, count, self.buffer, 1)
        self.length = count + 1
        self._at = at + count
        return True
