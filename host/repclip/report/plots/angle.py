"""The angle of the limb over time, phases shaded, reps numbered."""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from repclip.report.cycles import begin_s, end_s, in_order, is_full, name_of, set_title
from repclip.report.plots.sheet import (
    ALPHAS,
    COLOURS,
    GREY,
    HATCHES,
    INK,
    MARKED,
    MISSING,
    PARTIAL,
    PARTIAL_INK,
    Sheet,
    Size,
    legend,
    legend_rows,
    phase_patch,
    say_nothing,
    tidy,
    title,
    title_in,
)
from repsignal import Cycle, CycleFlag, Hole, Phase, SetEnd

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_angle"]

_MARGIN_S: Final = 1.0  # of the neighbours, where a set goes on in the next panel
_PANEL_S: Final = {Size.PAGE: 80.0, Size.PHONE: 30.0}  # wider, and the numbers of 5 s reps run into one another
_PANEL_IN: Final = {Size.PAGE: 1.9, Size.PHONE: 1.5}
_HEAD_IN, _TICKS_IN, _FOOT_IN, _LEFT_IN, _RIGHT_IN = 0.26, 0.2, 0.2, 0.5, 0.12
_SHADED: Final = (Phase.LIFT, Phase.HOLD, Phase.LOWER)
_POINTS: Final = 4000  # of the curve in a panel: more than a printer resolves


@dataclass(frozen=True, slots=True)
class _Panel:
    """A stretch of a set that is drawn on one pair of axes."""

    one: SetEnd
    cycles: Sequence[Cycle]
    start_s: float
    end_s: float
    title: str


def draw_angle(figure: Figure, sheet: Sheet) -> None:
    """Draw on an empty figure."""
    panels = list(_panels(sheet))
    if not panels:
        say_nothing(figure, sheet, sheet.no_reps)
        return
    handles = _legend(sheet, panels)
    columns, legend_in = legend_rows(sheet, handles)
    top_in = title_in(sheet, ())
    each_in = _HEAD_IN + _PANEL_IN[sheet.size] + _TICKS_IN
    height_in = top_in + each_in * len(panels) + _FOOT_IN + legend_in
    figure.set_size_inches(sheet.width_in, height_in)
    title(figure, sheet, ())
    span_s = max(panel.end_s - panel.start_s for panel in panels)
    for row, panel in enumerate(panels):
        low_in = height_in - top_in - each_in * (row + 1) + _TICKS_IN
        axes = figure.add_axes(
            (
                _LEFT_IN / sheet.width_in,
                low_in / height_in,
                1 - (_LEFT_IN + _RIGHT_IN) / sheet.width_in,
                _PANEL_IN[sheet.size] / height_in,
            )
        )
        _draw_panel(axes, panel, sheet.report.gaps)
        axes.set_xlim(panel.start_s, panel.start_s + span_s)  # one time scale: a second is as wide everywhere
    figure.axes[-1].set_xlabel("time from the first sample (s)", fontsize=8, labelpad=2)
    legend(figure, handles, columns)


def _panels(sheet: Sheet) -> Iterator[_Panel]:
    for one in sheet.report.sets:
        if not len(one.trace.time_s):
            continue
        parts = _split([cycle for cycle in in_order(one) if math.isfinite(begin_s(cycle))], _PANEL_S[sheet.size])
        for number, part in enumerate(parts):
            from_s = begin_s(part[0]) - _MARGIN_S if number else float(one.trace.time_s[0])
            to_s = begin_s(parts[number + 1][0]) + _MARGIN_S if number + 1 < len(parts) else float(one.trace.time_s[-1])
            yield _Panel(one, part, from_s, to_s, set_title(one) if not number else f"Set {one.index}, continued")


def _split(cycles: Sequence[Cycle], panel_s: float) -> list[list[Cycle]]:
    """Consecutive cycles in groups of much the same duration, each of some ``panel_s`` at most."""
    if not cycles:
        return [[]]
    first_s = begin_s(cycles[0])
    total_s = max(end_s(cycles[-1]) - first_s, 1e-6)
    groups = math.ceil(total_s / panel_s)

    def group(cycle: Cycle) -> int:
        return min(int((begin_s(cycle) - first_s) / total_s * groups), groups - 1)

    return [list(members) for _, members in itertools.groupby(cycles, key=group)]


