"""Frames longer than a notification: cut into fragments, put together again."""

from __future__ import annotations

from repclip.wire.codes import FRAGMENT, FRAGMENT_FIRST, FRAGMENT_LAST, LONGEST_ACCEPTED

__all__ = ["FragmentJoiner", "notifications"]


def notifications(frame: bytes, payload: int, first_number: int = 0) -> list[bytes]:
    """The frame as notifications of up to ``payload`` bytes; fragments are counted on from ``first_number``."""
    if len(frame) <= payload:
        return [frame]
    parts = [frame[at : at + payload - 1] for at in range(0, len(frame), payload - 1)]
    marks = [FRAGMENT | (first_number + k) % 32 for k in range(len(parts))]
    marks[0] |= FRAGMENT_FIRST
    marks[-1] |= FRAGMENT_LAST
    return [bytes((mark,)) + part for mark, part in zip(marks, parts, strict=True)]


class FragmentJoiner:
    """Fragments of one channel → frames."""

    def __init__(self) -> None:
        self._parts = bytearray()
        self._open = False
        self._lost = False  # the frame of the fragments that come is lost, and that has been told
        self._next = 0

    def abandon(self) -> bytes | None:
        """What there is of an unfinished frame, which is given up; None when none was begun."""
        rest = bytes(self._parts) if self._open else None
        self._parts.clear()
        self._open = self._lost = False
        return rest

    def feed(self, fragment: bytes) -> tuple[bytes | None, bytes | None]:
        """The frame this fragment completes, and what it shows to be damaged: either may be None."""
        mark = fragment[0]
        follows = mark & 0x1F == self._next
        self._next = (mark + 1) & 0x1F
        damaged: bytes | None = None
        if mark & FRAGMENT_FIRST:
            damaged = self.abandon()
            self._open = True
        elif not self._open or not follows or len(self._parts) > LONGEST_ACCEPTED:
            damaged = self.abandon() if self._open else None if self._lost else fragment
            self._lost = not mark & FRAGMENT_LAST
            return None, damaged
        self._parts += fragment[1:]
        return (self.abandon() if mark & FRAGMENT_LAST else None), damaged
