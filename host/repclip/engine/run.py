"""The one loop: chunks of a source go to the recording and down the pipeline, commands go back.

Live and replay are the same run; a replay only has nobody to talk to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Final, Protocol

from repclip.engine.dialog import Dialog, Sampling
from repclip.engine.outputs import DeviceTrouble, Output, RecordingMoved, RecordingStopped
from repclip.engine.pipeline import Pipeline
from repclip.errors import RepclipError, WrongDeviceError
from repclip.source import ByteSource, Chunk, HostClock, HostMark, LinkChange, LinkEvent, MarkKind
from repclip.wire import encode_command
from repsignal import CounterParams

__all__ = ["AT_ONCE", "Engine", "Recorder", "Take"]

AT_ONCE: Final = 512  # samples that may wait where nobody watches: it is quicker so, and the same
_TALK_S: Final = 0.05  # how often it is looked whether something is to be said
_COMMIT_S: Final = 0.5  # of at most a second that may be lost
_SILENCES: Final = 1  # the board may just have been switched on
_NOT_OURS: Final = (
    "what is there does not answer as a sensor of ours: is repclip's firmware on it? "
    "'repclip flash' puts it there, 'repclip scan' says what is in sight"
)
_NEWER: Final = "the board's firmware is newer than this program (protocol {}): update repclip"
_FAREWELL_S: Final = 1.0

Take = Callable[[Output], None]


class Recorder(Protocol):
    """Keeps what came. Both raise a RepclipError when that is no longer possible."""

    def write(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        ...

    def commit(self) -> Path | None:
        """Let nothing that was written be lost, whatever happens to the program. Where it goes on, if elsewhere now."""
        ...


class Engine:
    """Runs a source until it ends or ``stop`` is called; ``take`` is told all outputs, in order."""

    def __init__(
        self,
        source: ByteSource,
        clock: HostClock,
        take: Take,
        *,
        params: CounterParams | None = None,
        recorder: Recorder | None = None,
        sampling: Sampling | None = None,
        talk: bool = True,
        at_once: int = 0,
    ) -> None:
        self.pipeline = Pipeline(params, at_once=at_once)
        self._source = source
        self._clock = clock
        self._take = take
        self._recorder = recorder
        self._dialog = Dialog(self.pipeline.assembly, sampling) if talk else None
        self._trouble: str | None = None
        self._silences = 0
        self._pump: asyncio.Task[None] | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the source ends; flushes the counter then, whatever ended it.

        Raises
        ------
        LinkError
            when there is no first connection, or nobody there says hello.

        """
        pump = self._pump = asyncio.create_task(self._receive())
        talk = asyncio.create_task(self._converse())
        try:
            with suppress(asyncio.CancelledError):
                await asyncio.wait([pump, talk], return_when=asyncio.FIRST_COMPLETED)
            if not pump.done():
                await self._end(pump)
                await asyncio.wait([pump])
            if not pump.cancelled():
                pump.result()
            if talk.done():
                talk.result()
        finally:
            talk.cancel()
            await asyncio.gather(talk, return_exceptions=True)
            for output in self.pipeline.flush():
                self._take(output)
            self._record_commit()

    def stop(self) -> None:
        """End the run, if there is one; the link is closed in good order."""
        if self._pump is not None and not self._pump.done() and self._stopping is None:
            self._record_commit()  # who closes the link may be in no hurry
            self._stopping = asyncio.create_task(self._end(self._pump))

    def mark(self, kind: MarkKind, text: str = "") -> None:
        """The user says something: it is recorded and counted in its place."""
        self._chunk(HostMark(self._clock(), kind, text))

    async def _receive(self) -> None:
        async with aclosing(self._source.chunks()) as chunks:
            async for chunk in chunks:
                self._chunk(chunk)

    async def _end(self, pump: asyncio.Task[None]) -> None:
        await self._catch_up()
        await self._say_farewell()  # before: whoever reads a source and is cancelled closes its link
        pump.cancel()

    async def _catch_up(self) -> None:
        """What is missing at the end is on its way, or will be asked for in a moment."""
        with suppress(asyncio.TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                while self._dialog and self._dialog.streaming and self.pipeline.assembly.missing:  # noqa: ASYNC110
                    await asyncio.sleep(_TALK_S)

    def _chunk(self, chunk: Chunk) -> None:
        self._record(chunk)
        for output in self.pipeline.feed(chunk):
            self._take(output)
        dialog = self._dialog
        if dialog is None:
            return
        match chunk:
            case LinkEvent(arrival_ns, LinkChange.CONNECTED):
                dialog.connected(arrival_ns)
            case LinkEvent(change=LinkChange.LOST):
                dialog.lost()
            case _:
                dialog.heard(self.pipeline.messages, chunk.arrival_ns)

    async def _converse(self) -> None:
        committed_ns = self._clock()
        while True:
            await asyncio.sleep(_TALK_S)
            now_ns = self._clock()
            if now_ns - committed_ns >= _COMMIT_S * 1e9:
                committed_ns = now_ns
                self._record_commit()
            if self._dialog is not None:
                await self._talk(self._dialog, now_ns)

    async def _talk(self, dialog: Dialog, now_ns: int) -> None:
        for command, tag in dialog.due(now_ns, self.pipeline.last_data_seq):
            await self._source.send(encode_command(command, tag, self._source.framing))
        newer = None if dialog.too_new is None else _NEWER.format(dialog.too_new)
        trouble = newer or dialog.trouble
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble is not None:
                self._take(DeviceTrouble(trouble))
        if dialog.dead is not None:
            reason, dialog.dead = dialog.dead, None
            dialog.lost()
            self._silences += 1
            if self._silences > _SILENCES and not dialog.met:
                raise WrongDeviceError(None, newer or _NOT_OURS)
            await self._source.reconnect(reason)

    async def _say_farewell(self) -> None:
        if self._dialog is None:
            return
        for command, tag in self._dialog.farewell():
            with suppress(asyncio.TimeoutError):
                async with asyncio.timeout(_FAREWELL_S):
                    await self._source.send(encode_command(command, tag, self._source.framing))

    def _record(self, chunk: Chunk) -> None:
        if self._recorder is not None:
            try:
                self._recorder.write(chunk)
            except RepclipError as exc:
                self._recorder = None
                self._take(RecordingStopped(str(exc)))

    def _record_commit(self) -> None:
        if self._recorder is not None:
            try:
                moved_to = self._recorder.commit()
            except RepclipError as exc:
                self._recorder = None
                self._take(RecordingStopped(str(exc)))
            else:
                if moved_to is not None:
                    self._take(RecordingMoved(moved_to))
