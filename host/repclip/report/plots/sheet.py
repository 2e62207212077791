"""What all pictures share: their sizes, colours, headings and legends.

Colours are of Okabe and Ito's palette, which the colour-blind can tell apart; depth and hatching tell the phases
apart in grey print as well.
"""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from repclip.analysis import AnalysisReport
from repclip.report.text import clock
from repclip.session.flags import Flag
from repclip.session.scores import SessionScore
from repclip.session.statistics import adherence, spread
from repclip.session.tempo import Tempo
from repsignal import Cycle, CycleFlag, Phase, Rep

if TYPE_CHECKING:  # half a second to import: only when something is drawn
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

__all__ = [
    "ALPHAS",
    "BAND",
    "COLOURS",
    "GREY",
    "HATCHES",
    "INK",
    "MARKED",
    "MISSING",
    "PARTIAL",
    "PARTIAL_INK",
    "Kind",
    "Paper",
    "Sheet",
    "Size",
    "legend",
    "legend_rows",
    "percent",
    "phase_patch",
    "say_nothing",
    "shortened",
    "tidy",
    "tint",
    "title",
    "title_in",
    "width_in",
    "wrapped",
]

COLOURS: Final = {Phase.LIFT: "#E69F00", Phase.HOLD: "#009E73", Phase.LOWER: "#56B4E9", Phase.PAUSE: "#FFFFFF"}
ALPHAS: Final = {Phase.LIFT: 0.75, Phase.HOLD: 0.5, Phase.LOWER: 0.35, Phase.PAUSE: 1.0}  # differ in grey print too
HATCHES: Final = {Phase.LIFT: "", Phase.HOLD: "////", Phase.LOWER: "", Phase.PAUSE: ""}
INK: Final = "#000000"
GREY: Final = "#555555"
BAND: Final = "#cfcfcf"
PARTIAL: Final = "#CC79A7"
PARTIAL_INK: Final = "#8F3F6B"  # the same, dark enough to read
MISSING: Final = "#999999"
MARKED: Final = {CycleFlag.GAP: "gap", CycleFlag.CLIPPED: "clipped", CycleFlag.UNCERTAIN: "?"}


class Kind(StrEnum):
    """What a picture shows."""

    TEMPO = "tempo"
    ANGLE = "angle"
    CONSISTENCY = "consistency"
    OVERLAY = "overlay"


class Size(StrEnum):
    """What a picture is to be read on."""

    PAGE = "page"
    PHONE = "phone"


_LETTER: Final = 0.56  # of the size of a font: the width of a letter of DejaVu Sans, on average
_BOLD_LETTER: Final = 0.69
_HEADING_PT: Final = {Size.PAGE: 11.0, Size.PHONE: 9.0}
_LINE_PT: Final = 8.0
_TOP_IN, _HEADING_IN, _LINE_IN = 0.1, 0.21, 0.16


class Paper(Protocol):
    """What a picture is drawn on, whatever it is of."""

    @property
    def title(self) -> str:
        """Its heading."""
        ...

    @property
    def size(self) -> Size:
        """What it is to be read on."""
        ...

    @property
    def width_in(self) -> float:
        """As `width_in` has it for the size."""
        ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report to be drawn, with a heading, how it is scored and the size."""

    report: AnalysisReport
    title: str
    score: SessionScore
    size: Size

    @property
    def tempo(self) -> Tempo:
        """What the phases are held against."""
        return self.score.exercise.tempo

    @property
    def width_in(self) -> float:
        """As of its size."""
        return width_in(self.size)

    @property
    def reps(self) -> list[Rep]:
        """Of all sets."""
        return [rep for one in self.report.sets for rep in one.reps]

    def flags_of(self, cycle: Cycle) -> tuple[Flag, ...]:
        """Those of a full rep."""
        return next((rep.flags for one in self.score.sets for rep in one.reps if rep.cycle is cycle), ())

    def prescribed(self) -> str:
        """What the bands are; empty where nothing is prescribed."""
        return f"Prescribed: {self.tempo.describe()}." if self.tempo else ""

    @property
    def first_stroke(self) -> str:
        """What a rep begins with."""
        return "lowering" if any(rep.first_phase is Phase.LOWER for rep in self.reps) else "lift"

    def scores(self) -> list[str]:
        """Adherence and consistency in words, as far as anything can be said."""
        said: list[str] = []
        found = adherence(self.reps, self.tempo)
        if found.share is not None:
            said.append(f"Adherence {percent(found.share)} ({found.on} of {found.judged} phases on tempo).")
        varied = [
            f"{phase} {percent(measured.variation)}"
            for phase in Phase
            if (measured := spread(self.reps, phase)) is not None and measured.variation is not None
        ]
        if varied:
            said.append(f"Consistency, varies from rep to rep by: {', '.join(varied)}.")
        return said

    @property
    def no_reps(self) -> str:
        """What is said where there are none."""
        return f"No reps in {clock(self.report.duration_s)}"

    def heading(self, *more: str) -> list[str]:
        """What is prescribed, the scores and whatever else is to be said, in lines that fit."""
        said = (self.prescribed(), *self.scores(), *more)
        return [line for text in said for line in wrapped(text, self)]


def width_in(size: Size) -> float:
    """A page is as wide as A4 between narrow margins; a phone's picture is a little wider than its glass."""
    return 3.6 if size is Size.PHONE else 7.6


