"""Commands of the host: found in the bytes of a serial line, and read."""

from micropython import const

from repfw import frame, hot

HELLO = const(0x41)
START = const(0x42)
STOP = const(0x43)
RESEND = const(0x44)
TIME = const(0x45)
IDENTIFY = const(0x46)
SLEEP = const(0x47)

ACKNOWLEDGES = const(0x01)
LONGEST = const(64)  # of the frame; version 1 needs 20, what comes after may grow

_BODY = bytes((0, 6, 0, 6, 9, 1, 0))  # bytes, by kind from HELLO on
_IDENTIFY_MOST = const(60)

_OUTSIDE = const(0)
_BEGIN = const(1)
_INSIDE = const(2)
_ESCAPED = const(3)
_BAD = const(4)


class Command:
    """The command last read. ``buffer`` is the frame, for fields of more than 16 bits."""

    def __init__(self):
        self.kind = self.tag = self.flags = self.field = 0
        self.rate = self.acc_range = self.gyr_range = 0
        self.count = self.data_seq = self.seconds = 0
        self.buffer = b""

    def read(self, buffer, length):
        """Read a frame; returns a result of the specification. ``field`` is the offset of a bad value."""
        self.kind = self.tag = self.flags = self.field = 0
        if length < 8 or length > LONGEST or not hot.sealed(buffer, length):
            return frame.UNREADABLE
        self.buffer = buffer
        self.kind = kind = buffer[1]
        self.flags = buffer[2]
        self.tag = buffer[3]
        if buffer[0] != frame.VERSION:
            return frame.UNKNOWN_VERSION
        if not HELLO <= kind <= SLEEP:
            return frame.UNKNOWN_COMMAND
        if length - 8 < _BODY[kind - HELLO]:
            return frame.BAD_LENGTH
        if kind == START:
            self.rate = buffer[4] | buffer[5] << 8
            self.acc_range = buffer[6] | buffer[7] << 8
            self.gyr_range = buffer[8] | buffer[9] << 8
        elif kind == RESEND:
            self.count = buffer[8] | buffer[9] << 8
            if not self.count:
                self.field = 8
        elif kind == TIME:
            self.data_seq = buffer[12]
        elif kind == IDENTIFY:
            self.seconds = buffer[4]
            if self.seconds > _IDENTIFY_MOST:
                self.field = 4
        return frame.BAD_VALUE if self.field else frame.OK


class SerialCommands:
    """Finds commands in the bytes of a serial line, one byte at a time."""

    def __init__(self):
        self.buffer = bytearray(LONGEST + 2)
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
            return -1 if state in (_ESCAPED, _BAD) else 0
        if state in (_OUTSIDE, _BAD):
            return 0
        if state == _BEGIN:
            self._state = _ESCAPED if byte == 0x7D else _OUTSIDE
            return 0
        if state == _ESCAPED:
            byte ^= 0x20
            if not (0 < byte < 0x20 or byte == 0x7D):
                self._state = _BAD
                return 0
            self._state = _INSIDE
        elif byte == 0x7D:
            self._state = _ESCAPED
            return 0
        elif byte < 0x20:
            self._state = _BAD
            return 0
        if self._count >= len(self.buffer):
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
            code = buffer[at]
            end = at + code
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
