"""The tempo of a rep: how long each phase should take.

Two notations of tempo are read. Strength coaches write four figures in the order lower-pause-lift-hold, ``4-0-1-3`` or
``4013``, also with slashes, colons or spaces, with ``X`` for "as fast as possible". Named phases are clearer and are
what is printed: ``lift=1,hold=3,lower=3-4``. There ``3-4`` is a range and a trailing ``?`` says that the phase may be
left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from repclip.errors import TempoError
from repclip.session.prescription import DASHES
from repsignal import Phase

__all__ = ["PhaseTarget", "Tempo", "Verdict", "parse_tempo"]

_COACH_ORDER: Final = (Phase.LOWER, Phase.PAUSE, Phase.LIFT, Phase.HOLD)
_LONGEST_S: Final = 120.0  # nobody is asked to hold for longer; more is a slip of the keyboard
_TOLERANCE_S, _TOLERANCE_SHARE = 0.2, 0.1
_ROUNDING_S: Final = 1e-9
_BETWEEN: Final = re.compile(r"\s*[-/:]\s*|\s+")  # the figures of coaches: 4-0-1-3, 4/0/1/3, 4:0:1:3, 4 0 1 3
_FIGURES: Final = re.compile(r"[0-9x]+")  # without anything between: 4013, 30X3
_SECONDS: Final = r"\d{1,6}(?:\.\d{1,3})?"  # more than can be, to say how much can
_TARGET: Final = re.compile(rf"({_SECONDS})(?:-({_SECONDS}))?(\?)?", re.ASCII)


class Verdict(StrEnum):
    """A phase against its target."""

    SHORT = "short"
    ON = "on"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class PhaseTarget:
    """Seconds from ``min_s`` to ``max_s``, both included.

    A single figure is what to aim at, not to hit: ``tolerance_s`` to either side is still on it.
    ``max_s`` is None for "as fast as possible", which no number can be held against.
    An ``optional`` phase may be shorter, down to nothing.
    """

    min_s: float
    max_s: float | None
    optional: bool = False

    @property
    def fastest(self) -> bool:
        """Whether it is prescribed as fast as possible."""
        return self.max_s is None

    @property
    def tolerance_s(self) -> float:
        """What still counts as on target beyond it: 0.2 s or a tenth for a single figure, nothing for a range."""
        return max(_TOLERANCE_S, _TOLERANCE_SHARE * self.min_s) if self.min_s == self.max_s else 0.0

    def verdict(self, seconds: float) -> Verdict | None:
        """How a duration compares; None where there is nothing to compare with."""
        if self.max_s is None:
            return None
        slack_s = self.tolerance_s + _ROUNDING_S
        if seconds > self.max_s + slack_s:
            return Verdict.LONG
        return Verdict.SHORT if seconds < self.min_s - slack_s and not self.optional else Verdict.ON

    def describe(self) -> str:
        """For people: ``3–4 s``."""
        if self.max_s is None:
            return "as fast as possible"
        return str(self).removesuffix("?").replace("-", "–") + " s" + (" (optional)" if self.optional else "")

    def deviation_s(self, seconds: float) -> float:
        """How far beyond the nearer end of it a duration is, 0 within; negative is too short."""
        if self.max_s is not None and seconds > self.max_s:
            return seconds - self.max_s
        return 0.0 if self.optional else min(0.0, seconds - self.min_s)

    def __str__(self) -> str:
        if self.max_s is None:
            return "x"
        span = _plain(self.min_s) if self.min_s == self.max_s else f"{_plain(self.min_s)}-{_plain(self.max_s)}"
        return span + ("?" if self.optional else "")


@dataclass(frozen=True, slots=True)
class Tempo:
    """The prescribed duration of each phase; None where nothing is prescribed."""

    lift: PhaseTarget | None = None
    hold: PhaseTarget | None = None
    lower: PhaseTarget | None = None
    pause: PhaseTarget | None = None

    def target(self, phase: Phase) -> PhaseTarget | None:
        """What is prescribed for a phase."""
        return {Phase.LIFT: self.lift, Phase.HOLD: self.hold, Phase.LOWER: self.lower, Phase.PAUSE: self.pause}[phase]

    def over(self, other: Tempo) -> Tempo:
        """This tempo, with the other's targets for the phases it leaves open."""
        return Tempo(**{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)})

    def __bool__(self) -> bool:
        return any(self.target(phase) is not None for phase in Phase)

    def __str__(self) -> str:
        return ",".join(f"{phase}={target}" for phase in Phase if (target := self.target(phase)) is not None)

    def describe(self) -> str:
        """For people: ``lift 1 s, hold 3 s, lower 3–4 s``."""
        return ", ".join(
            f"{phase} {target.describe()}" for phase in Phase if (target := self.target(phase)) is not None
        )


