"""What several commands need: their arguments, consoles, and the way from a file to a report."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from repclip.analysis import AnalysisReport, analyze
from repclip.cli.progress import with_progress
from repclip.cli.wording import one_line
from repclip.errors import OutputError
from repclip.recording.importers.repclip_csv import CsvReader
from repclip.session.exercise import GENERIC, Exercise
from repclip.session.prescription import Tempo, parse_tempo

__all__ = [
    "ExerciseOption",
    "FileArgument",
    "TempoOption",
    "analyze_file",
    "chosen_tempo",
    "output_console",
    "spare_recording",
    "title_of",
]

FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A recording: CSV with the header t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps.",
        readable=False,  # whoever opens it says why it cannot be read, in our words and with our exit code
    ),
]
ExerciseOption = Annotated[
    str,
    typer.Option(
        "--exercise", "-e", metavar="ID", help="Which exercise it is; [bold]repclip exercises[/bold] lists them."
    ),
]
TempoOption = Annotated[
    str | None,
    typer.Option(
        "--tempo",
        "-t",
        metavar="TEMPO",
        help="Prescribed tempo: 4-0-1-3 (lower-pause-lift-hold), 30X3, or lift=1,hold=3,lower=3-4.",
    ),
]


def output_console() -> Console:
    """The console that results go to; emoji and markup in data are left alone."""
    return Console(highlight=False, markup=False, emoji=False)


def chosen_tempo(exercise: Exercise, tempo: str | None) -> Tempo:
    """The tempo asked for, over the exercise's own for the phases it leaves open."""
    return exercise.tempo if tempo is None else parse_tempo(tempo).over(exercise.tempo)


def analyze_file(path: Path, exercise: Exercise) -> AnalysisReport:
    """Read and analyse a recording, with a progress bar on stderr if that takes long."""
    reader = CsvReader(path)
    with closing(with_progress(reader, Console(stderr=True))) as blocks:
        report = analyze(blocks, exercise=exercise.id, lift_direction=exercise.lift_direction)
    return replace(report, notes=(*reader.notes, *report.notes))


def title_of(path: Path, exercise: Exercise) -> str:
    """The heading of a report: which recording, which exercise."""
    name = one_line(path.name)
    return name if exercise.id == GENERIC else f"{name}: {exercise.name}"


def spare_recording(recording: Path, output: Path) -> None:
    """Raise OutputError if writing ``output`` would overwrite the recording, by whatever name or link."""
    try:
        same = recording.samefile(output)
    except (OSError, ValueError):  # one of them is not there: they differ
        return
    if same:
        raise OutputError("is the recording itself; write to another place, with --output", path=output)
