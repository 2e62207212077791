"""Frames of the device, built in a buffer that is there from the start.

A `Framer` belongs to one channel: it counts that channel's frames. ``buffer[:length]`` is the frame last built; it
stays until the next is built, so a link that cannot send now tries again later. Frames that are rare are built by
``about.py`` and ``events.py``.
"""

import struct

from micropython import const

from repfw import hot

_LONGEST_FRAME = const(244)
_VERSION = const(1)
_SAMPLES_MOST = const(18)

_KIND_SAMPLES = const(0x02)
_KIND_STATUS = const(0x03)
_KIND_OVERRUN = const(0x05)
_KIND_ANSWER = const(0x08)

_FLAG_AFTER_LOSS = const(0x01)
_FLAG_RESENT = const(0x02)

# Of the ring
_WORD_NEXT = const(0)
_WORD_HELD = const(1)
_WORD_CLOCK = const(2)
_WORD_LIVE = const(6)


def samples_per_frame(payload):
    """How many samples a frame takes where notifications carry so many bytes."""
    fit = (payload - 20) // 12
    return _SAMPLES_MOST if fit < 4 else min(fit, _SAMPLES_MOST)


class Framer:
    """Builds the frames of one channel; ``ring`` gives the time, the indices and the samples.

    Channels that never have a frame under way at the same time can share a buffer.
    """

    def __init__(self, ring, buffer=None):
        self.buffer = buffer or bytearray(_LONGEST_FRAME)
        self.length = 0
        self.seq = 0  # of the next frame
        self.ring = ring
        self.lossy = 0  # bits: an OVERRUN was the last of the live stream, of the resent

    def restart(self):
        """Begin anew with a connection."""
        self.seq = self.length = self.lossy = 0

    def finish(self, kind, flags, length):
        """The header, and the check value behind so many bytes."""
        buffer = self.buffer
        buffer[0] = _VERSION
        buffer[1] = kind
        buffer[2] = flags
        buffer[3] = self.seq
        self.seq = (self.seq + 1) & 0xFF
        hot.seal(buffer, length)
        self.length = length + 4

    def samples(self, cursor, most, generation):
        """SAMPLES from the ring's cursor on, or the OVERRUN in their place; returns as `Ring.take`, 0 for no frame."""
        buffer = self.buffer
        count = self.ring.take(buffer, cursor, most)
        flags = 0 if cursor == _WORD_LIVE else _FLAG_RESENT
        which = flags or 1
        if count > 0:
            buffer[12] = generation
            buffer[13] = count
            buffer[14] = 12
            buffer[15] = 0
            if self.lossy & which:
                flags |= _FLAG_AFTER_LOSS
                self.lossy &= ~which
            self.finish(_KIND_SAMPLES, flags, 16 + 12 * count)
        elif count < 0:
            self.ring.put(_WORD_CLOCK, buffer, 4)
            buffer[16] = generation
            self.lossy |= which
            self.finish(_KIND_OVERRUN, flags, 18)
        return count

    def status(self, flags, now):
        """STATUS; ``now`` has the fields of the specification as attributes, the ring knows the rest."""
        buffer = self.buffer
        ring = self.ring
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
            ring.book[_WORD_HELD],
            min(ring.waiting(_WORD_LIVE), 0xFFFF) if flags & 1 else 0,
            now.overruns,
            now.lost,
            now.dropped,
            min(now.rejected, 0xFFFF),
            min(now.bus_errors, 0xFFFF),
        )
        ring.put(_WORD_CLOCK, buffer, 4)
        ring.put(_WORD_NEXT, buffer, 24)
        self.finish(_KIND_STATUS, flags, 48)

    def answer(self, kind, tag, result, detail, length):
        """ANSWER, with so many bytes of detail."""
        buffer = self.buffer
        hot.copy(detail, 0, length, buffer, 12)
        self.ring.put(_WORD_CLOCK, buffer, 4)
        buffer[8] = kind
        buffer[9] = tag
        buffer[10] = result
        buffer[11] = 0
        self.finish(_KIND_ANSWER, 0, 12 + length)
