"""What commands do, and what is answered: HELLO, RESEND, IDENTIFY, SLEEP. Loaded for the moment."""

import struct

from micropython import const

_COMMAND_HELLO = const(0x41)
_COMMAND_RESEND = const(0x44)
_COMMAND_IDENTIFY = const(0x46)
_COMMAND_SLEEP = const(0x47)

_RESULT_OK = const(0)
_RESULT_BAD_VALUE = const(5)
_RESULT_NOT_HELD = const(6)

_IDENTIFY_MOST = const(60)

# Of the ring
_WORD_NEXT = const(0)
_WORD_HELD = const(1)


def obey(link, command):
    """Do what a good command says; returns the result, with the answer's detail in the link's."""
    app = link.app
    kind = command[1]
    if kind == _COMMAND_HELLO:
        link.hello_due = True
    elif kind == _COMMAND_RESEND:
        return _resend(link, command)
    elif kind == _COMMAND_IDENTIFY:
        if command[4] > _IDENTIFY_MOST:
            return _bad_value(link, 4)
        app.identify_from_ms = app.now_ms
        app.identify_ms = command[4] * 1000
    elif kind == _COMMAND_SLEEP:
        app.sleep_asked_ms = app.now_ms  # once the answer is out
    return _RESULT_OK


def _bad_value(link, offset):
    link.detail[0] = offset
    link.detail_length = 1
    return _RESULT_BAD_VALUE


def _resend(link, command):
    first, count = struct.unpack_from("<IH", command, 4)
    if not count:
        return _bad_value(link, 8)
    ring = link.app.ring
    granted = grant(ring, first, count, link.cursor)
    link.detail_length = 6
    if granted:
        ring.put(link.cursor, link.detail, 0)
        struct.pack_into("<H", link.detail, 4, granted)
        return _RESULT_OK
    held = ring.book[_WORD_HELD]
    struct.pack_into("<IH", link.detail, 0, ring.book[_WORD_NEXT] - held & 0xFFFFFFFF, held)
    return _RESULT_NOT_HELD


def grant(ring, first, count, cursor):
    """Set a cursor and its end to the part of a RESEND's wish that the ring holds; returns how many that are."""
    book = ring.book
    begin = book[_WORD_NEXT] - first & 0xFFFFFFFF  # how far back
    if begin & 0x80000000:
        begin -= 0x100000000
    end = max(begin - count, 0)
    begin = min(begin, book[_WORD_HELD])
    if begin <= end:
        return 0
    book[cursor] = book[_WORD_NEXT] - begin & 0xFFFFFFFF
    book[cursor + 1] = book[_WORD_NEXT] - end & 0xFFFFFFFF
    return begin - end
