"""Rows of the tables → the dataclasses of `repclip.history.rows`.

What cannot be understood raises a ValueError, TypeError or KeyError. A flag of a later version is left out.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from repclip.history.rows import RepRow, SessionRow, SetRow
from repclip.session.flags import Flag
from repclip.session.prescription import CountVerdict
from repclip.session.scores import Drift, PhaseScore, PhaseSummary
from repclip.session.statistics import Adherence, Spread
from repclip.session.tempo import Verdict
from repsignal import Phase

__all__ = ["flag_counts", "rep_row", "session_row", "set_row"]


def session_row(row: sqlite3.Row, sets: Iterable[SetRow]) -> SessionRow:
    """A row of ``session``, with its sets."""
    return SessionRow(
        id=int(row["id"]),
        created=_time(row["created"]),
        exercise=str(row["exercise"]),
        prescription=str(row["prescription"]),
        recording=Path(row["recording_path"]),
        recording_id=str(row["recording_id"]),
        duration_s=float(row["duration_s"]),
        sample_rate_hz=row["sample_rate_hz"],
        gaps=int(row["gaps"]),
        samples_lost=row["samples_lost"],
        count=_count(row["sets_verdict"]),
        simulated=bool(row["simulated"]),
        pain=bool(row["pain"]),
        note=row["note"],
        software=str(row["software"]),
        analysed=_time(row["analysed_at"]),
        sets=tuple(sets),
    )


def set_row(row: sqlite3.Row, flags: Mapping[Flag, int]) -> SetRow:
    """A row of ``session_set``, with ``reps``, ``clean_reps``, ``partials`` and ``rom_deg`` of its reps."""
    return SetRow(
        number=int(row["number"]),
        start_s=float(row["start_s"]),
        end_s=float(row["end_s"]),
        side=row["side"],
        load=row["load"],
        reps=int(row["reps"]),
        clean_reps=int(row["clean_reps"]),
        partials=int(row["partials"]),
        cut_offs=int(row["cut_offs"]),
        count=_count(row["reps_verdict"]),
        adherence_on=int(row["adherence_on"]),
        adherence_judged=int(row["adherence_judged"]),
        phases=tuple(_summary(row, phase) for phase in Phase),
        drift=Drift(row["rom_deg_per_rep"], row["lower_s_per_rep"], row["lift_speed_loss"]),
        rom_deg=row["rom_deg"],
        under_tension_s=row["time_under_tension_s"],
        cadence_per_min=row["cadence_per_min"],
        rest_s=row["rest_before_s"],
        rest=_verdict(row["rest_verdict"]),
        flags=flags,
    )


def rep_row(row: sqlite3.Row) -> RepRow:
    """A row of ``rep``."""
    return RepRow(
        set_number=int(row["set_number"]),
        number=int(row["number"]),
        partial=row["kind"] == "partial",
        start_s=row["start_s"],
        phases=tuple(
            PhaseScore(phase, row[f"{phase}_s"], row[f"{phase}_deviation_s"], _verdict(row[f"{phase}_verdict"]))
            for phase in Phase
        ),
        rom_deg=row["rom_deg"],
        elevation_top_deg=row["elevation_top_deg"],
        rise_cm=row["rise_cm"],
        flags=tuple(_flags(row["flags"])),
        remarks=tuple(str(row["remarks"]).split()),
    )


def flag_counts(text: str) -> dict[Flag, int]:
    """How many reps have each flag, in the order of the flags, from those of all of them."""
    counts = Counter(_flags(text))
    return {flag: counts[flag] for flag in Flag if flag in counts}


def _flags(text: str) -> Iterable[Flag]:
    return (Flag(word) for word in text.split() if word in tuple(Flag))


def _summary(row: sqlite3.Row, phase: Phase) -> PhaseSummary:
    count = row[f"{phase}_count"]
    spread = None if count is None else Spread(int(count), float(row[f"{phase}_mean_s"]), row[f"{phase}_sd_s"])
    return PhaseSummary(phase, Adherence(int(row[f"{phase}_on"]), int(row[f"{phase}_judged"])), spread)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return time


def _count(text: str | None) -> CountVerdict | None:
    return None if text is None else CountVerdict(text)


def _verdict(text: str | None) -> Verdict | None:
    return None if text is None else Verdict(text)
