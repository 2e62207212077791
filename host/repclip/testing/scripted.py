"""A link that brings what it is told to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable

from repclip.source import Chunk, LinkChange, LinkEvent
from repclip.wire import Framing

__all__ = ["Answering", "ScriptedSource"]

Answering = Callable[[bytes], Iterable[Chunk]]  # a command → what the device brings because of it

_NAME = "scripted"


class ScriptedSource:
    """A `ByteSource`: the script's chunks, one by one, as fast as they are taken, and then its end.

    ``answer`` is called with each command; what it returns comes before the rest of the script. What was sent is in
    ``sent``. With ``stays`` the source does not end with the script, and `bring` gives it more.
    """

    def __init__(
        self,
        script: Iterable[Chunk] = (),
        *,
        framing: Framing = Framing.SERIAL,
        answer: Answering | None = None,
        stays: bool = False,
    ) -> None:
        self.sent: list[bytes] = []
        self.reconnects: list[str] = []  # the reasons
        self._script = tuple(script)
        self._framing = framing
        self._answer = answer
        self._stays = stays
        self._next: deque[Chunk] = deque()  # before the script goes on
        self._news = asyncio.Event()
        self._linked = False
        self._time_ns = 0

    @property
    def framing(self) -> Framing:
        """As it was made."""
        return self._framing

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """A CONNECTED, if the script has none to begin with, then the script; each time anew."""
        rest = deque(self._script)
        if not (rest and isinstance(rest[0], LinkEvent)):
            rest.appendleft(LinkEvent(rest[0].arrival_ns if rest else 0, LinkChange.CONNECTED, _NAME))
        self._next.clear()
        try:
            while True:
                await asyncio.sleep(0)  # whoever else has something to do, as to send, comes first
                if self._next or rest:
                    yield self._passing(self._next.popleft() if self._next else rest.popleft())
                elif self._stays:
                    self._news.clear()
                    await self._news.wait()
                else:
                    return
        finally:
            self._linked = False

    async def send(self, data: bytes) -> bool:
        """Keep it, and bring what it is answered with; False while the script has no link."""
        if not self._linked:
            return False
        self.sent.append(data)
        if self._answer is not None:
            self.bring(*self._answer(data))
        return True

    async def reconnect(self, reason: str) -> None:
        """A LOST with that reason, and a CONNECTED."""
        self.reconnects.append(reason)
        if self._linked:
            self.bring(
                LinkEvent(self._time_ns, LinkChange.LOST, reason),
                LinkEvent(self._time_ns, LinkChange.CONNECTED, _NAME),
            )

    def bring(self, *chunks: Chunk) -> None:
        """These come next."""
        self._next.extend(chunks)
        self._news.set()

    def _passing(self, chunk: Chunk) -> Chunk:
        if isinstance(chunk, LinkEvent) and chunk.change is not LinkChange.OVERFLOW:
            self._linked = chunk.change is LinkChange.CONNECTED
        self._time_ns = max(self._time_ns, chunk.arrival_ns)
        return chunk
