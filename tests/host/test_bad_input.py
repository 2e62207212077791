"""Every bad input is one line on stderr and exit code 1 or 2, or a true "0 reps"."""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from host_helpers import HEADER, Run, Said, Write, as_csv, sql, still_rows
from repclip.recording.agreement import Agreement, Found
from repclip.recording.sanity import SanityCheck
from repclip.session import catalogue
from repsignal.synth import RepPlan, Scenario, ScenarioKind, Still, random_scenario, simulate, steady_set
from repsignal.types import FloatArray

ROW = "0.01,0,0,1,0,0,0"


def refused(said: Said, *words: str, code: int = 1) -> None:
    assert said.code == code
    assert said.out == ""
    assert len(said.err_lines) == 1, said.err
    assert said.err.startswith("repclip: ")
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.err


def lines(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


BAD_FILES: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("empty", b"", ("is empty",)),
    ("blank lines only", "\n\n  \n", ("is empty",)),
    ("header only", HEADER + "\n", ("no samples",)),
    ("header only, no line end", HEADER, ("no samples",)),
    ("text in a number", lines(ROW, "0.02,0,abc,1,0,0,0", ROW), ("line 3, column 3 (ay_g)", "'abc' is not a number")),
    ("text in the last line", lines(ROW, "0.02,0,abc,1,0,0,0").rstrip(), ("line 3, column 3 (ay_g)",)),
    ("underscores", lines("0.01,0,0,1_0,0,0,0"), ("line 2, column 4 (az_g)", "'1_0'")),
    ("no value", lines("0.01,0,,1,0,0,0"), ("line 2, column 3 (ay_g)", "nan")),
    ("two points", lines("0.01,0,0.1.2,1,0,0,0"), ("line 2, column 3 (ay_g)",)),
    ("a minus of typographers", lines("0.01,0,−1,1,0,0,0"), ("line 2, column 3 (ay_g)",)),
    ("a very long value", lines("0.01,0," + "x" * 5000 + ",1,0,0,0"), ("line 2, column 3 (ay_g)", "…")),
    ("too few columns", lines(ROW, "0.02,0,0,1,0,0", ROW), ("line 3", "6 values", "7 columns")),
    ("too many columns", lines(ROW, ROW + ",5"), ("line 3", "8 values")),
    ("too many columns everywhere", lines(*[ROW + ",5"] * 50), ("line 2", "8 values")),
    ("decimal commas", lines("0,01,0,0,0,0,1,0,0,0,0,0,0,0"), ("line 2", "decimal commas")),
    ("another separator than the header", lines("0.01;0;0;1;0;0;0"), ("line 2", "1 value ", "commas")),
    ("no header", "\n".join([ROW] * 20) + "\n", ("line 1", "put this line first: " + HEADER)),
    ("another header", "foo,bar\n1,2\n", ("line 1", HEADER)),
    ("separated by spaces", HEADER.replace(",", " ") + "\n", ("line 1", HEADER)),
    ("missing column", HEADER.replace(",gz_dps", "") + "\n0,0,0,1,0,0\n", ("line 1", "gz_dps missing")),
    ("missing columns", "t_s,ax_g,ay_g,az_g\n0,0,0,1\n", ("columns gx_dps, gy_dps, gz_dps missing",)),
    ("unknown column", HEADER + ",mood\n", ("line 1, column 8", "'mood'", "remove it")),
    ("nameless column", HEADER + ",\n", ("line 1, column 8", "no name")),
    ("doubled column", HEADER + ",ax_g\n", ("line 1, column 8", "ax_g is there twice", "column 2")),
    (
        "m/s² in the header",
        HEADER.replace("ax_g", "ax_ms2") + "\n",
        ("column 2", "'ax_ms2' instead of ax_g", "9.80665"),
    ),
    ("rad/s in the header", HEADER.replace("gy_dps", "gy_rads") + "\n", ("column 6", "gy_dps", "57.29578")),
    (
        "the names of another program",
        "time,accX,accY,accZ,gyroX,gyroY,gyroZ\n0,0,0,1,0,0,0\n",
        ("column 1", "instead of t_s", "the whole header should be " + HEADER),
    ),
    ("ms in the header", HEADER.replace("t_s", "t_ms") + "\n", ("column 1", "t_s", "seconds")),
    ("UTF-16", as_csv(still_rows(50)).encode("utf-16"), ("UTF-16", "UTF-8")),
    ("UTF-16 without mark", as_csv(still_rows(50)).encode("utf-16-le"), ("UTF-16",)),
    ("UTF-16, big end first", as_csv(still_rows(50)).encode("utf-16-be"), ("UTF-16",)),
    ("latin-1", lines(ROW, "0.02,0,0,1,0,0,0°").encode("latin-1"), ("line 3", "byte 17", "UTF-8")),
    ("NUL bytes", lines(ROW).encode() + b"0.02,0,\0,1,0,0,0\n" + lines(ROW).encode(), ("line 3", "NUL")),
    ("all NUL", bytes(5000), ("NUL",)),
    ("binary", bytes(range(256)) * 50, ("NUL",)),
    ("binary without NUL", bytes(range(128, 256)) * 5000, ("recording.csv",)),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 40, ("UTF-8",)),
    ("one endless line", b"1" * 3_000_000, ("line 1", "long")),
    ("gzip", gzip.compress(as_csv(still_rows(50)).encode()), ("gzip", "unpack")),
    ("a spreadsheet", b"PK\x03\x04" + bytes(200), ("spreadsheet",)),
    ("nothing but nan", lines(*["nan,nan,nan,nan,nan,nan,nan"] * 50), ("nan",)),
    ("nan beside the time", lines(*[f"{i / 100},nan,0,1,0,0,0" for i in range(50)]), ("nan",)),
]


