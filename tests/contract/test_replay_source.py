"""The conformance suite of `ByteSource`, run by a replay."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.recording.writer import RecordingWriter
from repclip.source import Channel, LinkChange, LinkEvent, Packet
from source_conformance import MakeRig, Rig, SourceConformance


class ReplayRig(Rig):
    channel = Channel.BLE_DATA

    def __init__(self, path: Path) -> None:
        self._path = path
        self.source = ReplaySource(lambda: iter(()), ReplayClock(time.monotonic_ns, None))

    async def prepare(self, *links: Sequence[bytes]) -> None:
        now = 0
        with RecordingWriter(self._path) as writer:
            for number, pieces in enumerate(links):
                if number:
                    now += 1
                    writer.write(LinkEvent(now, LinkChange.LOST, "gone"))
                now += 1
                writer.write(LinkEvent(now, LinkChange.CONNECTED, "it"))
                for piece in pieces:
                    now += 1
                    writer.write(Packet(now, self.channel, piece))
        self.source = ReplaySource(RecordingReader(self._path).chunks, ReplayClock(time.monotonic_ns, None))

    async def say(self, data: bytes) -> None: ...
    async def lose(self) -> None: ...


@asynccontextmanager
async def rig(folder):
    yield ReplayRig(folder / "a.repclip")


class TestReplay(SourceConformance):
    @pytest.fixture
    def make_rig(self, tmp_path: Path) -> MakeRig:
        return partial(rig, tmp_path)
