"""What has been done so far: sets, reps, phases, as they stand at any moment of a session."""

from __future__ import annotations

from dataclasses import replace

from repclip.engine.outputs import Counted, Gap, Marked, Output
from repclip.source import MarkKind
from repsignal import PartialRep, PartialRepEvent, Phase, PhaseEvent, Rep, RepEvent, SetEnd

__all__ = ["Tally"]


class Tally:
    """Takes outputs of the pipeline in their order.

    ``sets`` are over and final; ``reps`` and ``partials`` are those of the set going on. A rep that the user undid is
    in none of them.
    """

    def __init__(self) -> None:
        self.sets: list[SetEnd] = []
        self.reps: list[Rep] = []
        self.partials: list[PartialRep] = []
        self.set_index = 1
        self.phase: Phase | None = None
        self.phase_start_s = 0.0
        self.gaps: list[Gap] = []
        self.marks: list[Marked] = []
        self.undone = 0
        self.paused = False
        self.pain = False
        self._undone: list[tuple[float, float]] = []

    @property
    def total_reps(self) -> int:
        """Of all sets."""
        return len(self.reps) + sum(len(one.reps) for one in self.sets)

    @property
    def total_partials(self) -> int:
        """Of all sets."""
        return len(self.partials) + sum(len(one.partials) for one in self.sets)

    def take(self, output: Output) -> None:
        """This was said."""
        match output:
            case Counted(RepEvent(index, rep, _)):
                self.set_index = index
                self.reps.append(rep)
            case Counted(PartialRepEvent(index, partial, _)):
                self.set_index = index
                self.partials.append(partial)
            case Counted(PhaseEvent(phase, start_s, _, index)):
                self.set_index = index
                self.phase, self.phase_start_s = phase, start_s
            case Counted(SetEnd() as end):
                self.sets.append(self._corrected(end))
                self._begin_set(end.index + 1)
            case Gap():
                self.gaps.append(output)
            case Marked(kind=kind):
                self.marks.append(output)
                if kind is MarkKind.UNDO:
                    self._undo()
                elif kind in (MarkKind.PAUSE, MarkKind.RESUME):
                    self.paused = kind is MarkKind.PAUSE
                elif kind is MarkKind.PAIN:
                    self.pain = True
            case _:
                pass

    def _begin_set(self, index: int) -> None:
        self.set_index = index
        self.reps, self.partials = [], []
        self.phase = None

    def _undo(self) -> None:
        if self.reps:
            self._strike(self.reps.pop())
        elif self.sets and self.sets[-1].reps:
            self._strike(self.sets[-1].reps[-1])
            self.sets[-1] = self._corrected(self.sets[-1])

    def _strike(self, rep: Rep) -> None:
        begin = rep.start_s if rep.start_s is not None else rep.top_s
        end = rep.end_s if rep.end_s is not None else rep.lower_start_s
        if begin is not None and end is not None:
            self._undone.append((begin, end))
            self.undone += 1

    def _corrected(self, end: SetEnd) -> SetEnd:
        """The set without what was undone; its reps are judged anew at its end, so they are known by their time."""
        kept = [rep for rep in end.reps if not self._is_undone(rep)]
        if len(kept) == len(end.reps):
            return end
        return replace(end, reps=tuple(replace(rep, index=number) for number, rep in enumerate(kept, 1)))

    def _is_undone(self, rep: Rep) -> bool:
        times = [time for time in (rep.start_s, rep.top_s, rep.lower_start_s, rep.end_s) if time is not None]
        if not times:
            return False
        middle = (times[0] + times[-1]) / 2
        return any(begin < middle < end for begin, end in self._undone)
