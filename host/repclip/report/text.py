"""An analysis as text for people, on a rich console: one table a set, then a line each, then what to do better."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from rich.console import Console
from rich.text import Text

from repclip.analysis import AnalysisReport
from repclip.report.columns import BETWEEN, first_to_go, left_out, plain_table
from repclip.report.cycles import in_order, is_full, name_of
from repclip.session.flags import Flag
from repclip.session.scores import SessionScore
from repclip.session.statistics import is_certain, verdict
from repclip.session.tempo import Tempo, Verdict
from repclip.session.words import advice, remarks, set_line
from repclip.wording import counted
from repsignal import CutOffRep, Cycle, CycleFlag, Hole, PartialRep, Phase, SetEnd, phases_from

__all__ = ["FLAG_WORDS", "Glyphs", "clock", "print_report", "tenths"]

_Flags = Mapping[Cycle, tuple[Flag, ...]]

_GAPS_SHOWN: Final = 4
_STYLES: Final = {Verdict.SHORT: "yellow", Verdict.ON: "green", Verdict.LONG: "magenta"}
FLAG_WORDS: Final = {
    CycleFlag.BRIDGED: "bridged",
    CycleFlag.GAP: "gap",
    CycleFlag.CLIPPED: "clipped",
    CycleFlag.CUT_OFF_START: "begins before",
    CycleFlag.CUT_OFF_END: "goes on after",
    CycleFlag.NO_HOLD: "no hold",
    CycleFlag.NO_PAUSE: "no pause",
    CycleFlag.UNCERTAIN: "uncertain",
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of a rep, how it is shown, and against which phase's target."""

    head: str
    value: Callable[[Cycle], float | None]
    phase: Phase | None = None
    always: bool = True

    @property
    def name(self) -> str:
        """Its head without the unit."""
        return self.head.split("\n")[0]

    def certain(self, cycle: Cycle) -> float | None:
        """Its value where that is worth judging, as in the other statistics."""
        return self.value(cycle) if self.phase is None or is_certain(cycle, self.phase) else None

    def width(self, tempo: Tempo) -> int:
        """Of its column, with a verdict if there is one."""
        return 9 if self.phase and tempo.target(self.phase) else max(4, len(self.name))


_FIGURES: Final = (
    _Figure("lift\ns", lambda cycle: cycle.lift_s, Phase.LIFT),
    _Figure("hold\ns", lambda cycle: cycle.hold_s, Phase.HOLD),
    _Figure("lower\ns", lambda cycle: cycle.lower_s, Phase.LOWER),
    _Figure("pause\ns", lambda cycle: cycle.pause_s, Phase.PAUSE),
    _Figure("range\n°", lambda cycle: cycle.rom_deg),
    _Figure("top\n°", lambda cycle: cycle.elevation_top_deg, always=False),
    _Figure("rise\ncm", lambda cycle: cycle.rise_cm, always=False),
)
_DROPPED_FIRST: Final = ("rise", "top", "range", "pause", "lower", "hold")  # where a terminal is too narrow for all
_REP_WIDTH: Final = 4
_FOLDED: Final = 9  # the longest word of a remark, "uncertain"


def print_report(report: AnalysisReport, console: Console, *, title: str, score: SessionScore | None = None) -> None:
    """Print all of it. With its score, each phase that has a tempo is marked short, on or long, and flags are told.

    Durations are compared as they are shown, in tenths of a second.
    """
    tempo = Tempo() if score is None else score.exercise.tempo
    flags = {} if score is None else {rep.cycle: rep.flags for one in score.sets for rep in one.reps}
    glyphs = Glyphs.for_console(console)
    console.print(Text(glyphs.fit(title), style="bold"))
    if report.pain:
        console.print(Text(glyphs.fit(report.pain), style="bold yellow"))
    if tempo:
        console.print(Text(glyphs.fit(f"Prescribed: {tempo.describe()}.")))
    shown, dropped = _columns(report, tempo, flags, console.width)
    for one in report.sets:
        console.print()
        _print_set(one, shown, console, tempo, flags, glyphs)
    if report.sets:
        console.print()
        if dropped:
            console.print(left_out(dropped))
        for line in _legend(report, tempo, {figure.name for figure in shown}):
            console.print(Text(glyphs.fit(line), style="dim"))
    console.print()
    for line in (*_gap_lines(report.gaps), *report.notes):
        console.print(Text(glyphs.fit(line), style="yellow"))
    console.print(Text(glyphs.fit(_summary_line(report)), style="bold"))
    if score is not None and report.sets:
        for scored in score.sets:
            console.print(Text(glyphs.fit(set_line(scored))))
        better = advice(score)
        if better is not None:
            console.print(Text(glyphs.fit(better), style="bold"))


