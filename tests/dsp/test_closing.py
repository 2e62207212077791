"""A set whose halves are seen about two axes is one set all the same."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_helpers import a_set, count, record

from made_cycles import made
from repsignal import AngleTrace, Rep, SetEnd
from repsignal.finish import joined
from repsignal.synth import Mounting, RepPlan, Slip


@pytest.mark.parametrize("seed", [102, 106, 120, 133, 184, 190, 197, 214])
def test_a_slip_costs_no_more_than_the_rep_it_happens_in(seed: int) -> None:
    """Four to six of these ten were told in the last word, those before the slip or those after it."""
    rng = np.random.default_rng(seed)
    axis = rng.normal(size=3)
    axis /= np.linalg.norm(axis)
    rep = RepPlan(
        lift_s=1.0,
        hold_s=rng.uniform(0.5, 3.0),
        lower_s=rng.uniform(1.0, 2.5),
        pause_s=0.8,
        rom_deg=rng.uniform(8.0, 25.0),
    )
    length_s = rep.lift_s + rep.hold_s + rep.lower_s + rep.pause_s
    at_s, angle_deg = 3.0 + length_s * rng.uniform(3.0, 7.0), float(rng.choice([15, 25, 35]))
    scene = a_set(10, rep, before_s=3.0)
    x, y, z = axis.tolist()
    mounting = Mounting.random(rng, (Slip(at_s, angle_deg, (x, y, z), float(rng.choice([0.3, 0.4, 3.0]))),))
    found = count(record(*scene, mounting=mounting, seed=seed).block)
    assert len(found.sets) == 1
    assert 9 <= len(found.sets[0].reps) <= 10
    assert [rep.index for rep in found.reps] == list(range(1, len(found.reps) + 1))
    trace = found.sets[0].trace
    assert (np.diff(trace.time_s) > 0.0).all()
    assert trace.time_s[0] < found.reps[0].start_s < found.reps[-1].end_s < trace.time_s[-1]
    assert len(trace.time_s) == len(trace.angle_deg) == len(trace.jolt_m_s2)


def part(first_s: float, last_s: float, reps: int) -> SetEnd:
    """With a trace that goes on for 2 s on either side, at as many degrees as it has reps."""
    time_s = np.arange(first_s - 2.0, last_s + 2.0, 0.02)
    each = np.linspace(first_s, last_s, reps + 1)
    return SetEnd(
        index=3,
        start_s=first_s,
        end_s=last_s,
        reps=tuple(made(Rep, k, float(start_s)) for k, start_s in enumerate(each[:-1], start=1)),
        partials=(),
        cut_offs=(),
        trace=AngleTrace(time_s, np.full(len(time_s), float(reps)), np.zeros(len(time_s))),
        detected_s=last_s + 5.0,
    )


def test_parts_are_joined_in_the_middle_between_them() -> None:
    first, second = part(10.0, 20.0, 4), part(21.0, 33.0, 5)
    whole = joined([first, second])
    assert (whole.index, whole.start_s, whole.end_s, whole.detected_s) == (3, 10.0, 33.0, second.detected_s)
    assert [rep.index for rep in whole.reps] == list(range(1, 10))
    assert [rep.start_s for rep in whole.reps] == [rep.start_s for rep in (*first.reps, *second.reps)]
    trace = whole.trace
    assert (np.diff(trace.time_s) > 0.0).all()
    assert trace.time_s[0] == pytest.approx(8.0)
    assert trace.time_s[-1] == pytest.approx(34.98)
    assert np.array_equal(trace.angle_deg, np.where(trace.time_s < 20.5, 4.0, 5.0))


def test_one_part_is_the_set() -> None:
    only = part(10.0, 20.0, 4)
    assert joined([only]) is only
