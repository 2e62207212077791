"""When it is asked, and how samples are cut, makes no difference; and what is true of any session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cue_helpers import LATE_S, PLAIN, Timed, begins, hole, link, marked, rep_told, set_told
from live_scenes import sampled
from made_cycles import made
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CountAt, CueMode, CueSettings
from repclip.cues.types import Cue, CueKind
from repclip.engine.outputs import Counted, Output, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.recording.importers.any_recording import open_recording
from repclip.session.exercise import Exercise
from repclip.session.prescription import Count, Span
from repclip.session.tempo import parse_tempo
from repclip.source import LinkChange, MarkKind
from repclip.testing.messages import STATUS
from repsignal import CycleFlag, Phase, Rep, RepEvent

RECORDINGS = Path(__file__).parents[3] / "recordings"
SETS = replace(PLAIN, tempo=parse_tempo("lift=1,hold=1.3,lower=2-3,pause=1"), reps=Count(3, 5), sets=Count(2, 3))
MODES = [CueSettings(mode=mode, count=count) for mode in CueMode for count in (CountAt.TOP, CountAt.BOTTOM)]

# What may be said at a time.
KINDS: dict[str, Callable[[float], Timed]] = {
    **{phase.value: lambda at_s, phase=phase: begins(phase, at_s - LATE_S) for phase in Phase},
    "late": lambda at_s: begins(Phase.HOLD, at_s - 1.2, late_s=1.2),
    "rep": lambda at_s: rep_told(made(Rep, 1, at_s - 6.0, 1.0, 2.0, 2.0), late_s=1.0),
    "set": lambda at_s: set_told([made(Rep, 1, at_s - 12.0)], at_s),
    "hole": lambda at_s: hole(at_s - 0.8, at_s),
    **{kind.value: lambda at_s, kind=kind: marked(kind, at_s) for kind in MarkKind},
    **{change.value: lambda at_s, change=change: link(change, at_s) for change in LinkChange},
    "status": lambda at_s: (at_s, replace(STATUS, battery_percent=round(at_s * 7) % 30)),
    "nothing": lambda at_s: (at_s, STATUS),
}
sessions = st.lists(st.tuples(st.integers(1, 60), st.sampled_from(sorted(KINDS))), min_size=1, max_size=40)
moments = st.lists(st.floats(0.0, 1.0), max_size=60)


def cues_of(
    session: list[tuple[int, str]], settings: CueSettings, shares: list[float], cuts: list[float], exercise: Exercise
) -> list[Cue]:
    """Asked at these shares of the session, and its samples cut at those."""
    engine, cues = CueEngine(exercise, settings), list[Cue]()
    end_s = sum(twentieths for twentieths, _ in session) / 20
    asked = sorted(share * end_s for share in shares)
    cut = sorted(share * end_s for share in cuts)
    at_s = 0.0
    cues += engine.take(sampled(0.0))
    for twentieths, kind in session:
        before_s, at_s = at_s, at_s + twentieths / 20
        while asked and asked[0] < at_s:  # what is due in the instant of an output is a matter of which comes first
            cues += engine.at(asked.pop(0))
        begin_s = max(before_s, at_s - 0.01) if kind == "hole" else before_s
        ends = [begin_s, *(one for one in cut if begin_s < one < at_s), at_s]
        for first, last in pairwise(ends):
            cues += engine.take(sampled(last, max(1, round((last - first) * 100))))
        cues += engine.take(KINDS[kind](at_s)[1])
    return [*cues, *engine.at(end_s + 5.0)]


@given(sessions, moments, moments, st.sampled_from(MODES), st.sampled_from([PLAIN, SETS]))
def test_how_often_it_is_asked_and_how_samples_are_cut_make_no_difference(
    session: list[tuple[int, str]], shares: list[float], cuts: list[float], settings: CueSettings, exercise: Exercise
) -> None:
    once = cues_of(session, settings, [], [], exercise)
    assert cues_of(session, settings, shares, cuts, exercise) == once


@given(sessions, moments, st.sampled_from(MODES))
def test_cues_come_in_the_order_of_their_times(
    session: list[tuple[int, str]], shares: list[float], settings: CueSettings
) -> None:
    times = [cue.time_s for cue in cues_of(session, settings, shares, [], SETS)]
    assert times == sorted(times)


@given(sessions, st.sampled_from(MODES))
def test_at_most_one_verdict_a_rep(session: list[tuple[int, str]], settings: CueSettings) -> None:
    verdicts = [cue for cue in cues_of(session, settings, [], [], PLAIN) if cue.kind is CueKind.VERDICT]
    assert len(verdicts) <= sum(kind == "rep" for _, kind in session)


# Real outputs


@cache
def outputs_of(name: str) -> list[list[Output]]:
    """Chunk by chunk."""
    pipeline = Pipeline()
    reader = open_recording(RECORDINGS / name, piece_s=0.1)
    return [*(pipeline.feed(chunk) for chunk in reader.chunks()), pipeline.flush()]


@pytest.mark.parametrize("settings", MODES, ids=lambda one: f"{one.mode}-{one.count}")
def test_a_recording_gives_the_same_however_often_it_is_asked(settings: CueSettings) -> None:
    chunks = outputs_of("chain_lost_link.repclip")

    def heard(every_s: float | None) -> list[Cue]:
        engine, cues, newest_s, asked_s = CueEngine(SETS, settings), list[Cue](), 0.0, 0.0
        for outputs in chunks:
            for output in outputs:
                cues += engine.take(output)
                if isinstance(output, Sampled) and len(output.block):
                    newest_s = float(output.block.time_s[-1])
            while every_s is not None and asked_s + every_s <= newest_s - 0.5:  # behind: nothing is known too late
                asked_s += every_s
                cues += engine.at(asked_s)
        return [*cues, *engine.at(newest_s)]

    assert heard(0.03) == heard(2.1) == heard(None) != []


def test_no_verdict_on_a_rep_across_a_gap_of_a_recording() -> None:
    """Where all are too high, which is said each time, each rep has one, but for those that samples are missing of."""
    level = replace(PLAIN, rom_deg=Span(None, 1.0))
    engine = CueEngine(level, CueSettings())
    broken = whole = 0
    for output in (one for outputs in outputs_of("lost_packets.csv") for one in outputs):
        verdicts = [cue for cue in engine.take(output) if cue.kind is CueKind.VERDICT]
        if isinstance(output, Counted) and isinstance(output.event, RepEvent):
            rep = output.event.rep
            gap, fresh = CycleFlag.GAP in rep.flags, rep.end_s is None or output.event.detected_s - rep.end_s <= 1.5
            broken += gap and fresh
            whole += len(verdicts)
            assert len(verdicts) == (fresh and not gap)
    assert whole > 2
    assert broken > 0
