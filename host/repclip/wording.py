"""Text from outside, as it may be shown on one line, and what is said in several places."""

from __future__ import annotations

from typing import Final

__all__ = ["PAIN_ADVICE", "counted", "one_line", "pain_reported", "simulated_sessions", "storable"]

PAIN_ADVICE: Final = "Stop here, and see a doctor or a physiotherapist before you go on."
"""What is said wherever pain was reported."""


def counted(number: int, noun: str) -> str:
    """``1 rep``, ``2 000 reps``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")


def one_line(text: str) -> str:
    """``text`` without line ends; what cannot be printed, as half of a letter in a file name, is a mark instead."""
    return "".join(letter if letter.isprintable() else "�" for letter in " ".join(text.splitlines()))


def pain_reported(when: str = "") -> str:
    """What a report says where pain was; ``when`` as in ``at 12.3 s``, if that is to be said."""
    return f"{' '.join(word for word in ('Pain was reported', when) if word)}. {PAIN_ADVICE}"


def simulated_sessions(count: int) -> str:
    """What is said where so many of the sessions that are shown were done by nobody."""
    return (
        "1 session is simulated: nobody did it." if count == 1 else f"{count} sessions are simulated: nobody did them."
    )


def storable(text: str) -> str:
    """``text`` as UTF-8 has it; half of a letter, as in a file name or a command of another encoding, is a mark."""
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
