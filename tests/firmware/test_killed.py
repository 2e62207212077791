"""``repclip record`` with the real firmware at the other end, killed at any moment: a second is missing, at most."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("Windows has no ptys", allow_module_level=True)

from chain import SerialBoard, World, run
from repclip.cli import main
from repclip.engine.account import Account
from repclip.engine.offline import examine
from repclip.engine.run import Engine
from repclip.recording.exporters.tables import SAMPLES_HEADER, samples_csv
from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.report.json_report import as_json
from repclip.source import Packet
from repsignal.synth import RepPlan, Scenario, SensorModel, Still, simulate, steady_set

KILLS = 10
AT_A_TIME = 5  # most of the time they wait
LOST_S = 1.0
STREAMING = 1000  # bytes: what comes before the samples is less
STARTS_S = 60.0
SPEED = 4  # times the world's, which is the program's: what it says each second comes before the board gives it up
QUICK = RepPlan(lift_s=0.8, hold_s=0.5, lower_s=1.2, pause_s=0.4)


class Tapped(SerialBoard):
    """What was sent to the host, and when by the world's clock."""

    def __init__(self, felt: Path, folder: Path) -> None:
        super().__init__(felt, folder, World(), speed=SPEED)
        self.path = str(folder / "ttyACM0")
        self.sent: list[tuple[float, bytes]] = []
        self.streams = asyncio.Event()

    def _to_host(self, data: bytes) -> None:
        super()._to_host(data)
        self.sent.append((time.monotonic(), data))
        if sum(len(one) for _, one in self.sent) > STREAMING:
            self.streams.set()


@dataclass(slots=True)
class Killed:
    """``after_s`` is of the board's time; ``late_s`` by how much this machine was late with other things meanwhile."""

    path: Path
    after_s: float
    at_s: float = 0.0
    late_s: float = 0.0
    said: str = ""
    sent: list[tuple[float, bytes]] = field(default_factory=list[tuple[float, bytes]])

    @property
    def recorded(self) -> bytes:
        chunks = RecordingReader(self.path).chunks()
        return b"".join(chunk.data for chunk in chunks if isinstance(chunk, Packet))

    def missing_s(self) -> float:
        """For how long what was sent first, of what is not in the file, had been sent when it was killed."""
        whole = b"".join(data for _, data in self.sent)
        recorded = self.recorded
        begin = whole.find(recorded)  # what was sent before the port was opened is not the program's
        assert begin >= 0, "it holds something else than what was sent"
        end = begin + len(recorded)
        for at_s, data in self.sent:
            end -= len(data)
            if end < 0:
                return max(0.0, self.at_s - at_s)
        return 0.0


async def _watch(killed: Killed) -> None:
    while True:
        before_s = time.monotonic()
        await asyncio.sleep(0.05)
        killed.late_s = max(killed.late_s, time.monotonic() - before_s - 0.05)


async def _kill(killed: Killed, felt: Path, turn: asyncio.Semaphore) -> None:
    folder = killed.path.parent
    async with turn:
        with Tapped(felt, folder) as board:
            env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            command = ("-m", "repclip", "record", "--serial", board.path, "-o", str(killed.path))
            none, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
            running = await asyncio.create_subprocess_exec(
                sys.executable, *command, env=env, stdin=none, stdout=none, stderr=pipe
            )
            watching = asyncio.create_task(_watch(killed))
            try:
                async with asyncio.timeout(STARTS_S):
                    await board.streams.wait()
                await board.until(board.world.now_s + killed.after_s)
                killed.sent = board.sent.copy()
                killed.at_s = time.monotonic()
            finally:
                with suppress(ProcessLookupError):
                    running.kill()
                watching.cancel()
                killed.said = (await running.communicate())[1].decode()
            assert running.returncode == -9, killed.said


async def _kill_all(folder: Path, felt: Path) -> list[Killed]:
    moments = random.Random(4)
    turn = asyncio.Semaphore(AT_A_TIME)
    all_killed: list[Killed] = []
    for number in range(KILLS):
        own = folder / str(number)
        own.mkdir()
        all_killed.append(Killed(own / "a.repclip", moments.uniform(1.0, 20.0)))
    await asyncio.gather(*[_kill(killed, felt, turn) for killed in all_killed])
    return all_killed


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    felt = folder / "felt.csv"
    sensor = SensorModel(rate_hz=200.0, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    block = simulate(Scenario((Still(3.0), steady_set(30, QUICK), Still(3.0)), sensor=sensor), seed=6).block
    felt.write_text(SAMPLES_HEADER + samples_csv(block))
    found: list[Killed] = run(_kill_all(folder, felt))
    return found


def test_no_more_than_a_second_is_missing(killed: list[Killed]) -> None:
    assert [one.said for one in killed] == [""] * KILLS
    for one in killed:
        assert one.missing_s() <= LOST_S + one.late_s
    assert sum(len(one.recorded) for one in killed) > KILLS * STREAMING


async def _replayed(path: Path) -> str:
    """What a replay, chunk by chunk as live, makes of it."""
    account = Account()
    clock = ReplayClock(time.monotonic_ns, None)
    engine = Engine(ReplaySource(RecordingReader(path).chunks, clock), clock, account.take, talk=False)
    await engine.run()
    return as_json(account.report("generic", engine.pipeline.rate_hz))


def test_its_replay_is_its_analysis(killed: list[Killed], chain_table: list[tuple[str, ...]]) -> None:
    reps = samples = 0
    for one in killed:
        report = examine(RecordingReader(one.path).chunks()).report
        assert run(_replayed(one.path)) == as_json(report)
        reps += report.summary.reps
        samples += report.samples
    assert reps > 0
    lost = f"{max(one.missing_s() for one in killed):.1f} s each, at most"
    chain_table.append((f"host killed, {KILLS} times (serial)", f"{samples}", lost, f"{reps}", "-", "-", "yes"))


def test_info_says_that_it_is_unfinished(killed: list[Killed], capsys: pytest.CaptureFixture[str]) -> None:
    for one in killed:
        os.utime(one.path.with_name(one.path.name + "-wal"), (0, 0))  # as if some seconds had passed
        assert main(["info", str(one.path), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["state"] == "unfinished: the program was stopped"
        assert told["damaged_frames"] == 0
