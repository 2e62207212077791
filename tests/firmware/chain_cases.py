"""What is done to the real chain, and what must come of it: run by the tests, and as a table by the bench."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from chain import AirBoard, Board, Run, SerialBoard, chain, run_chain
from repclip.analysis import analyze
from repclip.engine.dialog import Sampling
from repclip.engine.outputs import Gap, RecordingStopped, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.errors import RecordingWriteError
from repclip.recording.exporters.tables import SAMPLES_HEADER, samples_csv
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.source import Chunk
from repsignal import Cycle, SetEnd
from repsignal.synth import (
    Move,
    Pose,
    RepPlan,
    Scenario,
    SensorModel,
    Settle,
    Simulation,
    Still,
    TrueSet,
    Walk,
    simulate,
    steady_set,
)

LEAD_S = 10.0  # until the board is found, and has lain still for a while, on a busy machine as well
REPS = 3
REPS_AROUND_A_GAP = 5
_SET = RepPlan(lift_s=1.0, hold_s=1.5, lower_s=2.5, pause_s=0.5)
_RATE_HZ = 200.0  # finer than it is sampled


@dataclass(frozen=True)
class Case:
    """``kind`` of link; ``befall`` is what happens; ``settings`` are the board's."""

    name: str
    kind: str
    befall: Callable[[Board], Awaitable[None]] | None = None
    lossless: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    sets: int = 1
    full_disk: bool = False
    rate_hz: int = 100


@dataclass(frozen=True)
class Outcome:
    """``wrong`` reps are those missing, or too many, outside of the gaps; ``worst_s`` is a boundary's largest error."""

    case: Case
    run: Run
    true_reps: int
    reps: int
    wrong: int
    lost: int | None
    gaps: tuple[Gap, ...]
    worst_s: float
    same_as_replay: bool


async def away(board: Board, begin_s: float, end_s: float) -> None:
    await board.until(begin_s)
    await board.lose_link()
    await board.until(end_s)
    await board.restore_link()


async def pulled_5_s(board: Board) -> None:
    await away(board, LEAD_S + 8, LEAD_S + 13)


async def pulled_30_s(board: Board) -> None:
    await away(board, LEAD_S + 8, LEAD_S + 38)


async def reset(board: Board) -> None:
    await board.until(LEAD_S + 10)
    await board.reset()


async def bunched(board: Board) -> None:
    """For ten seconds everything comes by the bunch, 2 s at a time."""
    assert isinstance(board, SerialBoard)
    await board.until(LEAD_S + 4)
    for at_s in range(6, 16, 2):
        board.held = bytearray()
        await board.until(LEAD_S + at_s)
        board.release()


async def asleep(board: Board) -> None:
    """The computer sleeps for ten seconds, in the middle of whatever it did."""
    assert isinstance(board, SerialBoard | AirBoard)
    await board.until(LEAD_S + 8)
    board.host_sleeps(10)


async def asleep_with_its_radio(board: Board) -> None:
    """Its radio goes to sleep as well: the board notices that after the supervision timeout, the host when it wakes."""
    assert isinstance(board, AirBoard)
    await board.until(LEAD_S + 8)
    board.host_sleeps(10, link_lost_after_s=4)


CASES: tuple[Case, ...] = (
    Case("clean", "serial"),
    Case("clean", "ble"),
    Case("cable pulled for 5 s", "serial", pulled_5_s),
    Case("out of range for 5 s", "ble", pulled_5_s),
    Case("cable pulled for 30 s", "serial", pulled_30_s, lossless=False),
    Case("out of range for 30 s", "ble", pulled_30_s, lossless=False),
    Case("board reset", "serial", reset, lossless=False),
    Case("board reset", "ble", reset, lossless=False),
    Case("MTU 23", "ble", settings={"mtu": 23}),
    Case("5 % of the notifications dropped", "ble", settings={"dropped": 0.05}),
    Case("bunched by 2 s", "serial", bunched),
    Case("sensor's clock 1 % fast", "serial", settings={"ppm": 10_000}),
    Case("sensor's clock 1 % slow", "ble", settings={"ppm": -10_000}),
    Case("host asleep for 10 s", "serial", asleep),
    Case("host asleep for 10 s", "ble", asleep, settings={"apart": True}),
    Case("host and its radio asleep for 10 s", "ble", asleep_with_its_radio, settings={"apart": True}),
    Case("disk full", "serial", full_disk=True),
    Case("at 50 Hz", "serial", rate_hz=50),
)
SESSIONS: tuple[Case, ...] = (Case("three sets", "serial", sets=3), Case("three sets", "ble", sets=3))


