"""What live costs, and how soon it tells: ``python tests/bench/live.py [--minutes 60] [--seeds 1-12] [--no-chain]``.

Latency is that of the whole chain in the world's own time: a simulated leg, a modelled sensor, the firmware on
MicroPython, a line or a virtual radio, the engine, and the terminal's view drawn to the end. The cost of a live hour is
that of the host alone: what a device in memory sent is decoded, recorded, counted and drawn ten times a second.
How soon cues come is in `cue_delays`.
"""

from __future__ import annotations

import os

# Before numpy is loaded: what one core has to bear.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import asyncio
import io
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "firmware"))

from accuracy import parse_seeds
from cue_delays import cue_delays, cue_tables
from repclip.engine.outputs import Output
from repclip.engine.pipeline import Pipeline
from repclip.engine.run import AT_ONCE, Engine
from repclip.live.console import Screen
from repclip.live.keys import LIVE_KEYS
from repclip.live.now import Moment
from repclip.live.state import Keeping, LiveState
from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.recording.writer import RecordingWriter
from repclip.session.exercise import builtin_exercises
from repclip.source import Chunk, LinkChange, LinkEvent, Packet
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.virtual_link import VirtualLink
from repclip.wire import RawSamples
from repsignal.synth import Pose, RepPlan, Scenario, SensorModel, Still, simulate, steady_set
from tables import number, table


class Paper(io.StringIO):
    """A terminal of no size of its own, that forgets what was drawn."""

    def isatty(self) -> bool:
        return True

    def forget(self) -> None:
        self.seek(0)
        self.truncate()


RATE_HZ = 100
DRAWN_NS = 100_000_000
MEBI = 2**20
SLICE_S = 0.05


def felt() -> RawSamples:
    """Counts of a set of twelve reps and a rest, 100 s at 100 Hz, which end where they begin: they come in turns."""
    bottom = Pose(-30.0)
    reps = steady_set(12, RepPlan(lift_s=1.0, hold_s=2.0, lower_s=3.0), bottom=bottom)
    sensor = SensorModel(rate_hz=float(RATE_HZ), gyr_noise_dps=0.05, acc_noise_mg=4.0)
    block = simulate(Scenario((Still(2.0, bottom), reps, Still(18.0, bottom)), sensor=sensor), seed=5).block
    return DeviceFigures().counts(block)


def sent(minutes: float) -> list[Chunk]:
    """What a device sends meanwhile."""
    one = felt()
    turns = int(np.ceil(minutes * 60 * RATE_HZ / len(one)))
    link = VirtualLink(SimulatedDevice(np.tile(one, (turns, 1))))
    link.run(minutes * 60)
    return link.chunks


@dataclass(frozen=True)
class Cost:
    """Of a live hour. ``memory_mb`` is the growth from a quarter of it to its end."""

    seconds: float
    cpu_s: dict[str, float]
    draws: int
    memory_mb: float
    file_mb: float
    reps: int


def live_cost(chunks: Sequence[Chunk], path: Path) -> Cost:
    """Process time of each part of the host's work."""
    cpu_s = dict.fromkeys(("decode, order, count", "record", "draw"), 0.0)
    pipeline = Pipeline()
    state = LiveState(builtin_exercises()[0], Keeping(path.name))
    paper = Paper()
    screen = Screen(Console(file=paper, force_terminal=True, color_system="256", width=80, height=24), LIVE_KEYS)
    screen.show()
    drawn_ns = draws = 0
    quarter_mb = 0.0
    with RecordingWriter(path) as writer:
        for number_, chunk in enumerate(chunks):
            begin = time.process_time()
            writer.write(chunk)
            recorded = time.process_time()
            outputs = pipeline.feed(chunk)
            for output in outputs:
                state.take(output)
            counted = time.process_time()
            if chunk.arrival_ns - drawn_ns >= DRAWN_NS:
                drawn_ns, draws = chunk.arrival_ns, draws + 1
                screen.draw(state, Moment(0.0, chunk.arrival_ns))
                paper.forget()
            cpu_s["record"] += recorded - begin
            cpu_s["decode, order, count"] += counted - recorded
            cpu_s["draw"] += time.process_time() - counted
            if number_ == len(chunks) // 4:
                quarter_mb = resident_mb()
    for output in pipeline.flush():
        state.take(output)
    seconds = chunks[-1].arrival_ns * 1e-9
    reps = state.account.tally.total_reps
    return Cost(seconds, cpu_s, draws, resident_mb() - quarter_mb, path.stat().st_size / MEBI, reps)


