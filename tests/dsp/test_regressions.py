"""What once went wrong. Each docstring says what was seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dsp_helpers import (
    BOTTOM,
    DOWN_TO_A_SET,
    REP,
    a_set,
    assert_same_events,
    count,
    even_parts,
    joined,
    part,
    pieces,
    record,
    ticks_of,
    window_of,
)

from repsignal import CounterParams, CycleFlag, ImuBlock, LiftDirection, RepCounter
from repsignal.extremes import excursions, merge_dips, turning_points
from repsignal.swing import principal_axis
from repsignal.synth import (
    Leg,
    Mounting,
    Pose,
    Profile,
    ProfileFamily,
    RepPlan,
    Scenario,
    ScenarioKind,
    SensorModel,
    Simulation,
    Slip,
    Still,
    random_scenario,
    simulate,
    steady_set,
)
from repsignal.timebase import Timebase

RATE = 100.0
SLOW_AND_SMALL = [
    (ProfileFamily.TRAPEZOIDAL, 5.0, 3.0),
    (ProfileFamily.TRAPEZOIDAL, 7.0, 3.0),
    (ProfileFamily.RAISED_COSINE, 7.0, 4.0),
    (ProfileFamily.SKEWED, 7.0, 5.0),
]
REP_S = REP.lift_s + REP.hold_s + REP.lower_s + REP.pause_s


@pytest.mark.parametrize("jitter_s", [0.0, 0.01])
@pytest.mark.parametrize("burst", [2, 5, 10, 18, 25])
def test_bursts_with_one_stamp_are_spread_evenly(burst: int, jitter_s: float) -> None:
    """Samples that come in packets and get the stamp of their arrival: counted from the first sample of the first to
    the last of the last the rate came out up to 19 % too high, and holes were invented.
    """
    count = 2000 // burst * burst
    waves = np.sin(np.arange(count)[:, None] * np.array([0.7, 1.1, 1.3, 0.9, 0.6, 1.7]) / RATE)
    arrivals = np.arange(burst - 1, count, burst) / RATE
    arrivals = np.maximum.accumulate(arrivals + np.random.default_rng(burst).normal(0.0, jitter_s, len(arrivals)))
    stamps = np.repeat(arrivals, burst)
    timebase = Timebase()
    parts = [*timebase.feed(ImuBlock(stamps, waves[:, :3], waves[:, 3:])), *timebase.flush()]
    blocks, holes = even_parts(parts)
    even = joined(blocks)
    assert timebase.rate_hz == pytest.approx(RATE, rel=0.02 if jitter_s else 0.001)
    assert not holes
    assert len(even) == count
    assert (np.diff(even.time_s) > 0).all()
    assert np.diff(even.time_s) * RATE == pytest.approx(np.ones(count - 1), abs=0.3)


@pytest.mark.parametrize("levels", [(0, 100, 60, 90, 60, 90, 0), (0, 100, 70, 95, 65, 90, 60, 85, 0)])
def test_hold_that_sags_more_than_once_stays_one_cycle(levels: tuple[float, ...]) -> None:
    """A dip is judged by the deeper of its two neighbours, and those are dips themselves: nothing is merged."""
    at = np.arange(len(levels)) * 20
    angle = np.interp(np.arange(at[-1] + 1), at, levels)
    merged = merge_dips(excursions(angle, turning_points(angle, 20.0)), 100.0, 0.6)
    assert [(c.bottom, c.top_deg, c.bottom_after) for c in merged] == [(0, 100, 20 * (len(levels) - 1))]


@pytest.mark.parametrize("distance_m", [0.55, 0.75])
@pytest.mark.parametrize("seed", range(4))
def test_lever_of_a_longer_limb_is_found_within_three_centimetres(distance_m: float, seed: int) -> None:
    """It comes out 4-6 % too long: α, a difference of block means, is smoothed more than what is felt."""
    mounting = Mounting.random(np.random.default_rng(seed))
    rep = RepPlan(lift_s=0.8, hold_s=0.5, lower_s=1.0, pause_s=0.5, rom_deg=40.0)
    ticks, tick_s = window_of(record(*a_set(8, rep), leg=Leg(distance_m), mounting=mounting, seed=seed).block)
    axis = principal_axis(ticks.path_deg, tick_s)
    found = ticks.hinge(0, len(ticks))
    assert found is not None
    pivot = found.pivot(axis)
    assert pivot is not None
    true = mounting.matrix.T @ np.array([distance_m, 0.0, 0.0])
    assert np.linalg.norm(pivot.lever_m - true) < 0.03


@pytest.mark.parametrize("acc_noise_mg", [8.0, 12.0, 20.0])
def test_bias_is_found_with_a_noisy_accelerometer(acc_noise_mg: float) -> None:
    """vqf detects no rest once noise exceeds restThAcc: what of the bias is about the vertical was never found, 5 °/s
    and more. Cheap modules have 5-20 mg.
    """
    for seed in range(12):
        sensor = SensorModel(
            50.0, bandwidth_hz=20.0, gyr_noise_dps=0.1, acc_noise_mg=acc_noise_mg, gyr_bias_dps=(4.6, 4.6, -4.6)
        )
        mounting = Mounting.random(np.random.default_rng(seed))
        ticks, _ = ticks_of(record(Still(40.0, BOTTOM), sensor=sensor, mounting=mounting, seed=seed).block)
        assert np.abs(ticks.path_deg[250:] - ticks.path_deg[250]).max() < 1.0, seed


@pytest.mark.parametrize("acc_noise_mg", [5.0, 12.0, 16.0])
@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0])
def test_a_bias_that_drifts_is_followed_with_a_noisy_accelerometer(rate_hz: float, acc_noise_mg: float) -> None:
    """With a threshold for rest that small slow reps ask for, and no regard to noise, no rest was detected after the
    first seconds, and the bias of a sensor that warms up was found no more.
    """
    sensor = SensorModel(
        rate_hz,
        bandwidth_hz=0.4 * rate_hz,
        gyr_noise_dps=0.1,
        acc_noise_mg=acc_noise_mg,
        gyr_drift_dps_min=(2.0, -2.0, 2.0),
    )
    ticks, tick_s = ticks_of(record(Still(60.0, BOTTOM), sensor=sensor).block)
    last = ticks.path_deg[-round(20.0 / tick_s) :]
    assert np.abs(last - last[0]).max() < 12.0  # 20 s of what it has drifted by until then are 34°


@pytest.mark.parametrize("hold_s", [20.0, 60.0])
@pytest.mark.parametrize("sag_deg", [0.0, 5.0])
def test_long_hold_does_not_split_a_short_set(hold_s: float, sag_deg: float) -> None:
    """Followed live it is one set of five; the last word has 4 or 2 reps (disorder of lengths: one long hold in five
    exceeds the limit, and the chains without it are accepted instead).
    """
    found = count(record(*a_set([REP, REP, replace(REP, hold_s=hold_s, sag_deg=sag_deg), REP, REP])).block)
    assert len(found.live) == 5
    assert [len(one.reps) for one in found.sets] == [5]
    assert not found.cut_offs


@pytest.mark.parametrize("at", [2.5, 3.5])
@pytest.mark.parametrize("angle_deg", [25.0, -25.0])
def test_slip_by_25_degrees_about_the_limb_splits_no_set(at: float, angle_deg: float) -> None:
    """Eight reps live, four or five in the last word."""
    slip = Slip(2.0 + at * REP_S, angle_deg, (1.0, 0.0, 0.0), 0.3)
    found = count(record(*a_set(8), mounting=Mounting((0.3, 1.0, 0.2), 50.0, (slip,))).block)
    assert len(found.live) == 8
    assert [len(one.reps) for one in found.sets] == [8]


@pytest.mark.parametrize("into_s", [0.3, 0.4, 0.5])
def test_recording_that_begins_in_mid_lift_does_not_count_that_rep(into_s: float) -> None:
    """It is counted, with a range of 20-25 degrees where at most 23 and in the last case 7 were left, and a top 0.6 s
    late: the orientation starts from an accelerometer that feels the lift (4 m/s² at 0.75 m), and the path follows
    its correction.
    """
    found = count(record(*a_set(6), crop=(2.0 + into_s, None)).block)
    assert len(found.reps) == 5


@pytest.mark.parametrize("seed", [1, 4])
def test_settling_before_a_set_is_no_partial_rep(seed: int) -> None:
    """A shift on the ball five to eight seconds before the first rep is reported as one."""
    sim = record(*DOWN_TO_A_SET, seed=seed)
    found = count(sim.block)
    assert len(found.reps) == 6
    assert not found.partials


def test_holes_come_at_the_same_place_among_the_events_whatever_the_cut() -> None:
    """A block's holes come before everything else it gives, so their place depends on the size of the block."""
    sensor = SensorModel(50.0, packet_samples=6, packet_loss=0.05, acc_noise_mg=5.0)
    block = record(*a_set(5), sensor=sensor).block
    counter = RepCounter()
    events = [event for piece in pieces(block, [50]) for event in counter.feed(piece)]
    assert_same_events([*events, *counter.flush()], count(block).events)


