"""People and sensors drawn at random: scenarios with the variety of real use, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from repsignal.synth.activities import Fidget, IdleLeg, Move, Settle, Still, Stretch
from repsignal.synth.devices import random_sensor, with_faults
from repsignal.synth.draw import between
from repsignal.synth.exercises import EXERCISES, ExerciseFigures
from repsignal.synth.gait import Walk
from repsignal.synth.leg import Leg, Mounting, SoftTissue, Sway
from repsignal.synth.plan import SetPlan
from repsignal.synth.reps import Habits, draw_habits, draw_set
from repsignal.synth.scenario import Scenario, layout
from repsignal.synth.stage import Pose, Segment

__all__ = ["NEGATIVE_KINDS", "ScenarioKind", "random_scenario"]


class ScenarioKind(StrEnum):
    """What a random scenario is about. The last five hold no rep and last at least a minute."""

    CLEAN = "clean"  # one set, a steady person, a sound sensor, nothing else
    VARIED = "varied"  # one set as people do it, with what comes before and after
    TIRED = "tired"  # the same near exhaustion: shrinking range, partials, no holds, no pauses
    CUT = "cut"  # the recording begins or ends inside a set
    FAULTS = "faults"  # VARIED, with a bad sensor, a bad link and a strap that slips
    SESSION = "session"  # two or three sets with rests, stretching and walking between them
    WALKING = "walking"
    IDLE = "idle"
    SETTLING = "settling"
    STRETCHING = "stretching"
    OTHER_LEG = "other_leg"


NEGATIVE_KINDS = frozenset(
    (
        ScenarioKind.WALKING,
        ScenarioKind.IDLE,
        ScenarioKind.SETTLING,
        ScenarioKind.STRETCHING,
        ScenarioKind.OTHER_LEG,
    )
)
"""Kinds without any rep."""


def random_scenario(seed: int, kind: ScenarioKind = ScenarioKind.VARIED) -> Scenario:
    """A scenario of ``kind``, wholly determined by ``seed``.

    Exercise, body, habits, tempo, mounting and sensor are drawn anew; ``simulate(random_scenario(s, k), s)`` is a
    recording of it. Its ``name`` says what was drawn.
    """
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed!r}.")
    kind = ScenarioKind(kind)
    rng = np.random.default_rng([seed, list(ScenarioKind).index(kind)])
    figures = EXERCISES[int(rng.integers(len(EXERCISES)))]
    match kind:
        case ScenarioKind.CLEAN | ScenarioKind.VARIED | ScenarioKind.TIRED | ScenarioKind.CUT | ScenarioKind.FAULTS:
            scenario = _one_set(rng, kind, figures)
        case ScenarioKind.SESSION:
            scenario = _session(rng, figures)
        case _:
            scenario = _negative(rng, kind)
    if kind is ScenarioKind.CUT:
        scenario = _cut(rng, scenario)
    if kind is ScenarioKind.FAULTS:
        scenario = with_faults(rng, scenario)
    return replace(scenario, name=f"{kind.value} {seed}: {scenario.name}")


@dataclass(frozen=True, slots=True)
class _Person:
    """Where somebody's limb is, before and during the exercise."""

    leg: Leg
    standing: Pose
    bottom: Pose
    tilt_deg: float
    stride_s: float
    habits: Habits


def _person(rng: np.random.Generator, figures: ExerciseFigures, *, clean: bool, tired: bool) -> _Person:
    if figures.ball:
        sway = Sway(between(rng, (0.3, 1.5)), between(rng, (0.003, 0.015)))
    else:
        sway = Sway(between(rng, (0.05, 0.3)), between(rng, (0.0005, 0.003)))
    if clean:
        sway = replace(sway, rotation_deg=0.3 * sway.rotation_deg, travel_m=0.3 * sway.travel_m)
    firm = 0.3 if clean else 0.8
    heading = between(rng, (-180.0, 180.0))
    roll = between(rng, (-25.0, 25.0))
    return _Person(
        leg=Leg(
            between(rng, figures.distance_m),
            sway,
            SoftTissue(between(rng, (0.0, firm)), between(rng, (10.0, 15.0)), between(rng, (0.2, 0.4))),
        ),
        standing=Pose(-90.0 + between(rng, (-2.0, 2.0)), heading, roll),
        bottom=Pose(between(rng, figures.bottom_deg), heading, roll + between(rng, (-10.0, 10.0))),
        tilt_deg=between(rng, figures.tilt_deg) * float(rng.choice([-1.0, 1.0])),
        stride_s=between(rng, (0.95, 1.5)),
        habits=draw_habits(rng, figures, clean=clean, tired=tired),
    )


