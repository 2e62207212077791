"""Even samples → ticks: about 50 a second, each with its orientation by vqf and what else the later stages need.

A tick is the mean of its samples, taken before the filter sees them: what a limb does within 20 to 27 ms is as good
as one turn about one axis, and the filter is asked once a tick, however often the sensor is read.

It holds the running angle path Φ (the sum of the small rotations of the sensor since the start, (3,) degrees in the
sensor frame). For a limb that turns about an axis *a* fixed in the sensor, the angle of the limb is Φ·a: trying another
axis costs one product, nothing wraps, and a slow turn about the vertical does not leak in where *a* is horizontal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, inf
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from vqf import VQF

from repsignal.bias import Bias, find_bias
from repsignal.even import MISSING, EvenBlock, Flags
from repsignal.onepole import one_pole
from repsignal.rotations import quaternions
from repsignal.types import FloatArray

TICK_HZ: Final = 50.0

# vqf's defaults suit research sensors. A 5-euro part starts with a bias of several °/s, so it must be allowed to find
# one (clip); with so wide a clip slow even strokes of 2-4 °/s would pass for rest and be taken for bias, hence stricter
# thresholds. Gravity tells them from rest: vqf compares it with what was felt half a second before, in which a limb
# that turns by 1.2 °/s moves it by 0.1 m/s². Cheap modules have 5-20 mg of noise, with which rest is to be told all the
# same: of what smoothing leaves of it hardly anything exceeds three times its usual size.
_BIAS_CLIP_DPS: Final = 15.0
_BIAS_SIGMA_DPS: Final = 4.0  # before anything is known of a sensor, about each axis
_BIAS_SIGMA_KEPT_DPS: Final = 0.5  # comes to it in the course of a stretch
_BIAS_KNOWN_DPS: Final = 1.0
_BIAS_SIGMA_MOTION_DPS: Final = 0.3
_REST_GYR_DPS: Final = 1.0
_REST_ACC_M_S2, _REST_ACC_MOST_M_S2 = 0.1, 0.3
_REST_NOISE: Final = 3.0
_NOISE_S: Final = 0.3  # what gravity does within it is the limb's turning, a straight line, and noise
# How long the first samples of a stretch are looked at before anything is said of them: where a bias has to be found,
# and where it is known from before a hole.
_WARM_UP_S, _WARM_UP_AGAIN_S = 6.0, 3.0
_STEADY_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class TickBlock:
    """Consecutive ticks of one unbroken stretch.

    ``time_s`` (N,) s; ``path_deg`` (N, 3) Φ, degrees, sensor frame; ``up`` (N, 3) unit vector of the vertical, sensor
    frame; ``acc`` (N, 3) m/s² and ``gyr`` (N, 3) rad/s, bias removed, means over the tick; ``flags`` (N,) the bits of
    all its samples. ``known_s`` is the time of the newest sample that was needed to know them, where that is later than
    their own.
    """

    time_s: FloatArray
    path_deg: FloatArray
    up: FloatArray
    acc: FloatArray
    gyr: FloatArray
    flags: Flags
    known_s: float = -inf

    def __len__(self) -> int:
        return int(self.time_s.shape[0])


@dataclass(frozen=True, slots=True)
class _BareTicks:
    """Ticks before their orientation is known.

    ``acc`` and ``gyr`` (N, 3) are means of samples as they came, m/s² and rad/s; ``time_s`` (N,) is when the last one
    was, ``missing`` (N,) the share that was filled in, ``flags`` (N,) the bits of all.
    """

    time_s: FloatArray
    acc: FloatArray
    gyr: FloatArray
    missing: FloatArray
    flags: Flags

    def __len__(self) -> int:
        return int(self.time_s.shape[0])

    def __getitem__(self, part: slice) -> _BareTicks:
        return _BareTicks(self.time_s[part], self.acc[part], self.gyr[part], self.missing[part], self.flags[part])

    @classmethod
    def joined(cls, parts: list[_BareTicks]) -> _BareTicks:
        """Parts in order of time."""
        return cls(
            np.concatenate([part.time_s for part in parts]),
            np.concatenate([part.acc for part in parts]),
            np.concatenate([part.gyr for part in parts]),
            np.concatenate([part.missing for part in parts]),
            np.concatenate([part.flags for part in parts]),
        )


@dataclass(slots=True)
class OrientationState:
    """All that changes. ``filter_state`` is vqf's own, as it gives and takes it."""

    period_s: float = 0.0
    decimation: int = 1
    filter_state: dict[str, Any] | None = None
    bias: Bias | None = None  # as found when the newest stretch began
    warm: list[_BareTicks] = field(default_factory=list[_BareTicks])
    warm_ticks: int = 0
    rest: NDArray[np.float64] = field(default_factory=lambda: np.empty((8, 0)))  # samples of an unfinished tick
    rest_flags: Flags = field(default_factory=lambda: np.empty(0, np.uint8))
    quat: FloatArray | None = None  # of the last tick
    steady: FloatArray | None = None  # specific force, smoothed
    noise_m_s2: float = 0.0  # of that, as seen when the newest stretch began
    path_deg: FloatArray = field(default_factory=lambda: np.zeros(3))


