"""From what the pipeline said to a report: the same for a session that has just ended and for a recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from repclip.analysis import AnalysisReport, Collector
from repclip.engine.outputs import Counted, Gap, Marked, Output, Sampled
from repclip.engine.tally import Tally
from repclip.source import LinkChange, LinkEvent, MarkKind
from repclip.wire import Fault
from repclip.wording import pain_reported
from repsignal import Hole, SetEnd

__all__ = ["Account", "pain_line"]

_GAPS_TOLD: Final = 4


class Account:
    """Takes outputs of the pipeline in their order; ``report`` is asked for once, when nothing more will come."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._collector = Collector()
        self._notes: dict[str, None] = {}  # a note that is true twice is told once
        self._newest_s = 0.0
        self._lost = False

    def take(self, output: Output) -> None:
        """This was said."""
        self.tally.take(output)
        match output:
            case Sampled(block, left_out=left_out):
                self._collector.sampled(block, left_out)
                self._newest_s = float(block.time_s[-1]) if len(block) else self._newest_s
            case LinkEvent(change=LinkChange.CONNECTED | LinkChange.LOST as change):
                self._lost = change is LinkChange.LOST
            case Counted(event) if not isinstance(event, SetEnd):
                self._collector.take([event])
            case Fault(text=text, over=False):
                self._note(f"The board reported a fault: {text}")
            case _:
                pass

    def _note(self, note: str) -> None:
        self._notes[note] = None

    def report(self, exercise: str, rate_hz: float | None) -> AnalysisReport:
        """All sets, without what the user undid."""
        self._collector.take(self.tally.sets)
        report = self._collector.report(exercise, rate_hz)
        if self._lost and report.samples:
            self._note(
                f"The link was lost at {self._newest_s:.1f} s, until the end; what the board did then is not here."
            )
        report = replace(report, pain=pain_line(self.tally.marks))
        return report.with_notes(*self._notes, *_remarks(self.tally, report.gaps))


def pain_line(marks: Iterable[Marked]) -> str:
    """What is to be said before all else where pain was reported; empty where it was not."""
    first = next((mark for mark in marks if mark.kind is MarkKind.PAIN), None)
    if first is None:
        return ""
    return pain_reported("" if first.time_s is None else f"at {first.time_s:.1f} s")


def _remarks(tally: Tally, holes: Sequence[Hole]) -> list[str]:
    """``holes`` are told by the report itself, all but their reasons."""
    remarks = [f"{_time(gap)}: {_lost(gap, holes)}{gap.reason}." for gap in tally.gaps[:_GAPS_TOLD]]
    if len(tally.gaps) > _GAPS_TOLD:
        remarks.append(f"And {len(tally.gaps) - _GAPS_TOLD} more like these.")
    if tally.undone:
        remarks.append(f"{tally.undone} rep{'s' if tally.undone > 1 else ''} undone by hand.")
    pauses = sum(mark.kind is MarkKind.PAUSE for mark in tally.marks)
    if pauses:
        remarks.append(f"Paused {pauses} time{'s' if pauses > 1 else ''}; nothing was counted meanwhile.")
    return remarks


def _time(gap: Gap) -> str:
    return f"{gap.start_s:.1f} to {gap.end_s:.1f} s"


def _lost(gap: Gap, holes: Sequence[Hole]) -> str:
    middle_s = (gap.start_s + gap.end_s) / 2
    if any(hole.start_s < middle_s < hole.end_s for hole in holes):
        return ""
    return "samples lost, " if gap.count is None else f"{gap.count} sample{'' if gap.count == 1 else 's'} lost, "
