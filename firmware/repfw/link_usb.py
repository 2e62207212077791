"""The serial line: USB, or a UART with a USB bridge.

MicroPython's prompt is on the same line, and a Ctrl-C from there ends the firmware.
"""

import select
import sys

from micropython import const

from repfw import hot
from repfw.command import SerialCommands
from repfw.link import Link

_WORD_RESEND_A = const(8)  # of the ring
_LONGEST_FRAME = const(244)  # frame
_WIRE_BEGIN = const(2)  # of what goes out, in the buffer; a frame begins 2 later, where words may be
_FRAME_BEGIN = const(4)
_POLLIN = const(1)  # of the module select, the same everywhere
_POLLOUT = const(4)
_MOST_BYTES = const(256)  # of commands in one step


class UsbLink(Link):
    """Frames as COBS between zeros."""

    def __init__(self, app):
        self._wire = bytearray(_FRAME_BEGIN + _LONGEST_FRAME + 1)
        super().__init__(app, _WORD_RESEND_A, memoryview(self._wire)[_FRAME_BEGIN:])
        self._commands = SerialCommands()
        self._stdin = sys.stdin.buffer
        self._stdout = sys.stdout.buffer
        self._byte = bytearray(1)
        self._end = self._at = 0
        self._poll = select.poll()
        self._poll.register(sys.stdin, _POLLIN)
        self._poll.register(sys.stdout, _POLLOUT)

    def poll(self, now_ms):
        """Commands that came."""
        for _ in range(_MOST_BYTES):
            if self.answer_due or not self._ready(_POLLIN):
                return
            if not self._stdin.readinto(self._byte, 1):
                return
            length = self._commands.feed(self._byte[0])
            if length:
                self.connected = True
                self.obey(self._commands.buffer, max(length, 0), now_ms)

    def prepare(self, framer):
        """Encode the frame, where it stands."""
        self._end = hot.cobs(self._wire, framer.length)
        self._at = _WIRE_BEGIN

    def transmit(self, framer):
        """Write what the line takes."""
        while self._at < self._end:
            if not self._ready(_POLLOUT):
                return False
            count = self._stdout.write(self._wire, self._at, self._end - self._at)
            if not count:
                return False
            self._at += count
        return True

    def end(self):
        """The host is gone. What was begun of a frame is cut off; the next begins with a zero."""
        super().end()
        self.connected = False

    def _ready(self, event):
        found = 0
        for _, events in self._poll.ipoll(0):  # `poll` would return a new list each time
            found |= events
        return found & event
