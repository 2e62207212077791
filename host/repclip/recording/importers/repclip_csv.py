"""Our own CSV → blocks of samples in SI, in bounded memory however long the recording is."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

import numpy as np

from repclip.calibrate import csv_units_to_si
from repclip.errors import FormatError
from repclip.recording.access import accessing
from repclip.recording.importers.csv_header import CsvLayout, parse_header
from repclip.recording.importers.csv_lines import LineChunk, read_chunks
from repclip.recording.importers.csv_numbers import parse_chunk, parse_last_line
from repclip.recording.sanity import SanityCheck
from repsignal import ImuBlock
from repsignal.types import FloatArray

__all__ = ["CsvReader"]

# Some 4000 samples: large enough to be fast, small enough for the cache and for a bar that is seen to move.
_CHUNK_BYTES: Final = 1 << 18
_LARGEST: Final = 1e30  # no clock and no sensor says more, in any unit, and what is worked out of it would overflow


class CsvReader:
    """Reads one file, once. The constructor only stores; :meth:`blocks` opens.

    ``notes`` holds remarks that are no errors, complete when the last block was taken. ``bytes_read`` of
    ``size_bytes`` tells how far it is (``size_bytes`` is 0 where a size is not known, as of a pipe).
    """

    def __init__(self, path: Path, *, chunk_bytes: int = _CHUNK_BYTES) -> None:
        self.path = path
        self.notes: list[str] = []
        self.bytes_read = 0
        self.size_bytes = 0
        self._chunk_bytes = chunk_bytes

    @property
    def fraction(self) -> float | None:
        """How much of it was read; None where its size is not known."""
        return self.bytes_read / self.size_bytes if self.size_bytes else None

    def blocks(self) -> Iterator[ImuBlock]:
        """All samples, in the order of the file.

        Raises
        ------
        RecordingError
            as soon as it is known that the file cannot be used.

        """
        with self.open() as stream:
            check = SanityCheck(self.path)
            for table in self._tables(stream):
                wild = np.abs(table) > _LARGEST
                table[wild] = np.copysign(np.inf, table[wild])
                check.feed(table)
                if len(table):
                    yield csv_units_to_si(table[:, 0], table[:, 1:4], table[:, 4:7])
            self.notes.extend(check.finish())

    def open(self) -> BufferedReader:
        """The file, to be read from its beginning.

        Raises
        ------
        RecordingAccessError
            where that is not possible.

        """
        with accessing(self.path):
            stream = self.path.open("rb")
            self.size_bytes = self.path.stat().st_size
        return stream

    def _tables(self, stream: BufferedReader) -> Iterator[FloatArray]:
        layout: CsvLayout | None = None
        for chunk in read_chunks(stream, self.path, self._chunk_bytes):
            self.bytes_read = chunk.bytes_read
            if chunk.nuls:
                self.notes.append("The file ends in NUL bytes, as after a power cut; what should stand there is lost.")
            if layout is None:
                header, chunk = _split_header(chunk)  # noqa: PLW2901
                if header is None:
                    continue
                layout = parse_header(header.data.decode("utf-8"), self.path, header.first_line)
            table = self._table(chunk, layout)
            yield table if layout.in_order else table[:, layout.order]
        if layout is None:
            raise FormatError(self.path, "is empty; record again, or export it again")

    def _table(self, chunk: LineChunk, layout: CsvLayout) -> FloatArray:
        if not chunk.unfinished:
            return parse_chunk(chunk, layout, self.path)
        at = chunk.data.rfind(b"\n") + 1
        number = chunk.first_line + chunk.data.count(b"\n")
        last = parse_last_line(chunk.data[at:], number, layout, self.path)
        if last is not None:
            return parse_chunk(chunk, layout, self.path)
        self.notes.append(f"The last line ({number}) is cut off and was left out.")
        return parse_chunk(LineChunk(chunk.data[:at], chunk.first_line), layout, self.path)


def _split_header(chunk: LineChunk) -> tuple[LineChunk | None, LineChunk]:
    """The first line that is not blank, and what follows it."""
    line = chunk.first_line
    at = 0
    while at < len(chunk.data):
        end = chunk.data.find(b"\n", at)
        end = len(chunk.data) if end < 0 else end
        if chunk.data[at:end].strip():
            finished = end == len(chunk.data)
            rest = LineChunk(chunk.data[end + 1 :], line + 1, chunk.unfinished and not finished, chunk.bytes_read)
            return LineChunk(chunk.data[at:end], line), rest
        at = end + 1
        line += 1
    return None, chunk
