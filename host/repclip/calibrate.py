"""Units of files and sensors → SI, in one place."""

from __future__ import annotations

from typing import Final

import numpy as np

from repsignal import ImuBlock
from repsignal.types import FloatArray

__all__ = ["STANDARD_GRAVITY", "csv_units_to_si"]

STANDARD_GRAVITY: Final = 9.80665  # m/s² in 1 g, by definition (CGPM 1901)
_RAD_PER_DEG: Final = np.pi / 180.0


def csv_units_to_si(time_s: FloatArray, acc_g: FloatArray, gyr_dps: FloatArray) -> ImuBlock:
    """(N,) s, (N, 3) g, (N, 3) °/s → a block in s, m/s², rad/s, its arrays new and C-contiguous."""
    return ImuBlock(
        time_s=np.array(time_s, dtype=np.float64, order="C"),
        acc=np.multiply(acc_g, STANDARD_GRAVITY, order="C"),
        gyr=np.multiply(gyr_dps, _RAD_PER_DEG, order="C"),
    )
