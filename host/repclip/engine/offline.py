"""A whole recording at once, down the same path as live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from repclip.analysis import AnalysisReport, Collector
from repclip.engine.outputs import Counted, DeviceRestarted, Gap, Output, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.engine.tally import Tally
from repclip.source import Chunk, MarkKind
from repclip.wire import Fault
from repsignal import CounterParams, ImuBlock, LiftDirection, SetEnd

__all__ = ["analyze_chunks"]

_AT_ONCE: Final = 4096  # samples: the counter is quickest with thousands


def analyze_chunks(
    chunks: Iterable[Chunk | ImuBlock], *, exercise: str = "generic", lift_direction: LiftDirection = LiftDirection.AUTO
) -> AnalysisReport:
    """Count and time the reps of what a device sent. Whatever ``chunks`` raises passes."""
    pipeline = Pipeline(CounterParams(lift_direction=lift_direction), at_once=_AT_ONCE)
    tally = Tally()
    collector = Collector()
    notes: list[str] = []

    def take(outputs: Iterable[Output]) -> None:
        for output in outputs:
            tally.take(output)
            match output:
                case Sampled(block):
                    collector.sampled(block)
                case Counted(event) if not isinstance(event, SetEnd):
                    collector.take([event])
                case DeviceRestarted():
                    notes.append("The board started anew within the recording; what it did not sample is a gap.")
                case Fault(text=text, over=False):
                    notes.append(f"The board reported a fault: {text}")
                case _:
                    pass

    for chunk in chunks:
        take(pipeline.feed(chunk))
    take(pipeline.flush())
    collector.take(tally.sets)
    report = collector.report(exercise, pipeline.counter.rate_hz)
    return report.with_notes(*notes, *_remarks(tally))


def _remarks(tally: Tally) -> list[str]:
    remarks = [f"{_time(gap)}: {_samples(gap)} lost, {gap.reason}." for gap in tally.gaps]
    if tally.undone:
        remarks.append(f"{tally.undone} rep{'s' if tally.undone > 1 else ''} undone by hand.")
    pauses = sum(mark.kind is MarkKind.PAUSE for mark in tally.marks)
    if pauses:
        remarks.append(f"Paused {pauses} time{'s' if pauses > 1 else ''}; nothing was counted meanwhile.")
    return remarks


def _time(gap: Gap) -> str:
    return f"{gap.start_s:.1f} to {gap.end_s:.1f} s"


def _samples(gap: Gap) -> str:
    return "an unknown number of samples" if gap.count is None else f"{gap.count} samples"
