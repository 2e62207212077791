"""What happened and is told on every link, once: faults, marks, log lines. A few are kept until a link is live."""

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
        self._ring = ring
        self._kept = [None] * _KEPT

    def _add(self, event):
        self._kept[self.count % _KEPT] = event
        self.count += 1

    def fault(self, code, detail, text, over=False):
        """A fault began, or ended."""
        self._add((_FAULT, code, max(-0x80000000, min(detail, 0x7FFFFFFF)), text, over))

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
