"""``repclip next``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from repclip.cli.caution import caution_once
from repclip.cli.common import output_console
from repclip.errors import UnknownExerciseError
from repclip.history import SessionRow, open_history
from repclip.report.proposal import print_proposal, proposal_json
from repclip.session.catalogue import known_exercise
from repclip.session.exercise import GENERIC, Exercise, builtin_exercises
from repclip.session.programme import DoneSession, DoneSet, propose
from repclip.session.remembered import remember_well, well_since

__all__ = ["HELP", "command"]

HELP: Final = """
\b
[dim]Of the exercise that was done last, or of another:[/dim]
  [bold]repclip next[/bold]
  [bold]repclip next --exercise lying-leg-curl[/bold]
[dim]After pain, when you are well again:[/dim]
  [bold]repclip next --well[/bold]

It goes by what is in your history: how many reps and sets, how many of their
phases on tempo, how long ago. It begins with one set, and goes on by small
steps to what the exercise prescribes, over two weeks at the least, with a day
off between. After two weeks without it goes a step back. Pain (x in repclip
live) ends it for all exercises until you say that you are well; then it
begins anew. Sessions that were simulated are left out.
"""


def command(
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            "-e",
            metavar="ID",
            help="Which exercise; [bold]repclip exercises[/bold] lists them. Without it: the one done last.",
        ),
    ] = None,
    well: Annotated[bool, typer.Option("--well", help="Say that you are well again after pain.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else.")] = False,
) -> None:
    """Propose what to do next, and say why."""
    now = _now()
    rows = open_history().sessions()
    which = _last_done(rows) if exercise is None else known_exercise(exercise)
    if well and any(row.pain and not row.simulated for row in rows):
        remember_well(now)
    caution_once(which)
    proposal = propose(which, [_done(row) for row in rows], now.date(), well_since())
    if json:
        typer.echo(proposal_json(proposal))
    else:
        print_proposal(proposal, which, output_console(), now.date())


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _last_done(rows: Sequence[SessionRow]) -> Exercise:
    """One that was named and that there still is; else the one to begin with."""
    for row in reversed(rows):
        if row.exercise != GENERIC and not row.simulated:
            with suppress(UnknownExerciseError):
                return known_exercise(row.exercise)
    return known_exercise(next(one.id for one in builtin_exercises() if one.default))


def _done(row: SessionRow) -> DoneSession:
    sets = tuple(
        DoneSet(one.reps, one.clean_reps, one.adherence_on, one.adherence_judged, one.side, one.load_kg)
        for one in row.sets
    )
    return DoneSession(row.created.astimezone(), row.exercise, sets, row.pain, row.simulated)
