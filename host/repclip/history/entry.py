"""A scored session → what goes into the tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from repclip import __version__
from repclip.analysis import AnalysisReport
from repclip.engine.outputs import Gap, Marked
from repclip.history.prescribed import prescription_of
from repclip.session.scores import PhaseSummary, RepScore, SessionScore
from repclip.source import MarkKind
from repsignal import PartialRep

__all__ = ["Entry", "Value", "Values", "rep_values", "session_values", "set_values", "stamp"]

Value = str | int | float | None
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """A session to be kept, and the recording it is of. ``gaps`` are the engine's, none of a CSV.

    ``simulated``: nobody did it.
    """

    score: SessionScore
    report: AnalysisReport
    recording: Path
    recording_id: str
    created: datetime
    marks: Sequence[Marked] = ()
    gaps: Sequence[Gap] = ()
    simulated: bool = False

    @property
    def pain(self) -> bool:
        """Whether it was told."""
        return any(mark.kind is MarkKind.PAIN for mark in self.marks)


def stamp(time: datetime) -> str:
    """As times stand in the tables."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def session_values(entry: Entry, now: datetime) -> Values:
    """A row of ``session``, without its number."""
    report, score = entry.report, entry.score
    holes = [hole for hole in report.gaps if not hole.bridged]
    known = all(gap.count is not None for gap in entry.gaps)  # else a board started anew
    notes = [mark.text for mark in entry.marks if mark.kind is MarkKind.NOTE]
    return {
        "created": stamp(entry.created),
        "exercise": score.exercise.id,
        "prescription": prescription_of(score.exercise),
        "recording_id": entry.recording_id,
        "recording_path": str(entry.recording),
        "duration_s": _number(report.duration_s),
        "sample_rate_hz": _number(report.sample_rate_hz),
        "gaps": len(holes),
        "samples_lost": sum(hole.missing for hole in holes) if known else None,
        "sets_verdict": _word(score.count),
        "simulated": int(entry.simulated),
        "pain": int(entry.pain),
        "note": "; ".join(notes) or None,
        "software": __version__,
        "analysed_at": stamp(now),
    }


def set_values(entry: Entry) -> Iterator[Values]:
    """Rows of ``session_set``, without the session's number."""
    for one in entry.score.sets:
        phases: dict[str, Value] = {}
        for summary in one.phases:
            phases.update(_phase_values(summary))
        yield {
            "number": one.end.index,
            "start_s": _number(one.end.start_s),
            "end_s": _number(one.end.end_s),
            "side": one.side,
            "load": one.load,
            "cut_offs": len(one.end.cut_offs),
            "reps_verdict": _word(one.count),
            "adherence_on": one.adherence.on,
            "adherence_judged": one.adherence.judged,
            **phases,
            "rom_deg_per_rep": _number(one.drift.rom_deg),
            "lower_s_per_rep": _number(one.drift.lower_s),
            "lift_speed_loss": _number(one.drift.speed_loss),
            "time_under_tension_s": _number(one.under_tension_s),
            "cadence_per_min": _number(one.cadence_per_min),
            "rest_before_s": _number(one.rest_s),
            "rest_verdict": _word(one.rest),
        }


def rep_values(entry: Entry) -> Iterator[Values]:
    """Rows of ``rep``, without the session's number."""
    for one in entry.score.sets:
        for rep in (*one.reps, *one.partials):
            yield {"set_number": one.end.index, **_rep_values(rep)}


def _phase_values(summary: PhaseSummary) -> Values:
    phase, spread = summary.phase, summary.spread
    return {
        f"{phase}_on": summary.adherence.on,
        f"{phase}_judged": summary.adherence.judged,
        f"{phase}_count": None if spread is None else spread.count,
        f"{phase}_mean_s": None if spread is None else _number(spread.mean_s),
        f"{phase}_sd_s": None if spread is None else _number(spread.sd_s),
    }


def _rep_values(rep: RepScore) -> Values:
    cycle = rep.cycle
    phases: dict[str, Value] = {}
    for one in rep.phases:
        phases[f"{one.phase}_s"] = _number(one.seconds)
        phases[f"{one.phase}_deviation_s"] = _number(one.deviation_s)
        phases[f"{one.phase}_verdict"] = _word(one.verdict)
    stamps = ("start_s", "top_s", "lower_start_s", "end_s")
    times = (*stamps, *(name.removesuffix("_s") + "_sd_s" for name in stamps))
    angles = ("rom_deg", "elevation_top_deg", "rise_cm")
    return {
        "kind": "partial" if isinstance(cycle, PartialRep) else "rep",
        "number": cycle.index,
        **{name: _number(getattr(cycle, name)) for name in (*times, *angles)},
        **phases,
        **{name: _number(value) for name, value in asdict(rep.quality).items()},
        "flags": " ".join(rep.flags),
        "remarks": " ".join(cycle.flags),
    }


def _word(verdict: StrEnum | None) -> str | None:
    return None if verdict is None else verdict.value


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
