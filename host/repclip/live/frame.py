"""A view as lines for a terminal: one `Text` a row, none wider than the terminal less one column."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.text import Text

from repclip.live.digits import LARGE_ROWS
from repclip.live.heading import heading, narrow_heading
from repclip.live.hero import count_figure, hero, style_of
from repclip.live.keys import Key
from repclip.live.lay import cut
from repclip.live.look import DIM, STRONG, VERDICT_STYLES, WARNING, Look
from repclip.live.news import Urgency
from repclip.live.now import Moment, elapsed, now_going_on
from repclip.live.state import LinkState, LinkView, LiveView, News, PhaseTime, RepRow
from repclip.session.tempo import Tempo
from repsignal import Phase

__all__ = ["frame", "gaps_in_words", "link_words"]

_LEAST: Final = (56, 17)  # columns and rows of the whole view; below, the most important as text
_DOUBLE: Final = (112, 36)  # from here on the figures are twice as large
_FIXED: Final = 4  # rows below the heading, around figures, table and news: caption, empty, link, keys
_COMPACT: Final = 6  # rows of the small view without heading and text, at most: count, phase, rep, link, news, keys
_DROPPED_FIRST: Final = ("range", "pause", "lower", "hold")  # as in the reports
_SPARE: Final = (
    Key.MARK,
    Key.UNDO,
    Key.END_SET,
    Key.SIDE,
    Key.PAUSE,
)  # keys that are not named first where there is no room


def frame(view: LiveView, moment: Moment, size: tuple[int, int], look: Look, keys: Sequence[Key] = ()) -> list[Text]:
    """As many lines as the terminal (``size``: columns, rows) has."""
    width, height = size[0] - 1, size[1]
    whole = size[0] >= _LEAST[0] and height >= _LEAST[1]
    lines = (
        _whole(view, moment, width, height, look, keys) if whole else _compact(view, moment, width, height, look, keys)
    )
    lines = [cut(line, width) for line in lines[:height]]
    return [look.fitted(line) for line in lines] if look.plain else lines


def _whole(view: LiveView, moment: Moment, width: int, height: int, look: Look, keys: Sequence[Key]) -> list[Text]:
    double = width >= _DOUBLE[0] and height >= _DOUBLE[1]
    head = heading(view, moment, width)
    room = height - _FIXED - len(head) - (2 * LARGE_ROWS if double else LARGE_ROWS)
    news_rows = 2 if room >= 8 else 1
    table_rows = room - news_rows - (1 if room >= 8 else 0)
    foot = [
        *_news(view.news, news_rows, width),
        _link(view.link, moment.now_ns // 1_000_000_000, width, look),
        _hints(tuple(keys), width, paused=_paused(view, moment)),
    ]
    body = [*hero(view, moment, width, look, double=double), _caption(view)]
    if view.counting:
        body += [Text(), *_table(view.rows, view.exercise.tempo, width, table_rows, look)]
    fill = height - len(head) - len(body) - len(foot)
    return [*head, *body, *[Text()] * fill, *foot]


def _compact(view: LiveView, moment: Moment, width: int, height: int, look: Look, keys: Sequence[Key]) -> list[Text]:
    """The most important first, each a line; in the last lines what the keys do, if there is room."""
    now = now_going_on(view, moment)
    what = Text(now.word, style=style_of(now))
    if now.seconds is not None:
        what.append(f" {int(now.seconds)} s")
    if now.aim:
        what.append(f"   {now.aim}", style=DIM)
    if now.verdict is not None:
        what.append(f"   {look.verdict(now.verdict)}", style=VERDICT_STYLES[now.verdict])
    figure = count_figure(view, moment) if height >= LARGE_ROWS + 5 else ()
    told = max(1, len(textwrap.wrap(now.text, max(1, width))))  # what to do where it hurts comes before all else
    head, is_told = narrow_heading(view, width, height - _COMPACT - told - len(figure))
    count = _count_line(view, moment)
    if view.keeping.replayed and not is_told:
        count.append(f" · {view.keeping.replayed}")
    below = [_last(view.rows[-1], look)] if view.counting and view.rows else []
    below += [_link(view.link, moment.now_ns // 1_000_000_000, width, look), *_news(view.news, 1, width)]
    lines = [*head, *figure, count, what]
    lines += _within(now.text, width, height - 1 - len(lines) - len(below))
    lines = [*lines, *below][: height - 1]
    spare = height - len(lines) - 1
    return [*lines, *[Text()] * spare, _hints(tuple(keys), width, paused=_paused(view, moment))]


def _within(text: str, width: int, rows: int) -> list[Text]:
    """A text, wrapped; what so many rows do not hold stands in the last of them, to be cut."""
    lines = textwrap.wrap(text, max(1, width))
    kept = max(1, rows)
    return [Text(line) for line in (*lines[: kept - 1], " ".join(lines[kept - 1 :])) if line]


def _count_line(view: LiveView, moment: Moment) -> Text:
    if not view.counting:
        return Text(elapsed((view.newest_s or 0.0) + moment.ahead_s), style=STRONG)
    return Text(f"{view.reps} {'rep' if view.reps == 1 else 'reps'} · {_set(view)}", style=STRONG)


def _set(view: LiveView) -> str:
    return f"set {view.set_index}" + (f" · {view.side}" if view.side else "")


def _caption(view: LiveView) -> Text:
    if not view.counting:
        return Text(f"  {view.samples:,} samples".replace(",", " "))
    text = Text(f"  {'rep' if view.reps == 1 else 'reps'} · {_set(view)}")
    if view.partials:
        text.append(f" · {view.partials} partial, not counted")
    if view.exercise.reps is not None:
        text.append(f" · {view.exercise.reps}", style=DIM)
    return text


@lru_cache(maxsize=4)
def _table(rows: tuple[RepRow, ...], tempo: Tempo, width: int, height: int, look: Look) -> tuple[Text, ...]:
    """The newest rep on top, where the eye finds it."""
    if not rows or height < 2:
        return ()
    names: list[str] = [*(time.phase for time in rows[-1].phases), "range"]
    for name in _DROPPED_FIRST:
        if 10 + sum(2 + _width(tempo, one) for one in names) <= width:
            break
        names.remove(name)
    head = Text(f"  {'set':>3}  {'rep':>3}", style=DIM)
    for name in names:
        head.append(f"  {name:>5}" if _width(tempo, name) == 5 else f" {name:>5}{'':8}")
    lines = [head]
    for number, row in enumerate(reversed(rows[-(height - 1) :])):
        line = Text(f"  {row.set_index:>3}  {f'p{row.index}' if row.partial else row.index:>3}")
        for time in row.phases:
            if time.phase in names:
                line.append("  ")
                line.append_text(_cell(time, _width(tempo, time.phase), look))
        if "range" in names:
            line.append(f"  {row.rom_deg:4.0f}{'°'}")
        if row.partial:
            line.stylize(DIM)
        elif number == 0:
            line.stylize(STRONG)
        lines.append(line)
    return tuple(lines)


def _width(tempo: Tempo, name: str) -> int:
    return 12 if name in tuple(Phase) and tempo.target(Phase(name)) is not None else 5


def _cell(time: PhaseTime, width: int, look: Look) -> Text:
    number = f"{'–':>4}" if time.seconds is None else f"{round(time.seconds, 1):4.1f}"
    cell = Text(number if width > 5 else f"{number:>5}")
    if time.verdict is not None:
        cell.append(f" {look.verdict(time.verdict)}", style=VERDICT_STYLES[time.verdict])
    cell.pad_right(width - cell.cell_len)
    return cell


def _last(row: RepRow, look: Look) -> Text:
    line = Text("last, partial:" if row.partial else "last:")
    for time in row.phases[:3]:
        line.append(f" {time.phase} {'–' if time.seconds is None else round(time.seconds, 1)}")
        if time.verdict is not None:
            line.append(look.verdict(time.verdict)[0], style=VERDICT_STYLES[time.verdict])
    return line


def gaps_in_words(link: LinkView) -> str:
    """How many there were, and what is missing in them."""
    if not link.gaps:
        return "no gaps"
    lost = " of unknown size" if link.lost is None else f", {link.lost} lost"
    return f"{link.gaps} gap{'' if link.gaps == 1 else 's'}{lost}"


def link_words(link: LinkView) -> list[str]:
    """Name, rate, gaps, what else is to be known of the link, and at last what may be left out."""
    words = [link.device] if link.device else []
    if link.rate_hz is not None:
        words.append(f"{link.rate_hz:.1f} Hz")
        words.append(gaps_in_words(link))
    if link.overflowed:
        words.append(f"{link.overflowed} packets dropped here")
    if link.battery_percent is not None:
        words.append(f"battery {link.battery_percent} %")
    if link.signal_dbm is not None:
        words.append(f"found at {link.signal_dbm} dBm")
    return words


@lru_cache(maxsize=4)
def _link(link: LinkView, now_s: int, width: int, look: Look) -> Text:
    words = link_words(link)
    if link.state is LinkState.UP:
        while len(words) > 1 and len(" · ".join(words)) + 3 > width:
            words.pop()
        return Text.assemble(" ", (look.up, "green"), f" {' · '.join(words)}")
    if link.state is LinkState.FIRST:
        return Text(f" {look.down} not connected yet")
    away = f"link lost {max(0, now_s - link.since_ns // 1_000_000_000)} s ago, reconnecting"
    return Text.assemble(" ", (f"{look.down} {away}", WARNING), "".join(f" · {word}" for word in words))


@lru_cache(maxsize=4)
def _news(news: tuple[News, ...], rows: int, width: int) -> tuple[Text, ...]:
    """Newest last; what is urgent has a sign."""
    lines: list[Text] = []
    for one in news:
        time = "" if one.time_s is None else f"{elapsed(one.time_s)}  "
        warns = one.urgency is Urgency.WARNING
        text = f" {time}{'! ' if warns else ''}{one.text}"
        wrapped = textwrap.wrap(text, max(10, width), subsequent_indent=" ", drop_whitespace=True)
        if len(lines) + len(wrapped) > rows:
            wrapped = [] if lines else [*wrapped[: rows - 1], wrapped[rows - 1] + " ".join(wrapped[rows:])]
        lines = [*[Text(line, style=WARNING if warns else DIM) for line in wrapped], *lines]
        if len(lines) >= rows or not wrapped:
            break
    return (*[Text()] * (rows - len(lines)), *lines)


def _paused(view: LiveView, moment: Moment) -> bool:
    """Whether the key for it lets it go on: in a replay that is what the user did now, not then."""
    return view.paused if moment.held is None else moment.held


@lru_cache(maxsize=4)
def _hints(keys: tuple[Key, ...], width: int, *, paused: bool) -> Text:
    """Closer together where there is little room, and then without those that can be done without."""
    lines = [_hint_line(keys, gap, paused=paused) for gap in ("   ", "  ")]
    spare = next((key for key in _SPARE if key in keys), None)
    for line in lines:
        if line.cell_len <= width:
            return line
    if spare is None:
        return lines[-1]
    return _hints(tuple(key for key in keys if key is not spare), width, paused=paused)


def _hint_line(keys: tuple[Key, ...], gap: str, *, paused: bool) -> Text:
    line = Text(" ")
    for number, key in enumerate(keys):
        word = "go on" if key is Key.PAUSE and paused else key.value
        line.append("" if number == 0 else gap)
        line.append(key.sign, style=STRONG)
        line.append(f" {word}", style=DIM)
    return line
