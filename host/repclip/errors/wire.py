"""What is wrong with what goes between device and host."""

from __future__ import annotations

from repclip.errors.base import RepclipError

__all__ = ["FieldError", "FrameError", "WireError"]


class WireError(RepclipError):
    """Something is wrong with what goes between device and host."""


class FrameError(WireError):
    """Bytes that are no good frame; ``reason`` is a `repclip.wire.Damage`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no good frame: {reason}")
        self.reason = reason


class FieldError(WireError):
    """A value does not fit its field on the wire."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field} is {value!r}; it must be {expected}")
        self.field = field
        self.value = value
        self.expected = expected
