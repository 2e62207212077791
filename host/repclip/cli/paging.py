"""The page of ``live`` and ``replay``: its options, and the page itself while a sitting goes on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final

import typer
from rich.console import Console

from repclip.cues.settings import CueSettings
from repclip.cues.types import CueSink
from repclip.live.console import Cover
from repclip.live.keys import Key, has_keys
from repclip.live.look import Look
from repclip.live.sitting import Companion
from repclip.live.state import LiveState

__all__ = ["NO_PAGE", "PageChoice", "Paging", "paging"]

_PANEL: Final = "As a page, for a phone"
_USUAL_PORT: Final = 8476  # any would do: it is the same each time, so that a page that is open finds the next session


@dataclass(frozen=True, slots=True)
class PageChoice:
    """What was asked for; ``port`` is None where it is no matter."""

    page: Annotated[
        bool,
        typer.Option(
            "--page", help="Show it in a browser too; on this computer only, unless --lan.", rich_help_panel=_PANEL
        ),
    ] = False
    lan: Annotated[
        bool,
        typer.Option(
            "--lan",
            help="A page that phones in the same network can open, with the code that is shown.",
            rich_help_panel=_PANEL,
        ),
    ] = False
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            metavar="N",
            min=1,
            max=65535,
            help=f"Of the page; otherwise {_USUAL_PORT}, or any that is free.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    @property
    def wanted(self) -> bool:
        """By any of the three."""
        return self.page or self.lan or self.port is not None


NO_PAGE: Final = PageChoice()


@dataclass(frozen=True, slots=True)
class Paging:
    """What a sitting has from its page, if there is one."""

    companions: Sequence[Companion] = ()
    cover: Cover | None = None
    sinks: tuple[CueSink, ...] = ()
    keys: Mapping[Key, Callable[[], None]] = field(default_factory=dict[Key, Callable[[], None]])

    def keys_with(self, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        """These and the page's own, before the last; none where there is no keyboard."""
        return (*keys[:-1], *self.keys, *keys[-1:]) if keys else ()


@asynccontextmanager
async def paging(
    choice: PageChoice,
    state: LiveState,
    console: Console,
    *,
    speed: float | None,
    replay: bool,
    one_leg: bool = False,
    cues: CueSettings | None,
) -> AsyncGenerator[Paging, None]:
    """Serve the page for as long, if one is wanted; ``speed`` is None where time runs as fast as it can.

    Raises
    ------
    PageError
        where it cannot be served.

    """
    if not choice.wanted:
        yield Paging()
        return
    # A third of a second to import: only where there is a page.
    from repclip.page.invite import Invite
    from repclip.page.page import LIVE_WISHES, ONE_LEG_WISHES, REPLAY_WISHES, Page

    wishes = REPLAY_WISHES if replay else ONE_LEG_WISHES if one_leg else LIVE_WISHES
    voice = cues is None or cues.voice
    page = Page(
        state,
        () if speed is None else wishes,
        speed=speed or 0.0,
        port=choice.port or _USUAL_PORT,
        or_any=choice.port is None,
        lan=choice.lan,
        voice=voice,
    )
    async with page:
        invite = Invite(page.addresses, lambda: page.joined, code=choice.lan)
        drawable = console.is_terminal and not Look.of(console.encoding).plain
        for line in invite.lines(console.width - 1 if drawable else 0):
            console.print(line, soft_wrap=True)
        if not choice.lan:
            state.say(f"the page is {page.addresses[0]}")
        cover = invite.cover if has_keys() else None  # or nobody could uncover the view
        sinks = () if speed is None else (page,)  # where time runs as fast as it can no cue is in time
        yield Paging([page], cover, sinks, {Key.CODE: invite.toggle})
