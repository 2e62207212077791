"""Seconds of the session, out of what the sensor numbers, the board stamps and the host sees arrive.

The clocks themselves are in `repclip.clock`; here is which of them is asked when: at the beginning, across a change of
rate, and when the board boots in between.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from repclip.clock import HostFit, SampleClock, unwrap
from repclip.engine.assembly import SampleRun
from repsignal.types import FloatArray

__all__ = ["SessionTime"]

_NS: Final = 1e-9
_US: Final = 1e-6
_BEGINNING_S: Final = 2.5  # samples wait so long at first: nothing can be counted sooner, and the clock begins right
_LEAST_STEP: Final = 0.2  # of a period: times rise, whatever the clocks say


class SessionTime:
    """Seconds since the first sample, of what the board numbers and stamps, and of what the host saw."""

    def __init__(self) -> None:
        self.fit = HostFit()
        self.last_s = 0.0
        self.begun = False
        self._clock: SampleClock | None = None
        self._held: list[SampleRun] = []
        self._generation: int | None = None
        self._near_us = 0  # an unwrapped stamp, to unwrap others by
        self._index = 0  # of the newest sample
        self._board_s = 0.0  # this of the board …
        self._session_s = 0.0  # … is that of the session
        self._rate = 1.0
        self._resumes = False  # with the next run, after the board restarted
        self._old_offset_s = 0.0  # host's time less the session's, before it restarted

    @property
    def rate_hz(self) -> float:
        """Of the sensor by the session's time; 0 before the first sample."""
        return 0.0 if self._clock is None else self._clock.rate_hz / self._rate

    def admit(self, run: SampleRun) -> list[SampleRun]:
        """The runs that can be told the time of now: none until the clock has a beginning, then all that waited."""
        if self._clock is not None and self._generation == run.hello.generation:
            return [run]
        out: list[SampleRun] = []
        if self._held and self._held[0].hello.generation != run.hello.generation:
            out = self.release()
        self._held.append(run)
        if run.end - self._held[0].index >= _BEGINNING_S * run.hello.rate_mhz / 1000:
            out += self.release()
        return out

    def release(self) -> list[SampleRun]:
        """Those that wait, with as good a beginning as there is."""
        held, self._held = self._held, []
        if held:
            hello = held[0].hello
            self._clock = SampleClock(hello.rate_mhz / 1000)
            self._generation = hello.generation
            stamps = {run.stamp_index: self._unwrapped_s(run.stamp_us) for run in held if not run.after_loss}
            self._clock.begin(list(stamps.items()))
        return held

    def of_run(self, run: SampleRun) -> FloatArray:
        """(N,) s: when its samples were taken."""
        clock = self._clock
        if clock is None:
            raise RuntimeError("a run that was not admitted")
        stamp_s = self._unwrapped_s(run.stamp_us)
        clock.feed(run.stamp_index, stamp_s, doubtful=run.after_loss)
        first = not self.begun
        if first:
            self.begun = True
            self._board_s, self._session_s = clock.time_s(run.index), 0.0
        elif self._resumes:  # by the earliest arrivals of before and since: a single one may be late
            self._board_s = clock.time_s(run.index)
            self._session_s = self._board_s + (self.fit.offset_s or 0.0) - self._old_offset_s
            self._resumes = False
        period_s = self._rate / clock.rate_hz
        first_s = self._of_board(clock.time_s(run.index))
        if not first:
            first_s = max(first_s, self.last_s + _LEAST_STEP * period_s)
        time_s = first_s + period_s * np.arange(len(run), dtype=np.float64)
        self.last_s = float(time_s[-1])
        self._index = run.end - 1
        return time_s

    def of_index(self, index: int) -> float | None:
        """The time of the sample with this number, modulo 2³²."""
        if self._clock is None:
            return None
        return self._of_board(self._clock.time_s(unwrap(index, self._index)))

    def of_host(self, arrival_ns: int) -> float | None:
        """The session's time at one of the host's; None while there are no samples."""
        offset_s = self.fit.offset_s
        if not self.begun or offset_s is None:
            return None
        return self._of_board(arrival_ns * _NS - offset_s)

    def arrived(self, device_us: int, arrival_ns: int) -> None:
        """Something was sent at the board's time, and came at the host's."""
        board_s = self._unwrapped_s(device_us)
        if self.fit.feed(board_s, arrival_ns * _NS):
            self._session_s = self._of_board(board_s)
            self._board_s = board_s
            self._rate = 1.0 + self.fit.drift

    def restart(self, device_us: int, arrival_ns: int) -> None:
        """Another boot: its clock begins anew; the host's tells how long it took."""
        offset_s = self.fit.offset_s
        if self.begun and offset_s is not None:
            board_s = arrival_ns * _NS - offset_s  # what the old clock would say now
            self._old_offset_s = arrival_ns * _NS - self._of_board(board_s)
        self._near_us = device_us
        self._clock = None
        self._resumes = self.begun
        self.fit = HostFit()
        self.fit.feed(device_us * _US, arrival_ns * _NS)
        self._rate = 1.0

    def _of_board(self, board_s: float) -> float:
        return self._session_s + (board_s - self._board_s) * self._rate

    def _unwrapped_s(self, stamp_us: int) -> float:
        self._near_us = unwrap(stamp_us, self._near_us)
        return self._near_us * _US
