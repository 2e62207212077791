"""What a link does whatever carries it: whose turn it is, who is still there, how much is under way.

Live samples go first, after each frame of them one that was asked for again; before both, what is rare: HELLO, the
answer to a command, faults and marks, STATUS. One frame is under way at a time, and is kept until it is out. Nothing
is allocated for a frame of samples.
"""

from micropython import const

from repfw import command, frame

_LIVE_MS = const(5000)  # without a command the host is taken for gone
_HOLD_MS = const(80)  # samples wait no longer than this for others to share their frame; then they are drained at 20 ms
_UNDER_WAY = const(64)  # frames without acknowledgement
_FRAMES_A_STEP = const(4)  # then the sensor has its turn: at 115200 baud four frames take 85 ms
_TICKS = const(0x3FFFFFFF)


class Link:
    """A link; ``cursor`` is the ring's for what it resends.

    A kind of link adds:

    poll(now_ms)        commands that came: `obey` them, while no answer is due
    prepare(framer)     the framer's frame is to go out
    transmit(framer)    send of it what can be sent; whether it is all out
    """

    payload = frame.LONGEST

    def __init__(self, app, cursor, channels=1):
        self.app = app
        self.cursor = cursor
        self.data = frame.Framer(app.ring)
        self.control = self.data if channels == 1 else frame.Framer(app.ring, self.data.buffer)
        self.command = command.Command()
        self.detail = bytearray(12)
        self.connected = False
        self.hello_due = False
        self.answer_due = False
        self.status_due = False
        self.dropped = 0
        self._fault_due = False
        self._result = self._detail_length = 0
        self._kind = self._tag = 0
        self._heard_ms = 0
        self._live = False
        self._next_event = 0
        self._sending = None  # the framer whose frame is under way
        self._sent_live_ms = 0
        self._resend_next = False
        self._acked = -1

    # Who is there

    def live(self):
        """Whether frames are sent."""
        return self._live

    def heard(self, now_ms):
        """A command came, were it an unreadable one."""
        self._heard_ms = now_ms
        if not self._live:
            self._live = True
            self._next_event = self.app.events.first()
            self._fault_due = self.app.events.lasts()
            self._sent_live_ms = now_ms
            self.app.link_changed()

    def begin(self):
        """A connection: all counts anew."""
        self._forget()
        self.data.restart()
        self.control.restart()
        self.connected = True
        self.dropped = 0
        self._acked = -1

    def end(self):
        """The connection is gone, or the host is."""
        self._forget()
        if self._live:
            self._live = False
            self.app.link_gone(self)

    def _forget(self):
        self.hello_due = self.answer_due = self.status_due = self._fault_due = False
        self._sending = None
        self._resend_next = False

    def step(self, now_ms):
        """Be called often: commands in, frames out."""
        if self._live and now_ms - self._heard_ms & _TICKS > _LIVE_MS:
            self.end()
        self.poll(now_ms)
        for _ in range(_FRAMES_A_STEP):
            if self._sending is not None:
                if not self.transmit(self._sending):
                    return
                self._sending = None
            if not self._live or not self._build(now_ms):
                return

    # Commands

    def obey(self, buffer, length, now_ms):
        """Do what a frame of the host says. Only while no answer is due."""
        self.heard(now_ms)
        read = self.command
        result = read.read(buffer, length)
        self._kind, self._tag = read.kind, read.tag
        self._detail_length = 0
        if result == frame.OK:
            if read.kind == command.TIME and read.flags & command.ACKNOWLEDGES:
                self._acknowledge(read.data_seq)
            result = self.app.dialog.obey(self, read)
        if result == frame.BAD_VALUE:
            self.detail[0] = read.field
            self._detail_length = 1
        if result != frame.OK:
            self.app.rejected = min(self.app.rejected + 1, 0xFFFF)
        self._result = result
        self.answer_due = True

    def detailed(self, length):
        """The answer's detail has so many bytes."""
        self._detail_length = length

    def _acknowledge(self, seq):
        # One that was never sent, or is older than what is known, is no use.
        under_way = self.data.seq - 1 - seq & 0xFF
        if under_way < 128:
            self._acked = seq

    def _window_is_open(self):
        return self._acked < 0 or self.data.seq - 1 - self._acked & 0xFF < _UNDER_WAY

    # Frames

    def _build(self, now_ms):
        """Build the next frame; whether there is one."""
        if self.hello_due:
            self.hello_due = False
            self.control.hello(self.app.about)
            return self._send(self.control)
        if self.answer_due:
            self.answer_due = False
            self.control.answer(self._kind, self._tag, self._result, self._detail_length, self.detail)
            return self._send(self.control)
        if self._fault_due:
            self._fault_due = False
            if self.app.events.build_lasting(self.data):
                return self._send(self.data)
        if self._next_event != self.app.events.count:
            missed = self.app.events.build(self.data, self._next_event)
            self.dropped += missed
            self._next_event += missed + 1
            return self._send(self.data)
        if self.status_due:
            self.status_due = False
            self.app.build_status(self)
            return self._send(self.data)
        return self._window_is_open() and self._build_samples(now_ms)

    def _build_samples(self, now_ms):
        app = self.app
        if self._resend_next or not self._live_is_due(now_ms):
            self._resend_next = False
            if self.data.resent(self.cursor, frame.samples_per_frame(self.payload), app.about.generation):
                return self._send(self.data)
            if not self._live_is_due(now_ms):
                return False
        if not self.data.live(frame.samples_per_frame(self.payload), app.about.generation):
            return False
        self._sent_live_ms = now_ms
        self._resend_next = True
        return self._send(self.data)

    def _live_is_due(self, now_ms):
        app = self.app
        if app.stream is not self:
            return False
        waiting = app.ring.backlog()
        if waiting >= frame.samples_per_frame(self.payload):
            return True
        if not waiting:
            return False
        return app.drained and now_ms - self._sent_live_ms & _TICKS >= _HOLD_MS

    def _send(self, framer):
        self._sending = framer
        self.prepare(framer)
        return True

    def changed(self):
        """What HELLO says has changed."""

    def close(self):
        """The board goes to sleep."""