def parse_tempo(text: str) -> Tempo:
    """Read either notation.

    Raises
    ------
    TempoError
        saying what could not be understood.

    """
    cleaned = text.strip().lower().translate(DASHES)
    if not cleaned:
        raise TempoError(text, "it is empty")
    return _named(text, cleaned) if "=" in cleaned else _digits(text, cleaned)


def _digits(text: str, cleaned: str) -> Tempo:
    parts = [part.strip() for part in _BETWEEN.split(cleaned)]
    values = parts if len(parts) > 1 else list(cleaned)
    if not re.search(r"[0-9]", cleaned) and cleaned != "xxxx":
        raise TempoError(text, "there is no number in it")
    if len(parts) == 1 and not _FIGURES.fullmatch(cleaned):  # not four figures, but how many nobody knows
        raise TempoError(text, "it is neither like 4-0-1-3 or 30X3, nor like lift=1,hold=3,lower=3-4")
    if len(values) != len(_COACH_ORDER):
        raise TempoError(text, f"it has {len(values)} {'figure' if len(values) == 1 else 'figures'} instead of four")
    tempo = Tempo(
        **{phase.value: _target(text, value, phase) for phase, value in zip(_COACH_ORDER, values, strict=True)}
    )
    return _moving(text, tempo)


def _named(text: str, cleaned: str) -> Tempo:
    targets: dict[str, PhaseTarget] = {}
    for part in cleaned.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise TempoError(text, f"{part.strip()!r} is not phase=seconds")
        if name not in tuple(Phase):
            raise TempoError(text, f"there is no phase {name!r} (only lift, hold, lower, pause)")
        if name in targets:
            raise TempoError(text, f"{name} is there twice")
        targets[name] = _target(text, value, Phase(name))
    return _moving(text, Tempo(**targets))


def _moving(text: str, tempo: Tempo) -> Tempo:
    """The tempo, if nobody is asked to move in no time at all."""
    for phase in (Phase.LIFT, Phase.LOWER):
        target = tempo.target(phase)
        if target is not None and target.max_s == 0.0:
            raise TempoError(text, f"{phase} cannot take 0 s (X is as fast as possible)")
    return tempo


def _target(text: str, value: str, phase: Phase) -> PhaseTarget:
    if value == "x":
        return PhaseTarget(0.0, None)
    found = _TARGET.fullmatch(value.replace(" ", ""))
    if found is None:
        raise TempoError(
            text,
            f"{value!r} for {phase} is no number of seconds up to {_plain(_LONGEST_S)}, no range like 3-4 and no X",
        )
    low = float(found[1])
    high = float(found[2]) if found[2] else low
    if low > high:
        raise TempoError(text, f"{value!r} for {phase} is a range that runs backwards")
    if high > _LONGEST_S:
        raise TempoError(text, f"{_plain(high)} s for {phase} is longer than {_plain(_LONGEST_S)} s")
    return PhaseTarget(low, high, optional=found[3] is not None)


def _plain(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
