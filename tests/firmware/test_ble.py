"""The whole firmware on a virtual radio, read through bleak: every sample is compared with what the model made."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
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
        async with asyncio.timeout(40):
            await test

    asyncio.run(limited())


def faultless(found: Count, least: int) -> None:
    assert (found.missing, found.told, found.disordered, found.wrong, found.twice) == (0, 0, 0, 0, 0)
    assert found.received >= least / 2, "a busy machine's clock goes slower"


async def fetch(host: AirHost, first: int, end: int) -> None:
    """Ask for what is missing until nothing is."""
    for _ in range(20):
        missing = gaps(count(host.messages).where, first, end)
        if not missing:
            return
        answer = await host.ask(wire.Resend(*missing[0]))
        assert isinstance(answer.detail, wire.Resending), answer
        last = answer.detail.first + answer.detail.count - 1
        with_last = [m for m in host.messages if isinstance(m, wire.Samples) and m.index <= last < m.index + len(m)]
        if not with_last:
            await host.listen(2)
    raise AssertionError(missing)


@pytest.mark.parametrize("mtu", [23, 185, 247, 517])
@pytest.mark.parametrize("stack", STACKS)
def test_every_sample_arrives(stack: str, mtu: int) -> None:
    async def test() -> None:
        config = {"board": BOARDS[stack]}
        async with board_and_host(mtu, stack=stack, config=config, speed=10) as host:
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
        async with board_and_host(stack=stack, config={"board": BOARDS[stack]}, speed=10) as host:
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
        async with board_and_host(stack=stack, config={"board": BOARDS[stack]}, speed=10) as host:
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
                await asyncio.sleep(1.2)
                level = await client.read_gatt_char("00002a19-0000-1000-8000-00805f9b34fb")
                assert 0 < level[0] <= 100

    run(test())


@pytest.mark.parametrize("stack", STACKS)
def test_a_hundred_connects(stack: str) -> None:
    """Hosts that go away at once, that never subscribe, that write rubbish; the hundred and first gets its samples."""

    async def test() -> None:
        async with board_on_air(stack=stack, config={"board": BOARDS[stack]}, speed=10) as (radio, process):
            for k in range(100):
                one = AirHost(radio, 23 if k % 2 else 247, 10)
                await one.connect(subscribe=False)
                if k % 3 == 1:
                    for noise in (b"", b"\x01", bytes(range(60)), b"\xff" * 100):
                        await one.client.write_gatt_char(wire.BLE_CONTROL_UUID, noise, response=True)
                if k % 3 == 2:
                    await one.say(wire.Start())
                await one.close()
            host = AirHost(radio, 247, 10)
            await host.connect()
            first = await host.start(50, 8, 1000)
            await host.listen(3)
            faultless(count([m for m in host.messages if isinstance(m, wire.Samples)], first), 100)
            assert host.of(wire.Fault) == []
            assert host.of(wire.Status)[-1].rejected > 20
            await host.close()
            assert process.poll() is None

    run(test())


def test_both_links_at_once_and_whoever_starts_has_the_stream() -> None:
    async def test() -> None:
        async with board_and_host(config={"usb": True}, speed=10) as host:
            hello = await host.hello()
            assert hello.capabilities & (wire.Capability.BLE | wire.Capability.SERIAL) == 0xC0

    run(test())


def test_a_silent_host_is_hung_up_on() -> None:
    async def test() -> None:
        async with board_on_air(speed=20) as (radio, _):
            host = AirHost(radio, 247, 20)
            await host.connect(subscribe=False)
            await asyncio.wait_for(radio.advertising.wait(), 10)
            assert host.lost_links == 1

    run(test())
