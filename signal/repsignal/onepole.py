"""The one-pole low pass. LAPACK is as fast at it as scipy.signal, which would take longer to load than all else."""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dtbtrs

from repsignal.types import FloatArray


def one_pole(values: FloatArray, pole: float, before: FloatArray) -> FloatArray:
    """Smooth (N, K) values: y[n] = (1 - pole) x[n] + pole y[n - 1], where y was (K,) ``before`` the first.

    LAPACK goes through it value by value, however many there are, so that no cut of the input changes a bit.
    """
    # each y less pole times the one before it is what came in: a lower triangular matrix with two diagonals
    smooth = np.empty((len(values) + 1, values.shape[1]), order="F")
    smooth[0] = before
    np.multiply(values, 1.0 - pole, out=smooth[1:])
    diagonals = np.empty((2, len(smooth)), order="F")
    diagonals[0], diagonals[1] = 1.0, -pole
    found: FloatArray = dtbtrs(diagonals, smooth, uplo="L", diag="U", overwrite_b=1)[0]
    return found[1:]
