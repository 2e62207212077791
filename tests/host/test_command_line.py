"""The program as a process: exit codes, pipes, interrupts, what comes along."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO

import pytest
from rich.console import Console

import repclip as package
from host_helpers import Run, Write, as_csv, still_rows
from repclip import bundled
from repclip.cli import main, next_workout
from repclip.cli.bar import Bar
from repclip.recording.importers.any_recording import CsvChunks
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.source import LinkChange, LinkEvent
from repsignal import ImuBlock

ROOT = Path(__file__).resolve().parents[2]

HELP = [
    [],
    ["live"],
    ["record"],
    ["replay"],
    ["analyze"],
    ["plot"],
    ["next"],
    ["demo"],
    ["flash"],
    ["exercises"],
    ["exercises", "show"],
    ["exercises", "list"],
]


def process(
    *arguments: str | Path, stdout: int | IO[bytes] = subprocess.PIPE, **environment: str
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", "-m", "repclip", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return subprocess.Popen(command, env=env, stdout=stdout, stderr=subprocess.PIPE)


def test_what_next_explains_does_not_wrap() -> None:
    assert max(map(len, next_workout.HELP.split("[/bold]")[-1].splitlines())) <= 78


@pytest.mark.parametrize("command", HELP, ids=lambda command: " ".join(command) or "repclip")
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_fits_80_columns(repclip: Run, command: list[str], option: str) -> None:
    said = repclip(*command, option)
    assert (said.code, said.err) == (0, "")
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize(
    "command", ["live", "record", "replay", "analyze", "plot", "next", "demo", "flash", "exercises"]
)
def test_help_teaches_with_examples(repclip: Run, command: str) -> None:
    lines = [line.strip() for line in repclip(command, "--help").out.splitlines()]
    assert len([line for line in lines if line.startswith(f"repclip {command}")]) >= 2


def test_nothing_asked_shows_help(repclip: Run) -> None:
    said = repclip()
    assert (said.code, said.err) == (0, "")
    assert "repclip demo" in said.out


def test_version(repclip: Run) -> None:
    said = repclip("--version")
    assert (said.code, said.out, said.err) == (0, f"repclip {package.__version__}\n", "")


def test_runs_as_a_module(set_csv: Path) -> None:
    running = process("analyze", set_csv)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")
    assert b"reps in 1 set" in out


def test_errors_of_a_process_are_one_line(tmp_path: Path) -> None:
    running = process("analyze", tmp_path)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err.count(b"\n")) == (1, b"", 1)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_terminals_that_know_few_letters(set_csv: Path, encoding: str) -> None:
    for arguments in (["analyze", set_csv, "--tempo", "4-0-1-3"], ["exercises"], ["--help"]):
        running = process(*arguments, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        out, err = running.communicate(timeout=60)
        assert (running.returncode, err) == (0, b"")
        assert out.decode(encoding)


@pytest.mark.parametrize("arguments", [["exercises"], ["exercises", "show", "reverse-leg-lift"]])
def test_no_letter_is_lost_in_ascii(arguments: list[str]) -> None:
    running = process(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    shown = out.decode("ascii").replace("hold=1-2?", "")
    assert "?" not in shown


@pytest.mark.parametrize("size", ["0", "00", "-1", "wide", "²", pytest.param("9" * 5000, id="huge")])
def test_a_terminal_of_unknown_size(repclip: Run, monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    prints_as_usual(repclip, monkeypatch, size, "exercises")


def test_all_is_printed_on_a_terminal_of_unknown_size(
    repclip: Run, set_csv: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (["analyze", set_csv], ["--help"], ["analyze", "--help"]):
        prints_as_usual(repclip, monkeypatch, "0", *command)
    monkeypatch.setenv("COLUMNS", "0")
    assert "10 reps in 1 set" in repclip("demo", "--no-replay").out


def prints_as_usual(repclip: Run, monkeypatch: pytest.MonkeyPatch, size: str, *command: str | Path) -> None:
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    usual = repclip(*command)
    assert usual.out
    for name in ("COLUMNS", "LINES"):
        monkeypatch.setenv(name, size)
    assert repclip(*command) == usual


@pytest.mark.skipif(os.name == "nt", reason="Windows reports no closed pipe to the writer")
@pytest.mark.parametrize("unbuffered", ["0", "1"])
def test_a_closed_pipe_is_quiet(set_csv: Path, unbuffered: str) -> None:
    running = process("analyze", set_csv, "--json", **({"PYTHONUNBUFFERED": "1"} if unbuffered == "1" else {}))
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    err = running.stderr.read()
    running.wait(timeout=60)
    running.stderr.close()
    assert err == b""


@pytest.mark.skipif(os.name == "nt", reason="Windows reports no closed pipe to the writer")
def test_who_reads_may_stop(set_csv: Path) -> None:
    for arguments in (["analyze", set_csv], ["analyze", set_csv, "--json"], ["exercises"]):
        running = process(*arguments)
        assert running.stdout is not None
        running.stdout.close()
        running.stdout = None
        _, err = running.communicate(timeout=60)
        assert (running.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_disk_is_one_line(set_csv: Path, tmp_path: Path) -> None:
    demo = ["demo", "-o", tmp_path / "a.png"]
    for arguments in (["analyze", set_csv], ["analyze", set_csv, "--json"], demo, ["exercises"]):
        with Path("/dev/full").open("wb") as full:
            running = process(*arguments, stdout=full)
            _, err = running.communicate(timeout=60)
        assert (running.returncode, err.count(b"\n")) == (1, 1), err
        assert b"cannot be written" in err


def test_without_stdout(set_csv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["analyze", str(set_csv)]) == 1
    assert capsys.readouterr().err.startswith("repclip: stdout is closed")


def test_without_stderr(set_csv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["analyze", str(set_csv) + "x", "--json"]) == 1
    sys.stderr.close()
    assert capsys.readouterr().out == ""


def test_a_wrong_backend_is_one_line(set_csv: Path, tmp_path: Path) -> None:
    running = process("plot", set_csv, "-o", tmp_path / "a.png", MPLBACKEND="nonsense")
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err.count(b"\n")) == (1, 1)
    assert b"MPLBACKEND" in err


def interrupted(running: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What a process says after Ctrl-C; once more where it fell into a finaliser, in which Python swallows it."""
    for _ in range(4):
        running.send_signal(signal.SIGINT)
        try:
            return running.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            continue
    running.kill()
    return running.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither named pipes in a folder nor a SIGINT to send")
