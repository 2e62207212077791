"""Messages and commands ↔ JSON, for the golden vectors."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from repclip import wire

Json = Any


def as_json(value: object) -> Json:
    """A message, a command or one of their fields."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return int(value)
    return str(value)


def command_from_json(fields: dict[str, Json]) -> wire.Command:
    """The command that `as_json` was given."""
    rest = {name: value for name, value in fields.items() if name != "type"}
    command: wire.Command = getattr(wire, fields["type"])(**rest)
    return command
