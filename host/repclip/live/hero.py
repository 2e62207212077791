"""The large part of the view: the count at the left, and what is going on beside it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import Final

from rich.text import Text

from repclip.live.digits import doubled, large, small
from repclip.live.lay import beside
from repclip.live.look import DIM, PHASE_STYLES, STRONG, VERDICT_STYLES, WARNING, Look
from repclip.live.state import LinkState, LiveView, Stage
from repclip.session.tempo import PhaseTarget, Verdict
from repclip.wording import PAIN_ADVICE
from repsignal import Phase

__all__ = ["Moment", "Now", "count_figure", "elapsed", "hero", "now_going_on"]

_BAR: Final = 44  # columns at most
_BEYOND: Final = 1.4  # a bar goes on so far beyond the aim
_DIGITS: Final = 2  # there is always room for so many
_BETWEEN: Final = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """When a view is drawn: ``ahead_s`` after its newest sample, at ``now_ns`` of the host's clock."""

    ahead_s: float = 0.0
    now_ns: int = 0


@dataclass(frozen=True, slots=True)
class Now:
    """What is going on, for how long, and what it should be: ``aim`` in words, ``zone`` in seconds."""

    word: str
    style: str
    seconds: float | None = None
    aim: str = ""
    zone: tuple[float, float] | None = None
    verdict: Verdict | None = None
    text: str = ""


def elapsed(seconds: float) -> str:
    """As a stopwatch has it: ``0:07``, ``12:34``, ``1:02:03``."""
    whole = max(0, floor(seconds))
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:0{2 if hours else 1}}:{whole % 60:02}"


def now_going_on(view: LiveView, moment: Moment) -> Now:
    """The most important first: pain, and then that without a link nothing else goes on."""
    link = view.link
    if view.stage is Stage.PAIN:
        return Now("PAIN", WARNING, text=PAIN_ADVICE)
    if link.state is LinkState.FIRST:
        return Now("LOOKING FOR THE SENSOR", STRONG, text=link.reason or "Is it switched on, and near?")
    if link.state is LinkState.LOST:
        away_s = max(0.0, (moment.now_ns - link.since_ns) * 1e-9)
        return Now(
            "LINK LOST",
            WARNING,
            away_s,
            text=f"{link.reason[:1].upper()}{link.reason[1:]}. {_kept(link.keeps_s, away_s)}",
        )
    if link.trouble:
        return Now("NO SAMPLES", WARNING, text=link.trouble)
    if view.newest_s is None:
        return Now("CONNECTED", STRONG, text="Waiting for samples.")
    running_s = max(0.0, view.newest_s + moment.ahead_s - view.begun_s)
    if view.stage is Stage.PAUSED:
        return Now("PAUSED", STRONG, running_s, text="Nothing is counted.")
    if not view.counting:
        return Now("RECORDING", STRONG)
    if view.stage is Stage.REST:
        rest_s = view.exercise.rest_s
        aim = "" if rest_s is None else f"of about {rest_s:g} s"
        return Now("REST", STRONG, running_s, aim, None if rest_s is None else (rest_s, rest_s))
    if view.stage is Stage.WAITING or view.phase is None:
        text = f"A set is known by its second rep; then both are counted. {view.exercise.caution}"
        return Now("READY", STRONG, text=text)
    return _phase(view.phase, view.target, running_s)


def _kept(keeps_s: float | None, away_s: float) -> str:
    if keeps_s is None:
        return "Trying to connect again."
    if away_s > keeps_s:
        return f"The board keeps {keeps_s:.0f}\u00a0s: what is older is lost."
    return f"The board keeps {keeps_s:.0f}\u00a0s: back within that, nothing is lost."


def _phase(phase: Phase, target: PhaseTarget | None, running_s: float) -> Now:
    word, style = phase.upper(), PHASE_STYLES[phase]
    if target is None:
        return Now(word, style, running_s)
    if target.max_s is None:
        return Now(word, style, running_s, "as fast as possible")
    slack_s = target.tolerance_s
    zone = (0.0 if target.optional else max(0.0, target.min_s - slack_s), target.max_s + slack_s)
    aim = f"of {target} s".replace("?", "").replace("-", "–") + (" or none" if target.optional else "")
    verdict = target.verdict(running_s)
    # While it is going on it is not yet short.
    return Now(word, style, running_s, aim, zone, None if verdict is Verdict.SHORT else verdict)


def hero(view: LiveView, moment: Moment, width: int, look: Look, *, double: bool) -> list[Text]:
    """Count and phase, or the time where nothing is counted; seven rows, or fourteen."""
    left = count_figure(view, moment, double=double)
    at = 2 + max(_DIGITS * 10 * (2 if double else 1), left[0].cell_len + 2) + _BETWEEN
    right = _panel(now_going_on(view, moment), width - at, look, double=double)
    return beside([Text.assemble("  ", line) for line in left], right[: len(left)], at)


def count_figure(view: LiveView, moment: Moment, *, double: bool = False) -> tuple[Text, ...]:
    """The count alone."""
    figure = str(view.reps) if view.counting else elapsed((view.newest_s or 0.0) + moment.ahead_s)
    dimmed = view.link.state is not LinkState.UP or view.paused
    return _figure(figure, DIM if dimmed else STRONG, large_one=True, double=double)


def _panel(now: Now, width: int, look: Look, *, double: bool) -> list[Text]:
    if now.seconds is None:
        return [Text(now.word, style=now.style), Text(), *_wrapped(now.text, width)]
    figure = elapsed(now.seconds) if now.seconds >= 100 else str(floor(now.seconds))
    digits = _figure(figure, now.style, large_one=False, double=double)
    words = [Text(), Text(now.word, style=now.style)]
    if now.aim:
        words.append(Text(now.aim, style=DIM))
    if now.verdict is not None:
        words.append(Text(look.verdict(now.verdict), style=VERDICT_STYLES[now.verdict]))
    at = digits[0].cell_len + 3
    rows = beside(digits, [*words, *_wrapped(now.text, width - at)], at)
    if now.zone is not None:
        rows += [
            Text(),
            _bar(round(now.seconds, 2), now.zone, min(width, 2 * _BAR if double else _BAR), now.style, look),
        ]
    return rows


def _wrapped(text: str, width: int) -> list[Text]:
    return [Text(line) for line in textwrap.wrap(text, max(10, width))]


def _bar(seconds: float, zone: tuple[float, float], width: int, style: str, look: Look) -> Text:
    begin, end = zone
    step = end * _BEYOND / width
    done = min(width, round(seconds / step))
    in_zone = [begin <= (cell + 1) * step and cell * step <= end for cell in range(width)]
    ahead = "".join(look.ahead_zone if one else look.ahead for one in in_zone[done:])
    return Text.assemble((look.done * done, style), (ahead, DIM))


@lru_cache(maxsize=8)
def _figure(figure: str, style: str, *, large_one: bool, double: bool) -> tuple[Text, ...]:
    rows = large(figure) if large_one else small(figure)
    rows = doubled(rows) if double else rows
    return tuple(Text(row, style=style) for row in rows)