@cache
def _simulated(sets: int, reps: int) -> Simulation:
    standing, bottom = Pose(-90.0), Pose(-30.0)
    parts: list[Any] = [Still(LEAD_S, bottom)]
    for number in range(sets):
        parts += [steady_set(reps, _SET, bottom=bottom), Still(5.0, bottom)]
        if number + 1 < sets:
            parts += [Move(standing, 3.0, 2), Walk(8.0), Move.kneeling_down(bottom), Settle(4.0), Still(3.0, bottom)]
    sensor = SensorModel(rate_hz=_RATE_HZ, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    return simulate(Scenario(tuple(parts), sensor=sensor), seed=5)


def true_sets(sets: int, reps: int) -> tuple[TrueSet, ...]:
    """What the leg does, in seconds of the world."""
    return _simulated(sets, reps).truth.sets


@cache
def felt(folder: Path, sets: int, reps: int) -> tuple[Path, tuple[SetEnd, ...], float]:
    """A CSV of what the sensor feels, what its analysis finds, and how long it is."""
    block = _simulated(sets, reps).block
    path = folder / f"felt-{sets}-{reps}.csv"
    path.write_text(SAMPLES_HEADER + samples_csv(block))
    return path, analyze(CsvReader(path).blocks()).sets, float(block.time_s[-1])


async def try_case(case: Case, folder: Path) -> Outcome:
    """Run it and compare with the truth; a constant offset, of when sampling began, is taken off first."""
    path, truth, length_s = felt(folder, case.sets, REPS if case.lossless else REPS_AROUND_A_GAP)
    recorder = FullDisk(40) if case.full_disk else None
    async with chain(case.kind, path, **case.settings) as board:
        assert isinstance(board, SerialBoard | AirBoard)
        run = await run_chain(
            board, length_s + (12 if not case.lossless else 2), case.befall, recorder, Sampling(case.rate_hz)
        )
    account = run.account()
    gaps = tuple(account.tally.gaps)
    report = account.report("generic", float(case.rate_hz))
    found = [rep for one in report.sets for rep in one.reps]
    wanted = [rep for one in truth for rep in one.reps]
    offset_s = _offset_s(found, wanted)
    hit = [rep for rep in wanted if _in_gap(rep, gaps, offset_s)]
    sound = [rep for rep in wanted if rep not in hit]
    pairs = [(rep, _nearest(rep, found, offset_s)) for rep in sound]
    matched = [(rep, other) for rep, other in pairs if other is not None]
    extra = max(0, len(found) - len(matched) - len(hit))
    errors = [
        abs(other_s - time_s - offset_s)
        for rep, other in matched
        for time_s, other_s in zip(_times(rep), _times(other), strict=True)
        if time_s is not None and other_s is not None
    ]
    return Outcome(
        case=case,
        run=run,
        true_reps=len(wanted),
        reps=len(found),
        wrong=len(sound) - len(matched) + extra,
        lost=None if any(gap.count is None for gap in gaps) else sum(gap.count or 0 for gap in gaps),
        gaps=gaps,
        worst_s=max(errors, default=float("nan")),
        same_as_replay=_replayed(run.chunks) == _said(run),
    )


class FullDisk:
    """A recorder for which there is no room after some packets."""

    def __init__(self, room: int) -> None:
        self._room = room

    def write(self, chunk: Chunk) -> None:
        self._room -= 1
        if not self._room:
            raise RecordingWriteError("the disk is full")

    def commit(self) -> None: ...


def _times(rep: Cycle) -> tuple[float | None, ...]:
    return rep.start_s, rep.top_s, rep.lower_start_s, rep.end_s


def _offset_s(found: Sequence[Cycle], wanted: Sequence[Cycle]) -> float:
    """Of the first rep of all, which nothing had befallen."""
    pairs = zip(_times(found[0]), _times(wanted[0]), strict=True)
    return median([a - b for a, b in pairs if a is not None and b is not None])


def _in_gap(rep: Cycle, gaps: Sequence[Gap], offset_s: float) -> bool:
    start_s, end_s = (rep.start_s or 0.0) + offset_s, (rep.end_s or 0.0) + offset_s
    return any(start_s - 0.5 < gap.end_s and gap.start_s < end_s + 0.5 for gap in gaps)


def _nearest(rep: Cycle, found: Sequence[Cycle], offset_s: float) -> Cycle | None:
    middle_s = ((rep.start_s or 0.0) + (rep.end_s or 0.0)) / 2 + offset_s
    near = [one for one in found if (one.start_s or -1.0) < middle_s < (one.end_s or -1.0)]
    return near[0] if near else None


def _said(run: Run) -> list[str]:
    return [repr(one) for one in run.outputs if not isinstance(one, Sampled | RecordingStopped)]


def _replayed(chunks: Sequence[Chunk]) -> list[str]:
    pipeline = Pipeline()
    outputs = [one for chunk in chunks for one in pipeline.feed(chunk)] + pipeline.flush()
    return [repr(one) for one in outputs if not isinstance(one, Sampled)]


def row(outcome: Outcome) -> tuple[str, ...]:
    """For a table."""
    lost = "unknown" if outcome.lost is None else str(outcome.lost)
    return (
        f"{outcome.case.name} ({outcome.case.kind})",
        f"{outcome.run.samples}",
        lost,
        f"{outcome.reps} of {outcome.true_reps}",
        f"{outcome.wrong}",
        f"{1000 * outcome.worst_s:.1f}",
        "yes" if outcome.same_as_replay else "NO",
    )


HEADER = ("befallen", "samples", "lost for good", "reps", "wrong outside gaps", "worst time, ms", "replay the same")
