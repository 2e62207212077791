"""What the host tells the device, and when: hello, start, time each second, resend what is missing.

Plain and synchronous: ``due(now)`` gives the commands to send now, ``heard`` takes what came. Nothing of this is
needed to replay a recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from repclip.engine.assembly import Assembly
from repclip.wire import (
    Answer,
    AskHello,
    AskTime,
    Command,
    CommandKind,
    Hello,
    Message,
    Overrun,
    Resend,
    Resending,
    Result,
    Samples,
    Start,
    Started,
    Status,
    StatusFlag,
    Stop,
    Unknown,
)

__all__ = ["Dialog", "Sampling"]

_SECOND_NS: Final = 1_000_000_000
_AGAIN_NS: Final = _SECOND_NS  # PROTOCOL.md, section 3: so long without an answer, and a command is repeated …
_TRIES: Final = 4  # … three times
_TIME_NS: Final = _SECOND_NS  # section 5
_QUIET_NS: Final = _SECOND_NS // 2  # without a frame of what is to come again: its end was lost on the way
_TROUBLE_NS: Final = 2 * _SECOND_NS  # between two tries of a START that was refused
_TAGS: Final = 255
_WRAP: Final = 1 << 32

_REFUSALS: Final = {
    Result.NO_SENSOR: "the board finds no sensor: check its four wires, then press reset",
    Result.BUSY: "the board is busy",
    Result.BAD_VALUE: "the board does not offer this rate or range",
    Result.UNKNOWN_VERSION: "the board speaks another version of the protocol",
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to sample: of what the device offers, the nearest (rate) or the next larger (ranges) is taken."""

    rate_hz: int = 100
    acc_range_g: int = 4
    gyr_range_dps: int = 1000

    def offered(self, hello: Hello) -> Start:
        """The START for this device."""
        return Start(
            _nearest(self.rate_hz, hello.rates_hz),
            _next_larger(self.acc_range_g, hello.acc_ranges_g),
            _next_larger(self.gyr_range_dps, hello.gyr_ranges_dps),
        )


def _nearest(wanted: int, offers: Sequence[int]) -> int:
    return min(offers, key=lambda offer: abs(offer - wanted), default=0)


def _next_larger(wanted: int, offers: Sequence[int]) -> int:
    return min((offer for offer in offers if offer >= wanted), default=max(offers, default=0))


@dataclass(slots=True)
class _Asked:
    command: Command
    tag: int
    at_ns: int
    tries: int = 1