def clock(seconds: float) -> str:
    """A time within a recording: ``9.4 s``, ``2:03.4``, ``1:02:03``."""
    in_tenths = round(seconds * 10)
    if in_tenths < 600:
        return f"{in_tenths / 10:.1f} s"
    if in_tenths < 36000:
        return f"{in_tenths // 600}:{in_tenths % 600 / 10:04.1f}"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def tenths(value: float) -> str:
    """A figure to one decimal; what is a little below zero is 0.0 there, not -0.0."""
    return f"{round(value, 1) + 0.0:.1f}"


def _columns(report: AnalysisReport, tempo: Tempo, flags: _Flags, width: int) -> tuple[list[_Figure], list[str]]:
    """The figures that are shown, and the names of those that there is no room for."""
    cycles = _cycles(report)
    phases = phases_from(Phase.LOWER if any(cycle.first_phase is Phase.LOWER for cycle in cycles) else Phase.LIFT)
    figures = sorted(_FIGURES, key=lambda figure: phases.index(figure.phase) if figure.phase else len(phases))
    shown = [figure for figure in figures if figure.always or any(figure.value(cycle) is not None for cycle in cycles)]
    remarks = _FOLDED if any(_remarks(cycle, flags) for cycle in cycles) else 0

    def is_room(dropped: Sequence[str]) -> bool:
        widths = [figure.width(tempo) + BETWEEN for figure in shown if figure.name not in dropped]
        return _REP_WIDTH + BETWEEN + sum(widths) + remarks <= width

    names = [figure.name for figure in shown]
    dropped = first_to_go([name for name in _DROPPED_FIRST if name in names], is_room)
    return [figure for figure in shown if figure.name not in dropped], dropped


def _cycles(report: AnalysisReport) -> list[Cycle]:
    return [cycle for one in report.sets for cycle in (*one.reps, *one.partials, *one.cut_offs)]


def _print_set(
    one: SetEnd, shown: list[_Figure], console: Console, tempo: Tempo, flags: _Flags, glyphs: Glyphs
) -> None:
    counts = [counted(len(one.reps), "rep")]
    if one.partials:
        counts.append(counted(len(one.partials), "partial rep"))
    if one.cut_offs:
        counts.append(f"{len(one.cut_offs)} cut off")
    head = f"Set {one.index}: {', '.join(counts)}, from {clock(one.start_s)} to {clock(one.end_s)}"
    console.print(Text(glyphs.fit(head), style="bold"))

    cycles = in_order(one)
    table = plain_table()
    table.add_column("rep", justify="right", no_wrap=True, overflow="crop", min_width=_REP_WIDTH)
    for figure in shown:
        width = figure.width(tempo)
        table.add_column(
            glyphs.fit(figure.head),
            justify="left" if figure.phase and tempo.target(figure.phase) else "right",
            no_wrap=True,
            overflow="crop",
            min_width=width,
        )
    remarked = any(_remarks(cycle, flags) for cycle in cycles)
    table.add_column("remarks" if remarked else "", overflow="fold")
    for number, cycle in enumerate(cycles):
        full = is_full(cycle)
        table.add_row(
            name_of(cycle),
            *(_cell(figure, cycle, tempo if full else Tempo(), glyphs) for figure in shown),
            _remarks(cycle, flags),
            style=None if full else "dim",
            end_section=number == len(cycles) - 1 and len(one.reps) > 1,
        )
    if len(one.reps) > 1:
        known = [[v for rep in one.reps if (v := figure.certain(rep)) is not None] for figure in shown]
        table.add_row("mean", *(_number(fmean(vs) if vs else None, glyphs) for vs in known), "")
        table.add_row(glyphs.fit("± sd"), *(_number(stdev(vs) if len(vs) > 1 else None, glyphs) for vs in known), "")
    console.print(table)


