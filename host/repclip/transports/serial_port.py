"""A serial line: USB, or a UART bridge."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from typing import Final

import serial

from repclip.errors import LinkError, LinkPortError, NoConnectionError, NoSensorFoundError, SeveralSensorsError
from repclip.source import Channel, HostClock
from repclip.transports.inbox import CAPACITY, Inbox
from repclip.transports.ports import (
    PORT_ERRORS,
    Port,
    PortFault,
    list_boards,
    open_port,
    port_problem,
    same_board,
)
from repclip.transports.retry import Patience, RetryingSource
from repclip.wire import Framing

__all__ = ["SerialSource"]

_READ_S: Final = 0.5  # how long a thread waits for a byte, where a read cannot be cancelled
_WRITE_S: Final = 1.0  # a board that takes no bytes for so long is stuck
_READ_BYTES: Final = 4096  # at a time


class SerialSource(RetryingSource):
    """The board at a port, found again where it comes back; None: the only board that is plugged in."""

    def __init__(
        self, port: Port | None, clock: HostClock, *, patience: Patience | None = None, capacity: int = CAPACITY
    ) -> None:
        super().__init__(clock, patience, capacity)
        self._wanted = port
        self._known: Port | None = None

    @property
    def framing(self) -> Framing:
        """Chunks between zeros."""
        return Framing.SERIAL

    async def _connect(self, inbox: Inbox, limit_s: float) -> _SerialLink:
        worker = ThreadPoolExecutor(1, "serial port")
        opening = worker.submit(self._find_and_open)
        try:
            async with asyncio.timeout(limit_s):
                where, line = await asyncio.wrap_future(opening)
        except BaseException as exc:
            opening.add_done_callback(_close_late)
            worker.shutdown(wait=False)
            if isinstance(exc, TimeoutError):
                problem = f"the port does not open within {limit_s:.2g} s: plug it in again"
                raise NoConnectionError(None if self._known is None else self._known.device, problem) from exc
            raise
        self._known = where
        return _SerialLink(where, line, inbox, worker)

    def _find_and_open(self) -> tuple[Port, serial.Serial]:
        """In a thread: either may take its time."""
        where = self._where()
        try:
            return where, open_port(where.device, read_s=_READ_S, write_s=_WRITE_S)
        except PORT_ERRORS as exc:
            problem = port_problem(where.device, exc)
            raise LinkPortError(where.device, problem.text, reason=problem.fault) from exc

    def _where(self) -> Port:
        if self._known is not None:
            again = same_board(self._known)
            if again is None:
                problem = "unplugged; plug it in again, at whichever socket"
                raise LinkPortError(self._known.device, problem, reason=PortFault.MISSING)
            return again
        return self._wanted or _only_board()


class _SerialLink:
    """An open port, with a thread that reads it and one that writes it: that works on every system."""

    def __init__(self, where: Port, line: serial.Serial, inbox: Inbox, worker: ThreadPoolExecutor) -> None:
        self._where = where
        self._line = line
        self._inbox = inbox
        self._worker = worker
        self._closing = False
        self._reader = Thread(target=self._read, name="serial reader", daemon=True)
        self._reader.start()

    @property
    def name(self) -> str:
        """The port."""
        return str(self._where)

    @property
    def signal_dbm(self) -> None:
        """A cable has none."""

    async def send(self, data: bytes) -> bool:
        """Write it, or at least try for a second."""
        try:
            writing = self._worker.submit(self._write, data)
        except RuntimeError:  # closed
            return False
        return await asyncio.wrap_future(writing)

    async def close(self) -> None:
        """End the threads, then close the port."""
        self._closing = True
        with suppress(*PORT_ERRORS):
            self._line.cancel_read()
            self._line.cancel_write()
        try:
            await asyncio.shield(asyncio.wrap_future(self._worker.submit(self._finish)))
        finally:
            self._worker.shutdown(wait=False)

    def _write(self, data: bytes) -> bool:
        try:
            self._line.write(data)
        except PORT_ERRORS:
            return False
        return True

    def _finish(self) -> None:
        self._reader.join()
        with suppress(*PORT_ERRORS):
            self._line.close()

    def _read(self) -> None:
        try:
            while not self._closing:
                data = self._line.read(1)
                if data:
                    more = min(self._line.in_waiting, _READ_BYTES - 1)
                    self._inbox.put(Channel.SERIAL, data + self._line.read(more) if more else data)
        except PORT_ERRORS:
            # pyserial's own words are for programmers, and long.
            self._inbox.end(f"{self._where.device} is gone: unplugged, switched off, or read by another program")


def _only_board() -> Port:
    boards, others = list_boards()
    if not boards:
        problem = "no board is plugged in: use a USB cable that carries data, not only power"
        raise NoSensorFoundError(None, problem, seen=[f"{one.device} (if it is one, name it)" for one in others])
    if len(boards) > 1:
        raise SeveralSensorsError([f"--serial {one.device}" for one in boards], [str(one) for one in boards])
    return boards[0]


def _close_late(opening: Future[tuple[Port, serial.Serial]]) -> None:
    """Nobody waits any more for the port that opened."""
    with suppress(LinkError, *PORT_ERRORS):
        if not opening.cancelled():
            opening.result()[1].close()
