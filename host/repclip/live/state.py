"""What there is to see at a moment of a session, as plain data: outputs go in, a frozen view comes out.

No I/O and no clock, so that a terminal, a page and a test draw the same. Times are seconds of the session; `arrival_ns`
and ``since_ns`` are the host's, as those of the chunks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, pairwise
from pathlib import Path
from typing import Final, Self

from repclip.cues.verdicts import fault_of
from repclip.engine.account import Account
from repclip.engine.outputs import (
    Counted,
    DeviceSeen,
    DeviceTrouble,
    Gap,
    Output,
    RecordingMoved,
    RecordingStopped,
    Sampled,
)
from repclip.live.news import Urgency, news_of
from repclip.session.exercise import Exercise
from repclip.session.statistics import phase_s
from repclip.session.tempo import PhaseTarget, Verdict
from repclip.source import LinkChange, LinkEvent, MarkKind
from repclip.wire import Status
from repclip.wording import one_line
from repsignal import Cycle, CycleFlag, Hole, PartialRep, Phase

__all__ = ["Keeping", "LinkState", "LinkView", "LiveState", "LiveView", "News", "PhaseTime", "RepRow", "Stage"]

_ROWS: Final = 24  # of the table: more than most terminals have lines
_NEWS: Final = 4


class Stage(StrEnum):
    """What is going on, apart from the link."""

    WAITING = "waiting"  # for the first set
    SET = "set"
    REST = "rest"  # after a set
    PAUSED = "paused"
    PAIN = "pain"  # until a set begins in spite of it


class LinkState(StrEnum):
    """How the link is."""

    FIRST = "first"  # there was none yet
    UP = "up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """How long a phase took, and what to think of it; None where that is not known, or not prescribed."""

    phase: Phase
    seconds: float | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class RepRow:
    """A rep as a line of the table; ``partial`` ones are not counted, and not judged."""

    set_index: int
    index: int
    partial: bool
    phases: tuple[PhaseTime, ...]  # all four, in order of time
    rom_deg: float
    flags: tuple[CycleFlag, ...]


@dataclass(frozen=True, slots=True)
class LinkView:
    """How the link does. ``rate_hz`` is measured; ``lost`` counts samples that will never come, None: nobody knows."""

    state: LinkState = LinkState.FIRST
    device: str = ""
    sensor: str = ""
    reason: str = ""  # why it is lost, and what is being done
    since_ns: int = 0  # when it was lost
    keeps_s: float | None = None  # so much the board has while there is no link
    rate_hz: float | None = None
    gaps: int = 0
    lost: int | None = 0
    signal_dbm: int | None = None  # as it was when the link came up
    battery_percent: int | None = None
    temperature_c: float | None = None
    overflowed: int = 0  # packets that this program was too slow for
    trouble: str = ""  # why the device does not measure


@dataclass(frozen=True, slots=True)
class Keeping:
    """What becomes of what comes: ``text`` says it, ``stopped`` why no more is written.

    ``replayed`` says in a word or two that nothing comes now, but was recorded; it is empty where that is not so.
    ``name`` is the file's within ``text``, ``brief`` is ``text`` without it; both are empty where there is no file.
    """

    text: str
    stopped: str = ""
    replayed: str = ""
    name: str = ""
    brief: str = ""

    @classmethod
    def to(cls, path: Path) -> Self:
        """It is recorded there."""
        name = one_line(path.name)
        return cls(f"recording {name}", name=name, brief="recording")

    @classmethod
    def replay(cls, path: Path, speed: float | None, *, simulated: bool) -> Self:
        """It was recorded there, and goes by so many times as fast as it was; ``None``: as fast as can be."""
        nobody = ", simulated" if simulated else ""
        pace = "as fast as possible" if speed is None else f"{speed:g}x"
        name, replayed = one_line(path.name), f"replay{nobody}"
        return cls(f"replay of {name}{nobody}, {pace}", replayed=replayed, name=name, brief=f"{replayed}, {pace}")


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, in words; ``time_s`` is None before the first sample."""

    time_s: float | None
    text: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class LiveView:
    """All that a display needs. ``reps`` and ``partials`` are those of the set ``set_index``, going on or just over."""

    exercise: Exercise
    caution: str  # empty where it is not to be shown
    counting: bool
    stage: Stage
    paused: bool
    set_index: int
    reps: int
    partials: int
    phase: Phase | None
    begun_s: float  # when the phase, the rest or the pause began
    newest_s: float | None  # of the samples
    samples: int
    rows: tuple[RepRow, ...]  # the last ones, oldest first
    link: LinkView
    news: tuple[News, ...]  # the last ones, newest first
    keeping: Keeping
    side: str | None  # which leg, where it was told
    fix: str  # what to do better than in the last rep of the set that goes on; empty where that was well

    @property
    def target(self) -> PhaseTarget | None:
        """Of the phase that is going on."""
        return None if self.phase is None else self.exercise.tempo.target(self.phase)


