"""A board made of the real MicroPython: its prompt on a pty, littlefs in a file, resets, and a cable to pull.

MicroPython runs on a terminal of its own, since it needs one that Ctrl-C reaches it by; a thread carries bytes between
that and a second pty, whose path is the board's port. A process that ends is a reset: by ``machine.reset()`` a hard
one, by Ctrl-D a soft one, after which, as on a board, the raw prompt comes again if it was there before.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import termios
import threading
import time
import tty
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ONBOARD = Path(__file__).resolve().parent / "onboard"
EDGE = ONBOARD.parents[2] / "firmware"  # the hardware, as the firmware's own tests know it
LAUNCHER = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
SETTLED_S = 5.0


class SimulatedBoard:
    """One board; ``plug`` it in first."""

    def __init__(
        self,
        micropython: str,
        folder: Path,
        *,
        release: str = "1.24.1",
        machine: str = "Raspberry Pi Pico W with RP2040",
        implementation: str = "micropython",
        mpy: int | None = None,
        blocks: int = 64,
    ) -> None:
        self._micropython = micropython
        self._flash = folder / "flash.bin"
        self._flash.write_bytes(b"\xff" * 4096 * blocks)
        self.environment = {
            "BOARD_FLASH": str(self._flash),
            "BOARD_BLOCKS": str(blocks),
            "BOARD_SENSOR": "104",  # where it is on the bus
            "BOARD_RELEASE": release,
            "BOARD_MACHINE": machine,
            "BOARD_IMPLEMENTATION": implementation,
            "BOARD_MPY": "" if mpy is None else str(mpy),
            "MICROPYPATH": ":".join(map(str, (ONBOARD, EDGE / "edge", EDGE / "models", ".frozen"))),
        }
        self.port: str | None = None
        self.boots = 0
        self.unplug_at: bytes | None = None  # pull the cable when the host sends this
        self.writes = 0  # files opened for writing by the host
        self._thread: threading.Thread | None = None
        self._outer = self._outer_slave = self._inner = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()

    # The cable

    def plug(self) -> str:
        """Give it power; returns its port."""
        assert self._thread is None
        self._outer, self._outer_slave = _raw_pty()
        self.port = os.ttyname(self._outer_slave)
        self._stop.clear()
        self._boot("hard")
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()
        return self.port

    def unplug(self) -> None:
        """Pull the cable, if it is plugged in."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=SETTLED_S)
            self._thread = None

    def wait_for_boot(self, number: int) -> None:
        """Until it has started so often; a reset takes its time."""
        deadline = time.monotonic() + SETTLED_S
        while self.boots < number and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.boots == number

    # Its flash

    def put(self, files: Mapping[str, bytes]) -> None:
        """Put files there; the board must be unplugged, or two would write at once."""
        assert self._thread is None
        self._shelf(files)

    def files(self) -> dict[str, bytes]:
        """All that is on it; a board that is plugged in must be idle."""
        return self._shelf({})

    def _shelf(self, put: Mapping[str, bytes]) -> dict[str, bytes]:
        wanted = {path: b64encode(data).decode() for path, data in put.items()}
        done = subprocess.run(
            [self._micropython, str(ONBOARD / "shelf.py")],
            input=json.dumps(wanted),
            env={**os.environ, **self.environment, "BOARD_BOOT": "shelf"},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=20,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return {path: b64decode(data) for path, data in json.loads(done.stdout.splitlines()[-1]).items()}

    # What it does

    def _boot(self, how: str) -> None:
        inner, slave = _raw_pty()
        self._inner = inner
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", LAUNCHER, self._micropython, "-i", str(ONBOARD / "simulated.py")],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, **self.environment, "BOARD_BOOT": how},
            start_new_session=True,
        )
        os.close(slave)
        self.boots += 1

    def _carry(self) -> None:
        recent = b""
        raw = False
        while not self._stop.is_set():
            ready, _, _ = select.select([self._outer, self._inner], [], [], 0.02)
            if self._outer in ready:
                data = os.read(self._outer, 4096)
                recent = b"" if self.unplug_at is None else (recent + data)[-4096:]
                raw = raw if not data.strip(b"\r\x03") else b"\x01" in data or (raw and b"\x02" not in data)
                self.writes += data.count(b"'wb')")
                if self.unplug_at is not None and self.unplug_at in recent:
                    self.unplug_at = None
                    self._stop.set()
                    break
                _write(self._inner, data)
            if self._inner in ready:
                try:
                    data = os.read(self._inner, 4096)
                except OSError:
                    data = b""
                if data:
                    _write(self._outer, data)
                else:
                    raw = self._reset(raw)
        self._power_off()

    def _reset(self, raw: bool) -> bool:
        assert self._process is not None
        os.close(self._inner)
        if self._process.wait(timeout=SETTLED_S) == -signal.SIGKILL:
            self._boot("hard")
            return False
        _write(self._outer, b"MPY: soft reboot\r\n")
        self._boot("raw" if raw else "hard")
        if raw:
            self._read_until(b">>> ")
            os.write(self._inner, b"\x01")
            self._read_until(b"\r\n")
            return True
        return False

    def _read_until(self, ending: bytes) -> None:
        data = b""
        deadline = time.monotonic() + SETTLED_S
        while not data.endswith(ending) and time.monotonic() < deadline:
            data += os.read(self._inner, 1)

    def _power_off(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=SETTLED_S)
        for descriptor in (self._inner, self._outer_slave, self._outer):
            with suppress(OSError):
                os.close(descriptor)
        self.port = None


def _raw_pty() -> tuple[int, int]:
    """Master and slave, bytes as they are in both directions, but Ctrl-C still interrupts."""
    master, slave = os.openpty()
    tty.setraw(slave)
    modes = termios.tcgetattr(slave)
    modes[3] |= termios.ISIG
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    return master, slave


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
