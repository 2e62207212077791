"""How often a sensor really samples, from stamps that suffered on the way."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal.types import FloatArray

_CLEAR: Final = 0.35  # circular mean; chance gives about 0.1
_SAME_SHARE: Final = 0.05  # of a period: stamps nearer than this are one
_BURST_SHARE: Final = 0.3
# Packets whose stamps are told to fall on a comb: so many, and nearly all of one size, as lost ones leave them and the
# ticks of a clock do not. Chance makes few clear: with the root of their number clarity falls off.
_PACKETS, _ONE_SIZE, _CLEAR_FEW = 5, 0.975, 1.4
_LAG_PACKETS: Final = 12  # over fewer jitter tells more, over more a lost one is in most stretches
_HOLE_STEPS: Final = 1.5  # usual steps from packet to packet: between them one is missing
_LAG: Final = 8
_STRETCHED: Final = 0.6  # of eight samples' span: five samples are missing among them
# Stamps of a coarse clock: multiples of a grain that is about a period, and nearer than that to even spacing, with as
# many steps of the rarer kind as samples that are lost do not happen to spread so evenly.
_COARSE: Final = (0.3, 5.0)  # periods; of finer ones the comb tells the period, of coarser ones the bursts
_UNITS_S: Final = (1e-3, 1.0 / 1024.0)
_WHOLE, _SHOWN = 1e-3, 2e-3  # of a grain: what floats leave of its size, and of a stamp since 1970
_EVENLY: Final = 1.2  # of a grain: a line through them by least squares is not the nearest
_STEPS_SEEN: Final = 5
_RUN_SAMPLES: Final = 32
_LOST_STEP: Final = 3.0  # grains: a step that long is a hole


@dataclass(frozen=True, slots=True)
class Spacing:
    """``period_s`` of the samples, 0 where their stamps do not advance, and how far these usually are from even.

    Of those that share a packet's stamp the first is later, against even ones, than the packet is, by ``head_s``; and
    packets come by ``jitter_s`` sooner or later than usual.
    """

    period_s: float
    straying_s: float
    head_s: float = 0.0
    jitter_s: float = 0.0


def find_spacing(stamps: FloatArray) -> Spacing:
    """What (N,) stamps with jitter, holes and repeats tell, be they a coarse clock's or of the packets they came in."""
    count = stamps.shape[0]
    half = max(1, count // 2)
    guess = float(np.median((stamps[half:] - stamps[:-half]) / half))
    if guess > 0 and count >= 8 and (rounded := _find_rounded(stamps, guess)) is not None:
        return rounded
    period = _find_period_s(stamps, guess)
    return _spacing(stamps, period)


def _find_period_s(stamps: FloatArray, guess: float) -> float:
    """The sampling period, s, near a guess.

    Holes stretch some differences but not most short ones, so the median over eight samples or over one is near the
    period. Near them, that at which the stamps fall on one comb (greatest circular mean) is taken and refined by least
    squares.
    """
    count = stamps.shape[0]
    if not guess > 0 or count < 8:
        return max(guess, 0.0)
    if _in_bursts(stamps, guess):
        return _burst_period_s(stamps, guess)
    since: FloatArray = stamps - stamps[0]
    guess = float(np.median(stamps[_LAG:] - stamps[:-_LAG])) / _LAG if count >= 4 * _LAG else guess
    guesses = [guess]
    # of few samples with several holes most differences over eight are stretched; most over one are not
    step = float(np.median(np.diff(stamps)))
    if _STRETCHED * guess < step < guess:
        guesses.append(step)
    clearest, period = max(_clearest(since, guess_s) for guess_s in guesses)
    if not clearest > _CLEAR:
        return guess
    return _refined(since, period)


def _refined(since_s: FloatArray, period_s: float) -> float:
    """By least squares, the period of a comb that (N,) stamps fall on."""
    for _ in range(3):
        index: FloatArray = np.round(
            (since_s - np.median(since_s - period_s * np.round(since_s / period_s))) / period_s
        )
        centred = index - index.mean()
        spread = float(centred @ centred)
        if spread > 0:
            period_s = float(centred @ since_s) / spread
    return period_s


def _clearest(since_s: FloatArray, guess_s: float) -> tuple[float, float]:
    """How clearly stamps (N,) fall on a comb of about this period, and the period of that comb."""
    comb = guess_s * np.linspace(0.95, 1.03, 8 * (len(since_s) // 2))
    clarity = np.abs(np.exp(2j * np.pi * since_s[None, :] / comb[:, None]).mean(axis=1))
    best = float(clarity.max())
    as_clear = comb[clarity > 0.95 * best]
    return best, float(as_clear[int(np.argmin(np.abs(as_clear - guess_s)))])


def _find_rounded(stamps: FloatArray, guess_s: float) -> Spacing | None:
    """What clock (N,) stamps come from, if it is a coarse one: as with two decimals, or a system's 1/64 s."""
    steps: FloatArray = np.diff(stamps)
    kinds = np.unique(np.round(steps, 9))
    apart = np.concatenate((kinds, np.diff(kinds)))
    grain = float(np.min(apart[apart > _WHOLE * guess_s], initial=np.inf))
    if not _COARSE[0] * guess_s < grain < _COARSE[1] * guess_s:
        return None
    if not _is_clock(stamps, grain):
        return None  # a sensor's own even stamps, of which some are missing
    whole = np.round(steps / grain)
    sizes = np.diff(np.flatnonzero(whole))
    if sizes.size and np.min(sizes) > 1 and not (sizes % np.min(sizes)).any():
        return None  # of packets, each as large as the others
    holes = np.flatnonzero((whole > _LOST_STEP * max(1.0, guess_s / grain)) | (whole < 0))
    grain = float(whole @ steps) / float(whole @ whole)  # of a single step floats leave less than that of all
    if np.abs(steps / grain - whole).max() > _WHOLE:
        return None
    edges = np.concatenate(([0], holes + 1, [stamps.shape[0]]))
    longest = int(np.argmax(np.diff(edges)))
    run: FloatArray = stamps[edges[longest] : edges[longest + 1]] - stamps[edges[longest]]
    _, seen = np.unique(whole[edges[longest] : edges[longest + 1] - 1], return_counts=True)
    if run.shape[0] < _RUN_SAMPLES or seen.sum() - seen.max() < _STEPS_SEEN:
        return None
    index: FloatArray = np.arange(run.shape[0], dtype=np.float64) - 0.5 * (run.shape[0] - 1)
    period = float(index @ run) / float(index @ index)
    off: FloatArray = run - period * index
    return Spacing(period, grain / 3.0) if off.max() - off.min() < _EVENLY * grain else None


def _is_clock(stamps: FloatArray, grain_s: float) -> bool:
    """Whether (N,) stamps are what a clock shows: multiples of decimal or binary fractions of a second."""
    for unit_s in _UNITS_S:
        many = round(grain_s / unit_s)
        if many and abs(grain_s / unit_s - many) < _WHOLE:
            shown = stamps / (many * unit_s)
            return bool(np.abs(shown - np.round(shown)).max() < _SHOWN)
    return False


def _in_bursts(stamps: FloatArray, period_s: float) -> bool:
    """Whether many samples share a stamp: that of the packet they came in, or of a coarse clock."""
    return float((np.diff(stamps) < _SAME_SHARE * period_s).mean()) > _BURST_SHARE


def _burst_period_s(stamps: FloatArray, guess_s: float) -> float:
    """The period of samples that share stamps: what passes from one burst to another, over the samples between."""
    last = np.flatnonzero(np.diff(stamps) >= _SAME_SHARE * guess_s)  # of each burst; the very last may be incomplete
    steps = np.diff(stamps[last])
    lost = steps.shape[0] > 0 and float(steps.max()) > _HOLE_STEPS * float(np.median(steps))
    # as many as may be, for twelve ticks of a clock are a period more or less; but most without a packet lost
    lag = max(1, min(last.shape[0] // 3, _LAG_PACKETS if lost else last.shape[0]))
    if last.shape[0] <= lag:
        return guess_s
    if (period := _packet_period_s(stamps[last], np.diff(last))) is not None:
        return period
    return float(np.median((stamps[last[lag:]] - stamps[last[:-lag]]) / (last[lag:] - last[:-lag])))


def _packet_period_s(stamps: FloatArray, sizes: NDArray[np.intp]) -> float | None:
    """The period of samples that come in packets of one size, with stamps (N,) and (N - 1,) ``sizes``; else ``None``.

    Packets that are lost leave the others on the comb of their stamps.
    """
    size = int(np.median(sizes)) if sizes.shape[0] >= _PACKETS else 0
    if size < 2 or float((sizes % size == 0).mean()) < _ONE_SIZE:
        return None
    since: FloatArray = stamps - stamps[0]
    clearest, spacing = _clearest(since, size * float(np.median(np.diff(stamps) / sizes)))
    if not clearest > max(_CLEAR, _CLEAR_FEW / sqrt(stamps.shape[0])):
        return None
    period = _refined(since, spacing) / size
    # a clock that shows whole ticks gives bursts on a comb too, and of some there is one sample more
    return period if period * float(sizes.sum()) < float(since[-1]) + 0.5 * spacing else None


def _spacing(stamps: FloatArray, period_s: float) -> Spacing:
    """With this period; ordinary jitter leaves a lost sample to be seen."""
    steps = np.diff(stamps)
    if not _in_bursts(stamps, period_s):
        return Spacing(period_s, float(np.median(np.abs(steps - np.median(steps)))))
    steps = steps[steps > _SAME_SHARE * period_s]
    if not steps.size:
        return Spacing(period_s, 0.0)
    usual = float(np.median(steps))
    jitter_s = 0.5 * float(np.median(np.abs(steps - usual)))
    # the first and the last sample of a burst are half of it away from where its stamp is on average
    return Spacing(period_s, 0.25 * usual + jitter_s, max(0.0, 0.5 * (usual - period_s)), jitter_s)