@pytest.mark.parametrize("rom_deg", [35.0, 70.0])
def test_first_rep_from_the_first_sample_is_measured_like_the_others(rom_deg: float) -> None:
    """It is not: range and top are off, for the same reason as in a recording that begins in mid-lift."""
    sim = record(*a_set(5, replace(REP, lift_s=0.6, rom_deg=rom_deg)), crop=(2.0, None))
    found = count(sim.block)
    assert len(found.reps) == 5
    assert found.reps[0].rom_deg == pytest.approx(rom_deg, rel=0.05)
    assert found.reps[0].top_s == pytest.approx(sim.truth.reps[0].top_s, abs=0.1)


def test_partial_lift_at_the_very_end_is_not_counted() -> None:
    sim = record(*a_set(6), crop=(0.0, 2.0 + 5 * REP_S + 0.5))
    assert len(count(sim.block).reps) == 5


def assert_lifts_are_lifts(sim: Simulation) -> None:
    found = count(sim.block)
    assert len(found.reps) == len(sim.truth.reps)
    for rep, true in zip(found.reps, sim.truth.reps, strict=True):
        assert rep.top_s == pytest.approx(true.top_s, abs=0.5 * (true.end_s - true.top_s))


@pytest.mark.parametrize("seed", range(2))
def test_small_reps_without_a_hold_are_not_seen_upside_down(seed: int) -> None:
    """They were found to stand still too little, seen rightly; seen the other way round the pause was their hold, and
    one rep too few was told, each lift a lowering.
    """
    rep = RepPlan(lift_s=2.2, hold_s=0.0, lower_s=2.1, pause_s=0.5, rom_deg=7.0)
    assert_lifts_are_lifts(record(*a_set(12, rep, bottom=Pose(0.0)), seed=seed))


