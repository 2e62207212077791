"""The page of one sitting: what is to be seen goes out to all that are open, what is pressed there comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from repclip.cues.types import Cue
from repclip.engine.outputs import Output, Sampled
from repclip.errors import PageError
from repclip.live.keys import Key
from repclip.live.now import Moment
from repclip.live.sitting import Controls
from repclip.live.state import LiveState
from repclip.page.address import addresses_of
from repclip.page.client import Newest, Pace
from repclip.page.guard import Guard
from repclip.page.message import cue_object, view_parts
from repclip.page.pictures import Summary, summary_of
from repclip.page.request import Wish
from repclip.page.server import ALL_ADDRESSES, LOOPBACK, Server
from repclip.report.json_values import Json
from repsignal import SetEnd

__all__ = ["LIVE_WISHES", "ONE_LEG_WISHES", "REPLAY_WISHES", "Page"]

ONE_LEG_WISHES: Final = tuple(Wish)
LIVE_WISHES: Final = tuple(wish for wish in Wish if wish is not Wish.SIDE)
REPLAY_WISHES: Final = (Wish.PAUSE, Wish.RESUME)

_TICK_S: Final = 0.1  # times go on so often …
_LEAST_S: Final = 0.02  # … and news is taken together for so long
_LAST_PICTURE_S: Final = 5.0  # for the picture of all sets: then the page ends without
_KEYS: Final = {
    Wish.PAUSE: Key.PAUSE,
    Wish.RESUME: Key.PAUSE,
    Wish.UNDO: Key.UNDO,
    Wish.END_SET: Key.END_SET,
    Wish.SIDE: Key.SIDE,
    Wish.PAIN: Key.PAIN,
}


class Page:
    """Served while it is entered (``async with``). A companion of a sitting, and a sink for cues.

    ``wishes`` are the buttons that do something, ``speed`` how many times as fast as a clock the session's time runs
    (0: nobody knows). Without ``voice`` pages play tones alone. With ``lan`` it is there for the whole network, behind
    a token; else for this computer alone. With ``or_any`` it is at another port where that one is taken.
    """

    def __init__(
        self,
        state: LiveState,
        wishes: Sequence[Wish],
        *,
        speed: float = 1.0,
        port: int = 0,
        or_any: bool = False,
        lan: bool = False,
        voice: bool = True,
        pace: Pace | None = None,
    ) -> None:
        self._state = state
        self._wishes = tuple(wishes)
        self._speed = speed
        self._port = port
        self._or_any = or_any
        self._voice = voice
        self._host = ALL_ADDRESSES if lan else LOOPBACK
        self._guard = Guard(token=lan)
        self._newest = Newest({})
        self._server = Server(self._guard, self._newest, self._wished, self._joined, pace)
        self._controls: Controls | None = None
        self._news = asyncio.Event()
        self._over = False
        self._ended: SetEnd | None = None  # the set that was over last …
        self._summary: Summary | None = None  # … and what is to be said of it
        self._to_draw = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.joined = False  # whether anybody ever opened it

    @property
    def addresses(self) -> list[str]:
        """Where it is, the likeliest first."""
        return addresses_of(self._guard.port, self._guard.token)

    @property
    def token(self) -> str | None:
        """What a page has to know; None where nothing is asked."""
        return self._guard.token

    @property
    def open_pages(self) -> int:
        """How many there are now."""
        return self._server.pages

    async def __aenter__(self) -> Self:
        try:
            await self._server.start(self._host, self._port)
        except PageError:
            if not self._or_any:
                raise
            await self._server.start(self._host, 0)
        self._tasks = [asyncio.create_task(self._pump()), asyncio.create_task(self._draw())]
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        try:
            if self._server.pages:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LAST_PICTURE_S):
                        await self._sum_up(self._state.account.tally.sets, "All done")
            self._over = True
            self._renew()
        finally:
            await self._server.stop()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- the sitting's side ------------------------------------------------------------------------------------------

    def begin(self, controls: Controls) -> None:
        """The sitting begins."""
        self._controls = controls

    def told(self, output: Output) -> None:
        """Something was said, and the state has taken it."""
        if not isinstance(output, Sampled):
            self._news.set()
        sets = self._state.account.tally.sets
        ended = sets[-1] if sets else None
        if ended is not self._ended:  # another one, or a rep of it was undone
            self._ended = ended
            self._to_draw.set()

    def hear(self, cue: Cue, now_s: float) -> None:
        """Let all pages play it."""
        late_s = (cue.until_s - now_s) / (self._speed or 1.0)
        self._server.hear(cue_object(cue), asyncio.get_running_loop().time() + late_s)

    # --- the pages' side ---------------------------------------------------------------------------------------------

    def _joined(self) -> None:
        self.joined = True
        self._renew()
        if self._summary is None and self._ended is not None:
            self._to_draw.set()

    def _wished(self, wish: Wish) -> None:
        controls = self._controls
        if controls is None or self._over or wish not in self._wishes:
            return
        if wish in (Wish.PAUSE, Wish.RESUME) and self._paused == (wish is Wish.PAUSE):
            return  # somebody else was quicker
        controls.press(_KEYS[wish])
        self._news.set()

    @property
    def _paused(self) -> bool:
        return bool(self._moment.held) or self._state.account.tally.paused

    @property
    def _moment(self) -> Moment:
        return Moment() if self._controls is None else self._controls.moment()

    # --- what is to be seen ------------------------------------------------------------------------------------------

    async def _pump(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._news.wait()
            self._news.clear()
            if self._server.pages:
                self._renew()
            await asyncio.sleep(_LEAST_S)

    def _renew(self) -> None:
        parts = self._parts()
        if parts != self._newest.parts:
            self._newest.parts = parts
            self._newest.seq += 1
            self._server.wake()

    def _parts(self) -> dict[str, Json]:
        moment = self._moment
        parts = view_parts(self._state.view(), moment, speed=0.0 if moment.held else self._speed)
        parts["buttons"] = [] if self._controls is None or self._over else [wish.value for wish in self._wishes]
        parts["paused"] = self._paused
        parts["summary"] = None if self._summary is None else self._summary.as_object()
        parts["voice"] = self._voice
        parts["over"] = self._over
        return parts

    # --- what was done -----------------------------------------------------------------------------------------------

    async def _draw(self) -> None:
        while True:
            await self._to_draw.wait()
            self._to_draw.clear()
            if self._ended is not None and self._server.pages:
                await self._sum_up([self._ended], f"Set {self._ended.index} done")

    async def _sum_up(self, sets: Sequence[SetEnd], heading: str) -> None:
        tally = self._state.account.tally
        exercise = self._state.exercise
        self._summary = await asyncio.to_thread(summary_of, list(sets), exercise, list(tally.marks), heading)
        self._renew()
