"""What to do next: a proposal from what was done, by the rules of the exercises' sources. It never insists.

================  =====================================================================================================
the articles      begin with one set (of 10, or what the exercise begins with); work up to three sets of 15 to 20, or to
                  what the exercise prescribes, over a couple of weeks; at most 4 sets of one exercise and 10 sets in a
                  workout; rest between sets as the exercise has it; fewer clean reps in a set than the exercise wants
                  (12 in leg curls) mean that the load is too heavy; ankle weights begin with 0.5 to 1 kg; pain means
                  stop
ours, where they  the order of the steps (reps of the first set, then sets, then reps) and their size, so that all are
have no figure    done within two weeks; one goes a step on with 80 % of the phases on tempo, or of the reps clean where
                  no tempo is prescribed; at least one day off between two workouts of one exercise (as the American
                  College of Sports Medicine advises: non-consecutive days); after two weeks without it a step back for
                  each two; after pain one begins anew; sets of left and right count for each side
================  =====================================================================================================

Nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from math import ceil
from typing import Final

from repclip.session.exercise import Exercise
from repclip.session.prescription import Count, Span
from repclip.wording import PAIN_ADVICE

__all__ = [
    "DoneSession",
    "DoneSet",
    "LoadAdvice",
    "LoadChange",
    "Proposal",
    "Step",
    "Stop",
    "propose",
    "steps_of",
]

# Of the articles
_REPS: Final = Count(15, 20, start=10)  # where an exercise does not say
_SETS: Final = 3
_SETS_OF_ONE: Final = 4
_SETS_OF_ALL: Final = 10
# Ours
_MORE_REPS: Final = 3  # at most, from one step to the next
_GOOD: Final = 0.8
_DAY_OFF: Final = timedelta(days=2)  # from one workout to the next
_BREAK_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class DoneSet:
    """A set as it was done. ``reps`` are full ones, ``clean_reps`` those without a flag, of ``side`` if it was told."""

    reps: int
    clean_reps: int
    adherence_on: int
    adherence_judged: int
    side: str | None = None
    load_kg: float | None = None


@dataclass(frozen=True, slots=True)
class DoneSession:
    """A recording as a workout, or as a part of one: those of one day belong together. ``created`` is local time.

    ``simulated``: nobody did it, so it does not count.
    """

    created: datetime
    exercise: str
    sets: tuple[DoneSet, ...]
    pain: bool = False
    simulated: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """So many sets of so many reps."""

    sets: int
    reps: int

    def __str__(self) -> str:
        return f"{self.sets} set{'' if self.sets == 1 else 's'} of {self.reps}"


class LoadChange(StrEnum):
    """What to do about the weight."""

    BEGIN = "begin"
    SAME = "same"
    LIGHTER = "lighter"


@dataclass(frozen=True, slots=True)
class LoadAdvice:
    """``last_kg`` is what was used last, None where nobody said; ``begin_kg`` what to begin with."""

    change: LoadChange
    last_kg: float | None = None
    begin_kg: Span | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do next of an exercise, and why: ``reasons`` and ``warnings`` are whole sentences.

    ``each_side``: so many sets with each leg. ``rest_s`` is None where none is prescribed, ``load`` where there is
    nothing to say of it.
    """

    exercise: str
    sets: int
    reps: int
    each_side: bool
    rest_s: float | None
    not_before: date
    load: LoadAdvice | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """There is no proposal, since pain was reported on that day."""

    exercise: str
    since: date
    advice: str


def propose(
    exercise: Exercise, done: Sequence[DoneSession], today: date, well_since: datetime | None = None
) -> Proposal | Stop:
    """The next workout of an exercise; ``done`` are the sessions of all exercises, in any order.

    Pain in any of them ends the programme of all, until the user says to be well again: ``well_since`` is when they
    last did. What was done before that is then no measure any more.
    """
    proposal = _of_real(exercise, [one for one in done if not one.simulated], today, well_since)
    simulated = sum(one.simulated for one in done)
    if isinstance(proposal, Stop) or not simulated:
        return proposal
    why = "session is left out, as nobody did it" if simulated == 1 else "sessions are left out, as nobody did them"
    return replace(proposal, reasons=(*proposal.reasons, f"{simulated} simulated {why}."))


