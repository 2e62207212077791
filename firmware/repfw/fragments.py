"""Frames cut into fragments, for notifications of any size."""

from micropython import const

from repfw import hot

_LONGEST_FRAME = const(244)


class Fragments:
    """Cuts a channel's frames, into a buffer that is there from the start. Channels can share it."""

    def __init__(self, buffer=None):
        self.buffer = buffer or bytearray(_LONGEST_FRAME)
        self.length = 0
        self.at = 0  # of the frame; 0 begins anew
        self.number = 0

    def cut(self, frame, length, payload):
        """Put the next fragment into the buffer; returns whether there is one. The frame is to fit no notification."""
        at = self.at
        if at >= length:
            self.at = 0
            return False
        count = min(payload - 1, length - at)
        self.buffer[0] = 0x80 | (0 if at else 0x40) | (0x20 if at + count == length else 0) | self.number
        self.number = (self.number + 1) & 0x1F
        hot.copy(frame, at, count, self.buffer, 1)
        self.length = count + 1
        self.at = at + count
        return True
