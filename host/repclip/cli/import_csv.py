"""``repclip import``."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from repclip.cli.bar import Bar
from repclip.cli.common import output_console
from repclip.errors import FormatError
from repclip.outfile import demand_ending
from repclip.recording.access import accessing
from repclip.recording.format import SUFFIX
from repclip.recording.identity import identity_of
from repclip.recording.importers.any_recording import CsvChunks, open_recording
from repclip.recording.writer import RecordingWriter
from repclip.source import SampleBlock
from repclip.wording import counted, one_line

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]Writes evening.repclip:[/dim]
  [bold]repclip import evening.csv[/bold]
"""


def command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A CSV with the header t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps.", readable=False
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to, a *.repclip; without it, here.", readable=False),
    ] = None,
) -> None:
    """Make a recording of a CSV."""
    reader = open_recording(file)
    if not isinstance(reader, CsvChunks):
        reader.meta()  # which says so if it is none
        raise FormatError(file, "is a recording of ours already; nothing to import")
    target = output or Path(f"{file.stem}{SUFFIX}")
    demand_ending(target, "a recording", [SUFFIX])
    samples = 0
    console = output_console()
    writer = _writer(target, file)
    try:
        with Bar(Console(stderr=True)) as bar, writer, closing(bar.chunks(reader)) as chunks:
            for chunk in chunks:
                writer.write(chunk)
                samples += len(chunk.block) if isinstance(chunk, SampleBlock) else 0
    except BaseException:
        writer.discard()  # half a CSV is no recording
        raise
    if not samples:
        console.print(f"{one_line(file.name)} has no samples; nothing was made", soft_wrap=True)
        return
    console.print(f"{counted(samples, 'sample')}; the recording is {one_line(str(target))}", soft_wrap=True)
    for note in reader.notes:
        console.print(note, style="yellow")


def _writer(target: Path, file: Path) -> RecordingWriter:
    """As of a recording made when the CSV was: the history takes both for one."""
    meta = {"imported_from": file.name}
    with accessing(file):
        there = file.stat()
    if not stat.S_ISREG(there.st_mode):  # a pipe can be read but once
        return RecordingWriter(target, meta)
    made = datetime.fromtimestamp(there.st_mtime, UTC)
    return RecordingWriter(target, {**meta, "id": identity_of(file)}, created=made)
