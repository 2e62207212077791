"""``repclip demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from repclip import bundled
from repclip.cli.common import examine_file, output_console, place_of, spare_recording
from repclip.cli.typed import command_line
from repclip.cli.watching import PIECE_S, watch
from repclip.live.console import display_for
from repclip.live.state import Keeping, LiveState
from repclip.outfile import demand_place
from repclip.recording.importers.any_recording import open_recording
from repclip.report.plot import draw, picture_format, save_picture
from repclip.report.text import print_report
from repclip.session.exercise import Exercise, builtin_exercises

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]Writes repclip-demo.png:[/dim]
  [bold]repclip demo[/bold]
[dim]Somewhere else, to print, and without the replay:[/dim]
  [bold]repclip demo --no-replay -o demo.pdf[/bold]

Keys: space holds the replay and goes on, q ends it, as Ctrl-C does. Where
stdout is no terminal it takes no time, and each rep is a line.
"""

_RECORDING: Final = "chain_set.repclip"
_SPEED: Final = 10.0


def command(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="PICTURE", help="Where the picture goes (png, svg or pdf).", readable=False
        ),
    ] = Path("repclip-demo.png"),
    no_replay: Annotated[bool, typer.Option("--no-replay", help="Analyse and draw only.")] = False,
) -> None:
    """Show a recording that comes along as it was seen live, analyse it and draw it."""
    kind = picture_format(output)
    exercise = next(one for one in builtin_exercises() if one.default)
    path = bundled.recording(_RECORDING)
    spare_recording(path, output)
    demand_place(output)
    console = output_console(output)
    if not no_replay:
        _replay(path, exercise, console)
    examined = examine_file(path, exercise.id)
    report, score = examined.report, examined.score
    print_report(report, console, title=f"Demo, a simulated recording: {exercise.name}", score=score)
    save_picture(draw(report, title=f"Simulated: {exercise.name}", score=score), output, kind)
    console.print()
    console.print(f"The picture is {place_of(output)}", soft_wrap=True)
    console.print("Next, the same recording as a script sees it, and what repclip knows of this exercise:")
    console.print(f"  {command_line('analyze', path, '--json')}", soft_wrap=True)
    console.print(f"  {command_line('exercises', 'show', exercise.id)}", soft_wrap=True)


def _replay(path: Path, exercise: Exercise, console: Console) -> None:
    """At a terminal in a few seconds, for the eye; elsewhere at once."""
    speed = _SPEED if display_for(console, ()).moves else None
    state = LiveState(exercise, Keeping.replay(path, speed, simulated=True))
    watch(open_recording(path, piece_s=PIECE_S).chunks, state, console, speed=speed)
    console.print()
    console.print("That was told as it happened. The report measures each rep again, with all of it known:")
    console.print()
