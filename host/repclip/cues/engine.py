"""What is to be heard, and when: outputs of the session and its time go in, cues come out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from repclip.cues.follow import MeasuredPace
from repclip.cues.lead import Metronome
from repclip.cues.settings import CountAt, CueMode, CueSettings
from repclip.cues.timeline import Timeline, countdown
from repclip.cues.types import Cue, CueKind, Priority
from repclip.cues.verdicts import Adviser, fault_of
from repclip.cues.words import count_words, set_words
from repclip.engine.outputs import Counted, Marked, Output, Sampled
from repclip.engine.tally import Tally
from repclip.session.exercise import Exercise
from repclip.session.prescription import over_after_s
from repclip.source import LinkChange, LinkEvent, MarkKind
from repclip.wire import Status
from repclip.wording import PAIN_ADVICE
from repsignal import Event, Hole, PartialRep, PartialRepEvent, Phase, PhaseEvent, Rep, RepEvent, SetEnd

__all__ = ["CueEngine"]

_STALE_S: Final = 0.5  # so long after the newest sample a phase is taken to go on, as in the live view
_FRESH_S: Final = (
    1.5  # a rep that was over longer ago is not spoken of: the set was found only now, or the link was lost
)
_LOW_PERCENT: Final = (5, 15)
_CHARGED: Final = 10  # percent above: a battery's figure goes up and down


class CueEngine:
    """`take` all outputs, in order, and ask `at` what has fallen due; both give cues in the order of their times.

    How often `at` is asked between two chunks makes no difference, nor how the samples are cut: what happened is taken
    at the time when it could be known (``detected_s``). What was due before that, and not asked for, is given along
    with it; whoever plays cues leaves out what is too late (`Cue.until_s`).

    Raises
    ------
    NoTempoError
        where one is to be led through an exercise without a tempo.

    """

    def __init__(self, exercise: Exercise, settings: CueSettings) -> None:
        self._exercise = exercise
        self._settings = settings
        self._metronome = Metronome(exercise, settings) if settings.mode is CueMode.LEAD else None
        self._pace = MeasuredPace(exercise, settings.count)
        self._adviser = Adviser()
        self._rest = Timeline()
        self._likely = Timeline()  # that the set is done, as far as one can tell, and its rest
        self._told_done: int | None = None  # with so many reps
        self._tally = Tally()
        self._newest_s: float | None = None
        self._lost = False
        self._low_percent = 100  # what was said of the battery last

    def take(self, output: Output) -> list[Cue]:
        """This was said."""
        return self._wanted(list(self._taken(output)))

    def at(self, now_s: float) -> list[Cue]:
        """What has fallen due by now, a time of the session that does not run backwards."""
        return self._wanted(self._due(now_s))

    def _wanted(self, cues: list[Cue]) -> list[Cue]:
        settings = self._settings
        if settings.mode is CueMode.QUIET:
            return [cue for cue in cues if cue.priority is Priority.NEWS]
        unwanted = {
            CueKind.PHASE: not settings.tones,
            CueKind.TICK: not settings.ticks,
            CueKind.VERDICT: not settings.verdicts,
            CueKind.REST: not settings.rest,
        }
        return [cue for cue in cues if not unwanted.get(cue.kind, False)]

    def _due(self, now_s: float) -> list[Cue]:
        known_s = now_s if self._newest_s is None else min(now_s, self._newest_s + _STALE_S)
        likely = list(self._likely.until(known_s))
        self._told_done = next((cue.number for cue in likely if cue.kind is CueKind.SET_DONE), self._told_done)
        due = [*self._pace.until(known_s), *likely, *self._rest.until(now_s)]
        if self._metronome is not None:
            due += self._metronome.until(now_s)
        return sorted(due, key=lambda cue: cue.time_s)

    # --- what was said -----------------------------------------------------------------------------------------------

    def _taken(self, output: Output) -> Iterator[Cue]:
        self._tally.take(output)
        newest_s = self._newest_s or 0.0
        match output:
            case Sampled(block) if len(block):
                if self._newest_s is None and self._metronome is not None:
                    self._metronome.begin(float(block.time_s[0]))
                self._newest_s = float(block.time_s[-1])
            case Counted(event):
                yield from self._counted(event)
            case Marked(time_s, kind):
                yield from self._marked(max(newest_s, time_s or 0.0), kind)
            case LinkEvent(change=LinkChange.LOST) if not self._lost:
                self._lost = True
                yield from self._due(newest_s)
                yield Cue(newest_s, CueKind.LINK_LOST, "link lost")
            case LinkEvent(change=LinkChange.CONNECTED) if self._lost:
                self._lost = False
                yield from self._due(newest_s)
                yield Cue(newest_s, CueKind.LINK_BACK, "link back")
            case Status(battery_percent=int(percent)):
                yield from self._battery(newest_s, percent)
            case _:
                pass

    def _counted(self, event: Event) -> Iterator[Cue]:
        match event:
            case PhaseEvent():
                yield from self._due(event.detected_s)
                self._rest = Timeline()
                if event.phase is not Phase.PAUSE:
                    self._likely = Timeline()
                if self._metronome is None:
                    yield from self._pace.begins(event, len(self._tally.reps))
            case RepEvent(_, rep, detected_s):
                yield from self._due(detected_s)
                self._rest = Timeline()
                yield from self._rep(rep, detected_s)
            case PartialRepEvent(_, partial, detected_s):
                yield from self._due(detected_s)
                yield from self._verdict(partial, detected_s)
            case SetEnd():
                yield from self._due(event.detected_s)
                yield from self._set_end(event)
            case Hole(start_s, end_s, bridged=False):
                yield from self._due(min(start_s + _STALE_S, end_s))
                self._pace.stop()
                self._likely = Timeline()
            case _:
                pass

    def _rep(self, rep: Rep, now_s: float) -> Iterator[Cue]:
        number, prescribed = len(self._tally.reps), self._exercise.reps
        self._likely, self._told_done = Timeline(), None
        if self._metronome is None and _is_fresh(rep, now_s):
            wait_s = over_after_s(number, prescribed)
            if wait_s is not None and rep.end_s is not None:
                self._likely = Timeline(self._done(now_s + wait_s, rep.end_s, self._tally.set_index, number))
            if wait_s == 0.0:
                yield from self._due(now_s)
            elif self._settings.count is CountAt.BOTTOM:
                yield Cue(now_s, CueKind.COUNT, count_words(number, prescribed), number=number)
        yield from self._verdict(rep, now_s)

    def _verdict(self, cycle: Rep | PartialRep, now_s: float) -> Iterator[Cue]:
        if not _is_fresh(cycle, now_s):
            return
        text = self._adviser.says(fault_of(cycle, self._exercise, self._tally.reps))
        if text is not None:
            yield Cue(now_s, CueKind.VERDICT, text)

    def _set_end(self, event: SetEnd) -> Iterator[Cue]:
        self._pace.stop()
        self._adviser = Adviser()
        likely, told, self._likely, self._told_done = self._likely, self._told_done, Timeline(), None
        now_s, reps = event.detected_s, len(self._tally.sets[-1].reps)
        if self._metronome is not None:
            yield from self._metronome.end_set(now_s, event.end_s, reps)
            return
        if not reps:
            return
        if told == reps and likely.goes_on:
            self._rest = likely
            return
        done, *rest = self._done(now_s, event.end_s, event.index, reps)
        self._rest = Timeline(rest)
        if told != reps:
            yield done

    def _done(self, now_s: float, end_s: float, index: int, reps: int) -> Iterator[Cue]:
        """That the set is, and then its rest; it ended at ``end_s``."""
        exercise = self._exercise
        last = exercise.sets is not None and index >= exercise.sets.max
        left_s = None
        if exercise.rest_s is not None and self._settings.rest and not last:
            left_s = end_s + exercise.rest_s - now_s
        yield Cue(now_s, CueKind.SET_DONE, set_words(index, reps, rest_s=left_s, last=last), number=reps)
        if left_s is not None:
            yield from countdown(CueKind.REST, now_s, now_s + left_s, over="rest is over" if left_s > 0 else "")

    def _marked(self, now_s: float, kind: MarkKind) -> Iterator[Cue]:
        yield from self._due(now_s)
        metronome = self._metronome
        if kind in (MarkKind.PAUSE, MarkKind.PAIN, MarkKind.UNDO):
            self._likely = Timeline()
        if kind in (MarkKind.PAUSE, MarkKind.PAIN):
            self._pace.stop()
            self._rest = Timeline()
            if metronome is not None:
                metronome.stop(now_s)
        elif kind is MarkKind.RESUME and metronome is not None:
            metronome.begin(now_s)
        elif kind is MarkKind.END_SET and metronome is not None:
            yield from metronome.end_set(now_s, now_s, None)
        if kind is MarkKind.PAIN:
            yield Cue(now_s, CueKind.PAIN, PAIN_ADVICE)

    def _battery(self, now_s: float, percent: int) -> Iterator[Cue]:
        limit = next((one for one in _LOW_PERCENT if percent <= one), None)
        if limit is not None and limit < self._low_percent:
            self._low_percent = limit
            yield from self._due(now_s)
            yield Cue(now_s, CueKind.BATTERY, f"battery {percent} percent", number=percent)
        elif percent > self._low_percent + _CHARGED:
            self._low_percent = 100


def _is_fresh(cycle: Rep | PartialRep, now_s: float) -> bool:
    """An end that nobody saw was in a gap, and such a rep is told as soon as that is over."""
    return cycle.end_s is None or now_s - cycle.end_s <= _FRESH_S
