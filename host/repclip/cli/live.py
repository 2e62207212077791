"""``repclip live``."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

import typer

from repclip.cli.common import ChangeOptions
from repclip.cli.grouped import grouped
from repclip.cli.hearing import CueOptions
from repclip.cli.links import Choice, find_source
from repclip.cli.paging import PageChoice
from repclip.cli.recording_options import RecordingOptions
from repclip.cli.sitting import Plan, hold
from repclip.session.catalogue import known_exercise
from repclip.session.exercise import GENERIC

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]With the only sensor there is:[/dim]
  [bold]repclip live[/bold]
  [bold]repclip live --exercise prone-thigh-extension-ball[/bold]
[dim]With a certain one, to a tempo of your own:[/dim]
  [bold]repclip live --ble repclip-7F3A --tempo 4-0-1-3[/bold]
  [bold]repclip live --serial /dev/ttyACM0[/bold]
[dim]On a phone as well, which reads the code that is shown:[/dim]
  [bold]repclip live --lan[/bold]
[dim]By ear, following what you do, or leading you like a metronome:[/dim]
  [bold]repclip live --sound[/bold]
  [bold]repclip live --sound --cues lead --tempo 4-0-1-3 --reps 12[/bold]

\b
What was recorded and has a rep, or pain, is added to the history as well: see
repclip history; and repclip next for what to do next.

\b
What is heard is yours to set: the options below, or cues.toml in the folder
of your configuration, with the keys mode (follow, lead, quiet), count (top,
bottom, off), tones, ticks, verdicts, rest, voice (true or false) and
count_in_s (seconds before the first lift where you are led).

\b
Keys: space pauses, m marks, u undoes the last rep, e ends the set, s says
that it is the other leg now (and ends the set; where --side named one), x says
that it hurts (and ends the set: stop then, and see someone), q or Ctrl-C
finishes, a second Ctrl-C leaves at once. Where stdin is no terminal there
are no keys; where stdout is none, each rep, set and event is a line.
"""

_ExerciseOption = Annotated[
    str,
    typer.Option(
        "--exercise", "-e", metavar="ID", help="Which exercise it is; [bold]repclip exercises[/bold] lists them."
    ),
]


@grouped
def command(
    *,
    sensor: Choice,
    exercise: _ExerciseOption = GENERIC,
    changed: ChangeOptions,
    recorded: RecordingOptions,
    no_record: Annotated[
        bool, typer.Option("--no-record", help="Count only: leave no recording, and no session in the history.")
    ] = False,
    heard: CueOptions,
    page: PageChoice,
) -> None:
    """Count while the leg moves, and record it."""
    if no_record and recorded.output is not None:
        raise typer.BadParameter("--output and --no-record exclude each other")
    changes = changed.parsed()
    plan = Plan(
        changes.applied_to(known_exercise(exercise)),
        changes,
        record=not no_record,
        output=recorded.output,
        sampling=recorded.sampling,
        marks=recorded.marks,
        page=page,
        cues=heard.settings(page=page.wanted),
        sound=heard.sound,
    )
    hold(partial(find_source, sensor), plan)