class Dialog:
    """The talk on one link after another; ``connected`` begins a new one."""

    def __init__(self, assembly: Assembly, sampling: Sampling | None = None) -> None:
        self._assembly = assembly
        self._sampling = sampling or Sampling()
        self._on = False
        self._hello: Hello | None = None
        self._started = False
        self._wait_until_ns = 0
        self._asked: _Asked | None = None  # hello, start or resend
        self._time_at_ns = 0
        self._unanswered = 0  # TIMEs
        self._resend_end: int | None = None  # of what is being sent again
        self._resend_ns = 0  # when something of it last came
        self._tag = 0
        self.trouble: str | None = None  # why there are no samples, for the user
        self.met = False  # whether any device said hello
        self.too_new: int | None = None  # a version of the protocol that this program does not know
        self.dead: str | None = None  # why the link is to be dropped

    @property
    def streaming(self) -> bool:
        """Whether the device said that it sends samples."""
        return self._started

    def connected(self, now_ns: int) -> None:
        """A new link: whoever is there says hello first."""
        self._on = True
        self._hello = None
        self._started = False
        self._asked = None
        self._wait_until_ns = now_ns
        self._time_at_ns = now_ns + _TIME_NS
        self._unanswered = 0
        self._resend_end = None
        self.dead = self.trouble = None

    def lost(self) -> None:
        """The link is gone."""
        self._on = self._started = False

    def heard(self, messages: Sequence[Message], now_ns: int) -> None:
        """What came on the link."""
        for message in messages:
            match message:
                case Hello():
                    known = self._hello
                    if known is not None and known.boot_id != message.boot_id:
                        self._started = False
                    self._hello = message
                    self.met = True
                    self._wait_until_ns = now_ns
                case Answer():
                    self._answered(message, now_ns)
                case Samples(index=index, resent=True):
                    self._came_again(index + len(message), now_ns)
                case Overrun(index=index, lost=lost, resent=True):
                    self._came_again(index + lost, now_ns)
                case Status():
                    if message.flags & StatusFlag.STREAM_ELSEWHERE and self._started:
                        self.trouble = "another program took the stream; stop it, or press q and start again"
                    elif self._started and not message.flags & StatusFlag.STREAM_HERE:
                        self._started = False  # it forgot, or booted
                case Unknown(version) if version > 1:
                    self.too_new = version
                case _:
                    pass

    def _answered(self, answer: Answer, now_ns: int) -> None:
        if answer.command == CommandKind.TIME:
            self._unanswered = 0
        asked = self._asked
        if asked is None or answer.tag != asked.tag:
            return
        self._asked = None
        match asked.command:
            case Start() if answer.ok and isinstance(answer.detail, Started):
                self._started = True
                self.trouble = None
            case Start():
                self.trouble = _REFUSALS.get(Result(answer.result), "the board refuses") if answer.result <= 9 else None
                self.trouble = self.trouble or f"the board refuses, reason {answer.result}"
                self._wait_until_ns = now_ns + _TROUBLE_NS
            case Resend() if answer.ok and isinstance(answer.detail, Resending):
                self._resend_ns = now_ns
                self._resend_end = (answer.detail.first + answer.detail.count) % _WRAP
            case Resend():
                self._wait_until_ns = now_ns + _AGAIN_NS  # busy, for one: not again at once
            case AskHello() if self._hello is None:
                self._wait_until_ns = now_ns + _AGAIN_NS  # the frame itself was lost
            case _:
                pass

    def due(self, now_ns: int, data_seq: int | None) -> list[tuple[Command, int]]:
        """Commands to send now, with their tags. ``data_seq`` is the last frame of the data channel."""
        if not self._on or self.dead is not None:
            return []
        out: list[tuple[Command, int]] = []
        if self._asked is not None:
            self._repeat(self._asked, now_ns, out)
        elif now_ns >= self._wait_until_ns:
            self._ask(now_ns, out)
        if now_ns >= self._time_at_ns:
            self._time_at_ns = now_ns + _TIME_NS
            self._unanswered += 1
            if self._unanswered > _TRIES:
                self.dead = f"the sensor has not answered for {_TRIES} s"
            out.append((AskTime(now_ns, data_seq), self._next_tag()))
        return out

    def farewell(self) -> list[tuple[Command, int]]:
        """What to say before the link is closed."""
        return [(Stop(), self._next_tag())] if self._on and self._started else []

    def _repeat(self, asked: _Asked, now_ns: int, out: list[tuple[Command, int]]) -> None:
        if now_ns - asked.at_ns < _AGAIN_NS:
            return
        if asked.tries >= _TRIES:
            self.dead = f"the sensor does not answer, asked {_TRIES} times"
            return
        asked.tries += 1
        asked.at_ns = now_ns
        out.append((asked.command, asked.tag))

    def _ask(self, now_ns: int, out: list[tuple[Command, int]]) -> None:
        command: Command | None = None
        if self._hello is None or self._assembly.stranger:
            command = AskHello()
            self._wait_until_ns = now_ns + _AGAIN_NS
        elif not self._started:
            command = self._sampling.offered(self._hello)
        else:
            command = self._resend(now_ns)
        if command is not None:
            self._asked = _Asked(command, self._next_tag(), now_ns)
            out.append((command, self._asked.tag))

    def _came_again(self, end: int, now_ns: int) -> None:
        self._resend_ns = now_ns
        if end % _WRAP == self._resend_end:
            self._resend_end = None

    def _resend(self, now_ns: int) -> Resend | None:
        """What is missing, as soon as what was asked for before has come, or does not come."""
        missing = self._assembly.missing
        if missing is None or (self._resend_end is not None and now_ns - self._resend_ns < _QUIET_NS):
            return None
        self._resend_end = None
        return Resend(*missing)

    def _next_tag(self) -> int:
        self._tag = self._tag % _TAGS + 1
        return self._tag
