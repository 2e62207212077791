"""Rotation vectors as quaternions and matrices. These few lines spare every start the loading of scipy.spatial."""

from __future__ import annotations

import numpy as np

from repsignal.types import FloatArray


def quaternions(turns_rad: FloatArray) -> FloatArray:
    """Unit quaternions (N, 4), w first, of rotation vectors (N, 3)."""
    half = 0.5 * np.sqrt((turns_rad * turns_rad).sum(axis=1))
    found = np.empty((len(half), 4))
    found[:, 0] = np.cos(half)
    found[:, 1:] = turns_rad * (0.5 * np.sinc(half / np.pi))[:, None]  # sin(half) over the whole angle
    return found


def matrices(turns_rad: FloatArray) -> FloatArray:
    """Rotation matrices (N, 3, 3) of rotation vectors (N, 3)."""
    w, x, y, z = quaternions(turns_rad).T
    rows = np.array(
        (
            (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)),
            (2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)),
            (2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)),
        )
    )
    return np.ascontiguousarray(rows.transpose(2, 0, 1))
