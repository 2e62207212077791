"""What several commands need: their arguments, consoles, and the way from a file to a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from repclip.analysis import AnalysisReport
from repclip.cli.bar import Bar
from repclip.engine.offline import Examination, examine
from repclip.errors import OutputError, UnknownExerciseError
from repclip.outfile import demand_ending, is_stdout
from repclip.recording.importers.any_recording import open_recording
from repclip.session.catalogue import known_exercise
from repclip.session.changes import Changes
from repclip.session.exercise import GENERIC, Exercise
from repclip.session.scores import SessionScore, score_session
from repclip.wording import one_line
from repsignal import ImuBlock

__all__ = [
    "ChangeOptions",
    "ExaminedFile",
    "ExerciseOption",
    "FileArgument",
    "demand_csv",
    "examine_file",
    "output_console",
    "place_of",
    "prescribed_exercise",
    "spare_recording",
    "title_of",
]

FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A recording: *.repclip, or CSV with the header t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps.",
        readable=False,  # whoever opens it says why it cannot be read, in our words and with our exit code
    ),
]
ExerciseOption = Annotated[
    str | None,
    typer.Option(
        "--exercise",
        "-e",
        metavar="ID",
        help="Which exercise it is; [bold]repclip exercises[/bold] lists them. "
        "Without it: what it was recorded as, else generic.",
    ),
]


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """What is prescribed instead of the exercise's own figures, as it was typed."""

    tempo: Annotated[
        str | None,
        typer.Option(
            "--tempo",
            "-t",
            metavar="TEMPO",
            help="Prescribed tempo: 4-0-1-3 (lower-pause-lift-hold), 30X3, or lift=1,hold=3,lower=3-4.",
        ),
    ] = None
    reps: Annotated[
        str | None, typer.Option("--reps", metavar="N|N-M", help="Prescribed reps a set, instead of the exercise's.")
    ] = None
    sets: Annotated[str | None, typer.Option("--sets", metavar="N|N-M", help="Prescribed sets.")] = None
    rest: Annotated[str | None, typer.Option("--rest", metavar="S", help="Prescribed rest between sets, seconds.")] = (
        None
    )

    def parsed(self) -> Changes:
        """What they mean; to be asked before the work, not after.

        Raises
        ------
        RequestError
            saying which of them cannot be understood.

        """
        return Changes.parse(tempo=self.tempo, reps=self.reps, sets=self.sets, rest=self.rest)


def output_console(output: Path | None = None) -> Console:
    """The console that results go to; emoji and markup in data are left alone. stderr, where ``output`` is stdout."""
    elsewhere = output is not None and is_stdout(output)
    return Console(highlight=False, markup=False, emoji=False, stderr=elsewhere)


def place_of(output: Path) -> str:
    """Where it is to be found, in words."""
    return "on stdout" if is_stdout(output) else one_line(str(output))


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """A recording, taken in whole. ``exercise`` is as it is prescribed."""

    seen: Examination
    meta: dict[str, str]
    notes: list[str]
    exercise: Exercise

    @property
    def score(self) -> SessionScore:
        """What was done against what is prescribed."""
        return score_session(self.seen.report, self.exercise, self.seen.marks)

    @property
    def report(self) -> AnalysisReport:
        """What was found, with all remarks."""
        return self.seen.report.with_notes(*self.notes)


def examine_file(
    path: Path,
    exercise: str | None,
    changes: Changes | None = None,
    on_block: Callable[[ImuBlock], None] | None = None,
) -> ExaminedFile:
    """Read and analyse a recording, with a progress bar on stderr if that takes long."""
    reader = open_recording(path)
    meta = reader.meta()
    which = prescribed_exercise(exercise, changes or Changes(), meta)
    with Bar(Console(stderr=True)) as bar, closing(bar.chunks(reader)) as chunks:
        seen = examine(chunks, exercise=which.id, params=which.counting(), on_block=on_block, undone=reader.undone())
    return ExaminedFile(seen, meta, reader.notes, which)


def prescribed_exercise(exercise: str | None, changes: Changes, meta: Mapping[str, str]) -> Exercise:
    """The exercise asked for, or else what it was recorded as, prescribed as it was then; with changes of now."""
    if exercise is not None:
        return changes.applied_to(known_exercise(exercise))
    changes = changes.over(Changes.of_meta(meta))
    with suppress(UnknownExerciseError):  # of somebody else's making: counted without assumptions
        return changes.applied_to(known_exercise(meta.get("exercise", GENERIC)))
    return changes.applied_to(known_exercise(GENERIC))


def title_of(path: Path, exercise: Exercise, meta: Mapping[str, str]) -> str:
    """The heading of a report: which recording, whether nobody did it, which exercise."""
    name = one_line(path.name) + (" (simulated)" if meta.get("simulated") else "")
    return name if exercise.id == GENERIC else f"{name}: {exercise.name}"


def demand_csv(output: Path) -> None:
    """Raise EndingError for a name that promises another form of table; where there is no ending, nothing is."""
    if output.suffix:
        demand_ending(output, "CSV", [".csv"])


def spare_recording(recording: Path, output: Path) -> None:
    """Raise OutputError if writing ``output`` would overwrite the recording, by whatever name or link."""
    try:
        same = recording.samefile(output)
    except (OSError, ValueError):  # one of them is not there: they differ
        return
    if same:
        raise OutputError("is the recording itself; write to another place, with --output", path=output)
