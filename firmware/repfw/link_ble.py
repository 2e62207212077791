"""Bluetooth Low Energy. What the stacks do that their documentation does not say is in the comments.

The stack calls `irq` in its own context: there things are noted, and `poll` does them. An exception there would
switch the handler off for good.
"""

from bluetooth import BLE
from micropython import const

from repfw import hot, seldom
from repfw.fragments import Fragments
from repfw.link import Link

_IRQ_CENTRAL_CONNECT = const(1)
_IRQ_CENTRAL_DISCONNECT = const(2)
_IRQ_GATTS_WRITE = const(3)
_IRQ_MTU_EXCHANGED = const(21)

_ENOMEM = const(12)
_EAGAIN = const(11)

_CAN_BLE = const(0x0040)
_WORD_RESEND_B = const(10)  # of the ring
_SMALLEST_MTU = const(23)
_HEADER = const(3)  # of a notification
_SLOTS = const(4)  # commands that wait
_SLOT_BYTES = const(65)  # one more than a command may have: too long shows
_SILENT_MS = const(30_000)  # connected and never a word: make room for another
_PACED_A_SECOND = const(120)  # notifications on BTstack: what a connection of 45 ms and 6 packets carries
_PACED_AT_ONCE = const(12)
_FREE_AT_ONCE = const(40)
_VIEWS = const(8)  # a stream has frames of a few lengths
_TICKS = const(0x3FFFFFFF)


class BleLink(Link):
    """Frames as notifications, one or several each."""

    def __init__(self, app):
        super().__init__(app, _WORD_RESEND_B, 2)
        self.ble = BLE()
        self.battery = 0  # as told
        self._paced = app.settings.paced
        self._credit = self._credit_us = 0
        self._polled_ms = app.now_ms
        self._begun_ms = 0
        cuts = Fragments()
        self._cuts = (cuts, Fragments(cuts.buffer))  # of data, of control
        self._views = ({}, {})  # by length: of frames, of fragments
        self._whole = True
        self._pending = False  # a fragment was cut and is not out
        self.handles = None  # of battery, info, data, control
        # Written by the handler
        self.connection = -1
        self._epoch = 0  # counts connections and their ends
        self._mtu = _SMALLEST_MTU
        self._queue = bytearray(_SLOTS * _SLOT_BYTES)
        self._lengths = bytearray(_SLOTS)
        self._command = bytearray(_SLOT_BYTES)
        self._in = self._out = 0  # slots
        self._error = None
        self._seen_epoch = 0

    # In the stack's context

    def irq(self, event, data):
        try:
            if event == _IRQ_GATTS_WRITE:
                if data[1] == self.handles[3]:
                    self._written(self.ble.gatts_read(data[1]))
            elif event == _IRQ_CENTRAL_CONNECT:
                self.connection = data[0]
                self._mtu = _SMALLEST_MTU
                self._in = self._out = 0
                self._epoch += 1
            elif event == _IRQ_CENTRAL_DISCONNECT:
                # The handle of the event can be 255 whatever it was.
                self.lost()
            elif event == _IRQ_MTU_EXCHANGED:
                self._mtu = data[1]
        except Exception as error:  # noqa: BLE001
            self._error = error

    def _written(self, value):
        after = (self._in + 1) % _SLOTS
        if after == self._out:
            return  # the host asks again
        length = min(len(value), _SLOT_BYTES)
        hot.copy(value, 0, length, self._queue, self._in * _SLOT_BYTES)
        self._lengths[self._in] = length
        self._in = after

    def lost(self):
        """The connection is gone, though maybe no event said so."""
        self.connection = -1
        self._epoch += 1

    # In the loop

    def poll(self, now_ms):
        """Connections, their ends, commands."""
        self._refill((now_ms - self._polled_ms) & _TICKS)
        self._polled_ms = now_ms
        if self._epoch != self._seen_epoch:
            self._turn(now_ms)
        if self._error is not None:
            error, self._error = self._error, None
            seldom("ending").crashed(self.app, error)
        if self.info_due:
            seldom("link_ble_radio").write_info(self)
        if not self.connected:
            return
        self.payload = self._mtu - _HEADER
        if not self.live and now_ms - self._begun_ms & _TICKS > _SILENT_MS:
            seldom("link_ble_radio").hang_up(self)
        if self.app.now.battery_percent != self.battery:
            seldom("link_ble_radio").tell_battery(self)
        while self._out != self._in and not self.answer_due:
            slot = self._out
            hot.copy(self._queue, slot * _SLOT_BYTES, _SLOT_BYTES, self._command, 0)
            self.obey(self._command, self._lengths[slot], now_ms)
            self._begun_ms = now_ms
            self._out = (slot + 1) % _SLOTS

    def _turn(self, now_ms):
        self._seen_epoch = self._epoch
        self.begin()
        self.connected = self.connection >= 0
        self._begun_ms = now_ms
        self._pending = False
        for cuts in self._cuts:
            cuts.at = cuts.number = 0
        if not self.connected:
            seldom("link_ble_radio").advertise(self)

    def _refill(self, passed_ms):
        if self._paced:
            self._credit_us += passed_ms * _PACED_A_SECOND
            self._credit = min(self._credit + self._credit_us // 1000, _PACED_AT_ONCE)
            self._credit_us %= 1000
        else:
            self._credit = _FREE_AT_ONCE

    # Frames

    def prepare(self, framer):
        """The framer's frame is to go out."""
        self._whole = framer.length <= self.payload
        self._pending = False
        self._cuts[0 if framer is self.data else 1].at = 0

    def transmit(self, framer):
        """Notify; whether the frame is all out. What the stack does not take now is tried again."""
        which = 0 if framer is self.data else 1
        if self._whole:
            return self._notify(which, 0, framer)
        cuts = self._cuts[which]
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

    def open(self):
        """Switch the radio on."""
        try:
            seldom("link_ble_open").open_radio(self)
            seldom("link_ble_radio").advertise(self)
        except OSError as error:
            self.app.links.remove(self)
            self.app.about.capabilities &= ~_CAN_BLE
            seldom("events").log(self.app.events, 40, f"no Bluetooth: {error}")

    def close(self):
        """The board goes to sleep."""
        seldom("link_ble_radio").close_radio(self)
