"""When a still limb sets off, told as early as its own unrest allows.

A stroke that begins softly turns a limb by less than a hold sags, sways and trembles for some tenths of a second. One
threshold for all tells either of strokes that are none or, of most, too late. So the turns over several short times,
with and without the way the limb was drifting before, are each held against what this limb did while it was still in
the last reps. Brisk strokes stand out within a few ticks; slow ones of a restless limb take as long as they must.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from repsignal.robust import median
from repsignal.types import FloatArray, Phase, Rep

_TURN_S: Final = (0.06, 0.10, 0.20, 0.40, 0.80)
_BEYOND_DRIFT_S: Final = (0.10, 0.20, 0.30)  # what the limb drifted before, the same way, is taken off
_DRIFT_S: Final = 0.30
_ZONES_S: Final = (0.4, 1.0)  # after a stroke a limb rings, lands and swings in: what it does then is kept apart
_STAND_INS: Final = ((0, 1, 2), (1, 2, 0), (2, 1, 0))  # of each of the three, where a limb was not still for so long
_KEPT: Final = 6  # reps
_SIGMAS: Final = 4.0  # were unrest Gaussian, 50 looks a second would give one false alarm in ten minutes
_MARGIN: Final = 1.2  # over the largest turn of the last reps: it is not
_LEAST_SHARE: Final = 0.05  # of what the stroke's usual peak speed would turn: less is creep
_UNKNOWN_SHARE: Final = 0.1  # the same, where nothing has been seen yet
_SURE_TURNS, _SURE_SHARE = slice(3, 5), 0.2  # of the range, over the longer times: no unrest any more
_USUALLY_LATE_S: Final = {Phase.LIFT: 0.15, Phase.HOLD: 0.0, Phase.LOWER: 0.15, Phase.PAUSE: 0.0}  # of a set's first
_FAR_S: Final = 1.0  # from where a phase began: what was told then was something else


@dataclass(slots=True)
class Unrest:
    """How still the limb was before the last reps' strokes of one kind.

    ``largest`` and ``squares`` are (3, J) of each rep: largest and mean square turn, °, by the time since the stroke
    before; NaN where it was not still for so long. ``limits_deg`` (3, J) is what they make a turn exceed.
    """

    largest: list[FloatArray] = field(default_factory=list[FloatArray])
    squares: list[FloatArray] = field(default_factory=list[FloatArray])
    limits_deg: FloatArray = field(default_factory=lambda: np.full((1, 1), np.inf))


class Onsets:
    """Turns of a limb over J times, and how large they must be to be a stroke."""

    def __init__(self, tick_s: float) -> None:
        self._turns = [max(1, round(time_s / tick_s)) for time_s in _TURN_S]
        self._beyond = [max(1, round(time_s / tick_s)) for time_s in _BEYOND_DRIFT_S]
        self._drift = max(1, round(_DRIFT_S / tick_s))
        self._times_s = np.array([lag * tick_s for lag in (*self._turns, *self._beyond)])
        self.zones = [round(zone_s / tick_s) for zone_s in _ZONES_S]
        self.reach = max(*self._turns, max(self._beyond) + self._drift)

    def shares(
        self, up_deg: FloatArray, down_deg: FloatArray, first: int, up: Unrest, down: Unrest
    ) -> list[list[list[float]]]:
        """How near each of the ticks from ``first`` on is to having set off, upwards and downwards; 1 is there.

        Both (N,) angles grow the way that is asked for. Either way (2), by the time since the stroke before (3), by
        tick.
        """
        turns = self._of(np.stack((up_deg, down_deg)), first)
        limits = np.stack((up.limits_deg, down.limits_deg))
        found: list[list[list[float]]] = (turns[:, None] / limits[..., None]).max(axis=2).tolist()
        return found

    def learn(self, unrest: Unrest, angle_deg: FloatArray, begin: int, end: int, *, fresh: bool) -> None:
        """The limb was still for ticks ``[begin, end)`` and then set off the positive way.

        ``fresh`` says that the stroke before ended with ``begin``, not long ago.
        """
        if end - begin < 2:
            return
        turns = self._of(angle_deg[None, :end], begin)[0]
        edges = [0, *(min(zone, end - begin) if fresh else 0 for zone in self.zones), end - begin]
        largest, squares = np.full((2, len(edges) - 1, len(turns)), np.nan)
        known = [zone for zone, (lo, hi) in enumerate(pairwise(edges)) if hi > lo]
        starts = [edges[zone] for zone in known]
        lengths = [edges[zone + 1] - edges[zone] for zone in known]
        largest[known] = np.maximum.reduceat(turns, starts, axis=1).T
        # the end of the stroke before makes them large, and what follows at once is doubted more
        squares[known] = (np.add.reduceat(turns * turns, starts, axis=1) / lengths).T
        unrest.largest = [*unrest.largest, largest][-_KEPT:]
        unrest.squares = [*unrest.squares, squares][-_KEPT:]

    def limit(self, unrest: Unrest, peak_dps: float, range_deg: float) -> None:
        """Set the limits, for strokes that usually reach this speed and cover this range."""
        usual = peak_dps * self._times_s
        limits = np.tile(_UNKNOWN_SHARE * usual, (len(_STAND_INS), 1))
        if unrest.largest:
            squares = np.array(unrest.squares)
            seen = ~np.isnan(squares[:, :, :1])
            counts = seen.sum(axis=0)
            mean = np.add.reduce(squares, axis=0, where=seen) / np.maximum(counts, 1)
            found = np.maximum(_MARGIN * np.fmax.reduce(unrest.largest), _SIGMAS * np.sqrt(mean))
            known = counts.ravel().tolist()
            limits = found[[next(zone for zone in stand_ins if known[zone]) for stand_ins in _STAND_INS]]
        limits = np.maximum(limits, _LEAST_SHARE * usual)
        limits[:, _SURE_TURNS] = np.minimum(limits[:, _SURE_TURNS], _SURE_SHARE * range_deg)
        unrest.limits_deg = limits

    def _of(self, angle_deg: FloatArray, first: int) -> FloatArray:
        """Turns (K, J, N - first), °, that end with ticks ``first`` and after of (K, N) angles."""
        if first < self.reach:
            before = np.repeat(angle_deg[:, :1], self.reach - first, axis=1)
            angle_deg, first = np.concatenate((before, angle_deg), axis=1), self.reach
        end = angle_deg.shape[1]
        now = angle_deg[:, first:]
        turns = np.empty((len(angle_deg), len(self._times_s), end - first))
        for j, lag in enumerate(self._turns):
            np.subtract(now, angle_deg[:, first - lag : end - lag], out=turns[:, j])
        for j, lag in enumerate(self._beyond, start=len(self._turns)):
            then = angle_deg[:, first - lag : end - lag]
            drift = then - angle_deg[:, first - lag - self._drift : end - lag - self._drift]
            np.subtract(now - then, np.maximum(drift, 0.0) * (lag / self._drift), out=turns[:, j])
        return turns


@dataclass(slots=True)
class Lateness:
    """How long after it began each phase is usually told, learnt from the reps that were refined since."""

    told_s: dict[Phase, float] = field(default_factory=dict[Phase, float])  # when, the last time
    late_s: dict[Phase, list[float]] = field(default_factory=dict[Phase, list[float]])

    def usual_s(self, phase: Phase) -> float:
        """Seconds."""
        known = self.late_s.get(phase)
        return max(0.0, median(known)) if known else _USUALLY_LATE_S[phase]

    def compare(self, rep: Rep) -> None:
        """A rep that was told phase by phase is over, and now its boundaries are known better."""
        began = (rep.start_s, rep.top_s, rep.lower_start_s, rep.end_s)
        for phase, began_s in zip(Phase, began, strict=True):
            told_s = self.told_s.get(phase)
            if told_s is not None and began_s is not None and abs(told_s - began_s) < _FAR_S:
                self.late_s[phase] = [*self.late_s.get(phase, ()), told_s - began_s][-_KEPT:]
