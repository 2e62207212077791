"""How much each phase varies: its duration over the reps, with what is prescribed, the mean and the spread of a set."""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from repclip.report.plots.sheet import (
    BAND,
    GREY,
    INK,
    MISSING,
    Sheet,
    Size,
    legend,
    legend_rows,
    percent,
    say_nothing,
    tidy,
    tint,
    title,
    title_in,
)
from repclip.session.statistics import Spread, adherence, is_certain, phase_s, spread, verdict
from repclip.session.tempo import Verdict
from repsignal import Phase, Rep, SetEnd

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["MARKERS", "draw_consistency"]

MARKERS: Final = {Verdict.SHORT: "v", Verdict.ON: "o", Verdict.LONG: "^", None: "o"}
_PANEL_IN, _HEAD_IN, _FOOT_IN, _LEFT_IN, _RIGHT_IN = 1.12, 0.27, 0.42, 0.45, 0.12
_BETWEEN: Final = 1  # places between two sets
_MOST_LABELS: Final = {Size.PAGE: 40, Size.PHONE: 16}


def draw_consistency(figure: Figure, sheet: Sheet) -> None:
    """Draw on an empty figure."""
    if not sheet.reps:
        say_nothing(figure, sheet, "No whole rep to compare" if sheet.report.sets else sheet.no_reps)
        return
    phases = [phase for phase in sheet.reps[0].phases if any(phase_s(rep, phase) is not None for rep in sheet.reps)]
    placed = _placed(sheet)
    lines = sheet.heading(*(["One rep: nothing to compare it with."] if len(sheet.reps) == 1 else []))
    handles = _legend(sheet)
    columns, legend_in = legend_rows(sheet, handles)
    top_in = title_in(sheet, lines)
    height_in = top_in + len(phases) * (_HEAD_IN + _PANEL_IN) + _FOOT_IN + legend_in
    figure.set_size_inches(sheet.width_in, height_in)
    title(figure, sheet, lines)
    width = 1 - (_LEFT_IN + _RIGHT_IN) / sheet.width_in
    down_in = top_in
    for phase in phases:
        down_in += _HEAD_IN + _PANEL_IN
        box = (_LEFT_IN / sheet.width_in, 1 - down_in / height_in, width, _PANEL_IN / height_in)
        axes = figure.add_axes(box, label=phase.value)
        _draw_phase(axes, sheet, phase, placed)
        axes.tick_params(axis="x", labelbottom=phase is phases[-1])
    figure.axes[-1].set_xlabel("rep", fontsize=8, labelpad=2)
    legend(figure, handles, columns)


def _placed(sheet: Sheet) -> list[tuple[SetEnd, int]]:
    """Sets with reps, and the place of the first rep of each."""
    placed: list[tuple[SetEnd, int]] = []
    at = 0
    for one in sheet.report.sets:
        if one.reps:
            placed.append((one, at))
            at += len(one.reps) + _BETWEEN
    return placed


def _draw_phase(axes: Axes, sheet: Sheet, phase: Phase, placed: list[tuple[SetEnd, int]]) -> None:
    from matplotlib.ticker import MaxNLocator

    tidy(axes)
    places = [at + number for one, at in placed for number in range(len(one.reps))]
    seconds = [value for rep in sheet.reps if (value := phase_s(rep, phase)) is not None]
    target = sheet.tempo.target(phase)
    highest_s = max(seconds)
    if target is not None and target.max_s is not None:
        low_s = 0.0 if target.optional else max(target.min_s - target.tolerance_s, 0.0)
        high_s = target.max_s + target.tolerance_s
        axes.axhspan(low_s, high_s, facecolor=BAND, linewidth=0, zorder=0.5)
        highest_s = max(highest_s, high_s)
    axes.set_xlim(-0.8, places[-1] + 0.8)
    axes.set_ylim(0.0, max(highest_s * (1.15 if len(placed) == 1 else 1.3), 0.5))  # room for the names of sets
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.yaxis.set_major_formatter("{x:g} s")
    axes.set_title(_heading(sheet, phase), loc="left", fontsize=8.5 if sheet.size is Size.PAGE else 7.5, pad=3)
    every = 1 + len(places) // _MOST_LABELS[sheet.size]
    labels = [rep.index for one, _ in placed for rep in one.reps]
    shown = [at for at, label in enumerate(labels) if label == 1 or label % every == 0]
    axes.set_xticks([places[at] for at in shown], [str(labels[at]) for at in shown])
    for one, at in placed:
        if len(placed) > 1 and phase is sheet.reps[0].first_phase:
            axes.annotate(
                f"set {one.index}", (at, 1.0), xycoords=("data", "axes fraction"), xytext=(-3, -2),
                textcoords="offset points", ha="left", va="top", fontsize=7, color=GREY,
            )  # fmt: skip
        if at:
            axes.axvline(at - (1 + _BETWEEN) / 2, color=MISSING, linewidth=0.6, linestyle=":")
        measured = spread(one.reps, phase)
        if measured is not None:
            _draw_spread(axes, measured, at - 0.4, at + len(one.reps) - 0.6)
        for number, rep in enumerate(one.reps):
            _draw_point(axes, sheet, rep, phase, at + number)


