"""Counts of real recordings disturbed in known ways: ``python tests/bench/disturbed.py FOLDER [WAY ...]``.

People and sensors differ from those that were recorded. Each of these changes leaves the reps as they are: some are
another way to wear the sensor or another pace, some are what cheap sensors and links do to a recording.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation
from vqf import VQF

from real_data import RealFile, RealResult, load
from repsignal import ImuBlock
from repsignal.types import GRAVITY_M_S2, FloatArray
from scoring import analyse
from tables import share, table


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of disturbance, and how many times each recording is disturbed so, at random."""

    change: Callable[[ImuBlock, Generator], ImuBlock]
    times: int = 1


def _block(time_s: FloatArray, acc: FloatArray, gyr: FloatArray) -> ImuBlock:
    return ImuBlock(np.ascontiguousarray(time_s), np.ascontiguousarray(acc), np.ascontiguousarray(gyr))


def _direction(rng: Generator) -> FloatArray:
    vector = rng.normal(size=3)
    direction: FloatArray = vector / np.linalg.norm(vector)
    return direction


def _as_it_is(block: ImuBlock, _: Generator) -> ImuBlock:
    return block


def _turned(block: ImuBlock, rng: Generator) -> ImuBlock:
    mounting = Rotation.random(rng=rng)
    return _block(block.time_s, mounting.apply(block.acc), mounting.apply(block.gyr))


def _other_leg(block: ImuBlock, rng: Generator) -> ImuBlock:
    """In a mirror an axial vector keeps what a polar one loses."""
    return _turned(_block(block.time_s, block.acc * [-1.0, 1.0, 1.0], block.gyr * [1.0, -1.0, -1.0]), rng)


def _backwards(block: ImuBlock, _: Generator) -> ImuBlock:
    """Rates change their sign, accelerations do not."""
    return _block(block.time_s[-1] - block.time_s[::-1], block.acc[::-1], -block.gyr[::-1])


def _gravity(block: ImuBlock) -> FloatArray:
    """What the sensor would feel at rest, (N, 3) m/s²."""
    acc, gyr = (np.ascontiguousarray(rows, np.float64) for rows in (block.acc, block.gyr))
    found = VQF(float(np.median(np.diff(block.time_s)))).updateBatch(gyr, acc)
    upright = Rotation.from_quat(np.roll(np.asarray(found["quat6D"]), -1, axis=1))  # its w is last
    felt: FloatArray = upright.inv().apply([0.0, 0.0, GRAVITY_M_S2])
    return felt


def _paced(times: float) -> Callable[[ImuBlock, Generator], ImuBlock]:
    """So many times as long: what a limb feels beside gravity goes with the square of its speed."""

    def change(block: ImuBlock, _: Generator) -> ImuBlock:
        gravity = _gravity(block)
        return _block(block.time_s * times, gravity + (block.acc - gravity) / times**2, block.gyr / times)

    return change


def _gyr_bias(dps: float) -> Callable[[ImuBlock, Generator], ImuBlock]:
    def change(block: ImuBlock, rng: Generator) -> ImuBlock:
        return _block(block.time_s, block.acc, block.gyr + np.radians(dps) * _direction(rng))

    return change


def _gyr_drift(block: ImuBlock, rng: Generator) -> ImuBlock:
    """By some 1 °/s about each axis from beginning to end."""
    drift = np.linspace(0.0, 1.0, len(block))[:, None] * np.radians(rng.normal(size=3))
    return _block(block.time_s, block.acc, block.gyr + drift)


def _acc_bias(block: ImuBlock, rng: Generator) -> ImuBlock:
    return _block(block.time_s, block.acc + 0.06 * GRAVITY_M_S2 * _direction(rng), block.gyr)