def wrapped(text: str, paper: Paper) -> list[str]:
    """Lines below the heading, no wider than the paper."""
    letters = int((paper.width_in - 2 * _TOP_IN) * 72 / (_LINE_PT * _LETTER))
    return textwrap.wrap(text, letters, break_long_words=False)


def percent(share: float) -> str:
    """``68 %``, which no line is broken in."""
    return f"{share * 100:.0f}\u00a0%"


def title(figure: Figure, paper: Paper, lines: Sequence[str]) -> None:
    """The heading, and grey lines below it; :func:`title_in` says how high they are."""
    height_in = float(figure.get_figheight())
    down_in = _TOP_IN
    for number, text in enumerate((*_heading(paper), *lines)):
        bold = number < len(_heading(paper))
        figure.text(
            _TOP_IN / paper.width_in,
            1 - down_in / height_in,
            text,
            ha="left",
            va="top",
            fontsize=_HEADING_PT[paper.size] if bold else _LINE_PT,
            fontweight="bold" if bold else "normal",
            color=INK if bold else GREY,
            parse_math=False,
        )
        down_in += _HEADING_IN if bold else _LINE_IN


def title_in(paper: Paper, lines: Sequence[str]) -> float:
    """How high the heading is, with lines below it."""
    return _TOP_IN + _HEADING_IN * len(_heading(paper)) + _LINE_IN * len(lines)


def _heading(paper: Paper) -> list[str]:
    """The title in at most two lines."""
    letters = int((paper.width_in - 2 * _TOP_IN) * 72 / (_HEADING_PT[paper.size] * _BOLD_LETTER))
    lines = textwrap.wrap(paper.title, letters, break_long_words=False) or [""]
    return lines if len(lines) <= 2 and max(map(len, lines)) <= letters else [shortened(paper.title, letters)]


def shortened(text: str, letters: int) -> str:
    """A text that fits: where it is too long its middle is left out, since names differ at their ends."""
    half = letters // 2
    return text if len(text) <= letters else f"{text[:half]}…{text[-half:]}"


def say_nothing(figure: Figure, paper: Paper, words: str) -> None:
    """An empty sheet that says so."""
    figure.set_size_inches(paper.width_in, 2.2)
    title(figure, paper, ())
    figure.text(0.5, 0.45, words, ha="center", va="center", fontsize=11)


def tint(phase: Phase) -> tuple[float, float, float]:
    """The colour of a phase on white paper."""
    from matplotlib.colors import to_rgb

    alpha = ALPHAS[phase]
    red, green, blue = (1 - alpha + alpha * part for part in to_rgb(COLOURS[phase]))
    return red, green, blue


def phase_patch(phase: Phase) -> Patch:
    """A phase as the legend shows it."""
    from matplotlib.patches import Patch

    edge = MISSING if phase is Phase.PAUSE else "white"
    return Patch(facecolor=tint(phase), edgecolor=edge, hatch=HATCHES[phase], linewidth=0.6, label=phase.value)


def legend_rows(paper: Paper, handles: Sequence[Artist]) -> tuple[int, float]:
    """Columns of a legend that is no wider than the paper, and how high (in) it is."""
    lengths = [len(str(handle.get_label())) for handle in handles]
    columns = next(
        count for count in range(len(lengths), 0, -1) if _legend_in(lengths, count) < paper.width_in - 0.1 or count == 1
    )
    return columns, 0.132 * math.ceil(len(lengths) / columns) + 0.12


def _legend_in(lengths: Sequence[int], columns: int) -> float:
    """How wide a legend is, with labels so long, which are put in columns of much the same number, row by row."""
    return sum(max(lengths[column::columns]) * _LETTER + 3.5 for column in range(columns)) * 7 / 72


def legend(figure: Figure, handles: Sequence[Artist], columns: int) -> None:
    """At the lower edge, as high as :func:`legend_rows` says; in order from left to right, row by row."""
    figure.legend(
        handles=[handle for column in range(columns) for handle in handles[column::columns]],  # filled column by column
        loc="lower center",
        ncols=columns,
        fontsize=7,
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.8,
        columnspacing=1.2,
        handletextpad=0.5,
        labelspacing=0.35,
    )


def tidy(axes: Axes) -> None:
    """Nothing but what is needed."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=7.5)
