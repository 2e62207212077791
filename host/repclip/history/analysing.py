"""Recordings → entries of the history, and where the recordings of what is in it are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from repclip.engine.offline import examine
from repclip.errors import DamagedHistoryError, RecordingError, RepclipError, UnknownExerciseError
from repclip.history.entry import Entry
from repclip.history.prescribed import as_prescribed
from repclip.history.rows import SessionRow
from repclip.recording.format import SUFFIX
from repclip.recording.identity import identity_of
from repclip.recording.place import recordings_folder
from repclip.session.catalogue import known_exercise
from repclip.session.exercise import GENERIC, Exercise
from repclip.session.scores import score_session
from repclip.source import Chunk

__all__ = ["Finder", "analysed", "created_of", "exercise_of"]


def analysed(
    path: Path,
    recording_id: str,
    chunks: Iterable[Chunk],
    exercise: Exercise,
    created: datetime,
    *,
    simulated: bool = False,
    undone: bool = True,
) -> Entry:
    """What is in a recording, scored; ``undone`` as :func:`examine` says. Whatever ``chunks`` raises passes."""
    seen = examine(chunks, exercise=exercise.id, params=exercise.counting(), undone=undone)
    score = score_session(seen.report, exercise, seen.marks)
    return Entry(score, seen.report, path.resolve(), recording_id, created, seen.marks, seen.gaps, simulated)


def exercise_of(row: SessionRow, path: Path) -> Exercise:
    """The one that was done, prescribed as it was then, though it may be unknown by now. ``path``: of the history.

    Raises
    ------
    DamagedHistoryError
        where the prescription makes no sense.
    ExerciseError
        where one of the user's files of exercises cannot be used.

    """
    exercise = replace(known_exercise(GENERIC), id=row.exercise, name=row.exercise)
    with suppress(UnknownExerciseError):
        exercise = known_exercise(row.exercise)
    try:
        return as_prescribed(exercise, row.prescription)
    except (ValueError, TypeError, LookupError, RepclipError) as exc:
        raise DamagedHistoryError(path, f"is damaged: the prescription of session {row.id} makes no sense") from exc


class Finder:
    """Finds recordings: where they were when their session was written, else among all of the user's."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or recordings_folder()
        self._all: Mapping[str, Path] | None = None

    def find(self, row: SessionRow) -> Path | None:
        """Where the recording is now; None where it is nowhere to be seen. It may be one that cannot be read."""
        broken: Path | None = None
        try:
            if identity_of(row.recording) == row.recording_id:
                return row.recording
        except RecordingError:
            with suppress(OSError):
                broken = row.recording if row.recording.exists() else None
        if self._all is None:
            self._all = self._looked_through()
        return self._all.get(row.recording_id, broken)

    def _looked_through(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for path in sorted(self._folder.rglob(f"*{SUFFIX}"), reverse=True):  # of two copies the first
            with suppress(RecordingError):
                found[identity_of(path)] = path
        return found


def created_of(meta: Mapping[str, str], path: Path) -> datetime:
    """When it was recorded, as far as anybody knows: a CSV says nothing, so that its file's time has to do."""
    with suppress(KeyError, ValueError):
        said = datetime.fromisoformat(meta["created"])
        return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
