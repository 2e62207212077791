"""What runs for each sample or each byte: machine code, no allocation, no floats.

The only file of native code, so the only one that mpy-cross compiles for one kind of processor. Integers are machine
words: 32 bits on boards, 64 on a PC, where loads of 32 bits come without a sign. So differences of u32 are taken
by their halves, and shifts to the right are masked. Nothing here returns or takes more than 30 bits, which is
what MicroPython holds without allocating.
"""

from array import array

import micropython
from micropython import const

# Words of a ring's book; see ring.py.
NEXT = const(0)
HELD = const(1)
CLOCK = const(2)
TICKS = const(3)
PERIOD = const(4)
CAUSE = const(5)
_VALID_BYTE = const(64)
_STAMPS = const(80)
_PLACES = const(2048)
_MASK = const(2047)
_MOST = const(2040)  # held: the group of 8 being written has the new samples' time
_RING_OVERRUN = const(3)


def _crc_table():
    """For half a byte each: 256 entries would be faster by a third, and take 1 kB."""
    table = array("I", bytes(64))
    for n in range(16):
        crc = n
        for _ in range(4):
            crc = crc >> 1 ^ 0xEDB88320 if crc & 1 else crc >> 1
        table[n] = crc
    return table


_CRC = _crc_table()


@micropython.viper
def seal(frame, length: int):
    """Put the CRC-32 of frame[:length] right behind it."""
    b = ptr8(frame)
    table = ptr32(_CRC)
    crc = -1
    for k in range(length):
        crc ^= b[k]
        crc = table[crc & 0xF] ^ ((crc >> 4) & 0xFFFFFFF)
        crc = table[crc & 0xF] ^ ((crc >> 4) & 0xFFFFFFF)
    crc ^= -1
    b[length] = crc
    b[length + 1] = crc >> 8
    b[length + 2] = crc >> 16
    b[length + 3] = crc >> 24


@micropython.viper
def sealed(frame, length: int) -> bool:
    """Whether the last 4 of so many bytes are the CRC-32 of the others."""
    b = ptr8(frame)
    table = ptr32(_CRC)
    end = length - 4
    crc = -1
    for k in range(end):
        crc ^= b[k]
        crc = table[crc & 0xF] ^ ((crc >> 4) & 0xFFFFFFF)
        crc = table[crc & 0xF] ^ ((crc >> 4) & 0xFFFFFFF)
    crc ^= -1
    for k in range(4):  # noqa: SIM110  (a generator would allocate)
        if b[end + k] != (crc >> (8 * k)) & 0xFF:
            return False
    return True


@micropython.viper
def cobs(frame, length: int, out) -> int:
    """Write 00, the COBS encoding of frame[:length], 00 to ``out`` (length + 3 bytes) and return how much that is.

    Frames are shorter than 254 bytes, so the code 0xFF never occurs.
    """
    b = ptr8(frame)
    o = ptr8(out)
    o[0] = 0
    code = 1
    at = 2
    for k in range(length):
        byte = b[k]
        if byte:
            o[at] = byte
        else:
            o[code] = at - code
            code = at
        at += 1
    o[code] = at - code
    o[at] = 0
    return at + 1


@micropython.viper
def copy(source, start: int, count: int, target, at: int):
    """target[at : at + count] = source[start : start + count], without slices, which would allocate."""
    s = ptr8(source)
    t = ptr8(target)
    for k in range(count):
        t[at + k] = s[start + k]


@micropython.viper
def reorder(source, order, count: int, target, at: int):
    """Copy ``count`` times 12 bytes to target[at:]; each time byte k is the source's byte order[k]."""
    s = ptr8(source)
    o = ptr8(order)
    t = ptr8(target)
    begin = 0
    for _ in range(count):
        for k in range(12):
            t[at + k] = s[begin + o[k]]
        at += 12
        begin += 12


@micropython.viper
def put_word(frame, at: int, book, word: int):
    """A word of the book as u32 in the frame."""
    b = ptr8(frame)
    w = ptr32(book)
    value = w[word]
    b[at] = value
    b[at + 1] = value >> 8
    b[at + 2] = value >> 16
    b[at + 3] = value >> 24


@micropython.viper
def set_word(book, word: int, other: int):
    """Copy word ``other`` to ``word``."""
    w = ptr32(book)
    w[word] = w[other]


@micropython.viper
def tick(book, ticks: int):
    """Carry the µs clock on to ``ticks``, which has 30 bits on boards."""
    w = ptr32(book)
    w[CLOCK] = w[CLOCK] + ((ticks - w[TICKS]) & 0x3FFFFFFF)
    w[TICKS] = ticks


