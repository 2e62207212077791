"""One page that is open: it is sent the newest state, at its own pace.

Nothing waits for it. What has changed since the last message is worked out when the next one can be sent, so that a
slow page gets fewer messages, not older ones. Cues that have become too old are left out. A page that takes nothing any
more is cut off, and comes back by itself when it can.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from repclip.page.message import SCHEMA, Parts, changed
from repclip.report.json_values import Json

__all__ = ["OVER", "Client", "Newest", "Pace"]

OVER: Final = 4000  # close code: the session is over. 4000 to 4999 are free for programs (RFC 6455, 7.4.2)
_MOST_CUES: Final = 16  # waiting; older ones are dropped


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a page is sent something."""

    least_s: float = 0.1  # between two states
    alive_s: float = 2.0  # without news something is sent all the same: the page knows then that the link is there
    patience_s: float = 5.0  # for a message to go out


@dataclass(slots=True)
class Newest:
    """The state that all pages are to have; ``seq`` counts them."""

    parts: Parts
    seq: int = 0


class Client:
    """Sends on ``socket`` until ``finish`` or the other side ends it; ``abort`` cuts it off."""

    def __init__(
        self, socket: web.WebSocketResponse, abort: Callable[[], None], newest: Newest, pace: Pace | None = None
    ) -> None:
        self._socket = socket
        self._abort = abort
        self._newest = newest
        self._pace = pace or Pace()
        self._sent: Parts = {}
        self._cues: deque[tuple[float, Json]] = deque(maxlen=_MOST_CUES)
        self._woken = asyncio.Event()
        self._finishing = False

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    def hear(self, cue: Json, until: float) -> None:
        """To be played, unless it is later than that by the loop's clock when it can be sent."""
        self._cues.append((until, cue))
        self._woken.set()

    def finish(self) -> None:
        """Send what is new, then close."""
        self._finishing = True
        self._woken.set()

    async def run(self) -> None:
        """Until the end, whoever makes it."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        try:
            while True:
                await self._next(due)
                last = self._finishing
                text = self._message(loop.time())
                async with asyncio.timeout(self._pace.patience_s):
                    await self._socket.send_str(text)
                    if last:
                        await self._socket.close(code=OVER)
                        return
                due = loop.time() + self._pace.least_s
        except (TimeoutError, ConnectionError):
            self._abort()

    async def _next(self, due: float) -> None:
        """Wait for news, and for as long as the pace asks for; cues go out at once."""
        await self._woken_within(self._pace.alive_s)
        while not self._cues and not self._finishing:
            early_s = due - asyncio.get_running_loop().time()
            if early_s <= 0.0:
                break
            self._woken.clear()
            await self._woken_within(early_s)
        self._woken.clear()

    async def _woken_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def _message(self, now: float) -> str:
        newest = self._newest.parts
        message: dict[str, Json] = {"seq": self._newest.seq, "state": changed(newest, self._sent)}
        if not self._sent:
            message["schema"] = SCHEMA
        self._sent = newest
        cues = [cue for until, cue in self._cues if now <= until]
        self._cues.clear()
        if cues:
            message["cues"] = cues
        return json.dumps(message, separators=(",", ":"), allow_nan=False)
