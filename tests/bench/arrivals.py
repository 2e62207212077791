"""Times of samples that are stamped when they come: ``python tests/bench/arrivals.py [--seeds 1-12]``.

Who logs a sensor by a phone or a computer often has no other stamps. Links jitter, stall and lose packets; each
recording here is a minute of one. How far times are off is counted from those of the first seconds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from accuracy import parse_seeds
from repsignal import ImuBlock
from repsignal.even import BRIDGED, MISSING, EvenBlock
from repsignal.timebase import Timebase
from tables import table

_RATES_HZ: Final = (50.0, 100.0, 104.0)
_LENGTH_S: Final = 60.0
_FIRST_STALL_S: Final = 3.0
_LONGEST_STALL_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Link:
    """Sends ``packet`` samples at a time, late by ``jitter_s`` on average.

    It stalls once in ``stalls_every_s``, for ``stall_s`` on average; four packets at a time then come ``draining_s``
    apart. Of the packets ``lost`` is the share that never comes.
    """

    packet: int = 1
    jitter_s: float = 0.001
    stalls_every_s: float = np.inf
    stall_s: float = 0.5
    draining_s: float = 0.0
    lost: float = 0.0


LINKS: Final = {
    "2 % lost": Link(lost=0.02),
    "a busy computer": Link(jitter_s=0.0005, stalls_every_s=3.0, stall_s=0.04),
    "stalls": Link(stalls_every_s=8.0),
    "stalls, brought bit by bit": Link(stalls_every_s=8.0, draining_s=0.015),
    "stalls, 1 % lost": Link(stalls_every_s=8.0, lost=0.01),
    "packets of 4, stalls, 2 % lost": Link(packet=4, jitter_s=0.005, stalls_every_s=8.0, draining_s=0.02, lost=0.02),
    "packets of 10, 5 % lost": Link(packet=10, jitter_s=0.01, lost=0.05),
    "packets of 10, stalls": Link(packet=10, jitter_s=0.01, stalls_every_s=8.0),
    "packets of 10, stalls, brought bit by bit": Link(packet=10, jitter_s=0.01, stalls_every_s=8.0, draining_s=0.03),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """``lost`` samples never came, ``told`` were told as missing; a time was off by so much at most, s."""

    lost: int
    told: int
    off_s: float


def measure(link: Link, seed: int) -> Outcome:
    """One recording over this link."""
    rng = np.random.default_rng(seed)
    rate_hz = float(rng.choice(_RATES_HZ))
    packets = int(_LENGTH_S * rate_hz) // link.packet
    true_s = np.arange(packets * link.packet) / rate_hz
    sent_s = true_s[link.packet - 1 :: link.packet]
    came_s = sent_s + link.jitter_s * rng.exponential(size=packets)
    begin_s = _FIRST_STALL_S + rng.exponential(link.stalls_every_s) if np.isfinite(link.stalls_every_s) else np.inf
    while begin_s < _LENGTH_S - 2.0 * _LONGEST_STALL_S:  # all that waited comes before the end
        end_s = begin_s + min(rng.exponential(link.stall_s), _LONGEST_STALL_S)
        waiting = np.flatnonzero((sent_s >= begin_s) & (sent_s < end_s))
        came_s[waiting] = np.maximum(came_s[waiting], end_s + link.draining_s * (np.arange(len(waiting)) // 4))
        begin_s = end_s + rng.exponential(link.stalls_every_s)
    came_s = np.maximum.accumulate(came_s)
    kept = rng.random(packets) >= link.lost
    kept[:2] = kept[-1] = True
    number = np.flatnonzero(np.repeat(kept, link.packet))
    acc, gyr = 5.0 + rng.random((2, len(number), 3))
    timebase = Timebase()
    out = timebase.feed(ImuBlock(np.repeat(came_s, link.packet)[number], acc, gyr)) + timebase.flush()
    even = [one for one in out if isinstance(one, EvenBlock)]
    sound = np.concatenate([one.flags for one in even]) & (MISSING | BRIDGED) == 0
    off_s = np.concatenate([one.time_s for one in even])[sound] - true_s[number]
    off_s -= np.median(off_s[: round(_FIRST_STALL_S * rate_hz)])
    told = sum(one.missing for one in out if not isinstance(one, EvenBlock))
    return Outcome(len(true_s) - len(number), told, float(np.abs(off_s).max()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Times of samples that are stamped when they come.")
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("1-12"), help="such as 1-12; a minute each")
    options = parser.parse_args(arguments)
    rows = []
    for name, link in LINKS.items():
        outcomes = [measure(link, seed) for seed in options.seeds]
        off_s = [one.off_s for one in outcomes]
        rows.append(
            (
                name,
                str(sum(one.lost for one in outcomes)),
                str(sum(one.told for one in outcomes)),
                f"{np.median(off_s):.3f}",
                f"{max(off_s):.3f}",
            )
        )
    header = ("link", "samples lost", "told as missing", "time off, median, s", "worst")
    print(table(f"Stamped on arrival: {len(options.seeds)} recordings of a minute", header, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
