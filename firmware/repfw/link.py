"""What a link does whatever carries it: whose turn it is, who is still there, how much is under way.

Live samples go first, after each frame of them one that was asked for again; before both, what is rare: HELLO, the
answer to a command, faults and marks, STATUS. One frame is under way at a time, and is kept until it is out. Nothing
is allocated for a frame of samples.
"""

from micropython import const

from repfw import command, frame, hot, seldom

_LIVE_MS = const(5000)  # without a command the host is taken for gone
_LONGEST_FRAME = const(244)
_HOLD_MS = const(80)  # samples wait no longer than this for others to share their frame; then they are drained at 20 ms
_KEPT = const(8)  # events
_UNDER_WAY = const(64)  # frames without acknowledgement
_FRAMES_A_STEP = const(4)  # then the sensor has its turn: at 115200 baud four frames take 85 ms
_TICKS = const(0x3FFFFFFF)

_COMMAND_START = const(0x42)
_COMMAND_STOP = const(0x43)
_COMMAND_TIME = const(0x45)
_FLAG_ACKNOWLEDGES = const(0x01)
_CAUSE_RING = const(3)
_RESULT_OK = const(0)
_RESULT_UNREADABLE = const(1)
_WORD_CLOCK = const(2)
_WORD_LIVE = const(6)


class Link:
    """A link; ``cursor`` is the ring's for what it resends.

    A kind of link adds:

    poll(now_ms)        commands that came: `obey` them, while no answer is due
    prepare(framer)     the framer's frame is to go out
    transmit(framer)    send of it what can be sent; whether it is all out
    """

    payload = _LONGEST_FRAME
    handles = None  # of a radio

    def __init__(self, app, cursor, buffer=None):
        self.app = app
        self.cursor = cursor
        self.data = self.control = frame.Framer(app.ring, buffer)
        self.detail = bytearray(12)  # of the answer that is due
        self.detail_length = 0
        self.connected = False
        self.info_due = False  # what HELLO says has changed
        self.live = False  # whether frames are sent
        self.dropped = 0
        self.next_event = 0
        self.heard_ms = self._sent_live_ms = 0
        self._kind = self._tag = self._result = 0
        self.end()

    # Who is there

    def end(self):
        """The connection is gone, or the host is."""
        self.hello_due = self.answer_due = self.status_due = self.fault_due = False
        self.sending = None  # the framer whose frame is under way
        self._resend_next = False
        self._acked = -1
        if self.live:
            self.live = False
            app = self.app
            app.ring.skip(self.cursor)
            if app.stream is self:  # sampling goes on for a while
                app.stream = None
                app.status_to_all()

    def heard(self, now_ms):
        """A command came, were it an unreadable one."""
        self.heard_ms = now_ms
        if not self.live:
            self.live = True
            self._sent_live_ms = now_ms
            self.app.alone_s = self.app.unconnected_s = 0
            events = self.app.events
            self.next_event = max(events.told, events.count - _KEPT)
            self.fault_due = events.lasts is not None and events.lasts_from < self.next_event

    def step(self, now_ms):
        """Be called often: commands in, frames out."""
        if self.live and now_ms - self.heard_ms & _TICKS > _LIVE_MS:
            self.end()
        self.poll(now_ms)
        for _ in range(_FRAMES_A_STEP):
            if self.sending is not None:
                if not self.transmit(self.sending):
                    return
                self.sending = None
            if not self.live:
                return
            self.sending = framer = self._build(now_ms)
            if framer is None:
                return
            self.prepare(framer)

    # Commands

    def obey(self, buffer, length, now_ms):
        """Do what a frame of the host says. Only while no answer is due."""
        self.heard(now_ms)
        self.detail_length = 0
        result = command.check(buffer, length)
        self._kind, self._tag = (0, 0) if result == _RESULT_UNREADABLE else (buffer[1], buffer[3])
        if result == _RESULT_OK:
            if self._kind == _COMMAND_TIME:
                hot.copy(buffer, 4, 8, self.detail, 0)
                self.app.ring.put(_WORD_CLOCK, self.detail, 8)
                self.detail_length = 12
                # An acknowledgement of a frame that was never sent is no use.
                if buffer[2] & _FLAG_ACKNOWLEDGES and (self.data.seq - 1 - buffer[12] & 0xFF) < 128:
                    self._acked = buffer[12]
            else:
                kind = self._kind
                name = "running" if kind == _COMMAND_START else "stopping" if kind == _COMMAND_STOP else "dialog"
                result = seldom(name).obey(self, buffer)
        if result != _RESULT_OK:
            self.app.now.rejected += 1
        self._result = result
        self.answer_due = True

    # Frames

    def _build(self, now_ms):
        """Build the next frame; returns its framer, or None."""
        data = self.data
        if self.hello_due:
            self.hello_due = False
            seldom("about").hello(self.control, self.app.about)
            return self.control
        if self.answer_due:
            self.answer_due = False
            self.control.answer(self._kind, self._tag, self._result, self.detail, self.detail_length)
            return self.control
        if self.fault_due and seldom("event_frames").build_lasting(self):
            return data
        if self.next_event != self.app.events.count:
            seldom("event_frames").build_next(self)
            return data
        if self.status_due:
            self.status_due = False
            self.app.build_status(self)
            return data
        if self._acked >= 0 and (data.seq - 1 - self._acked & 0xFF) >= _UNDER_WAY:
            return None
        return data if self._build_samples(now_ms) else None

    def _build_samples(self, now_ms):
        app = self.app
        generation = app.about.generation
        most = frame.samples_per_frame(self.payload)
        waiting = app.ring.waiting(_WORD_LIVE) if app.stream is self else 0
        held_long = app.drained and now_ms - self._sent_live_ms & _TICKS >= _HOLD_MS
        due = waiting and (waiting >= most or held_long)
        if self._resend_next or not due:
            self._resend_next = False
            if self.data.samples(self.cursor, most, generation):
                return True
        count = due and self.data.samples(_WORD_LIVE, most, generation)
        if not count:
            return False
        if count < 0 and self.data.buffer[17] == _CAUSE_RING:  # the others the sampler counts
            app.sampler.overruns += 1
            app.sampler.lost -= count
        self._sent_live_ms = now_ms
        self._resend_next = True
        return True