def resident_mb() -> float:
    """Of this process, now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBI


def replay_s(path: Path) -> float:
    """Process time of a replay at full speed."""
    reader = RecordingReader(path)
    clock = ReplayClock(time.monotonic_ns, None)
    outputs: list[Output] = []
    engine = Engine(ReplaySource(reader.chunks, clock), clock, outputs.append, talk=False, at_once=AT_ONCE)
    begin = time.process_time()
    asyncio.run(engine.run())
    return time.process_time() - begin


# --- the chain -------------------------------------------------------------------------------------------------------


def chain_delays(kind: str, folder: Path, sets: int, reps: int) -> list[float]:
    """Seconds from each rep's end to the moment when the screen that counts it was drawn, arming reps left out."""
    import chain
    import chain_cases

    path, _, length_s = chain_cases.felt(folder, sets, reps)
    ends = true_ends(path, sets, reps)

    async def run() -> list[tuple[int, float]]:
        async with chain.chain(kind, path, speed=1) as board:
            console = Console(file=Paper(), force_terminal=True, color_system="256", width=80, height=24)
            screen = Screen(console, LIVE_KEYS)
            screen.show()
            state = LiveState(builtin_exercises()[0], Keeping("bench"))
            counts: list[tuple[int, float]] = []

            def take(output: Output) -> None:
                before = state.account.tally.total_reps
                state.take(output)
                if state.account.tally.total_reps > before:
                    begin = time.perf_counter()
                    screen.draw(state, Moment(0.0, board.world()))
                    # The board tells its time each SLICE_S: it may be so much later than it last said.
                    drawn_s = board.world.now_s + SLICE_S + time.perf_counter() - begin
                    counts.append((state.account.tally.total_reps, drawn_s))

            engine = Engine(board.source(), board.world, take)
            running = asyncio.create_task(engine.run())
            await board.until(length_s)
            engine.stop()
            await running
            return counts

    counts = chain.run(run(), limit_s=10 * length_s)
    told: dict[int, float] = {}
    for count, at_s in counts:
        told.setdefault(count, at_s)
    later = [index for index in range(len(ends)) if index % reps >= 2]
    return [told[index + 1] - ends[index] for index in later if index + 1 in told]


def true_ends(path: Path, sets: int, reps: int) -> list[float]:
    """When the limb was back at the bottom, s of the world."""
    import chain_cases

    return [rep.end_s for one in chain_cases.true_sets(sets, reps) for rep in one.reps]


# --- all of it -------------------------------------------------------------------------------------------------------


def latency_rows(folder: Path) -> Iterator[tuple[str, ...]]:
    for kind in ("serial", "ble"):
        delays = np.asarray(chain_delays(kind, folder, sets=3, reps=8))
        yield (
            kind,
            str(len(delays)),
            number(float(np.median(delays))),
            number(float(np.quantile(delays, 0.95))),
            number(float(delays.max())),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long the live session is (default 60)")
    parser.add_argument("--seeds", type=parse_seeds, default="1-12", help="people whose cues are timed (default 1-12)")
    parser.add_argument("--no-chain", action="store_true", help="leave out the latency, which takes some minutes")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="repclip-bench-") as name:
        folder = Path(name)
        chunks = sent(options.minutes)
        packets = sum(isinstance(chunk, Packet) for chunk in chunks)
        links = sum(isinstance(chunk, LinkEvent) and chunk.change is LinkChange.CONNECTED for chunk in chunks)
        cost = live_cost(chunks, folder / "live.repclip")
        rows = [(part, f"{cpu_s:.1f}", f"{100 * cpu_s / cost.seconds:.2f} %") for part, cpu_s in cost.cpu_s.items()]
        total_s = sum(cost.cpu_s.values())
        rows.append(("together", f"{total_s:.1f}", f"{100 * total_s / cost.seconds:.2f} %"))
        title = f"Live for {cost.seconds / 60:.0f} minutes at {RATE_HZ} Hz: {packets} packets on {links} link"
        print(table(title, ("part", "CPU s", "of one core"), rows))
        print(f"{cost.reps} reps, {cost.draws} draws; memory grew by {cost.memory_mb:.1f} MB from a quarter of it on;")
        took_s = replay_s(folder / "live.repclip")
        print(f"the recording has {cost.file_mb:.1f} MB, and a replay at full speed takes {took_s:.1f} CPU s,")
        print(f"{cost.seconds / took_s:.0f} times as fast as it was.\n")
        print(*cue_tables(cue_delays(options.seeds)), sep="\n")
        if not options.no_chain:
            print(
                table(
                    "From the limb's arrival at the bottom to the count on the screen, s (from a set's third rep on)",
                    ("link", "reps", "median", "95 %", "largest"),
                    list(latency_rows(folder)),
                )
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
