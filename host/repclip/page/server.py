"""The page's HTTP and WebSocket: a few files, a door and a socket. Nothing on the disk can be asked for."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from aiohttp import WSCloseCode, WSMsgType, web

from repclip.errors import PageError
from repclip.page.client import Client, Newest, Pace
from repclip.page.files import static_files
from repclip.page.guard import Guard, secured
from repclip.page.request import LARGEST, Wish, wish_in
from repclip.report.json_values import Json

__all__ = ["ALL_ADDRESSES", "LOOPBACK", "Server"]

LOOPBACK: Final = "127.0.0.1"
ALL_ADDRESSES: Final = "0.0.0.0"  # noqa: S104 - only where the user asks for it, and behind a token
_MOST_PAGES: Final = 16
_MOST_CONNECTIONS: Final = 64  # a browser opens up to six for a page
_IDLE_S: Final = 15.0  # a connection that asks for nothing, or does not come to the end of asking
_BEATS_S: Final = 10.0  # pings, so that a page whose network is gone is noticed
_FAREWELL_S: Final = 2.0
_MOST_WISHES: Final = 20  # presses of buttons within …
_WISHES_S: Final = 5.0  # … so long: nobody is as quick

_LOG: Final = logging.getLogger("repclip.page")
_LOG.addHandler(logging.NullHandler())  # a terminal view must not be written over; who wants to know adds a handler
_LOG.propagate = False


class Server:
    """``start`` and ``stop``; ``wished`` is told what is pressed, ``joined`` that another page is open."""

    def __init__(
        self,
        guard: Guard,
        newest: Newest,
        wished: Callable[[Wish], None],
        joined: Callable[[], None],
        pace: Pace | None = None,
    ) -> None:
        self._guard = guard
        self._newest = newest
        self._wished = wished
        self._joined = joined
        self._pace = pace
        self._files = static_files()
        self._clients: set[Client] = set()
        self._runner: web.AppRunner | None = None
        self._listening: asyncio.Server | None = None

    @property
    def pages(self) -> int:
        """How many are open."""
        return len(self._clients)

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 is any that is free.

        Raises
        ------
        PageError
            where that cannot be.

        """
        app = web.Application(middlewares=[self._guarded], client_max_size=LARGEST, logger=_LOG)
        app.on_response_prepare.append(self._prepare)
        for path in self._files:
            app.router.add_get(path, self._file)
        app.router.add_get("/enter", self._enter)
        app.router.add_post("/enter", self._enter)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(
            app, access_log=None, logger=_LOG, keepalive_timeout=_IDLE_S, shutdown_timeout=_FAREWELL_S
        )
        await self._runner.setup()
        try:
            self._listening = await asyncio.get_running_loop().create_server(self._protocol, host, port)
        except (OSError, OverflowError) as exc:
            await self._runner.cleanup()
            raise PageError(host, port, exc) from exc
        self._guard.port = self._listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Let all pages have the last state, and close; in bounded time."""
        if self._listening is not None:
            self._listening.close()
        for client in self._clients:
            client.finish()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                while self._clients:  # noqa: ASYNC110 - each of them ends by itself
                    await asyncio.sleep(0.01)
        if self._runner is not None:
            await self._runner.cleanup()

    def wake(self) -> None:
        """There is a new state."""
        for client in self._clients:
            client.wake()

    def hear(self, cue: Json, until: float) -> None:
        """To be played everywhere."""
        for client in self._clients:
            client.hear(cue, until)

    # --- connections -------------------------------------------------------------------------------------------------

    def _protocol(self) -> asyncio.Protocol:
        server = self._runner.server if self._runner is not None else None
        if server is None or len(server.connections) >= _MOST_CONNECTIONS:
            return _Refusal()
        return server()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Callable[[web.Request], object]) -> web.StreamResponse:
        problem = self._guard.problem(request)
        if problem is not None:
            return _refusal(403, problem)
        try:
            return await cast("asyncio.Future[web.StreamResponse]", handler(request))
        except web.HTTPException as exc:  # aiohttp's own words tell of aiohttp
            return _refusal(exc.status, exc.reason)

    async def _prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        secured(response, self._guard.host(request))

    # --- what can be asked for ---------------------------------------------------------------------------------------

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self._files[request.path]
        return web.Response(body=found.content, headers={"Content-Type": found.content_type})

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Show the token and get a cookie for it, or (GET) only ask whether one is in."""
        if request.method == "POST":
            if not self._guard.knows(await _token(request)):
                return _refusal(403, "this is not the token: scan the code again")
            response = web.Response(status=204)
            self._guard.let_in(response)
            return response
        return web.Response(status=204) if self._guard.is_in(request) else _refusal(403, "scan the code")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self._guard.is_in(request):
            return _refusal(403, "scan the code")
        if len(self._clients) >= _MOST_PAGES:
            return _refusal(503, "too many pages are open")
        socket = web.WebSocketResponse(timeout=_FAREWELL_S, heartbeat=_BEATS_S, max_msg_size=LARGEST, compress=False)
        await socket.prepare(request)

        def abort() -> None:
            if request.transport is not None:
                request.transport.abort()

        client = Client(socket, abort, self._newest, self._pace)
        self._clients.add(client)
        self._joined()
        client.wake()
        sending = asyncio.create_task(client.run())
        try:
            await self._read(socket)
        finally:
            self._clients.discard(client)
            sending.cancel()
            await asyncio.wait([sending])
        return socket

    async def _read(self, socket: web.WebSocketResponse) -> None:
        pressed: deque[float] = deque(maxlen=_MOST_WISHES)
        async for message in socket:
            if message.type is WSMsgType.ERROR:  # too large, or no WebSocket: aiohttp has closed it with a reason
                return
            if message.type is not WSMsgType.TEXT:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"text only")
                return
            wish = wish_in(cast(str, message.data))
            now = asyncio.get_running_loop().time()
            if wish is None or (len(pressed) == _MOST_WISHES and now - pressed[0] < _WISHES_S):
                await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"not understood")
                return
            pressed.append(now)
            self._wished(wish)


class _Refusal(asyncio.Protocol):
    """Hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).abort()


async def _token(request: web.Request) -> str:
    """The one in ``{"token": …}``; empty for anything else, which no token is."""
    try:
        async with asyncio.timeout(_IDLE_S):
            body: object = json.loads(await request.read())
    except (ValueError, RecursionError, TimeoutError):
        return ""
    if not isinstance(body, dict) or len(cast("dict[str, object]", body)) != 1:
        return ""
    token = cast("dict[str, object]", body).get("token")
    return token if isinstance(token, str) else ""


def _refusal(status: int, reason: str) -> web.Response:
    return web.Response(status=status, text=f"{reason}\n", headers={"Connection": "close"})
