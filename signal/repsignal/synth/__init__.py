"""Recordings of a limb-worn IMU with exact truth, for testing whatever reads such recordings.

A :class:`Scenario` says who does what with which sensor; :func:`simulate` gives the recording and the truth::

    from repsignal.synth import RepPlan, Scenario, Still, simulate, steady_set

    scenario = Scenario((Still(2.0), steady_set(10, RepPlan(lift_s=1.0, hold_s=3.0, lower_s=3.5)), Still(3.0)))
    sim = simulate(scenario, seed=7)
    sim.block          # what the sensor gave: an ImuBlock
    sim.truth.sets     # when every rep's phases truly began

:func:`random_scenario` draws people, exercises and sensors as varied as real ones. The motion is built from functions
of time with exact derivatives, so the specific force is the second derivative of the sensor's position less gravity,
and the angular rate that of its orientation, both in the sensor's frame.
"""

from __future__ import annotations

from repsignal.synth.activities import Fidget, IdleLeg, Move, Settle, Still, Stretch
from repsignal.synth.body import Motion
from repsignal.synth.devices import random_sensor
from repsignal.synth.exercises import EXERCISES, ExerciseFigures
from repsignal.synth.gait import Walk
from repsignal.synth.leg import Leg, Mounting, Slip, SoftTissue, Sway
from repsignal.synth.motion import Jet, Track
from repsignal.synth.people import NEGATIVE_KINDS, ScenarioKind, random_scenario
from repsignal.synth.plan import PARTIAL_SHARE, RepPlan, SetPlan, steady_set
from repsignal.synth.profiles import Profile, ProfileFamily
from repsignal.synth.reps import Habits, draw_habits, draw_set
from repsignal.synth.scenario import Scenario, Simulation, TrueActivity, TrueRep, TrueSet, Truth, layout, simulate
from repsignal.synth.sensor import SensorModel
from repsignal.synth.stage import Pose, Segment, Stage

__all__ = [
    "EXERCISES",
    "NEGATIVE_KINDS",
    "PARTIAL_SHARE",
    "ExerciseFigures",
    "Fidget",
    "Habits",
    "IdleLeg",
    "Jet",
    "Leg",
    "Motion",
    "Mounting",
    "Move",
    "Pose",
    "Profile",
    "ProfileFamily",
    "RepPlan",
    "Scenario",
    "ScenarioKind",
    "Segment",
    "SensorModel",
    "SetPlan",
    "Settle",
    "Simulation",
    "Slip",
    "SoftTissue",
    "Stage",
    "Still",
    "Stretch",
    "Sway",
    "Track",
    "TrueActivity",
    "TrueRep",
    "TrueSet",
    "Truth",
    "Walk",
    "draw_habits",
    "draw_set",
    "layout",
    "random_scenario",
    "random_sensor",
    "simulate",
    "steady_set",
]
