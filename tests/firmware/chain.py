"""The real chain: a simulated leg, a modelled sensor, the firmware on MicroPython, a link, and the host's engine.

The board's time goes on only while the host's loop runs, and at most ``SPEED`` times as fast as the world's; the
host's clock is the board's. So what is measured does not depend on how busy the machine is.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")

import micropython_runner
from bleak_over_bumble import BumbleClient, BumbleScanner
from repclip.engine.account import Account
from repclip.engine.dialog import Sampling
from repclip.engine.outputs import Output, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.engine.run import Engine, Recorder
from repclip.source import ByteSource, Chunk
from repclip.transports import BleSource, Patience, SerialSource
from repclip.transports.ble_scan import Backends
from repclip.transports.ports import Port
from repclip.wire import Framing
from virtual_radio import BOARD_ADDRESS, Radio, radio_apart

SPEED = 20  # what the host does each 50 ms it does each second of the board's
QUICK = Patience(first_s=15.0, again_s=15.0, delays_s=(0.0, 0.02))
_HANGS_S = 30  # of the world's
CONFIG: dict[str, Any] = {"self_test": False, "sleep_after_s": 0}


class World:
    """The time of all, since the board was first switched on. The board's own clock may be ``error`` quicker."""

    def __init__(self, error: float = 0.0) -> None:
        self.now_s = 0.0
        self._error = error
        self._boot_s = 0.0

    def __call__(self) -> int:
        """As a `HostClock`."""
        return round(self.now_s * (1.0 - self._error) * 1e9)

    def told(self, since_boot_s: float) -> None:
        """By the board."""
        self.now_s = max(self.now_s, self._boot_s + since_boot_s)

    def switched_off(self, seconds: float) -> None:
        """The next board boots so much later."""
        self.now_s += seconds
        self._boot_s = self.now_s