@pytest.mark.parametrize("seed", [48, 339])
def test_set_cut_at_both_ends_is_not_seen_upside_down(seed: int) -> None:
    """Seen the other way round the strokes at its two ends, which have no pair, made one rep more."""
    assert_lifts_are_lifts(simulate(random_scenario(seed, ScenarioKind.CUT), seed))


def test_untidy_set_is_not_seen_upside_down() -> None:
    """What was orderly only without its first lift and its last lowering was taken for a set that has neither."""
    assert_lifts_are_lifts(simulate(random_scenario(97, ScenarioKind.TIRED), 97))


def test_reps_that_leave_no_stroke_unpaired_may_be_less_tidy() -> None:
    """One set of the session was not told."""
    assert_lifts_are_lifts(simulate(random_scenario(337, ScenarioKind.SESSION), 337))


@pytest.mark.parametrize(("seed", "kind"), [(5034, ScenarioKind.SESSION), (2006, ScenarioKind.CUT)])
def test_leg_that_swings_level_is_not_seen_upside_down(seed: int, kind: ScenarioKind) -> None:
    """About an axis nearly upright, the few degrees by which its way back led upwards made that the lift."""
    assert_lifts_are_lifts(simulate(random_scenario(seed, kind), seed))


def test_what_would_lower_the_limb_has_to_be_tidier() -> None:
    """In a minute of lying about a set of twelve was told."""
    sim = simulate(random_scenario(609, ScenarioKind.IDLE), 609)
    assert len(count(sim.block).reps) == len(sim.truth.reps) == 0


@pytest.mark.parametrize("kind", [ScenarioKind.FAULTS, ScenarioKind.SESSION])
def test_settling_that_is_held_is_no_first_rep(kind: ScenarioKind) -> None:
    """A hold may last, so that of a movement before the set did not speak against it, nor did its strokes enough."""
    sim = simulate(random_scenario(709, kind), 709)
    assert len(count(sim.block).reps) == len(sim.truth.reps)


def test_no_lift_is_over_before_it_begins() -> None:
    """Of a movement of 3 degrees in this recording the lift began half a second after it had arrived, and took 0 s."""
    block = simulate(random_scenario(81054, ScenarioKind.SESSION), 81054).block
    found = count(part(block, 3226, 21246))
    live = [event.rep for event in found.live]
    for cycle in (*live, *found.reps, *found.partials, *found.cut_offs):
        instants = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
        known = [instant for instant in instants if instant is not None]
        assert known == sorted(known)
        assert 0.0 not in (cycle.lift_s, cycle.lower_s)
    assert all(rep.lift_s is not None or CycleFlag.GAP in rep.flags for rep in live), "it is not told as a rep"


