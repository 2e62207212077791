"""An analysis as a picture, of one of several kinds, in a file or in a window."""

# matplotlib leaves the keyword arguments of its methods untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import logging
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from repclip.analysis import AnalysisReport
from repclip.errors import OutputError, PictureFormatError, PictureKindError
from repclip.outfile import created
from repclip.report.plots.angle import draw_angle
from repclip.report.plots.consistency import draw_consistency
from repclip.report.plots.overlay import draw_overlay
from repclip.report.plots.progress import ProgressSheet, draw_progress
from repclip.report.plots.sheet import Kind, Sheet, Size
from repclip.report.plots.tempo import draw_tempo
from repclip.session.scores import SessionScore

if TYPE_CHECKING:  # half a second to import: only when something is drawn
    from matplotlib.figure import Figure

__all__ = [
    "FORMATS",
    "Kind",
    "Size",
    "draw",
    "draw_weeks",
    "picture_bytes",
    "picture_format",
    "picture_kind",
    "picture_path",
    "picture_size",
    "save_picture",
    "show_picture",
]

FORMATS: Final = ("png", "svg", "pdf")

_DPI: Final = {Size.PAGE: 200, Size.PHONE: 300}  # a phone shows 1080 points across
_LARGEST_PX: Final = 40_000  # Agg draws up to 65 536


def draw(
    report: AnalysisReport,
    *,
    title: str,
    score: SessionScore,
    kind: Kind = Kind.TEMPO,
    size: Size = Size.PAGE,
    figure: Figure | None = None,
) -> Figure:
    """Draw a report with its score, on ``figure`` if one is given; nothing is written and no window opened."""
    drawers: dict[Kind, Callable[[Figure, Sheet], None]] = {
        Kind.TEMPO: draw_tempo,
        Kind.ANGLE: draw_angle,
        Kind.CONSISTENCY: draw_consistency,
        Kind.OVERLAY: draw_overlay,
    }
    figure = _empty(size) if figure is None else figure
    figure.set_dpi(_DPI[size])
    drawers[kind](figure, Sheet(report, title, score, size))
    return figure


def draw_weeks(sheet: ProgressSheet) -> Figure:
    """Draw progress; nothing is written."""
    figure = _empty(sheet.size)
    draw_progress(figure, sheet)
    return figure


def _empty(size: Size) -> Figure:
    _quieten()
    try:
        from matplotlib.figure import Figure
    except ValueError as exc:  # of MPLBACKEND, which is looked at on import, or of a matplotlibrc
        reason = str(exc).partition(";")[0]
        raise OutputError(f"matplotlib does not start ({reason}); is MPLBACKEND right?") from exc
    return Figure(dpi=_DPI[size])


def _quieten() -> None:
    """Let matplotlib not tell on stderr that its cache of fonts cannot be kept: the picture is the same."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)


def picture_kind(asked: str) -> Kind:
    """What a picture is to show.

    Raises
    ------
    PictureKindError
        if we draw nothing of that name.

    """
    return Kind(_one_of(asked, "kind of picture", tuple(Kind)))


def picture_size(asked: str) -> Size:
    """What it is to be read on.

    Raises
    ------
    PictureKindError
        if there is no such size.

    """
    return Size(_one_of(asked, "size", tuple(Size)))


def _one_of(asked: str, what: str, known: tuple[str, ...]) -> str:
    if asked.lower() not in known:
        raise PictureKindError(asked, what, known)
    return asked.lower()


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


def picture_path(stem: str, written: str, *, kind: Kind = Kind.TEMPO, size: Size = Size.PAGE) -> Path:
    """Where a picture goes when nobody says where: here, and none of another kind or size over it."""
    told = [word for word, usual in ((kind, Kind.TEMPO), (size, Size.PAGE)) if word is not usual]
    return Path(f"{'-'.join([stem, *told])}.{written}")


def save_picture(figure: Figure, path: Path, asked: str | None = None) -> None:
    """Write a picture of the kind that :func:`picture_format` says.

    Raises
    ------
    PictureFormatError
        if we do not draw that kind.
    OutputError
        if the file cannot be written.

    """
    drawn = picture_bytes(figure, picture_format(path, asked))
    with created(path, force=True) as out:
        out.buffer.write(drawn)


def picture_bytes(figure: Figure, kind: str) -> bytes:
    """A picture of one of :data:`FORMATS`, as its file would be."""
    import matplotlib as mpl

    raw = io.BytesIO()
    dpi = min(figure.get_dpi(), _LARGEST_PX / float(figure.get_figheight()))
    # Without a date and with a fixed salt, the same recording gives the same file.
    metadata = {"png": {"Software": "repclip"}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    with mpl.rc_context({"svg.hashsalt": "repclip", "pdf.fonttype": 42}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # a file name in any script is a title
        figure.savefig(raw, format=kind, dpi=dpi, metadata=metadata)
    return raw.getvalue()


def show_picture(
    report: AnalysisReport, *, title: str, score: SessionScore, kind: Kind = Kind.TEMPO, size: Size = Size.PAGE
) -> None:
    """Open a window and wait until it is closed.

    Raises
    ------
    OutputError
        where there is no display, or nothing to draw windows with.

    """
    advice = "write a file instead, with --output"
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise OutputError(f"there is no display to show a picture on; {advice}")
    _quieten()
    try:
        import matplotlib.pyplot as plt

        figure = plt.figure()
    except (ImportError, RuntimeError, ValueError) as exc:
        raise OutputError(f"no window can be opened ({exc}); {advice}") from exc
    if figure.canvas.required_interactive_framework is None:
        raise OutputError(f"no window can be opened, as matplotlib found no toolkit to do it with; {advice}")
    draw(report, title=title, score=score, kind=kind, size=size, figure=figure)
    plt.show(block=True)
