"""A recording shown as it was seen live."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

from rich.console import Console

from repclip.cli.hearing import Hearing, sounding
from repclip.cli.paging import NO_PAGE, PageChoice, paging
from repclip.cli.sitting import reps_so_far
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CueSettings
from repclip.engine.run import AT_ONCE
from repclip.live.console import display_for
from repclip.live.keys import Key, has_keys
from repclip.live.sitting import Sitting, sit
from repclip.live.state import LiveState
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.source import Chunk

__all__ = ["PIECE_S", "watch"]

PIECE_S: Final = 0.1  # of a file that holds no frames: as a board sends them


def watch(
    chunks: Callable[[], Iterator[Chunk]],
    state: LiveState,
    console: Console,
    *,
    speed: float | None,
    start_s: float = 0.0,
    page: PageChoice = NO_PAGE,
    cues: CueSettings | None = None,
    sound: bool = False,
) -> bool:
    """Show it ``speed`` times as fast as it was, or as fast as possible (None), until it or the user ends it.

    Whether ``start_s`` was reached.
    """
    clock = ReplayClock(time.monotonic_ns, speed)
    source = ReplaySource(chunks, clock, start_s=start_s)
    keys: tuple[Key, ...] = ()
    if has_keys():
        keys = (Key.QUIT,) if speed is None else (Key.PAUSE, Key.QUIT)
    params = state.exercise.counting()
    at_once = AT_ONCE if speed is None else 0
    engine = CueEngine(state.exercise, cues) if cues is not None else None

    async def run(heard: Hearing) -> None:
        async with paging(page, state, console, speed=speed, replay=True, cues=cues) as shown:
            sitting = Sitting(
                source,
                clock,
                params,
                keys=shown.keys_with(keys),
                hold=clock.hold,
                at_once=at_once,
                more_keys=shown.keys,
                cues=engine,
                sinks=(*heard.sinks, *shown.sinks),
                heard=lambda: not source.passing,
                abandon=heard.abandon,
            )
            display = display_for(console, sitting.keys, shown.cover)
            await sit(sitting, state, display, lambda: f"left at once: {reps_so_far(state)}", shown.companions)

    with sounding(cues, state, console, sound=sound) as heard:
        asyncio.run(run(heard))
    return not source.passing
