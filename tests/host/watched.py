"""A page in a browser that is watched: each state that it shows, and what the engine had said by then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from headless import Browser, Tab, chromium
from repclip.engine.outputs import Counted, Output, Sampled
from repclip.live.sitting import Controls
from repclip.page.page import Page
from repsignal import PartialRepEvent, PhaseEvent, RepEvent, SetEnd

__all__ = ["Eager", "Remembered", "in_browser", "watch"]

# Each state that was drawn: its number, the count and what goes on.
_WATCHED: Final = """
    window.seen = [];
    const look = () => seen.push([Number(document.documentElement.dataset.seq),
        Number(document.querySelector("#count").textContent), document.body.dataset.what]);
    new MutationObserver(look).observe(document.documentElement, { attributeFilter: ["data-seq"] });
    if (document.documentElement.dataset.seq !== undefined) look();
"""


def in_browser(test: Callable[[Browser], Awaitable[None]], *expected: str) -> None:
    """Run it with a browser; nothing else may complain in it, as of what the page's policy forbids."""

    async def run() -> None:
        async with chromium() as browser:
            await test(browser)
            assert not [one for one in browser.complaints if not any(text in one for text in expected)]

    asyncio.run(run())


async def watch(tab: Tab) -> None:
    """From now on ``seen`` has all that it showed."""
    await tab.value(_WATCHED)


class Remembered(Page):
    """What goes on in which state: ``meant`` has what the pages are to show for each number."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.meant: dict[int, str] = {}

    def _renew(self) -> None:
        super()._renew()
        parts: Any = self._newest.parts
        self.meant[self._newest.seq] = parts["now"]["what"]


class Eager:
    """A companion that lets no news pass: each that the engine has is sent; with ``all_of_it`` samples as well.

    It counts the engine's reps itself, apart from all that makes the page.
    """

    def __init__(self, page: Remembered | Page, *, all_of_it: bool = False) -> None:
        self.page = page
        self.controls: Controls | None = None
        self._all_of_it = all_of_it
        self._reps = 0
        self._over = False
        self._counts: list[tuple[int, int]] = [(0, 0)]  # from this state on, so many

    def begin(self, controls: Controls) -> None:
        self.controls = controls

    def told(self, output: Output) -> None:
        if isinstance(output, Counted):
            self._count(output.event)
        if self._all_of_it or not isinstance(output, Sampled):
            self.page._renew()
            self._counts.append((self.page._newest.seq, self._reps))

    def _count(self, event: object) -> None:
        match event:
            case SetEnd(reps=reps):
                self._reps, self._over = len(reps), True
            case PhaseEvent() | RepEvent() | PartialRepEvent() if self._over:
                self._reps, self._over = int(isinstance(event, RepEvent)), False
            case RepEvent():
                self._reps += 1
            case _:
                pass

    def count(self, seq: int) -> int:
        """The engine's, in this state."""
        return next(reps for since, reps in reversed(self._counts) if since <= seq)

    def check(self, seen: list[tuple[int, int, str]]) -> set[int]:
        """Each state that a page showed; the counts that were among them."""
        assert isinstance(self.page, Remembered)
        for seq, count, what in seen:
            assert (count, what) == (self.count(seq), self.page.meant[seq]), f"state {seq}"
        return {count for _, count, _ in seen}
