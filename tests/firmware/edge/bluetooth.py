"""Stand-in for ``bluetooth``: what the firmware does goes over a socket to a peripheral of the virtual radio.

It behaves as the stacks were seen to: ``connect(port, stack)`` chooses between NimBLE, which says when its buffers are
full, and BTstack, which never does. Handlers run while the board sleeps, and one that raises is never called again.
Lines of JSON go both ways: [what, …].
"""

import json
import select
import socket
import sys
from binascii import hexlify, unhexlify

from simclock import clock

FLAG_READ = 0x02
FLAG_WRITE_NO_RESPONSE = 0x04
FLAG_WRITE = 0x08
FLAG_NOTIFY = 0x10

_ENOMEM = 12
_ENODEV = 19
_EINVAL = 22
_ENOTCONN = 107
_BUFFERS = 12  # of NimBLE
_PIECE = 256
_GO = b'["go"]'

_radio = None


class _Uuid(bytes):
    pass


def UUID(value):  # noqa: N802
    """Its bytes are in the order of the air, as those of the real one."""
    if isinstance(value, int):
        uuid = _Uuid(bytes((value & 0xFF, value >> 8)))
        uuid.text = f"{value:04X}"
    else:
        uuid = _Uuid(bytes(reversed(unhexlify(value.replace("-", "")))))
        uuid.text = value
    return uuid


class _Radio:
    def __init__(self, port, stack):
        self.stack = stack
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        self._socket.setsockopt(6, 1, 1)  # TCP_NODELAY: else each line waits for the one before to be acknowledged
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._rest = b""
        self._heard = []
        clock.listen(self.hear)

    def say(self, *words):
        self._socket.send(json.dumps(words).encode() + b"\n")

    def hear(self):
        """In small pieces: the board's heap is this stand-in's too, and a host that was busy has much to say."""
        while self._heard or self._poll.poll(0):
            if not self._heard:
                self._receive()
            while self._heard:
                words = json.loads(self._heard.pop(0))
                if _BLE is not None:
                    _BLE.event(words)

    def _receive(self):
        data = self._socket.recv(_PIECE)
        if not data:
            sys.exit(4)
        self._rest += data
        while b"\n" in self._rest:
            line, self._rest = self._rest.split(b"\n", 1)
            self._heard.append(line)

    def ask(self, now_us, written):
        """Time goes on when the radio has done what was said until now. What it says meanwhile waits for `hear`.

        It is told how many bytes went out on the serial line, for a host that waits for them.
        """
        self.say("ask", now_us, written)
        while _GO not in self._heard:
            self._receive()
        self._heard.remove(_GO)


def connect(port, stack):
    global _radio
    _radio = _Radio(port, stack)


_BLE = None


def BLE():  # noqa: N802
    global _BLE
    if _BLE is None:
        _BLE = _Ble()
    return _BLE


class _Ble:
    def __init__(self):
        self._active = False
        self._handler = None
        self._values = {}
        self._sizes = {}
        self._mtu = 23
        self._wish = 256
        self._connection = None
        self._outstanding = 0
        self._advertising = False

    def active(self, on=None):
        if on is None:
            return self._active
        if _radio is None:  # its chip does not answer
            raise OSError(_ENODEV)
        if not on and self._advertising and _radio.stack == "btstack":
            raise RuntimeError("BTstack hangs here")
        self._active = on
        if not on:
            _radio.say("off")
        return on

    def config(self, **settings):
        if not self._active:
            raise OSError(_ENODEV)
        if "mtu" in settings:
            _radio.say("mtu", settings["mtu"])

    def irq(self, handler):
        self._handler = handler

    def gap_advertise(self, interval_us, adv_data=None, resp_data=None, connectable=True):
        if not self._active:
            raise OSError(_ENODEV)
        self._advertising = interval_us is not None
        if interval_us is None:
            _radio.say("quiet")
            return
        if _radio.stack == "nimble" and (len(adv_data) > 31 or len(resp_data) > 31):
            raise OSError(_EINVAL)
        _radio.say("advertise", hexlify(adv_data).decode(), hexlify(resp_data).decode())

    def gatts_register_services(self, services):
        if self._advertising:
            raise OSError(_EINVAL)
        handles = []
        told = []
        handle = 10
        for uuid, characteristics in services:
            mine = []
            listed = []
            for one, flags in characteristics:
                handle += 3
                mine.append(handle)
                self._values[handle] = b""
                self._sizes[handle] = 20
                listed.append([one.text, flags, handle])
            handles.append(tuple(mine))
            told.append([uuid.text, listed])
        _radio.say("services", told)
        return tuple(handles)

    def gatts_set_buffer(self, handle, size, append=False):
        self._sizes[handle] = size

    def gatts_read(self, handle):
        return self._values[handle]

    def gatts_write(self, handle, data, send_update=False):
        self._values[handle] = bytes(data)
        _radio.say("value", handle, hexlify(data).decode())
        if send_update and self._connection is not None:
            self._send(handle, bytes(data))

    def gatts_notify(self, connection, handle, data=None):
        if not self._active:
            raise OSError(_ENODEV)
        if connection != self._connection:
            raise OSError(_ENOTCONN if _radio.stack == "nimble" else _EINVAL)
        if _radio.stack == "nimble" and self._outstanding >= _BUFFERS:
            raise OSError(_ENOMEM)
        self._send(handle, bytes(data)[: self._mtu - 3])

    def _send(self, handle, data):
        self._outstanding += 1
        _radio.say("notify", handle, hexlify(data).decode())

    def gap_disconnect(self, connection):
        if connection != self._connection:
            return False
        _radio.say("disconnect")
        return True

    def event(self, words):
        what = words[0]
        if what == "sent":
            self._outstanding -= words[1]
        elif what == "connected":
            self._connection = words[1]
            self._mtu = 23
            self._outstanding = 0
            self._advertising = False
            self._call(1, (words[1], 0, bytes(6)))
        elif what == "gone":
            self._connection = None
            self._call(2, (255, 255, bytes(6)) if _radio.stack == "btstack" else (words[1], 0, bytes(6)))
        elif what == "mtu":
            self._mtu = words[1]
            self._call(21, (self._connection, words[1]))
        elif what == "written":
            self._values[words[1]] = unhexlify(words[2])[: self._sizes[words[1]]]
            self._call(3, (self._connection, words[1]))
        elif what == "secret":
            self._call(29, (1, 0, b"key"))

    def _call(self, event, data):
        try:
            self._handler(event, data)
        except Exception as error:  # noqa: BLE001
            print("\0", end="")
            sys.print_exception(error)
            self._handler = lambda event, data: None