class Board(ABC):
    """A board with a leg to it; what befalls it or its link is told by the methods."""

    def __init__(self, felt: Path, world: World, **settings: Any) -> None:
        self.world = world
        self._settings = {"recording": str(felt), "speed": SPEED, **settings}
        self._settings["config"] = {**CONFIG, **self._settings.get("config", {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._words = ""  # what it said beside the line

    def _boot(self, more: dict[str, Any], **streams: Any) -> None:
        settings = {**self._settings, **more, "begin_s": self.world.now_s}
        self._process = subprocess.Popen(
            micropython_runner.command("device.py", heap="512k"),
            env={**micropython_runner.environment(micropython_runner.compiled()), "DEVICE": json.dumps(settings)},
            stderr=subprocess.PIPE,
            **streams,
        )

    def _off(self) -> str:
        """Its last words, if it died of its own."""
        process, self._process = self._process, None
        if process is None:
            return ""
        died = process.poll()
        process.kill()
        process.wait()
        assert process.stderr is not None
        words = process.stderr.read() or b""  # None where it does not block, and nothing is there
        process.stderr.close()
        return f"ended with {died}: {self._words}{words.decode(errors='replace')}" if died is not None else ""

    async def until(self, at_s: float) -> None:
        """Wait for a moment of the world; it may take long where others need the machine, but does not stand still."""
        moved_s, before_s = time.monotonic(), self.world.now_s
        while self.world.now_s < at_s:
            if self.world.now_s > before_s:
                moved_s, before_s = time.monotonic(), self.world.now_s
            assert time.monotonic() - moved_s < _HANGS_S, "the board hangs"
            if self._process is not None and self._process.poll() is not None:
                raise AssertionError(self._off())
            await asyncio.sleep(0.005)

    @abstractmethod
    def source(self) -> ByteSource: ...

    @abstractmethod
    async def lose_link(self) -> None: ...

    @abstractmethod
    async def restore_link(self) -> None: ...

    @abstractmethod
    async def reset(self) -> None: ...


class SerialBoard(Board):
    """Behind a pty that can be pulled; the board itself has a battery."""

    def __init__(self, felt: Path, folder: Path, world: World, **settings: Any) -> None:
        config = {"board": "pico", **settings.pop("config", {})}
        super().__init__(felt, world, config=config, **settings)
        self._name = folder / "ttyACM0"
        self._board_ends: tuple[int, int] | None = None
        self._host_ends: tuple[int, int] | None = None
        self._leash = self._errors = -1
        self._rest = b""
        self._sleeps = False
        self._asks = False
        self._written = self._taken = 0  # bytes: by the board, from it
        self._held: bytearray | None = None  # what comes while arrivals are bunched

    def __enter__(self) -> SerialBoard:
        self._start()
        self._plug()
        return self

    def __exit__(self, *_: object) -> None:
        self._unplug()
        self._stop()

    def source(self) -> SerialSource:
        return SerialSource(Port(str(self._name)), self.world, patience=QUICK)

    async def lose_link(self) -> None:
        self._unplug()

    async def restore_link(self) -> None:
        self._plug()

    async def reset(self) -> None:
        self._unplug()
        self._stop()
        self.world.switched_off(1.0)
        self._start()
        self._plug()

    def _start(self) -> None:
        self._board_ends = _pty()
        leash, self._leash = os.pipe()
        self._boot({"leash": leash}, stdin=self._board_ends[0], stdout=self._board_ends[0], pass_fds=(leash,))
        os.close(leash)
        assert self._process is not None
        assert self._process.stderr is not None
        self._errors = self._process.stderr.fileno()
        os.set_blocking(self._errors, False)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._errors, self._asked)
        loop.add_reader(self._board_ends[1], self._from_board)
        self._rest = b""
        self._asks = False
        self._written = self._taken = 0

    def _asked(self) -> None:
        data = os.read(self._errors, 65536)
        if not data:
            asyncio.get_running_loop().remove_reader(self._errors)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"@"):
                now_us, written = line[1:].split()
                self.world.told(int(now_us) / 1e6)
                self._written = int(written)
                self._asks = True
                self._let_go_on()
            else:
                self._words += line.decode(errors="replace") + "\n"

    def _let_go_on(self) -> None:
        """If all that the board has written is here: the system hands it over in its own time."""
        if self._asks and not self._sleeps and self._taken >= self._written:
            self._asks = False
            asyncio.get_running_loop().call_soon(self._go_on)

    def host_sleeps(self, seconds: float) -> None:
        """The computer does nothing, and the board goes on: what it writes stays in the line's own buffers."""
        end_s = self.world.now_s + seconds
        self._sleeps = True
        self._go_on()
        while self.world.now_s < end_s:
            assert select.select([self._errors], [], [], _HANGS_S)[0], "the board hangs"
            self._asked()
            self._go_on()
        self._sleeps = False

    def _go_on(self) -> None:
        self._asks = False
        with suppress(OSError):
            os.write(self._leash, b"\n")

    def _stop(self) -> None:
        assert self._board_ends is not None
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._board_ends[1])
        loop.remove_reader(self._errors)
        words = self._off()
        for end in (*self._board_ends, self._leash):
            os.close(end)
        assert not words, words

    def _plug(self) -> None:
        self._host_ends = _pty()
        self._name.symlink_to(os.ttyname(self._host_ends[1]))
        asyncio.get_running_loop().add_reader(self._host_ends[0], self._from_host)

    def _unplug(self) -> None:
        if self._host_ends is not None:
            asyncio.get_running_loop().remove_reader(self._host_ends[0])
            self._name.unlink()
            for end in self._host_ends:
                os.close(end)
            self._host_ends = None

    def _from_board(self) -> None:
        assert self._board_ends is not None
        with suppress(BlockingIOError):
            data = os.read(self._board_ends[1], 65536)
            self._taken += len(data)
            if self._held is not None:
                self._held += data
            else:
                self._to_host(data)
            self._let_go_on()

    def hold(self) -> None:
        """Nothing arrives."""
        self._held = bytearray()

    def release(self) -> None:
        """The bunch arrives."""
        data, self._held = self._held or bytearray(), None
        self._to_host(bytes(data))

    def _to_host(self, data: bytes) -> None:
        while data and self._host_ends is not None:  # to an unplugged cable it is lost
            try:
                data = data[os.write(self._host_ends[0], data) :]
            except BlockingIOError:
                break

    def _from_host(self) -> None:
        assert self._host_ends is not None
        assert self._board_ends is not None
        with suppress(BlockingIOError):
            os.write(self._board_ends[1], os.read(self._host_ends[0], 65536))


def _pty() -> tuple[int, int]:
    import tty  # not there on Windows

    ends = os.openpty()
    for end in ends:
        os.set_blocking(end, False)
    tty.setraw(ends[1])
    return ends


