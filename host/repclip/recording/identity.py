"""What a recording is known by, wherever it lies and whatever it is called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from repclip.recording.importers.any_recording import open_recording
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.recording.reader import RecordingReader
from repclip.source import Chunk, Packet, SampleBlock

__all__ = ["identity_of"]

_ENOUGH_BYTES: Final = 1 << 16  # some ten seconds: no two sensors say the same for so long, and a file may yet grow


def identity_of(path: Path) -> str:
    """The ``id`` that its writer gave it. A CSV, or a recording of before there were ids, is known by how it begins.

    Raises
    ------
    RecordingError
        when it cannot be read.

    """
    reader = open_recording(path)
    if not isinstance(reader, RecordingReader):
        return _digest(iter([_beginning(path)]))
    meta = reader.meta()
    return meta.get("id") or _digest(_content(meta.get("created", ""), reader.chunks()))


def _beginning(path: Path) -> bytes:
    with CsvReader(path).open() as file:
        return file.read(_ENOUGH_BYTES)


def _content(created: str, chunks: Iterator[Chunk]) -> Iterator[bytes]:
    """Not the file's own bytes: those of an SQLite file change as it is copied or closed."""
    yield created.encode()
    for chunk in chunks:
        if isinstance(chunk, Packet):
            yield chunk.data
        elif isinstance(chunk, SampleBlock):
            block = chunk.block
            yield block.time_s.tobytes() + block.acc.tobytes() + block.gyr.tobytes()


def _digest(parts: Iterator[bytes]) -> str:
    digest, taken = hashlib.sha256(), 0
    for part in parts:
        digest.update(part)
        taken += len(part)
        if taken >= _ENOUGH_BYTES:
            break
    return f"sha256-{digest.hexdigest()[:32]}"
