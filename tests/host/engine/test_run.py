"""The loop around the pipeline: how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import numpy as np

from repclip.engine.run import Engine
from repclip.source import Chunk, Packet, session_clock
from repclip.testing.device import SimulatedDevice
from repclip.testing.scripted import ScriptedSource
from repclip.wire import Framing, Start, Stop


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
