"""What the whole firmware takes of the heap: on this machine's MicroPython, and on one with words of 32 bits.

Here pointers are twice as long as on a board, and so are most things. So what is stated for boards is measured with
words of 32 bits (see ``wasi_micropython.py``), where the heap is made smaller until the firmware does not run any more;
and what differs on a board is added:

- Machine code. A Pico has it in its heap, an ESP32 elsewhere; there bytecode stands in for it. The difference is added,
  or taken off.
- Names. Those that the models of the hardware have too would cost nothing here: they are added. And MicroPython makes
  room for names in pools, each twice as large as the one before: the pool that is begun is filled up, so that the
  firmware's names need a new one, which is as large as all the pools that a board has.
- What a file takes while a module is loaded from it, for what has to be free.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import micropython_runner as micropython
from repclip import wire

MODELS = ("MPU-6050", "LSM6DSO")

_LARGE = 512 * 1024
_LARGE_32 = 400_000  # with words of 32 bits
_NEAR = 128  # bytes: how exactly it is found what has to be free
_HEAP_MAIN = "import heap\nheap.main()"
_STAND_INS = (
    "bench",
    "bluetooth",
    "chip",
    "lsm_chip",
    "machine",
    "mpu_chip",
    "pointers",
    "simclock",
    "sources",
    "time",
)
_NAMES_TO_A_POOL = 620  # 20 + 40 + 80 + 160 + 320
_MARGIN = 4  # what is asked for has a name each, and is not the same twice
_HEADER = 4  # bytes, of a compiled module
_NAME_BYTES = 8  # beside its letters: in the pool, with its zero


@dataclass(frozen=True, slots=True)
class Kind:
    """A board; ``machine_code`` is its processor's if that is in the heap, ``file`` what an open file takes."""

    machine_code: str | None
    file: int


_PICO = Kind("armv6m", 1152)  # littlefs with pages of 256 bytes: a cache of 1024
# Name, kind, whether it has USB only
BOARDS = (
    ("ESP32", Kind(None, 256), False),  # pages of 32 bytes: a cache of 128
    ("Pico", _PICO, True),
    ("Pico W", _PICO, False),
)


def _asked(model: str, seconds: int, *, usb_only: bool = False, names: int = 0, fill: bool = False) -> list[str]:
    start, alive = (wire.command_frame(one, 1).hex() for one in (wire.Start(100, 8, 1000), wire.AskTime(5)))
    board = "pico" if usb_only else "picow"
    return [model, board, str(seconds), start, alive, str(names), "fill" if fill else ""]


def measure(model: str, heap: str = str(_LARGE), *, compiled: bool = True, seconds: int = 20) -> dict[str, int]:
    """Bytes, with words of 64 bits: ``before`` the firmware, and what it takes from then on; of a ``heap`` in all.

    What is free before it is in one piece, as on a board.
    """
    firmware = micropython.compiled() if compiled else micropython.FIRMWARE
    asked = _asked(model, seconds, fill=True)
    said = micropython.run("heap.py", *asked, heap=heap, firmware=firmware, timeout_s=60)
    return dict(json.loads(said.decode(errors="replace").splitlines()[-1]))


def fits(model: str, free: int, *, compiled: bool = True) -> bool:
    """Whether it starts and streams with so much free before it, with words of 64 bits."""
    large = measure(model, compiled=compiled, seconds=0)
    return _fits(lambda heap: measure(model, str(heap), compiled=compiled, seconds=5), large, _LARGE, free)


def least(model: str, *, compiled: bool = True) -> int:
    """How much has to be free before it, with words of 64 bits: garbage and odd holes count too."""
    return _least(lambda free: fits(model, free, compiled=compiled))


def _fits(run: Callable[[int], dict[str, int]], large: dict[str, int], large_heap: int, free: int) -> bool:
    """Whether it runs with so much free before it; ``large`` is what it takes of a large heap."""
    # Of what is asked for, some is the collector's own.
    heap = (large["before"] + free) * large_heap // large["heap"]
    for _ in range(4):
        try:
            found = run(heap)
        except AssertionError:  # MemoryError, there
            return False
        # Names of folders take room before, more or less of it: what came out as too much is taken off.
        excess = found["heap"] - found["before"] - free
        if excess <= _NEAR:
            return True
        heap -= excess
    raise AssertionError(f"the heap cannot be made so that {free} bytes are free")


def _least(fits: Callable[[int], bool]) -> int:
    low, high = 40_000, 300_000
    while high - low > _NEAR:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