def _noise(block: ImuBlock, rng: Generator) -> ImuBlock:
    """Of 30 mg and 1 °/s."""
    acc = 0.03 * GRAVITY_M_S2 * rng.normal(size=block.acc.shape)
    return _block(block.time_s, block.acc + acc, block.gyr + np.radians(rng.normal(size=block.gyr.shape)))


def _scale(block: ImuBlock, rng: Generator) -> ImuBlock:
    """By up to 3 % an axis."""
    acc, gyr = 1.0 + rng.uniform(-0.03, 0.03, (2, 3))
    return _block(block.time_s, block.acc * acc, block.gyr * gyr)


def _clipped(block: ImuBlock, _: Generator) -> ImuBlock:
    """At 2 g and 125 °/s."""
    most_acc, most_gyr = 2.0 * GRAVITY_M_S2, np.radians(125.0)
    return _block(block.time_s, np.clip(block.acc, -most_acc, most_acc), np.clip(block.gyr, -most_gyr, most_gyr))


def _lost(block: ImuBlock, rng: Generator) -> ImuBlock:
    """5 % of packets of two samples."""
    kept = np.repeat(rng.random(len(block) // 2 + 1) > 0.05, 2)[: len(block)]
    kept[:3] = True
    return _block(block.time_s[kept], block.acc[kept], block.gyr[kept])


def _in_packets(samples: int) -> Callable[[ImuBlock, Generator], ImuBlock]:
    """Stamped when their packet comes, late by 3 ms on average; 5 % of packets never do."""

    def change(block: ImuBlock, rng: Generator) -> ImuBlock:
        packets = len(block) // samples
        came_s = block.time_s[samples - 1 :: samples][:packets] + 0.003 * rng.exponential(size=packets)
        kept = rng.random(packets) > 0.05
        kept[0] = True
        number = np.flatnonzero(np.repeat(kept, samples))
        stamps = np.repeat(np.maximum.accumulate(came_s), samples)
        return _block(stamps[number], block.acc[number], block.gyr[number])

    return change


def _stalling(block: ImuBlock, rng: Generator) -> ImuBlock:
    """Stamped when they come: once in ten seconds nothing does for up to 1.5 s, and then what waited at once."""
    stamps = block.time_s.copy()
    begin_s = float(stamps[0]) + 3.0 + rng.exponential(10.0)
    while begin_s < stamps[-1] - 3.0:
        end_s = begin_s + rng.uniform(0.1, 1.5)
        stamps[(stamps >= begin_s) & (stamps < end_s)] = end_s
        begin_s = end_s + rng.exponential(10.0)
    return _block(stamps, block.acc, block.gyr)


def _jittered(block: ImuBlock, rng: Generator) -> ImuBlock:
    """By 8 ms either way."""
    return _block(block.time_s + rng.uniform(-0.008, 0.008, len(block)), block.acc, block.gyr)


def _slipped(angle_deg: float) -> Callable[[ImuBlock, Generator], ImuBlock]:
    """Within 0.4 s, somewhere in the middle, about any axis; the gyroscope feels it."""

    def change(block: ImuBlock, rng: Generator) -> ImuBlock:
        axis = _direction(rng)
        begin_s = block.time_s[int(len(block) * rng.uniform(0.3, 0.7))]
        share = np.clip((block.time_s - begin_s) / 0.4, 0.0, 1.0)
        angle = np.radians(angle_deg) * (3.0 - 2.0 * share) * share**2
        back = Rotation.from_rotvec(angle[:, None] * axis).inv()
        rate = np.gradient(angle, block.time_s)[:, None] * axis
        return _block(block.time_s, back.apply(block.acc), back.apply(block.gyr) + rate)

    return change


def _sampled(rate_hz: float) -> Callable[[ImuBlock, Generator], ImuBlock]:
    def change(block: ImuBlock, rng: Generator) -> ImuBlock:
        time_s = np.arange(block.time_s[0], block.time_s[-1], 1.0 / rate_hz)
        acc = CubicSpline(block.time_s, block.acc)(time_s) + 0.04 * rng.normal(size=(len(time_s), 3))
        gyr = CubicSpline(block.time_s, block.gyr)(time_s) + 0.002 * rng.normal(size=(len(time_s), 3))
        return _block(time_s, acc, gyr)

    return change


def _cheap(block: ImuBlock, rng: Generator) -> ImuBlock:
    for change in (_turned, _gyr_bias(8.0), _gyr_drift, _acc_bias, _noise, _lost):
        block = change(block, rng)
    return block


WAYS: Final = {
    "as it is": Way(_as_it_is),
    "worn another way": Way(_turned, 2),
    "the other leg": Way(_other_leg),
    "backwards in time": Way(_backwards),
    "0.5 times as long": Way(_paced(0.5)),
    "0.7 times as long": Way(_paced(0.7)),
    "0.85 times as long": Way(_paced(0.85)),
    "1.3 times as long": Way(_paced(1.3)),
    "1.8 times as long": Way(_paced(1.8)),
    "20 Hz": Way(_sampled(20.0)),
    "50 Hz": Way(_sampled(50.0)),
    "104 Hz": Way(_sampled(104.0)),
    "gyroscope off by 3 °/s": Way(_gyr_bias(3.0), 3),
    "gyroscope off by 8 °/s": Way(_gyr_bias(8.0), 4),
    "gyroscope drifts": Way(_gyr_drift, 3),
    "accelerometer off by 0.06 g": Way(_acc_bias, 3),
    "scales off by 3 %": Way(_scale),
    "noise": Way(_noise),
    "clipped": Way(_clipped),
    "5 % of packets lost": Way(_lost, 3),
    "stamps jitter by 8 ms": Way(_jittered, 2),
    "packets of 4, stamped when they come, 5 % lost": Way(_in_packets(4), 3),
    "packets of 2, stamped when they come, 5 % lost": Way(_in_packets(2), 3),
    "a link that stalls": Way(_stalling, 3),
    "strap slips by 10°": Way(_slipped(10.0), 4),
    "strap slips by 25°": Way(_slipped(25.0), 4),
    "a cheap sensor: worn anyhow, 8 °/s, drift, 0.06 g, noise, losses": Way(_cheap, 3),
}


def disturbed(file: RealFile, name: str, time: int) -> RealFile:
    """The same each time it is asked for."""
    rng = np.random.default_rng(zlib.crc32(f"{file.name} {name} {time}".encode()))
    return replace(file, block=WAYS[name].change(file.block, rng), cycles=())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Counts of real recordings that were disturbed.")
    parser.add_argument("folder", type=Path, help="with an index.json that holds the truth")
    known = "; ".join(WAYS).replace("%", "%%")  # argparse fills in what a % begins
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"which: {known}; all of them without")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.ways if name not in WAYS]
    if unknown:
        parser.error(f"there is no way {unknown[0]!r}; there are: {'; '.join(WAYS)}")
    files = load(options.folder)
    rows, wrong = [], []
    for name in options.ways or WAYS:
        results = [
            RealResult(one, analyse(one.block))
            for time in range(WAYS[name].times)
            for one in (disturbed(file, name, time) for file in files)
        ]
        off = sum(abs(result.counted - result.file.true_reps) for result in results)
        true = sum(result.file.true_reps for result in results)
        rows.append((name, share(sum(result.right for result in results), len(results)), f"{off} of {true}"))
        wrong += [
            (name, result.file.name, str(result.file.true_reps), result.found.crash or str(result.counted))
            for result in results
            if not result.right
        ]
        print(f"{name}: {rows[-1][1]}", file=sys.stderr)
    print(
        table(
            "Real recordings, disturbed: counted exactly right",
            ("disturbed by", "right", "reps too few or too many"),
            rows,
        )
    )
    if wrong:
        print(table("Miscounted", ("disturbed by", "file", "true", "counted"), wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
