"""A byte stream → chunks of whole lines, with what is no text told apart early.

Memory is bounded by the chunk, whatever the file; line numbers are kept for the errors of later stages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

from repclip.errors import FormatError, RecordingAccessError

__all__ = ["LineChunk", "read_chunks"]

_HEAD_BYTES: Final = 256  # tell text from what is none; a pipe may hand over less at first
_LONGEST_LINE: Final = 1 << 16  # bytes: a line of seven numbers has a hundred
_MOST_NULS: Final = 1 << 28  # bytes: more than a disk allots ahead; /dev/zero has no end of them
_SAVE_AS: Final = "save it as comma-separated UTF-8 text"
_MAGIC: Final = (
    (b"SQLite format 3\0", "is a .repclip recording, which cannot be read through a pipe; give the file itself"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first (gunzip)"),
    (b"PK\x03\x04", f"is a zip archive or a spreadsheet, not a CSV file; unpack it or {_SAVE_AS}"),
    (b"\xff\xfe", f"is UTF-16 text; {_SAVE_AS}"),
    (b"\xfe\xff", f"is UTF-16 text; {_SAVE_AS}"),
)


@dataclass(frozen=True, slots=True)
class LineChunk:
    r"""Consecutive lines, ``\n`` between them; ``first_line`` counts from 1.

    ``unfinished``: the file ends here without a line end, so that its last line may have been cut off.
    ``nuls``: what followed was nothing but NUL bytes, up to the end of the file.
    """

    data: bytes
    first_line: int
    unfinished: bool = False
    bytes_read: int = 0
    nuls: bool = False


def read_chunks(stream: BufferedReader, path: Path, chunk_bytes: int) -> Iterator[LineChunk]:
    """All lines of a stream; byte order mark, carriage returns and trailing NUL bytes are gone.

    Raises
    ------
    FormatError
        for what is no UTF-8 text, by line where it can be.
    RecordingAccessError
        when reading fails half-way.

    """
    rest = b""
    line = 1
    total = 0
    while True:
        fresh = _read(stream, path, chunk_bytes)
        if not total:
            while 0 < len(fresh) < _HEAD_BYTES and (more := _read(stream, path, chunk_bytes)):
                fresh += more
            _refuse_foreign_files(fresh, path)
            fresh = fresh.removeprefix(b"\xef\xbb\xbf")
        total += len(fresh)
        data = rest + fresh
        ended = not fresh
        nuls = False
        if b"\0" in fresh:
            # A computer that loses power leaves files ending in NULs: blocks allotted, but never written.
            data = _before_trailing_nuls(data, stream, path, chunk_bytes, line)
            ended = nuls = True
        # A carriage return at the very end may be half of a CRLF: keep it for the next round.
        held = b"\r" if data.endswith(b"\r") and not ended else b""
        data = data[: len(data) - len(held)]
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        cut = len(data) if ended else data.rfind(b"\n") + 1
        if cut or nuls:
            _refuse_bad_utf8(data[:cut], path, line)
            unfinished = ended and cut > 0 and not data.endswith(b"\n")
            yield LineChunk(data[:cut], line, unfinished, bytes_read=total, nuls=nuls)
            line += data.count(b"\n", 0, cut)
        if ended:
            return
        rest = data[cut:] + held
        if len(rest) > _LONGEST_LINE:
            raise FormatError(path, f"one line is over {len(rest) >> 10} kB long: this is no CSV recording", line=line)


def _read(stream: BufferedReader, path: Path, size: int) -> bytes:
    try:
        # not read(): that waits for all of it from a pipe, deaf to Ctrl-C between one piece and the next
        return stream.read1(size)
    except OSError as exc:
        raise RecordingAccessError(path, f"reading failed ({exc.strerror or exc}); check the disk or copy it") from exc


def _refuse_foreign_files(head: bytes, path: Path) -> None:
    for magic, problem in _MAGIC:
        if head.startswith(magic):
            raise FormatError(path, problem)
    sample = head[:_HEAD_BYTES]
    if len(sample) > 4 and min(sample[::2].count(0), sample[1::2].count(0)) == 0 and sample.count(0) > len(sample) // 3:
        raise FormatError(path, f"is UTF-16 text; {_SAVE_AS}")


def _before_trailing_nuls(data: bytes, stream: BufferedReader, path: Path, chunk_bytes: int, line: int) -> bytes:
    at = data.index(b"\0")
    line += data.count(b"\n", 0, at)
    tail, nuls = data[at:], 0
    begun = line > 1 or bool(data[:at].strip())
    while begun and nuls <= _MOST_NULS and tail and not tail.strip(b"\0"):
        nuls += len(tail)
        tail = _read(stream, path, chunk_bytes)
    if tail:
        raise FormatError(path, "has NUL bytes: it is a binary file, not a CSV recording", line=line)
    return data[:at]


def _refuse_bad_utf8(data: bytes, path: Path, line: int) -> None:
    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line += data.count(b"\n", 0, exc.start)
        column = exc.start - data.rfind(b"\n", 0, exc.start)
        raise FormatError(
            path, f"byte {column} of the line is not UTF-8 (0x{data[exc.start]:02x}); {_SAVE_AS}", line=line
        ) from exc
