"""Consistent overhead byte stuffing (Cheshire and Baker, 1999), and the escape of control characters on top of it."""

from __future__ import annotations

from typing import Final

from repclip.errors import FrameError
from repclip.wire.codes import ESCAPE, Damage

__all__ = ["decode", "encode", "escape", "unescape"]

_ESCAPED: Final = {code: bytes((ESCAPE, code ^ 0x20)) for code in (*range(1, 0x20), ESCAPE)}


def encode(data: bytes) -> bytes:
    """The data without a byte 0x00 in it."""
    out = bytearray()
    for run in data.split(b"\0"):
        full = len(run) // 0xFE * 0xFE
        for at in range(0, full, 0xFE):
            out.append(0xFF)
            out += run[at : at + 0xFE]
        out.append(len(run) - full + 1)
        out += run[full:]
    return bytes(out)


def decode(data: bytes) -> bytes:
    """What was encoded.

    Raises
    ------
    FrameError
        when this is no output of `encode`.

    """
    out = bytearray()
    at = 0
    length = len(data)
    while at < length:
        code = data[at]
        end = at + code
        if code == 0 or end > length:
            raise FrameError(Damage.COBS)
        out += data[at + 1 : end]
        at = end
        if code < 0xFF and at < length:
            out.append(0)
    return bytes(out)


def escape(data: bytes) -> bytes:
    """The data without control characters: 0x01 to 0x1F and 0x7D become two bytes each."""
    return b"".join(_ESCAPED.get(code) or bytes((code,)) for code in data)


def unescape(data: bytes) -> bytes:
    """What was escaped.

    Raises
    ------
    FrameError
        when this is no output of `escape`.

    """
    out = bytearray()
    codes = iter(data)
    for code in codes:
        plain = code
        if code == ESCAPE:
            plain = next(codes, 0) ^ 0x20
            if plain not in _ESCAPED:
                raise FrameError(Damage.COBS)
        elif code in _ESCAPED or code == 0:
            raise FrameError(Damage.COBS)
        out.append(plain)
    return bytes(out)
