"""What a page shows of a set that is over, or of all: what was done, what to do better, and the picture."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from repclip.analysis import AnalysisReport
from repclip.engine.outputs import Marked
from repclip.errors import OutputError
from repclip.report.json_values import Json
from repclip.report.plot import Kind, Size, draw, picture_bytes
from repclip.session.exercise import Exercise
from repclip.session.scores import score_session
from repclip.session.words import advice, set_line
from repsignal import SetEnd

__all__ = ["Summary", "summary_of"]

_DRAWING: Final = Lock()  # matplotlib's fonts are shared, and not made for two threads


@dataclass(frozen=True, slots=True)
class Summary:
    """``picture`` is an address that holds the picture itself; empty where none could be drawn."""

    set_index: int  # of the last that is in it
    heading: str
    lines: tuple[str, ...]
    advice: str
    picture: str

    def as_object(self) -> Json:
        """As a page gets it."""
        return {
            "set": self.set_index,
            "heading": self.heading,
            "lines": list(self.lines),
            "advice": self.advice,
            "picture": self.picture,
        }


def summary_of(sets: Sequence[SetEnd], exercise: Exercise, marks: Sequence[Marked], heading: str) -> Summary:
    """These sets. Takes a second or so: for a thread, so it is given what does not change."""
    ends_s = sets[-1].end_s if sets else 0.0
    report = AnalysisReport(exercise.id, None, ends_s, 0, tuple(sets), ())
    score = score_session(report, exercise, marks)
    picture = ""
    if sets:
        with _DRAWING, suppress(OutputError):  # matplotlib does not start: the words are there all the same
            drawn = draw(report, title=exercise.name, score=score, kind=Kind.TEMPO, size=Size.PHONE)
            picture = f"data:image/svg+xml;base64,{base64.b64encode(picture_bytes(drawn, 'svg')).decode()}"
    lines = tuple(set_line(one) for one in score.sets)
    return Summary(sets[-1].index if sets else 0, heading, lines, advice(score) or "", picture)
