"""Every kind of source does what `source_conformance.py` asks."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from repclip.source import Channel, LinkChange, LinkEvent, Packet, session_clock
from repclip.testing.scripted import ScriptedSource
from source_conformance import LinkConformance, MakeLinkRig, MakeRig, Rig, SourceConformance


class ScriptedRig(Rig):
    def __init__(self) -> None:
        self.source: ScriptedSource = ScriptedSource(stays=True)
        self._clock = session_clock()

    async def say(self, data: bytes) -> None:
        self.source.bring(Packet(self._clock(), Channel.SERIAL, data))

    async def lose(self) -> None:
        for change in (LinkChange.LOST, LinkChange.CONNECTED):
            self.source.bring(LinkEvent(self._clock(), change, "by the test"))


@asynccontextmanager
async def scripted_rig() -> AsyncIterator[Rig]:
    yield ScriptedRig()


class TestScripted(SourceConformance):
    @pytest.fixture
    def make_rig(self) -> MakeRig:
        return scripted_rig


@pytest.mark.skipif(os.name == "nt", reason="Windows has no ptys, and a serial port has to be made of one here")
class TestSerial(LinkConformance):
    @pytest.fixture
    def make_rig(self, tmp_path: Path) -> MakeLinkRig:
        from serial_rig import serial_rig  # which needs ptys

        return partial(serial_rig, tmp_path)


class TestBle(LinkConformance):
    @pytest.fixture
    def make_rig(self) -> MakeLinkRig:
        pytest.importorskip("bumble", reason="bumble, the virtual radio, is not installed")
        from ble_rig import ble_rig

        return ble_rig
