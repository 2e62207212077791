"""What is read is what was written, in any cut, order, encoding and separator that is unambiguous."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host_helpers import HEADER, Write, as_csv, still_rows
from repclip.errors import FormatError, RecordingError, ValueFaultError
from repclip.recording.importers.csv_decimals import as_number, parse_table
from repclip.recording.importers.csv_header import COLUMNS
from repclip.recording.importers.csv_lines import read_chunks
from repclip.recording.importers.repclip_csv import CsvReader


def read(path: Path, chunk_bytes: int = 1 << 20) -> tuple[np.ndarray, list[str]]:
    """(N, 7) in the units of the file."""
    reader = CsvReader(path, chunk_bytes=chunk_bytes)
    blocks = list(reader.blocks())
    for block in blocks:
        for array in (block.time_s, block.acc, block.gyr):
            assert array.dtype == np.float64
            assert array.flags.c_contiguous
    tables = [np.column_stack([b.time_s, b.acc / 9.80665, np.degrees(b.gyr)]) for b in blocks]
    return np.concatenate(tables), reader.notes


def test_units_are_si(csv_file: Write) -> None:
    (block,) = CsvReader(csv_file(HEADER + "\n0.5,1,0,-1,180,0,-90\n")).blocks()
    assert block.time_s.tolist() == [0.5]
    assert block.acc.tolist() == [[9.80665, 0.0, -9.80665]]
    np.testing.assert_allclose(block.gyr, [[math.pi, 0.0, -math.pi / 2]], rtol=1e-15)


@pytest.mark.parametrize("chunk_bytes", [1, 7, 64, 1000, 1 << 20])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_cut_gives_the_same(csv_file: Write, still: np.ndarray, chunk_bytes: int, line_end: str) -> None:
    text = as_csv(still[:40]).replace("\n", line_end)
    rows, notes = read(csv_file(text), chunk_bytes)
    np.testing.assert_allclose(rows, still[:40], atol=1e-5)
    assert notes == []


def test_line_numbers_survive_cuts(csv_file: Write, still: np.ndarray) -> None:
    lines = as_csv(still[:60]).splitlines()
    lines[41] = lines[41].replace(",", ",x", 1)
    path = csv_file("\r\n".join(lines))
    for chunk_bytes in (1, 7, 64, 1000, 1 << 20):
        with pytest.raises(ValueFaultError) as caught:
            read(path, chunk_bytes)
        assert (caught.value.line, caught.value.column, caught.value.name) == (42, 2, "ax_g")
        assert str(caught.value.text).startswith("x")


STYLES: list[tuple[str, Callable[[str], str | bytes]]] = [
    ("byte order mark", lambda text: b"\xef\xbb\xbf" + text.encode()),
    ("CRLF", lambda text: text.replace("\n", "\r\n")),
    ("no last line end", lambda text: text.rstrip("\n")),
    ("trailing blank lines", lambda text: text + "\n  \n\r\n\n"),
    ("leading blank lines", lambda text: "\n\n" + text),
    ("blank lines between", lambda text: text.replace("\n", "\n\n")),
    ("spaces", lambda text: text.replace(",", " , ")),
    ("tabs", lambda text: text.replace(",", "\t")),
    ("semicolons", lambda text: text.replace(",", ";")),
    ("semicolons and decimal commas", lambda text: text.replace(",", ";").replace(".", ",")),
    ("quotes", lambda text: "\n".join(",".join(f'"{v}"' for v in line.split(",")) for line in text.splitlines())),
    ("capitals", lambda text: text.replace(HEADER, HEADER.upper())),
]


@pytest.mark.parametrize("style", [style[1] for style in STYLES], ids=[style[0] for style in STYLES])
@pytest.mark.parametrize("chunk_bytes", [50, 1 << 20])
def test_style(csv_file: Write, still: np.ndarray, style: Callable[[str], str | bytes], chunk_bytes: int) -> None:
    rows, notes = read(csv_file(style(as_csv(still))), chunk_bytes)
    np.testing.assert_allclose(rows, still, atol=1e-5)
    assert notes == []


@pytest.mark.parametrize("chunk_bytes", [50, 5000, 1 << 20])
@pytest.mark.parametrize("nuls", [1, 5000])
def test_trailing_nuls_are_told(csv_file: Write, still: np.ndarray, chunk_bytes: int, nuls: int) -> None:
    rows, notes = read(csv_file(as_csv(still).encode() + bytes(nuls)), chunk_bytes)
    np.testing.assert_allclose(rows, still, atol=1e-5)
    (note,) = notes
    assert "ends in NUL bytes" in note


@given(st.permutations(range(7)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_columns_in_any_order(csv_file: Write, still: np.ndarray, order: list[int]) -> None:
    text = as_csv(still[:20, order], header=",".join(COLUMNS[k] for k in order))
    np.testing.assert_allclose(read(csv_file(text))[0], still[:20], atol=1e-5)


def test_nan_and_infinity_pass(csv_file: Write, still: np.ndarray) -> None:
    still[3, 2] = np.nan
    still[5, 4] = -np.inf
    still[7, 0] = np.inf
    rows, _ = read(csv_file(as_csv(still)))
    np.testing.assert_allclose(rows, still, atol=1e-5)


class Endless(io.RawIOBase):
    """As a device or a pipe: it begins like this, and of what follows there is no end."""

    def __init__(self, begin: bytes, following: bytes) -> None:
        self._begin, self._following = begin, following
        self._left = 1 << 29

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        assert self._left > 0, "it goes on reading"
        data = (self._begin or self._following * len(buffer))[: len(buffer)]
        self._begin = self._begin[len(data) :]
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


@pytest.mark.parametrize("following", [b"\0", b"1", b"\xb5", b" "])
@pytest.mark.parametrize("begin", ["", HEADER, HEADER + "\n0.0,0,0,1,0,0,0\n"])
def test_what_has_no_end_is_refused(begin: str, following: bytes) -> None:
    stream = io.BufferedReader(Endless(begin.encode(), following))
    with pytest.raises(FormatError, match=r"NUL bytes: it is a binary file|kB long") as caught:
        list(read_chunks(stream, Path("device"), 1 << 18))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
@pytest.mark.parametrize("command", ["analyze", "import", "info", "replay"])
def test_a_device_without_end(command: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    whole = [sys.executable, "-m", "repclip", command, "/dev/zero"]
    said = subprocess.run(whole, env=env, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert (said.returncode, said.stdout, said.stderr.count(b"\n")) == (1, b"", 1)
    assert b"NUL" in said.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("column", range(7))
def test_what_no_sensor_says_passes_as_infinity(csv_file: Write, column: int) -> None:
    rows = still_rows(1500)
    rows[[50, 1200], column] = (1e308, -1e200)
    found, _ = read(csv_file(as_csv(rows)))  # where a warning would be an error
    rows[[50, 1200], column] = (np.inf, -np.inf)
    np.testing.assert_allclose(found, rows, atol=1e-5)


@pytest.mark.parametrize("chunk_bytes", [50, 1 << 20])
def test_last_line_cut_off_anywhere(csv_file: Write, still: np.ndarray, chunk_bytes: int) -> None:
    """A crash while writing: whatever is left of the last line, the lines before it count."""
    text = as_csv(still[:20])
    for cut in range(1, len(text.splitlines()[-1]) + 1):
        rows, notes = read(csv_file(text[:-1][:-cut]), chunk_bytes)
        np.testing.assert_allclose(rows[:19], still[:19], atol=1e-5)
        dropped = len(rows) == 19
        assert len(rows) == 19 or rows[19, :6] == pytest.approx(still[19, :6], abs=1e-5)
        assert notes == (
            ["The last line (21) is cut off and was left out."] if dropped and text[:-1][:-cut][-1] != "\n" else []
        )


def test_progress_is_told(csv_file: Write, still: np.ndarray) -> None:
    path = csv_file(as_csv(still))
    reader = CsvReader(path, chunk_bytes=1000)
    told = [reader.bytes_read for _ in reader.blocks()]
    assert told == sorted(told)
    assert len(set(told)) > 3
    assert reader.bytes_read == reader.size_bytes == path.stat().st_size


def test_memory_is_bounded_by_the_chunk(csv_file: Write, still: np.ndarray) -> None:
    sizes = [len(block) for block in CsvReader(csv_file(as_csv(still)), chunk_bytes=1000).blocks()]
    assert len(sizes) > 10
    assert max(sizes) < 40


# Numbers


plain = st.from_regex(r"-?[0-9]{1,8}(\.[0-9]{0,7})?|-?\.[0-9]{1,8}", fullmatch=True)
odd = st.sampled_from(
    ["nan", "-inf", "1e-5", "+2", "0.12345678901234567", "123456789.5", " 1", "1 ", "1.E3", "-0.0", "1e400"]
)


@given(st.lists(st.lists(plain, min_size=3, max_size=3), min_size=1, max_size=30), st.data())
def test_fast_numbers_are_exact(table: list[list[str]], data: st.DataObject) -> None:
    if len(table) > 10:
        table[4][1] = data.draw(odd)
    text = "".join(",".join(row) + "\n" for row in table)
    parsed = parse_table(text.encode(), 3, ",")
    if parsed is None:
        assert 1 / (3 * len(table)) > 0.05
        return
    expected = np.array([[float(value) for value in row] for row in table])
    np.testing.assert_array_equal(parsed, expected)
    np.testing.assert_array_equal(np.signbit(parsed), np.signbit(expected))


@given(st.text(st.sampled_from("0123456789.,-+\n e"), max_size=60))
def test_fast_numbers_never_guess(text: str) -> None:
    parsed = parse_table(text.encode(), 2, ",")
    if parsed is not None:
        expected = [[as_number(value) for value in line.split(",")] for line in text.removesuffix("\n").split("\n")]
        assert parsed.tolist() == expected


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(csv_file: Write, data: bytes) -> None:
    for content in (data, HEADER.encode() + b"\n" + data):
        with suppress(RecordingError):  # any other exception is a fault
            read(csv_file(content), 64)


def test_fields_of_errors(csv_file: Write) -> None:
    with pytest.raises(FormatError) as caught:
        read(csv_file(b""))
    assert caught.value.path.name == "recording.csv"
    assert caught.value.line is None
