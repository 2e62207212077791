"""From a callback or a thread to whoever awaits: in order, stamped on arrival, and never more than so much."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import Final

from repclip.source import Channel, HostClock, LinkChange, LinkEvent, Packet

__all__ = ["CAPACITY", "Inbox"]

# Packets: 51 s of notifications at an MTU of 23 (80 a second, PROTOCOL.md section 6), several minutes at others, and
# 20 MB where each is as much as a serial line is read at a time. Who is slower than that does not keep up at all.
CAPACITY: Final = 4096


class Inbox:
    """What one connection brings. Any thread may put; one task of the loop that made it gets.

    When it is full new packets are dropped, and an OVERFLOW in their place says how many. The events of the link are
    never dropped: there are two at most, and one OVERFLOW between two packets.
    """

    def __init__(self, clock: HostClock, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._items: deque[Packet | LinkEvent] = deque()
        self._packets = 0
        self._ended = False
        self._lock = Lock()
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._awaited = False

    @property
    def ended(self) -> bool:
        """Whether the link is lost: nothing is taken any more."""
        return self._ended

    def put(self, channel: Channel, data: bytes) -> None:
        """Bytes that have just come."""
        with self._lock:
            if self._ended:
                return
            arrival_ns = self._clock()
            if self._packets < self._capacity:
                self._items.append(Packet(arrival_ns, channel, data))
                self._packets += 1
            else:
                self._overflow(arrival_ns)
            self._wake()

    def connected(self, text: str, signal_dbm: int | None = None) -> None:
        """The link is up, before whatever may have come already."""
        with self._lock:
            arrival_ns = self._items[0].arrival_ns if self._items else self._clock()
            self._items.appendleft(LinkEvent(arrival_ns, LinkChange.CONNECTED, text, signal_dbm=signal_dbm))
            self._wake()

    def end(self, reason: str) -> None:
        """The link is lost; what came before is still there to get. Of several reasons the first counts."""
        with self._lock:
            if not self._ended:
                self._ended = True
                self._items.append(LinkEvent(self._clock(), LinkChange.LOST, reason))
                self._wake()

    async def get(self) -> Packet | LinkEvent:
        """What comes next; LOST is the last."""
        while True:
            with self._lock:
                if self._items:
                    item = self._items.popleft()
                    self._packets -= isinstance(item, Packet)
                    return item
                self._news.clear()
                self._awaited = True
            await self._news.wait()

    def _overflow(self, arrival_ns: int) -> None:
        last = self._items[-1]
        if isinstance(last, LinkEvent) and last.change is LinkChange.OVERFLOW:
            self._items[-1] = replace(last, count=last.count + 1)
        else:
            text = "this program was too slow for what came"
            self._items.append(LinkEvent(arrival_ns, LinkChange.OVERFLOW, text, 1))

    def _wake(self) -> None:
        # Once for each wait, not once for each packet: the loop's own queue has no bound.
        if self._awaited:
            self._awaited = False
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                self._loop.call_soon_threadsafe(self._news.set)