@pytest.mark.parametrize(("content", "words"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES])
@pytest.mark.parametrize("command", ["analyze", "plot"])
def test_bad_file(repclip: Run, csv_file: Write, command: str, content: str | bytes, words: tuple[str, ...]) -> None:
    refused(repclip(command, csv_file(content)), "recording.csv", *words)


def test_json_does_not_change_errors(repclip: Run, csv_file: Write) -> None:
    refused(repclip("analyze", "--json", csv_file(b"")), "is empty")


def scaled(column: int | slice, factor: float) -> str:
    rows = still_rows(300)
    rows[:, column] *= factor
    return as_csv(rows)


WRONG_UNITS = [
    ("ms", scaled(0, 1e3), ("milliseconds", "divide it by 1000")),
    ("µs", scaled(0, 1e6), ("microseconds",)),
    ("ns", scaled(0, 1e9), ("nanoseconds",)),
    ("minutes", scaled(0, 1 / 60), ("Hz", "20 to 400 Hz")),
    ("5 Hz", scaled(0, 20), ("5 Hz", "20 to 400 Hz")),
    ("time stands still", scaled(0, 0), ("stands still",)),
    ("time runs backwards", scaled(0, -1), ("backwards",)),
    ("all zeros", scaled(slice(None), 0), ("stands still",)),
    ("m/s²", scaled(slice(1, 4), 9.80665), ("m/s²", "divide ax, ay, az by 9.80665")),
    ("mg", scaled(slice(1, 4), 1000), ("mg", "divide ax, ay, az by 1000")),
    ("m/s² twice", scaled(slice(1, 4), 9.80665**2), ("m/s² multiplied by 9.80665", "by 96.17")),
    ("g over 9.8", scaled(slice(1, 4), 1 / 9.80665), ("multiply ax, ay, az by 9.80665",)),
    ("counts", scaled(slice(1, 7), 16384), ("raw counts", "divide ax, ay, az by 16384")),
    ("other counts", scaled(slice(1, 4), 2048), ("raw counts", "divide ax, ay, az by 2048")),
]


@pytest.mark.parametrize(
    ("content", "words"), [case[1:] for case in WRONG_UNITS], ids=[case[0] for case in WRONG_UNITS]
)
@pytest.mark.parametrize("rows", [3, 300])
def test_wrong_unit(repclip: Run, csv_file: Write, content: str, words: tuple[str, ...], rows: int) -> None:
    short = "\n".join(content.splitlines()[: rows + 1]) + "\n"
    refused(repclip("analyze", csv_file(short)), *words)


def changed(path: Path, columns: slice, factor: float) -> str:
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    rows[:, columns] *= factor
    return as_csv(rows)


RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
ACC, GYR, GYR_AXES = slice(1, 4), slice(4, 7), range(3)


