"""What the pipeline said, in words, as far as it is worth a line."""

from __future__ import annotations

import logging
from enum import IntEnum
from typing import Final

from repclip.engine.outputs import (
    Counted,
    DeviceRestarted,
    DeviceTrouble,
    Gap,
    Marked,
    Output,
    RecordingMoved,
    RecordingStopped,
)
from repclip.source import LinkChange, LinkEvent, MarkKind
from repclip.wire import Fault, Log
from repclip.wording import PAIN_ADVICE
from repsignal import PartialRepEvent, SetEnd

__all__ = ["Urgency", "news_of"]


class Urgency(IntEnum):
    """How much it matters."""

    NOTE = 0
    WARNING = 1  # something is lost, or will be


_LINK: Final = {
    LinkChange.CONNECTED: ("connected: {}", Urgency.NOTE),
    LinkChange.LOST: ("link lost: {}", Urgency.WARNING),
    LinkChange.SEARCHING: ("{}", Urgency.NOTE),
    LinkChange.OVERFLOW: ("this computer was too slow: {} packets dropped", Urgency.WARNING),
}
_MARKS: Final = {
    MarkKind.MARK: "marked",
    MarkKind.PAUSE: "paused: nothing is counted",
    MarkKind.RESUME: "goes on",
    MarkKind.END_SET: "set ended by hand",
}


def news_of(output: Output, *, undone: bool = False, counting: bool = True) -> tuple[str, Urgency] | None:
    """A line, or None; ``undone`` says whether an UNDO found a rep to undo, ``counting`` whether anybody counts."""
    match output:
        case LinkEvent(_, change, text, count):
            form, urgency = _LINK[change]
            return form.format(count if change is LinkChange.OVERFLOW else text), urgency
        case DeviceRestarted():
            return "the board started anew", Urgency.WARNING
        case DeviceTrouble(reason) | Fault(text=reason, over=False):
            return reason, Urgency.WARNING
        case Fault(text=text):
            return f"over: {text}", Urgency.NOTE
        case Log(level=level, text=text) if level >= logging.WARNING:
            return f"board: {text}", Urgency.NOTE
        case Gap(start_s, end_s, count, reason):
            lost = "samples" if count is None else f"{count} samples"
            return f"{lost} of {end_s - start_s:.1f} s lost: {reason}", Urgency.WARNING
        case RecordingMoved(path):
            return f"the recording was deleted or moved away: all of it is in {path.name} now", Urgency.WARNING
        case RecordingStopped(reason):
            goes_on = ", counting goes on" if counting else ""
            return f"the recording stopped{goes_on}: {reason}", Urgency.WARNING
        case Marked(kind=MarkKind.EXERCISE):
            return None  # it stands above all
        case Marked(kind=MarkKind.PAIN):
            return f"pain reported. {PAIN_ADVICE}", Urgency.WARNING
        case Marked():
            return _mark(output, undone=undone), Urgency.NOTE
        case Counted(PartialRepEvent(partial=partial)):
            return f"partial rep, {partial.rom_deg:.0f}° only: not counted", Urgency.NOTE
        case Counted(SetEnd(index=index, reps=reps, partials=partials)):
            more = f" and {_number(len(partials), 'partial rep')}" if partials else ""
            return f"set {index} is over: {_number(len(reps), 'rep')}{more}", Urgency.NOTE
        case _:
            return None


def _mark(mark: Marked, *, undone: bool) -> str:
    if mark.kind is MarkKind.UNDO:
        return "the last rep is undone" if undone else "there is no rep to undo"
    if mark.number is not None:
        return f"marked with the button ({mark.number})"
    text = _MARKS.get(mark.kind, mark.kind.value)
    return f"{text}: {mark.text}" if mark.text else text


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
