"""An analysis as a picture: the angle of the limb over time, phases shaded, reps numbered.

Colours are of Okabe and Ito's palette, which the colour-blind can tell apart; depth and hatching tell the phases
apart in grey print as well.
"""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import itertools
import math
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from repclip.analysis import AnalysisReport
from repclip.errors import OutputError, PictureFormatError
from repclip.report.text import clock
from repsignal import CutOffRep, Cycle, CycleFlag, Hole, PartialRep, Phase, SetEnd

if TYPE_CHECKING:  # half a second to import: only when something is drawn
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "draw", "picture_format", "save_picture", "show_picture"]

FORMATS: Final = ("png", "svg", "pdf")

_MARGIN_S: Final = 1.0  # of the neighbours, where a set goes on in the next panel
_PANEL_S: Final = 80.0  # wider, and the numbers of 5 s reps run into one another
_WIDTH_IN: Final = 10.0
_TITLE_LETTERS: Final = 76  # of 12 points, bold: some 0.12 in each
_PANEL_IN: Final = 2.5
_DPI: Final = 150
_LARGEST_PX: Final = 40_000  # Agg draws up to 65 536
_COLOURS: Final = {Phase.LIFT: "#E69F00", Phase.HOLD: "#009E73", Phase.LOWER: "#56B4E9"}
_ALPHAS: Final = {Phase.LIFT: 0.75, Phase.HOLD: 0.5, Phase.LOWER: 0.35}  # differ in grey print as well
_HATCHES: Final = {Phase.LIFT: "", Phase.HOLD: "////", Phase.LOWER: ""}
_LINE: Final = "#000000"
_PARTIAL: Final = "#CC79A7"
_PARTIAL_INK: Final = "#8F3F6B"  # the same, dark enough to read
_MISSING: Final = "#999999"
_GREY: Final = "#555555"
_POINTS: Final = 4000  # of the curve in a panel: more than a printer resolves
_MARKED: Final = {
    CycleFlag.GAP: "gap",
    CycleFlag.CLIPPED: "clipped",
    CycleFlag.UNCERTAIN: "?",
}


@dataclass(frozen=True, slots=True)
class _Panel:
    """A stretch of a set that is drawn on one pair of axes."""

    one: SetEnd
    cycles: Sequence[Cycle]
    start_s: float
    end_s: float
    title: str


def draw(report: AnalysisReport, *, title: str, figure: Figure | None = None) -> Figure:
    """Draw a report, on ``figure`` if one is given; nothing is written and no window opened."""
    try:
        from matplotlib.figure import Figure
    except ValueError as exc:  # of MPLBACKEND, which is looked at on import, or of a matplotlibrc
        reason = str(exc).partition(";")[0]
        raise OutputError(f"matplotlib does not start ({reason}); is MPLBACKEND right?") from exc

    panels = list(_panels(report))
    figure = Figure() if figure is None else figure
    figure.set_size_inches(_WIDTH_IN, 1.1 + _PANEL_IN * max(1, len(panels)))
    figure.set_layout_engine("constrained")
    figure.suptitle(_shortened(title), fontsize=12, fontweight="bold", parse_math=False)
    if not panels:
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.text(0.5, 0.5, f"No reps in {clock(report.duration_s)}", ha="center", va="center", fontsize=14)
        return figure
    span_s = max(panel.end_s - panel.start_s for panel in panels)
    for row, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(len(panels), 1, row)
        _draw_panel(axes, panel, report.gaps)
        axes.set_xlim(panel.start_s, panel.start_s + span_s)  # one time scale: a second is as wide everywhere
    figure.axes[-1].set_xlabel("time from the first sample (s)")
    _draw_legend(figure, report, panels)
    return figure


def _shortened(title: str) -> str:
    """A title that fits: where it is too long its middle is left out, since names differ at their ends."""
    half = _TITLE_LETTERS // 2
    return title if len(title) <= _TITLE_LETTERS else f"{title[:half]}…{title[-half:]}"


def picture_format(path: Path | None, asked: str | None = None) -> str:
    """The kind of picture that is asked for, else that the name's ending says, else the first of :data:`FORMATS`.

    Raises
    ------
    PictureFormatError
        if that is none of them, or the name ends in another than is asked for.

    """
    ending = path.suffix.lower().removeprefix(".") if path else ""
    kind = (asked or ending or FORMATS[0]).lower().removeprefix(".")
    if kind not in FORMATS:
        raise PictureFormatError(kind, FORMATS)
    if ending not in ("", kind):
        raise PictureFormatError(kind, FORMATS, ending=ending)
    return kind


