"""Who may come in: pages of ours alone, and over a network only those who know the token.

Host and Origin are checked on loopback as well. A page from anywhere in the world that is open in a browser on this
computer may send requests to 127.0.0.1, and by DNS rebinding even read the answers; it then names itself in one of the
two.
"""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from typing import Final

from aiohttp import web

__all__ = ["Guard", "secured"]

_TOKEN_BYTES: Final = 20  # 160 bits: nobody guesses them, and a QR code of them is still small
_HTTP_PORT: Final = 80  # which a browser leaves out
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "repclip",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """``port`` is set when it is known. Without a token everybody on this computer may come in."""

    def __init__(self, *, token: bool) -> None:
        self.port = 0
        self.token = secrets.token_urlsafe(_TOKEN_BYTES) if token else None
        self._pass = secrets.token_urlsafe(_TOKEN_BYTES)  # what the cookie says: the token itself is not kept there

    def problem(self, request: web.Request) -> str | None:
        """Why a request is refused, whoever it is from."""
        host = self.host(request)
        if host is None:
            return "this address is not one of the page's own"
        origins = request.headers.getall("Origin", [])
        needed = request.path == "/socket" or request.method not in ("GET", "HEAD")
        if (origins or needed) and origins != [f"http://{host}"]:
            return "this is for the page's own requests"
        return None

    def host(self, request: web.Request) -> str | None:
        """What the request calls us, if that is right: the address that it came to, with the port."""
        named = request.headers.getall("Host", [])
        local = None if request.transport is None else request.transport.get_extra_info("sockname")
        if local is None or len(named) != 1:
            return None
        names = [local[0], *(["localhost"] if ip_address(local[0]).is_loopback else [])]
        known = [f"{name}:{self.port}" for name in names] + (names if self.port == _HTTP_PORT else [])
        return named[0] if named[0].lower() in known else None

    def is_in(self, request: web.Request) -> bool:
        """Whether it is from a page that has shown the token, or needs none."""
        return self.token is None or _same(request.cookies.get(self._cookie, ""), self._pass)

    def knows(self, token: str) -> bool:
        """Whether this is the token."""
        return self.token is None or _same(token, self.token)

    def let_in(self, response: web.Response) -> None:
        """From now on the browser shows that it knows the token; it forgets that when it is closed."""
        response.set_cookie(self._cookie, self._pass, httponly=True, samesite="Strict", path="/")

    @property
    def _cookie(self) -> str:
        return f"repclip-{self.port}"  # a browser keeps one for all ports of a computer


def secured(response: web.StreamResponse, host: str | None) -> None:
    """The headers that all answers have. The page loads nothing from anywhere else, and runs no other script."""
    response.headers.update(_HEADERS)
    # Safari knows only since version 16 that 'self' includes WebSockets.
    socket = f" ws://{host}" if host is not None else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{socket}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
