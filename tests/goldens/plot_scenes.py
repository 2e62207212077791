"""Sessions that were never done, and the pictures of them; ``make_plot_goldens.py`` writes small grey copies down."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from made_cycles import made
from repclip.analysis import AnalysisReport
from repclip.report.plot import Kind, Size, draw
from repclip.session.exercise import GENERIC, find_exercise
from repclip.session.scores import SessionScore, score_session
from repclip.session.tempo import Tempo, parse_tempo
from repsignal import AngleTrace, CutOffRep, CycleFlag, Hole, PartialRep, Rep, SetEnd

BALL: Final = parse_tempo("lift=1,hold=3,lower=3-4")
FULL: Final = parse_tempo("lift=1,hold=1-2?,lower=3,pause=x")
SHRUNK: Final = (96, 128)  # (columns, rows at most) of what is kept of a picture


def trace(reps: tuple[Rep, ...], end_s: float) -> AngleTrace:
    """Soft ways up and down, 50 times a second."""
    time_s = np.arange(reps[0].start_s or 0.0, end_s, 0.02)
    stamps_s, angles_deg = [-1.0], [0.0]
    for one in reps:
        known = [one.start_s, one.top_s, one.lower_start_s, one.end_s]
        stamps_s += [stamp_s for stamp_s in known if stamp_s is not None]
        angles_deg += [deg for deg, stamp_s in zip((0.0, 38.0, 36.0, 0.0), known, strict=True) if stamp_s is not None]
    after = np.clip(np.searchsorted(stamps_s, time_s), 1, len(stamps_s) - 1)
    from_s, to_s = np.array(stamps_s)[after - 1], np.array(stamps_s)[after]
    share = np.clip((time_s - from_s) / (to_s - from_s), 0.0, 1.0)
    from_deg, to_deg = np.array(angles_deg)[after - 1], np.array(angles_deg)[after]
    angle_deg = from_deg + (to_deg - from_deg) * share * share * (3.0 - 2.0 * share)
    return AngleTrace(time_s, angle_deg, np.zeros(len(time_s)))


def tired_set(index: int, start_s: float, count: int) -> SetEnd:
    """Holds shorten, lowering quickens, the second lift is slow."""
    reps: list[Rep] = []
    for number in range(count):
        begin_s = start_s if not reps else (reps[-1].end_s or 0.0) + 0.5
        share = number / max(count - 1, 1)
        wobble = 0.12 * np.cos(2.4 * number)
        lift_s = 1.5 if number == 1 else 1.0 + wobble
        reps.append(made(Rep, number + 1, begin_s, lift_s, 3.2 - share, 3.7 - 1.3 * share))
    reps[-1] = replace(reps[-1], pause_s=None)
    end_s = reps[-1].end_s or 0.0
    return SetEnd(index, start_s, end_s, tuple(reps), (), (), trace(tuple(reps), end_s + 2.0), end_s + 2.0)


def report(*sets: SetEnd, gaps: tuple[Hole, ...] = ()) -> AnalysisReport:
    return AnalysisReport("generic", 100.0, sets[-1].end_s + 5.0 if sets else 12.0, 1000, sets, gaps)


def damaged() -> AnalysisReport:
    """One set with all that can go wrong: gaps, a doubt, a partial rep, both ends cut off, a rest within."""
    one = tired_set(1, 10.0, 8)
    reps = list(one.reps)
    gap = (CycleFlag.GAP,)
    reps[1] = replace(reps[1], top_s=None, top_sd_s=None, lift_s=None, hold_s=None, flags=gap)
    reps[2] = replace(reps[2], end_s=None, end_sd_s=None, lower_s=None, pause_s=None, flags=gap)
    reps[4] = replace(reps[4], lower_start_sd_s=0.4, pause_s=45.0, flags=(CycleFlag.UNCERTAIN, CycleFlag.CLIPPED))
    reps[5] = replace(reps[5], hold_s=0.0, lower_start_s=reps[5].top_s, flags=(CycleFlag.NO_HOLD,))
    half = replace(made(PartialRep, 1, 70.0, rom_deg=14.0), end_s=73.0)
    first = replace(
        made(CutOffRep, 1, 5.0, lower_s=2.0), start_s=None, start_sd_s=None, top_s=None, top_sd_s=None,
        lift_s=None, hold_s=None, lower_start_s=7.0, flags=(CycleFlag.CUT_OFF_START,),
    )  # fmt: skip
    last = replace(
        made(CutOffRep, 2, 80.0), lower_start_s=None, lower_start_sd_s=None, end_s=None, end_sd_s=None,
        hold_s=None, lower_s=None, pause_s=None, flags=(CycleFlag.CUT_OFF_END,),
    )  # fmt: skip
    seen = trace(one.reps, 90.0)
    one = replace(one, reps=tuple(reps), partials=(half,), cut_offs=(first, last), trace=seen)
    return report(one, gaps=(Hole(19.0, 20.5, 149, bridged=False),))


def scored(made: AnalysisReport, tempo: Tempo = BALL) -> SessionScore:
    """Against nothing but a tempo."""
    return score_session(made, replace(find_exercise(GENERIC), tempo=tempo))


def nothing() -> AnalysisReport:
    return report()


@dataclass(frozen=True, slots=True)
class Scene:
    """A report as a picture of some kind."""

    name: str
    report: Callable[[], AnalysisReport]
    kind: Kind
    tempo: Tempo = BALL
    size: Size = Size.PAGE

    def drawn(self) -> Figure:
        made = self.report()
        return draw(made, title=f"{self.name}.repclip", score=scored(made, self.tempo), kind=self.kind, size=self.size)


def ten() -> AnalysisReport:
    return report(tired_set(1, 5.0, 10))


def coached() -> AnalysisReport:
    """One rep short of its range, one dropped."""
    one = tired_set(1, 5.0, 10)
    reps = list(one.reps)
    reps[3] = replace(reps[3], rom_deg=27.0)
    reps[6] = replace(reps[6], lower_s=0.3, end_s=(reps[6].lower_start_s or 0.0) + 0.3)
    return report(replace(one, reps=tuple(reps)))


def fifteen() -> AnalysisReport:
    return report(tired_set(1, 5.0, 15))


def sixty() -> AnalysisReport:
    return report(tired_set(1, 5.0, 20), tired_set(2, 300.0, 20), tired_set(3, 600.0, 20))


def single() -> AnalysisReport:
    return report(tired_set(1, 5.0, 1))


MADE: Final = (fifteen, sixty, damaged, single, nothing)
SCENES: Final = (
    *(
        Scene(f"{kind}-{made.__name__}", made, kind)
        for kind in Kind
        for made in (fifteen, sixty, damaged, single, report)
    ),
    *(Scene(f"{kind}-phone", ten, kind, size=Size.PHONE) for kind in Kind),
    Scene("tempo-phone-sixty", sixty, Kind.TEMPO, size=Size.PHONE),
    Scene("tempo-coached", coached, Kind.TEMPO),
    Scene("tempo-phone-coached", coached, Kind.TEMPO, size=Size.PHONE),
    Scene("tempo-free", ten, Kind.TEMPO, tempo=Tempo()),
    Scene("tempo-optional", ten, Kind.TEMPO, tempo=FULL),
    Scene("consistency-free", ten, Kind.CONSISTENCY, tempo=Tempo()),
)


def shrunk(figure: Figure) -> Image.Image:
    """A small grey copy, in which the shapes of letters are lost, though not where they are."""
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=100)
    grey = Image.open(raw).convert("L")
    columns, most = SHRUNK
    rows = min(most, round(grey.height * columns / grey.width))
    return grey.resize((columns, rows), Image.Resampling.BOX)
