"""The bytes of a serial line, in any cut → frames still encoded, lines of text, and what is too long.

A chunk stands between two bytes 0x00; its second byte says whether it is a frame. Text is given out line by line,
before its chunk ends: a board that dies with a traceback sends no 0x00 afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["LONGEST_CHUNK", "Chunk", "ChunkKind", "SerialChunks"]

LONGEST_CHUNK: Final = 1032
_LONGEST_LINE: Final = 512
_VERSIONS: Final = range(1, 9)


class ChunkKind(Enum):
    """What a chunk is."""

    FRAME = 1
    LINE = 2
    TOO_LONG = 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """``joined`` is False before the first 0x00: this may be the rest of something."""

    kind: ChunkKind
    data: bytes
    joined: bool


class SerialChunks:
    """Splits; knows nothing of frames but their second byte."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._text: bool | None = None  # None: not known yet
        self._skipping = False
        self._joined = False

    def feed(self, data: bytes) -> Iterator[Chunk]:
        """The chunks that are complete now; to be run to its end."""
        *ended, rest = data.split(b"\0")
        for piece in ended:
            self._buffer += piece
            yield from self._take(ended=True)
            self._joined = True
        self._buffer += rest
        yield from self._take(ended=False)

    def _take(self, *, ended: bool) -> Iterator[Chunk]:
        buffer = self._buffer
        if self._text is None and (len(buffer) >= 2 or (ended and buffer)):
            self._text = len(buffer) < 2 or buffer[1] not in _VERSIONS
        if self._skipping:
            buffer.clear()
        elif self._text:
            yield from self._lines(ended=ended)
        elif len(buffer) > LONGEST_CHUNK:
            yield Chunk(ChunkKind.TOO_LONG, bytes(buffer[:LONGEST_CHUNK]), self._joined)
            buffer.clear()
            self._skipping = True
        elif ended and buffer:
            yield Chunk(ChunkKind.FRAME, bytes(buffer), self._joined)
        if ended:
            buffer.clear()
            self._text = None
            self._skipping = False

    def _lines(self, *, ended: bool) -> Iterator[Chunk]:
        buffer = self._buffer
        while buffer:
            feed = buffer.find(b"\n", 0, _LONGEST_LINE)
            if feed >= 0:
                line, used = buffer[:feed], feed + 1
            elif len(buffer) > _LONGEST_LINE:
                used = _LONGEST_LINE
                while used > _LONGEST_LINE - 4 and buffer[used] & 0xC0 == 0x80:  # never within a character of UTF-8
                    used -= 1
                line = buffer[:used]
            elif ended:
                line, used = buffer[:], len(buffer)
            else:
                return
            del buffer[:used]
            line = line.rstrip(b"\r")
            if line:
                yield Chunk(ChunkKind.LINE, bytes(line), self._joined)
