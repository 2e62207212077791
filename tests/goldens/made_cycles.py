"""Cycles that no counter found, for whoever shows or judges them."""

from __future__ import annotations

from typing import TypeVar

from repsignal import Cycle

C = TypeVar("C", bound=Cycle)


def made(
    kind: type[C],
    index: int,
    start_s: float,
    lift_s: float = 1.0,
    hold_s: float = 3.0,
    lower_s: float = 3.5,
    *,
    pause_s: float | None = 0.5,
    rom_deg: float = 38.0,
) -> C:
    """One that is well known."""
    top_s, turn_s = start_s + lift_s, start_s + lift_s + hold_s
    return kind(
        index=index,
        start_s=start_s,
        top_s=top_s,
        lower_start_s=turn_s,
        end_s=turn_s + lower_s,
        start_sd_s=0.03,
        top_sd_s=0.05,
        lower_start_sd_s=0.1,
        end_sd_s=0.1,
        lift_s=lift_s,
        hold_s=hold_s,
        lower_s=lower_s,
        pause_s=pause_s,
        rom_deg=rom_deg,
    )
