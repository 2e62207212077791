"""The loop that all links share: connected, lost, searching, connected again."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final, Protocol

from repclip.errors import LinkError, NoConnectionError
from repclip.source import Chunk, HostClock, LinkChange, LinkEvent
from repclip.transports.inbox import CAPACITY, Inbox
from repclip.wire import Framing

__all__ = ["Link", "Patience", "RetryingSource"]

_CLOSE_S: Final = 5.0  # BlueZ takes 2 s to disconnect
_LEAST_S: Final = 1.0  # for another try: in less nothing is found, and then that would be the reason told


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. ``delays_s`` lie before the tries to connect, the first one included; the last is repeated."""

    first_s: float = 20.0  # until there must be a connection: who has just switched the sensor on waits so long
    again_s: float = 20.0  # one try after a loss; then the reason is told, and another begins
    delays_s: tuple[float, ...] = (
        0.0,  # most losses last a moment, and a board advertises again at once
        0.25,  # a board with USB of its own is listed again about half a second after a reset
        0.5,
        1.0,
        2.0,  # no longer: a board's ring holds 20 s at 100 Hz, and what is waited here may be missing there
    )
    steady_s: float = 5.0  # a connection that lived so long was a good one: the delays begin anew

    def delays(self) -> Iterator[float]:
        """Without an end."""
        return chain(self.delays_s, repeat(self.delays_s[-1]))


class Link(Protocol):
    """One connection, open. What it brings goes into the inbox it was made with, and so does its end."""

    @property
    def name(self) -> str:
        """What it leads to, for people."""
        ...

    @property
    def signal_dbm(self) -> int | None:
        """How strong it was heard before; None: unknown, or by cable."""
        ...

    async def send(self, data: bytes) -> bool:
        """Write; False when that was not possible."""
        ...

    async def close(self) -> None:
        """Disconnect and free everything, whether or not the link is lost."""
        ...


class RetryingSource(ABC):
    """A `ByteSource` whose link is made by ``_connect``, and made again for ever once it was there."""

    def __init__(self, clock: HostClock, patience: Patience | None, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._patience = patience or Patience()
        self._capacity = capacity
        self._link: Link | None = None
        self._inbox: Inbox | None = None
        self._sending = asyncio.Lock()
        self._read = False

    @property
    @abstractmethod
    def framing(self) -> Framing:
        """How commands are wrapped on this link."""

    @abstractmethod
    async def _connect(self, inbox: Inbox, limit_s: float) -> Link:
        """Find the device and connect, within the limit.

        Raises
        ------
        LinkError
            with the reason, and what the user can do about it. `NoConnectionError` is worth another try.

        """

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """CONNECTED, packets, LOST, SEARCHING (again when its reason changes), CONNECTED, and so on.

        Raises
        ------
        LinkError
            when there is no first connection.

        """
        if self._read:
            raise RuntimeError("this source is being read already: close that first")
        self._read = True
        try:
            inbox = await self._first()
            delays = self._patience.delays()
            while True:
                begun_ns = self._clock()
                lost = False
                while not lost:
                    item = await inbox.get()
                    lost = isinstance(item, LinkEvent) and item.change is LinkChange.LOST
                    yield item
                name = await self._close()
                if self._clock() - begun_ns >= self._patience.steady_s * 1e9:
                    delays = self._patience.delays()
                told = f"looking for {name}"
                yield self._searching(told)
                found = None
                while found is None:
                    await asyncio.sleep(next(delays))
                    try:
                        found = await self._open(self._patience.again_s)
                    except LinkError as exc:
                        if str(exc) != told:
                            told = str(exc)
                            yield self._searching(told)
                inbox = found
        finally:
            self._read = False
            await self._close()

    async def send(self, data: bytes) -> bool:
        """Write one command; False when there is no link now. Raises nothing else."""
        link, inbox = self._link, self._inbox
        if link is None or inbox is None:
            return False
        async with self._sending:  # BlueZ refuses a write while another is under way
            return not inbox.ended and await link.send(data)

    async def reconnect(self, reason: str) -> None:
        """Drop the present link, if there is one; a new one is sought."""
        if self._link is not None and self._inbox is not None:
            self._inbox.end(reason)

    async def _first(self) -> Inbox:
        now = asyncio.get_running_loop().time
        deadline = now() + self._patience.first_s
        delays = self._patience.delays()
        delay = next(delays)
        while True:
            await asyncio.sleep(delay)
            try:
                return await self._open(deadline - now())
            except NoConnectionError:
                delay = next(delays)
                if now() + delay + _LEAST_S > deadline:
                    raise

    async def _open(self, limit_s: float) -> Inbox:
        inbox = Inbox(self._clock, self._capacity)
        link = await self._connect(inbox, limit_s)
        inbox.connected(link.name, link.signal_dbm)
        self._inbox, self._link, self._sending = inbox, link, asyncio.Lock()
        return inbox

    async def _close(self) -> str:
        link, self._link = self._link, None
        if link is None:
            return ""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await link.close()
        return link.name

    def _searching(self, text: str) -> LinkEvent:
        return LinkEvent(self._clock(), LinkChange.SEARCHING, text)