class Orientation:
    """``feed(block)`` and ``flush()`` turn even blocks into tick blocks."""

    def __init__(self, state: OrientationState | None = None) -> None:
        self.state = state or OrientationState()
        self._vqf: VQF | None = None
        if self.state.filter_state is not None:
            self._vqf = self._filter()
            # vqf takes a state as it gives it; its stubs only know the giving
            setattr(self._vqf, "state", self.state.filter_state)  # noqa: B010

    def start(self, period_s: float) -> None:
        """Say how far samples are apart, s, before the first is fed."""
        self.state.period_s = period_s
        self.state.decimation = max(1, round(1.0 / (period_s * TICK_HZ)))

    @property
    def tick_s(self) -> float:
        """How far ticks are apart, s."""
        return self.state.period_s * self.state.decimation

    def snapshot(self) -> OrientationState:
        """The state with vqf's in it, for saving."""
        self.state.filter_state = cast(dict[str, Any], self._vqf.state) if self._vqf is not None else None
        return self.state

    def feed(self, block: EvenBlock) -> list[TickBlock]:
        """Take even samples in any cut."""
        state = self.state
        out: list[TickBlock] = []
        if block.restart:
            out += self.flush()
            self._keep_bias()
            self._vqf, state.quat, state.steady = None, None, None
            state.rest, state.rest_flags = state.rest[:, :0], state.rest_flags[:0]
        ticks = self._gathered(block)
        if not len(ticks):
            return out
        if self._vqf is not None:
            return out + self._run(ticks)
        state.warm.append(ticks)
        state.warm_ticks += len(ticks)
        if state.warm_ticks >= self._enough:
            out += self._warm_up()
        return out

    def flush(self) -> list[TickBlock]:
        """Nothing more comes of this stretch; the samples of an unfinished tick are of no use."""
        return self._warm_up() if self._vqf is None and self.state.warm_ticks else []

    def _warm_up(self) -> list[TickBlock]:
        """Settle the filter on the first seconds, then say how they were, seen from their end.

        At its first tick the filter believes whatever it feels to be gravity, a lift in full swing as well. Some
        seconds on it knows better, and the gyroscope tells the way back.
        """
        state, tick_s = self.state, self.tick_s
        warm, state.warm, state.warm_ticks = _BareTicks.joined(state.warm), [], 0
        first, rest = warm[: self._enough], warm[self._enough :]
        before = state.bias or Bias.unknown(_BIAS_SIGMA_DPS)
        heard = _longest_run(first.missing == 0.0)
        found = find_bias(first.acc[heard], first.gyr[heard], tick_s, before)
        if float(np.sqrt(found.rad_s @ found.rad_s)) > np.radians(_BIAS_CLIP_DPS):
            found = before  # somebody turns about steadily: no gyroscope is off by so much
        state.bias = found
        turned = self._felt(first)
        steady = self._steadied(first.acc)
        state.noise_m_s2 = _noise(steady, tick_s)
        self._vqf = self._filter()
        self._vqf.setBiasEstimate(found.rad_s, np.radians(found.sigma_dps))  # it takes one figure for all axes
        result = self._vqf.updateBatch(turned, steady)
        gyr = turned - np.asarray(result["bias"][-1], dtype=np.float64)
        quat = _back_from(np.asarray(result["quat6D"][-1], dtype=np.float64), gyr, tick_s)
        ticks = replace(self._oriented(first, quat, gyr), known_s=float(first.time_s[-1]))
        return [ticks, *self._run(rest)]

    @property
    def _enough(self) -> int:
        """Ticks of a warm-up."""
        known = self.state.bias is not None and self.state.bias.sigma_dps < _BIAS_KNOWN_DPS
        return ceil((_WARM_UP_AGAIN_S if known else _WARM_UP_S) / self.tick_s)

    def _keep_bias(self) -> None:
        """A hole is no reason to forget it, nor to be surer of it."""
        if self._vqf is not None and self.state.bias is not None:
            more = Bias.unknown(_BIAS_SIGMA_KEPT_DPS)
            covariance = self.state.bias.covariance + more.covariance
            self.state.bias = Bias(np.array(self._vqf.getBiasEstimate()[0]), covariance)

    def _felt(self, ticks: _BareTicks) -> FloatArray:
        """Rates (N, 3) with a bias in the samples that were filled in without one, as a gyroscope would have said."""
        if self.state.bias is None or not ticks.missing.any():
            return ticks.gyr
        felt: FloatArray = ticks.gyr + ticks.missing[:, None] * self.state.bias.rad_s
        return felt

    def _run(self, ticks: _BareTicks) -> list[TickBlock]:
        if self._vqf is None or not len(ticks):
            return []
        turned = self._felt(ticks)
        result = self._vqf.updateBatch(turned, self._steadied(ticks.acc))
        return [self._oriented(ticks, cast(FloatArray, result["quat6D"]), turned - result["bias"])]

    def _filter(self) -> VQF:
        return VQF(
            self.tick_s,
            biasClip=_BIAS_CLIP_DPS,
            biasSigmaMotion=_BIAS_SIGMA_MOTION_DPS,
            restThGyr=_REST_GYR_DPS,
            restThAcc=min(float(np.hypot(_REST_ACC_M_S2, _REST_NOISE * self.state.noise_m_s2)), _REST_ACC_MOST_M_S2),
        )

    def _steadied(self, acc: FloatArray) -> FloatArray:
        """Specific force freed of a cheap sensor's noise, so that rest can be told from it; a one-pole filter."""
        pole = float(np.exp(-self.tick_s / _STEADY_S))
        before = self.state.steady if self.state.steady is not None else acc[0]
        smooth = one_pole(acc, pole, before)
        self.state.steady = smooth[-1].copy()
        return np.ascontiguousarray(smooth)

    def _gathered(self, block: EvenBlock) -> _BareTicks:
        """Ticks of these samples and of those that waited for them; what is left of them waits in turn."""
        state = self.state
        left, step = state.rest.shape[1], state.decimation
        samples = np.empty((8, left + len(block)))
        samples[:, :left] = state.rest
        samples[0, left:], samples[1:4, left:], samples[4:7, left:] = block.time_s, block.acc.T, block.gyr.T
        samples[7, left:] = (block.flags & MISSING) != 0
        flags = np.concatenate((state.rest_flags, block.flags)) if left else block.flags
        count = samples.shape[1] // step
        used = count * step
        state.rest, state.rest_flags = samples[:, used:].copy(), flags[used:].copy()
        means = _means(samples[1:, :used], step)
        acc, gyr = np.ascontiguousarray(means[:3].T), np.ascontiguousarray(means[3:6].T)
        bits = np.bitwise_or.reduce(flags[:used].reshape(count, step), axis=1)
        return _BareTicks(samples[0, step - 1 : used : step], acc, gyr, means[6], bits)

    def _oriented(self, ticks: _BareTicks, quat: FloatArray, gyr: FloatArray) -> TickBlock:
        """Ticks with (N, 4) orientations, and (N, 3) rates without bias."""
        path = self._extend_path(quat)
        return TickBlock(ticks.time_s, path, _up(quat), ticks.acc, gyr, ticks.flags)

    def _extend_path(self, quat: FloatArray) -> FloatArray:
        state = self.state
        before = quat[:1] if state.quat is None else state.quat[None, :]
        steps = rotation_steps_deg(np.concatenate((before, quat)))
        path = np.cumsum(np.concatenate((state.path_deg[None, :], steps)), axis=0)[1:]
        state.quat, state.path_deg = quat[-1].copy(), path[-1].copy()
        return path


