"""How often and how long it is tried, with a link that is made up."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from repclip.errors import LinkError, LinkPortError, NoConnectionError
from repclip.source import Channel, LinkChange, LinkEvent
from repclip.transports.inbox import Inbox
from repclip.transports.retry import Patience, RetryingSource
from repclip.wire import Framing

STUCK = NoConnectionError("it", "does not answer")
BUSY = LinkPortError("it", "is busy", reason="busy")


class MadeUp(RetryingSource):
    """``tries`` say what comes of each: an error, or None for a link."""

    def __init__(self, *tries: LinkError | None, patience: Patience | None = None) -> None:
        self.now_ns = 0
        super().__init__(lambda: self.now_ns, patience)
        self.tries = list(tries)
        self.limits: list[float] = []
        self.closed = 0
        self.inbox: Inbox | None = None

    @property
    def framing(self) -> Framing:
        return Framing.SERIAL

    async def _connect(self, inbox: Inbox, limit_s: float) -> MadeUp:
        self.limits.append(limit_s)
        outcome = self.tries.pop(0)
        if outcome is not None:
            raise outcome
        self.inbox = inbox
        return self

    # The link

    name = "made up"
    signal_dbm = None

    async def send(self, data: bytes) -> bool:
        return True

    async def close(self) -> None:
        self.closed += 1

    def lose(self, after_s: float) -> None:
        assert self.inbox is not None
        self.now_ns += round(after_s * 1e9)
        self.inbox.end("lost it")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was slept; the time of the loop goes on by so much, at once."""
    naps: list[float] = []
    sleep = asyncio.sleep

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", nap)
    monkeypatch.setattr(asyncio.BaseEventLoop, "time", lambda _: sum(naps))
    return naps


def test_the_first_connection_is_tried_for_so_long(slept: list[float]) -> None:
    async def test() -> None:
        source = MadeUp(*[STUCK] * 100)
        with pytest.raises(NoConnectionError, match="it: does not answer"):
            await anext(source.chunks())
        assert 17 < sum(slept) <= 20
        assert slept[:6] == [0.0, 0.25, 0.5, 1.0, 2.0, 2.0]
        assert source.limits[:3] == [20.0, 19.75, 19.25]

    asyncio.run(test())


def test_there_is_time_for_each_try(slept: list[float]) -> None:
    async def test() -> None:
        source = MadeUp(*[STUCK] * 100, patience=Patience(first_s=1.2))
        with pytest.raises(NoConnectionError):
            await anext(source.chunks())
        assert slept == [0.0]

    asyncio.run(test())


def test_what_waiting_does_not_mend_is_told_at_once(slept: list[float]) -> None:
    async def test() -> None:
        source = MadeUp(BUSY)
        with pytest.raises(LinkPortError, match="it: is busy"):
            await anext(source.chunks())
        assert slept == [0.0]
        # Whoever mended it may read it then.
        source.tries = [None]
        async with aclosing(source.chunks()) as chunks:
            assert await anext(chunks) == LinkEvent(0, LinkChange.CONNECTED, "made up")

    asyncio.run(test())


def test_later_it_is_tried_for_ever_and_each_reason_told_once(slept: list[float]) -> None:
    async def test() -> None:
        source = MadeUp(None, *[BUSY] * 50, *[STUCK] * 50, BUSY, None)
        async with aclosing(source.chunks()) as chunks:
            await anext(chunks)
            source.lose(after_s=1.0)
            got = [await anext(chunks) for _ in range(6)]
        assert [(event.change.name, event.text) for event in got if isinstance(event, LinkEvent)] == [
            ("LOST", "lost it"),
            ("SEARCHING", "looking for made up"),
            ("SEARCHING", "it: is busy"),
            ("SEARCHING", "it: does not answer"),
            ("SEARCHING", "it: is busy"),
            ("CONNECTED", "made up"),
        ]
        assert slept[1:8] == [0.0, 0.25, 0.5, 1.0, 2.0, 2.0, 2.0]
        assert set(source.limits[1:]) == {20.0}
        assert source.closed == 2

    asyncio.run(test())


def test_the_delays_begin_anew_after_a_steady_connection_only(slept: list[float]) -> None:
    async def test() -> None:
        source = MadeUp(*[None] * 6)
        async with aclosing(source.chunks()) as chunks:
            for after_s in (1.0, 1.0, 1.0, 6.0, 1.0):
                await anext(chunks)
                source.lose(after_s)
                await anext(chunks)
                await anext(chunks)
            await anext(chunks)
        assert slept == [0.0, 0.0, 0.25, 0.5, 0.0, 0.25]

    asyncio.run(test())


def test_a_link_that_does_not_close_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck(MadeUp):
        async def close(self) -> None:
            await asyncio.Event().wait()

    async def test() -> None:
        source = Stuck(None)
        chunks = source.chunks()
        await anext(chunks)
        await chunks.aclose()

    monkeypatch.setattr("repclip.transports.retry._CLOSE_S", 0.01)
    asyncio.run(test())


def test_a_link_that_brings_something_at_once() -> None:
    class Early(MadeUp):
        async def _connect(self, inbox: Inbox, limit_s: float) -> MadeUp:
            inbox.put(Channel.SERIAL, b"early")
            return await super()._connect(inbox, limit_s)

    async def test() -> None:
        async with aclosing(Early(None).chunks()) as chunks:
            first = await anext(chunks)
            assert isinstance(first, LinkEvent)
            assert first.change is LinkChange.CONNECTED

    asyncio.run(test())
