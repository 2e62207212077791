"""What several tests of the signal core need: small scenes, the whole chain in one call, cuts of a recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from repsignal import (
    AngleTrace,
    CounterParams,
    CutOffRep,
    Event,
    Hole,
    ImuBlock,
    PartialRep,
    PhaseEvent,
    Rep,
    RepCounter,
    RepEvent,
    SetEnd,
)
from repsignal.even import EvenBlock
from repsignal.orientation import Orientation, TickBlock
from repsignal.store import TickStore
from repsignal.synth import (
    Leg,
    Mounting,
    Move,
    Pose,
    RepPlan,
    Scenario,
    SensorModel,
    SetPlan,
    Settle,
    Simulation,
    Still,
    Walk,
    simulate,
    steady_set,
)
from repsignal.synth.stage import Segment
from repsignal.timebase import Timebase
from repsignal.window import TickWindow

REP = RepPlan(lift_s=0.8, hold_s=0.8, lower_s=1.2, pause_s=0.6, rom_deg=35.0)
"""Quick, so that recordings are short."""

BOTTOM = Pose(-35.0)
DOWN_TO_A_SET = (
    Still(1.0, Pose(-90.0)),
    Walk(10.0),
    Move.kneeling_down(BOTTOM),
    Settle(8.0),
    Still(2.0, BOTTOM),
    steady_set(6, RepPlan(hold_s=1.5, lower_s=2.0), bottom=BOTTOM),
    Still(3.0),
)
"""In on foot, down, settled, six reps."""

EMPTY = ImuBlock(np.empty(0), np.empty((0, 3)), np.empty((0, 3)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Events of one recording, and its sets, which have the last word."""

    events: list[Event]

    @property
    def sets(self) -> list[SetEnd]:
        return [event for event in self.events if isinstance(event, SetEnd)]

    @property
    def reps(self) -> list[Rep]:
        return [rep for one in self.sets for rep in one.reps]

    @property
    def partials(self) -> list[PartialRep]:
        return [partial for one in self.sets for partial in one.partials]

    @property
    def cut_offs(self) -> list[CutOffRep]:
        return [cut_off for one in self.sets for cut_off in one.cut_offs]

    @property
    def holes(self) -> list[Hole]:
        return [event for event in self.events if isinstance(event, Hole)]

    @property
    def live(self) -> list[RepEvent]:
        return [event for event in self.events if isinstance(event, RepEvent)]

    @property
    def phases(self) -> list[PhaseEvent]:
        return [event for event in self.events if isinstance(event, PhaseEvent)]


def count(block: ImuBlock, params: CounterParams | None = None) -> Outcome:
    """The whole recording at once."""
    counter = RepCounter(params)
    return Outcome([*counter.feed(block), *counter.flush()])


def record(
    *segments: Segment,
    sensor: SensorModel | None = None,
    leg: Leg | None = None,
    mounting: Mounting | None = None,
    crop: tuple[float, float | None] = (0.0, None),
    seed: int = 1,
) -> Simulation:
    """A recording of these segments, at 50 Hz by an ordinary sensor unless told otherwise."""
    return simulate(
        Scenario(
            segments,
            leg or Leg(),
            mounting or Mounting((1.0, 2.0, -0.5), 70.0),
            sensor or SensorModel.typical(50.0),
            crop_start_s=crop[0],
            crop_end_s=crop[1],
        ),
        seed,
    )


def a_set(
    reps: int | Sequence[RepPlan] = 5,
    rep: RepPlan = REP,
    *,
    bottom: Pose = BOTTOM,
    before_s: float = 2.0,
    after_s: float = 2.5,
    tilt_deg: float = 0.0,
    lowers: bool = False,
) -> tuple[Segment, ...]:
    """Rest, a set, rest. The set is the second segment."""
    plan = (
        steady_set(reps, rep, bottom=bottom, axis_tilt_deg=tilt_deg, lowers=lowers)
        if isinstance(reps, int)
        else SetPlan(tuple(reps), bottom, tilt_deg, lowers)
    )
    return (Still(before_s, bottom), plan, Still(after_s))


def part(block: ImuBlock, begin: int, end: int) -> ImuBlock:
    """Samples ``[begin, end)``."""
    return ImuBlock(block.time_s[begin:end], block.acc[begin:end], block.gyr[begin:end])


def pieces(block: ImuBlock, sizes: Sequence[int]) -> Iterator[ImuBlock]:
    """The block cut into these sizes, over and over (0 gives an empty block); at least one must be positive."""
    begin = 0
    while begin < len(block):
        for size in sizes:
            yield part(block, begin, begin + size)
            begin += size


def without(block: ImuBlock, lost: NDArray[np.bool_]) -> ImuBlock:
    """The block less some samples."""
    return ImuBlock(block.time_s[~lost], block.acc[~lost], block.gyr[~lost])


def even_parts(parts: Sequence[EvenBlock | Hole]) -> tuple[list[EvenBlock], list[Hole]]:
    """Blocks and holes apart, each in order."""
    return [p for p in parts if isinstance(p, EvenBlock)], [p for p in parts if isinstance(p, Hole)]


def joined(blocks: Sequence[EvenBlock]) -> EvenBlock:
    """One block of many, restarts forgotten."""
    return EvenBlock(
        np.concatenate([b.time_s for b in blocks]),
        np.concatenate([b.acc for b in blocks]),
        np.concatenate([b.gyr for b in blocks]),
        np.concatenate([b.flags for b in blocks]),
    )


def joined_ticks(blocks: Sequence[TickBlock]) -> TickBlock:
    """One block of many, restarts forgotten."""
    return TickBlock(
        np.concatenate([b.time_s for b in blocks]),
        np.concatenate([b.path_deg for b in blocks]),
        np.concatenate([b.up for b in blocks]),
        np.concatenate([b.acc for b in blocks]),
        np.concatenate([b.gyr for b in blocks]),
        np.concatenate([b.flags for b in blocks]),
    )


def ticks_of(block: ImuBlock) -> tuple[TickBlock, float]:
    """A recording through the first two stages: ticks, and how far they are apart, s."""
    timebase, orientation = Timebase(), Orientation()
    blocks, _ = even_parts([*timebase.feed(block), *timebase.flush()])
    assert timebase.rate_hz is not None
    orientation.start(1.0 / timebase.rate_hz)
    ticks = [t for b in blocks for t in orientation.feed(b)] + orientation.flush()
    return joined_ticks(ticks), orientation.tick_s


def window_of(block: ImuBlock) -> tuple[TickWindow, float]:
    """The same as a store keeps them."""
    ticks, tick_s = ticks_of(block)
    store = TickStore()
    store.start(tick_s)
    store.append(ticks)
    return store.window(0, len(ticks)), tick_s


_NO_TRACE = AngleTrace(np.empty(0), np.empty(0), np.empty(0))


def assert_same_events(got: Sequence[Event], expected: Sequence[Event]) -> None:
    """Equal in kind, order and every bit; arrays by their values."""
    assert [type(event).__name__ for event in got] == [type(event).__name__ for event in expected]
    for one, other in zip(got, expected, strict=True):
        if isinstance(one, SetEnd) and isinstance(other, SetEnd):
            assert np.array_equal(one.trace.time_s, other.trace.time_s)
            assert np.array_equal(one.trace.angle_deg, other.trace.angle_deg)
            assert replace(one, trace=_NO_TRACE) == replace(other, trace=_NO_TRACE)
        else:
            assert one == other
