"""What comes in is kept in order, up to a bound, and what is dropped is told."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from repclip.source import Channel, LinkChange, LinkEvent, Packet
from repclip.transports.inbox import Inbox

DATA = Channel.BLE_DATA
TOO_SLOW = "this program was too slow for what came"


def counting() -> Callable[[], int]:
    return itertools.count(1).__next__


async def everything(inbox: Inbox) -> list[Packet | LinkEvent]:
    got = [await inbox.get()]
    while not (isinstance(got[-1], LinkEvent) and got[-1].change is LinkChange.LOST):
        got.append(await inbox.get())
    return got


def test_in_order_with_the_time_of_arrival() -> None:
    async def test() -> None:
        inbox = Inbox(counting())
        inbox.put(DATA, b"a")
        inbox.put(Channel.BLE_CONTROL, b"b")
        inbox.end("gone")
        assert await everything(inbox) == [
            Packet(1, DATA, b"a"),
            Packet(2, Channel.BLE_CONTROL, b"b"),
            LinkEvent(3, LinkChange.LOST, "gone"),
        ]

    asyncio.run(test())


def test_connected_is_first_though_something_came_before() -> None:
    async def test() -> None:
        inbox = Inbox(counting())
        inbox.put(DATA, b"a")
        inbox.connected("it")
        inbox.end("gone")
        assert (await everything(inbox))[:2] == [LinkEvent(1, LinkChange.CONNECTED, "it"), Packet(1, DATA, b"a")]

    asyncio.run(test())


def test_the_end_is_the_end() -> None:
    async def test() -> None:
        inbox = Inbox(counting())
        inbox.end("first")
        inbox.end("second")
        inbox.put(DATA, b"late")
        assert await everything(inbox) == [LinkEvent(1, LinkChange.LOST, "first")]
        assert inbox.ended

    asyncio.run(test())


def test_what_is_dropped_is_told_in_its_place() -> None:
    async def test() -> None:
        inbox = Inbox(counting(), capacity=2)
        for data in (b"a", b"b", b"c", b"d"):
            inbox.put(DATA, data)
        assert await inbox.get() == Packet(1, DATA, b"a")
        inbox.put(DATA, b"e")  # there is room again, after the hole
        inbox.put(DATA, b"f")
        inbox.end("gone")  # never dropped
        assert await everything(inbox) == [
            Packet(2, DATA, b"b"),
            LinkEvent(3, LinkChange.OVERFLOW, TOO_SLOW, 2),
            Packet(5, DATA, b"e"),
            LinkEvent(6, LinkChange.OVERFLOW, TOO_SLOW, 1),
            LinkEvent(7, LinkChange.LOST, "gone"),
        ]

    asyncio.run(test())


@given(st.lists(st.booleans(), max_size=200), st.integers(1, 5))
def test_it_never_holds_more_and_nothing_is_unaccounted_for(steps: list[bool], capacity: int) -> None:
    """True: a packet comes. False: one is taken, if there is one."""

    async def test() -> None:
        inbox = Inbox(counting(), capacity)
        got: list[Packet | LinkEvent] = []
        put = 0
        for coming in steps:
            if coming:
                inbox.put(DATA, str(put).encode())
                put += 1
            elif inbox._items:
                got.append(await inbox.get())
            assert len(inbox._items) <= 2 * capacity + 1
        inbox.end("gone")
        got += await everything(inbox)
        at = 0
        for item in got[:-1]:
            if isinstance(item, Packet):
                assert item.data == str(at).encode()
                at += 1
            else:
                assert item.change is LinkChange.OVERFLOW
                at += item.count
        assert at == put
        assert [item.arrival_ns for item in got] == sorted(item.arrival_ns for item in got)

    asyncio.run(test())


def test_threads_may_put() -> None:
    async def test() -> None:
        inbox = Inbox(counting(), capacity=10_000)

        def work() -> None:
            for number in range(1000):
                inbox.put(DATA, str(number).encode())
            inbox.end("done")

        thread = threading.Thread(target=work)
        thread.start()
        got = await everything(inbox)
        thread.join()
        assert [item.data for item in got[:-1] if isinstance(item, Packet)] == [str(n).encode() for n in range(1000)]

    asyncio.run(test())


def test_who_waits_is_woken_by_a_thread() -> None:
    async def test() -> None:
        inbox = Inbox(counting())
        for data in (b"a", b"b"):
            waiting = asyncio.ensure_future(inbox.get())
            await asyncio.sleep(0)
            thread = threading.Thread(target=inbox.put, args=(DATA, data))
            thread.start()
            async with asyncio.timeout(5):
                item = await waiting
            thread.join()
            assert isinstance(item, Packet)
            assert item.data == data

    asyncio.run(test())


def test_a_thread_may_be_late() -> None:
    made: list[Inbox] = []

    async def test() -> None:
        made.append(Inbox(counting()))
        waiting = asyncio.ensure_future(made[0].get())
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(test())
    made[0].put(DATA, b"nobody is there any more")
