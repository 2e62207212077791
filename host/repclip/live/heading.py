"""What stands above the figures: exercise, time, prescription, and what becomes of what comes."""

from __future__ import annotations

import textwrap
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from repclip.live.lay import spread
from repclip.live.look import DIM, STRONG, WARNING
from repclip.live.now import Moment, elapsed
from repclip.live.state import Keeping, LiveView

__all__ = ["heading", "narrow_heading"]

_NAME: Final = 8  # columns: less of a file's name says nothing
_BETWEEN: Final = 2
_STOPPED: Final = "! no longer recording"
_SPACE: Final = "\u00a0"  # where textwrap breaks no line


def heading(view: LiveView, moment: Moment, width: int) -> list[Text]:
    """Three lines, the last one empty where it can be, and more only where a prescription is that long.

    The prescription is whole: what becomes of what comes is beside it, without the file's name if need be, or below.
    """
    time = Text(elapsed((view.newest_s or 0.0) + moment.ahead_s) if view.newest_s is not None else "", style=STRONG)
    wanted = [Text(f" {line}", style=DIM) for line in _prescription(view, width - 1)] or [Text()]
    room = width - wanted[-1].cell_len - _BETWEEN
    if cell_len(_brief(view.keeping)) > room:
        wanted.append(Text())
        room = width - _BETWEEN
    wanted[-1] = spread(wanted[-1], _kept(view.keeping, room), width)
    return [spread(Text(f" {_name(view)}", style=STRONG), time, width), *wanted, *[Text()] * (2 - len(wanted))]


def narrow_heading(view: LiveView, width: int, rows: int) -> tuple[list[Text], bool]:
    """As much of it, wrapped, as so many rows hold, and whether what becomes of what comes is among it."""
    name = [Text(line, style=STRONG) for line in textwrap.wrap(_name(view), max(1, width))]
    wanted = [Text(line, style=DIM) for line in _prescription(view, width)]
    kept = [_kept(view.keeping, width)]
    left = rows
    shown: list[list[Text]] = []
    for part in (wanted, name, kept):  # the most important first
        if len(part) <= left:
            left -= len(part)
            shown.append(part)
    lines = [line for part in (name, wanted, kept) if part in shown for line in part]
    return [*lines, *[Text()] * (left > 0 and len(lines) > 0)], kept in shown


def _name(view: LiveView) -> str:
    return view.exercise.name if view.counting else "Recording, without counting"


def _prescription(view: LiveView, width: int) -> list[str]:
    """No line is broken within a phase."""
    if not view.counting:
        return []
    phases = view.exercise.tempo.describe().split(", ") if view.exercise.tempo else ["no tempo prescribed"]
    lines = textwrap.wrap(", ".join(phase.replace(" ", _SPACE) for phase in phases), max(1, width))
    return [line.replace(_SPACE, " ") for line in lines]


def _kept(keeping: Keeping, room: int) -> Text:
    """The file's name is cut or left out first."""
    if keeping.stopped:
        return Text(_STOPPED, style=WARNING)
    over = cell_len(keeping.text) - room
    if over <= 0 or not keeping.name:
        return Text(keeping.text, style=DIM)
    of_name = cell_len(keeping.name) - over
    if of_name < _NAME:
        return Text(_brief(keeping), style=DIM)
    return Text(keeping.text.replace(keeping.name, f"{set_cell_size(keeping.name, of_name - 1)}…", 1), style=DIM)


def _brief(keeping: Keeping) -> str:
    return _STOPPED if keeping.stopped else keeping.brief or keeping.text
