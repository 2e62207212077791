"""What a page may ask for. Anything else is refused: who sends it is no page of ours."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Final

__all__ = ["LARGEST", "Wish", "wish_in"]

LARGEST: Final = 256  # bytes of a message: ours have twenty or so


class Wish(StrEnum):
    """A button. Pausing and going on are two, so that two people who press at the same time want the same."""

    PAUSE = "pause"
    RESUME = "resume"
    UNDO = "undo"
    END_SET = "end_set"
    SIDE = "side"
    PAIN = "pain"


def wish_in(text: str) -> Wish | None:
    """What ``{"do": …}`` wants; None for anything else."""
    if len(text) > LARGEST:
        return None
    try:
        message: object = json.loads(text, object_pairs_hook=_of_one_key)
    except (ValueError, RecursionError):
        return None
    return next((wish for wish in Wish if message == {"do": wish.value}), None)


def _of_one_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Raise ValueError where there are more, be they the same."""
    if len(pairs) != 1:
        raise ValueError("not one key")
    return dict(pairs)