def _longest_run(heard: NDArray[np.bool_]) -> slice:
    """Where so many in a row are true as nowhere else."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], heard, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    longest = int(lengths.argmax()) if len(lengths) else 0
    return slice(int(edges[2 * longest]), int(edges[2 * longest + 1])) if len(lengths) else slice(0, 0)


def _back_from(quat: FloatArray, gyr: FloatArray, tick_s: float) -> FloatArray:
    """Orientations (N, 4) that (N, 3) rad/s lead from to the last one, ``quat`` (4,)."""
    steps: list[list[float]] = quaternions(-gyr * tick_s).tolist()
    w, x, y, z = quat.tolist()
    found = [(w, x, y, z)]
    for a, b, c, d in steps[:0:-1]:
        w, x, y, z = (
            w * a - x * b - y * c - z * d,
            w * b + x * a + y * d - z * c,
            w * c - x * d + y * a + z * b,
            w * d + x * c - y * b + z * a,
        )
        found.append((w, x, y, z))
    return np.array(found[::-1])


def _noise(acc: FloatArray, tick_s: float) -> float:
    """Root mean square of what (N, 3) specific force strays from straight lines by, in its calmest quarter; or 0.0."""
    width = max(4, round(_NOISE_S / tick_s))
    count = len(acc) // width
    if not count:
        return 0.0
    parts = acc[: count * width].reshape(count, width, 3)
    ramp = np.arange(width) - 0.5 * (width - 1)
    off = parts - parts.mean(axis=1, keepdims=True)
    off -= ramp[:, None] * (np.einsum("w,cwk->ck", ramp, off) / (ramp @ ramp))[:, None]
    squares = np.einsum("cwk,cwk->c", off, off) / (width - 2)
    return float(np.sqrt(np.quantile(squares, 0.25)))


def _means(samples: FloatArray, step: int) -> FloatArray:
    """Means (K, N / step) of each ``step`` of (K, N), added in order so that no cut of the input can change a bit."""
    total = samples[:, 0::step].copy()
    for k in range(1, step):
        total += samples[:, k::step]
    total /= step
    return total


def rotation_steps_deg(quat: FloatArray) -> FloatArray:
    """Rotation vectors, (N - 1, 3) degrees in the sensor frame, between consecutive (N, 4) w-first quaternions."""
    w0, x0, y0, z0 = quat[:-1].T
    w1, x1, y1, z1 = quat[1:].T
    w = w0 * w1 + x0 * x1 + y0 * y1 + z0 * z1
    x = w0 * x1 - x0 * w1 - y0 * z1 + z0 * y1
    y = w0 * y1 + x0 * z1 - y0 * w1 - z0 * x1
    z = w0 * z1 - x0 * y1 + y0 * x1 - z0 * w1
    sine = np.sqrt(x * x + y * y + z * z)
    flip = np.where(w < 0, -1.0, 1.0)
    angle = 2.0 * np.arctan2(sine, w * flip)
    scale = np.degrees(np.where(sine > 1e-9, angle / np.maximum(sine, 1e-12), 2.0)) * flip
    return np.column_stack((x * scale, y * scale, z * scale))


def _up(quat: FloatArray) -> FloatArray:
    """The vertical in the sensor frame, (N, 3), of (N, 4) sensor-to-earth quaternions."""
    w, x, y, z = quat.T
    return np.column_stack((2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)))
