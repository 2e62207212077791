"""Recordings into the history, and sessions of it analysed anew: one after the other, whatever is wrong with some."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from repclip.cli.bar import Bar
from repclip.cli.common import prescribed_exercise
from repclip.errors import RecordingAccessError, RecordingError
from repclip.history import Entry, History, SessionRow
from repclip.history.analysing import Finder, analysed, created_of, exercise_of
from repclip.recording.access import accessing, is_folder
from repclip.recording.format import SUFFIX
from repclip.recording.identity import identity_of
from repclip.recording.importers.any_recording import ChunkReader, open_recording
from repclip.report.history import session_line
from repclip.report.text import Glyphs
from repclip.session.changes import Changes
from repclip.session.exercise import Exercise
from repclip.wording import counted, one_line

__all__ = ["add_recordings", "analyse_anew"]

Work = Callable[[Path, Bar], list[str]]


def add_recordings(
    history: History, paths: Sequence[Path], exercise: str | None, changes: Changes, console: Console
) -> None:
    """Analyse and keep these files, and all ``*.repclip`` in these folders.

    Raises
    ------
    RecordingError
        if there is but one, and it cannot be used.
    typer.Exit
        with 1 if any of several could not.

    """

    def add(path: Path, bar: Bar) -> list[str]:
        reader = _opened(path)
        meta, identity = reader.meta(), identity_of(path)
        old = history.of_recording(identity)
        if old is not None and exercise is None:
            which = changes.applied_to(exercise_of(old, history.path))
        else:
            which = prescribed_exercise(exercise, changes, meta)
        entry = _analysed(reader, identity, which, created_of(meta, path), bar)
        name = one_line(path.name)
        notes = [f"{name}: {note}" for note in reader.notes]
        if old is None and not (entry.report.summary.reps or entry.pain):
            return [f"{name}: there is no rep in it, so it is no session.", *notes]
        kept = session_line(history.session(history.add(entry).number))
        if old is not None:
            return [f"{kept}. It was there before, and is replaced.", *notes]
        when = "" if "created" in meta else " The time is when the file was last changed."
        return [f"{kept}.{when}", *notes]

    if _each(_files_in(paths), add, console):
        raise typer.Exit(1)


def analyse_anew(history: History, sessions: Sequence[SessionRow], console: Console) -> None:
    """Count and score with the code of today; sessions whose recording is missing or broken stay as they are.

    Raises
    ------
    RecordingError
        if there is but one, and its recording cannot be used.
    typer.Exit
        with 1 if any of several could not.

    """
    finder = Finder()
    found = [(one, finder.find(one)) for one in sessions]
    there = {path: one for one, path in found if path is not None}

    def analyse(path: Path, bar: Bar) -> list[str]:
        old = there[path]
        reader = _opened(path)
        history.add(_analysed(reader, old.recording_id, exercise_of(old, history.path), old.created, bar))
        new = history.session(old.id)
        return [] if _result(new) == _result(old) else [f"{session_line(new)}: {_result(new)}; it was {_result(old)}."]

    missing = [one for one, path in found if path is None]
    for one in missing:
        print(
            f"repclip: {one_line(str(one.recording))}: is missing, so session {one.id} stays as it is; "
            "'repclip history add FILE' tells where it is now",
            file=sys.stderr,
        )
    failures = _each(list(there), analyse, console)
    console.print(f"{counted(len(there) - failures, 'session')} analysed anew.")
    if missing or failures:
        raise typer.Exit(1)


def _files_in(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = _within(path) if is_folder(path) else [path]
        if not inside:
            raise RecordingAccessError(path, f"there is no *{SUFFIX} in this folder")
        found += [one for one in inside if one not in found]
    return found


def _within(folder: Path) -> list[Path]:
    """The recordings in it, and the folders that do not say what is in them: whoever opens those says why not."""
    found: list[Path] = []

    def refused(fault: OSError) -> None:
        found.append(Path(fault.filename))

    for inside, _, names in os.walk(folder, onerror=refused):
        found += [Path(inside, name) for name in names if name.endswith(SUFFIX)]
    return sorted(found)


def _opened(path: Path) -> ChunkReader:
    with accessing(path):
        kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        raise RecordingAccessError(path, "is a folder that may not be read; check its permissions")
    if not stat.S_ISREG(kind):
        raise RecordingAccessError(path, "is no file, so it could not be analysed again; save it to one")
    return open_recording(path)


def _analysed(reader: ChunkReader, identity: str, which: Exercise, created: datetime, bar: Bar) -> Entry:
    simulated = bool(reader.meta().get("simulated"))
    with closing(bar.chunks(reader)) as chunks:
        return analysed(reader.path, identity, chunks, which, created, simulated=simulated, undone=reader.undone())


def _each(paths: Sequence[Path], work: Work, console: Console) -> int:
    """How many could not be used. What is to be said comes when the bar is gone, but it does come."""
    said: list[str] = []
    failed: list[RecordingError] = []
    try:
        with Bar(Console(stderr=True), len(paths)) as bar:
            for path in paths:
                try:
                    said += work(path, bar)
                except RecordingError as exc:
                    if len(paths) == 1:
                        raise
                    failed.append(exc)
    finally:
        fit = Glyphs.for_console(console).fit
        for line in said:
            console.print(Text(fit(line)), soft_wrap=True)
        for fault in failed:
            print(f"repclip: {one_line(str(fault))}", file=sys.stderr)
    return len(failed)


def _result(one: SessionRow) -> str:
    found = one.adherence
    tempo = f", {found.on} of {found.judged} phases on tempo" if found.judged else ""
    return f"{counted(one.reps, 'rep')}, {counted(one.partials, 'partial rep')}{tempo}"