def test_interrupt_of_a_process(tmp_path: Path) -> None:
    pipe = tmp_path / "never.csv"
    os.mkfifo(pipe)
    running = process("analyze", pipe)
    rows = "".join(f"{n / 100:.2f},0.0,0.0,1.0,0.0,0.0,0.0\n" for n in range(6000))
    with pipe.open("wb") as writing:
        # more than a pipe holds: once it is written, the program has opened it and is reading
        writing.write(b"t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n" + rows.encode())
        out, err = interrupted(running)
    assert (running.returncode, out, err) == (130, b"", b"repclip: interrupted\n")


# Ctrl-C as the module that is named first is about to be loaded, and the program started as -m or as its script does.
INTERRUPTED_LOADING = """
import signal, sys
wanted = sys.argv.pop(1)
class Interrupting:
    def find_spec(self, name, *_):
        if name == wanted:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
{start}
"""
AS_A_MODULE = "import runpy; runpy.run_module('repclip', run_name='__main__')"
AS_A_SCRIPT = "from {0} import {1}; sys.exit({1}())"


def script() -> list[str]:
    """Module and name of what the ``repclip`` script calls."""
    written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(written["project"]["scripts"]["repclip"]).split(":")


@pytest.mark.parametrize(
    "name", ["repclip.cli", "typer", "importlib.metadata", "repclip.cli.analyze", "numpy", "scipy"]
)
@pytest.mark.parametrize("start", [AS_A_MODULE, AS_A_SCRIPT.format(*script())], ids=["module", "script"])
def test_interrupt_while_loading(set_csv: Path, start: str, name: str) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    whole = [sys.executable, "-c", INTERRUPTED_LOADING.format(start=start), name, "analyze", set_csv]
    said = subprocess.run(whole, env=env, capture_output=True, check=False, timeout=60)
    assert (said.returncode, said.stdout, said.stderr) == (130, b"", b"repclip: interrupted\n")


