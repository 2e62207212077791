"""What the gyroscope says while nothing turns, from the first seconds, when the limb may be moving already.

An orientation filter finds a bias in minutes, or at once while the sensor lies still. Somebody who presses start and
lifts gives it neither, and 8 °/s of bias turn a limb by more in a hold than it was lifted. Two things tell it sooner.
Gravity points the same way at the end of a stretch as at its beginning, whatever the limb did between; and a limb that
is still for a moment, as far as gravity can tell, does not turn about the vertical either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.robust import median
from repsignal.rotations import matrices
from repsignal.types import FloatArray

MOMENT_S: Final = 0.3  # what may be still for so long
SWAY_DPS: Final = 0.4  # of a limb that is called still
_STEP_S: Final = 0.04  # as often as a limb's orientation is followed
_EVERY_S: Final = 0.1  # as often as speeds and moments are taken
_ALIKE_S: Final = 0.5  # those nearer to each other err alike
_FITS: Final = 5  # of which each begins with what was found before: 8 °/s turn the frame by 48° in 6 s
_SPEED_M_S: Final = 0.2  # of an ankle that is lifted and lowered, at least
_DOUBT: Final = 2.0  # times what is left over of the fit: it errs as often one way as the other, but not at random
_LEAST: Final = 12  # steps, below which nothing can be told


@dataclass(frozen=True, slots=True)
class Bias:
    """Bias (3,) rad/s in the sensor frame, and the covariance (3, 3) of what is not known of it."""

    rad_s: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def unknown(cls, sigma_dps: float) -> Bias:
        """Of a sensor that nothing is known of but how large it usually is."""
        return cls(np.zeros(3), np.eye(3) * np.radians(sigma_dps) ** 2)

    @property
    def sigma_dps(self) -> float:
        """What is not known of it about one axis, as a mean over all."""
        return float(np.degrees(np.sqrt(np.trace(self.covariance) / 3.0)))


def find_bias(acc: FloatArray, gyr: FloatArray, period_s: float, before: Bias) -> Bias:
    """The bias of (N, 3) rad/s, taken with (N, 3) m/s² ``period_s`` apart, and what was known ``before``."""
    step = max(1, round(_STEP_S / period_s))
    if len(gyr) < _LEAST * step:
        return before
    felt, turned, step_s = _means(acc, step), _means(gyr, step), step * period_s
    return _of_still_moments(turned, step_s, _of_gravity(felt, turned, step_s, before))


def _of_gravity(acc: FloatArray, gyr: FloatArray, step_s: float, before: Bias) -> Bias:
    """By least squares: specific force, carried into the frame of the first instant, is gravity but for the motion.

    A bias *b* turns that frame by ∫R b dt, and gravity *g* in it by as much: R f = g - [g]× ∫R dt b + acceleration.
    Integrated once, what the limb adds is its speed, which stays small. Unknown are the speed at first, *g*, and *b*.
    """
    every = max(1, round(_EVERY_S / step_s))
    at = np.arange(0, len(gyr), every)
    prior = np.zeros((9, 9))
    prior[6:, 6:] = np.linalg.inv(before.covariance)
    bias, speed_m_s = before.rad_s, _SPEED_M_S
    known: NDArray[np.float64] = prior
    for _ in range(_FITS):
        frames = _frames(gyr - bias, step_s)
        force = np.einsum("nij,nj->ni", frames, acc)
        turned = np.cumsum(np.cumsum(frames, axis=0), axis=0) * step_s**2
        rows = np.zeros((len(at), 3, 9))
        rows[:, :, :3] = np.eye(3)
        rows[:, :, 3:6] = np.eye(3) * (at * step_s)[:, None, None]
        rows[:, :, 6:] = -_cross(force.mean(axis=0)) @ turned[at]
        equations = rows.reshape(-1, 9)
        speeds = (np.cumsum(force, axis=0)[at] * step_s).ravel()
        weight = every * step_s / _ALIKE_S / speed_m_s**2
        known = equations.T @ equations * weight + prior
        towards = np.zeros(9)
        towards[6:] = before.rad_s - bias
        found = np.linalg.solve(known, equations.T @ speeds * weight + prior @ towards)
        bias = bias + found[6:]
        left = speeds - equations @ found
        speed_m_s = max(_SPEED_M_S, _DOUBT * float(np.sqrt(left @ left / len(left))))
    covariance: NDArray[np.float64] = np.linalg.inv(known)[6:, 6:].astype(np.float64)
    return Bias(bias, covariance)


def _of_still_moments(gyr: FloatArray, step_s: float, so_far: Bias) -> Bias:
    """Better about each axis, first the one that is known worst: mostly the vertical, which gravity does not show."""
    moment = max(1, round(MOMENT_S / step_s))
    sums = np.cumsum(np.concatenate((np.zeros((1, 3)), gyr)), axis=0)
    every = max(1, round(_EVERY_S / step_s))
    rates = ((sums[moment:] - sums[:-moment]) / moment)[::every]
    axes: NDArray[np.float64] = np.linalg.eigh(so_far.covariance)[1]
    for axis in axes.T[::-1]:
        sigma = float(np.sqrt(axis @ so_far.covariance @ axis))
        more, left = rest_rate(rates - so_far.rad_s, axis, sigma, np.radians(SWAY_DPS), every * step_s)
        covariance = so_far.covariance + (left**2 - sigma**2) * np.outer(axis, axis)
        so_far = Bias(so_far.rad_s + more * axis, covariance)
    return so_far


def rest_rate(
    rates: FloatArray, axis: NDArray[np.float64], sigma: float, sway: float, apart_s: float
) -> tuple[float, float]:
    """The rate about a unit axis (3,) while nothing turns, and the standard deviation that is left of ``sigma``.

    A limb that does not turn about the other axes rests. More or less, and now and then it does not: the rate of each
    moment (N, 3), ``apart_s`` from the next, is taken for that of rest with a Cauchy error as wide as the limb turns
    about the others, and as it sways. Found is the likeliest near the median. Rates are all in one unit, of any kind.
    """
    own = rates @ axis
    width = np.maximum((rates * rates).sum(axis=1) - own * own, 0.0) + sway**2
    weight, prior = apart_s / _ALIKE_S, sigma**-2
    rate = median(own.tolist())
    for _ in range(_FITS):
        counts = 2.0 * weight / (width + (own - rate) ** 2)
        rate = float(counts @ own) / (float(counts.sum()) + prior)
    return rate, (float((0.5 * weight / width).sum()) + prior) ** -0.5


def _means(samples: FloatArray, step: int) -> FloatArray:
    """Of each ``step`` of (N, 3); what is left over at the end is left out."""
    count = len(samples) // step
    means: FloatArray = samples[: count * step].reshape(count, step, 3).mean(axis=1)
    return means


def _frames(gyr: FloatArray, step_s: float) -> FloatArray:
    """Rotations (N, 3, 3) from the sensor at each instant to the sensor at the first, by (N, 3) rad/s alone."""
    steps = matrices(gyr * step_s)
    frames = np.empty_like(steps)
    frames[0] = np.eye(3)
    for k in range(1, len(steps)):
        frames[k] = frames[k - 1] @ steps[k]
    return frames


def _cross(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix that is (3,) ``vector`` × in a product."""
    x, y, z = vector.tolist()
    return np.array(((0.0, -z, y), (z, 0.0, -x), (-y, x, 0.0)))