@micropython.viper
def push(data, book, burst, count: int, age_us: int):
    """Append ``count`` samples, the first of which was taken ``age_us`` before the clock's time."""
    place = ptr16(data)
    source = ptr16(burst)
    w = ptr32(book)
    valid = ptr8(book)
    index = w[NEXT]
    period = w[PERIOD]
    time = w[CLOCK] - age_us
    s = 0
    for _ in range(count):
        slot = index & _MASK
        before = (slot - 1) & _MASK
        # A group of 8 has one stamp, that of its first sample; after a hole, where that one would have been.
        if (slot & 7) == 0 or (valid[_VALID_BYTE + (before >> 3)] & (1 << (before & 7))) == 0:
            w[_STAMPS + (slot >> 3)] = time - (slot & 7) * period
        p = slot * 6
        for k in range(6):
            place[p + k] = source[s + k]
        byte = _VALID_BYTE + (slot >> 3)
        valid[byte] = valid[byte] | (1 << (slot & 7))
        index += 1
        s += 6
        time += period
    w[NEXT] = index
    held = w[HELD] + count
    w[HELD] = held if held < _MOST else _MOST


@micropython.viper
def lose(book, count: int, cause: int):
    """Let the index run on over ``count`` samples that were never got."""
    w = ptr32(book)
    valid = ptr8(book)
    index = w[NEXT]
    clear = count if count < _PLACES else _PLACES
    for k in range(clear):
        slot = (index + count - 1 - k) & _MASK
        byte = _VALID_BYTE + (slot >> 3)
        valid[byte] = valid[byte] & (255 ^ (1 << (slot & 7)))
    w[NEXT] = index + count
    held = w[HELD] + clear
    w[HELD] = held if held < _MOST else _MOST
    w[CAUSE] = cause


@micropython.viper
def distance(book, start: int, end: int) -> int:
    """How far the index in word ``start`` is before that in ``end``: u32, signed."""
    w = ptr32(book)
    d = w[end] - w[start]
    high = (d >> 16) & 0xFFFF
    if high & 0x8000:
        high -= 0x10000
    return (high << 16) | (d & 0xFFFF)


@micropython.viper
def take(data, book, frame, cursor: int, end: int, most: int) -> int:
    """Move samples, or a hole, from the ring into a frame, and the cursor past them.

    Returns how many samples were put at offset 16, with their time at 4 and their index at 8; or, negative, how many
    are missing, with their first index at 8, their number at 12 and the cause at 17; or 0: the cursor is at the end.
    """
    w = ptr32(book)
    valid = ptr8(book)
    place = ptr8(data)
    f = ptr8(frame)
    first = w[cursor]

    left = w[end] - first
    high = (left >> 16) & 0xFFFF
    if high & 0x8000:
        return 0
    left = (high << 16) | (left & 0xFFFF)
    if left == 0:
        return 0
    behind = w[NEXT] - first
    behind = (((behind >> 16) & 0x7FFF) << 16) | (behind & 0xFFFF)

    f[8] = first
    f[9] = first >> 8
    f[10] = first >> 16
    f[11] = first >> 24
    slot = first & _MASK
    n = 0
    lost = 0
    if behind > w[HELD]:
        lost = behind - w[HELD]
        if lost > left:
            lost = left
        f[17] = _RING_OVERRUN
    else:
        while lost < left and (valid[_VALID_BYTE + (slot >> 3)] & (1 << (slot & 7))) == 0:
            lost += 1
            slot = (slot + 1) & _MASK
        f[17] = w[CAUSE]
    if lost:
        f[12] = lost
        f[13] = lost >> 8
        f[14] = lost >> 16
        f[15] = lost >> 24
        w[cursor] = first + lost
        return 0 - lost

    time = w[_STAMPS + (slot >> 3)] + (slot & 7) * w[PERIOD]
    f[4] = time
    f[5] = time >> 8
    f[6] = time >> 16
    f[7] = time >> 24
    if most > left:
        most = left
    at = 16
    while n < most and (valid[_VALID_BYTE + (slot >> 3)] & (1 << (slot & 7))) != 0:
        p = slot * 12
        for k in range(12):
            f[at + k] = place[p + k]
        at += 12
        n += 1
        slot = (slot + 1) & _MASK
    w[cursor] = first + n
    return n


@micropython.viper
def grant(book, command, cursor: int, end: int) -> int:
    """Set a cursor and its end to the part of a RESEND's wish that the ring holds; returns how many that are."""
    w = ptr32(book)
    c = ptr8(command)
    first = c[4] | (c[5] << 8) | (c[6] << 16) | (c[7] << 24)
    count = c[8] | (c[9] << 8)
    back = w[NEXT] - first
    high = (back >> 16) & 0xFFFF
    if high & 0x8000:
        high -= 0x10000
    back = (high << 16) | (back & 0xFFFF)
    stop = back - count
    if back > w[HELD]:
        back = w[HELD]
    if stop < 0:
        stop = 0
    if back <= stop:
        return 0
    w[cursor] = w[NEXT] - back
    w[end] = w[NEXT] - stop
    return back - stop


@micropython.viper
def oldest(book, word: int):
    """Put the oldest index held into a word."""
    w = ptr32(book)
    w[word] = w[NEXT] - w[HELD]
