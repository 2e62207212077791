"""The sources and the real firmware on MicroPython: samples come, and come again after the link was lost."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")
if os.name == "nt":
    pytest.skip("Windows has no ptys", allow_module_level=True)

from ble_rig import backends
from device_on_air import board_on_air
from device_on_pty import Board
from repclip import wire
from repclip.source import ByteSource, Channel, Chunk, LinkChange, LinkEvent, Packet, session_clock
from repclip.transports import BleSource, Patience, SerialSource
from repclip.transports.ports import Port
from source_conformance import run

PATIENT = Patience(first_s=15.0, again_s=15.0)
SPEED = 10


class Talk:
    """What the two say to each other."""

    def __init__(self, source: ByteSource, chunks: AsyncGenerator[Chunk, None]) -> None:
        self._source = source
        self._chunks = chunks
        self._decoders: dict[Channel, wire.FrameDecoder] = {}
        self._tag = 0

    async def until_connected(self) -> list[LinkChange]:
        told: list[LinkChange] = []
        async for chunk in self._chunks:
            if isinstance(chunk, LinkEvent):
                told.append(chunk.change)
                if chunk.change is LinkChange.CONNECTED:
                    self._decoders.clear()
                    return told
        raise AssertionError("it ended")

    async def say(self, command: wire.Command) -> None:
        self._tag += 1
        assert await self._source.send(wire.encode_command(command, self._tag, self._source.framing))

    async def hear(self, count: int) -> list[wire.Message]:
        """Messages, until there were so many with samples."""
        got: list[wire.Message] = []
        async for chunk in self._chunks:
            assert isinstance(chunk, Packet), chunk
            decoder = self._decoders.setdefault(chunk.channel, wire.FrameDecoder(chunk.channel.framing))
            got += decoder.feed(chunk.data)
            if sum(isinstance(one, wire.Samples) for one in got) >= count:
                return got
        raise AssertionError("it ended")


async def samples_come(talk: Talk) -> str:
    """And the device's name."""
    await talk.say(wire.AskHello())
    await talk.say(wire.Start(100, 4, 500))
    got = await talk.hear(5)
    hello = next(one for one in got if isinstance(one, wire.Hello))
    assert hello.sensor
    answers = [one for one in got if isinstance(one, wire.Answer)]
    assert len(answers) == 2
    assert all(one.ok for one in answers)
    assert not [one for one in got if isinstance(one, wire.Damaged)]
    return hello.name


def test_over_the_virtual_radio() -> None:
    async def test() -> None:
        async with board_on_air(speed=SPEED) as (radio, _):
            source = BleSource(None, session_clock(), patience=PATIENT, backends=backends(radio))
            async with aclosing(source.chunks()) as chunks:
                talk = Talk(source, chunks)
                assert await talk.until_connected() == [LinkChange.CONNECTED]
                await samples_come(talk)
                await radio.lose_link()
                told = await talk.until_connected()
                assert (told[0], told[-1]) == (LinkChange.LOST, LinkChange.CONNECTED)
                name = await samples_come(talk)
            # This radio has no scan responses, so only the first part of the name is heard.
            source = BleSource(name, session_clock(), patience=PATIENT, backends=backends(radio))
            async with aclosing(source.chunks()) as chunks:
                talk = Talk(source, chunks)
                await talk.until_connected()
                await samples_come(talk)

    run(test())


@asynccontextmanager
async def board_on_pty() -> AsyncIterator[Board]:
    board = Board({"speed": SPEED}, "192k")
    try:
        yield board
    finally:
        board.close()


def test_over_a_pty() -> None:
    async def test() -> None:
        async with board_on_pty() as board:
            source = SerialSource(Port(board.path), session_clock(), patience=PATIENT)
            async with aclosing(source.chunks()) as chunks:
                talk = Talk(source, chunks)
                assert await talk.until_connected() == [LinkChange.CONNECTED]
                await samples_come(talk)
                await source.reconnect("as if it were dead")
                assert (await talk.until_connected())[0] is LinkChange.LOST
                await samples_come(talk)

    run(test())
