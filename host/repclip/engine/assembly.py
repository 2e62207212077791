"""Frames of samples, late, doubled and out of order → runs of samples in order, and what is missing for good.

Frames are put in order before anything is counted. A hole is held open while the board still has its samples (it says
so each second) and while something of it keeps coming; then it is *lost*, and said. All decisions depend on what came
and when it arrived, so a replay decides the same.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from repclip.clock import unwrap
from repclip.wire import (
    Answer,
    CommandKind,
    DeviceState,
    Hello,
    Message,
    NotHeld,
    Overrun,
    OverrunCause,
    RawSamples,
    Resending,
    Samples,
    Started,
    Status,
    StatusFlag,
)

__all__ = ["Assembly", "AssemblyItem", "LossReason", "LostSamples", "Restarted", "SampleRun"]

_PATIENCE_NS: Final = 5_000_000_000  # of hearing the board without a single sample of a hole: it is given up
_HEARS_NS: Final = 1_000_000_000  # a board is heard so often: longer silence, as of a host asleep, is no hearing
_START_PATIENCE_NS: Final = 1_000_000_000  # for the answer to START, which names the first sample
_CLOSE: Final = 18  # samples between two holes: a frame more is sooner sent than another command
_MOST_ASKED: Final = 2048  # a ring
_MOST_HELD: Final = 8192  # samples waiting: four times what a board keeps
_MOST_PIECES: Final = 2048  # frames and losses waiting: more than that many samples make
_BACKLOG_FULL: Final = 0xFFFF  # PROTOCOL.md, STATUS: as many, or more
_RATES_MHZ: Final = (1_000, 10_000_000)  # no board of ours samples slower or faster: a Hello that says so is nonsense


class LossReason(StrEnum):
    """Why samples will never come."""

    FIFO = "the sensor's buffer ran over"
    SENSOR = "the sensor failed"
    RING = "the link was too slow"
    BOARD = "the board no longer had them"
    SETTINGS = "rate or range was changed"
    LINK = "they did not come, though asked for"
    RESTART = "the board started anew"
    UNKNOWN = "not sampled"


_CAUSES: Final[dict[int, LossReason]] = {
    OverrunCause.FIFO: LossReason.FIFO,
    OverrunCause.SENSOR: LossReason.SENSOR,
    OverrunCause.RING: LossReason.RING,
}


@dataclass(frozen=True, slots=True, eq=False)
class SampleRun:
    """Consecutive samples: ``raw`` (N, 6) int16 from ``index`` on, which does not wrap.

    The board says that sample ``stamp_index``, maybe before the run, was taken at ``stamp_us`` (which wraps).
    """

    hello: Hello
    index: int
    raw: RawSamples
    stamp_index: int
    stamp_us: int
    arrival_ns: int
    after_loss: bool
    resent: bool

    def __len__(self) -> int:
        return int(self.raw.shape[0])

    @property
    def end(self) -> int:
        """Index of the sample after the last."""
        return self.index + len(self)


@dataclass(frozen=True, slots=True)
class LostSamples:
    """``count`` samples from ``index`` on will never come."""

    index: int
    count: int
    reason: LossReason


@dataclass(frozen=True, slots=True)
class Restarted:
    """The board booted: indices and times begin anew. What it sampled in between is lost, nobody knows how much."""

    hello: Hello
    arrival_ns: int


AssemblyItem = SampleRun | LostSamples | Restarted


@dataclass(slots=True)
class _Part:
    index: int
    end: int
    samples: Samples
    arrival_ns: int

    def __len__(self) -> int:
        return self.end - self.index


@dataclass(slots=True)
class _Dead:
    index: int
    end: int
    reason: LossReason


class Assembly:
    """``feed`` messages in the order they came; ``flush`` at the end."""

    def __init__(self) -> None:
        self._hello: Hello | None = None
        self._hellos: dict[int, Hello] = {}  # by generation
        self._generation: int | None = None  # of the newest samples
        self._next: int | None = None  # first sample not given out
        self._head = 0  # beyond the newest index heard of
        self._parts: list[_Part] = []
        self._dead: list[_Dead] = []
        self._arrival_ns = 0  # the newest
        self._heard_ns = 0  # for how long the board has been heard, silence left out
        self._progress_ns = 0  # of that time: when something of the oldest hole last came
        self._was_missing: int | None = None  # where that hole begins
        self._waiting_ns: int | None = None  # since when samples wait for the answer to START
        self._uptime_s: int | None = None
        self._foreign = False  # a board that was heard of, but has not said hello
        self.repeated = 0  # samples that came more than once

    # --- what came ---------------------------------------------------------------------------------------------------

    def feed(self, message: Message, arrival_ns: int) -> list[AssemblyItem]:
        """What is now certain."""
        out: list[AssemblyItem] = []
        self._heard_ns += min(max(0, arrival_ns - self._arrival_ns), _HEARS_NS)
        self._arrival_ns = arrival_ns
        match message:
            case Hello():
                self._greet(message, arrival_ns, out)
            case Samples():
                self._samples(message, arrival_ns)
            case Overrun():
                self._overrun(message)
            case Status():
                self._status(message)
            case Answer():
                self._answer(message)
            case _:
                pass
        self._drain(out)
        return out

    def connected(self) -> None:
        """A link, new or again: what is missing may be asked for only now."""
        self._progress_ns = self._heard_ns

    def flush(self) -> list[AssemblyItem]:
        """Nothing more will come: holes are lost."""
        out: list[AssemblyItem] = []
        self._settle(out)
        return out

    @property
    def stranger(self) -> bool:
        """Whether the board must say hello before its samples can be used."""
        unknown = self._parts and self._parts[0].samples.generation not in self._hellos
        return self._hello is None or self._foreign or bool(unknown)

    @property
    def missing(self) -> tuple[int, int] | None:
        """What to ask for: the oldest hole and those that follow closely, as (first index, modulo 2³²; count)."""
        if self._next is None or self._foreign:
            return None
        begin = end = None
        for hole_begin, hole_end in self._holes(self._next):
            if begin is None or end is None:
                begin, end = hole_begin, hole_end
            elif hole_begin - end <= _CLOSE and hole_end - begin <= _MOST_ASKED:
                end = hole_end
            else:
                break
        if begin is None or end is None:
            return None
        return begin % (1 << 32), min(end - begin, _MOST_ASKED)

    def told_rate_hz(self, generation: int) -> float | None:
        """By the Hello that explains such samples, None where there is none."""
        hello = self._hellos.get(generation)
        return None if hello is None else hello.rate_mhz / 1000

    def _holes(self, begin: int) -> Iterator[tuple[int, int]]:
        """What may still come, oldest first."""
        known = sorted(
            [(part.index, part.end) for part in self._parts] + [(dead.index, dead.end) for dead in self._dead]
        )
        for index, end in [*known, (self._head, self._head)]:
            if index > begin:
                yield begin, index
            begin = max(begin, end)

    # --- kinds of messages -------------------------------------------------------------------------------------------

    def _greet(self, hello: Hello, arrival_ns: int, out: list[AssemblyItem]) -> None:
        known = self._hello
        if known is not None and hello.boot_id != known.boot_id:
            self._settle(out)
            self._forget()
            out.append(Restarted(hello, arrival_ns))
        elif self._foreign:
            self._foreign = False  # the same boot after all
        self._hello = hello
        if hello.sensor and _RATES_MHZ[0] <= hello.rate_mhz <= _RATES_MHZ[1]:
            self._hellos[hello.generation] = hello

    def _forget(self) -> None:
        self._hellos.clear()
        self._parts.clear()
        self._dead.clear()
        self._next = self._generation = self._was_missing = self._waiting_ns = self._uptime_s = None
        self._head = 0
        self._foreign = False

    def _samples(self, samples: Samples, arrival_ns: int) -> None:
        if self._foreign:
            return
        index = unwrap(samples.index, self._head)
        end = index + len(samples)
        if self._next is None and self._waiting_ns is None:
            self._waiting_ns = self._heard_ns
        if self._next is not None and end <= self._next:
            self.repeated += len(samples)
            return
        if any(part.index <= index and end <= part.end for part in self._parts):
            self.repeated += len(samples)
            return
        if samples.resent or index < self._head:
            self._progress_ns = self._heard_ns
        insort(self._parts, _Part(index, end, samples, arrival_ns), key=lambda part: (part.index, part.end))
        if not samples.resent:
            self._head = max(self._head, end)

    def _overrun(self, overrun: Overrun) -> None:
        if self._foreign or overrun.lost < 1:
            return
        index = unwrap(overrun.index, self._head)
        self._bury(index, index + overrun.lost, _CAUSES.get(overrun.cause, LossReason.UNKNOWN))
        if not overrun.resent:
            self._head = max(self._head, index + overrun.lost)

    def _status(self, status: Status) -> None:
        if self._uptime_s is not None and status.uptime_s < self._uptime_s:
            self._foreign = True
        self._uptime_s = status.uptime_s
        if self._foreign or self._next is None or status.state == DeviceState.FAULT:
            return
        if self._generation is not None and status.generation != self._generation:
            return
        next_index = unwrap(status.next_index, self._head)
        if status.flags & StatusFlag.STREAM_HERE and status.backlog < _BACKLOG_FULL:
            self._head = max(self._head, next_index - status.backlog)  # sent before it, so it should be here
        self._bury(self._next, min(next_index - status.held, self._head), LossReason.BOARD)

    def _answer(self, answer: Answer) -> None:
        if self._foreign:
            return
        match answer.detail:
            case Started(first_index, generation):
                first = unwrap(first_index, self._head)
                if self._next is None:
                    # The first answer may have been lost, and samples have come since.
                    self._next = min(first, self._parts[0].index) if self._parts else first
                elif self._generation is not None and generation != self._generation:
                    self._bury(self._next, first, LossReason.SETTINGS)
                self._head = max(self._head, first)
            case Resending(first_index, _) if self._next is not None:
                self._bury(self._next, unwrap(first_index, self._next), LossReason.BOARD)
            case NotHeld(oldest, _) if answer.command == CommandKind.RESEND and self._next is not None:
                # Not by what was asked for: a recording has the answers alone.
                self._bury(self._next, min(unwrap(oldest, self._head), self._head), LossReason.BOARD)
            case _:
                pass

    def _bury(self, index: int, end: int, reason: LossReason) -> None:
        if self._next is not None:
            index = max(index, self._next)
        if end > index and not any(dead.index <= index and end <= dead.end for dead in self._dead):
            insort(self._dead, _Dead(index, end, reason), key=lambda dead: (dead.index, dead.end))

    # --- what is certain ---------------------------------------------------------------------------------------------

    def _drain(self, out: list[AssemblyItem]) -> None:
        if self._next is None:
            if self._waiting_ns is None or self._heard_ns - self._waiting_ns < _START_PATIENCE_NS or not self._parts:
                return
            self._next = self._parts[0].index  # a recording that begins later than its START
        self._advance(out)
        if not self._parts and not self._dead:
            self._was_missing = None
            return
        if self._was_missing != self._next:
            self._was_missing, self._progress_ns = self._next, self._heard_ns
        late = self._heard_ns - self._progress_ns > _PATIENCE_NS
        crowded = len(self._parts) + len(self._dead) > _MOST_PIECES
        if late or crowded or sum(map(len, self._parts)) > _MOST_HELD:
            self._give_up(out)

    def _give_up(self, out: list[AssemblyItem]) -> None:
        """Do without what keeps the oldest waiting: the samples before it, or the Hello that explains them."""
        first = min(piece[0].index for piece in (self._parts, self._dead) if piece)
        if self._next is None or first <= self._next:
            part = self._parts.pop(0)
            self._bury(part.index, part.end, LossReason.SETTINGS)
        else:
            self._bury(self._next, first, LossReason.LINK)
        self._advance(out)

    def _advance(self, out: list[AssemblyItem]) -> None:
        """Give out what follows without a hole."""
        while self._next is not None:
            if self._parts and self._parts[0].index <= self._next:
                if not self._give(self._parts[0], out):
                    return
                del self._parts[0]
                continue
            dead = next((dead for dead in self._dead if dead.index <= self._next < dead.end), None)
            if dead is None:
                self._dead = [dead for dead in self._dead if dead.end > self._next]
                return
            end = min(dead.end, self._parts[0].index) if self._parts else dead.end
            out.append(LostSamples(self._next, end - self._next, dead.reason))
            self._next = end

    def _give(self, part: _Part, out: list[AssemblyItem]) -> bool:
        """False while the figures to scale it with have not come."""
        samples = part.samples
        hello = self._hellos.get(samples.generation)
        if hello is None:
            return False
        begin = part.index if self._next is None else self._next
        skip = begin - part.index
        if skip >= len(part):
            self.repeated += len(part)
            return True
        self.repeated += skip
        self._generation = samples.generation
        out.append(
            SampleRun(
                hello=hello,
                index=begin,
                raw=samples.raw[skip:],
                stamp_index=part.index,
                stamp_us=samples.time_us,
                arrival_ns=part.arrival_ns,
                after_loss=samples.after_loss,
                resent=samples.resent,
            )
        )
        self._next = part.end
        return True

    def _settle(self, out: list[AssemblyItem]) -> None:
        """Give out all there is, holes and all."""
        if self._next is None and self._parts:
            self._next = self._parts[0].index
        self._advance(out)
        while self._parts:
            self._give_up(out)
        if self._next is not None and self._next < self._head:
            self._bury(self._next, self._head, LossReason.LINK)
            self._advance(out)