class AirBoard(Board):
    """On the virtual radio."""

    def __init__(self, felt: Path, radio: Radio, world: World, *, mtu: int = 247, **settings: Any) -> None:
        config = {"board": "esp32", "usb": False, **settings.pop("config", {})}
        super().__init__(felt, world, config=config, radio=radio.port, **settings)
        self._radio = radio
        self._mtu = mtu

    def __enter__(self) -> AirBoard:
        self._boot({}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_: object) -> None:
        words = self._off()
        assert not words, words

    def source(self) -> BleSource:
        client = type("Client", (BumbleClient,), {"device": self._radio.host, "mtu": self._mtu})
        scanner = type("Scanner", (BumbleScanner,), {"device": self._radio.host})
        return BleSource(BOARD_ADDRESS, self.world, patience=QUICK, backends=Backends(client, scanner))

    def host_sleeps(self, seconds: float, *, link_lost_after_s: float | None = None) -> None:
        """The computer does nothing, and the radio and the board go on; or its radio is off as well, after a while."""
        begun_s = self.world.now_s
        if link_lost_after_s is not None:
            self._radio.host_sleeps(lambda: self.world.now_s >= begun_s + link_lost_after_s)
            self._radio.lose_link_meanwhile()
        self._radio.host_sleeps(lambda: self.world.now_s >= begun_s + seconds)

    def hold(self) -> None:
        """Nothing arrives."""
        self._radio.held = True

    def release(self) -> None:
        """The bunch arrives."""
        self._radio.held = False

    async def lose_link(self) -> None:
        await self._radio.go_away()

    async def restore_link(self) -> None:
        await self._radio.come_back()

    async def reset(self) -> None:
        self._off()
        await self._radio.lose_link()
        self._radio.forget_board()
        self.world.switched_off(1.0)
        self._boot({}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


@dataclass(slots=True)
class Run:
    """What the host made of it."""

    outputs: list[Output] = field(default_factory=list[Output])
    chunks: list[Chunk] = field(default_factory=list[Chunk])
    pipeline: Pipeline | None = None

    @property
    def samples(self) -> int:
        return sum(len(one.block) for one in self.outputs if isinstance(one, Sampled))

    def account(self) -> Account:
        account = Account()
        for output in self.outputs:
            account.take(output)
        return account


class Tee:
    """A source, and a list of what it gave."""

    def __init__(self, source: ByteSource, chunks: list[Chunk]) -> None:
        self._source = source
        self._chunks = chunks
        self.send = source.send
        self.reconnect = source.reconnect

    @property
    def framing(self) -> Framing:
        return self._source.framing

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        async with aclosing(self._source.chunks()) as chunks:
            async for chunk in chunks:
                self._chunks.append(chunk)
                yield chunk


Befall = Callable[[Board], Awaitable[None]]


async def run_chain(
    board: Board,
    seconds: float,
    befall: Befall | None = None,
    recorder: Recorder | None = None,
    sampling: Sampling | None = None,
) -> Run:
    """So many seconds of the world, and what befalls the board in it."""
    run = Run()
    source = Tee(board.source(), run.chunks)
    engine = Engine(source, board.world, run.outputs.append, recorder=recorder, sampling=sampling)
    running = asyncio.create_task(engine.run())
    happens = asyncio.create_task(befall(board)) if befall is not None else None
    waiting = asyncio.create_task(board.until(seconds))
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    if happens is not None:
        assert happens.done(), "it was to happen earlier"
        await happens
    if not running.done():
        engine.stop()
    await running
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    run.pipeline = engine.pipeline
    return run


@asynccontextmanager
async def chain(
    kind: str,
    felt: Path,
    *,
    error: float = 0.0,
    dropped: float = 0.0,
    apart: bool = False,
    folder: Path | None = None,
    **settings: Any,
) -> AsyncIterator[Board]:
    """A board that feels a CSV, on a ``serial`` line (in ``folder``) or on the air (``ble``), the radio maybe apart."""
    with tempfile.TemporaryDirectory(prefix="repclip-chain-") as name:
        world = World(error)
        if kind == "serial":
            with SerialBoard(felt, folder or Path(name), world, **settings) as wired:
                yield wired
        else:
            async with radio_apart() if apart else Radio() as radio:
                radio.dropped_share = dropped
                radio.on_time = world.told
                with AirBoard(felt, radio, world, **settings) as wireless:
                    yield wireless


def run(test: Awaitable[Any], limit_s: float = 600.0) -> Any:
    """The limit is far from what any test takes on a busy machine: that one hangs is seen sooner, by `Board.until`."""

    async def limited() -> Any:
        async with asyncio.timeout(limit_s):
            return await test

    return asyncio.run(limited())


def phase_times(sets: Sequence[Any]) -> list[tuple[float | None, ...]]:
    """Boundaries of all reps."""
    return [(rep.start_s, rep.top_s, rep.lower_start_s, rep.end_s) for one in sets for rep in one.reps]
