"""The sets of a stretch that is over, judged with what was followed in view.

The judge sees a set about one axis. Where that misses much of what was followed, it looks again: the other way round,
without any preconception, and at what is left over by itself, for a strap that slips or somebody who shifts parts a
set into two, each about an axis of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from repsignal import judge
from repsignal.judge import Guess, SetDraft
from repsignal.params import CounterParams
from repsignal.swing import principal_axis
from repsignal.window import TickWindow

_MISSED_S: Final = 4.0  # of what was followed: a rep
_LESS: Final = 0.6  # of the range that was followed: who tires, or began by lifting higher
_SHARES: Final = (1.0, 0.75, 0.5, 0.25)  # of what is left over


@dataclass(frozen=True, slots=True)
class Followed:
    """What was followed: about which axis and of what range, so many reps, from one tick of the stretch to another."""

    guess: Guess
    range_deg: float
    reps: int
    first_tick: int
    last_tick: int


def sets_over(
    ticks: TickWindow, tick_s: float, params: CounterParams, followed: Followed | None
) -> list[list[SetDraft]]:
    """Each set among the ticks as its parts; sets and parts in order of time.

    What was ``followed`` is tried first, and what all of it moves about only where that misses something.
    """
    if followed is None:
        return _sets(_alone(ticks, tick_s, params, slice(0, len(ticks))), params, tick_s)
    scales_deg = [followed.range_deg, _LESS * followed.range_deg]
    drafts = judge.find_sets(ticks, tick_s, params, guesses=[followed.guess], scales_deg=scales_deg[:1], over=True)
    contrary = any(draft.direction < -judge.SURE_DIRECTION for draft in drafts)
    if contrary or _reps(drafts) != followed.reps:
        whole = Guess(principal_axis(ticks.path_deg[followed.first_tick :], tick_s))
        both_ways = [replace(followed.guess, one_way=False), whole]
        drafts = judge.find_sets(ticks, tick_s, params, guesses=both_ways, scales_deg=scales_deg, over=True)
        if _reps(drafts) < followed.reps:
            drafts = judge.find_sets(ticks, tick_s, params, guesses=both_ways, scales_deg=None, over=True)
    found = -1
    while found < len(drafts) and (_reps(drafts) < followed.reps or not _reaches(drafts, followed, tick_s)):
        found = len(drafts)
        drafts = _with_leftovers(ticks, tick_s, params, drafts)
    return _sets(drafts, params, tick_s)


def _reps(drafts: Sequence[SetDraft]) -> int:
    return sum(len(draft.full) for draft in drafts)


def _reaches(drafts: Sequence[SetDraft], followed: Followed, tick_s: float) -> bool:
    """Whether drafts, in order of time, begin and end about where what was followed does."""
    missed = _MISSED_S / tick_s
    return (
        bool(drafts)
        and drafts[0].first_tick - followed.first_tick < missed
        and followed.last_tick - drafts[-1].last_tick < missed
    )


def _with_leftovers(
    ticks: TickWindow, tick_s: float, params: CounterParams, drafts: Sequence[SetDraft]
) -> list[SetDraft]:
    """Drafts, in order of time, and those that what they leave of the ticks holds by itself."""
    edges = [0, *(tick for draft in drafts for tick in (draft.first_tick, draft.last_tick + 1)), len(ticks)]
    found = list(drafts)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        parts = _parts(begin, end, round(_MISSED_S / tick_s))
        most: list[SetDraft] = []
        for part in parts:
            some = _alone(ticks, tick_s, params, part)
            most = some if _reps(some) > _reps(most) else most
        found += most
    return sorted(found, key=lambda draft: draft.first_tick)


def _parts(begin: int, end: int, least: int) -> list[slice]:
    """All of a stretch, and less and less of it from either end: what parted it from the rest may lie within."""
    lengths = [round(share * (end - begin)) for share in _SHARES]
    ends = [pair for length in lengths for pair in ((begin, begin + length), (end - length, end))]
    return [slice(lo, hi) for lo, hi in dict.fromkeys(ends) if hi - lo >= least]


def _alone(ticks: TickWindow, tick_s: float, params: CounterParams, part: slice) -> list[SetDraft]:
    own = ticks[part]
    guess = Guess(principal_axis(own.path_deg, tick_s))
    return [draft.later(part.start) for draft in judge.find_sets(own, tick_s, params, guesses=[guess], over=True)]


def _sets(drafts: Sequence[SetDraft], params: CounterParams, tick_s: float) -> list[list[SetDraft]]:
    """Runs of drafts, in order of time, without a rest between them."""
    sets: list[list[SetDraft]] = []
    for draft in drafts:
        if sets and (draft.first_tick - sets[-1][-1].last_tick) * tick_s <= params.rest_s:
            sets[-1][-1] = replace(sets[-1][-1], tail=None)  # what was cut between them is no rep of either
            sets[-1].append(replace(draft, head=None))
        else:
            sets.append([draft])
    return sets