@pytest.mark.parametrize(
    ("seed", "kind", "name", "within_s"),
    [
        pytest.param(58, ScenarioKind.VARIED, "top_s", 0.08, id="lifts that tremble"),
        pytest.param(5011, ScenarioKind.FAULTS, "top_s", 0.09, id="ramps laid askew"),
        pytest.param(5016, ScenarioKind.SESSION, "start_s", 0.08, id="ramps laid askew at the bottom"),
        pytest.param(5016, ScenarioKind.SESSION, "top_s", 0.155, id="a wiggle taken for the end of a ramp"),
        pytest.param(2008, ScenarioKind.TIRED, "start_s", 0.35, id="a sway taken for a turn aside"),
    ],
)
def test_boundaries_of_rough_sets_are_found(seed: int, kind: ScenarioKind, name: str, within_s: float) -> None:
    """Mean errors were 0.02 to 0.3 s more."""
    scenario = random_scenario(seed, kind)
    sim = simulate(scenario, seed)
    lowers = any(getattr(segment, "lowers", False) for segment in scenario.segments)
    params = CounterParams(lift_direction=LiftDirection.DOWN if lowers else LiftDirection.AUTO, live=False)
    off: list[float] = []
    for rep in count(sim.block, params).reps:
        true = min(sim.truth.reps, key=lambda true: abs(true.top_s - (rep.top_s or 0.0)))
        off.append(abs(getattr(rep, name) - getattr(true, name)))
    assert np.mean(off) < within_s


def test_boundaries_lie_within_twice_their_deviations() -> None:
    """Of those of simulated sets 75 to 86 % did: the rise was believed to be known better than it is."""
    off: list[float] = []
    for seed in range(9001, 9009):
        sim = simulate(random_scenario(seed, ScenarioKind.VARIED), seed)
        for rep in count(sim.block).reps:
            true = min(sim.truth.reps, key=lambda true: abs(true.top_s - (rep.top_s or 0.0)))
            for name in ("start", "top", "lower_start", "end"):
                got_s, sd_s = getattr(rep, f"{name}_s"), getattr(rep, f"{name}_sd_s")
                if got_s is not None:
                    off.append(abs(got_s - getattr(true, f"{name}_s")) / sd_s)
    assert len(off) > 200
    assert np.mean(np.array(off) < 2.0) > 0.9
    assert np.mean(np.array(off) < 1.0) < 0.85, "nor are they too large to say anything"


@pytest.mark.parametrize("seed", [1, 2])
def test_sensor_that_says_the_same_over_and_over_is_no_error(seed: int) -> None:
    """What a hold of 90 s without any change says about the joint came out a little below zero, and had no root."""
    plans = [*[REP] * 6, replace(REP, hold_s=90.0)]
    sim = record(*a_set(plans, after_s=5.0), seed=seed)
    block, held = sim.block, sim.truth.reps[-1]
    frozen = (block.time_s > held.top_s + 2.0) & (block.time_s < held.lower_start_s - 2.0)
    first = int(np.flatnonzero(frozen)[0])
    acc, gyr = block.acc.copy(), block.gyr.copy()
    acc[frozen], gyr[frozen] = acc[first], gyr[first]
    assert len(count(ImuBlock(block.time_s, acc, gyr)).reps) == 7


@pytest.mark.parametrize(("family", "rom_deg", "lower_s"), SLOW_AND_SMALL)
def test_a_small_slow_even_lowering_is_no_rest(family: ProfileFamily, rom_deg: float, lower_s: float) -> None:
    """The orientation filter took 2 °/s for the gyroscope's bias at rest: the vertical was off by 7°, no two bottoms
    were alike, and of ten reps of the floor exercise none was told, or one was missing.
    """
    profile = Profile(family, ramp=0.15)
    plan = RepPlan(2.0, 0.8, lower_s, 1.0, rom_deg, lift_profile=profile, lower_profile=profile)
    sensor = SensorModel(rate_hz=RATE, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    simulation = simulate(Scenario((Still(3.0), steady_set(10, plan), Still(8.0)), sensor=sensor), seed=3)
    assert [len(found.reps) for found in count(simulation.block).sets] == [10]


@pytest.mark.parametrize("seed", [5055, 7007])
def test_who_turns_about_between_two_sets_has_not_done_a_rep(seed: int) -> None:
    """To get up, walk and kneel down again raised the thigh by as much as a rep does, and brought it back to where it
    had rested: with half a minute of it for a rep, two sets were one.
    """
    simulation = simulate(random_scenario(seed, ScenarioKind.SESSION), seed)
    found = count(simulation.block).sets
    assert [len(one.reps) for one in found] == [len(one.reps) for one in simulation.truth.sets]


def test_who_gets_up_soon_after_a_set_does_not_spoil_it() -> None:
    """What was felt while getting up is not a limb's about its joint. With it among the reps none of them were taken
    for reps; seen the other way round, without it, they were one more, and lifts were lowerings.
    """
    simulation = simulate(random_scenario(8056, ScenarioKind.SESSION), 8056)
    found = count(simulation.block, CounterParams(lift_direction=LiftDirection.DOWN)).sets[0]
    true = simulation.truth.sets[0]
    assert [rep.start_s for rep in found.reps] == pytest.approx([rep.start_s for rep in true.reps], abs=0.4)
