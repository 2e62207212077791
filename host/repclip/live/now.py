"""What is going on at a moment, and against what: the same for a terminal and a page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import floor
from typing import Final

from repclip.live.state import LinkState, LiveView, Stage
from repclip.session.prescription import over_after_s
from repclip.session.tempo import PhaseTarget, Verdict
from repclip.wording import PAIN_ADVICE
from repsignal import Phase

__all__ = ["GoingOn", "Moment", "Now", "elapsed", "now_going_on"]

_LONG_S: Final = 60.0  # without a set: who lies down and begins takes less
_HOW: Final = "A set is known by its second rep; then both are counted."
_WHY_NOT: Final = (
    "No set yet. Is the sensor on the limb that moves? Lift, hold and lower it: the second rep starts the count."
)


class GoingOn(StrEnum):
    """What it is; phases have the names that they have elsewhere."""

    PAIN = "pain"
    LOOKING = "looking for the sensor"
    LOST = "link lost"
    TROUBLE = "no samples"
    CONNECTED = "connected"
    PAUSED = "paused"
    RECORDING = "recording"
    REST = "rest"
    READY = "ready"
    COUNTING = "counting"
    LIFT = "lift"
    HOLD = "hold"
    LOWER = "lower"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a view is drawn: ``ahead_s`` after its newest sample, at ``now_ns`` of the host's clock.

    ``held``: whether a replay stands still; None is no replay.
    """

    ahead_s: float = 0.0
    now_ns: int = 0
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """What is going on, for how long, and what it should be: ``aim`` in words, ``zone`` in seconds."""

    what: GoingOn
    seconds: float | None = None
    aim: str = ""
    zone: tuple[float, float] | None = None
    verdict: Verdict | None = None
    text: str = ""

    @property
    def word(self) -> str:
        """As a heading."""
        return self.what.upper()


def elapsed(seconds: float) -> str:
    """As a stopwatch has it: ``0:07``, ``12:34``, ``1:02:03``."""
    whole = max(0, floor(seconds))
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:0{2 if hours else 1}}:{whole % 60:02}"


def now_going_on(view: LiveView, moment: Moment) -> Now:
    """The most important first: pain, and then that without a link nothing else goes on."""
    link = view.link
    if view.stage is Stage.PAIN:
        return Now(GoingOn.PAIN, text=PAIN_ADVICE)
    if link.state is LinkState.FIRST:
        return Now(GoingOn.LOOKING, text=link.reason or "Is it switched on, and near?")
    if link.state is LinkState.LOST:
        away_s = max(0.0, (moment.now_ns - link.since_ns) * 1e-9)
        return Now(
            GoingOn.LOST,
            away_s,
            text=f"{link.reason[:1].upper()}{link.reason[1:]}. {_kept(link.keeps_s, away_s)}",
        )
    if link.trouble:
        return Now(GoingOn.TROUBLE, text=link.trouble)
    if view.newest_s is None:
        return Now(GoingOn.CONNECTED, text=f"Waiting for samples. {view.caution}".rstrip())
    running_s = max(0.0, view.newest_s + moment.ahead_s - view.begun_s)
    if view.stage is Stage.PAUSED:
        return Now(GoingOn.PAUSED, running_s, text="Nothing is counted.")
    if not view.counting:
        return Now(GoingOn.RECORDING)
    if view.stage is Stage.REST or _is_likely_over(view, running_s):
        rest_s = view.exercise.rest_s
        aim = "" if rest_s is None else f"of about {rest_s:g} s"
        return Now(GoingOn.REST, running_s, aim, None if rest_s is None else (rest_s, rest_s))
    if view.phase is None and view.stage is Stage.SET:  # its first reps are told, and the next has not begun
        return Now(GoingOn.COUNTING, text=view.caution)
    if view.phase is None:
        how = _WHY_NOT if running_s >= _LONG_S else _HOW
        return Now(GoingOn.READY, text=f"{how} {view.caution}".rstrip())
    return _phase(view.phase, view.target, running_s)


def _is_likely_over(view: LiveView, running_s: float) -> bool:
    """As the cues have it: what was prescribed is done, and nothing moves."""
    after_s = over_after_s(view.reps, view.exercise.reps)
    return view.stage is Stage.SET and view.phase is Phase.PAUSE and after_s is not None and running_s >= after_s


def _kept(keeps_s: float | None, away_s: float) -> str:
    if keeps_s is None:
        return "Trying to connect again."
    if away_s > keeps_s:
        return f"The board keeps {keeps_s:.0f}\u00a0s: what is older is lost."
    return f"The board keeps {keeps_s:.0f}\u00a0s: back within that, nothing is lost."


def _phase(phase: Phase, target: PhaseTarget | None, running_s: float) -> Now:
    what = GoingOn(phase.value)
    if target is None:
        return Now(what, running_s)
    if target.max_s is None:
        return Now(what, running_s, "as fast as possible")
    slack_s = target.tolerance_s
    zone = (0.0 if target.optional else max(0.0, target.min_s - slack_s), target.max_s + slack_s)
    aim = f"of {target} s".replace("?", "").replace("-", "–") + (" or none" if target.optional else "")
    verdict = target.verdict(running_s)
    # While it is going on it is not yet short.
    return Now(what, running_s, aim, zone, None if verdict is Verdict.SHORT else verdict)
