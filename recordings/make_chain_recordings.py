"""Make the recordings of the real chain: ``python recordings/make_chain_recordings.py [--check] [NAME ...]``.

The leg, the sensor and the board are SIMULATED, and no person was recorded. The firmware is the real one, on
MicroPython; it streams over a virtual radio or a pty to the real links and engine of repclip, which record. Times of
arrival depend on the machine, so these files are not made again byte by byte: ``--check`` compares their samples with
what the leg felt, and their truth with what it did. Needs the ``dev`` extra and a checkout.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from making import HERE, Draw, judged, parser, simulated
from repclip.engine.dialog import Sampling
from repclip.engine.outputs import Sampled
from repclip.engine.pipeline import Pipeline
from repclip.recording.exporters.tables import SAMPLES_HEADER, samples_csv
from repclip.recording.reader import RecordingReader
from repclip.recording.writer import RecordingWriter
from repclip.session.exercise import find_exercise
from repclip.wire import Samples
from repsignal import ImuBlock
from repsignal.synth import (
    Fidget,
    Habits,
    Leg,
    Mounting,
    Move,
    Pose,
    Profile,
    ProfileFamily,
    RepPlan,
    Scenario,
    Segment,
    SensorModel,
    SetPlan,
    Settle,
    Simulation,
    SoftTissue,
    Still,
    Stretch,
    Sway,
    Walk,
    draw_set,
)
from truth import as_text, same_truth, truth_of

MADE_WITH: Final = (
    "Leg, sensor and board simulated, nobody was recorded; real firmware on MicroPython, real host: "
    "python recordings/make_chain_recordings.py (seed {})"
)

_FELT_HZ: Final = 200.0  # finer than any of these boards samples
_FOUND_S: Final = 8.0  # the leg rests until the board is found and samples
_AWAY_S: Final = (40.0, 48.0)  # well within what the board keeps
_STANDING: Final = Pose(-89.0, 25.0, 6.0)
_BOTTOM: Final = Pose(-33.0, 25.0, 11.0)
_SITTING: Final = Pose(-6.0, 80.0, 165.0)
# What a sample may differ from what was felt: half a step of the sensor at its ranges here, and a stamp that is half
# a millisecond off. Shocks of the foot are sharper than that, so it holds for nearly all samples.
_ACC_OFF: Final = 0.05  # m/s²
_GYR_OFF: Final = np.radians(0.5)
_NEARLY_ALL: Final = 0.95


@dataclass(frozen=True)
class ChainRecording:
    """``befall`` says what befalls the board; ``settings`` are the simulated board's."""

    name: str
    exercise: str
    seed: int
    link: str
    scenario: Draw
    settings: dict[str, Any]
    rate_hz: int = 100
    away_s: tuple[float, float] | None = None

    @cached_property
    def simulation(self) -> Simulation:
        """What the leg did and the sensor's place felt, from when the board is switched on; the same each time."""
        return simulated(self.scenario, self.seed)

    @property
    def file(self) -> str:
        """Of the recording."""
        return f"{self.name}.repclip"

    @property
    def made_with(self) -> str:
        """For the truth, and for the recording itself."""
        return MADE_WITH.format(self.seed)

    def truth(self, got: Got) -> dict[str, object]:
        """What ``NAME.json`` says beside the recording of which this is known."""
        return truth_of(
            self.simulation.truth,
            recording=self.file,
            made_with=self.made_with,
            exercise=self.exercise,
            first_s=got.begin_s,
            last_s=got.begin_s + float(got.block.time_s[-1]),
        )


@dataclass(frozen=True)
class Got:
    """What is in a recording: its samples, and when by the board's clock, which began at 0, the first was taken."""

    block: ImuBlock
    begin_s: float


