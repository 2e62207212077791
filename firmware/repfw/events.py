"""What happened and is told on every link, once: faults, marks, log lines. A few are kept until a link is live.

A fault that lasts is told to every host that comes while it does.
"""

from micropython import const

_KEPT = const(8)

_FAULT = const(0)
_MARK = const(1)
_LOG = const(2)


class Events:
    """Numbered from 0; a link keeps the number of the next it will send."""

    def __init__(self, ring):
        self.count = 0  # so many there were
        self.told = 0  # the first that no link has sent
        self._lasts = None  # the fault that does
        self._lasts_from = 0  # its number
        self._ring = ring
        self._kept = [None] * _KEPT

    def _add(self, event):
        self._kept[self.count % _KEPT] = event
        self.count += 1

    def fault(self, code, detail, text):
        """Something failed, once."""
        self._add((_FAULT, code, max(-0x80000000, min(detail, 0x7FFFFFFF)), text, False))

    def fault_begins(self, code, text):
        """It lasts, until it is over."""
        self._lasts = (_FAULT, code, 0, text, False)
        self._lasts_from = self.count
        self._add(self._lasts)

    def fault_ends(self, text):
        """The one that lasted is over."""
        self._add((_FAULT, self._lasts[1], 0, text, True))
        self._lasts = None

    def mark(self, number):
        """The button was pressed, now."""
        stamp = bytearray(8)
        self._ring.put_clock(stamp, 0)
        self._ring.put_next(stamp, 4)
        self._add((_MARK, number, 0, stamp, False))

    def log(self, level, text):
        """A line for the log."""
        self._add((_LOG, level, 0, text, False))

    def first(self):
        """Where a link begins that has become live."""
        return max(self.told, self.count - _KEPT)

    def lasts(self):
        """Whether a fault lasts that a link which begins with `first` would not send."""
        return self._lasts is not None and self._lasts_from < self.first()

    def build_lasting(self, framer):
        """Build the fault that lasts, if it still does; whether it does."""
        if self._lasts is None:
            return False
        _, code, detail, text, over = self._lasts
        framer.fault(code, detail, text, over)
        return True

    def build(self, framer, number):
        """Build event ``number``; returns how many were overwritten before it could be sent."""
        missed = max(self.count - _KEPT - number, 0)
        number += missed
        kind, code, detail, what, over = self._kept[number % _KEPT]
        if kind == _FAULT:
            framer.fault(code, detail, what, over)
        elif kind == _MARK:
            framer.mark(code, 0, what)
        else:
            framer.log(code, what)
        self.told = max(self.told, number + 1)
        return missed
