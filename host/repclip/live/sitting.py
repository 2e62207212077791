"""Engine, display, keys and signals put together: one sitting, from the first connection to the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NoReturn, Protocol

from repclip.cues.engine import CueEngine
from repclip.cues.types import Cue, CueSink
from repclip.engine.dialog import Sampling
from repclip.engine.outputs import Output, RecordingStopped, Sampled
from repclip.engine.run import Engine, Recorder
from repclip.live.console import Display
from repclip.live.keys import LIVE_KEYS, Key, Terminal, interrupts
from repclip.live.now import Moment
from repclip.live.state import LiveState
from repclip.source import ByteSource, HostClock, MarkKind
from repclip.wire import Status
from repsignal import CounterParams

__all__ = ["Companion", "Controls", "Sitting", "sit"]

_TICK_S: Final = 0.1  # the display is drawn ten times a second, and at once when there is news …
_LEAST_S: Final = 0.01  # … but never more often than this
_CUE_S: Final = 0.02  # how often it is looked for cues that are due
_AHEAD_S: Final = 0.5  # a phase's time runs on so long without samples
_INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_MARKS: Final = {
    Key.MARK: MarkKind.MARK,
    Key.UNDO: MarkKind.UNDO,
    Key.END_SET: MarkKind.END_SET,
    Key.PAIN: MarkKind.PAIN,
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """What to run. ``hold`` makes a replay stand still, or go on; None is live, where keys make marks.

    ``cues`` are given to the ``sinks`` while they are to be ``heard``.
    """

    source: ByteSource
    clock: HostClock
    params: CounterParams
    recorder: Recorder | None = None
    sampling: Sampling | None = None
    keys: tuple[Key, ...] = LIVE_KEYS
    hold: Callable[[bool], None] | None = None
    at_once: int = 0  # as of `Engine`
    marks: tuple[tuple[MarkKind, str], ...] = ()  # made at the beginning
    more_keys: Mapping[Key, Callable[[], None]] = field(default_factory=dict[Key, Callable[[], None]])
    cues: CueEngine | None = None
    sinks: tuple[CueSink, ...] = ()
    heard: Callable[[], bool] = lambda: True
    abandon: Callable[[], None] | None = None  # before the program is left at once: as a signal handler may


class Controls(Protocol):
    """A sitting, for whoever shows it elsewhere."""

    def moment(self) -> Moment:
        """Now."""
        ...

    def press(self, key: Key) -> None:
        """As if it had been pressed, whether there is a keyboard or not."""
        ...


class Companion(Protocol):
    """Shows what goes on somewhere else, in its own time. Neither waits, neither fails."""

    def begin(self, controls: Controls) -> None:
        """The sitting begins."""
        ...

    def told(self, output: Output) -> None:
        """Something was said, and the state has taken it."""
        ...


async def sit(
    sitting: Sitting,
    state: LiveState,
    display: Display,
    last_words: Callable[[], str],
    companions: Sequence[Companion] = (),
) -> None:
    """Until the source ends, the user wants it to, or there is nothing to do: no counting, and no more recording.

    ``last_words`` are said where a second Ctrl-C leaves at once.

    Raises
    ------
    LinkError
        when there is no first connection.

    """
    await _Run(sitting, state, display, last_words, companions).run()


class _Run:
    def __init__(
        self,
        sitting: Sitting,
        state: LiveState,
        display: Display,
        last_words: Callable[[], str],
        companions: Sequence[Companion],
    ) -> None:
        self._held = False
        self._companions = companions
        self._sitting = sitting
        self._state = state
        self._display = display
        self._last_words = last_words
        self._engine = Engine(
            sitting.source,
            sitting.clock,
            self._take,
            params=sitting.params,
            recorder=sitting.recorder,
            sampling=sitting.sampling,
            talk=sitting.hold is None,
            at_once=sitting.at_once,
        )
        self._terminal = Terminal(self._pressed, self._show, display.hide)
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._ending = False
        self._sampled_ns = 0

    async def run(self) -> None:
        for companion in self._companions:
            companion.begin(self)
        running = asyncio.create_task(self._engine.run())
        await asyncio.sleep(0)  # it has begun: now it can be stopped
        for kind, text in self._sitting.marks:
            self._engine.mark(kind, text)
        beside: list[asyncio.Task[None]] = []
        with interrupts(self._interrupted):
            self._terminal.open()
            try:
                if self._display.moves:
                    beside.append(asyncio.create_task(self._draw()))
                if self._sitting.cues is not None:
                    beside.append(asyncio.create_task(self._cue(self._sitting.cues)))
                await asyncio.wait([running, *beside], return_when=asyncio.FIRST_COMPLETED)
                if not running.done():
                    self._engine.stop()
                await running
                for task in beside:
                    if task.done():
                        task.result()  # the terminal is gone
            finally:
                for task in beside:
                    task.cancel()
                    await asyncio.wait([task])
                self._terminal.close()

    def _take(self, output: Output) -> None:
        news = self._state.take(output)
        if isinstance(output, Sampled) and len(output.block):
            self._sampled_ns = self._sitting.clock()
        if self._sitting.cues is not None:
            self._give(self._sitting.cues.take(output))
        self._display.told(self._state, output, news)
        for companion in self._companions:
            companion.told(output)
        if isinstance(output, RecordingStopped) and not self._state.counting:  # then there is nothing left to do
            self._loop.call_soon(self._engine.stop)
        if not isinstance(output, Sampled | Status):
            self._news.set()

    async def _draw(self) -> None:
        while True:
            self._news.clear()
            self._display.draw(self._state, self.moment())
            await asyncio.sleep(_LEAST_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S - _LEAST_S):
                    await self._news.wait()

    async def _cue(self, cues: CueEngine) -> None:
        while True:
            now_s = self._now_s()
            if now_s is not None:
                self._give(cues.at(now_s))
            await asyncio.sleep(_CUE_S)

    def _give(self, cues: Iterable[Cue]) -> None:
        sitting = self._sitting
        for cue in cues:
            if sitting.heard():
                now_s = self._now_s()
                for sink in sitting.sinks:
                    sink.hear(cue, cue.time_s if now_s is None else now_s)

    def _now_s(self) -> float | None:
        """The session's time: samples that are late, or are sent again, are of an earlier one."""
        now_ns = self._sitting.clock()
        told_s = self._engine.pipeline.session_s(now_ns)
        if told_s is None and self._state.samples:
            return self._state.newest_s + max(0.0, (now_ns - self._sampled_ns) * 1e-9)
        return told_s

    def moment(self) -> Moment:
        """Now."""
        now_ns = self._sitting.clock()
        ahead_s = (now_ns - self._sampled_ns) * 1e-9 if self._state.samples else 0.0
        held = None if self._sitting.hold is None else self._held
        return Moment(min(max(0.0, ahead_s), _AHEAD_S), now_ns, held)

    def _show(self) -> None:
        self._display.show()
        self._news.set()

    def press(self, key: Key) -> None:
        """As if it had been pressed."""
        if key is Key.QUIT:
            self._ending = True
            self._stop()
        elif key in self._sitting.more_keys:
            self._sitting.more_keys[key]()
            self._news.set()
        elif self._sitting.hold is not None:
            self._held = not self._held
            self._sitting.hold(self._held)
            self._state.say("the replay stands still" if self._held else "the replay goes on")
            self._news.set()
        elif key is Key.SIDE:
            self._engine.mark(MarkKind.SIDE, "right" if self._state.side == "left" else "left")
        else:
            toggle = MarkKind.RESUME if self._state.account.tally.paused else MarkKind.PAUSE
            self._engine.mark(_MARKS.get(key, toggle))

    def _pressed(self, key: Key) -> None:
        if key in self._sitting.keys:
            self.press(key)

    def _stop(self) -> None:
        self._state.say("finishing; Ctrl-C once more leaves at once")
        self._news.set()
        self._engine.stop()

    def _interrupted(self) -> None:
        if self._ending:
            self._leave()
        self._ending = True
        self._loop.call_soon_threadsafe(self._stop)

    def _leave(self) -> NoReturn:
        self._display.abandon()
        self._terminal.restore()
        if self._sitting.abandon is not None:
            self._sitting.abandon()
        with suppress(OSError):
            os.write(2, f"repclip: {self._last_words()}\n".encode("utf-8", "replace"))
        os._exit(_INTERRUPTED)