def test_nothing_is_loaded_before_an_interrupt_is_taken() -> None:
    code = "import sys; before = {*sys.modules}; import repclip.__main__; print(*({*sys.modules} - before))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert set(said.stdout.split()) <= {"repclip", "repclip.__main__", "__future__"}
    assert script() == ["repclip.__main__", "main"]


def test_interrupt_is_one_line(repclip: Run, set_csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: CsvReader) -> Iterator[ImuBlock]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(CsvReader, "blocks", interrupted)
    said = repclip("analyze", set_csv)
    assert (said.code, said.out, said.err) == (130, "", "repclip: interrupted\n")


def test_faults_of_ours_are_not_hidden(set_csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: CsvReader) -> Iterator[ImuBlock]:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(CsvReader, "blocks", broken)
    with pytest.raises(ZeroDivisionError):
        main(["analyze", str(set_csv)])


HEAVY = {"bleak", "matplotlib", "numpy", "scipy", "scipy.signal", "scipy.spatial", "serial", "vqf"}


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("--version", ()),
        ("--help", ()),
        ("exercises", ("numpy",)),
        ("analyze --help", ("numpy",)),
        ("live --help", ("numpy", "bleak", "serial")),
        ("scan --help", ("numpy", "bleak", "serial")),
    ],
)
def test_only_what_is_needed_is_loaded(command: str, needed: tuple[str, ...]) -> None:
    assert heavy_of(*command.split()) == set(needed)


def test_an_analysis_loads_of_scipy_what_is_loaded_soon() -> None:
    assert heavy_of("analyze", str(bundled.recording("demo.csv"))) == {"numpy", "scipy", "vqf"}


