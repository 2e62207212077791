"""The frame: head, body, CRC-32."""

from __future__ import annotations

from operator import index
from typing import Final
from zlib import crc32

from repclip.errors import FieldError, FrameError
from repclip.wire.codes import LONGEST_ACCEPTED, SHORTEST_FRAME, VERSION, Damage

__all__ = ["checked", "seal", "whole"]

_CRC_BYTES: Final = 4


def whole(field: str, value: int, low: int, high: int) -> int:
    """The value, if it is a whole number in [low, high]."""
    try:
        number = index(value)
    except TypeError as exc:
        raise FieldError(field, value, f"a whole number from {low} to {high}") from exc
    if not low <= number <= high:
        raise FieldError(field, value, f"a whole number from {low} to {high}")
    return number


def seal(kind: int, flags: int, seq: int, body: bytes, *, version: int = VERSION) -> bytes:
    """A frame with its check value."""
    head = bytes((version, kind, flags, whole("seq", seq, 0, 255)))
    return head + body + crc32(body, crc32(head)).to_bytes(_CRC_BYTES, "little")


def checked(frame: bytes) -> bytes:
    """The frame, if its length and its check value are right.

    Raises
    ------
    FrameError
        if not.

    """
    if len(frame) < SHORTEST_FRAME:
        raise FrameError(Damage.TOO_SHORT)
    if len(frame) > LONGEST_ACCEPTED:
        raise FrameError(Damage.TOO_LONG)
    end = len(frame) - _CRC_BYTES
    if crc32(frame[:end]) != int.from_bytes(frame[end:], "little"):
        raise FrameError(Damage.CRC)
    return frame