def read(path: Path) -> Got:
    """Decode a recording, down the live path."""
    pipeline = Pipeline()
    blocks: list[ImuBlock] = []
    stamps: dict[int, float] = {}
    chunks = [*RecordingReader(path).chunks()]
    for chunk in chunks:
        blocks += [one.block for one in pipeline.feed(chunk) if isinstance(one, Sampled)]
        stamps |= {one.index: one.time_us * 1e-6 for one in pipeline.messages if isinstance(one, Samples)}
    blocks += [one.block for one in pipeline.flush() if isinstance(one, Sampled)]
    if not stamps:
        raise ValueError(f"{path} holds no samples.")
    time_s, acc, gyr = (np.concatenate([getattr(one, name) for one in blocks]) for name in ("time_s", "acc", "gyr"))
    # Nothing is lost in these, so a sample's number is its place. A single stamp may be late or early.
    first = min(stamps)
    begin_s = float(np.median([stamp_s - time_s[index - first] for index, stamp_s in stamps.items()]))
    return Got(ImuBlock(time_s, acc, gyr), begin_s)


def make(one: ChainRecording, folder: Path) -> None:
    """Run the chain, record it into ``folder``, and write the truth beside it."""
    sys.path.insert(0, str(HERE.parent / "tests" / "firmware"))
    from chain import Board, chain, run, run_chain

    path = (folder / one.file).resolve()
    path.unlink(missing_ok=True)
    block = one.simulation.block
    tempo = find_exercise(one.exercise).tempo
    meta = {"exercise": one.exercise, "tempo": str(tempo), "simulated": one.made_with}

    async def away(board: Board) -> None:
        begin_s, end_s = one.away_s or (0.0, 0.0)
        await board.until(begin_s)
        await board.lose_link()
        await board.until(end_s)
        await board.restore_link()

    async def record() -> None:
        config = {"name": "sim-leg", **one.settings.get("config", {})}
        async with chain(one.link, felt, folder=Path(), **{**one.settings, "config": config}) as board:
            with RecordingWriter(path, meta) as writer:
                befall: Callable[[Board], Awaitable[None]] | None = away if one.away_s else None
                await run_chain(board, float(block.time_s[-1]), befall, writer, Sampling(rate_hz=one.rate_hz))

    felt = Path("felt.csv")
    # There, so that a serial port's name is the same each time.
    with tempfile.TemporaryDirectory(prefix="repclip-felt-") as name, chdir(name):
        felt.write_text(SAMPLES_HEADER + samples_csv(block), encoding="utf-8")
        run(record(), limit_s=600.0)
    (folder / f"{one.name}.json").write_text(as_text(one.truth(read(path))), encoding="utf-8", newline="\n")


def differences(one: ChainRecording, folder: Path) -> list[str]:
    """What in ``folder`` is not what this script would make, but for times of arrival."""
    got = read(folder / one.file)
    felt = one.simulation.block
    at_s = got.begin_s + got.block.time_s
    found: list[str] = []
    for name, allowed in (("acc", _ACC_OFF), ("gyr", _GYR_OFF)):
        wanted = np.column_stack([np.interp(at_s, felt.time_s, axis) for axis in getattr(felt, name).T])
        near = (np.abs(getattr(got.block, name) - wanted) <= allowed).all(axis=1)
        if near.mean() < _NEARLY_ALL:
            found.append(f"{one.file}: {name} is what was felt in {near.mean():.1%} of the samples only")
    if not same_truth((folder / f"{one.name}.json").read_text(encoding="utf-8"), one.truth(got)):
        found.append(f"{one.name}.json is not what this script makes")
    return found


def _sensor(bandwidth_hz: float) -> SensorModel:
    """A sound sensor's errors; its steps and its rate are the modelled chip's."""
    return SensorModel(
        rate_hz=_FELT_HZ,
        bandwidth_hz=bandwidth_hz,
        gyr_noise_dps=0.07,
        acc_noise_mg=5.0,
        gyr_bias_dps=(0.6, -0.9, 0.4),
        gyr_drift_dps_min=(0.03, 0.02, -0.02),
        acc_bias_mg=(12.0, -9.0, 18.0),
    )


