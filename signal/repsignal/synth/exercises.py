"""What the simulated people do: domain.md's exercises as ranges of pose, range of motion and tempo."""

from __future__ import annotations

from dataclasses import dataclass

from repsignal.synth.draw import Span

__all__ = ["EXERCISES", "ExerciseFigures"]


@dataclass(frozen=True, slots=True)
class ExerciseFigures:
    """One exercise: spans (lowest, highest) that people are drawn from.

    ``distance_m`` from the joint that moves to the sensor. ``ball`` sways; ``floor`` may be touched at the bottom;
    ``hangs`` may swing there; ``trunk``: the sensor is on the upper back, so what the legs do is not felt.
    ``lying``: one walks up and gets down to it. The tempo is the prescription's; people deviate from it.
    """

    id: str
    bottom_deg: Span
    rom_deg: Span
    lift_s: Span
    hold_s: Span
    lower_s: Span
    reps: tuple[int, int]
    distance_m: Span
    tilt_deg: Span = (-8.0, 8.0)
    lowers: bool = False
    ball: bool = False
    floor: bool = False
    hangs: bool = False
    trunk: bool = False
    lying: bool = True


_HIP: Span = (0.62, 0.85)  # hip to above the ankle: see Leg
_KNEE: Span = (0.28, 0.42)
_TRUNK: Span = (0.38, 0.55)  # hip to between the shoulder blades (0.29 of body height, Winter 2009, less the neck)
_KNEELING: Span = (0.80, 1.05)  # knee to between the shoulder blades

EXERCISES: tuple[ExerciseFigures, ...] = (
    ExerciseFigures(
        "prone-thigh-extension-ball", (-42, -22), (18, 42), (1, 1), (3, 3), (3, 4), (8, 20), _HIP, ball=True
    ),
    ExerciseFigures("reverse-leg-lift", (-3, 4), (6, 15), (1, 2), (0, 2), (2, 3), (8, 15), _HIP, floor=True),
    ExerciseFigures(
        "reverse-leg-lift-single", (-3, 4), (6.5, 18), (1, 2), (0, 2), (2, 3), (8, 15), _HIP, (-15, 15), floor=True
    ),
    ExerciseFigures("reverse-leg-lift-weighted", (-3, 4), (6, 14), (1, 2), (1, 2), (2, 3), (8, 15), _HIP, floor=True),
    ExerciseFigures("reverse-leg-lift-ball", (-40, -18), (14, 35), (1, 2), (1, 2), (2, 3), (8, 15), _HIP, ball=True),
    ExerciseFigures(
        "hip-extension-machine", (-90, -70), (50, 90), (1, 2), (1, 2), (2, 3), (8, 15), _HIP, hangs=True, lying=False
    ),
    ExerciseFigures(
        "standing-kickback-band", (-92, -84), (15, 45), (1, 1), (0, 1), (1, 2), (10, 20), _HIP, hangs=True, lying=False
    ),
    ExerciseFigures("lying-leg-curl", (-6, 5), (60, 115), (1, 1), (0, 1), (2, 3), (8, 20), _KNEE),
    ExerciseFigures(
        "seated-leg-curl", (-15, 15), (55, 95), (1, 1), (0, 1), (2, 3), (8, 20), _KNEE, lowers=True, lying=False
    ),
    ExerciseFigures(
        "nordic-curl", (82, 90), (35, 75), (2, 4), (0, 0.5), (1.5, 3), (5, 15), _KNEELING, lowers=True, trunk=True
    ),
    ExerciseFigures(
        "ball-back-extension", (-40, -20), (25, 50), (1, 2), (1, 1), (2, 3), (8, 15), _TRUNK, ball=True, trunk=True
    ),
    # What the prescriptions lack but people do with an ankle sensor, gravity helping or not.
    ExerciseFigures("side-lying-leg-raise", (-4, 6), (15, 50), (1, 2), (0, 2), (1.5, 3), (8, 15), _HIP, (-12, 12)),
    ExerciseFigures("side-lying-leg-swing", (-4, 4), (20, 60), (1, 2), (0, 2), (1.5, 3), (8, 15), _HIP, (78, 102)),
    ExerciseFigures(
        "seated-knee-extension", (-92, -75), (50, 90), (0.8, 2), (0, 5), (1, 3), (8, 15), _KNEE, hangs=True, lying=False
    ),
)
