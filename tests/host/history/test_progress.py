"""Weeks: which sessions are in them, and what of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from history_helpers import BALL, BEGIN, entry, one_set
from repclip.history import SessionRow, open_history
from repclip.history.progress import progress_of
from repclip.session.exercise import find_exercise
from repclip.session.statistics import Adherence, Spread
from repsignal import Phase

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture
def sessions(tmp_path: Path) -> list[SessionRow]:
    """Two in the week of 2 November, one in that of the 16th, one of another exercise."""
    history = open_history(tmp_path / "history.sqlite")
    history.add(entry(1, sides=("left", "right")))
    history.add(entry(3, sets=(one_set(1, 5.0, 9, rom_deg=30.0),)))
    history.add(entry(16, sets=(one_set(1, 5.0, 4, lower_s=2.5),)))
    history.add(entry(17, exercise=find_exercise("nordic-curl")))
    return history.sessions()


def test_weeks_begin_on_monday_and_empty_ones_are_there(sessions: list[SessionRow]) -> None:
    found = progress_of(sessions, BALL, today=TODAY, weeks=12, zone=UTC)
    assert [week.begin for week in found.weeks] == [date(2026, 11, day) for day in (2, 9, 16, 23)]
    assert [week.sessions for week in found.weeks] == [2, 0, 1, 0]
    assert [week.figures.sets for week in found.weeks] == [3, 0, 1, 0]
    assert [week.figures.reps for week in found.weeks] == [16, 0, 4, 0]
    assert [point.when.day for point in found.points] == [2, 4, 17]


def test_only_so_many_weeks(sessions: list[SessionRow]) -> None:
    found = progress_of(sessions, BALL, today=TODAY, weeks=2, zone=UTC)
    assert [week.sessions for week in found.weeks] == [1, 0]
    assert progress_of(sessions, BALL, today=TODAY, weeks=1, zone=UTC).weeks == ()
    assert progress_of(sessions, "generic", today=TODAY, weeks=52, zone=UTC).weeks == ()


def test_what_is_to_come_is_no_progress(sessions: list[SessionRow]) -> None:
    found = progress_of(sessions, BALL, today=date(2026, 11, 8), weeks=12, zone=UTC)
    assert [week.sessions for week in found.weeks] == [2]


def test_the_week_is_that_of_the_clock_on_the_wall(sessions: list[SessionRow]) -> None:
    """It was 23:30 on Sunday in Greenwich."""
    late = [replace(sessions[0], created=datetime(2026, 11, 8, 23, 30, tzinfo=UTC))]
    east = timezone(timedelta(hours=1))
    assert progress_of(late, BALL, today=TODAY, weeks=9, zone=UTC).weeks[0].begin == date(2026, 11, 2)
    assert progress_of(late, BALL, today=TODAY, weeks=9, zone=east).weeks[0].begin == date(2026, 11, 9)


def test_figures_are_of_all_reps_alike(sessions: list[SessionRow]) -> None:
    week, _, last, empty = progress_of(sessions, BALL, today=TODAY, weeks=12, zone=UTC).weeks
    assert week.figures.adherence == Adherence(48, 48)
    assert last.figures.adherence == Adherence(8, 12), "the lowering was too fast"
    assert week.figures.rom_deg == pytest.approx((7 * 38.0 + 9 * 30.0) / 16)
    assert week.figures.tension_s == pytest.approx(16 * 7.5)
    assert empty.figures.adherence.share is None
    assert (empty.figures.rom_deg, empty.figures.variation, empty.figures.tension_s) == (None, None, 0.0)


def test_left_and_right_are_apart(sessions: list[SessionRow]) -> None:
    week, _, last, _ = progress_of(sessions, BALL, today=TODAY, weeks=12, zone=UTC).weeks
    assert {side: figures.reps for side, figures in week.sides.items()} == {"left": 4, "right": 3}
    assert last.sides == {}


def test_consistency_is_of_the_middle_phase_of_each_set(sessions: list[SessionRow]) -> None:
    def varied(lift: float, hold: float, lower: float) -> SessionRow:
        row = sessions[-1]
        shares = {Phase.LIFT: lift, Phase.HOLD: hold, Phase.LOWER: lower, Phase.PAUSE: 9.0}
        phases = [replace(one, spread=Spread(4, 2.0, 2.0 * shares[one.phase])) for one in row.sets[0].phases]
        return replace(row, exercise=BALL, sets=(replace(row.sets[0], phases=tuple(phases)),))

    def found(*rows: SessionRow) -> float | None:
        return progress_of(rows, BALL, today=TODAY, weeks=12, zone=UTC).weeks[0].figures.variation

    assert found(varied(0.1, 0.9, 0.2)) == pytest.approx(0.2)
    few = varied(0.1, 0.1, 0.1)
    few = replace(few, sets=(replace(few.sets[0], reps=1),))
    assert found(varied(0.1, 0.9, 0.2), few) == pytest.approx((4 * 0.2 + 0.1) / 5)


def test_what_is_not_known_of_a_set_is_left_out(sessions: list[SessionRow]) -> None:
    row = sessions[0]
    row = replace(row, sets=(replace(row.sets[0], under_tension_s=None, rom_deg=None), row.sets[1]))
    (figures,) = [week.figures for week in progress_of([row], BALL, today=BEGIN.date(), weeks=1, zone=UTC).weeks]
    assert (figures.whole_tension, figures.tension_s) == (False, pytest.approx(3 * 7.5))
    assert figures.rom_deg == pytest.approx(38.0)
