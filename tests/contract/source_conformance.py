"""What every `repclip.source.ByteSource` must do; each runs these same tests.

A kind of source joins with a *rig*, which is the source together with whatever is at its other end, and a class::

    class TestReplay(SourceConformance):
        @pytest.fixture
        def make_rig(self, tmp_path): ...  # a function that returns an async context manager, which gives a `Rig`

What is played from a file is told with `Rig.prepare` what will come, and has nothing to do in ``say`` and ``lose``.
What leads to a device takes `LinkConformance`, which asks more.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from typing import Any

import pytest

from repclip.source import ByteSource, Channel, Chunk, LinkChange, LinkEvent, Packet
from repclip.wire import Framing

LIMIT_S = 30.0
CAPACITY = 4  # of a source whose rig is made with ``capacity``: packets that wait
FDS = Path("/proc/self/fd")


class Rig(ABC):
    """A source, and the device at its other end."""

    source: ByteSource
    channel = Channel.SERIAL
    whole = True  # what the device says at once is one packet

    async def prepare(self, *links: Sequence[bytes]) -> None:  # noqa: B027 - most have nothing to prepare
        """Told before anything is read: with each connection these will come."""

    @abstractmethod
    async def say(self, data: bytes) -> None:
        """The device says this."""

    @abstractmethod
    async def lose(self) -> None:
        """The link is lost; the device is there again right after."""


class LinkRig(Rig):
    """One that leads to a device, which listens, and may be away."""

    @property
    @abstractmethod
    def heard(self) -> bytes:
        """What the device got since it was connected."""

    @abstractmethod
    async def vanish(self) -> None:
        """The link is lost, and the device is away."""

    @abstractmethod
    async def appear(self) -> None:
        """It is there again."""

    async def lose(self) -> None:
        await self.vanish()
        await self.appear()


MakeRig = Callable[..., AbstractAsyncContextManager[Rig]]
MakeLinkRig = Callable[..., AbstractAsyncContextManager[LinkRig]]


def run(test: Coroutine[Any, Any, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(LIMIT_S):
            await test

    asyncio.run(limited())


async def until(wanted: Callable[[], bool]) -> None:
    while not wanted():  # noqa: ASYNC110 - of threads and descriptors nobody tells
        await asyncio.sleep(0.005)


def is_event(chunk: Chunk, change: LinkChange) -> bool:
    return isinstance(chunk, LinkEvent) and chunk.change is change


def data_of(chunks: Sequence[Chunk]) -> bytes:
    return b"".join(chunk.data for chunk in chunks if isinstance(chunk, Packet))


def changes_of(chunks: Sequence[Chunk]) -> list[LinkChange]:
    return [chunk.change for chunk in chunks if isinstance(chunk, LinkEvent)]


async def play(rig: Rig, *links: Sequence[bytes]) -> list[Chunk]:
    """Let the device say these with each connection, and lose it in between: what comes of it."""
    got: list[Chunk] = []
    connections = said = 0
    async with aclosing(rig.source.chunks()) as chunks:
        async for chunk in chunks:
            got.append(chunk)
            if isinstance(chunk, LinkEvent) and chunk.change is not LinkChange.CONNECTED:
                continue
            if isinstance(chunk, LinkEvent):
                for data in links[connections]:
                    await rig.say(data)
                    said += len(data)
                connections += 1
            if len(data_of(got)) == said:
                if connections == len(links):
                    break
                await rig.lose()
    return got


def open_files() -> int:
    """How many this process has; 0 where the system does not tell so."""
    return len(list(FDS.iterdir())) if FDS.is_dir() else 0


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


class SourceConformance:
    """For every source."""

    def test_first_is_connected(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                await rig.prepare([b"one"])
                got = await play(rig, [b"one"])
                assert is_event(got[0], LinkChange.CONNECTED)
                assert isinstance(got[0], LinkEvent)
                assert got[0].text, "it says what it is connected with"
                assert changes_of(got) == [LinkChange.CONNECTED]

        run(test())

    @pytest.mark.parametrize("size", [1, 7, 20, 64, 240])
    def test_bytes_come_as_they_were_sent(self, make_rig: MakeRig, size: int) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                whole = bytes(range(256)) * 2
                pieces = cut(whole, size)
                await rig.prepare(pieces)
                got = await play(rig, pieces)
                packets = [chunk for chunk in got if isinstance(chunk, Packet)]
                assert data_of(got) == whole
                assert all(type(packet.data) is bytes and packet.data for packet in packets)
                assert {packet.channel for packet in packets} == {rig.channel}
                if rig.whole:
                    assert [packet.data for packet in packets] == pieces

        run(test())

    def test_arrivals_never_step_back(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                links = [[b"a", b"b", b"c"], [b"d"], [b"e", b"f"]]
                await rig.prepare(*links)
                arrivals = [chunk.arrival_ns for chunk in await play(rig, *links)]
                assert arrivals == sorted(arrivals)
                assert arrivals[0] >= 0

        run(test())

    def test_a_lost_link_comes_back(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                links = [[b"before", b"and"], [b"after"], [b"at", b"last"]]
                await rig.prepare(*links)
                got = await play(rig, *links)
                assert data_of(got) == b"beforeandafteratlast"
                told = [change for change in changes_of(got) if change is not LinkChange.SEARCHING]
                assert told == [LinkChange.CONNECTED, *[LinkChange.LOST, LinkChange.CONNECTED] * 2]
                losses = [at for at, chunk in enumerate(got) if is_event(chunk, LinkChange.LOST)]
                assert [data_of(got[:at]) for at in losses] == [b"beforeand", b"beforeandafter"]
                reasons = [chunk.text for at in losses if isinstance(chunk := got[at], LinkEvent)]
                assert len(reasons) == len(losses)
                assert all(reasons), "it says why"

        run(test())

    def test_it_can_be_read_twice(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                await rig.prepare([b"one", b"two"])
                for _ in range(2):
                    got = await play(rig, [b"one", b"two"])
                    assert is_event(got[0], LinkChange.CONNECTED)
                    assert data_of(got) == b"onetwo"

        run(test())

    def test_closing_early_leaves_nothing(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                await rig.prepare([b"one", b"two"])
                await play(rig, [b"one"])  # what others make once and keep, as their caches, is made now
                tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
                files = open_files()
                async with aclosing(rig.source.chunks()) as chunks:
                    async for chunk in chunks:
                        await rig.say(b"two")
                        assert is_event(chunk, LinkChange.CONNECTED)
                        break
                await until(lambda: asyncio.all_tasks() <= tasks)
                await until(lambda: set(threading.enumerate()) <= threads)
                await until(lambda: open_files() <= files)

        run(test())

    def test_send_says_whether_there_is_a_link(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                await rig.prepare([b"one"])
                assert await rig.source.send(b"too early") is False
                await play(rig, [b"one"])
                assert await rig.source.send(b"too late") is False

        run(test())

    def test_framing_is_that_of_the_channel(self, make_rig: MakeRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                assert isinstance(rig.source.framing, Framing)
                assert rig.source.framing is rig.channel.framing

        run(test())


class LinkConformance(SourceConformance):
    """For those that lead to a device. ``make_rig`` takes ``capacity``."""

    def test_what_is_sent_gets_there(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig() as rig, aclosing(rig.source.chunks()) as chunks:
                await anext(chunks)
                for data in (b"\0one\0", bytes(range(20)), b"three"):
                    assert await rig.source.send(data) is True
                sent = b"\0one\0" + bytes(range(20)) + b"three"
                await until(lambda: len(rig.heard) >= len(sent))
                assert rig.heard == sent

        run(test())

    def test_opening_sends_nothing(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                await play(rig, [b"one", b"two"])
                assert rig.heard == b""

        run(test())

    def test_many_at_once_are_sent_whole(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig() as rig, aclosing(rig.source.chunks()) as chunks:
                await anext(chunks)
                pieces = [bytes([number]) * 20 for number in range(1, 31)]
                assert all(await asyncio.gather(*[rig.source.send(piece) for piece in pieces]))
                await until(lambda: len(rig.heard) >= 600)
                assert sorted(cut(rig.heard, 20)) == pieces

        run(test())

    def test_a_device_that_is_away_is_waited_for(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig() as rig, aclosing(rig.source.chunks()) as chunks:
                await anext(chunks)
                await rig.vanish()
                assert is_event(await anext(chunks), LinkChange.LOST)
                assert await rig.source.send(b"nobody there") is False
                searching = await anext(chunks)
                assert is_event(searching, LinkChange.SEARCHING)
                assert isinstance(searching, LinkEvent)
                assert searching.text
                following = asyncio.ensure_future(anext(chunks))
                await asyncio.wait([following], timeout=0.3)
                assert await rig.source.send(b"nobody there") is False
                await rig.appear()
                chunk = await following
                while is_event(chunk, LinkChange.SEARCHING):
                    chunk = await anext(chunks)
                assert is_event(chunk, LinkChange.CONNECTED)
                assert await rig.source.send(b"welcome")
                await until(lambda: rig.heard == b"welcome")

        run(test())

    def test_reconnect_makes_a_new_link(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig() as rig:
                await rig.source.reconnect("nothing to drop")
                async with aclosing(rig.source.chunks()) as chunks:
                    assert is_event(await anext(chunks), LinkChange.CONNECTED)
                    await rig.say(b"before")
                    assert data_of([await anext(chunks)])
                    await rig.source.reconnect("it says nothing")
                    assert await rig.source.send(b"it is given up") is False
                    chunk = await anext(chunks)
                    while isinstance(chunk, Packet):
                        chunk = await anext(chunks)
                    assert isinstance(chunk, LinkEvent)
                    assert (chunk.change, chunk.text) == (LinkChange.LOST, "it says nothing")
                    chunk = await anext(chunks)
                    while is_event(chunk, LinkChange.SEARCHING):
                        chunk = await anext(chunks)
                    assert is_event(chunk, LinkChange.CONNECTED)
                    await rig.say(b"after")
                    got: list[Chunk] = []
                    while len(data_of(got)) < 5:
                        got.append(await anext(chunks))
                    assert data_of(got) == b"after"

        run(test())

    def test_who_is_too_slow_is_told(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig(capacity=CAPACITY) as rig, aclosing(rig.source.chunks()) as chunks:
                await anext(chunks)
                pieces = [b"%04d" % number for number in range(100)]
                for piece in pieces:
                    await rig.say(piece)
                    await asyncio.sleep(0.002)
                got = [await anext(chunks) for _ in range(CAPACITY + 1)]
                assert all(isinstance(chunk, Packet) for chunk in got[:-1])
                assert b"".join(pieces).startswith(data_of(got))
                told = got[-1]
                assert isinstance(told, LinkEvent)
                assert told.change is LinkChange.OVERFLOW
                assert told.count >= 1
                if rig.whole:
                    assert told.count == len(pieces) - CAPACITY
                assert told.text
                await rig.say(b"keeps up now")
                rest: list[Chunk] = []
                while not data_of(rest).endswith(b"keeps up now"):
                    rest.append(await anext(chunks))
                arrivals = [chunk.arrival_ns for chunk in [*got, *rest]]
                assert arrivals == sorted(arrivals)

        run(test())

    def test_reading_it_twice_at_once_is_refused(self, make_rig: MakeLinkRig) -> None:
        async def test() -> None:
            async with make_rig() as rig, aclosing(rig.source.chunks()) as chunks:
                await anext(chunks)
                with pytest.raises(RuntimeError, match="read already"):
                    await anext(rig.source.chunks())

        run(test())

    def test_who_gives_up_reading_is_disconnected(self, make_rig: MakeLinkRig) -> None:
        """Ctrl-C ends the task that reads, in the middle of a wait."""

        async def test() -> None:
            async with make_rig() as rig:

                async def read() -> None:
                    async with aclosing(rig.source.chunks()) as chunks:
                        async for _ in chunks:
                            connected.set()

                connected = asyncio.Event()
                task = asyncio.create_task(read())
                await connected.wait()
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()
                assert await rig.source.send(b"too late") is False
                assert is_event((await play(rig, [b"one"]))[0], LinkChange.CONNECTED)

        run(test())
