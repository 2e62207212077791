"""Weeks of one exercise: adherence, consistency, range and volume, one below the other over the same weeks.

A week is a filled mark in its middle, a session a small open one at its time. Left and right have lines of their own
where they were told, and what is of both together is left out where they are all there is. Marks, lines and hatching
differ in shape, so that they need no colour.
"""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import nan
from typing import TYPE_CHECKING, Final, Literal

from repclip.history.progress import SIDES, Figures, Progress
from repclip.report.plots.sheet import (
    BAND,
    COLOURS,
    GREY,
    INK,
    MISSING,
    PARTIAL_INK,
    Size,
    legend,
    legend_rows,
    say_nothing,
    tidy,
    title,
    title_in,
    width_in,
    wrapped,
)
from repclip.session.prescription import Span
from repclip.wording import counted, simulated_sessions
from repsignal import Phase

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ProgressSheet", "draw_progress"]

_PANEL_IN, _HEAD_IN, _FOOT_IN, _LEFT_IN, _RIGHT_IN = 1.12, 0.27, 0.56, 0.45, 0.12
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABELS: Final = {Size.PAGE: 14, Size.PHONE: 6}  # weeks, at most
_NUMBERED: Final = {Size.PAGE: 30, Size.PHONE: 12}  # bars, at most, that have their number
_HEAD_PT: Final = {Size.PAGE: 8.5, Size.PHONE: 7.5}
_BAR: Final = 0.7  # of a week
_LEAST_WEEKS: Final = 4  # fewer would be as wide as the paper
_LEAST_SPAN: Final = 10.0  # degrees: less is no change to speak of


@dataclass(frozen=True, slots=True)
class _Line:
    """How something is drawn."""

    label: str
    marker: str
    style: Literal["-", "--"]
    colour: str
    hatch: str


_ALL: Final = _Line("all", "o", "-", COLOURS[Phase.HOLD], "")
_OF_SIDE: Final = {
    "left": _Line("left", "<", "-", COLOURS[Phase.LIFT], "////"),
    "right": _Line("right", ">", "--", COLOURS[Phase.LOWER], ""),
}


