"""What the whole firmware takes of the heap, on this machine's MicroPython and on one with words of 32 bits.

Boards have words of 32 bits, and so has MicroPython for WebAssembly; there is no other that runs on a PC without a
compiler. It has no machine code, so there ``hot.py`` runs as bytecode, on pointers of ``_POINTERS``. ::

    npm install @micropython/micropython-webassembly-pyscript
    REPCLIP_MICROPYTHON_WASM=node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs pytest …
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import micropython_runner as micropython
from repclip import wire

MODELS = ("MPU-6050", "LSM6DSO")
_WASM = "REPCLIP_MICROPYTHON_WASM"

_POINTERS = """
import uctypes


class _Pointer:
    def __init__(self, target, width):
        size = len(target) * (4 if hasattr(target, "append") and not isinstance(target, bytearray) else 1)
        self.memory = uctypes.bytearray_at(uctypes.addressof(target), size)
        self.width = width

    def __getitem__(self, at):
        value = 0
        for k in range(self.width):
            value |= self.memory[at * self.width + k] << 8 * k
        return value

    def __setitem__(self, at, value):
        for k in range(self.width):
            self.memory[at * self.width + k] = value >> 8 * k & 0xFF


def ptr8(target):
    return _Pointer(target, 1)


def ptr16(target):
    return _Pointer(target, 2)


def ptr32(target):
    return _Pointer(target, 4)
"""


def _asked(model: str, seconds: int) -> str:
    start, alive = (wire.command_frame(one, 1).hex() for one in (wire.Start(100, 8, 1000), wire.AskTime(5)))
    config = {"board": "picow"}
    return json.dumps({"model": model, "config": config, "seconds": seconds, "start": start, "time": alive})


def measure(model: str, heap: str = "512k", *, compiled: bool = True, seconds: int = 20) -> dict[str, int]:
    """Bytes: ``before`` the firmware, and what it takes from then on; of a ``heap`` of so much in all."""
    firmware = micropython.compiled() if compiled else micropython.FIRMWARE
    said = micropython.run("heap.py", _asked(model, seconds), heap=heap, firmware=firmware, timeout_s=60)
    return dict(json.loads(said.decode().splitlines()[-1]))


def peak(model: str, *, compiled: bool = True) -> int:
    """The smallest heap the firmware runs in, less what was there before it: garbage and odd holes count too."""
    low, high, least = 100, 400, 0
    while high - low > 1:
        middle = (low + high) // 2
        try:
            found = measure(model, f"{middle}k", compiled=compiled, seconds=5)
        except AssertionError:  # MemoryError, there
            low = middle
        else:
            high = middle
            least = found["heap"] - found["before"]
    return least


def program_of_32_bits() -> Path | None:
    """MicroPython for WebAssembly, where it is named and can run."""
    path = os.environ.get(_WASM)
    return Path(path).resolve() if path and shutil.which("node") else None


def measure_with_32_bits(program: Path, model: str) -> dict[str, int]:
    """As `measure`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "repfw").mkdir()
        for source in (micropython.FIRMWARE / "repfw").glob("*.py"):
            text = source.read_text(encoding="utf-8")
            if source.stem == "hot":
                text = re.sub(r"(\w+): int", r"\1", text.replace("@micropython.viper\n", ""))
                text = re.sub(r" -> \w+:", ":", text)
                text = text.replace("import micropython\n", "from pointers import ptr8, ptr16, ptr32\n")
            _compile(text, folder / "repfw" / source.name)
        for source in (*(micropython.HERE / "edge").glob("*.py"), *(micropython.HERE / "models").glob("*.py")):
            _compile(source.read_text(encoding="utf-8"), folder / source.name)
        _compile((micropython.SCRIPTS / "heap.py").read_text(encoding="utf-8"), folder / "heap.py")
        _compile(_POINTERS, folder / "pointers.py")
        _compile("", folder / "socket.py")
        _compile("def urandom(count):\n    return bytes(count)\n", folder / "os.py")
        shutil.copy(micropython.FIRMWARE / "config.py", folder)
        script = micropython.HERE / "heap_with_32_bits.mjs"
        done = subprocess.run(
            ["node", str(script), program.as_uri(), name, _asked(model, 20)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _compile(text: str, target: Path) -> None:
    target.write_text(text, encoding="utf-8")
    micropython.compile_module(target, target.with_suffix(".mpy"), f"{target.parent.name}/{target.name}")
    target.unlink()
