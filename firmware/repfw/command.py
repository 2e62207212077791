"""Commands of the host: found in the bytes of a serial line, and checked. What they say is read by ``dialog.py``."""

from micropython import const

from repfw import hot

_VERSION = const(1)
_COMMAND_HELLO = const(0x41)  # kinds of commands
_COMMAND_SLEEP = const(0x47)
_LONGEST_COMMAND = const(64)  # of the frame; version 1 needs 20, what comes after may grow
_BODY = const(b"\x00\x06\x00\x06\x09\x01\x00")  # bytes, by kind

_RESULT_OK = const(0)
_RESULT_UNREADABLE = const(1)
_RESULT_UNKNOWN_VERSION = const(2)
_RESULT_UNKNOWN_COMMAND = const(3)
_RESULT_BAD_LENGTH = const(4)

_OUTSIDE = const(0)
_BEGIN = const(1)
_INSIDE = const(2)
_ESCAPED = const(3)
_BAD = const(4)


def check(buffer, length):
    """Whether buffer[:length] is a command: a result of the specification. It stays as it is only if it is readable."""
    if length < 8 or length > _LONGEST_COMMAND or not hot.seal(buffer, length - 4):
        return _RESULT_UNREADABLE
    if buffer[0] != _VERSION:
        return _RESULT_UNKNOWN_VERSION
    kind = buffer[1]
    if not _COMMAND_HELLO <= kind <= _COMMAND_SLEEP:
        return _RESULT_UNKNOWN_COMMAND
    return _RESULT_BAD_LENGTH if length - 8 < _BODY[kind - _COMMAND_HELLO] else _RESULT_OK


class SerialCommands:
    """Finds commands in the bytes of a serial line, one byte at a time."""

    def __init__(self):
        self.buffer = bytearray(_LONGEST_COMMAND + 2)
        self._count = 0
        self._state = _OUTSIDE

    def feed(self, byte):
        """Take a byte; returns the length of a frame now in ``buffer``, -1 for one that is unreadable, else 0."""
        state = self._state
        if byte == 0:
            self._state = _BEGIN
            count = self._count
            self._count = 0
            if state == _INSIDE:
                return self._decode(count)
            return -1 if state >= _ESCAPED else 0
        if state in (_OUTSIDE, _BAD):
            return 0
        if state == _BEGIN:
            self._state = _ESCAPED if byte == 0x7D else _OUTSIDE
            return 0
        self._state = _INSIDE
        if state == _ESCAPED:
            byte ^= 0x20
            bad = not (0 < byte < 0x20 or byte == 0x7D)
        elif byte == 0x7D:
            self._state = _ESCAPED
            return 0
        else:
            bad = byte < 0x20
        if bad or self._count >= len(self.buffer):
            self._state = _BAD
            return 0
        self.buffer[self._count] = byte
        self._count += 1
        return 0

    def _decode(self, count):
        """Undo COBS where it stands; the result is shorter than what it is made from."""
        buffer = self.buffer
        at = length = 0
        while at < count:
            end = at + buffer[at]
            if end > count:
                return -1
            at += 1
            while at < end:
                buffer[length] = buffer[at]
                length += 1
                at += 1
            if at < count:
                buffer[length] = 0
                length += 1
        return length or -1
