"""A radio in memory: boards whose firmware runs on MicroPython on one side, a host that bleak drives on the other.

bumble is the host's controller and stack and the boards'. What its in-memory link does not know, the radio adds: how
many notifications a connection carries, and links that are lost.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from binascii import unhexlify
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from threading import Thread
from typing import Any, TypeVar

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")

from bumble.att import AttributeValue
from bumble.controller import Controller
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service
from bumble.gatt_server import Server
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink, TransportSink

HOST_ADDRESS = "F0:F0:F0:F0:F0:F0"
BOARD_ADDRESS = "C6:49:00:00:00:01"

T = TypeVar("T")
_HANGS_S = 30  # of the world's
_TURNS = 12

# bumble's bits of a characteristic are those of the specification, as MicroPython's are.
READ, NOTIFY = Characteristic.Permissions.READABLE, Characteristic.Properties.NOTIFY


class _Across:
    """Takes packets to another loop, in its own thread: they wait there while it does nothing."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sink: TransportSink) -> None:
        self._loop = loop
        self._sink = sink

    def on_packet(self, packet: bytes) -> None:
        self._loop.call_soon_threadsafe(self._sink.on_packet, packet)


class Radio:
    """``packets`` notifications go over in each ``interval_s`` of the board's clock; 0: as they come.

    The board's time goes on only when all that was said before has come to where it belongs. ``host_loop`` is that of
    the host, if it is not the radio's: see `radio_apart`.
    """

    def __init__(self, host_loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.link = LocalLink()
        self.host = self._device("host", HOST_ADDRESS, host_loop)
        self.board = self._device("board", BOARD_ADDRESS)
        self._host_loop = host_loop
        self._loop = asyncio.get_running_loop()
        self._host_sleeps = asyncio.Event()
        self.packets = 0
        self.held = False  # notifications wait
        self.dropped_share = 0.0  # of the notifications, at random
        self._random = random.Random(1)
        self.interval_s = 0.0
        self.now_s = 0.0  # the board's
        self.written = 0  # bytes, on the board's serial line
        self.on_time: Callable[[float], object] = float  # is told that
        self.notified = 0
        self.dropped = 0
        self.most_queued = 0
        self.air_bytes = 0
        self.connection: Connection | None = None
        self._away = False
        self.advertised: tuple[bytes, bytes] | None = None
        self.advertising = asyncio.Event()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._writers: list[asyncio.StreamWriter] = []  # of each boot
        self._by_handle: dict[int, Characteristic[Any]] = {}
        self._values: dict[int, bytes] = {}
        self._queue: deque[tuple[int, bytes]] = deque()
        self._ticked = asyncio.Event()
        self._served = asyncio.Event()
        self._served.set()
        self._sending_from_s = 0.0

    def _device(self, name: str, address: str, loop: asyncio.AbstractEventLoop | None = None) -> Device:
        """``loop`` is that of its stack, if it is not that of its controller, which is the radio's."""
        controller = Controller(name, link=self.link, public_address=address)
        stack = Host(controller, AsyncPipeSink(controller))
        if loop is not None:
            controller.set_packet_sink(_Across(loop, stack))
            stack.hci_sink = _Across(asyncio.get_running_loop(), controller)
        return Device(name, address=Address(address), host=stack)

    async def __aenter__(self) -> Radio:
        if self._host_loop is None:
            await self.host.power_on()
        await self.board.power_on()
        self.board.on("connection", self._connected)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self._writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        async with asyncio.timeout(_HANGS_S):
            await self._served.wait()
        assert self._server is not None
        self._server.close()

    async def lose_link(self) -> None:
        """As after the supervision timeout: what was queued is gone."""
        self.dropped += len(self._queue)
        self._queue.clear()
        if self.connection is not None:
            await self.connection.disconnect()

    async def go_away(self) -> None:
        """Out of range: no link, and no advertisement."""
        self._away = True
        await self.lose_link()
        await self.board.stop_advertising()

    async def come_back(self) -> None:
        """In range again; the board has advertised all the time."""
        self._away = False
        if self.advertising.is_set():
            await self._advertise()

    def forget_board(self) -> None:
        """It was switched off: another will say which services it has."""
        self.advertising.clear()
        self._by_handle.clear()
        self._values.clear()
        self._writer = None
        self.board.gatt_server = Server(self.board)

    # The board's side

    def say(self, *words: object) -> None:
        if self._writer is not None:
            self._writer.write(json.dumps(words).encode() + b"\n")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._writers.append(writer)
        self._served.clear()
        try:
            with suppress(ConnectionResetError):
                while line := await reader.readline():
                    words = json.loads(line)
                    await getattr(self, "_on_" + words[0])(*words[1:])
        finally:
            if writer is self._writers[-1]:
                self._served.set()

    async def _on_services(self, services: list[Any]) -> None:
        for uuid, listed in services:
            characteristics = []
            for of, flags, handle in listed:
                properties = Characteristic.Properties(flags)
                permissions = Characteristic.Permissions.READABLE | Characteristic.Permissions.WRITEABLE
                value = AttributeValue(read=self._reader(handle), write=self._writer_of(handle))
                one: Characteristic[Any] = Characteristic(of, properties, permissions, value)
                self._by_handle[handle] = one
                characteristics.append(one)
            self.board.add_service(Service(uuid, characteristics))

    def _reader(self, handle: int) -> Callable[[Connection], bytes]:
        return lambda connection: self._values.get(handle, b"")

    def _writer_of(self, handle: int) -> Callable[[Connection, bytes], None]:
        return lambda connection, value: self.say("written", handle, value.hex())

    async def _on_value(self, handle: int, value: str) -> None:
        self._values[handle] = unhexlify(value)

    async def _on_mtu(self, mtu: int) -> None:
        self.board.gatt_server.max_mtu = mtu

    async def _on_advertise(self, data: str, response: str) -> None:
        self.advertised = (unhexlify(data), unhexlify(response))
        self.advertising.set()
        await self._advertise()

    async def _advertise(self) -> None:
        if self.advertised is not None and not self._away:
            await self.board.start_advertising(advertising_data=self.advertised[0], advertising_interval_min=1.0)

    async def _on_quiet(self) -> None:
        await self.board.stop_advertising()
        self.advertising.clear()

    async def _on_off(self) -> None:
        await self._on_quiet()

    async def _on_disconnect(self) -> None:
        if self.connection is not None:
            await self.connection.disconnect()

    async def _on_notify(self, handle: int, data: str) -> None:
        if self.connection is None:
            self.dropped += 1
            return
        self._queue.append((handle, unhexlify(data)))
        self.most_queued = max(self.most_queued, len(self._queue))

    async def passed(self, seconds: float) -> None:
        """So much of the board's time goes by."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self._ticked.clear()
            async with asyncio.timeout(_HANGS_S):
                await self._ticked.wait()

    async def _on_ask(self, now_us: int, written: int) -> None:
        self.now_s = now_us / 1e6
        self.written = written
        self.on_time(self.now_s)
        await self._transmit()
        self._ticked.set()
        for _ in range(_TURNS):  # of the loop: bumble hands on by call_soon, and whoever waits has its turn
            await asyncio.sleep(0)
        if self._host_loop is not None and not self._host_sleeps.is_set():
            await self._turn_of_host(self._host_loop)
        self.say("go")

    async def _turn_of_host(self, loop: asyncio.AbstractEventLoop) -> None:
        async def turn() -> None:
            for _ in range(_TURNS):
                await asyncio.sleep(0)

        turned = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(turn(), loop))
        sleeps = asyncio.create_task(self._host_sleeps.wait())
        await asyncio.wait([turned, sleeps], return_when=asyncio.FIRST_COMPLETED)
        sleeps.cancel()

    def host_sleeps(self, wakes: Callable[[], bool]) -> None:
        """The host's loop does nothing until then. To be called there, of a radio apart."""
        self._loop.call_soon_threadsafe(self._host_sleeps.set)
        while not wakes():
            time.sleep(0.005)
        self._loop.call_soon_threadsafe(self._host_sleeps.clear)

    def lose_link_meanwhile(self) -> None:
        """The same as `lose_link`, told by a host that sleeps."""
        asyncio.run_coroutine_threadsafe(self.lose_link(), self._loop).result(_HANGS_S)

    def _connected(self, connection: Connection) -> None:
        self.connection = connection
        self.advertising.clear()
        connection.on("disconnection", self._disconnected)
        connection.on("connection_att_mtu_update", lambda: self.say("mtu", connection.att_mtu))
        self.say("connected", connection.handle)
        self.say("secret")

    def _disconnected(self, reason: int) -> None:
        connection, self.connection = self.connection, None
        self._queue.clear()
        self.say("gone", 0 if connection is None else connection.handle)

    async def _transmit(self) -> None:
        count = 0 if self.held else len(self._queue)
        if self.packets:
            intervals = int((self.now_s - self._sending_from_s) / self.interval_s)
            self._sending_from_s += intervals * self.interval_s
            count = min(count, intervals * self.packets)
        else:
            self._sending_from_s = self.now_s
        sent = 0
        while sent < count and self._queue and self.connection is not None:
            handle, data = self._queue.popleft()
            sent += 1
            if self._random.random() < self.dropped_share:
                self.dropped += 1
                continue
            self.notified += 1
            self.air_bytes += len(data)
            await self.board.notify_subscriber(self.connection, self._by_handle[handle], data)
        if sent:
            self.say("sent", sent)


@asynccontextmanager
async def radio_apart() -> AsyncIterator[Radio]:
    """A radio with a loop and a thread of its own, as it has in a computer: it goes on when the host does nothing."""
    loop, host_loop = asyncio.new_event_loop(), asyncio.get_running_loop()
    thread = Thread(target=loop.run_forever, name="radio")
    thread.start()

    async def made() -> Radio:
        return await Radio(host_loop).__aenter__()

    def there(what: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(what, loop))

    try:
        radio = await there(made())
        try:
            await radio.host.power_on()
            yield radio
        finally:
            await there(radio.__aexit__())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
