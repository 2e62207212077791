"""Whether the numbers make sense in the units they are said to be in.

A wrong unit gives a wrong answer without any error, so it is looked for; but only where nothing else explains
the numbers, since a false alarm would refuse a good recording.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from repclip.errors import FormatError, UnitError
from repclip.recording.agreement import HOLE_S, Agreement, Found, Scale
from repsignal.types import FloatArray

__all__ = ["SanityCheck"]

_ENOUGH_ROWS: Final = 1000  # 10 s at 100 Hz: a median over them is not one clumsy movement
_FEWEST_ROWS: Final = 3
_RATE_HZ: Final = (19.0, 420.0)  # 20 to 400 Hz, and 5 % for clocks that are off
_TIME_UNITS: Final = (("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9))
_ACC_UNITS: Final = (
    ("m/s²", 9.80665, "divide ax, ay, az by 9.80665"),
    ("m/s² multiplied by 9.80665", 9.80665**2, "divide ax, ay, az by 96.1704"),
    ("g divided by 9.80665", 1.0 / 9.80665, "multiply ax, ay, az by 9.80665"),
    ("mg", 1000.0, "divide ax, ay, az by 1000"),
    *((f"raw counts ({n} to 1 g)", float(n), f"divide ax, ay, az by {n}") for n in (2048, 4096, 8192, 16384)),
)
_GYR_UNITS: Final = (
    ("rad/s", 57.29578, "multiply gx, gy, gz by 57.29578"),
    ("thousandths of °/s", 0.001, "divide gx, gy, gz by 1000"),
)
_ACC_TOLERANCE: Final = 0.2  # 0.06 g of bias, a scale off by some per cent, and some motion
_ACC_SPREAD: Final = 0.5  # gravity dominates what a limb feels; of white noise the quartiles lie 0.6 medians apart
_REST_G: Final = (0.7, 1.3)  # no sensor is worse
_CALM_WINDOWS: Final = 5  # 1.5 s of rest
_TURNS: Final = 8  # comparisons of gravity with the gyroscope that are enough to speak
# What gravity says that rates are to be multiplied by lies between 0.88 and 1.08 in real recordings, with a misfit of
# 0.15 of a turn at most. Small turns with 8 °/s of bias may say a third, and a gyroscope that clips may say 2: so far a
# factor is worth a note, and beyond that it is another unit.
_SCALE: Final = (2.0 / 3.0, 1.5)
_MISFIT, _CLEARLY = 0.25, 0.5  # of a turn, and of the misfit as the rates are
_SCALE_TOLERANCE: Final = 0.2
_FAR: Final = 8.0  # to either side; no sensor has so many ranges
# Of 1430 simulated recordings, bad sensors among them, and 42 of people none misses gravity by as much as it turns and
# fits five times as well with its axes exchanged; with the gyroscope's sign wrong nearly all do.
_ASTRAY, _FITS = 1.0, 0.2
_EXCHANGED: Final = (
    "The gyroscope turns another way than gravity did: an axis of it, or of the accelerometer, has the wrong sign or "
    "is in another's column. Reps, times and ranges are wrong; both are to share right-handed axes."
)
_MOVED_G: Final = 0.3  # a tilt of 17° at least: no sensor that lies still
_SLOW_GYR_DPS: Final = 4.0  # even 6° in 2 s peak at 5.6 °/s; 4 rad/s is as fast as a leg goes in these exercises


class SanityCheck:
    """Takes the rows of a recording as they come, in the units of our CSV."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: list[FloatArray] = []
        self._kept = 0
        self._judged = False
        self._rows = 0
        self._finite_rows = 0
        self._low_acc_g = np.full(3, np.inf)
        self._high_acc_g = np.full(3, -np.inf)
        self._peak_gyr_dps = 0.0
        self._whole_seconds = True
        self._agreement: Agreement | None = None

    def feed(self, table: FloatArray) -> None:
        """(N, 7): s, g, °/s.

        Raises
        ------
        UnitError
            once enough rows are seen to say so.

        """
        if not len(table):
            return
        self._rows += len(table)
        good = np.isfinite(table).all(axis=1)
        finite = table if bool(good.all()) else table[good]
        if not len(finite):
            return
        self._finite_rows += len(finite)
        self._low_acc_g = np.minimum(self._low_acc_g, finite[:, 1:4].min(axis=0))
        self._high_acc_g = np.maximum(self._high_acc_g, finite[:, 1:4].max(axis=0))
        self._whole_seconds &= bool((finite[:, 0] % 1.0 == 0.0).all())
        self._peak_gyr_dps = max(self._peak_gyr_dps, float(np.abs(finite[:, 4:7]).max()))
        if not self._judged:
            self._first.append(finite.copy())
            self._kept += len(finite)
            if self._kept >= _ENOUGH_ROWS:
                self._judge()
        elif self._agreement is not None:
            self._agreement.feed(finite)

    def finish(self) -> tuple[str, ...]:
        """Remarks that are no errors; to be called once, after the last row.

        Raises
        ------
        FormatError
            if there was no sample at all, or none that is a number.
        UnitError
            if the recording was too short to be judged before.

        """
        if not self._rows:
            raise FormatError(self._path, "has a header but no samples; record again, or export it again")
        if not self._finite_rows:
            raise FormatError(
                self._path, "has no line without nan or inf, so there is nothing to count; export it again"
            )
        if not self._judged and self._kept >= _FEWEST_ROWS:
            self._judge()
        notes: list[str] = []
        if self._agreement is not None:
            found = self._agreement.found()
            if len(found.calm_g) >= _CALM_WINDOWS:
                self._judge_rest(float(np.median(found.calm_g)))
            if len(found.turns) >= _TURNS:
                notes += self._judge_gyr(found)
        if self._whole_seconds and self._finite_rows > 1:
            notes.append(
                "Every t_s is a whole second, which is too coarse: gaps are seen where there are none, and times are "
                "off. Export it with two decimals or more."
            )
        if not self._low_acc_g.any() and not self._high_acc_g.any():
            notes.append(
                "The accelerometer felt nothing: every value is zero. Without it reps are told less surely, and not "
                "how high the limb points or rises; is it switched on, and in the right columns?"
            )
        moved_g = float((self._high_acc_g - self._low_acc_g).max())
        if moved_g > _MOVED_G and self._peak_gyr_dps == 0.0:
            notes.append(
                "The gyroscope felt nothing: every value is zero, though the accelerometer turned. "
                "Without it reps are missed and mistimed; is it switched on, and in the right columns?"
            )
        if moved_g > _MOVED_G and 0.0 < self._peak_gyr_dps < _SLOW_GYR_DPS:
            notes.append(
                f"The angular rate never exceeds {self._peak_gyr_dps:.2g} °/s; "
                "if these are rad/s, multiply them by 57.29578."
            )
        return tuple(notes)

    def _judge(self) -> None:
        rows = np.concatenate(self._first)
        self._first.clear()
        self._judged = True
        step_s = self._judge_time(rows[:, 0])
        steps = np.diff(rows[:, 0])
        near = steps[np.abs(steps) < HOLE_S]  # of which single samples may be missing
        self._judge_acc(np.sqrt(np.einsum("ij,ij->i", rows[:, 1:4], rows[:, 1:4])))
        self._agreement = Agreement(max(float(near.mean()), step_s) if len(near) else step_s)
        self._agreement.feed(rows)

    def _judge_time(self, time_s: FloatArray) -> float:
        # Packets that share one stamp have a median step of 0, holes stretch the mean: either may be right.
        steps = (float(np.median(np.diff(time_s))), float(time_s[-1] - time_s[0]) / (len(time_s) - 1))
        low, high = 1.0 / _RATE_HZ[1], 1.0 / _RATE_HZ[0]
        for step in steps:
            if low <= step <= high:
                return step
        step = steps[0] if steps[0] > 0.0 else steps[1]
        if step == 0.0:
            problem, likely = "t_s stands still; it should be the time of each sample in seconds", None
        elif step < 0.0:
            problem, likely = "t_s runs backwards; sort the lines by time", None
        else:
            likely = next((name for name, scale in _TIME_UNITS if low <= step / scale <= high), None)
            if likely is not None:
                factor = dict(_TIME_UNITS)[likely]
                problem = f"t_s looks like {likely} (it steps by {step:.4g}); divide it by {factor:.0f}"
            else:
                problem = f"t_s steps by {step:.4g} s, which is {1.0 / step:.4g} Hz; repclip needs 20 to 400 Hz"
        raise UnitError(self._path, problem, quantity="time", expected="s", likely=likely)

    def _judge_acc(self, norm_g: FloatArray) -> None:
        quartiles = np.percentile(norm_g, (25.0, 50.0, 75.0))
        median = float(quartiles[1])
        if median <= 0.0 or float(quartiles[2] - quartiles[0]) > _ACC_SPREAD * median:
            return
        self._refuse_slips(median)

    def _judge_rest(self, rest_g: float) -> None:
        if _REST_G[0] <= rest_g <= _REST_G[1]:
            return
        self._refuse_slips(rest_g)
        problem = (
            f"the accelerometer feels {rest_g:.3g} g at rest, where 1 g is meant: ax, ay, az are in another unit "
            "than g, or scaled for another range of the sensor; export it again"
        )
        raise UnitError(self._path, problem, quantity="acceleration", expected="g", likely=None)

    def _judge_gyr(self, found: Found) -> list[str]:
        """Remarks on a factor that may have other reasons than a wrong unit."""
        if all(_is_exchanged(found.exchanged(free_of_bias=free)) for free in (False, True)):
            return [_EXCHANGED]
        scale = found.scale()
        if not _is_off(scale):
            return []
        factor = scale.factor
        times = max(factor, 1.0 / factor)
        by = f"about {times:.{0 if times > 9.5 else 1}f} times too {'small' if factor > 1.0 else 'large'}"
        if times < _FAR:
            if not _is_off(found.scale(free_of_bias=True)):
                return []
            note = (
                f"The angular rate seems to be {by} for how gravity turned: if it is scaled for another range of the "
                "sensor, or in another unit than °/s, reps and ranges are wrong."
            )
            return [note]
        likely: str | None = None
        problem = (
            f"angular rate is {by} for how gravity turned: gx, gy, gz are raw counts, in another unit than °/s, or "
            "were converted twice; divide raw counts by what the sensor has for 1 °/s (an MPU-6050 131, 65.5, 32.8 or "
            "16.4, by its range)"
        )
        for name, of_unit, advice in _GYR_UNITS:
            if abs(factor / of_unit - 1.0) <= _SCALE_TOLERANCE:
                likely = name
                problem = f"angular rate looks like {name}: it is {by} for how gravity turned; {advice}"
        raise UnitError(self._path, problem, quantity="angular rate", expected="°/s", likely=likely)

    def _refuse_slips(self, median: float) -> None:
        for likely, one_g, advice in _ACC_UNITS:
            if abs(median / one_g - 1.0) <= _ACC_TOLERANCE:
                problem = (
                    f"acceleration looks like {likely}: its median is {median:.4g}, and 1 g at rest is meant; {advice}"
                )
                raise UnitError(self._path, problem, quantity="acceleration", expected="g", likely=likely)


def _is_exchanged(scale: Scale) -> bool:
    """Whether rates say nothing of how gravity turned, and say it well with their axes exchanged."""
    return scale.misfit_as_is > _ASTRAY and scale.misfit < _FITS * scale.misfit_as_is


def _is_off(scale: Scale) -> bool:
    sure = scale.misfit < _MISFIT and scale.misfit < _CLEARLY * scale.misfit_as_is
    return sure and not _SCALE[0] <= scale.factor <= _SCALE[1]