@pytest.mark.parametrize("name", ["demo", "two_sets_with_walking"])
@pytest.mark.parametrize(
    ("columns", "factor", "words"),
    [
        (GYR, np.pi / 180, ("angular rate looks like rad/s", "multiply gx, gy, gz by 57.29578")),
        (GYR, 180 / np.pi, ("times too large", "converted twice")),
        (GYR, 1000.0, ("angular rate looks like thousandths of °/s", "divide gx, gy, gz by 1000")),
        (GYR, 131.0, ("times too large", "raw counts", "an MPU-6050 131")),
        (GYR, 16.4, ("times too large", "raw counts")),
        (ACC, 0.5, ("0.5", "at rest", "another range")),
        (ACC, 2.0, ("at rest", "another range")),
    ],
)
def test_wrong_unit_of_movements(
    repclip: Run, csv_file: Write, name: str, columns: slice, factor: float, words: tuple[str, ...]
) -> None:
    refused(repclip("analyze", csv_file(changed(RECORDINGS / f"{name}.csv", columns, factor))), *words)


@pytest.mark.parametrize(("factor", "words"), [(2.0, "times too large"), (0.5, "times too small")])
def test_another_range_of_the_gyroscope_is_noted(repclip: Run, csv_file: Write, factor: float, words: str) -> None:
    said = repclip("analyze", csv_file(changed(RECORDINGS / "demo.csv", GYR, factor)))
    assert said.code == 0
    assert words in " ".join(said.out.split())


@pytest.mark.parametrize("bias_dps", [-8.0, 3.0, 8.0])
@pytest.mark.parametrize("axis", GYR_AXES)
@pytest.mark.parametrize("rom_deg", [10.0, 25.0])
def test_a_bias_is_no_factor(rom_deg: float, axis: int, bias_dps: float) -> None:
    """Slow lowerings hide where gravity turned: what a bias adds to the lifts looks like a factor."""
    reps = steady_set(10, RepPlan(lift_s=1.0, hold_s=3.0, lower_s=3.5, rom_deg=rom_deg))
    block = simulate(Scenario((Still(3.0), reps, Still(3.0))), seed=2).block
    rows = np.column_stack([block.time_s, block.acc / 9.80665, np.degrees(block.gyr)])
    rows[:, 4 + axis] += bias_dps
    check = SanityCheck(Path("biased.csv"))
    check.feed(rows)
    assert check.finish() == ()


def test_lost_samples_are_no_factor() -> None:
    rows = np.loadtxt(RECORDINGS / "demo.csv", delimiter=",", skiprows=1)
    check = SanityCheck(Path("lost.csv"))
    check.feed(rows[np.random.default_rng(1).random(len(rows)) > 0.4])
    assert check.finish() == ()


def test_whole_seconds_are_noted(repclip: Run, csv_file: Write) -> None:
    rows = np.loadtxt(RECORDINGS / "demo.csv", delimiter=",", skiprows=1)
    assert "whole second" not in repclip("analyze", csv_file(as_csv(rows))).out
    rows[:, 0] = np.floor(rows[:, 0])
    assert "Every t_s is a whole second" in repclip("analyze", csv_file(as_csv(rows))).out


def test_a_dead_gyroscope_is_noted(repclip: Run, csv_file: Write) -> None:
    said = repclip("analyze", csv_file(changed(RECORDINGS / "demo.csv", GYR, 0.0)))
    assert said.code == 0
    assert "gyroscope felt nothing" in said.out


@pytest.mark.parametrize(
    ("columns", "axes"),
    [
        pytest.param(GYR, np.diag([-1.0, -1.0, -1.0]), id="gyroscope the other way round"),
        pytest.param(GYR, np.eye(3)[[1, 0, 2]], id="its axes exchanged"),
        pytest.param(ACC, np.diag([-1.0, 1.0, 1.0]), id="accelerometer mirrored"),
    ],
)
def test_axes_that_disagree_are_noted(repclip: Run, csv_file: Write, columns: slice, axes: FloatArray) -> None:
    rows = np.loadtxt(RECORDINGS / "demo.csv", delimiter=",", skiprows=1)
    rows[:, columns] = rows[:, columns] @ axes
    said = repclip("analyze", csv_file(as_csv(rows)))
    assert said.code == 0
    assert "The gyroscope turns another way than gravity did" in " ".join(said.out.split())


@pytest.mark.parametrize("factor", [0.75, 1.25])
@pytest.mark.parametrize("columns", [ACC, GYR])
def test_a_poor_sensor_is_no_wrong_unit(repclip: Run, csv_file: Write, columns: slice, factor: float) -> None:
    assert repclip("analyze", csv_file(changed(RECORDINGS / "demo.csv", columns, factor))).code == 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ScenarioKind)
