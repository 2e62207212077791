"""A board at its prompt, spoken to through mpremote's transport.

The transport is used as a library and not as a program: each command of the program would open the port anew, which
resets some boards, and what goes wrong would have to be read off its words.
"""

from __future__ import annotations

import ast
import re
import struct
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Final, Protocol, Self, cast

import serial
from mpremote.transport import TransportError, TransportExecError  # pyright: ignore[reportMissingTypeStubs]
from mpremote.transport_serial import SerialTransport  # pyright: ignore[reportMissingTypeStubs]

from repclip.errors import BoardFaultError, BoardFullError, BoardLostError, NoMicroPythonError
from repclip.flash.kinds import BoardFacts
from repclip.flash.ports import port_error
from repclip.transports.ports import PORT_ERRORS

__all__ = ["Board", "FileOnBoard"]

_BAUD: Final = 115_200
# Each try waits so long for the prompt. Several, since opening the port resets some boards, and these take about 3 s
# to be ready; and since a Ctrl-C may come to a program just when it must not be interrupted.
_PROMPT_S: Final = 2.0
_TRIES: Final = 3
_READ_S: Final = 2.0  # between two bytes of an exchange that takes no time on the board
_WRITE_S: Final = 5.0  # a board that takes no bytes for so long is stuck
_QUIET_S: Final = 0.1  # after a Ctrl-C: what a program still prints has come by then

# Raw bytes of a file a command: as base64 it must fit, twice, into the heap of a board.
_CHUNK: Final = 768
_NO_SPACE: Final = 28  # ENOSPC, on every port of MicroPython

_RAW_PROMPT: Final = b"raw REPL; CTRL-B to exit\r\n"  # then ">", which the transport waits for
_SOFT_RESET: Final = b"soft reboot\r\n"

# What the commands below are made of, sent once. ilistdir knows files (0x8000) from folders (0x4000).
_HELPERS: Final = """
import os, sys, gc
from binascii import a2b_base64 as _d, hexlify
from hashlib import sha256
def _walk(folder):
    for one in os.ilistdir(folder or '/'):
        path = folder + '/' + one[0]
        if one[1] == 0x4000:
            print(repr((path + '/', 0)), end=',')
            _walk(path)
        else:
            print(repr((path, os.stat(path)[6])), end=',')
def _sum(path):
    h = sha256()
    b = bytearray(512)
    with open(path, 'rb') as f:
        while True:
            n = f.readinto(b)
            if not n:
                break
            h.update(memoryview(b)[:n])
    return hexlify(h.digest()).decode()
def _put(old, new):
    try:
        os.rename(old, new)
    except OSError:
        os.remove(new)
        os.rename(old, new)
"""
_FACTS: Final = (
    "(sys.implementation[0], tuple(n for n in sys.implementation[1] if isinstance(n, int)), "
    "getattr(sys.implementation, '_machine', sys.platform), getattr(sys.implementation, '_mpy', 0))"
)


class _Transport(Protocol):
    """What we use of mpremote's."""

    serial: serial.Serial

    def exec(self, command: str) -> bytes: ...
    def exec_raw_no_follow(self, command: str) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FileOnBoard:
    """A file, or a folder, whose path then ends in a slash."""

    path: str
    size_bytes: int


