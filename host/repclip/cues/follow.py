"""The pace of somebody whose phases are measured: where each begins, and how much of it is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from repclip.cues.settings import CountAt
from repclip.cues.timeline import Timeline, ticks
from repclip.cues.types import Cue, CueKind
from repclip.cues.words import top_words
from repclip.session.exercise import Exercise
from repsignal import Phase, PhaseEvent, phases_from

__all__ = ["MeasuredPace"]

_APART_S: Final = 0.15  # a tick right upon a tone is heard as one with it


class MeasuredPace:
    """Takes the phases as they are told, which is after they began; what is over by then is not ticked."""

    def __init__(self, exercise: Exercise, count: CountAt) -> None:
        self._first, _, self._back, _ = phases_from(exercise.first_phase)
        self._tempo = exercise.tempo
        self._reps = exercise.reps
        self._count = count
        self._ticks = Timeline()
        self._hold_start_s: float | None = None  # of this rep
        self._arrived = False  # at its top

    def begins(self, event: PhaseEvent, reps: int) -> Iterator[Cue]:
        """A phase has begun, after so many reps of the set."""
        phase, start_s, now_s = event.phase, event.start_s, event.detected_s
        if phase in (self._first, Phase.PAUSE):
            self._hold_start_s, self._arrived = None, False
        # It swayed, and that was taken for the beginning of a lowering: it is the same hold, and as long as it is.
        goes_on = phase is Phase.HOLD and self._hold_start_s is not None
        if phase is Phase.HOLD:
            start_s = self._hold_start_s = start_s if self._hold_start_s is None else self._hold_start_s
        target = self._tempo.target(phase)
        planned = ticks(phase, start_s, 0.0 if target is None else target.min_s, last=0)
        self._ticks = Timeline(cue for cue in planned if cue.time_s > now_s + _APART_S)
        if not goes_on:
            yield Cue(now_s, CueKind.PHASE, phase.value, phase)
        if phase in (Phase.HOLD, self._back) and not self._arrived:
            self._arrived = True
            if self._count is CountAt.TOP:
                yield Cue(now_s, CueKind.COUNT, top_words(reps + 1, self._reps), phase, reps + 1)

    def until(self, time_s: float) -> Iterator[Cue]:
        """The ticks due by then."""
        return self._ticks.until(time_s)

    def stop(self) -> None:
        """Nobody knows any more what goes on."""
        self._ticks = Timeline()
        self._hold_start_s, self._arrived = None, False
