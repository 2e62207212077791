"""Adherence and consistency."""

from __future__ import annotations

from dataclasses import replace

import pytest

from made_cycles import made
from repclip.session.statistics import UNCERTAIN_S, Adherence, Spread, adherence, is_certain, phase_s, spread, verdict
from repclip.session.tempo import Tempo, Verdict, parse_tempo
from repsignal import Phase, Rep

TEMPO = parse_tempo("lift=1,hold=3,lower=3-4,pause=x")


def rep(**changes: object) -> Rep:
    return replace(made(Rep, 1, 5.0), **changes)  # type: ignore[arg-type]


def test_each_phase_has_its_duration() -> None:
    assert [phase_s(rep(), phase) for phase in Phase] == [1.0, 3.0, 3.5, 0.5]


def test_verdicts() -> None:
    slow = rep(lift_s=1.5, hold_s=2.4, lower_s=4.04)
    assert [verdict(slow, phase, TEMPO) for phase in Phase] == [Verdict.LONG, Verdict.SHORT, Verdict.ON, None]
    assert [verdict(slow, phase, Tempo()) for phase in Phase] == [None] * 4


@pytest.mark.parametrize(
    ("bound", "hit"),
    [
        ("start_sd_s", {Phase.LIFT}),
        ("top_sd_s", {Phase.LIFT, Phase.HOLD}),
        ("lower_start_sd_s", {Phase.HOLD, Phase.LOWER}),
        ("end_sd_s", {Phase.LOWER, Phase.PAUSE}),
    ],
)
def test_an_uncertain_bound_voids_the_phases_beside_it(bound: str, hit: set[Phase]) -> None:
    assert {phase for phase in Phase if not is_certain(rep(**{bound: UNCERTAIN_S + 0.01}), phase)} == hit
    assert all(is_certain(rep(**{bound: UNCERTAIN_S}), phase) for phase in Phase)


def test_adherence_counts_only_what_can_be_judged() -> None:
    reps = [rep(), rep(lift_s=2.0), rep(hold_s=None), rep(lower_s=9.0, end_sd_s=0.3)]
    assert adherence(reps, TEMPO) == Adherence(on=9, judged=10)
    assert adherence(reps, TEMPO, [Phase.LIFT]).share == 0.75
    assert adherence(reps, Tempo()).share is None
    assert adherence([], TEMPO).share is None


def test_spread_is_of_a_sample() -> None:
    reps = [rep(lift_s=0.8), rep(lift_s=1.2), rep(lift_s=None), rep(lift_s=5.0, top_sd_s=0.3)]
    found = spread(reps, Phase.LIFT)
    assert found == Spread(2, pytest.approx(1.0), pytest.approx(0.08**0.5))  # type: ignore[arg-type]
    assert found.variation == pytest.approx(0.08**0.5)


def test_spread_of_one_of_none_and_of_no_time() -> None:
    assert spread([], Phase.HOLD) is None
    one = spread([rep()], Phase.HOLD)
    assert one == Spread(1, 3.0, None)
    assert one.variation is None
    nothing = spread([rep(hold_s=0.0), rep(hold_s=0.0)], Phase.HOLD)
    assert nothing == Spread(2, 0.0, 0.0)
    assert nothing.variation is None


def test_nothing_else_of_a_rep_counts() -> None:
    assert adherence([replace(rep(), rom_deg=1.0)], TEMPO) == Adherence(3, 3)
