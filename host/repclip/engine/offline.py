"""A whole recording at once, down the same path as live."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from repclip.analysis import AnalysisReport
from repclip.engine.account import Account
from repclip.engine.outputs import DeviceRestarted, DeviceSeen, Gap, Marked, Output, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.source import Chunk, LinkChange, LinkEvent
from repclip.wire import Hello, Status
from repsignal import CounterParams, ImuBlock

__all__ = ["Examination", "analyze_chunks", "examine"]

_AT_ONCE: Final = 4096  # samples: the counter is quickest with thousands


@dataclass(frozen=True, slots=True)
class Examination:
    """All that a recording tells. ``statuses`` are the device's, ``damaged`` frames came, ``missed`` never did."""

    report: AnalysisReport
    hello: Hello | None
    statuses: tuple[Status, ...]
    link_events: tuple[LinkEvent, ...]
    gaps: tuple[Gap, ...]
    marks: tuple[Marked, ...]
    restarts: int
    damaged: int
    missed: int
    repeated: int
    drift: float

    @property
    def times_lost(self) -> int:
        """How often the link was."""
        return sum(event.change is LinkChange.LOST for event in self.link_events)


@dataclass(slots=True)
class _Seen:
    hello: Hello | None = None
    statuses: list[Status] = field(default_factory=list[Status])
    link_events: list[LinkEvent] = field(default_factory=list[LinkEvent])
    restarts: int = 0

    def take(self, output: Output) -> None:
        match output:
            case DeviceSeen(hello):
                self.hello = hello
            case DeviceRestarted():
                self.restarts += 1
            case Status():
                self.statuses.append(output)
            case LinkEvent():
                self.link_events.append(output)
            case _:
                pass


def examine(
    chunks: Iterable[Chunk],
    *,
    exercise: str = "generic",
    params: CounterParams | None = None,
    on_block: Callable[[ImuBlock], None] | None = None,
    undone: bool = True,
) -> Examination:
    """Take in a whole recording; ``on_block`` is given its samples. Whatever ``chunks`` raises passes.

    It takes half the time where it is known that no rep was ``undone``: whoever undoes one means the newest that was
    told by then, so that all must be told again as it happened.
    """
    pipeline = Pipeline(replace(params or CounterParams(), live=undone), at_once=_AT_ONCE)
    account = Account()
    seen = _Seen()

    def take(outputs: Iterable[Output]) -> None:
        for output in outputs:
            account.take(output)
            seen.take(output)
            if on_block is not None and isinstance(output, Sampled):
                on_block(output.block)

    for chunk in chunks:
        take(pipeline.feed(chunk))
    take(pipeline.flush())
    return Examination(
        report=account.report(exercise, pipeline.rate_hz),
        hello=seen.hello,
        statuses=tuple(seen.statuses),
        link_events=tuple(seen.link_events),
        gaps=tuple(account.tally.gaps),
        marks=tuple(account.tally.marks),
        restarts=seen.restarts,
        damaged=pipeline.damaged,
        missed=pipeline.missed,
        repeated=pipeline.assembly.repeated,
        drift=pipeline.drift,
    )


def analyze_chunks(
    chunks: Iterable[Chunk], *, exercise: str = "generic", params: CounterParams | None = None
) -> AnalysisReport:
    """Count and time the reps of a recording."""
    return examine(chunks, exercise=exercise, params=params).report
