"""What the simulated sensor feels is what its motion makes it feel."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from repsignal.synth import (
    Fidget,
    IdleLeg,
    Leg,
    Motion,
    Mounting,
    Move,
    Pose,
    Profile,
    ProfileFamily,
    RepPlan,
    Scenario,
    SensorModel,
    Settle,
    Simulation,
    Slip,
    SoftTissue,
    Stage,
    Still,
    Stretch,
    Sway,
    Walk,
    simulate,
    steady_set,
)
from repsignal.synth.stage import G
from repsignal.types import FloatArray

BUSY = RepPlan(
    rom_deg=40.0,
    sag_deg=2.0,
    relift=True,
    overshoot_deg=2.0,
    undershoot_deg=1.5,
    pause_s=0.8,
    tremor_dps=0.5,
    waver_deg=0.3,
    roughness=0.005,
    contact_g=1.0,
    cross_deg=4.0,
    twist_deg=6.0,
    bottom_deg=1.0,
    lower_profile=Profile(ProfileFamily.SKEWED, peak=0.7, steps=(0.6, 0.4)),
)
EVERYTHING = (
    Walk(8.0, impact_g=1.5, turns=((3.0, 100.0),)),
    Move.kneeling_down(Pose(-10.0, 100.0)),
    Settle(8.0),
    steady_set(2, BUSY, bottom=Pose(-35.0, 100.0, 10.0), axis_tilt_deg=20.0),
    steady_set(2, BUSY, bottom=Pose(0.0, 100.0), axis_tilt_deg=90.0),
    steady_set(2, BUSY, bottom=Pose(10.0, 90.0), lowers=True),
    Stretch(30.0, 2.0, 4.0, turn_deg=10.0),
    IdleLeg(15.0),
    Fidget(6.0),
    Move.getting_up(Pose(-90.0, 90.0)),
    Still(2.0),
)


def _busy(*, rate_hz: float = 400.0, coupling: float = 0.0) -> Simulation:
    slips = (Slip(25.0, 25.0, (1.0, 0.4, -0.3)),)
    scenario = Scenario(
        EVERYTHING,
        Leg(0.7, Sway(1.5, 0.015), SoftTissue(coupling)),
        Mounting.random(np.random.default_rng(4), slips),
        SensorModel(rate_hz),
        pose=Pose(-90.0),
    )
    return simulate(scenario, seed=5)


def _differenced(motion: Motion, step_s: float) -> tuple[FloatArray, FloatArray]:
    """Angular rate and specific force from orientation and position alone, by central differences."""
    turn = motion.orientation
    between = np.einsum("nij,nik->njk", turn[:-2], turn[2:])
    vector = np.stack(
        [
            between[:, 2, 1] - between[:, 1, 2],
            between[:, 0, 2] - between[:, 2, 0],
            between[:, 1, 0] - between[:, 0, 1],
        ],
        axis=1,
    )
    place = motion.position_m
    accel = (place[2:] - 2.0 * place[1:-1] + place[:-2]) / step_s**2
    return 0.5 * vector / (2.0 * step_s), np.einsum("nij,ni->nj", turn[1:-1], accel + np.array([0.0, 0.0, G]))


@pytest.mark.parametrize("coupling", [0.0, 0.5])
def test_rate_and_force_are_the_derivatives_of_orientation_and_position(coupling: float) -> None:
    sim = _busy(coupling=coupling)
    gyr, acc = _differenced(sim.motion, 1.0 / 400.0)
    gyr_error = np.linalg.norm(gyr - sim.motion.gyr[1:-1], axis=1)
    acc_error = np.linalg.norm(acc - sim.motion.acc[1:-1], axis=1)
    # A profile's acceleration may jump, a blow's does: there, and only there, differencing is off.
    assert np.quantile(gyr_error, 0.99) < 0.005
    assert np.quantile(acc_error, 0.98) < 0.08
    assert np.median(acc_error) < 0.005
    # Not for want of motion.
    assert np.quantile(np.abs(sim.motion.gyr), 0.99) > 1.0
    assert np.ptp(np.linalg.norm(sim.motion.acc, axis=1)) > 10.0


def test_orientation_is_a_rotation_and_continuous() -> None:
    turn = _busy().motion.orientation
    assert np.einsum("nij,nik->njk", turn, turn) == pytest.approx(np.broadcast_to(np.eye(3), turn.shape), abs=1e-9)
    assert np.linalg.det(turn) == pytest.approx(np.ones(len(turn)))
    # 400 Hz and at most some 700 deg/s.
    assert np.max(np.abs(np.diff(turn, axis=0))) < 0.04


def test_position_is_continuous() -> None:
    place = _busy().motion.position_m
    assert np.max(np.linalg.norm(np.diff(place, axis=0), axis=1)) < 7.0 / 400.0


def test_at_rest_it_feels_gravity_and_nothing_else() -> None:
    sim = simulate(Scenario((Still(3.0, Pose(-30.0, 20.0, 40.0), unrest_deg=0.0),)))
    assert np.linalg.norm(sim.block.acc, axis=1) == pytest.approx(np.full(len(sim.block), 9.80665))
    assert sim.block.gyr == pytest.approx(np.zeros((len(sim.block), 3)), abs=1e-12)
    up = np.einsum("nij,nj->ni", sim.motion.orientation, sim.block.acc)
    assert up[0] == pytest.approx([0.0, 0.0, 9.80665], abs=1e-9)


@pytest.mark.parametrize(("elevation", "along"), [(0.0, 0.0), (-90.0, -1.0), (90.0, 1.0), (-40.0, -0.6427876)])
def test_sensor_x_lies_along_the_limb_when_not_turned(elevation: float, along: float) -> None:
    sim = simulate(Scenario((Still(1.0, Pose(elevation), unrest_deg=0.0),)))
    assert sim.block.acc[5, 0] / 9.80665 == pytest.approx(along, abs=1e-6)
    assert sim.elevation_deg[5] == pytest.approx(elevation, abs=1e-5)


@pytest.mark.parametrize(
    ("elevation", "tilt", "lowers"),
    [(-40.0, 0.0, False), (0.0, 90.0, False), (-90.0, 0.0, False), (10.0, 0.0, True), (-20.0, 35.0, False)],
)
def test_integrated_rate_is_the_angle(elevation: float, tilt: float, lowers: bool) -> None:
    plan = steady_set(3, RepPlan(rom_deg=60.0), bottom=Pose(elevation), axis_tilt_deg=tilt, lowers=lowers)
    mounting = Mounting.random(np.random.default_rng(8))
    sim = simulate(Scenario((plan,), mounting=mounting, sensor=SensorModel(200.0)))
    # A lift turns about -y of the limb; the tilt turns that axis about x; lowering turns it round.
    tilt_rad = np.radians(tilt)
    axis = (-1.0 if lowers else 1.0) * np.array([0.0, -np.cos(tilt_rad), np.sin(tilt_rad)])
    rate = sim.block.gyr @ (mounting.matrix.T @ axis)
    angle = np.degrees(np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1])) / 200.0]))
    assert angle == pytest.approx(sim.angle_deg, abs=0.02)
    assert sim.angle_deg.max() == pytest.approx(60.0)
    # There is no rate about any other axis.
    assert np.linalg.norm(sim.block.gyr, axis=1) == pytest.approx(np.abs(rate), abs=1e-9)


def test_level_lift_changes_elevation_by_the_angle_and_vertical_axis_not_at_all() -> None:
    level = simulate(Scenario((steady_set(2, RepPlan(rom_deg=30.0), bottom=Pose(-35.0)),)))
    assert level.elevation_deg == pytest.approx(-35.0 + level.angle_deg)
    lowered = simulate(Scenario((steady_set(2, RepPlan(rom_deg=30.0), bottom=Pose(0.0), lowers=True),)))
    assert lowered.elevation_deg == pytest.approx(-lowered.angle_deg)
    upright = simulate(Scenario((steady_set(2, RepPlan(rom_deg=30.0), bottom=Pose(0.0), axis_tilt_deg=90.0),)))
    assert upright.elevation_deg == pytest.approx(np.zeros(len(upright.block)), abs=1e-6)
    assert upright.angle_deg.max() == pytest.approx(30.0)


def test_lever_arm_kinematics() -> None:
    """Across a fixed axis a point at r feels r alpha across and r omega^2 inwards."""
    plan = steady_set(1, RepPlan(rom_deg=50.0), bottom=Pose(0.0), axis_tilt_deg=90.0)
    sim = simulate(Scenario((plan,), Leg(0.6), sensor=SensorModel(200.0)))
    omega = sim.motion.gyr[:, 2]
    alpha = np.gradient(omega, 1.0 / 200.0)
    assert sim.motion.acc[:, 0] == pytest.approx(-0.6 * omega**2, abs=1e-9)
    assert sim.motion.acc[1:-1, 1] == pytest.approx(0.6 * alpha[1:-1], abs=0.05)
    assert np.max(np.abs(sim.motion.acc[:, 1])) > 1.0


def test_sway_moves_everything_and_spares_the_angle() -> None:
    plan = steady_set(3)
    steady = simulate(Scenario((plan,), Leg(0.7)))
    swaying = simulate(Scenario((plan,), Leg(0.7, Sway(2.0, 0.02))))
    assert np.array_equal(steady.angle_deg, swaying.angle_deg)
    off = swaying.elevation_deg - steady.elevation_deg
    assert 0.5 < np.std(off) < 4.0
    spectrum = np.abs(np.fft.rfft(off - off.mean())) ** 2
    hz = np.fft.rfftfreq(len(off), 0.01)
    assert np.sum(spectrum[hz < 0.55]) > 0.95 * np.sum(spectrum)


def test_soft_tissue_rings_at_its_frequency_after_a_blow() -> None:
    plan = steady_set(1, RepPlan(contact_g=3.0, pause_s=2.0), bottom=Pose(0.0))
    firm, soft = (simulate(Scenario((plan,), Leg(0.7, tissue=SoftTissue(c, 12.0, 0.1)))) for c in (0.0, 0.8))
    after = slice(int(100 * (firm.truth.reps[0].end_s + 0.2)), int(100 * (firm.truth.reps[0].end_s + 0.9)))
    excess = (soft.motion.acc - firm.motion.acc)[after, 2]
    assert np.std(firm.motion.acc[after, 2]) < 0.02 < 0.1 < np.std(excess)
    spectrum = np.abs(np.fft.rfft(excess, 4096))
    assert np.fft.rfftfreq(4096, 0.01)[np.argmax(spectrum)] == pytest.approx(12.0, abs=1.0)


def test_slip_turns_the_sensor_by_its_angle_and_the_gyroscope_sees_it() -> None:
    still = (Still(4.0, Pose(0.0), unrest_deg=0.0),)
    smooth = simulate(Scenario(still, mounting=Mounting(slips=(Slip(2.0, 30.0, (0.0, 1.0, 0.0)),))))
    step = simulate(Scenario(still, mounting=Mounting(slips=(Slip(2.0, 30.0, (0.0, 1.0, 0.0), 0.0),))))
    for sim in (smooth, step):
        first, last = sim.block.acc[0], sim.block.acc[-1]
        cosine = float(first @ last / np.linalg.norm(first) / np.linalg.norm(last))
        assert np.degrees(np.arccos(cosine)) == pytest.approx(30.0, abs=1e-6)
    assert np.degrees(np.sum(smooth.block.gyr, axis=0) / 100.0) == pytest.approx([0.0, 30.0, 0.0], abs=0.01)
    assert not np.any(step.block.gyr)


def test_mounting_turns_what_is_felt_and_nothing_else() -> None:
    plan = steady_set(2, BUSY)
    straight = simulate(Scenario((plan,)), seed=3)
    mounting = Mounting((1.0, -2.0, 0.5), 117.0)
    turned = simulate(Scenario((plan,), mounting=mounting), seed=3)
    assert turned.block.acc == pytest.approx(straight.block.acc @ mounting.matrix, abs=1e-9)
    assert turned.block.gyr == pytest.approx(straight.block.gyr @ mounting.matrix, abs=1e-9)


def test_contact_is_felt_where_the_lowering_ends() -> None:
    sim = simulate(Scenario((steady_set(3, RepPlan(contact_g=3.0, pause_s=1.0)),), sensor=SensorModel(400.0)))
    size = np.linalg.norm(sim.block.acc, axis=1)
    for rep in sim.truth.reps:
        near = np.abs(sim.block.time_s - rep.end_s - 0.1) < 0.1
        assert 1.5 * G < np.max(np.abs(size[near] - G)) < 4.5 * G
    assert np.max(np.abs(size[sim.block.time_s < sim.truth.reps[0].end_s - 0.01] - G)) < 0.5 * G


def test_tremor_stays_in_the_hold_and_its_band() -> None:
    sim = simulate(Scenario((steady_set(1, RepPlan(hold_s=8.0, tremor_dps=1.0)),), sensor=SensorModel(200.0)))
    rep = sim.truth.reps[0]
    rate = np.degrees(sim.block.gyr[:, 1])
    held = (sim.time_s > rep.top_s + 0.3) & (sim.time_s < rep.lower_start_s - 0.3)
    assert np.std(rate[held]) == pytest.approx(1.0, rel=0.2)
    spectrum = np.abs(np.fft.rfft(rate[held])) ** 2
    hz = np.fft.rfftfreq(int(held.sum()), 0.005)
    assert np.sum(spectrum[(hz > 7.5) & (hz < 12.5)]) > 0.97 * np.sum(spectrum)
    paused = sim.time_s > rep.end_s
    assert np.max(np.abs(rate[paused])) < 1e-9


def test_neighbours_of_a_pose_change_meet() -> None:
    sim = simulate(Scenario((Still(1.0, Pose(-60.0)), Still(1.0, Pose(20.0, 30.0)), steady_set(1)), Leg(0.4)))
    assert [a.name for a in sim.truth.activities] == ["still", "transition", "still", "transition", "set"]
    for one, other in itertools.pairwise(sim.truth.activities):
        assert one.end_s == pytest.approx(other.start_s)


@dataclass(frozen=True, slots=True)
class _SlidingOnATurntable:
    """A segment of one's own: the limb turns fast while the sensor is carried along it."""

    name: str = "turntable"
    pose: Pose | None = None

    def lay(self, stage: Stage) -> None:
        stage.tracks.angle.move_to(3.0, stage.now_s, 2.0, Profile())
        stage.tracks.angle.move_to(0.0, stage.now_s + 2.0, 1.0, Profile())
        stage.tracks.shock_x.move_to(0.3, stage.now_s, 2.0, Profile())
        stage.now_s += 3.0