def _one_set(rng: np.random.Generator, kind: ScenarioKind, figures: ExerciseFigures) -> Scenario:
    clean = kind is ScenarioKind.CLEAN
    person = _person(rng, figures, clean=clean, tired=kind is ScenarioKind.TIRED)
    plan = _set(rng, figures, person, int(rng.integers(max(5, figures.reps[0]), figures.reps[1] + 1)))
    before: list[Segment] = []
    after: list[Segment] = [Still(between(rng, (2.0, 6.0)))]
    if clean:
        before.append(Still(between(rng, (1.0, 4.0)), person.bottom))
    else:
        arrives, departs = rng.random() < 0.6, rng.random() < 0.5
        before += _arrival(rng, person, figures) if arrives and not figures.trunk else _wait(rng, person)
        after += _departure(rng, person) if departs and not figures.trunk else []
    return Scenario(
        segments=(*before, plan, *after),
        leg=person.leg,
        mounting=Mounting.random(rng),
        sensor=random_sensor(rng),
        name=figures.id,
    )


def _session(rng: np.random.Generator, figures: ExerciseFigures) -> Scenario:
    person = _person(rng, figures, clean=False, tired=False)
    on_foot = not figures.trunk
    segments: list[Segment] = list(_arrival(rng, person, figures) if on_foot else _wait(rng, person))
    sets = int(rng.integers(2, 4))
    for index in range(sets):
        count = int(rng.integers(max(5, figures.reps[0] - 2), figures.reps[1] - 1))
        # The later, the more tired.
        tired = replace(person.habits, fatigue=min(1.0, person.habits.fatigue * (1.0 + 0.4 * index)))
        segments.append(_set(rng, figures, replace(person, habits=tired), count))
        segments.append(Still(between(rng, (1.0, 4.0))))
        if index + 1 < sets:
            segments += _rest(rng, person, on_foot=on_foot)
    if on_foot:
        segments += _departure(rng, person)
    return Scenario(
        tuple(segments), person.leg, Mounting.random(rng), random_sensor(rng), name=f"{figures.id}, {sets} sets"
    )


def _set(rng: np.random.Generator, figures: ExerciseFigures, person: _Person, count: int) -> SetPlan:
    return SetPlan(
        reps=draw_set(rng, person.habits, count),
        bottom=person.bottom,
        axis_tilt_deg=person.tilt_deg,
        lowers=figures.lowers,
        name=figures.id,
    )


def _arrival(rng: np.random.Generator, person: _Person, figures: ExerciseFigures) -> list[Segment]:
    out: list[Segment] = [Still(between(rng, (0.5, 3.0)), person.standing)]
    out.append(_walk(rng, person, between(rng, (5.0, 15.0))))
    if figures.lying:
        down = replace(person.bottom, elevation_deg=between(rng, (-15.0, 0.0)))
        out.append(Move.kneeling_down(down, between(rng, (2.5, 5.0))))
    out.append(Settle(between(rng, (4.0, 12.0)), between(rng, (5.0, 20.0)), between(rng, (15.0, 40.0))))
    out.append(Still(between(rng, (0.8, 5.0)), person.bottom))
    return out


def _wait(rng: np.random.Generator, person: _Person) -> list[Segment]:
    out: list[Segment] = [Still(between(rng, (0.5, 4.0)), person.bottom)]
    if rng.random() < 0.5:
        out.append(Settle(between(rng, (3.0, 8.0)), between(rng, (3.0, 15.0)), 25.0))
        out.append(Still(between(rng, (0.8, 3.0)), person.bottom))
    return out


def _departure(rng: np.random.Generator, person: _Person) -> list[Segment]:
    out: list[Segment] = []
    if rng.random() < 0.4:
        out.append(Settle(between(rng, (3.0, 8.0)), between(rng, (5.0, 20.0))))
    out += [Move.getting_up(person.standing, between(rng, (2.5, 5.0))), Still(between(rng, (0.8, 3.0)))]
    if rng.random() < 0.6:
        out.append(_walk(rng, person, between(rng, (5.0, 12.0))))
    return out


def _rest(rng: np.random.Generator, person: _Person, *, on_foot: bool) -> list[Segment]:
    """25 to 60 s between sets: lying there, up and about, or sitting up for a stretch."""
    choice = rng.random()
    if choice < 0.4 or not on_foot:
        lying: list[Segment] = [Still(between(rng, (15.0, 30.0)))]
        lying += [Settle(between(rng, (8.0, 15.0)), between(rng, (5.0, 15.0))), Still(between(rng, (3.0, 8.0)))]
        return lying
    if choice < 0.7:
        return [
            Move.getting_up(person.standing, between(rng, (2.5, 4.0))),
            _walk(rng, person, between(rng, (10.0, 20.0))),
            Move.kneeling_down(person.bottom, between(rng, (2.5, 4.0))),
            Settle(between(rng, (4.0, 8.0)), between(rng, (5.0, 15.0))),
            Still(between(rng, (1.0, 4.0)), person.bottom),
        ]
    return [
        Still(between(rng, (4.0, 8.0))),
        *_seated_stretch(rng, person.bottom),
        Fidget(between(rng, (5.0, 12.0)), between(rng, (3.0, 8.0))),
        Still(between(rng, (1.5, 5.0)), person.bottom),
    ]