def heavy_of(*arguments: str) -> set[str]:
    """What a command loads of all that takes long to load."""
    code = "import sys; from repclip.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    whole = [sys.executable, "-c", code, *arguments]
    said = subprocess.run(whole, env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip()
    loaded = set(said.stderr.split())
    assert "repclip.cli.app" in loaded
    return loaded & HEAVY


def test_a_shell_is_told_what_may_follow() -> None:
    asked = {"_REPCLIP_COMPLETE": "complete_bash", "COMP_WORDS": "repclip analyze --", "COMP_CWORD": "2"}
    out, _ = process(**asked).communicate(timeout=60)
    assert {"--exercise", "--tempo", "--json"} <= set(out.decode().split())


# Progress


class Reading:
    """A recording that comes in so many chunks, each of which takes so long by the clock that is told."""

    def __init__(self, chunks: int, seconds: float, *, sized: bool = True) -> None:
        self.path = Path("hour.csv")
        self.fraction = 0.0 if sized else None
        self.now_s = 0.0
        self._chunks, self._seconds = chunks, seconds

    def now(self) -> float:
        return self.now_s

    def chunks(self) -> Iterator[LinkEvent]:
        for number in range(1, self._chunks + 1):
            self.now_s += self._seconds
            if self.fraction is not None:
                self.fraction = number / self._chunks
            yield LinkEvent(number, LinkChange.CONNECTED)


def drawn(reading: Reading, *, times: int = 1, terminal: bool = True) -> str:
    """What a terminal is shown while it is read, ``times`` in all."""
    file = io.StringIO()
    with Bar(Console(file=file, force_terminal=terminal, width=80), times, now=reading.now) as bar:
        reading.now_s += 10.0  # to load the program
        for _ in range(times):
            assert list(bar.chunks(reading))
        file.write("<all is read>")
    return file.getvalue()


def shares(shown: str) -> list[int]:
    return [int(share) for share in re.findall(r"(\d+) %", shown)]


def test_progress_of_an_hour_is_seen_to_go_up() -> None:
    """An hour takes but two seconds on a quick machine."""
    shown = drawn(Reading(100, 0.02))
    assert "Reading hour.csv" in shown
    first, *further, last = shares(shown)
    assert first <= 26
    assert len(further) > 10
    assert all(0 < later - earlier <= 10 for earlier, later in pairwise([first, *further]))
    assert last == 100
    assert shown.index("<all is read>") < shown.rindex("\x1b[2K"), "it stays for what is worked on then"


def test_progress_of_what_nobody_knows_the_size_of() -> None:
    assert "Reading hour.csv" in drawn(Reading(100, 0.02, sized=False))


def test_one_bar_is_of_many_recordings() -> None:
    shown = drawn(Reading(20, 0.5), times=2)
    assert "(1 of 2)" in shown
    assert "(2 of 2)" in shown
    assert shown.count("\x1b[?25l") == 1, "begun once"
    assert shares(shown) == sorted(shares(shown))


@pytest.mark.parametrize(("chunks", "seconds"), [(1000, 0.0004), (100, 0.007), (1, 5.0)])
def test_progress_stays_away_from_quick_work(chunks: int, seconds: float) -> None:
    assert drawn(Reading(chunks, seconds)) == "<all is read>"


def test_progress_stays_away_from_pipes() -> None:
    assert drawn(Reading(100, 0.5), terminal=False) == "<all is read>"


def test_a_csv_is_read_in_pieces_that_a_bar_can_follow(csv_file: Write) -> None:
    rows = as_csv(still_rows(1000)).split("\n", 1)
    reader = CsvChunks(csv_file(rows[0] + "\n" + rows[1] * 30))
    assert len([reader.fraction for _ in reader.chunks()]) >= 6


# What comes along


def test_bundled_files_are_found() -> None:
    assert (bundled.folder("recordings") / "FORMAT.md").is_file()


def test_wheels_folder_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "_recordings").mkdir()
    monkeypatch.setattr(bundled, "files", lambda _: tmp_path)
    assert bundled.recording("demo.csv") == tmp_path / "_recordings" / "demo.csv"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As from a wheel, with the demo's recording; an empty folder to be in."""
    recordings = bundled.folder("recordings")
    (tmp_path / "_recordings").mkdir()
    shutil.copy(recordings / "chain_set.repclip", tmp_path / "_recordings")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.setattr(bundled, "files", lambda _: tmp_path)
    monkeypatch.chdir(here)
    return here


def test_demo(repclip: Run, installed: Path) -> None:
    said = repclip("demo")
    assert (said.code, said.err) == (0, "")
    assert "simulated" in said.out
    lines = [line for line in said.out.splitlines() if "set 1, rep" in line]
    assert len(lines) == 10, "the replay"
    assert said.out.index("set 1, rep 10") < said.out.index("10 reps in 1 set")
    assert [path.name for path in installed.iterdir()] == ["repclip-demo.png"]
    (next_step,) = [line.strip() for line in said.out.splitlines() if line.strip().startswith("repclip analyze")]
    assert repclip(*next_step.split()[1:]).code == 0


def test_demo_without_the_replay(repclip: Run, installed: Path) -> None:
    said = repclip("demo", "--no-replay", "--output", installed / "other.svg")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Demo, a simulated recording")
    assert "10 reps in 1 set" in said.out
    assert [path.name for path in installed.iterdir()] == ["other.svg"]


def test_demo_without_its_recording(repclip: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_recordings").mkdir()
    monkeypatch.setattr(bundled, "files", lambda _: tmp_path)
    said = repclip("demo", "-o", tmp_path / "a.png")
    assert (said.code, len(said.err_lines)) == (1, 1)