class LiveState:
    """Takes all outputs, in order; ``view`` is how it looks now.

    The exercise's tempo is the one to hold durations against. With ``counting`` off only the link is of interest.
    ``caution`` is the exercise's where it is to be shown.
    """

    def __init__(self, exercise: Exercise, keeping: Keeping, *, counting: bool = True, caution: str = "") -> None:
        self.account = Account()
        self.samples = 0
        self.ever_linked = False
        self._exercise = exercise
        self._counting = counting
        self._caution = caution
        self._keeping: Keeping = keeping
        self._link: LinkView = LinkView()
        self._newest_s: float | None = None
        self._paused_s = 0.0
        self._news: deque[News] = deque(maxlen=_NEWS)
        self._rows: tuple[RepRow, ...] | None = None
        self._fix = ""
        if caution:
            self._news.append(News(None, caution, Urgency.NOTE))

    @property
    def exercise(self) -> Exercise:
        """With the tempo to hold durations against."""
        return self._exercise

    @property
    def counting(self) -> bool:
        """Whether the reps are of interest."""
        return self._counting

    @property
    def keeping(self) -> Keeping:
        """What becomes of what comes."""
        return self._keeping

    @property
    def newest_s(self) -> float:
        """Of the samples; 0 where there are none."""
        return self._newest_s or 0.0

    @property
    def rate_hz(self) -> float | None:
        """As it was measured."""
        return self._link.rate_hz

    @property
    def side(self) -> str | None:
        """Which leg it is, as it was told last."""
        told = [mark.text for mark in self.account.tally.marks if mark.kind is MarkKind.SIDE]
        return told[-1] if told else None

    @property
    def last_rep(self) -> RepRow | None:
        """The one told last, of the set that is going on."""
        tally = self.account.tally
        if not self._counting or not tally.reps:
            return None
        return _row(self._exercise, tally.set_index, tally.reps[-1], None)

    def take(self, output: Output) -> News | None:
        """This was said; what of it is worth a line, if anything."""
        tally = self.account.tally
        undone, paused = tally.undone, tally.paused
        self.account.take(output)
        match output:
            case Sampled(block, rate_hz):
                self.samples += len(block)
                if len(block):
                    self._newest_s = float(block.time_s[-1])
                    # A file of another program tells of no link: its samples are enough.
                    first = self._link.state is LinkState.FIRST
                    state = LinkState.UP if first else self._link.state
                    self._link = replace(self._link, state=state, rate_hz=rate_hz or None, trouble="")
                return None
            case Counted(event):
                self._rows = None
                if isinstance(event, Hole) and not event.bridged and not self.ever_linked:
                    self._link = _with_gap(self._link, event.missing)
            case LinkEvent():
                self._linked(output)
            case DeviceSeen(hello):
                device = one_line(hello.name) or self._link.device
                keeps_s = hello.ring_samples * 1000 / hello.rate_mhz if hello.rate_mhz else None
                self._link = replace(self._link, sensor=one_line(hello.sensor), device=device, keeps_s=keeps_s)
            case Status():
                battery, temperature = output.battery_percent, output.temperature_c
                self._link = replace(self._link, battery_percent=battery, temperature_c=temperature)
            case Gap(count=count):
                self._link = _with_gap(self._link, count)
            case DeviceTrouble(reason):
                self._link = replace(self._link, trouble=one_line(reason))
            case RecordingMoved(path):
                self._keeping = Keeping.to(path)
            case RecordingStopped(reason):
                self._keeping = replace(self._keeping, stopped=reason)
            case _:
                self._rows = None  # a mark may have undone one
        if tally.paused and not paused:
            self._paused_s = self._newest_s or 0.0
        return self._told(output, undone=tally.undone > undone)

    def say(self, text: str, urgency: Urgency = Urgency.NOTE) -> News:
        """A line of the display's own."""
        news = News(self._newest_s, one_line(text), urgency)
        self._news.appendleft(news)
        return news

    def view(self) -> LiveView:
        """How it looks now."""
        tally = self.account.tally
        over = tally.sets[-1] if tally.sets and not tally.reps and not tally.partials and tally.phase is None else None
        if self._rows is None:
            self._rows = self._last_rows()
            self._fix = self._fault()
        going_on = tally.phase is not None or tally.reps or tally.partials
        if tally.pain and not going_on:
            stage, begun_s = Stage.PAIN, 0.0
        elif tally.paused:
            stage, begun_s = Stage.PAUSED, self._paused_s
        elif over is not None:
            stage, begun_s = Stage.REST, over.end_s
        elif going_on:
            stage, begun_s = Stage.SET, tally.phase_start_s
        else:
            stage, begun_s = Stage.WAITING, 0.0
        return LiveView(
            exercise=self._exercise,
            caution=self._caution,
            counting=self._counting,
            stage=stage,
            paused=tally.paused,
            set_index=tally.set_index if over is None else over.index,
            reps=len(tally.reps if over is None else over.reps),
            partials=len(tally.partials if over is None else over.partials),
            phase=tally.phase,
            begun_s=begun_s,
            newest_s=self._newest_s,
            samples=self.samples,
            rows=self._rows,
            link=self._link,
            news=tuple(self._news),
            keeping=self._keeping,
            side=self.side,
            fix=self._fix,
        )

    def _linked(self, event: LinkEvent) -> None:
        link, text = self._link, one_line(event.text)
        match event.change:
            case LinkChange.CONNECTED:
                self.ever_linked = True
                device, signal_dbm = link.device or text, event.signal_dbm
                self._link = replace(link, state=LinkState.UP, device=device, signal_dbm=signal_dbm, reason="")
            case LinkChange.LOST:
                since_ns = event.arrival_ns
                self._link = replace(link, state=LinkState.LOST, signal_dbm=None, reason=text, since_ns=since_ns)
            case LinkChange.SEARCHING:
                self._link = replace(link, reason=text)
            case LinkChange.OVERFLOW:
                self._link = replace(link, overflowed=link.overflowed + event.count)

    def _told(self, output: Output, *, undone: bool) -> News | None:
        if not self._counting and isinstance(output, Counted):
            return None
        told = news_of(output, undone=undone, counting=self._counting)
        return self.say(*told) if told else None

    def _fault(self) -> str:
        tally = self.account.tally
        last = max([*tally.reps, *tally.partials], key=_begin_s, default=None)
        fault = None if last is None else fault_of(last, self._exercise, tally.reps)
        return "" if fault is None else fault.text

    def _last_rows(self) -> tuple[RepRow, ...]:
        tally = self.account.tally
        rows = list(_rows(self._exercise, tally.set_index, [*tally.reps, *tally.partials]))
        for one in reversed(tally.sets):
            if len(rows) >= _ROWS:
                break
            rows[:0] = _rows(self._exercise, one.index, [*one.reps, *one.partials])
        return tuple(rows[-_ROWS:])


