"""Blocks of samples → what happened in them, as one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from repsignal import CounterParams, Cycle, Event, Hole, ImuBlock, LeftOut, SetEnd

__all__ = ["AnalysisReport", "Collector", "Summary", "analyze"]

_STEP_BACK_S: Final = 1.0
_CLOCK_OFF: Final = 0.02
_STEPPED_BACK: Final = (
    "The clock of the recording stepped back, by about {:.1f} s in all; times go on as if it had not."
)
_RESENT: Final = "{} came twice, time and all, and {} taken once."
_LATE: Final = "{} came after later ones, and {} left out: a gap is told in their place. Sort them by time, if you can."
_CROWDED: Final = "There are more samples than the times leave room for, by about {:.1f} s; is every line there twice?"

C = TypeVar("C", bound=Cycle)


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals over all sets."""

    reps: int
    partials: int
    sets: int


@dataclass(frozen=True, slots=True)
class AnalysisReport:
    """The sets of a recording; all times are seconds from its first sample.

    ``exercise`` is an id. ``sample_rate_hz`` is measured, None where there are too few samples for that.
    ``gaps`` are the stretches without samples. ``notes`` are remarks for the user, whole sentences,
    and ``pain`` is one that goes before all others: it is empty where no pain was reported.
    """

    exercise: str
    sample_rate_hz: float | None
    duration_s: float
    samples: int
    sets: tuple[SetEnd, ...]
    gaps: tuple[Hole, ...]
    notes: tuple[str, ...] = ()
    pain: str = ""

    def with_notes(self, *notes: str) -> AnalysisReport:
        """The same with remarks before its own."""
        return replace(self, notes=(*notes, *self.notes))

    @property
    def remarks(self) -> tuple[str, ...]:
        """All that is to be said beside the figures, where it is said in one place."""
        return (self.pain, *self.notes) if self.pain else self.notes

    @property
    def summary(self) -> Summary:
        """Totals."""
        return Summary(
            reps=sum(len(one.reps) for one in self.sets),
            partials=sum(len(one.partials) for one in self.sets),
            sets=len(self.sets),
        )


def analyze(
    blocks: Iterable[ImuBlock], *, exercise: str = "generic", params: CounterParams | None = None
) -> AnalysisReport:
    """Count and time the reps in consecutive blocks.

    Memory does not grow with the recording, only with the sets that are found. Whatever ``blocks`` raises passes.
    """
    from repsignal import RepCounter  # as in the pipeline

    counter = RepCounter(replace(params or CounterParams(), live=False))
    collector = Collector()
    for block in blocks:
        events = counter.feed(block)
        collector.sampled(block, counter.left_out)
        collector.take(events)
    collector.take(counter.flush())
    return collector.report(exercise, counter.rate_hz)


class Collector:
    """Puts a report together from blocks of samples and the events they led to."""

    def __init__(self) -> None:
        self._span = _Span()
        self._left_out = LeftOut()
        self._sets: list[SetEnd] = []
        self._gaps: list[Hole] = []

    def sampled(self, block: ImuBlock, left_out: LeftOut) -> None:
        """These samples came; of all so far this was not taken."""
        self._span.feed(block)
        self._left_out = left_out

    def take(self, events: Iterable[Event]) -> None:
        """This was found."""
        for event in events:
            if isinstance(event, SetEnd):
                self._sets.append(event)
            elif isinstance(event, Hole):
                self._gaps.append(event)

    def report(self, exercise: str, sample_rate_hz: float | None) -> AnalysisReport:
        """All of it, its times from the first sample on."""
        span, left_out = self._span, self._left_out
        origin_s = span.first_s or 0.0
        shifted = [_shifted_set(one, origin_s) for one in self._sets]
        holes = [_shifted_hole(gap, origin_s) for gap in self._gaps]
        missing = sum(gap.missing for gap in holes) - left_out.resent - left_out.late
        back_s = span.stepped_back_s(sample_rate_hz, missing)
        ends_s = (span.stamped_s + back_s, *(one.end_s for one in shifted), *(gap.end_s for gap in holes))
        duration_s = max(ends_s) if span.first_s is not None else 0.0
        notes = [(_STEPPED_BACK if span.backwards else _CROWDED).format(back_s)] if back_s else []
        for note, count in ((_RESENT, left_out.resent), (_LATE, left_out.late)):
            if count:
                notes.append(note.format(*(("1 sample", "was") if count == 1 else (f"{count} samples", "were"))))
        return AnalysisReport(
            exercise=exercise,
            sample_rate_hz=sample_rate_hz,
            duration_s=duration_s,
            samples=span.samples,
            sets=tuple(shifted),
            gaps=(*span.before(), *holes, *span.after(duration_s)),
            notes=tuple(notes),
        )


