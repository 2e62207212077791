"""A board on the virtual radio, and a host that speaks to it through bleak."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

import micropython_runner
from bleak_over_bumble import BumbleClient
from repclip import wire
from virtual_radio import BOARD_ADDRESS, Radio

bleak = pytest.importorskip("bleak", reason="bleak is not installed")

T = TypeVar("T")
CONFIG: dict[str, Any] = {"board": "esp32", "self_test": False, "sleep_after_s": 0, "usb": False}


class AirHost:
    """One host; ``messages`` are those of both channels, in the order they came. Seconds are the board's."""

    def __init__(self, radio: Radio, mtu: int = 247) -> None:
        self.radio = radio
        self.messages: list[wire.Message] = []
        self.lost_links = 0
        self.damaged = self.missed = 0
        self.sizes: set[int] = set()
        self._tag = 0
        self._heartbeat: asyncio.Task[None] | None = None
        backend = type("Backend", (BumbleClient,), {"device": radio.host, "mtu": mtu})
        self.client = bleak.BleakClient(BOARD_ADDRESS, disconnected_callback=self._lost, backend=backend)
        self._data = wire.FrameDecoder(wire.Framing.BLE)
        self._control = wire.FrameDecoder(wire.Framing.BLE)

    def _lost(self, client: object) -> None:
        self.lost_links += 1

    async def connect(self, subscribe: bool = True) -> None:
        await asyncio.wait_for(self.radio.advertising.wait(), 10)
        await self.client.connect()
        self._data = wire.FrameDecoder(wire.Framing.BLE)
        self._control = wire.FrameDecoder(wire.Framing.BLE)
        if subscribe:
            await self.client.start_notify(wire.BLE_CONTROL_UUID, lambda _, data: self._came(self._control, data))
            await self.client.start_notify(wire.BLE_DATA_UUID, lambda _, data: self._came(self._data, data))
            self._heartbeat = asyncio.create_task(self._live())

    async def close(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.gather(self._heartbeat, return_exceptions=True)
        if self.client.is_connected:
            await self.client.disconnect()

    def _came(self, decoder: wire.FrameDecoder, data: bytearray) -> None:
        self.sizes.add(len(data))
        before = decoder.damaged, decoder.missed
        self.messages += decoder.feed(data)
        self.damaged += decoder.damaged - before[0]
        self.missed += decoder.missed - before[1]

    async def _live(self) -> None:
        while self.client.is_connected:
            await self.say(wire.AskTime(1, self._data.last_seq))
            await self.radio.passed(1)

    async def say(self, command: wire.Command) -> int:
        self._tag = self._tag % 255 + 1
        data = wire.encode_command(command, self._tag, wire.Framing.BLE)
        await self.client.write_gatt_char(wire.BLE_CONTROL_UUID, data, response=False)
        return self._tag

    async def listen(self, seconds: float) -> None:
        await self.radio.passed(seconds)

    async def wait(self, wanted: Callable[[wire.Message], bool], since: int = 0, seconds: float = 10) -> wire.Message:
        end_s = self.radio.now_s + seconds
        while True:
            for message in self.messages[since:]:
                if wanted(message):
                    return message
            assert self.radio.now_s < end_s, f"it did not come; last: {self.messages[-3:]}"
            await self.radio.passed(0.02)

    async def ask(self, command: wire.Command) -> wire.Answer:
        since = len(self.messages)
        tag = await self.say(command)
        answer = await self.wait(lambda m: isinstance(m, wire.Answer) and m.tag == tag, since)
        assert isinstance(answer, wire.Answer)
        return answer

    async def hello(self) -> wire.Hello:
        since = len(self.messages)
        assert (await self.ask(wire.AskHello())).ok
        found = await self.wait(lambda m: isinstance(m, wire.Hello), since)
        assert isinstance(found, wire.Hello)
        return found

    async def start(self, *figures: int) -> int:
        answer = await self.ask(wire.Start(*figures))
        assert isinstance(answer.detail, wire.Started), answer
        return answer.detail.first_index

    def of(self, kind: type[T]) -> list[T]:
        return [message for message in self.messages if isinstance(message, kind)]


@asynccontextmanager
async def board_on_air(heap: str = "224k", **settings: Any) -> AsyncIterator[tuple[Radio, subprocess.Popen[bytes]]]:
    async with Radio() as radio:
        settings = {**settings, "config": {**CONFIG, **settings.get("config", {})}, "radio": radio.port}
        process = _start(settings, heap)
        try:
            yield radio, process
        finally:
            process.kill()
            print(process.communicate()[0].decode(errors="replace"))


def _start(settings: dict[str, Any], heap: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        micropython_runner.command("device.py", heap=heap),
        env={**micropython_runner.environment(micropython_runner.compiled()), "DEVICE": json.dumps(settings)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@asynccontextmanager
async def board_and_host(mtu: int = 247, **settings: Any) -> AsyncIterator[AirHost]:
    async with board_on_air(**settings) as (radio, _):
        host = AirHost(radio, mtu)
        await host.connect()
        try:
            yield host
        finally:
            await host.close()
