"""What runs for each byte: machine code, no allocation, no floats.

Here and in ``ring.py`` integers are machine words: 32 bits on boards, 64 on a PC, where loads of 32 bits come without
a sign. So differences of u32 are taken by their halves, and shifts to the right are masked. Nothing returns or takes
more than 30 bits, which is what MicroPython holds without allocating.
"""

from array import array

import micropython


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
del _crc_table


@micropython.viper
def seal(frame, length: int) -> bool:
    """Put the CRC-32 of frame[:length] right behind it; returns whether it was there before."""
    b = ptr8(frame)
    table = ptr32(_CRC)
    crc = -1
    for k in range(length):
        crc ^= b[k]
        crc = table[crc & 0xF] ^ ((crc >> 4) & 0xFFFFFFF)
        crc = table[crc & 0xF] ^ ((crc >> 4) & 0xFFFFFFF)
    crc ^= -1
    same = True
    for k in range(length, length + 4):
        if b[k] != crc & 0xFF:
            same = False
        b[k] = crc
        crc >>= 8
    return same


@micropython.viper
def cobs(wire, length: int) -> int:
    """A frame of so many bytes from wire[4] on becomes 00, its COBS encoding, 00 from wire[2] on; returns their end.

    Frames are shorter than 254 bytes, so the code 0xFF never occurs.
    """
    b = ptr8(wire)
    b[2] = 0
    code = 3
    end = length + 4
    for at in range(4, end):
        if not b[at]:
            b[code] = at - code
            code = at
    b[code] = end - code
    b[end] = 0
    return end + 1


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
