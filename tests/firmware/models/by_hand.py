"""A link that obeys commands given by hand, for scripts without a board behind it."""

import book

from repfw import Record, dialog, events, link, running, stopping

_MODULES = {"dialog": dialog, "running": running, "stopping": stopping}


class Host(link.Link):
    """``did`` is what the last command had the board do."""

    def __init__(self, ring):
        self.app = app = Record()
        app.ring = ring
        app.events = events.none_yet()
        app.now_ms = 0
        app.now = Record()
        app.now.rejected = 0
        app.about = Record()
        app.about.sensor = "MPU-6050"
        app.about.rates, app.about.acc_ranges, app.about.gyr_ranges = (50, 100, 200), (2, 4, 8, 16), (250, 500, 1000)
        app.about.generation = 0
        super().__init__(app, book.RESEND_A)
        link.seldom = _MODULES.get
        running.start = lambda app, link, *figures: self._note("start", figures, 0)
        stopping.stop = lambda app: self._note("stop", (), 0)
        dialog.grant = lambda ring, first, count, cursor: self._note("grant", (first, count), 1)

    def _note(self, what, values, result):
        self.did = [what] + list(values)
        return result

    def say(self, data, length):
        """A command; returns the result."""
        self.did = None
        self._acked = -1
        self.data.seq = 100  # so many frames were sent
        self.hello_due = False
        self.app.identify_ms = self.app.sleep_asked_ms = -1
        self.app.now_ms += 1
        self.obey(data, length, 0)
        return self._result