def _draw_panel(axes: Axes, panel: _Panel, gaps: tuple[Hole, ...]) -> None:
    one = panel.one
    lost = _lost(gaps, panel)
    time_s, angle_deg = one.trace.time_s, one.trace.angle_deg
    inside = (time_s >= panel.start_s) & (time_s <= panel.end_s)
    every = max(1, int(inside.sum()) // _POINTS)
    time_s, angle_deg = time_s[inside][::every], angle_deg[inside][::every].copy()
    for gap in lost:
        angle_deg[(time_s > gap.start_s) & (time_s < gap.end_s)] = np.nan
        axes.axvspan(gap.start_s, gap.end_s, facecolor="white", edgecolor=MISSING, hatch="xxx", linewidth=0, zorder=1.5)
    axes.plot(time_s, angle_deg, color=INK, linewidth=1.2, zorder=3)
    for cycle in panel.cycles:
        _draw_cycle(axes, cycle, panel)
    low, high = float(np.nanmin(one.trace.angle_deg)), float(np.nanmax(one.trace.angle_deg))
    height = max(high - low, 1.0)
    axes.set_ylim(low - 0.05 * height, high + 0.3 * height)  # above: room for the numbers
    axes.set_title(panel.title, loc="left", fontsize=8.5, fontweight="bold", pad=3)
    axes.set_ylabel("angle (°)", fontsize=8)
    axes.ticklabel_format(axis="x", style="plain", useOffset=False)  # seconds are seconds, after any gap
    axes.grid(axis="y", linewidth=0.4, color="#cccccc")
    tidy(axes)


def _lost(gaps: tuple[Hole, ...], panel: _Panel) -> list[Hole]:
    return [gap for gap in gaps if not gap.bridged and gap.end_s > panel.start_s and gap.start_s < panel.end_s]


def _draw_cycle(axes: Axes, cycle: Cycle, panel: _Panel) -> None:
    from matplotlib.patheffects import withStroke

    full = is_full(cycle)
    from_s = begin_s(cycle) if CycleFlag.CUT_OFF_START not in cycle.flags else panel.start_s
    to_s = end_s(cycle) if CycleFlag.CUT_OFF_END not in cycle.flags else panel.end_s
    middle_s = (from_s + to_s) / 2
    if full:
        bounds = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
        for phase, one_s, next_s in zip(cycle.phases, bounds[:-1], bounds[1:], strict=False):
            if one_s is not None and next_s is not None and next_s > one_s:
                hatch = HATCHES[phase]
                axes.axvspan(
                    one_s,
                    next_s,
                    facecolor=COLOURS[phase],
                    edgecolor="white",
                    hatch=hatch,
                    alpha=ALPHAS[phase],
                    linewidth=0,
                )
    else:
        axes.axvspan(from_s, to_s, facecolor="none", edgecolor=PARTIAL, hatch="..", linewidth=1)
    marks = [word for flag, word in MARKED.items() if flag in cycle.flags]
    where = axes.get_xaxis_transform()  # seconds across, parts of the axes up
    number = axes.text(
        middle_s,
        0.985,
        name_of(cycle),
        transform=where,
        ha="center",
        va="top",
        zorder=4,
        fontsize=9 if full else 8,
        fontweight="bold" if full else "normal",
        color=INK if full else PARTIAL_INK,
    )
    number.set_path_effects([withStroke(linewidth=2.5, foreground="white")])  # legible on any hatching
    if marks:
        axes.text(
            middle_s, 0.885, " ".join(marks), transform=where, ha="center", va="top", zorder=4, fontsize=7, color=GREY
        )


def _legend(sheet: Sheet, panels: Sequence[_Panel]) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    report = sheet.report
    flags = {flag for one in report.sets for cycle in in_order(one) for flag in cycle.flags}
    handles: list[Artist] = [Line2D([], [], color=INK, linewidth=1.2, label="angle above the bottom")]
    handles += [phase_patch(phase) for phase in _SHADED]
    marked = [
        ("p: partial rep", any(one.partials for one in report.sets)),
        ("c: cut off", any(one.cut_offs for one in report.sets)),
    ]
    words = ", ".join(word for word, there in marked if there)
    if words:
        handles.append(Patch(facecolor="none", edgecolor=PARTIAL, hatch="..", label=words))
    if any(_lost(report.gaps, panel) for panel in panels):
        handles.append(Patch(facecolor="white", edgecolor=MISSING, hatch="xxx", label="samples missing"))
    if CycleFlag.UNCERTAIN in flags:
        handles.append(Line2D([], [], linestyle="none", marker="$?$", color=GREY, label="uncertain by over 0.25 s"))
    return handles
