"""Rotation vectors as quaternions and matrices, held against scipy's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from repsignal.rotations import matrices, quaternions
from repsignal.types import FloatArray


def turns() -> FloatArray:
    """None, hardly any, some, half a turn, and more than a whole one."""
    rng = np.random.default_rng(1)
    directions = rng.normal(size=(60, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    sizes = np.repeat([0.0, 1e-300, 1e-9, 1e-4, 0.01, 0.3, 1.5, 3.0, np.pi, 4.0, 6.2, 9.0], 5)
    return directions * sizes[:, None]


def test_matrices_are_scipys() -> None:
    assert matrices(turns()) == pytest.approx(Rotation.from_rotvec(turns()).as_matrix(), abs=1e-12)


def test_quaternions_are_units_of_the_same_rotation() -> None:
    found = quaternions(turns())
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0)
    w_last = np.roll(found, -1, axis=1)
    assert Rotation.from_quat(w_last).as_matrix() == pytest.approx(matrices(turns()), abs=1e-12)
    assert found[0].tolist() == [1.0, 0.0, 0.0, 0.0]