def test_no_false_alarm(kind: ScenarioKind, seed: int) -> None:
    block = simulate(random_scenario(seed, kind=kind)).block
    rows = np.column_stack([block.time_s, block.acc / 9.80665, np.degrees(block.gyr)])
    check = SanityCheck(Path("simulated.csv"))
    for first in range(0, len(rows), 777):
        check.feed(rows[first : first + 777])
    assert check.finish() == ()


def turns_in_order(found: Found) -> FloatArray:
    """Each turn with how many windows lie within it: which come first depends on the cut."""
    rows = np.column_stack((found.apart, found.turns.reshape(len(found.turns), -1)))
    return rows[np.lexsort(rows.round(6).T)]


def test_any_cut_agrees() -> None:
    rows = np.loadtxt(RECORDINGS / "demo.csv", delimiter=",", skiprows=1)
    whole, pieces = Agreement(0.02), Agreement(0.02)
    whole.feed(rows)
    for first in range(0, len(rows), 7):
        pieces.feed(rows[first : first + 7])
    for found in (whole.found(), pieces.found()):
        assert found.scale().factor == pytest.approx(1.0, rel=0.05)
    np.testing.assert_allclose(turns_in_order(pieces.found()), turns_in_order(whole.found()), atol=1e-9)
    np.testing.assert_allclose(pieces.found().calm_g, whole.found().calm_g)
    np.testing.assert_allclose(pieces.found().calm_turns, whole.found().calm_turns)


# No file to read


def test_missing_file(repclip: Run, tmp_path: Path) -> None:
    refused(repclip("analyze", tmp_path / "none.csv"), "none.csv", "no such file")


@pytest.mark.skipif(sys.platform == "win32", reason="links want a permission of their own on Windows")
@pytest.mark.parametrize(("command", "ending"), [("export", "csv"), ("report", "html"), ("plot", "png")])
def test_links_in_a_circle(repclip: Run, tmp_path: Path, command: str, ending: str) -> None:
    one, other = tmp_path / f"one.{ending}", tmp_path / f"other.{ending}"
    one.symlink_to(other)
    other.symlink_to(one)
    refused(repclip(command, RECORDINGS / "demo.csv", "-o", one), one.name, "cannot be written")


def test_directory(repclip: Run, tmp_path: Path) -> None:
    refused(repclip("analyze", tmp_path), "folder")