def _seated_stretch(rng: np.random.Generator, back: Pose) -> list[Segment]:
    """Turned over and sat up, the hamstrings stretched, and back again."""
    side = float(rng.choice([-1.0, 1.0]))
    sitting = Pose(
        between(rng, (-12.0, 3.0)), back.heading_deg + side * between(rng, (20.0, 90.0)), back.roll_deg + 150.0
    )
    stretch = Stretch(
        between(rng, (5.0, 45.0)),
        between(rng, (1.5, 3.5)),
        between(rng, (12.0, 30.0)),
        turn_deg=between(rng, (-15.0, 15.0)),
        roll_deg=between(rng, (-20.0, 20.0)),
    )
    over, away = between(rng, (3.0, 6.0)), between(rng, (3.0, 6.0))
    return [Move(sitting, over, 3), Still(between(rng, (1.0, 4.0))), stretch, Still(1.0), Move(back, away, 3)]


def _walk(rng: np.random.Generator, person: _Person, duration_s: float) -> Walk:
    turns = tuple(
        (between(rng, (1.0, duration_s - 2.0)), between(rng, (30.0, 180.0))) for _ in range(int(duration_s // 8))
    )
    return Walk(
        duration_s,
        stride_s=person.stride_s,
        range_deg=between(rng, (58.0, 76.0)),
        stride_m=1.45 / person.stride_s * between(rng, (0.9, 1.1)),
        lift_m=between(rng, (0.1, 0.16)),
        impact_g=between(rng, (1.0, 4.0)),
        stride_cv=between(rng, (0.015, 0.04)),
        turns=tuple((at_s, degrees * float(rng.choice([-1.0, 1.0]))) for at_s, degrees in turns),
    )


def _negative(rng: np.random.Generator, kind: ScenarioKind) -> Scenario:
    figures = EXERCISES[0]
    person = _person(rng, figures, clean=False, tired=False)
    down = replace(person.bottom, elevation_deg=between(rng, (-45.0, 5.0)))
    segments: list[Segment]
    match kind:
        case ScenarioKind.WALKING:
            # A knee, not a hip, is what the shank turns about.
            person = replace(
                person, leg=replace(person.leg, distance_m=between(rng, (0.28, 0.42)), sway=Sway(0.3, 0.002))
            )
            person = replace(person, stride_s=between(rng, (0.9, 1.7)))
            walks = [_walk(rng, person, between(rng, (18.0, 32.0))) for _ in range(3)]
            segments = [Still(between(rng, (1.0, 4.0)), person.standing)]
            for walk in walks:
                segments += [walk, Still(between(rng, (1.0, 6.0)))]
        case ScenarioKind.SETTLING:
            segments = [Still(2.0, down)]
            for _ in range(3):
                segments += [
                    Settle(between(rng, (15.0, 25.0)), between(rng, (5.0, 30.0)), between(rng, (12.0, 45.0))),
                    Still(between(rng, (2.0, 8.0))),
                ]
            segments += [
                Move.getting_up(person.standing),
                Still(2.0),
                Move.kneeling_down(down),
                Settle(8.0),
                Still(3.0),
            ]
        case ScenarioKind.STRETCHING:
            segments = [Still(3.0, down)]
            for _ in range(2):
                segments += [*_seated_stretch(rng, down), Still(between(rng, (3.0, 8.0)))]
                segments += [Settle(between(rng, (3.0, 8.0)), 10.0)]
        case ScenarioKind.OTHER_LEG:
            beside = IdleLeg(
                between(rng, (60.0, 90.0)),
                period_s=between(rng, (2.5, 9.0)),
                amplitude_deg=between(rng, (0.5, 2.5)),
                period_cv=between(rng, (0.03, 0.15)),
            )
            segments = [Still(2.0, down), beside, Still(2.0)]
        case _:
            segments = [
                Still(between(rng, (20.0, 30.0)), replace(down, elevation_deg=between(rng, (-90.0, 10.0)))),
                Fidget(between(rng, (15.0, 30.0)), between(rng, (2.0, 10.0)), between(rng, (4.0, 20.0))),
                Still(between(rng, (20.0, 30.0))),
            ]
    return Scenario(tuple(segments), person.leg, Mounting.random(rng), random_sensor(rng), name="no rep")


def _cut(rng: np.random.Generator, scenario: Scenario) -> Scenario:
    """Begin at the first sample of a lift, or inside a rep; end with the set, or inside a rep."""
    cycles = layout(scenario).sets[0].cycles
    begin, end = 0.0, None
    choice = int(rng.integers(4))
    if choice != 2:
        first = cycles[int(rng.integers(0, 3))]
        # Exactly with the lift; or somewhere from the middle of the lift to the middle of the lowering.
        begin = first.start_s
        if choice != 0:
            begin = between(rng, (0.5 * (first.start_s + first.top_s), 0.5 * (first.lower_start_s + first.end_s)))
    if choice != 0:
        last = cycles[len(cycles) - 1 - int(rng.integers(0, 2))]
        end = between(rng, (0.5 * (last.start_s + last.top_s), 0.5 * (last.lower_start_s + last.end_s)))
    return replace(scenario, crop_start_s=begin, crop_end_s=end)
