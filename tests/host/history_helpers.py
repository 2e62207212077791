"""Sessions for tests of the history: made of reps that nobody did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from made_cycles import made
from repclip.analysis import AnalysisReport
from repclip.engine.account import pain_line
from repclip.engine.outputs import Gap, Marked
from repclip.history import Entry
from repclip.session.exercise import Exercise, find_exercise
from repclip.session.scores import score_session
from repclip.source import MarkKind
from repsignal import AngleTrace, CycleFlag, Hole, PartialRep, Rep, SetEnd

BALL = "prone-thigh-extension-ball"
BEGIN = datetime(2026, 11, 2, 18, 30, tzinfo=UTC)  # a Monday


def one_set(index: int, start_s: float, count: int, *, lower_s: float = 3.5, rom_deg: float = 38.0) -> SetEnd:
    """So many reps, and a partial one."""
    reps = [
        made(Rep, number, start_s + 8.5 * number, lower_s=lower_s, rom_deg=rom_deg) for number in range(1, count + 1)
    ]
    reps[1:2] = [replace(rep, flags=(CycleFlag.BRIDGED,)) for rep in reps[1:2]]
    half = made(PartialRep, 1, start_s + 8.5 * (count + 1), pause_s=None, rom_deg=15.0)
    end_s = start_s + 8.5 * (count + 2)
    time_s = np.arange(start_s, end_s, 0.02)
    trace = AngleTrace(time_s, np.zeros(len(time_s)), np.zeros(len(time_s)))
    return SetEnd(index, start_s, end_s, tuple(reps), (half,), (), trace, end_s + 1.0)


def entry(
    number: int = 1,
    *,
    sets: Sequence[SetEnd] | None = None,
    exercise: Exercise | None = None,
    created: datetime | None = None,
    sides: Sequence[str] = (),
    note: str = "",
    load: str = "",
    pain: bool = False,
    gaps: Sequence[Gap] = (),
) -> Entry:
    """The session of recording ``number``, a day after the one before; a side for each set."""
    which = exercise or find_exercise(BALL)
    done = (one_set(1, 5.0, 4), one_set(2, 120.0, 3)) if sets is None else tuple(sets)
    hole = Hole(50.0, 51.0, 99, bridged=False)
    report = AnalysisReport(which.id, 99.9, 180.0, 18000, done, (hole, Hole(60.0, 60.1, 9, bridged=True)))
    marks = [Marked(one.start_s - 1.0, MarkKind.SIDE, side) for one, side in zip(done, sides, strict=False)]
    marks += [Marked(0.0, MarkKind.NOTE, note)] if note else []
    marks += [Marked(0.0, MarkKind.LOAD, load)] if load else []
    marks += [Marked(170.0, MarkKind.PAIN)] if pain else []
    report = replace(report, pain=pain_line(marks))
    return Entry(
        score=score_session(report, which, marks),
        report=report,
        recording=Path("/recordings") / f"{number}.repclip",
        recording_id=f"id {number}",
        created=created or BEGIN + timedelta(days=number - 1),
        marks=marks,
        gaps=gaps,
    )
