"""The tempo of each rep: a row of bars, stacked by phase on a scale of seconds, against what is prescribed.

A band hangs from where a phase began: it is where that phase was to end. A bar that ends inside its band is on tempo;
any other has a heavy edge, and says in figures and with an arrow which way it is off.
"""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from repclip.report.cycles import in_order, is_full, name_of, set_title
from repclip.report.plots.blocks import Block, blocks
from repclip.report.plots.sheet import (
    BAND,
    GREY,
    HATCHES,
    INK,
    MISSING,
    PARTIAL,
    PARTIAL_INK,
    Sheet,
    Size,
    legend,
    legend_rows,
    percent,
    phase_patch,
    say_nothing,
    tidy,
    tint,
    title,
    title_in,
)
from repclip.report.text import FLAG_WORDS
from repclip.session.statistics import adherence, is_certain, verdict
from repclip.session.tempo import PhaseTarget, Verdict
from repclip.session.words import remarks
from repsignal import Cycle, PartialRep, Phase, SetEnd

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ARROWS", "draw_tempo"]

ARROWS: Final = {Verdict.SHORT: "◄", Verdict.LONG: "►"}
_BAR: Final = 0.62  # of a row
_LEFT_IN, _SCALE_IN, _HEAD_IN, _BETWEEN_IN = 0.38, 0.42, 0.24, 0.08
_TOO_LONG: Final = 1.7  # of the median rep: what goes on for longer is cut, or a rest would leave no room for the reps
_SET_PT: Final = {Size.PAGE: 8.5, Size.PHONE: 7.0}
_FEW: Final = 30  # rows: where there are more they are lower, so that 3 × 20 fit on a page


