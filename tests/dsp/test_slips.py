"""A strap may slip by up to 75°: the set goes on about another axis, from another bottom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dsp_helpers import REP, a_set, count, record

from repsignal.synth import Mounting, Profile, Slip

SLOW = replace(REP, hold_s=1.5, lower_s=1.6)
LENGTH_S = SLOW.lift_s + SLOW.hold_s + SLOW.lower_s + SLOW.pause_s
LIMB = (1.0, 0.0, 0.0)


@pytest.mark.parametrize("into", [0.1, 0.4, 0.75, 0.95])
@pytest.mark.parametrize("angle_deg", [45.0, -45.0, 60.0, -60.0, 75.0, -75.0])
@pytest.mark.parametrize("axis", [LIMB, (1.0, 0.3, -0.2), (0.0, 1.0, 1.0), (0.0, 0.0, 1.0)])
@pytest.mark.parametrize("rom_deg", [15.0, 35.0])
def test_set_goes_on(rom_deg: float, axis: tuple[float, float, float], angle_deg: float, into: float) -> None:
    """It was two sets, or live nothing was told any more until it was over."""
    slip = Slip(2.0 + (4.0 + into) * LENGTH_S, angle_deg, axis, 0.4)
    mounting = Mounting((0.3, 1.0, 0.2), 50.0, (slip,))
    found = count(record(*a_set(10, replace(SLOW, rom_deg=rom_deg), after_s=8.0), mounting=mounting).block)
    assert len(found.sets) == 1
    assert len(found.reps) >= 8
    assert len(found.live) >= 8


@pytest.mark.parametrize("steps", [(0.5, 0.5), (0.4, 0.6), (0.6, 0.4)])
@pytest.mark.parametrize("twist_deg", [10.0, 20.0, 30.0])
@pytest.mark.parametrize("rom_deg", [15.0, 25.0])
def test_foot_that_turns_in_while_a_lowering_stutters_is_not_down(
    rom_deg: float, twist_deg: float, steps: tuple[float, ...]
) -> None:
    """Two of seven reps were told live, and the rest as partial ones."""
    stutter = Profile(steps=steps, stop_share=0.4)
    rep = replace(REP, lower_s=2.5, rom_deg=rom_deg, twist_deg=twist_deg, lower_profile=stutter)
    found = count(record(*a_set(7, rep, after_s=4.0)).block)
    assert len(found.reps) == len(found.live) == 7
