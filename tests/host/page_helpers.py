"""A page that is served on loopback, and clients that talk to it as a browser does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from repclip.engine.outputs import Output
from repclip.live.keys import Key
from repclip.live.now import Moment
from repclip.live.state import Keeping, LiveState
from repclip.page.client import Pace
from repclip.page.page import LIVE_WISHES, Page
from repclip.page.request import Wish
from repclip.session.exercise import find_exercise

BALL = find_exercise("prone-thigh-extension-ball")
QUICK = Pace(least_s=0.0, alive_s=2.0, patience_s=0.5)
PATIENCE_S = 20.0  # of a test: only one that fails waits so long


class Hand:
    """Controls that remember what was pressed."""

    def __init__(self) -> None:
        self.held = False
        self.pressed: list[Key] = []

    def moment(self) -> Moment:
        return Moment(held=self.held)

    def press(self, key: Key) -> None:
        self.pressed.append(key)


class Scene:
    """A page with its state; ``tell`` lets something happen."""

    def __init__(self, state: LiveState, page: Page, hand: Hand) -> None:
        self.state, self.page, self.hand = state, page, hand

    def tell(self, *outputs: Output) -> None:
        for output in outputs:
            self.state.take(output)
            self.page.told(output)


@asynccontextmanager
async def served(
    outputs: Sequence[Output] = (),
    *,
    lan: bool = False,
    port: int = 0,
    pace: Pace = QUICK,
    wishes: Sequence[Wish] = LIVE_WISHES,
    speed: float = 1.0,
    voice: bool = True,
) -> AsyncGenerator[Scene, None]:
    state = LiveState(BALL, Keeping("not recorded"))
    page = Page(state, wishes, speed=speed, port=port, lan=lan, voice=voice, pace=pace)
    hand = Hand()
    async with page:
        page.begin(hand)
        scene = Scene(state, page, hand)
        scene.tell(*outputs)
        yield scene


def port_of(page: Page) -> int:
    return int(page.addresses[0].split(":")[2].partition("/")[0])


class Visitor:
    """One open page. ``state`` is what it knows, ``messages`` what it was sent."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.messages: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE_S):
            said = await self.socket.receive()
        if said.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(f"closed: {self.socket.close_code}")
        message = json.loads(said.data)
        self.messages.append(message)
        self.state |= message["state"]
        return message

    async def until(self, part: str, **wanted: Any) -> None:
        """Listen until the part has these values."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted.items() <= self.state.get(part, {}).items():
                await self.hear()

    async def until_closed(self) -> int | None:
        """Listen to the end; the code that it was closed with."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.socket.closed:
                said = await self.socket.receive()
                if said.type is aiohttp.WSMsgType.TEXT:
                    self.state |= json.loads(said.data)["state"]
        return self.socket.close_code


@asynccontextmanager
async def visit(page: Page) -> AsyncGenerator[Visitor, None]:
    """Open the page's socket, as its script does."""
    host = f"127.0.0.1:{port_of(page)}"
    jar = aiohttp.CookieJar(unsafe=True)  # of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        if page.token is not None:
            async with http.post(
                f"http://{host}/enter", data=json.dumps({"token": page.token}), headers={"Origin": f"http://{host}"}
            ) as answer:
                assert answer.status == 204
        async with http.ws_connect(f"ws://{host}/socket", headers={"Origin": f"http://{host}"}) as socket:
            yield Visitor(socket)
