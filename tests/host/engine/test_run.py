"""The loop around the pipeline: how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

import numpy as np
import pytest

from repclip.engine.outputs import DeviceTrouble, Output
from repclip.engine.run import Engine
from repclip.errors import WrongDeviceError
from repclip.source import Channel, Chunk, HostClock, LinkChange, LinkEvent, Packet, session_clock
from repclip.testing.device import SimulatedDevice
from repclip.testing.scripted import ScriptedSource
from repclip.wire import Framing, Kind, Start, Stop
from repclip.wire.frame import seal


class Rig:
    """An engine with a device in memory."""

    def __init__(self) -> None:
        self.device = SimulatedDevice(np.zeros((100, 6), dtype=np.int16))
        self.engine = Engine(
            ScriptedSource(framing=Framing.BLE, answer=self._answer, stays=True), session_clock(), lambda _: None
        )
        self._started = asyncio.Event()

    async def streaming(self) -> None:
        async with asyncio.timeout(10):
            await self._started.wait()
        for _ in range(5):  # its answers are read
            await asyncio.sleep(0)

    def _answer(self, data: bytes) -> Iterable[Chunk]:
        answers = [Packet(0, channel, piece) for channel, piece in self.device.receive(data)]
        if isinstance(self.device.commands[-1], Start):
            self._started.set()
        return answers


def test_who_stops_tells_the_device_first() -> None:
    async def test() -> None:
        rig = Rig()
        running = asyncio.create_task(rig.engine.run())
        await rig.streaming()
        rig.engine.stop()
        rig.engine.stop()
        await running
        assert [command for command in rig.device.commands if isinstance(command, Stop)] == [Stop()]

    asyncio.run(test())


def test_who_is_cancelled_tells_the_device_first() -> None:
    async def test() -> None:
        rig = Rig()
        running = asyncio.create_task(rig.engine.run())
        await rig.streaming()
        running.cancel()
        await running
        assert rig.device.commands[-1] == Stop()

    asyncio.run(test())


def quick_clock() -> HostClock:
    """Eight seconds, as a board that is silent would be given, are over soon."""
    now_s = 0.0

    def clock() -> int:
        nonlocal now_s
        now_s += 0.5
        return round(now_s * 1e9)

    return clock


def test_who_never_says_hello_is_no_sensor() -> None:
    engine = Engine(Silent(), quick_clock(), lambda _: None)
    with pytest.raises(WrongDeviceError, match="repclip flash"):
        asyncio.run(engine.run())


def test_who_speaks_a_later_protocol_is_told_to_be_newer() -> None:
    told: list[Output] = []
    engine = Engine(Silent(seal(Kind.STATUS, 0, 0, b"", version=2)), quick_clock(), told.append)
    with pytest.raises(WrongDeviceError, match=r"newer than this program \(protocol 2\): update repclip"):
        asyncio.run(engine.run())
    assert sum(isinstance(one, DeviceTrouble) for one in told) == 1


class Silent:
    """A link to something that never answers, whatever it says of its own."""

    framing = Framing.BLE

    def __init__(self, *frames: bytes) -> None:
        self._next: asyncio.Queue[Chunk] = asyncio.Queue()
        self._next.put_nowait(LinkEvent(0, LinkChange.CONNECTED, "it"))
        for frame in frames:
            self._next.put_nowait(Packet(0, Channel.BLE_DATA, frame))

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        while True:
            yield await self._next.get()

    async def send(self, data: bytes) -> bool:
        return True

    async def reconnect(self, reason: str) -> None:
        self._next.put_nowait(LinkEvent(0, LinkChange.LOST, reason))
        self._next.put_nowait(LinkEvent(0, LinkChange.CONNECTED, "it"))


def test_a_fault_in_the_talk_is_not_hidden() -> None:
    async def test() -> None:
        def broken(data: bytes) -> Iterable[Chunk]:
            raise ZeroDivisionError

        source = ScriptedSource(framing=Framing.BLE, answer=broken, stays=True)
        with pytest.raises(ZeroDivisionError):
            await Engine(source, session_clock(), lambda _: None).run()

    asyncio.run(test())
