"""What the tests of the host share: a command line to call, ports and recordings to give it, a report to show."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from host_helpers import Forbid, Plug, Run, Said, Write, as_csv, still_rows
from made_cycles import made
from repclip.analysis import AnalysisReport
from repclip.cli import main
from repclip.recording.writer import RecordingWriter
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.virtual_link import LinkPlan, VirtualLink
from repclip.wire import Framing
from repsignal import AngleTrace, CutOffRep, CycleFlag, Hole, PartialRep, Rep, SetEnd
from repsignal.synth import (
    RepPlan,
    Scenario,
    ScenarioKind,
    SensorModel,
    Still,
    random_scenario,
    simulate,
    steady_set,
)
from stand_ins import StandIns

PICO = 0x2E8A


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Not the files of whoever runs the tests."""
    for name in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"REPCLIP_{name}", str(tmp_path_factory.mktemp(name.lower())))


@pytest.fixture
def repclip(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line; an exception of any kind fails the test, since it would be a traceback."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Plug:
    """``plugged(port, ...)``: these are the ports, each of a Pico, or a tuple with its vendor and maybe its number."""

    def listing(*ports: str | tuple[str, int | None] | tuple[str, int, str]) -> None:
        found: list[ListPortInfo] = []
        for one in ports:
            device, vendor, number, *_ = (one, PICO, None) if isinstance(one, str) else (*one, None)
            info = ListPortInfo(device)
            info.vid, info.serial_number = vendor, number
            found.append(info)
        monkeypatch.setattr(list_ports, "comports", lambda: list(found))

    listing()
    return listing


@pytest.fixture
def pty() -> Iterator[tuple[int, str]]:
    """A port with something at its other end; what, decides who has the descriptor."""
    import tty  # not there on Windows

    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Forbid:
    """``forbid(port, platform, group)``: nobody but that group of that system may open the port."""
    opened = os.open

    def forbidding(port: str, platform: str, group: str) -> None:
        def forbidden(path: Any, *rest: Any, **options: Any) -> int:
            if path == port:  # tests may be run by root, who may do everything
                raise PermissionError(errno.EACCES, "Permission denied", path)
            return opened(path, *rest, **options)

        monkeypatch.setattr(os, "open", forbidden)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr("grp.getgrgid", lambda _: type("Group", (), {"gr_name": group}))

    return forbidding


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """Programs of a test's own, and no others."""
    if os.name == "nt":
        pytest.skip("the stand-ins are shell scripts")
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HEARD", str(folder / "heard.txt"))
    return StandIns(folder)


@pytest.fixture
def still() -> np.ndarray:
    return still_rows(300)


@pytest.fixture
def csv_file(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "recording.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture(scope="session")
def set_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated set, clean, as a file."""
    block = simulate(random_scenario(7, kind=ScenarioKind.CLEAN)).block
    rows = np.column_stack([block.time_s, block.acc / 9.80665, np.degrees(block.gyr)])
    path = tmp_path_factory.mktemp("sets") / "set.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


@pytest.fixture
def report() -> AnalysisReport:
    """Twenty reps with every kind of remark, a partial rep, a cut-off one, a gap and a bridged hole."""
    every_flag = {3: (CycleFlag.GAP,), 7: (CycleFlag.UNCERTAIN, CycleFlag.CLIPPED), 9: (CycleFlag.BRIDGED,)}
    known = {"start_sd_s": 0.0301, "elevation_top_deg": -2.04, "rise_cm": 25.0}
    reps = [
        replace(made(Rep, i + 1, 5.0 + 8.0 * i, rom_deg=37.94), flags=every_flag.get(i, ()), **known) for i in range(20)
    ]
    reps[3] = replace(reps[3], top_s=None, top_sd_s=None, lift_s=None, hold_s=None)
    reps[-1] = replace(reps[-1], pause_s=None, elevation_top_deg=None, rise_cm=None)
    partial = replace(made(PartialRep, 1, 165.0, rom_deg=15.0), **known)
    cut_off = replace(
        made(CutOffRep, 1, 175.0, rom_deg=37.94), top_s=None, lower_start_s=None, end_s=None, lift_s=None,
        flags=(CycleFlag.CUT_OFF_END,), **known,
    )  # fmt: skip
    time_s = np.arange(0.0, 180.0, 0.02)
    trace = AngleTrace(time_s, 19.0 - 19.0 * np.cos(time_s * 2 * np.pi / 8.0), np.zeros(len(time_s)))
    one = SetEnd(1, 5.0, 172.5, tuple(reps), (partial,), (cut_off,), trace, 174.0)
    gaps = (Hole(30.0, 31.5, 149, bridged=False), Hole(50.0, 50.1, 9, bridged=True))
    return AnalysisReport("generic", 99.996, 180.0, 18000, (one,), gaps)


@pytest.fixture
def empty_report() -> AnalysisReport:
    return AnalysisReport("generic", None, 0.0, 1, (), ())


@pytest.fixture(scope="session")
def session_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five reps, with the link lost for five seconds in the third."""
    sensor = SensorModel(rate_hz=100.0, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    reps = steady_set(5, RepPlan(lift_s=1.0, hold_s=3.0, lower_s=3.5))
    block = simulate(Scenario((Still(2.0), reps, Still(8.0)), sensor=sensor), seed=3).block
    raw = DeviceFigures().counts(block)
    link = VirtualLink(SimulatedDevice(raw, ble=False), LinkPlan(away=((20, 25),)), framing=Framing.SERIAL)
    link.run(len(raw) / 100)
    path = tmp_path_factory.mktemp("sessions") / "session.repclip"
    with RecordingWriter(path, {"exercise": "prone-thigh-extension-ball"}) as writer:
        for chunk in link.chunks:
            writer.write(chunk)
    return path
