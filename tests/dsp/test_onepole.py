"""The one-pole low pass: what scipy.signal has for it gives the same, and no cut changes a bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from repsignal.onepole import one_pole
from repsignal.types import FloatArray


def noise(rows: int) -> FloatArray:
    return np.random.default_rng(rows).normal(size=(rows, 3))


@pytest.mark.parametrize("pole", [0.0, 0.2, 0.9, 63.0 / 64.0])
def test_it_is_the_usual_filter(pole: float) -> None:
    values, before = noise(500), np.array([1.0, -2.0, 3.0])
    usual, _ = lfilter([1.0 - pole], [1.0, -pole], values, axis=0, zi=pole * before[None])
    assert one_pole(values, pole, before) == pytest.approx(usual, abs=1e-12)


def test_what_does_not_change_stays() -> None:
    values = np.tile([1.0, 0.0, -9.81], (50, 1))
    assert one_pole(values, 0.8, values[0]) == pytest.approx(values, abs=1e-14)


@given(st.integers(1, 60) | st.just(3000), st.lists(st.integers(1, 2999), max_size=5), st.sampled_from([1, 3]))
def test_no_cut_changes_a_bit(rows: int, cuts: list[int], columns: int) -> None:
    values, before = noise(rows)[:, :columns], np.array([0.1, 0.2, 0.3])[:columns]
    whole = one_pole(values, 0.97, before)
    parts: list[FloatArray] = []
    for part in np.split(values, sorted({cut for cut in cuts if cut < rows})):
        parts.append(one_pole(part, 0.97, before))
        before = parts[-1][-1]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
