"""What a cheap IMU makes of the motion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repsignal.synth.checks import check_finite, check_fraction, check_not_negative, check_positive, check_within
from repsignal.synth.stage import G
from repsignal.types import FloatArray, ImuBlock

__all__ = ["Sensed", "SensorModel", "low_passed", "sense"]

Vector = tuple[float, float, float]
_NONE: Vector = (0.0, 0.0, 0.0)
_INT16 = 32768.0


@dataclass(frozen=True, slots=True)
class SensorModel:
    """An IMU and its link. The default is perfect but for its rate; :meth:`typical` is a good real one.

    ====================  ============================================================================================
    rate_hz               nominal rate, 20 to 400: the stamps are written as if it were true
    rate_error            the true rate is ``rate_hz * (1 + rate_error)``
    bandwidth_hz          -3 dB of the low-pass before sampling (zero delay); None: none
    gyr_noise_dps         white noise, rms of a sample. Consumer parts: 0.05-0.1 deg/s (MPU-6050: 0.05, LSM6DS3: 0.07)
    acc_noise_mg          likewise, 1-8 mg for the parts themselves, 5-20 mg for cheap modules
    gyr_bias_dps          bias at the start (MPU-6050: up to 20 before any trim; 8 is a bad one at room temperature)
    gyr_drift_dps_min     its slope as the sensor warms, per minute
    gyr_wander_dps        rms it also wanders in a minute (random walk)
    acc_bias_mg           up to 60 mg per axis (MPU-6050: 50 x/y, 80 z)
    gyr_scale, acc_scale  relative error of the scale, per axis (up to 3 %)
    gyr_range_dps         full scale: beyond it the sensor clips; None: never
    acc_range_g           likewise
    quantised             round to int16 of the full scale
    packet_samples        samples sent together
    packet_loss           chance that a packet is lost for good
    hole_at_s, hole_s     one long hole: when it begins (on the stamps' clock) and how long it is; None: no hole
    jitter_s              rms of an error of each stamp; order is kept unless it exceeds the sample interval
    repeated, backward    shares of samples whose stamp repeats the one before, or lies up to 30 ms before it
    nan, infinite         shares of samples in which one of the six values is NaN, or infinite
    first_stamp_s         what the first stamp of the recording reads
    ====================  ============================================================================================
    """

    rate_hz: float = 100.0
    rate_error: float = 0.0
    bandwidth_hz: float | None = None
    gyr_noise_dps: float = 0.0
    acc_noise_mg: float = 0.0
    gyr_bias_dps: Vector = _NONE
    gyr_drift_dps_min: Vector = _NONE
    gyr_wander_dps: float = 0.0
    acc_bias_mg: Vector = _NONE
    gyr_scale: Vector = _NONE
    acc_scale: Vector = _NONE
    gyr_range_dps: float | None = None
    acc_range_g: float | None = None
    quantised: bool = False
    packet_samples: int = 10
    packet_loss: float = 0.0
    hole_at_s: float | None = None
    hole_s: float = 0.0
    jitter_s: float = 0.0
    repeated: float = 0.0
    backward: float = 0.0
    nan: float = 0.0
    infinite: float = 0.0
    first_stamp_s: float = 0.0

    def __post_init__(self) -> None:
        check_within("rate_hz", self.rate_hz, 20.0, 400.0)
        check_within("rate_error", self.rate_error, -0.05, 0.05)
        for name, value in (
            ("gyr_noise_dps", self.gyr_noise_dps),
            ("acc_noise_mg", self.acc_noise_mg),
            ("gyr_wander_dps", self.gyr_wander_dps),
            ("hole_s", self.hole_s),
            ("jitter_s", self.jitter_s),
        ):
            check_not_negative(name, value)
        for name, value in (
            ("packet_loss", self.packet_loss),
            ("repeated", self.repeated),
            ("backward", self.backward),
            ("nan", self.nan),
            ("infinite", self.infinite),
        ):
            check_fraction(name, value)
        for name, optional in (
            ("bandwidth_hz", self.bandwidth_hz),
            ("gyr_range_dps", self.gyr_range_dps),
            ("acc_range_g", self.acc_range_g),
        ):
            if optional is not None:
                check_positive(name, optional)
        for name, vector in (
            ("gyr_bias_dps", self.gyr_bias_dps),
            ("gyr_drift_dps_min", self.gyr_drift_dps_min),
            ("acc_bias_mg", self.acc_bias_mg),
            ("gyr_scale", self.gyr_scale),
            ("acc_scale", self.acc_scale),
        ):
            if len(vector) != 3:
                raise ValueError(f"{name} must be three numbers, one an axis, got {vector!r}.")
            for value in vector:
                check_finite(name, value)
        check_finite("first_stamp_s", self.first_stamp_s)
        if self.packet_samples < 1:
            raise ValueError(f"packet_samples must be at least 1, got {self.packet_samples!r}.")
        if self.quantised and (self.gyr_range_dps is None or self.acc_range_g is None):
            raise ValueError("quantised needs gyr_range_dps and acc_range_g: the size of a step follows from them.")

    @staticmethod
    def typical(rate_hz: float = 100.0) -> SensorModel:
        """A sound consumer IMU at ±8 g and ±1000 deg/s."""
        return SensorModel(
            rate_hz=rate_hz,
            bandwidth_hz=0.4 * rate_hz,
            gyr_noise_dps=0.07,
            acc_noise_mg=5.0,
            gyr_bias_dps=(0.4, -0.3, 0.2),
            gyr_drift_dps_min=(0.02, 0.01, -0.02),
            acc_bias_mg=(10.0, -8.0, 15.0),
            gyr_range_dps=1000.0,
            acc_range_g=8.0,
            quantised=True,
        )


@dataclass(frozen=True, slots=True)
class Sensed:
    """A block as the sensor gave it, and which of the samples taken it holds: ``kept`` (M,) indices."""

    block: ImuBlock
    kept: NDArray[np.int64]


def low_passed(values: FloatArray, step_s: float, bandwidth_hz: float | None) -> FloatArray:
    """(N, 3) through a Gaussian low-pass without delay."""
    if bandwidth_hz is None:
        return values
    # A Gaussian of sigma s has its -3 dB point at sqrt(ln 2) / (2 pi s).
    sigma = math.sqrt(math.log(2.0)) / (2.0 * math.pi * bandwidth_hz * step_s)
    reach = math.ceil(4.0 * sigma)
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1.0) / sigma) ** 2)
    taps /= taps.sum()
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    columns = [np.convolve(padded[:, axis], taps, mode="valid") for axis in range(3)]
    return np.asarray(np.stack(columns, axis=1), dtype=np.float64)


def sense(model: SensorModel, acc: FloatArray, gyr: FloatArray, rng: np.random.Generator) -> Sensed:
    """What ``model`` makes of the true ``acc`` (N, 3) m/s² and ``gyr`` (N, 3) rad/s at its sampling instants."""
    size = len(acc)
    stamps = np.arange(size) / model.rate_hz
    minutes = stamps[:, None] / 60.0
    gyr_noise, acc_noise, walk = rng.normal(size=(3, size, 3))
    bias = np.radians(np.array(model.gyr_bias_dps) + minutes * np.array(model.gyr_drift_dps_min))
    if model.gyr_wander_dps > 0.0:
        bias = bias + np.radians(model.gyr_wander_dps / np.sqrt(60.0 * model.rate_hz)) * np.cumsum(walk, axis=0)
    gyr = gyr * (1.0 + np.array(model.gyr_scale)) + bias + np.radians(model.gyr_noise_dps) * gyr_noise
    acc = acc * (1.0 + np.array(model.acc_scale)) + G * 1e-3 * np.array(model.acc_bias_mg)
    acc = acc + G * 1e-3 * model.acc_noise_mg * acc_noise
    gyr = _digitised(gyr, None if model.gyr_range_dps is None else float(np.radians(model.gyr_range_dps)), model)
    acc = _digitised(acc, None if model.acc_range_g is None else G * model.acc_range_g, model)
    _spoil(acc, gyr, model, rng)
    kept = np.flatnonzero(~_lost(model, stamps, rng))
    written = model.first_stamp_s + _written_stamps(model, stamps[kept], rng)
    return Sensed(ImuBlock(written, acc[kept], gyr[kept]), kept)


def _digitised(values: FloatArray, full_scale: float | None, model: SensorModel) -> FloatArray:
    if full_scale is None:
        return values
    if not model.quantised:
        return np.clip(values, -full_scale, full_scale)
    step = full_scale / _INT16
    return np.asarray(np.clip(np.round(values / step), -_INT16, _INT16 - 1.0) * step, dtype=np.float64)


def _spoil(acc: FloatArray, gyr: FloatArray, model: SensorModel, rng: np.random.Generator) -> None:
    for share, value in ((model.nan, np.nan), (model.infinite, np.inf)):
        hit = np.flatnonzero(rng.random(len(acc)) < share)
        channel = rng.integers(0, 6, len(hit))
        for values, offset in ((acc, 0), (gyr, 3)):
            mine = (channel >= offset) & (channel < offset + 3)
            values[hit[mine], channel[mine] - offset] = value


def _lost(model: SensorModel, stamps: FloatArray, rng: np.random.Generator) -> NDArray[np.bool_]:
    packets = -(-len(stamps) // model.packet_samples)
    lost = np.repeat(rng.random(packets) < model.packet_loss, model.packet_samples)[: len(stamps)]
    if model.hole_at_s is not None:
        since = model.first_stamp_s + stamps - model.hole_at_s
        lost |= (since >= 0.0) & (since < model.hole_s)
    return lost


def _written_stamps(model: SensorModel, stamps: FloatArray, rng: np.random.Generator) -> FloatArray:
    interval = 1.0 / model.rate_hz
    out = stamps + model.jitter_s * np.clip(rng.normal(size=len(stamps)), -3.0, 3.0)
    if 0.0 < model.jitter_s <= interval:
        out = np.maximum.accumulate(out)
    for share, low, high in ((model.repeated, 0.0, 0.0), (model.backward, 0.1 * interval, 0.03)):
        hit = np.flatnonzero(rng.random(len(stamps)) < share)
        hit = hit[hit > 0]
        out[hit] = out[hit - 1] - rng.uniform(low, high, len(hit))
    return out
