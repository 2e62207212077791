"""Requests that make no sense."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from repclip.errors.base import RepclipError

__all__ = [
    "CountError",
    "EndingError",
    "NoTempoError",
    "PictureFormatError",
    "PictureKindError",
    "RequestError",
    "RestError",
    "TempoError",
    "UnknownExerciseError",
    "UnknownSessionError",
]


class RequestError(RepclipError):
    """The request itself makes no sense."""

    exit_code: ClassVar[int] = 2


class UnknownExerciseError(RequestError):
    """There is no exercise of that id."""

    def __init__(self, exercise: str, known: Sequence[str], close: Sequence[str] = ()) -> None:
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        super().__init__(f"there is no exercise {exercise!r}; {hint}'repclip exercises' lists all {len(known)}")
        self.exercise = exercise
        self.known = tuple(known)


class TempoError(RequestError):
    """A tempo cannot be understood."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(
            f"tempo {text!r}: {problem}; write it like 4-0-1-3 (lower-pause-lift-hold) or lift=1,hold=3,lower=3-4"
        )
        self.text = text


class NoTempoError(RequestError):
    """Nobody can be led through an exercise that prescribes no tempo."""

    def __init__(self, exercise: str) -> None:
        super().__init__(f"{exercise} prescribes no tempo for lift and lower to lead you by; give one with --tempo")
        self.exercise = exercise


class CountError(RequestError):
    """A number of reps or sets cannot be understood."""

    def __init__(self, text: str, what: str, most: int) -> None:
        super().__init__(f"{what} {text!r}: neither a number from 1 to {most} nor a range like 10-15")
        self.text = text


class RestError(RequestError):
    """A rest cannot be understood."""

    def __init__(self, text: str, longest_s: float) -> None:
        super().__init__(f"rest {text!r}: not a number of seconds from 0 to {longest_s:g}, like 60")
        self.text = text


class EndingError(RequestError):
    """A file would end in what it is not; ``known`` are the endings of ``what`` goes into it."""

    def __init__(self, path: Path, what: str, known: Sequence[str]) -> None:
        super().__init__(f"{path}: {what} goes into a file that ends in {' or '.join(known)}; name one that does")
        self.path = path
        self.known = tuple(known)


class PictureFormatError(RequestError):
    """A picture of that format cannot be written, or not into a file with that ``ending``."""

    def __init__(self, text: str, known: Sequence[str], *, ending: str | None = None) -> None:
        super().__init__(
            f"cannot draw a {text!r} picture; choose one of {', '.join(known)}"
            if ending is None
            else f"a {text} picture in a file that ends in .{ending}? Change the one or the other"
        )
        self.text = text
        self.known = tuple(known)
        self.ending = ending


class PictureKindError(RequestError):
    """There is no picture that shows ``text``, or none of that size: ``what`` says which was asked for."""

    def __init__(self, text: str, what: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no {what} {text!r}; choose one of {', '.join(known)}")
        self.text = text
        self.known = tuple(known)


class UnknownSessionError(RequestError):
    """The history has no session of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no session {number} in the history; 'repclip history' lists them")
        self.number = number
