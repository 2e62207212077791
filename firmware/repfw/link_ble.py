"""Bluetooth Low Energy. What the stacks do that their documentation does not say is in the comments.

The stack calls `_irq` in its own context: there things are noted, and `poll` does them. An exception there would
switch the handler off for good.
"""

from bluetooth import BLE
from micropython import const

from repfw import frame, hot
from repfw import link as links

_IRQ_CENTRAL_CONNECT = const(1)
_IRQ_CENTRAL_DISCONNECT = const(2)
_IRQ_GATTS_WRITE = const(3)
_IRQ_MTU_EXCHANGED = const(21)

_ENOMEM = const(12)
_EAGAIN = const(11)

_SMALLEST_MTU = const(23)
_HEADER = const(3)  # of a notification
_ADVERTISE_US = const(152_500)  # one of the intervals that phones find soonest
_SLOTS = const(8)  # commands that wait
_SLOT_BYTES = const(65)  # one more than a command may have: too long shows
_SILENT_MS = const(30_000)  # connected and never a word: make room for another
_PACED_A_SECOND = const(120)  # notifications on BTstack: what a connection of 45 ms and 6 packets carries
_PACED_AT_ONCE = const(12)
_FREE_AT_ONCE = const(40)
_TICKS = const(0x3FFFFFFF)


class BleLink(links.Link):
    """Frames as notifications, one or several each."""

    def __init__(self, app, cursor):
        super().__init__(app, cursor, 2)
        self.payload = _SMALLEST_MTU - _HEADER
        self._ble = BLE()
        self._paced = app.board.paced
        self._credit = 0
        self._credit_us = 0
        self._polled_ms = app.now_ms
        self._begun_ms = 0
        cuts = frame.Fragments()
        self._cuts = (cuts, frame.Fragments(cuts.buffer))  # of data, of control
        self._views = ({}, {})  # by length: of frames, of fragments
        self._whole = True
        self._pending = False  # a fragment was cut and is not out
        self._battery = 0
        # Written by the handler
        self._connection = -1
        self._epoch = 0  # counts connections and their ends
        self._mtu = _SMALLEST_MTU
        self._queue = tuple(bytearray(_SLOT_BYTES) for _ in range(_SLOTS))
        self._lengths = bytearray(_SLOTS)
        self._in = self._out = 0  # slots
        self._error = None
        self._seen_epoch = 0
        self._open()

    def _open(self):
        from repfw import link_ble_open

        self._ble.active(True)
        self._ble.irq(self._irq)
        self._there, self._response = link_ble_open.advertisement(self.app.about.name)
        self._level, self._info, self._data, self._control = link_ble_open.register(self._ble, self.app.about)
        self.changed()
        self._advertise()

    def _advertise(self):
        try:
            self._ble.gap_advertise(_ADVERTISE_US, adv_data=self._there, resp_data=self._response)
        except OSError as error:
            self.app.events.log(30, f"advertising failed: {error}")

    # In the stack's context

    def _irq(self, event, data):
        try:
            if event == _IRQ_GATTS_WRITE:
                if data[1] == self._control:
                    self._written(self._ble.gatts_read(self._control))
            elif event == _IRQ_CENTRAL_CONNECT:
                self._connection = data[0]
                self._mtu = _SMALLEST_MTU
                self._in = self._out = 0
                self._epoch += 1
            elif event == _IRQ_CENTRAL_DISCONNECT:
                # The handle of the event can be 255 whatever it was.
                self._connection = -1
                self._epoch += 1
            elif event == _IRQ_MTU_EXCHANGED:
                self._mtu = data[1]
        except Exception as error:  # noqa: BLE001
            self._error = error

    def _written(self, value):
        after = (self._in + 1) % _SLOTS
        if after == self._out:
            return  # the host asks again
        length = min(len(value), _SLOT_BYTES)
        hot.copy(value, 0, length, self._queue[self._in], 0)
        self._lengths[self._in] = length
        self._in = after

    # In the loop

    def poll(self, now_ms):
        """Connections, their ends, commands."""
        passed = (now_ms - self._polled_ms) & _TICKS
        self._polled_ms = now_ms
        if self._epoch != self._seen_epoch:
            self._turn(now_ms)
        if self._error is not None:
            error, self._error = self._error, None
            self.app.crashed(error)
        if not self.connected:
            return
        self.payload = self._mtu - _HEADER
        self._refill(passed)
        if not self._live and now_ms - self._begun_ms & _TICKS > _SILENT_MS:
            self._hang_up()
        if self.app.battery.percent != self._battery:
            self._tell_battery()
        while self._out != self._in and not self.answer_due:
            slot = self._out
            self.obey(self._queue[slot], self._lengths[slot], now_ms)
            self._begun_ms = now_ms
            self._out = (slot + 1) % _SLOTS

    def _turn(self, now_ms):
        self._seen_epoch = self._epoch
        self.end()
        self.connected = self._connection >= 0
        if self.connected:
            self.begin()
            self._begun_ms = now_ms
            self._pending = False
            for cuts in self._cuts:
                cuts.restart()
        else:
            self._advertise()

    def _refill(self, passed_ms):
        if self._paced:
            self._credit_us += passed_ms * _PACED_A_SECOND
            self._credit = min(self._credit + self._credit_us // 1000, _PACED_AT_ONCE)
            self._credit_us %= 1000
        else:
            self._credit = _FREE_AT_ONCE

    def _hang_up(self):
        try:
            self._ble.gap_disconnect(self._connection)
        except OSError:
            self._lost()

    def _lost(self):
        """The connection is gone, though no event said so."""
        self._connection = -1
        self._epoch += 1

    def _tell_battery(self):
        self._battery = self.app.battery.percent
        self._ble.gatts_write(self._level, bytes((self._battery,)), True)

    # Frames

    def prepare(self, framer):
        """The framer's frame is to go out."""
        self._whole = framer.length <= self.payload
        self._pending = False
        self._cuts[0 if framer is self.data else 1].begin()

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

    def _notify(self, which, views, source):
        if self._credit <= 0:
            return False
        view = self._views[views].get(source.length)
        if view is None:
            view = self._views[views][source.length] = memoryview(source.buffer)[: source.length]
        try:
            self._ble.gatts_notify(self._connection, self._control if which else self._data, view)
        except OSError as error:
            if error.errno not in (_ENOMEM, _EAGAIN):
                self._lost()  # 107 on NimBLE, 22 on BTstack, 19 when the radio is off
            self._credit = 0
            return False
        self._credit -= 1
        return True

    def changed(self):
        """What HELLO says has changed: so has what can be read."""
        hello = frame.Framer(self.app.ring)
        hello.hello(self.app.about)
        self._ble.gatts_set_buffer(self._info, hello.length)
        self._ble.gatts_write(self._info, memoryview(hello.buffer)[: hello.length])

    def close(self):
        """The board goes to sleep. BTstack hangs when it is switched off while it advertises."""
        self._ble.gap_advertise(None)
        if self._connection >= 0:
            self._hang_up()
        self._ble.active(False)
