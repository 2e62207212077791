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
_MOST_BYTES = const(256)  # of commands in one step


class UsbLink(Link):
    """Frames as COBS between zeros."""

    def __init__(self, app):
        super().__init__(app, _WORD_RESEND_A)
        self._commands = SerialCommands()
        self._stdin = sys.stdin.buffer
        self._stdout = sys.stdout.buffer
        self._byte = bytearray(1)
        self._wire = bytearray(_LONGEST_FRAME + 3)
        self._length = self._at = 0
        self._incoming = select.poll()
        self._incoming.register(sys.stdin, select.POLLIN)
        self._outgoing = select.poll()
        self._outgoing.register(sys.stdout, select.POLLOUT)

    def poll(self, now_ms):
        """Commands that came."""
        for _ in range(_MOST_BYTES):
            if self.answer_due or not _ready(self._incoming):
                return
            if not self._stdin.readinto(self._byte, 1):
                return
            length = self._commands.feed(self._byte[0])
            if length:
                self.connected = True
                self.obey(self._commands.buffer, max(length, 0), now_ms)

    def prepare(self, framer):
        """Encode the frame."""
        self._length = hot.cobs(framer.buffer, framer.length, self._wire)
        self._at = 0

    def transmit(self, framer):
        """Write what the line takes."""
        while self._at < self._length:
            if not _ready(self._outgoing):
                return False
            count = self._stdout.write(self._wire, self._at, self._length - self._at)
            if not count:
                return False
            self._at += count
        return True

    def end(self):
        """The host is gone. What was begun of a frame is cut off; the next begins with a zero."""
        super().end()
        self.connected = False


def _ready(poller):
    # `poll` would return a new list each time.
    for _ in poller.ipoll(0):
        return True
    return False
