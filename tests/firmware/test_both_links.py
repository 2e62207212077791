"""USB and Bluetooth at once: a host on each, and the stream goes to whoever said START last."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")
pytest.importorskip("bleak", reason="bleak is not installed")

from device_on_air import AirHost
from device_on_pty import LOST_S, Board, serial
from repclip import wire
from samples_check import count
from virtual_radio import Radio


class UsbHost:
    """The host on the serial line. Time is the radio's to give."""

    def __init__(self, board: Board, radio: Radio) -> None:
        self.messages: list[wire.Message] = []
        self.decoder = wire.FrameDecoder()
        self._port = serial.Serial(board.path, 115200, timeout=0)
        self._radio = radio
        self._tag = 0
        self._taken = 0  # bytes of what the board has written

    def close(self) -> None:
        self._port.close()

    async def listen(self, seconds: float) -> None:
        end_s = self._radio.now_s + seconds
        while self._radio.now_s < end_s:
            self._say(wire.AskTime(1))
            await self._turn(min(0.25, end_s - self._radio.now_s))

    async def ask(self, command: wire.Command) -> wire.Answer:
        tag = self._say(command)
        for _ in range(500):
            await self._turn(0.02)
            for message in reversed(self.messages):
                if isinstance(message, wire.Answer) and message.tag == tag:
                    return message
        raise AssertionError(f"no answer; last: {self.messages[-3:]}")

    async def start(self) -> int:
        answer = await self.ask(wire.Start(100, 8, 1000))
        assert isinstance(answer.detail, wire.Started), answer
        return answer.detail.first_index

    async def _turn(self, seconds: float) -> None:
        await self._radio.passed(seconds)
        while True:  # the kernel hands on what is in a pty when it has time
            data = self._port.read(self._port.in_waiting)
            self._taken += len(data)
            self.messages += self.decoder.feed(data)
            if self._taken >= self._radio.written or not select.select([self._port], [], [], LOST_S)[0]:
                break
        self._taken = self._radio.written

    def _say(self, command: wire.Command) -> int:
        self._tag = self._tag % 255 + 1
        self._port.write(wire.encode_command(command, self._tag, wire.Framing.SERIAL))
        return self._tag


@asynccontextmanager
async def both() -> AsyncIterator[tuple[UsbHost, AirHost, Board]]:
    async with Radio() as radio:
        board = Board({"radio": radio.port, "config": {"board": "picow"}, "stack": "btstack"}, "224k")
        usb = UsbHost(board, radio)
        air = AirHost(radio)
        try:
            await air.connect()
            yield usb, air, board
        finally:
            await air.close()
            usb.close()
            board.close()


def run(test: object) -> None:
    assert asyncio.iscoroutine(test)
    asyncio.run(asyncio.wait_for(test, 120))


def live(host: UsbHost | AirHost) -> list[wire.Samples]:
    return [m for m in host.messages if isinstance(m, wire.Samples) and not m.resent]


def flags(host: UsbHost | AirHost) -> wire.StatusFlag:
    return [m for m in host.messages if isinstance(m, wire.Status)][-1].flags


def faultless(host: UsbHost | AirHost, first: int, least: int) -> int:
    """How many came from this index on."""
    found = count([m for m in host.messages if getattr(m, "index", -1) >= first], first)
    assert (found.missing, found.told, found.disordered, found.wrong, found.twice) == (0, 0, 0, 0, 0)
    assert found.received >= least
    return found.received


def test_whoever_says_start_gets_the_stream() -> None:
    async def test() -> None:
        async with both() as (usb, air, _):
            hello = await air.hello()
            assert hello.capabilities & (wire.Capability.BLE | wire.Capability.SERIAL) == 0xC0
            first = await usb.start()
            await usb.listen(3)
            assert live(air) == []
            assert wire.StatusFlag.STREAM_HERE in flags(usb)
            assert wire.StatusFlag.STREAM_ELSEWHERE in flags(air)
            on_usb = faultless(usb, first, 200)

            taken = await air.start(100, 8, 1000)
            await usb.listen(3)
            assert wire.StatusFlag.STREAM_ELSEWHERE in flags(usb)
            assert wire.StatusFlag.STREAM_HERE in flags(air)
            last = live(usb)[-1]
            assert last.index + len(last) <= taken
            assert taken >= first + on_usb
            faultless(air, taken, 200)

            # Back again; what went to the other host in between is asked for and comes, each sample once.
            again = await usb.start()
            answer = await usb.ask(wire.Resend(first, again - first))
            assert answer.detail == wire.Resending(first, again - first)
            await usb.listen(4)
            resent = [m for m in usb.messages if isinstance(m, wire.Samples) and m.resent]
            assert sum(map(len, resent)) == again - first
            faultless(usb, again, 250)
            last = live(air)[-1]
            assert last.index + len(last) <= again
            assert (usb.decoder.damaged, usb.decoder.missed, air.damaged, air.missed) == (0, 0, 0, 0)

    run(test())


def test_one_link_ends_and_the_other_goes_on() -> None:
    """A link that is lost takes nothing with it but its own stream; STOP is for all."""

    async def test() -> None:
        async with both() as (usb, air, _):
            await air.hello()
            first = await usb.start()
            await usb.listen(2)
            await air.radio.lose_link()
            await usb.listen(3)
            faultless(usb, first, 350)
            await air.connect()
            assert (await air.hello()).state == wire.DeviceState.RUNNING
            assert (await air.ask(wire.Stop())).ok
            await usb.listen(0.2)
            came = len(live(usb))
            await usb.listen(2)
            assert len(live(usb)) == came
            assert flags(usb) & (wire.StatusFlag.STREAM_HERE | wire.StatusFlag.STREAM_ELSEWHERE) == 0

    run(test())


def test_both_hosts_are_told_of_a_fault_and_of_a_mark() -> None:
    """What happens is told to all that are there; whoever comes later is told what lasts."""

    async def test() -> None:
        async with Radio() as radio:
            settings = {
                "radio": radio.port,
                "config": {"board": "esp32", "button": 14},
                "after": {"start": [[4, "pin", 14, 0], [5, "unplug"]]},
            }
            board = Board(settings, "224k")
            usb = UsbHost(board, radio)
            air = AirHost(radio)
            try:
                await usb.start()
                await air.connect()
                await air.hello()
                await usb.listen(8)
                for host in (usb, air):
                    (mark,) = (m for m in host.messages if isinstance(m, wire.Mark))
                    assert mark.number == 1
                    (fault,) = (m for m in host.messages if isinstance(m, wire.Fault))
                    assert (fault.code, fault.over) == (wire.FaultCode.BUS, False)
                await air.radio.lose_link()
                await usb.listen(1)
                since = len(air.messages)
                await air.connect()
                await air.hello()
                await air.wait(lambda m: isinstance(m, wire.Fault), since, 2.5)
            finally:
                await air.close()
                usb.close()
                board.close()

    run(test())
