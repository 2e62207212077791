"""A recording as a source: what came then comes again, at its own pace or another. The pace lives here alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from repclip.source import Channel, Chunk, LinkEvent, Packet, SampleBlock
from repclip.wire import FrameDecoder, Framing, Samples
from repsignal import ImuBlock

__all__ = ["ReplayClock", "ReplaySource"]

_BREATH_NS: Final = 20_000_000  # at full speed, others get a turn this often
_SHORTEST_S: Final = 0.002
_LOOK_S: Final = 0.05
_ABSURD_S: Final = 1e10  # as a stamp: what is taken from others would lose their microseconds


class ReplayClock:
    """The session's time in a replay.

    It goes ``speed`` times as fast as ``read``; at full speed (None) it is where the recording is. ``hold`` stops it.
    """

    def __init__(self, read: Callable[[], int], speed: float | None = 1.0) -> None:
        self.speed = speed
        self._read = read
        self._begin_ns = read()
        self._base_ns = 0
        self._held = False

    def __call__(self) -> int:
        """Nanoseconds since the recording began."""
        if self.speed is None or self._held:
            return self._base_ns
        return self._base_ns + round((self._read() - self._begin_ns) * self.speed)

    def jump(self, to_ns: int) -> None:
        """The replay is there now."""
        self._base_ns = to_ns
        self._begin_ns = self._read()

    def hold(self, held: bool) -> None:
        """Stand still, or go on."""
        self.jump(self())
        self._held = held


class ReplaySource:
    """Yields what ``chunks()`` gives when ``clock`` says that its time has come; what is before ``start_s`` at once.

    That is counted from the first samples on, as all times are that people get to see. ``passing`` says whether what is
    given now is before it. The stamps of another program, which may be of any epoch, become such times here. It
    conforms to `repclip.source.ByteSource`; commands go nowhere.
    """

    def __init__(self, chunks: Callable[[], Iterator[Chunk]], clock: ReplayClock, *, start_s: float = 0.0) -> None:
        self._chunks = chunks
        self._clock = clock
        self._start_ns = round(start_s * 1e9)
        self._framing = Framing.BLE
        self.passing = start_s > 0.0

    @property
    def framing(self) -> Framing:
        """Of the link that was recorded, as far as it is known."""
        return self._framing

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """All of the recording, from its beginning."""
        chunks = self._chunks()
        try:
            async for chunk in self._paced(chunks):
                yield chunk
        finally:
            close = getattr(chunks, "close", None)  # a generator's: its file is open
            if close is not None:
                close()

    async def _paced(self, chunks: Iterator[Chunk]) -> AsyncGenerator[Chunk, None]:
        clock = self._clock
        first = _FirstSamples()
        begin_ns = breathed_ns = 0
        started = False
        stamps = _StampsFromFirst()
        for chunk in chunks:
            arrival_ns = chunk.arrival_ns
            if isinstance(chunk, Packet):
                self._framing = chunk.channel.framing
            if self.passing:
                first_ns = first.arrival_ns(chunk)
                begin_ns = (arrival_ns if first_ns is None else first_ns) + self._start_ns
                self.passing = arrival_ns < begin_ns
            if self.passing or clock.speed is None:
                clock.jump(arrival_ns)
                if arrival_ns - breathed_ns > _BREATH_NS:
                    breathed_ns = arrival_ns
                    await asyncio.sleep(0)
            else:
                if not started:
                    clock.jump(begin_ns)
                    started = True
                # looked at now and then: the clock may be held, or made quicker
                while (early_s := (arrival_ns - clock()) * 1e-9 / clock.speed) > _SHORTEST_S:  # noqa: ASYNC110
                    await asyncio.sleep(min(early_s, _LOOK_S))
                await asyncio.sleep(0)  # where it lags behind, others get a turn all the same
            yield stamps.of(chunk)

    async def send(self, data: bytes) -> bool:  # noqa: ARG002
        """Nobody is there."""
        return False

    async def reconnect(self, reason: str) -> None:
        """There is nothing to connect to."""


class _StampsFromFirst:
    """Counts the stamps of another program from the first one on."""

    def __init__(self) -> None:
        self._first_s: float | None = None

    def of(self, chunk: Chunk) -> Chunk:
        if not isinstance(chunk, SampleBlock):
            return chunk
        block = chunk.block
        if self._first_s is None:
            known = block.time_s[np.isfinite(block.time_s)]
            if not len(known):
                return chunk
            self._first_s = float(known[0]) if abs(known[0]) < _ABSURD_S else 0.0
        return replace(chunk, block=ImuBlock(block.time_s - self._first_s, block.acc, block.gyr))


class _FirstSamples:
    """When the first samples came."""

    def __init__(self) -> None:
        self._arrival_ns: int | None = None
        self._decoders: dict[Channel, FrameDecoder] = {}

    def arrival_ns(self, chunk: Chunk) -> int | None:
        """None until they have."""
        if self._arrival_ns is None and self._has_samples(chunk):
            self._arrival_ns = chunk.arrival_ns
        return self._arrival_ns

    def _has_samples(self, chunk: Chunk) -> bool:
        match chunk:
            case Packet(channel=channel, data=data):
                decoder = self._decoders.setdefault(channel, FrameDecoder(channel.framing))
                return any(isinstance(one, Samples) for one in decoder.feed(data))
            case LinkEvent():
                self._decoders.clear()
                return False
            case _:
                return isinstance(chunk, SampleBlock)