@dataclass(slots=True)
class _Span:
    """What the stamps of a recording say of its length, and which of its ends have no values."""

    samples: int = 0
    first_s: float | None = None
    last_s: float = 0.0
    sound: int = 0  # samples of which all is finite
    sound_first_s: float | None = None
    sound_last_s: float = 0.0
    leading: int = 0  # samples before the first sound one, and after the last
    trailing: int = 0
    backwards: bool = False  # whether any stamp is earlier than the one before

    def feed(self, block: ImuBlock) -> None:
        self.samples += len(block)
        stamps = block.time_s[np.isfinite(block.time_s)]
        if len(stamps):
            before_s = stamps[0] if self.first_s is None else self.last_s
            self.backwards |= bool((np.diff(stamps, prepend=before_s) < 0.0).any())
            self.first_s = float(stamps[0]) if self.first_s is None else self.first_s
            self.last_s = float(stamps[-1])
        finite = np.isfinite(block.time_s) & np.isfinite(block.acc).all(axis=1) & np.isfinite(block.gyr).all(axis=1)
        sound = np.flatnonzero(finite)
        self.sound += len(sound)
        if not len(sound):
            self.trailing += len(block)
            return
        if self.sound_first_s is None:
            self.sound_first_s = float(block.time_s[sound[0]])
            self.leading = self.trailing + int(sound[0])
        self.sound_last_s = float(block.time_s[sound[-1]])
        self.trailing = len(block) - 1 - int(sound[-1])

    @property
    def stamped_s(self) -> float:
        return max(0.0, self.last_s - (self.first_s or 0.0))

    def stepped_back_s(self, rate_hz: float | None, missing: int) -> float:
        """By how much the samples last longer than the stamps say; 0 where clocks that are a little off explain it."""
        if rate_hz is None:
            return 0.0
        sampled_s = (self.sound + missing + self.leading + self.trailing - 1) / rate_hz
        back_s = sampled_s - self.stamped_s
        return back_s if back_s > max(_STEP_BACK_S, _CLOCK_OFF * sampled_s) else 0.0

    def before(self) -> tuple[Hole, ...]:
        """The hole that the recording begins with."""
        if self.first_s is None or self.sound_first_s is None or not self.leading:
            return ()
        return _edge(0.0, self.sound_first_s - self.first_s, self.leading)

    def after(self, duration_s: float) -> tuple[Hole, ...]:
        """The hole that it ends with."""
        if self.sound_first_s is None or not self.trailing:
            return ()
        return _edge(duration_s - (self.last_s - self.sound_last_s), duration_s, self.trailing)


def _edge(start_s: float, end_s: float, missing: int) -> tuple[Hole, ...]:
    return (Hole(start_s, end_s, missing, bridged=False),) if end_s > start_s else ()


def _since(origin_s: float, time_s: float) -> float:
    """The time since the stamp of the first sample, which may be late; nothing was before it all the same."""
    return max(0.0, time_s - origin_s)


def _shifted_hole(gap: Hole, origin_s: float) -> Hole:
    return replace(gap, start_s=_since(origin_s, gap.start_s), end_s=_since(origin_s, gap.end_s))


def _shifted_set(one: SetEnd, origin_s: float) -> SetEnd:
    return replace(
        one,
        start_s=_since(origin_s, one.start_s),
        end_s=one.end_s - origin_s,
        reps=tuple(_shifted(rep, origin_s) for rep in one.reps),
        partials=tuple(_shifted(partial, origin_s) for partial in one.partials),
        cut_offs=tuple(_shifted(cut_off, origin_s) for cut_off in one.cut_offs),
        trace=replace(one.trace, time_s=one.trace.time_s - origin_s),
        detected_s=one.detected_s - origin_s,
    )


def _shifted(cycle: C, origin_s: float) -> C:
    def moved(time_s: float | None) -> float | None:
        return None if time_s is None else _since(origin_s, time_s)

    return replace(
        cycle,
        start_s=moved(cycle.start_s),
        top_s=moved(cycle.top_s),
        lower_start_s=moved(cycle.lower_start_s),
        end_s=moved(cycle.end_s),
    )
