"""The reps of one person: habits drawn once, then every rep a little different, and worse as they tire."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from repsignal.synth.checks import check_fraction, check_not_negative, check_positive
from repsignal.synth.draw import Span, between, vary
from repsignal.synth.exercises import ExerciseFigures
from repsignal.synth.plan import PARTIAL_SHARE, RepPlan
from repsignal.synth.profiles import Profile, ProfileFamily

__all__ = ["Habits", "draw_habits", "draw_set"]

_SHORTEST_STROKE_S = 0.45
_SHORTEST_STOP_S = 0.1  # shorter than that nobody stops: they turn round


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody does an exercise.

    ``typical`` is their fresh rep. ``cv`` is the coefficient of variation of its durations from rep to rep (trained
    people 5 %, beginners over 15 %), ``rom_cv`` that of its range. ``fatigue`` 0 to 1 is how far they tire over a set:
    at 1 the range has shrunk by a quarter, the lowering is twice as fast, pauses have doubled and tremor trebled.
    The rest are shares of reps: ``partial`` aborted half-way, ``no_hold`` and ``no_pause`` turned round without
    stopping, ``long_hold`` held two to four times as long, ``stutter`` lowered in steps.
    """

    typical: RepPlan
    cv: float = 0.08
    rom_cv: float = 0.04
    fatigue: float = 0.3
    partial: float = 0.0
    no_hold: float = 0.0
    no_pause: float = 0.0
    long_hold: float = 0.0
    stutter: float = 0.0
    bottom_cv: float = 0.02

    def __post_init__(self) -> None:
        check_not_negative("cv", self.cv)
        check_not_negative("rom_cv", self.rom_cv)
        check_not_negative("bottom_cv", self.bottom_cv)
        for name, value in (
            ("fatigue", self.fatigue),
            ("partial", self.partial),
            ("no_hold", self.no_hold),
            ("no_pause", self.no_pause),
            ("long_hold", self.long_hold),
            ("stutter", self.stutter),
        ):
            check_fraction(name, value)


def draw_habits(rng: np.random.Generator, figures: ExerciseFigures, *, clean: bool, tired: bool) -> Habits:
    """A person's way of doing an exercise; ``clean``: by the book; ``tired``: near exhaustion."""
    deviation = 0.08 if clean else 0.25
    rom = between(rng, figures.rom_deg)
    # Tremor is alike in acceleration (6-45 mg), so the longer the limb, the slower it turns.
    distance = 0.5 * sum(figures.distance_m)
    pause_s = between(rng, (0.4, 1.2))
    if not clean:
        pause_s = float(rng.choice([0.15, 0.4, 0.8, 1.5])) * between(rng, (0.7, 1.4))
    typical = RepPlan(
        lift_s=max(_SHORTEST_STROKE_S, _near(rng, figures.lift_s, deviation)),
        hold_s=_near(rng, figures.hold_s, 1.5 * deviation),
        lower_s=max(_SHORTEST_STROKE_S, _near(rng, figures.lower_s, deviation)),
        pause_s=pause_s,
        rom_deg=rom,
        lift_profile=_draw_profile(rng, late=False),
        lower_profile=_draw_profile(rng, late=figures.floor and not clean),
    )
    if clean:
        return Habits(
            replace(
                typical, tremor_dps=between(rng, (0.03, 0.15)) / distance, waver_deg=between(rng, (0.0, 0.01)) * rom
            ),
            cv=between(rng, (0.02, 0.06)),
            rom_cv=between(rng, (0.01, 0.03)),
            fatigue=0.1,
            bottom_cv=0.005,
        )
    swings = rng.random() < 0.35
    typical = replace(
        typical,
        sag_deg=between(rng, (0.0, 0.1)) * rom if rng.random() < 0.5 else 0.0,
        relift=bool(rng.random() < 0.3),
        overshoot_deg=between(rng, (0.02, 0.1)) * rom if swings else 0.0,
        undershoot_deg=between(rng, (0.02, 0.08)) * rom if swings and figures.hangs else 0.0,
        swing_hz=between(rng, (1.0, 2.2)),
        tremor_dps=between(rng, (0.05, 0.4)) / distance,
        waver_deg=between(rng, (0.002, 0.02)) * rom,
        roughness=between(rng, (0.0, 0.006)),
        contact_g=between(rng, (0.5, 5.0)) if figures.floor and rng.random() < 0.7 else 0.0,
        cross_deg=between(rng, (-0.12, 0.12)) * rom,
        twist_deg=between(rng, (-0.15, 0.15)) * rom,
    )
    worse = 1.0 if tired else 0.25
    return Habits(
        typical,
        cv=between(rng, (0.05, 0.18)),
        rom_cv=between(rng, (0.02, 0.07)),
        fatigue=between(rng, (0.5, 1.0)) if tired else between(rng, (0.0, 0.6)),
        partial=worse * between(rng, (0.0, 0.2)),
        no_hold=worse * between(rng, (0.0, 0.25)),
        no_pause=worse * between(rng, (0.0, 0.4)),
        long_hold=between(rng, (0.0, 0.06)),
        stutter=worse * between(rng, (0.0, 0.3)),
        bottom_cv=between(rng, (0.005, 0.03)),
    )


