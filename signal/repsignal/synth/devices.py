"""Sensors drawn at random: sound ones, and cheap ones on a bad link and a loose strap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from repsignal.synth.draw import between, triple
from repsignal.synth.leg import Slip
from repsignal.synth.scenario import Scenario, layout
from repsignal.synth.sensor import SensorModel

__all__ = ["random_sensor", "with_faults"]


def random_sensor(rng: np.random.Generator, *, faulty: bool = False) -> SensorModel:
    """A sound sensor of any make and rate, or with ``faulty`` a cheap one at the end of its tolerances and link."""
    rate = float(rng.choice([25.0, 50.0, 52.0, 100.0, 100.0, 104.0, 200.0]))
    gyr_range = float(rng.choice([500.0, 1000.0, 2000.0]))
    sensor = SensorModel(
        rate_hz=rate,
        rate_error=float(rng.uniform(-0.002, 0.002)),
        bandwidth_hz=0.4 * rate,
        gyr_noise_dps=float(rng.uniform(0.04, 0.1)),
        acc_noise_mg=float(rng.uniform(2.0, 12.0)),
        gyr_bias_dps=triple(rng, 0.7),
        gyr_drift_dps_min=triple(rng, 0.05),
        gyr_wander_dps=0.02,
        acc_bias_mg=triple(rng, 15.0),
        gyr_scale=triple(rng, 0.005),
        acc_scale=triple(rng, 0.005),
        gyr_range_dps=gyr_range,
        acc_range_g=float(rng.choice([4.0, 8.0, 16.0])),
        quantised=True,
        packet_samples=int(rng.integers(4, 21)),
    )
    if not faulty:
        return sensor
    bias = rng.normal(size=3)
    bias *= rng.uniform(4.0, 8.0) / float(np.linalg.norm(bias))
    drawn = replace(
        sensor,
        rate_error=float(rng.choice([-1.0, 1.0]) * rng.uniform(0.004, 0.01)),
        gyr_noise_dps=float(rng.uniform(0.05, 0.15)),
        acc_noise_mg=float(rng.uniform(5.0, 20.0)),
        gyr_bias_dps=(float(bias[0]), float(bias[1]), float(bias[2])),
        gyr_drift_dps_min=triple(rng, 0.4),
        gyr_wander_dps=0.1,
        acc_bias_mg=triple(rng, 60.0),
        gyr_scale=triple(rng, 0.03),
        acc_scale=triple(rng, 0.02),
    )
    if rng.random() < 0.7:
        # Packets of at most 0.15 s: a single lost one is a short hole, two in a row a long one.
        drawn = replace(
            drawn,
            packet_samples=max(1, int(rng.uniform(0.03, 0.15) * rate)),
            packet_loss=float(rng.uniform(0.01, 0.05)),
        )
    if rng.random() < 0.5:
        drawn = replace(drawn, jitter_s=float(rng.uniform(0.05, 0.3)) / rate)
    if rng.random() < 0.4:
        drawn = replace(drawn, repeated=float(rng.uniform(0.001, 0.01)), backward=float(rng.uniform(0.0, 0.004)))
    if rng.random() < 0.4:
        drawn = replace(drawn, nan=float(rng.uniform(0.0005, 0.004)), infinite=float(rng.uniform(0.0, 0.001)))
    if rng.random() < 0.3:
        drawn = replace(drawn, gyr_range_dps=250.0, acc_range_g=2.0)
    return drawn


def with_faults(rng: np.random.Generator, scenario: Scenario) -> Scenario:
    """``scenario`` with a bad sensor and link; in half of the draws the strap slips during the first set."""
    sensor = random_sensor(rng, faulty=True)
    cycles = layout(scenario).sets[0].cycles
    middle = between(rng, (cycles[1].start_s, cycles[-1].start_s))
    mounting = scenario.mounting
    if rng.random() < 0.5:
        # Mostly about the limb's length, which the strap hinders least.
        sideways = 0.0 if rng.random() < 0.7 else 1.0
        axis = (1.0, sideways * between(rng, (-1.0, 1.0)), sideways * between(rng, (-1.0, 1.0)))
        angle = between(rng, (8.0, 30.0)) * float(rng.choice([-1.0, 1.0]))
        slip = Slip(middle, angle, axis, float(rng.choice([0.0, 0.3, 0.3, 0.5])))
        mounting = replace(mounting, slips=(slip,))
    if rng.random() < 0.25:
        pause = cycles[int(rng.integers(1, len(cycles)))]
        sensor = replace(sensor, hole_at_s=max(0.0, pause.start_s - 0.8), hole_s=between(rng, (0.25, 0.6)))
    return replace(scenario, mounting=mounting, sensor=sensor)
