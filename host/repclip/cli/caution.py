"""An exercise's caution, the first time it is chosen."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text

from repclip.session.exercise import Exercise
from repclip.session.remembered import remember_caution, unseen_caution
from repclip.wording import one_line

__all__ = ["caution_once"]


def caution_once(exercise: Exercise) -> None:
    """Say it on stderr, no line wider than the terminal, unless it was shown before."""
    caution = unseen_caution(exercise)
    if caution is not None:
        console = Console(stderr=True)
        for line in Text(f"caution: {one_line(caution)}").wrap(console, console.width):
            print(line.plain.rstrip(), file=sys.stderr)
        remember_caution(exercise)
