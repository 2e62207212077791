"""Even samples → ticks: orientation by vqf, decimated to about 50 a second, with what else the later stages need.

A tick holds the running angle path Φ (the sum of the small rotations of the sensor since the start, (3,) degrees in
the sensor frame). For a limb that turns about an axis *a* fixed in the sensor, the angle of the limb is Φ·a: trying
another axis costs one product, nothing wraps, and a slow turn about the vertical does not leak in where *a* is
horizontal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from vqf import VQF

from repsignal.bias import Bias, find_bias
from repsignal.onepole import one_pole
from repsignal.rotations import quaternions
from repsignal.timebase import MISSING, EvenBlock, Flags
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


@dataclass(slots=True)
class OrientationState:
    """All that changes. ``filter_state`` is vqf's own, as it gives and takes it."""

    period_s: float = 0.0
    decimation: int = 1
    filter_state: dict[str, Any] | None = None
    bias: Bias | None = None  # as found when the newest stretch began
    warm: list[EvenBlock] = field(default_factory=list[EvenBlock])
    warm_rows: int = 0
    rest: NDArray[np.float64] = field(default_factory=lambda: np.empty((11, 0)))  # samples of an unfinished tick
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
            self._vqf = _filter(self.state)
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
        if self._vqf is not None:
            return out + self._run(block)
        state.warm.append(block)
        state.warm_rows += len(block)
        if state.warm_rows * state.period_s >= self._warm_up_s:
            out += self._warm_up()
        return out

    def flush(self) -> list[TickBlock]:
        """Nothing more comes of this stretch; the samples of an unfinished tick are of no use."""
        return self._warm_up() if self._vqf is None and self.state.warm_rows else []

    def _warm_up(self) -> list[TickBlock]:
        """Settle the filter on the first seconds, then say how they were, seen from their end.

        At its first sample the filter believes whatever it feels to be gravity, a lift in full swing as well. Some
        seconds on it knows better, and the gyroscope tells the way back.
        """
        state = self.state
        warm, state.warm, state.warm_rows = _joined(state.warm), [], 0
        first, rest = _cut(warm, max(1, int(np.ceil(self._warm_up_s / state.period_s))))
        before = state.bias or Bias.unknown(_BIAS_SIGMA_DPS)
        heard = _longest_run((first.flags & MISSING) == 0)
        found = find_bias(first.acc[heard], first.gyr[heard], state.period_s, before)
        if float(np.sqrt(found.rad_s @ found.rad_s)) > np.radians(_BIAS_CLIP_DPS):
            found = before  # somebody turns about steadily: no gyroscope is off by so much
        state.bias = found
        first = self._felt(first)
        steady = self._steadied(first.acc)
        state.noise_m_s2 = _noise(steady, state.period_s)
        self._vqf = _filter(state)
        self._vqf.setBiasEstimate(found.rad_s, np.radians(found.sigma_dps))  # it takes one figure for all axes
        result = self._vqf.updateBatch(first.gyr, steady)
        bias = np.asarray(result["bias"][-1], dtype=np.float64)
        quat = _back_from(np.asarray(result["quat6D"][-1], dtype=np.float64), first.gyr - bias, state.period_s)
        known_s = float(first.time_s[-1])
        ticks = [replace(some, known_s=known_s) for some in self._ticks_of(first, quat, first.gyr - bias)]
        return ticks + (self._run(rest) if len(rest) else [])

    @property
    def _warm_up_s(self) -> float:
        known = self.state.bias is not None and self.state.bias.sigma_dps < _BIAS_KNOWN_DPS
        return _WARM_UP_AGAIN_S if known else _WARM_UP_S

    def _keep_bias(self) -> None:
        """A hole is no reason to forget it, nor to be surer of it."""
        if self._vqf is not None and self.state.bias is not None:
            more = Bias.unknown(_BIAS_SIGMA_KEPT_DPS)
            covariance = self.state.bias.covariance + more.covariance
            self.state.bias = Bias(np.array(self._vqf.getBiasEstimate()[0]), covariance)

    def _felt(self, block: EvenBlock) -> EvenBlock:
        """With a bias in the samples that were filled in without one: the gyroscope would have had it there too."""
        missing = (block.flags & MISSING) != 0
        if self.state.bias is None or not missing.any():
            return block
        return replace(block, gyr=block.gyr + missing[:, None] * self.state.bias.rad_s)

    def _run(self, block: EvenBlock) -> list[TickBlock]:
        if self._vqf is None or not len(block):
            return []
        block = self._felt(block)
        result = self._vqf.updateBatch(block.gyr, self._steadied(block.acc))
        return self._ticks_of(block, cast(FloatArray, result["quat6D"]), block.gyr - result["bias"])

    def _steadied(self, acc: FloatArray) -> FloatArray:
        """Specific force freed of a cheap sensor's noise, so that rest can be told from it; a one-pole filter."""
        pole = float(np.exp(-self.state.period_s / _STEADY_S))
        before = self.state.steady if self.state.steady is not None else acc[0]
        smooth = one_pole(acc, pole, before)
        self.state.steady = smooth[-1].copy()
        return np.ascontiguousarray(smooth)

    def _ticks_of(self, block: EvenBlock, quat: FloatArray, gyr: FloatArray) -> list[TickBlock]:
        state = self.state
        left, step = state.rest.shape[1], state.decimation
        samples = np.empty((11, left + len(block)))
        samples[:, :left] = state.rest
        samples[0, left:], samples[1:5, left:] = block.time_s, quat.T
        samples[5:8, left:], samples[8:, left:] = block.acc.T, gyr.T
        flags = np.concatenate((state.rest_flags, block.flags)) if left else block.flags
        count = samples.shape[1] // step
        used = count * step
        state.rest, state.rest_flags = samples[:, used:].copy(), flags[used:].copy()
        if count == 0:
            return []
        ends = samples[:5, step - 1 : used : step]
        means = _means(samples[5:, :used], step)
        tick_flags = flags if step == 1 else np.bitwise_or.reduce(flags[:used].reshape(count, step), axis=1)
        path = self._extend_path(ends[1:].T)
        return [TickBlock(ends[0], path, _up(ends[1:].T), means[:3].T, means[3:].T, tick_flags)]

    def _extend_path(self, quat: FloatArray) -> FloatArray:
        state = self.state
        before = quat[:1] if state.quat is None else state.quat[None, :]
        steps = rotation_steps_deg(np.concatenate((before, quat)))
        path = np.cumsum(np.concatenate((state.path_deg[None, :], steps)), axis=0)[1:]
        state.quat, state.path_deg = quat[-1].copy(), path[-1].copy()
        return path


