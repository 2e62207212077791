"""What to do next, as text for a tired person and as JSON (schema ``repclip.next/1``).

One of ``proposal`` and ``stop`` is null. Dates are ISO 8601, local; what is not prescribed or not known is null::

    {"schema": "repclip.next/1", "exercise": "my-leg-curl",
     "proposal": {"sets": 2, "reps": 15, "each_side": false, "rest_s": 30.0, "not_before": "2024-05-19",
                  "load": {"change": "lighter", "last_kg": 20.0, "begin_min_kg": null, "begin_max_kg": null},
                  "reasons": ["…"], "warnings": []},
     "stop": null}
    {…, "proposal": null, "stop": {"since": "2024-05-03", "advice": "…"}}

``load`` is null where there is nothing to say of it; ``change`` is begin, same or lighter.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from repclip.report.json_values import Json
from repclip.report.text import Glyphs
from repclip.session.exercise import Exercise
from repclip.session.programme import LoadAdvice, LoadChange, Proposal, Stop
from repclip.wording import counted, pain_reported

__all__ = ["print_proposal", "proposal_json"]

_SCHEMA: Final = "repclip.next/1"


def proposal_json(proposal: Proposal | Stop) -> str:
    """As above."""
    made: dict[str, Json] = {"schema": _SCHEMA, "exercise": proposal.exercise}
    if isinstance(proposal, Stop):
        made |= {"proposal": None, "stop": {"since": proposal.since.isoformat(), "advice": proposal.advice}}
    else:
        made |= {"proposal": _object(proposal), "stop": None}
    return json.dumps(made, indent=2, allow_nan=False)


def print_proposal(proposal: Proposal | Stop, exercise: Exercise, console: Console, today: date) -> None:
    """What, when, and why; or that it is not the time for any."""
    fit = Glyphs.for_console(console).fit
    console.print(Text(fit(exercise.name), style="bold"))
    console.print()
    if isinstance(proposal, Stop):
        console.print(Text(fit(pain_reported(f"on {_day(proposal.since)}")), style="bold yellow"))
        console.print("When you are well again, say so: repclip next --well")
        return
    for line in _what(proposal, today):
        console.print(Text(fit(f"  {line}"), style="bold"))
    console.print()
    for reason in proposal.reasons:
        _item(reason, "", console)
    for warning in proposal.warnings:
        _item(warning, "yellow", console)
    console.print()
    console.print("Stretch before and after. This is a proposal: do less if that feels right; pain means stop.")


def _item(text: str, style: str, console: Console) -> None:
    item = Table.grid(padding=(0, 1, 0, 0))
    item.add_row("-", Text(Glyphs.for_console(console).fit(text), style=style))
    console.print(item)


def _what(proposal: Proposal, today: date) -> list[str]:
    side = " with each leg" if proposal.each_side else ""
    lines = [f"{counted(proposal.sets, 'set')} of {counted(proposal.reps, 'rep')}{side}"]
    if proposal.sets > 1 and proposal.rest_s:
        lines[0] += f", about {proposal.rest_s:g} s of rest between sets"
    if proposal.load is not None:
        lines.append(_load(proposal.load))
    lines.append("today, if you like" if proposal.not_before <= today else f"not before {_day(proposal.not_before)}")
    return lines


def _load(load: LoadAdvice) -> str:
    if load.change is LoadChange.LIGHTER:
        return "with less weight" if load.last_kg is None else f"with less than {load.last_kg:g} kg"
    if load.change is LoadChange.SAME:
        return f"with {load.last_kg:g} kg, as last time"
    return f"with {load.begin_kg} kg to begin with; tell it with --load"


def _day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"


def _object(proposal: Proposal) -> Json:
    load = proposal.load
    begin = None if load is None else load.begin_kg
    return {
        "sets": proposal.sets,
        "reps": proposal.reps,
        "each_side": proposal.each_side,
        "rest_s": proposal.rest_s,
        "not_before": proposal.not_before.isoformat(),
        "load": None
        if load is None
        else {
            "change": load.change.value,
            "last_kg": load.last_kg,
            "begin_min_kg": None if begin is None else begin.min,
            "begin_max_kg": None if begin is None else begin.max,
        },
        "reasons": list(proposal.reasons),
        "warnings": list(proposal.warnings),
    }
