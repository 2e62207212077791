"""What the first release set out to reach, and whether it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from latency import PHASES, Delays
from real_data import RealResult, direction_right, phase_errors
from scoring import DURATIONS
from simulated import SimResult, pooled
from tables import Goal, number, share

__all__ = ["latency_goals", "real_goals", "simulated_goals"]

_MEAN_ABS_S = {"lift_s": 0.04, "hold_s": 0.10, "lower_s": 0.12}
_BIAS_S = 0.03
_REAL_SCATTER_S = 0.06
_REP_DELAY_S = 0.5
_PHASE_DELAY_S = 0.2


def simulated_goals(results: Sequence[SimResult], idle: Sequence[SimResult]) -> list[Goal]:
    """Counts and phase times on simulated recordings, clean, faulty and sessions together.

    A set counts as wrong where reps were found beside it, too: a recording with strays costs one set more.
    """
    sets = sum(len(result.case.sets) for result in results)
    wrong = sets - sum(result.sets_right for result in results) + sum(result.strays > 0 for result in results)
    reps = sum(len(result.found.reps) for result in idle)
    goals = [
        Goal(
            "simulated sets, faults included: count exactly right",
            "all but 1 in 30",
            f"{wrong} of {sets} wrong",
            wrong * 30 <= sets,
        ),
        Goal(
            "walking, idling, settling, stretching, other leg, a minute",
            "no rep",
            f"{reps} in {len(idle)} recordings",
            reps == 0 and not any(result.found.crash for result in idle),
        ),
    ]
    errors = pooled(results)
    for name in DURATIONS:
        limit, found = _MEAN_ABS_S[name], errors[name][0]
        goals.append(
            Goal(
                f"simulated {name.removesuffix('_s')}: mean absolute error, bias, s",
                f"{limit:.2f}, {_BIAS_S:.2f}",
                f"{number(found.mean_abs)}, {number(found.bias)}" if found else "-",
                bool(found) and found.mean_abs <= limit and abs(found.bias) < _BIAS_S if found else False,
            )
        )
    return goals


def _most(values: Iterable[float]) -> float | None:
    return max(values, default=None)


def latency_goals(delays: dict[str, Delays]) -> list[Goal]:
    """Both delays, of a counter that has armed itself: "at most" is judged by the largest."""
    by_name = {
        "rep known after the limb is back": (_REP_DELAY_S, delays["rep"].detected_s),
        "phase change known after it happened": (
            _PHASE_DELAY_S,
            [delay for name in PHASES for delay in delays[name].detected_s],
        ),
    }
    goals = []
    for name, (limit, found) in by_name.items():
        got = f"{max(found):.2f}; 95 % of those told within {np.quantile(found, 0.95):.2f}" if found else "-"
        met = bool(found) and max(found) <= limit
        goals.append(Goal(f"{name}, at 100 Hz, s", f"at most {limit}", got, met))
    return goals


def real_goals(results: Sequence[RealResult]) -> list[Goal]:
    """Counts, phase times and direction on people; not run where there are no recordings."""
    ran = bool(results)
    goals = []
    for name, kinds, asked, one_in in (
        ("real set files: count exactly right", ("set",), "all", None),
        ("real session and mixed files", ("session", "mixed"), "all but 1 in 20", 20),
        ("real negative files", ("negative",), "no rep", None),
    ):
        chosen = [result for result in results if result.file.kind in kinds]
        right = sum(result.right for result in chosen)
        allowed = len(chosen) / one_in if one_in else 0.0
        goals.append(Goal(name, asked, share(right, len(chosen)), len(chosen) - right <= allowed if ran else None))
    largest = _most(errors.scatter for errors in phase_errors(results).values() if errors)
    goals.append(
        Goal(
            "real phase times, bias removed, median absolute (worst of 7), s",
            f"{_REAL_SCATTER_S}",
            number(largest),
            largest is not None and largest <= _REAL_SCATTER_S if ran else None,
        )
    )
    right, total = direction_right(results)
    goals.append(
        Goal("real set files: lift taken for lift", "all", share(right, total), right == total if ran else None)
    )
    return goals
