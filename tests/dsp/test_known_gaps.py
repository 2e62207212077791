"""What is not right yet, kept apart until it is."""

from __future__ import annotations

import numpy as np
import pytest

from dsp_helpers import REP, a_set, count, even_parts, joined, record
from repsignal import ImuBlock
from repsignal.extremes import excursions, merge_dips, turning_points
from repsignal.timebase import Timebase


@pytest.mark.parametrize("burst", [5, 10, 20])
def test_bursts_with_one_stamp_are_spread_evenly(burst: int) -> None:
    block = wavy(2000)
    stamps = np.repeat(block.time_s[burst - 1 :: burst], burst)
    blocks, holes, timebase = run(ImuBlock(stamps, block.acc, block.gyr))
    even = assert_sound(blocks)
    assert not holes
    assert len(even) == 2000
    assert timebase.rate_hz == pytest.approx(RATE, rel=0.01)
    assert np.diff(even.time_s) * RATE == pytest.approx(np.ones(1999), abs=0.1)


