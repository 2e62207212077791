"""Sessions of one exercise, week by week: how much, how close to the tempo, how steady, how far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median
from typing import Final

from repclip.history.rows import SessionRow, SetRow
from repclip.session.statistics import Adherence
from repsignal import Phase

__all__ = ["SIDES", "Figures", "Point", "Progress", "Week", "progress_of"]

SIDES: Final = ("left", "right")
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some sets; None is unknown.

    ``variation`` is how much a phase varies from rep to rep of a set, as a coefficient of variation: the middle one of
    lift, hold and lower, and of all sets the mean, by their reps. ``rom_deg`` is the mean of the reps. Where samples
    were missing a set's time under tension is not known: then ``tension_s`` is that of the others, and not the
    ``whole_tension``.
    """

    sets: int
    reps: int
    adherence: Adherence
    variation: float | None
    rom_deg: float | None
    tension_s: float
    whole_tension: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One session: ``when`` is local time. ``simulated``: nobody did it."""

    when: datetime
    figures: Figures
    sides: dict[str, Figures]
    pain: bool
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """From the Monday ``begin`` on; ``sides`` are those that were told."""

    begin: date
    sessions: int
    figures: Figures
    sides: dict[str, Figures]


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one exercise: all weeks from the first one with a session to the last one asked for, empty ones too."""

    exercise: str
    weeks: tuple[Week, ...]
    points: tuple[Point, ...]

    @property
    def simulated(self) -> int:
        """How many of the sessions nobody did."""
        return sum(point.simulated for point in self.points)


def progress_of(
    sessions: Iterable[SessionRow], exercise: str, *, today: date, weeks: int, zone: tzinfo | None = None
) -> Progress:
    """The last so many weeks, that of ``today`` included; weeks are those of ``zone`` (None: where the user is)."""
    last = _monday(today)
    points: list[Point] = []
    done: dict[date, list[SetRow]] = {}
    for one in sessions:
        when = one.created.astimezone(zone)
        begin = _monday(when.date())
        if one.exercise == exercise and last - (weeks - 1) * _WEEK <= begin <= last:
            points.append(Point(when, _figures(one.sets), _sides(one.sets), one.pain, one.simulated))
            done.setdefault(begin, []).extend(one.sets)
    first = min(done, default=None)
    if first is None:
        return Progress(exercise, (), ())
    begins = [first + number * _WEEK for number in range((last - first) // _WEEK + 1)]
    counts = [sum(_monday(point.when.date()) == begin for point in points) for begin in begins]
    found = [
        Week(begin, count, _figures(done.get(begin, ())), _sides(done.get(begin, ())))
        for begin, count in zip(begins, counts, strict=True)
    ]
    return Progress(exercise, tuple(found), tuple(sorted(points, key=lambda point: point.when)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _sides(sets: Sequence[SetRow]) -> dict[str, Figures]:
    return {side: _figures(those) for side in SIDES if (those := [one for one in sets if one.side == side])}


def _figures(sets: Sequence[SetRow]) -> Figures:
    tensions = [one.under_tension_s for one in sets if one.reps]
    return Figures(
        sets=len(sets),
        reps=sum(one.reps for one in sets),
        adherence=Adherence(sum(one.adherence_on for one in sets), sum(one.adherence_judged for one in sets)),
        variation=_mean((_variation(one), one.reps) for one in sets),
        rom_deg=_mean((one.rom_deg, one.reps) for one in sets),
        tension_s=sum(tension for tension in tensions if tension is not None),
        whole_tension=None not in tensions,
    )


def _variation(one: SetRow) -> float | None:
    """The middle one: an optional hold that is left out in half of the reps varies beyond all measure."""
    spreads = [summary.spread for summary in one.phases if summary.phase is not Phase.PAUSE]
    known = [spread.variation for spread in spreads if spread is not None and spread.variation is not None]
    return median(known) if known else None


def _mean(values: Iterable[tuple[float | None, int]]) -> float | None:
    known = [(value, weight) for value, weight in values if value is not None and weight]
    return sum(value * weight for value, weight in known) / sum(weight for _, weight in known) if known else None
