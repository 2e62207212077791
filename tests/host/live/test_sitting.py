"""What is shown when, without a terminal: a display that remembers."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from rich.console import Console

from live_scenes import connected, in_a_set, sampled
from repclip.engine.outputs import Output, Sampled
from repclip.errors import RepclipError
from repclip.live import sitting as module
from repclip.live.console import Lines, Screen, display_for
from repclip.live.keys import LIVE_KEYS
from repclip.live.now import Moment
from repclip.live.sitting import Sitting, sit
from repclip.live.state import Keeping, LiveState, News
from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.recording.writer import RecordingWriter
from repclip.session.exercise import find_exercise
from repclip.source import Chunk, HostMark, MarkKind, session_clock
from repclip.testing.scripted import ScriptedSource
from repsignal import CounterParams, Phase

BALL = find_exercise("prone-thigh-extension-ball")


class Remembering:
    """A display; ``seen`` are the reps that were drawn, ``wanted`` is set when there are so many."""

    moves = True

    def __init__(self, wanted: int = 5) -> None:
        self.seen: list[int] = []
        self.aheads: list[float] = []
        self.enough = asyncio.Event()
        self.shown = False
        self._wanted = wanted

    def show(self) -> None:
        self.shown = True

    def hide(self) -> None:
        self.shown = False

    def draw(self, state: LiveState, moment: Moment) -> None:
        assert self.shown
        self.seen.append(state.view().reps)
        self.aheads.append(moment.ahead_s)
        if self.seen[-1] >= self._wanted:
            self.enough.set()

    def told(self, state: LiveState, output: Output, news: News | None) -> None:
        pass

    def abandon(self) -> None:
        pass


def new_state() -> LiveState:
    return LiveState(BALL, Keeping("not recorded"))


def nothing() -> str:
    return ""


def test_a_rep_is_drawn_at_once(session_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at the next tick, which here never comes."""
    monkeypatch.setattr(module, "_TICK_S", 10_000.0)

    async def test() -> None:
        display = Remembering()
        source = ScriptedSource(RecordingReader(session_file).chunks(), stays=True)
        running = asyncio.create_task(
            sit(Sitting(source, session_clock(), CounterParams()), new_state(), display, nothing)
        )
        async with asyncio.timeout(30):
            await display.enough.wait()
        assert display.seen[-1] == 5
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert not display.shown

    asyncio.run(test())


def test_time_runs_on_for_half_a_second_at_most(session_file: Path) -> None:
    async def test() -> None:
        display = Remembering()
        now_ns = 0

        def clock() -> int:
            nonlocal now_ns
            now_ns += 40_000_000
            return now_ns

        source = ScriptedSource(RecordingReader(session_file).chunks())
        await sit(Sitting(source, clock, CounterParams()), new_state(), display, nothing)
        assert max(display.aheads) <= 0.5
        assert max(display.aheads) > 0.0

    asyncio.run(test())


def test_a_display_that_fails_ends_it(session_file: Path) -> None:
    class Failing(Remembering):
        def draw(self, state: LiveState, moment: Moment) -> None:
            raise OSError(5, "the terminal is gone")

    async def test() -> None:
        display = Failing()
        source = ScriptedSource(RecordingReader(session_file).chunks(), stays=True)
        with pytest.raises(OSError, match="gone"):
            await sit(Sitting(source, session_clock(), CounterParams()), new_state(), display, nothing)
        assert not display.shown

    asyncio.run(test())


def test_a_recorder_that_fails_is_told_and_counting_goes_on(session_file: Path) -> None:
    class Full:
        def __init__(self) -> None:
            self.room = 100

        def write(self, chunk: Chunk) -> None:
            self.room -= 1
            if self.room < 0:
                raise RepclipError("the disk is full")

        def commit(self) -> None:
            pass

    async def test() -> None:
        state = new_state()
        source = ScriptedSource(RecordingReader(session_file).chunks())
        sitting = Sitting(source, session_clock(), CounterParams(), Full())
        await sit(sitting, state, Remembering(), nothing)
        assert state.keeping.stopped == "the disk is full"
        assert state.account.tally.total_reps == 5

    asyncio.run(test())


