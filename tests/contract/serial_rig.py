"""A serial port with a device at its other end: a pty, behind a name that stays."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from repclip.source import session_clock
from repclip.transports import Patience, SerialSource
from repclip.transports.ports import Port
from source_conformance import LinkRig

QUICK = Patience(first_s=5.0, again_s=5.0, delays_s=(0.0, 0.01))


class Pty:
    """``name`` is the port, while it is plugged in."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.heard = b""
        self.answer = b""  # to each command
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        import tty  # not there on Windows

        self._ends = master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self.heard = b""
        asyncio.get_running_loop().add_reader(master, self._hear, master)
        self.name.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        if self._ends is not None:
            asyncio.get_running_loop().remove_reader(self._ends[0])
            self.name.unlink()
            for end in self._ends:
                os.close(end)
            self._ends = None

    def say(self, data: bytes) -> None:
        assert self._ends is not None
        assert os.write(self._ends[0], data) == len(data)

    def _hear(self, master: int) -> None:
        with suppress(BlockingIOError):
            came = os.read(master, 4096)
            self.heard += came
            if self.answer and came.endswith(b"\0"):
                self.say(self.answer)


class SerialRig(LinkRig):
    whole = False

    def __init__(self, pty: Pty, source: SerialSource) -> None:
        self.pty = pty
        self.source = source

    @property
    def heard(self) -> bytes:
        return self.pty.heard

    async def say(self, data: bytes) -> None:
        self.pty.say(data)

    async def vanish(self) -> None:
        self.pty.unplug()

    async def appear(self) -> None:
        self.pty.plug()


@asynccontextmanager
async def serial_rig(folder: Path, capacity: int = 1000) -> AsyncIterator[SerialRig]:
    pty = Pty(folder / "ttyACM0")
    pty.plug()
    port = Port(str(pty.name))
    try:
        yield SerialRig(pty, SerialSource(port, session_clock(), patience=QUICK, capacity=capacity))
    finally:
        pty.unplug()
