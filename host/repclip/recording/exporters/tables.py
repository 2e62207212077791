"""Samples as our CSV, reps as a CSV of their own."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

import numpy as np

from repclip.analysis import AnalysisReport
from repclip.calibrate import si_to_csv_units
from repsignal import Cycle, ImuBlock

__all__ = ["REPS_HEADER", "SAMPLES_HEADER", "reps_csv", "samples_csv"]

SAMPLES_HEADER: Final = "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n"
_SAMPLE_FORMAT: Final = "%.5f,%.6f,%.6f,%.6f,%.4f,%.4f,%.4f\n"  # finer than any sensor of ours tells

REPS_HEADER: Final = (
    "set", "kind", "index", "start_s", "top_s", "lower_start_s", "end_s", "lift_s", "hold_s", "lower_s", "pause_s",
    "rom_deg", "elevation_top_deg", "rise_cm", "flags",
)  # fmt: skip
_TIMES: Final = ("start_s", "top_s", "lower_start_s", "end_s", "lift_s", "hold_s", "lower_s", "pause_s")


def samples_csv(block: ImuBlock) -> str:
    """Lines of our CSV, without a header."""
    rows: list[list[float]] = si_to_csv_units(block).tolist()
    return "".join([_SAMPLE_FORMAT % tuple(row) for row in rows])


def reps_csv(report: AnalysisReport) -> str:
    """One line a rep, partial rep and cut-off rep, with a header; what is unknown is empty."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(REPS_HEADER)
    for one in report.sets:
        kinds = (("rep", one.reps), ("partial", one.partials), ("cut_off", one.cut_offs))
        cycles: list[tuple[str, Cycle]] = [(kind, cycle) for kind, cycles in kinds for cycle in cycles]
        cycles.sort(key=lambda item: _begin(item[1]))
        for kind, cycle in cycles:
            times = [_number(getattr(cycle, name), 3) for name in _TIMES]
            angles = [_number(cycle.rom_deg, 1), _number(cycle.elevation_top_deg, 1), _number(cycle.rise_cm, 1)]
            writer.writerow([one.index, kind, cycle.index, *times, *angles, " ".join(cycle.flags)])
    return out.getvalue()


def _begin(cycle: Cycle) -> float:
    times = (cycle.start_s, cycle.top_s, cycle.lower_start_s, cycle.end_s)
    return next((time for time in times if time is not None), np.inf)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
