"""``repclip replay``."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from repclip.cli.common import (
    ChangeOptions,
    ExerciseOption,
    FileArgument,
    output_console,
    prescribed_exercise,
    title_of,
)
from repclip.cli.grouped import grouped
from repclip.cli.hearing import CueOptions
from repclip.cli.paging import PageChoice
from repclip.cli.sitting import finish
from repclip.cli.watching import PIECE_S, watch
from repclip.live.state import Keeping, LiveState
from repclip.recording.importers.any_recording import open_recording

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]At its own pace; ten times as fast, from the third minute on:[/dim]
  [bold]repclip replay evening.repclip[/bold]
  [bold]repclip replay evening.repclip --speed 10x --from 3:00[/bold]
[dim]As fast as possible:[/dim]
  [bold]repclip replay evening.repclip --speed max[/bold]
[dim]In a browser on this computer, or on a phone:[/dim]
  [bold]repclip replay evening.repclip --page[/bold]
  [bold]repclip replay evening.repclip --lan[/bold]
[dim]As it was to be heard:[/dim]
  [bold]repclip replay evening.repclip --sound --from 1:30[/bold]

Keys: space holds it and goes on, q finishes, as Ctrl-C does.
"""

_TOO_LATE: Final = "It ends before {}, where --from was to begin."
_SPEED: Final = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)x?", re.ASCII)
_TIME: Final = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)", re.ASCII)


@grouped
def command(
    file: FileArgument,
    speed: Annotated[
        str, typer.Option("--speed", "-s", metavar="1x|10x|max", help="How many times as fast as it was.")
    ] = "1x",
    begin: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="T",
            help="Where to begin, from the first sample on, as 90 or 1:30; what is before passes at once.",
        ),
    ] = "0",
    exercise: ExerciseOption = None,
    *,
    changed: ChangeOptions,
    page: PageChoice,
    heard: CueOptions,
) -> None:
    """Show a recording as it was seen live, and count it anew."""
    factor, start_s = _factor(speed), _seconds(begin)
    settings = heard.settings(page=page.wanted)
    if heard.sound and factor is None:
        raise typer.BadParameter("--sound needs a pace, and --speed max has none")
    changes = changed.parsed()
    reader = open_recording(file, piece_s=PIECE_S)
    meta = reader.meta()
    which = prescribed_exercise(exercise, changes, meta)
    console = output_console()
    state = LiveState(which, Keeping.replay(file, factor, simulated=bool(meta.get("simulated"))))
    try:
        reached = watch(
            reader.chunks,
            state,
            console,
            speed=factor,
            start_s=start_s,
            page=page,
            cues=settings,
            sound=heard.sound,
        )
    except BaseException:
        if state.samples:
            finish(state, console, title=title_of(file, which, meta))
        raise
    finish(
        state,
        console,
        title=title_of(file, which, meta),
        notes=(*reader.notes, *([] if reached else [_TOO_LATE.format(begin)])),
    )


def _factor(speed: str) -> float | None:
    if speed == "max":
        return None
    found = _SPEED.fullmatch(speed)
    if found is None or float(found[1]) == 0.0:
        raise typer.BadParameter(f"{speed!r} is no speed; write it like 1x, 10x, 0.5x, or max")
    return float(found[1])


def _seconds(text: str) -> float:
    found = _TIME.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is no time; write it in seconds, or like 1:30")
    return float(found[3]) + 60 * int(found[2] or 0) + 3600 * int(found[1] or 0)
