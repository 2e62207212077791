"""From angle to speed: passing strokes, stopping tremor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repsignal.types import FloatArray


@dataclass(frozen=True, slots=True)
class SpeedKernel:
    """How angle becomes speed: a difference over ``span`` ticks and a mean over ``mean`` ticks.

    Both are chosen to pass strokes and stop tremor (8-12 Hz): together they have their zeros there. ``variance_s2`` is
    that of the whole kernel, used to undo its broadening to second order.
    """

    span: int
    mean: int
    tick_s: float

    @classmethod
    def at(cls, tick_s: float) -> SpeedKernel:
        """The kernel for ticks ``tick_s`` apart."""
        return cls.of_width(0.08, tick_s)

    @classmethod
    def of_width(cls, width_s: float, tick_s: float) -> SpeedKernel:
        """A kernel whose difference and mean both take ``width_s``."""
        half = max(1, round(0.5 * width_s / tick_s))
        return cls(2 * half, 2 * half + 1, tick_s)

    @classmethod
    def quick(cls, tick_s: float) -> SpeedKernel:
        """A kernel that blurs little and stops no tremor."""
        return cls(2, 1, tick_s)

    @property
    def reach(self) -> int:
        """Ticks needed on either side."""
        return self.span // 2 + self.mean // 2

    @property
    def variance_s2(self) -> float:
        return ((self.span * self.tick_s) ** 2 + (self.mean**2 - 1) * self.tick_s**2) / 12.0

    def speed(self, angle_deg: FloatArray) -> FloatArray:
        """Speed (N,) °/s of (N,) angle; the ends see the angle as standing still beyond."""
        margin, n = self.reach + 1, len(angle_deg)
        padded = np.empty(n + 2 * margin)
        padded[:margin], padded[margin : margin + n], padded[margin + n :] = angle_deg[0], angle_deg, angle_deg[-1]
        rate = (padded[self.span :] - padded[: -self.span]) / (self.span * self.tick_s)
        if self.mean > 1:
            total = rate[: n + 2].copy()
            for k in range(1, self.mean):
                total += rate[k : k + n + 2]
            rate = total / self.mean
        bend = (rate[2:] - 2.0 * rate[1:-1] + rate[:-2]) / self.tick_s**2
        sharpened: FloatArray = rate[1:-1] - 0.5 * self.variance_s2 * bend
        return sharpened
