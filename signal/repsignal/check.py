"""What callers may hand over, told by name, shape and dtype where it is something else."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from repsignal.types import ImuBlock


def check_block(block: object) -> ImuBlock:
    """A block whose arrays are real numbers of shapes (N,), (N, 3) and (N, 3).

    Raises
    ------
    TypeError
        for what is no :class:`~repsignal.types.ImuBlock` of numpy arrays of real numbers.
    ValueError
        for other shapes.

    """
    if not isinstance(block, ImuBlock):
        raise TypeError(f"block must be an ImuBlock, got {type(block).__name__}")
    arrays: dict[str, Any] = {"time_s": block.time_s, "acc": block.acc, "gyr": block.gyr}
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} must be a numpy array, got {type(array).__name__}")
        if not _is_real(cast(NDArray[np.generic], array)):
            raise TypeError(f"{name} must hold real numbers, got dtype {cast(NDArray[np.generic], array).dtype}")
    if block.time_s.ndim != 1:
        raise ValueError(f"time_s must have shape (N,), got {block.time_s.shape}")
    n = block.time_s.shape[0]
    for name, rows in (("acc", block.acc), ("gyr", block.gyr)):
        if rows.shape != (n, 3):
            raise ValueError(f"{name} must have shape ({n}, 3) beside time_s ({n},), got {rows.shape}")
    return block


def _is_real(array: NDArray[np.generic]) -> bool:
    return array.dtype.kind in "fiu"