def test_what_is_told_beforehand_is_recorded(session_file: Path, tmp_path: Path) -> None:
    told = ((MarkKind.SIDE, "left"), (MarkKind.NOTE, "tired"))

    async def test() -> list[HostMark]:
        with RecordingWriter(tmp_path / "a.repclip") as writer:
            source = ScriptedSource(RecordingReader(session_file).chunks())
            sitting = Sitting(source, session_clock(), CounterParams(), writer, marks=told)
            await sit(sitting, new_state(), Remembering(), nothing)
        chunks = RecordingReader(tmp_path / "a.repclip").chunks()
        return [chunk for chunk in chunks if isinstance(chunk, HostMark)]

    assert [(mark.kind, mark.text) for mark in asyncio.run(test())] == list(told)


def test_a_replay_is_what_live_was(session_file: Path) -> None:
    """Output by output; only what the talk with the board found out is live's own."""

    async def play(source: Callable[[], ScriptedSource | ReplaySource], clock: Callable[[], int]) -> list[str]:
        said: list[str] = []

        class Listening(Remembering):
            moves = False

            def told(self, state: LiveState, output: Output, news: News | None) -> None:
                if not isinstance(output, Sampled):
                    said.append(repr(output))

        sitting = Sitting(source(), clock, CounterParams(), hold=lambda _: None)
        await sit(sitting, new_state(), Listening(), nothing)
        return said

    chunks = list(RecordingReader(session_file).chunks())
    fast = ReplayClock(lambda: 0, None)
    lived = asyncio.run(play(lambda: ScriptedSource(chunks), session_clock()))
    replayed = asyncio.run(play(lambda: ReplaySource(lambda: iter(chunks), fast), fast))
    assert lived == replayed
    assert len(lived) > 30


# Displays


class TerminalFile(io.StringIO):
    def isatty(self) -> bool:
        return True


def screen(**options: bool) -> tuple[Screen, TerminalFile]:
    file = TerminalFile()
    console = Console(file=file, force_terminal=True, width=80, height=24, _environ={}, **options)
    display = display_for(console, LIVE_KEYS)
    assert isinstance(display, Screen)
    return display, file


def state_after(outputs: list[Output], *, counting: bool = True) -> LiveState:
    state = LiveState(BALL, Keeping("not recorded"), counting=counting)
    for output in outputs:
        state.take(output)
    return state


def test_what_has_not_changed_is_not_written() -> None:
    display, file = screen()
    state = state_after(in_a_set(3, Phase.HOLD, 1.0))
    display.show()
    display.draw(state, Moment())
    written = len(file.getvalue())
    display.draw(state, Moment())
    assert len(file.getvalue()) == written
    display.draw(state, Moment(ahead_s=0.2))
    assert 0 < len(file.getvalue()) - written < 200, "the bar alone"


def test_a_hidden_screen_is_not_drawn_on() -> None:
    display, file = screen()
    display.draw(state_after([]), Moment())
    assert file.getvalue() == ""
    display.show()
    display.hide()
    written = file.getvalue()
    display.hide()
    display.draw(state_after([]), Moment())
    assert file.getvalue() == written


def test_shown_again_all_is_drawn_again() -> None:
    display, file = screen()
    state = state_after(in_a_set(3, Phase.HOLD, 1.0))
    display.show()
    display.draw(state, Moment())
    once = file.getvalue().count("Prone thigh")
    display.hide()
    display.show()
    display.draw(state, Moment())
    assert file.getvalue().count("Prone thigh") == 2 * once


def test_no_screen_for_a_file_even_where_colour_is_forced() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, _environ={"FORCE_COLOR": "1"})
    assert isinstance(display_for(console, ()), Lines)


def test_a_recording_says_each_minute_that_it_goes_on() -> None:
    file = io.StringIO()
    lines = Lines(Console(file=file))
    state = LiveState(BALL, Keeping("not recorded"), counting=False)
    link, hello, status, first = connected()
    for output in (link, hello, status, first):
        lines.told(state, output, state.take(output))
    for second in range(1, 130):
        for output in (sampled(float(second), 100), status):
            lines.told(state, output, state.take(output))
    assert file.getvalue().splitlines() == [
        "         connected: repclip-7F3A",
        "   1:00  repclip-7F3A, 100.0 Hz, no gaps, battery 80 %, found at -61 dBm",
        "   2:00  repclip-7F3A, 100.0 Hz, no gaps, battery 80 %, found at -61 dBm",
    ]