def save_picture(figure: Figure, path: Path, asked: str | None = None) -> None:
    """Write a picture of the kind that :func:`picture_format` says.

    Raises
    ------
    PictureFormatError
        if we do not draw that kind.
    OutputError
        if the file cannot be written.

    """
    import matplotlib as mpl

    kind = picture_format(path, asked)
    dpi = min(_DPI, _LARGEST_PX / float(figure.get_figheight()))
    # Without a date and with a fixed salt, the same recording gives the same file.
    metadata = {"png": {"Software": "repclip"}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    try:
        with mpl.rc_context({"svg.hashsalt": "repclip", "pdf.fonttype": 42}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # a file name in any script is a title
            figure.savefig(path, format=kind, dpi=dpi, metadata=metadata)
    except OSError as exc:
        raise OutputError(
            f"cannot be written ({exc.strerror or exc}); choose another place with --output", path=path
        ) from exc


def show_picture(report: AnalysisReport, *, title: str) -> None:
    """Open a window and wait until it is closed.

    Raises
    ------
    OutputError
        where there is no display, or nothing to draw windows with.

    """
    advice = "write a file instead, with --output"
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise OutputError(f"there is no display to show a picture on; {advice}")
    try:
        import matplotlib.pyplot as plt

        figure = plt.figure()
    except (ImportError, RuntimeError, ValueError) as exc:
        raise OutputError(f"no window can be opened ({exc}); {advice}") from exc
    if figure.canvas.required_interactive_framework is None:
        raise OutputError(f"no window can be opened, as matplotlib found no toolkit to do it with; {advice}")
    draw(report, title=title, figure=figure)
    plt.show(block=True)


def _panels(report: AnalysisReport) -> Iterator[_Panel]:
    for one in report.sets:
        cycles = _cycles(one)
        if not len(one.trace.time_s):
            continue
        parts = _split(cycles)
        for number, part in enumerate(parts):
            start_s = _begin(part[0]) - _MARGIN_S if number else float(one.trace.time_s[0])
            end_s = _begin(parts[number + 1][0]) + _MARGIN_S if number + 1 < len(parts) else float(one.trace.time_s[-1])
            yield _Panel(one, part, start_s, end_s, _panel_title(one) if not number else f"Set {one.index}, continued")


def _split(cycles: Sequence[Cycle]) -> list[list[Cycle]]:
    """Consecutive cycles in groups of much the same duration, each of some :data:`_PANEL_S` at most."""
    if not cycles:
        return [[]]
    begin_s = _begin(cycles[0])
    total_s = max(_end(cycles[-1]) - begin_s, 1e-6)
    groups = math.ceil(total_s / _PANEL_S)

    def group(cycle: Cycle) -> int:
        return min(int((_begin(cycle) - begin_s) / total_s * groups), groups - 1)

    return [list(members) for _, members in itertools.groupby(cycles, key=group)]


def _panel_title(one: SetEnd) -> str:
    reps = f"{len(one.reps)} rep{'' if len(one.reps) == 1 else 's'}"
    return f"Set {one.index}: {reps}" + (f", {len(one.partials)} partial" if one.partials else "")


def _cycles(one: SetEnd) -> list[Cycle]:
    return sorted((*one.reps, *one.partials, *one.cut_offs), key=_begin)


def _known(cycle: Cycle) -> list[float]:
    stamps = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
    return [stamp for stamp in stamps if stamp is not None]


def _begin(cycle: Cycle) -> float:
    return min(_known(cycle), default=0.0)


def _end(cycle: Cycle) -> float:
    return max(_known(cycle), default=0.0)


def _draw_panel(axes: Axes, panel: _Panel, gaps: tuple[Hole, ...]) -> None:
    one = panel.one
    lost = _lost(gaps, panel)
    time_s, angle_deg = one.trace.time_s, one.trace.angle_deg
    inside = (time_s >= panel.start_s) & (time_s <= panel.end_s)
    every = max(1, int(inside.sum()) // _POINTS)
    time_s, angle_deg = time_s[inside][::every], angle_deg[inside][::every].copy()
    for gap in lost:
        angle_deg[(time_s > gap.start_s) & (time_s < gap.end_s)] = np.nan
        axes.axvspan(
            gap.start_s, gap.end_s, facecolor="white", edgecolor=_MISSING, hatch="xxx", linewidth=0, zorder=1.5
        )
    axes.plot(time_s, angle_deg, color=_LINE, linewidth=1.2, zorder=3)
    for cycle in panel.cycles:
        if _known(cycle):
            _draw_cycle(axes, cycle, panel)
    low, high = float(np.nanmin(one.trace.angle_deg)), float(np.nanmax(one.trace.angle_deg))
    height = max(high - low, 1.0)
    axes.set_ylim(low - 0.05 * height, high + 0.3 * height)  # above: room for the numbers
    axes.set_title(panel.title, loc="left", fontsize=10)
    axes.set_ylabel("angle (°)")
    axes.ticklabel_format(axis="x", style="plain", useOffset=False)  # seconds are seconds, after any gap
    axes.grid(axis="y", linewidth=0.4, color="#cccccc")
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _lost(gaps: tuple[Hole, ...], panel: _Panel) -> list[Hole]:
    return [gap for gap in gaps if not gap.bridged and gap.end_s > panel.start_s and gap.start_s < panel.end_s]


def _draw_cycle(axes: Axes, cycle: Cycle, panel: _Panel) -> None:
    from matplotlib.patheffects import withStroke

    full = not isinstance(cycle, PartialRep | CutOffRep)
    begin_s = _begin(cycle) if CycleFlag.CUT_OFF_START not in cycle.flags else panel.start_s
    end_s = _end(cycle) if CycleFlag.CUT_OFF_END not in cycle.flags else panel.end_s
    middle_s = (begin_s + end_s) / 2
    if full:
        bounds = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
        for phase, one_s, next_s in zip(_COLOURS, bounds, bounds[1:], strict=False):
            if one_s is not None and next_s is not None and next_s > one_s:
                hatch = _HATCHES[phase]
                axes.axvspan(
                    one_s,
                    next_s,
                    facecolor=_COLOURS[phase],
                    edgecolor="white",
                    hatch=hatch,
                    alpha=_ALPHAS[phase],
                    linewidth=0,
                )
    else:
        axes.axvspan(begin_s, end_s, facecolor="none", edgecolor=_PARTIAL, hatch="..", linewidth=1)
    kind = "p" if isinstance(cycle, PartialRep) else "c" if isinstance(cycle, CutOffRep) else ""
    marks = [word for flag, word in _MARKED.items() if flag in cycle.flags]
    where = axes.get_xaxis_transform()  # seconds across, parts of the axes up
    number = axes.text(
        middle_s,
        0.985,
        f"{kind}{cycle.index}",
        transform=where,
        ha="center",
        va="top",
        zorder=4,
        fontsize=9 if full else 8,
        fontweight="bold" if full else "normal",
        color=_LINE if full else _PARTIAL_INK,
    )
    number.set_path_effects([withStroke(linewidth=2.5, foreground="white")])  # legible on any hatching
    if marks:
        axes.text(
            middle_s, 0.885, " ".join(marks), transform=where, ha="center", va="top", zorder=4, fontsize=7, color=_GREY
        )


def _draw_legend(figure: Figure, report: AnalysisReport, panels: Sequence[_Panel]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    flags = {flag for one in report.sets for cycle in _cycles(one) for flag in cycle.flags}
    handles: list[Line2D | Patch] = [Line2D([], [], color=_LINE, linewidth=1.2, label="angle above the bottom")]
    for phase, colour in _COLOURS.items():
        handles.append(
            Patch(facecolor=colour, edgecolor="white", hatch=_HATCHES[phase], alpha=_ALPHAS[phase], label=phase.value)
        )
    marked = [
        ("p: partial rep", any(one.partials for one in report.sets)),
        ("c: cut off", any(one.cut_offs for one in report.sets)),
    ]
    words = ", ".join(word for word, there in marked if there)
    if words:
        handles.append(Patch(facecolor="none", edgecolor=_PARTIAL, hatch="..", label=words))
    if any(_lost(report.gaps, panel) for panel in panels):
        handles.append(Patch(facecolor="white", edgecolor=_MISSING, hatch="xxx", label="samples missing"))
    if CycleFlag.UNCERTAIN in flags:
        handles.append(Line2D([], [], linestyle="none", marker="$?$", color=_GREY, label="uncertain by over 0.25 s"))
    columns = len(handles) if len(handles) <= 5 else math.ceil(len(handles) / 2)
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=8, frameon=False)
