"""What both ``live`` and ``record`` ask about a recording to come."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from repclip.engine.dialog import Sampling
from repclip.outfile import demand_ending
from repclip.recording.format import SUFFIX
from repclip.source import MarkKind

__all__ = ["RecordingOptions"]

_SIDES: Final = ("left", "right", "both")


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """How it is sampled, where it goes, and what the sensor cannot know."""

    side: Annotated[
        str | None,
        typer.Option("--side", metavar="SIDE", help="Which leg: left, right or both; kept with the recording."),
    ] = None
    load_kg: Annotated[
        float | None,
        typer.Option("--load", metavar="KG", min=0, max=500, help="The weight; kept with the recording."),
    ] = None
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Anything to remember; kept with the recording.")
    ] = None
    rate_hz: Annotated[
        int,
        typer.Option(
            "--rate", metavar="HZ", min=20, max=400, help="Samples a second; the nearest that the sensor offers."
        ),
    ] = Sampling().rate_hz
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the recording goes; otherwise among your recordings, by date.",
            readable=False,
        ),
    ] = None

    def __post_init__(self) -> None:
        if self.side is not None and self.side.lower() not in _SIDES:
            raise typer.BadParameter(f"--side {self.side!r} is none of {', '.join(_SIDES)}")
        if self.output is not None:
            demand_ending(self.output, "a recording", [SUFFIX])

    @property
    def sampling(self) -> Sampling:
        """What the sensor is asked for."""
        return Sampling(rate_hz=self.rate_hz)

    @property
    def marks(self) -> tuple[tuple[MarkKind, str], ...]:
        """What is told beforehand, as marks at the beginning."""
        told = (
            (MarkKind.SIDE, None if self.side is None else self.side.lower()),
            (MarkKind.LOAD, None if self.load_kg is None else f"{self.load_kg:g} kg"),
            (MarkKind.NOTE, self.note),
        )
        return tuple((kind, text) for kind, text in told if text)