_ON_A_BALL: Final = RepPlan(
    lift_s=1.0,
    hold_s=3.0,
    lower_s=3.4,
    pause_s=0.7,
    rom_deg=34.0,
    lift_profile=Profile(ProfileFamily.SKEWED, peak=0.45),
    sag_deg=0.8,
    tremor_dps=0.25,
    waver_deg=0.15,
    roughness=0.003,
    cross_deg=1.2,
    twist_deg=-2.0,
)


def _set_of(rng: np.random.Generator, typical: RepPlan, count: int, fatigue: float) -> SetPlan:
    habits = Habits(typical, cv=0.04, rom_cv=0.02, fatigue=fatigue)
    return SetPlan(draw_set(rng, habits, count), _BOTTOM, axis_tilt_deg=3.0)


def _scenario(rng: np.random.Generator, parts: tuple[Segment, ...], bandwidth_hz: float) -> Scenario:
    leg = Leg(0.76, Sway(0.5, 0.006), SoftTissue(0.4))
    return Scenario(parts, leg, Mounting.random(rng), _sensor(bandwidth_hz))


def _one_set(rng: np.random.Generator) -> Scenario:
    """Ten reps at the tempo of the exercise, and nothing else."""
    reps = _set_of(rng, _ON_A_BALL, 10, fatigue=0.05)
    return _scenario(rng, (Still(_FOUND_S, _BOTTOM), reps, Still(4.0)), 80.0)


def _session(rng: np.random.Generator) -> Scenario:
    """In on foot, down over the ball, three sets of six with a stretch of the hamstrings between, up and out."""
    arrival: tuple[Segment, ...] = (
        Still(_FOUND_S, _STANDING),
        Walk(8.0, stride_s=1.15),
        Move.kneeling_down(_BOTTOM),
        Settle(5.0, size_deg=10.0),
        Still(2.0, _BOTTOM),
    )
    rest: tuple[Segment, ...] = (
        Still(3.0),
        Move(_SITTING, 4.0, 3),
        Still(1.5),
        Stretch(15.0, 2.5, 14.0, turn_deg=8.0, roll_deg=-10.0),
        Move(_BOTTOM, 4.0, 3),
        Fidget(4.0, 4.0),
        Still(2.0, _BOTTOM),
    )
    typical = replace(_ON_A_BALL, lift_s=1.3, hold_s=1.2, lower_s=2.3, pause_s=0.6, rom_deg=26.0, sag_deg=0.4)
    sets = [_set_of(rng, typical, 6, fatigue) for fatigue in (0.1, 0.2, 0.3)]
    leaving: tuple[Segment, ...] = (Still(2.0), Move.getting_up(_STANDING), Walk(6.0, stride_s=1.1), Still(3.0))
    return _scenario(rng, (*arrival, sets[0], *rest, sets[1], *rest, sets[2], *leaving), 20.0)


_BALL: Final = "prone-thigh-extension-ball"
RECORDINGS: Final = (
    ChainRecording("chain_set", _BALL, 21, "ble", _one_set, {}),
    ChainRecording("chain_session", "reverse-leg-lift-ball", 22, "serial", _session, {"model": "LSM6DSO"}, rate_hz=50),
    ChainRecording("chain_lost_link", _BALL, 23, "ble", _one_set, {}, away_s=_AWAY_S),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the recordings, or with ``--check`` compare them; 1 if any differs."""
    own = parser("Make the recordings of the real chain, of a simulated leg.", "compare them with what was simulated")
    own.add_argument("names", nargs="*", metavar="NAME", help="only these: " + ", ".join(x.name for x in RECORDINGS))
    options = own.parse_args(arguments)
    chosen = [one for one in RECORDINGS if not options.names or one.name in options.names]
    if not options.check:
        for one in chosen:
            make(one, options.folder)
        return 0
    wrong = [line for one in chosen for line in differences(one, options.folder)]
    return judged(wrong, f"All {len(chosen)} recordings hold what was simulated.")


if __name__ == "__main__":
    sys.exit(main())
