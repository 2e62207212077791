"""``repclip live``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from repclip.cli.common import RepsOption, RestOption, SetsOption, TempoOption
from repclip.cli.hearing import (
    CountdownOption,
    CountInOption,
    CountOption,
    CuesOption,
    SoundOption,
    TicksOption,
    TonesOption,
    VerdictsOption,
    VoiceOption,
    cue_settings,
)
from repclip.cli.links import BleOption, Choice, SerialOption, find_source
from repclip.cli.paging import LanOption, PageChoice, PageOption, PortOption
from repclip.cli.sitting import Plan, hold
from repclip.engine.dialog import Sampling
from repclip.session.catalogue import known_exercise
from repclip.session.changes import Changes
from repclip.session.exercise import GENERIC
from repclip.source import MarkKind

__all__ = ["HELP", "RATE_HZ", "OutputOption", "RateOption", "command"]

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
that it is the other leg now (where --side named one), x says
that it hurts (and ends the set: stop then, and see someone), q or Ctrl-C
finishes, a second Ctrl-C leaves at once. Where stdin is no terminal there
are no keys; where stdout is none, each rep, set and event is a line.
"""

RATE_HZ: Final = Sampling().rate_hz
_SIDES: Final = ("left", "right", "both")
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where the recording goes; otherwise among your recordings, by date.",
        readable=False,
    ),
]
_ExerciseOption = Annotated[
    str,
    typer.Option(
        "--exercise", "-e", metavar="ID", help="Which exercise it is; [bold]repclip exercises[/bold] lists them."
    ),
]
SideOption = Annotated[
    str | None, typer.Option("--side", metavar="SIDE", help="Which leg: left, right or both; kept with the recording.")
]
LoadOption = Annotated[
    float | None, typer.Option("--load", metavar="KG", min=0, max=500, help="The weight; kept with the recording.")
]
NoteOption = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help="Anything to remember; kept with the recording.")
]
RateOption = Annotated[
    int,
    typer.Option("--rate", metavar="HZ", min=20, max=400, help="Samples a second; the nearest that the sensor offers."),
]


def command(
    ble: BleOption = None,
    serial: SerialOption = None,
    exercise: _ExerciseOption = GENERIC,
    tempo: TempoOption = None,
    reps: RepsOption = None,
    sets: SetsOption = None,
    rest: RestOption = None,
    side: SideOption = None,
    load: LoadOption = None,
    note: NoteOption = None,
    rate: RateOption = RATE_HZ,
    output: OutputOption = None,
    sound: SoundOption = False,
    cues: CuesOption = None,
    count: CountOption = None,
    tones: TonesOption = None,
    ticks: TicksOption = None,
    verdicts: VerdictsOption = None,
    countdown: CountdownOption = None,
    voice: VoiceOption = None,
    count_in: CountInOption = None,
    no_record: Annotated[
        bool, typer.Option("--no-record", help="Count only: leave no recording, and no session in the history.")
    ] = False,
    page: PageOption = False,
    lan: LanOption = False,
    port: PortOption = None,
) -> None:
    """Count while the leg moves, and record it."""
    if no_record and output is not None:
        raise typer.BadParameter("--output and --no-record exclude each other")
    changes = Changes.parse(tempo=tempo, reps=reps, sets=sets, rest=rest)
    which = changes.applied_to(known_exercise(exercise))
    marks = marks_of(side, load, note)
    shown = PageChoice.of(page, lan, port)
    settings = cue_settings(
        heard=sound or shown.wanted,
        mode=cues,
        count=count,
        tones=tones,
        ticks=ticks,
        verdicts=verdicts,
        countdown=countdown,
        voice=voice,
        count_in_s=count_in,
    )
    plan = Plan(
        which,
        changes,
        record=not no_record,
        output=output,
        sampling=Sampling(rate_hz=rate),
        marks=marks,
        page=shown,
        cues=settings,
        sound=sound,
    )
    hold(partial(find_source, Choice(ble, serial)), plan)


def marks_of(side: str | None, load_kg: float | None, note: str | None) -> tuple[tuple[MarkKind, str], ...]:
    """What is told beforehand, as marks at the beginning."""
    if side is not None and side.lower() not in _SIDES:
        raise typer.BadParameter(f"--side {side!r} is none of {', '.join(_SIDES)}")
    told = (
        (MarkKind.SIDE, None if side is None else side.lower()),
        (MarkKind.LOAD, None if load_kg is None else f"{load_kg:g} kg"),
        (MarkKind.NOTE, note),
    )
    return tuple((kind, text) for kind, text in told if text)
