"""All reps laid over one another: the angle of the limb since each lift began, and the mean."""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from repclip.report.cycles import begin_s, in_order
from repclip.report.plots.sheet import (
    COLOURS,
    INK,
    Sheet,
    legend,
    legend_rows,
    say_nothing,
    tidy,
    title,
    title_in,
    wrapped,
)
from repclip.wording import counted
from repsignal import Hole, Phase, Rep, SetEnd
from repsignal.types import FloatArray

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

__all__ = ["BEFORE_S", "draw_overlay"]

BEFORE_S: Final = 0.5  # before the lift
_AFTER_S: Final = 1.0  # after the arrival at the bottom
_STEP_S: Final = 0.02
_STYLES: Final = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))
_SET_COLOURS: Final = ("#0072B2", "#D55E00", COLOURS[Phase.HOLD], "#CC79A7")
_LEFT_IN, _RIGHT_IN, _FOOT_IN = 0.5, 0.12, 0.42


def draw_overlay(figure: Figure, sheet: Sheet) -> None:
    """Draw on an empty figure."""
    from matplotlib.lines import Line2D

    end_s = _end_s(sheet)
    grid_s = np.arange(-BEFORE_S, end_s + _STEP_S, _STEP_S)
    laid = [
        (one, [curve for rep in one.reps if (curve := _curve(rep, one, sheet.report.gaps, grid_s)) is not None])
        for one in sheet.report.sets
    ]
    curves = [curve for _, ones in laid for curve in ones]
    if not curves:
        say_nothing(figure, sheet, "No rep whose beginning is known" if sheet.report.sets else sheet.no_reps)
        return
    left_out = len(sheet.reps) - len(curves)
    said = [f"{counted(len(curves), 'rep')}, each from the beginning of its {sheet.first_stroke} on."]
    if left_out:
        said.append(f"{left_out} left out: where the {sheet.first_stroke} began is not known.")
    lines = [line for text in said for line in wrapped(text, sheet)]
    handles: list[Artist] = []
    drawn = [(number, one, ones) for number, (one, ones) in enumerate(laid) if ones]
    for number, one, ones in drawn:
        handles.append(
            Line2D(
                [],
                [],
                linewidth=1.3,
                color=_SET_COLOURS[number % 4],
                linestyle=_STYLES[number % 4],
                label=f"set {one.index}: {counted(len(ones), 'rep')}",
            )
        )
    if len(curves) > 1:
        handles.append(Line2D([], [], color=INK, linewidth=2.6, label="mean"))
    columns, legend_in = legend_rows(sheet, handles)
    top_in = title_in(sheet, lines) + 0.1
    plot_in = 0.72 * sheet.width_in * 0.72
    height_in = top_in + plot_in + _FOOT_IN + legend_in
    figure.set_size_inches(sheet.width_in, height_in)
    title(figure, sheet, lines)
    axes = figure.add_axes(
        (
            _LEFT_IN / sheet.width_in,
            (_FOOT_IN + legend_in) / height_in,
            1 - (_LEFT_IN + _RIGHT_IN) / sheet.width_in,
            plot_in / height_in,
        )
    )
    tidy(axes)
    thin = 1.0 if len(curves) <= 12 else 0.7
    for number, _, ones in drawn:
        for curve in ones:
            axes.plot(
                grid_s, curve, linewidth=thin, alpha=0.75, color=_SET_COLOURS[number % 4],
                linestyle=_STYLES[number % 4], zorder=2,
            )  # fmt: skip
    if len(curves) > 1:
        axes.plot(grid_s, _mean(np.array(curves)), color="white", linewidth=4.4, zorder=3)
        axes.plot(grid_s, _mean(np.array(curves)), color=INK, linewidth=2.6, zorder=4, label="mean")
    axes.axvline(0.0, color="#999999", linewidth=0.6, zorder=1)
    axes.set_xlim(-BEFORE_S, end_s)
    axes.grid(linewidth=0.4, color="#e4e4e4")
    axes.set_xlabel(f"seconds since the {sheet.first_stroke} began", fontsize=8, labelpad=2)
    axes.set_ylabel("angle (°)", fontsize=8)
    legend(figure, handles, columns)


def _end_s(sheet: Sheet) -> float:
    """As long as the longest rep, though not much longer than most."""
    lengths = [rep.end_s - rep.start_s for rep in sheet.reps if rep.start_s is not None and rep.end_s is not None]
    return min(max(lengths), 1.7 * median(lengths)) + _AFTER_S if lengths else 5.0


def _curve(rep: Rep, one: SetEnd, gaps: tuple[Hole, ...], grid_s: FloatArray) -> FloatArray | None:
    """(len(grid_s),) degrees, NaN before and after the rep and where samples are missing."""
    trace = one.trace
    if rep.start_s is None or len(trace.time_s) < 2:
        return None
    at_s = grid_s + rep.start_s
    angle_deg = np.interp(at_s, trace.time_s, trace.angle_deg, left=np.nan, right=np.nan)
    last_s = min(
        (begin_s(cycle) for cycle in in_order(one) if begin_s(cycle) > rep.start_s), default=math.inf
    )  # the next one's beginning is not this one's end
    if rep.end_s is not None:
        last_s = min(last_s, rep.end_s + _AFTER_S)
    angle_deg[at_s > last_s] = np.nan
    for gap in gaps:
        if not gap.bridged:
            # where its end is not known, what comes after the gap may be the next one
            end_s = gap.end_s if rep.end_s is not None or gap.start_s < rep.start_s else math.inf
            angle_deg[(at_s > gap.start_s) & (at_s < end_s)] = np.nan
    return None if np.isnan(angle_deg).all() else angle_deg


def _mean(curves: FloatArray) -> FloatArray:
    """The mean over (reps, times), NaN where fewer than half of the reps are known.

    A rep that is over counts where it ended: the mean would leap with each that leaves it.
    """
    held = curves.copy()
    for curve in held:
        last = int(np.flatnonzero(np.isfinite(curve))[-1])
        curve[last + 1 :] = curve[last]
    known = np.isfinite(held)
    count = known.sum(axis=0)
    total = np.where(known, held, 0.0).sum(axis=0)
    return np.where(2 * count >= len(held), total / np.maximum(count, 1), np.nan)