class Board:
    """A board whose program has been stopped; ``restart`` starts it again.

    Every method raises BoardLostError when the board goes away or falls silent, BoardFaultError when it answers
    with an exception, BoardFullError when that says that there is no room.
    """

    def __init__(self, device: str, *, prompt_s: float = _PROMPT_S, tries: int = _TRIES) -> None:
        self.device = device
        self._prompt_s = prompt_s
        self._tries = tries
        self._open: _Transport | None = None

    def __enter__(self) -> Self:
        try:
            transport: object = SerialTransport(self.device, baudrate=_BAUD)
        except (TransportError, *PORT_ERRORS) as exc:
            raise port_error(self.device) from exc
        self._open = cast("_Transport", transport)
        try:
            with self._translated():
                self._stop_program()
                self._open.exec(_HELPERS)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the port, whether or not the board is still there."""
        transport, self._open = self._open, None
        if transport is not None:
            with suppress(*PORT_ERRORS):
                transport.close()

    # What is there

    def facts(self) -> BoardFacts:
        """What MicroPython says of itself."""
        name, version, machine, mpy = cast("tuple[str, tuple[int, ...], str, int]", self._value(_FACTS))
        return BoardFacts(name, version[:3], machine, mpy)

    def files(self) -> list[FileOnBoard]:
        """Every file and folder on it, a folder before what is in it."""
        said = self._run("_walk('')")
        return [FileOnBoard(*entry) for entry in cast("list[tuple[str, int]]", ast.literal_eval(f"[{said}]"))]

    def hashes(self, paths: Iterable[str]) -> dict[str, str]:
        """Of files that are there: SHA-256 in hex, computed on the board."""
        return {path: str(self._value(f"_sum({path!r})")) for path in paths}

    def free_bytes(self) -> int:
        """How much room is left."""
        return int(str(self._value("(lambda s: s[0] * s[3])(os.statvfs('/'))")))

    # What changes it

    def make_folder(self, path: str) -> None:
        """Make a folder whose parent exists."""
        self._run(f"os.mkdir({path!r})")

    def remove(self, path: str) -> None:
        """Remove a file, or an empty folder."""
        self._run(f"os.rmdir({path[:-1]!r})" if path.endswith("/") else f"os.remove({path!r})")

    def rename(self, old: str, new: str) -> None:
        """Give a file the name of another, which is replaced."""
        self._run(f"_put({old!r}, {new!r})")

    def write(self, path: str, data: bytes, wrote: Callable[[int], None]) -> None:
        """Write a file as a whole: only when all of it is there and right, it gets its name."""
        temporary = f"{path}.new"
        self._run(f"_f = open({temporary!r}, 'wb')")
        try:
            for at in range(0, len(data), _CHUNK):
                chunk = data[at : at + _CHUNK]
                self._run(f"_f.write(_d({b64encode(chunk)!r}))")
                wrote(len(chunk))
            self._run("_f.close()")
        except BoardFullError:
            with suppress(BoardFaultError, BoardFullError):
                self._run("_f.close()")
            with suppress(BoardFaultError, BoardFullError):
                self.remove(temporary)
            raise
        if self._value(f"_sum({temporary!r})") != sha256(data).hexdigest():
            raise BoardFaultError(self.device, f"{path} did not arrive as it was sent")
        self.rename(temporary, path)

    def restart(self) -> None:
        """Reset the board, which runs its program again, and let go of the port."""
        with self._translated():
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        self.close()

    # How

    @property
    def _transport(self) -> _Transport:
        if self._open is None:
            raise BoardLostError(self.device, "the port is closed")
        return self._open

    def _run(self, code: str) -> str:
        with self._translated():
            return self._transport.exec(code).decode("utf-8", "replace")

    def _value(self, expression: str) -> object:
        said = self._run(f"print(repr({expression}))")
        try:
            value: object = ast.literal_eval(said.strip())
        except (ValueError, SyntaxError) as exc:
            raise BoardFaultError(self.device, f"the board's answer makes no sense: {said[:60]!r}") from exc
        return value

    @contextmanager
    def _translated(self) -> Generator[None]:
        """Exceptions of mpremote and pyserial into ours."""
        try:
            yield
        except TransportExecError as exc:
            raise self._fault(str(exc.args[-1])) from exc  # the traceback, in every version of mpremote
        except (TransportError, struct.error) as exc:  # struct: an answer of two bytes that did not come in time
            raise BoardLostError(self.device, "the board stopped answering") from exc
        except PORT_ERRORS as exc:
            raise BoardLostError(self.device, "the board went away (unplugged?)") from exc

    def _fault(self, traceback: str) -> BoardFaultError | BoardFullError:
        last = traceback.strip().splitlines()[-1] if traceback.strip() else "an exception"
        if re.match(rf"OSError: (\[Errno {_NO_SPACE}\]|{_NO_SPACE}\b)", last):
            return BoardFullError(self.device, "there is no room left on the board")
        return BoardFaultError(self.device, f"the board says {last!r}")

    def _stop_program(self) -> None:
        """Come to the raw prompt of a board whose memory is free.

        Like mpremote's ``enter_raw_repl``, which prints what it does not understand, never ends on a port that
        babbles, and tries once.
        """
        port = self._transport.serial
        port.write_timeout = _WRITE_S
        for _ in range(self._tries):
            deadline = time.monotonic() + self._prompt_s
            port.timeout = _QUIET_S
            port.write(b"\r\x03")
            time.sleep(_QUIET_S)
            port.reset_input_buffer()
            port.write(b"\r\x01")
            if not _await(port, _RAW_PROMPT, deadline):
                continue
            port.write(b"\x04")  # a soft reset ends timers, the radio and whatever else the program left running
            deadline += self._prompt_s
            if _await(port, _SOFT_RESET, deadline) and _await(port, _RAW_PROMPT, deadline):
                port.timeout = _READ_S
                return
        raise NoMicroPythonError(self.device)


def _await(port: serial.Serial, ending: bytes, deadline: float) -> bool:
    """Read up to this and not a byte further; False if it does not come in time."""
    last = b""
    while time.monotonic() < deadline:
        last = (last + port.read(1))[-len(ending) :]
        if last == ending:
            return True
    return False
