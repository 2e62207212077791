"""Which cues there are, as the user wants them: a table of their configuration, and the command line over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Self, TypeVar

from repclip.errors import CueSettingsError

__all__ = ["COUNT_IN_LONGEST_S", "CountAt", "CueMode", "CueSettings"]

COUNT_IN_LONGEST_S: Final = 120.0
E = TypeVar("E", bound=StrEnum)


class CueMode(StrEnum):
    """Who sets the pace."""

    FOLLOW = "follow"  # the person: cues follow what is measured
    LEAD = "lead"  # the prescription: a metronome
    QUIET = "quiet"  # nobody: only that a set is done, and what befell link, battery and person


class CountAt(StrEnum):
    """When the count is said."""

    TOP = "top"  # arriving there, in the midst of the rep
    BOTTOM = "bottom"  # when the rep is complete
    OFF = "off"


@dataclass(frozen=True, slots=True)
class CueSettings:
    """Which cues there are. Without ``voice`` each is a tone, whoever plays it.

    ``count_in_s``: from the first sample to the first lift, where the person is led.
    """

    mode: CueMode = CueMode.FOLLOW
    count: CountAt = CountAt.BOTTOM
    tones: bool = True  # as a phase begins
    ticks: bool = True  # each second of it
    verdicts: bool = True
    rest: bool = True  # how much is left of it
    voice: bool = True
    count_in_s: float = 10.0

    @classmethod
    def of_table(cls, table: Mapping[str, object], path: Path) -> Self:
        """As a file has them; what it leaves out is as usual.

        Raises
        ------
        CueSettingsError
            naming ``path``, the key and what was expected.

        """
        known = [field.name for field in fields(cls)]
        for key in sorted(table.keys() - set(known)):
            raise CueSettingsError(path, "is not a setting of cues", key=key, expected=f"one of {', '.join(known)}")
        usual = cls()
        return replace(
            usual,
            mode=_choice(table, "mode", usual.mode, path),
            count=_choice(table, "count", usual.count, path),
            tones=_flag(table, "tones", usual.tones, path),
            ticks=_flag(table, "ticks", usual.ticks, path),
            verdicts=_flag(table, "verdicts", usual.verdicts, path),
            rest=_flag(table, "rest", usual.rest, path),
            voice=_flag(table, "voice", usual.voice, path),
            count_in_s=_seconds(table, "count_in_s", usual.count_in_s, path),
        )


def _choice(table: Mapping[str, object], key: str, usual: E, path: Path) -> E:
    value, kind = table.get(key, usual), type(usual)
    if not isinstance(value, str) or value not in tuple(kind):
        raise CueSettingsError(path, f"is {value!r}", key=key, expected=f"one of {', '.join(kind)}")
    return kind(value)


def _flag(table: Mapping[str, object], key: str, usual: bool, path: Path) -> bool:
    value = table.get(key, usual)
    if not isinstance(value, bool):
        raise CueSettingsError(path, f"is {value!r}", key=key, expected="true or false")
    return value


def _seconds(table: Mapping[str, object], key: str, usual: float, path: Path) -> float:
    value = table.get(key, usual)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= COUNT_IN_LONGEST_S:
        expected = f"seconds from 0 to {COUNT_IN_LONGEST_S:g}"
        raise CueSettingsError(path, f"is {value!r}", key=key, expected=expected)
    return float(value)
