"""A score in words that a tired person understands: one line a set, then the one thing to do better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from repclip.session.flags import Flag
from repclip.session.prescription import CountVerdict
from repclip.session.scores import SessionScore
from repclip.session.statistics import Adherence
from repclip.session.tempo import Verdict
from repsignal import Phase

__all__ = ["FLAG_MEANINGS", "FLAG_NAMES", "advice", "remarks", "set_line"]

FLAG_NAMES: Final = {
    Flag.LOWERED_TOO_FAST: "lowered too fast",
    Flag.DROPPED: "dropped",
    Flag.JERKED: "jerked",
    Flag.SWUNG: "swung",
    Flag.SAGGED: "sagged",
    Flag.FLOOR_TOUCHED: "touched the floor",
    Flag.TOO_HIGH: "too high",
    Flag.RANGE_SHORT: "range short",
    Flag.PARTIAL: "partial",
}
FLAG_MEANINGS: Final = {
    Flag.LOWERED_TOO_FAST: "the lowering was shorter than prescribed",
    Flag.DROPPED: "the limb came down nearly as fast as it falls",
    Flag.JERKED: "the lift was not one smooth movement",
    Flag.SWUNG: "the limb swung higher than it was then held",
    Flag.SAGGED: "the limb sank while it was held",
    Flag.FLOOR_TOUCHED: "the foot met the floor between reps",
    Flag.TOO_HIGH: "the limb went higher than the exercise allows",
    Flag.RANGE_SHORT: "less range of motion than prescribed, or than in most reps of the set",
    Flag.PARTIAL: "less than 60 % of the range of the set's full reps; not counted",
}
# What matters most comes first: what may hurt, then what makes it another exercise, then the tempo.
_ADVICE: Final = {
    Flag.TOO_HIGH: "Stop lower: the limb went too high",
    Flag.DROPPED: "Do not let the limb drop: lower it all the way down",
    Flag.SWUNG: "Lift without swinging, and stop where you hold",
    Flag.JERKED: "Lift in one smooth movement",
    Flag.FLOOR_TOUCHED: "Keep the toes off the floor between reps",
    Flag.SAGGED: "Hold the limb up until you lower it",
    Flag.RANGE_SHORT: "Lift as far as in the best reps",
    Flag.PARTIAL: "Finish each rep, or rest earlier",
}
_TEMPO_ADVICE: Final = {
    (Phase.LOWER, Verdict.SHORT): "Lower more slowly",
    (Phase.HOLD, Verdict.SHORT): "Hold longer at the top",
    (Phase.LIFT, Verdict.SHORT): "Lift more slowly",
    (Phase.PAUSE, Verdict.SHORT): "Pause longer at the bottom",
    (Phase.LOWER, Verdict.LONG): "Lower a little faster",
    (Phase.HOLD, Verdict.LONG): "Hold less long",
    (Phase.LIFT, Verdict.LONG): "Lift a little faster",
    (Phase.PAUSE, Verdict.LONG): "Pause less long at the bottom",
}
_OFTEN: Final = 0.25  # of the reps: what happens less often is not the thing to work at


@dataclass(frozen=True, slots=True)
class _Complaint:
    """Something that was wrong in so many of so many reps."""

    text: str
    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of

    def __str__(self) -> str:
        return f"{self.text} ({self.count} of {self.of})."


def remarks(flags: Sequence[Flag]) -> list[str]:
    """The names of flags, as remarks beside the phases: those that a verdict there says already are left out."""
    return [FLAG_NAMES[flag] for flag in flags if flag is not Flag.LOWERED_TOO_FAST]


class Told(Protocol):
    """What is told of a set in one line: of one that was just scored, and of one in the history."""

    @property
    def number(self) -> int: ...
    @property
    def full_reps(self) -> int: ...
    @property
    def side(self) -> str | None: ...
    @property
    def load(self) -> str | None: ...
    @property
    def count(self) -> CountVerdict | None: ...
    @property
    def adherence(self) -> Adherence: ...
    @property
    def under_tension_s(self) -> float | None: ...
    @property
    def rest_s(self) -> float | None: ...
    @property
    def rest(self) -> Verdict | None: ...
    @property
    def flags(self) -> Mapping[Flag, int]: ...


def set_line(one: Told) -> str:
    """A set as one line: ``Set 2: 12 reps, 83 % on tempo, 94 s under tension; 3 lowered too fast``."""
    reps = f"{one.full_reps} rep{'' if one.full_reps == 1 else 's'}"
    if one.count in (CountVerdict.FEW, CountVerdict.MANY):
        reps += f" (too {one.count})"
    parts = [" ".join(word for word in (one.side, reps) if word)]
    if one.load:
        parts[0] += f" with {one.load}"
    if one.adherence.share is not None:
        parts.append(f"{one.adherence.share:.0%} on tempo".replace("%", " %"))
    if one.under_tension_s is not None:
        parts.append(f"{one.under_tension_s:.0f} s under tension")
    if one.rest_s is not None:
        late = {Verdict.SHORT: " (too short)", Verdict.LONG: " (too long)"}.get(one.rest, "") if one.rest else ""
        parts.append(f"after {one.rest_s:.0f} s of rest{late}")
    flags = [f"{count} {FLAG_NAMES[flag]}" for flag, count in one.flags.items()]
    told = f"; {', '.join(flags)}" if flags else ""
    return f"Set {one.number}: {', '.join(parts)}{told}."


def advice(score: SessionScore) -> str | None:
    """The one thing to do better, with how often it happened; None where nothing was prescribed or seen to blame.

    What may hurt goes before what spoils the exercise, and both before the tempo, if it happened in a quarter of the
    reps; else whatever happened most. After pain there is nothing to do better: it says to stop instead.
    """
    if score.pain:
        return score.pain
    reps = sum(len(one.reps) for one in score.sets)
    if not reps:
        return None
    found = [*_flagged(score, reps), *_off_tempo(score)]
    often = [one for one in found if one.share >= _OFTEN]
    worst = often[0] if often else max(found, key=lambda one: one.share, default=None)
    if worst is not None:
        return str(worst)
    return "All on tempo. Keep it like that." if score.adherence.judged else None


def _flagged(score: SessionScore, reps: int) -> list[_Complaint]:
    counts = score.flags
    return [
        _Complaint(text, counts[flag], reps + counts[flag] if flag is Flag.PARTIAL else reps)
        for flag, text in _ADVICE.items()
        if flag in counts
    ]


def _off_tempo(score: SessionScore) -> list[_Complaint]:
    """The most frequent first."""
    found: list[_Complaint] = []
    for (phase, which), text in _TEMPO_ADVICE.items():
        judged = [
            one.verdict
            for each in score.sets
            for rep in each.reps
            for one in rep.phases
            if one.phase is phase and one.verdict is not None
        ]
        if which in judged:
            found.append(_Complaint(text, judged.count(which), len(judged)))
    return sorted(found, key=lambda one: -one.share)