def _of_real(
    exercise: Exercise, done: Sequence[DoneSession], today: date, well_since: datetime | None
) -> Proposal | Stop:
    hurt = max((one.created for one in done if one.pain), default=None)
    if hurt is not None and (well_since is None or hurt >= well_since):
        return Stop(exercise.id, hurt.date(), PAIN_ADVICE)
    recovered = hurt is not None
    counted = [one for one in done if well_since is None or not recovered or one.created > well_since]
    workouts = _workouts(exercise.id, counted)
    if not workouts:
        first = steps_of(exercise)[0]
        why = "After the pain begin anew" if recovered else "Nothing is known of it yet, so begin"
        return _proposal(exercise, _Choice(first, (f"{why} with {first}.",)), counted, today)
    return _after(exercise, workouts[-1], counted, today)


def steps_of(exercise: Exercise) -> tuple[Step, ...]:
    """From the first workout to all that is prescribed: more reps in one set, then more sets, then more reps."""
    reps = exercise.reps or _REPS
    sets = min(exercise.sets.max if exercise.sets else _SETS, _SETS_OF_ONE)
    begin = reps.min if reps.start is None else reps.start
    aim = max(begin, reps.min)
    more = [Step(1, number) for number in _stairs(begin, aim)]
    more += [Step(number, aim) for number in range(2, sets + 1)]
    more += [Step(sets, number) for number in _stairs(aim, max(aim, reps.max))[1:]]
    return tuple(more)


def _stairs(low: int, high: int) -> list[int]:
    count = ceil((high - low) / _MORE_REPS)
    return [low, *(low + ceil((high - low) * step / count) for step in range(1, count + 1))]


@dataclass(frozen=True, slots=True)
class _Workout:
    """All sets of one exercise on one day; ``sides`` are the groups to be measured by themselves."""

    day: date
    sets: tuple[DoneSet, ...]

    @property
    def each_side(self) -> bool:
        return {"left", "right"} <= {one.side for one in self.sets}

    @property
    def sides(self) -> list[list[DoneSet]]:
        if not self.each_side:
            return [list(self.sets)]
        return [[one for one in self.sets if one.side == side] for side in ("left", "right")]

    @property
    def count(self) -> int:
        """Sets, of the side that did more."""
        return max(len(side) for side in self.sides)

    @property
    def on_tempo(self) -> float | None:
        judged = sum(one.adherence_judged for one in self.sets)
        return sum(one.adherence_on for one in self.sets) / judged if judged else None

    @property
    def clean(self) -> float:
        return sum(one.clean_reps for one in self.sets) / sum(one.reps for one in self.sets)

    @property
    def load_kg(self) -> float | None:
        return next((one.load_kg for one in reversed(self.sets) if one.load_kg is not None), None)

    def reached(self, steps: Sequence[Step]) -> int:
        """The number of the last step that was done, by both sides; -1: none."""
        return max(
            (number for number, step in enumerate(steps) if all(_has_done(side, step) for side in self.sides)),
            default=-1,
        )

    def __str__(self) -> str:
        counts = " and ".join(", ".join(str(one.reps) for one in side) for side in self.sides)
        sets = f"{self.count} set{'' if self.count == 1 else 's'}{' a side' if self.each_side else ''}"
        share = f"{self.on_tempo:.0%} on tempo" if self.on_tempo is not None else f"{self.clean:.0%} clean"
        return f"{sets} ({counts} reps), {share.replace('%', ' %')}"


def _has_done(sets: Sequence[DoneSet], step: Step) -> bool:
    return sum(one.reps >= step.reps for one in sets) >= step.sets


