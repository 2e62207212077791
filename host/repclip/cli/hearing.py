"""What is to be heard: options of several commands, over the user's ``cues.toml``."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from repclip.cues.settings import COUNT_IN_LONGEST_S, CountAt, CueMode, CueSettings
from repclip.cues.types import CueSink
from repclip.errors import CueSettingsError
from repclip.live.news import Urgency
from repclip.live.state import LiveState
from repclip.places import config_folder
from repclip.sound.speaker import Sound
from repclip.toml_file import read_toml

__all__ = ["CueOptions", "Hearing", "sounding"]

_PANEL: Final = "What is heard"
_FILE: Final = "cues.toml"


@dataclass(frozen=True, slots=True)
class CueOptions:
    """``sound``, and by the names they have in ``cues.toml`` what is said instead of what stands there."""

    sound: Annotated[
        bool,
        typer.Option("--sound", help="Tones and a voice, by what this computer has for it.", rich_help_panel=_PANEL),
    ] = False
    mode: Annotated[
        CueMode | None,
        typer.Option(
            "--cues",
            metavar="follow|lead|quiet",
            help="Follow what is measured, lead like a metronome, or tell only of sets, link and battery.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    count: Annotated[
        CountAt | None,
        typer.Option("--count", metavar="top|bottom|off", help="When the count is said.", rich_help_panel=_PANEL),
    ] = None
    tones: Annotated[
        bool | None, typer.Option("--tones/--no-tones", help="A tone as each phase begins.", rich_help_panel=_PANEL)
    ] = None
    ticks: Annotated[
        bool | None, typer.Option("--ticks/--no-ticks", help="A tick each second of a phase.", rich_help_panel=_PANEL)
    ] = None
    verdicts: Annotated[
        bool | None,
        typer.Option("--verdicts/--no-verdicts", help="What to do better, once a rep at most.", rich_help_panel=_PANEL),
    ] = None
    rest: Annotated[
        bool | None,
        typer.Option("--countdown/--no-countdown", help="How much is left of a rest.", rich_help_panel=_PANEL),
    ] = None
    voice: Annotated[
        bool | None, typer.Option("--voice/--no-voice", help="Words, or tones alone.", rich_help_panel=_PANEL)
    ] = None
    count_in_s: Annotated[
        float | None,
        typer.Option(
            "--count-in",
            metavar="SECONDS",
            min=0,
            max=COUNT_IN_LONGEST_S,
            help="Until the first lift, where you are led.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def settings(self, *, page: bool) -> CueSettings | None:
        """As the user's file has them, and the command line over it; None where nothing is heard, nor on a page.

        Raises
        ------
        CueSettingsError
            where the file cannot be used.

        """
        said = {key: value for key, value in asdict(self).items() if key != "sound" and value is not None}
        if not (self.sound or page):
            if said:
                raise typer.BadParameter("what is to be heard goes with --sound or --page")
            return None
        path = config_folder() / _FILE
        table = read_toml(path, CueSettingsError, missing={})
        return CueSettings.of_table({**table, **said}, path)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who plays the cues here, and what to do where the program is left at once."""

    sinks: tuple[CueSink, ...] = ()
    abandon: Callable[[], None] | None = None


@contextmanager
def sounding(settings: CueSettings | None, state: LiveState, console: Console, *, sound: bool) -> Generator[Hearing]:
    """Who plays the cues here: this computer, or nobody. What it cannot play is said in the view, or in the end."""
    if settings is None or not sound:
        yield Hearing()
        return

    def complain(trouble: str) -> None:
        state.say(trouble, Urgency.WARNING)

    with Sound(voice=settings.voice, complain=complain) as player:
        before = player.trouble
        yield Hearing((player,), player.abandon)
    if player.trouble not in (None, before):
        console.print(Text(f"Sound: {player.trouble}", style="yellow"), soft_wrap=True)