def _with_gap(link: LinkView, count: int | None) -> LinkView:
    lost = None if link.lost is None or count is None else link.lost + count
    return replace(link, gaps=link.gaps + 1, lost=lost)


def _rows(exercise: Exercise, set_index: int, cycles: list[Cycle]) -> Iterator[RepRow]:
    cycles = sorted(cycles, key=_begin_s)
    for cycle, following in pairwise(chain[Cycle | None](cycles, (None,))):
        if cycle is not None:
            yield _row(exercise, set_index, cycle, following)


def _begin_s(cycle: Cycle) -> float:
    return cycle.start_s or cycle.top_s or cycle.end_s or 0.0


def _row(exercise: Exercise, set_index: int, cycle: Cycle, following: Cycle | None) -> RepRow:
    pause_s = cycle.pause_s
    if pause_s is None and following is not None and cycle.end_s is not None and following.start_s is not None:
        pause_s = max(0.0, following.start_s - cycle.end_s)  # the set's end will tell it more exactly
    partial = isinstance(cycle, PartialRep)
    times = [(phase, pause_s if phase is Phase.PAUSE else phase_s(cycle, phase)) for phase in cycle.phases]
    phases = tuple(
        PhaseTime(phase, seconds, None if partial else _verdict(exercise.tempo.target(phase), seconds))
        for phase, seconds in times
    )
    return RepRow(set_index, cycle.index, partial, phases, cycle.rom_deg, cycle.flags)


def _verdict(target: PhaseTarget | None, seconds: float | None) -> Verdict | None:
    """As the reports have it: of what is shown, in tenths of a second."""
    return None if target is None or seconds is None else target.verdict(round(seconds, 1))
