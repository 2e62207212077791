"""``repclip export``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from repclip.cli.common import ExerciseOption, FileArgument, examine_file, output_console, spare_recording
from repclip.errors import OutputError
from repclip.recording.exporters.tables import SAMPLES_HEADER, reps_csv, samples_csv
from repclip.wording import one_line
from repsignal import ImuBlock

__all__ = ["HELP", "command"]

_SPECIAL: Final = ("/dev", "/proc")  # as /dev/stdout, which may lead to a file that others write to as well

HELP: Final = """
\b
[dim]Samples, in our own CSV:[/dim]
  [bold]repclip export evening.repclip[/bold]
[dim]One line a rep, with the times of all phases:[/dim]
  [bold]repclip export evening.repclip --reps -o evening-reps.csv[/bold]
"""


def command(
    file: FileArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="CSV",
            help="Where to; else FILE.csv or FILE-reps.csv here.",
            readable=False,
        ),
    ] = None,
    reps: Annotated[bool, typer.Option("--reps", help="One line a rep instead of one a sample.")] = False,
    exercise: ExerciseOption = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Overwrite CSV where it exists.")] = False,
) -> None:
    """Write a recording as CSV."""
    target = output or Path(f"{file.stem}-reps.csv" if reps else f"{file.stem}.csv")
    spare_recording(file, target)
    console = output_console()
    with _created(target, force=force) as out:
        if reps:
            examined = examine_file(file, exercise)
            out.write(reps_csv(examined.seen.report))
            what = f"{examined.seen.report.summary.reps} reps"
        else:
            out.write(SAMPLES_HEADER)
            examined = examine_file(file, exercise, on_block=_writer(out))
            what = f"{examined.seen.report.samples} samples"
    console.print(f"{what}; the file is {one_line(str(target))}", soft_wrap=True)
    for note in examined.notes:
        console.print(note, style="yellow")


def _writer(out: TextIO) -> Callable[[ImuBlock], None]:
    def write(block: ImuBlock) -> None:
        out.write(samples_csv(block))

    return write


@contextmanager
def _created(path: Path, *, force: bool) -> Generator[TextIO]:
    """The file, to be written. If that fails, or what goes in cannot be read, there is none, or still the old one."""
    try:
        old = _overwritten(path) if force else None
        made = path if old is None else old.with_name(f".{old.name}.{os.getpid()}.part")
        out = made.open("w" if force else "x", encoding="utf-8", newline="")
    except (FileExistsError, IsADirectoryError) as exc:
        advice = "is a folder; name a file in it" if path.is_dir() else "exists already; name another file, or --force"
        raise OutputError(advice, path=path) from exc
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise OutputError(f"cannot be written ({reason})", path=path) from exc
    try:
        with out:
            yield out
        if old is not None:
            _replace(old, made)
    except BaseException:
        if made.is_file() and not made.is_symlink():  # /dev/stdout stays
            made.unlink()
        raise


def _overwritten(path: Path) -> Path | None:
    """The file behind all links; None where there is none yet, or what is there takes bytes and keeps none of them."""
    real = path.resolve()
    special = any(path.absolute().is_relative_to(one) for one in _SPECIAL)
    return real if real.is_file() and not special else None


def _replace(old: Path, new: Path) -> None:
    try:
        shutil.copymode(old, new)
        new.replace(old)
    except OSError as exc:
        raise OutputError(f"cannot be overwritten ({exc.strerror or exc}); name another file", path=old) from exc