class With32Bits:
    """The firmware in a folder for a MicroPython with words of 32 bits."""

    def __init__(self, folder: Path, *, compiled: bool = True) -> None:
        import wasi_micropython

        self.folder = folder
        self._run = wasi_micropython.run
        (folder / "repfw").mkdir()
        for source in sorted((micropython.FIRMWARE / "repfw").glob("*.py")):
            text = wasi_micropython.made_fit(source.read_text(encoding="utf-8"))
            (folder / "repfw" / source.name).write_text(text, encoding="utf-8")
        for folder_of in (micropython.HERE / "edge", micropython.HERE / "models", micropython.SCRIPTS):
            for source in folder_of.glob("*.py"):
                if source.stem in (*_STAND_INS, "heap", "new_names"):
                    shutil.copy(source, folder)
        (folder / "socket.py").write_text("", encoding="utf-8")
        (folder / "os.py").write_text("def urandom(count):\n    return bytes(count)\n", encoding="utf-8")
        for source in folder.glob("*.py" if not compiled else "**/*.py"):
            micropython.compile_module(source, source.with_suffix(".mpy"))
            source.unlink()
        shutil.copy(micropython.FIRMWARE / "config.py", folder)

    def needs(self, model: str, kind: Kind, *, usb_only: bool = False) -> tuple[int, int]:
        """Bytes: what it takes while it streams, and what has to be free before it."""
        run, large = self._started(model, usb_only=usb_only)
        more = self._differs(kind)
        least = _least(lambda free: _fits(run, large, _LARGE_32, free))
        return large["streaming"] + more, least + more + kind.file

    def fits(self, model: str, kind: Kind, free: int, *, usb_only: bool = False) -> bool:
        """Whether it starts and streams with so many bytes free before it."""
        run, large = self._started(model, usb_only=usb_only)
        return _fits(run, large, _LARGE_32, free - self._differs(kind) - kind.file)

    def _started(self, model: str, *, usb_only: bool) -> tuple[Callable[[int], dict[str, int]], dict[str, int]]:
        """What runs it for a while in a heap of so many bytes, and what it took of a large one in a longer while."""
        first = self._run(self.folder, _LARGE_32, "-c", _HEAP_MAIN, *_asked(model, 0, usb_only=usb_only))
        names = _NAMES_TO_A_POOL - _MARGIN - int(first.split("n_qstr=")[1].split(",")[0])

        def run(heap: int, seconds: int = 5) -> dict[str, int]:
            asked = _asked(model, seconds, names=names, usb_only=usb_only, fill=True)
            said = self._run(self.folder, heap, "-c", _HEAP_MAIN, *asked)
            return dict(json.loads(said.splitlines()[-1]))

        return run, run(_LARGE_32, 20)

    def _differs(self, kind: Kind) -> int:
        """Bytes that it takes on such a board beside those it takes here."""
        return self._shared_names() + self._machine_code(kind)

    def _machine_code(self, kind: Kind) -> int:
        """Bytes that it takes in the heap, less those of the bytecode in its place."""
        more = 0
        for source in (micropython.FIRMWARE / "repfw").glob("*.py"):
            text = source.read_text(encoding="utf-8")
            if "micropython.viper" in text:
                compiled = self.folder / "compiled.bin"
                if kind.machine_code is None:
                    (self.folder / source.name).write_text(_emptied(text), encoding="utf-8")
                    micropython.compile_module(self.folder / source.name, compiled)
                else:
                    micropython.compile_module(source, compiled, kind.machine_code)
                more += compiled.stat().st_size - (self.folder / "repfw" / f"{source.stem}.mpy").stat().st_size
                compiled.unlink()
        return more

    def _shared_names(self) -> int:
        """Bytes of the names that the firmware and what stands in for the hardware both have, and boards have not."""
        ours = set().union(*(_names(path) for path in (self.folder / "repfw").glob("*.mpy")))
        theirs = set().union(*(_names(self.folder / f"{name}.mpy") for name in (*_STAND_INS, "heap")))
        both = sorted((ours & theirs) - _of_boards())
        (self.folder / "names.txt").write_text("".join(f"{name}\n" for name in both), encoding="utf-8")
        said = self._run(self.folder, _LARGE_32, "-m", "new_names", "names.txt")
        counts = [int(count) for count in re.findall(r"n_qstr=(\d+)", said)]
        new = [name for name, before, after in zip(both, counts[::2], counts[1::2], strict=True) if after > before]
        return sum(len(name) + _NAME_BYTES for name in new)


@contextmanager
def with_32_bits(*, compiled: bool = True) -> Iterator[With32Bits]:
    """In a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        yield With32Bits(Path(name), compiled=compiled)


@cache
def _of_boards() -> frozenset[str]:
    """The names of a board's own modules, as far as the stand-ins have them."""
    found: set[str] = set()
    for name in ("machine", "bluetooth", "time"):
        for node in ast.walk(ast.parse((micropython.HERE / "edge" / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
    return frozenset(name for name in found if not name.startswith("_"))


def _emptied(source: str) -> str:
    """With functions of machine code that do nothing."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any("viper" in ast.unparse(one) for one in node.decorator_list):
            node.body, node.decorator_list, node.returns = [ast.Pass()], [], None
    return ast.unparse(tree)


def keeps_what_lies_behind(path: Path) -> bool:
    """Whether a compiled module keeps what comes to lie behind its names, with words of 32 bits.

    Names (2 bytes each) and constants are one table (py/bc.c, mp_module_context_alloc_tables). Where there are no
    constants, the pointer to them is the end of the names: if that is the end of a block of 16 bytes too, the collector
    takes it for one to the next block.
    """
    data = path.read_bytes()
    names, at = _number(data, _HEADER)
    constants, _ = _number(data, at)
    return not constants and -(-names // 2) % 4 == 0


def _names(path: Path) -> set[str]:
    """The names a compiled module brings along: MicroPython's py/persistentcode.c, mp_raw_code_load."""
    data = path.read_bytes()
    count, at = _number(data, _HEADER)
    _, at = _number(data, at)
    found = set()
    for _ in range(count):
        length, at = _number(data, at)
        if not length & 1:  # else it is one that every MicroPython has
            found.add(data[at : at + (length >> 1)].decode())
            at += (length >> 1) + 1
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of a compiled module, and where the next stands."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at