def _workouts(exercise_id: str, done: Sequence[DoneSession]) -> list[_Workout]:
    those = sorted((one for one in done if one.exercise == exercise_id), key=lambda one: one.created)
    days = groupby(those, key=lambda one: one.created.date())
    found = [
        _Workout(day, tuple(one for session in sessions for one in session.sets if one.reps > 0))
        for day, sessions in days
    ]
    return [one for one in found if one.sets]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A step, what speaks for it, and what to mind."""

    step: Step
    reasons: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def _after(exercise: Exercise, last: _Workout, done: Sequence[DoneSession], today: date) -> Proposal:
    steps = steps_of(exercise)
    reached = last.reached(steps)
    away_days = (today - last.day).days
    heavy = _too_heavy(exercise, last)
    share = last.clean if last.on_tempo is None else last.on_tempo
    good = "on tempo" if last.on_tempo is not None else "clean"
    number = max(0, reached)
    if away_days >= _BREAK_DAYS:
        number = max(0, reached - away_days // _BREAK_DAYS)
        told = f"That was {away_days} days ago: back to {steps[number]}."
    elif heavy is not None:
        told = "The same again with less weight, before there is more."
    elif share < _GOOD:
        told = f"Fewer than 80 % were {good}: the same again, before there is more."
    elif reached < 0:
        told = f"It begins with {steps[0]}."
    elif reached + 1 < len(steps):
        number, told = reached + 1, f"At least 80 % were {good}: a step on."
    else:
        told = "That is all that is prescribed: stay with it."
    reasons = [f"{'Today' if last.day == today else f'Last time, {_in_words(last.day, today)}'}: {last}."]
    if heavy is not None:
        reasons.append(f"One set had {heavy} clean reps; fewer than {exercise.clean_reps_min} is too heavy.")
    choice = _Choice(steps[number], (*reasons, told), tuple(_too_much(last, done)))
    return _proposal(exercise, choice, done, today, last)


def _too_heavy(exercise: Exercise, last: _Workout) -> int | None:
    """The clean reps of the worst set, where they are too few."""
    least = min(one.clean_reps for one in last.sets)
    return least if exercise.clean_reps_min is not None and least < exercise.clean_reps_min else None


def _too_much(last: _Workout, done: Sequence[DoneSession]) -> list[str]:
    warnings: list[str] = []
    if last.count > _SETS_OF_ONE:
        warnings.append(f"Last time there were {last.count} sets: at most {_SETS_OF_ONE} of one exercise.")
    of_all = _sets_on(last.day, done)
    if of_all > _SETS_OF_ALL:
        warnings.append(f"Last time there were {of_all} sets in all: at most {_SETS_OF_ALL} in a workout.")
    return warnings


def _sets_on(day: date, done: Sequence[DoneSession]) -> int:
    exercises = {one.exercise for one in done}
    return sum(one.count for each in exercises for one in _workouts(each, done) if one.day == day)


def _proposal(
    exercise: Exercise, choice: _Choice, done: Sequence[DoneSession], today: date, last: _Workout | None = None
) -> Proposal:
    reasons = list(choice.reasons)
    sets, not_before = choice.step.sets, today
    if last is not None and min(last.day, today) + _DAY_OFF > today:  # a clock may have been wrong
        not_before = min(last.day, today) + _DAY_OFF
        reasons.append("At least one day off between two workouts of it.")
    room = _SETS_OF_ALL - _sets_on(today, done) if not_before == today else _SETS_OF_ALL
    if room <= 0:
        not_before = today + timedelta(days=1)
        reasons.append(f"There were {_SETS_OF_ALL - room} sets today: at most {_SETS_OF_ALL} in a workout.")
    elif room < sets:
        reasons.append(f"Only {room} more today, of at most {_SETS_OF_ALL} sets in a workout.")
        sets = room
    return Proposal(
        exercise=exercise.id,
        sets=sets,
        reps=choice.step.reps,
        each_side=last is not None and last.each_side,
        rest_s=exercise.rest_s,
        not_before=not_before,
        load=_load(exercise, last),
        reasons=tuple(reasons),
        warnings=choice.warnings,
    )


def _load(exercise: Exercise, last: _Workout | None) -> LoadAdvice | None:
    last_kg = None if last is None else last.load_kg
    if last is not None and _too_heavy(exercise, last) is not None:
        return LoadAdvice(LoadChange.LIGHTER, last_kg)
    if last_kg is not None:
        return LoadAdvice(LoadChange.SAME, last_kg)
    return None if exercise.load_start_kg is None else LoadAdvice(LoadChange.BEGIN, begin_kg=exercise.load_start_kg)


def _in_words(day: date, today: date) -> str:
    return f"{day.day} {day:%B}{'' if day.year == today.year else f' {day.year}'}"