@pytest.mark.parametrize("command", ["analyze", "plot"])
def test_no_permission(
    repclip: Run, csv_file: Write, monkeypatch: pytest.MonkeyPatch, still: np.ndarray, command: str
) -> None:
    path = csv_file(as_csv(still))
    opened, accessible = Path.open, os.access

    def no(self: Path, *arguments: Any, **more: Any) -> Any:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *arguments, **more)

    # Root may read anything, and Windows has no mode bits: the system's answers are made up.
    monkeypatch.setattr(Path, "open", no)
    monkeypatch.setattr(os, "access", lambda one, *how, **more: one != path and accessible(one, *how, **more))
    refused(repclip(command, path), "recording.csv", "may not be read", "permissions")


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that may be neither entered nor listed. Made up as well: root may enter any."""
    folder = tmp_path / "closed"
    folder.mkdir()

    def refusing(call: Callable[..., object], *, itself: bool) -> Callable[..., object]:
        def refuse(path: str | Path, *arguments: object, **more: object) -> object:
            if folder in Path(path).parents or (itself and Path(path) == folder):
                raise PermissionError(13, "Permission denied", str(path))
            return call(path, *arguments, **more)

        return refuse

    for owner, name, itself in (
        (Path, "stat", False),
        (Path, "open", False),
        (Path, "mkdir", False),
        (os, "stat", False),
        (os, "listdir", True),
        (os, "scandir", True),
    ):
        monkeypatch.setattr(owner, name, refusing(getattr(owner, name), itself=itself))
    return folder


READING = [("analyze",), ("plot",), ("report",), ("info",), ("import",), ("replay",), ("history", "add")]
reading = pytest.mark.parametrize("command", READING, ids=" ".join)
either_kind = pytest.mark.parametrize("suffix", [".csv", ".repclip"])


@reading
@either_kind
def test_a_folder_that_may_not_be_entered(repclip: Run, closed: Path, command: tuple[str, ...], suffix: str) -> None:
    refused(repclip(*command, closed / f"a{suffix}"), f"a{suffix}: may not be read; check its permissions")


@reading
@either_kind
def test_a_name_too_long(
    repclip: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], suffix: str
) -> None:
    monkeypatch.chdir(tmp_path)  # where an import would go
    refused(repclip(*command, "x" * 300 + suffix))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_read_is_not_taken_for_an_empty_one(repclip: Run, closed: Path) -> None:
    refused(repclip("history", "add", closed), "closed: is a folder that may not be read")
    refused(repclip("history", "add", closed.parent), "closed: is a folder that may not be read")


@pytest.mark.parametrize("command", [("exercises",), ("live", "--sound"), ("live", "--page"), ("next",)], ids=" ".join)
def test_a_configuration_that_may_not_be_read(
    repclip: Run, closed: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("REPCLIP_CONFIG", str(closed / "repclip"))
    refused(repclip(*command), "closed", "cannot be read (Permission denied)")


def test_a_folder_of_exercises_that_may_not_be_listed(
    repclip: Run, closed: Path, monkeypatch: pytest.MonkeyPatch, csv_file: Write, still: np.ndarray
) -> None:
    monkeypatch.setattr(catalogue, "exercises_folder", lambda: closed)
    refused(repclip("analyze", csv_file(as_csv(still)), "-e", "my-lift"), "closed", "cannot be read")


@pytest.mark.parametrize("command", ["live", "record"])
def test_data_that_may_not_be_written(
    repclip: Run, closed: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("REPCLIP_DATA", str(closed / "repclip"))
    refused(repclip(command), "closed", "cannot be made (Permission denied); name another place")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (PermissionError(13, "Permission denied", "/a/b"), "/a/b: permission denied; check its permissions"),
        (OSError(36, "File name too long", b"/a/b"), "/a/b: File name too long"),
        (OSError(28, "No space left on device", "/a/b"), "/a/b: No space left on device"),
        (OSError(24, "Too many open files"), "Too many open files"),
        (OSError("odd"), "odd"),
        (OSError(), "OSError"),
    ],
    ids=str,
)
def test_what_the_system_says_and_nobody_put_into_words(
    repclip: Run, monkeypatch: pytest.MonkeyPatch, fault: OSError, words: str
) -> None:
    def fail() -> None:
        raise fault

    monkeypatch.setattr(catalogue, "exercises_folder", fail)
    refused(repclip("exercises"), f"repclip: {words}")


def test_database_of_another_program(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "evening.repclip"
    sql(path, "create table packet (bytes)")
    refused(repclip("analyze", path), "evening.repclip", "no recording of repclip's")


@pytest.mark.parametrize("name", ["x" * 5000, "a\nb.csv", "file/in/no/folder.csv", ""])
def test_impossible_name(repclip: Run, name: str) -> None:
    refused(repclip("analyze", name))


def test_disk_fault(repclip: Run, csv_file: Write, monkeypatch: pytest.MonkeyPatch, still: np.ndarray) -> None:
    class Faulty:
        def __enter__(self) -> Faulty:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read1(self, _size: int) -> bytes:
            raise OSError(5, "Input/output error")

    path = csv_file(as_csv(still))
    monkeypatch.setattr(Path, "open", lambda *_: Faulty())
    refused(repclip("analyze", path), "Input/output error")


# Wrong usage


@pytest.mark.parametrize("exercise", ["squat", "", "prone thigh", "../etc", "a\nb"])
def test_unknown_exercise(repclip: Run, set_csv: Path, exercise: str) -> None:
    refused(repclip("analyze", set_csv, "--exercise", exercise), "no exercise", code=2)
    refused(repclip("plot", set_csv, "--exercise", exercise), "no exercise", code=2)
    refused(repclip("exercises", "show", exercise), "no exercise", code=2)


def test_similar_exercise_is_suggested(repclip: Run, set_csv: Path) -> None:
    refused(repclip("analyze", set_csv, "-e", "nordic-curls"), "did you mean nordic-curl?", code=2)


TEMPOS = ["", "4-0-1", "40134", "abcd", "4-0-1-y", "lift", "lift=", "lift=a", "raise=1", "lift=3-1", "lift=1,lift=2",
          "lift=-1", "lift=1,", "lift=1e9", "lift=500", "nan-0-1-3", "4--0-1-3", "٤013"]  # fmt: skip


@pytest.mark.parametrize("tempo", TEMPOS)
def test_malformed_tempo(repclip: Run, set_csv: Path, tempo: str) -> None:
    refused(repclip("analyze", set_csv, "--tempo", tempo), "tempo", "4-0-1-3", code=2)


@pytest.mark.parametrize(
    "arguments",
    [["analyze"], ["nonsense"], ["analyze", "a.csv", "--nonsense"], ["analyze", "a.csv", "b.csv"],
     ["exercises", "show"], ["plot", "a.csv", "--format", "gif"], ["plot", "a.csv", "-o", "a.gif"], ["--nonsense"],
     ["demo", "-o"], ["demo", "-o", "a.gif"]],
)  # fmt: skip
def test_wrong_usage(repclip: Run, arguments: list[str]) -> None:
    refused(repclip(*arguments), code=2)


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["history", "edit", "1"], "history edit"), (["history", "show", "abc"], "history show"),
        (["history", "nonsense"], "history"), (["exercises", "new"], "exercises new"),
        (["history", "export", "-o"], "history export"), (["export", "-o"], "export"), (["nonsense"], ""),
    ],
)  # fmt: skip
def test_the_help_is_of_the_command(repclip: Run, arguments: list[str], asked: str) -> None:
    said = repclip(*arguments)
    assert said.err.endswith(f"; see '{' '.join(['repclip', *asked.split(), '--help'])}'\n")
    assert repclip(*asked.split(), "--help").code == 0


# What looks bad but is not


def zero_reps(said: Said) -> None:
    assert said.code == 0
    assert said.err == ""
    assert re.search(r"^0 reps", said.out, flags=re.MULTILINE)


def test_one_sample(repclip: Run, csv_file: Write) -> None:
    zero_reps(repclip("analyze", csv_file(lines(ROW))))


def test_two_samples(repclip: Run, csv_file: Write) -> None:
    zero_reps(repclip("analyze", csv_file(lines(ROW, "0.02,0,0,1,0,0,0"))))


def test_constant_signal(repclip: Run, csv_file: Write) -> None:
    rows = np.tile([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], (3000, 1))
    rows[:, 0] = np.arange(3000) / 100
    zero_reps(repclip("analyze", csv_file(as_csv(rows))))


def test_all_zeros_but_time(repclip: Run, csv_file: Write) -> None:
    rows = np.zeros((3000, 7))
    rows[:, 0] = np.arange(3000) / 100
    said = repclip("analyze", csv_file(as_csv(rows)))
    zero_reps(said)
    assert "The accelerometer felt nothing" in said.out


def test_accelerometer_that_is_switched_off(repclip: Run, csv_file: Write) -> None:
    """Reps are told by the gyroscope alone; what only gravity can tell is not."""
    path = csv_file(changed(RECORDINGS / "demo.csv", ACC, 0.0))
    assert "The accelerometer felt nothing" in repclip("analyze", path).out
    (one,) = json.loads(repclip("analyze", path, "--json").out)["sets"]
    assert len(one["reps"]) == 10
    assert {rep[name] for rep in one["reps"] for name in ("elevation_top_deg", "rise_cm")} == {None}


def test_noise(repclip: Run, tmp_path: Path) -> None:
    """1e6 rows of it."""
    rng = np.random.default_rng(0)
    few = [",".join(f"{value:.4f}" for value in row) for row in rng.normal(scale=(1, 1, 1, 50, 50, 50), size=(5000, 6))]
    path = tmp_path / "noise.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for first in range(0, 1_000_000, len(few)):
            file.writelines(f"{(first + k) / 100:.2f},{row}\n" for k, row in enumerate(few))
    zero_reps(repclip("analyze", path))


def test_slow_rates_are_fine(repclip: Run, csv_file: Write) -> None:
    zero_reps(repclip("analyze", csv_file(as_csv(still_rows(200, rate_hz=20.0)))))
    zero_reps(repclip("analyze", csv_file(as_csv(still_rows(900, rate_hz=400.0)))))


def test_rad_per_s_is_only_a_note(repclip: Run, csv_file: Write, still: np.ndarray) -> None:
    still[:, 4:] *= np.pi / 180
    still[:, 1] += np.linspace(0.0, 0.5, len(still))
    said = repclip("analyze", csv_file(as_csv(still)))
    zero_reps(said)
    assert "rad/s" in said.out


def test_error_is_one_line_whatever_the_name(repclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "weird\n\x1b[31mname.csv"
    try:
        path.write_bytes(b"")
    except OSError:
        pytest.skip("this file system has no such names")
    refused(repclip("analyze", path), "is empty")
    assert "\x1b" not in repclip("analyze", path).err
