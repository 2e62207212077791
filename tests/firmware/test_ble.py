"""The whole firmware on a virtual radio, read through bleak: every sample is compared with what the model made."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")
pytest.importorskip("bleak", reason="bleak is not installed")

import bleak

from bleak_over_bumble import BumbleClient, BumbleScanner
from device_on_air import AirHost, board_and_host, board_on_air
from repclip import wire
from samples_check import Count, count, gaps

STACKS = ["nimble", "btstack"]
BOARDS = {"nimble": "esp32", "btstack": "picow"}


def run(test: Coroutine[Any, Any, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(120):
            await test

    asyncio.run(limited())


def faultless(found: Count, least: int) -> None:
    assert (found.missing, found.told, found.disordered, found.wrong, found.twice) == (0, 0, 0, 0, 0)
    assert found.received >= least


async def fetch(host: AirHost, first: int, end: int) -> None:
    """Ask for what is missing until nothing is."""
    for _ in range(20):
        missing = gaps(count(host.messages).where, first, end)
        if not missing:
            return
        answer = await host.ask(wire.Resend(*missing[0]))
        assert isinstance(answer.detail, wire.Resending), answer
        last = answer.detail.first + answer.detail.count - 1
        await host.wait(partial(_has, last), seconds=60)
    raise AssertionError(missing)


def _has(index: int, message: wire.Message) -> bool:
    return isinstance(message, wire.Samples) and message.index <= index < message.index + len(message)


@pytest.mark.parametrize("mtu", [23, 185, 247, 517])
@pytest.mark.parametrize("stack", STACKS)
def test_every_sample_arrives(stack: str, mtu: int) -> None:
    async def test() -> None:
        config = {"board": BOARDS[stack]}
        async with board_and_host(mtu, stack=stack, config=config) as host:
            first = await host.start(100, 8, 1000)
            await host.listen(10)
            assert (await host.ask(wire.Stop())).ok
            faultless(count(host.messages, first), 900)
            assert (host.damaged, host.missed) == (0, 0)
            assert max(host.sizes) <= min(mtu, 247) - 3
            assert host.of(wire.Status)[-1].dropped == 0

    run(test())


@pytest.mark.parametrize("stack", STACKS)
def test_a_lost_link_loses_nothing(stack: str) -> None:
    """At 200 Hz, a link that is gone for six seconds; what was on its way is gone too."""

    async def test() -> None:
        async with board_and_host(stack=stack, config={"board": BOARDS[stack]}) as host:
            boot = (await host.hello()).boot_id
            first = await host.start(200, 8, 1000)
            await host.listen(2)
            await host.radio.lose_link()
            await host.listen(6)
            assert host.lost_links == 1
            await host.connect()
            assert (await host.hello()).boot_id == boot
            second = await host.start(200, 8, 1000)
            assert second - first > 1200
            await fetch(host, first, second)
            await host.listen(1)
            faultless(count(host.messages, first), second - first + 200)

    run(test())


@pytest.mark.parametrize("stack", STACKS)
def test_a_slow_link(stack: str) -> None:
    """Two notifications each 300 ms, then more: NimBLE runs out of buffers, BTstack is not flooded."""

    async def test() -> None:
        async with board_and_host(stack=stack, config={"board": BOARDS[stack]}) as host:
            first = await host.start(200, 8, 1000)
            host.radio.packets, host.radio.interval_s = 2, 0.03
            await host.listen(10)
            assert host.radio.most_queued < 100
            host.radio.packets = 0
            host.radio.interval_s = 0
            await host.listen(6)
            end = max(m.index + len(m) for m in host.of(wire.Samples) if not m.resent)
            await fetch(host, first, end)
            found = count(host.messages, first)
            faultless(found, 2500)
            assert host.damaged == 0

    run(test())


def test_what_a_scanner_and_a_reader_see() -> None:
    async def test() -> None:
        config = {"name": "my left knee", "battery_pin": 35}
        async with board_on_air(config=config, plan=[[0, "adc", 35, 38000]]) as (radio, _):
            await asyncio.wait_for(radio.advertising.wait(), 10)
            scanner = type("Scanner", (BumbleScanner,), {"device": radio.host})
            found = await bleak.BleakScanner.find_device_by_filter(
                lambda device, data: wire.BLE_SERVICE_UUID in data.service_uuids, timeout=5, backend=scanner
            )
            assert found is not None
            assert found.name == "my left "
            assert radio.advertised is not None
            assert max(map(len, radio.advertised)) <= 31
            assert b"my left knee" in radio.advertised[1]
            backend = type("Backend", (BumbleClient,), {"device": radio.host, "mtu": 23})
            async with bleak.BleakClient(found, backend=backend) as client:
                info = wire.parse_frame(bytes(await client.read_gatt_char(wire.BLE_INFO_UUID)))
                assert isinstance(info, wire.Hello)
                assert (info.name, info.sensor, info.board) == ("my left knee", "MPU-6050", "ESP32")
                assert info.capabilities & wire.Capability.BLE
                texts = [
                    bytes(await client.read_gatt_char(f"{n:08x}-0000-1000-8000-00805f9b34fb"))
                    for n in (0x2A29, 0x2A24, 0x2A26, 0x2A25)
                ]
                assert texts[:3] == [b"repclip", b"ESP32", b"0.1.0"]
                assert bytes.fromhex(texts[3].decode()) == info.unique_id
                await radio.passed(1.2)
                level = await client.read_gatt_char("00002a19-0000-1000-8000-00805f9b34fb")
                assert 0 < level[0] <= 100

    run(test())


@pytest.mark.parametrize("stack", STACKS)
def test_a_hundred_connects(stack: str) -> None:
    """Hosts that go away at once, that never subscribe, that write rubbish; the hundred and first gets its samples."""

    async def test() -> None:
        async with board_on_air(stack=stack, config={"board": BOARDS[stack]}) as (radio, process):
            for k in range(100):
                one = AirHost(radio, 23 if k % 2 else 247)
                await one.connect(subscribe=False)
                if k % 3 == 1:
                    for noise in (b"", b"\x01", bytes(range(60)), b"\xff" * 100):
                        await one.client.write_gatt_char(wire.BLE_CONTROL_UUID, noise, response=True)
                if k % 3 == 2:
                    await one.say(wire.Start())
                await one.close()
            host = AirHost(radio, 247)
            await host.connect()
            first = await host.start(50, 8, 1000)
            await host.listen(3)
            faultless(count([m for m in host.messages if isinstance(m, wire.Samples)], first), 100)
            assert host.of(wire.Fault) == []
            assert host.of(wire.Status)[-1].rejected > 20
            await host.close()
            assert process.poll() is None

    run(test())


@pytest.mark.parametrize("stack", STACKS)
def test_so_slow_a_link_that_the_ring_runs_over(stack: str) -> None:
    """A fifth of what is sampled goes over: what was overwritten is told, all else comes, live and in order."""

    async def test() -> None:
        async with board_and_host(stack=stack, config={"board": BOARDS[stack]}) as host:
            first = await host.start(200, 8, 1000)
            host.radio.packets, host.radio.interval_s = 1, 0.4
            await host.listen(30)
            host.radio.packets = 0
            await host.listen(6)
            found = count(host.messages, first)
            assert (found.missing, found.disordered, found.wrong, found.twice, found.slipped) == (0, 0, 0, 0, 0)
            overruns = host.of(wire.Overrun)
            assert {m.cause for m in overruns} == {wire.OverrunCause.RING}
            assert sum(m.lost for m in overruns) == found.told > 1000
            status = host.of(wire.Status)[-1]
            assert (status.overruns, status.lost) == (len(overruns), found.told)
            assert found.received + found.told > 35 * 200
            assert host.damaged == 0

    run(test())


def test_more_than_btstack_is_given_is_told() -> None:
    """200 Hz take 147 notifications of 20 bytes a second, 120 go: STATUS tells what waits, OVERRUN what is lost."""

    async def test() -> None:
        async with board_and_host(23, stack="btstack", config={"board": "picow"}) as host:
            first = await host.start(200, 8, 1000)
            await host.listen(20)
            backlogs = [m.backlog for m in host.of(wire.Status)]
            assert backlogs[-1] > backlogs[-10] > 100
            await host.listen(50)
            found = count(host.messages, first)
            assert (found.missing, found.disordered, found.wrong, found.twice) == (0, 0, 0, 0)
            assert {m.cause for m in host.of(wire.Overrun)} == {wire.OverrunCause.RING}
            last = host.of(wire.Samples)[-1].index
            assert found.told == sum(m.lost for m in host.of(wire.Overrun) if m.index < last) > 0

    run(test())


@pytest.mark.parametrize("stack", STACKS)
def test_an_exception_in_the_handler_of_events_is_told_and_survived(stack: str) -> None:
    """A handler that raises is never called again: not one command would be heard from then on."""

    async def test() -> None:
        after = {"start": [[1.5, "irq_error", 3]]}
        async with board_and_host(stack=stack, config={"board": BOARDS[stack]}, after=after) as host:
            first = await host.start(100, 8, 1000)
            await host.listen(10)
            faults = host.of(wire.Fault)
            assert [m.code for m in faults] == [wire.FaultCode.EXCEPTION] * 3
            assert all("in the handler" in m.text for m in faults)
            assert (await host.hello()).state == wire.DeviceState.RUNNING
            await host.listen(10)
            faultless(count(host.messages, first), 1900)

    run(test())


def test_a_silent_host_is_hung_up_on() -> None:
    async def test() -> None:
        async with board_on_air() as (radio, _):
            host = AirHost(radio, 247)
            await host.connect(subscribe=False)
            await asyncio.wait_for(radio.advertising.wait(), 10)
            assert host.lost_links == 1

    run(test())
