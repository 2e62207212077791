"""What somebody prescribes instead of an exercise's own figures, on the command line or kept with a recording."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from repclip.errors import RequestError
from repclip.session.exercise import Exercise
from repclip.session.prescription import Count, parse_count, parse_rest
from repclip.session.tempo import Tempo, parse_tempo

__all__ = ["Changes"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is None stays as the exercise has it, and so does each phase that a tempo leaves open."""

    tempo: Tempo | None = None
    reps: Count | None = None
    sets: Count | None = None
    rest_s: float | None = None

    @classmethod
    def parse(
        cls, *, tempo: str | None = None, reps: str | None = None, sets: str | None = None, rest: str | None = None
    ) -> Changes:
        """Read what was typed.

        Raises
        ------
        RequestError
            saying which of them cannot be understood.

        """
        return cls(
            tempo=None if tempo is None else parse_tempo(tempo),
            reps=None if reps is None else parse_count(reps, "reps"),
            sets=None if sets is None else parse_count(sets, "sets"),
            rest_s=None if rest is None else parse_rest(rest),
        )

    @classmethod
    def of_meta(cls, meta: Mapping[str, str]) -> Changes:
        """Those a recording was made with; what cannot be understood, of a program that we do not know, is left out."""
        found = cls()
        for key in ("tempo", "reps", "sets", "rest"):
            with suppress(RequestError):
                found = cls.parse(**{key: meta.get(key)}).over(found)
        return found

    def as_meta(self) -> dict[str, str]:
        """To keep with a recording; `of_meta` reads it."""
        said = {"tempo": self.tempo, "reps": self.reps, "sets": self.sets}
        kept = {key: str(value).replace("–", "-") for key, value in said.items() if value}
        return kept if self.rest_s is None else {**kept, "rest": f"{self.rest_s:g}"}

    def over(self, other: Changes) -> Changes:
        """These, and the other's where these leave something open."""
        tempo = self.tempo.over(other.tempo) if self.tempo and other.tempo else self.tempo or other.tempo
        rest_s = other.rest_s if self.rest_s is None else self.rest_s
        return Changes(tempo, self.reps or other.reps, self.sets or other.sets, rest_s)

    def applied_to(self, exercise: Exercise) -> Exercise:
        """The exercise as it is prescribed with them."""
        return replace(
            exercise,
            tempo=exercise.tempo if self.tempo is None else self.tempo.over(exercise.tempo),
            reps=self.reps or exercise.reps,
            sets=self.sets or exercise.sets,
            rest_s=exercise.rest_s if self.rest_s is None else self.rest_s,
        )