def _heading(sheet: Sheet, phase: Phase) -> str:
    """The phase, its mean over all sets, and how much of it was on tempo."""
    measured = spread(sheet.reps, phase)
    words = phase.value
    if measured is not None:
        words += f": {measured.mean_s:.1f}"
        words += " s" if measured.sd_s is None else f" ± {measured.sd_s:.1f} s"
    if measured is not None and measured.variation is not None:
        words += f", varies by {percent(measured.variation)}"
    found = adherence(sheet.reps, sheet.tempo, [phase])
    return words + (f" · {found.on} of {found.judged} on tempo" if found.judged else "")


def _draw_spread(axes: Axes, measured: Spread, left: float, right: float) -> None:
    """The mean of a set, and one standard deviation to either side."""
    if measured.sd_s is not None:
        for bound_s in (measured.mean_s - measured.sd_s, measured.mean_s + measured.sd_s):
            axes.plot([left, right], [bound_s, bound_s], color=INK, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1.5)
    axes.plot([left, right], [measured.mean_s, measured.mean_s], color=INK, linewidth=1.1, zorder=1.5)


def _draw_point(axes: Axes, sheet: Sheet, rep: Rep, phase: Phase, at: int) -> None:
    seconds = phase_s(rep, phase)
    if seconds is None:
        if phase is not Phase.PAUSE:  # none follows the last rep
            axes.annotate(
                "?", (at, 0.0), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=8,
                color=GREY,
            )  # fmt: skip
        return
    sure = is_certain(rep, phase)
    face = tint(phase) if sure else "white"
    axes.plot(
        at, seconds, linestyle="none", marker=MARKERS[verdict(rep, phase, sheet.tempo)], markersize=6,
        markerfacecolor=face, markeredgecolor=INK if sure else MISSING, markeredgewidth=0.8, zorder=3,
    )  # fmt: skip


def _legend(sheet: Sheet) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def point(marker: str, label: str, *, sure: bool = True) -> Line2D:
        return Line2D(
            [], [], linestyle="none", marker=marker, markersize=6, markerfacecolor="white", label=label,
            markeredgecolor=INK if sure else MISSING, markeredgewidth=0.8,
        )  # fmt: skip

    known = [(rep, phase) for rep in sheet.reps for phase in Phase if phase_s(rep, phase) is not None]
    verdicts = {verdict(rep, phase, sheet.tempo) for rep, phase in known}
    words = {Verdict.SHORT: "too short", Verdict.ON: "on tempo", Verdict.LONG: "too long"}
    handles: list[Artist] = [point(MARKERS[which], label) for which, label in words.items() if which in verdicts]
    if sheet.tempo:
        handles.append(Patch(facecolor=BAND, label="prescribed"))
    handles.append(Line2D([], [], color=INK, linewidth=1.1, label="mean of the set"))
    handles.append(Line2D([], [], color=INK, linewidth=0.7, linestyle=(0, (2, 2)), label="± standard deviation"))
    if not all(is_certain(rep, phase) for rep, phase in known):
        handles.append(point("o", "may be off by over 0.25 s: does not count", sure=False))
    if any(phase_s(rep, phase) is None for rep in sheet.reps for phase in tuple(Phase)[:3]):
        handles.append(Line2D([], [], linestyle="none", marker="$?$", color=GREY, label="not known"))
    if len(sheet.reps) == 1:
        handles = [handle for handle in handles if "standard" not in str(handle.get_label())]
    return handles
