"""What is said of counts and sets, wherever the pace comes from."""

from __future__ import annotations

from repclip.session.prescription import Count

__all__ = ["count_words", "set_words", "top_words"]


def count_words(number: int, prescribed: Count | None) -> str:
    """The count of a rep that is complete, and whether it is enough; the last that is prescribed is told as a set."""
    if prescribed is not None and number == prescribed.least - 1:
        return f"{number}, one more"
    return f"{number}, enough" if prescribed is not None and number == prescribed.least else str(number)


def top_words(number: int, prescribed: Count | None) -> str:
    """The count at the top of a rep, which may be the last."""
    return f"{number}, the last" if prescribed is not None and number == prescribed.max else str(number)


def set_words(index: int, reps: int | None, *, rest_s: float | None = None, last: bool = False) -> str:
    """That a set is over, and what comes now; ``rest_s`` is what is left of the rest. None: nobody knows."""
    text = f"set {index} done" + ("" if reps is None else f": {reps} rep{'' if reps == 1 else 's'}")
    if last:
        return f"{text}, and that was the last set"
    return text if rest_s is None or rest_s < 1 else f"{text}, rest {rest_s:.0f} seconds"
