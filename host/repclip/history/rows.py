"""What the history holds of a session, a set and a rep, as it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from repclip.session.flags import Flag
from repclip.session.prescription import CountVerdict
from repclip.session.scores import Drift, PhaseScore, PhaseSummary
from repclip.session.statistics import Adherence
from repclip.session.tempo import Verdict

__all__ = ["RepRow", "SessionRow", "SetRow"]

_WEIGHT: Final = re.compile(r"(\d{1,4}(?:\.\d{1,3})?) ?kg", re.ASCII)


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set, as a `repclip.session.scores.SetScore`. What is None is not known, or not prescribed.

    ``reps``, ``clean_reps`` (those without a flag) and ``partials`` are numbers, ``rom_deg`` is the mean of the full
    reps, ``flags`` is how many reps have each.
    """

    number: int
    start_s: float
    end_s: float
    side: str | None
    load: str | None
    reps: int
    clean_reps: int
    partials: int
    cut_offs: int
    count: CountVerdict | None
    adherence_on: int
    adherence_judged: int
    phases: tuple[PhaseSummary, ...]
    drift: Drift
    rom_deg: float | None
    under_tension_s: float | None
    cadence_per_min: float | None
    rest_s: float | None
    rest: Verdict | None
    flags: Mapping[Flag, int]

    @property
    def full_reps(self) -> int:
        """As of a `SetScore`."""
        return self.reps

    @property
    def adherence(self) -> Adherence:
        """Of all phases."""
        return Adherence(self.adherence_on, self.adherence_judged)

    @property
    def load_kg(self) -> float | None:
        """The load, if it was told as a weight: ``2.5 kg``."""
        found = None if self.load is None else _WEIGHT.fullmatch(self.load)
        return None if found is None else float(found[1])


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session; ``id`` is its number, ``created`` has a time zone. ``count`` is the verdict on the number of sets."""

    id: int
    created: datetime
    exercise: str
    prescription: str  # see `repclip.history.prescribed`
    recording: Path  # where it was when the session was last written
    recording_id: str
    duration_s: float
    sample_rate_hz: float | None
    gaps: int
    samples_lost: int | None
    count: CountVerdict | None
    simulated: bool  # nobody did it
    pain: bool
    note: str | None
    software: str
    analysed: datetime
    sets: tuple[SetRow, ...]

    @property
    def reps(self) -> int:
        """Of all sets."""
        return sum(one.reps for one in self.sets)

    @property
    def partials(self) -> int:
        """Of all sets."""
        return sum(one.partials for one in self.sets)

    @property
    def adherence(self) -> Adherence:
        """Of all sets."""
        return Adherence(sum(one.adherence_on for one in self.sets), sum(one.adherence_judged for one in self.sets))

    @property
    def rom_deg(self) -> float | None:
        """The mean of the full reps, as far as it is known."""
        known = [(one.rom_deg, one.reps) for one in self.sets if one.rom_deg is not None]
        return sum(rom_deg * reps for rom_deg, reps in known) / sum(reps for _, reps in known) if known else None

    @property
    def flags(self) -> dict[Flag, int]:
        """How many reps have each flag, in the order of the flags; those that none has are left out."""
        counts = {flag: sum(one.flags.get(flag, 0) for one in self.sets) for flag in Flag}
        return {flag: count for flag, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class RepRow:
    """A full or partial rep, as a `repclip.session.scores.RepScore`."""

    set_number: int
    number: int
    partial: bool
    start_s: float | None
    phases: tuple[PhaseScore, ...]
    rom_deg: float | None
    elevation_top_deg: float | None
    rise_cm: float | None
    flags: tuple[Flag, ...]
    remarks: tuple[str, ...]  # the signal's
