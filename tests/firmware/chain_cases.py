"""What is done to the real chain, and what must come of it: run by the tests, and as a table by the bench."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from chain import AirBoard, Board, Run, SerialBoard, chain, run_chain
from repclip.analysis import analyze
from repclip.engine.dialog import Sampling
from repclip.engine.outputs import DeviceRestarted, Gap, Output, RecordingStopped, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.errors import RecordingWriteError
from repclip.recording.exporters.tables import SAMPLES_HEADER, samples_csv
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.recording.reader import RecordingReader
from repclip.recording.writer import RecordingWriter
from repclip.source import Channel, Chunk, Packet
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


Befell = Callable[[Run], bool]


@dataclass(frozen=True)
class Case:
    """``kind`` of link; ``befall`` is what happens, ``befell`` whether it did; ``settings`` are the board's.

    Where nothing is lost, times are right to a sample, or ``off_s``.
    """

    name: str
    kind: str
    befall: Callable[[Board], Awaitable[None]] | None = None
    befell: Befell = lambda run: True
    lossless: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    sets: int = 1
    full_disk: bool = False
    rate_hz: int = 100
    off_s: float = 0.0


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
    assert isinstance(board, SerialBoard | AirBoard)
    await board.until(LEAD_S + 4)
    for at_s in range(6, 16, 2):
        board.hold()
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


def silent(seconds: float) -> Befell:
    """Nothing came for so long."""

    def befell(run: Run) -> bool:
        arrivals_ns = [chunk.arrival_ns for chunk in run.chunks if isinstance(chunk, Packet)]
        return max(b - a for a, b in pairwise(arrivals_ns)) >= seconds * 1e9

    return befell


def sampled(rate_hz: float) -> Befell:
    """At this rate, to a tenth of a per cent."""

    def befell(run: Run) -> bool:
        assert run.pipeline is not None
        return abs((run.pipeline.rate_hz or 0.0) / rate_hz - 1.0) < 1e-3

    return befell


def restarted(run: Run) -> bool:
    return any(isinstance(one, DeviceRestarted) for one in run.outputs)


def missed(run: Run) -> bool:
    """More than a hundredth of the frames."""
    assert run.pipeline is not None
    return 100 * run.pipeline.missed > sum(isinstance(one, Packet) for one in run.chunks)


def small(run: Run) -> bool:
    return max(len(one.data) for one in run.chunks if isinstance(one, Packet) and one.channel is Channel.BLE_DATA) <= 20


def drifted(run: Run) -> bool:
    assert run.pipeline is not None
    return abs(run.pipeline.drift) > 0.005


def stopped(run: Run) -> bool:
    return any(isinstance(one, RecordingStopped) for one in run.outputs)


# What is in the line when nothing comes any more may be read a moment later: silence is a bit shorter than its cause.
CASES: tuple[Case, ...] = (
    Case("clean", "serial"),
    Case("clean", "ble"),
    Case("cable pulled for 5 s", "serial", pulled_5_s, silent(4)),
    Case("out of range for 5 s", "ble", pulled_5_s, silent(4)),
    Case("cable pulled for 30 s", "serial", pulled_30_s, silent(28), lossless=False),
    Case("out of range for 30 s", "ble", pulled_30_s, silent(28), lossless=False),
    Case("board reset", "serial", reset, restarted, lossless=False),
    Case("board reset", "ble", reset, restarted, lossless=False),
    Case("MTU 23", "ble", befell=small, settings={"mtu": 23}),
    Case("5 % of the notifications dropped", "ble", befell=missed, settings={"dropped": 0.05}),
    Case("bunched by 2 s", "serial", bunched, silent(1.5)),
    Case("bunched by 2 s", "ble", bunched, silent(1.5)),
    Case("sensor's clock 1 % fast", "serial", befell=sampled(101), settings={"ppm": 10_000}),
    Case("sensor's clock 1 % slow", "ble", befell=sampled(99), settings={"ppm": -10_000}),
    Case("board's clock 1 % fast", "serial", befell=drifted, settings={"error": 0.01}, off_s=0.25),
    Case("host asleep for 10 s", "serial", asleep, silent(8)),
    Case("host asleep for 10 s", "ble", asleep, silent(8), settings={"apart": True}),
    Case("host and its radio asleep for 10 s", "ble", asleep_with_its_radio, silent(8), settings={"apart": True}),
    Case("disk full", "serial", befell=stopped, full_disk=True),
    Case("at 50 Hz", "serial", befell=sampled(50), rate_hz=50),
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
    seconds = length_s + (12 if not case.lossless else 2)
    with RecordingWriter(folder / f"{case.name}, {case.kind}, {case.sets}.repclip") as writer:
        recorder = FullDisk(40) if case.full_disk else writer
        async with chain(case.kind, path, **case.settings) as board:
            assert isinstance(board, SerialBoard | AirBoard)
            run = await run_chain(board, seconds, case.befall, recorder, Sampling(case.rate_hz))
    account = run.account()
    gaps = tuple(account.tally.gaps)
    report = account.report("generic", float(case.rate_hz))
    found = [rep for one in report.sets for rep in one.reps]
    wanted = [rep for one in truth for rep in one.reps]
    error = case.settings.get("error", 0.0)  # of the clock that the leg moves by
    wanted = [_quicker(rep, 1.0 - error) for rep in wanted] if error else wanted
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
        same_as_replay=_replayed(run.chunks if case.full_disk else RecordingReader(writer.path).chunks()) == _said(run),
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


def _quicker(rep: Cycle, factor: float) -> Cycle:
    """By a clock that goes so much slower."""
    start_s, top_s, lower_start_s, end_s = (None if one is None else one * factor for one in _times(rep))
    return replace(rep, start_s=start_s, top_s=top_s, lower_start_s=lower_start_s, end_s=end_s)


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
    return [_fields(one) for one in run.outputs if not isinstance(one, RecordingStopped)]


def _replayed(chunks: Iterable[Chunk]) -> list[str]:
    pipeline = Pipeline()
    outputs = [one for chunk in chunks for one in pipeline.feed(chunk)] + pipeline.flush()
    return list(map(_fields, outputs))


def _fields(output: Output) -> str:
    """Every one, to the bit."""
    if not isinstance(output, Sampled):
        return repr(output)
    block = output.block
    return repr([block.time_s.tobytes(), block.acc.tobytes(), block.gyr.tobytes(), output.rate_hz])


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