@dataclass(frozen=True, slots=True)
class _Series:
    """What is drawn as one: of each week, None where there is nothing; and of sessions, by their time in weeks."""

    line: _Line
    weeks: tuple[Figures | None, ...]
    points: tuple[tuple[float, Figures], ...]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One figure over the weeks, in percent or degrees."""

    name: str
    unit: str
    value: Callable[[Figures], float | None]


_RANGE: Final = _Panel("range", "°", lambda one: one.rom_deg)
_ADHERENCE: Final = _Panel("adherence", "\u00a0%", lambda one: _percents(one.adherence.share))
_PANELS: Final = (_ADHERENCE, _Panel("consistency", "\u00a0%", lambda one: _percents(one.variation)), _RANGE)


@dataclass(frozen=True, slots=True)
class ProgressSheet:
    """Progress to be drawn, with a heading and the size; ``rom_deg`` is the range of motion that is prescribed."""

    progress: Progress
    title: str
    size: Size
    rom_deg: Span | None = None

    @property
    def width_in(self) -> float:
        """As of its size."""
        return width_in(self.size)

    def heading(self) -> list[str]:
        """All of it in words."""
        weeks = self.progress.weeks
        figures = [week.figures for week in weeks]
        first, last = weeks[0].begin, weeks[-1].begin + timedelta(days=6)
        least = "" if all(one.whole_tension for one in figures) else "at least "
        done = (
            counted(len(self.progress.points), "session"),
            counted(sum(one.sets for one in figures), "set"),
            counted(sum(one.reps for one in figures), "rep"),
            f"{least}{sum(one.tension_s for one in figures) / 60:.0f} min under tension",
        )
        unbroken = ", ".join(part.replace(" ", "\u00a0") for part in done)
        nobody = self.progress.simulated
        said = (
            f"{_day(first)} {first.year} to {_day(last)} {last.year}: {unbroken}.",
            *((simulated_sessions(nobody),) if nobody else ()),
            "Adherence: share of phases on tempo. Consistency: by how much a phase varies from rep to rep.",
        )
        return [line for text in said for line in wrapped(text, self)]


def draw_progress(figure: Figure, sheet: ProgressSheet) -> None:
    """Draw on an empty figure."""
    if not sheet.progress.weeks:
        say_nothing(figure, sheet, "No session in these weeks")
        return
    series = _series(sheet.progress)
    panels = [panel for panel in _PANELS if any(_known(panel, one) for one in series)]
    lines = sheet.heading()
    handles = _legend(sheet, series)
    columns, legend_in = legend_rows(sheet, handles)
    height_in = title_in(sheet, lines) + (len(panels) + 1) * (_HEAD_IN + _PANEL_IN) + _FOOT_IN + legend_in
    figure.set_size_inches(sheet.width_in, height_in)
    title(figure, sheet, lines)
    width = 1 - (_LEFT_IN + _RIGHT_IN) / sheet.width_in
    down_in = title_in(sheet, lines)
    for panel in (*panels, None):
        down_in += _HEAD_IN + _PANEL_IN
        box = (_LEFT_IN / sheet.width_in, 1 - down_in / height_in, width, _PANEL_IN / height_in)
        axes = figure.add_axes(box, label=panel.name if panel else "reps")
        tidy(axes)
        if panel:
            _draw_panel(axes, sheet, panel, series)
        else:
            _draw_volume(axes, sheet, series)
        _draw_weeks(axes, sheet)
        axes.tick_params(axis="x", labelbottom=panel is None)
    figure.axes[-1].set_xlabel("week of", fontsize=8, labelpad=2)
    legend(figure, handles, columns)


def _series(progress: Progress) -> list[_Series]:
    begin = progress.weeks[0].begin
    made: list[_Series] = []
    for side in SIDES:
        if any(side in week.sides for week in progress.weeks):
            points = [
                (_place(point.when, begin), point.sides[side]) for point in progress.points if side in point.sides
            ]
            weeks = tuple(week.sides.get(side) for week in progress.weeks)
            made.append(_Series(_OF_SIDE[side], weeks, tuple(points)))
    told = sum(one.reps for week in progress.weeks for one in week.sides.values())
    if not made or told < sum(week.figures.reps for week in progress.weeks):
        weeks = tuple(week.figures if week.sessions else None for week in progress.weeks)
        both = tuple((_place(point.when, begin), point.figures) for point in progress.points)
        made.insert(0, _Series(_ALL, weeks, both))
    return made


def _foremost(series: Sequence[_Series]) -> Sequence[_Series]:
    """All together where that is drawn, since there is no room for everything of everything."""
    return [one for one in series if one.line is _ALL] or series


def _place(when: datetime, begin: date) -> float:
    """Weeks since the first one began."""
    passed = when.replace(tzinfo=None) - datetime(begin.year, begin.month, begin.day)  # noqa: DTZ001 - local, both
    return passed / timedelta(days=7)


def _percents(share: float | None) -> float | None:
    return None if share is None else 100.0 * share


def _known(panel: _Panel, series: _Series) -> list[float]:
    values = [panel.value(one) for one in series.weeks if one is not None]
    return [value for value in values if value is not None]


def _draw_panel(axes: Axes, sheet: ProgressSheet, panel: _Panel, series: Sequence[_Series]) -> None:
    from matplotlib.ticker import MaxNLocator

    for one in series:
        values = [None if figures is None else panel.value(figures) for figures in one.weeks]
        axes.plot(
            [number + 0.5 for number in range(len(values))], [nan if value is None else value for value in values],
            color=INK, linewidth=0.9, markersize=6 if len(values) <= _NUMBERED[sheet.size] else 4,
            linestyle=one.line.style, marker=one.line.marker, markerfacecolor=one.line.colour, markeredgecolor=INK,
            markeredgewidth=0.8, zorder=3,
        )  # fmt: skip
    seen = [value for one in series for value in _known(panel, one)]
    for one in _foremost(series):
        small = [(at, value) for at, figures in one.points if (value := panel.value(figures)) is not None]
        seen += [value for _, value in small]
        axes.plot(
            [at for at, _ in small], [value for _, value in small], linestyle="none", marker=one.line.marker,
            markersize=2.8, markerfacecolor="white", markeredgecolor=GREY, markeredgewidth=0.5, zorder=2,
        )  # fmt: skip
    low, high = _limits(axes, sheet, panel, seen)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.yaxis.set_major_formatter("{x:g}" + panel.unit)
    axes.set_title(_heading(panel, series), loc="left", fontsize=_HEAD_PT[sheet.size], pad=3)


def _limits(axes: Axes, sheet: ProgressSheet, panel: _Panel, seen: list[float]) -> tuple[float, float]:
    if panel is _ADHERENCE:
        return -8.0, 108.0  # marks are whole at either end
    if panel is not _RANGE:
        return 0.0, max(1.15 * max(seen), 5.0)
    if sheet.rom_deg is not None:
        ends = [end for end in (sheet.rom_deg.min, sheet.rom_deg.max) if end is not None]
        seen = [*seen, *ends]
    middle, half = (max(seen) + min(seen)) / 2, max((max(seen) - min(seen)) / 2 * 1.2, _LEAST_SPAN / 2)
    low, high = max(middle - half, 0.0), middle + half
    if sheet.rom_deg is not None:
        least = low if sheet.rom_deg.min is None else sheet.rom_deg.min
        most = high if sheet.rom_deg.max is None else sheet.rom_deg.max
        axes.axhspan(least, most, facecolor=BAND, linewidth=0, zorder=0.5)
    return low, high


def _heading(panel: _Panel, series: Sequence[_Series]) -> str:
    """The first week and the last, of each side where they are apart."""
    said: list[str] = []
    for one in _foremost(series):
        known = [f"{value:.0f}{panel.unit}" for value in _known(panel, one)]
        if known:
            change = known[0] if len(known) == 1 else f"{known[0]} → {known[-1]}"
            said.append(change if one.line is _ALL else f"{one.line.label} {change}")
    return f"{panel.name}: {', '.join(said)}"


def _draw_volume(axes: Axes, sheet: ProgressSheet, series: Sequence[_Series]) -> None:
    from matplotlib.ticker import MaxNLocator

    drawn = _foremost(series)
    width = _BAR / len(drawn)
    bars = len(drawn) * len(sheet.progress.weeks)
    most = max(one.reps for those in drawn for one in those.weeks if one is not None)
    for number, one in enumerate(drawn):
        places = [week + 0.5 + (number - (len(drawn) - 1) / 2) * width for week in range(len(one.weeks))]
        reps = [0 if figures is None else figures.reps for figures in one.weeks]
        axes.bar(
            places, reps, width, facecolor=one.line.colour, alpha=0.6, hatch=one.line.hatch, edgecolor=INK,
            linewidth=0.6, zorder=2,
        )  # fmt: skip
        for at, count in zip(places, reps, strict=True):
            if count and bars <= _NUMBERED[sheet.size]:
                axes.annotate(
                    str(count), (at, count), xytext=(0, 1.5), textcoords="offset points", ha="center", va="bottom",
                    fontsize=6.5, zorder=4,
                )  # fmt: skip
    axes.set_ylim(0.0, max(1.2 * most, 5.0))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=2))
    axes.set_title("reps a week", loc="left", fontsize=_HEAD_PT[sheet.size], pad=3)


def _draw_weeks(axes: Axes, sheet: ProgressSheet) -> None:
    """The weeks by their first day, and where pain was told."""
    weeks = sheet.progress.weeks
    axes.set_xlim(0.0, max(len(weeks), _LEAST_WEEKS))
    every = 1 + (len(weeks) - 1) // _LABELS[sheet.size]
    shown = range(0, len(weeks), every)
    years = [weeks[at].begin.year for at in shown]
    labels = [
        _day(weeks[at].begin) + (f"\n{year}" if number == 0 or year != years[number - 1] else "")
        for number, (at, year) in enumerate(zip(shown, years, strict=True))
    ]
    axes.set_xticks([at + 0.5 for at in shown], labels)
    for week in (*shown, len(weeks)):
        axes.axvline(week, color=MISSING, linewidth=0.3, alpha=0.5, zorder=0)
    for point in sheet.progress.points:
        if point.pain:
            at = _place(point.when, weeks[0].begin)
            axes.axvline(at, color=PARTIAL_INK, linewidth=1.2, linestyle=(0, (1, 1)), zorder=1)


def _day(day: date) -> str:
    """In English whatever the system speaks, as all else in the picture."""
    return f"{day.day}\u00a0{_MONTHS[day.month - 1]}"


def _legend(sheet: ProgressSheet, series: Sequence[_Series]) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Artist] = []
    for one in series:
        line = one.line
        handles.append(
            Line2D(
                [], [], linestyle=line.style, color=INK, linewidth=0.9, marker=line.marker, markersize=6,
                markerfacecolor=line.colour, markeredgecolor=INK, markeredgewidth=0.8,
                label="a week" if len(series) == 1 else f"{line.label}, a week",
            )
        )  # fmt: skip
    handles.append(
        Line2D(
            [], [], linestyle="none", marker=series[0].line.marker, markersize=3, markerfacecolor="white",
            markeredgecolor=GREY, markeredgewidth=0.5, label="a session",
        )
    )  # fmt: skip
    if sheet.rom_deg is not None:
        handles.append(Patch(facecolor=BAND, label="prescribed"))
    if any(point.pain for point in sheet.progress.points):
        handles.append(Line2D([], [], color=PARTIAL_INK, linewidth=1.2, linestyle=(0, (1, 1)), label="pain reported"))
    return handles
