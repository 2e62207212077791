"""A whole recording at once, down the same path as live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from repclip.analysis import AnalysisReport
from repclip.engine.account import Account
from repclip.engine.pipeline import Pipeline
from repclip.source import Chunk
from repsignal import CounterParams, ImuBlock, LiftDirection

__all__ = ["analyze_chunks"]

_AT_ONCE: Final = 4096  # samples: the counter is quickest with thousands


def analyze_chunks(
    chunks: Iterable[Chunk | ImuBlock], *, exercise: str = "generic", lift_direction: LiftDirection = LiftDirection.AUTO
) -> AnalysisReport:
    """Count and time the reps of what a device sent. Whatever ``chunks`` raises passes."""
    pipeline = Pipeline(CounterParams(lift_direction=lift_direction), at_once=_AT_ONCE)
    account = Account()
    for chunk in chunks:
        for output in pipeline.feed(chunk):
            account.take(output)
    for output in pipeline.flush():
        account.take(output)
    return account.report(exercise, pipeline.counter.rate_hz)