@dataclass(frozen=True, slots=True)
class _Row:
    cycle: Cycle
    bars: list[Block]

    @property
    def end_s(self) -> float:
        return max((bar.end_s for bar in self.bars), default=0.0)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where things are on the paper. ``end_s`` is the right edge of the axes."""

    end_s: float
    per_s_in: float
    row_in: float

    def fits(self, text: str, seconds: float, size_pt: float, *, bold: bool = False) -> bool:
        """Whether a text is no wider than a bar."""
        return len(text) * size_pt * (0.68 if bold else 0.62) / 72 <= seconds * self.per_s_in + 0.02


def draw_tempo(figure: Figure, sheet: Sheet) -> None:
    """Draw on an empty figure."""
    sets = [(one, [_Row(cycle, blocks(cycle, one)) for cycle in in_order(one)]) for one in sheet.report.sets]
    sets = [(one, rows) for one, rows in sets if rows]
    every = [row for _, rows in sets for row in rows]
    if not every:
        say_nothing(figure, sheet, sheet.no_reps)
        return
    lines = sheet.heading()
    handles = _legend(sheet, every)
    columns, legend_in = legend_rows(sheet, handles)
    row_in = 0.2 if len(every) <= _FEW else 0.152
    top_in = title_in(sheet, lines)
    rows_in = sum(_HEAD_IN + row_in * len(rows) + _BETWEEN_IN for _, rows in sets)
    height_in = top_in + rows_in + _SCALE_IN + legend_in
    figure.set_size_inches(sheet.width_in, height_in)
    title(figure, sheet, lines)
    right_in = _remarks_in(sheet, every)
    width_in = sheet.width_in - _LEFT_IN - right_in
    end_s = _end_s(every)
    scale = _Scale(end_s, width_in / end_s, row_in)
    down_in = top_in
    axes: Axes | None = None
    for one, rows in sets:
        down_in += _HEAD_IN
        high_in = row_in * len(rows)
        box = (
            _LEFT_IN / sheet.width_in,
            1 - (down_in + high_in) / height_in,
            width_in / sheet.width_in,
            high_in / height_in,
        )
        axes = figure.add_axes(box, label=f"set {one.index}")
        _draw_set(axes, sheet, one, rows, scale)
        down_in += high_in + _BETWEEN_IN
    if axes is not None:
        axes.tick_params(axis="x", bottom=True, labelbottom=True)
        axes.set_xlabel(f"seconds since the {sheet.first_stroke} began", fontsize=8, labelpad=2)
    legend(figure, handles, columns)


def _end_s(rows: list[_Row]) -> float:
    longest_s = max(row.end_s for row in rows)
    usual_s = median(row.end_s for row in rows)
    return max(min(longest_s * 1.01, _TOO_LONG * usual_s), 1.0)


def _remarks_in(sheet: Sheet, rows: list[_Row]) -> float:
    """How much room is left for remarks, at the right of the bars."""
    letters = max(len(_remark(row.cycle, sheet)) for row in rows)
    return 0.12 + letters * 7 * 0.56 / 72


def _remark(cycle: Cycle, sheet: Sheet) -> str:
    words = [FLAG_WORDS.get(flag, flag.value) for flag in cycle.flags]
    words += remarks(sheet.flags_of(cycle))
    if isinstance(cycle, PartialRep):
        words.insert(0, f"partial, {cycle.rom_deg:.0f}°")
    if sheet.size is Size.PHONE:
        return words[0].partition(",")[0] + (" +" if len(words) > 1 else "") if words else ""
    return ", ".join(words)


def _draw_set(axes: Axes, sheet: Sheet, one: SetEnd, rows: list[_Row], scale: _Scale) -> None:
    from matplotlib.ticker import MultipleLocator

    found = adherence(one.reps, sheet.tempo)
    several = len(sheet.report.sets) > 1
    scored = f" · {percent(found.share)} on tempo" if several and found.share is not None else ""
    axes.set_title(set_title(one) + scored, loc="left", fontsize=_SET_PT[sheet.size], fontweight="bold", pad=3)
    axes.set_xlim(0.0, scale.end_s)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    tidy(axes)
    axes.set_yticks(range(len(rows)), [name_of(row.cycle) for row in rows])
    axes.tick_params(axis="y", length=0, pad=3)
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.xaxis.set_major_locator(MultipleLocator(_tick_s(scale)))
    axes.grid(axis="x", linewidth=0.4, color="#e4e4e4")
    axes.spines["left"].set_color(MISSING)
    axes.spines["bottom"].set_color(MISSING)
    for at, row in enumerate(rows):
        if not is_full(row.cycle):
            axes.get_yticklabels()[at].set_color(PARTIAL_INK)
        for bar in row.bars:
            _draw_bar(axes, sheet, row.cycle, bar, at, scale)
        if row.end_s > scale.end_s:
            _cut(axes, row, at, scale)
        remark = _remark(row.cycle, sheet)
        if remark:
            axes.annotate(
                remark, (1.0, at), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
                ha="left", va="center", fontsize=7, color=GREY if is_full(row.cycle) else PARTIAL_INK,
            )  # fmt: skip


def _tick_s(scale: _Scale) -> float:
    """Whole seconds between two lines, a third of an inch apart at least."""
    return next((step for step in (1.0, 2.0, 5.0, 10.0, 20.0) if step * scale.per_s_in >= 0.3), 60.0)


def _draw_bar(axes: Axes, sheet: Sheet, cycle: Cycle, bar: Block, at: int, scale: _Scale) -> None:
    width_s = bar.end_s - bar.start_s
    if isinstance(cycle, PartialRep):
        axes.barh(at, width_s, _BAR, bar.start_s, facecolor="white", edgecolor=PARTIAL, hatch="...", linewidth=0.8)
        return
    if not bar.known:
        _draw_unknown(axes, bar, at, scale)
        return
    (phase,) = bar.phases
    judged = verdict(cycle, phase, sheet.tempo) if is_full(cycle) else None
    target = sheet.tempo.target(phase)
    if target is not None and is_full(cycle):
        _draw_band(axes, bar.start_s, target, at)
    edge = MISSING if phase is Phase.PAUSE else "white"
    axes.barh(
        at, width_s, _BAR, bar.start_s, facecolor=tint(phase), edgecolor=edge, hatch=HATCHES[phase], linewidth=0.6
    )
    arrow = ARROWS.get(judged, "") if judged is not None else ""
    if arrow:  # above its neighbours: the edge is whole
        axes.barh(at, width_s, _BAR, bar.start_s, facecolor="none", edgecolor=INK, linewidth=1.3, zorder=3)
    doubt = "" if is_certain(cycle, phase) else "?"
    _label(axes, bar, at, scale, f"{width_s:.1f}{doubt}", arrow)


def _draw_band(axes: Axes, start_s: float, target: PhaseTarget, at: int) -> None:
    """Where this phase was to end."""
    if target.max_s is None:
        return
    low_s = 0.0 if target.optional else max(target.min_s - target.tolerance_s, 0.0)
    width_s = target.max_s + target.tolerance_s - low_s
    axes.barh(at, max(width_s, 0.02), 1.0, start_s + low_s, color=BAND, linewidth=0, zorder=0.8)


def _draw_unknown(axes: Axes, bar: Block, at: int, scale: _Scale) -> None:
    dashed = bar.seconds is None
    axes.barh(
        at, bar.end_s - bar.start_s, _BAR, bar.start_s, facecolor="white", edgecolor=MISSING, hatch="xxxx",
        linewidth=0.9, linestyle=(0, (2, 1.5)) if dashed else "-",
    )  # fmt: skip
    words = "+".join(bar.phases) + " ?"
    _label(axes, bar, at, scale, words if scale.fits(words, bar.end_s - bar.start_s, 6.5) else "?", "")


def _label(axes: Axes, bar: Block, at: int, scale: _Scale, figures: str, arrow: str) -> None:
    """Figures in a bar, if they fit; what is off tempo is said in any case."""
    from matplotlib.patheffects import withStroke

    size_pt = 7.0 if scale.row_in > 0.17 else 6.5
    shown_s = min(bar.end_s, scale.end_s) - bar.start_s
    text = f"{figures} {arrow}" if arrow else figures
    if shown_s < 0.0:
        return
    if not scale.fits(text, shown_s, size_pt, bold=bool(arrow)):
        if not arrow:
            return
        text = arrow
    written = axes.text(
        bar.start_s + shown_s / 2, at, text, ha="center", va="center_baseline", fontsize=size_pt, zorder=4,
        fontweight="bold" if arrow else "normal", color=INK,
    )  # fmt: skip
    written.set_path_effects([withStroke(linewidth=2.0, foreground="white")])


def _cut(axes: Axes, row: _Row, at: int, scale: _Scale) -> None:
    """A row that is longer than the paper says how long it is."""
    axes.text(
        scale.end_s, at, f"… to {row.end_s:.1f} s", ha="right", va="center_baseline", fontsize=6.5, zorder=5, color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def _legend(sheet: Sheet, rows: list[_Row]) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    bars = [(row.cycle, bar) for row in rows for bar in row.bars]
    seen = {bar.phases[0] for _, bar in bars if bar.known}
    handles: list[Artist] = [phase_patch(phase) for phase in Phase if phase in seen]
    if sheet.tempo:
        handles.append(Patch(facecolor=BAND, label="where the phase was to end"))
    verdicts = {verdict(cycle, bar.phases[0], sheet.tempo) for cycle, bar in bars if bar.known and is_full(cycle)}
    words = {Verdict.SHORT: "too short", Verdict.LONG: "too long"}
    for which, arrow in ARROWS.items():
        if which in verdicts:
            handles.append(
                Line2D([], [], linestyle="none", marker=f"${arrow}$", color=INK, markersize=6, label=words[which])
            )
    if any(isinstance(row.cycle, PartialRep) for row in rows):
        handles.append(Patch(facecolor="white", edgecolor=PARTIAL, hatch="...", label="p: partial rep"))
    unknown = [bar for cycle, bar in bars if not bar.known and not isinstance(cycle, PartialRep)]
    if any(bar.seconds is not None for bar in unknown):
        handles.append(Patch(facecolor="white", edgecolor=MISSING, hatch="xxxx", label="not known where it turned"))
    if any(bar.seconds is None for bar in unknown):
        handles.append(
            Patch(facecolor="white", edgecolor=MISSING, hatch="xxxx", linestyle="--", label="length not known")
        )
    if any(bar.known and not is_certain(cycle, bar.phases[0]) for cycle, bar in bars):
        handles.append(Line2D([], [], linestyle="none", marker="$?$", color=INK, label="may be off by over 0.25 s"))
    return handles