def draw_set(rng: np.random.Generator, habits: Habits, count: int) -> tuple[RepPlan, ...]:
    """``count`` full reps, and whatever partial ones come between them.

    The first cycle is always full, as is the last: a partial one at either end would be a matter of opinion.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count!r}.")
    check_positive("habits.typical.rom_deg", habits.typical.rom_deg)
    reps: list[RepPlan] = []
    for index in range(count):
        tired = habits.fatigue * (index / max(1, count - 1)) ** 1.5
        if index > 0 and rng.random() < habits.partial:
            reps.append(_aborted(rng, _draw_rep(rng, habits, tired)))
        reps.append(_draw_rep(rng, habits, tired))
    return _kept_apart(reps)


def _draw_rep(rng: np.random.Generator, habits: Habits, tired: float) -> RepPlan:
    typical, cv = habits.typical, habits.cv
    rom = typical.rom_deg * (1.0 - 0.25 * tired) * vary(rng, habits.rom_cv)
    hold_s, pause_s = typical.hold_s * vary(rng, cv), typical.pause_s * (1.0 + tired) * vary(rng, 2.0 * cv)
    if rng.random() < habits.no_hold or hold_s < _SHORTEST_STOP_S:
        hold_s = 0.0
    elif rng.random() < habits.long_hold:
        hold_s = max(hold_s, 1.0) * between(rng, (2.0, 4.0))
    if rng.random() < habits.no_pause or pause_s < _SHORTEST_STOP_S:
        pause_s = 0.0
    lower_profile = typical.lower_profile
    lower_s = typical.lower_s * (1.0 - 0.5 * tired) * vary(rng, cv)
    if lower_s > 1.5 and rng.random() < habits.stutter:
        shares = rng.dirichlet(np.full(int(rng.integers(2, 4)), 6.0))
        lower_profile = replace(
            lower_profile, steps=tuple(float(s) for s in shares / shares.sum()), stop_share=between(rng, (0.1, 0.35))
        )
    return replace(
        typical,
        lift_s=max(_SHORTEST_STROKE_S, typical.lift_s * (1.0 + 0.2 * tired) * vary(rng, cv)),
        hold_s=hold_s,
        lower_s=max(_SHORTEST_STROKE_S, lower_s),
        pause_s=pause_s,
        rom_deg=rom,
        lower_profile=lower_profile,
        bottom_deg=typical.rom_deg * habits.bottom_cv * float(np.clip(rng.normal(), -2.0, 2.0)),
        sag_deg=typical.sag_deg * (1.0 + tired) if hold_s > 0.5 else 0.0,
        overshoot_deg=typical.overshoot_deg * between(rng, (0.3, 1.3)) if hold_s > 0.4 else 0.0,
        undershoot_deg=typical.undershoot_deg * between(rng, (0.3, 1.3)) if pause_s > 0.4 else 0.0,
        tremor_dps=typical.tremor_dps * (1.0 + 2.0 * tired),
        contact_g=typical.contact_g * between(rng, (0.2, 1.5)),
        cross_deg=typical.cross_deg * between(rng, (0.5, 1.5)),
        twist_deg=typical.twist_deg * between(rng, (0.5, 1.5)),
    )


def _aborted(rng: np.random.Generator, rep: RepPlan) -> RepPlan:
    share = between(rng, (0.2, 0.45))
    return replace(
        rep,
        rom_deg=rep.rom_deg * share,
        partial=True,
        lift_s=max(_SHORTEST_STROKE_S, rep.lift_s * between(rng, (0.5, 0.9))),
        hold_s=float(rng.choice([0.0, 0.3, 0.6])),
        lower_s=max(_SHORTEST_STROKE_S, min(rep.lower_s, 2.0) * between(rng, (0.4, 0.9))),
        lower_profile=replace(rep.lower_profile, steps=(1.0,)),
        sag_deg=0.0,
        overshoot_deg=0.0,
        cross_deg=rep.cross_deg * share,
        twist_deg=rep.twist_deg * share,
    )


def _kept_apart(reps: list[RepPlan]) -> tuple[RepPlan, ...]:
    # Nobody could say whether 58 % is a partial rep: full ones are kept above 70 % of the median of the full,
    # partial ones below 50 %.
    median = float(np.median([rep.rom_deg for rep in reps if not rep.partial]))
    low, high = (PARTIAL_SHARE - 0.1) * median, (PARTIAL_SHARE + 0.1) * median
    return tuple(replace(rep, rom_deg=min(rep.rom_deg, low) if rep.partial else max(rep.rom_deg, high)) for rep in reps)


def _draw_profile(rng: np.random.Generator, *, late: bool) -> Profile:
    families = list(ProfileFamily)
    family = families[int(rng.integers(len(families)))]
    peak = between(rng, (0.55, 0.78)) if late else between(rng, (0.28, 0.65))
    return Profile(family, ramp=between(rng, (0.12, 0.5)), peak=peak)


def _near(rng: np.random.Generator, span: Span, deviation: float) -> float:
    """Within the prescription, give or take what people deviate from it."""
    return between(rng, span) * vary(rng, deviation)
