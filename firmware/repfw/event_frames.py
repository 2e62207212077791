"""The frames of events: FAULT, MARK, LOG. Loaded for the moment."""

import struct

from micropython import const

from repfw import hot, seldom

_KEPT = const(8)
_TEXT_LONGEST = const(200)

_KIND_LOG = const(0x04)
_KIND_FAULT = const(0x06)
_KIND_MARK = const(0x07)

_WORD_CLOCK = const(2)


def build_lasting(link):
    """Build the fault that lasts, if it still does; whether it does."""
    link.fault_due = False
    lasts = link.app.events.lasts
    if lasts is None:
        return False
    _build(link.data, *lasts)
    return True


def build_next(link):
    """Build the link's next event. Those that were overwritten before it could be sent count as dropped."""
    events = link.app.events
    missed = max(events.count - _KEPT - link.next_event, 0)
    link.dropped += missed
    number = link.next_event + missed
    link.next_event = number + 1
    events.told = max(events.told, number + 1)
    _build(link.data, *events.kept[number % _KEPT])


def _build(framer, kind, code, detail, what, flags):
    if kind == _KIND_FAULT:
        build_fault(framer, code, detail, what, flags)
    elif kind == _KIND_MARK:
        build_mark(framer, code, 0, what)
    else:
        build_log(framer, code, what)


def _put_text(framer, at, text):
    texts = seldom("texts")
    return texts.put(framer, at, texts.short(text, _TEXT_LONGEST))


def build_log(framer, level, text):
    """LOG."""
    framer.buffer[8] = level
    framer.ring.put(_WORD_CLOCK, framer.buffer, 4)
    framer.finish(_KIND_LOG, 0, _put_text(framer, 9, text))


def build_fault(framer, code, detail, text, flags):
    """FAULT."""
    struct.pack_into("<Bi", framer.buffer, 8, code, detail)
    framer.ring.put(_WORD_CLOCK, framer.buffer, 4)
    framer.finish(_KIND_FAULT, flags, _put_text(framer, 13, text))


def build_mark(framer, number, source, stamp):
    """MARK; ``stamp`` is time and index as they are on the wire, 8 bytes."""
    hot.copy(stamp, 0, 8, framer.buffer, 4)
    struct.pack_into("<HB", framer.buffer, 12, number & 0xFFFF, source)
    framer.finish(_KIND_MARK, 0, 15)
