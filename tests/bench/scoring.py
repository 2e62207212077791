"""What was found against what is true: matching of reps, and figures over errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import numpy as np

from repsignal import (
    CounterParams,
    CutOffRep,
    Cycle,
    Event,
    ImuBlock,
    LiftDirection,
    PartialRep,
    Rep,
    RepCounter,
    SetEnd,
)

__all__ = ["BOUNDARIES", "DURATIONS", "Errors", "Found", "TrueCycle", "TrueSet", "analyse", "match", "overlap_s"]

FoundCycle = TypeVar("FoundCycle", bound=Cycle)

BOUNDARIES = ("start_s", "top_s", "lower_start_s", "end_s")
DURATIONS = ("lift_s", "hold_s", "lower_s")

_LEAST_OVERLAP = (
    0.3  # of the true rep: enough to tell neighbours apart, lenient enough to keep poor reps in the figures
)


@dataclass(frozen=True, slots=True)
class TrueCycle:
    """One bottom-top-bottom as it was; ``sure`` where its boundaries can be trusted to score against."""

    start_s: float
    top_s: float
    lower_start_s: float
    end_s: float
    partial: bool = False
    sure: bool = True
    rom_deg: float | None = None
    elevation_top_deg: float | None = None
    rise_cm: float | None = None

    @property
    def lift_s(self) -> float:
        """Seconds from the bottom to the top."""
        return self.top_s - self.start_s

    @property
    def hold_s(self) -> float:
        """Seconds at the top."""
        return self.lower_start_s - self.top_s

    @property
    def lower_s(self) -> float:
        """Seconds from the top to the bottom."""
        return self.end_s - self.lower_start_s


@dataclass(frozen=True, slots=True)
class TrueSet:
    """Full and partial reps that belong together, each in order; those the recording's ends cut off are in neither."""

    start_s: float
    end_s: float
    reps: tuple[TrueCycle, ...]
    partials: tuple[TrueCycle, ...]

    def covers(self, cycle: Cycle) -> bool:
        """Whether the middle of what was found lies within the set, or a second beside it."""
        known = [time for time in (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s) if time is not None]
        return bool(known) and self.start_s - 1.0 <= (min(known) + max(known)) / 2.0 <= self.end_s + 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """The final word of the counter on one recording."""

    sets: tuple[SetEnd, ...]
    events: tuple[Event, ...]
    crash: str = ""

    @property
    def reps(self) -> list[Rep]:
        """Of all sets."""
        return [rep for found in self.sets for rep in found.reps]

    @property
    def partials(self) -> list[PartialRep]:
        """Of all sets."""
        return [partial for found in self.sets for partial in found.partials]

    @property
    def cut_offs(self) -> list[CutOffRep]:
        """Of all sets."""
        return [cut_off for found in self.sets for cut_off in found.cut_offs]


def analyse(block: ImuBlock, lift: LiftDirection = LiftDirection.AUTO) -> Found:
    """The whole recording at once. An exception costs this recording, not the run; it is shown and counted as wrong."""
    counter = RepCounter(CounterParams(lift_direction=lift))
    try:
        events = (*counter.feed(block), *counter.flush())
    except Exception as error:  # noqa: BLE001
        return Found((), (), f"{type(error).__name__}: {error}")
    return Found(tuple(event for event in events if isinstance(event, SetEnd)), events)


def overlap_s(true: TrueCycle, found: Cycle) -> float:
    """Seconds both go on; 0 for what was not seen to begin or to end."""
    if found.start_s is None or found.end_s is None:
        return 0.0
    return max(0.0, min(true.end_s, found.end_s) - max(true.start_s, found.start_s))


def match(true: Sequence[TrueCycle], found: Sequence[FoundCycle]) -> list[tuple[TrueCycle, FoundCycle]]:
    """Pairs that overlap, the best first, each used once; in order of time."""
    candidates = sorted(
        (
            (overlap_s(one, other), i, j)
            for i, one in enumerate(true)
            for j, other in enumerate(found)
            if overlap_s(one, other) >= _LEAST_OVERLAP * (one.end_s - one.start_s)
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for _, i, j in candidates:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(true[i], found[j]) for i, j in sorted(pairs.items())]


@dataclass(frozen=True, slots=True)
class Errors:
    """Figures over errors, got minus true. ``scatter``: median absolute error once ``bias`` is taken off."""

    count: int
    bias: float
    mean_abs: float
    median: float
    scatter: float
    scatter_p90: float
    p90: float
    p95: float
    largest: float

    @classmethod
    def of(cls, errors: Iterable[float]) -> Errors | None:
        """``None`` where there is nothing to say."""
        values = np.asarray([error for error in errors if np.isfinite(error)], dtype=np.float64)
        if not values.size:
            return None
        median = float(np.median(values))
        centred = np.abs(values - median)
        return cls(
            count=int(values.size),
            bias=float(values.mean()),
            mean_abs=float(np.abs(values).mean()),
            median=median,
            scatter=float(np.median(centred)),
            scatter_p90=float(np.quantile(centred, 0.9)),
            p90=float(np.quantile(values, 0.9)),
            p95=float(np.quantile(values, 0.95)),
            largest=float(values[np.argmax(np.abs(values))]),
        )

    def as_dict(self) -> dict[str, float | int]:
        """For JSON."""
        return asdict(self)
