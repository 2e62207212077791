"""Bluetooth Low Energy. What the stacks do that their documentation does not say is in the comments.

The stack calls `irq` in its own context: there things are noted, and `poll` does them. An exception there would
switch the handler off for good.
"""

from bluetooth import BLE
from micropython import const

from repfw import hot, seldom
from repfw.fragments import Fragments
from repfw.frame import Framer
from repfw.link import Link

_IRQ_CENTRAL_CONNECT = const(1)
_IRQ_CENTRAL_DISCONNECT = const(2)
_IRQ_GATTS_WRITE = const(3)
_IRQ_MTU_EXCHANGED = const(21)

_ENOMEM = const(12)
_EAGAIN = const(11)

_WORD_RESEND_B = const(10)  # of the ring
_SMALLEST_MTU = const(23)
_HEADER = const(3)  # of a notification
_SLOTS = const(4)  # commands that wait
_WRITE_BYTES = const(65)  # one more than a command may have: too long shows
_SLOT_BYTES = const(66)  # with the number of these before them
_SILENT_MS = const(30_000)  # connected and never a word: make room for another
_PACED_A_SECOND = const(120)  # notifications on BTstack: what a connection of 45 ms and 6 packets carries
_PACED_AT_ONCE = const(12)
_FREE_AT_ONCE = const(40)
_VIEWS = const(8)  # a stream has frames of a few lengths
_TICKS = const(0x3FFFFFFF)


class BleLink(Link):
    """Frames as notifications, one or several each."""

    def __init__(self, app, handles):
        super().__init__(app, _WORD_RESEND_B)
        self.control = Framer(app.ring, self.data.buffer)  # a channel of its own
        self.ble = BLE()
        self.battery = 0  # as told
        self._paced = app.settings.paced
        self._credit = self._credit_us = 0
        self._polled_ms = app.now_ms
        cuts = Fragments()
        self.cuts = (cuts, Fragments(cuts.buffer))  # of data, of control
        self._views = ({}, {})  # by length: of frames, of fragments
        self._whole = True
        self._pending = False  # a fragment was cut and is not out
        self.handles = handles  # of battery, info, data, control
        # Written by the handler
        self.connection = -1
        self._epoch = 1  # counts connections and their ends
        self._queue = bytearray(_SLOTS * _SLOT_BYTES)
        self._command = bytearray(_WRITE_BYTES)
        self._in = self._out = 0  # slots
        self._error = None
        self._seen_epoch = 0  # so the first thing is to advertise
        self.info_due = True
        self.ble.irq(self.irq)

    # In the stack's context

    def irq(self, event, data):
        try:
            if event == _IRQ_GATTS_WRITE:
                after = (self._in + 1) % _SLOTS
                if data[1] == self.handles[3] and after != self._out:  # else the host asks again
                    value = self.ble.gatts_read(data[1])
                    length = min(len(value), _WRITE_BYTES)
                    at = self._in * _SLOT_BYTES
                    self._queue[at] = length
                    hot.copy(value, 0, length, self._queue, at + 1)
                    self._in = after
            elif event == _IRQ_CENTRAL_CONNECT:
                self.connection = data[0]
                self.payload = _SMALLEST_MTU - _HEADER
                self._in = self._out = 0
                self._epoch += 1
            elif event == _IRQ_CENTRAL_DISCONNECT:
                # The handle of the event can be 255 whatever it was.
                self.lost()
            elif event == _IRQ_MTU_EXCHANGED:
                self.payload = data[1] - _HEADER
        except Exception as error:  # noqa: BLE001
            self._error = error

    def lost(self):
        """The connection is gone, though maybe no event said so."""
        self.connection = -1
        self._epoch += 1

    # In the loop

    def poll(self, now_ms):
        """Connections, their ends, commands."""
        passed_ms = (now_ms - self._polled_ms) & _TICKS
        self._polled_ms = now_ms
        if self._paced:
            self._credit_us += passed_ms * _PACED_A_SECOND
            self._credit = min(self._credit + self._credit_us // 1000, _PACED_AT_ONCE)
            self._credit_us %= 1000
        else:
            self._credit = _FREE_AT_ONCE
        if self._epoch != self._seen_epoch:
            epoch = self._epoch
            self.heard_ms = now_ms
            seldom("link_ble_radio").turn(self)
            self._seen_epoch = epoch
        if self._error is not None:
            error, self._error = self._error, None
            seldom("ending").crashed(self.app, error)
        if self.info_due and self.sending is None:
            seldom("link_ble_radio").write_info(self)
        if not self.connected:
            return
        if not self.live and now_ms - self.heard_ms & _TICKS > _SILENT_MS:
            seldom("link_ble_radio").hang_up(self)
        if self.app.now.battery_percent != self.battery:
            seldom("link_ble_radio").tell_battery(self)
        while self._out != self._in and not self.answer_due:
            at = self._out * _SLOT_BYTES
            hot.copy(self._queue, at + 1, _WRITE_BYTES, self._command, 0)
            self.obey(self._command, self._queue[at], now_ms)
            self._out = (self._out + 1) % _SLOTS

    # Frames

    def prepare(self, framer):
        """The framer's frame is to go out."""
        self._whole = framer.length <= self.payload
        self._pending = False
        self.cuts[0 if framer is self.data else 1].at = 0

    def transmit(self, framer):
        """Notify; whether the frame is all out. What the stack does not take now is tried again."""
        which = 0 if framer is self.data else 1
        if self._whole:
            return self._notify(which, 0, framer)
        cuts = self.cuts[which]
        while True:
            if not self._pending:
                if not cuts.cut(framer.buffer, framer.length, self.payload):
                    return True
                self._pending = True
            if not self._notify(which, 1, cuts):
                return False
            self._pending = False

    def _notify(self, which, kind, source):
        if self._credit <= 0:
            return False
        views = self._views[kind]
        view = views.get(source.length)
        if view is None:
            if len(views) >= _VIEWS:
                views.clear()
            view = views[source.length] = memoryview(source.buffer)[: source.length]
        try:
            self.ble.gatts_notify(self.connection, self.handles[2 + which], view)
        except OSError as error:
            if error.errno not in (_ENOMEM, _EAGAIN):
                self.lost()  # 107 on NimBLE, 22 on BTstack, 19 when the radio is off
            self._credit = 0
            return False
        self._credit -= 1
        return True
