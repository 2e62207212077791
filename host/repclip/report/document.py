"""A recording as one HTML page for a physiotherapist: prescribed against done, pictures, flags, gaps, versions.

The page needs nothing but itself, so it can be sent and printed. Its form is ``document.html.jinja``; here is what it
says, as plain rows of text.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from repclip.analysis import AnalysisReport
from repclip.recording.info import RecordingInfo
from repclip.report.cycles import in_order, is_full, name_of
from repclip.report.info import info_rows
from repclip.report.plot import Kind, draw, picture_bytes
from repclip.report.plots.sheet import percent
from repclip.report.text import FLAG_WORDS, clock, tenths
from repclip.session.prescription import CountVerdict
from repclip.session.scores import PhaseSummary, RepScore, SessionScore, SetScore
from repclip.session.tempo import Verdict
from repclip.session.words import FLAG_MEANINGS, FLAG_NAMES, advice, remarks, set_line
from repclip.wording import counted
from repsignal import Cycle, Phase

__all__ = ["document"]

_PICTURES = {
    Kind.TEMPO: "Tempo of each rep against what is prescribed",
    Kind.CONSISTENCY: "Each phase over the reps",
    Kind.OVERLAY: "All reps laid over one another",
    Kind.ANGLE: "Angle of the limb over time",
}
_UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class _Row:
    """Something prescribed, what was done, and what to think of it: a word of `Verdict` or `CountVerdict`, or none."""

    name: str
    prescribed: str
    done: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class _Rep:
    name: str
    full: bool
    cells: tuple[_Cell, ...]
    remarks: str


@dataclass(frozen=True, slots=True)
class _Set:
    title: str
    line: str
    reps: tuple[_Rep, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    title: str
    data: str  # base64 of an SVG


def document(report: AnalysisReport, score: SessionScore, info: RecordingInfo, *, made: datetime, version: str) -> str:
    """The whole page. ``made`` is when, ``version`` by which repclip."""
    environment = Environment(
        loader=PackageLoader("repclip.report", ""),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("document.html.jinja").render(
        title=score.exercise.name,
        when=_when(info),
        simulated=info.simulated,
        side_and_load=", ".join(text for text in (info.side, info.load) if text),
        told=info.told,
        summary=_summary(report, score),
        pain=score.pain,
        advice="" if score.pain else advice(score),
        compared=_compared(report, score),
        pictures=[_picture(report, score, kind, words) for kind, words in _PICTURES.items()] if report.sets else [],
        sets=[_set(one) for one in score.sets],
        flags=[(FLAG_NAMES[flag], FLAG_MEANINGS[flag], count) for flag, count in score.flags.items()],
        sides=_sides(score),
        gaps=list(_gaps(report)),
        about=[(name, text) for name, text in info_rows(info) if text],
        notes=report.notes,
        made=f"{made:%Y-%m-%d %H:%M}",
        version=version,
    )


def _when(info: RecordingInfo) -> str:
    if info.created is None:
        return "on an unknown day"
    try:
        return f"{datetime.fromisoformat(info.created).astimezone():%A, %d %B %Y, %H:%M}"
    except ValueError:
        return info.created


def _summary(report: AnalysisReport, score: SessionScore) -> list[tuple[str, str]]:
    """The figures that come first: each in large, with what it is below."""
    summary, share = report.summary, score.adherence.share
    found = [
        (str(summary.sets), "set" if summary.sets == 1 else "sets"),
        (str(summary.reps), "rep" if summary.reps == 1 else "reps"),
    ]
    if summary.partials:
        words = "partial rep, not counted" if summary.partials == 1 else "partial reps, not counted"
        found.append((str(summary.partials), words))
    if share is not None:
        judged = score.adherence
        found.append((percent(share), f"of phases on tempo ({judged.on} of {judged.judged})"))
    if score.under_tension_s is not None:
        found.append((clock(score.under_tension_s), "under tension"))
    return found


def _compared(report: AnalysisReport, score: SessionScore) -> list[_Row]:
    exercise = score.exercise
    sets = ", ".join(str(len(one.reps)) for one in score.sets) or "0"
    rests = [one.rest_s for one in score.sets if one.rest_s is not None]
    rests_off = [one.rest for one in score.sets if one.rest not in (None, Verdict.ON)]
    few = [one.count for one in score.sets if one.count not in (None, CountVerdict.ON)]
    reps = [rep for one in report.sets for rep in one.reps]
    tops = [rep.elevation_top_deg for rep in reps if rep.elevation_top_deg is not None]
    highest = exercise.elevation_max_deg
    rows = [
        _Row("sets", _or_none(exercise.sets), str(len(score.sets)), _too(score.count)),
        _Row("reps a set", _or_none(exercise.reps), sets, "" if not exercise.reps else _too(few[0] if few else None)),
        _Row(
            "rest between sets",
            _or_none(exercise.rest_s, "about {:.0f} s"),
            ", ".join(f"{rest:.0f} s" for rest in rests) or _UNKNOWN,
            f"too {rests_off[0]}" if rests_off else "on" if rests and exercise.rest_s is not None else "",
        ),
        *(_phase_row(one, score) for one in score.phases),
        _Row("range of motion", _or_none(exercise.rom_deg, "{}°"), _mean([rep.rom_deg for rep in reps], "°")),
    ]
    if highest is not None or tops:
        rows.append(_Row("highest above the horizon", _or_none(highest, "{:.0f}°"), _mean(tops, "°")))
    return rows


def _phase_row(one: PhaseSummary, score: SessionScore) -> _Row:
    target = score.exercise.tempo.target(one.phase)
    prescribed = (
        _or_none(target, "{} s").replace("-", "–").replace("? s", " s, may be left out").replace("x s", "quick")
    )
    if one.spread is None:
        return _Row(one.phase.value, prescribed, _UNKNOWN)
    spread = one.spread
    done = f"{spread.mean_s:.1f} s" + ("" if spread.sd_s is None else f" ± {spread.sd_s:.1f}")
    if spread.variation is not None:
        done += f", varies by {percent(spread.variation)}"
    judged = one.adherence
    return _Row(one.phase.value, prescribed, done, f"{judged.on} of {judged.judged} on" if judged.judged else "")


def _too(verdict: CountVerdict | None) -> str:
    return f"too {verdict}" if verdict in (CountVerdict.FEW, CountVerdict.MANY) else "on" if verdict else ""


def _or_none(value: object | None, form: str = "{}") -> str:
    return _UNKNOWN if value is None else form.format(value)


def _tenths(value: float | None) -> str:
    return _UNKNOWN if value is None else tenths(value)


def _mean(values: Sequence[float], unit: str) -> str:
    if not values:
        return _UNKNOWN
    spread = f" ± {stdev(values):.1f}{unit}" if len(values) > 1 else ""
    return f"{tenths(fmean(values))}{unit}{spread}"


def _set(one: SetScore) -> _Set:
    title = f"Set {one.end.index}, from {clock(one.end.start_s)} to {clock(one.end.end_s)}"
    scored = {rep.cycle: rep for rep in (*one.reps, *one.partials)}
    return _Set(title, set_line(one), tuple(_rep(cycle, scored.get(cycle)) for cycle in in_order(one.end)))


def _rep(cycle: Cycle, score: RepScore | None) -> _Rep:
    phases = score.phases if score is not None else ()
    verdicts = {one.phase: one.verdict for one in phases}
    times = {
        Phase.LIFT: cycle.lift_s,
        Phase.HOLD: cycle.hold_s,
        Phase.LOWER: cycle.lower_s,
        Phase.PAUSE: cycle.pause_s,
    }
    cells = [_Cell(_tenths(seconds), verdicts.get(phase) or "") for phase, seconds in times.items()]
    cells += [_Cell(_tenths(value)) for value in (cycle.rom_deg, cycle.elevation_top_deg, cycle.rise_cm)]
    flags = remarks(score.flags) if score is not None else ["cut off"]
    said = [FLAG_WORDS.get(flag, flag.value) for flag in cycle.flags]
    return _Rep(name_of(cycle), is_full(cycle), tuple(cells), ", ".join([*flags, *said]))


def _sides(score: SessionScore) -> list[tuple[str, ...]]:
    """A line a side; none where only one was told."""
    if len(score.sides) < 2:
        return []
    return [
        (
            one.side,
            counted(one.sets, "set"),
            counted(one.reps, "rep"),
            _or_none(one.rom_deg, "{:.1f}°"),
            _UNKNOWN if one.adherence.share is None else percent(one.adherence.share),
            *(_UNKNOWN if phase.spread is None else f"{phase.spread.mean_s:.1f} s" for phase in one.phases),
        )
        for one in score.sides
    ]


def _gaps(report: AnalysisReport) -> Iterable[str]:
    for gap in report.gaps:
        if not gap.bridged:
            yield f"{counted(gap.missing, 'sample')} missing from {clock(gap.start_s)} to {clock(gap.end_s)}"
    bridged = [gap for gap in report.gaps if gap.bridged]
    if bridged:
        samples = counted(sum(gap.missing for gap in bridged), "missing sample")
        yield f"{samples} bridged in {counted(len(bridged), 'hole')} of at most 0.2 s"


def _picture(report: AnalysisReport, score: SessionScore, kind: Kind, words: str) -> _Picture:
    svg = picture_bytes(draw(report, title=words, score=score, kind=kind), "svg")
    return _Picture(words, base64.b64encode(svg).decode("ascii"))
