"""A metronome that somebody follows: count-in, reps at the prescribed tempo, rest, the next set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from math import floor, inf
from typing import Final

from repclip.cues.settings import CountAt, CueSettings
from repclip.cues.timeline import Timeline, aim_s, countdown, ticks
from repclip.cues.types import Cue, CueKind
from repclip.cues.words import set_words
from repclip.errors import NoTempoError
from repclip.session.exercise import Exercise
from repsignal import Phase, phases_from

__all__ = ["Metronome"]

_AGAIN_S: Final = 5.0  # of count-in where one has lain down already, if the user's is not shorter


@dataclass(frozen=True, slots=True)
class _Led:
    """A set that is led from ``first_rep`` on. ``start_s``: when its first rep would have begun; ``end_s``: its end."""

    index: int
    first_rep: int
    start_s: float
    end_s: float


class Metronome:
    """Leads through as many reps and sets as one begins with; where they are not prescribed, until it is stopped.

    Without a prescribed rest there is but one set. All times are the session's, and never run backwards.

    Raises
    ------
    NoTempoError
        where the exercise prescribes no lift or no lower.

    """

    def __init__(self, exercise: Exercise, settings: CueSettings) -> None:
        if exercise.tempo.lift is None or exercise.tempo.lower is None:
            raise NoTempoError(exercise.id)
        self._lengths_s = {phase: aim_s(exercise.tempo.target(phase)) for phase in phases_from(exercise.first_phase)}
        self._rep_s = sum(self._lengths_s.values())
        self._reps = None if exercise.reps is None else exercise.reps.least
        self._sets = None if exercise.sets is None else exercise.sets.least
        self._rest_s = exercise.rest_s
        self._settings = settings
        self._led: _Led | None = None
        self._timeline = Timeline()
        self._go_on_with = (1, 1)  # set and rep

    def begin(self, now_s: float) -> None:
        """Count in, and go, or go on where it was stopped."""
        index, rep = self._go_on_with
        if self._sets is not None and index > self._sets:
            return
        first = (index, rep) == (1, 1)
        count_in_s = self._settings.count_in_s if first else min(_AGAIN_S, self._settings.count_in_s)
        begin_s = now_s + count_in_s
        self._lead(index, begin_s - (rep - 1) * self._rep_s, rep, countdown(CueKind.COUNT_IN, now_s, begin_s))

    def stop(self, now_s: float) -> None:
        """Be silent."""
        led, self._led, self._timeline = self._led, None, Timeline()
        if led is None:
            return
        rep = max(led.first_rep, floor((now_s - led.start_s) / self._rep_s) + 1)
        self._go_on_with = (led.index, rep) if now_s < led.end_s else (led.index + 1, 1)

    def until(self, time_s: float) -> Iterator[Cue]:
        """What is due by then."""
        yield from self._timeline.until(time_s)
        while self._led is not None and (next_s := self._next_s(self._led)) <= time_s:
            self._lead(self._led.index + 1, next_s, 1)
            yield from self._timeline.until(time_s)

    def end_set(self, now_s: float, end_s: float, reps: int | None) -> Iterator[Cue]:
        """The person stopped at ``end_s``, after so many reps. Nothing where that is not of the set that is led."""
        led = self._led
        if led is None or now_s >= led.end_s or end_s <= led.start_s:
            return
        if self._rest_s is not None:  # there is always time to get ready
            end_s = max(end_s, now_s + _AGAIN_S - self._rest_s)
        self._led = replace(led, end_s=end_s)
        self._timeline = Timeline(self._rest(self._led, now_s))
        yield Cue(now_s, CueKind.SET_DONE, self._done(self._led, now_s, reps), number=reps)

    def _lead(self, index: int, start_s: float, first_rep: int, count_in: Iterable[Cue] = ()) -> None:
        pause_s = self._lengths_s[Phase.PAUSE]  # not after the last rep
        end_s = inf if self._reps is None else start_s + self._reps * self._rep_s - pause_s
        self._led = _Led(index, first_rep, start_s, end_s)
        self._timeline = Timeline(self._set(self._led, count_in))

    def _next_s(self, led: _Led) -> float:
        """When the next set begins; infinite where there is none."""
        last = self._rest_s is None or (self._sets is not None and led.index >= self._sets)
        return inf if last or self._rest_s is None else led.end_s + self._rest_s

    def _set(self, led: _Led, count_in: Iterable[Cue]) -> Iterator[Cue]:
        yield from count_in
        for rep in count(led.first_rep) if self._reps is None else range(led.first_rep, self._reps + 1):
            yield from self._rep(led.start_s + (rep - 1) * self._rep_s, rep, last=rep == self._reps)
        yield Cue(led.end_s, CueKind.SET_DONE, self._done(led, led.end_s, self._reps), number=self._reps)
        yield from self._rest(led, led.end_s)

    def _rep(self, start_s: float, rep: int, *, last: bool) -> Iterator[Cue]:
        at = self._settings.count
        _, _, back, _ = self._lengths_s
        for phase, length_s in self._lengths_s.items():
            if last and phase is Phase.PAUSE:
                return
            if length_s > 0.0:
                yield Cue(start_s, CueKind.PHASE, phase.value, phase)
                yield from ticks(phase, start_s, length_s, last=1)
            start_s += length_s
            here = {Phase.LIFT: CountAt.TOP, Phase.LOWER: CountAt.BOTTOM}.get(phase) is at
            if here and not (last and phase is back):  # the last is told with the set
                yield Cue(start_s, CueKind.COUNT, str(rep), phase, rep)

    def _rest(self, led: _Led, now_s: float) -> Iterator[Cue]:
        if (next_s := self._next_s(led)) < inf:
            yield from countdown(CueKind.REST, now_s, next_s)

    def _done(self, led: _Led, now_s: float, reps: int | None) -> str:
        left_s = self._next_s(led) - now_s
        last = self._sets is not None and led.index >= self._sets
        return set_words(led.index, reps, rest_s=left_s if self._settings.rest and left_s < inf else None, last=last)
