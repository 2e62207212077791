"""The large part of the view: the count at the left, and what is going on beside it."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from math import floor
from typing import Final

from rich.text import Text

from repclip.live.digits import doubled, large, small
from repclip.live.lay import beside
from repclip.live.look import DIM, PHASE_STYLES, STRONG, VERDICT_STYLES, WARNING, Look
from repclip.live.now import GoingOn, Moment, Now, elapsed, now_going_on
from repclip.live.state import LinkState, LiveView

__all__ = ["count_figure", "hero", "style_of"]

_BAR: Final = 44  # columns at most
_BEYOND: Final = 1.4  # a bar goes on so far beyond the aim
_DIGITS: Final = 2  # there is always room for so many
_BETWEEN: Final = 4
_STYLES: Final = {
    **dict.fromkeys((GoingOn.PAIN, GoingOn.LOST, GoingOn.TROUBLE), WARNING),
    **{GoingOn(phase.value): style for phase, style in PHASE_STYLES.items()},
}


def hero(view: LiveView, moment: Moment, width: int, look: Look, *, double: bool) -> list[Text]:
    """Count and phase, or the time where nothing is counted; seven rows, or fourteen."""
    left = count_figure(view, moment, double=double)
    at = 2 + max(_DIGITS * 10 * (2 if double else 1), left[0].cell_len + 2) + _BETWEEN
    right = _panel(now_going_on(view, moment), width - at, look, double=double)
    return beside([Text.assemble("  ", line) for line in left], right[: len(left)], at)


def style_of(now: Now) -> str:
    """The colour of what is going on."""
    return _STYLES.get(now.what, STRONG)


def count_figure(view: LiveView, moment: Moment, *, double: bool = False) -> tuple[Text, ...]:
    """The count alone."""
    figure = str(view.reps) if view.counting else elapsed((view.newest_s or 0.0) + moment.ahead_s)
    dimmed = view.link.state is not LinkState.UP or view.paused
    return _figure(figure, DIM if dimmed else STRONG, large_one=True, double=double)


def _panel(now: Now, width: int, look: Look, *, double: bool) -> list[Text]:
    style = style_of(now)
    if now.seconds is None:
        return [Text(now.word, style=style), Text(), *_wrapped(now.text, width)]
    figure = elapsed(now.seconds) if now.seconds >= 100 else str(floor(now.seconds))
    digits = _figure(figure, style, large_one=False, double=double)
    words = [Text(), Text(now.word, style=style)]
    if now.aim:
        words.append(Text(now.aim, style=DIM))
    if now.verdict is not None:
        words.append(Text(look.verdict(now.verdict), style=VERDICT_STYLES[now.verdict]))
    at = digits[0].cell_len + 3
    rows = beside(digits, [*words, *_wrapped(now.text, width - at)], at)
    if now.zone is not None:
        rows += [Text(), _bar(round(now.seconds, 2), now.zone, min(width, 2 * _BAR if double else _BAR), style, look)]
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
