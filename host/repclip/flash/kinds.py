"""What board that is, and whether it will do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from repclip.errors import NoMicroPythonError, OldMicroPythonError, UnknownBoardError

__all__ = ["KINDS", "BoardFacts", "Kind", "check"]

# What `sys.implementation._mpy` >> 10 means: MicroPython's py/persistentcode.h, MP_NATIVE_ARCH_*, by mpy-cross's names.
_ARCHITECTURES: Final = (
    None,
    "x86",
    "x64",
    "armv6",
    "armv6m",
    "armv7m",
    "armv7em",
    "armv7emsp",
    "armv7emdp",
    "xtensa",
    "xtensawin",
    "rv32imc",
    "rv64imc",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of board: the chip as MicroPython names it, and a name for people."""

    chip: str
    name: str


KINDS: Final = (
    Kind("ESP32", "ESP32"),
    Kind("ESP32S3", "ESP32-S3"),
    Kind("ESP32C3", "ESP32-C3"),
    Kind("RP2040", "Raspberry Pi Pico and Pico W"),
    Kind("RP2350", "Raspberry Pi Pico 2 and Pico 2 W"),
)


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What MicroPython says of itself: ``machine`` like "Raspberry Pi Pico W with RP2040", ``mpy`` its bytecode."""

    implementation: str
    version: tuple[int, ...]
    machine: str
    mpy: int

    @property
    def release(self) -> str:
        """The version, for people."""
        return ".".join(map(str, self.version))

    @property
    def chip(self) -> str:
        """What is behind the last "with", without hyphens: "ESP32-C3" has been "ESP32C3" as well."""
        return self.machine.rpartition(" with ")[2].upper().replace("-", "")

    @property
    def bytecode(self) -> tuple[int, int]:
        """Version and sub-version of what it can import."""
        return self.mpy & 0xFF, self.mpy >> 8 & 3

    @property
    def architecture(self) -> str | None:
        """What mpy-cross compiles native code for; None where there is none, or none we know."""
        index = self.mpy >> 10 & 0xF
        return _ARCHITECTURES[index] if index < len(_ARCHITECTURES) else None


def check(facts: BoardFacts, port: str, *, oldest: str, kinds: Sequence[Kind] = KINDS) -> Kind:
    """The kind of board that is, if the firmware runs on it.

    Raises
    ------
    NoMicroPythonError, OldMicroPythonError, UnknownBoardError
        if not.

    """
    if facts.implementation != "micropython":
        raise NoMicroPythonError(port, says=facts.implementation)
    if facts.version < tuple(map(int, re.findall(r"\d+", oldest))):
        raise OldMicroPythonError(port, facts.release, oldest)
    for kind in kinds:
        if kind.chip == facts.chip:
            return kind
    raise UnknownBoardError(port, facts.machine, [kind.name for kind in kinds])
