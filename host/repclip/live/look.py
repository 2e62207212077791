"""Signs and colours of the live view. Nothing is told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from rich.text import Text

from repclip.session.tempo import Verdict
from repsignal import Phase

__all__ = ["DIM", "PHASE_STYLES", "STRONG", "VERDICT_STYLES", "WARNING", "Look"]

DIM: Final = "dim"
STRONG: Final = "bold"
WARNING: Final = "bold yellow"
# As in the picture of `repclip plot`.
PHASE_STYLES: Final = {
    Phase.LIFT: "bold #E69F00",
    Phase.HOLD: "bold #009E73",
    Phase.LOWER: "bold #56B4E9",
    Phase.PAUSE: "bold",
}
VERDICT_STYLES: Final = {Verdict.SHORT: "yellow", Verdict.ON: "green", Verdict.LONG: "magenta"}
_PLAIN_LETTERS: Final = str.maketrans("–…°·█▀▄\u00a0", "-. -### ")


@dataclass(frozen=True, slots=True)
class Look:
    """The signs that a terminal's encoding has. ``done`` and ``ahead`` make bars, ``ahead_zone`` where the aim is."""

    plain: bool
    short: str
    on: str
    long: str
    up: str
    down: str
    done: str
    ahead: str
    ahead_zone: str

    @classmethod
    def of(cls, encoding: str) -> Self:
        """For a terminal of that encoding."""
        fancy = cls(False, "◄", "●", "►", "●", "○", "━", "─", "═")
        try:
            f"{fancy.short}{fancy.on}{fancy.done}{fancy.ahead}{fancy.ahead_zone}▄–".encode(encoding)
        except (UnicodeEncodeError, LookupError):
            return cls(True, "<", "=", ">", "*", "o", "#", ".", "=")
        return fancy

    def verdict(self, verdict: Verdict) -> str:
        """Sign and word."""
        sign = {Verdict.SHORT: self.short, Verdict.ON: self.on, Verdict.LONG: self.long}[verdict]
        return f"{sign} {verdict}"

    def fit(self, text: str) -> str:
        """Without letters that the terminal may lack, as long as before."""
        return text.translate(_PLAIN_LETTERS).encode("ascii", "replace").decode() if self.plain else text

    def fitted(self, text: Text) -> Text:
        """The same with styles."""
        return Text(self.fit(text.plain), style=text.style, spans=text.spans)