def _cell(figure: _Figure, cycle: Cycle, tempo: Tempo, glyphs: Glyphs) -> Text:
    value = figure.value(cycle)
    target = tempo.target(figure.phase) if figure.phase else None
    judged = verdict(cycle, figure.phase, tempo) if figure.phase else None
    text = Text(_number(value, glyphs, width=3 if target else 4))
    if judged is not None:
        text.append(f" {judged}", style=_STYLES[judged])
    return text


def _number(value: float | None, glyphs: Glyphs, width: int = 4) -> str:
    return f"{glyphs.none:>{width}}" if value is None else f"{tenths(value):>{width}}"


def _remarks(cycle: Cycle, flags: _Flags) -> str:
    kind = ["partial"] if isinstance(cycle, PartialRep) else ["cut off"] if isinstance(cycle, CutOffRep) else []
    said = [FLAG_WORDS.get(flag, flag.value) for flag in cycle.flags]
    return ", ".join([*kind, *said, *remarks(flags.get(cycle, ()))])


def _legend(report: AnalysisReport, tempo: Tempo, shown: set[str]) -> Iterable[str]:
    cycles = _cycles(report)
    meant = {"range": "bottom to top", "top": "of the limb above the horizon", "rise": "of the sensor"}
    parts = [f"{name}: {meaning}" for name, meaning in meant.items() if name in shown]
    if parts:
        yield "; ".join(parts) + "."
    if any(target is not None and target.tolerance_s > 0 for target in map(tempo.target, Phase)):
        yield "on: within the range prescribed, or within 0.2 s or a tenth of a single figure."
    elif tempo:
        yield "on: within the range prescribed."
    if any(one.partials for one in report.sets):
        yield "p: partial rep, less than 60 % of the full range; not counted."
    if any(one.cut_offs for one in report.sets):
        yield "c: cut off by the beginning or end of the recording, or by missing samples; not counted."
    flags = {flag for cycle in cycles for flag in cycle.flags}
    if CycleFlag.UNCERTAIN in flags:
        yield "uncertain: the beginning or end of a phase may be off by over 0.25 s; the mean is without such a phase."
    if CycleFlag.GAP in flags:
        yield "gap: samples are missing; the phases they hit have no duration."
    if CycleFlag.BRIDGED in flags:
        yield "bridged: samples missing for at most 0.2 s were interpolated."
    if CycleFlag.CLIPPED in flags:
        yield "clipped: the sensor reached the end of its range."


def _gap_lines(gaps: tuple[Hole, ...]) -> Iterable[str]:
    lost = sorted((gap for gap in gaps if not gap.bridged), key=lambda gap: gap.missing, reverse=True)
    for gap in sorted(lost[:_GAPS_SHOWN], key=lambda gap: gap.start_s):
        yield f"{counted(gap.missing, 'sample')} missing from {clock(gap.start_s)} to {clock(gap.end_s)}."
    if len(lost) > _GAPS_SHOWN:
        rest = sum(gap.missing for gap in lost[_GAPS_SHOWN:])
        yield f"{counted(rest, 'sample')} missing in {counted(len(lost) - _GAPS_SHOWN, 'shorter gap')}."
    bridged = [gap for gap in gaps if gap.bridged]
    if bridged:
        samples = counted(sum(gap.missing for gap in bridged), "missing sample")
        yield f"{samples} bridged in {counted(len(bridged), 'short hole')}."


def _summary_line(report: AnalysisReport) -> str:
    summary = report.summary
    reps = f"{counted(summary.reps, 'rep')} in {counted(summary.sets, 'set')}" if summary.sets else "0 reps"
    partials = f", {counted(summary.partials, 'partial rep')}" if summary.partials else ""
    rate = f" at {report.sample_rate_hz:.1f} Hz" if report.sample_rate_hz is not None else ""
    return f"{reps}{partials}; recording of {clock(report.duration_s)}{rate}"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Replaces what a console's encoding lacks: a Windows console may know neither – nor °."""

    encoding: str
    none: str

    @classmethod
    def for_console(cls, console: Console) -> Glyphs:
        plain = cls(console.encoding, "-")
        return cls(console.encoding, "–") if plain.fit("–") == "–" else plain

    def fit(self, text: str) -> str:
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            for fancy, simple in (("–", "-"), ("×", "x"), ("±", "+-"), ("°", "deg"), ("²", "2"), ("…", "...")):
                text = text.replace(fancy, simple)
            return text.encode("ascii", "replace").decode("ascii")
        return text
