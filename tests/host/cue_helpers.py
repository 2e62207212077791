"""A session that was never held, second by second, and what is to be heard in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from live_scenes import sampled
from made_cycles import made
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CueSettings
from repclip.cues.types import Cue, CueKind
from repclip.engine.outputs import Counted, Marked, Output
from repclip.session.exercise import Exercise, find_exercise
from repclip.session.tempo import parse_tempo
from repclip.source import LinkChange, LinkEvent, MarkKind
from repsignal import (
    AngleTrace,
    Hole,
    PartialRep,
    PartialRepEvent,
    Phase,
    PhaseEvent,
    Rep,
    RepEvent,
    SetEnd,
)

LATE_S = 0.1  # after it began a phase is told
BALL = find_exercise("prone-thigh-extension-ball")
PLAIN = replace(
    find_exercise("generic"), id="plain", tempo=parse_tempo("lift=1,hold=3,lower=4"), reps=None, sets=None, rest_s=60.0
)
NO_TRACE = AngleTrace(np.zeros(0), np.zeros(0), np.zeros(0))

Timed = tuple[float, Output]  # when it is said


def begins(phase: Phase, start_s: float, late_s: float = LATE_S) -> Timed:
    return start_s + late_s, Counted(PhaseEvent(phase, start_s, start_s + late_s, 1))


def rep_told(rep: Rep, *, set_index: int = 1, late_s: float = LATE_S) -> Timed:
    at_s = (rep.end_s or 0.0) + late_s
    return at_s, Counted(RepEvent(set_index, rep, at_s))


def partial_told(partial: PartialRep, late_s: float = LATE_S) -> Timed:
    at_s = (partial.end_s or 0.0) + late_s
    return at_s, Counted(PartialRepEvent(1, partial, at_s))


def set_told(reps: Sequence[Rep], told_s: float, *, index: int = 1) -> Timed:
    start_s, end_s = (reps[0].start_s or 0.0, reps[-1].end_s or 0.0) if reps else (0.0, 0.0)
    return told_s, Counted(SetEnd(index, start_s, end_s, tuple(reps), (), (), NO_TRACE, told_s))


def marked(kind: MarkKind, time_s: float) -> Timed:
    return time_s, Marked(time_s, kind)


def link(change: LinkChange, time_s: float) -> Timed:
    return time_s, LinkEvent(round(time_s * 1e9), change, "sensor")


def hole(start_s: float, end_s: float) -> Timed:
    return end_s, Counted(Hole(start_s, end_s, round((end_s - start_s) * 100), bridged=False))


def one_rep(index: int, start_s: float, *durations: float) -> tuple[Rep, list[Timed]]:
    """A rep (lift, hold, lower), and what is told of it as it goes on."""
    rep = made(Rep, index, start_s, *(durations or (1.0, 3.0, 4.0)), pause_s=None)
    onsets = zip(Phase, (rep.start_s, rep.top_s, rep.lower_start_s, rep.end_s), strict=True)
    return rep, [*(begins(phase, onset_s) for phase, onset_s in onsets if onset_s is not None), rep_told(rep)]


def heard(
    told: Iterable[Timed],
    settings: CueSettings | None = None,
    exercise: Exercise = PLAIN,
    *,
    until_s: float = 0.0,
    silent: tuple[float, float] = (0.0, 0.0),
) -> list[Cue]:
    """All cues: samples each tenth of a second, but for those in ``silent``, and a look at what is due as often."""
    waiting = sorted(told, key=lambda one: one[0])
    engine, cues = CueEngine(exercise, settings or CueSettings()), list[Cue]()
    end_s = max(until_s, waiting[-1][0] if waiting else 0.0)
    for tenth in range(ceil(end_s * 10 - 1e-5) + 1):
        now_s = tenth / 10
        if not silent[0] < now_s < silent[1]:
            cues += engine.take(sampled(now_s, 10 if tenth else 1))
        while waiting and waiting[0][0] <= now_s + 1e-6:
            cues += engine.take(waiting.pop(0)[1])
        cues += engine.at(now_s)
    return cues


def of(kind: CueKind, cues: Iterable[Cue]) -> list[tuple[float, str]]:
    """When and what, of a kind."""
    return [(round(cue.time_s, 3), cue.text) for cue in cues if cue.kind is kind]
