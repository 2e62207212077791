"""Any file that is a recording → chunks: ours as it is, our CSV as blocks of samples."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from repclip.recording.format import MAGIC, SUFFIX
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.recording.reader import RecordingReader
from repclip.source import Chunk, SampleBlock
from repsignal import ImuBlock

__all__ = ["ChunkReader", "CsvChunks", "open_recording"]

R = TypeVar("R", CsvReader, RecordingReader)


class ChunkReader(Protocol):
    """A file that is read once, from its beginning to its end."""

    @property
    def path(self) -> Path:
        """Which file."""
        ...

    @property
    def notes(self) -> list[str]:
        """Remarks that are no errors, complete when the last chunk was taken."""
        ...

    @property
    def fraction(self) -> float | None:
        """How much of it was read, None where that is not known."""
        ...

    def meta(self) -> dict[str, str]:
        """What is known of it as a whole."""
        ...

    def undone(self) -> bool:
        """Whether the user undid a rep in it."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """All that is in it."""
        ...


class _Told(Generic[R]):
    """What a reader tells of its file, told on."""

    def __init__(self, reader: R) -> None:
        self._reader: R = reader

    @property
    def path(self) -> Path:
        """Which file."""
        return self._reader.path

    @property
    def notes(self) -> list[str]:
        """Remarks that are no errors."""
        return self._reader.notes

    @property
    def fraction(self) -> float | None:
        """How much of it was read."""
        return self._reader.fraction


class CsvChunks(_Told[CsvReader]):
    """Our CSV as if it were coming: ``piece_s`` of it at a time (0: as large as they are read)."""

    def __init__(self, path: Path, *, piece_s: float = 0.0) -> None:
        super().__init__(CsvReader(path))
        self._piece_s = piece_s

    def meta(self) -> dict[str, str]:
        """Nothing is known of a CSV."""
        return {}

    def undone(self) -> bool:
        """Nobody can in a CSV."""
        return False

    def chunks(self) -> Iterator[Chunk]:
        """Blocks, which arrive when their last sample was taken, by their own stamps.

        Raises
        ------
        RecordingError
            as `CsvReader.blocks`.

        """
        first_s: float | None = None
        newest_ns = 0
        for block in self._reader.blocks():
            for piece in _pieces(block, self._piece_s):
                first_s = float(piece.time_s[0]) if first_s is None else first_s
                passed_s = float(piece.time_s[-1]) - first_s
                if passed_s == passed_s and abs(passed_s) < 1e9:  # no NaN, nothing absurd
                    newest_ns = max(newest_ns, round(passed_s * 1e9))
                yield SampleBlock(newest_ns, piece)


class _InPieces(_Told[RecordingReader]):
    """A recording whose blocks, which another program recorded, come ``piece_s`` at a time."""

    def __init__(self, reader: RecordingReader, piece_s: float) -> None:
        super().__init__(reader)
        self.meta, self.undone = reader.meta, reader.undone
        self._piece_s = piece_s

    def chunks(self) -> Iterator[Chunk]:
        """Each piece as much earlier than its block as it was taken earlier."""
        with closing(self._reader.chunks()) as chunks:
            for chunk in chunks:
                if not isinstance(chunk, SampleBlock):
                    yield chunk
                    continue
                for piece in _pieces(chunk.block, self._piece_s):
                    early_s = float(chunk.block.time_s[-1]) - float(piece.time_s[-1]) if len(piece) else 0.0
                    sound = 0.0 <= early_s < 1e9  # no NaN, nothing absurd
                    yield SampleBlock(chunk.arrival_ns - (round(early_s * 1e9) if sound else 0), piece)


def open_recording(path: Path, *, piece_s: float = 0.0) -> ChunkReader:
    """A reader for whatever recording this is; what is wrong with it is told when it is read.

    Samples of other programs come ``piece_s`` at a time, as from a board; 0: as they are in the file.
    """
    begin = b""
    with suppress(OSError, ValueError):  # whoever reads it says why not
        if path.is_file():  # what is read of a pipe is gone
            with path.open("rb") as file:
                begin = file.read1(len(MAGIC))
    if begin == MAGIC or (path.suffix == SUFFIX and not begin.startswith(b"t_s")):
        return _InPieces(RecordingReader(path), piece_s) if piece_s else RecordingReader(path)
    return CsvChunks(path, piece_s=piece_s)


def _pieces(block: ImuBlock, piece_s: float) -> Iterator[ImuBlock]:
    if not piece_s or len(block) < 2:
        yield block
        return
    begin, times_s = 0, block.time_s.tolist()  # whose differences are quiet about what is damaged
    for end in range(1, len(block) + 1):
        if end == len(block) or not abs(times_s[end] - times_s[begin]) < piece_s:
            part = slice(begin, end)
            yield ImuBlock(block.time_s[part], block.acc[part], block.gyr[part])
            begin = end
