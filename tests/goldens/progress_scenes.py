"""Weeks that were never trained, and the pictures of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import cos
from typing import Final

from matplotlib.figure import Figure

from repclip.history.progress import Figures, Point, Progress, Week
from repclip.report.plot import Size, draw_weeks
from repclip.report.plots.progress import ProgressSheet
from repclip.session.prescription import Span
from repclip.session.statistics import Adherence

BEGIN: Final = date(2026, 11, 2)


def figures(at: float, sets: int = 3, *, weaker: float = 0.0) -> Figures:
    """Of a session after ``at`` weeks: more reps, steadier, further and closer to the tempo as weeks go by."""
    grown = min(at / 8, 1.0) - weaker
    reps = sets * round(10 + 5 * grown)
    judged = 3 * reps
    wobble = 0.03 * cos(5 * at)
    return Figures(
        sets=sets,
        reps=reps,
        adherence=Adherence(round(judged * min(1.0, 0.6 + 0.35 * grown + wobble)), judged),
        variation=0.16 - 0.08 * grown + wobble / 2,
        rom_deg=34.0 + 5.0 * grown + 20 * wobble,
        tension_s=7.5 * reps,
        whole_tension=True,
    )


def together(those: Sequence[Figures]) -> Figures:
    reps = sum(one.reps for one in those)
    return Figures(
        sets=sum(one.sets for one in those),
        reps=reps,
        adherence=Adherence(sum(one.adherence.on for one in those), sum(one.adherence.judged for one in those)),
        variation=sum((one.variation or 0.0) * one.reps for one in those) / reps if reps else None,
        rom_deg=sum((one.rom_deg or 0.0) * one.reps for one in those) / reps if reps else None,
        tension_s=sum(one.tension_s for one in those),
        whole_tension=all(one.whole_tension for one in those),
    )


def progress(weeks: int, *, left_out: Sequence[int] = (), sides: bool = False, pain: Sequence[int] = ()) -> Progress:
    """Three sessions a week, the second one short; of the last week only the first."""
    points: list[Point] = []
    made: list[Week] = []
    for week in range(weeks):
        days = [] if week in left_out else [0] if week == weeks - 1 and week else [0, 2, 5]
        mine: list[Point] = []
        for day in days:
            at = week + day / 7
            apart = {"left": figures(at, 2), "right": figures(at, 2, weaker=0.4)} if sides else {}
            whole = together(list(apart.values())) if sides else figures(at, 1 if day == 2 else 3)
            when = datetime(BEGIN.year, BEGIN.month, BEGIN.day, 18, tzinfo=UTC) + timedelta(days=7 * week + day)
            mine.append(Point(when, whole, apart, pain=week in pain and day == 2))
        apart = {side: together([one.sides[side] for one in mine]) for side in ("left", "right") if sides and mine}
        begin = BEGIN + timedelta(days=7 * week)
        made.append(Week(begin, len(mine), together([one.figures for one in mine]), apart))
        points += mine
    return Progress("prone-thigh-extension-ball", tuple(made), tuple(points))


def one_week() -> Progress:
    return progress(1)


def eight() -> Progress:
    return progress(8, left_out=(4,))


def year() -> Progress:
    return progress(52, left_out=(9, 10, 30), pain=(8,))


def both_sides() -> Progress:
    return progress(10, left_out=(6,), sides=True)


def half_known() -> Progress:
    """Sides told in some weeks only, no tempo prescribed, a gap."""
    found = progress(9, sides=True)
    weeks = [replace(week, sides={}) if number < 4 else week for number, week in enumerate(found.weeks)]
    points = [replace(point, sides={}) if number < 12 else point for number, point in enumerate(found.points)]
    weeks = [replace(week, figures=_free(week.figures), sides=_freed(week.sides)) for week in weeks]
    points = [replace(point, figures=_free(point.figures), sides=_freed(point.sides)) for point in points]
    return replace(found, weeks=tuple(weeks), points=tuple(points))


def _free(one: Figures) -> Figures:
    return replace(one, adherence=Adherence(0, 0), whole_tension=False)


def _freed(sides: dict[str, Figures]) -> dict[str, Figures]:
    return {side: _free(one) for side, one in sides.items()}


def no_week() -> Progress:
    return Progress("generic", (), ())


@dataclass(frozen=True, slots=True)
class ProgressScene:
    """Weeks as a picture."""

    name: str
    made: Callable[[], Progress]
    size: Size = Size.PAGE
    rom_deg: Span | None = None

    def drawn(self) -> Figure:
        sheet = ProgressSheet(self.made(), "Prone thigh extension on a ball: progress", self.size, self.rom_deg)
        return draw_weeks(sheet)


PROGRESS_SCENES: Final = (
    *(
        ProgressScene(f"progress-{made.__name__.replace('_', '-')}{'-phone' if size is Size.PHONE else ''}", made, size)
        for made in (one_week, eight, year, both_sides)
        for size in Size
    ),
    ProgressScene("progress-half-known", half_known, rom_deg=Span(30.0, 45.0)),
    ProgressScene("progress-none", no_week),
)