def test_a_sensor_carried_along_a_turning_limb_feels_coriolis() -> None:
    sim = simulate(Scenario((_SlidingOnATurntable(),), Leg(0.5), sensor=SensorModel(400.0)))
    _, acc = _differenced(sim.motion, 1.0 / 400.0)
    assert np.quantile(np.linalg.norm(acc - sim.motion.acc[1:-1], axis=1), 0.99) < 0.02
    assert [a.name for a in sim.truth.activities] == ["turntable"]


def test_roughness_disturbs_the_strokes_and_leaves_the_rest() -> None:
    plan = steady_set(1, RepPlan(lift_s=2.0, rom_deg=50.0, pause_s=1.0))
    rough = steady_set(1, RepPlan(lift_s=2.0, rom_deg=50.0, pause_s=1.0, roughness=0.01))
    off = simulate(Scenario((rough,)), 1).angle_deg - simulate(Scenario((plan,)), 1).angle_deg
    sim = simulate(Scenario((plan,)), 1)
    rep, time_s = sim.truth.reps[0], sim.time_s
    for begin, end in ((rep.start_s, rep.top_s), (rep.lower_start_s, rep.end_s)):
        middle = (time_s > begin + 0.35 * (end - begin)) & (time_s < end - 0.35 * (end - begin))
        assert 0.2 < np.std(off[middle]) < 0.9
    still = ((time_s > rep.top_s) & (time_s < rep.lower_start_s)) | (time_s > rep.end_s)
    assert np.max(np.abs(off[still])) < 1e-9
    assert np.abs(off[0]) < 1e-9
