"""From angle to speed: passing strokes, stopping tremor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from repsignal.types import FloatArray


@dataclass(frozen=True, slots=True)
class SpeedKernel:
    """How angle becomes speed: a difference over ``span`` ticks and a mean over ``mean`` ticks.

    Both are chosen to pass strokes and stop tremor (8-12 Hz): together they have their zeros there. Their broadening is
    undone to second order. ``weights`` (2 * ``reach`` + 3,) 1/s are all of this in one.
    """

    span: int
    mean: int
    tick_s: float
    weights: FloatArray

    @classmethod
    def at(cls, tick_s: float) -> SpeedKernel:
        """The kernel for ticks ``tick_s`` apart."""
        return cls.of_width(0.08, tick_s)

    @classmethod
    def of_width(cls, width_s: float, tick_s: float) -> SpeedKernel:
        """A kernel whose difference and mean both take ``width_s``."""
        half = max(1, round(0.5 * width_s / tick_s))
        return _kernel(2 * half, 2 * half + 1, tick_s)

    @classmethod
    def quick(cls, tick_s: float) -> SpeedKernel:
        """A kernel that blurs little and stops no tremor."""
        return _kernel(2, 1, tick_s)

    @property
    def reach(self) -> int:
        """Ticks needed on either side."""
        return self.span // 2 + self.mean // 2

    def speed(self, angle_deg: FloatArray) -> FloatArray:
        """Speed (N,) °/s of (N,) angle; the ends see the angle as standing still beyond."""
        margin, n = len(self.weights) // 2, len(angle_deg)
        padded = np.empty(n + 2 * margin)
        padded[:margin], padded[margin : margin + n], padded[margin + n :] = angle_deg[0], angle_deg, angle_deg[-1]
        speed: FloatArray = np.correlate(padded, self.weights, "valid")
        return speed

    def speed_of(self, angle_deg: FloatArray, begin: int, end: int) -> FloatArray:
        """The same for ticks ``begin`` to before ``end`` alone, (end - begin,)."""
        margin = len(self.weights) // 2
        lo = max(0, begin - margin)
        return self.speed(angle_deg[lo : end + margin])[begin - lo : end - lo]


@lru_cache(maxsize=64)
def _kernel(span: int, mean: int, tick_s: float) -> SpeedKernel:
    difference = np.zeros(span + 1)
    difference[0], difference[-1] = -1.0 / (span * tick_s), 1.0 / (span * tick_s)
    blurred = np.convolve(difference, np.full(mean, 1.0 / mean))
    variance = (span**2 + mean**2 - 1) / 12.0  # ticks²
    return SpeedKernel(span, mean, tick_s, np.convolve(blurred, (-0.5 * variance, 1.0 + variance, -0.5 * variance)))
