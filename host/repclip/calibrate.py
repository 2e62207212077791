"""Units of files and sensors → SI, in one place."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from repsignal import ImuBlock
from repsignal.types import GRAVITY_M_S2, FloatArray

__all__ = ["counts_to_si", "csv_units_to_si", "si_to_csv_units"]

_RAD_PER_DEG: Final = np.pi / 180.0


def csv_units_to_si(time_s: FloatArray, acc_g: FloatArray, gyr_dps: FloatArray) -> ImuBlock:
    """(N,) s, (N, 3) g, (N, 3) °/s → a block in s, m/s², rad/s, its arrays new and C-contiguous."""
    return ImuBlock(
        time_s=np.array(time_s, dtype=np.float64, order="C"),
        acc=np.multiply(acc_g, GRAVITY_M_S2, order="C"),
        gyr=np.multiply(gyr_dps, _RAD_PER_DEG, order="C"),
    )


def si_to_csv_units(block: ImuBlock) -> FloatArray:
    """(N, 7): s, g, °/s, the columns of our CSV."""
    return np.column_stack([block.time_s, block.acc / GRAVITY_M_S2, block.gyr / _RAD_PER_DEG])


def counts_to_si(
    raw: NDArray[np.int16], acc_g_per_count: float, gyr_dps_per_count: float, axes: tuple[int, int, int]
) -> tuple[FloatArray, FloatArray]:
    """(N, 6) counts → (N, 3) m/s², (N, 3) rad/s, along the axes of the case.

    ``axes`` says for x, y, z of the case which raw axis that is, ±1 to ±3, with its sign.
    """
    columns = [abs(axis) - 1 for axis in axes]
    signs = np.sign(axes)
    acc = raw[:, columns] * (signs * (acc_g_per_count * GRAVITY_M_S2))
    gyr = raw[:, [3 + column for column in columns]] * (signs * (gyr_dps_per_count * _RAD_PER_DEG))
    return np.ascontiguousarray(acc), np.ascontiguousarray(gyr)