def _joined(blocks: list[EvenBlock]) -> EvenBlock:
    return EvenBlock(
        np.concatenate([block.time_s for block in blocks]),
        np.concatenate([block.acc for block in blocks]),
        np.concatenate([block.gyr for block in blocks]),
        np.concatenate([block.flags for block in blocks]),
    )


def _cut(block: EvenBlock, rows: int) -> tuple[EvenBlock, EvenBlock]:
    """The first rows, and the others."""
    parts = [
        EvenBlock(
            block.time_s[part],
            np.ascontiguousarray(block.acc[part]),
            np.ascontiguousarray(block.gyr[part]),
            block.flags[part],
        )
        for part in (slice(0, rows), slice(rows, None))
    ]
    return parts[0], parts[1]


def _longest_run(heard: NDArray[np.bool_]) -> slice:
    """Where so many in a row are true as nowhere else."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], heard, [False])).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    longest = int(lengths.argmax()) if len(lengths) else 0
    return slice(int(edges[2 * longest]), int(edges[2 * longest + 1])) if len(lengths) else slice(0, 0)


def _back_from(quat: FloatArray, gyr: FloatArray, period_s: float) -> FloatArray:
    """Orientations (N, 4) that (N, 3) rad/s lead from to the last one, ``quat`` (4,)."""
    steps: list[list[float]] = quaternions(-gyr * period_s).tolist()
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


def _noise(acc: FloatArray, period_s: float) -> float:
    """Root mean square of what (N, 3) specific force strays from straight lines by, in its calmest quarter; or 0.0."""
    width = max(4, round(_NOISE_S / period_s))
    count = len(acc) // width
    if not count:
        return 0.0
    parts = acc[: count * width].reshape(count, width, 3)
    ramp = np.arange(width) - 0.5 * (width - 1)
    off = parts - parts.mean(axis=1, keepdims=True)
    off -= ramp[:, None] * (np.einsum("w,cwk->ck", ramp, off) / (ramp @ ramp))[:, None]
    squares = np.einsum("cwk,cwk->c", off, off) / (width - 2)
    return float(np.sqrt(np.quantile(squares, 0.25)))


def _filter(state: OrientationState) -> VQF:
    return VQF(
        state.period_s,
        biasClip=_BIAS_CLIP_DPS,
        biasSigmaMotion=_BIAS_SIGMA_MOTION_DPS,
        restThGyr=_REST_GYR_DPS,
        restThAcc=min(float(np.hypot(_REST_ACC_M_S2, _REST_NOISE * state.noise_m_s2)), _REST_ACC_MOST_M_S2),
    )


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
