"""What happened and is told on every link, once: faults, marks, log lines. A few are kept until a link is live.

A fault that lasts is told to every host that comes while it does. Loaded for the moment, as is ``event_frames.py``,
which tells them.
"""

from micropython import const

from repfw import Record

_KEPT = const(8)

_KIND_LOG = const(0x04)
_KIND_FAULT = const(0x06)
_KIND_MARK = const(0x07)
_FLAG_OVER = const(0x01)

_WORD_NEXT = const(0)
_WORD_CLOCK = const(2)


def none_yet():
    """Events are numbered from 0; a link keeps the number of the next it will send."""
    events = Record()
    events.count = 0  # so many there were
    events.told = 0  # the first that no link has sent
    events.lasts = None  # the fault that does
    events.lasts_from = 0  # its number
    events.kept = [None] * _KEPT
    return events


def _add(events, event):
    events.kept[events.count % _KEPT] = event
    events.count += 1


def fault(events, code, detail, text):
    """Something failed, once."""
    _add(events, (_KIND_FAULT, code, max(-0x80000000, min(detail, 0x7FFFFFFF)), text, 0))


def fault_begins(events, code, text):
    """It lasts, until it is over."""
    events.lasts = (_KIND_FAULT, code, 0, text, 0)
    events.lasts_from = events.count
    _add(events, events.lasts)


def fault_ends(events, text):
    """The one that lasted is over."""
    _add(events, (_KIND_FAULT, events.lasts[1], 0, text, _FLAG_OVER))
    events.lasts = None


def mark(events, ring, number):
    """The button was pressed, now."""
    stamp = bytearray(8)
    ring.put(_WORD_CLOCK, stamp, 0)
    ring.put(_WORD_NEXT, stamp, 4)
    _add(events, (_KIND_MARK, number, 0, stamp, 0))


def log(events, level, text):
    """A line for the log."""
    _add(events, (_KIND_LOG, level, 0, text, 0))
